//! Products: the list with its facets, suggestions, one product, and writing them.

use std::collections::HashMap;

use axum::{
    body::{Body, Bytes},
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use contracts::{ids::ProductId, permissions::Permission};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{
    Caller, IdempotencyKey, Json, Lasting, Path, Problem, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
    idempotency::{Answer, replay},
};

use crate::{
    App, Error,
    entity::product,
    index::{View, words::Audience},
    inventory, items,
    listing::{self, ProductPage},
    model::{Document, Status, input::ProductInput, rating::Stars},
    store::{self, products, reviews},
    suggest::{self, Suggestions},
    view::{ProductView, Stock},
    write_product::{self, Created, Target, Written},
};

const SUGGESTIONS: usize = 6;
const SUGGESTIONS_MAX: usize = 20;
/// Queries longer than this are answered, but not kept.
const KEPT_QUERY_MAX_LEN: usize = 1024;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_products, create_product))
        .routes(routes!(suggest_products))
        .routes(routes!(get_product, update_product, delete_product))
}

/// Which products, for the documentation: `listing::read` reads it, `attr.*` included.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what listing::read takes")]
pub struct Chosen {
    /// What to search for; slips of the finger are forgiven. An exact SKU or barcode finds its product.
    q: Option<String>,
    /// Slug or id; those below are included. May be repeated: any of them.
    category: Option<Vec<String>>,
    /// May be repeated: any of them.
    tag: Option<Vec<String>>,
    /// May be repeated: any of them.
    vendor: Option<Vec<String>>,
    /// In minor units.
    #[param(minimum = 0)]
    min_price: Option<i64>,
    /// In minor units.
    #[param(minimum = 0)]
    max_price: Option<i64>,
    /// Only what can be had, or only what cannot.
    in_stock: Option<bool>,
    /// Least mean rating in stars.
    #[param(minimum = 0, maximum = 5)]
    rating: Option<f64>,
    /// `attr.NAME=VALUE`. May be repeated: any value of one attribute, all attributes.
    #[param(rename = "attr.NAME")]
    attribute: Option<Vec<String>>,
    #[param(inline)]
    sort: Option<crate::index::find::Sort>,
    /// `any`, `draft`, `published` or `archived`; all but `published` need `catalog:read`.
    status: Option<String>,
}

/// Which part of a list, likewise.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what listing::read takes")]
struct Part {
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List and search products
///
/// Values of one filter are alternatives, filters restrict each other. The counts of a facet leave its own filter out.
#[utoipa::path(
    get, path = "/products", operation_id = "list_products", tag = "products", params(Chosen, Part),
    security((), ("bearer" = [])),
    responses(
        (status = 200, body = ProductPage),
        StaffOnly,
        Invalid,
    )
)]
async fn list_products(State(app): State<App>, caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let query = query.unwrap_or_default();
    let view = app.index.view();
    // Pages for staff are never kept, so what is found here is for everyone.
    if let Some(page) = app.items.page(view.generation, &query).await {
        return Ok(kept_page(&app, &view, page));
    }
    let listing = listing::read(&query, &caller, &view.tree)?;
    let audience = listing.audience;
    let answer = listing::run_aside(view.clone(), listing).await?;
    if audience == Audience::Staff {
        return Ok(Json(staff_page(&app, &view, answer).await?).into_response());
    }
    let page = shopper_page(&app, &view, answer).await?;
    // Staff who name a status get more than is in this page.
    if query.len() <= KEPT_QUERY_MAX_LEN && !query.contains("status=") {
        app.items.keep_page(view.generation, query, page.clone()).await;
        return Ok(kept_page(&app, &view, page));
    }
    Ok(json(page))
}

/// A page that everyone without a token gets until the index changes.
fn kept_page(app: &App, view: &View, page: Bytes) -> Response {
    let mut response = json(page);
    let (index, generation) = (app.index.clone(), view.generation);
    Lasting::mark(&mut response, index.state(view), move || index.is_at(generation));
    response
}

fn json(body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The page as bytes, made of items that are JSON already.
async fn shopper_page(app: &App, view: &View, answer: listing::Answer) -> Result<Bytes, Error> {
    let items = items::ready(app, view, &answer.rows).await?.join(&b","[..]);
    let facets = serde_json::to_string(&answer.facets)?;
    let next = serde_json::to_string(&answer.next_cursor)?;
    let correction = match &answer.correction {
        Some(correction) => format!(r#""correction":{},"#, serde_json::to_string(correction)?),
        None => String::new(),
    };
    let rest = format!(r#"],"total":{},"facets":{facets},{correction}"next_cursor":{next}}}"#, answer.total);
    Ok([br#"{"items":["#, items.as_slice(), rest.as_bytes()].concat().into())
}

async fn staff_page(app: &App, view: &View, answer: listing::Answer) -> Result<ProductPage, Error> {
    let names: Vec<_> = answer.rows.iter().map(|row| row.entry.name()).collect();
    let documents = items::documents(app, &names).await?;
    let skus: Vec<String> = documents.values().flat_map(|document| document.skus()).collect();
    let available = inventory::available(app.db.reader(), &skus).await?;
    let stock = Stock::Pieces { available: &available, low_at: app.config.low_stock_at };
    let views = answer.rows.iter().filter_map(|row| {
        let document = documents.get(&row.entry.id)?;
        Some(ProductView::new(document, &view.tree, row.entry.stars, stock))
    });
    Ok(ProductPage {
        items: views.collect(),
        total: answer.total,
        facets: answer.facets,
        correction: answer.correction,
        next_cursor: answer.next_cursor,
    })
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SuggestQuery {
    /// What was typed so far.
    #[param(max_length = 200)]
    q: String,
    /// Products at most, 1 to 20; 6 if absent.
    #[param(minimum = 1, maximum = 20)]
    limit: Option<usize>,
}

/// Suggest while typing
///
/// Products with picture and price, categories, and queries to go on with. Slips of the finger are forgiven.
#[utoipa::path(
    get, path = "/products/suggest", operation_id = "suggest_products", tag = "products", params(SuggestQuery),
    responses(
        (status = 200, body = Suggestions),
        Invalid,
    )
)]
async fn suggest_products(
    State(app): State<App>,
    Query(query): Query<SuggestQuery>,
) -> Result<Json<Suggestions>, Error> {
    let limit = query.limit.unwrap_or(SUGGESTIONS);
    let mut checks = web::Checks::new();
    checks.text("q", &query.q, 0..=200).range("limit", &limit, &(1..=SUGGESTIONS_MAX)).done()?;
    Ok(Json(suggest::suggest(&app, query.q, limit).await?))
}

/// Get a product
///
/// By id or slug. A slug it had before answers 301.
#[utoipa::path(
    get, path = "/products/{id}", operation_id = "get_product", tag = "products",
    params(("id" = String, Path, description = "Id or slug")),
    security((), ("bearer" = [])),
    responses(
        (status = 200, body = ProductView, headers(("ETag" = String, description = "For `If-Match`"))),
        (status = 301, description = "It has another slug now", headers(("Location" = String))),
        (
            status = 410, description = "`gone`: it was sold once; `category` is the slug of the category it was in",
            body = ProblemBody
        ),
    )
)]
async fn get_product(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Result<Response, Error> {
    let staff = caller.can(Permission::CatalogRead);
    if !staff && let Some(answer) = from_index(&app, &name).await? {
        return Ok(answer);
    }
    let head = match visible(&app, &name, staff).await? {
        Seen::Here(head) => head,
        Seen::Moved(slug) => return Ok(moved(&slug)),
    };
    let document = items::document(&app, head.name()).await?;
    let mut view = full_view(&app, &document, &head).await?;
    if !staff {
        view.metadata = None;
        view.variants.iter_mut().for_each(|variant| variant.available = None);
    }
    Ok((tagged(head.version), Json(view)).into_response())
}

/// The product as shoppers see it, if the index knows all that the database does. Whatever is not found this way is
/// looked for in the database.
async fn from_index(app: &App, name: &str) -> Result<Option<Response>, Error> {
    let Some(view) = app.index.current() else { return Ok(None) };
    let row = view.shelf.find(name).filter(|row| row.entry.status == Status::Published);
    let Some(row) = row else { return Ok(None) };
    let item = items::ready(app, &view, std::slice::from_ref(row)).await?.pop();
    Ok(item.map(|item| {
        let mut response = (tagged(row.entry.version), json(item)).into_response();
        let (index, generation) = (app.index.clone(), view.generation);
        Lasting::mark(&mut response, index.state(&view), move || index.is_current() && index.is_at(generation));
        response
    }))
}

enum Seen {
    Here(product::Model),
    /// Under another slug.
    Moved(String),
}

/// The product of a name, if the caller may see it. Not yet published and never there look the same; what was sold
/// once is said to be gone.
async fn visible(app: &App, name: &str, staff: bool) -> Result<Seen, Error> {
    let reader = app.db.reader();
    let may_see = |head: &product::Model| staff || head.status() == Status::Published;
    let found = match name.parse::<ProductId>() {
        Ok(id) => products::find(reader, id).await?,
        Err(_) => products::find_by_slug(reader, name).await?,
    };
    if let Some(head) = found {
        return if may_see(&head) { Ok(Seen::Here(head)) } else { Err(unseen(app, &head).await?) };
    }
    match products::find_by_old_slug(reader, name).await? {
        Some(head) if may_see(&head) => Ok(Seen::Moved(head.slug)),
        Some(head) => Err(unseen(app, &head).await?),
        None => Err(Error::NotFound),
    }
}

/// The product of a name, as shoppers see it.
pub async fn published(app: &App, name: &str) -> Result<product::Model, Error> {
    match visible(app, name, false).await? {
        Seen::Here(head) => Ok(head),
        Seen::Moved(slug) => products::find_by_slug(app.db.reader(), &slug).await?.ok_or(Error::NotFound),
    }
}

/// What shoppers are told of a product that they may not see.
async fn unseen(app: &App, head: &product::Model) -> Result<Error, Error> {
    if head.status() != Status::Archived || !head.was_published {
        return Ok(Error::NotFound);
    }
    let document = items::document(app, head.name()).await?;
    let tree = store::categories::tree(app.db.reader()).await?;
    let category = document.categories.iter().find_map(|id| tree.get(*id)).map(|row| row.slug.clone());
    Ok(Error::Gone { category })
}

fn moved(slug: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, format!("/products/{slug}"))]).into_response()
}

fn tagged(version: Uuid) -> [(header::HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

async fn full_view(app: &App, document: &Document, head: &product::Model) -> Result<ProductView, Error> {
    let reader = app.db.reader();
    let id = head.product_id();
    let stars = reviews::stars(reader, &[id]).await?.get(&id).copied().unwrap_or_default();
    let available = inventory::available(reader, &document.skus()).await?;
    let tree = store::categories::tree(reader).await?;
    let stock = Stock::Pieces { available: &available, low_at: app.config.low_stock_at };
    Ok(ProductView::new(document, &tree, stars, stock))
}

/// Create a product
///
/// Stock records, price history and the slug are made with it.
#[utoipa::path(
    post, path = "/products", operation_id = "create_product", tag = "products", request_body = ProductInput,
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeats with the same key get the first answer")),
    security(("bearer" = [])),
    responses(
        (status = 201, body = ProductView),
        StaffOnly,
        (status = 409, description = "`slug_taken`, `sku_taken`, `request_in_flight`", body = ProblemBody),
        (status = 422, description = "`invalid`, `idempotency_key_reused`", body = ProblemBody),
    )
)]
async fn create_product(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    Json(input): Json<ProductInput>,
) -> Result<Response, Error> {
    caller.require(Permission::CatalogWrite)?;
    let request = key.request(&caller, "POST /products", &input);
    let tree = store::categories::tree(app.db.reader()).await?;
    let stated = input.variants.iter().map(|variant| (variant.sku.trim().to_owned(), variant.stock.unwrap_or(0)));
    let stated: HashMap<String, u32> = stated.collect();
    let stock = Stock::Pieces { available: &stated, low_at: app.config.low_stock_at };
    let view = |written: &Written| ProductView::new(&written.document, &tree, Stars::default(), stock);
    let body = |written: &Written| serde_json::to_value(view(written)).unwrap_or_default();
    match write_product::create_once(&app, input, request, |written| (201, body(written))).await? {
        Created::Now(written) => {
            let location = (header::LOCATION, format!("/products/{}", written.document.slug));
            let answer = Answer { status: StatusCode::CREATED, body: body(&written), replayed: false };
            Ok((tagged(written.document.version), [location], answer).into_response())
        }
        Created::Before(begun) => Ok(replay(begun)?.ok_or(Error::Stale)?.into_response()),
    }
}

/// Replace a product
///
/// All of it: what is left out is emptied, and variants left out are no longer sold. Stock is only changed where it is
/// stated. With `If-Match`, only if nobody wrote since.
#[utoipa::path(
    put, path = "/products/{id}", operation_id = "update_product", tag = "products", request_body = ProductInput,
    params(
        ("id" = String, Path, description = "Id or slug"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was read"),
    ),
    security(("bearer" = [])),
    responses(
        (status = 200, body = ProductView),
        StaffOnly,
        (status = 409, description = "`slug_taken`, `sku_taken`", body = ProblemBody),
        (status = 412, description = "`stale`", body = ProblemBody),
    )
)]
async fn update_product(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(input): Json<ProductInput>,
) -> Result<Response, Error> {
    caller.require(Permission::CatalogWrite)?;
    let head = for_staff(&app, &name).await?;
    let only_from = if_match(&headers)?;
    let written = write_product::write_product(&app, Target::Existing(head.product_id()), input, only_from).await?;
    let head = products::find(app.db.reader(), written.document.id).await?.ok_or(Error::NotFound)?;
    let view = full_view(&app, &written.document, &head).await?;
    Ok((tagged(written.document.version), Json(view)).into_response())
}

/// Withdraw a product
///
/// It is archived: gone for shoppers, kept for staff and for the orders that name it.
#[utoipa::path(
    delete, path = "/products/{id}", operation_id = "delete_product", tag = "products",
    params(
        ("id" = String, Path, description = "Id or slug"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was read"),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204),
        StaffOnly,
        (status = 412, description = "`stale`", body = ProblemBody),
    )
)]
async fn delete_product(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    caller.require(Permission::CatalogWrite)?;
    let head = for_staff(&app, &name).await?;
    write_product::archive_product(&app, &head, if_match(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The product of an id, or of a slug it has or had.
async fn for_staff(app: &App, name: &str) -> Result<product::Model, Error> {
    match visible(app, name, true).await? {
        Seen::Here(head) => Ok(head),
        Seen::Moved(slug) => products::find_by_slug(app.db.reader(), &slug).await?.ok_or(Error::NotFound),
    }
}

/// The version named by `If-Match`. A tag that none of ours looks like matches nothing.
fn if_match(headers: &HeaderMap) -> Result<Option<Uuid>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let tag = value.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    let tag = tag.trim_start_matches("W/").trim_matches('"');
    tag.parse().map(Some).map_err(|_| Error::Stale.problem())
}
