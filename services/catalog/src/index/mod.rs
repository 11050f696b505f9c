//! The search index of this process: words in Tantivy, everything else in rows in memory.
//!
//! It is built from the documents and follows them by revision. What it knows of products is on disk with the revision
//! it knows them at; stock is not, and is read anew at each start. An index that is absent, broken, ahead of the
//! database or of another schema version is built anew beside the old one, and takes its place when it is complete.

pub mod entry;
mod feed;
pub mod find;
pub mod shelf;
mod store;
pub mod words;

use std::{
    path::PathBuf,
    sync::{Arc, RwLock},
};

use tantivy::Searcher;
use tokio::sync::Mutex;

use crate::{Error, model::category::CategoryTree};
use feed::Feed;
use shelf::Shelf;
use words::{Audience, Fields};

pub use feed::{catch_up, follow};

/// What can be searched at one moment. All parts belong together.
#[derive(Clone)]
pub struct View {
    /// Grows whenever anything that can be seen changed.
    pub generation: u64,
    pub shelf: Shelf,
    pub tree: Arc<CategoryTree>,
    searcher: Option<Searcher>,
    fields: Fields,
}

impl View {
    /// Finds products by what someone typed.
    pub fn search(&self, typed: &str, audience: Audience) -> Result<words::Matches, Error> {
        match &self.searcher {
            Some(searcher) => Ok(words::search(searcher, &self.fields, typed, audience)?),
            None => Ok(words::Matches::default()),
        }
    }

    /// Words of titles that begin with `start`, commonest first.
    pub fn beginnings(&self, start: &str) -> Result<Vec<String>, Error> {
        let Some(searcher) = &self.searcher else { return Ok(Vec::new()) };
        let found = words::beginnings(searcher, self.fields.titles(), start)?;
        Ok(found.into_iter().map(|(word, _)| word).collect())
    }
}

/// The index. Cheap to clone.
#[derive(Clone)]
pub struct Index {
    view: Arc<RwLock<Arc<View>>>,
    feed: Arc<Mutex<Feed>>,
}

impl Index {
    /// Opens the index in `folder`, or makes one. Nothing of the database is read yet; `catch_up` does that.
    pub fn open(folder: Option<PathBuf>, memory_bytes: usize) -> Result<Self, Error> {
        let (_, fields) = words::schema();
        let view = View { generation: 0, shelf: Shelf::default(), tree: Arc::default(), searcher: None, fields };
        Ok(Self {
            view: Arc::new(RwLock::new(Arc::new(view))),
            feed: Arc::new(Mutex::new(Feed::open(folder, memory_bytes)?)),
        })
    }

    /// What can be searched now.
    pub fn view(&self) -> Arc<View> {
        self.view.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
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
