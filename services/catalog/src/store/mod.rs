//! Queries on the catalog's tables.

pub mod categories;
pub mod media;
pub mod products;
pub mod reviews;
pub mod revisions;
