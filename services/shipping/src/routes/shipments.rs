//! Shipments, for staff: looking, packing, sending, cancelling, and moving sandbox parcels on.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use contracts::{
    events::ShipmentStatus,
    ids::{OrderId, ShipmentId},
    order::Item,
    permissions::Permission,
};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{
    Caller, Checks, Cursor, IdempotencyKey, Json, Page, Path, ProblemBody, Query,
    answers::{Invalid, NotFound, StaffOnly},
};

use super::{IfMatch, etag, quotes::check_items};
use crate::{
    App, Error,
    advance::{self, Scan},
    cancel,
    model::{number, shipment as life, tracking::TrackingStatus},
    pack,
    ship::{self, Wanted},
    step::Actor,
    store::{self, shipments::Filter},
    view::{self, ShipmentDetail, ShipmentView},
};

const BOXES_MAX: usize = 100;

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListShipments {
    pub order_id: Option<OrderId>,
    pub status: Option<ShipmentStatus>,
    pub tracking_number: Option<String>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateShipment {
    pub order_id: OrderId,
    /// Absent: all that is in no shipment.
    #[serde(default)]
    pub items: Option<Vec<Item>>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackShipment {
    pub parcels: Vec<pack::Box>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [{"sku": "KIT-MUG-SAN", "quantity": 1}], "notify": true}))]
pub struct ShipShipment {
    /// A part of the shipment; the rest becomes a shipment of its own. Absent: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<Item>>,
    /// Whether the buyer is told. Absent: as before, which is yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

/// Where a sandbox parcel is moved to.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Advance {
    InTransit,
    OutForDelivery,
    AttemptedDelivery,
    AvailableForPickup,
    Delivered,
    Delayed,
    Exception,
    Returned,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "out_for_delivery", "location": "Berlin"}))]
pub struct AdvanceShipment {
    pub status: Advance,
    #[serde(default)]
    pub location: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
}

/// List shipments
#[utoipa::path(
    get, path = "/shipping/shipments", operation_id = "list_shipments", tag = "shipments", params(ListShipments),
    responses(
        (status = 200, description = "Shipments, newest first", body = Page<ShipmentView>),
        Invalid,
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn list_shipments(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListShipments>,
) -> Result<Json<Page<ShipmentView>>, Error> {
    caller.require(Permission::ShippingRead)?;
    let limit = web::page::limit(query.limit)?;
    let before = query.cursor.as_deref().map(Cursor::read::<Uuid>).transpose()?;
    // Those of one order stand on its page, which shows what was just done.
    let reader = if query.order_id.is_some() { app.db.reader().into() } else { app.db.late_reader().await };
    let filter = Filter {
        order_id: query.order_id.map(contracts::Id::uuid),
        status: query.status.map(life::word),
        tracking_number: query.tracking_number.as_deref().map(number::normal),
    };
    let rows = store::shipments::list(&reader, filter, before, limit).await?;
    let page = Page::of(rows, limit, |row| row.id, |row| row);
    let items = view::many(&reader, &app, page.items).await?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// Create a shipment
///
/// Of goods of an order that are in no shipment, because one was cancelled.
#[utoipa::path(
    post, path = "/shipping/shipments", operation_id = "create_shipment", tag = "shipments",
    request_body = CreateShipment,
    responses(
        (status = 201, description = "The shipment", body = ShipmentDetail),
        StaffOnly,
        NotFound,
        (status = 409, description = "`nothing_left`, `exceeds_unshipped`, `order_cancelled`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn create_shipment(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CreateShipment>,
) -> Result<impl IntoResponse, Error> {
    caller.require(Permission::ShippingWrite)?;
    check(body.items.as_deref())?;
    let id = pack::add(&app, body.order_id.uuid(), body.items.as_deref()).await?;
    let detail = view::detail(app.db.reader(), &app, id).await?;
    Ok((StatusCode::CREATED, etag(detail.shipment.version), Json(detail)))
}

/// Get a shipment
#[utoipa::path(
    get, path = "/shipping/shipments/{id}", operation_id = "get_shipment", tag = "shipments",
    params(("id" = ShipmentId, Path)),
    responses(
        (status = 200, description = "The shipment with all that happened to it", body = ShipmentDetail),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn get_shipment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ShipmentId>,
) -> Result<(HeaderMap, Json<ShipmentDetail>), Error> {
    caller.require(Permission::ShippingRead)?;
    answer(&app, id).await
}

/// Pack a shipment
///
/// Says which boxes it is in. With `If-Match`, only if it still has that version.
#[utoipa::path(
    put, path = "/shipping/shipments/{id}/parcels", operation_id = "pack_shipment", tag = "shipments",
    params(("id" = ShipmentId, Path)), request_body = PackShipment,
    responses(
        (status = 200, description = "The shipment", body = ShipmentDetail),
        StaffOnly,
        (status = 409, description = "`wrong_status`", body = ProblemBody),
        (status = 412, description = "`stale`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn pack_shipment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ShipmentId>,
    IfMatch(version): IfMatch,
    Json(body): Json<PackShipment>,
) -> Result<(HeaderMap, Json<ShipmentDetail>), Error> {
    caller.require(Permission::ShippingWrite)?;
    let mut checks = Checks::new();
    checks.require(body.parcels.len() <= BOXES_MAX, "parcels", "length", "must have at most 100 parcels");
    for (index, parcel) in body.parcels.iter().enumerate().take(BOXES_MAX) {
        checks.range(&format!("parcels[{index}].weight_g"), &parcel.weight_g, &(1..=2_000_000));
        for (side, length) in
            [("length_mm", parcel.length_mm), ("width_mm", parcel.width_mm), ("height_mm", parcel.height_mm)]
        {
            checks.range(&format!("parcels[{index}].{side}"), &length.unwrap_or(1), &(1..=20_000));
        }
    }
    checks.done()?;
    pack::pack(&app, id.uuid(), &body.parcels, version).await?;
    answer(&app, id).await
}

/// Ship a shipment
///
/// Buys the label and hands the goods over. When the carrier does not answer right now, the answer is 202: it is
/// finished as soon as the carrier does, once.
#[utoipa::path(
    post, path = "/shipping/shipments/{id}/ship", operation_id = "ship_shipment", tag = "shipments",
    params(("id" = ShipmentId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = ShipShipment,
    responses(
        (status = 200, description = "Shipped", body = ShipmentView),
        (status = 202, description = "The carrier does not answer right now", body = ShipmentView),
        StaffOnly,
        (status = 409, description = "`wrong_status`, `exceeds_unshipped`, `changed_meanwhile`, `request_in_flight`", body = ProblemBody),
        (status = 422, description = "`invalid`, `label_refused`, `idempotency_key_reused`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn ship_shipment(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    Path(id): Path<ShipmentId>,
    Json(body): Json<ShipShipment>,
) -> Result<web::idempotency::Answer, Error> {
    let user = caller.require(Permission::ShippingWrite)?;
    check(body.items.as_deref())?;
    let asked_by = key.request(&caller, &format!("POST /shipping/shipments/{id}/ship"), &body);
    let wanted = Wanted { items: body.items, notify: body.notify, asked_by };
    ship::ship(&app, id.uuid(), wanted, Actor::Staff(user.id)).await
}

/// Cancel a shipment
///
/// One that has not left. Its goods can go into another; a label that was being bought is given back.
#[utoipa::path(
    post, path = "/shipping/shipments/{id}/cancel", operation_id = "cancel_shipment", tag = "shipments",
    params(("id" = ShipmentId, Path)),
    responses(
        (status = 200, description = "The shipment", body = ShipmentDetail),
        StaffOnly,
        (status = 409, description = "`wrong_status`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn cancel_shipment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ShipmentId>,
) -> Result<(HeaderMap, Json<ShipmentDetail>), Error> {
    let user = caller.require(Permission::ShippingWrite)?;
    cancel::cancel(&app, id.uuid(), Actor::Staff(user.id)).await?;
    answer(&app, id).await
}

/// Move a sandbox parcel on
///
/// What the carrier's scanners do elsewhere.
#[utoipa::path(
    post, path = "/shipping/shipments/{id}/advance", operation_id = "advance_shipment", tag = "shipments",
    params(("id" = ShipmentId, Path)), request_body = AdvanceShipment,
    responses(
        (status = 200, description = "The shipment", body = ShipmentDetail),
        StaffOnly,
        (status = 409, description = "`wrong_status`, `not_a_sandbox_shipment`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn advance_shipment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ShipmentId>,
    Json(body): Json<AdvanceShipment>,
) -> Result<(HeaderMap, Json<ShipmentDetail>), Error> {
    caller.require(Permission::ShippingWrite)?;
    let location = body.location.unwrap_or_default();
    let mut checks = Checks::new();
    checks.text("location", &location, 0..=200);
    checks.text("description", body.description.as_deref().unwrap_or_default(), 0..=500);
    checks.done()?;
    let scan = Scan { status: tracked(body.status), location, description: body.description };
    advance::advance(&app, id.uuid(), scan).await?;
    answer(&app, id).await
}

/// Get a shipment's label
///
/// To print it, or print it again.
#[utoipa::path(
    get, path = "/shipping/shipments/{id}/label", operation_id = "get_label", tag = "shipments",
    params(("id" = ShipmentId, Path)),
    responses(
        (status = 200, description = "The label, in ZPL", body = String, content_type = "application/zpl",
         example = "^XA^FO40,40^A0N,40^FDAda Lovelace^FS^XZ"),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn get_label(State(app): State<App>, caller: Caller, Path(id): Path<ShipmentId>) -> Result<Response, Error> {
    caller.require(Permission::ShippingRead)?;
    let label = store::labels::latest(app.db.reader(), id.uuid()).await?;
    let document = label.filter(|label| label.status == store::labels::BOUGHT).and_then(|label| label.document);
    let document = document.ok_or(Error::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "application/zpl")], document).into_response())
}

async fn answer(app: &App, id: ShipmentId) -> Result<(HeaderMap, Json<ShipmentDetail>), Error> {
    let detail = view::detail(app.db.reader(), app, id.uuid()).await?;
    Ok((etag(detail.shipment.version), Json(detail)))
}

fn check(items: Option<&[Item]>) -> Result<(), Error> {
    let mut checks = Checks::new();
    if let Some(items) = items {
        check_items(&mut checks, items);
    }
    Ok(checks.done()?)
}

fn tracked(advance: Advance) -> TrackingStatus {
    match advance {
        Advance::InTransit => TrackingStatus::InTransit,
        Advance::OutForDelivery => TrackingStatus::OutForDelivery,
        Advance::AttemptedDelivery => TrackingStatus::AttemptedDelivery,
        Advance::AvailableForPickup => TrackingStatus::AvailableForPickup,
        Advance::Delivered => TrackingStatus::Delivered,
        Advance::Delayed => TrackingStatus::Delayed,
        Advance::Exception => TrackingStatus::Exception,
        Advance::Returned => TrackingStatus::ReturnToSender,
    }
}
