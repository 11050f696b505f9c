//! The shop's master secret, and the keys for each purpose that are made from it.

use std::{fs, io::Write, path::Path};

use anyhow::Context;
use contracts::Secret;
use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use sha2::Sha256;

pub const FILE: &str = "secret";
const LEAST_LEN: usize = 32;

/// The key for one purpose. Knowing one of them tells nothing of the others.
pub fn derive(master: &Secret, purpose: &str) -> anyhow::Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(master.bytes()).context("the secret cannot be used as a key")?;
    mac.update(purpose.as_bytes());
    Ok(hex::encode(mac.finalize().into_bytes()))
}

/// The secret of the configuration, or the one in the data directory, which is made at the first start.
pub fn find_or_make(configured: &Secret, data: &Path) -> anyhow::Result<Secret> {
    if !configured.is_empty() {
        anyhow::ensure!(configured.bytes().len() >= LEAST_LEN, "secret must have at least {LEAST_LEN} characters");
        return Ok(configured.clone());
    }
    let file = data.join(FILE);
    if let Ok(text) = fs::read_to_string(&file) {
        return Ok(Secret::new(text.trim()));
    }
    let secret = hex::encode(rand::rng().random::<[u8; 32]>());
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&file).and_then(|mut file| file.write_all(secret.as_bytes()));
    written.with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(Secret::new(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = find_or_make(&Secret::default(), folder.path()).expect("made");
        let second = find_or_make(&Secret::default(), folder.path()).expect("found");
        assert_eq!(derive(&first, "a").expect("derives"), derive(&second, "a").expect("derives"));
        assert_ne!(derive(&first, "a").expect("derives"), derive(&first, "b").expect("derives"));
        assert!(find_or_make(&Secret::new("short"), folder.path()).is_err());
    }
}
