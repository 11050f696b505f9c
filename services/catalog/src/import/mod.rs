//! Products in and out as spreadsheets: what Shopify and WooCommerce export is read, and the Shopify format is written.
//!
//! A file is read row by row, and a product at a time becomes the same input that `POST /products` takes. A row that
//! cannot be taken is refused with its line, column and reason, and stops nothing else. Importing a file again changes
//! nothing, and nothing a file does not mention is ever removed.
//!
//! The command line runs an import by itself. Over HTTP it is a job, kept in tables of its own: tried first without
//! writing, then done in steps that survive a restart, and taken back on request for some days.

mod categories;
mod columns;
mod draft;
mod entity;
mod errors;
mod export;
mod job;
mod life;
mod merge;
mod migration;
mod report;
mod routes;
mod run;
mod sheet;
mod shopify;
mod steer;
mod store;
mod undo;
mod upload;
mod woocommerce;
mod write;

use sea_orm::{DeriveActiveEnum, EnumIter};
use sea_orm_migration::MigrationTrait;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use export::export;
pub use job::{forget, jobs, work};
pub use report::{Notice, Report, RowProblem, write_errors};
pub use routes::routes;
pub use run::{Error, Import, Options, Progress, run};

/// Whose export the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[schema(as = ImportFormat)]
pub enum Format {
    Shopify,
    Woocommerce,
}

/// Which products of a file are taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumIter, DeriveActiveEnum, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[schema(as = ImportMode)]
pub enum Mode {
    /// New ones are made, those that are there are changed.
    #[default]
    All,
    /// Only new ones are made.
    New,
    /// Only those that are there are changed.
    Existing,
}

impl Mode {
    fn takes(self, is_there: bool) -> bool {
        match self {
            Self::All => true,
            Self::New => !is_there,
            Self::Existing => is_there,
        }
    }
}

/// The part of the configuration that is about imports.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// For so many days after its end an import can be undone.
    pub undo_days: u32,
    /// For so many days after its upload a file is kept, with what became of it.
    pub kept_days: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { undo_days: 7, kept_days: 30 }
    }
}

impl Config {
    pub fn problems(&self) -> Vec<String> {
        if (1..=365).contains(&self.kept_days) && self.undo_days <= self.kept_days {
            return Vec::new();
        }
        vec!["import.kept_days must be between 1 and 365, and import.undo_days not above it".to_owned()]
    }
}

/// The tables of imports, after those of products.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(migration::Imports)]
}
