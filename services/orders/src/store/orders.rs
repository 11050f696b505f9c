//! Orders with their lines, history, payments, refunds, disputes and shipments.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    ids::{EventId, OrderId, UserId},
    order::{FulfillmentStatus, OrderStatus, PaymentStatus},
    time,
};
use db::Tx;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, Order,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set, Value,
    sea_query::{Expr, LikeExpr},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::word;
use crate::{
    Error,
    entity::{dispute, history, order, order_line, payment, refund, shipment},
};

pub async fn find(connection: &impl ConnectionTrait, id: OrderId) -> Result<Option<order::Model>, DbErr> {
    order::Entity::find_by_id(id.uuid()).one(connection).await
}

/// The numbers of these orders.
pub async fn numbers(
    connection: &impl ConnectionTrait,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows: Vec<(Uuid, String)> = order::Entity::find()
        .select_only()
        .columns([order::Column::Id, order::Column::Number])
        .filter(order::Column::Id.is_in(ids))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The numbers of an account's orders that are paid and still to be sent.
pub async fn under_way(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<String>, DbErr> {
    order::Entity::find()
        .select_only()
        .column(order::Column::Number)
        .filter(order::Column::UserId.eq(user.uuid()))
        .filter(order::Column::Status.eq(word(&OrderStatus::Processing)))
        .order_by_asc(order::Column::Id)
        .into_tuple()
        .all(connection)
        .await
}

/// Reads an order and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &Tx, id: OrderId) -> Result<Option<order::Model>, DbErr> {
    order::Entity::find_by_id(id.uuid()).lock_exclusive().one(&**tx).await
}

pub async fn find_by_number(connection: &impl ConnectionTrait, number: &str) -> Result<Option<order::Model>, DbErr> {
    order::Entity::find().filter(order::Column::Number.eq(number)).one(connection).await
}

pub async fn lines(connection: &impl ConnectionTrait, order: Uuid) -> Result<Vec<order_line::Model>, DbErr> {
    lines_of(connection, &[order]).await
}

pub async fn lines_of(connection: &impl ConnectionTrait, orders: &[Uuid]) -> Result<Vec<order_line::Model>, DbErr> {
    order_line::Entity::find()
        .filter(order_line::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_asc(order_line::Column::OrderId)
        .order_by_asc(order_line::Column::Position)
        .all(connection)
        .await
}

pub async fn insert(tx: &Tx, order: order::Model, lines: Vec<order_line::Model>) -> Result<(), DbErr> {
    order::Entity::insert(order.into_active_model()).exec_without_returning(&**tx).await?;
    // In portions: SQLite takes a limited number of values a statement.
    for portion in lines.chunks(100) {
        let rows = portion.iter().cloned().map(IntoActiveModel::into_active_model);
        order_line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Writes all of an order that can change, if its status still is `from`.
pub async fn save(tx: &Tx, from: OrderStatus, order: &mut order::Model) -> Result<(), Error> {
    order.updated_at = time::now();
    let change = order::ActiveModel {
        user_id: Set(order.user_id),
        guest_token_hash: Set(order.guest_token_hash.clone()),
        status: Set(order.status.clone()),
        payment_status: Set(order.payment_status.clone()),
        fulfillment_status: Set(order.fulfillment_status.clone()),
        authorized_minor: Set(order.authorized_minor),
        captured_minor: Set(order.captured_minor),
        refunded_minor: Set(order.refunded_minor),
        disputed: Set(order.disputed),
        problems: Set(order.problems.clone()),
        open_problems: Set(order.open_problems),
        expires_at: Set(order.expires_at),
        refund_asked_at: Set(order.refund_asked_at),
        updated_at: Set(order.updated_at),
        paid_at: Set(order.paid_at),
        shipped_at: Set(order.shipped_at),
        delivered_at: Set(order.delivered_at),
        cancelled_at: Set(order.cancelled_at),
        ..Default::default()
    };
    let done = order::Entity::update_many()
        .set(change)
        .filter(order::Column::Id.eq(order.id))
        .filter(order::Column::Status.eq(word(&from)))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

/// Writes how many pieces of a line went out, arrived and came back.
pub async fn save_pieces(tx: &Tx, line: &order_line::Model) -> Result<(), DbErr> {
    let change = order_line::ActiveModel {
        order_id: Set(line.order_id),
        sku: Set(line.sku.clone()),
        shipped_quantity: Set(line.shipped_quantity),
        delivered_quantity: Set(line.delivered_quantity),
        returned_quantity: Set(line.returned_quantity),
        ..Default::default()
    };
    change.update(&**tx).await?;
    Ok(())
}

/// The kind of entries that staff write for each other.
pub const NOTE: &str = "note";

/// Something that happened to an order.
#[derive(Debug)]
pub struct Entry<'a> {
    pub kind: &'a str,
    pub moved: Option<(OrderStatus, OrderStatus)>,
    pub actor: &'a str,
    pub reason: Option<String>,
    pub event: Option<EventId>,
}

pub async fn add_history(tx: &Tx, order: Uuid, entry: Entry<'_>) -> Result<(), DbErr> {
    let row = history::ActiveModel {
        order_id: Set(order),
        at: Set(time::now()),
        kind: Set(entry.kind.to_owned()),
        from_status: Set(entry.moved.map(|(from, _)| word(&from))),
        to_status: Set(entry.moved.map(|(_, to)| word(&to))),
        actor: Set(entry.actor.to_owned()),
        reason: Set(entry.reason),
        event_id: Set(entry.event.map(EventId::uuid)),
        ..Default::default()
    };
    history::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn history(connection: &impl ConnectionTrait, order: Uuid) -> Result<Vec<history::Model>, DbErr> {
    history::Entity::find()
        .filter(history::Column::OrderId.eq(order))
        .order_by_asc(history::Column::Seq)
        .all(connection)
        .await
}

/// What a list of orders is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub user: Option<Uuid>,
    pub search: Option<Search>,
    pub status: Option<OrderStatus>,
    pub payment_status: Option<PaymentStatus>,
    pub fulfillment_status: Option<FulfillmentStatus>,
    pub problems: Option<bool>,
    pub email: Option<String>,
    pub number: Option<String>,
    pub sku: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

/// What someone typed to find an order by.
#[derive(Clone, Debug)]
pub struct Search {
    /// As it was typed: a SKU or a tracking number.
    pub text: String,
    /// Read as an order's number, if it can be: its beginning will do.
    pub number: Option<String>,
    /// Read as an e-mail address: its beginning will do.
    pub email: String,
}

/// By what a list of orders is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum Sort {
    #[default]
    #[serde(rename = "-created_at")]
    Newest,
    #[serde(rename = "created_at")]
    Oldest,
    #[serde(rename = "-total")]
    Dearest,
    #[serde(rename = "total")]
    Cheapest,
}

/// Where in its list an order stands.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Placed(DateTime<Utc>, Uuid),
    Total(i64, Uuid),
}

impl Sort {
    fn column(self) -> order::Column {
        match self {
            Self::Newest | Self::Oldest => order::Column::CreatedAt,
            Self::Dearest | Self::Cheapest => order::Column::TotalMinor,
        }
    }

    fn order(self) -> Order {
        match self {
            Self::Newest | Self::Dearest => Order::Desc,
            Self::Oldest | Self::Cheapest => Order::Asc,
        }
    }

    /// What comes behind `place` in this order.
    fn behind(self, place: Place) -> Condition {
        let (value, id) = match place {
            Place::Placed(at, id) => (Value::from(at), id),
            Place::Total(total, id) => (Value::from(total), id),
        };
        let (column, ids) = (self.column(), order::Column::Id);
        let (beyond, next) = match self.order() {
            Order::Asc => (column.gt(value.clone()), ids.gt(id)),
            _ => (column.lt(value.clone()), ids.lt(id)),
        };
        Condition::any().add(beyond).add(Condition::all().add(column.eq(value)).add(next))
    }
}

/// Orders behind the place `after`.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: Filter,
    sort: Sort,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<order::Model>, DbErr> {
    order::Entity::find()
        .filter(condition(filter))
        .filter(Condition::all().add_option(after.map(|place| sort.behind(place))))
        .order_by(sort.column(), sort.order())
        .order_by(order::Column::Id, sort.order())
        .limit(limit)
        .all(connection)
        .await
}

fn condition(filter: Filter) -> Condition {
    let with_problems =
        |any: bool| if any { order::Column::OpenProblems.gt(0) } else { order::Column::OpenProblems.eq(0) };
    Condition::all()
        .add_option(filter.user.map(|user| order::Column::UserId.eq(user)))
        .add_option(filter.search.map(found_by))
        .add_option(filter.status.map(|status| order::Column::Status.eq(word(&status))))
        .add_option(filter.payment_status.map(|status| order::Column::PaymentStatus.eq(word(&status))))
        .add_option(filter.fulfillment_status.map(|status| order::Column::FulfillmentStatus.eq(word(&status))))
        .add_option(filter.problems.map(with_problems))
        .add_option(filter.email.map(|email| order::Column::Email.eq(email)))
        .add_option(filter.number.map(|number| order::Column::Number.eq(number)))
        .add_option(filter.sku.as_deref().map(with_sku))
        .add_option(filter.from.map(|from| order::Column::CreatedAt.gte(from)))
        .add_option(filter.to.map(|to| order::Column::CreatedAt.lt(to)))
}

fn with_sku(sku: &str) -> Expr {
    let orders = order_line::Entity::find()
        .select_only()
        .column(order_line::Column::OrderId)
        .filter(order_line::Column::Sku.eq(sku))
        .into_query();
    order::Column::Id.in_subquery(orders)
}

fn found_by(search: Search) -> Condition {
    let shipped_as = shipment::Entity::find()
        .select_only()
        .column(shipment::Column::OrderId)
        .filter(shipment::Column::TrackingNumber.eq(search.text.as_str()))
        .into_query();
    Condition::any()
        .add_option(search.number.map(|number| begins_with(order::Column::Number, &number)))
        .add(begins_with(order::Column::Email, &search.email))
        .add(with_sku(&search.text))
        .add(order::Column::Id.in_subquery(shipped_as))
}

fn begins_with(column: order::Column, beginning: &str) -> Expr {
    let literal = beginning.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    Expr::col(column).like(LikeExpr::new(format!("{literal}%")).escape('\\'))
}

/// Unpaid orders whose time is over, oldest first.
pub async fn expired(connection: &impl ConnectionTrait, now: DateTime<Utc>, limit: u64) -> Result<Vec<OrderId>, DbErr> {
    let ids: Vec<Uuid> = order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(order::Column::Status.eq(word(&OrderStatus::Pending)))
        .filter(order::Column::ExpiresAt.lte(now))
        .order_by_asc(order::Column::ExpiresAt)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Cancelled orders that still hold money, whose refund was asked for before `asked_before` and not answered.
pub async fn unanswered_refunds(
    connection: &impl ConnectionTrait,
    asked_before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<OrderId>, DbErr> {
    let ids: Vec<Uuid> = order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(order::Column::Status.eq(word(&OrderStatus::Cancelled)))
        .filter(order::Column::RefundAskedAt.lt(asked_before))
        .filter(Expr::col(order::Column::RefundedMinor).lt(Expr::col(order::Column::CapturedMinor)))
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Guests' orders with this address, which join the account it was proven for.
pub async fn of_guest_email(connection: &impl ConnectionTrait, email: &str) -> Result<Vec<OrderId>, DbErr> {
    let ids: Vec<Uuid> = order::Entity::find()
        .select_only()
        .column(order::Column::Id)
        .filter(order::Column::Email.eq(email))
        .filter(order::Column::UserId.is_null())
        // Always in the same order, so that two of these cannot lock each other out.
        .order_by_asc(order::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Notes a payment's amounts, which only grow. Answers what all payments of the order have captured.
pub async fn note_payment(
    tx: &Tx,
    order: Uuid,
    payment_id: Uuid,
    authorized: i64,
    captured: i64,
) -> Result<i64, DbErr> {
    let all = payment::Entity::find().filter(payment::Column::OrderId.eq(order)).all(&**tx).await?;
    let (known, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|payment| payment.payment_id == payment_id);
    let before = known.first().map_or((0, 0), |known| (known.authorized_minor, known.captured_minor));
    let captured = Ord::max(before.1, captured);
    let row = payment::ActiveModel {
        payment_id: Set(payment_id),
        order_id: Set(order),
        authorized_minor: Set(Ord::max(before.0, authorized)),
        captured_minor: Set(captured),
    };
    if known.is_empty() {
        payment::Entity::insert(row).exec_without_returning(&**tx).await?;
    } else {
        row.update(&**tx).await?;
    }
    Ok(captured + others.iter().map(|payment| payment.captured_minor).sum::<i64>())
}

/// Notes a refund that went out. Answers what of the order's money has gone back and stayed away.
pub async fn note_refund(tx: &Tx, refund: refund::Model) -> Result<i64, DbErr> {
    let order = refund.order_id;
    db::insert_absent(&**tx, [refund.into_active_model()], &["refund_id"]).await?;
    refunded(tx, order).await
}

/// Notes that a refund did not go out, or came back. Answers as `note_refund`.
pub async fn forget_refund(tx: &Tx, order: Uuid, refund_id: Uuid) -> Result<i64, DbErr> {
    refund::Entity::delete_by_id(refund_id).exec(&**tx).await?;
    refunded(tx, order).await
}

async fn refunded(tx: &Tx, order: Uuid) -> Result<i64, DbErr> {
    let all = refund::Entity::find().filter(refund::Column::OrderId.eq(order)).all(&**tx).await?;
    Ok(all.iter().map(|refund| refund.amount_minor).sum())
}

/// Notes a dispute. A closed one stays closed, even if the news of its opening comes later. Answers whether one is open.
pub async fn note_dispute(tx: &Tx, order: Uuid, dispute_id: Uuid, open: bool) -> Result<bool, DbErr> {
    let row = dispute::ActiveModel { dispute_id: Set(dispute_id), order_id: Set(order), open: Set(open) };
    db::insert_absent(&**tx, [row], &["dispute_id"]).await?;
    if !open {
        dispute::Entity::update_many()
            .col_expr(dispute::Column::Open, Expr::value(false))
            .filter(dispute::Column::DisputeId.eq(dispute_id))
            .exec(&**tx)
            .await?;
    }
    let open = dispute::Entity::find()
        .filter(dispute::Column::OrderId.eq(order))
        .filter(dispute::Column::Open.eq(true))
        .count(&**tx)
        .await?;
    Ok(open > 0)
}

pub async fn shipment(tx: &Tx, id: Uuid) -> Result<Option<shipment::Model>, DbErr> {
    shipment::Entity::find_by_id(id).one(&**tx).await
}

pub async fn save_shipment(tx: &Tx, row: shipment::Model, is_new: bool) -> Result<(), DbErr> {
    let row = row.into_active_model();
    if is_new {
        shipment::Entity::insert(row).exec_without_returning(&**tx).await?;
    } else {
        row.reset_all().update(&**tx).await?;
    }
    Ok(())
}

pub async fn shipments(connection: &impl ConnectionTrait, order: Uuid) -> Result<Vec<shipment::Model>, DbErr> {
    shipment::Entity::find()
        .filter(shipment::Column::OrderId.eq(order))
        .order_by_asc(shipment::Column::ShipmentId)
        .all(connection)
        .await
}

/// Takes everything personal out of a user's orders, and answers which they are. What the law wants kept stays: goods,
/// amounts, country.
pub async fn erase_personal(tx: &Tx, user: Uuid) -> Result<Vec<OrderId>, Error> {
    let orders = order::Entity::find().filter(order::Column::UserId.eq(user)).all(&**tx).await?;
    let ids: Vec<Uuid> = orders.iter().map(|order| order.id).collect();
    for row in orders {
        let nobody = row.shipping_address()?.without_person();
        let mut change = row.into_active_model();
        change.email = Set("erased@invalid".to_owned());
        change.shipping_address = Set(super::json(&nobody)?);
        change.billing_address = Set(None);
        // It is signed together with the postcode.
        change.shipping_quote = Set(String::new());
        change.note = Set(None);
        change.update(&**tx).await?;
    }
    for some in ids.chunks(500) {
        history::Entity::update_many()
            .col_expr(history::Column::Reason, Expr::value(None::<String>))
            .filter(history::Column::OrderId.is_in(some.iter().copied()))
            .filter(
                Condition::any()
                    .add(history::Column::Actor.eq(format!("customer:{user}")))
                    .add(history::Column::Kind.eq(NOTE)),
            )
            .exec(&**tx)
            .await?;
        super::returns::erase_words(tx, some).await?;
    }
    Ok(ids.into_iter().map(OrderId::from).collect())
}
