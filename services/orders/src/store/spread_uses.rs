//! Uses of promotions by orders of other shards, in the first shard; and those that cancelled orders owe it, in theirs.

use chrono::{DateTime, Utc};
use contracts::{ids::OrderId, time};
use db::Tx;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Set, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    entity::{owed_use, spread_use},
    tokens,
};

/// Notes a use. The address is only kept as its hash: it has no other use here than to be found again.
pub async fn insert(tx: &Tx, order: OrderId, promotion: Uuid, user: Option<Uuid>, email: &str) -> Result<(), DbErr> {
    let row = spread_use::ActiveModel {
        order_id: Set(order.uuid()),
        promotion_id: Set(promotion),
        user_id: Set(user),
        buyer_hash: Set(tokens::hash(email)),
        confirmed: Set(false),
        taken_at: Set(time::now()),
    };
    spread_use::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn is_known(tx: &Tx, order: OrderId) -> Result<bool, DbErr> {
    Ok(spread_use::Entity::find_by_id(order.uuid()).one(&**tx).await?.is_some())
}

/// Notes that the order's use is wanted still. `false`: it has none.
pub async fn renew(tx: &Tx, order: OrderId) -> Result<bool, DbErr> {
    let done = spread_use::Entity::update_many()
        .col_expr(spread_use::Column::TakenAt, Expr::value(time::now()))
        .filter(spread_use::Column::OrderId.eq(order.uuid()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Uses of the promotion by this buyer.
pub async fn uses_by(
    connection: &impl ConnectionTrait,
    promotion: Uuid,
    user: Option<Uuid>,
    email: &str,
) -> Result<u64, DbErr> {
    let buyer = Condition::any()
        .add(spread_use::Column::BuyerHash.eq(tokens::hash(email)))
        .add_option(user.map(|user| spread_use::Column::UserId.eq(user)));
    spread_use::Entity::find()
        .filter(spread_use::Column::PromotionId.eq(promotion))
        .filter(buyer)
        .count(connection)
        .await
}

pub async fn is_carried(connection: &impl ConnectionTrait, promotion: Uuid) -> Result<bool, DbErr> {
    let uses = spread_use::Entity::find().filter(spread_use::Column::PromotionId.eq(promotion));
    Ok(uses.limit(1).one(connection).await?.is_some())
}

/// Orders whose uses were taken before `before`, and that nobody has looked for since.
pub async fn unconfirmed(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<OrderId>, DbErr> {
    let ids: Vec<Uuid> = spread_use::Entity::find()
        .select_only()
        .column(spread_use::Column::OrderId)
        .filter(spread_use::Column::Confirmed.eq(false))
        .filter(spread_use::Column::TakenAt.lt(before))
        .order_by_asc(spread_use::Column::TakenAt)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

pub async fn confirm(tx: &Tx, order: OrderId) -> Result<(), DbErr> {
    spread_use::Entity::update_many()
        .col_expr(spread_use::Column::Confirmed, Expr::value(true))
        .filter(spread_use::Column::OrderId.eq(order.uuid()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Removes an order's use, if it was taken before `before`. Answers of which promotion it was, if it was there.
pub async fn remove(tx: &Tx, order: OrderId, before: DateTime<Utc>) -> Result<Option<Uuid>, DbErr> {
    let Some(row) = spread_use::Entity::find_by_id(order.uuid()).one(&**tx).await? else { return Ok(None) };
    let done = spread_use::Entity::delete_many()
        .filter(spread_use::Column::OrderId.eq(order.uuid()))
        .filter(spread_use::Column::TakenAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok((done.rows_affected == 1).then_some(row.promotion_id))
}

/// The account has proven that the address is its own: uses by guests with it count as the account's.
pub async fn join(tx: &Tx, user: Uuid, email: &str) -> Result<(), DbErr> {
    spread_use::Entity::update_many()
        .col_expr(spread_use::Column::UserId, Expr::value(user))
        .filter(spread_use::Column::UserId.is_null())
        .filter(spread_use::Column::BuyerHash.eq(tokens::hash(email)))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets the address of an account that is erased.
pub async fn erase_personal(tx: &Tx, user: Uuid) -> Result<(), DbErr> {
    spread_use::Entity::update_many()
        .col_expr(spread_use::Column::BuyerHash, Expr::value(""))
        .filter(spread_use::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes, with the end of an order, that its use goes back.
pub async fn owe(tx: &Tx, order: Uuid) -> Result<(), DbErr> {
    let row = owed_use::ActiveModel { order_id: Set(order) };
    db::insert_absent(&**tx, [row], &["order_id"]).await?;
    Ok(())
}

pub async fn owed(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<OrderId>, DbErr> {
    let rows = owed_use::Entity::find().order_by_asc(owed_use::Column::OrderId).limit(limit).all(connection).await?;
    Ok(rows.into_iter().map(|row| row.order_id.into()).collect())
}

pub async fn settle(tx: &Tx, order: OrderId) -> Result<(), DbErr> {
    owed_use::Entity::delete_by_id(order.uuid()).exec(&**tx).await?;
    Ok(())
}
