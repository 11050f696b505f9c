//! Reviews: what everyone reads, what customers write, what moderators decide.

use std::collections::HashMap;

use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{
    ids::{ProductId, ReviewId},
    permissions::Permission,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{
    Caller, Checks, Cursor, Json, Page, Path, Problem, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
};

use crate::{
    App, Error,
    entity::{product, review},
    items,
    model::{
        Status,
        rating::Rating,
        review::{ReviewFact, ReviewStatus},
    },
    store::{
        products,
        reviews::{self, Place, ReviewSort, Wanted},
    },
    write_review::{self, ReviewInput},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_product_reviews, create_review))
        .routes(routes!(list_reviews))
        .routes(routes!(update_review, delete_review))
        .routes(routes!(mark_review_helpful, unmark_review_helpful))
}

/// A review.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "product_id": "0192f0c1-0000-7c4d-8e5f-60718293a4b5",
    "author": "Ines M.", "rating": 5, "title": "My new favourite", "body": "The handle fits all my fingers.",
    "status": "approved", "verified_purchase": true, "helpful": 3, "reply": null, "language": "en",
    "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:00:00Z"
}))]
pub struct ReviewView {
    pub id: ReviewId,
    pub product_id: ProductId,
    pub author: String,
    pub rating: i32,
    pub title: String,
    pub body: String,
    /// BCP 47, where it is known.
    pub language: Option<String>,
    pub status: ReviewStatus,
    /// The author was delivered the product.
    pub verified_purchase: bool,
    /// How many people said that it helped them.
    pub helpful: i32,
    /// What the merchant answered.
    pub reply: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<review::Model> for ReviewView {
    fn from(row: review::Model) -> Self {
        Self {
            id: row.id.into(),
            product_id: row.product_id.into(),
            status: row.status(),
            author: row.author,
            rating: row.rating,
            title: row.title,
            body: row.body,
            language: row.language,
            verified_purchase: row.verified_purchase,
            helpful: row.helpful,
            reply: row.reply,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A page of a product's reviews.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewPage {
    pub items: Vec<ReviewView>,
    /// How many there are on all pages.
    pub total: u64,
    /// Of all approved reviews, whatever is filtered.
    pub rating: Rating,
    /// The caller's own review, whatever its status.
    pub mine: Option<ReviewView>,
    pub next_cursor: Option<String>,
}

/// A review as a moderator sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModeratedReview {
    #[serde(flatten)]
    pub review: ReviewView,
    pub product_slug: String,
    pub product_title: String,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// A page of reviews to moderate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModeratedPage {
    pub items: Vec<ModeratedReview>,
    /// Pass it as `cursor` to get the next page; absent on the last one.
    pub next_cursor: Option<String>,
    /// How many there are on all pages.
    pub total: u64,
    pub counts: ReviewCounts,
}

/// How many reviews stand at each status, of the product asked for or of all.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(example = json!({"pending": 3, "approved": 148, "rejected": 2}))]
pub struct ReviewCounts {
    pub pending: u64,
    pub approved: u64,
    pub rejected: u64,
}

/// The author changes `rating`, `title` and `body`; a moderator `status`, with a `reason` for a rejection, and `reply`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "approved"}))]
pub struct ReviewChange {
    #[serde(default)]
    #[schema(minimum = 1, maximum = 5)]
    pub rating: Option<i32>,
    #[serde(default)]
    #[schema(max_length = 150)]
    pub title: Option<String>,
    #[serde(default)]
    #[schema(max_length = 5000)]
    pub body: Option<String>,
    /// `approved` or `rejected`.
    #[serde(default)]
    pub status: Option<ReviewStatus>,
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reply: Option<String>,
    /// Why it is rejected; for moderators only.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ProductReviewsQuery {
    /// Only those with so many stars.
    #[param(minimum = 1, maximum = 5)]
    rating: Option<i32>,
    #[serde(default)]
    #[param(inline)]
    sort: ReviewSort,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ReviewsQuery {
    status: Option<ReviewStatus>,
    product_id: Option<ProductId>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A product that shoppers see, by id or slug.
async fn published(app: &App, name: &str) -> Result<product::Model, Error> {
    let reader = app.db.reader();
    let head = match name.parse::<ProductId>() {
        Ok(id) => products::find(reader, id).await?,
        Err(_) => products::find_by_slug(reader, name).await?,
    };
    head.filter(|head| head.status() == Status::Published).ok_or(Error::NotFound)
}

/// List a product's reviews
///
/// Approved ones, with the histogram of all. A signed-in customer's own review comes along, whatever its status.
#[utoipa::path(
    get, path = "/products/{id}/reviews", operation_id = "list_product_reviews", tag = "reviews",
    params(("id" = String, Path, description = "Id or slug of the product"), ProductReviewsQuery),
    security((), ("bearer" = [])),
    responses(
        (status = 200, body = ReviewPage),
        Invalid,
    )
)]
async fn list_product_reviews(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Query(query): Query<ProductReviewsQuery>,
) -> Result<Json<ReviewPage>, Error> {
    let limit = web::page::limit(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::read::<Place>).transpose()?;
    Checks::new().range("rating", &query.rating.unwrap_or(1), &(1..=5)).done()?;
    let id = published(&app, &name).await?.product_id();
    let (sort, status) = (query.sort, Some(ReviewStatus::Approved));
    let wanted = Wanted { product: Some(id), status, rating: query.rating, sort };
    let reader = app.db.reader();
    let rows = reviews::list(reader, &wanted, after, limit).await?;
    let page = Page::of(rows, limit, |row| Place::of(row, sort), ReviewView::from);
    let mine = match caller.user() {
        Some(user) => reviews::find_of(reader, id, user.id).await?.map(ReviewView::from),
        None => None,
    };
    let total = reviews::count(reader, &wanted).await?;
    let rating = reviews::stars(reader, &[id]).await?.get(&id).copied().unwrap_or_default().into();
    Ok(Json(ReviewPage { items: page.items, total, rating, mine, next_cursor: page.next_cursor }))
}

/// Review a product
///
/// One review for each customer and product. It is shown once a moderator approved it.
#[utoipa::path(
    post, path = "/products/{id}/reviews", operation_id = "create_review", tag = "reviews", request_body = ReviewInput,
    params(("id" = String, Path, description = "Id or slug of the product")),
    security(("bearer" = [])),
    responses(
        (status = 201, body = ReviewView),
        (status = 409, description = "`review_exists`", body = ProblemBody),
    )
)]
async fn create_review(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Json(input): Json<ReviewInput>,
) -> Result<(StatusCode, Json<ReviewView>), Error> {
    let user = caller.signed_in()?.id;
    let product = published(&app, &name).await?.product_id();
    let row = write_review::post(&app, product, user, input).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// List reviews to moderate
///
/// Oldest first when they wait, else newest first.
#[utoipa::path(
    get, path = "/reviews", operation_id = "list_reviews", tag = "reviews", params(ReviewsQuery),
    security(("bearer" = [])),
    responses(
        (status = 200, body = ModeratedPage),
        StaffOnly,
        Invalid,
    )
)]
async fn list_reviews(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ReviewsQuery>,
) -> Result<Json<ModeratedPage>, Error> {
    caller.require(Permission::ReviewsModerate)?;
    let limit = web::page::limit(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::read::<Place>).transpose()?;
    let sort = if query.status == Some(ReviewStatus::Pending) { ReviewSort::Oldest } else { ReviewSort::Newest };
    let wanted = Wanted { product: query.product_id, status: query.status, rating: None, sort };
    let rows = reviews::list(app.db.reader(), &wanted, after, limit).await?;
    let ids = rows.iter().map(|row| row.product_id).collect();
    let heads = products::find_many(app.db.reader(), ids).await?;
    let names: Vec<_> = heads.iter().map(|head| head.name()).collect();
    let documents = items::documents(&app, &names).await?;
    let view = |row: review::Model| {
        let document = documents.get(&row.product_id.into());
        ModeratedReview {
            product_slug: document.map(|document| document.slug.clone()).unwrap_or_default(),
            product_title: document.map(|document| document.title.clone()).unwrap_or_default(),
            reason: row.reason.clone(),
            review: row.into(),
        }
    };
    let total = reviews::count(app.db.reader(), &wanted).await?;
    let counts = counts(&reviews::count_by_status(app.db.reader(), query.product_id).await?);
    let Page { items, next_cursor } = Page::of(rows, limit, |row| Place::of(row, sort), view);
    Ok(Json(ModeratedPage { items, next_cursor, total, counts }))
}

fn counts(by_status: &HashMap<String, u64>) -> ReviewCounts {
    let of = |status: ReviewStatus| by_status.get(status.word()).copied().unwrap_or(0);
    ReviewCounts {
        pending: of(ReviewStatus::Pending),
        approved: of(ReviewStatus::Approved),
        rejected: of(ReviewStatus::Rejected),
    }
}

/// Change or moderate a review
///
/// A change by its author makes it wait for a moderator again.
#[utoipa::path(
    put, path = "/reviews/{id}", operation_id = "update_review", tag = "reviews", request_body = ReviewChange,
    params(("id" = ReviewId, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = ReviewView),
        (status = 403, description = "`forbidden`: only moderators set `status` and `reply`", body = ProblemBody),
    )
)]
async fn update_review(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReviewId>,
    Json(change): Json<ReviewChange>,
) -> Result<Json<ReviewView>, Error> {
    let user = caller.signed_in()?.id;
    if change.status.is_some() || change.reply.is_some() || change.reason.is_some() {
        caller.require(Permission::ReviewsModerate)?;
        return Ok(Json(moderate(&app, id, change).await?.into()));
    }
    let old = reviews::find(app.db.reader(), id).await?.filter(|row| row.user_id == Some(user.uuid()));
    let old = old.ok_or(Error::NotFound)?;
    let input = ReviewInput {
        rating: change.rating.unwrap_or(old.rating),
        title: change.title.unwrap_or(old.title),
        body: change.body.unwrap_or(old.body),
    };
    Ok(Json(write_review::edit(&app, id, user, input).await?.into()))
}

async fn moderate(app: &App, id: ReviewId, change: ReviewChange) -> Result<review::Model, Error> {
    if change.rating.is_some() || change.title.is_some() || change.body.is_some() {
        let message = "belongs to the author; a moderator sets status and reply only";
        return Err(Problem::invalid_field("rating", "not_moderated", message).into());
    }
    let fact = match change.status {
        Some(ReviewStatus::Approved) => Some(ReviewFact::Approved),
        Some(ReviewStatus::Rejected) => Some(ReviewFact::Rejected),
        Some(ReviewStatus::Pending) => {
            return Err(Problem::invalid_field("status", "invalid", "must be approved or rejected").into());
        }
        None => None,
    };
    write_review::moderate(app, id, fact, change.reply, change.reason).await
}

/// Delete a review
///
/// By its author or a moderator.
#[utoipa::path(
    delete, path = "/reviews/{id}", operation_id = "delete_review", tag = "reviews",
    params(("id" = ReviewId, Path)),
    security(("bearer" = [])),
    responses(
        (status = 204),
    )
)]
async fn delete_review(State(app): State<App>, caller: Caller, Path(id): Path<ReviewId>) -> Result<StatusCode, Error> {
    let user = caller.signed_in()?.id;
    let only_of = if caller.can(Permission::ReviewsModerate) { None } else { Some(user) };
    write_review::delete(&app, id, only_of).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say that a review helped
///
/// Saying it twice counts once.
#[utoipa::path(
    post, path = "/reviews/{id}/helpful", operation_id = "mark_review_helpful", tag = "reviews",
    params(("id" = ReviewId, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = ReviewView),
    )
)]
async fn mark_review_helpful(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReviewId>,
) -> Result<Json<ReviewView>, Error> {
    let user = caller.signed_in()?.id;
    Ok(Json(write_review::vote(&app, id, user, true).await?.into()))
}

/// Take back that a review helped
#[utoipa::path(
    delete, path = "/reviews/{id}/helpful", operation_id = "unmark_review_helpful", tag = "reviews",
    params(("id" = ReviewId, Path)),
    security(("bearer" = [])),
    responses(
        (status = 200, body = ReviewView),
    )
)]
async fn unmark_review_helpful(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReviewId>,
) -> Result<Json<ReviewView>, Error> {
    let user = caller.signed_in()?.id;
    Ok(Json(write_review::vote(&app, id, user, false).await?.into()))
}
