//! The desk where people look after a service's events: how they flow, which are stuck, and what becomes of those.
//!
//! The command line sits at it, and so does whoever asks over HTTP.

use std::sync::Arc;

use contracts::{
    Service, Shard,
    event_desk::{ConsumerStanding, OutboxStanding, ParkedEvent, ServiceEvents, SkippedEvent},
    ids::EventId,
};
use db::{
    Db, outbox,
    parked::{self, Parked, Subject},
    skipped::{self, Skipped},
};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::{Log, Unavailable, consumer::reader_name};

/// One service's events, in one of its shards. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    service: Service,
    name: Arc<str>,
    db: Db,
    log: Arc<dyn Log>,
    topics: Vec<&'static str>,
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
    /// `db` is the service's own; `topics` are what its consumer listens to, none without one.
    pub fn new(service: Service, db: Db, log: Arc<dyn Log>, topics: Vec<&'static str>) -> Self {
        Self { service, name: service.name().into(), db, log, topics }
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
        &self.topics
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
        let consumer = if self.topics.is_empty() {
            None
        } else {
            let lag = self.log.lag(&self.name, &self.topics).await?;
            Some(ConsumerStanding { position: lag.position, head: lag.head, topics: lag.topics })
        };
        Ok(ServiceEvents {
            service: self.service,
            outbox: OutboxStanding { depth: outbox::depth(reader).await?, oldest_at: outbox::oldest(reader).await? },
            consumer,
            parked: parked::count(reader).await?,
        })
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
