//! Events a consumer could not apply: kept with their cause, tried again later, never dropped.
//!
//! While an event is parked, later events with the same key wait behind it, so that their order holds.

use chrono::{DateTime, Duration, Utc};
use contracts::{Envelope, time};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{Db, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "parked")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub consumer: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: Uuid,
        pub partition_key: Uuid,
        pub position: i64,
        #[sea_orm(column_type = "JsonBinary")]
        pub envelope: Json,
        #[sea_orm(column_type = "Text")]
        pub cause: String,
        pub attempts: i32,
        pub next_attempt_at: Option<DateTimeUtc>,
        pub parked_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// An event that waits, and why.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Parked {
    pub consumer: String,
    pub envelope: Envelope,
    pub position: i64,
    pub cause: String,
    pub attempts: u32,
    /// `None`: tried as often as is sensible; someone has to look and ask for a retry.
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub parked_at: DateTime<Utc>,
}

/// Attempts after which an event waits for a person.
pub const ATTEMPTS_MAX: u32 = 12;

/// Parks an event. `attempts` 0 means that it only waits behind another.
pub async fn park(
    tx: &Tx,
    consumer: &str,
    position: i64,
    envelope: &Envelope,
    cause: &str,
    attempts: u32,
) -> Result<(), DbErr> {
    let row = row::ActiveModel {
        consumer: Set(consumer.to_owned()),
        event_id: Set(envelope.id.uuid()),
        partition_key: Set(envelope.partitionkey),
        position: Set(position),
        envelope: Set(serde_json::to_value(envelope).map_err(|error| DbErr::Json(error.to_string()))?),
        cause: Set(cause.to_owned()),
        attempts: Set(i32::try_from(attempts).unwrap_or(i32::MAX)),
        next_attempt_at: Set(next_attempt(attempts)),
        parked_at: Set(time::now()),
    };
    row::Entity::insert(row)
        .on_conflict(OnConflict::columns(["consumer", "event_id"]).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Whether an event with this key is parked, so that later ones must wait.
pub async fn blocks(connection: &impl ConnectionTrait, consumer: &str, key: Uuid) -> Result<bool, DbErr> {
    let waiting = row::Entity::find().filter(of_key(consumer, key)).count(connection).await?;
    Ok(waiting > 0)
}

/// The oldest parked event of each key, where it is due.
pub async fn due(db: &Db, consumer: &str, limit: u64) -> Result<Vec<Parked>, DbErr> {
    let rows = row::Entity::find()
        .filter(row::Column::Consumer.eq(consumer))
        .filter(row::Column::NextAttemptAt.lte(time::now()))
        .order_by_asc(row::Column::Position)
        .limit(limit)
        .all(db.reader())
        .await?;
    let mut heads = Vec::new();
    for row in rows {
        let first = row::Entity::find()
            .filter(of_key(consumer, row.partition_key))
            .order_by_asc(row::Column::Position)
            .one(db.reader())
            .await?;
        if first.is_some_and(|first| first.event_id == row.event_id) {
            heads.push(view(row)?);
        }
    }
    Ok(heads)
}

/// Notes one more failed attempt.
pub async fn failed_again(db: &Db, consumer: &str, event: Uuid, cause: &str) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    if let Some(row) = row::Entity::find_by_id((consumer.to_owned(), event)).one(&*tx).await? {
        let attempts = row.attempts.saturating_add(1);
        let mut row = row.into_active_model();
        row.attempts = Set(attempts);
        row.cause = Set(cause.to_owned());
        row.next_attempt_at = Set(next_attempt(attempts.unsigned_abs()));
        row.update(&*tx).await?;
    }
    tx.commit().await
}

/// Takes an event out because it has been applied, or because someone decided to skip it.
pub async fn release(db: &Db, consumer: &str, event: Uuid) -> Result<bool, DbErr> {
    let tx = db.begin().await?;
    let done = row::Entity::delete_by_id((consumer.to_owned(), event)).exec(&*tx).await?;
    tx.commit().await?;
    Ok(done.rows_affected == 1)
}

/// Asks for an attempt now: of one event, or of all.
pub async fn retry_now(db: &Db, event: Option<Uuid>) -> Result<u64, DbErr> {
    let tx = db.begin().await?;
    let mut update = row::Entity::update_many()
        .set(row::ActiveModel { next_attempt_at: Set(Some(time::now())), ..Default::default() });
    if let Some(event) = event {
        update = update.filter(row::Column::EventId.eq(event));
    }
    let done = update.exec(&*tx).await?;
    tx.commit().await?;
    Ok(done.rows_affected)
}

/// All parked events, oldest first.
pub async fn list(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<Parked>, DbErr> {
    let rows = row::Entity::find().order_by_asc(row::Column::Position).limit(limit).all(connection).await?;
    rows.into_iter().map(view).collect()
}

pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    row::Entity::find().count(connection).await
}

fn of_key(consumer: &str, key: Uuid) -> Condition {
    Condition::all().add(row::Column::Consumer.eq(consumer)).add(row::Column::PartitionKey.eq(key))
}

/// One second, doubled with each attempt, at most an hour.
fn next_attempt(attempts: u32) -> Option<DateTime<Utc>> {
    let wait_secs = 2_i64.pow(attempts.min(12)).min(3600);
    (attempts < ATTEMPTS_MAX).then(|| time::now() + Duration::seconds(wait_secs))
}

fn view(row: row::Model) -> Result<Parked, DbErr> {
    Ok(Parked {
        consumer: row.consumer,
        envelope: serde_json::from_value(row.envelope).map_err(|error| DbErr::Json(error.to_string()))?,
        position: row.position,
        cause: row.cause,
        attempts: row.attempts.unsigned_abs(),
        next_attempt_at: row.next_attempt_at,
        parked_at: row.parked_at,
    })
}
