//! The relational store: connecting, migrating, transactions, and the tables every service keeps beside its own
//! (outbox, inbox, parked and skipped events, idempotency records, leases).
//!
//! SeaORM is the seam between SQLite, PostgreSQL and MariaDB. This is the only crate that knows which of them it is on.

mod absent;
pub mod copy;
pub mod idempotency;
pub mod inbox;
pub mod leases;
mod migrate;
pub mod migrations;
#[cfg(feature = "mysql")]
mod mysql;
mod old;
pub mod outbox;
pub mod parked;
mod pulse;
mod queries;
mod replica;
mod retry;
mod shards;
pub mod skipped;
mod store;
mod upgrade;

pub use absent::insert_absent;
pub use old::{Removed, remove_old};
pub use queries::{from_values, whole};
pub use replica::Replica;
pub use shards::{Shards, everywhere};
pub use store::{Config, Db, Tx, is_transient};
pub use upgrade::{Phase, Planned};

/// How far the clocks of two processes may differ.
pub const CLOCKS_DIFFER_SECS: i64 = 30;
