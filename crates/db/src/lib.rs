//! The relational store: connecting, migrating, transactions, and the tables every service keeps beside its own
//! (outbox, inbox, parked and skipped events, idempotency records, leases).
//!
//! SeaORM is the seam between SQLite and PostgreSQL. This is the only crate that knows which of the two it is on.

pub mod copy;
pub mod idempotency;
pub mod inbox;
pub mod leases;
pub mod migrations;
pub mod outbox;
pub mod parked;
mod replica;
mod retry;
pub mod skipped;
mod store;
mod upgrade;

pub use replica::Replica;
pub use store::{Config, Db, Tx, is_transient};
pub use upgrade::{Phase, Planned};
