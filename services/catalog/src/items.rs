//! Product answers kept ready: documents by version, items as JSON, and whole pages of lists.
//!
//! Nothing here needs to be thrown away by hand: a document never changes under its version, an item's key names all
//! it was made of, and a page's the generation of the index it was read from.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::Arc,
    time::Duration,
};

use axum::body::Bytes;
use contracts::ids::ProductId;
use moka::{future::Cache, policy::EvictionPolicy};

use crate::{
    App, Error,
    documents::DocumentName,
    index::{View, shelf::Row},
    model::{Document, category::CategoryTree},
    view::{ProductView, Stock},
};

/// How long the catalog's processes share what one of them has read. Documents never change, so only room is saved.
const SHARED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// Memory for pages, in bytes.
const PAGES_BYTES: u64 = 64 * 1024 * 1024;
/// A product's JSON counts as one product for each so many bytes, so that products with thousands of variants do not
/// fill the memory.
const USUAL_BYTES: usize = 4 * 1024;
/// Likewise its document, for each so many variants.
const USUAL_VARIANTS: usize = 16;

/// Product, its revision, that of its stock words, and that of the category tree.
type ItemKey = (ProductId, i64, u64, i64);

/// What is kept in memory. Cheap to clone.
#[derive(Clone)]
pub struct Items {
    documents: Cache<DocumentName, Arc<Document>>,
    ready: Cache<ItemKey, Bytes>,
    pages: Cache<(u64, String), Bytes>,
}

impl Items {
    pub fn new(items: u64) -> Self {
        let documents = |_: &DocumentName, document: &Arc<Document>| {
            u32::try_from(1 + document.variants.len() / USUAL_VARIANTS).unwrap_or(u32::MAX)
        };
        let ready = |_: &ItemKey, json: &Bytes| u32::try_from(1 + json.len() / USUAL_BYTES).unwrap_or(u32::MAX);
        let pages =
            |(_, query): &(u64, String), page: &Bytes| u32::try_from(query.len() + page.len()).unwrap_or(u32::MAX);
        Self { documents: cache(items, documents), ready: cache(items, ready), pages: cache(PAGES_BYTES, pages) }
    }

    /// The page for `query` as of `generation`, if it was made before.
    pub async fn page(&self, generation: u64, query: &str) -> Option<Bytes> {
        self.pages.get(&(generation, query.to_owned())).await
    }

    pub async fn keep_page(&self, generation: u64, query: String, page: Bytes) {
        self.pages.insert((generation, query), page).await;
    }
}

/// What was not asked for the longest goes first. Keys name versions: of an old version however often asked for, nobody
/// asks again, so it must not keep the new one out, as it would if uses were counted.
fn cache<K, V>(most: u64, weigher: impl Fn(&K, &V) -> u32 + Send + Sync + 'static) -> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder().max_capacity(most).weigher(weigher).eviction_policy(EvictionPolicy::lru()).build()
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
    for document in load(app, &missing).await? {
        let document = Arc::new(document);
        app.items.documents.insert(document.name(), document.clone()).await;
        found.insert(document.id, document);
    }
    Ok(found)
}

/// Documents from wherever they are: where their store might be out of reach, those that this process's index keeps, and
/// the rest from elsewhere.
pub async fn load(app: &App, names: &[DocumentName]) -> Result<Vec<Document>, Error> {
    if names.is_empty() || !app.documents.stand_apart() {
        return fetch(app, names).await;
    }
    let (view, wanted) = (app.index.view(), names.to_vec());
    // The index unpacks them, and may have to wait for the disk.
    let looked = tokio::task::spawn_blocking(move || {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for name in wanted {
            match view.document(name) {
                Some(document) => found.push(document),
                None => missing.push(name),
            }
        }
        (found, missing)
    });
    let (mut found, missing) = looked.await.map_err(|error| Error::Index(error.to_string()))?;
    found.extend(fetch(app, &missing).await?);
    Ok(found)
}

/// Documents that another process has read, and the rest from where they are kept.
async fn fetch(app: &App, names: &[DocumentName]) -> Result<Vec<Document>, Error> {
    let Some(shared) = app.shared.as_ref().filter(|_| !names.is_empty()) else {
        return app.documents.load(names).await;
    };
    let shared_key = |name: &DocumentName| format!("document:{}:{}", name.id, name.version);
    let keys: Vec<String> = names.iter().map(shared_key).collect();
    let copies = shared.get(&keys).await.unwrap_or_default();
    let mut found: Vec<Document> =
        copies.iter().flatten().filter_map(|copy| serde_json::from_slice(copy).ok()).collect();
    let there: HashSet<DocumentName> = found.iter().map(Document::name).collect();
    let missing: Vec<DocumentName> = names.iter().filter(|name| !there.contains(name)).copied().collect();
    let read = app.documents.load(&missing).await?;
    let mut entries = Vec::with_capacity(read.len());
    for document in &read {
        entries.push((shared_key(&document.name()), serde_json::to_vec(document)?));
    }
    // Without it the next process reads for itself.
    let _ = shared.put(&entries, SHARED_FOR).await;
    found.extend(read);
    Ok(found)
}

/// One document.
pub async fn document(app: &App, name: DocumentName) -> Result<Arc<Document>, Error> {
    documents(app, &[name]).await?.remove(&name.id).ok_or(Error::DocumentMissing)
}

/// The rows of a page as JSON, in order. A product that left its row behind in the meantime is left out.
pub async fn ready(app: &App, view: &View, rows: &[Arc<Row>]) -> Result<Vec<Bytes>, Error> {
    let mut items: Vec<Option<Bytes>> = Vec::with_capacity(rows.len());
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

fn shopper_json(document: &Document, tree: &CategoryTree, row: &Row) -> Result<Bytes, Error> {
    let view = ProductView::new(document, tree, row.entry.stars, Stock::Words(&row.stock));
    Ok(serde_json::to_vec(&view)?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pages_of_the_past_do_not_keep_those_of_now_out() {
        let items = Items::new(10);
        let page = Bytes::from(vec![0; 1024 * 1024]);
        for generation in 0..200 {
            items.keep_page(generation, "q=mug".into(), page.clone()).await;
            items.pages.run_pending_tasks().await;
            for _ in 0..20 {
                assert!(items.page(generation, "q=mug").await.is_some(), "the page of generation {generation} is gone");
            }
        }
    }
}
