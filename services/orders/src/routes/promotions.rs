//! `/promotions`: coupon codes, for staff.

use axum::extract::State;
use contracts::permissions::Permission;
use http::StatusCode;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{
    Caller, Cursor, Json, Page, PageQuery, Path, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
};

use crate::{
    App, Error,
    promote::{self, PromotionInput, PromotionView},
    store,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_promotions, create_promotion)).routes(routes!(
        read_promotion,
        update_promotion,
        delete_promotion
    ))
}

/// List promotions
#[utoipa::path(
    get, path = "/promotions", operation_id = "list_promotions", tag = "promotions",
    params(PageQuery), security(("bearer" = [])),
    responses(
        (status = 200, body = Page<PromotionView>),
        Invalid,
        StaffOnly,
    )
)]
async fn list_promotions(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<PromotionView>>, Error> {
    caller.require(Permission::OrdersRead)?;
    let limit = query.limit()?;
    let after = query.cursor.as_deref().map(Cursor::read::<Uuid>).transpose()?;
    let rows = store::promotions::list(app.db.reader(), after, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| PromotionView::of(row, app.config.currency))))
}

/// Create a promotion
#[utoipa::path(
    post, path = "/promotions", operation_id = "create_promotion", tag = "promotions",
    security(("bearer" = [])), request_body = PromotionInput,
    responses(
        (status = 201, body = PromotionView),
        StaffOnly,
        (status = 409, description = "`code_taken`", body = ProblemBody),
    )
)]
async fn create_promotion(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<PromotionInput>,
) -> Result<(StatusCode, Json<PromotionView>), Error> {
    caller.require(Permission::OrdersWrite)?;
    Ok((StatusCode::CREATED, Json(promote::write(&app, None, body).await?)))
}

/// Read a promotion
#[utoipa::path(
    get, path = "/promotions/{id}", operation_id = "read_promotion", tag = "promotions",
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses(
        (status = 200, body = PromotionView),
        StaffOnly,
    )
)]
async fn read_promotion(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<PromotionView>, Error> {
    caller.require(Permission::OrdersRead)?;
    let row = store::promotions::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    Ok(Json(PromotionView::of(row, app.config.currency)))
}

/// Replace a promotion
#[utoipa::path(
    put, path = "/promotions/{id}", operation_id = "update_promotion", tag = "promotions",
    params(("id" = Uuid, Path)), security(("bearer" = [])), request_body = PromotionInput,
    responses(
        (status = 200, body = PromotionView),
        StaffOnly,
        (status = 409, description = "`code_taken`", body = ProblemBody),
    )
)]
async fn update_promotion(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<PromotionInput>,
) -> Result<Json<PromotionView>, Error> {
    caller.require(Permission::OrdersWrite)?;
    Ok(Json(promote::write(&app, Some(id), body).await?))
}

/// Delete a promotion
///
/// One that an order carries is switched off instead.
#[utoipa::path(
    delete, path = "/promotions/{id}", operation_id = "delete_promotion", tag = "promotions",
    params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses(
        (status = 204),
        StaffOnly,
    )
)]
async fn delete_promotion(State(app): State<App>, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, Error> {
    caller.require(Permission::OrdersWrite)?;
    promote::delete(&app, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
