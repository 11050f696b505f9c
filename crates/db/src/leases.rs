//! Named leases: of several processes on one database, one at a time runs a timer or a relay.

use chrono::Duration;
use contracts::time;
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, Set, sea_query::Expr};
use uuid::Uuid;

use crate::{CLOCKS_DIFFER_SECS, Db, insert_absent};

mod lease {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "leases")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub holder: Uuid,
        pub until: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Takes or keeps the lease `name` for `secs` seconds. `false`: another holder has it.
///
/// A lease only saves work. What must not happen twice is guarded by a constraint, never by a lease. It is written
/// once in half its time, so a timer may ask at each tick: mostly that costs one read. One that lasts longer than whoever
/// asks could make it was written by a clock that is wrong, and keeps nobody away.
pub async fn take(db: &Db, name: &str, holder: Uuid, secs: i64) -> Result<bool, DbErr> {
    let now = time::now();
    let latest = now + Duration::seconds(secs + CLOCKS_DIFFER_SECS);
    if let Some(lease) = lease::Entity::find_by_id(name).one(db.reader()).await? {
        let ours = lease.holder == holder;
        if ours && lease.until > now + Duration::seconds(secs) / 2 {
            return Ok(true);
        }
        if !ours && (now..=latest).contains(&lease.until) {
            return Ok(false);
        }
    }
    let until = now + Duration::seconds(secs);
    let tx = db.begin().await?;
    let row = lease::ActiveModel { name: Set(name.to_owned()), holder: Set(holder), until: Set(until) };
    let inserted = insert_absent(&*tx, [row], &["name"]).await?;
    let kept = lease::Entity::update_many()
        .col_expr(lease::Column::Holder, Expr::value(holder))
        .col_expr(lease::Column::Until, Expr::value(until))
        .filter(lease::Column::Name.eq(name))
        .filter(
            Condition::any()
                .add(lease::Column::Holder.eq(holder))
                .add(lease::Column::Until.lt(now))
                .add(lease::Column::Until.gt(latest)),
        )
        .exec(&*tx)
        .await?;
    tx.commit().await?;
    Ok(inserted == 1 || kept.rows_affected == 1)
}

/// Gives the lease back before its time, so that the next holder need not wait for it.
pub async fn release(db: &Db, name: &str, holder: Uuid) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    lease::Entity::delete_by_id(name).filter(lease::Column::Holder.eq(holder)).exec(&*tx).await?;
    tx.commit().await
}
