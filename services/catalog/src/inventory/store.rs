//! Reading, locking and writing stock. Locks are always taken in one order, so that no two transactions wait for each
//! other: reservations by order id, then items by SKU, then the revision counter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use contracts::{ids::OrderId, time};
use db::Tx;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::{
    entity::{counter, item, line, movement, reservation},
    model::{Delta, Demand, Kind, Status},
};

/// Overdue holds that one transaction sets free at most.
pub const OVERDUE_MAX: u64 = 200;
/// Rows in one statement: SQLite takes 32,766 values.
const ROWS_MAX: usize = 1_000;
/// SKUs asked for in one statement, for the same reason.
pub const SKUS_AT_ONCE: usize = 10_000;

/// Who moved stock, why, and for which order or return.
#[derive(Clone, Debug)]
pub struct Because {
    pub reason: String,
    pub actor: String,
    pub reference: Option<Uuid>,
}

impl Because {
    pub fn new(reason: &str, actor: &str, reference: Option<Uuid>) -> Self {
        Self { reason: reason.to_owned(), actor: actor.to_owned(), reference }
    }
}

/// What one transaction does to the stock: gathered first, written at once and in SKU order.
#[derive(Debug, Default)]
pub struct Changes {
    deltas: BTreeMap<String, Delta>,
    movements: Vec<movement::ActiveModel>,
    /// SKUs of which there is plenty before and after.
    plenty: BTreeSet<String>,
}

impl Changes {
    pub fn add(&mut self, sku: &str, kind: Kind, delta: Delta, because: &Because) {
        let sum = self.deltas.entry(sku.to_owned()).or_default();
        *sum = sum.plus(delta);
        self.movements.push(movement::ActiveModel {
            sku: Set(sku.to_owned()),
            kind: Set(kind),
            on_hand: Set(delta.on_hand),
            reserved: Set(delta.reserved),
            committed: Set(delta.committed),
            damaged: Set(delta.damaged),
            reason: Set(because.reason.clone()),
            actor: Set(because.actor.clone()),
            reference: Set(because.reference),
            at: Set(time::now()),
            ..Default::default()
        });
    }

    /// The same for every line of a reservation.
    pub fn add_all(&mut self, lines: &Demand, kind: Kind, delta: fn(i64) -> Delta, because: &Because) {
        for (sku, pieces) in lines {
            self.add(sku, kind, delta(*pieces), because);
        }
    }

    /// What the changes add to the pieces that can be sold, by SKU.
    pub fn freed(&self) -> BTreeMap<String, i64> {
        self.deltas.iter().map(|(sku, delta)| (sku.clone(), delta.available())).collect()
    }

    pub fn skus(&self) -> impl Iterator<Item = &String> {
        self.deltas.keys()
    }

    /// Gives no new revision to SKUs of which more than `few` pieces can be sold before and after the changes: shoppers
    /// read "in stock" both times, and those who sell it do not wait for each other at the counter.
    pub fn pass_over_plenty(&mut self, items: &BTreeMap<String, item::Model>, few: u32) {
        let few = i64::from(few);
        self.plenty = items
            .values()
            .filter(|item| {
                let delta = self.deltas.get(&item.sku).copied().unwrap_or_default();
                // Holds that have run out count as free elsewhere, so that there are no fewer than these.
                Ord::min(item.available(), item.available() + delta.available()) > few
            })
            .map(|item| item.sku.clone())
            .collect();
    }
}

/// A reservation, locked, with its lines.
#[derive(Clone, Debug)]
pub struct Reservation {
    pub order_id: OrderId,
    pub status: Status,
    pub expires_at: DateTime<Utc>,
    pub lines: Demand,
}

/// Makes sure there is an item for each SKU, from none; one that had been retired is sold again.
pub async fn ensure_items(tx: &Tx, skus: &BTreeSet<String>) -> Result<(), DbErr> {
    if insert_items(tx, skus, None).await? == skus.len() as u64 {
        return Ok(());
    }
    let skus: Vec<&String> = skus.iter().collect();
    for some in skus.chunks(SKUS_AT_ONCE) {
        let retired: Vec<String> = item::Entity::find()
            .filter(item::Column::Sku.is_in(some.iter().copied()))
            .filter(item::Column::RetiredAt.is_not_null())
            .select_only()
            .column(item::Column::Sku)
            .into_tuple()
            .all(&**tx)
            .await?;
        set_retired(tx, &retired, None).await?;
    }
    Ok(())
}

/// Makes sure that goods of these SKUs can be booked. Those that no product has are not sold.
pub async fn note_items(tx: &Tx, skus: &BTreeSet<String>) -> Result<(), DbErr> {
    insert_items(tx, skus, Some(time::now())).await?;
    Ok(())
}

async fn insert_items(tx: &Tx, skus: &BTreeSet<String>, retired_at: Option<DateTime<Utc>>) -> Result<u64, DbErr> {
    let now = time::now();
    let rows: Vec<item::ActiveModel> = skus
        .iter()
        .map(|sku| item::ActiveModel {
            sku: Set(sku.clone()),
            on_hand: Set(0),
            reserved: Set(0),
            committed: Set(0),
            damaged: Set(0),
            stock_revision: Set(0),
            retired_at: Set(retired_at),
            updated_at: Set(now),
        })
        .collect();
    let mut inserted = 0;
    for rows in rows.chunks(ROWS_MAX) {
        inserted += db::insert_absent(&**tx, rows.to_vec(), &["sku"]).await?;
    }
    Ok(inserted)
}

/// Marks items as no longer sold, or as sold again.
pub async fn set_retired(tx: &Tx, skus: &[String], at: Option<DateTime<Utc>>) -> Result<(), DbErr> {
    if skus.is_empty() {
        return Ok(());
    }
    item::Entity::update_many()
        .col_expr(item::Column::RetiredAt, Expr::value(at))
        .col_expr(item::Column::UpdatedAt, Expr::value(time::now()))
        .filter(item::Column::Sku.is_in(skus))
        .exec(&**tx)
        .await?;
    next_revision(tx).await?;
    item::Entity::update_many()
        .col_expr(item::Column::StockRevision, newest_revision())
        .filter(item::Column::Sku.is_in(skus))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The items of `skus` that exist, locked until the transaction ends.
pub async fn lock_items(tx: &Tx, skus: &BTreeSet<String>) -> Result<BTreeMap<String, item::Model>, DbErr> {
    let skus: Vec<&String> = skus.iter().collect();
    let mut items = BTreeMap::new();
    for some in skus.chunks(SKUS_AT_ONCE) {
        let rows = item::Entity::find()
            .filter(item::Column::Sku.is_in(some.iter().copied()))
            .order_by_asc(item::Column::Sku)
            .lock_exclusive()
            .all(&**tx)
            .await?;
        items.extend(rows.into_iter().map(|row| (row.sku.clone(), row)));
    }
    Ok(items)
}

/// Begins the reservation of an order, if it has none. `false`: it has one.
pub async fn open(tx: &Tx, order: OrderId, status: Status, expires_at: DateTime<Utc>) -> Result<bool, DbErr> {
    let now = time::now();
    let row = reservation::ActiveModel {
        order_id: Set(order.uuid()),
        status: Set(status),
        expires_at: Set(expires_at),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let inserted = db::insert_absent(&**tx, [row], &["order_id"]).await?;
    Ok(inserted == 1)
}

/// Orders whose hold has run out; of those that hold one of `skus`, if any are given.
pub async fn overdue(
    connection: &impl ConnectionTrait,
    skus: Option<&BTreeSet<String>>,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, DbErr> {
    let mut query = reservation::Entity::find()
        .select_only()
        .column(reservation::Column::OrderId)
        .filter(reservation::Column::Status.eq(Status::Held))
        .filter(reservation::Column::ExpiresAt.lt(now));
    if let Some(skus) = skus {
        let holders = Query::select()
            .column("order_id")
            .from("reservation_lines")
            .and_where(Expr::col("sku").is_in(skus.iter()))
            .to_owned();
        query = query.filter(reservation::Column::OrderId.in_subquery(holders));
    }
    query.order_by_asc(reservation::Column::ExpiresAt).limit(OVERDUE_MAX).into_tuple().all(connection).await
}

/// Reservations with their lines, locked until the transaction ends.
pub async fn lock_reservations(
    tx: &Tx,
    orders: impl IntoIterator<Item = Uuid>,
) -> Result<BTreeMap<Uuid, Reservation>, DbErr> {
    let orders: BTreeSet<Uuid> = orders.into_iter().collect();
    if orders.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = reservation::Entity::find()
        .filter(reservation::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_asc(reservation::Column::OrderId)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    let lines = line::Entity::find().filter(line::Column::OrderId.is_in(orders)).all(&**tx).await?;
    let mut locked: BTreeMap<Uuid, Reservation> = rows
        .into_iter()
        .map(|row| {
            let order_id = OrderId::from(row.order_id);
            let lines = Demand::new();
            (row.order_id, Reservation { order_id, status: row.status, expires_at: row.expires_at, lines })
        })
        .collect();
    for line in lines {
        if let Some(reservation) = locked.get_mut(&line.order_id) {
            reservation.lines.insert(line.sku, line.quantity);
        }
    }
    Ok(locked)
}

pub async fn set_status(tx: &Tx, orders: &[Uuid], status: Status) -> Result<(), DbErr> {
    if orders.is_empty() {
        return Ok(());
    }
    reservation::Entity::update_many()
        .col_expr(reservation::Column::Status, Expr::value(status))
        .col_expr(reservation::Column::UpdatedAt, Expr::value(time::now()))
        .filter(reservation::Column::OrderId.is_in(orders.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn set_expiry(tx: &Tx, order: OrderId, expires_at: DateTime<Utc>) -> Result<(), DbErr> {
    reservation::Entity::update_many()
        .col_expr(reservation::Column::ExpiresAt, Expr::value(expires_at))
        .col_expr(reservation::Column::UpdatedAt, Expr::value(time::now()))
        .filter(reservation::Column::OrderId.eq(order.uuid()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Puts `lines` in the place of those the reservation has.
pub async fn replace_lines(tx: &Tx, order: OrderId, had: &Demand, lines: &Demand) -> Result<(), DbErr> {
    if had == lines {
        return Ok(());
    }
    if !had.is_empty() {
        line::Entity::delete_many().filter(line::Column::OrderId.eq(order.uuid())).exec(&**tx).await?;
    }
    if lines.is_empty() {
        return Ok(());
    }
    let rows = lines.iter().map(|(sku, quantity)| line::ActiveModel {
        order_id: Set(order.uuid()),
        sku: Set(sku.clone()),
        quantity: Set(*quantity),
    });
    line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes the changes. The items are locked and the caller has decided; that the levels allow it is checked once more
/// in the statement itself, so that a mistake fails instead of selling what is not there.
pub async fn write(tx: &Tx, changes: Changes) -> Result<(), DbErr> {
    let mut alike: BTreeMap<(bool, Delta), Vec<&str>> = BTreeMap::new();
    for (sku, delta) in changes.deltas.iter().filter(|(_, delta)| **delta != Delta::default()) {
        let is_seen = delta.is_visible() && !changes.plenty.contains(sku);
        alike.entry((is_seen, *delta)).or_default().push(sku);
    }
    for rows in changes.movements.chunks(ROWS_MAX) {
        movement::Entity::insert_many(rows.to_vec()).exec_without_returning(&**tx).await?;
    }
    // Whoever changes what can be seen waits for the counter from here to the commit, so this comes last.
    if alike.keys().any(|(is_seen, _)| *is_seen) {
        next_revision(tx).await?;
    }
    for ((is_seen, delta), skus) in alike {
        for some in skus.chunks(SKUS_AT_ONCE) {
            shift(tx, some, delta, is_seen).await?;
        }
    }
    Ok(())
}

/// Moves the stock of SKUs that all move alike. If it `is_seen`, they get the newest revision, for those who follow it.
async fn shift(tx: &Tx, skus: &[&str], delta: Delta, is_seen: bool) -> Result<(), DbErr> {
    let moved = |column: item::Column, by: i64| Expr::col(column).add(by);
    let on_hand = moved(item::Column::OnHand, delta.on_hand);
    let reserved = moved(item::Column::Reserved, delta.reserved);
    let committed = moved(item::Column::Committed, delta.committed);
    let mut shift = item::Entity::update_many()
        .col_expr(item::Column::OnHand, on_hand.clone())
        .col_expr(item::Column::Reserved, reserved.clone())
        .col_expr(item::Column::Committed, committed.clone())
        .col_expr(item::Column::Damaged, moved(item::Column::Damaged, delta.damaged))
        .col_expr(item::Column::UpdatedAt, Expr::value(time::now()))
        .filter(item::Column::Sku.is_in(skus.iter().copied()))
        .filter(on_hand.gte(reserved.add(committed)));
    if is_seen {
        shift = shift.col_expr(item::Column::StockRevision, newest_revision());
    }
    let done = shift.exec(&**tx).await?;
    if done.rows_affected == skus.len() as u64 {
        return Ok(());
    }
    Err(DbErr::Custom(format!("the stock of one of {skus:?} does not allow {delta:?}")))
}

/// Begins a new revision of what can be sold, for those who follow it.
async fn next_revision(tx: &Tx) -> Result<(), DbErr> {
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(1_i64))
        .filter(counter::Column::Id.eq(1))
        .exec(&**tx)
        .await?;
    Ok(())
}

fn newest_revision() -> Expr {
    let newest = Query::select().column("value").from("stock_counter").and_where(Expr::col("id").eq(1)).to_owned();
    Expr::SubQuery(None, Box::new(newest.into()))
}
