//! The event log: what the services' outboxes flow into, and what their consumers read.
//!
//! `Log` is the seam. Here stands its embedded form, a table; Kafka takes its place in a cluster. Delivery is at
//! least once and in order of each key; effects happen once because consumers keep an inbox.

mod consumer;
mod desk;
mod embedded;
mod hourly;
mod log;
mod relay;
mod routes;

pub use consumer::{Consumer, HandlerError, Received};
pub use desk::{Desk, DeskError};
pub use embedded::{EmbeddedLog, Migrator};
pub use log::{Delivery, Lag, Log, Start, Unavailable};
pub use relay::relay;
pub use routes::routes;
