//! Product answers kept ready: documents by version, items as JSON, and whole pages of lists.
//!
//! Nothing here needs to be thrown away by hand: a document never changes under its version, an item's key names all
//! it was made of, and a page's the generation of the index it was read from.

use std::{collections::HashMap, sync::Arc};

use axum::body::Bytes;
use contracts::ids::ProductId;
use moka::future::Cache;

use crate::{
    App, Error,
    documents::DocumentName,
    index::{View, shelf::Row},
    model::{Document, category::CategoryTree},
    view::{ProductView, Stock},
};

/// Memory for pages, in bytes.
const PAGES_BYTES: u64 = 64 * 1024 * 1024;

/// Product, its revision, that of its stock words, and that of the category tree.
type ItemKey = (ProductId, i64, u64, i64);

/// What is kept in memory. Cheap to clone.
#[derive(Clone)]
pub struct Items {
    documents: Cache<DocumentName, Arc<Document>>,
    ready: Cache<ItemKey, Arc<str>>,
    pages: Cache<(u64, String), Bytes>,
}

impl Items {
    pub fn new(items: u64) -> Self {
        let weigh =
            |(_, query): &(u64, String), page: &Bytes| u32::try_from(query.len() + page.len()).unwrap_or(u32::MAX);
        Self {
            documents: Cache::new(items),
            ready: Cache::new(items),
            pages: Cache::builder().max_capacity(PAGES_BYTES).weigher(weigh).build(),
        }
    }

    /// The page for `query` as of `generation`, if it was made before.
    pub async fn page(&self, generation: u64, query: &str) -> Option<Bytes> {
        self.pages.get(&(generation, query.to_owned())).await
    }

    pub async fn keep_page(&self, generation: u64, query: String, page: Bytes) {
        self.pages.insert((generation, query), page).await;
    }
}

fn key(row: &Row, tree: &CategoryTree) -> ItemKey {
    (row.entry.id, row.entry.revision, row.stock_revision, tree.revision)
}

/// Documents by product. Those not in memory are read in one query.
pub async fn documents(app: &App, names: &[DocumentName]) -> Result<HashMap<ProductId, Arc<Document>>, Error> {
    let mut found = HashMap::new();
    let mut missing = Vec::new();
    for name in names {
        match app.items.documents.get(name).await {
            Some(document) => {
                found.insert(name.id, document);
            }
            None => missing.push(*name),
        }
    }
    for document in app.documents.load(&missing).await? {
        let document = Arc::new(document);
        let name = DocumentName { id: document.id, version: document.version };
        app.items.documents.insert(name, document.clone()).await;
        found.insert(document.id, document);
    }
    Ok(found)
}

/// One document.
pub async fn document(app: &App, name: DocumentName) -> Result<Arc<Document>, Error> {
    documents(app, &[name]).await?.remove(&name.id).ok_or(Error::DocumentMissing)
}

/// The rows of a page as JSON, in order. A product that left its row behind in the meantime is left out.
pub async fn ready(app: &App, view: &View, rows: &[Arc<Row>]) -> Result<Vec<Arc<str>>, Error> {
    let mut items: Vec<Option<Arc<str>>> = Vec::with_capacity(rows.len());
    let mut missing = Vec::new();
    for row in rows {
        let item = app.items.ready.get(&key(row, &view.tree)).await;
        if item.is_none() {
            missing.push(row.entry.name());
        }
        items.push(item);
    }
    if !missing.is_empty() {
        let documents = documents(app, &missing).await?;
        for (row, item) in rows.iter().zip(&mut items).filter(|(_, item)| item.is_none()) {
            // The row knows what may be shown of this version; of a newer one it knows nothing yet.
            let document = documents.get(&row.entry.id).filter(|document| document.version == row.entry.version);
            let Some(document) = document else { continue };
            let json = shopper_json(document, &view.tree, row)?;
            app.items.ready.insert(key(row, &view.tree), json.clone()).await;
            *item = Some(json);
        }
    }
    Ok(items.into_iter().flatten().collect())
}

fn shopper_json(document: &Document, tree: &CategoryTree, row: &Row) -> Result<Arc<str>, Error> {
    let view = ProductView::new(document, tree, row.entry.stars, Stock::Words(&row.stock));
    Ok(serde_json::to_string(&view)?.into())
}
