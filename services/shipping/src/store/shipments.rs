//! Queries of shipments, what is in them, and the steps they took.

use chrono::{DateTime, Utc};
use sea_orm::{Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use crate::entity::{history, shipment, shipment_line};

/// What a list of shipments is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub order_id: Option<Uuid>,
    pub status: Option<&'static str>,
    pub tracking_number: Option<String>,
}

pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<shipment::Model>, DbErr> {
    shipment::Entity::find_by_id(id).one(connection).await
}

pub async fn find_by_tracking_number(
    connection: &impl ConnectionTrait,
    tracking_number: &str,
) -> Result<Option<shipment::Model>, DbErr> {
    shipment::Entity::find().filter(shipment::COLUMN.tracking_number.eq(tracking_number)).one(connection).await
}

/// The shipments of an order, oldest first.
pub async fn of_order(connection: &impl ConnectionTrait, order: Uuid) -> Result<Vec<shipment::Model>, DbErr> {
    shipment::Entity::find()
        .filter(shipment::COLUMN.order_id.eq(order))
        .order_by_asc(shipment::Column::Id)
        .all(connection)
        .await
}

/// Newest first, older than `before`, one more than `limit` at most.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: Filter,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<shipment::Model>, DbErr> {
    let condition = Condition::all()
        .add_option(filter.order_id.map(|order| shipment::COLUMN.order_id.eq(order)))
        .add_option(filter.status.map(|status| shipment::COLUMN.status.eq(status)))
        .add_option(filter.tracking_number.map(|number| shipment::COLUMN.tracking_number.eq(number)))
        .add_option(before.map(|before| shipment::COLUMN.id.lt(before)));
    shipment::Entity::find()
        .filter(condition)
        .order_by_desc(shipment::Column::Id)
        .limit(limit + 1)
        .all(connection)
        .await
}

/// Shipments whose carrier is to be asked by now, the longest waiting first.
pub async fn to_poll(connection: &impl ConnectionTrait, now: DateTime<Utc>, limit: u64) -> Result<Vec<Uuid>, DbErr> {
    let rows = shipment::Entity::find()
        .filter(shipment::COLUMN.poll_at.lte(now))
        .order_by_asc(shipment::Column::PollAt)
        .limit(limit)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

pub async fn lines(connection: &impl ConnectionTrait, shipments: &[Uuid]) -> Result<Vec<shipment_line::Model>, DbErr> {
    shipment_line::Entity::find()
        .filter(shipment_line::COLUMN.shipment_id.is_in(shipments.iter().copied()))
        .order_by_asc(shipment_line::Column::Sku)
        .all(connection)
        .await
}

pub async fn insert(connection: &impl ConnectionTrait, row: shipment::ActiveModel) -> Result<(), DbErr> {
    shipment::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// Replaces what is in a shipment.
pub async fn set_lines(
    connection: &impl ConnectionTrait,
    shipment: Uuid,
    lines: &[(String, i64)],
) -> Result<(), DbErr> {
    shipment_line::Entity::delete_many()
        .filter(shipment_line::COLUMN.shipment_id.eq(shipment))
        .exec(connection)
        .await?;
    add_lines(connection, shipment, lines).await
}

/// Puts `lines` into a shipment that has none.
pub async fn add_lines(
    connection: &impl ConnectionTrait,
    shipment: Uuid,
    lines: &[(String, i64)],
) -> Result<(), DbErr> {
    let rows = lines.iter().map(|(sku, quantity)| shipment_line::ActiveModel {
        shipment_id: Set(shipment),
        sku: Set(sku.clone()),
        quantity: Set(*quantity),
    });
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(100) {
        shipment_line::Entity::insert_many(some.iter().cloned()).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Writes `change` and the next version. `false`: the row has moved on since it was read.
pub async fn update(
    connection: &impl ConnectionTrait,
    read: &shipment::Model,
    change: shipment::ActiveModel,
) -> Result<bool, DbErr> {
    let change = shipment::ActiveModel { version: Set(read.version + 1), ..change };
    let done = shipment::Entity::update_many()
        .set(change)
        .filter(shipment::COLUMN.id.eq(read.id))
        .filter(shipment::COLUMN.version.eq(read.version))
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The steps of a shipment in order.
pub async fn history(connection: &impl ConnectionTrait, shipment: Uuid) -> Result<Vec<history::Model>, DbErr> {
    history::Entity::find()
        .filter(history::COLUMN.shipment_id.eq(shipment))
        .order_by_asc(history::Column::Step)
        .all(connection)
        .await
}

/// The number of the shipment's latest step; 0 if it took none.
pub async fn latest_step(connection: &impl ConnectionTrait, shipment: Uuid) -> Result<i64, DbErr> {
    let latest = history::Entity::find()
        .filter(history::COLUMN.shipment_id.eq(shipment))
        .order_by_desc(history::Column::Step)
        .one(connection)
        .await?;
    Ok(latest.map_or(0, |step| step.step))
}

pub async fn insert_step(connection: &impl ConnectionTrait, row: history::ActiveModel) -> Result<(), DbErr> {
    history::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}
