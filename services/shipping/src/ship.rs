//! Sending a shipment: the label is written down, then bought, then what came of it is written down.
//!
//! The carrier is called between two transactions. Dying in between leaves a label that is `requested`: `jobs` asks
//! the carrier for it by our reference and finishes what was begun.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{order::Item, time};
use db::{Tx, idempotency};
use fail::fail_point;
use http::StatusCode;
use sea_orm::Set;
use uuid::Uuid;
use web::{Problem, idempotency::Answer};

use crate::{
    App, Error,
    carrier::{Label, Parcel, Purchase, Unavailable},
    entity::{label, shipment},
    model::{
        shipment::{self as life, Fact},
        tracking::{Sighting, TrackingStatus},
    },
    poll, prepare,
    step::{self, Actor},
    store::{self, labels},
    view,
};

/// Pauses between attempts to buy a label grow up to this.
const PAUSE_MAX_SECS: i64 = 15 * 60;

/// What to send.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A part of the shipment; the rest stays behind as a shipment of its own. `None`: all of it.
    pub items: Option<Vec<Item>>,
    /// Whether the buyer is told.
    pub notify: Option<bool>,
    /// The request, if it had an `Idempotency-Key`. It stays with the label: whoever finishes that answers the request.
    pub asked_by: Option<idempotency::Request>,
}

/// What became of an attempt to buy a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bought {
    Shipped,
    /// Nobody knows yet. It will be found out.
    Unknown,
}

/// Sends a shipment. The answer is 200 with the shipment, or 202 when the carrier does not answer right now.
pub async fn ship(app: &App, shipment: Uuid, wanted: Wanted, actor: Actor) -> Result<Answer, Error> {
    let tx = app.db.begin().await?;
    let mut begun = None;
    if let Some(request) = &wanted.asked_by {
        if let Some(answer) = web::idempotency::replay(idempotency::begin(&tx, request).await?)? {
            tx.commit().await?;
            return Ok(answer);
        }
        begun = begun_by(&tx, shipment, request).await?;
    }
    let label = match begun {
        Some(label) => label,
        None => self::request(&tx, app, shipment, wanted, actor, time::now() + hold(app)).await?,
    };
    tx.commit().await?;

    let outcome = call(app, label).await?;
    let (bought, answer) = finish(app, label, outcome).await?;
    if bought == Bought::Shipped {
        poll::ask_once(app, shipment).await;
    }
    Ok(answer)
}

/// Buys a label that was requested, if it can be bought now. Whatever fails is finished later.
pub async fn buy(app: &App, label: Uuid) -> Result<Bought, Error> {
    let outcome = call(app, label).await?;
    Ok(finish(app, label, outcome).await?.0)
}

/// The label that an earlier run of the same request asked for before its process died. A carrier sells one label under
/// one reference, so it is simply asked for again.
async fn begun_by(tx: &Tx, shipment: Uuid, request: &idempotency::Request) -> Result<Option<Uuid>, Error> {
    let Some(latest) = labels::latest(&**tx, shipment).await? else { return Ok(None) };
    let same = latest.status == labels::REQUESTED && asked_by(&latest)?.as_ref() == Some(request);
    Ok(same.then_some(latest.id))
}

fn asked_by(label: &label::Model) -> Result<Option<idempotency::Request>, Error> {
    let request = label.asked_by.clone().map(serde_json::from_value).transpose();
    request.map_err(|error| Error::Unreadable(error.to_string()))
}

/// How long an unfinished label is left to whoever is calling the carrier for it.
pub fn hold(app: &App) -> TimeDelta {
    TimeDelta::milliseconds(i64::from(app.config.carrier_timeout_ms) * 2) + TimeDelta::seconds(5)
}

/// Writes down that a label is wanted. Nobody else touches it before `hold_until`.
pub async fn request(
    tx: &Tx,
    app: &App,
    shipment: Uuid,
    wanted: Wanted,
    actor: Actor,
    hold_until: DateTime<Utc>,
) -> Result<Uuid, Error> {
    let read = store::shipments::find(&**tx, shipment).await?.ok_or(Error::NotFound)?;
    life::after(step::status_of(&read)?, Fact::LabelRequested)?;
    if let Some(items) = &wanted.items {
        split(tx, &read, items).await?;
    }
    let notify = wanted.notify.unwrap_or(read.notify);
    let change = shipment::ActiveModel { notify: Set(notify), ..Default::default() };
    let carrier = read.carrier.clone();
    step::take(tx, app, read, Fact::LabelRequested, actor, change).await?;
    let label = Uuid::now_v7();
    let asked_by = wanted.asked_by.map(serde_json::to_value).transpose();
    let asked_by = asked_by.map_err(|error| Error::Unreadable(error.to_string()))?;
    labels::insert(&**tx, label, shipment, &carrier, hold_until, asked_by).await?;
    Ok(label)
}

/// Leaves in the shipment only `items`, and makes another of the rest.
async fn split(tx: &Tx, read: &shipment::Model, items: &[Item]) -> Result<(), Error> {
    let lines = store::shipments::lines(&**tx, &[read.id]).await?;
    let mut rest: BTreeMap<String, i64> = lines.into_iter().map(|line| (line.sku, line.quantity)).collect();
    let mut taken: BTreeMap<String, i64> = BTreeMap::new();
    for (index, item) in items.iter().enumerate() {
        let Some(left) = rest.get_mut(&item.sku) else {
            let field = format!("items[{index}].sku");
            return Err(Problem::invalid_field(field, "unknown_sku", "is not in this shipment").into());
        };
        let quantity = i64::from(item.quantity);
        if quantity > *left {
            return Err(Error::TooMany { sku: item.sku.clone(), left: u32::try_from(*left).unwrap_or_default() });
        }
        *left -= quantity;
        *taken.entry(item.sku.clone()).or_default() += quantity;
    }
    let rest: Vec<(String, i64)> = rest.into_iter().filter(|(_, quantity)| *quantity > 0).collect();
    if rest.is_empty() {
        return Ok(());
    }
    let order = store::orders::find(&**tx, read.order_id).await?.ok_or(Error::NotFound)?;
    if !store::orders::spread_anew(&**tx, &order).await? {
        return Err(Error::Raced);
    }
    store::shipments::set_lines(&**tx, read.id, &taken.into_iter().collect::<Vec<_>>()).await?;
    prepare::add_shipment(tx, &order, &rest).await?;
    Ok(())
}

/// Calls the carrier for a label. Never within a transaction.
async fn call(app: &App, label: Uuid) -> Result<Result<Purchase, Unavailable>, Error> {
    let (label, parcel) = parcel(app, label).await?;
    let Some(carrier) = app.carriers.get(&label.carrier) else {
        return Ok(Ok(Purchase::Refused(format!("there is no carrier {}", label.carrier))));
    };
    let within = Duration::from_millis(u64::from(app.config.carrier_timeout_ms));
    let outcome = tokio::time::timeout(within, carrier.buy_label(&parcel)).await;
    Ok(outcome.unwrap_or_else(|_| Err(Unavailable("the carrier did not answer in time".into()))))
}

async fn parcel(app: &App, label: Uuid) -> Result<(label::Model, Parcel), Error> {
    let reader = app.db.reader();
    let label = labels::find(reader, label).await?.ok_or(Error::NotFound)?;
    let shipment = store::shipments::find(reader, label.shipment_id).await?.ok_or(Error::NotFound)?;
    let order = store::orders::find(reader, shipment.order_id).await?.ok_or(Error::NotFound)?;
    let lines = store::shipments::lines(reader, &[shipment.id]).await?;
    let weights = store::orders::lines(reader, &[order.id]).await?;
    let weight_g = view::weight(&shipment, &lines, &weights);
    let items = lines
        .into_iter()
        .map(|line| Item { sku: line.sku, quantity: u32::try_from(line.quantity).unwrap_or(u32::MAX) })
        .collect();
    let parcel = Parcel { reference: label.id, service: shipment.service, to: order.address()?, items, weight_g };
    Ok((label, parcel))
}

/// Writes down what came of buying a label: one transaction, whoever calls it and however often. If the label was asked
/// for under a key, the answer is kept for repeats.
pub async fn finish(app: &App, label: Uuid, outcome: Result<Purchase, Unavailable>) -> Result<(Bought, Answer), Error> {
    fail_point!("label::bought", |_| std::process::abort());
    let tx = app.db.begin().await?;
    let row = labels::find(&*tx, label).await?.ok_or(Error::NotFound)?;
    let request = asked_by(&row)?;
    let bought = match outcome {
        Ok(Purchase::Bought(bought)) => {
            write_bought(&tx, app, &row, bought).await?;
            Bought::Shipped
        }
        Ok(Purchase::Refused(reason)) => {
            write_refused(&tx, app, &row, &reason).await?;
            if let Some(request) = &request {
                idempotency::abandon(&tx, request).await?;
            }
            tx.commit().await?;
            return Err(Error::Refused(reason));
        }
        Err(unavailable) => {
            write_unknown(&tx, &row, &unavailable).await?;
            Bought::Unknown
        }
    };
    let shipment = view::one(&*tx, app, row.shipment_id).await?;
    let answer = Answer::new(status_code(bought), &shipment);
    if let Some(request) = &request {
        idempotency::finish(&tx, request, answer.status.as_u16(), &answer.body).await?;
    }
    tx.commit().await?;
    fail_point!("label::committed", |_| std::process::abort());
    if bought == Bought::Unknown {
        app.labels_wanted.notify_one();
    }
    Ok((bought, answer))
}

async fn write_bought(tx: &Tx, app: &App, row: &label::Model, bought: Label) -> Result<(), Error> {
    let change = label::ActiveModel {
        status: Set(labels::BOUGHT.to_owned()),
        tracking_number: Set(Some(bought.tracking_number.clone())),
        document: Set(Some(bought.document)),
        last_error: Set(None),
        ..Default::default()
    };
    // Finished by someone else, or cancelled meanwhile: then the label is on its way back to the carrier.
    if !labels::update(&**tx, row.id, labels::REQUESTED, change).await? {
        return Ok(());
    }
    let read = store::shipments::find(&**tx, row.shipment_id).await?.ok_or(Error::NotFound)?;
    let now = time::now();
    let deliver_at_once = read.deliver_at_once;
    let handed_over = shop_saw(TrackingStatus::InTransit, "The parcel has been handed over to the carrier.", now);
    store::sightings::insert(&**tx, read.id, &handed_over).await?;
    let change = shipment::ActiveModel {
        tracking_number: Set(Some(bought.tracking_number)),
        tracking_status: Set(TrackingStatus::InTransit.word().to_owned()),
        shipped_at: Set(Some(now)),
        heard_at: Set(Some(now)),
        poll_at: Set(Some(now)),
        ..Default::default()
    };
    let shipped = step::take(tx, app, read, Fact::LabelBought, Actor::Carrier, change).await?;
    if deliver_at_once {
        deliver(tx, app, shipped, Actor::Order).await?;
    }
    Ok(())
}

/// Notes that a shipment has arrived, because the order says so.
pub async fn deliver(tx: &Tx, app: &App, read: shipment::Model, actor: Actor) -> Result<(), Error> {
    let seen = shop_saw(TrackingStatus::Delivered, "The parcel has been delivered.", time::now());
    store::sightings::insert(&**tx, read.id, &seen).await?;
    let change = shipment::ActiveModel {
        tracking_status: Set(TrackingStatus::Delivered.word().to_owned()),
        delivered_at: Set(Some(seen.occurred_at)),
        heard_at: Set(Some(seen.occurred_at)),
        poll_at: Set(None),
        ..Default::default()
    };
    step::take(tx, app, read, Fact::Delivered, actor, change).await?;
    Ok(())
}

/// A sighting by the shop itself.
pub fn shop_saw(status: TrackingStatus, description: &str, occurred_at: DateTime<Utc>) -> Sighting {
    Sighting { status, description: description.into(), location: String::new(), occurred_at, source: "shop".into() }
}

async fn write_refused(tx: &Tx, app: &App, row: &label::Model, reason: &str) -> Result<(), Error> {
    let change = label::ActiveModel {
        status: Set(labels::REFUSED.to_owned()),
        live_for: Set(None),
        last_error: Set(Some(reason.to_owned())),
        ..Default::default()
    };
    if !labels::update(&**tx, row.id, labels::REQUESTED, change).await? {
        return Ok(());
    }
    let read = store::shipments::find(&**tx, row.shipment_id).await?.ok_or(Error::NotFound)?;
    step::take(tx, app, read, Fact::LabelRefused, Actor::Carrier, shipment::ActiveModel::default()).await?;
    Ok(())
}

/// Notes a failed attempt at an unfinished label, and when to try again.
pub async fn write_unknown(tx: &Tx, row: &label::Model, error: &Unavailable) -> Result<(), Error> {
    let attempts = row.attempts.saturating_add(1);
    let pause = 2_i64.saturating_pow(u32::try_from(attempts).unwrap_or(u32::MAX)).min(PAUSE_MAX_SECS);
    let change = label::ActiveModel {
        attempts: Set(attempts),
        hold_until: Set(time::now() + TimeDelta::seconds(pause)),
        last_error: Set(Some(error.to_string())),
        ..Default::default()
    };
    labels::update(&**tx, row.id, &row.status, change).await?;
    tracing::warn!(label = %row.id, attempts, %error, "carrier: will try again");
    Ok(())
}

fn status_code(bought: Bought) -> StatusCode {
    match bought {
        Bought::Shipped => StatusCode::OK,
        Bought::Unknown => StatusCode::ACCEPTED,
    }
}
