//! The event log: what the services' outboxes flow into, and what their consumers read.
//!
//! `Log` is the seam. Here stands its embedded form, a table; Kafka takes its place in a cluster. Delivery is at
//! least once and in order of each key; effects happen once because consumers keep an inbox.

mod batch;
mod consumer;
mod desk;
mod desks;
mod embedded;
mod hourly;
#[cfg(feature = "kafka")]
mod kafka;
mod log;
mod relay;
mod routes;
mod subscription;

pub use consumer::Consumer;
pub use desk::{Desk, DeskError, Heard};
pub use desks::Desks;
pub use embedded::{EmbeddedLog, Migrator};
#[cfg(feature = "kafka")]
pub use kafka::{KafkaConfig, KafkaLog};
pub use log::{Delivery, Lag, Log, Place, Start, Unavailable};
pub use relay::relay;
pub use routes::routes;
pub use subscription::{HandlerError, Received, Subscription};
