//! Queries on failed sign-ins.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    entity::{login_failure, throttle},
    model::throttling::{Failure, LOOKED_AT},
};

pub async fn ladder(connection: &impl ConnectionTrait, account: &str) -> Result<Option<throttle::Model>, DbErr> {
    throttle::Entity::find_by_id(account.to_owned()).one(connection).await
}

/// The account's ladder, held until the transaction ends: outcomes of parallel tries are counted one by one.
pub async fn lock(tx: &db::Tx, account: &str, now: DateTime<Utc>) -> Result<throttle::Model, DbErr> {
    let fresh = throttle::Model { account: account.to_owned(), failures: 0, blocked_until: now, updated_at: now };
    let row = throttle::ActiveModel {
        account: Set(fresh.account.clone()),
        failures: Set(fresh.failures),
        blocked_until: Set(fresh.blocked_until),
        updated_at: Set(fresh.updated_at),
    };
    db::insert_absent(&**tx, [row], &["account"]).await?;
    let row = throttle::Entity::find_by_id(account.to_owned()).lock_exclusive().one(&**tx).await?;
    Ok(row.unwrap_or(fresh))
}

pub async fn climb(
    tx: &db::Tx,
    account: &str,
    failures: i32,
    blocked_until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    throttle::Entity::update_many()
        .col_expr(throttle::Column::Failures, Expr::value(failures))
        .col_expr(throttle::Column::BlockedUntil, Expr::value(blocked_until))
        .col_expr(throttle::Column::UpdatedAt, Expr::value(now))
        .filter(throttle::COLUMN.account.eq(account))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets the failures of an account.
pub async fn clear(tx: &db::Tx, account: &str) -> Result<(), DbErr> {
    throttle::Entity::delete_many().filter(throttle::COLUMN.account.eq(account)).exec(&**tx).await?;
    Ok(())
}

/// The failures of a network address in the last hour, newest first.
pub async fn failures_of(
    connection: &impl ConnectionTrait,
    ip: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Failure>, DbErr> {
    let rows = login_failure::Entity::find()
        .filter(login_failure::COLUMN.ip.eq(ip))
        .filter(login_failure::Column::At.gt(now - Duration::hours(1)))
        .order_by_desc(login_failure::Column::At)
        .limit(LOOKED_AT)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| Failure { at: row.at, account: row.account }).collect())
}

pub async fn add_failure(tx: &db::Tx, ip: &str, account: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = login_failure::ActiveModel {
        id: Set(Uuid::now_v7()),
        ip: Set(ip.to_owned()),
        account: Set(account.to_owned()),
        at: Set(now),
    };
    login_failure::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Removes what no window looks at any more, and ladders nobody has climbed for a day.
pub async fn prune(tx: &db::Tx, now: DateTime<Utc>) -> Result<(), DbErr> {
    let failures = login_failure::Entity::delete_many().filter(login_failure::Column::At.lt(now - Duration::hours(2)));
    failures.exec(&**tx).await?;
    let ladders = throttle::Entity::delete_many().filter(throttle::Column::UpdatedAt.lt(now - Duration::days(1)));
    ladders.exec(&**tx).await?;
    Ok(())
}
