//! The seam: an append-only log with a cursor for each group of readers.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contracts::{Envelope, event_desk::TopicLag, ids::EventId};
use uuid::Uuid;

/// How long events stay: longer than in outboxes, shorter than inboxes remember them.
pub(crate) const KEPT_DAYS: i64 = 30;

/// An event and where it stands in the log.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub place: Place,
    pub envelope: Envelope,
}

/// Where an event stands in its topic. Shown as `17`, or as `3/17` where topics have partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// `None`: the log is one row of events, of all topics.
    pub partition: Option<i32>,
    pub position: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(partition) = self.partition {
            write!(f, "{partition}/")?;
        }
        write!(f, "{}", self.position)
    }
}

/// Where a group reads on after a `seek`.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    Beginning,
    /// At this position, of every partition.
    Position(i64),
    /// With the first event of this time or later.
    Time(DateTime<Utc>),
}

/// How far a group has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// The last position it has committed; with partitions, how many events that makes in all of them.
    pub position: i64,
    /// The last position of the log, counted in the same way.
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
    /// Appends events, those of one key in order. Repeating is harmless: a log may leave out an event it has, and
    /// readers know those they have applied.
    async fn publish(&self, events: &[Envelope]) -> Result<(), Unavailable>;

    /// The next events of `topics` for `group` behind what it has committed, at most `limit`. Waits up to a second for
    /// one to come. A group always asks for the same topics.
    async fn fetch(&self, group: &str, topics: &[&str], limit: u64) -> Result<Vec<Delivery>, Unavailable>;

    /// Moves the group's cursor behind what `done` lists, the first of what was fetched last: it has been applied or
    /// parked. A `seek` in between stands. A log may write that down a moment later, or once it can be reached again: what
    /// was done until then comes again after a crash.
    async fn commit(&self, group: &str, done: &[Delivery]) -> Result<(), Unavailable>;

    /// Stops reading for `group`, so that another process need not wait before it takes over.
    async fn leave(&self, group: &str) -> Result<(), Unavailable>;

    /// Moves the group's cursor, so that it reads from `start` again. A log may refuse while another process reads for
    /// the group.
    async fn seek(&self, group: &str, start: Start) -> Result<(), Unavailable>;

    /// How far the group has come with `topics`.
    async fn lag(&self, group: &str, topics: &[&str]) -> Result<Lag, Unavailable>;

    /// Events of the log, newest first, for people who look.
    async fn recent(&self, limit: u64) -> Result<Vec<Delivery>, Unavailable>;

    /// One event of the log.
    async fn find(&self, id: EventId) -> Result<Option<Delivery>, Unavailable>;

    /// Which of these events of `topic` the log does not have.
    async fn missing(&self, topic: &str, ids: &[Uuid]) -> Result<Vec<Uuid>, Unavailable>;
}

/// How long ago an event happened.
pub(crate) fn age(event: &Envelope, now: DateTime<Utc>) -> Duration {
    (now - event.time).to_std().unwrap_or_default()
}
