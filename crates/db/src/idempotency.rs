//! Idempotency records: the answer a request with an `Idempotency-Key` got, kept with the effect in one transaction.
//!
//! A change that is one transaction calls `begin` first and `finish` last in it. A change that must call a company in
//! between commits after `begin`; the record then holds the key for `LEASE_SECS`, and a repeat meanwhile is `InFlight`.

use chrono::{DateTime, Duration, Utc};
use contracts::time;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set, sea_query::Expr};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{CLOCKS_DIFFER_SECS, Db, Tx, insert_absent, remove_old};

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub fingerprint: String,
        pub status: Option<i32>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub body: Option<Json>,
        pub lease_until: DateTimeUtc,
        pub created_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// How long an unfinished request keeps its key. After a crash a repeat may go on from here.
pub const LEASE_SECS: i64 = 30;
/// How long answers are kept.
pub const KEPT_DAYS: i64 = 7;

/// One request: who asks for which operation, under which key, with which body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Caller and operation, as in `user:0192…/POST /orders`. Keys of different callers never meet.
    pub scope: String,
    pub key: String,
    /// Digest of the body: the same key with another body is a mistake of the client.
    pub fingerprint: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// Nobody did this yet: do it, then `finish`.
    First,
    /// It was done: this was the answer.
    Done { status: u16, body: Value },
    /// It is being done right now.
    InFlight,
    /// The key was used with another body.
    OtherBody,
}

/// An answer that is kept, and the request that got it.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub request: Request,
    pub status: u16,
    pub body: Value,
}

/// How the request stands, without taking its key. Only a look: whoever goes on must `begin`.
pub async fn look(connection: &impl ConnectionTrait, request: &Request) -> Result<Begun, DbErr> {
    let found = row::Entity::find_by_id((request.scope.clone(), request.key.clone())).one(connection).await?;
    Ok(match found {
        Some(found) if found.fingerprint != request.fingerprint => Begun::OtherBody,
        Some(found) => match done(&found) {
            Some(done) => done,
            None if !is_held(found.lease_until, time::now()) => Begun::First,
            None => Begun::InFlight,
        },
        None => Begun::First,
    })
}

/// A lease that lasts longer than one can was written by a clock that is wrong.
fn is_held(lease_until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now..=latest(now)).contains(&lease_until)
}

fn latest(now: DateTime<Utc>) -> DateTime<Utc> {
    now + Duration::seconds(LEASE_SECS + CLOCKS_DIFFER_SECS)
}

fn done(found: &row::Model) -> Option<Begun> {
    let (status, body) = (found.status?, found.body.clone()?);
    Some(Begun::Done { status: u16::try_from(status).unwrap_or(500), body })
}

pub async fn begin(tx: &Tx, request: &Request) -> Result<Begun, DbErr> {
    let now = time::now();
    let lease_until = now + Duration::seconds(LEASE_SECS);
    let row = row::ActiveModel {
        scope: Set(request.scope.clone()),
        key: Set(request.key.clone()),
        fingerprint: Set(request.fingerprint.clone()),
        status: Set(None),
        body: Set(None),
        lease_until: Set(lease_until),
        created_at: Set(now),
    };
    let inserted = insert_absent(&**tx, [row], &["scope", "key"]).await?;
    if inserted == 1 {
        return Ok(Begun::First);
    }
    let found = row::Entity::find_by_id((request.scope.clone(), request.key.clone())).one(&**tx).await?;
    let Some(found) = found else { return Ok(Begun::InFlight) };
    if found.fingerprint != request.fingerprint {
        return Ok(Begun::OtherBody);
    }
    if let Some(done) = done(&found) {
        return Ok(done);
    }
    let taken_over = row::Entity::update_many()
        .col_expr(row::Column::LeaseUntil, Expr::value(lease_until))
        .filter(this(request))
        .filter(row::Column::Status.is_null())
        .filter(Condition::any().add(row::Column::LeaseUntil.lt(now)).add(row::Column::LeaseUntil.gt(latest(now))))
        .exec(&**tx)
        .await?;
    Ok(if taken_over.rows_affected == 1 { Begun::First } else { Begun::InFlight })
}

/// Keeps the answer, unless one is kept already: all repeats get the same. Belongs into the transaction of the effect.
pub async fn finish(tx: &Tx, request: &Request, status: u16, body: &Value) -> Result<(), DbErr> {
    row::Entity::update_many()
        .set(row::ActiveModel {
            status: Set(Some(i32::from(status))),
            body: Set(Some(body.clone())),
            ..Default::default()
        })
        .filter(this(request))
        .filter(row::Column::Status.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets an unfinished request, so that it can be tried again: nothing happened under this key.
pub async fn abandon(tx: &Tx, request: &Request) -> Result<(), DbErr> {
    row::Entity::delete_many().filter(this(request)).filter(row::Column::Status.is_null()).exec(&**tx).await?;
    Ok(())
}

/// All answers that are kept for an operation, such as `POST /orders`.
pub async fn kept(connection: &impl ConnectionTrait, operation: &str) -> Result<Vec<Kept>, DbErr> {
    let rows = row::Entity::find()
        .filter(row::Column::Scope.ends_with(format!("/{operation}")))
        .filter(row::Column::Status.is_not_null())
        .all(connection)
        .await?;
    let kept = |row: row::Model| {
        let request = Request { scope: row.scope, key: row.key, fingerprint: row.fingerprint };
        Some(Kept { request, status: u16::try_from(row.status?).unwrap_or(500), body: row.body? })
    };
    Ok(rows.into_iter().filter_map(kept).collect())
}

/// Removes answers older than `KEPT_DAYS`.
pub async fn prune(db: &Db) -> Result<u64, DbErr> {
    let bound = time::now() - Duration::days(KEPT_DAYS);
    let mut rows = 0;
    loop {
        let removed = remove_old::<row::Entity, _>(db, Condition::all(), row::Column::CreatedAt, bound).await?;
        rows += removed.rows;
        if !removed.more {
            return Ok(rows);
        }
    }
}

fn this(request: &Request) -> Condition {
    Condition::all().add(row::Column::Scope.eq(&request.scope)).add(row::Column::Key.eq(&request.key))
}
