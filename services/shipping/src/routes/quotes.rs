//! What delivery costs, and whether a quote holds.

use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{
    Destination, Money,
    calls::{ConfirmQuote, ConfirmedQuote},
    order::Item,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Checks, Json, ProblemBody};

use crate::{
    App, Error,
    calculate::{self, DeliveryOption, NoDelivery},
    confirm_quote,
    model::zone,
};

/// Lines a question may have.
const ITEMS_MAX: usize = 1_000;
const QUANTITY_MAX: u32 = 9_999;
const SKU_MAX: usize = 100;

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "destination": {"country": "DE", "postal_code": "10119"}, "items": [{"sku": "KIT-MUG-SAN", "quantity": 2}]
}))]
pub struct CalculateShipping {
    pub destination: Destination,
    pub items: Vec<Item>,
}

/// The deliveries to choose from, cheapest first. None is an answer, too: `reason` says why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeliveryOptions {
    pub options: Vec<DeliveryOptionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<NoDelivery>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "eyJyIjoiMDE5…", "carrier": "sandbox", "service": "Standard", "price": {"amount": 490, "currency": "EUR"},
    "min_days": 1, "max_days": 3, "expires_at": "2026-11-23T19:00:00Z"
}))]
pub struct DeliveryOptionView {
    /// Send it as `shipping_option` with the order. Holds for this destination and these items until `expires_at`.
    pub id: String,
    pub carrier: String,
    pub service: String,
    pub price: Money,
    /// Working days.
    pub min_days: u32,
    pub max_days: u32,
    pub expires_at: DateTime<Utc>,
}

impl From<DeliveryOption> for DeliveryOptionView {
    fn from(option: DeliveryOption) -> Self {
        let offer = option.offer;
        Self {
            id: option.id,
            carrier: offer.carrier,
            service: offer.service,
            price: offer.price,
            min_days: offer.min_days,
            max_days: offer.max_days,
            expires_at: option.expires_at,
        }
    }
}

/// Calculate delivery
///
/// What delivery of these items to this place costs. The price is fixed for a day by the option's `id`.
#[utoipa::path(
    post, path = "/shipping/calculate", operation_id = "calculate_shipping", tag = "shipping",
    request_body = CalculateShipping,
    responses(
        (status = 200, description = "The deliveries to choose from", body = DeliveryOptions),
        (status = 400, description = "`malformed_json`", body = ProblemBody),
        (status = 422, description = "`invalid`: an unknown SKU or country, among others", body = ProblemBody),
    )
)]
pub async fn calculate_shipping(
    State(app): State<App>,
    Json(body): Json<CalculateShipping>,
) -> Result<Json<DeliveryOptions>, Error> {
    let mut checks = Checks::new();
    check_destination(&mut checks, &body.destination);
    check_items(&mut checks, &body.items);
    checks.done()?;
    let (options, reason) = match calculate::calculate(&app, &body.destination, &body.items).await? {
        Ok(options) => (options, None),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    let options = options.into_iter().map(DeliveryOptionView::from).collect();
    Ok(Json(DeliveryOptions { options, reason }))
}

pub fn check_destination(checks: &mut Checks, destination: &Destination) {
    checks
        .country("destination.country", &zone::country(&destination.country))
        .text("destination.postal_code", &destination.postal_code, 0..=20)
        .text("destination.region", destination.region.as_deref().unwrap_or_default(), 0..=100);
}

pub fn check_items(checks: &mut Checks, items: &[Item]) {
    checks.require(!items.is_empty(), "items", "required", "must not be empty");
    if items.len() > ITEMS_MAX {
        checks.fail("items", "length", format!("must have at most {ITEMS_MAX} lines"));
        return;
    }
    for (index, item) in items.iter().enumerate() {
        checks.text(&format!("items[{index}].sku"), &item.sku, 1..=SKU_MAX).range(
            &format!("items[{index}].quantity"),
            &item.quantity,
            &(1..=QUANTITY_MAX),
        );
    }
}

/// For orders: whether a quote is ours, holds, and is for this place and these goods.
pub async fn confirm_quote(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<ConfirmQuote>,
) -> Result<Json<ConfirmedQuote>, Error> {
    caller.require_service()?;
    Ok(Json(confirm_quote::confirm(&app, &body).await?))
}
