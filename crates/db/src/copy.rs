//! Copying SQLite databases while a shop uses them: all of them as they were at one moment.
//!
//! What one service has told another stands in two databases. Copied one after the other they would tell of two moments,
//! and the later one of things that the earlier never heard of. So whoever copies is the only writer of all of them for
//! as long as copying takes; readers go on, writers wait.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbErr, Statement, TryGetable};

use crate::{Config, Db};

#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Db(#[from] DbErr),
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error("{path} is damaged: {what}")]
    Damaged { path: PathBuf, what: String },
}

/// Copies the databases that `databases` name into the folder `into`, each as one file of the same name, checked by
/// SQLite. Answers how long writers had to wait.
pub async fn copy_together(databases: &[Config], into: &Path) -> Result<Duration, CopyError> {
    let mut stores = Vec::new();
    for database in databases {
        stores.push(Db::connect(database).await?);
    }
    let mut held = Vec::new();
    let begun = Instant::now();
    for store in &stores {
        held.push(store.begin().await?);
    }
    let copied = copy_files(databases, into).await;
    for tx in held {
        tx.rollback().await?;
    }
    let waited = begun.elapsed();
    for store in stores {
        store.close().await?;
    }
    for path in copied? {
        settle(&path).await?;
    }
    Ok(waited)
}

async fn copy_files(databases: &[Config], into: &Path) -> Result<Vec<PathBuf>, CopyError> {
    let mut copies = Vec::new();
    for database in databases {
        let Some(from) = database.file() else { continue };
        let to = into.join(from.file_name().unwrap_or_default());
        copies.push((from, to));
    }
    let work = move || {
        for (from, to) in &copies {
            // The log comes second. What is moved from it to the file meanwhile is still in it, for only a writer may
            // begin it anew.
            copy(from, to)?;
            let (log, log_copy) = (beside(from), beside(to));
            if log.exists() {
                copy(&log, &log_copy)?;
            }
        }
        Ok(copies.into_iter().map(|(_, to)| to).collect())
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| DbErr::Custom(error.to_string()))?
}

fn copy(from: &Path, to: &Path) -> Result<(), CopyError> {
    fs::copy(from, to).map(|_| ()).map_err(|error| CopyError::File { path: from.to_owned(), error })
}

/// The write-ahead log of a database.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// Takes a copy's log into it, so that one file is all, and has SQLite look it through.
async fn settle(path: &Path) -> Result<(), CopyError> {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rw", path.display()));
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await?;
    let ask = async |question: &str| {
        let row = connection.query_one_raw(Statement::from_string(connection.get_database_backend(), question)).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound(question.to_owned()))?;
        Ok::<_, DbErr>(String::try_get_by(&row, 0)?)
    };
    let mode = ask("PRAGMA journal_mode = DELETE").await?;
    let checked = ask("PRAGMA integrity_check(1)").await?;
    connection.close().await?;
    if mode != "delete" || checked != "ok" {
        let what = if checked == "ok" { format!("its log cannot be taken in, it stays {mode}") } else { checked };
        return Err(CopyError::Damaged { path: path.to_owned(), what });
    }
    Ok(())
}
