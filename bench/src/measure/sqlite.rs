//! The limit on SQLite: commits a second of one small row each, with the shop's own settings.

use std::time::{Duration, Instant};

use db::{Config, Db};
use sea_orm::ConnectionTrait;

const LOAD: Duration = Duration::from_secs(3);

/// Commits a second, one after the other.
pub async fn commits() -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let db = Db::connect(&Config::sqlite(&folder.path().join("limit.db"))).await?;
    let tx = db.begin().await?;
    tx.execute_unprepared("create table rows (id integer primary key, text text not null)").await?;
    tx.commit().await?;
    let begun = Instant::now();
    let mut count = 0.0;
    while begun.elapsed() < LOAD {
        let tx = db.begin().await?;
        tx.execute_unprepared("insert into rows (text) values ('one small row')").await?;
        tx.commit().await?;
        count += 1.0;
    }
    let rate = count / begun.elapsed().as_secs_f64();
    db.close().await?;
    Ok(rate)
}
