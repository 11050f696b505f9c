//! A service's consumer: reads the log in order, hands each event to the function that knows what to do, and shows how far it
//! is behind.
//!
//! Events of one thing (those with the same key) are applied in their order, events of several things at the same time, as
//! several processes would; in a batch, what may concern everything of an account is applied alone. A function that fails is
//! tried again at once, then the event is parked and later events of its subject wait behind it; all other events go on.
//! Parked events are tried again with growing pauses.

use std::{
    collections::HashSet,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use contracts::{Envelope, Event, Shard, time};
use db::{
    Db, inbox,
    parked::{self, Subject},
};
use fail::fail_point;
use futures::{Stream, StreamExt, stream};
use sea_orm::DbErr;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    Delivery, Log, Unavailable,
    batch::{Lane, Progress, rounds},
    hourly::Hourly,
    log::age,
    subscription::{Handled, Handler, HandlerError, Received, Subscription},
};

const BATCH: u64 = 100;
/// Things whose events are applied at the same time, if the database has room for as many and as many more.
const SIDE_BY_SIDE: usize = 8;
/// Tries at once, before an event is parked.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// How often parked events are looked at while there are any, and otherwise.
const WAITING_POLL: Duration = Duration::from_secs(1);
const IDLE_POLL: Duration = Duration::from_secs(30);
/// Within a batch the cursor moves this often.
const COMMIT_EVERY: Duration = Duration::from_secs(1);
/// Before the next try when the log or the database cannot be reached.
const TROUBLE_PAUSE: Duration = Duration::from_millis(500);
/// How often it is noted how far the service is behind.
const LAG_EVERY: Duration = Duration::from_secs(15);

/// One service's reading of the log, in one of its shards.
pub struct Consumer {
    /// In the inbox, and of what is parked.
    group: &'static str,
    /// In the log, where each shard has a cursor of its own.
    reads_as: String,
    db: Db,
    subscription: Subscription,
}

impl Consumer {
    /// `group` is the service's name; `db` holds its inbox and its parked events.
    pub fn new(group: &'static str, db: Db) -> Self {
        Self { group, reads_as: group.to_owned(), db, subscription: Subscription::default() }
    }

    /// Has it read for `shard` of `count`: under a name of its own, leaving alone what speaks of others.
    pub fn for_shard(mut self, shard: Shard, count: usize) -> Self {
        if count > 1 {
            self.reads_as = reader_name(self.group, shard);
            self.subscription.narrow_to_shard(shard, count);
        }
        self
    }

    /// Has `handler` called for each `E`. It gets a clone of `app` and must be one transaction that may run twice, and that
    /// notes the event in the inbox.
    pub fn on<E, A, F, Fut, Err>(mut self, app: &A, handler: F) -> Self
    where
        E: Event + 'static,
        A: Clone + Send + Sync + 'static,
        F: Fn(A, Received<E>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Err>> + Send + 'static,
        Err: Into<HandlerError>,
    {
        let (app, handler) = (app.clone(), Arc::new(handler));
        let call = move |envelope: Envelope| -> Handled {
            let (app, handler) = (app.clone(), handler.clone());
            Box::pin(async move {
                let event: E = envelope.read()?;
                let received = Received { id: envelope.id, occurred_at: envelope.time, event };
                handler(app, received).await.map_err(Into::into)
            })
        };
        self.subscription.add::<E>(Arc::new(call));
        self
    }

    /// Of each `E` has it called only for those that `concerns` picks, by nothing but what stands in them and does not change.
    /// The others cost no transaction.
    pub fn only<E, A>(mut self, app: &A, concerns: fn(&A, &E) -> bool) -> Self
    where
        E: Event + 'static,
        A: Clone + Send + Sync + 'static,
    {
        let app = app.clone();
        // What cannot be read is for the handler to fail at, so that it is seen.
        let concern = move |envelope: &Envelope| envelope.read().map_or(true, |event| concerns(&app, &event));
        self.subscription.narrow_to::<E>(Arc::new(concern));
        self
    }

    pub fn subscription(&self) -> &Subscription {
        &self.subscription
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Runs until `stop`; events being applied are finished first.
    pub async fn run(self, log: Arc<dyn Log>, stop: CancellationToken) {
        tokio::join!(self.read(&*log, &stop), stop.run_until_cancelled(self.watch(&*log)));
        if let Err(error) = log.leave(&self.reads_as).await {
            tracing::debug!(consumer = self.group, %error, "another process will have to wait a little");
        }
    }

    /// Notes how many events of each topic the service has not taken up. Beside reading, for whoever is stuck with an event
    /// is behind, too.
    async fn watch(&self, log: &dyn Log) {
        loop {
            tokio::time::sleep(LAG_EVERY).await;
            match log.lag(&self.reads_as, self.subscription.topics()).await {
                Ok(lag) => {
                    for topic in lag.topics {
                        let events = u32::try_from(topic.lag).unwrap_or(u32::MAX);
                        metrics::gauge!("rialto_consumer_lag", "consumer" => self.reads_as.clone(), "topic" => topic.topic)
                            .set(events);
                    }
                }
                Err(error) => tracing::debug!(consumer = self.group, %error, "how far it is behind cannot be told"),
            }
        }
    }

    async fn read(&self, log: &dyn Log, stop: &CancellationToken) {
        let pruning = Hourly::default();
        let mut look_at_parked = Instant::now();
        while !stop.is_cancelled() {
            if look_at_parked <= Instant::now() {
                look_at_parked = Instant::now() + self.look_at_parked(stop).await;
            }
            let fetched = tokio::select! {
                fetched = log.fetch(&self.reads_as, self.subscription.topics(), BATCH) => fetched,
                () = stop.cancelled() => break,
            };
            let applied = match fetched {
                Ok(deliveries) if deliveries.is_empty() => continue,
                Ok(deliveries) => self.apply_all(log, &deliveries, stop).await,
                Err(error) => Err(error.into()),
            };
            match applied {
                Ok(true) => look_at_parked = look_at_parked.min(Instant::now() + WAITING_POLL),
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(consumer = self.group, %error, "consumer: will try again");
                    tokio::time::sleep(TROUBLE_PAUSE).await;
                }
            }
            if pruning.is_due(Instant::now()) {
                pruning.note(self.group, inbox::prune(&self.db, self.group, inbox::KEPT_DAYS).await);
            }
        }
    }

    /// Applies or parks events: what is said of one thing in its order, and of several things side by side. Answers whether
    /// any is parked now.
    async fn apply_all(
        &self,
        log: &dyn Log,
        deliveries: &[Delivery],
        stop: &CancellationToken,
    ) -> Result<bool, HandlerError> {
        let mut progress = Progress::of(deliveries, |envelope| self.subscription.concerns(envelope));
        let rounds = rounds(deliveries, &progress);
        // Read after the fetch: what an earlier reader of the group parked lies behind the cursor, so it is seen here.
        let blocked = match rounds.is_empty() {
            true => HashSet::new(),
            false => parked::subjects(self.db.reader(), self.group).await?,
        };
        let (blocked, enough) = (&Mutex::new(blocked), &stop.child_token());
        let side_by_side = self.db.share_of_connections().min(SIDE_BY_SIDE);
        let rounds = rounds.into_iter().map(|lanes| {
            let lanes = lanes.into_iter().map(move |lane| self.apply_lane(deliveries, lane, blocked, enough).boxed());
            stream::iter(lanes).flatten_unordered(side_by_side)
        });
        let mut outcomes = stream::iter(rounds).flatten();
        let mut trouble: Option<HandlerError> = None;
        while let Some(outcome) = outcomes.next().await {
            let outcome = match outcome {
                Ok(number) => {
                    progress.note(number);
                    // With slow handlers another process may take over in the middle of a batch, and should find little to
                    // repeat.
                    match progress.uncommitted_since() >= COMMIT_EVERY && !enough.is_cancelled() {
                        true => self.commit(log, deliveries, &mut progress).await.map_err(HandlerError::from),
                        false => Ok(()),
                    }
                }
                Err(error) => Err(error.into()),
            };
            if let Err(error) = outcome {
                // Those that are under way are waited for: nothing of this batch may run beside its next try.
                enough.cancel();
                match &trouble {
                    None => trouble = Some(error),
                    Some(_) => tracing::warn!(consumer = self.group, %error, "consumer: more trouble"),
                }
            }
        }
        if let Some(error) = trouble {
            return Err(error);
        }
        // Behind a crash, or a stop, the events since the last commit come again; the inbox knows them.
        self.commit(log, deliveries, &mut progress).await?;
        Ok(!lock(blocked).is_empty())
    }

    /// Moves the cursor up to the first event that is not done.
    async fn commit(&self, log: &dyn Log, deliveries: &[Delivery], progress: &mut Progress) -> Result<(), Unavailable> {
        let done = progress.uncommitted();
        if !done.is_empty() {
            log.commit(&self.reads_as, &deliveries[done]).await?;
            progress.note_commit();
        }
        Ok(())
    }

    /// Applies or parks events of one thing, one after the other, until `enough`. Yields the number of each that is done, and
    /// ends with an error when one could neither be applied nor parked.
    fn apply_lane<'a>(
        &'a self,
        deliveries: &'a [Delivery],
        lane: Lane,
        blocked: &'a Mutex<HashSet<Subject>>,
        enough: &'a CancellationToken,
    ) -> impl Stream<Item = Result<usize, DbErr>> + use<'a> {
        stream::try_unfold(lane.into_iter(), move |mut lane| async move {
            let Some(number) = lane.next().filter(|_| !enough.is_cancelled()) else { return Ok(None) };
            self.apply(&deliveries[number], blocked).await?;
            Ok(Some((number, lane)))
        })
    }

    /// Applies one event or parks it, which blocks its subject. Fails only when neither is possible.
    async fn apply(&self, delivery: &Delivery, blocked: &Mutex<HashSet<Subject>>) -> Result<(), DbErr> {
        let envelope = &delivery.envelope;
        let Some(handler) = self.subscription.handler_of(envelope) else { return Ok(()) };
        let subject = Subject::of(envelope);
        let is_blocked = lock(blocked).contains(&subject);
        if is_blocked {
            // It may have been applied before an earlier one was parked, and come again since the cursor stood before both.
            if inbox::has(self.db.reader(), self.group, envelope.id).await? {
                return Ok(());
            }
            return self.park(delivery, "waits behind an earlier event of the same subject", 0).await;
        }
        let mut pause = FIRST_PAUSE;
        let mut tries = 0;
        loop {
            tries += 1;
            let Err(error) = self.handle(handler, envelope).await else {
                fail_point!(&format!("consumer::{}::handled", self.group), |_| std::process::abort());
                self.note_applied(envelope);
                // What another service said of the same thing may have waited for just this.
                let waits = lock(blocked).iter().any(|other| other.partition_key == subject.partition_key);
                if waits {
                    parked::hurry(&self.db, self.group, subject.partition_key).await?;
                }
                return Ok(());
            };
            tracing::warn!(consumer = self.group, event = %envelope.id, kind = envelope.kind, tries, error = chain(&*error), "event not applied");
            if tries == TRIES {
                self.park(delivery, &chain(&*error), tries).await?;
                lock(blocked).insert(subject);
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause *= 4;
        }
    }

    /// Hands an event to its handler. One whose transaction stood in another's way has not failed.
    async fn handle(&self, handler: &Handler, envelope: &Envelope) -> Result<(), HandlerError> {
        let attempt = || async { call(handler, envelope).await.map_err(Failed) };
        self.db.retried(attempt).await.map_err(|Failed(error)| error)
    }

    async fn park(&self, delivery: &Delivery, cause: &str, attempts: u32) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        parked::park(&tx, self.group, &delivery.envelope, cause, attempts).await?;
        tx.commit().await?;
        self.count(&delivery.envelope.kind, "parked");
        tracing::error!(consumer = self.group, event = %delivery.envelope.id, kind = delivery.envelope.kind, cause, "event parked");
        Ok(())
    }

    /// Tries parked events that are due. Answers when to look again: soon while any waits, else just in case, for those
    /// that a process parked before it died.
    async fn look_at_parked(&self, stop: &CancellationToken) -> Duration {
        match self.retry_parked(stop).await {
            Ok(true) => WAITING_POLL,
            Ok(false) => IDLE_POLL,
            Err(error) => {
                tracing::warn!(consumer = self.group, %error, "parked events: will try again");
                WAITING_POLL
            }
        }
    }

    /// Tries the due head of each subject, and then what waits behind it. Answers whether there was anything parked.
    async fn retry_parked(&self, stop: &CancellationToken) -> Result<bool, DbErr> {
        if parked::subjects(self.db.reader(), self.group).await?.is_empty() {
            return Ok(false);
        }
        let started = Instant::now();
        let mut progress = true;
        while progress && started.elapsed() < WAITING_POLL {
            progress = false;
            for waiting in parked::due(&self.db, self.group, BATCH).await? {
                let Some(handler) = self.subscription.handler_of_kind(&waiting.envelope.kind) else { continue };
                // Each may take as long as a service that hangs, and new events wait.
                if stop.is_cancelled() || started.elapsed() >= WAITING_POLL {
                    return Ok(true);
                }
                let event = waiting.envelope.id.uuid();
                match self.handle(handler, &waiting.envelope).await {
                    Ok(()) => {
                        parked::release(&self.db, self.group, event).await?;
                        parked::hurry(&self.db, self.group, waiting.envelope.partitionkey).await?;
                        self.note_applied(&waiting.envelope);
                    }
                    Err(error) => parked::failed_again(&self.db, self.group, event, &chain(&*error)).await?,
                }
                progress = true;
            }
        }
        Ok(true)
    }

    /// Counts an event that has had its effect, and the time since it happened.
    fn note_applied(&self, envelope: &Envelope) {
        let age = age(envelope, time::now());
        metrics::histogram!("rialto_event_delivery_duration_seconds", "consumer" => self.group)
            .record(age.as_secs_f64());
        self.count(&envelope.kind, "applied");
    }

    fn count(&self, kind: &str, outcome: &'static str) {
        metrics::counter!("rialto_events_total", "consumer" => self.group, "kind" => kind.to_owned(), "outcome" => outcome)
            .increment(1);
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name by which a service reads the log for one of its shards.
pub(crate) fn reader_name(service: &str, shard: Shard) -> String {
    if shard.is_first() { service.to_owned() } else { format!("{service}-{shard}") }
}

/// A handler's error, which in its box is none itself.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Failed(HandlerError);

/// Calls a handler. One that panics has failed like any other: the events behind it must go on.
async fn call(handler: &Handler, envelope: &Envelope) -> Result<(), HandlerError> {
    match tokio::spawn(handler(envelope.clone())).await {
        Ok(handled) => handled,
        Err(panicked) => Err(panicked.into()),
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
