//! What an operator can set for the catalog.

use std::path::PathBuf;

use contracts::Currency;
use serde::Deserialize;

use crate::{import, inventory};

/// The catalog's part of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// What imported prices are in; the shop sets it for all services.
    pub currency: Currency,
    /// Where product documents are kept, such as `mongodb://mongo-1/catalog`. Empty: in the service's own database.
    pub mongodb_url: String,
    /// Folder of this process's search index. Absent: it is kept in memory and built anew at each start.
    pub index_dir: Option<PathBuf>,
    /// Folder of uploaded pictures and what is made of them.
    pub media_dir: PathBuf,
    /// Memory for writing the search index, in bytes; Tantivy needs 15 MB at least.
    pub index_memory_bytes: usize,
    /// How often the index looks for changes that no commit of this process woke it for.
    pub index_poll_ms: u64,
    /// Product answers kept ready in memory; one larger than 4 KiB counts as several.
    pub items_cached: u64,
    /// So many pieces or fewer are said to be few.
    pub low_stock_at: u32,
    /// Pictures with more pixels than this are refused: unpacked, they would fill the memory.
    pub picture_pixels_max: u64,
    pub inventory: inventory::Config,
    pub import: import::Config,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            currency: Currency::EUR,
            mongodb_url: String::new(),
            index_dir: None,
            media_dir: PathBuf::from("media"),
            index_memory_bytes: 32_000_000,
            index_poll_ms: 400,
            items_cached: 20_000,
            low_stock_at: 5,
            picture_pixels_max: 40_000_000,
            inventory: inventory::Config::default(),
            import: import::Config::default(),
        }
    }
}

impl Config {
    /// Every problem at once, so that an operator fixes the file in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.inventory.problems();
        if !self.mongodb_url.is_empty() && !self.mongodb_url.starts_with("mongodb") {
            problems.push("mongodb_url must begin with mongodb:// or mongodb+srv://".to_owned());
        }
        problems.extend(self.import.problems());
        if self.index_memory_bytes < 15_000_000 {
            problems.push("index_memory_bytes must be at least 15000000".to_owned());
        }
        if !(20..=10_000).contains(&self.index_poll_ms) {
            problems.push("index_poll_ms must be between 20 and 10000".to_owned());
        }
        if self.picture_pixels_max == 0 {
            problems.push("picture_pixels_max must be at least 1".to_owned());
        }
        problems
    }
}
