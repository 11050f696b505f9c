//! `rialto events`: what the services told each other, and what is stuck. It works at the same desks as the admin pages.

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::{Context, bail, ensure};
use bus::{Desk, DeskError, Desks, Start};
use contracts::{
    Service,
    event_desk::{ParkedEvent, ServiceEvents},
    ids::EventId,
};
use serde::Serialize;
use serde_json::{Value, json};
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
        flows.push((desk.name(), desk.standing().await?));
    }
    if as_json {
        let services: Vec<_> = flows.iter().map(|(name, flow)| named(name, flow)).collect();
        out(&json!({"services": services}).to_string());
        return Ok(());
    }
    for (name, ServiceEvents { outbox, consumer, parked, .. }) in &flows {
        let oldest = outbox.oldest_at.map(|at| format!(" since {}", at.format("%F %T"))).unwrap_or_default();
        let read = consumer.as_ref().map_or("listens to nothing".to_owned(), |consumer| {
            let behind: Vec<String> =
                consumer.topics.iter().map(|topic| format!("{} {}", topic.topic, topic.lag)).collect();
            format!("at {} of {}, behind: {}", consumer.position, consumer.head, behind.join(", "))
        });
        out(&format!("{name:<16} to send {}{oldest}; {read}; parked {parked}", outbox.depth));
    }
    Ok(())
}

/// What a desk says, with the name of the desk where a service has several.
fn named(name: &str, said: &impl Serialize) -> Value {
    let mut said = serde_json::to_value(said).unwrap_or_default();
    said["desk"] = name.into();
    said
}

async fn list(shop: &Shop, limit: u64, as_json: bool) -> anyhow::Result<()> {
    let parked = parked(shop).await?;
    let mut recent = shop.log().recent(limit).await?;
    recent.reverse();
    if as_json {
        let events: Vec<_> =
            recent.iter().map(|event| json!({"partition": event.place.partition, "position": event.place.position, "event": event.envelope})).collect();
        let parked: Vec<_> = parked.iter().map(|(name, event)| named(name, event)).collect();
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
    for (name, event) in &parked {
        let next = event.next_attempt_at.map_or("when asked to".to_owned(), |at| at.format("%F %T").to_string());
        out(&format!(
            "{name}  {}  {}  attempts {}  next {next}\n    {}",
            event.id, event.r#type, event.attempts, event.cause
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
                say(&format!("parked by {} after {} attempts: {}", desk.name(), event.attempts, event.cause));
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
    let desks: Vec<Desk> = shop.desks().filter(|desk| desk.service() == service).cloned().collect();
    ensure!(!desks.is_empty(), "{service} has no events");
    let skipped = Desks::from(desks).skip(id.into(), BY, reason).await?;
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
    let names: Vec<&str> = shop.desks().filter(|desk| desk.service() == consumer).map(Desk::name).collect();
    ensure!(!names.is_empty(), "{consumer} reads no events");
    for name in names {
        shop.log().seek(name, start).await?;
    }
    say(&format!("{consumer} reads its events again; those it has applied change nothing"));
    Ok(())
}

/// What is parked, with the names of the desks it is parked at.
async fn parked(shop: &Shop) -> anyhow::Result<Vec<(&str, ParkedEvent)>> {
    let mut parked = Vec::new();
    for desk in shop.desks() {
        let there = desk.parked(None, PARKED_MAX).await?;
        parked.extend(there.into_iter().map(|event| (desk.name(), event)));
    }
    Ok(parked)
}
