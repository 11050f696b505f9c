//! What inventory listens to: returned goods that have been looked at.

use std::collections::BTreeSet;

use bus::{Consumer, Received};
use contracts::events::{Disposition, ReturnReceived};

use super::{
    model::{Delta, Kind},
    store::{self, Because, Changes},
};
use crate::{App, Error};

/// Adds inventory's handlers. `OrderStatusChanged` has its handler in the crate's `events.rs`, which calls
/// `inventory::on_order_status_changed`.
pub fn register(consumer: Consumer, app: &App) -> Consumer {
    consumer.on(app, on_return_received)
}

/// Books returned goods: back on the shelf, kept as damaged, or written off. They left what is on hand when they were
/// shipped, so a discarded piece changes no balance and is only noted.
pub async fn on_return_received(app: App, event: Received<ReturnReceived>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, "catalog").await? {
        return Ok(());
    }
    let because = Because::new("returned", "orders", Some(event.return_id.uuid()));
    let mut changes = Changes::default();
    for line in event.lines.iter().filter(|line| line.quantity > 0) {
        let pieces = i64::from(line.quantity);
        let (kind, delta) = match line.disposition {
            Disposition::Restock => (Kind::Returned, Delta::on_hand(pieces)),
            Disposition::Damaged => (Kind::Damaged, Delta::damaged(pieces)),
            Disposition::Discard => (Kind::WrittenOff, Delta::default()),
        };
        changes.add(&line.sku, kind, delta, &because);
    }
    let skus: BTreeSet<String> = changes.skus().cloned().collect();
    // Its product may be gone since; the goods are there all the same.
    store::note_items(&tx, &skus).await?;
    store::lock_items(&tx, &skus).await?;
    store::write(&tx, changes).await?;
    tx.commit().await?;
    Ok(())
}
