//! Events a consumer could not apply: kept with their cause, tried again later, never dropped.
//!
//! While an event is parked, later events of the same subject wait behind it, so that their order holds. Events of
//! another service about the same thing do not: no log promises an order between topics, and the one at hand may be
//! parked because it came before what the other service has to say.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use contracts::{Envelope, time};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use crate::{Db, Tx, insert_absent};

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
        pub topic: String,
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
    /// Grows from one parked event of the consumer to the next, and is never used again.
    pub position: i64,
    pub cause: String,
    pub attempts: u32,
    /// `None`: tried as often as is sensible; someone has to look and ask for a retry.
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub parked_at: DateTime<Utc>,
}

/// What one service says of one thing: events that keep their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    pub topic: String,
    pub partition_key: Uuid,
}

impl Subject {
    pub fn of(envelope: &Envelope) -> Self {
        Self { topic: envelope.topic().to_owned(), partition_key: envelope.partitionkey }
    }
}

/// Attempts after which an event waits for a person: three days of them, with pauses of up to an hour.
pub const ATTEMPTS_MAX: u32 = 83;
const PAUSE_MAX_SECS: i64 = 3600;

/// Parks an event. `attempts` 0 means that it only waits behind another.
pub async fn park(tx: &Tx, consumer: &str, envelope: &Envelope, cause: &str, attempts: u32) -> Result<(), DbErr> {
    let position = next_position(tx, consumer).await?;
    let row = row::ActiveModel {
        consumer: Set(consumer.to_owned()),
        event_id: Set(envelope.id.uuid()),
        partition_key: Set(envelope.partitionkey),
        topic: Set(envelope.topic().to_owned()),
        position: Set(position),
        envelope: Set(serde_json::to_value(envelope).map_err(|error| DbErr::Json(error.to_string()))?),
        cause: Set(cause.to_owned()),
        attempts: Set(i32::try_from(attempts).unwrap_or(i32::MAX)),
        next_attempt_at: Set(next_attempt(attempts)),
        parked_at: Set(time::now()),
    };
    let parked = insert_absent(&**tx, [row], &["consumer", "event_id"]).await?;
    // MariaDB leaves a row out for any unique index, not only for the one that is meant.
    if parked == 0 && find(&**tx, consumer, envelope.id.uuid()).await?.is_none() {
        return Err(DbErr::Custom("two events were parked at the same place: the second has to try again".to_owned()));
    }
    Ok(())
}

/// The microsecond it is, so that a number stays used when its row is gone; more if a clock went back, for what waits
/// behind another must stand behind it. Two processes that come to the same number find out by the unique index.
async fn next_position(tx: &Tx, consumer: &str) -> Result<i64, DbErr> {
    let newest = row::Entity::find().select_only().column_as(row::Column::Position.max(), "newest");
    let newest: Option<Option<i64>> = newest.filter(row::Column::Consumer.eq(consumer)).into_tuple().one(&**tx).await?;
    Ok(Ord::max(time::now().timestamp_micros(), newest.flatten().unwrap_or_default() + 1))
}

/// The subjects of all events that are parked: later events of one of them must wait.
pub async fn subjects(connection: &impl ConnectionTrait, consumer: &str) -> Result<HashSet<Subject>, DbErr> {
    let query = row::Entity::find().select_only().column(row::Column::Topic).column(row::Column::PartitionKey);
    let query = query.distinct().filter(row::Column::Consumer.eq(consumer));
    let subjects: Vec<(String, Uuid)> = query.into_tuple().all(connection).await?;
    Ok(subjects.into_iter().map(|(topic, partition_key)| Subject { topic, partition_key }).collect())
}

/// The oldest parked event of each subject, where it is due. What waits behind it is not, however long it waits.
pub async fn due(db: &Db, consumer: &str, limit: u64) -> Result<Vec<Parked>, DbErr> {
    let earlier = |column: &'static str| Expr::col(("earlier", column));
    let ahead = Query::select()
        .expr(Expr::val(1))
        .from_as("parked", "earlier")
        .and_where(earlier("consumer").eq(consumer))
        .and_where(earlier("partition_key").equals(("parked", "partition_key")))
        .and_where(earlier("topic").equals(("parked", "topic")))
        .and_where(earlier("position").lt(Expr::col(("parked", "position"))))
        .to_owned();
    let rows = row::Entity::find()
        .filter(row::Column::Consumer.eq(consumer))
        .filter(row::Column::NextAttemptAt.lte(time::now()))
        .filter(Expr::not_exists(ahead))
        .order_by_asc(row::Column::Position)
        .limit(limit)
        .all(db.reader())
        .await?;
    rows.into_iter().map(view).collect()
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

/// Takes an event out because it has been applied.
pub async fn release(db: &Db, consumer: &str, event: Uuid) -> Result<bool, DbErr> {
    let tx = db.begin().await?;
    let done = row::Entity::delete_by_id((consumer.to_owned(), event)).exec(&*tx).await?;
    tx.commit().await?;
    Ok(done.rows_affected == 1)
}

/// Asks for an attempt now at what is parked about one thing, for something new has become known of it.
pub async fn hurry(db: &Db, consumer: &str, partition_key: Uuid) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    row::Entity::update_many()
        .set(row::ActiveModel { next_attempt_at: Set(Some(time::now())), ..Default::default() })
        .filter(row::Column::Consumer.eq(consumer))
        .filter(row::Column::PartitionKey.eq(partition_key))
        .exec(&*tx)
        .await?;
    tx.commit().await
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

/// All that `consumer` has parked.
pub async fn ids(connection: &impl ConnectionTrait, consumer: &str) -> Result<Vec<Uuid>, DbErr> {
    let query = row::Entity::find().select_only().column(row::Column::EventId);
    query.filter(row::Column::Consumer.eq(consumer)).into_tuple().all(connection).await
}

/// All parked events, oldest first.
pub async fn list(connection: &impl ConnectionTrait, limit: u64) -> Result<Vec<Parked>, DbErr> {
    let rows = row::Entity::find().order_by_asc(row::Column::Position).limit(limit).all(connection).await?;
    rows.into_iter().map(view).collect()
}

/// One consumer's parked events behind a position, oldest first.
pub async fn page(
    connection: &impl ConnectionTrait,
    consumer: &str,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<Parked>, DbErr> {
    let rows = row::Entity::find()
        .filter(row::Column::Consumer.eq(consumer))
        .filter(row::COLUMN.position.gt(after.unwrap_or(i64::MIN)))
        .order_by_asc(row::Column::Position)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(view).collect()
}

pub async fn find(connection: &impl ConnectionTrait, consumer: &str, event: Uuid) -> Result<Option<Parked>, DbErr> {
    row::Entity::find_by_id((consumer.to_owned(), event)).one(connection).await?.map(view).transpose()
}

/// The first parked event of each subject with one of these keys, which all others of that subject wait behind.
pub async fn heads(
    connection: &impl ConnectionTrait,
    consumer: &str,
    keys: &[Uuid],
) -> Result<HashMap<Subject, Uuid>, DbErr> {
    let rows: Vec<(String, Uuid, Uuid)> = row::Entity::find()
        .select_only()
        .column(row::Column::Topic)
        .column(row::Column::PartitionKey)
        .column(row::Column::EventId)
        .filter(row::Column::Consumer.eq(consumer))
        .filter(row::Column::PartitionKey.is_in(keys.iter().copied()))
        .order_by_desc(row::Column::Position)
        .into_tuple()
        .all(connection)
        .await?;
    // Of several of one subject the last in the list, the oldest, stays.
    Ok(rows.into_iter().map(|(topic, partition_key, event)| (Subject { topic, partition_key }, event)).collect())
}

/// Takes an event out of `tx`'s view of what is parked, and answers what it was.
pub(crate) async fn take(tx: &Tx, consumer: &str, event: Uuid) -> Result<Option<Parked>, DbErr> {
    let parked = find(&**tx, consumer, event).await?;
    let done = row::Entity::delete_by_id((consumer.to_owned(), event)).exec(&**tx).await?;
    Ok(parked.filter(|_| done.rows_affected == 1))
}

pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    row::Entity::find().count(connection).await
}

fn next_attempt(attempts: u32) -> Option<DateTime<Utc>> {
    (attempts < ATTEMPTS_MAX).then(|| time::now() + Duration::seconds(pause_secs(attempts)))
}

/// One second, doubled with each attempt, up to `PAUSE_MAX_SECS`.
fn pause_secs(attempts: u32) -> i64 {
    Ord::min(2_i64.saturating_pow(attempts), PAUSE_MAX_SECS)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_tried_for_three_days_before_it_waits_for_a_person() {
        let days = (0..ATTEMPTS_MAX).map(pause_secs).sum::<i64>() / 86_400;
        assert_eq!(days, 3);
        assert!(next_attempt(ATTEMPTS_MAX - 1).is_some());
        assert!(next_attempt(ATTEMPTS_MAX).is_none());
    }
}
