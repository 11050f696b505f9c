//! Queries on sessions and their refresh tokens.

use chrono::{DateTime, Utc};
use contracts::ids::{SessionId, UserId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Set,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use crate::{
    entity::{refresh_token, session, user},
    store::users::ACTIVE,
};

/// Addresses of one account that are looked at; nobody signs in from more places in three months.
const ADDRESSES_MAX: u64 = 1000;

/// A session that stands, and its owner: not revoked, not run out, and the account is in order.
pub async fn standing(
    connection: &impl ConnectionTrait,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<(session::Model, user::Model)>, DbErr> {
    let Some(session) = session::Entity::find_by_id(id.uuid()).one(connection).await? else { return Ok(None) };
    if session.revoked_at.is_some() || session.expires_at <= now {
        return Ok(None);
    }
    let user = user::Entity::find_by_id(session.user_id).one(connection).await?;
    Ok(user.filter(|user| user.status == ACTIVE).map(|user| (session, user)))
}

/// The sessions of an account that stand, newest first; only those older than `before`, if it is given.
pub async fn of_user(
    connection: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<session::Model>, DbErr> {
    let older = before.map(|before| session::Column::Id.lt(before));
    session::Entity::find()
        .filter(open(user.uuid(), now).add_option(older))
        .order_by_desc(session::Column::Id)
        .limit(limit)
        .all(connection)
        .await
}

/// The network addresses that the account's sessions were last used from, each once.
pub async fn addresses_of(connection: &impl ConnectionTrait, email_key: &str) -> Result<Vec<String>, DbErr> {
    let owner = Query::select()
        .column(user::Column::Id)
        .from(user::Entity)
        .and_where(user::Column::EmailKey.eq(email_key))
        .to_owned();
    session::Entity::find()
        .select_only()
        .column(session::Column::Ip)
        .distinct()
        .filter(session::Column::UserId.in_subquery(owner))
        .filter(session::Column::Ip.is_not_null())
        .limit(ADDRESSES_MAX)
        .into_tuple()
        .all(connection)
        .await
}

/// Whether the account was used before, and whether on this device.
pub async fn device_is_new(tx: &db::Tx, user: Uuid, device: &str) -> Result<bool, DbErr> {
    let all = session::Entity::find().filter(session::COLUMN.user_id.eq(user)).count(&**tx).await?;
    let here = session::Entity::find()
        .filter(session::COLUMN.user_id.eq(user))
        .filter(session::COLUMN.device.eq(device))
        .count(&**tx)
        .await?;
    Ok(all > 0 && here == 0)
}

/// Ends one session of an account. `false`: there is no such one.
pub async fn revoke(tx: &db::Tx, user: Uuid, id: SessionId, because: &str, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let which = open(user, now).add(session::COLUMN.id.eq(id.uuid()));
    Ok(end(tx, which, because, now).await? == 1)
}

/// Ends the sessions of an account, save one.
pub async fn revoke_all(
    tx: &db::Tx,
    user: Uuid,
    save: Option<Uuid>,
    because: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut which = open(user, now);
    if let Some(save) = save {
        which = which.add(session::COLUMN.id.ne(save));
    }
    end(tx, which, because, now).await
}

/// Ends the sessions of everyone who has the role.
pub async fn revoke_with_role(tx: &db::Tx, role: &str, because: &str, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let holders =
        Query::select().column(user::Column::Id).from(user::Entity).and_where(user::Column::Role.eq(role)).to_owned();
    let which =
        Condition::all().add(session::COLUMN.revoked_at.is_null()).add(session::Column::UserId.in_subquery(holders));
    end(tx, which, because, now).await
}

async fn end(tx: &db::Tx, which: Condition, because: &str, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let done = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .col_expr(session::Column::RevokedBecause, Expr::value(because))
        .filter(which)
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

fn open(user: Uuid, now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(session::COLUMN.user_id.eq(user))
        .add(session::COLUMN.revoked_at.is_null())
        .add(session::Column::ExpiresAt.gt(now))
}

pub async fn touch(tx: &db::Tx, id: Uuid, ip: Option<String>, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::LastUsedAt, Expr::value(now))
        .col_expr(session::Column::Ip, Expr::value(ip))
        .filter(session::COLUMN.id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn refresh_token(
    connection: &impl ConnectionTrait,
    digest: &str,
) -> Result<Option<refresh_token::Model>, DbErr> {
    refresh_token::Entity::find_by_id(digest.to_owned()).one(connection).await
}

pub async fn add_refresh_token(
    tx: &db::Tx,
    digest: String,
    session: Uuid,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = refresh_token::ActiveModel {
        digest: Set(digest),
        session_id: Set(session),
        created_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
    };
    refresh_token::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Retires a refresh token. `false`: it was used before.
pub async fn use_refresh_token(tx: &db::Tx, digest: &str, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let done = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(now))
        .filter(refresh_token::COLUMN.digest.eq(digest))
        .filter(refresh_token::COLUMN.used_at.is_null())
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Removes sessions that ended before `before`, and their tokens with them.
pub async fn prune(tx: &db::Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let ended = Condition::any().add(session::Column::ExpiresAt.lt(before)).add(session::Column::RevokedAt.lt(before));
    Ok(session::Entity::delete_many().filter(ended).exec(&**tx).await?.rows_affected)
}
