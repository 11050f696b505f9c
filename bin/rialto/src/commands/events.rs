//! `rialto events`: what the services told each other, and what is stuck.

use std::process::ExitCode;

use anyhow::{Context, bail};
use bus::{EmbeddedLog, Log, Start};
use contracts::Service;
use db::{Db, parked::Parked};
use serde_json::json;
use uuid::Uuid;

use super::{out, say};
use crate::{
    cli::{Events, Place},
    config::{self, Config},
    shop::{Schemas, store},
};

pub async fn run(place: &Place, action: Events) -> anyhow::Result<ExitCode> {
    let config = config::load(&place.flags())?;
    match action {
        Events::List { limit } => list(&config, limit, place.json).await,
        Events::Show { id } => show(&config, id).await,
        Events::Retry { id } => retry(&config, id).await,
        Events::Replay { consumer, from } => replay(&config, consumer, from.as_deref()).await,
    }
}

async fn list(config: &Config, limit: u64, as_json: bool) -> anyhow::Result<ExitCode> {
    let parked = parked(config).await?;
    let mut recent = log(config).await?.recent(limit).await?;
    recent.reverse();
    if as_json {
        let events: Vec<_> =
            recent.iter().map(|event| json!({"position": event.position, "event": event.envelope})).collect();
        out(&json!({"events": events, "parked": parked}).to_string());
        return Ok(ExitCode::SUCCESS);
    }
    for event in &recent {
        let envelope = &event.envelope;
        out(&format!(
            "{:>8}  {}  {:<22} {}  {}",
            event.position,
            envelope.time.format("%F %T%.3f"),
            envelope.kind,
            envelope.subject,
            envelope.id
        ));
    }
    if parked.is_empty() {
        say("no event is parked");
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("{} parked:", parked.len()));
    for event in &parked {
        let next = event.next_attempt_at.map_or("when asked to".to_owned(), |at| at.format("%F %T").to_string());
        out(&format!(
            "{}  {}  {}  attempts {}  next {next}\n    {}",
            event.consumer, event.envelope.id, event.envelope.kind, event.attempts, event.cause
        ));
    }
    Ok(ExitCode::SUCCESS)
}

async fn show(config: &Config, id: Uuid) -> anyhow::Result<ExitCode> {
    let found = log(config).await?.find(id.into()).await?;
    let event = found.with_context(|| format!("no event {id} in the log"))?;
    out(&serde_json::to_string_pretty(&event.envelope)?);
    for waiting in parked(config).await?.iter().filter(|parked| parked.envelope.id.uuid() == id) {
        say(&format!("parked by {} after {} attempts: {}", waiting.consumer, waiting.attempts, waiting.cause));
    }
    Ok(ExitCode::SUCCESS)
}

async fn retry(config: &Config, id: Option<Uuid>) -> anyhow::Result<ExitCode> {
    let mut asked = 0;
    for db in stores(config).await? {
        asked += db::parked::retry_now(&db, id).await?;
        db.close().await?;
    }
    if asked == 0 {
        bail!("nothing parked matches");
    }
    say(&format!("{asked} event(s) will be tried again within a second, by the running shop or at its next start"));
    Ok(ExitCode::SUCCESS)
}

async fn replay(config: &Config, consumer: Service, from: Option<&str>) -> anyhow::Result<ExitCode> {
    let start = match from {
        None => Start::Beginning,
        Some(text) => match (text.parse(), chrono::DateTime::parse_from_rfc3339(text)) {
            (Ok(position), _) => Start::Position(position),
            (_, Ok(time)) => Start::Time(time.to_utc()),
            _ => bail!("--from takes a position or an RFC 3339 time, not {text:?}"),
        },
    };
    log(config).await?.seek(consumer.name(), start).await?;
    say(&format!("{consumer} reads its events again; those it has applied change nothing"));
    Ok(ExitCode::SUCCESS)
}

async fn log(config: &Config) -> anyhow::Result<EmbeddedLog> {
    Ok(EmbeddedLog::new(store::<bus::Migrator, _>("events", &config.events, config, Schemas::MustBeCurrent).await?))
}

async fn parked(config: &Config) -> anyhow::Result<Vec<Parked>> {
    let mut parked = Vec::new();
    for db in stores(config).await? {
        parked.extend(db::parked::list(db.reader(), 1000).await?);
        db.close().await?;
    }
    Ok(parked)
}

/// The databases of the services that consume events.
async fn stores(config: &Config) -> anyhow::Result<Vec<Db>> {
    let current = Schemas::MustBeCurrent;
    Ok(vec![
        store::<catalog::Migrator, _>("catalog", &config.catalog, config, current).await?,
        store::<orders::Migrator, _>("orders", &config.orders, config, current).await?,
        store::<payments::Migrator, _>("payments", &config.payments, config, current).await?,
        store::<shipping::Migrator, _>("shipping", &config.shipping, config, current).await?,
        store::<notifications::Migrator, _>("notifications", &config.notifications, config, current).await?,
    ])
}
