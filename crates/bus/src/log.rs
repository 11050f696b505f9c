//! The seam: an append-only log with a cursor for each group of readers.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contracts::{Envelope, event_desk::TopicLag, ids::EventId};

/// An event and where it stands in the log.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub position: i64,
    pub envelope: Envelope,
}

/// Where a group reads on after a `seek`.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    Beginning,
    Position(i64),
    Time(DateTime<Utc>),
}

/// How far a group has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// The last position it has committed.
    pub position: i64,
    /// The last position of the log.
    pub head: i64,
    /// Events of each topic that it has not committed.
    pub topics: Vec<TopicLag>,
}

impl Lag {
    /// Events of all topics that it has not committed.
    pub fn events(&self) -> u64 {
        self.topics.iter().map(|topic| topic.lag).sum()
    }
}

/// The log cannot be reached right now. Trying again later is safe.
#[derive(Debug, thiserror::Error)]
#[error("event log unavailable: {0}")]
pub struct Unavailable(pub String);

/// An append-only event log.
#[async_trait]
pub trait Log: Send + Sync {
    /// Appends events in order. An event whose id stands in the log already is left out, so repeating is harmless.
    async fn publish(&self, events: &[Envelope]) -> Result<(), Unavailable>;

    /// The next events of `topics` for `group`, at most `limit`. Waits up to a second for one to come. A group always
    /// asks for the same topics.
    async fn fetch(&self, group: &str, topics: &[&str], limit: u64) -> Result<Vec<Delivery>, Unavailable>;

    /// Moves the group's cursor behind `position`, which was fetched here: everything up to it has been applied or
    /// parked. A `seek` in between stands.
    async fn commit(&self, group: &str, position: i64) -> Result<(), Unavailable>;

    /// Stops reading for `group`, so that another process need not wait before it takes over.
    async fn leave(&self, group: &str) -> Result<(), Unavailable>;

    /// Moves the group's cursor, so that it reads from `start` again.
    async fn seek(&self, group: &str, start: Start) -> Result<(), Unavailable>;

    /// How far the group has come with `topics`.
    async fn lag(&self, group: &str, topics: &[&str]) -> Result<Lag, Unavailable>;

    /// Events of the log, newest first, for people who look.
    async fn recent(&self, limit: u64) -> Result<Vec<Delivery>, Unavailable>;

    /// One event of the log.
    async fn find(&self, id: EventId) -> Result<Option<Delivery>, Unavailable>;
}
