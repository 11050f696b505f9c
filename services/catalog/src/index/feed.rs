//! Keeping the index fresh: it follows product revisions, the category tree, and the revisions of stock.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, atomic::Ordering},
    time::Duration,
};

use contracts::ids::{CategoryId, ProductId};
use tokio_util::sync::CancellationToken;

use super::{
    View,
    entry::{Entry, FacetTexts, Indexed, Stored, Words},
    shelf::{Row, Shelf},
    store::{Build, Known},
    words::{self, SCHEMA_VERSION},
};
use crate::{
    App, Error,
    entity::product,
    inventory, items,
    model::{StockWord, category::CategoryTree},
    store::{categories, products, reviews, revisions},
};

/// Products in one commit of the index.
const BATCH: usize = 500;
/// SKUs whose stock is read at once.
const STOCK_BATCH: usize = 5000;
/// Changes that come within this time are taken together.
const GATHER: Duration = Duration::from_millis(10);

/// The writing end of the index.
pub struct Feed {
    build: Arc<Mutex<Build>>,
    root: Option<PathBuf>,
    memory_bytes: usize,
    known: Known,
    /// The last change of stock that was read: its revision and SKU.
    stock: (i64, String),
    shelf: Shelf,
    tree: Arc<CategoryTree>,
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
            for stored in entries {
                feed.place(stored, &HashMap::new(), 0);
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
            stock: (0, String::new()),
            shelf: Shelf::default(),
            tree: Arc::default(),
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
    fn place(&mut self, Stored { entry, facets }: Stored, available: &HashMap<String, u32>, low_at: u32) {
        let stock = words_for(&entry.skus, available, low_at);
        let before = self.shelf.get(entry.id).map(|row| (row.stock.clone(), row.stock_revision));
        let revision = match before {
            Some((words, revision)) if words == stock => revision,
            _ => {
                self.stock_words += 1;
                self.stock_words
            }
        };
        self.shelf.put(entry, &facets, &self.tree, stock, revision);
    }

    /// Counts the products anew whose categories were called otherwise, or stood elsewhere, in `old`. Says which they are.
    fn recount(&mut self, old: &CategoryTree) -> Vec<ProductId> {
        let new = self.tree.clone();
        let titles = |tree: &CategoryTree, id| -> Vec<_> {
            tree.line(id).iter().map(|row| (row.id, row.title.clone())).collect()
        };
        let all = old.all().chain(new.all()).map(|row| CategoryId::from(row.id));
        let changed: HashSet<CategoryId> = all.filter(|id| titles(old, *id) != titles(&new, *id)).collect();
        let is_in_one = |row: &&Arc<Row>| row.entry.categories.iter().any(|id| changed.contains(id));
        let moved: Vec<ProductId> = self.shelf.rows().iter().filter(is_in_one).map(|row| row.entry.id).collect();
        for id in &moved {
            self.shelf.recount(*id, &new);
        }
        moved
    }

    /// Takes over how much there is of some SKUs.
    fn restock(&mut self, available: &HashMap<String, u32>, low_at: u32) {
        let mut stocks: BTreeMap<ProductId, Box<[StockWord]>> = BTreeMap::new();
        for (sku, pieces) in available {
            for (row, number) in self.shelf.of_sku(sku) {
                let stock = stocks.entry(row.entry.id).or_insert_with(|| row.stock.clone());
                if let Some(word) = stock.get_mut(number) {
                    *word = StockWord::of(*pieces, low_at);
                }
            }
        }
        for (id, stock) in stocks {
            if self.shelf.get(id).is_some_and(|row| row.stock != stock) {
                self.stock_words += 1;
                self.generation += 1;
                self.shelf.restock(id, stock, self.stock_words);
            }
        }
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
            category_counts: OnceLock::new(),
            category_models: OnceLock::new(),
        }
    }
}

fn words_for(skus: &[Box<str>], available: &HashMap<String, u32>, low_at: u32) -> Box<[StockWord]> {
    skus.iter().map(|sku| StockWord::of(available.get(&**sku).copied().unwrap_or(0), low_at)).collect()
}

/// Reads everything that changed since the last time. What changes while it reads is for the next time, so that no
/// stream of changes of one kind keeps it from the others. `true`: something that can be seen did.
pub async fn catch_up(app: &App) -> Result<bool, Error> {
    let mut feed = app.index.feed.clone().lock_owned().await;
    let commits = *app.index.commits.borrow();
    let generation = feed.generation;
    let mut outcome = follow_all(app, &mut feed).await;
    if let Err(error @ (Error::Index(_) | Error::Media(_))) = &outcome {
        tracing::warn!(%error, "the search index is built anew");
        feed.start_over()?;
        outcome = follow_all(app, &mut feed).await;
    }
    // Without some documents what is known is shown all the same, if it was complete before.
    if !(outcome.is_ok() || (lacks_documents(&outcome) && feed.in_use)) {
        return outcome.map(|()| false);
    }
    if !feed.in_use {
        if let Some(root) = &feed.root {
            feed.build().take_over(root)?;
        }
        feed.in_use = true;
        feed.generation += 1;
    }
    let changed = feed.generation != generation;
    if changed || !app.index.is_open() {
        app.index.show(feed.view());
    }
    outcome?;
    app.index.read_at.store(commits, Ordering::Release);
    Ok(changed)
}

/// Whether it failed because documents cannot be read now.
pub fn lacks_documents<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Documents(_) | Error::DocumentMissing))
}

/// What an index knows.
#[derive(Debug, Default)]
pub struct Kept {
    /// Revision of the last product it read.
    pub revision: i64,
    pub entries: HashMap<ProductId, Entry>,
}

/// The index on disk as it was committed last, whichever process writes it; without one, that of this process.
pub async fn kept(app: &App) -> Result<Kept, Error> {
    let by_id = |entry: Entry| (entry.id, entry);
    if let Some(root) = app.config.index_dir.clone() {
        let looked = tokio::task::spawn_blocking(move || Build::look(&root)).await;
        let looked = looked.map_err(|error| Error::Index(error.to_string()))??;
        return Ok(looked.map_or_else(Kept::default, |(known, entries)| Kept {
            revision: known.revision,
            entries: entries.into_iter().map(|stored| by_id(stored.entry)).collect(),
        }));
    }
    let feed = app.index.feed.lock().await;
    let entries = feed.shelf.rows().iter().map(|row| by_id(Entry::clone(&row.entry))).collect();
    Ok(Kept { revision: feed.known.revision, entries })
}

async fn follow_all(app: &App, feed: &mut Feed) -> Result<(), Error> {
    if !feed.build().is_there() {
        return Err(Error::Index("the folder of the index is gone".to_owned()));
    }
    follow_categories(app, feed).await?;
    let followed = follow_products(app, feed).await;
    // What is left of each product does not wait until its description can be read.
    if followed.is_ok() || lacks_documents(&followed) {
        follow_stock(app, feed).await?;
    }
    followed
}

/// A changed tree changes what the products below the change count for, and the category titles they are found by.
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
    let old = std::mem::replace(&mut feed.tree, Arc::new(categories::tree(reader).await?));
    feed.generation += 1;
    let moved = feed.recount(&old);
    if feed.known.categories == feed.tree.revision {
        return Ok(());
    }
    if feed.known.categories != old.revision {
        // Nobody knows any more which tree the words are of.
        feed.known.revision = 0;
        return Ok(());
    }
    for some in moved.chunks(BATCH) {
        let heads = products::find_many(reader, some.iter().map(|id| id.uuid()).collect()).await?;
        take_in(app, feed, &heads, feed.known).await?;
    }
    Ok(())
}

async fn follow_products(app: &App, feed: &mut Feed) -> Result<(), Error> {
    let categories = feed.tree.revision;
    loop {
        let heads = products::changed_since(app.db.reader(), feed.known.revision, BATCH as u64).await?;
        let Some(last) = heads.last() else { break };
        let known = Known { revision: last.revision, categories, schema: SCHEMA_VERSION };
        take_in(app, feed, &heads, known).await?;
        if heads.len() < BATCH {
            break;
        }
    }
    if feed.known.categories != categories {
        commit(app, feed, Vec::new(), Known { categories, ..feed.known }, &HashMap::new()).await?;
    }
    Ok(())
}

/// Puts these products into the index, with what it knows from then on.
async fn take_in(app: &App, feed: &mut Feed, heads: &[product::Model], known: Known) -> Result<(), Error> {
    let reader = app.db.reader();
    let names: Vec<_> = heads.iter().map(product::Model::name).collect();
    let documents = items::load(app, &names).await?;
    if documents.len() != heads.len() {
        return Err(Error::DocumentMissing);
    }
    let ids: Vec<ProductId> = names.iter().map(|name| name.id).collect();
    let stars = reviews::stars(reader, &ids).await?;
    let skus: Vec<String> = documents.iter().flat_map(|document| document.skus()).collect();
    let available = inventory::available(reader, &skus).await?;
    let revisions: HashMap<ProductId, i64> = heads.iter().map(|head| (head.product_id(), head.revision)).collect();
    let mut products = Vec::with_capacity(documents.len());
    for document in &documents {
        let revision = revisions.get(&document.id).copied().unwrap_or_default();
        let stars = stars.get(&document.id).copied().unwrap_or_default();
        products.push(Indexed {
            stored: Stored { entry: Entry::of(document, revision, stars), facets: FacetTexts::of(document) },
            words: Words::of(document, &feed.tree),
            document: app.documents.stand_apart().then(|| serde_json::to_vec(document)).transpose()?,
        });
    }
    commit(app, feed, products, known, &available).await
}

/// Tantivy works and waits for the disk: off the async threads.
async fn commit(
    app: &App,
    feed: &mut Feed,
    products: Vec<Indexed>,
    known: Known,
    available: &HashMap<String, u32>,
) -> Result<(), Error> {
    let low_at = app.config.low_stock_at;
    let build = feed.build.clone();
    let put = move || {
        build.lock().unwrap_or_else(PoisonError::into_inner).put(&products, known)?;
        Ok::<_, Error>(products)
    };
    let products = tokio::task::spawn_blocking(put).await.map_err(|error| Error::Index(error.to_string()))??;
    feed.known = known;
    for product in products {
        feed.place(product.stored, available, low_at);
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
        let (revision, sku) = &feed.stock;
        let changes = inventory::changed_since(reader, (*revision, sku), STOCK_BATCH as u64).await?;
        let Some((sku, revision)) = changes.last().cloned() else { return Ok(()) };
        let skus: Vec<String> = changes.into_iter().map(|(sku, _)| sku).collect();
        feed.restock(&inventory::available(reader, &skus).await?, app.config.low_stock_at);
        feed.stock = (revision, sku);
        if skus.len() < STOCK_BATCH {
            return Ok(());
        }
    }
}

/// Keeps the index fresh until `stop`: woken by each commit of this process, looking by itself for those of others.
pub async fn follow(app: App, stop: CancellationToken) {
    let mut commits = app.db.commits();
    let poll = Duration::from_millis(app.config.index_poll_ms);
    loop {
        commits.mark_unchanged();
        let caught_up = catch_up(&app).await;
        if let Err(error) = &caught_up {
            tracing::warn!(%error, "search index: will try again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(poll) => {}
            // After a failure no commit makes it try sooner.
            _ = commits.changed(), if caught_up.is_ok() => tokio::time::sleep(GATHER).await,
        }
    }
}
