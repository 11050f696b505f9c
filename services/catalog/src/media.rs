//! The seam to where pictures are kept: a directory here, an S3-compatible store in a cluster.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use axum::body::Bytes;
use tokio::{fs, io::AsyncWriteExt};
use uuid::Uuid;

use crate::Error;

/// Where pictures are kept, by file name. A name is made of the content, so what is kept under it never changes.
#[async_trait]
pub trait Media: Send + Sync {
    /// Keeps `bytes` under `file`, whole or not at all. Keeping the same again is harmless.
    async fn put(&self, file: &str, bytes: Bytes) -> Result<(), Error>;

    async fn get(&self, file: &str) -> Result<Option<Bytes>, Error>;

    /// Removes a file. One that is not there is no error.
    async fn remove(&self, file: &str) -> Result<(), Error>;
}

/// Pictures in a directory.
#[derive(Clone, Debug)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Where a file stands: in a folder named by its first two characters. Names that lead elsewhere have no place.
    fn place(&self, file: &str) -> Option<PathBuf> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let first_two = file.get(..2).filter(|start| !start.contains('.'))?;
        (file.len() <= 100 && file.chars().all(plain)).then(|| self.root.join(first_two).join(file))
    }
}

#[async_trait]
impl Media for Directory {
    async fn put(&self, file: &str, bytes: Bytes) -> Result<(), Error> {
        let place = self.place(file).ok_or(Error::NotFound)?;
        if fs::try_exists(&place).await? {
            return Ok(());
        }
        let folder = place.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).await?;
        let aside = folder.join(format!("{}.part", Uuid::now_v7().simple()));
        let mut written = fs::File::create(&aside).await?;
        written.write_all(&bytes).await?;
        written.sync_all().await?;
        fs::rename(&aside, &place).await?;
        // The name, too, must survive a power cut: rows are written that rely on it.
        fs::File::open(folder).await?.sync_all().await?;
        Ok(())
    }

    async fn get(&self, file: &str) -> Result<Option<Bytes>, Error> {
        let Some(place) = self.place(file) else { return Ok(None) };
        match fs::read(&place).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn remove(&self, file: &str) -> Result<(), Error> {
        let Some(place) = self.place(file) else { return Ok(()) };
        match fs::remove_file(&place).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Every store passes this.
pub async fn behaves_like_media(media: &dyn Media) {
    assert!(media.get("ab-nothing.png").await.expect("the store answers").is_none());
    media.put("ab-1.png", Bytes::from_static(b"one")).await.expect("kept");
    media.put("ab-1.png", Bytes::from_static(b"one")).await.expect("kept again");
    assert_eq!(media.get("ab-1.png").await.expect("the store answers"), Some(Bytes::from_static(b"one")));
    for outside in ["../ab-1.png", "ab/../../etc/passwd", "/etc/passwd", "..", "", "a\0b.png"] {
        assert!(media.get(outside).await.expect("the store answers").is_none(), "{outside:?} led somewhere");
        assert!(media.put(outside, Bytes::from_static(b"x")).await.is_err(), "{outside:?} was taken");
    }
    media.remove("ab-1.png").await.expect("removed");
    media.remove("ab-1.png").await.expect("removing again is harmless");
    assert!(media.get("ab-1.png").await.expect("the store answers").is_none());
}
