//! Stock over HTTP: what staff sees and corrects, and the reservation that only orders may ask for.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse, Response},
    routing::post,
};
use chrono::{DateTime, Duration, Utc};
use contracts::{
    calls::{ReserveStock, StockReserved},
    permissions::Permission,
    time,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{
    Caller, Checks, Cursor, IdempotencyKey, Json, Page, Path, Problem, ProblemBody, Query, User,
    answers::{Invalid, StaffOnly},
};

use super::{
    adjust::{self, Cause, Change, Corrected},
    entity::{item, movement},
    levels::{self, Filter},
    model::{self, Kind, Levels, PIECES_MAX},
    named::{self, StockPage},
    reserve::{self, Outcome},
    store::Because,
};
use crate::{App, Error};

/// SKUs have so many characters at most.
const SKU_MAX_LEN: usize = 100;
const REASON_MAX_LEN: usize = 300;
/// SKUs that one list is asked for by name.
const SKUS_LISTED_MAX: usize = 100;
/// SKUs of one correction.
const LINES_MAX: usize = 500;
/// An order has this many lines at most, and its stock is held all at once or not at all.
const ORDER_LINES_MAX: usize = 1_000;
/// What so many lines take.
const ORDER_MAX_BYTES: usize = 256 * 1024;
const QUANTITY_MAX: u32 = 9_999;
/// A hold may be asked for so far ahead; bank transfers take days.
const HOLD_MAX_DAYS: i64 = 31;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_stock, set_stock))
        .routes(routes!(get_stock, update_stock))
        .routes(routes!(list_stock_movements))
}

pub fn internal_routes() -> Router<App> {
    let reservations = Router::new().route("/internal/reservations", post(reserve_stock));
    reservations.layer(DefaultBodyLimit::max(ORDER_MAX_BYTES))
}

/// The stock of one SKU. `available = on_hand - reserved`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "sku": "KIT-MUG-SAN", "on_hand": 40, "reserved": 5, "available": 35, "held": 2, "committed": 3, "damaged": 1,
    "updated_at": "2026-03-01T10:00:00Z"
}))]
pub struct StockView {
    pub sku: String,
    pub on_hand: i64,
    /// Promised to orders, paid or not: `held + committed`.
    pub reserved: i64,
    pub available: i64,
    /// Held for orders that are not paid yet.
    pub held: i64,
    /// Promised to paid orders that are not shipped yet.
    pub committed: i64,
    /// Kept, but not sellable; not part of `on_hand`.
    pub damaged: i64,
    pub updated_at: DateTime<Utc>,
}

impl StockView {
    pub fn of(sku: &str, levels: Levels, updated_at: DateTime<Utc>) -> Self {
        Self {
            sku: sku.to_owned(),
            on_hand: levels.on_hand,
            reserved: levels.reserved + levels.committed,
            available: levels.available(),
            held: levels.reserved,
            committed: levels.committed,
            damaged: levels.damaged,
            updated_at,
        }
    }
}

impl From<item::Model> for StockView {
    fn from(item: item::Model) -> Self {
        Self::of(&item.sku, item.levels(), item.updated_at)
    }
}

/// One line of the ledger: what it added to each bucket.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 12, "kind": "adjusted", "on_hand": -2, "held": 0, "committed": 0, "damaged": 0, "reason": "counted",
    "actor": "user:0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "reference": null, "at": "2026-03-01T10:00:00Z"
}))]
pub struct MovementView {
    pub id: i64,
    pub kind: Kind,
    pub on_hand: i64,
    pub held: i64,
    pub committed: i64,
    pub damaged: i64,
    pub reason: String,
    pub actor: String,
    /// The order or return it belongs to.
    pub reference: Option<Uuid>,
    pub at: DateTime<Utc>,
}

impl From<movement::Model> for MovementView {
    fn from(row: movement::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            on_hand: row.on_hand,
            held: row.reserved,
            committed: row.committed,
            damaged: row.damaged,
            reason: row.reason,
            actor: row.actor,
            reference: row.reference,
            at: row.at,
        }
    }
}

/// A correction: exactly one of `on_hand`, `adjust` and `damaged`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"adjust": -2, "cause": "damaged", "reason": "dropped while unpacking"}))]
pub struct StockChange {
    /// So many are on hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub on_hand: Option<i64>,
    /// So many came (positive) or went (negative).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjust: Option<i64>,
    /// So many damaged pieces are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub damaged: Option<i64>,
    /// What happened, for `adjust`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    #[schema(min_length = 1, max_length = 300)]
    pub reason: String,
}

impl StockChange {
    fn check(&self) -> Result<Change, Problem> {
        let mut checks = Checks::new();
        checks.text("reason", &self.reason, 1..=REASON_MAX_LEN);
        let change = match (self.on_hand, self.adjust, self.damaged) {
            (Some(pieces), None, None) => {
                checks.range("on_hand", &pieces, &(0..=PIECES_MAX));
                Change::OnHand(pieces)
            }
            (None, Some(pieces), None) => {
                checks.range("adjust", &pieces, &(-PIECES_MAX..=PIECES_MAX));
                let cause = self.cause.unwrap_or_default();
                let direction = match cause {
                    Cause::Adjusted => pieces != 0,
                    Cause::Received => pieces > 0,
                    Cause::Damaged | Cause::WrittenOff => pieces < 0,
                };
                checks.require(
                    direction,
                    "adjust",
                    "wrong_direction",
                    "must be above zero for received goods and below for lost ones",
                );
                Change::By(pieces, cause)
            }
            (None, None, Some(pieces)) => {
                checks.range("damaged", &pieces, &(0..=PIECES_MAX));
                Change::Damaged(pieces)
            }
            _ => {
                checks.fail("on_hand", "exactly_one", "give exactly one of on_hand, adjust and damaged");
                Change::By(0, Cause::Adjusted)
            }
        };
        checks.require(self.cause.is_none() || self.adjust.is_some(), "cause", "without_adjust", "belongs to adjust");
        checks.done()?;
        Ok(change)
    }
}

/// Corrections of many SKUs: all or none.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [{"sku": "KIT-MUG-SAN", "on_hand": 40}], "reason": "stocktaking"}))]
pub struct StockCount {
    #[schema(min_items = 1, max_items = 500)]
    pub items: Vec<CountedItem>,
    #[schema(min_length = 1, max_length = 300)]
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountedItem {
    pub sku: String,
    #[schema(minimum = 0)]
    pub on_hand: i64,
}

/// How many SKUs a count corrected.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"changed": 1, "unchanged": 0}))]
pub struct CountResult {
    pub changed: u64,
    pub unchanged: u64,
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Only SKUs of which at most so many can be sold.
    low: Option<i64>,
    /// Only SKUs that begin with this, in small letters or large.
    prefix: Option<String>,
    /// Only these SKUs, up to 100 between commas.
    skus: Option<String>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List stock
///
/// By SKU, with the product that each is of. `low=0` finds what is sold out.
#[utoipa::path(
    get, path = "/inventory", operation_id = "list_stock", tag = "inventory", params(ListQuery),
    security(("bearer" = [])),
    responses(
        (status = 200, body = StockPage),
        StaffOnly,
        Invalid,
    )
)]
async fn list_stock(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<StockPage>, Error> {
    caller.require(Permission::InventoryRead)?;
    let limit = web::page::limit(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::read).transpose()?;
    let skus = query.skus.as_deref().map(|skus| skus.split(',').map(|sku| sku.trim().to_owned()).collect::<Vec<_>>());
    let mut checks = Checks::new();
    checks.text("prefix", query.prefix.as_deref().unwrap_or_default(), 0..=SKU_MAX_LEN);
    checks.range("skus", &skus.as_ref().map_or(0, Vec::len), &(0..=SKUS_LISTED_MAX));
    checks.range("low", &query.low.unwrap_or(0), &(0..=PIECES_MAX)).done()?;
    let filter = Filter { low: query.low, prefix: query.prefix, skus };
    let total = levels::count(app.db.reader(), &filter).await?;
    let rows = levels::list(app.db.reader(), &filter, after, limit + 1).await?;
    let page = Page::of(rows, limit, |row| row.sku.clone(), |row| row);
    Ok(Json(StockPage { items: named::named(&app, page.items).await?, next_cursor: page.next_cursor, total }))
}

/// Read the stock of a SKU
#[utoipa::path(
    get, path = "/inventory/{sku}", operation_id = "get_stock", tag = "inventory",
    params(("sku" = String, Path, description = "The variant's SKU")),
    security(("bearer" = [])),
    responses(
        (status = 200, body = StockView),
        StaffOnly,
    )
)]
async fn get_stock(State(app): State<App>, caller: Caller, Path(sku): Path<String>) -> Result<Json<StockView>, Error> {
    caller.require(Permission::InventoryRead)?;
    check_sku(&sku)?;
    let item = levels::find(app.db.reader(), &sku).await?.ok_or(Error::NotFound)?;
    Ok(Json(item.into()))
}

/// Correct the stock of a SKU
///
/// Sets what is on hand, adds to it, or sets what is kept as damaged; always with a reason. Never below what is held
/// and promised. With an `Idempotency-Key`, repeating it changes nothing.
#[utoipa::path(
    put, path = "/inventory/{sku}", operation_id = "update_stock", tag = "inventory",
    params(("sku" = String, Path, description = "The variant's SKU")),
    request_body = StockChange, security(("bearer" = [])),
    responses(
        (status = 200, body = StockView),
        (status = 400, description = "`malformed_json`, `wrong_type`, `invalid_idempotency_key`", body = ProblemBody),
        StaffOnly,
        (status = 409, description = "`stock_promised` with `on_hand`, `held`, `committed` and `minimum`; `request_in_flight`", body = ProblemBody),
        (status = 422, description = "`invalid`, `idempotency_key_reused`", body = ProblemBody),
    )
)]
async fn update_stock(
    State(app): State<App>,
    caller: Caller,
    Path(sku): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<StockChange>,
) -> Result<Response, Error> {
    let user = caller.require(Permission::InventoryWrite)?;
    check_sku(&sku)?;
    let change = body.check()?;
    let because = by_hand(user, &body.reason);
    let request = key.request(&caller, &format!("PUT /inventory/{sku}"), &body);
    Ok(adjust::adjust(&app.db, &sku, change, &because, request).await?.into_response())
}

/// Correct the stock of many SKUs
///
/// All or none.
#[utoipa::path(
    put, path = "/inventory", operation_id = "update_stock_of_many", tag = "inventory",
    request_body = StockCount, security(("bearer" = [])),
    responses(
        (status = 200, body = CountResult),
        StaffOnly,
        (status = 409, description = "`stock_promised` with `lines`, each with `sku` and `minimum`", body = ProblemBody),
    )
)]
async fn set_stock(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<StockCount>,
) -> Result<Json<CountResult>, Error> {
    let user = caller.require(Permission::InventoryWrite)?;
    let wanted = check_count(&body)?;
    let corrected = adjust::take_count(&app.db, &wanted, &by_hand(user, &body.reason)).await?;
    Ok(Json(count_result(&body, &corrected)?))
}

fn check_count(body: &StockCount) -> Result<BTreeMap<String, i64>, Problem> {
    let mut checks = Checks::new();
    checks.text("reason", &body.reason, 1..=REASON_MAX_LEN);
    checks.range("items", &body.items.len(), &(1..=LINES_MAX));
    let mut wanted = BTreeMap::new();
    for (index, counted) in body.items.iter().enumerate().take(LINES_MAX) {
        checks.text(&format!("items[{index}].sku"), &counted.sku, 1..=SKU_MAX_LEN);
        checks.range(&format!("items[{index}].on_hand"), &counted.on_hand, &(0..=PIECES_MAX));
        if wanted.insert(counted.sku.clone(), counted.on_hand).is_some() {
            checks.fail(format!("items[{index}].sku"), "duplicate", "stands here twice");
        }
    }
    checks.done()?;
    Ok(wanted)
}

/// The answer when every SKU could be corrected; a problem that names the others.
fn count_result(body: &StockCount, corrected: &BTreeMap<String, Corrected>) -> Result<CountResult, Problem> {
    #[derive(Serialize)]
    struct Line<'a> {
        sku: &'a str,
        minimum: i64,
    }
    let mut checks = Checks::new();
    let mut promised = Vec::new();
    let mut result = CountResult { changed: 0, unchanged: 0 };
    for (index, counted) in body.items.iter().enumerate() {
        match corrected.get(&counted.sku) {
            Some(Corrected::Changed) => result.changed += 1,
            Some(Corrected::Unchanged) => result.unchanged += 1,
            Some(Corrected::Promised { least }) => promised.push(Line { sku: &counted.sku, minimum: *least }),
            Some(Corrected::Unknown) | None => {
                checks.fail(format!("items[{index}].sku"), "unknown_sku", "is not a SKU of this shop");
            }
        }
    }
    checks.done()?;
    if promised.is_empty() {
        return Ok(result);
    }
    let detail = "More of these SKUs is promised to orders than the new numbers.";
    Err(Problem::new(StatusCode::CONFLICT, "stock_promised").detail(detail).with("lines", promised))
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct MovementsQuery {
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the stock movements of a SKU
///
/// The ledger, newest first. It only grows.
#[utoipa::path(
    get, path = "/inventory/{sku}/movements", operation_id = "list_stock_movements", tag = "inventory",
    params(("sku" = String, Path, description = "The variant's SKU"), MovementsQuery),
    security(("bearer" = [])),
    responses(
        (status = 200, body = Page<MovementView>),
        StaffOnly,
        Invalid,
    )
)]
async fn list_stock_movements(
    State(app): State<App>,
    caller: Caller,
    Path(sku): Path<String>,
    Query(query): Query<MovementsQuery>,
) -> Result<Json<Page<MovementView>>, Error> {
    caller.require(Permission::InventoryRead)?;
    check_sku(&sku)?;
    let limit = web::page::limit(query.limit)?;
    let before = query.cursor.as_deref().map(Cursor::read).transpose()?;
    levels::find(app.db.reader(), &sku).await?.ok_or(Error::NotFound)?;
    let rows = levels::movements(app.db.reader(), &sku, before, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, MovementView::from)))
}

async fn reserve_stock(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<ReserveStock>,
) -> Result<Json<StockReserved>, Error> {
    caller.require_service()?;
    check_reservation(&body)?;
    let wanted = model::demand_of(&body.items);
    let conflict = |code| Problem::new(StatusCode::CONFLICT, code);
    match reserve::reserve(&app.db, body.order_id, &wanted, body.expires_at, app.config.low_stock_at).await? {
        Outcome::Held { expires_at } => Ok(Json(StockReserved { order_id: body.order_id, expires_at })),
        Outcome::Short(lines) => {
            let problem = conflict("insufficient_stock").detail("Some of it is not in stock in that number.");
            Err(problem.with("lines", lines).into())
        }
        Outcome::Released => Err(conflict("reservation_released").detail("The order was cancelled.").into()),
        Outcome::Closed => Err(conflict("reservation_closed").detail("The order is paid; its goods are fixed.").into()),
    }
}

fn check_reservation(body: &ReserveStock) -> Result<(), Problem> {
    let mut checks = Checks::new();
    checks.range("items", &body.items.len(), &(1..=ORDER_LINES_MAX));
    for (index, line) in body.items.iter().enumerate().take(ORDER_LINES_MAX) {
        checks.text(&format!("items[{index}].sku"), &line.sku, 1..=SKU_MAX_LEN);
        checks.range(&format!("items[{index}].quantity"), &line.quantity, &(1..=QUANTITY_MAX));
    }
    let now = time::now();
    let ahead = body.expires_at > now && body.expires_at <= now + Duration::days(HOLD_MAX_DAYS);
    checks.require(ahead, "expires_at", "out_of_range", "must be ahead, and not by more than 31 days");
    checks.done()
}

/// A SKU that cannot be one names nothing.
fn check_sku(sku: &str) -> Result<(), Problem> {
    let possible = Checks::new().text("sku", sku, 1..=SKU_MAX_LEN).is_clean();
    if possible { Ok(()) } else { Err(Problem::not_found()) }
}

fn by_hand(user: &User, reason: &str) -> Because {
    Because::new(reason.trim(), &format!("user:{}", user.id), None)
}
