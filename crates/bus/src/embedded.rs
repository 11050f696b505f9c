//! The embedded log: one table in a database of its own.
//!
//! A position is given under a lock that is held until the writer commits, so positions become visible in order
//! and a reader that has seen position 7 will never find a 6 that it missed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use contracts::{Envelope, event_desk::TopicLag, ids::EventId, time};
use db::{Db, Removed, Tx};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::Expr,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use tokio::{sync::Notify, time::Instant};
use uuid::Uuid;

use crate::{
    hourly::Hourly,
    log::{Delivery, KEPT_DAYS, Lag, Log, Place, Start, Unavailable},
};

use tables::{cursor, event, head};

mod cursors;
mod migration;
mod tables;

/// How often a reader looks for events that another process appended, and for a cursor that someone has moved.
const POLL: Duration = Duration::from_millis(250);
const POLLS_PER_FETCH: u32 = 4;

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
    /// How far each group has come that reads in this process.
    readings: Arc<Mutex<HashMap<String, Reading>>>,
    pruning: Arc<Hourly>,
}

/// What this process knows of a group between two looks.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// The group's cursor. When the table says otherwise, someone else has moved it.
    cursor: i64,
    /// Up to here the log has nothing more for the group.
    seen: i64,
}

impl EmbeddedLog {
    /// On a database that `Migrator` has brought up to date.
    pub fn new(db: Db) -> Self {
        Self { db, holder: Uuid::now_v7(), appended: Arc::default(), readings: Arc::default(), pruning: Arc::default() }
    }

    async fn absent(&self, ids: &[Uuid]) -> Result<Vec<Uuid>, DbErr> {
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

    /// Removes events appended more than `days` days ago, as many as there is time for. A group that is so far behind will
    /// not see them.
    pub async fn prune(&self, days: i64) -> Result<Removed, DbErr> {
        let bound = time::now() - chrono::Duration::days(days);
        db::remove_old::<event::Entity, _>(&self.db, Condition::all(), event::Column::AppendedAt, bound).await
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
        db::insert_absent(&*tx, rows, &["id"]).await?;
        tx.commit().await?;
        self.appended.notify_waiters();
        Ok(())
    }

    /// The next events, if there are any and this process may read for the group now.
    async fn next(&self, group: &str, topics: &[&str], limit: u64) -> Result<Vec<Delivery>, DbErr> {
        let standing = cursors::standing(&self.db, group).await?;
        if standing.is_held_by_another(self.holder) {
            return Ok(Vec::new());
        }
        let known = self.reading(group).filter(|known| known.cursor == standing.position);
        let seen = known.map_or(standing.position, |known| known.seen);
        if standing.head <= seen {
            return Ok(Vec::new());
        }
        let rows = event::Entity::find()
            .filter(event::COLUMN.position.gt(seen))
            .filter(event::Column::Topic.is_in(topics.iter().copied()))
            .order_by_asc(event::Column::Position)
            .limit(limit)
            .all(self.db.reader())
            .await?;
        if rows.is_empty() {
            // What others' topics have brought need not be looked through again.
            self.note(group, Reading { cursor: standing.position, seen: standing.head });
            return Ok(Vec::new());
        }
        if !cursors::hold(&self.db, group, &standing, self.holder).await? {
            return Ok(Vec::new());
        }
        self.note(group, Reading { cursor: standing.position, seen });
        rows.into_iter().map(delivery).collect()
    }

    async fn advance(&self, group: &str, position: i64) -> Result<(), DbErr> {
        let Some(known) = self.reading(group).filter(|known| known.cursor < position) else { return Ok(()) };
        if cursors::advance(&self.db, group, known.cursor, position, self.holder).await? {
            self.note(group, Reading { cursor: position, seen: position });
        } else {
            tracing::info!(group, "the cursor was moved by someone else: reading on from there");
        }
        Ok(())
    }

    async fn position_of(&self, start: Start) -> Result<i64, DbErr> {
        let from = match start {
            Start::Beginning => return Ok(0),
            Start::Position(position) => return Ok(position - 1),
            Start::Time(from) => from,
        };
        let first = event::Entity::find()
            .filter(event::COLUMN.appended_at.gte(from))
            .order_by_asc(event::Column::Position)
            .one(self.db.reader())
            .await?;
        match first {
            Some(row) => Ok(row.position - 1),
            None => head_position(self.db.reader()).await,
        }
    }

    async fn behind(&self, group: &str, topics: &[&str]) -> Result<Lag, DbErr> {
        let cursor = cursor::Entity::find_by_id(group).one(self.db.reader()).await?;
        let position = cursor.map_or(0, |row| row.position);
        let counted: Vec<(String, i64)> = event::Entity::find()
            .select_only()
            .column(event::Column::Topic)
            .column_as(event::Column::Position.count(), "events")
            .filter(event::COLUMN.position.gt(position))
            .filter(event::Column::Topic.is_in(topics.iter().copied()))
            .group_by(event::Column::Topic)
            .into_tuple()
            .all(self.db.reader())
            .await?;
        let of = |topic: &str| counted.iter().find(|(name, _)| name == topic).map_or(0, |(_, count)| *count);
        let lag = |topic: &&str| TopicLag { topic: (*topic).to_owned(), lag: of(topic).unsigned_abs() };
        let head = head_position(self.db.reader()).await?;
        Ok(Lag { position, head, topics: topics.iter().map(lag).collect() })
    }

    fn reading(&self, group: &str) -> Option<Reading> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner).get(group).copied()
    }

    fn note(&self, group: &str, reading: Reading) {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner).insert(group.to_owned(), reading);
    }
}

#[async_trait]
impl Log for EmbeddedLog {
    async fn publish(&self, events: &[Envelope]) -> Result<(), Unavailable> {
        if events.is_empty() {
            return Ok(());
        }
        self.append(events).await.map_err(unavailable)?;
        // The log grows only here, so here it is trimmed.
        if self.pruning.is_due(Instant::now()) {
            self.pruning.note("event log", self.prune(KEPT_DAYS).await);
        }
        Ok(())
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

    async fn commit(&self, group: &str, done: &[Delivery]) -> Result<(), Unavailable> {
        let Some(last) = done.last() else { return Ok(()) };
        self.advance(group, last.place.position).await.map_err(unavailable)
    }

    async fn leave(&self, group: &str) -> Result<(), Unavailable> {
        cursors::release(&self.db, group, self.holder).await.map_err(unavailable)
    }

    async fn seek(&self, group: &str, start: Start) -> Result<(), Unavailable> {
        let position = self.position_of(start).await.map_err(unavailable)?;
        cursors::put(&self.db, group, position).await.map_err(unavailable)
    }

    async fn lag(&self, group: &str, topics: &[&str]) -> Result<Lag, Unavailable> {
        self.behind(group, topics).await.map_err(unavailable)
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

    async fn missing(&self, _topic: &str, ids: &[Uuid]) -> Result<Vec<Uuid>, Unavailable> {
        self.absent(ids).await.map_err(unavailable)
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

fn delivery(row: event::Model) -> Result<Delivery, DbErr> {
    let envelope = serde_json::from_value(row.envelope).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(Delivery { place: Place { partition: None, position: row.position }, envelope })
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn unavailable(error: DbErr) -> Unavailable {
    Unavailable(error.to_string())
}
