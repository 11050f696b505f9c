//! `rialto backup` and `rialto restore`: all of a shop in one process as one file, and back.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use contracts::time;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{out, say};
use crate::{
    cli::Place,
    config::{self, Config},
    secrets,
};

/// Stands first in the archive.
const MANIFEST: &str = "backup.json";
const DATABASES: &str = "databases";
const MEDIA: &str = "media";

/// What a backup holds, and how to tell whether it is whole.
#[derive(Serialize, Deserialize)]
struct Manifest {
    /// Of the program that wrote it. A newer one migrates what it finds.
    version: String,
    made_at: DateTime<Utc>,
    files: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    /// The path in the archive.
    name: String,
    bytes: u64,
    sha256: String,
}

/// Writes the backup. The search index is left out: it is made anew from the rest.
pub async fn backup(place: &Place, target: &Path) -> anyhow::Result<ExitCode> {
    let config = config::load(&place.flags())?;
    only_embedded(&config)?;
    ensure!(!target.exists(), "{} is there already, and an older backup is worth keeping", target.display());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let work = tempfile::Builder::new().prefix(".rialto-backup").tempdir_in(folder);
    let work = work.with_context(|| format!("{} cannot be written", folder.display()))?;
    let databases = work.path().join(DATABASES);
    fs::create_dir(&databases)?;
    let made_at = time::now();
    let waited = db::copy::copy_together(&stores(&config), &databases).await?;
    let secret = secrets::find_or_make(&config.secret, &config.data)?;
    fs::write(work.path().join(secrets::FILE), secret.expose())?;

    let media = config.catalog.settings.media_dir.clone();
    let target = target.to_owned();
    let (bytes, files) = tokio::task::spawn_blocking(move || {
        let mut parts = files_below(work.path(), Path::new(""))?;
        // Pictures are named by their content and never change. Those that came after the databases were copied do no harm.
        parts.extend(files_below(&media, Path::new(MEDIA))?);
        let part = tempfile::NamedTempFile::new_in(work.path().parent().unwrap_or(Path::new(".")))?;
        let files = write(part.as_file(), made_at, &parts)?;
        part.as_file().sync_all()?;
        let bytes = part.as_file().metadata()?.len();
        part.persist_noclobber(&target)?;
        anyhow::Ok((bytes, files))
    })
    .await??;
    if place.json {
        out(&json!({"bytes": bytes, "files": files, "writers_waited_ms": waited.as_millis()}).to_string());
    } else {
        say(&format!("{files} files, {bytes} bytes; whoever wrote had to wait for {} ms", waited.as_millis()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the data directory, which must be empty or not there.
pub async fn restore(place: &Place, source: &Path) -> anyhow::Result<ExitCode> {
    let config = config::load(&place.flags())?;
    only_embedded(&config)?;
    let (data, source) = (config.data.clone(), source.to_owned());
    let is_empty = fs::read_dir(&data).map_or(true, |mut entries| entries.next().is_none());
    ensure!(is_empty, "{} is not empty: restore into another directory with --data DIR", data.display());
    let media = config.catalog.settings.media_dir.clone();
    ensure!(media.starts_with(&data), "catalog.media_dir is {}, outside the data directory", media.display());
    let made_at = tokio::task::spawn_blocking(move || unpack(&source, &data, &media)).await??;
    say(&format!(
        "{} holds the shop as it was on {}; `rialto verify` says whether its books agree, `rialto up` opens it",
        config.data.display(),
        made_at.format("%F %T UTC")
    ));
    Ok(ExitCode::SUCCESS)
}

/// What stands elsewhere has its own ways to be kept.
fn only_embedded(config: &Config) -> anyhow::Result<()> {
    if !config.orders.shards.is_empty() {
        // Shards stand where their URLs say, and not where a data directory is restored to.
        bail!(
            "this shop's customers are spread over several databases. `rialto backup` and `restore` are for a shop whose \
             data is in one directory; docs/how-to/shards.md says how to keep the others"
        );
    }
    let elsewhere = stores(config).into_iter().find(|store| store.file().is_none());
    if elsewhere.is_some() || config.events.settings.is_on_kafka() || !config.catalog.settings.mongodb_url.is_empty() {
        bail!(
            "this shop keeps data outside its data directory. `rialto backup` and `restore` are for a shop in one \
             process; docs/how-to/cluster.md says how to keep the others"
        );
    }
    Ok(())
}

fn stores(config: &Config) -> Vec<db::Config> {
    config.databases().into_iter().map(|(_, database)| database).collect()
}

/// Each file below `folder`, with its name in the archive.
fn files_below(folder: &Path, name: &Path) -> anyhow::Result<Vec<(PathBuf, PathBuf)>> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", folder.display())),
    };
    for entry in entries {
        let entry = entry?;
        let (path, name) = (entry.path(), name.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            found.extend(files_below(&path, &name)?);
        } else {
            found.push((path, name));
        }
    }
    found.sort();
    Ok(found)
}

/// Writes the archive. Answers how many files it holds.
fn write(target: &File, made_at: DateTime<Utc>, parts: &[(PathBuf, PathBuf)]) -> anyhow::Result<usize> {
    let mut files = Vec::with_capacity(parts.len());
    for (path, name) in parts {
        let (bytes, sha256) = digest(File::open(path).with_context(|| format!("{} cannot be read", path.display()))?)?;
        files.push(Entry { name: name.display().to_string(), bytes, sha256 });
    }
    let manifest = Manifest { version: env!("CARGO_PKG_VERSION").to_owned(), made_at, files };
    let mut archive = tar::Builder::new(GzEncoder::new(BufWriter::new(target), Compression::fast()));
    let text = serde_json::to_vec_pretty(&manifest)?;
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o600);
    header.set_cksum();
    archive.append_data(&mut header, MANIFEST, text.as_slice())?;
    for (path, name) in parts {
        archive.append_path_with_name(path, name)?;
    }
    archive.into_inner()?.finish()?.flush()?;
    Ok(manifest.files.len())
}

/// Unpacks beside the data directory, checks every file, and moves it to its place last.
fn unpack(source: &Path, data: &Path, media: &Path) -> anyhow::Result<DateTime<Utc>> {
    let parent = data.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let work = tempfile::Builder::new().prefix(".rialto-restore").tempdir_in(parent)?;
    let file = File::open(source).with_context(|| format!("{} cannot be read", source.display()))?;
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::new(file)));
    archive.unpack(work.path()).with_context(|| format!("{} is no backup, or not a whole one", source.display()))?;
    let manifest = fs::read(work.path().join(MANIFEST)).context("it has no backup.json, so it is no backup")?;
    let manifest: Manifest = serde_json::from_slice(&manifest).context("backup.json")?;
    for Entry { name, bytes, sha256 } in &manifest.files {
        let file = File::open(work.path().join(name)).with_context(|| format!("{name} is missing"))?;
        ensure!(digest(file)? == (*bytes, sha256.clone()), "{name} is not what was written");
    }
    fs::create_dir_all(data)?;
    let put = |from: PathBuf, to: PathBuf| {
        fs::rename(&from, &to).with_context(|| format!("{} cannot be written", to.display()))
    };
    for (path, name) in files_below(&work.path().join(DATABASES), Path::new(""))? {
        put(path, data.join(name))?;
    }
    if work.path().join(MEDIA).exists() {
        put(work.path().join(MEDIA), media.to_owned())?;
    }
    put(work.path().join(secrets::FILE), data.join(secrets::FILE))?;
    Ok(manifest.made_at)
}

/// Length and SHA-256 of all that `file` holds.
fn digest(mut file: impl Read) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, hex::encode(hash.finalize())));
        }
        bytes += read as u64;
        hash.update(&buffer[..read]);
    }
}
