//! The embedded log: one table in a database of its own.
//!
//! A position is given under a lock that is held until the writer commits, so positions become visible in order
//! and a reader that has seen position 7 will never find a 6 that it missed.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use contracts::{Envelope, ids::EventId, time};
use db::{Db, Tx};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Set,
    sea_query::{Expr, OnConflict},
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::log::{Delivery, Log, Start, Unavailable};

mod migration;

mod event {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        #[sea_orm(unique)]
        pub id: Uuid,
        pub topic: String,
        pub kind: String,
        pub partition_key: Uuid,
        #[sea_orm(column_type = "JsonBinary")]
        pub envelope: Json,
        pub appended_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod head {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub position: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod cursor {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "cursors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub consumer: String,
        pub position: i64,
        /// The process that reads for the group. Two at once would only do the same work twice.
        pub holder: Uuid,
        pub held_until: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// How long a process reads for its group without renewing; after that another takes over.
const HOLD_SECS: i64 = 10;
/// How often a reader looks for events that another process appended.
const POLL: Duration = Duration::from_millis(100);
const POLLS_PER_FETCH: u32 = 10;

/// The schema of the log's own database.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(migration::Log)]
    }
}

#[derive(Clone)]
pub struct EmbeddedLog {
    db: Db,
    holder: Uuid,
    appended: Arc<Notify>,
}

impl EmbeddedLog {
    /// On a database that `Migrator` has brought up to date.
    pub fn new(db: Db) -> Self {
        Self { db, holder: Uuid::now_v7(), appended: Arc::new(Notify::new()) }
    }

    /// Which of `ids` the log does not have.
    pub async fn missing(&self, ids: &[Uuid]) -> Result<Vec<Uuid>, DbErr> {
        let mut missing = Vec::new();
        for some in ids.chunks(500) {
            let found: Vec<Uuid> = event::Entity::find()
                .select_only()
                .column(event::Column::Id)
                .filter(event::Column::Id.is_in(some.iter().copied()))
                .into_tuple()
                .all(self.db.reader())
                .await?;
            missing.extend(some.iter().filter(|id| !found.contains(id)));
        }
        Ok(missing)
    }

    async fn append(&self, events: &[Envelope]) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        let first = reserve_positions(&tx, events.len()).await?;
        let rows = events.iter().zip(first..).map(|(event, position)| {
            let envelope = serde_json::to_value(event).map_err(|error| DbErr::Json(error.to_string()))?;
            Ok(event::ActiveModel {
                position: Set(position),
                id: Set(event.id.uuid()),
                topic: Set(event.topic().to_owned()),
                kind: Set(event.kind.clone()),
                partition_key: Set(event.partitionkey),
                envelope: Set(envelope),
                appended_at: Set(time::now()),
            })
        });
        let rows: Vec<event::ActiveModel> = rows.collect::<Result<_, DbErr>>()?;
        event::Entity::insert_many(rows)
            .on_conflict(OnConflict::column("id").do_nothing().to_owned())
            .exec_without_returning(&*tx)
            .await?;
        tx.commit().await?;
        self.appended.notify_waiters();
        Ok(())
    }

    /// The group's position, if this process may read for it now.
    async fn hold(&self, group: &str) -> Result<Option<i64>, DbErr> {
        let now = time::now();
        if let Some(row) = cursor::Entity::find_by_id(group).one(self.db.reader()).await? {
            let renewed_lately = row.held_until > now + chrono::Duration::seconds(HOLD_SECS / 2);
            if row.holder == self.holder && renewed_lately {
                return Ok(Some(row.position));
            }
            if row.holder != self.holder && row.held_until > now {
                return Ok(None);
            }
        }
        let tx = self.db.begin().await?;
        ensure_cursor(&tx, group, self.holder).await?;
        let held = cursor::Entity::update_many()
            .set(cursor::ActiveModel {
                holder: Set(self.holder),
                held_until: Set(now + chrono::Duration::seconds(HOLD_SECS)),
                ..Default::default()
            })
            .filter(cursor::Column::Consumer.eq(group))
            .filter(cursor::COLUMN.holder.eq(self.holder).or(cursor::COLUMN.held_until.lte(now)))
            .exec(&*tx)
            .await?;
        let row = cursor::Entity::find_by_id(group).one(&*tx).await?;
        tx.commit().await?;
        Ok(row.filter(|_| held.rows_affected == 1).map(|row| row.position))
    }

    async fn next(&self, group: &str, topics: &[&str], limit: u64) -> Result<Vec<Delivery>, DbErr> {
        let Some(position) = self.hold(group).await? else { return Ok(Vec::new()) };
        let rows = event::Entity::find()
            .filter(event::COLUMN.position.gt(position))
            .filter(event::Column::Topic.is_in(topics.iter().copied()))
            .order_by_asc(event::Column::Position)
            .limit(limit)
            .all(self.db.reader())
            .await?;
        rows.into_iter().map(delivery).collect()
    }

    async fn move_cursor(&self, group: &str, position: i64, only_forward: bool) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        ensure_cursor(&tx, group, self.holder).await?;
        let mut update = cursor::Entity::update_many()
            .col_expr(cursor::Column::Position, Expr::value(position))
            .filter(cursor::Column::Consumer.eq(group));
        if only_forward {
            update = update.filter(cursor::COLUMN.position.lt(position));
        }
        update.exec(&*tx).await?;
        tx.commit().await
    }
}

#[async_trait]
impl Log for EmbeddedLog {
    async fn publish(&self, events: &[Envelope]) -> Result<(), Unavailable> {
        if events.is_empty() {
            return Ok(());
        }
        self.append(events).await.map_err(unavailable)
    }

    async fn fetch(&self, group: &str, topics: &[&str], limit: u64) -> Result<Vec<Delivery>, Unavailable> {
        for _ in 0..POLLS_PER_FETCH {
            let woken = self.appended.notified();
            let found = self.next(group, topics, limit).await.map_err(unavailable)?;
            if !found.is_empty() {
                return Ok(found);
            }
            // Woken by this process, or time to look for what another one appended.
            let _ = tokio::time::timeout(POLL, woken).await;
        }
        Ok(Vec::new())
    }

    async fn commit(&self, group: &str, position: i64) -> Result<(), Unavailable> {
        self.move_cursor(group, position, true).await.map_err(unavailable)
    }

    async fn seek(&self, group: &str, start: Start) -> Result<(), Unavailable> {
        let position = match start {
            Start::Beginning => 0,
            Start::Position(position) => position - 1,
            Start::Time(from) => {
                let first = event::Entity::find()
                    .filter(event::COLUMN.appended_at.gte(from))
                    .order_by_asc(event::Column::Position)
                    .one(self.db.reader())
                    .await
                    .map_err(unavailable)?;
                match first {
                    Some(row) => row.position - 1,
                    None => head_position(self.db.reader()).await.map_err(unavailable)?,
                }
            }
        };
        self.move_cursor(group, position, false).await.map_err(unavailable)
    }

    async fn lag(&self, group: &str, topics: &[&str]) -> Result<u64, Unavailable> {
        let cursor = cursor::Entity::find_by_id(group).one(self.db.reader()).await.map_err(unavailable)?;
        event::Entity::find()
            .filter(event::COLUMN.position.gt(cursor.map_or(0, |row| row.position)))
            .filter(event::Column::Topic.is_in(topics.iter().copied()))
            .count(self.db.reader())
            .await
            .map_err(unavailable)
    }

    async fn recent(&self, limit: u64) -> Result<Vec<Delivery>, Unavailable> {
        let rows = event::Entity::find()
            .order_by_desc(event::Column::Position)
            .limit(limit)
            .all(self.db.reader())
            .await
            .map_err(unavailable)?;
        rows.into_iter().map(delivery).collect::<Result<_, DbErr>>().map_err(unavailable)
    }

    async fn find(&self, id: EventId) -> Result<Option<Delivery>, Unavailable> {
        let row = event::Entity::find().filter(event::COLUMN.id.eq(id.uuid())).one(self.db.reader()).await;
        row.and_then(|row| row.map(delivery).transpose()).map_err(unavailable)
    }
}

/// Gives out `count` positions. The row stays locked until the transaction ends.
async fn reserve_positions(tx: &Tx, count: usize) -> Result<i64, DbErr> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    head::Entity::update_many()
        .col_expr(head::Column::Position, Expr::col(head::Column::Position).add(count))
        .filter(head::Column::Id.eq(1))
        .exec(&**tx)
        .await?;
    Ok(head_position(&**tx).await? - count + 1)
}

async fn head_position(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let head = head::Entity::find_by_id(1).one(connection).await?;
    head.map(|head| head.position).ok_or_else(|| DbErr::RecordNotFound("log_head".into()))
}

async fn ensure_cursor(tx: &Tx, group: &str, holder: Uuid) -> Result<(), DbErr> {
    let fresh = cursor::ActiveModel {
        consumer: Set(group.to_owned()),
        position: Set(0),
        holder: Set(holder),
        held_until: Set(time::now()),
    };
    cursor::Entity::insert(fresh)
        .on_conflict(OnConflict::column("consumer").do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

fn delivery(row: event::Model) -> Result<Delivery, DbErr> {
    let envelope = serde_json::from_value(row.envelope).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(Delivery { position: row.position, envelope })
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn unavailable(error: DbErr) -> Unavailable {
    Unavailable(error.to_string())
}
