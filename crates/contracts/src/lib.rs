//! What the services tell each other, as data only: identifiers, money, events, and the calls one service makes to another.
//!
//! Nothing here does I/O. A service depends on this crate instead of on another service, so a shape that two
//! services share is written once and cannot drift.

pub mod address;
pub mod calls;
pub mod event_desk;
pub mod events;
pub mod ids;
pub mod invariant;
pub mod money;
pub mod order;
pub mod permissions;
pub mod secret;
pub mod service;
pub mod shard;
pub mod time;

pub use address::{Address, Destination};
pub use calls::Call;
pub use events::{Envelope, Event};
pub use ids::Id;
pub use invariant::Invariant;
pub use money::{Currency, Money, MoneyError};
pub use secret::Secret;
pub use service::Service;
pub use shard::Shard;
