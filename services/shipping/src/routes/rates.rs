//! Rates, for staff.

use axum::{extract::State, response::IntoResponse};
use chrono::{DateTime, Utc};
use contracts::{Currency, money::LARGEST_AMOUNT, permissions::Permission};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Checks, Json, Path, ProblemBody, answers::StaffOnly};

use super::{IfMatch, NOTHING, etag};
use crate::{
    App, Error, calculate,
    edit_zones::{self, RateDraft},
    entity::rate,
    model::rate::{Pricing, Tier},
    store,
};

const TIERS_MAX: usize = 100;
const DAYS_MAX: u32 = 365;
const WEIGHT_MAX_G: i64 = 1_000_000_000;

/// What a carrier's service into a zone costs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RateView {
    pub id: Uuid,
    pub zone_id: Uuid,
    pub carrier: String,
    pub service: String,
    pub currency: Currency,
    pub pricing: Pricing,
    /// Goods worth at least this, in minor units of the currency, travel free.
    pub free_over: Option<i64>,
    pub max_weight_g: Option<i64>,
    /// Working days.
    pub min_days: i32,
    pub max_days: i32,
    pub active: bool,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "carrier": "sandbox", "service": "Standard", "currency": "EUR", "free_over": 7900, "min_days": 1, "max_days": 3,
    "pricing": {"kind": "by_weight", "tiers": [{"up_to": 5000, "amount": 490}, {"amount": 990}]}
}))]
pub struct RateBody {
    pub carrier: String,
    /// Its name for shoppers.
    pub service: String,
    pub currency: Currency,
    pub pricing: Pricing,
    #[serde(default)]
    pub free_over: Option<i64>,
    #[serde(default)]
    pub max_weight_g: Option<i64>,
    pub min_days: u32,
    pub max_days: u32,
    #[serde(default = "yes")]
    pub active: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RateList {
    pub items: Vec<RateView>,
}

/// List a zone's rates
#[utoipa::path(
    get, path = "/shipping/zones/{id}/rates", operation_id = "list_rates", tag = "shipping zones",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "The rates", body = RateList),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn list_rates(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<RateList>, Error> {
    caller.require(Permission::ShippingRead)?;
    store::zones::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    let rows = store::zones::rates_of(app.db.reader(), &[id]).await?;
    let items = rows.into_iter().map(RateView::read).collect::<Result<_, _>>()?;
    Ok(Json(RateList { items }))
}

/// Create a rate
#[utoipa::path(
    post, path = "/shipping/zones/{id}/rates", operation_id = "create_rate", tag = "shipping zones",
    params(("id" = Uuid, Path)), request_body = RateBody,
    responses(
        (status = 201, description = "The rate", body = RateView),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn create_rate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<RateBody>,
) -> Result<impl IntoResponse, Error> {
    caller.require(Permission::ShippingWrite)?;
    let rate = edit_zones::create_rate(&app, id, draft(&app, body)?).await?;
    let rate = view(&app, id, rate).await?;
    Ok((StatusCode::CREATED, etag(rate.version), Json(rate)))
}

/// Get a rate
#[utoipa::path(
    get, path = "/shipping/zones/{id}/rates/{rate_id}", operation_id = "get_rate", tag = "shipping zones",
    params(("id" = Uuid, Path), ("rate_id" = Uuid, Path)),
    responses(
        (status = 200, description = "The rate", body = RateView),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn get_rate(
    State(app): State<App>,
    caller: Caller,
    Path((id, rate)): Path<(Uuid, Uuid)>,
) -> Result<(HeaderMap, Json<RateView>), Error> {
    caller.require(Permission::ShippingRead)?;
    let rate = view(&app, id, rate).await?;
    Ok((etag(rate.version), Json(rate)))
}

/// Replace a rate
///
/// With `If-Match`, only if it still has that version.
#[utoipa::path(
    put, path = "/shipping/zones/{id}/rates/{rate_id}", operation_id = "update_rate", tag = "shipping zones",
    params(("id" = Uuid, Path), ("rate_id" = Uuid, Path)), request_body = RateBody,
    responses(
        (status = 200, description = "The rate", body = RateView),
        StaffOnly,
        (status = 409, description = "`changed_meanwhile`", body = ProblemBody),
        (status = 412, description = "`stale`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn update_rate(
    State(app): State<App>,
    caller: Caller,
    Path((id, rate)): Path<(Uuid, Uuid)>,
    IfMatch(version): IfMatch,
    Json(body): Json<RateBody>,
) -> Result<(HeaderMap, Json<RateView>), Error> {
    caller.require(Permission::ShippingWrite)?;
    edit_zones::update_rate(&app, id, rate, draft(&app, body)?, version).await?;
    let rate = view(&app, id, rate).await?;
    Ok((etag(rate.version), Json(rate)))
}

/// Delete a rate
#[utoipa::path(
    delete, path = "/shipping/zones/{id}/rates/{rate_id}", operation_id = "delete_rate", tag = "shipping zones",
    params(("id" = Uuid, Path), ("rate_id" = Uuid, Path)),
    responses(
        (status = 204, description = "Gone"),
        StaffOnly,
        (status = 412, description = "`stale`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn delete_rate(
    State(app): State<App>,
    caller: Caller,
    Path((id, rate)): Path<(Uuid, Uuid)>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Error> {
    caller.require(Permission::ShippingWrite)?;
    edit_zones::delete_rate(&app, id, rate, version).await?;
    Ok(NOTHING)
}

impl RateView {
    pub fn read(row: rate::Model) -> Result<Self, Error> {
        let rule = calculate::rule(&row)?;
        Ok(Self {
            id: row.id,
            zone_id: row.zone_id,
            carrier: row.carrier,
            service: row.service,
            currency: rule.currency,
            pricing: rule.pricing,
            free_over: rule.free_over,
            max_weight_g: rule.max_weight_g,
            min_days: row.min_days,
            max_days: row.max_days,
            active: row.active,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

async fn view(app: &App, zone: Uuid, rate: Uuid) -> Result<RateView, Error> {
    let row = store::zones::find_rate(app.db.reader(), zone, rate).await?.ok_or(Error::NotFound)?;
    RateView::read(row)
}

fn draft(app: &App, body: RateBody) -> Result<RateDraft, Error> {
    let mut checks = Checks::new();
    let known = app.carriers.names().join(", ");
    checks.text("service", &body.service, 1..=60);
    if app.carriers.get(&body.carrier).is_none() {
        checks.fail("carrier", "unknown_carrier", format!("must be one of {known}"));
    }
    checks.range("max_days", &body.max_days, &(0..=DAYS_MAX)).range("min_days", &body.min_days, &(0..=body.max_days));
    if let Some(least) = body.free_over {
        checks.range("free_over", &least, &(0..=LARGEST_AMOUNT));
    }
    if let Some(most) = body.max_weight_g {
        checks.range("max_weight_g", &most, &(0..=WEIGHT_MAX_G));
    }
    check_pricing(&mut checks, &body.pricing);
    checks.done()?;
    Ok(RateDraft {
        carrier: body.carrier,
        service: body.service.trim().to_owned(),
        currency: body.currency.code().to_owned(),
        pricing: body.pricing,
        free_over_minor: body.free_over,
        max_weight_g: body.max_weight_g,
        min_days: i32::try_from(body.min_days).unwrap_or(i32::MAX),
        max_days: i32::try_from(body.max_days).unwrap_or(i32::MAX),
        active: body.active,
    })
}

fn check_pricing(checks: &mut Checks, pricing: &Pricing) {
    let amounts = 0..=LARGEST_AMOUNT;
    match pricing {
        Pricing::Flat { amount } => drop(checks.range("pricing.amount", amount, &amounts)),
        Pricing::PerItem { first, each } => {
            checks.range("pricing.first", first, &amounts).range("pricing.each", each, &amounts);
        }
        Pricing::ByWeight { tiers } | Pricing::ByValue { tiers } => check_tiers(checks, tiers),
    }
}

fn check_tiers(checks: &mut Checks, tiers: &[Tier]) {
    checks.require((1..=TIERS_MAX).contains(&tiers.len()), "pricing.tiers", "length", "must have 1 to 100 tiers");
    let mut previous = -1;
    for (index, tier) in tiers.iter().enumerate().take(TIERS_MAX) {
        checks.range(&format!("pricing.tiers[{index}].amount"), &tier.amount, &(0..=LARGEST_AMOUNT));
        let field = format!("pricing.tiers[{index}].up_to");
        match tier.up_to {
            Some(up_to) => {
                checks.require(up_to > previous, &field, "not_ascending", "must be above the tier before it");
                previous = up_to;
            }
            None => drop(checks.require(
                index + 1 == tiers.len(),
                &field,
                "required",
                "may be left out on the last tier only",
            )),
        }
    }
}
