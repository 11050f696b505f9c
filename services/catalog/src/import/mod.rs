//! Products in and out as spreadsheets: what Shopify and WooCommerce export is read, and the Shopify format is written.
//!
//! A file is read row by row, and a product at a time becomes the same input that `POST /products` takes. A row that
//! cannot be taken is refused with its line, column and reason, and stops nothing else. Importing a file again changes
//! nothing, and nothing a file does not mention is ever removed.

mod categories;
mod draft;
mod export;
mod merge;
mod report;
mod run;
mod sheet;
mod shopify;
mod woocommerce;
mod write;

pub use export::export;
pub use report::{Notice, Report, RowProblem, write_errors};
pub use run::{Error, Options, Progress, run};

use serde::{Deserialize, Serialize};

/// Whose export the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Shopify,
    Woocommerce,
}
