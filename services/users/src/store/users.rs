//! Queries on accounts.

use chrono::{DateTime, Utc};
use contracts::ids::UserId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LikeExpr},
};
use uuid::Uuid;

use crate::{
    entity::user,
    model::{
        email::{Email, search_key},
        rights::{ADMIN, CUSTOMER},
    },
    passwords::Accepted,
};

pub const ACTIVE: &str = "active";
pub const DISABLED: &str = "disabled";
pub const ERASED: &str = "erased";

pub async fn by_id(connection: &impl ConnectionTrait, id: UserId) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id.uuid()).one(connection).await
}

pub async fn by_email(connection: &impl ConnectionTrait, email: &Email) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find().filter(user::COLUMN.email_key.eq(email.key.as_str())).one(connection).await
}

/// Reads an account that this transaction is about to change. Others that want to change it wait. Who needs an
/// account's throttle too takes that first, so that two of these never wait for each other.
pub async fn lock(tx: &db::Tx, id: UserId) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id.uuid()).lock_exclusive().one(&**tx).await
}

/// The same by address.
pub async fn lock_by_email(tx: &db::Tx, email: &Email) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find().filter(user::COLUMN.email_key.eq(email.key.as_str())).lock_exclusive().one(&**tx).await
}

/// Active administrators. Two transactions that each want to remove another one come here one after the other.
pub async fn lock_admins(tx: &db::Tx) -> Result<Vec<Uuid>, DbErr> {
    let admins = user::Entity::find()
        .filter(user::COLUMN.role.eq(ADMIN))
        .filter(user::COLUMN.status.eq(ACTIVE))
        .order_by_asc(user::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(admins.into_iter().map(|admin| admin.id).collect())
}

pub async fn count_with_role(connection: &impl ConnectionTrait, role: &str) -> Result<u64, DbErr> {
    user::Entity::find().filter(user::COLUMN.role.eq(role)).count(connection).await
}

pub async fn set_role(tx: &db::Tx, id: Uuid, role: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::Role, Expr::value(role))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::COLUMN.id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn set_status(tx: &db::Tx, id: Uuid, status: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::Status, Expr::value(status))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::COLUMN.id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Sets a password, or takes it away.
pub async fn set_password(tx: &db::Tx, id: Uuid, password: Option<&Accepted>, now: DateTime<Utc>) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(password.map(|password| password.hash.clone())))
        .col_expr(user::Column::PasswordMinChars, Expr::value(password.and_then(|password| password.min_chars)))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::COLUMN.id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Sets a password if the account still has the one it was read with.
pub async fn replace_password(
    tx: &db::Tx,
    user: &user::Model,
    password: Accepted,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let done = user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(password.hash))
        .col_expr(user::Column::PasswordMinChars, Expr::value(password.min_chars))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::COLUMN.id.eq(user.id))
        .filter(user::Column::PasswordHash.eq(user.password_hash.clone()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that the address is the owner's. `false`: that was known.
pub async fn set_verified(tx: &db::Tx, id: Uuid, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let done = user::Entity::update_many()
        .col_expr(user::Column::EmailVerifiedAt, Expr::value(now))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::COLUMN.id.eq(id))
        .filter(user::COLUMN.email_verified_at.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Gives the account another, verified address. Fails on the unique key if someone else has it.
pub async fn set_email(tx: &db::Tx, owner: &user::Model, email: &Email, now: DateTime<Utc>) -> Result<(), DbErr> {
    user::Entity::update_many()
        .col_expr(user::Column::Email, Expr::value(email.address.as_str()))
        .col_expr(user::Column::EmailKey, Expr::value(email.key.as_str()))
        .col_expr(user::Column::EmailVerifiedAt, Expr::value(now))
        .col_expr(user::Column::Search, Expr::value(search_text(&email.address, &owner.name, owner.phone.as_deref())))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::COLUMN.id.eq(owner.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// What the staff's search looks through.
pub fn search_text(email: &str, name: &str, phone: Option<&str>) -> String {
    search_key(&format!("{email} {name} {}", phone.unwrap_or_default()))
}

#[derive(Debug, Default)]
pub struct Filter {
    pub text: Option<String>,
    pub role: Option<String>,
    /// Whether they have another role than that of customers.
    pub is_staff: Option<bool>,
    pub status: Option<String>,
    /// Only accounts older than this one.
    pub before: Option<Uuid>,
}

/// Accounts, newest first. Erased ones only when asked for.
pub async fn list(connection: &impl ConnectionTrait, filter: Filter, limit: u64) -> Result<Vec<user::Model>, DbErr> {
    let mut query = user::Entity::find();
    if let Some(text) = filter.text {
        let escaped = search_key(text.trim()).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = LikeExpr::new(format!("%{escaped}%")).escape('\\');
        query = query.filter(Expr::col(user::Column::Search).like(pattern));
    }
    if let Some(role) = filter.role {
        query = query.filter(user::COLUMN.role.eq(role));
    }
    query = match filter.is_staff {
        Some(true) => query.filter(user::COLUMN.role.ne(CUSTOMER)),
        Some(false) => query.filter(user::COLUMN.role.eq(CUSTOMER)),
        None => query,
    };
    query = match filter.status {
        Some(status) => query.filter(user::COLUMN.status.eq(status)),
        None => query.filter(user::COLUMN.status.ne(ERASED)),
    };
    if let Some(before) = filter.before {
        query = query.filter(user::Column::Id.lt(before));
    }
    query.order_by_desc(user::Column::Id).limit(limit).all(connection).await
}
