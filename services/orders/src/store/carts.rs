//! Carts and their lines.

use chrono::{DateTime, Utc};
use contracts::{ids::OrderId, time};
use db::{Db, Tx};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr,
};
use uuid::Uuid;

use crate::entity::{cart, cart_line};

pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<cart::Model>, DbErr> {
    cart::Entity::find_by_id(id).one(connection).await
}

pub async fn active_of_user(connection: &impl ConnectionTrait, user: Uuid) -> Result<Option<cart::Model>, DbErr> {
    cart::Entity::find().filter(cart::Column::ActiveFor.eq(user)).one(connection).await
}

pub async fn active_of_guest(
    connection: &impl ConnectionTrait,
    token_hash: &str,
) -> Result<Option<cart::Model>, DbErr> {
    cart::Entity::find()
        .filter(cart::Column::TokenHash.eq(token_hash))
        .filter(cart::Column::UserId.is_null())
        .filter(cart::Column::Status.eq("active"))
        .one(connection)
        .await
}

/// Inserts a cart. `false`: the user has an active one already.
pub async fn insert(tx: &Tx, cart: cart::Model) -> Result<bool, DbErr> {
    let inserted = db::insert_absent(&**tx, [cart.into_active_model()], &["active_for"]).await?;
    Ok(inserted == 1)
}

/// Counts a change to an active cart, and locks it until the transaction ends. `false`: it is not active any more.
pub async fn touch(tx: &Tx, id: Uuid) -> Result<bool, DbErr> {
    let done = cart::Entity::update_many()
        .col_expr(cart::Column::Version, Expr::col(cart::Column::Version).add(1))
        .col_expr(cart::Column::UpdatedAt, Expr::value(time::now()))
        .filter(cart::Column::Id.eq(id))
        .filter(cart::Column::Status.eq("active"))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends an active cart as `merged` or `abandoned`. `false`: it had ended already.
pub async fn end(tx: &Tx, id: Uuid, status: &str) -> Result<bool, DbErr> {
    let done = cart::Entity::update_many()
        .col_expr(cart::Column::Status, Expr::value(status))
        .col_expr(cart::Column::ActiveFor, Expr::value(None::<Uuid>))
        .filter(cart::Column::Id.eq(id))
        .filter(cart::Column::Status.eq("active"))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends a guest's active cart as `merged` into that of `user`, who has it in another shard.
pub async fn end_for(tx: &Tx, id: Uuid, user: Uuid) -> Result<(), DbErr> {
    cart::Entity::update_many()
        .col_expr(cart::Column::Status, Expr::value("merged"))
        .col_expr(cart::Column::UserId, Expr::value(user))
        .filter(cart::Column::Id.eq(id))
        .filter(cart::Column::Status.eq("active"))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The guest's cart with this token that was ended for `user`.
pub async fn ended_for(
    connection: &impl ConnectionTrait,
    token_hash: &str,
    user: Uuid,
) -> Result<Option<cart::Model>, DbErr> {
    cart::Entity::find()
        .filter(cart::Column::TokenHash.eq(token_hash))
        .filter(cart::Column::UserId.eq(user))
        .filter(cart::Column::Status.eq("merged"))
        .one(connection)
        .await
}

/// Notes that a cart of another shard has come into `user`'s. `false`: it had already.
pub async fn note_brought(tx: &Tx, guest: &cart::Model, user: Uuid) -> Result<bool, DbErr> {
    let brought = cart::Model {
        status: "merged".to_owned(),
        token_hash: None,
        user_id: Some(user),
        active_for: None,
        email: None,
        shipping_address: None,
        shipping_option: None,
        coupon: None,
        ..guest.clone()
    };
    let inserted = db::insert_absent(&**tx, [brought.into_active_model()], &["id"]).await?;
    Ok(inserted == 1)
}

/// Completes a cart as `order`, if it still is as it was at `version`.
pub async fn complete(tx: &Tx, id: Uuid, version: i64, order: OrderId) -> Result<bool, DbErr> {
    let done = cart::Entity::update_many()
        .col_expr(cart::Column::Status, Expr::value("completed"))
        .col_expr(cart::Column::ActiveFor, Expr::value(None::<Uuid>))
        .col_expr(cart::Column::OrderId, Expr::value(order.uuid()))
        .col_expr(cart::Column::UpdatedAt, Expr::value(time::now()))
        .filter(cart::Column::Id.eq(id))
        .filter(cart::Column::Status.eq("active"))
        .filter(cart::Column::Version.eq(version))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Writes the drafts of e-mail, address, delivery and coupon.
pub async fn save_drafts(tx: &Tx, cart: &cart::Model) -> Result<(), DbErr> {
    let change = cart::ActiveModel {
        email: Set(cart.email.clone()),
        shipping_address: Set(cart.shipping_address.clone()),
        shipping_option: Set(cart.shipping_option.clone()),
        coupon: Set(cart.coupon.clone()),
        ..Default::default()
    };
    cart::Entity::update_many().set(change).filter(cart::Column::Id.eq(cart.id)).exec(&**tx).await?;
    Ok(())
}

/// The lines in the order in which they were added.
pub async fn lines(connection: &impl ConnectionTrait, cart: Uuid) -> Result<Vec<cart_line::Model>, DbErr> {
    cart_line::Entity::find()
        .filter(cart_line::Column::CartId.eq(cart))
        .order_by_asc(cart_line::Column::AddedAt)
        .order_by_asc(cart_line::Column::Sku)
        .all(connection)
        .await
}

/// How many lines a cart has, and how many pieces are in them.
pub async fn tally(connection: &impl ConnectionTrait, cart: Uuid) -> Result<(u64, u64), DbErr> {
    let counted: Option<(i64, Option<i64>)> = cart_line::Entity::find()
        .select_only()
        .column_as(cart_line::Column::Sku.count(), "lines")
        .column_as(db::whole(connection, cart_line::Column::Quantity.sum()), "pieces")
        .filter(cart_line::Column::CartId.eq(cart))
        .into_tuple()
        .one(connection)
        .await?;
    let (lines, pieces) = counted.unwrap_or_default();
    Ok((lines.unsigned_abs(), pieces.unwrap_or(0).unsigned_abs()))
}

pub async fn line(connection: &impl ConnectionTrait, cart: Uuid, sku: &str) -> Result<Option<cart_line::Model>, DbErr> {
    cart_line::Entity::find_by_id((cart, sku.to_owned())).one(connection).await
}

pub async fn insert_line(tx: &Tx, line: cart_line::Model) -> Result<(), DbErr> {
    cart_line::Entity::insert(line.into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn update_line(tx: &Tx, line: &cart_line::Model) -> Result<(), DbErr> {
    let change = cart_line::ActiveModel {
        cart_id: Set(line.cart_id),
        sku: Set(line.sku.clone()),
        quantity: Set(line.quantity),
        shown: Set(line.shown.clone()),
        accepted_minor: Set(line.accepted_minor),
        ..Default::default()
    };
    change.update(&**tx).await?;
    Ok(())
}

/// Keeps what was shown of a line, unless the line is gone.
pub async fn keep_shown(tx: &Tx, cart: Uuid, sku: &str, shown: serde_json::Value) -> Result<(), DbErr> {
    let change = cart_line::ActiveModel { shown: Set(Some(shown)), ..Default::default() };
    cart_line::Entity::update_many()
        .set(change)
        .filter(cart_line::Column::CartId.eq(cart))
        .filter(cart_line::Column::Sku.eq(sku))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn delete_line(tx: &Tx, cart: Uuid, sku: &str) -> Result<bool, DbErr> {
    let done = cart_line::Entity::delete_by_id((cart, sku.to_owned())).exec(&**tx).await?;
    Ok(done.rows_affected == 1)
}

pub async fn delete_lines(tx: &Tx, cart: Uuid) -> Result<(), DbErr> {
    cart_line::Entity::delete_many().filter(cart_line::Column::CartId.eq(cart)).exec(&**tx).await?;
    Ok(())
}

/// Abandons the carts nobody touched since `before`.
pub async fn abandon(tx: &Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let done = cart::Entity::update_many()
        .col_expr(cart::Column::Status, Expr::value("abandoned"))
        .col_expr(cart::Column::ActiveFor, Expr::value(None::<Uuid>))
        .filter(cart::Column::Status.eq("active"))
        .filter(cart::Column::UpdatedAt.lt(before))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// Removes carts that nobody touched since `before` and that became no order.
pub async fn forget(db: &Db, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let mut forgotten = 0;
    for ended in ["abandoned", "merged"] {
        let ended = Condition::all().add(cart::Column::Status.eq(ended));
        forgotten += db::remove_old::<cart::Entity, _>(db, ended, cart::Column::UpdatedAt, before).await?.rows;
    }
    Ok(forgotten)
}

/// Empties a user's carts of everything, and ends the active one.
pub async fn erase_personal(tx: &Tx, user: Uuid) -> Result<(), DbErr> {
    let change = cart::ActiveModel {
        email: Set(None),
        shipping_address: Set(None),
        active_for: Set(None),
        ..Default::default()
    };
    cart::Entity::update_many().set(change).filter(cart::Column::UserId.eq(user)).exec(&**tx).await?;
    cart::Entity::update_many()
        .col_expr(cart::Column::Status, Expr::value("abandoned"))
        .filter(cart::Column::UserId.eq(user))
        .filter(cart::Column::Status.eq("active"))
        .exec(&**tx)
        .await?;
    Ok(())
}
