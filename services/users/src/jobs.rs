//! What happens by itself: letters leave, signing keys rotate, what has run out goes.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{App, Error, keys, letters, store};

/// Letters are sent as they are written; this finds those that a crash or another process left behind.
const LOOK_FOR_LETTERS: Duration = Duration::from_secs(5);
const SWEEP: Duration = Duration::from_secs(300);
/// The sweeper's lease outlasts its pause, so that one process keeps it.
const LEASE_SECS: i64 = 400;
/// Ended sessions are kept for their owner's list of devices, letters for questions about them.
const SESSIONS_KEPT_DAYS: i64 = 90;
const LETTERS_KEPT_DAYS: i64 = 30;

/// Runs until `stop` fires.
pub async fn jobs(app: App, stop: CancellationToken) {
    tokio::join!(send_letters(&app, &stop), sweep_repeatedly(&app, &stop));
}

async fn send_letters(app: &App, stop: &CancellationToken) {
    loop {
        if let Err(error) = letters::send_due(app).await {
            tracing::warn!(%error, "letters: will try again");
        }
        tokio::select! {
            () = app.letter_written.notified() => {}
            () = tokio::time::sleep(LOOK_FOR_LETTERS) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn sweep_repeatedly(app: &App, stop: &CancellationToken) {
    let me = Uuid::now_v7();
    loop {
        let swept = match db::leases::take(&app.db, "users-sweep", me, LEASE_SECS).await {
            Ok(true) => sweep(app).await,
            Ok(false) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = swept {
            tracing::warn!(%error, "sweep: will try again");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Rotates the signing keys if it is time, and removes what has run out.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    keys::rotate(app).await?;
    let tx = app.db.begin().await?;
    store::sessions::prune(&tx, now - chrono::Duration::days(SESSIONS_KEPT_DAYS)).await?;
    store::letters::prune(&tx, now, LETTERS_KEPT_DAYS).await?;
    store::throttles::prune(&tx, now).await?;
    tx.commit().await?;
    db::idempotency::prune(&app.db).await?;
    Ok(())
}
