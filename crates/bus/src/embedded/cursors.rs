//! The groups' cursors: where each group stands, which process reads for it, and moving on.

use chrono::{DateTime, Duration, Utc};
use contracts::time;
use db::{CLOCKS_DIFFER_SECS, Db, Tx};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use super::tables::{cursor, head};

/// How long a process reads for its group after it last fetched or committed; then another may take over. While
/// nothing comes nobody holds a group, so an idle shop writes nothing.
const HOLD_SECS: i64 = 5;

/// Where a group stands, and how far the log reaches.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Standing {
    pub position: i64,
    holder: Uuid,
    held_until: DateTime<Utc>,
    pub head: i64,
}

impl Standing {
    pub fn is_held_by_another(&self, holder: Uuid) -> bool {
        let now = time::now();
        self.holder != holder && self.held_until > now && self.held_until <= latest(now)
    }

    fn is_held_well_by(&self, holder: Uuid) -> bool {
        self.holder == holder && self.held_until > time::now() + Duration::seconds(HOLD_SECS) / 2
    }
}

pub async fn standing(db: &Db, group: &str) -> Result<Standing, DbErr> {
    if let Some(standing) = find(db, group).await? {
        return Ok(standing);
    }
    let tx = db.begin().await?;
    create(&tx, group).await?;
    tx.commit().await?;
    find(db, group).await?.ok_or_else(|| DbErr::RecordNotFound(format!("cursor of {group}")))
}

async fn find(db: &Db, group: &str) -> Result<Option<Standing>, DbErr> {
    let head = Query::select().column(head::Column::Position).from(head::Entity).to_owned();
    let standing = cursor::Entity::find_by_id(group).expr_as(Expr::from(head), "head");
    standing.into_model().one(db.reader()).await
}

/// Has this process read for the group. `false`: another does, or the cursor has moved since it was read.
pub async fn hold(db: &Db, group: &str, read: &Standing, holder: Uuid) -> Result<bool, DbErr> {
    if read.is_held_well_by(holder) {
        return Ok(true);
    }
    let now = time::now();
    let change = cursor::ActiveModel { holder: Set(holder), held_until: Set(held_until(now)), ..Default::default() };
    let tx = db.begin().await?;
    let done = cursor::Entity::update_many()
        .set(change)
        .filter(cursor::Column::Consumer.eq(group))
        .filter(cursor::COLUMN.position.eq(read.position))
        .filter(
            Condition::any()
                .add(cursor::COLUMN.holder.eq(holder))
                .add(cursor::COLUMN.held_until.lte(now))
                .add(cursor::COLUMN.held_until.gt(latest(now))),
        )
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(done.rows_affected == 1)
}

/// Moves the cursor from where this process last saw it, and renews its hold. `false`: someone else reads for the
/// group now or has moved the cursor, and that stands.
pub async fn advance(db: &Db, group: &str, from: i64, to: i64, holder: Uuid) -> Result<bool, DbErr> {
    let change =
        cursor::ActiveModel { position: Set(to), held_until: Set(held_until(time::now())), ..Default::default() };
    let tx = db.begin().await?;
    let done = cursor::Entity::update_many()
        .set(change)
        .filter(cursor::Column::Consumer.eq(group))
        .filter(cursor::COLUMN.position.eq(from))
        .filter(cursor::COLUMN.holder.eq(holder))
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(done.rows_affected == 1)
}

/// Moves the cursor to `position`, wherever it was and whoever reads.
pub async fn put(db: &Db, group: &str, position: i64) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    create(&tx, group).await?;
    cursor::Entity::update_many()
        .col_expr(cursor::Column::Position, Expr::value(position))
        .filter(cursor::Column::Consumer.eq(group))
        .exec(&*tx)
        .await?;
    tx.commit().await
}

/// Lets another process read for the group at once.
pub async fn release(db: &Db, group: &str, holder: Uuid) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    cursor::Entity::update_many()
        .col_expr(cursor::Column::HeldUntil, Expr::value(time::now()))
        .filter(cursor::Column::Consumer.eq(group))
        .filter(cursor::COLUMN.holder.eq(holder))
        .exec(&*tx)
        .await?;
    tx.commit().await
}

async fn create(tx: &Tx, group: &str) -> Result<(), DbErr> {
    let fresh = cursor::ActiveModel {
        consumer: Set(group.to_owned()),
        position: Set(0),
        holder: Set(Uuid::nil()),
        held_until: Set(time::now()),
    };
    db::insert_absent(&**tx, [fresh], &["consumer"]).await?;
    Ok(())
}

/// A hold that lasts longer than one can was written by a clock that is wrong, and keeps nobody away.
fn latest(now: DateTime<Utc>) -> DateTime<Utc> {
    held_until(now) + Duration::seconds(CLOCKS_DIFFER_SECS)
}

fn held_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now + Duration::seconds(HOLD_SECS)
}
