//! Holding stock for an order: all lines or none.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use contracts::{ids::OrderId, time};
use db::Db;
use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    model::{Delta, Demand, Kind, ShortLine, Status, short_lines},
    store::{self, Because, Changes, Reservation},
};

pub const ACTOR: &str = "orders";

/// How asking for a hold ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Held {
        expires_at: DateTime<Utc>,
    },
    /// Some lines cannot be had; nothing is held that was not held before.
    Short(Vec<ShortLine>),
    /// The order was cancelled before this request arrived.
    Released,
    /// The order is paid, with other items than these.
    Closed,
}

/// Holds `wanted` for `order` until `expires_at`. Asking again only moves the expiry, and only later; asking for other
/// items puts them in the place of those held.
///
/// A hold that has run out does not block a sale, however late the sweeper is: overdue holds of these SKUs are let go
/// in the same transaction. Of more than `few` pieces, shoppers see no number.
pub async fn reserve(
    db: &Db,
    order: OrderId,
    wanted: &Demand,
    expires_at: DateTime<Utc>,
    few: u32,
) -> Result<Outcome, DbErr> {
    db.retried(|| try_to_reserve(db, order, wanted, expires_at, few)).await
}

async fn try_to_reserve(
    db: &Db,
    order: OrderId,
    wanted: &Demand,
    expires_at: DateTime<Utc>,
    few: u32,
) -> Result<Outcome, DbErr> {
    let now = time::now();
    let skus: BTreeSet<String> = wanted.keys().cloned().collect();
    let tx = db.begin().await?;
    let created = store::open(&tx, order, Status::Held, expires_at).await?;
    let mut overdue = lock_overdue(&tx, (!created).then_some(order), &skus, now).await?;
    let own = overdue.own.take();
    let had = own.as_ref().map_or_else(Demand::new, |own| own.lines.clone());
    let held = match own {
        Some(Reservation { status: Status::Held, expires_at: until, .. }) if had == *wanted => {
            return extend(tx, order, until, expires_at).await;
        }
        Some(Reservation { status: Status::Committed | Status::Fulfilled, expires_at, .. }) => {
            tx.rollback().await?;
            return Ok(if had == *wanted { Outcome::Held { expires_at } } else { Outcome::Closed });
        }
        Some(Reservation { status: Status::Released, .. }) => {
            tx.rollback().await?;
            return Ok(Outcome::Released);
        }
        Some(Reservation { status: Status::Held, .. }) => had.clone(),
        Some(Reservation { status: Status::Expired, .. }) | None => Demand::new(),
    };
    let mut changes = Changes::default();
    overdue.expire(&mut changes);
    changes.add_all(&held, Kind::Released, |n| Delta::hold(-n), &Because::new("replaced", ACTOR, Some(order.uuid())));
    let freed = freed_by(&changes);
    changes.add_all(wanted, Kind::Reserved, Delta::hold, &Because::new("ordered", ACTOR, Some(order.uuid())));
    let items = store::lock_items(&tx, &changes.skus().cloned().collect()).await?;
    let short = short_lines(wanted, |sku| {
        items.get(sku).filter(|item| item.retired_at.is_none()).map_or(0, |item| item.available() + freed(sku))
    });
    if !short.is_empty() {
        tx.rollback().await?;
        return Ok(Outcome::Short(short));
    }
    store::set_status(&tx, &overdue.orders(), Status::Expired).await?;
    if !created {
        store::set_status(&tx, &[order.uuid()], Status::Held).await?;
        store::set_expiry(&tx, order, expires_at).await?;
    }
    store::replace_lines(&tx, order, &had, wanted).await?;
    changes.pass_over_plenty(&items, few);
    store::write(&tx, changes).await?;
    tx.commit().await?;
    Ok(Outcome::Held { expires_at })
}

async fn extend(tx: db::Tx, order: OrderId, until: DateTime<Utc>, asked: DateTime<Utc>) -> Result<Outcome, DbErr> {
    if asked > until {
        store::set_expiry(&tx, order, asked).await?;
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(Outcome::Held { expires_at: until.max(asked) })
}

/// Holds that have run out and stand in the way, locked together with the order's own reservation.
pub(super) struct Overdue {
    pub own: Option<Reservation>,
    others: Vec<Reservation>,
}

/// Locks the order's reservation, if it is not of this transaction's making, and the overdue ones of others that hold any
/// of `skus`.
pub(super) async fn lock_overdue(
    tx: &db::Tx,
    order: Option<OrderId>,
    skus: &BTreeSet<String>,
    now: DateTime<Utc>,
) -> Result<Overdue, DbErr> {
    let mut orders = if skus.is_empty() { Vec::new() } else { store::overdue(&**tx, Some(skus), now).await? };
    orders.extend(order.map(|order| order.uuid()));
    let mut locked = store::lock_reservations(tx, orders).await?;
    let own = order.and_then(|order| locked.remove(&order.uuid()));
    // Between the look and the lock one may have been paid, extended or let go.
    let others = locked.into_values().filter(|other| other.status == Status::Held && other.expires_at < now).collect();
    Ok(Overdue { own, others })
}

impl Overdue {
    /// Lets all of them go.
    pub fn expire(&self, changes: &mut Changes) {
        for other in &self.others {
            let because = Because::new("expired", "inventory", Some(other.order_id.uuid()));
            changes.add_all(&other.lines, Kind::Expired, |n| Delta::hold(-n), &because);
        }
    }

    pub fn orders(&self) -> Vec<Uuid> {
        self.others.iter().map(|other| other.order_id.uuid()).collect()
    }
}

/// What `changes` so far add to the pieces that can be sold.
pub(super) fn freed_by(changes: &Changes) -> impl Fn(&str) -> i64 + use<> {
    let freed = changes.freed();
    move |sku| freed.get(sku).copied().unwrap_or(0)
}
