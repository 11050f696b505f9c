//! Where an order's parcels are, for those who may know: the owner, staff, and whoever holds the signed link.

use contracts::{
    calls::OrderAccess,
    ids::{OrderId, ShipmentId},
    permissions::Permission,
};
use upstream::CallError;
use web::{Caller, Problem};

use crate::{
    App, Error,
    entity::shipment,
    model::{number, tracking::TrackingStatus},
    seal::Purpose,
    store,
    view::{self, TrackedShipment, Tracking},
};

/// What is asked for.
#[derive(Clone, Debug)]
pub enum Asked {
    Order(OrderId),
    TrackingNumber(String),
}

/// The timeline. 404 for those who may not see it, as for what does not exist.
pub async fn track(app: &App, caller: &Caller, asked: Asked) -> Result<Tracking, Error> {
    match asked {
        Asked::Order(order) => {
            let staff = caller.can(Permission::ShippingRead);
            if !staff && !owns(app, caller, order).await? {
                return Err(Error::NotFound);
            }
            let shipments = store::shipments::of_order(app.db.reader(), order.uuid()).await?;
            if shipments.is_empty() && staff && store::orders::find(app.db.reader(), order.uuid()).await?.is_none() {
                return Err(Error::NotFound);
            }
            timeline(app, shipments).await
        }
        Asked::TrackingNumber(typed) => {
            let typed = number::normal(&typed);
            if number::is_mistyped(&typed) {
                let message = "is mistyped: its last digit does not fit the others";
                return Err(Problem::invalid_field("tracking_number", "mistyped", message).into());
            }
            let found = store::shipments::find_by_tracking_number(app.db.reader(), &typed).await?;
            let shipment = found.ok_or(Error::NotFound)?;
            let linked =
                caller.order_token().is_some_and(|token| app.seal.verify(Purpose::TrackingLink, &typed, token));
            let allowed = linked
                || caller.can(Permission::ShippingRead)
                || owns(app, caller, OrderId::from(shipment.order_id)).await?;
            if !allowed {
                return Err(Error::NotFound);
            }
            timeline(app, vec![shipment]).await
        }
    }
}

/// The address of the page that shows a parcel to whoever has it.
pub fn link(app: &App, tracking_number: &str) -> String {
    let token = app.seal.sign(Purpose::TrackingLink, tracking_number);
    format!("{}/track/{tracking_number}?token={token}", app.config.public_url.trim_end_matches('/'))
}

/// Whether orders says that the order is the caller's.
async fn owns(app: &App, caller: &Caller, order_id: OrderId) -> Result<bool, Error> {
    if caller.user().is_none() && caller.order_token().is_none() {
        return Ok(false);
    }
    let mut context = web::request::context();
    // A token in the query string is not among the headers that travel on.
    context.order_token = caller.order_token().and_then(|token| token.parse().ok());
    match app.upstream.call(&OrderAccess { order_id }, &context).await {
        Ok(_) => Ok(true),
        Err(CallError::Problem { status, .. }) if status.is_client_error() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn timeline(app: &App, shipments: Vec<shipment::Model>) -> Result<Tracking, Error> {
    let reader = app.db.reader();
    let ids: Vec<_> = shipments.iter().map(|shipment| shipment.id).collect();
    let sightings = store::sightings::of(reader, &ids).await?;
    let views = view::many(reader, app, shipments).await?;
    let live: Vec<_> = views.iter().filter(|shipment| shipment.tracking_status != TrackingStatus::Cancelled).collect();
    // Of several parcels the one that still has a way to go says where the order is.
    let leading = live.iter().find(|shipment| shipment.tracking_status != TrackingStatus::Delivered).or(live.last());
    let leading = leading.copied().or(views.last());
    let status = leading.map_or(TrackingStatus::Unknown, |shipment| shipment.tracking_status);
    let estimate = leading.and_then(|shipment| shipment.estimate);
    let order_number = leading.map(|shipment| shipment.order_number.clone());
    let tracked = views.into_iter().map(|shipment| {
        let events = view::events(&sightings, shipment.id);
        TrackedShipment::new(shipment, events)
    });
    let shipments: Vec<TrackedShipment> = tracked.collect();
    let mut events: Vec<_> = shipments.iter().flat_map(|shipment| shipment.events.clone()).collect();
    events.sort_by_key(|event| event.occurred_at);
    Ok(Tracking { status, order_number, estimate, events, shipments })
}

impl TrackedShipment {
    fn new(shipment: view::ShipmentView, events: Vec<view::TrackingEvent>) -> Self {
        let id: ShipmentId = shipment.id;
        Self {
            shipment_id: id,
            status: shipment.tracking_status,
            carrier: shipment.carrier,
            service: shipment.service,
            tracking_number: shipment.tracking_number,
            items: shipment.items,
            estimate: shipment.estimate,
            shipped_at: shipment.shipped_at,
            delivered_at: shipment.delivered_at,
            events,
        }
    }
}
