//! Promotions, and how often they were used.

use contracts::order::OrderStatus;
use db::Tx;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::word;
use crate::entity::{order, promotion};

pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<promotion::Model>, DbErr> {
    promotion::Entity::find_by_id(id).one(connection).await
}

/// The promotion, which nobody uses or changes until the transaction ends.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<promotion::Model>, DbErr> {
    promotion::Entity::find_by_id(id).lock_exclusive().one(&**tx).await
}

pub async fn find_by_code(connection: &impl ConnectionTrait, code: &str) -> Result<Option<promotion::Model>, DbErr> {
    promotion::Entity::find().filter(promotion::Column::Code.eq(code)).one(connection).await
}

pub async fn list(
    connection: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<promotion::Model>, DbErr> {
    promotion::Entity::find()
        .filter(Condition::all().add_option(after.map(|after| promotion::Column::Id.lt(after))))
        .order_by_desc(promotion::Column::Id)
        .limit(limit)
        .all(connection)
        .await
}

/// Counts one use, if one is left. The row stays locked until the transaction ends.
pub async fn use_once(tx: &Tx, id: Uuid) -> Result<bool, DbErr> {
    let left = Expr::col(promotion::Column::MaxUses)
        .is_null()
        .or(Expr::col(promotion::Column::Uses).lt(Expr::col(promotion::Column::MaxUses)));
    let done = promotion::Entity::update_many()
        .col_expr(promotion::Column::Uses, Expr::col(promotion::Column::Uses).add(1))
        .filter(promotion::Column::Id.eq(id))
        .filter(promotion::Column::Active.eq(true))
        .filter(left)
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// A cancelled order gives its use back.
pub async fn give_back(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    promotion::Entity::update_many()
        .col_expr(promotion::Column::Uses, Expr::col(promotion::Column::Uses).sub(1))
        .filter(promotion::Column::Id.eq(id))
        .filter(promotion::Column::Uses.gt(0))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Orders of this buyer that use the promotion and were not cancelled.
pub async fn uses_by(
    connection: &impl ConnectionTrait,
    promotion: Uuid,
    user: Option<Uuid>,
    email: &str,
) -> Result<u64, DbErr> {
    let buyer = Condition::any()
        .add(order::Column::Email.eq(email))
        .add_option(user.map(|user| order::Column::UserId.eq(user)));
    order::Entity::find()
        .filter(order::Column::PromotionId.eq(promotion))
        .filter(order::Column::Status.ne(word(&OrderStatus::Cancelled)))
        .filter(buyer)
        .count(connection)
        .await
}

/// Whether any order, cancelled or not, carries the promotion.
pub async fn is_carried(connection: &impl ConnectionTrait, promotion: Uuid) -> Result<bool, DbErr> {
    let orders =
        order::Entity::find().filter(order::Column::PromotionId.eq(promotion)).limit(1).all(connection).await?;
    Ok(!orders.is_empty())
}
