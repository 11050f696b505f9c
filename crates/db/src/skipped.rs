//! Parked events that a person gave up: kept with the reason and who said so, and never applied after that.

use chrono::{DateTime, Utc};
use contracts::{Envelope, time};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{Db, inbox, parked};

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "skipped")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub consumer: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: Uuid,
        pub position: i64,
        #[sea_orm(column_type = "JsonBinary")]
        pub envelope: Json,
        #[sea_orm(column_type = "Text")]
        pub cause: String,
        pub attempts: i32,
        pub parked_at: DateTimeUtc,
        pub skipped_at: DateTimeUtc,
        pub skipped_by: String,
        #[sea_orm(column_type = "Text")]
        pub reason: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// An event that was given up, and why.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Skipped {
    pub consumer: String,
    pub envelope: Envelope,
    pub position: i64,
    pub cause: String,
    pub attempts: u32,
    pub parked_at: DateTime<Utc>,
    pub skipped_at: DateTime<Utc>,
    pub skipped_by: String,
    pub reason: String,
}

/// Gives a parked event up, so that those behind it go on. `None`: it is not parked.
///
/// The inbox takes it for applied, so that neither an attempt under way nor a later replay brings it back.
pub async fn skip(db: &Db, consumer: &str, event: Uuid, by: &str, reason: &str) -> Result<Option<Skipped>, DbErr> {
    let tx = db.begin().await?;
    let Some(parked) = parked::take(&tx, consumer, event).await? else { return Ok(None) };
    if !inbox::first_time(&tx, consumer, event.into()).await? {
        // It was applied at this very moment: there is nothing to give up.
        tx.commit().await?;
        return Ok(None);
    }
    let row = row::Model {
        consumer: parked.consumer,
        event_id: event,
        position: parked.position,
        envelope: serde_json::to_value(&parked.envelope).map_err(|error| DbErr::Json(error.to_string()))?,
        cause: parked.cause,
        attempts: i32::try_from(parked.attempts).unwrap_or(i32::MAX),
        parked_at: parked.parked_at,
        skipped_at: time::now(),
        skipped_by: by.to_owned(),
        reason: reason.to_owned(),
    };
    let row = row::ActiveModel::from(row).insert(&*tx).await?;
    tx.commit().await?;
    view(row).map(Some)
}

/// One consumer's skipped events behind a position, oldest first.
pub async fn page(
    connection: &impl ConnectionTrait,
    consumer: &str,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<Skipped>, DbErr> {
    let rows = row::Entity::find()
        .filter(row::Column::Consumer.eq(consumer))
        .filter(row::COLUMN.position.gt(after.unwrap_or(i64::MIN)))
        .order_by_asc(row::Column::Position)
        .limit(limit)
        .all(connection)
        .await?;
    rows.into_iter().map(view).collect()
}

fn view(row: row::Model) -> Result<Skipped, DbErr> {
    Ok(Skipped {
        consumer: row.consumer,
        envelope: serde_json::from_value(row.envelope).map_err(|error| DbErr::Json(error.to_string()))?,
        position: row.position,
        cause: row.cause,
        attempts: row.attempts.unsigned_abs(),
        parked_at: row.parked_at,
        skipped_at: row.skipped_at,
        skipped_by: row.skipped_by,
        reason: row.reason,
    })
}
