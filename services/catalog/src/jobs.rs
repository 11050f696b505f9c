//! Forgetting what is kept for a while only: answers under idempotency keys, and events that left long ago.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::App;

const EVERY: Duration = Duration::from_secs(3600);
const OUTBOX_KEPT_DAYS: i64 = 30;

/// Forgets every hour until `stop`. Several processes may do it at once.
pub async fn forget(app: App, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let answers = db::idempotency::prune(&app.db).await;
        let events = db::outbox::prune(&app.db, OUTBOX_KEPT_DAYS).await;
        if let Err(error) = answers.and(events) {
            tracing::warn!(%error, "forgetting old answers and events: will try again");
        }
    }
}
