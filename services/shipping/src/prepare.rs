//! Taking an order in: what was ordered, and one shipment with all of it.

use std::collections::BTreeMap;

use contracts::{order::OrderSnapshot, time};
use db::Tx;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    App, Error,
    entity::{order, order_line, shipment},
    model::{shipment as life, tracking::TrackingStatus},
    sandbox, store,
};

/// What of an order a first event may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goods {
    ToShip,
    /// Cancelled before shipping heard of it.
    NotWanted,
}

/// The order as shipping knows it; the first time, its lines are written down and a shipment is prepared.
pub async fn order(tx: &Tx, app: &App, snapshot: &OrderSnapshot, goods: Goods) -> Result<order::Model, Error> {
    let id = snapshot.id.uuid();
    let mut lines: BTreeMap<&str, (&str, i64, i64)> = BTreeMap::new();
    for line in &snapshot.lines {
        let entry = lines.entry(&line.sku).or_insert((&line.title, 0, i64::from(line.weight_g)));
        entry.1 += i64::from(line.quantity);
    }
    let rows = lines.iter().map(|(sku, (title, quantity, weight_g))| order_line::ActiveModel {
        order_id: Set(id),
        sku: Set((*sku).to_owned()),
        title: Set((*title).to_owned()),
        quantity: Set(*quantity),
        weight_g: Set(*weight_g),
    });
    let rows: Vec<_> = rows.collect();
    let order = row(app, snapshot)?;
    if !store::orders::insert(&**tx, order.clone(), rows).await? {
        return store::orders::find(&**tx, id).await?.ok_or(Error::NotFound);
    }
    if goods == Goods::ToShip {
        let all: Vec<(String, i64)> =
            lines.into_iter().map(|(sku, (_, quantity, _))| (sku.to_owned(), quantity)).collect();
        add_shipment(tx, &order, &all).await?;
    }
    Ok(order)
}

/// Adds a shipment of `lines` to the order, to be packed.
pub async fn add_shipment(tx: &Tx, order: &order::Model, lines: &[(String, i64)]) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let now = time::now();
    let row = shipment::ActiveModel {
        id: Set(id),
        order_id: Set(order.id),
        status: Set(life::word(contracts::events::ShipmentStatus::Pending).to_owned()),
        tracking_status: Set(TrackingStatus::Unknown.word().to_owned()),
        carrier: Set(order.carrier.clone()),
        service: Set(order.service.clone()),
        tracking_number: Set(None),
        parcels: Set(None),
        notify: Set(true),
        deliver_at_once: Set(false),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        shipped_at: Set(None),
        delivered_at: Set(None),
        heard_at: Set(None),
        poll_at: Set(None),
    };
    store::shipments::insert(&**tx, row).await?;
    store::shipments::add_lines(&**tx, id, lines).await?;
    Ok(id)
}

/// What of the order is in no shipment: all of it less what is in shipments that were not cancelled.
pub async fn unassigned(tx: &Tx, order: Uuid) -> Result<BTreeMap<String, i64>, Error> {
    let ordered = store::orders::lines(&**tx, &[order]).await?;
    let mut left: BTreeMap<String, i64> = ordered.into_iter().map(|line| (line.sku, line.quantity)).collect();
    let shipments = store::shipments::of_order(&**tx, order).await?;
    let live: Vec<Uuid> =
        shipments.iter().filter(|shipment| shipment.status != "cancelled").map(|shipment| shipment.id).collect();
    for line in store::shipments::lines(&**tx, &live).await? {
        *left.entry(line.sku).or_default() -= line.quantity;
    }
    left.retain(|_, quantity| *quantity > 0);
    Ok(left)
}

fn row(app: &App, snapshot: &OrderSnapshot) -> Result<order::Model, Error> {
    let option = &snapshot.shipping_option;
    // An order placed with a carrier that this shop has given up goes with the one it has.
    let carrier = if app.carriers.get(&option.carrier).is_some() { option.carrier.as_str() } else { sandbox::NAME };
    let days = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    let address = serde_json::to_value(&snapshot.shipping_address);
    Ok(order::Model {
        id: snapshot.id.uuid(),
        number: snapshot.number.clone(),
        status: String::new(),
        address: address.map_err(|error| Error::Unreadable(error.to_string()))?,
        carrier: carrier.to_owned(),
        service: option.service.clone(),
        min_days: days(option.min_days),
        max_days: days(option.max_days),
        version: 1,
        erase: false,
        created_at: time::now(),
    })
}
