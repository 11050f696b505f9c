//! Uses of coupons by orders of other shards. They are counted in the first shard, before the order is written; what an
//! order did not come to, or was cancelled, a job gives back.
//!
//! So a limit holds over all shards: at every moment at least as many uses are counted as there are orders.

use std::time::Duration;

use chrono::{DateTime, Duration as Span, Utc};
use contracts::{Shard, ids::OrderId, order::OrderStatus, time};
use db::Tx;
use sea_orm::IntoActiveModel;
use uuid::Uuid;

use crate::{
    App, Error,
    entity::promotion,
    promote::{self, CouponProblem},
    store,
};

/// An order that took longer is not written: its use may be given back before it is there.
pub const WRITTEN_WITHIN: Duration = Duration::from_secs(60);
/// A use whose order is not there after so long is given back. Far more than `WRITTEN_WITHIN`, for it is counted by another
/// clock.
const FORGOTTEN_AFTER_SECS: i64 = 300;
const BATCH: u64 = 200;

/// Takes one use for the order, once however often it is asked for.
pub async fn take(
    app: &App,
    order: OrderId,
    promotion: &promotion::Model,
    user: Option<Uuid>,
    email: &str,
) -> Result<(), Error> {
    let first = app.shards.db(Shard::FIRST);
    let attempt = || async {
        let tx = first.begin().await?;
        // A repeat needs its use as long as if it were the first.
        if store::spread_uses::renew(&tx, order).await? {
            return Ok(tx.commit().await?);
        }
        // Locks the promotion, so that uses are counted one after the other.
        let used = store::promotions::use_once(&tx, promotion.id).await?;
        if store::spread_uses::is_known(&tx, order).await? {
            // Asked for twice at once, and the other was faster. What was counted here is not kept.
            return Ok(());
        }
        if !used {
            return Err(promote::refused(CouponProblem::UsageLimitReached));
        }
        promote::check_customer(&*tx, promotion, user, email).await?;
        store::spread_uses::insert(&tx, order, promotion.id, user, email).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    first.retried(attempt).await
}

/// Puts a row into the order's own shard that the order can point to. It has no code that anybody could type.
pub async fn stand_in(tx: &Tx, promotion: &promotion::Model) -> Result<(), Error> {
    let row = promotion::Model {
        code: promotion.id.to_string(),
        active: false,
        max_uses: None,
        max_uses_per_customer: None,
        uses: 0,
        ..promotion.clone()
    };
    db::insert_absent(&**tx, [row.into_active_model()], &["id"]).await?;
    Ok(())
}

/// Gives back what the cancelled orders of this shard used. Answers how many those were.
pub async fn give_back_owed(app: &App) -> Result<u64, Error> {
    if app.shard.is_first() {
        return Ok(0);
    }
    let owed = store::spread_uses::owed(app.db.reader(), BATCH).await?;
    for order in &owed {
        give_back(app, *order, time::now() + Span::seconds(FORGOTTEN_AFTER_SECS)).await?;
        let tx = app.db.begin().await?;
        store::spread_uses::settle(&tx, *order).await?;
        tx.commit().await?;
    }
    Ok(owed.len() as u64)
}

/// Gives back the uses whose orders never came, where they are counted. Answers how many those were.
pub async fn give_back_forgotten(app: &App) -> Result<u64, Error> {
    if app.shards.is_single() || !app.shard.is_first() {
        return Ok(0);
    }
    let before = time::now() - Span::seconds(FORGOTTEN_AFTER_SECS);
    let mut forgotten = 0;
    for order in store::spread_uses::unconfirmed(app.db.reader(), before, BATCH).await? {
        let there = app.clone().holding(order);
        match store::orders::find(there.db.reader(), order).await {
            Ok(Some(order)) if order.status()? == OrderStatus::Cancelled => {
                // Asked for again when it was over.
                give_back(app, order.id.into(), before).await?;
                forgotten += 1;
            }
            Ok(Some(_)) => {
                let tx = app.db.begin().await?;
                store::spread_uses::confirm(&tx, order).await?;
                tx.commit().await?;
            }
            Ok(None) => {
                give_back(app, order, before).await?;
                forgotten += 1;
            }
            // That shard is away, and nobody knows.
            Err(error) => tracing::warn!(shard = %there.shard, %order, %error, "a coupon's use was not looked after"),
        }
    }
    Ok(forgotten)
}

/// Gives a use back that was taken before `before`.
async fn give_back(app: &App, order: OrderId, before: DateTime<Utc>) -> Result<(), Error> {
    let tx = app.shards.db(Shard::FIRST).begin().await?;
    if let Some(promotion) = store::spread_uses::remove(&tx, order, before).await? {
        store::promotions::give_back(&tx, promotion).await?;
    }
    Ok(tx.commit().await?)
}
