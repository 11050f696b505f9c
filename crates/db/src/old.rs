//! Removing what is old, a portion at a time: a statement must end within its time limit however much there is, and whoever
//! else writes gets their turn.

use std::time::Duration;

use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TryGetable, TryGetableMany, Value,
};
use tokio::time::Instant;

use crate::Db;

/// Rows of one transaction.
const PORTION: u64 = 2_000;
/// How long the caller's own work waits for it.
const ENOUGH: Duration = Duration::from_millis(500);

/// What came of removing old rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub rows: u64,
    /// Whether there are more, for which the time was too short.
    pub more: bool,
}

/// Removes those of `which` rows whose `column`, which has an index, lies below `bound`; the lowest first.
pub async fn remove_old<E, V>(db: &Db, which: Condition, column: E::Column, bound: V) -> Result<Removed, DbErr>
where
    E: EntityTrait,
    V: Into<Value> + TryGetable + TryGetableMany + Clone + Send + Sync,
{
    let begun = Instant::now();
    let mut removed = Removed::default();
    loop {
        let last: Option<V> = E::find()
            .select_only()
            .column(column)
            .filter(which.clone())
            .filter(column.lt(bound.clone()))
            .order_by_asc(column)
            .offset(PORTION - 1)
            .limit(1)
            .into_tuple()
            .one(db.reader())
            .await?;
        removed.more = last.is_some();
        let portion = last.map_or_else(|| column.lt(bound.clone()), |last| column.lte(last));
        let tx = db.begin().await?;
        removed.rows += E::delete_many().filter(which.clone()).filter(portion).exec(&*tx).await?.rows_affected;
        tx.commit().await?;
        if !removed.more || begun.elapsed() >= ENOUGH {
            return Ok(removed);
        }
    }
}
