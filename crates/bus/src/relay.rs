//! The relay: carries a service's outbox to the log, in order, within milliseconds of the commit.

use std::{sync::Arc, time::Duration};

use db::{Db, leases, outbox};
use fail::fail_point;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Log, hourly::Hourly};

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
    let depth = metrics::gauge!("rialto_outbox_depth", "service" => service.to_owned());
    let mut sent = false;
    loop {
        let events = outbox::unpublished(db, BATCH as u64).await?;
        depth.set(u32::try_from(events.len()).unwrap_or(u32::MAX));
        if events.is_empty() {
            return Ok(sent);
        }
        let asked = Instant::now();
        if asked >= *ours_until {
            if !leases::take(db, LEASE, holder, LEASE_SECS).await? {
                return Ok(sent);
            }
            *ours_until = asked + SURE_FOR;
        }
        log.publish(&events).await?;
        fail_point!(&format!("relay::{service}::appended"), |_| std::process::abort());
        let ids: Vec<Uuid> = events.iter().map(|event| event.id.uuid()).collect();
        outbox::mark_published(db, &ids).await?;
        metrics::counter!("rialto_events_published_total", "service" => service.to_owned()).increment(ids.len() as u64);
        sent = true;
        if events.len() < BATCH {
            // Whatever was committed meanwhile has rung the bell.
            depth.set(0);
            return Ok(sent);
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Db(#[from] sea_orm::DbErr),
    #[error(transparent)]
    Log(#[from] crate::Unavailable),
}
