//! Asking carriers where parcels are, and writing down what they say.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::time;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    App, Error,
    entity::shipment,
    model::{
        shipment as life,
        tracking::{self, Sighting, TrackingStatus},
    },
    ship,
    step::{self, Actor},
    store,
};

/// A carrier is asked about a silent parcel at least this often.
const PAUSE_MAX: TimeDelta = TimeDelta::hours(6);

/// Asks the carrier about one shipment and writes down what is new.
pub async fn ask(app: &App, shipment: Uuid, now: DateTime<Utc>) -> Result<(), Error> {
    let reader = app.db.reader();
    let read = store::shipments::find(reader, shipment).await?.ok_or(Error::NotFound)?;
    let Some(number) = &read.tracking_number else { return Ok(()) };
    let Some(carrier) = app.carriers.get(&read.carrier) else { return Ok(()) };
    let within = Duration::from_millis(u64::from(app.config.carrier_timeout_ms));
    let told = match tokio::time::timeout(within, carrier.track(number)).await {
        Ok(Ok(told)) => told,
        Ok(Err(error)) => return put_off(app, shipment, now, &error.to_string()).await,
        Err(_) => return put_off(app, shipment, now, "no answer in time").await,
    };
    write_down(app, shipment, told, now).await
}

/// The same where nobody waits for the answer: trouble is logged, and the poller comes by anyway.
pub async fn ask_once(app: &App, shipment: Uuid) {
    if let Err(error) = ask(app, shipment, time::now()).await {
        tracing::warn!(%shipment, %error, "tracking: will ask again");
    }
}

/// Adds sightings to a shipment's timeline and moves the shipment to where they say it is.
pub async fn write_down(app: &App, shipment: Uuid, told: Vec<Sighting>, now: DateTime<Utc>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let read = store::shipments::find(&*tx, shipment).await?.ok_or(Error::NotFound)?;
    let mut news = false;
    for sighting in &told {
        // A clock that runs ahead must not decide where a parcel is for days.
        if sighting.occurred_at <= now + TimeDelta::days(1) {
            news |= store::sightings::insert(&*tx, shipment, sighting).await?;
        }
    }
    let timeline: Vec<Sighting> =
        store::sightings::of(&*tx, &[shipment]).await?.into_iter().map(|(_, sighting)| sighting).collect();
    let standing = tracking::standing(&timeline);
    let status = step::status_of(&read)?;
    let heard_at = if news { Some(now) } else { read.heard_at };
    let mut change = shipment::ActiveModel {
        tracking_status: Set(standing.word().to_owned()),
        heard_at: Set(heard_at),
        poll_at: Set(Some(now + pause(app, heard_at, now))),
        ..Default::default()
    };
    if let Some(delivered) = timeline.iter().find(|sighting| sighting.status == TrackingStatus::Delivered) {
        // The carrier's clock may run behind ours.
        change.delivered_at =
            Set(Some(read.shipped_at.map_or(delivered.occurred_at, |at| at.max(delivered.occurred_at))));
    }
    let fact = standing.fact().filter(|fact| life::after(status, *fact).is_ok());
    let to = fact.and_then(|fact| life::after(status, fact).ok()).unwrap_or(status);
    if !life::is_under_way(to) {
        // A delivered parcel may come back; it is looked at now and then while that is likely.
        let watched = to == contracts::events::ShipmentStatus::Delivered
            && heard_at.is_some_and(|heard| now - heard < TimeDelta::days(i64::from(app.config.silence_days)));
        change.poll_at = Set(watched.then(|| now + PAUSE_MAX));
    }
    match fact.filter(|_| to != status) {
        Some(fact) => drop(step::take(&tx, app, read, fact, Actor::Carrier, change).await?),
        None => drop(step::write(&tx, read, change).await?),
    }
    tx.commit().await?;
    Ok(())
}

/// Ends the tracking of a parcel that nothing was heard of for too long. News revives it.
pub async fn expire(app: &App, shipment: Uuid, now: DateTime<Utc>) -> Result<bool, Error> {
    let silence = TimeDelta::days(i64::from(app.config.silence_days));
    let Some(read) = store::shipments::find(app.db.reader(), shipment).await? else { return Ok(false) };
    let silent = read.heard_at.is_some_and(|heard| now - heard >= silence);
    let expired = read.tracking_status == TrackingStatus::Expired.word();
    if !silent || expired || !life::is_under_way(step::status_of(&read)?) {
        return Ok(false);
    }
    let told = ship::shop_saw(TrackingStatus::Expired, "Nothing was heard of the parcel for a long time.", now);
    write_down(app, shipment, vec![told], now).await?;
    Ok(true)
}

/// Asks again later.
pub async fn put_off(app: &App, shipment: Uuid, now: DateTime<Utc>, cause: &str) -> Result<(), Error> {
    tracing::warn!(%shipment, cause, "tracking: will ask again");
    let tx = app.db.begin().await?;
    let read = store::shipments::find(&*tx, shipment).await?.ok_or(Error::NotFound)?;
    let poll_at = Some(now + pause(app, read.heard_at, now));
    step::write(&tx, read, shipment::ActiveModel { poll_at: Set(poll_at), ..Default::default() }).await?;
    tx.commit().await?;
    Ok(())
}

/// How long to wait before asking again: a tenth of the silence, within limits.
fn pause(app: &App, heard_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> TimeDelta {
    let silence = heard_at.map_or(TimeDelta::zero(), |heard| now - heard);
    (silence / 10).clamp(TimeDelta::seconds(i64::from(app.config.poll_secs)), PAUSE_MAX)
}
