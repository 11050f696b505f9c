//! `/cart`: one cart for whoever asks, found by cookie, header or account.

use axum::{
    extract::{FromRequestParts, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use contracts::{ids::CartId, order::Item};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Caller, Json, Path, Problem, ProblemBody, answers::NotFound};

use crate::{
    App, Error,
    carts::{self, CartDrafts, CartView},
    change_cart::{self, Changed, Holder},
};

const COOKIE: &str = "rialto_cart";
const TOKEN_LEN_MAX: usize = 200;
const MINIMAL: &str = "return=minimal";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_cart, create_cart, update_cart, empty_cart))
        .routes(routes!(add_cart_item))
        .routes(routes!(set_cart_item, remove_cart_item))
        .routes(routes!(set_cart_coupon, remove_cart_coupon))
        .routes(routes!(merge_carts))
}

/// The guest's cart token: header `Cart-Token`, else the cookie.
pub struct CartToken(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for CartToken {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let header = parts.headers.get("cart-token").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let cookie = || CookieJar::from_headers(&parts.headers).get(COOKIE).map(|cookie| cookie.value().to_owned());
        let token = header.or_else(cookie).filter(|token| !token.is_empty() && token.len() <= TOKEN_LEN_MAX);
        Ok(Self(token))
    }
}

/// How much of the cart the caller wants to hear after changing a line (RFC 7240).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    /// The sums that changed: an answer whose cost does not grow with the cart.
    Minimal,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let values = parts.headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        let mut preferences = values.flat_map(|value| value.split(',')).map(str::trim);
        Ok(if preferences.any(|preference| preference == MINIMAL) { Self::Minimal } else { Self::All })
    }
}

/// What `Prefer: return=minimal` is answered with, under the names it has in `CartView`.
#[derive(Serialize)]
struct CartSums {
    id: CartId,
    #[serde(skip_serializing_if = "Option::is_none")]
    cart_token: Option<String>,
    item_count: u64,
    version: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"quantity": 3}))]
struct CartQuantity {
    #[schema(minimum = 1, maximum = 9999)]
    quantity: u32,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "WELCOME10"}))]
struct CartCoupon {
    code: String,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cart_token": "3q2-7w…"}))]
struct CartMerge {
    /// Absent: the token of the cookie or the header.
    #[serde(default)]
    cart_token: Option<String>,
}

/// An answer with a cart, which also gives a new guest the cookie.
fn answer(app: &App, status: StatusCode, view: CartView) -> Response {
    let token = view.cart_token.clone();
    with_cookie(app, token, (status, Json(view)).into_response())
}

/// The answer to the change of a line, as short as the caller wants it.
async fn answer_change(app: &App, changed: Changed, wanted: Wanted) -> Result<Response, Error> {
    let Changed { cart, token, item_count } = changed;
    if wanted == Wanted::All {
        let view = CartView { cart_token: token, ..carts::after_change(app, &cart).await? };
        return Ok(answer(app, StatusCode::OK, view));
    }
    let sums = CartSums { id: cart.id.into(), cart_token: token.clone(), item_count, version: cart.version };
    let applied = [("preference-applied", MINIMAL)];
    Ok(with_cookie(app, token, (applied, Json(sums)).into_response()))
}

/// Who asks, and the service where their cart stands.
fn at_home(app: App, caller: &Caller, token: Option<String>) -> (App, Holder) {
    let holder = Holder::new(caller, token);
    (holder.home(app), holder)
}

fn with_cookie(app: &App, token: Option<String>, mut response: Response) -> Response {
    if let Some(token) = token {
        let cookie = Cookie::build((COOKIE, token))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(app.config.secure_cookies)
            .build();
        let lasting = format!("{cookie}; Max-Age={}", u64::from(app.config.cart_kept_days) * 24 * 3600);
        if let Ok(value) = HeaderValue::from_str(&lasting) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// Read the cart
///
/// Lines are priced anew. `problems` tells what changed since the shopper last agreed. Without a cart: an empty one.
#[utoipa::path(
    get, path = "/cart", operation_id = "read_cart", tag = "carts",
    security((), ("bearer" = [])),
    responses(
        (status = 200, body = CartView),
    )
)]
async fn read_cart(State(app): State<App>, caller: Caller, token: CartToken) -> Result<Json<CartView>, Error> {
    let (app, holder) = at_home(app, &caller, token.0);
    Ok(Json(change_cart::read(&app, &holder).await?))
}

/// Create a cart
///
/// Answers with the existing one if there is one. A guest's new cart comes with `cart_token`.
#[utoipa::path(
    post, path = "/cart", operation_id = "create_cart", tag = "carts",
    security((), ("bearer" = [])),
    responses(
        (status = 201, body = CartView),
        (status = 200, description = "There was one already.", body = CartView),
    )
)]
async fn create_cart(State(app): State<App>, caller: Caller, token: CartToken) -> Result<Response, Error> {
    let (app, holder) = at_home(app, &caller, token.0);
    let opened = change_cart::find_or_create(&app, &holder).await?;
    let view = CartView { cart_token: opened.token, ..carts::show(&app, &opened.cart).await? };
    Ok(answer(&app, if opened.is_new { StatusCode::CREATED } else { StatusCode::OK }, view))
}

/// Keep what was typed at the checkout
///
/// Fields left out stay as they are, `null` clears them. `accept_changes` agrees to the prices last shown.
#[utoipa::path(
    put, path = "/cart", operation_id = "update_cart", tag = "carts",
    security((), ("bearer" = [])), request_body = CartDrafts,
    responses(
        (status = 200, body = CartView),
        (status = 409, description = "`conflict`", body = ProblemBody),
    )
)]
async fn update_cart(
    State(app): State<App>,
    caller: Caller,
    token: CartToken,
    Json(drafts): Json<CartDrafts>,
) -> Result<Response, Error> {
    let (app, holder) = at_home(app, &caller, token.0);
    let view = change_cart::draft(&app, &holder, drafts).await?;
    Ok(answer(&app, StatusCode::OK, view))
}

/// Remove everything from the cart
#[utoipa::path(
    delete, path = "/cart", operation_id = "empty_cart", tag = "carts",
    security((), ("bearer" = [])),
    responses(
        (status = 200, body = CartView),
        NotFound,
    )
)]
async fn empty_cart(State(app): State<App>, caller: Caller, token: CartToken) -> Result<Response, Error> {
    let (app, holder) = at_home(app, &caller, token.0);
    let changed = change_cart::remove(&app, &holder, None).await?;
    answer_change(&app, changed, Wanted::All).await
}

/// Put something into the cart
///
/// The same SKU adds to its line. Creates the cart if there is none. What is added is priced now; the other lines stand
/// as they were shown last.
#[utoipa::path(
    post, path = "/cart/items", operation_id = "add_cart_item", tag = "carts",
    params(("Prefer" = Option<String>, Header, description = "With `return=minimal`, the answer has only `id`, `cart_token`, `item_count` and `version`")),
    security((), ("bearer" = [])), request_body = Item,
    responses(
        (status = 200, body = CartView),
        (status = 409, description = "`conflict`", body = ProblemBody),
        (status = 422, description = "`invalid`: an unknown SKU, or too many pieces or lines", body = ProblemBody),
    )
)]
async fn add_cart_item(
    State(app): State<App>,
    caller: Caller,
    token: CartToken,
    wanted: Wanted,
    Json(item): Json<Item>,
) -> Result<Response, Error> {
    let (app, holder) = at_home(app, &caller, token.0);
    let changed = change_cart::add(&app, &holder, &item).await?;
    answer_change(&app, changed, wanted).await
}

/// Set the quantity of a line
#[utoipa::path(
    put, path = "/cart/items/{sku}", operation_id = "set_cart_item", tag = "carts",
    params(
        ("sku" = String, Path),
        ("Prefer" = Option<String>, Header, description = "With `return=minimal`, the answer has only `id`, `item_count` and `version`"),
    ),
    security((), ("bearer" = [])), request_body = CartQuantity,
    responses(
        (status = 200, body = CartView),
        (status = 409, description = "`conflict`", body = ProblemBody),
    )
)]
async fn set_cart_item(
    State(app): State<App>,
    caller: Caller,
    token: CartToken,
    wanted: Wanted,
    Path(sku): Path<String>,
    Json(body): Json<CartQuantity>,
) -> Result<Response, Error> {
    let (app, holder) = at_home(app, &caller, token.0);
    let changed = change_cart::set(&app, &holder, &sku, body.quantity).await?;
    answer_change(&app, changed, wanted).await
}

/// Remove a line
#[utoipa::path(
    delete, path = "/cart/items/{sku}", operation_id = "remove_cart_item", tag = "carts",
    params(
        ("sku" = String, Path),
        ("Prefer" = Option<String>, Header, description = "With `return=minimal`, the answer has only `id`, `item_count` and `version`"),
    ),
    security((), ("bearer" = [])),
    responses(
        (status = 200, body = CartView),
    )
)]
async fn remove_cart_item(
    State(app): State<App>,
    caller: Caller,
    token: CartToken,
    wanted: Wanted,
    Path(sku): Path<String>,
) -> Result<Response, Error> {
    // A name with NUL in it is none, and PostgreSQL would not even look for it.
    if sku.chars().any(char::is_control) {
        return Err(Error::NotFound);
    }
    let (app, holder) = at_home(app, &caller, token.0);
    let changed = change_cart::remove(&app, &holder, Some(&sku)).await?;
    answer_change(&app, changed, wanted).await
}

/// Set the coupon
#[utoipa::path(
    put, path = "/cart/coupon", operation_id = "set_cart_coupon", tag = "carts",
    security((), ("bearer" = [])), request_body = CartCoupon,
    responses(
        (status = 200, body = CartView),
        NotFound,
        (status = 422, description = "`invalid`, with `coupon_not_found` on the field", body = ProblemBody),
    )
)]
async fn set_cart_coupon(
    State(app): State<App>,
    caller: Caller,
    token: CartToken,
    Json(body): Json<CartCoupon>,
) -> Result<Json<CartView>, Error> {
    let (app, holder) = at_home(app, &caller, token.0);
    Ok(Json(change_cart::set_coupon(&app, &holder, Some(&body.code)).await?))
}

/// Remove the coupon
#[utoipa::path(
    delete, path = "/cart/coupon", operation_id = "remove_cart_coupon", tag = "carts",
    security((), ("bearer" = [])),
    responses(
        (status = 200, body = CartView),
        NotFound,
    )
)]
async fn remove_cart_coupon(State(app): State<App>, caller: Caller, token: CartToken) -> Result<Json<CartView>, Error> {
    let (app, holder) = at_home(app, &caller, token.0);
    Ok(Json(change_cart::set_coupon(&app, &holder, None).await?))
}

/// Bring a guest's cart along after signing in
///
/// Quantities add up, once. Any signed-in request that carries the guest's token does the same.
#[utoipa::path(
    post, path = "/cart/merge", operation_id = "merge_carts", tag = "carts",
    security(("bearer" = [])), request_body = CartMerge,
    responses(
        (status = 200, body = CartView),
        (status = 409, description = "`conflict`", body = ProblemBody),
    )
)]
async fn merge_carts(
    State(app): State<App>,
    caller: Caller,
    token: CartToken,
    Json(body): Json<CartMerge>,
) -> Result<Json<CartView>, Error> {
    caller.signed_in()?;
    let token = body.cart_token.or(token.0);
    if token.as_ref().is_some_and(|token| token.is_empty() || token.len() > TOKEN_LEN_MAX) {
        return Err(Problem::invalid_field("cart_token", "invalid", "is not a cart's token").into());
    }
    let (app, holder) = at_home(app, &caller, token);
    Ok(Json(change_cart::read(&app, &holder).await?))
}
