//! What a broken-off replay needs to go on: the delivery option that was chosen for each invoice.
//!
//! An order is repeated with the same `Idempotency-Key`, so its body must be the same; a delivery option is new each time.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
    sync::{Mutex, PoisonError},
};

use anyhow::Context;
use serde::{Deserialize, Serialize};

#[derive(Debug)]
pub struct Journal(Mutex<Kept>);

#[derive(Debug)]
struct Kept {
    options: HashMap<String, String>,
    file: File,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    invoice: String,
    shipping_option: String,
}

impl Journal {
    /// Reads what an earlier run of `run` left in `file`, and goes on writing there.
    pub fn open(file: &Path) -> anyhow::Result<Self> {
        let told = || format!("{} cannot be used as a journal", file.display());
        let text = if file.exists() { fs::read_to_string(file).with_context(told)? } else { String::new() };
        // A run that was killed may have left half a line.
        let entries = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        let options = entries.map(|entry| (entry.invoice, entry.shipping_option)).collect();
        let mut writing = OpenOptions::new().create(true).append(true).open(file).with_context(told)?;
        if !text.is_empty() && !text.ends_with('\n') {
            writing.write_all(b"\n").with_context(told)?;
        }
        Ok(Self(Mutex::new(Kept { options, file: writing })))
    }

    pub fn option(&self, invoice: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).options.get(invoice).cloned()
    }

    /// Keeps the choice before anything depends on it.
    pub fn keep(&self, invoice: &str, shipping_option: &str) -> anyhow::Result<()> {
        let entry = Entry { invoice: invoice.to_owned(), shipping_option: shipping_option.to_owned() };
        let line = serde_json::to_string(&entry)? + "\n";
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.file.write_all(line.as_bytes())?;
        kept.options.insert(entry.invoice, entry.shipping_option);
        Ok(())
    }
}
