//! `rialto migrate`: the databases' schemas.

use std::process::ExitCode;

use anyhow::Context;
use db::Db;
use sea_orm_migration::MigratorTrait;

use super::{out, say};
use crate::{
    cli::Migrate,
    config::{Config, Section},
};

/// Exit code for "there is something to do".
const PENDING: u8 = 3;

pub async fn run(config: &Config, action: &Migrate) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(&config.data).with_context(|| format!("{} cannot be made", config.data.display()))?;
    let mut pending = 0;
    if !config.events.settings.is_on_kafka() {
        pending += one::<bus::Migrator, _>("events", &config.events, config, action).await?;
    }
    pending += one::<users::Migrator, _>("users", &config.users, config, action).await?;
    pending += one::<catalog::Migrator, _>("catalog", &config.catalog, config, action).await?;
    pending += one::<orders::Migrator, _>("orders", &config.orders, config, action).await?;
    pending += one::<payments::Migrator, _>("payments", &config.payments, config, action).await?;
    pending += one::<shipping::Migrator, _>("shipping", &config.shipping, config, action).await?;
    pending += one::<notifications::Migrator, _>("notifications", &config.notifications, config, action).await?;
    match action {
        Migrate::Status if pending > 0 => Ok(ExitCode::from(PENDING)),
        Migrate::Status | Migrate::Up => Ok(ExitCode::SUCCESS),
    }
}

async fn one<M: MigratorTrait, C>(
    name: &str,
    section: &Section<C>,
    config: &Config,
    action: &Migrate,
) -> anyhow::Result<usize> {
    let database = section.database(&config.data, name);
    let db = Db::connect(&database).await.with_context(|| format!("the database of {name} does not answer"))?;
    let pending = db.pending_migrations::<M>().await?;
    for migration in &pending {
        out(&format!("{name}\t{migration}"));
    }
    if matches!(action, Migrate::Up) && !pending.is_empty() {
        db.migrate::<M>().await.with_context(|| format!("the migrations of {name} failed"))?;
        say(&format!("{name}: {} migration(s) run", pending.len()));
    }
    db.close().await?;
    Ok(pending.len())
}
