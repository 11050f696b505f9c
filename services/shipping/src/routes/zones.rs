//! Zones, for staff: reading, writing, and trying them out.

use std::collections::{BTreeSet, HashMap};

use axum::{extract::State, response::IntoResponse};
use chrono::{DateTime, Utc};
use contracts::{Money, permissions::Permission};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{
    Caller, Checks, Json, Page, PageQuery, Path, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
};

use super::{
    IfMatch, NOTHING, etag,
    quotes::{CalculateShipping, check_destination, check_items},
    rates::RateView,
};
use crate::{
    App, Error,
    calculate::{self, NoDelivery},
    edit_zones::{self, ZoneDraft},
    entity::zone,
    model::{
        rate::Excluded,
        zone::{self as places, ANYWHERE, Area, Pattern, Place},
    },
    store,
};

const AREAS_MAX: usize = 1_000;

/// Parts of the world that share delivery rates, or that nothing is delivered to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ZoneView {
    pub id: Uuid,
    pub name: String,
    pub delivered: bool,
    pub areas: Vec<AreaBody>,
    pub rates: Vec<RateView>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A part of the world. Of all areas that cover a destination the most specific decides: by postcode, then region, then country.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"country": "ES", "postal_code": "35*"}))]
pub struct AreaBody {
    /// ISO 3166-1 alpha-2, or `*` for every country.
    pub country: String,
    /// ISO 3166-2 code or name of a subdivision; absent for the whole country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// A postcode, `35*` for all that begin so, or a range as `35000-38999`; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Canary Islands", "delivered": true, "areas": [{"country": "ES", "postal_code": "35*"}]}))]
pub struct ZoneBody {
    pub name: String,
    /// `false`: nothing is delivered there.
    #[serde(default = "yes")]
    pub delivered: bool,
    pub areas: Vec<AreaBody>,
}

fn yes() -> bool {
    true
}

/// What a zone says to some goods.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Trial {
    pub zone: Option<TrialZone>,
    pub rates: Vec<TrialRate>,
    /// Why nothing is offered, if nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<NoDelivery>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrialZone {
    pub id: Uuid,
    pub name: String,
    pub delivered: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrialRate {
    pub rate_id: Uuid,
    pub carrier: String,
    pub service: String,
    /// What it costs, if the rate takes the goods.
    pub price: Option<Money>,
    /// Why it does not.
    pub excluded: Option<Excluded>,
}

/// Where the zones leave gaps.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "not_covered": ["AQ", "CU"],
    "without_rates": [{"id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b9", "name": "Canary Islands", "delivered": true}],
}))]
pub struct Coverage {
    /// Countries that lie in no zone as a whole.
    pub not_covered: Vec<String>,
    /// Delivered zones that have no active rate.
    pub without_rates: Vec<TrialZone>,
}

/// List zones
#[utoipa::path(
    get, path = "/shipping/zones", operation_id = "list_zones", tag = "shipping zones", params(PageQuery),
    responses(
        (status = 200, description = "Zones with their rates, in the order of their making", body = Page<ZoneView>),
        Invalid,
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn list_zones(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<ZoneView>>, Error> {
    caller.require(Permission::ShippingRead)?;
    let limit = query.limit()?;
    let rows = store::zones::list(app.db.reader(), query.after()?, limit).await?;
    let mut page = Page::of(rows, limit, |zone| zone.id, |zone| zone);
    let items = views(&app, std::mem::take(&mut page.items)).await?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// Create a zone
#[utoipa::path(
    post, path = "/shipping/zones", operation_id = "create_zone", tag = "shipping zones", request_body = ZoneBody,
    responses(
        (status = 201, description = "The zone", body = ZoneView),
        StaffOnly,
        (status = 409, description = "`area_taken`: an area belongs to another zone", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn create_zone(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<ZoneBody>,
) -> Result<impl IntoResponse, Error> {
    caller.require(Permission::ShippingWrite)?;
    let id = edit_zones::create_zone(&app, draft(body)?).await?;
    let zone = view(&app, id).await?;
    Ok((StatusCode::CREATED, etag(zone.version), Json(zone)))
}

/// Get a zone
#[utoipa::path(
    get, path = "/shipping/zones/{id}", operation_id = "get_zone", tag = "shipping zones",
    params(("id" = Uuid, Path)),
    responses(
        (status = 200, description = "The zone", body = ZoneView),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn get_zone(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<(HeaderMap, Json<ZoneView>), Error> {
    caller.require(Permission::ShippingRead)?;
    let zone = view(&app, id).await?;
    Ok((etag(zone.version), Json(zone)))
}

/// Replace a zone
///
/// With `If-Match`, only if it still has that version.
#[utoipa::path(
    put, path = "/shipping/zones/{id}", operation_id = "update_zone", tag = "shipping zones",
    params(("id" = Uuid, Path)), request_body = ZoneBody,
    responses(
        (status = 200, description = "The zone", body = ZoneView),
        StaffOnly,
        (status = 409, description = "`area_taken`, `changed_meanwhile`", body = ProblemBody),
        (status = 412, description = "`stale`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn update_zone(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(version): IfMatch,
    Json(body): Json<ZoneBody>,
) -> Result<(HeaderMap, Json<ZoneView>), Error> {
    caller.require(Permission::ShippingWrite)?;
    edit_zones::update_zone(&app, id, draft(body)?, version).await?;
    let zone = view(&app, id).await?;
    Ok((etag(zone.version), Json(zone)))
}

/// Delete a zone
///
/// Its rates go with it. Quotes that were given out hold until they expire.
#[utoipa::path(
    delete, path = "/shipping/zones/{id}", operation_id = "delete_zone", tag = "shipping zones",
    params(("id" = Uuid, Path)),
    responses(
        (status = 204, description = "Gone"),
        StaffOnly,
        (status = 412, description = "`stale`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn delete_zone(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Error> {
    caller.require(Permission::ShippingWrite)?;
    edit_zones::delete_zone(&app, id, version).await?;
    Ok(NOTHING)
}

/// Try the zones
///
/// Which zone a destination lies in, and what each of its rates says to these items.
#[utoipa::path(
    post, path = "/shipping/zones/try", operation_id = "try_zones", tag = "shipping zones",
    request_body = CalculateShipping,
    responses(
        (status = 200, description = "The zone and its rates", body = Trial),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn try_zones(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CalculateShipping>,
) -> Result<Json<Trial>, Error> {
    caller.require(Permission::ShippingRead)?;
    let mut checks = Checks::new();
    check_destination(&mut checks, &body.destination);
    check_items(&mut checks, &body.items);
    checks.done()?;
    let goods = match calculate::goods(&app, &body.items).await? {
        Ok(goods) => goods,
        Err(reason) => return Ok(Json(Trial { zone: None, rates: Vec::new(), reason: Some(reason) })),
    };
    let place = Place::from(&body.destination);
    let considered = calculate::consider(app.db.reader(), &place, &goods).await?;
    let rates = considered.rates.iter().map(|(rate, price)| TrialRate {
        rate_id: rate.id,
        carrier: rate.carrier.clone(),
        service: rate.service.clone(),
        price: price.ok(),
        excluded: price.err(),
    });
    let rates = rates.collect();
    let zone = considered.zone.clone().map(trial_zone);
    let reason = considered.offers().err();
    Ok(Json(Trial { zone, rates, reason }))
}

/// Get the coverage
///
/// Countries that lie in no zone, and zones without a rate.
#[utoipa::path(
    get, path = "/shipping/zones/coverage", operation_id = "get_coverage", tag = "shipping zones",
    responses(
        (status = 200, description = "The gaps", body = Coverage),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn get_coverage(State(app): State<App>, caller: Caller) -> Result<Json<Coverage>, Error> {
    caller.require(Permission::ShippingRead)?;
    let reader = app.db.reader();
    let areas = store::zones::all_areas(reader).await?;
    let whole: BTreeSet<&str> = areas
        .iter()
        .filter(|area| area.region.is_empty() && area.postal_code.is_empty())
        .map(|area| area.country.as_str())
        .collect();
    let countries = rust_iso3166::ALL_ALPHA2.iter().filter(|_| !whole.contains(ANYWHERE));
    let not_covered = countries.filter(|country| !whole.contains(**country)).map(ToString::to_string).collect();
    let zones = store::zones::list(reader, None, edit_zones::ZONES_MAX).await?;
    let ids: Vec<Uuid> = zones.iter().map(|zone| zone.id).collect();
    let rates = store::zones::rates_of(reader, &ids).await?;
    let rated: BTreeSet<Uuid> = rates.iter().filter(|rate| rate.active).map(|rate| rate.zone_id).collect();
    let without_rates = zones.into_iter().filter(|zone| zone.delivered && !rated.contains(&zone.id)).map(trial_zone);
    Ok(Json(Coverage { not_covered, without_rates: without_rates.collect() }))
}

fn trial_zone(zone: zone::Model) -> TrialZone {
    TrialZone { id: zone.id, name: zone.name, delivered: zone.delivered }
}

async fn view(app: &App, id: Uuid) -> Result<ZoneView, Error> {
    let row = store::zones::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    views(app, vec![row]).await?.pop().ok_or(Error::NotFound)
}

async fn views(app: &App, rows: Vec<zone::Model>) -> Result<Vec<ZoneView>, Error> {
    let reader = app.db.reader();
    let ids: Vec<Uuid> = rows.iter().map(|zone| zone.id).collect();
    let mut areas: HashMap<Uuid, Vec<AreaBody>> = HashMap::new();
    for area in store::zones::areas_of(reader, &ids).await? {
        areas.entry(area.zone).or_default().push(AreaBody {
            country: area.country,
            region: Some(area.region).filter(|region| !region.is_empty()),
            postal_code: Some(area.postal_code).filter(|postal_code| !postal_code.is_empty()),
        });
    }
    let mut rates: HashMap<Uuid, Vec<RateView>> = HashMap::new();
    for rate in store::zones::rates_of(reader, &ids).await? {
        rates.entry(rate.zone_id).or_default().push(RateView::read(rate)?);
    }
    let zones = rows.into_iter().map(|zone| ZoneView {
        areas: areas.remove(&zone.id).unwrap_or_default(),
        rates: rates.remove(&zone.id).unwrap_or_default(),
        id: zone.id,
        name: zone.name,
        delivered: zone.delivered,
        version: zone.version,
        created_at: zone.created_at,
        updated_at: zone.updated_at,
    });
    Ok(zones.collect())
}

/// Checks a zone and brings its areas into the form in which places are compared.
fn draft(body: ZoneBody) -> Result<ZoneDraft, Error> {
    let mut checks = Checks::new();
    checks.text("name", &body.name, 1..=100);
    checks.require(!body.areas.is_empty(), "areas", "required", "must not be empty");
    if body.areas.len() > AREAS_MAX {
        checks.fail("areas", "length", format!("must have at most {AREAS_MAX} areas"));
        checks.done()?;
    }
    let mut seen = BTreeSet::new();
    let mut areas = Vec::new();
    for (index, area) in body.areas.into_iter().enumerate() {
        let at = |name: &str| format!("areas[{index}].{name}");
        let country = places::country(&area.country);
        if country != ANYWHERE {
            checks.country(&at("country"), &country);
        }
        let region = area.region.unwrap_or_default();
        checks.text(&at("region"), &region, 0..=100);
        let postal_code = area.postal_code.unwrap_or_default().trim().to_uppercase();
        let readable = postal_code.is_empty() || Pattern::read(&country, &postal_code).is_some();
        checks.require(
            readable,
            &at("postal_code"),
            "invalid",
            "must be a postcode, a beginning as 35*, or a range as 35000-38999",
        );
        let region = places::region(&country, &region);
        let bare = country != ANYWHERE || (region.is_empty() && postal_code.is_empty());
        checks.require(bare, &at("country"), "invalid", "must name one country where a region or postcode is given");
        let first = seen.insert((country.clone(), region.clone(), postal_code.clone()));
        checks.require(first, &format!("areas[{index}]"), "repeated", "stands in the list twice");
        areas.push(Area { zone: Uuid::nil(), country, region, postal_code });
    }
    checks.done()?;
    Ok(ZoneDraft { name: body.name.trim().to_owned(), delivered: body.delivered, areas })
}
