//! Keeping the index fresh: it follows product revisions, the category tree, and the revisions of stock.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use contracts::ids::ProductId;
use tokio_util::sync::CancellationToken;

use super::{
    View,
    entry::{Entry, Words},
    shelf::Shelf,
    store::{Build, Known},
    words::{self, SCHEMA_VERSION},
};
use crate::{
    App, Error, inventory,
    model::{StockWord, category::CategoryTree},
    store::{categories, products, reviews, revisions},
};

/// Products in one commit of the index.
const BATCH: u64 = 500;
const STOCK_BATCH: u64 = 1000;
/// Changes that come within this time are taken together.
const GATHER: Duration = Duration::from_millis(10);

/// The writing end of the index.
pub struct Feed {
    build: Arc<Mutex<Build>>,
    root: Option<PathBuf>,
    memory_bytes: usize,
    known: Known,
    /// Revision of the last change of stock that was read.
    stock: i64,
    shelf: Shelf,
    tree: Arc<CategoryTree>,
    owners: HashMap<String, ProductId>,
    /// Counts changes of stock words.
    stock_words: u64,
    generation: u64,
    /// Whether this build is the one that is searched, and named on disk.
    in_use: bool,
}

impl Feed {
    pub fn open(root: Option<PathBuf>, memory_bytes: usize) -> Result<Self, Error> {
        if let Some(root) = &root
            && let Some((build, known, entries)) = Build::open(root, memory_bytes)?
        {
            let mut feed = Self::over(build, Some(root.clone()), memory_bytes);
            feed.known = known;
            feed.in_use = true;
            for entry in entries {
                feed.place(entry, &HashMap::new(), 0);
            }
            return Ok(feed);
        }
        Ok(Self::over(Build::new(root.as_deref(), memory_bytes)?, root, memory_bytes))
    }

    fn over(build: Build, root: Option<PathBuf>, memory_bytes: usize) -> Self {
        Self {
            build: Arc::new(Mutex::new(build)),
            root,
            memory_bytes,
            known: Known { schema: SCHEMA_VERSION, revision: 0, categories: 0 },
            stock: 0,
            shelf: Shelf::default(),
            tree: Arc::default(),
            owners: HashMap::new(),
            stock_words: 0,
            generation: 0,
            in_use: false,
        }
    }

    /// Begins a new build beside this one. What is searched stays until the new one is complete.
    fn start_over(&mut self) -> Result<(), Error> {
        let build = Build::new(self.root.as_deref(), self.memory_bytes)?;
        let fresh = Self::over(build, self.root.clone(), self.memory_bytes);
        *self = Self { generation: self.generation, stock_words: self.stock_words, ..fresh };
        Ok(())
    }

    /// Puts a product on the shelf with what is said of its stock.
    fn place(&mut self, entry: Entry, available: &HashMap<String, u32>, low_at: u32) {
        let stock = words_for(&entry.skus, available, low_at);
        let before = self.shelf.get(entry.id).map(|row| (row.stock.clone(), row.stock_revision));
        let revision = match before {
            Some((words, revision)) if words == stock => revision,
            _ => {
                self.stock_words += 1;
                self.stock_words
            }
        };
        self.owners.extend(entry.skus.iter().map(|sku| (sku.clone(), entry.id)));
        let tree = self.tree.clone();
        self.shelf.put(entry, &tree, stock, revision);
    }

    fn build(&self) -> MutexGuard<'_, Build> {
        self.build.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn view(&self) -> View {
        View {
            generation: self.generation,
            shelf: self.shelf.clone(),
            tree: self.tree.clone(),
            searcher: Some(self.build().searcher()),
            fields: words::schema().1,
        }
    }
}

fn words_for(skus: &[String], available: &HashMap<String, u32>, low_at: u32) -> Vec<StockWord> {
    skus.iter().map(|sku| StockWord::of(available.get(sku).copied().unwrap_or(0), low_at)).collect()
}

/// Reads everything that changed since the last time. `true`: something that can be seen did.
pub async fn catch_up(app: &App) -> Result<bool, Error> {
    let mut feed = app.index.feed.clone().lock_owned().await;
    let generation = feed.generation;
    let outcome = follow_all(app, &mut feed).await;
    if let Err(error @ (Error::Index(_) | Error::Media(_))) = &outcome {
        tracing::warn!(%error, "the search index is built anew");
        feed.start_over()?;
        follow_all(app, &mut feed).await?;
    } else {
        outcome?;
    }
    if !feed.in_use {
        if let Some(root) = &feed.root {
            feed.build().take_over(root)?;
        }
        feed.in_use = true;
        feed.generation += 1;
    }
    let changed = feed.generation != generation;
    if changed || app.index.view().searcher.is_none() {
        app.index.show(feed.view());
    }
    Ok(changed)
}

async fn follow_all(app: &App, feed: &mut Feed) -> Result<(), Error> {
    if !feed.build().is_there() {
        return Err(Error::Index("the folder of the index is gone".to_owned()));
    }
    follow_categories(app, feed).await?;
    follow_products(app, feed).await?;
    follow_stock(app, feed).await
}

/// A changed tree changes what each product counts for, and the category titles it is found by.
async fn follow_categories(app: &App, feed: &mut Feed) -> Result<(), Error> {
    let reader = app.db.reader();
    let revision = revisions::of_categories(reader).await?;
    let last = revisions::last(reader).await?;
    if feed.known.revision > last || feed.known.categories > revision {
        // The database was set back, to a backup say.
        feed.start_over()?;
    }
    if revision == feed.tree.revision && revision == feed.known.categories {
        return Ok(());
    }
    feed.tree = Arc::new(categories::tree(reader).await?);
    feed.generation += 1;
    if feed.known.categories != feed.tree.revision {
        feed.known.revision = 0;
    }
    let tree = feed.tree.clone();
    let rows = feed.shelf.rows().to_vec();
    for row in rows {
        feed.shelf.put(Entry::clone(&row.entry), &tree, row.stock.clone(), row.stock_revision);
    }
    Ok(())
}

async fn follow_products(app: &App, feed: &mut Feed) -> Result<(), Error> {
    let reader = app.db.reader();
    loop {
        let heads = products::changed_since(reader, feed.known.revision, BATCH).await?;
        let Some(last) = heads.last() else { break };
        let known = Known { revision: last.revision, categories: feed.tree.revision, schema: SCHEMA_VERSION };
        let names: Vec<_> = heads.iter().map(|head| head.name()).collect();
        let documents = app.documents.load(&names).await?;
        let ids: Vec<ProductId> = names.iter().map(|name| name.id).collect();
        let stars = reviews::stars(reader, &ids).await?;
        let skus: Vec<String> = documents.iter().flat_map(|document| document.skus()).collect();
        let available = inventory::available(reader, &skus).await?;
        let revisions: HashMap<ProductId, i64> = heads.iter().map(|head| (head.product_id(), head.revision)).collect();
        if documents.len() != heads.len() {
            return Err(Error::DocumentMissing);
        }
        let products: Vec<(Entry, Words)> = documents
            .iter()
            .map(|document| {
                let revision = revisions.get(&document.id).copied().unwrap_or_default();
                let stars = stars.get(&document.id).copied().unwrap_or_default();
                (Entry::of(document, revision, stars), Words::of(document, &feed.tree))
            })
            .collect();
        commit(app, feed, products, known, available).await?;
    }
    feed.known.categories = feed.tree.revision;
    Ok(())
}

/// Tantivy works and waits for the disk: off the async threads.
async fn commit(
    app: &App,
    feed: &mut Feed,
    products: Vec<(Entry, Words)>,
    known: Known,
    available: HashMap<String, u32>,
) -> Result<(), Error> {
    let low_at = app.config.low_stock_at;
    let build = feed.build.clone();
    let put = move || {
        build.lock().unwrap_or_else(PoisonError::into_inner).put(&products, known)?;
        Ok::<_, Error>(products)
    };
    let products = tokio::task::spawn_blocking(put).await.map_err(|error| Error::Index(error.to_string()))??;
    feed.known = known;
    for (entry, _) in products {
        feed.place(entry, &available, low_at);
    }
    feed.generation += 1;
    if feed.in_use {
        app.index.show(feed.view());
    }
    Ok(())
}

async fn follow_stock(app: &App, feed: &mut Feed) -> Result<(), Error> {
    let reader = app.db.reader();
    loop {
        let changes = inventory::changed_since(reader, feed.stock, STOCK_BATCH).await?;
        let Some((_, last)) = changes.last() else { return Ok(()) };
        let touched: BTreeSet<ProductId> =
            changes.iter().filter_map(|(sku, _)| feed.owners.get(sku).copied()).collect();
        let rows: Vec<_> = touched.iter().filter_map(|id| feed.shelf.get(*id).cloned()).collect();
        let skus: Vec<String> = rows.iter().flat_map(|row| row.entry.skus.iter().cloned()).collect();
        let available = inventory::available(reader, &skus).await?;
        for row in rows {
            let stock = words_for(&row.entry.skus, &available, app.config.low_stock_at);
            if stock != row.stock {
                feed.stock_words += 1;
                feed.generation += 1;
                let revision = feed.stock_words;
                feed.shelf.restock(row.entry.id, stock, revision);
            }
        }
        feed.stock = *last;
    }
}

/// Keeps the index fresh until `stop`: woken by each commit of this process, looking by itself for those of others.
pub async fn follow(app: App, stop: CancellationToken) {
    let mut commits = app.db.commits();
    let poll = Duration::from_millis(app.config.index_poll_ms);
    while !stop.is_cancelled() {
        commits.mark_unchanged();
        if let Err(error) = catch_up(&app).await {
            tracing::warn!(%error, "search index: will try again");
            tokio::time::sleep(poll).await;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            _ = commits.changed() => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(poll) => {}
        }
    }
}
