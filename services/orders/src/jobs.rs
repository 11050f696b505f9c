//! The sweeper: finishes what nobody else will.

use std::time::Duration;

use chrono::Duration as Span;
use contracts::{ids::OrderId, time};
use db::{idempotency, leases};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    App, Error,
    model::Fact,
    move_order::{self, By, Owed},
    move_return, spread_uses, store,
};

/// Things done in one sweep of a kind.
const BATCH: u64 = 200;
/// Sweeps between two prunings.
const PRUNE_EVERY: u32 = 200;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub expired_orders: u64,
    pub abandoned_carts: u64,
    pub repeated_refunds: u64,
    /// Uses of coupons that another database counted, and that came to nothing.
    pub returned_uses: u64,
}

/// Sweeps until `stop`. Of several processes, one does.
pub async fn run(app: App, stop: CancellationToken) {
    let holder = Uuid::now_v7();
    let every = Duration::from_secs(u64::from(app.config.sweep_secs));
    let mut rounds: u32 = 0;
    loop {
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = stop.cancelled() => return,
        }
        rounds = rounds.wrapping_add(1);
        if let Err(error) = round(&app, holder, rounds).await {
            tracing::warn!(%error, "orders sweeper: will try again");
        }
    }
}

async fn round(app: &App, holder: Uuid, rounds: u32) -> Result<(), Error> {
    let lease_secs = i64::from(app.config.sweep_secs) * 3;
    if !leases::take(&app.db, "orders-sweeper", holder, lease_secs).await? {
        return Ok(());
    }
    let swept = sweep(app).await?;
    if swept != Swept::default() {
        tracing::info!(?swept, "swept");
    }
    if rounds.is_multiple_of(PRUNE_EVERY) {
        prune(app).await?;
    }
    Ok(())
}

/// Removes what nobody will ask for again: old answers, and carts that were given up as long ago as they had been kept before.
/// Answers how many carts.
pub async fn prune(app: &App) -> Result<u64, Error> {
    idempotency::prune(&app.db).await?;
    Ok(store::carts::forget(&app.db, time::now() - Span::days(i64::from(app.config.cart_kept_days)) * 2).await?)
}

/// One sweep: expired orders, abandoned carts, refunds that got no answer, uses of coupons that came to nothing.
pub async fn sweep(app: &App) -> Result<Swept, Error> {
    let mut swept = Swept::default();
    for id in store::orders::expired(app.db.reader(), time::now(), BATCH).await? {
        match expire(app, id).await {
            Ok(expired) => swept.expired_orders += u64::from(expired),
            // One order that cannot be expired must not keep the others from it.
            Err(error) => tracing::error!(order = %id, %error, "order not expired"),
        }
    }
    let kept = Span::days(i64::from(app.config.cart_kept_days));
    let tx = app.db.begin().await?;
    swept.abandoned_carts = store::carts::abandon(&tx, time::now() - kept).await?;
    tx.commit().await?;
    swept.repeated_refunds = repeat_refunds(app).await?;
    swept.returned_uses = spread_uses::give_back_owed(app).await? + spread_uses::give_back_forgotten(app).await?;
    Ok(swept)
}

/// Cancels an unpaid order whose time is over. A payment still under way finds it cancelled, and goes back.
async fn expire(app: &App, id: OrderId) -> Result<bool, Error> {
    let tx = app.db.begin().await?;
    let Some(mut order) = store::orders::lock(&tx, id).await? else { return Ok(false) };
    let due = order.expires_at.is_some_and(|expires| expires <= time::now());
    if !due || order.status()? != contracts::order::OrderStatus::Pending {
        return Ok(false);
    }
    let lines = store::orders::lines(&*tx, order.id).await?;
    let by = By { actor: "orders".to_owned(), reason: None, event: None };
    move_order::cancel(&tx, &mut order, &lines, Fact::Expired, &by).await?;
    tx.commit().await?;
    Ok(true)
}

/// Asks again for refunds that nobody answered, under the ids they had.
async fn repeat_refunds(app: &App) -> Result<u64, Error> {
    let asked_before = time::now() - Span::seconds(i64::from(app.config.refund_repeat_secs));
    let mut repeated = 0;
    for id in store::orders::unanswered_refunds(app.db.reader(), asked_before, BATCH).await? {
        let tx = app.db.begin().await?;
        let Some(mut order) = store::orders::lock(&tx, id).await? else { continue };
        // The answer may have come between the look and the lock.
        if order.refund_asked_at.is_none_or(|asked| asked >= asked_before) || order.paid().refundable() == 0 {
            continue;
        }
        let lines = store::orders::lines(&*tx, order.id).await?;
        order.refund_asked_at = Some(time::now());
        move_order::keep(&tx, &mut order, &lines).await?;
        // A late payment's own refund was asked for by amount; this one takes what is left, so nothing goes twice.
        let owed = Owed { cause: "cancel", payment: None, amount: None, reason: "repeated" };
        move_order::request_refund(&tx, &order, owed).await?;
        tx.commit().await?;
        repeated += 1;
    }
    for id in store::returns::unanswered_refunds(app.db.reader(), asked_before, BATCH).await? {
        let tx = app.db.begin().await?;
        let Some(row) = store::returns::find(&*tx, id).await? else { continue };
        let Some(order) = store::orders::lock(&tx, row.order_id.into()).await? else { continue };
        let Some(mut row) = store::returns::find(&*tx, id).await? else { continue };
        let status = row.status()?;
        move_return::repeat_refund(&tx, &order, &mut row).await?;
        store::returns::save(&tx, status, &mut row).await?;
        tx.commit().await?;
        repeated += 1;
    }
    Ok(repeated)
}
