//! Queries of labels. What is unfinished is held by whoever works on it until `hold_until`.

use chrono::{DateTime, Utc};
use contracts::time;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr};
use uuid::Uuid;

use crate::entity::label;

pub const REQUESTED: &str = "requested";
pub const BOUGHT: &str = "bought";
pub const REFUSED: &str = "refused";
pub const VOIDING: &str = "voiding";
pub const VOIDED: &str = "voided";
pub const STATUSES: [&str; 5] = [REQUESTED, BOUGHT, REFUSED, VOIDING, VOIDED];

pub async fn insert(
    connection: &impl ConnectionTrait,
    id: Uuid,
    shipment: Uuid,
    carrier: &str,
    hold_until: DateTime<Utc>,
    asked_by: Option<serde_json::Value>,
) -> Result<(), DbErr> {
    let now = time::now();
    let row = label::ActiveModel {
        id: Set(id),
        shipment_id: Set(shipment),
        live_for: Set(Some(shipment)),
        status: Set(REQUESTED.to_owned()),
        carrier: Set(carrier.to_owned()),
        tracking_number: Set(None),
        document: Set(None),
        attempts: Set(0),
        hold_until: Set(hold_until),
        last_error: Set(None),
        asked_by: Set(asked_by),
        created_at: Set(now),
        updated_at: Set(now),
    };
    label::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<label::Model>, DbErr> {
    label::Entity::find_by_id(id).one(connection).await
}

/// The shipment's newest label.
pub async fn latest(connection: &impl ConnectionTrait, shipment: Uuid) -> Result<Option<label::Model>, DbErr> {
    label::Entity::find()
        .filter(label::COLUMN.shipment_id.eq(shipment))
        .order_by_desc(label::Column::Id)
        .one(connection)
        .await
}

/// Unfinished labels that nobody holds at `now`.
pub async fn unfinished(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<label::Model>, DbErr> {
    label::Entity::find()
        .filter(label::COLUMN.status.is_in([REQUESTED, VOIDING]))
        .filter(label::COLUMN.hold_until.lte(now))
        .order_by_asc(label::Column::HoldUntil)
        .limit(limit)
        .all(connection)
        .await
}

/// Takes hold of an unfinished label. `false`: someone else did, or it is finished.
pub async fn hold(connection: &impl ConnectionTrait, read: &label::Model, until: DateTime<Utc>) -> Result<bool, DbErr> {
    let done = label::Entity::update_many()
        .col_expr(label::Column::HoldUntil, Expr::value(until))
        .filter(label::COLUMN.id.eq(read.id))
        .filter(label::COLUMN.status.eq(&read.status))
        .filter(label::COLUMN.hold_until.eq(read.hold_until))
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Writes `change` if the label still has the status `from`.
pub async fn update(
    connection: &impl ConnectionTrait,
    id: Uuid,
    from: &str,
    change: label::ActiveModel,
) -> Result<bool, DbErr> {
    let change = label::ActiveModel { updated_at: Set(time::now()), ..change };
    let done = label::Entity::update_many()
        .set(change)
        .filter(label::COLUMN.id.eq(id))
        .filter(label::COLUMN.status.eq(from))
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes the documents, which bear an address, of all labels of an order.
pub async fn forget_documents(connection: &impl ConnectionTrait, shipments: &[Uuid]) -> Result<Vec<Uuid>, DbErr> {
    let of_order = label::COLUMN.shipment_id.is_in(shipments.iter().copied());
    label::Entity::update_many()
        .col_expr(label::Column::Document, Expr::value(Option::<String>::None))
        .filter(of_order.clone())
        .exec(connection)
        .await?;
    label::Entity::find().select_only().column(label::Column::Id).filter(of_order).into_tuple().all(connection).await
}
