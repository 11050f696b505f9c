//! The catalog through its router, on every database there is.

mod inventory;
mod inventory_model;
mod inventory_races;
mod inventory_support;
