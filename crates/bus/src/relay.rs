//! The relay: carries a service's outbox to the log, in order, within milliseconds of the commit.

use std::{sync::Arc, time::Duration};

use db::{Db, leases, outbox};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::Log;

/// Events sent at once.
const BATCH: u64 = 200;
/// How often the relay looks without being woken: rows that another process wrote, or that a crash left.
const POLL: Duration = Duration::from_millis(500);
const LEASE_SECS: i64 = 10;

/// Runs until `stop`, then sends what is left.
///
/// A crash between publishing and marking sends events again; the log leaves out those it has.
pub async fn relay(service: &'static str, db: Db, log: Arc<dyn Log>, stop: CancellationToken) {
    let holder = Uuid::now_v7();
    let mut pause = POLL;
    while !stop.is_cancelled() {
        tokio::select! {
            () = db.wait_for_commit() => {}
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => {}
        }
        match drain(service, holder, &db, &*log).await {
            Ok(()) => pause = POLL,
            Err(error) => {
                tracing::warn!(service, %error, "outbox relay: will try again");
                pause = (pause * 2).min(Duration::from_secs(10));
                tokio::time::sleep(pause).await;
            }
        }
    }
}

async fn drain(service: &'static str, holder: Uuid, db: &Db, log: &dyn Log) -> Result<(), RelayError> {
    loop {
        let events = outbox::unpublished(db, BATCH).await?;
        metrics::gauge!("rialto_outbox_depth", "service" => service)
            .set(u32::try_from(events.len()).unwrap_or(u32::MAX));
        if events.is_empty() || !leases::take(db, "relay", holder, LEASE_SECS).await? {
            return Ok(());
        }
        log.publish(&events).await?;
        let ids: Vec<Uuid> = events.iter().map(|event| event.id.uuid()).collect();
        outbox::mark_published(db, &ids).await?;
        metrics::counter!("rialto_events_published_total", "service" => service).increment(ids.len() as u64);
    }
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Db(#[from] sea_orm::DbErr),
    #[error(transparent)]
    Log(#[from] crate::Unavailable),
}
