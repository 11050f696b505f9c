//! Queries on letters.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::entity::letter;

pub async fn by_digest(
    connection: &impl ConnectionTrait,
    kind: &str,
    digest: &str,
) -> Result<Option<letter::Model>, DbErr> {
    letter::Entity::find()
        .filter(letter::COLUMN.token_digest.eq(digest))
        .filter(letter::COLUMN.kind.eq(kind))
        .one(connection)
        .await
}

/// Spends a letter's token. `false`: someone was faster.
pub async fn spend(tx: &db::Tx, id: Uuid, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let done = letter::Entity::update_many()
        .col_expr(letter::Column::UsedAt, Expr::value(now))
        .filter(letter::COLUMN.id.eq(id))
        .filter(usable())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes the unused letters of these kinds worthless, sent or not.
pub async fn void(tx: &db::Tx, user: Uuid, kinds: &[&str], now: DateTime<Utc>) -> Result<(), DbErr> {
    letter::Entity::update_many()
        .col_expr(letter::Column::VoidAt, Expr::value(now))
        .filter(letter::COLUMN.user_id.eq(user))
        .filter(letter::Column::Kind.is_in(kinds.iter().copied()))
        .filter(usable())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Makes the unused letters of the same kind that were written after `letter` worthless.
pub async fn void_later(tx: &db::Tx, letter: &letter::Model, now: DateTime<Utc>) -> Result<(), DbErr> {
    letter::Entity::update_many()
        .col_expr(letter::Column::VoidAt, Expr::value(now))
        .filter(letter::COLUMN.user_id.eq(letter.user_id))
        .filter(letter::COLUMN.kind.eq(letter.kind.as_str()))
        .filter(letter::COLUMN.id.gt(letter.id))
        .filter(usable())
        .exec(&**tx)
        .await?;
    Ok(())
}

fn usable() -> Condition {
    Condition::all().add(letter::COLUMN.used_at.is_null()).add(letter::COLUMN.void_at.is_null())
}

/// When the letters of this kind for the account were written, of those since `since`, newest first.
pub async fn written_for(
    connection: &impl ConnectionTrait,
    user: Uuid,
    kind: &str,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, DbErr> {
    letter::Entity::find()
        .select_only()
        .column(letter::Column::CreatedAt)
        .filter(letter::COLUMN.user_id.eq(user))
        .filter(letter::COLUMN.kind.eq(kind))
        .filter(letter::Column::CreatedAt.gt(since))
        .order_by_desc(letter::Column::CreatedAt)
        .into_tuple()
        .all(connection)
        .await
}

/// How many letters were asked for from the network address since `since`.
pub async fn count_from(connection: &impl ConnectionTrait, ip: &str, since: DateTime<Utc>) -> Result<u64, DbErr> {
    letter::Entity::find()
        .filter(letter::COLUMN.ip.eq(ip))
        .filter(letter::Column::CreatedAt.gt(since))
        .count(connection)
        .await
}

/// Letters that should be on their way, oldest first.
pub async fn to_send(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<letter::Model>, DbErr> {
    letter::Entity::find()
        .filter(letter::COLUMN.sent_at.is_null())
        .filter(usable())
        .filter(letter::Column::NextAttemptAt.lte(now))
        .filter(letter::Column::ExpiresAt.gt(now))
        .order_by_asc(letter::Column::Id)
        .limit(limit)
        .all(connection)
        .await
}

/// Takes on the sending of a letter until `next_attempt_at`. `false`: another process has.
pub async fn claim(tx: &db::Tx, letter: &letter::Model, next_attempt_at: DateTime<Utc>) -> Result<bool, DbErr> {
    let done = letter::Entity::update_many()
        .col_expr(letter::Column::Attempts, Expr::value(letter.attempts + 1))
        .col_expr(letter::Column::NextAttemptAt, Expr::value(next_attempt_at))
        .filter(letter::COLUMN.id.eq(letter.id))
        .filter(letter::COLUMN.attempts.eq(letter.attempts))
        .filter(letter::COLUMN.sent_at.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn mark_sent(tx: &db::Tx, id: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    letter::Entity::update_many()
        .col_expr(letter::Column::SentAt, Expr::value(now))
        .filter(letter::COLUMN.id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Removes letters that ran out more than `days` days ago.
pub async fn prune(tx: &db::Tx, now: DateTime<Utc>, days: i64) -> Result<u64, DbErr> {
    let before = now - Duration::days(days);
    Ok(letter::Entity::delete_many().filter(letter::Column::ExpiresAt.lt(before)).exec(&**tx).await?.rows_affected)
}
