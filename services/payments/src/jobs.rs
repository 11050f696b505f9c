//! Timers and queued work. Each can run in several processes at once: leases save work, constraints and locks keep it right.

use std::{future::Future, time::Duration};

use contracts::time;
use db::{idempotency, leases};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{App, Error, reconcile, recover, store, webhooks};

/// How often queues are looked at without being woken.
const POLL: Duration = Duration::from_secs(1);
const HOUSEKEEPING: Duration = Duration::from_secs(3600);
const LEASE_SECS: i64 = 30;
/// Batches of a queue that are worked off without a pause.
const ROUNDS: u32 = 20;
/// Webhooks are kept this long after they came.
const WEBHOOKS_KEPT_DAYS: i64 = 90;

pub async fn run(app: App, stop: CancellationToken) {
    let holder = Uuid::now_v7();
    tokio::join!(
        every(POLL, Some(&app.wake.webhooks), &stop, "webhooks", || until_empty(|| webhooks::apply_stored(&app))),
        every(POLL, Some(&app.wake.recovery), &stop, "recovery", || until_empty(|| recover::recover(&app))),
        every(POLL, None, &stop, "refunds", || until_empty(|| recover::retry_refunds(&app))),
        play_the_bank(&app, &stop),
        every(POLL * 10, None, &stop, "reconciliation", || reconcile_if_due(&app, holder)),
        every(HOUSEKEEPING, None, &stop, "housekeeping", || keep_house(&app, holder)),
    );
}

/// The sandbox's own work, whose books are in the first shard.
async fn play_the_bank(app: &App, stop: &CancellationToken) {
    if !app.shard.is_first() {
        return;
    }
    tokio::join!(
        every(POLL, None, stop, "sandbox", || async { Ok(app.sandbox.settle().await?) }),
        every(POLL, Some(app.sandbox.bell()), stop, "sandbox's post", || async { Ok(app.sandbox.deliver().await?) }),
    );
}

/// Runs `work` every `pause`, earlier if the bell rings, until `stop`.
async fn every<F, Fut>(pause: Duration, bell: Option<&Notify>, stop: &CancellationToken, name: &'static str, work: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    while !stop.is_cancelled() {
        if let Err(error) = work().await {
            tracing::warn!(job = name, error = %error, "payments: will try again");
        }
        let rung = async {
            match bell {
                Some(bell) => bell.notified().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = rung => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn until_empty<F, Fut>(work: F) -> Result<(), Error>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<usize, Error>>,
{
    // What was looked at is not due again right away; the limit is for when that cannot be written down.
    for _ in 0..ROUNDS {
        if work().await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn reconcile_if_due(app: &App, holder: Uuid) -> Result<(), Error> {
    let last = store::last_reconciliation(app.db.reader()).await?;
    let period = chrono::Duration::seconds(app.config.reconcile_every_secs);
    if let Some(run) = &last {
        reconcile::show(app, run);
    }
    if last.is_some_and(|run| run.started_at + period > time::now()) {
        return Ok(());
    }
    if leases::take(&app.db, "reconciliation", holder, LEASE_SECS).await? {
        reconcile::reconcile(app).await?;
    }
    Ok(())
}

async fn keep_house(app: &App, holder: Uuid) -> Result<(), Error> {
    if !leases::take(&app.db, "housekeeping", holder, LEASE_SECS).await? {
        return Ok(());
    }
    idempotency::prune(&app.db).await?;
    let tx = app.db.begin().await?;
    store::prune_webhooks(&tx, time::now() - chrono::Duration::days(WEBHOOKS_KEPT_DAYS)).await?;
    tx.commit().await?;
    Ok(())
}

/// Does all queued work there is right now, in turn, until nothing is left to do.
pub async fn settle(app: &App) -> Result<(), Error> {
    for _ in 0..20 {
        app.sandbox.settle().await?;
        app.sandbox.deliver().await?;
        let done =
            webhooks::apply_stored(app).await? + recover::recover(app).await? + recover::retry_refunds(app).await?;
        if done == 0 && store::count_open_webhooks(app.db.reader()).await? == 0 {
            return Ok(());
        }
    }
    Ok(())
}
