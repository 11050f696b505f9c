//! The catalog through its router, on every database there is.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something amiss")]

mod authorization;
mod back_in_stock;
mod categories;
mod documents;
mod import;
mod import_jobs;
mod index;
mod inventory;
mod inventory_model;
mod inventory_races;
mod inventory_support;
mod media;
mod products;
mod reviews;
mod sample;
mod search;
mod support;
mod verify;
