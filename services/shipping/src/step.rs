//! One step of a shipment: status, history and event, in the caller's transaction.

use contracts::{
    events::ShippingUpdated,
    ids::{OrderId, ShipmentId, UserId},
    order::Item,
    time,
};
use db::Tx;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    App, Error,
    entity::{history, shipment},
    erase,
    model::shipment::{self as life, Fact},
    store, track,
};

/// Who takes a step.
#[derive(Clone, Copy, Debug)]
pub enum Actor {
    /// The order's own life.
    Order,
    Carrier,
    Staff(UserId),
}

impl Actor {
    fn word(self) -> String {
        match self {
            Self::Order => "order".to_owned(),
            Self::Carrier => "carrier".to_owned(),
            Self::Staff(user) => user.to_string(),
        }
    }
}

/// Applies `fact` to the shipment as it was read, with `change` beside it, and tells of it where others care.
pub async fn take(
    tx: &Tx,
    app: &App,
    read: shipment::Model,
    fact: Fact,
    actor: Actor,
    change: shipment::ActiveModel,
) -> Result<shipment::Model, Error> {
    let from = status_of(&read)?;
    let to = life::after(from, fact)?;
    let now = time::now();
    let change = shipment::ActiveModel { status: Set(life::word(to).to_owned()), updated_at: Set(now), ..change };
    let moved = write(tx, read, change).await?;
    if from != to {
        let step = history::ActiveModel {
            id: Set(Uuid::now_v7()),
            shipment_id: Set(moved.id),
            step: Set(store::shipments::latest_step(&**tx, moved.id).await? + 1),
            fact: Set(fact.word().to_owned()),
            from_status: Set(life::word(from).to_owned()),
            to_status: Set(life::word(to).to_owned()),
            actor: Set(actor.word()),
            at: Set(now),
        };
        store::shipments::insert_step(&**tx, step).await?;
    }
    if life::is_told(fact, from, to) {
        tell(tx, app, &moved).await?;
    }
    if from != to && life::is_over(to) {
        erase::forget_if_over(tx, moved.order_id).await?;
    }
    Ok(moved)
}

/// Writes `change` unless the shipment has moved on since it was read, and reads it again.
pub async fn write(tx: &Tx, read: shipment::Model, change: shipment::ActiveModel) -> Result<shipment::Model, Error> {
    if !store::shipments::update(&**tx, &read, change).await? {
        return Err(Error::Raced);
    }
    store::shipments::find(&**tx, read.id).await?.ok_or(Error::NotFound)
}

pub fn status_of(shipment: &shipment::Model) -> Result<contracts::events::ShipmentStatus, Error> {
    life::read(&shipment.status).ok_or_else(|| Error::Unreadable(format!("shipment status {}", shipment.status)))
}

async fn tell(tx: &Tx, app: &App, shipment: &shipment::Model) -> Result<(), Error> {
    let lines = store::shipments::lines(&**tx, &[shipment.id]).await?;
    let items = lines
        .into_iter()
        .map(|line| Item { sku: line.sku, quantity: u32::try_from(line.quantity).unwrap_or(u32::MAX) });
    let event = ShippingUpdated {
        shipment_id: ShipmentId::from(shipment.id),
        order_id: OrderId::from(shipment.order_id),
        status: status_of(shipment)?,
        items: items.collect(),
        carrier: shipment.carrier.clone(),
        tracking_number: shipment.tracking_number.clone(),
        tracking_url: shipment.tracking_number.as_deref().map(|number| track::link(app, number)),
        occurred_at: shipment.updated_at,
        notify: shipment.notify,
    };
    db::outbox::publish(tx, &event).await?;
    metrics::counter!("rialto_shipments_total", "status" => shipment.status.clone()).increment(1);
    Ok(())
}
