//! Letting go of holds that have run out, so that the shelf shows them again.

use std::time::Duration;

use contracts::time;
use db::{Db, leases};
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    model::{Delta, Kind, Status},
    store::{self, Because, Changes},
};
use crate::App;

/// How long one process keeps the sweep to itself.
const LEASE_SECS: i64 = 30;

/// Lets go of all overdue holds. Answers how many there were. Several may run at once: what one has locked, another
/// finds no longer held.
pub async fn expire_overdue(db: &Db) -> Result<u64, DbErr> {
    let mut expired = 0;
    loop {
        let now = time::now();
        // Most sweeps find nothing, and need not wait for the writer to learn it.
        let found = store::overdue(db.reader(), None, now).await?;
        if found.is_empty() {
            return Ok(expired);
        }
        let tx = db.begin().await?;
        let locked = store::lock_reservations(&tx, found).await?;
        let mut changes = Changes::default();
        let mut orders: Vec<Uuid> = Vec::new();
        for reservation in locked.values().filter(|held| held.status == Status::Held && held.expires_at < now) {
            let because = Because::new("expired", "inventory", Some(reservation.order_id.uuid()));
            changes.add_all(&reservation.lines, Kind::Expired, |n| Delta::hold(-n), &because);
            orders.push(reservation.order_id.uuid());
        }
        store::lock_items(&tx, &changes.skus().cloned().collect()).await?;
        store::set_status(&tx, &orders, Status::Expired).await?;
        store::write(&tx, changes).await?;
        tx.commit().await?;
        expired += orders.len() as u64;
        metrics::counter!("rialto_reservations_expired_total").increment(orders.len() as u64);
    }
}

/// Sweeps every few seconds until `stop`.
pub async fn jobs(app: App, stop: CancellationToken) {
    let holder = Uuid::now_v7();
    let pause = Duration::from_secs(u64::from(app.config.inventory.expiry_sweep_secs));
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        let swept = match leases::take(&app.db, "inventory-expiry", holder, LEASE_SECS).await {
            Ok(true) => expire_overdue(&app.db).await.map(|_| ()),
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = swept {
            tracing::warn!(%error, "overdue holds: will try again");
        }
    }
}
