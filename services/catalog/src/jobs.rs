//! Forgetting what is kept for a while only: answers under idempotency keys, old imports.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{App, back_in_stock, documents, import};

const EVERY: Duration = Duration::from_secs(3600);

/// Forgets every hour until `stop`. Several processes may do it at once.
pub async fn forget(app: App, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = db::idempotency::prune(&app.db).await {
            tracing::warn!(%error, "forgetting old answers: will try again");
        }
        if let Err(error) = documents::sweep(&app).await {
            tracing::warn!(%error, "forgetting what products were before: will try again");
        }
        if let Err(error) = import::forget(&app).await {
            tracing::warn!(%error, "forgetting old imports: will try again");
        }
        if let Err(error) = back_in_stock::forget(&app).await {
            tracing::warn!(%error, "forgetting whoever waited too long: will try again");
        }
    }
}
