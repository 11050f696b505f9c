//! Product documents as JSON rows beside their heads.

use async_trait::async_trait;
use db::{Db, Tx};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};

use super::{DocumentName, ProductDocuments};
use crate::{Error, entity::product_document, model::Document};

/// Rows in one statement, of which each may be large.
const ROWS_MAX: usize = 100;

/// The default adapter.
#[derive(Clone)]
pub struct SqlDocuments {
    db: Db,
}

impl SqlDocuments {
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ProductDocuments for SqlDocuments {
    async fn stage(&self, _documents: &[&Document]) -> Result<(), Error> {
        Ok(())
    }

    async fn put(&self, tx: &Tx, documents: &[&Document]) -> Result<(), Error> {
        for some in documents.chunks(ROWS_MAX) {
            let rows: Vec<product_document::ActiveModel> =
                some.iter().map(|document| row(document)).collect::<Result<_, Error>>()?;
            let replace = OnConflict::column(product_document::Column::ProductId)
                .update_columns([product_document::Column::Version, product_document::Column::Document])
                .to_owned();
            product_document::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(&**tx).await?;
        }
        Ok(())
    }

    async fn load(&self, names: &[DocumentName]) -> Result<Vec<Document>, Error> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let rows = product_document::Entity::find()
            .filter(product_document::Column::ProductId.is_in(names.iter().map(|name| name.id.uuid())))
            .all(self.db.reader())
            .await?;
        rows.into_iter().map(|row| Ok(serde_json::from_value(row.document)?)).collect()
    }

    fn stand_apart(&self) -> bool {
        false
    }

    async fn sweep(&self, _in_force: &[DocumentName]) -> Result<u64, Error> {
        // `put` replaces the version before, so none is ever left over.
        Ok(0)
    }
}

fn row(document: &Document) -> Result<product_document::ActiveModel, Error> {
    Ok(product_document::ActiveModel {
        product_id: Set(document.id.uuid()),
        version: Set(document.version),
        document: Set(serde_json::to_value(document)?),
    })
}
