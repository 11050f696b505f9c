//! What a service listens to: which events concern it, and the function that each of them is handed to.

use std::{collections::HashMap, future::Future, ops::Deref, pin::Pin, sync::Arc};

use contracts::{Envelope, Event, Shard, ids::EventId};
use db::inbox;
use sea_orm::DbErr;

/// Why an event could not be applied.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

pub(crate) type Handled = Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send>>;
pub(crate) type Handler = Arc<dyn Fn(Envelope) -> Handled + Send + Sync>;
/// Whether an event of a kind that is listened to is one of those that matter.
pub(crate) type Concern = Arc<dyn Fn(&Envelope) -> bool + Send + Sync>;

/// An event as a handler gets it. Dereferences to the event.
#[derive(Clone, Debug)]
pub struct Received<E> {
    pub id: EventId,
    pub occurred_at: chrono::DateTime<chrono::Utc>,
    pub event: E,
}

impl<E> Deref for Received<E> {
    type Target = E;
    fn deref(&self) -> &E {
        &self.event
    }
}

impl<E> Received<E> {
    /// Notes in `tx` that `consumer` applies this event. `false`: it was applied before.
    pub async fn first_time(&self, tx: &db::Tx, consumer: &str) -> Result<bool, DbErr> {
        inbox::first_time(tx, consumer, self.id).await
    }
}

/// The events that concern a service, in one of its shards. The default listens to nothing.
#[derive(Clone, Default)]
pub struct Subscription {
    topics: Vec<&'static str>,
    handlers: HashMap<&'static str, Handler>,
    /// Of the kinds of which not all matter.
    concerns: HashMap<&'static str, Concern>,
    /// Of several shards, which of them this one is, and how many there are.
    shard: Option<(Shard, usize)>,
}

impl Subscription {
    /// The services whose events are read.
    pub fn topics(&self) -> &[&'static str] {
        &self.topics
    }

    /// Whether the event is to be applied: it will be found in the inbox, or among those that are parked.
    pub fn concerns(&self, envelope: &Envelope) -> bool {
        self.handler_of(envelope).is_some()
    }

    pub(crate) fn add<E: Event>(&mut self, handler: Handler) {
        self.handlers.insert(E::TYPE, handler);
        if !self.topics.contains(&E::SERVICE.name()) {
            self.topics.push(E::SERVICE.name());
        }
    }

    pub(crate) fn narrow_to<E: Event>(&mut self, concern: Concern) {
        self.concerns.insert(E::TYPE, concern);
    }

    pub(crate) fn narrow_to_shard(&mut self, shard: Shard, count: usize) {
        self.shard = Some((shard, count));
    }

    /// The function for an event that concerns this shard. The first shard has also what speaks of one that is not there:
    /// it will fail, and be seen.
    pub(crate) fn handler_of(&self, envelope: &Envelope) -> Option<&Handler> {
        if let (Some((shard, count)), Some(named)) = (self.shard, envelope.shard()) {
            let holding = if named.number() < count { named } else { Shard::FIRST };
            if holding != shard {
                return None;
            }
        }
        let handler = self.handlers.get(envelope.kind.as_str())?;
        self.concerns.get(envelope.kind.as_str()).is_none_or(|concerns| concerns(envelope)).then_some(handler)
    }

    /// The function for all events of a kind, for one that concerned this shard when it was parked.
    pub(crate) fn handler_of_kind(&self, kind: &str) -> Option<&Handler> {
        self.handlers.get(kind)
    }
}
