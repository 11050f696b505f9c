//! The relay: carries a service's outbox to the log, in order, within milliseconds of the commit.

use std::{sync::Arc, time::Duration};

use contracts::{Envelope, time};
use db::{Db, leases, outbox};
use fail::fail_point;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Log, hourly::Hourly, log::age};

/// Events sent at once.
const BATCH: usize = 200;
/// How often the relay looks without being woken: rows that another process wrote, or that a crash left.
const POLL: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(10);
const LEASE: &str = "relay";
const LEASE_SECS: i64 = 5;
/// A lease that was taken or kept lasts at least half its time, unless clocks differ. Two relays at once only send twice.
const SURE_FOR: Duration = Duration::from_secs(2);

/// Runs until `stop`, then sends what is left.
///
/// A crash between publishing and marking sends events again; the log leaves out those it has. `service` may have several
/// databases, whose relays know nothing of each other; `name` tells them apart.
pub async fn relay(name: impl Into<String>, db: Db, log: Arc<dyn Log>, stop: CancellationToken) {
    let service: &str = &name.into();
    let holder = Uuid::now_v7();
    let pruning = Hourly::default();
    let (mut pause, mut ours_until) = (POLL, Instant::now());
    while !stop.is_cancelled() {
        tokio::select! {
            () = db.wait_for_events() => {}
            () = tokio::time::sleep(POLL) => {}
            () = stop.cancelled() => {}
        }
        match drain(service, holder, &db, &*log, &mut ours_until).await {
            Ok(sent) => {
                pause = POLL;
                if sent && pruning.is_due(Instant::now()) {
                    pruning.note(service, outbox::prune(&db, outbox::KEPT_DAYS).await);
                }
            }
            Err(error) => {
                tracing::warn!(service, %error, "outbox relay: will try again");
                // A log that cannot be reached is not asked at each commit.
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = stop.cancelled() => {}
                }
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
    }
    if let Err(error) = leases::release(&db, LEASE, holder).await {
        tracing::debug!(service, %error, "the relay's lease will run out by itself");
    }
}

/// Sends what waits, in batches. Answers whether there was anything.
///
/// Until `ours_until` the lease is believed to be this relay's, and nobody is asked.
async fn drain(
    service: &str,
    holder: Uuid,
    db: &Db,
    log: &dyn Log,
    ours_until: &mut Instant,
) -> Result<bool, RelayError> {
    let mut sent = Vec::new();
    let mut any = false;
    loop {
        // One batch is marked while the next is sent: who waits to be heard does not wait for a note of what was said.
        let next = send_next(service, holder, db, log, &sent, ours_until);
        let (marked, next) = tokio::join!(outbox::mark_published(db, &sent), next);
        marked?;
        sent = next?;
        if sent.is_empty() {
            return Ok(any);
        }
        any = true;
    }
}

/// Sends the next batch, of what is not among `sent`. Answers what that was: nothing if nothing waits, or another relay sends.
async fn send_next(
    service: &str,
    holder: Uuid,
    db: &Db,
    log: &dyn Log,
    sent: &[Uuid],
    ours_until: &mut Instant,
) -> Result<Vec<Uuid>, RelayError> {
    let mut events = outbox::unpublished(db, (BATCH + sent.len()) as u64).await?;
    events.retain(|event| !sent.contains(&event.id.uuid()));
    show_waiting(service, &events);
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let asked = Instant::now();
    if asked >= *ours_until {
        if !leases::take(db, LEASE, holder, LEASE_SECS).await? {
            return Ok(Vec::new());
        }
        *ours_until = asked + SURE_FOR;
    }
    log.publish(&events).await?;
    fail_point!(&format!("relay::{service}::appended"), |_| std::process::abort());
    note_published(service, &events);
    Ok(events.iter().map(|event| event.id.uuid()).collect())
}

/// Shows how much waits to be sent, and for how long.
fn show_waiting(service: &str, events: &[Envelope]) {
    let depth = u32::try_from(events.len()).unwrap_or(u32::MAX);
    metrics::gauge!("rialto_outbox_depth", "service" => service.to_owned()).set(depth);
    metrics::gauge!("rialto_outbox_oldest_seconds", "service" => service.to_owned())
        .set(events.first().map_or(0.0, |event| age(event, time::now()).as_secs_f64()));
}

/// Counts events that are in the log, and the time since each happened.
fn note_published(service: &str, events: &[Envelope]) {
    metrics::counter!("rialto_events_published_total", "service" => service.to_owned()).increment(events.len() as u64);
    let seconds = metrics::histogram!("rialto_event_publish_duration_seconds", "service" => service.to_owned());
    let now = time::now();
    for event in events {
        seconds.record(age(event, now).as_secs_f64());
    }
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Db(#[from] sea_orm::DbErr),
    #[error(transparent)]
    Log(#[from] crate::Unavailable),
}
