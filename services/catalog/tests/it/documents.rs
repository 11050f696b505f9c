//! Every place documents and pictures can be kept obeys the same contract.

use catalog::{
    documents::{SqlDocuments, behaves_like_product_documents},
    entity::product,
    media::{Directory, behaves_like_media},
    model::{Document, Seo, Status},
};
use contracts::{ids::ProductId, time};
use sea_orm::{EntityTrait, Set, sea_query::OnConflict};
use serde_json::Map;
use test_support::databases;
use uuid::Uuid;

fn document() -> Document {
    Document {
        id: ProductId::new(),
        version: Uuid::now_v7(),
        slug: "mug".into(),
        title: "Mug".into(),
        description: "<p>Round</p>".into(),
        status: Status::Draft,
        vendor: None,
        categories: Vec::new(),
        tags: vec!["gift".into()],
        attributes: [("material".to_owned(), vec!["Clay".to_owned()])].into(),
        options: Vec::new(),
        variants: Vec::new(),
        images: Vec::new(),
        seo: Seo::default(),
        metadata: Map::from_iter([("erp".to_owned(), 7.into())]),
        created_at: time::now(),
        updated_at: time::now(),
    }
}

#[tokio::test]
async fn sql_keeps_documents() {
    for test in databases().await {
        let db = test.connect::<catalog::Migrator>().await;
        let begin = async |document: &Document| {
            let tx = db.begin().await.expect("a transaction");
            let head = product::ActiveModel {
                id: Set(document.id.uuid()),
                slug: Set(document.slug.clone()),
                status: Set("draft".into()),
                was_published: Set(false),
                version: Set(document.version),
                revision: Set(1),
                created_at: Set(document.created_at),
                updated_at: Set(document.updated_at),
            };
            let again = OnConflict::column(product::Column::Id).update_column(product::Column::Version).to_owned();
            product::Entity::insert(head).on_conflict(again).exec_without_returning(&*tx).await.expect("a head");
            tx
        };
        behaves_like_product_documents(&SqlDocuments::new(db.clone()), document(), begin).await;
    }
}

#[tokio::test]
async fn a_directory_keeps_pictures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    behaves_like_media(&Directory::new(folder.path())).await;
}
