//! Returns and their lines.

use chrono::{DateTime, Utc};
use contracts::{
    ids::{ReturnId, UserId},
    time,
};
use db::Tx;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Set, sea_query::Expr,
};
use uuid::Uuid;

use super::word;
use crate::{
    Error,
    entity::{order, return_line, return_request},
    model::ReturnStatus,
};

pub async fn find(connection: &impl ConnectionTrait, id: ReturnId) -> Result<Option<return_request::Model>, DbErr> {
    return_request::Entity::find_by_id(id.uuid()).one(connection).await
}

pub async fn of_order(connection: &impl ConnectionTrait, order: Uuid) -> Result<Vec<return_request::Model>, DbErr> {
    return_request::Entity::find()
        .filter(return_request::Column::OrderId.eq(order))
        .order_by_asc(return_request::Column::Id)
        .all(connection)
        .await
}

pub async fn by_refund(
    connection: &impl ConnectionTrait,
    refund: Uuid,
) -> Result<Option<return_request::Model>, DbErr> {
    return_request::Entity::find().filter(return_request::Column::RefundId.eq(refund)).one(connection).await
}

pub async fn lines_of(connection: &impl ConnectionTrait, returns: &[Uuid]) -> Result<Vec<return_line::Model>, DbErr> {
    return_line::Entity::find()
        .filter(return_line::Column::ReturnId.is_in(returns.iter().copied()))
        .order_by_asc(return_line::Column::ReturnId)
        .order_by_asc(return_line::Column::Sku)
        .all(connection)
        .await
}

pub async fn insert(tx: &Tx, request: return_request::Model, lines: Vec<return_line::Model>) -> Result<(), DbErr> {
    return_request::Entity::insert(request.into_active_model()).exec_without_returning(&**tx).await?;
    for portion in lines.chunks(100) {
        let rows = portion.iter().cloned().map(IntoActiveModel::into_active_model);
        return_line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Writes all of a return that can change, if its status still is `from`.
pub async fn save(tx: &Tx, from: ReturnStatus, request: &mut return_request::Model) -> Result<(), Error> {
    request.updated_at = time::now();
    let change = return_request::ActiveModel {
        status: Set(request.status.clone()),
        reason: Set(request.reason.clone()),
        refund_minor: Set(request.refund_minor),
        refund_tax_minor: Set(request.refund_tax_minor),
        refund_shipping_minor: Set(request.refund_shipping_minor),
        refund_id: Set(request.refund_id),
        refund_attempt: Set(request.refund_attempt),
        refund_asked_at: Set(request.refund_asked_at),
        refunded_minor: Set(request.refunded_minor),
        updated_at: Set(request.updated_at),
        ..Default::default()
    };
    let done = return_request::Entity::update_many()
        .set(change)
        .filter(return_request::Column::Id.eq(request.id))
        .filter(return_request::Column::Status.eq(word(&from)))
        .exec(&**tx)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Raced) }
}

pub async fn save_line(tx: &Tx, line: &return_line::Model) -> Result<(), DbErr> {
    line.clone().into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// Forgets what buyers wrote about their returns of these orders.
pub async fn erase_words(tx: &Tx, orders: &[Uuid]) -> Result<(), DbErr> {
    let returns = || {
        return_request::Entity::find()
            .select_only()
            .column(return_request::Column::Id)
            .filter(return_request::Column::OrderId.is_in(orders.iter().copied()))
            .into_query()
    };
    return_line::Entity::update_many()
        .col_expr(return_line::Column::Reason, Expr::value(None::<String>))
        .filter(return_line::Column::ReturnId.in_subquery(returns()))
        .exec(&**tx)
        .await?;
    return_request::Entity::update_many()
        .col_expr(return_request::Column::Note, Expr::value(None::<String>))
        .filter(return_request::Column::OrderId.is_in(orders.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Which returns are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub status: Option<ReturnStatus>,
    pub order: Option<Uuid>,
    /// Only those of this account's orders.
    pub buyer: Option<UserId>,
}

/// Returns, newest first, behind the place `after`.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: Filter,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<return_request::Model>, DbErr> {
    let orders_of = |buyer: UserId| {
        let own = order::Entity::find().select_only().column(order::Column::Id);
        own.filter(order::Column::UserId.eq(buyer.uuid())).into_query()
    };
    let condition = Condition::all()
        .add_option(filter.status.map(|status| return_request::Column::Status.eq(word(&status))))
        .add_option(filter.order.map(|order| return_request::Column::OrderId.eq(order)))
        .add_option(filter.buyer.map(|buyer| return_request::Column::OrderId.in_subquery(orders_of(buyer))))
        .add_option(after.map(|after| return_request::Column::Id.lt(after)));
    return_request::Entity::find()
        .filter(condition)
        .order_by_desc(return_request::Column::Id)
        .limit(limit)
        .all(connection)
        .await
}

/// Returns whose refund was asked for before `asked_before` and not answered.
pub async fn unanswered_refunds(
    connection: &impl ConnectionTrait,
    asked_before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ReturnId>, DbErr> {
    let waiting = [ReturnStatus::Received, ReturnStatus::Inspected].map(|status| word(&status));
    let ids: Vec<Uuid> = return_request::Entity::find()
        .select_only()
        .column(return_request::Column::Id)
        .filter(return_request::Column::Status.is_in(waiting))
        .filter(return_request::Column::RefundId.is_not_null())
        .filter(return_request::Column::RefundAskedAt.lt(asked_before))
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}
