//! Shipments as clients see them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    Address,
    events::ShipmentStatus,
    ids::{OrderId, ShipmentId},
    time,
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, Error,
    entity::{history, label, order, order_line, shipment, shipment_line},
    model::{
        estimate::{self, Estimate},
        shipment as life,
        tracking::{Sighting, TrackingStatus},
    },
    pack, step, store, track,
};

/// Goods of one order that travel together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShipmentView {
    pub id: ShipmentId,
    pub order_id: OrderId,
    pub order_number: String,
    pub status: ShipmentStatus,
    pub tracking_status: TrackingStatus,
    pub carrier: String,
    pub service: String,
    pub tracking_number: Option<String>,
    /// A page that shows the parcel to whoever has this link.
    pub tracking_url: Option<String>,
    pub items: Vec<ShippedItem>,
    /// The boxes, once weighed.
    pub parcels: Vec<pack::Box>,
    pub weight_g: u64,
    pub address: Address,
    pub estimate: Option<Estimate>,
    /// Whether the buyer is told of its moves.
    pub notify: bool,
    /// What can be done with it next: `ship`, `cancel`, or a status to advance to.
    #[schema(value_type = Vec<String>)]
    pub allowed: Vec<&'static str>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"sku": "KIT-MUG-SAN", "title": "Mug", "quantity": 2, "weight_g": 380}))]
pub struct ShippedItem {
    pub sku: String,
    pub title: String,
    pub quantity: i64,
    /// Of one piece.
    pub weight_g: i64,
}

/// A shipment with all that happened to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShipmentDetail {
    #[serde(flatten)]
    pub shipment: ShipmentView,
    pub label: Option<LabelView>,
    pub events: Vec<TrackingEvent>,
    pub history: Vec<HistoryEntry>,
}

/// The newest label of a shipment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LabelView {
    /// Our reference with the carrier.
    pub id: Uuid,
    /// `requested`, `bought`, `refused`, `voiding` or `voided`.
    pub status: String,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryEntry {
    pub fact: String,
    pub from: String,
    pub to: String,
    /// `order`, `carrier`, or a staff member's user id.
    pub actor: String,
    pub at: DateTime<Utc>,
}

/// Something that was seen of a parcel.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrackingEvent {
    pub status: TrackingStatus,
    pub description: String,
    pub location: String,
    pub occurred_at: DateTime<Utc>,
    pub source: String,
}

/// Where an order's parcels are.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "status": "in_transit", "order_number": "R-4F7K-2M9D",
    "estimate": {"earliest": "2026-11-25", "latest": "2026-11-27"},
    "events": [{"status": "in_transit", "description": "The parcel is on its way.", "location": "Leipzig",
        "occurred_at": "2026-11-24T05:12:00Z", "source": "sandbox"}],
    "shipments": []
}))]
pub struct Tracking {
    pub status: TrackingStatus,
    pub order_number: Option<String>,
    pub estimate: Option<Estimate>,
    /// Of all parcels, by the carriers' clocks, oldest first.
    pub events: Vec<TrackingEvent>,
    pub shipments: Vec<TrackedShipment>,
}

/// A parcel as its buyer sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrackedShipment {
    pub shipment_id: ShipmentId,
    pub status: TrackingStatus,
    pub carrier: String,
    pub service: String,
    pub tracking_number: Option<String>,
    pub items: Vec<ShippedItem>,
    pub estimate: Option<Estimate>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub events: Vec<TrackingEvent>,
}

pub async fn one(connection: &impl ConnectionTrait, app: &App, id: Uuid) -> Result<ShipmentView, Error> {
    let row = store::shipments::find(connection, id).await?.ok_or(Error::NotFound)?;
    many(connection, app, vec![row]).await?.pop().ok_or(Error::NotFound)
}

/// The shipments in the order given, with three queries however many they are.
pub async fn many(
    connection: &impl ConnectionTrait,
    app: &App,
    rows: Vec<shipment::Model>,
) -> Result<Vec<ShipmentView>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut order_ids: Vec<Uuid> = rows.iter().map(|row| row.order_id).collect();
    order_ids.sort_unstable();
    order_ids.dedup();
    let lines = store::shipments::lines(connection, &ids).await?;
    let ordered = store::orders::lines(connection, &order_ids).await?;
    let orders = store::orders::find_all(connection, &order_ids).await?;
    let orders: HashMap<Uuid, order::Model> = orders.into_iter().map(|order| (order.id, order)).collect();
    let view = |row: shipment::Model| {
        let order =
            orders.get(&row.order_id).ok_or_else(|| Error::Unreadable(format!("shipment {} without order", row.id)))?;
        let own: Vec<shipment_line::Model> = lines.iter().filter(|line| line.shipment_id == row.id).cloned().collect();
        shipment_view(app, row, order, &own, &ordered)
    };
    rows.into_iter().map(view).collect()
}

pub async fn detail(connection: &impl ConnectionTrait, app: &App, id: Uuid) -> Result<ShipmentDetail, Error> {
    let shipment = one(connection, app, id).await?;
    let label = store::labels::latest(connection, id).await?.map(label_view);
    let sightings = store::sightings::of(connection, &[id]).await?;
    let history = store::shipments::history(connection, id).await?.into_iter().map(entry).collect();
    Ok(ShipmentDetail { events: events(&sightings, shipment.id), shipment, label, history })
}

/// The events of one shipment among those of several.
pub fn events(sightings: &[(Uuid, Sighting)], shipment: ShipmentId) -> Vec<TrackingEvent> {
    let own = sightings.iter().filter(|(of, _)| *of == shipment.uuid());
    own.map(|(_, seen)| TrackingEvent {
        status: seen.status,
        description: seen.description.clone(),
        location: seen.location.clone(),
        occurred_at: seen.occurred_at,
        source: seen.source.clone(),
    })
    .collect()
}

/// What a shipment weighs: its boxes if they were weighed, else its goods by the catalog.
pub fn weight(row: &shipment::Model, lines: &[shipment_line::Model], ordered: &[order_line::Model]) -> u64 {
    let boxes = boxes(row);
    if !boxes.is_empty() {
        return boxes.iter().map(|parcel| u64::from(parcel.weight_g)).sum();
    }
    lines
        .iter()
        .map(|line| {
            u64::try_from(line.quantity * line_of(row, line, ordered).map_or(0, |o| o.weight_g)).unwrap_or_default()
        })
        .sum()
}

fn boxes(row: &shipment::Model) -> Vec<pack::Box> {
    row.parcels.clone().and_then(|parcels| serde_json::from_value(parcels).ok()).unwrap_or_default()
}

fn line_of<'a>(
    row: &shipment::Model,
    line: &shipment_line::Model,
    ordered: &'a [order_line::Model],
) -> Option<&'a order_line::Model> {
    ordered.iter().find(|ordered| ordered.order_id == row.order_id && ordered.sku == line.sku)
}

fn shipment_view(
    app: &App,
    row: shipment::Model,
    order: &order::Model,
    lines: &[shipment_line::Model],
    ordered: &[order_line::Model],
) -> Result<ShipmentView, Error> {
    let status = step::status_of(&row)?;
    let items = lines.iter().map(|line| {
        let ordered = line_of(&row, line, ordered);
        ShippedItem {
            sku: line.sku.clone(),
            title: ordered.map_or_else(|| line.sku.clone(), |ordered| ordered.title.clone()),
            quantity: line.quantity,
            weight_g: ordered.map_or(0, |ordered| ordered.weight_g),
        }
    });
    Ok(ShipmentView {
        id: ShipmentId::from(row.id),
        order_id: OrderId::from(row.order_id),
        order_number: order.number.clone(),
        status,
        tracking_status: TrackingStatus::read(&row.tracking_status).unwrap_or(TrackingStatus::Unknown),
        tracking_url: row.tracking_number.as_deref().map(|number| track::link(app, number)),
        items: items.collect(),
        parcels: boxes(&row),
        weight_g: weight(&row, lines, ordered),
        address: order.address()?,
        estimate: estimate(&row, order, status),
        allowed: life::actions(status),
        carrier: row.carrier,
        service: row.service,
        tracking_number: row.tracking_number,
        notify: row.notify,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        shipped_at: row.shipped_at,
        delivered_at: row.delivered_at,
    })
}

/// From the day it left; from today while it has not. None for what does not arrive any more, or has.
fn estimate(row: &shipment::Model, order: &order::Model, status: ShipmentStatus) -> Option<Estimate> {
    if matches!(status, ShipmentStatus::Delivered | ShipmentStatus::Returned | ShipmentStatus::Cancelled) {
        return None;
    }
    let days = |days: i32| u32::try_from(days).unwrap_or_default();
    let left = row.shipped_at.unwrap_or_else(time::now).date_naive();
    Some(estimate::from_day(left, days(order.min_days), days(order.max_days)))
}

fn label_view(row: label::Model) -> LabelView {
    LabelView {
        id: row.id,
        status: row.status,
        attempts: row.attempts,
        last_error: row.last_error,
        updated_at: row.updated_at,
    }
}

fn entry(row: history::Model) -> HistoryEntry {
    HistoryEntry { fact: row.fact, from: row.from_status, to: row.to_status, actor: row.actor, at: row.at }
}
