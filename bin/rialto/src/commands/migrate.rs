//! `rialto migrate`: the databases' schemas.

use std::process::ExitCode;

use anyhow::Context;
use db::{Db, Phase, Planned};
use sea_orm_migration::MigratorTrait;
use serde_json::{Value, json};

use super::{out, say};
use crate::{
    cli::{Migrate, Place},
    config::{self, Config, Section},
};

/// Exit code for "there is something to do".
const PENDING: u8 = 3;

/// What is done to all databases, and how it is told.
struct Work<'a> {
    config: &'a Config,
    action: &'a Migrate,
    as_json: bool,
    /// Migrations that had not run.
    pending: usize,
    databases: Vec<Value>,
}

pub async fn run(place: &Place, action: &Migrate) -> anyhow::Result<ExitCode> {
    let config = &config::load(&place.flags())?;
    std::fs::create_dir_all(&config.data).with_context(|| format!("{} cannot be made", config.data.display()))?;
    let mut work = Work { config, action, as_json: place.json, pending: 0, databases: Vec::new() };
    if !config.events.settings.is_on_kafka() {
        work.on::<bus::Migrator, _>("events", &config.events).await?;
    }
    work.on::<users::Migrator, _>("users", &config.users).await?;
    work.on::<catalog::Migrator, _>("catalog", &config.catalog).await?;
    work.on::<orders::Migrator, _>("orders", &config.orders).await?;
    work.on::<payments::Migrator, _>("payments", &config.payments).await?;
    work.on::<shipping::Migrator, _>("shipping", &config.shipping).await?;
    work.on::<notifications::Migrator, _>("notifications", &config.notifications).await?;
    if work.as_json {
        out(&json!({"databases": work.databases}).to_string());
    }
    match action {
        Migrate::Status | Migrate::Plan if work.pending > 0 => Ok(ExitCode::from(PENDING)),
        Migrate::Status | Migrate::Plan | Migrate::Up => Ok(ExitCode::SUCCESS),
    }
}

impl Work<'_> {
    async fn on<M: MigratorTrait, C>(&mut self, name: &str, section: &Section<C>) -> anyhow::Result<()> {
        for (name, database) in section.databases(&self.config.data, name) {
            self.on_one::<M>(&name, &database).await?;
        }
        Ok(())
    }

    async fn on_one<M: MigratorTrait>(&mut self, name: &str, database: &db::Config) -> anyhow::Result<()> {
        let db = Db::connect(database).await.with_context(|| format!("the database of {name} does not answer"))?;
        let plan = db.plan::<M>().await?;
        let newer = db.newer_migrations::<M>().await?;
        if !self.as_json {
            plan.iter().for_each(|planned| self.tell(name, planned));
        }
        if matches!(self.action, Migrate::Up) && !plan.is_empty() {
            db.migrate::<M>().await.with_context(|| format!("the migrations of {name} failed"))?;
            say(&format!("{name}: {} migration(s) run", plan.len()));
        }
        if !newer.is_empty() {
            say(&format!("{name}: a newer release has run {}, which stays", newer.join(", ")));
        }
        db.close().await?;
        self.pending += plan.len();
        self.databases.push(json!({"database": name, "pending": plan, "newer": newer}));
        Ok(())
    }

    /// A plan is SQL, with all else as comments.
    fn tell(&self, name: &str, planned: &Planned) {
        let Planned { migration, phase, statements, cut_short } = planned;
        if !matches!(self.action, Migrate::Plan) {
            return out(&format!("{name}\t{migration}"));
        }
        let phase = match phase {
            Phase::Expand => "expand",
            Phase::Contract => "contract",
        };
        out(&format!("-- {name}: {migration} ({phase})"));
        statements.iter().for_each(|statement| out(&format!("{statement};")));
        cut_short.iter().for_each(|why| out(&format!("-- and more: {why}")));
    }
}
