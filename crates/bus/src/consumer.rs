//! A service's consumer: reads the log in order and hands each event to the function that knows what to do.
//!
//! A function that fails is tried again at once, then the event is parked and later events with its key wait behind
//! it; all other events go on. Parked events are tried again with growing pauses.

use std::{collections::HashMap, future::Future, ops::Deref, pin::Pin, sync::Arc, time::Duration};

use contracts::{Envelope, Event, ids::EventId};
use db::{Db, inbox, parked};
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::{Delivery, Log};

const BATCH: u64 = 100;
/// Tries at once, before an event is parked.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const PARKED_POLL: Duration = Duration::from_secs(1);

/// Why an event could not be applied.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

type Handled = Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send>>;
type Handler = Arc<dyn Fn(Envelope) -> Handled + Send + Sync>;

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

/// What one service listens to.
pub struct Consumer {
    group: &'static str,
    db: Db,
    topics: Vec<&'static str>,
    handlers: HashMap<&'static str, Handler>,
}

impl Consumer {
    /// `group` is the service's name; `db` holds its inbox and its parked events.
    pub fn new(group: &'static str, db: Db) -> Self {
        Self { group, db, topics: Vec::new(), handlers: HashMap::new() }
    }

    /// Has `handler` called for each `E`. It gets a clone of `app` and must be one transaction that may run twice.
    pub fn on<E, A, F, Fut, Err>(mut self, app: &A, handler: F) -> Self
    where
        E: Event + 'static,
        A: Clone + Send + Sync + 'static,
        F: Fn(A, Received<E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Err>> + Send + 'static,
        Err: Into<HandlerError>,
    {
        let app = app.clone();
        let handler = Arc::new(handler);
        let call = move |envelope: Envelope| -> Handled {
            let (app, handler) = (app.clone(), handler.clone());
            Box::pin(async move {
                let event: E = envelope.read()?;
                let received = Received { id: envelope.id, occurred_at: envelope.time, event };
                handler(app, received).await.map_err(Into::into)
            })
        };
        self.handlers.insert(E::TYPE, Arc::new(call));
        if !self.topics.contains(&E::SERVICE.name()) {
            self.topics.push(E::SERVICE.name());
        }
        self
    }

    pub fn group(&self) -> &'static str {
        self.group
    }

    pub fn topics(&self) -> &[&'static str] {
        &self.topics
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Runs until `stop`; an event being applied is finished first.
    pub async fn run(self, log: Arc<dyn Log>, stop: CancellationToken) {
        let mut next_look_at_parked = tokio::time::Instant::now();
        while !stop.is_cancelled() {
            if tokio::time::Instant::now() >= next_look_at_parked {
                if let Err(error) = self.retry_parked().await {
                    tracing::warn!(consumer = self.group, %error, "parked events: will try again");
                }
                next_look_at_parked = tokio::time::Instant::now() + PARKED_POLL;
            }
            let fetched = tokio::select! {
                fetched = log.fetch(self.group, &self.topics, BATCH) => fetched,
                () = stop.cancelled() => return,
            };
            let applied = match fetched {
                Ok(deliveries) => self.apply_all(&*log, deliveries, &stop).await,
                Err(error) => Err(error.into()),
            };
            if let Err(error) = applied {
                tracing::warn!(consumer = self.group, %error, "consumer: will try again");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }

    async fn apply_all(
        &self,
        log: &dyn Log,
        deliveries: Vec<Delivery>,
        stop: &CancellationToken,
    ) -> Result<(), HandlerError> {
        let mut done = None;
        for delivery in deliveries {
            if stop.is_cancelled() {
                break;
            }
            self.apply(&delivery).await?;
            done = Some(delivery.position);
        }
        // Behind a crash the events since the last commit come again; the inbox knows them.
        if let Some(position) = done {
            log.commit(self.group, position).await?;
        }
        Ok(())
    }

    /// Applies one event or parks it. Fails only when neither is possible.
    async fn apply(&self, delivery: &Delivery) -> Result<(), DbErr> {
        let envelope = &delivery.envelope;
        let Some(handler) = self.handlers.get(envelope.kind.as_str()) else { return Ok(()) };
        if parked::blocks(self.db.reader(), self.group, envelope.partitionkey).await? {
            return self.park(delivery, "waits behind an earlier event of the same subject", 0).await;
        }
        let mut pause = FIRST_PAUSE;
        let mut tries = 0;
        loop {
            tries += 1;
            let Err(error) = handler(envelope.clone()).await else {
                self.count(&envelope.kind, "applied");
                return Ok(());
            };
            tracing::warn!(consumer = self.group, event = %envelope.id, kind = envelope.kind, tries, error = chain(&*error), "event not applied");
            if tries == TRIES {
                return self.park(delivery, &chain(&*error), tries).await;
            }
            tokio::time::sleep(pause).await;
            pause *= 4;
        }
    }

    async fn park(&self, delivery: &Delivery, cause: &str, attempts: u32) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        parked::park(&tx, self.group, delivery.position, &delivery.envelope, cause, attempts).await?;
        tx.commit().await?;
        self.count(&delivery.envelope.kind, "parked");
        tracing::error!(consumer = self.group, event = %delivery.envelope.id, kind = delivery.envelope.kind, cause, "event parked");
        Ok(())
    }

    /// Tries the due head of each key, and what waits behind it.
    async fn retry_parked(&self) -> Result<(), DbErr> {
        for waiting in parked::due(&self.db, self.group, BATCH).await? {
            let event = waiting.envelope.id.uuid();
            let Some(handler) = self.handlers.get(waiting.envelope.kind.as_str()) else { continue };
            match handler(waiting.envelope.clone()).await {
                Ok(()) => {
                    parked::release(&self.db, self.group, event).await?;
                    self.count(&waiting.envelope.kind, "applied");
                }
                Err(error) => parked::failed_again(&self.db, self.group, event, &chain(&*error)).await?,
            }
        }
        Ok(())
    }

    fn count(&self, kind: &str, outcome: &'static str) {
        metrics::counter!("rialto_events_total", "consumer" => self.group, "kind" => kind.to_owned(), "outcome" => outcome)
            .increment(1);
    }
}

/// The error and its causes in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
