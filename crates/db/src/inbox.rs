//! Events already applied: one row a consumer and event, written in the transaction of the effect.

use std::collections::HashSet;

use chrono::Duration;
use contracts::{ids::EventId, time};
use fail::fail_point;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use crate::{Db, Removed, Tx, insert_absent, remove_old};

mod row {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "inbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub consumer: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub event_id: Uuid,
        pub applied_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// How long applied events are remembered: twice as long as the log keeps them, so that whatever it can still deliver
/// is recognised.
pub const KEPT_DAYS: i64 = 60;
/// Ids asked for in one statement: SQLite takes 32,766 values.
const IDS_AT_ONCE: usize = 1_000;

/// Notes that `consumer` applies the event in this transaction. `false`: it did so before, and there is nothing to do.
pub async fn first_time(tx: &Tx, consumer: &str, event: EventId) -> Result<bool, DbErr> {
    let row = row::ActiveModel {
        consumer: Set(consumer.to_owned()),
        event_id: Set(event.uuid()),
        applied_at: Set(time::now()),
    };
    let inserted = insert_absent(&**tx, [row], &["consumer", "event_id"]).await?;
    fail_point!(&format!("consumer::{consumer}::begun"), |_| std::process::abort());
    Ok(inserted == 1)
}

/// Whether `consumer` has applied the event, for whoever has something to do before its own transaction.
pub async fn has(connection: &impl ConnectionTrait, consumer: &str, event: EventId) -> Result<bool, DbErr> {
    Ok(row::Entity::find_by_id((consumer.to_owned(), event.uuid())).one(connection).await?.is_some())
}

/// Which of `events` `consumer` has applied.
pub async fn among(connection: &impl ConnectionTrait, consumer: &str, events: &[Uuid]) -> Result<HashSet<Uuid>, DbErr> {
    let mut applied = HashSet::new();
    for some in events.chunks(IDS_AT_ONCE) {
        let query = row::Entity::find().select_only().column(row::Column::EventId);
        let query = query.filter(row::Column::Consumer.eq(consumer));
        let found: Vec<Uuid> =
            query.filter(row::Column::EventId.is_in(some.iter().copied())).into_tuple().all(connection).await?;
        applied.extend(found);
    }
    Ok(applied)
}

/// Forgets events that came into being more than `days` days ago, as many as there is time for.
pub async fn prune(db: &Db, consumer: &str, days: i64) -> Result<Removed, DbErr> {
    let oldest_kept = (time::now() - Duration::days(days)).timestamp_millis().unsigned_abs();
    // Ids of events are UUIDs of version 7, which begin with their time: the primary key finds the old ones.
    let oldest_kept = Uuid::from_u128(u128::from(oldest_kept) << 80);
    let own = Condition::all().add(row::Column::Consumer.eq(consumer));
    remove_old::<row::Entity, _>(db, own, row::Column::EventId, oldest_kept).await
}
