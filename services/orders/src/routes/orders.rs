//! `/orders`: placing, reading, moving along, cancelling, explaining, and finding again.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, State},
};
use chrono::{DateTime, Utc};
use contracts::{
    ids::OrderId,
    order::{FulfillmentStatus, OrderStatus, PaymentStatus},
    permissions::Permission,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{
    Caller, Checks, Cursor, IdempotencyKey, Json, Page, Path, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
    idempotency::Answer,
};

use super::{carts::CartToken, optional_body};
use crate::{
    App, Error,
    access::{listed_user, visible},
    cancel,
    change_cart::Holder,
    explain::{self, Explanation},
    list_orders::{self, List},
    lookup,
    move_order::By,
    note_order,
    place_order::{self, PlaceOrder, normal_email},
    resolve_problems, set_status,
    store::{
        self,
        orders::{Filter, Place, Search, Sort},
    },
    tokens,
    views::{self, OrderSummary, OrderView},
};

/// An order is this large at most: a thousand lines with long names.
const ORDER_MAX_BYTES: usize = 256 * 1024;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_orders, place_order))
        .layer(DefaultBodyLimit::max(ORDER_MAX_BYTES))
        .routes(routes!(look_up_order))
        .routes(routes!(read_order))
        .routes(routes!(explain_order))
        .routes(routes!(set_order_status))
        .routes(routes!(cancel_order))
        .routes(routes!(resolve_order_problems))
        .routes(routes!(note_order))
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OrdersQuery {
    /// The beginning of a number or of an e-mail address, a SKU, or a tracking number.
    q: Option<String>,
    status: Option<OrderStatus>,
    payment_status: Option<PaymentStatus>,
    fulfillment_status: Option<FulfillmentStatus>,
    /// Staff only: with something to look at that nobody has settled, or without.
    problems: Option<bool>,
    /// Staff only: of others there is nothing to find.
    email: Option<String>,
    /// `R-4F7K-2M9D`, in any spelling.
    number: Option<String>,
    /// Orders with this SKU.
    sku: Option<String>,
    /// Staff only: one user's orders.
    user_id: Option<Uuid>,
    /// Placed at or after.
    from: Option<DateTime<Utc>>,
    /// Placed before.
    to: Option<DateTime<Utc>>,
    /// `-created_at` if absent.
    #[param(inline)]
    sort: Option<Sort>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "shipped", "reason": "picked up at the counter"}))]
struct StatusChange {
    status: OrderStatus,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "ordered twice"}))]
struct Cancellation {
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "called the buyer, who sent the second payment by mistake"}))]
struct Settlement {
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"number": "R-4F7K-2M9D", "email": "ada@example.org"}))]
struct OrderLookup {
    number: String,
    email: String,
}

/// Place an order
///
/// From a cart or from items. Prices, tax and delivery are the shop's to calculate. Stock is reserved until
/// `expires_at`; the order then waits to be paid. A cart becomes one order for ever: a repeat answers with it.
#[utoipa::path(
    post, path = "/orders", operation_id = "place_order", tag = "orders",
    params(("Idempotency-Key" = Option<String>, Header)),
    security((), ("bearer" = [])), request_body = PlaceOrder,
    responses(
        (status = 201, body = OrderView),
        (status = 400, description = "`malformed_json`, `wrong_type`, `invalid_idempotency_key`", body = ProblemBody),
        (status = 404, description = "`not_found`: the cart is not yours", body = ProblemBody),
        (status = 409, description = "`insufficient_stock` with `lines`, `cart_has_problems` with `problems`, `total_changed` with `total`, `conflict`", body = ProblemBody),
        (status = 422, description = "`invalid`, `quote_invalid`, `amount_out_of_range`, `idempotency_key_reused`", body = ProblemBody),
    )
)]
async fn place_order(
    State(app): State<App>,
    caller: Caller,
    token: CartToken,
    key: IdempotencyKey,
    headers: HeaderMap,
    Json(mut body): Json<PlaceOrder>,
) -> Result<Answer, Error> {
    body.locale = body.locale.or_else(|| preferred_language(&headers));
    let holder = Holder::new(&caller, token.0);
    let app = place_order::home(app, &holder, &body);
    place_order::place(&app, &caller, &holder, key, body).await
}

/// The first language the browser asks for.
fn preferred_language(headers: &HeaderMap) -> Option<String> {
    let asked = headers.get(http::header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let first = asked.split([',', ';']).next()?.trim();
    let plain =
        first.len() >= 2 && first.len() <= 35 && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    plain.then(|| first.to_owned())
}

/// List orders
///
/// One's own; with `orders:read`, everyone's. Newest first unless `sort` says otherwise.
#[utoipa::path(
    get, path = "/orders", operation_id = "list_orders", tag = "orders",
    params(OrdersQuery), security(("bearer" = [])),
    responses(
        (status = 200, body = Page<OrderSummary>),
        Invalid,
    )
)]
async fn list_orders(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<OrdersQuery>,
) -> Result<Json<Page<OrderSummary>>, Error> {
    let own = listed_user(&caller)?;
    let limit = web::page::limit(query.limit)?;
    let sort = query.sort.unwrap_or_default();
    let after = query.cursor.as_deref().map(|cursor| place(sort, cursor)).transpose()?;
    let filter = filter(own, query)?;
    Ok(Json(list_orders::list(&app, own.map(Into::into), &List { filter, sort, after, limit }).await?))
}

/// A cursor of another order of the list says nothing in this one.
fn place(sort: Sort, cursor: &str) -> Result<Place, web::Problem> {
    match sort {
        Sort::Newest | Sort::Oldest => Cursor::read(cursor).map(|(at, id)| Place::Placed(at, id)),
        Sort::Dearest | Sort::Cheapest => Cursor::read(cursor).map(|(total, id)| Place::Total(total, id)),
    }
}

fn filter(own: Option<Uuid>, query: OrdersQuery) -> Result<Filter, Error> {
    let mut checks = Checks::new();
    for (field, text) in [("q", &query.q), ("email", &query.email), ("number", &query.number), ("sku", &query.sku)] {
        checks.text(field, text.as_deref().unwrap_or_default(), 0..=254);
    }
    checks.done()?;
    Ok(Filter {
        user: own.or(query.user_id),
        search: query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()).map(search),
        status: query.status,
        payment_status: query.payment_status,
        fulfillment_status: query.fulfillment_status,
        // What is wrong with an order is not for its buyer to find out.
        problems: query.problems.filter(|_| own.is_none()),
        email: query.email.as_deref().map(normal_email),
        number: query.number.as_deref().map(tokens::read_order_number),
        sku: query.sku,
        from: query.from,
        to: query.to,
    })
}

fn search(q: &str) -> Search {
    Search { text: q.to_owned(), email: normal_email(q), number: tokens::begun_order_number(q) }
}

/// Ask for a link to an order
///
/// If there is an order with this number and address, its link is mailed there. The answer does not tell.
#[utoipa::path(
    post, path = "/orders/lookup", operation_id = "look_up_order", tag = "orders",
    request_body = OrderLookup,
    responses(
        (status = 202, description = "A mail is on its way if there is such an order."),
    )
)]
async fn look_up_order(State(app): State<App>, Json(body): Json<OrderLookup>) -> Result<StatusCode, Error> {
    lookup::look_up(&app, &body.number, &body.email).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Read an order
///
/// For its owner, by account or by `Order-Token`, and for staff.
#[utoipa::path(
    get, path = "/orders/{id}", operation_id = "read_order", tag = "orders",
    params(("id" = OrderId, Path), ("Order-Token" = Option<String>, Header, description = "A guest's `guest_token`; also as `?token=`")),
    security((), ("bearer" = [])),
    responses(
        (status = 200, body = OrderView),
    )
)]
async fn read_order(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>) -> Result<Json<OrderView>, Error> {
    let app = app.holding(id);
    let order = visible(&app, &caller, id, Permission::OrdersRead).await?;
    Ok(Json(views::show(app.db.reader(), &order, caller.can(Permission::OrdersRead)).await?))
}

/// Explain an order's numbers
///
/// Every amount in plain steps, from the prices, rates and discounts that were stored with the order.
#[utoipa::path(
    get, path = "/orders/{id}/explain", operation_id = "explain_order", tag = "orders",
    params(("id" = OrderId, Path)), security((), ("bearer" = [])),
    responses(
        (status = 200, body = Explanation),
    )
)]
async fn explain_order(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
) -> Result<Json<Explanation>, Error> {
    let app = app.holding(id);
    let order = visible(&app, &caller, id, Permission::OrdersRead).await?;
    let lines = store::orders::lines(app.db.reader(), order.id).await?;
    Ok(Json(explain::explain(&order, &lines)?))
}

/// Set an order's status
///
/// Only along its life; 409 names the statuses that may follow. Nothing is shipped unpaid.
#[utoipa::path(
    put, path = "/orders/{id}/status", operation_id = "set_order_status", tag = "orders",
    params(("id" = OrderId, Path)), security(("bearer" = [])), request_body = StatusChange,
    responses(
        (status = 200, body = OrderView),
        StaffOnly,
        (status = 409, description = "`wrong_status` with `allowed`, `conflict`", body = ProblemBody),
    )
)]
async fn set_order_status(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
    Json(body): Json<StatusChange>,
) -> Result<Json<OrderView>, Error> {
    let app = app.holding(id);
    caller.require(Permission::OrdersWrite)?;
    Checks::new().text("reason", body.reason.as_deref().unwrap_or_default(), 0..=500).done()?;
    Ok(Json(set_status::set_status(&app, id, body.status, &By::caller(&caller, body.reason)).await?))
}

/// Cancel an order
///
/// Before anything of it is shipped. Its stock is released; what was paid goes back.
#[utoipa::path(
    post, path = "/orders/{id}/cancel", operation_id = "cancel_order", tag = "orders",
    params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header)),
    security((), ("bearer" = [])), request_body(content = Cancellation, description = "May be left out."),
    responses(
        (status = 200, body = OrderView),
        (status = 409, description = "`wrong_status`, `conflict`", body = ProblemBody),
        (status = 422, description = "`invalid`, `idempotency_key_reused`", body = ProblemBody),
    )
)]
async fn cancel_order(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
    key: IdempotencyKey,
    body: Bytes,
) -> Result<Answer, Error> {
    let app = app.holding(id);
    let body: Cancellation = optional_body(&body)?;
    Checks::new().text("reason", body.reason.as_deref().unwrap_or_default(), 0..=500).done()?;
    let request = key.request(&caller, &format!("POST /orders/{id}/cancel"), &body).map(short_scope);
    cancel::cancel(&app, &caller, id, body.reason, request).await
}

/// Settle an order's problems
///
/// Staff say that they have looked at all of `problems`. They stay with the order, with the time at which they were
/// settled; the reason goes into its history.
#[utoipa::path(
    post, path = "/orders/{id}/problems/resolve", operation_id = "resolve_order_problems", tag = "orders",
    params(("id" = OrderId, Path)), security(("bearer" = [])),
    request_body(content = Settlement, description = "May be left out."),
    responses(
        (status = 200, body = OrderView),
        StaffOnly,
        (status = 409, description = "`conflict`", body = ProblemBody),
    )
)]
async fn resolve_order_problems(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
    body: Bytes,
) -> Result<Json<OrderView>, Error> {
    let app = app.holding(id);
    caller.require(Permission::OrdersWrite)?;
    let body: Settlement = optional_body(&body)?;
    Checks::new().text("reason", body.reason.as_deref().unwrap_or_default(), 0..=500).done()?;
    Ok(Json(resolve_problems::resolve(&app, id, By::caller(&caller, body.reason)).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "The buyer called: leave it with the neighbour."}))]
struct OrderNote {
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
}

/// Write a note
///
/// For other members of staff: it stands in the history as `note`, which the buyer does not see.
#[utoipa::path(
    post, path = "/orders/{id}/notes", operation_id = "note_order", tag = "orders",
    params(("id" = OrderId, Path)), security(("bearer" = [])), request_body = OrderNote,
    responses(
        (status = 201, body = OrderView),
        StaffOnly,
    )
)]
async fn note_order(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
    Json(body): Json<OrderNote>,
) -> Result<(StatusCode, Json<OrderView>), Error> {
    let app = app.holding(id);
    caller.require(Permission::OrdersWrite)?;
    Checks::new().text("text", &body.text, 1..=2000).done()?;
    let view = note_order::note(&app, id, By::caller(&caller, Some(body.text))).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// A guest's scope names the order token, which must not be kept.
pub fn short_scope(mut request: db::idempotency::Request) -> db::idempotency::Request {
    request.scope = tokens::hash(&request.scope);
    request
}
