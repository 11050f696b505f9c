//! The desk where people look after a service's events: how they flow, which are stuck, and what becomes of those.
//!
//! The command line sits at it, and so does whoever asks over HTTP.

use std::{collections::HashSet, sync::Arc};

use contracts::{
    Envelope, Service, Shard,
    event_desk::{ConsumerStanding, OutboxStanding, ParkedEvent, ServiceEvents, SkippedEvent},
    ids::EventId,
};
use db::{
    Db, inbox, outbox,
    parked::{self, Parked, Subject},
    skipped::{self, Skipped},
};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::{Log, Subscription, Unavailable, consumer::reader_name};

/// One service's events, in one of its shards. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    service: Service,
    name: Arc<str>,
    db: Db,
    log: Arc<dyn Log>,
    subscription: Subscription,
}

/// What became of events that concern a service.
#[derive(Debug, Default)]
pub struct Heard {
    /// How many it should know.
    pub expected: u64,
    /// Those that it does not.
    pub lost: Vec<Envelope>,
}

#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("no such event is parked")]
    NotParked,
    #[error("it waits behind {0}, which has to be applied first")]
    Waits(EventId),
    #[error("store: {0}")]
    Db(#[from] DbErr),
    #[error(transparent)]
    Log(#[from] Unavailable),
}

impl Desk {
    /// `db` is the service's own; `subscription` is its consumer's, the default without one.
    pub fn new(service: Service, db: Db, log: Arc<dyn Log>, subscription: Subscription) -> Self {
        Self { service, name: service.name().into(), db, log, subscription }
    }

    /// The desk of `shard`, whose database it has.
    pub fn for_shard(self, shard: Shard) -> Self {
        Self { name: reader_name(self.service.name(), shard).into(), ..self }
    }

    /// The service's name, with the number of a shard that is not the first. It is what reads the log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the consumer listens to.
    pub fn topics(&self) -> &[&'static str] {
        self.subscription.topics()
    }

    /// What the service has written and read.
    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn service(&self) -> Service {
        self.service
    }

    /// How the service's events flow.
    pub async fn standing(&self) -> Result<ServiceEvents, DeskError> {
        let reader = self.db.reader();
        let consumer = if self.topics().is_empty() {
            None
        } else {
            let lag = self.log.lag(&self.name, self.topics()).await?;
            Some(ConsumerStanding { position: lag.position, head: lag.head, topics: lag.topics })
        };
        Ok(ServiceEvents {
            service: self.service,
            outbox: OutboxStanding { depth: outbox::depth(reader).await?, oldest_at: outbox::oldest(reader).await? },
            consumer,
            parked: parked::count(reader).await?,
        })
    }

    /// Which of `events`, oldest first, concern this service, and which of those have got lost: neither applied nor parked.
    ///
    /// To be asked once it has read all of them. What is older than the first event of its kind that has come here was told
    /// before the service listened to such.
    pub async fn heard(&self, events: &[Envelope]) -> Result<Heard, DeskError> {
        let concerning: Vec<&Envelope> = events.iter().filter(|event| self.subscription.concerns(event)).collect();
        let ids: Vec<Uuid> = concerning.iter().map(|event| event.id.uuid()).collect();
        let (reader, consumer) = (self.db.reader(), self.service.name());
        let mut here = inbox::among(reader, consumer, &ids).await?;
        here.extend(parked::ids(reader, consumer).await?);
        let mut heard = Heard::default();
        let mut listened_to = HashSet::new();
        for event in concerning {
            if here.contains(&event.id.uuid()) {
                listened_to.insert(event.kind.as_str());
            } else if listened_to.contains(event.kind.as_str()) {
                heard.lost.push(event.clone());
            } else {
                continue;
            }
            heard.expected += 1;
        }
        Ok(heard)
    }

    /// Parked events behind a position, oldest first.
    pub async fn parked(&self, after: Option<i64>, limit: u64) -> Result<Vec<ParkedEvent>, DeskError> {
        let rows = parked::page(self.db.reader(), self.service.name(), after, limit).await?;
        self.with_heads(rows).await
    }

    /// One parked event.
    pub async fn find(&self, id: EventId) -> Result<ParkedEvent, DeskError> {
        let row = parked::find(self.db.reader(), self.service.name(), id.uuid()).await?;
        let found = self.with_heads(row.into_iter().collect()).await?;
        found.into_iter().next().ok_or(DeskError::NotParked)
    }

    /// Asks for an attempt now. The consumer makes it, within a moment.
    pub async fn retry(&self, id: EventId) -> Result<ParkedEvent, DeskError> {
        if let Some(head) = self.find(id).await?.waits_behind {
            return Err(DeskError::Waits(head));
        }
        parked::retry_now(&self.db, Some(id.uuid())).await?;
        self.find(id).await
    }

    /// Asks for an attempt now of all that is parked. Answers how much that is.
    pub async fn retry_all(&self) -> Result<u64, DeskError> {
        Ok(parked::retry_now(&self.db, None).await?)
    }

    /// Gives an event up for good, so that those behind it go on.
    pub async fn skip(&self, id: EventId, by: &str, reason: &str) -> Result<SkippedEvent, DeskError> {
        let skipped = skipped::skip(&self.db, self.service.name(), id.uuid(), by, reason).await?;
        let skipped = skipped.ok_or(DeskError::NotParked)?;
        tracing::warn!(service = %self.service, event = %id, kind = skipped.envelope.kind, by, reason, "event skipped");
        Ok(self.skipped_view(skipped))
    }

    /// Events that were given up, behind a position, oldest first.
    pub async fn skipped(&self, after: Option<i64>, limit: u64) -> Result<Vec<SkippedEvent>, DeskError> {
        let rows = skipped::page(self.db.reader(), self.service.name(), after, limit).await?;
        Ok(rows.into_iter().map(|row| self.skipped_view(row)).collect())
    }

    async fn with_heads(&self, rows: Vec<Parked>) -> Result<Vec<ParkedEvent>, DeskError> {
        let keys: Vec<Uuid> = rows.iter().map(|row| row.envelope.partitionkey).collect();
        let heads = parked::heads(self.db.reader(), self.service.name(), &keys).await?;
        let view = |row: Parked| {
            let head = heads.get(&Subject::of(&row.envelope)).filter(|head| **head != row.envelope.id.uuid());
            ParkedEvent {
                service: self.service,
                id: row.envelope.id,
                r#type: row.envelope.kind,
                source: row.envelope.source,
                subject: row.envelope.subject,
                occurred_at: row.envelope.time,
                position: row.position,
                payload: row.envelope.data,
                cause: row.cause,
                attempts: row.attempts,
                next_attempt_at: row.next_attempt_at,
                waits_behind: head.map(|head| (*head).into()),
                parked_at: row.parked_at,
            }
        };
        Ok(rows.into_iter().map(view).collect())
    }

    fn skipped_view(&self, row: Skipped) -> SkippedEvent {
        SkippedEvent {
            service: self.service,
            id: row.envelope.id,
            r#type: row.envelope.kind,
            source: row.envelope.source,
            subject: row.envelope.subject,
            occurred_at: row.envelope.time,
            position: row.position,
            payload: row.envelope.data,
            cause: row.cause,
            attempts: row.attempts,
            parked_at: row.parked_at,
            skipped_at: row.skipped_at,
            skipped_by: row.skipped_by,
            reason: row.reason,
        }
    }
}
