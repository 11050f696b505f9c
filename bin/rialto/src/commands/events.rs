//! `rialto events`: what the services told each other, and what is stuck. It works at the same desks as the admin pages.

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::{Context, bail};
use bus::{Desk, DeskError, Start};
use contracts::{
    Service,
    event_desk::{ParkedEvent, ServiceEvents},
    ids::EventId,
};
use serde_json::json;
use uuid::Uuid;

use super::{out, say};
use crate::{
    cli::{Events, Place},
    config,
    shop::{Schemas, Shop, Work},
};

/// Parked events shown of each service.
const PARKED_MAX: u64 = 1000;
/// Who gave an event up, as it is kept.
const BY: &str = "command line";

pub async fn run(place: &Place, action: Events) -> anyhow::Result<ExitCode> {
    let config = config::load(&place.flags())?;
    let shop = Shop::open(&config, &BTreeSet::from(Service::ALL), Schemas::MustBeCurrent, Work::LookOnly).await?;
    match action {
        Events::Status => status(&shop, place.json).await?,
        Events::List { limit } => list(&shop, limit, place.json).await?,
        Events::Show { id } => show(&shop, id).await?,
        Events::Retry { id } => retry(&shop, id).await?,
        Events::Skip { service, id, reason } => skip(&shop, service, id, &reason).await?,
        Events::Replay { consumer, from } => replay(&shop, consumer, from.as_deref()).await?,
    }
    shop.stop().await;
    Ok(ExitCode::SUCCESS)
}

async fn status(shop: &Shop, as_json: bool) -> anyhow::Result<()> {
    let mut flows = Vec::new();
    for desk in shop.desks() {
        flows.push(desk.standing().await?);
    }
    if as_json {
        out(&json!({"services": flows}).to_string());
        return Ok(());
    }
    for ServiceEvents { service, outbox, consumer, parked } in &flows {
        let oldest = outbox.oldest_at.map(|at| format!(" since {}", at.format("%F %T"))).unwrap_or_default();
        let read = consumer.as_ref().map_or("listens to nothing".to_owned(), |consumer| {
            let behind: Vec<String> =
                consumer.topics.iter().map(|topic| format!("{} {}", topic.topic, topic.lag)).collect();
            format!("at {} of {}, behind: {}", consumer.position, consumer.head, behind.join(", "))
        });
        out(&format!("{service:<14} to send {}{oldest}; {read}; parked {parked}", outbox.depth));
    }
    Ok(())
}

async fn list(shop: &Shop, limit: u64, as_json: bool) -> anyhow::Result<()> {
    let parked = parked(shop).await?;
    let mut recent = shop.log().recent(limit).await?;
    recent.reverse();
    if as_json {
        let events: Vec<_> =
            recent.iter().map(|event| json!({"partition": event.place.partition, "position": event.place.position, "event": event.envelope})).collect();
        out(&json!({"events": events, "parked": parked}).to_string());
        return Ok(());
    }
    for event in &recent {
        let envelope = &event.envelope;
        out(&format!(
            "{:>8}  {}  {:<22} {}  {}",
            event.place.to_string(),
            envelope.time.format("%F %T%.3f"),
            envelope.kind,
            envelope.subject,
            envelope.id
        ));
    }
    if parked.is_empty() {
        say("no event is parked");
        return Ok(());
    }
    say(&format!("{} parked:", parked.len()));
    for event in &parked {
        let next = event.next_attempt_at.map_or("when asked to".to_owned(), |at| at.format("%F %T").to_string());
        out(&format!(
            "{}  {}  {}  attempts {}  next {next}\n    {}",
            event.service, event.id, event.r#type, event.attempts, event.cause
        ));
    }
    Ok(())
}

async fn show(shop: &Shop, id: Uuid) -> anyhow::Result<()> {
    let found = shop.log().find(id.into()).await?;
    let event = found.with_context(|| format!("no event {id} in the log"))?;
    out(&serde_json::to_string_pretty(&event.envelope)?);
    for desk in shop.desks() {
        match desk.find(id.into()).await {
            Ok(event) => {
                say(&format!("parked by {} after {} attempts: {}", event.service, event.attempts, event.cause));
            }
            Err(DeskError::NotParked) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn retry(shop: &Shop, id: Option<Uuid>) -> anyhow::Result<()> {
    let mut asked = 0;
    for desk in shop.desks() {
        asked += match id {
            None => desk.retry_all().await?,
            Some(id) => retry_one(desk, id.into()).await?,
        };
    }
    if asked == 0 {
        bail!("nothing parked matches");
    }
    say(&format!("{asked} event(s) will be tried again within a second, by the running shop or at its next start"));
    Ok(())
}

async fn retry_one(desk: &Desk, id: EventId) -> Result<u64, DeskError> {
    match desk.retry(id).await {
        Ok(_) => Ok(1),
        Err(DeskError::NotParked) => Ok(0),
        Err(error) => Err(error),
    }
}

async fn skip(shop: &Shop, service: Service, id: Uuid, reason: &str) -> anyhow::Result<()> {
    let desk = shop.desks().find(|desk| desk.service() == service);
    let desk = desk.with_context(|| format!("{service} has no events"))?;
    let skipped = desk.skip(id.into(), BY, reason).await?;
    say(&format!("{service} will never apply {} {}; what waited behind it goes on", skipped.r#type, skipped.id));
    Ok(())
}

async fn replay(shop: &Shop, consumer: Service, from: Option<&str>) -> anyhow::Result<()> {
    let start = match from {
        None => Start::Beginning,
        Some(text) => match (text.parse(), chrono::DateTime::parse_from_rfc3339(text)) {
            (Ok(position), _) => Start::Position(position),
            (_, Ok(time)) => Start::Time(time.to_utc()),
            _ => bail!("--from takes a position or an RFC 3339 time, not {text:?}"),
        },
    };
    shop.log().seek(consumer.name(), start).await?;
    say(&format!("{consumer} reads its events again; those it has applied change nothing"));
    Ok(())
}

async fn parked(shop: &Shop) -> anyhow::Result<Vec<ParkedEvent>> {
    let mut parked = Vec::new();
    for desk in shop.desks() {
        parked.extend(desk.parked(None, PARKED_MAX).await?);
    }
    Ok(parked)
}
