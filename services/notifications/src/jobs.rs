//! Work that no request waits for: delivering what is queued, and throwing old mailbox messages away.

use std::time::Duration;

use db::leases;
use tokio_util::sync::CancellationToken;

use crate::{App, deliver, mailbox, queue};

/// Short, because a process that ended does not give it back, and messages wait for it.
const LEASE: &str = "delivery";
const LEASE_SECS: i64 = 10;
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
const PRUNE_EVERY: Duration = Duration::from_secs(3600);

/// Runs until `stop`; the message being handed over is finished first.
pub async fn run(app: App, stop: CancellationToken) {
    tokio::join!(deliver_forever(&app, &stop), prune_forever(&app, &stop));
}

async fn deliver_forever(app: &App, stop: &CancellationToken) {
    let poll = Duration::from_millis(app.config.poll_ms);
    let mut pause = poll;
    while !stop.is_cancelled() {
        tokio::select! {
            () = app.woken() => {}
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => break,
        }
        match round(app).await {
            Ok(()) => pause = poll,
            Err(error) => {
                tracing::warn!(%error, "delivery: will try again");
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
    // Messages do not wait for the end of the lease when one process takes another's place.
    if let Err(error) = leases::release(&app.db, LEASE, app.holder).await {
        tracing::debug!(%error, "the lease of the delivery will run out by itself");
    }
}

async fn round(app: &App) -> Result<(), sea_orm::DbErr> {
    if !queue::has_work(&app.db).await? {
        return Ok(());
    }
    // The lease saves work. That a message is not handed over twice is the claim's doing.
    if leases::take(&app.db, LEASE, app.holder, LEASE_SECS).await? {
        deliver::deliver_due(app).await?;
    }
    Ok(())
}

async fn prune_forever(app: &App, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = mailbox::prune(&app.db).await {
            tracing::warn!(%error, "mailbox: will try again to throw old messages away");
        }
        tokio::select! {
            () = tokio::time::sleep(PRUNE_EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}
