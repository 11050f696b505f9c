//! The search index of this process: words in Tantivy, everything else in rows in memory.
//!
//! Where the documents stand in another store, it keeps a copy of each version it knows: to show that, the shop does not
//! need that store.
//! It is built from the documents and follows them by revision. What it knows of products is on disk with the revision
//! it knows them at; stock is not, and is read anew at each start. An index that is absent, broken, ahead of the
//! database or of another schema version is built anew beside the old one, and takes its place when it is complete.

pub mod entry;
mod feed;
pub mod find;
mod places;
mod plain;
pub mod shelf;
mod store;
pub mod words;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, OnceLock, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use contracts::ids::{CategoryId, ProductId};
use tantivy::Searcher;
use tokio::sync::{Mutex, watch};
use web::State;

use crate::{
    Error,
    documents::DocumentName,
    model::{Document, category::CategoryTree},
};
use feed::Feed;
use shelf::Shelf;
use words::{Audience, Fields};

pub use feed::{Kept, catch_up, follow, kept, lacks_documents};

/// What can be searched at one moment. All parts belong together.
#[derive(Clone)]
pub struct View {
    /// Grows whenever anything that can be seen changed.
    pub generation: u64,
    pub shelf: Shelf,
    pub tree: Arc<CategoryTree>,
    searcher: Option<Searcher>,
    fields: Fields,
    category_counts: OnceLock<HashMap<CategoryId, u32>>,
    category_models: OnceLock<HashMap<CategoryId, DocumentName>>,
}

impl View {
    /// Finds products by what someone typed; without the words of the index, if those cannot be read.
    pub fn search(&self, typed: &str, audience: Audience) -> words::Matches {
        let Some(searcher) = &self.searcher else { return words::Matches::default() };
        words::search(searcher, &self.fields, typed, audience).unwrap_or_else(|error| {
            tracing::warn!(%error, "the search index cannot be read: searching titles, makers, tags and SKUs");
            plain::search(&self.shelf, typed, audience)
        })
    }

    /// A document that the index keeps because the store that has it can be away. `None`: not this version, or none at all.
    pub fn document(&self, name: DocumentName) -> Option<Document> {
        let document = self.kept_document(name.id).unwrap_or_else(|error| {
            tracing::warn!(%error, product = %name.id, "the search index cannot be read: asking the store of documents");
            None
        });
        document.filter(|document| document.version == name.version)
    }

    fn kept_document(&self, id: ProductId) -> Result<Option<Document>, Error> {
        let Some(searcher) = &self.searcher else { return Ok(None) };
        let kept = words::kept_document(searcher, &self.fields, id)?;
        Ok(kept.map(|json| serde_json::from_slice(&json)).transpose()?)
    }

    /// Published products in each category, those below included. Counted once a view.
    pub fn category_counts(&self) -> &HashMap<CategoryId, u32> {
        self.category_counts.get_or_init(|| find::category_counts(&self.shelf, &self.tree))
    }

    /// The product whose picture stands for each category: its best-rated one that has any. Found once a view.
    pub fn category_models(&self) -> &HashMap<CategoryId, DocumentName> {
        self.category_models.get_or_init(|| find::category_models(&self.shelf, &self.tree))
    }

    /// Words of titles that begin with `start`, commonest first; none, if they cannot be read.
    pub fn beginnings(&self, start: &str) -> Vec<String> {
        let Some(searcher) = &self.searcher else { return Vec::new() };
        let found = words::beginnings(searcher, self.fields.titles(), start).unwrap_or_else(|error| {
            tracing::warn!(%error, "the search index cannot be read: suggesting no queries");
            Vec::new()
        });
        found.into_iter().map(|(word, _)| word).collect()
    }
}

/// The index. Cheap to clone.
#[derive(Clone)]
pub struct Index {
    /// What states are of.
    name: u64,
    view: Arc<RwLock<Arc<View>>>,
    feed: Arc<Mutex<Feed>>,
    /// Counts what this process committed.
    commits: watch::Receiver<u64>,
    /// That count when the view was last read up to date.
    read_at: Arc<AtomicU64>,
}

impl Index {
    /// Opens the index in `folder`, or makes one. Nothing of the database is read yet; `catch_up` does that.
    pub fn open(folder: Option<PathBuf>, memory_bytes: usize, commits: watch::Receiver<u64>) -> Result<Self, Error> {
        let (_, fields) = words::schema();
        let view = View {
            generation: 0,
            shelf: Shelf::default(),
            tree: Arc::default(),
            searcher: None,
            fields,
            category_counts: OnceLock::new(),
            category_models: OnceLock::new(),
        };
        Ok(Self {
            name: State::name(),
            view: Arc::new(RwLock::new(Arc::new(view))),
            feed: Arc::new(Mutex::new(Feed::open(folder, memory_bytes)?)),
            commits,
            read_at: Arc::new(AtomicU64::new(u64::MAX)),
        })
    }

    /// What can be searched now.
    pub fn view(&self) -> Arc<View> {
        self.view.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// What can be searched now, if this process committed nothing since it was read: then it may be asked in place of
    /// the database. Changes of other processes are in it as soon as in any list, within the second.
    pub fn current(&self) -> Option<Arc<View>> {
        self.is_current().then(|| self.view())
    }

    /// What other processes are told of an answer made of `view`.
    pub fn state(&self, view: &View) -> State {
        State { of: self.name, count: view.generation }
    }

    /// Whether `current` would give a view.
    pub fn is_current(&self) -> bool {
        // Whoever stored the count had shown the view before, so the view is to be read after this.
        self.read_at.load(Ordering::Acquire) == *self.commits.borrow()
    }

    /// Whether anything can be searched yet.
    pub fn is_open(&self) -> bool {
        self.view().searcher.is_some()
    }

    /// Whether what can be searched is still what it was at `generation`.
    pub fn is_at(&self, generation: u64) -> bool {
        self.view.read().unwrap_or_else(std::sync::PoisonError::into_inner).generation == generation
    }

    fn show(&self, view: View) {
        *self.view.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(view);
    }
}

impl From<tantivy::TantivyError> for Error {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Index(error.to_string())
    }
}
