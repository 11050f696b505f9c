//! Queries of orders, as far as shipping knows them.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    prelude::Json, sea_query::Expr,
};
use uuid::Uuid;

use crate::entity::{order, order_line};

pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<order::Model>, DbErr> {
    order::Entity::find_by_id(id).one(connection).await
}

pub async fn find_all(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<order::Model>, DbErr> {
    order::Entity::find().filter(order::COLUMN.id.is_in(ids.iter().copied())).all(connection).await
}

pub async fn lines(connection: &impl ConnectionTrait, orders: &[Uuid]) -> Result<Vec<order_line::Model>, DbErr> {
    order_line::Entity::find()
        .filter(order_line::COLUMN.order_id.is_in(orders.iter().copied()))
        .order_by_asc(order_line::Column::Sku)
        .all(connection)
        .await
}

/// Adds the order with its lines. `false`: it is known already, and stays as it is.
pub async fn insert(
    connection: &impl ConnectionTrait,
    order: order::Model,
    lines: Vec<order_line::ActiveModel>,
) -> Result<bool, DbErr> {
    let inserted = db::insert_absent(connection, [order.into_active_model().reset_all()], &["id"]).await?;
    if inserted == 1 {
        for some in lines.chunks(100) {
            order_line::Entity::insert_many(some.iter().cloned()).exec_without_returning(connection).await?;
        }
    }
    Ok(inserted == 1)
}

pub async fn set_status(connection: &impl ConnectionTrait, id: Uuid, status: &str) -> Result<(), DbErr> {
    order::Entity::update_many()
        .col_expr(order::Column::Status, Expr::value(status))
        .filter(order::COLUMN.id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Notes that the order's buyer is to be forgotten. `false`: the order is not known here.
pub async fn note_erasure(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let done = order::Entity::update_many()
        .col_expr(order::Column::Erase, Expr::value(true))
        .filter(order::COLUMN.id.eq(id))
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn set_address(connection: &impl ConnectionTrait, id: Uuid, address: Json) -> Result<(), DbErr> {
    order::Entity::update_many()
        .col_expr(order::Column::Address, Expr::value(address))
        .filter(order::COLUMN.id.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// Notes that the goods are spread over shipments anew. `false`: someone else was faster.
pub async fn spread_anew(connection: &impl ConnectionTrait, order: &order::Model) -> Result<bool, DbErr> {
    let done = order::Entity::update_many()
        .col_expr(order::Column::Version, Expr::col("version").add(1))
        .filter(order::COLUMN.id.eq(order.id))
        .filter(order::COLUMN.version.eq(order.version))
        .exec(connection)
        .await?;
    Ok(done.rows_affected == 1)
}
