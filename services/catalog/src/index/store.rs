//! The index on disk: one folder a build, and a file that names the build in use, so that a new one takes over at once.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term, directory::MmapDirectory,
    schema::document::Value,
};
use uuid::Uuid;

use super::{
    entry::{Indexed, Stored},
    words::{self, Fields, SCHEMA_VERSION},
};
use crate::Error;

/// Names the build in use.
const CURRENT: &str = "current";

/// Blocks of kept documents that are held unpacked, of 16 KiB each. Answers made of documents are held elsewhere.
const BLOCKS_HELD: usize = 4;

/// What a commit knows: written with it, so that the two never differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub schema: u32,
    /// Revision of the last product in it.
    pub revision: i64,
    /// Revision of the category tree whose titles are in it.
    pub categories: i64,
}

/// One build of the index, open for writing.
pub struct Build {
    writer: IndexWriter,
    reader: IndexReader,
    fields: Fields,
    folder: Option<PathBuf>,
}

impl Build {
    /// The build in use, with what it knows. `None` if there is none, or none that can be read.
    pub fn open(root: &Path, memory_bytes: usize) -> Result<Option<(Self, Known, Vec<Stored>)>, Error> {
        let Ok(name) = fs::read_to_string(root.join(CURRENT)) else { return Ok(None) };
        let folder = root.join(name.trim());
        match Self::read(&folder, memory_bytes) {
            Ok(found) => Ok(found),
            // Another process writes here: building a second index over it would spoil both.
            Err(tantivy::TantivyError::LockFailure(error, _)) => {
                Err(Error::Index(format!("{} is in use by another process: {error}", root.display())))
            }
            Err(error) => {
                tracing::warn!(%error, "the search index cannot be read and is built anew");
                Ok(None)
            }
        }
    }

    fn read(folder: &Path, memory_bytes: usize) -> Result<Option<(Self, Known, Vec<Stored>)>, tantivy::TantivyError> {
        let index = Index::open_in_dir(folder)?;
        let Some(known) = known(&index)? else { return Ok(None) };
        let build = Self::over(index, memory_bytes, Some(folder.to_owned()))?;
        // Through maps of its own, for what is read once need not stay mapped. Nobody else writes, now that the build is open.
        let once = Index::open_in_dir(folder)?.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let entries = entries(&IndexReader::searcher(&once), &build.fields)?;
        Ok(Some((build, known, entries)))
    }

    /// What the last commit of the build in use left, for someone who only looks, beside whoever writes it. `None` if
    /// there is none of this version.
    pub fn look(root: &Path) -> Result<Option<(Known, Vec<Stored>)>, Error> {
        let Ok(name) = fs::read_to_string(root.join(CURRENT)) else { return Ok(None) };
        let index = Index::open_in_dir(root.join(name.trim()))?;
        // Before the entries, which may be of a later commit then but never of an earlier one.
        let Some(known) = known(&index)? else { return Ok(None) };
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (_, fields) = words::schema();
        Ok(Some((known, entries(&reader.searcher(), &fields)?)))
    }

    /// An empty build, in a folder of its own under `root`, or in memory.
    pub fn new(root: Option<&Path>, memory_bytes: usize) -> Result<Self, Error> {
        let (schema, _) = words::schema();
        let Some(root) = root else {
            return Ok(Self::over(Index::create_in_ram(schema), memory_bytes, None)?);
        };
        let folder = root.join(Uuid::now_v7().simple().to_string());
        fs::create_dir_all(&folder)?;
        let directory = MmapDirectory::open(&folder).map_err(|error| Error::Index(error.to_string()))?;
        let index = Index::open_or_create(directory, schema)?;
        Ok(Self::over(index, memory_bytes, Some(folder))?)
    }

    fn over(index: Index, memory_bytes: usize, folder: Option<PathBuf>) -> Result<Self, tantivy::TantivyError> {
        words::register(&index);
        let (_, fields) = words::schema();
        let writer = index.writer_with_num_threads(1, memory_bytes)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(BLOCKS_HELD)
            .try_into()?;
        Ok(Self { writer, reader, fields, folder })
    }

    /// Puts products in place of what was known of them, and commits what is known with them.
    pub fn put(&mut self, products: &[Indexed], known: Known) -> Result<(), Error> {
        for product in products {
            self.writer.delete_term(Term::from_field_text(self.fields.id, &product.stored.entry.id.to_string()));
            self.writer.add_document(words::document(&self.fields, product)?)?;
        }
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&serde_json::to_string(&known)?);
        commit.commit()?;
        self.reader.reload()?;
        Ok(())
    }

    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// Makes this the build in use, and removes the others.
    pub fn take_over(&self, root: &Path) -> Result<(), Error> {
        let Some(name) = self.folder.as_deref().and_then(Path::file_name) else { return Ok(()) };
        let aside = root.join(format!("{CURRENT}.new"));
        fs::write(&aside, name.to_string_lossy().as_bytes())?;
        fs::File::open(&aside)?.sync_all()?;
        fs::rename(&aside, root.join(CURRENT))?;
        for other in fs::read_dir(root)?.flatten() {
            let path = other.path();
            if path.is_dir() && Some(path.as_path()) != self.folder.as_deref() {
                // What is still mapped stays readable until it is let go.
                let _ = fs::remove_dir_all(path);
            }
        }
        Ok(())
    }

    /// Whether the folder of this build is still there.
    pub fn is_there(&self) -> bool {
        self.folder.as_ref().is_none_or(|folder| folder.join("meta.json").exists())
    }
}

/// What the last commit knows, if it is of this version.
fn known(index: &Index) -> Result<Option<Known>, tantivy::TantivyError> {
    let known: Option<Known> = index.load_metas()?.payload.and_then(|payload| serde_json::from_str(&payload).ok());
    Ok(known.filter(|known| known.schema == SCHEMA_VERSION))
}

fn entries(searcher: &Searcher, fields: &Fields) -> Result<Vec<Stored>, tantivy::TantivyError> {
    let mut entries = Vec::new();
    for segment in searcher.segment_readers() {
        let store = segment.get_store_reader(10)?;
        for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
            let document = document?;
            let bytes = document.get_first(fields.entry).and_then(|value| value.as_bytes().map(<[u8]>::to_vec));
            let entry = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
            let broken = || tantivy::TantivyError::InternalError("an entry cannot be read".to_owned());
            entries.push(entry.ok_or_else(broken)?);
        }
    }
    Ok(entries)
}
