//! Events on their way out: written in the transaction of the change they tell of, carried to the log by the relay.

use chrono::{DateTime, Utc};
use contracts::{Envelope, Event, time};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Set, sea_query::Expr,
};
use uuid::Uuid;

use crate::{Db, Removed, Tx, remove_old};

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub seq: i64,
        #[sea_orm(unique)]
        pub id: Uuid,
        pub kind: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub envelope: Json,
        pub created_at: DateTimeUtc,
        pub published_at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// How long published events are kept, for `verify` to compare them with the changes and with the log.
pub const KEPT_DAYS: i64 = 14;
/// Rows in one statement: SQLite takes 32,766 values.
const ROWS_MAX: usize = 1_000;

/// Adds `event` to the transaction. It leaves when the transaction commits, and only then.
pub async fn publish<E: Event>(tx: &Tx, event: &E) -> Result<(), DbErr> {
    publish_all(tx, std::slice::from_ref(event)).await
}

/// The same for many events of one kind, in their order.
pub async fn publish_all<E: Event>(tx: &Tx, events: &[E]) -> Result<(), DbErr> {
    for some in events.chunks(ROWS_MAX) {
        let rows: Vec<row::ActiveModel> = some.iter().map(row_of).collect::<Result<_, DbErr>>()?;
        row::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
        tx.note_event();
    }
    Ok(())
}

fn row_of<E: Event>(event: &E) -> Result<row::ActiveModel, DbErr> {
    let envelope = Envelope::of(event).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(row::ActiveModel {
        id: Set(envelope.id.uuid()),
        kind: Set(envelope.kind.clone()),
        created_at: Set(envelope.time),
        envelope: Set(serde_json::to_value(envelope).map_err(|error| DbErr::Json(error.to_string()))?),
        published_at: Set(None),
        ..Default::default()
    })
}

/// The oldest events that have not been published, in the order in which they were written.
pub async fn unpublished(db: &Db, limit: u64) -> Result<Vec<Envelope>, DbErr> {
    let rows = row::Entity::find()
        .filter(row::COLUMN.published_at.is_null())
        // As the index has it: PostgreSQL would otherwise read along the primary key, over all that was published.
        .order_by_asc(row::Column::PublishedAt)
        .order_by_asc(row::Column::Seq)
        .limit(limit)
        .all(db.reader())
        .await?;
    rows.into_iter().map(|row| read(row.envelope)).collect()
}

/// Marks events as published. They stay for `verify` until `prune` removes them.
pub async fn mark_published(db: &Db, ids: &[Uuid]) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    let tx = db.begin().await?;
    row::Entity::update_many()
        .col_expr(row::Column::PublishedAt, Expr::value(time::now()))
        .filter(row::Column::Id.is_in(ids.iter().copied()))
        .exec(&*tx)
        .await?;
    tx.commit().await
}

/// How many events wait to be published.
pub async fn depth(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    row::Entity::find().filter(row::COLUMN.published_at.is_null()).count(connection).await
}

/// When the oldest event that waits to be published was written.
pub async fn oldest(connection: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    row::Entity::find()
        .select_only()
        .column(row::Column::CreatedAt)
        .filter(row::COLUMN.published_at.is_null())
        .order_by_asc(row::Column::PublishedAt)
        .order_by_asc(row::Column::Seq)
        .limit(1)
        .into_tuple()
        .one(connection)
        .await
}

/// Ids of all events that still stand in the outbox, published or not.
pub async fn ids(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    let rows = row::Entity::find().select_only().column(row::Column::Id).into_tuple().all(connection).await?;
    Ok(rows)
}

/// Published events that still stand in the outbox, oldest first.
pub async fn published(connection: &impl ConnectionTrait) -> Result<Vec<Envelope>, DbErr> {
    let rows = row::Entity::find()
        .filter(row::COLUMN.published_at.is_not_null())
        .order_by_asc(row::Column::Seq)
        .all(connection)
        .await?;
    rows.into_iter().map(|row| read(row.envelope)).collect()
}

/// All events of one kind that still stand in the outbox, oldest first, for checks that compare them with the changes.
pub async fn of_kind(connection: &impl ConnectionTrait, kind: &str) -> Result<Vec<Envelope>, DbErr> {
    let rows =
        row::Entity::find().filter(row::Column::Kind.eq(kind)).order_by_asc(row::Column::Seq).all(connection).await?;
    rows.into_iter().map(|row| read(row.envelope)).collect()
}

/// Removes events published more than `days` days ago, as many as there is time for.
pub async fn prune(db: &Db, days: i64) -> Result<Removed, DbErr> {
    let bound = time::now() - chrono::Duration::days(days);
    remove_old::<row::Entity, _>(db, Condition::all(), row::Column::PublishedAt, bound).await
}

fn read(json: serde_json::Value) -> Result<Envelope, DbErr> {
    serde_json::from_value(json).map_err(|error| DbErr::Json(error.to_string()))
}
