//! The service through its router, on a real database of each kind, with other services that can be told to fail.

mod access;
mod carts;
mod documents;
mod facts;
mod placing;
mod promotions;
mod reports;
mod returns;
mod shards;
mod shop;
mod snapshots;
