//! The shop's master secret, and the keys for each purpose that are made from it.

use std::{fs, io::Write, path::Path};

use anyhow::Context;
use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use serde::Deserialize;
use sha2::Sha256;

const FILE: &str = "secret";
const LEAST_LEN: usize = 32;

/// Thirty-two bytes or more that only this shop knows. Never printed.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Secret {
    /// The key for one purpose. Knowing one of them tells nothing of the others.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }

    pub fn derive_hex(&self, purpose: &str) -> String {
        hex::encode(self.derive(purpose))
    }

    /// The secret of the configuration, or the one in the data directory, which is made at the first start.
    pub fn or_from(self, data: &Path) -> anyhow::Result<Self> {
        if !self.0.is_empty() {
            anyhow::ensure!(self.0.len() >= LEAST_LEN, "secret must have at least {LEAST_LEN} characters");
            return Ok(self);
        }
        let file = data.join(FILE);
        if let Ok(text) = fs::read_to_string(&file) {
            return Ok(Self(text.trim().to_owned()));
        }
        let secret = hex::encode(rand::rng().random::<[u8; 32]>());
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&file).and_then(|mut file| file.write_all(secret.as_bytes()));
        written.with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(Self(secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Secret::default().or_from(folder.path()).expect("made");
        let second = Secret::default().or_from(folder.path()).expect("found");
        assert_eq!(first.derive("a"), second.derive("a"));
        assert_ne!(first.derive("a"), first.derive("b"));
        assert!(Secret("short".into()).or_from(folder.path()).is_err());
        assert_eq!(format!("{first:?}"), "***");
    }
}
