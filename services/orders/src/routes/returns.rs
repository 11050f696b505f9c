//! `/returns` and the returns of an order.

use axum::extract::State;
use contracts::{
    ids::{OrderId, ReturnId},
    permissions::Permission,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{
    Caller, Cursor, IdempotencyKey, Json, Page, Path, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
    idempotency::Answer,
};

use super::orders::short_scope;
use crate::{
    App, Error,
    access::visible,
    list_returns,
    model::ReturnStatus,
    move_return::{self, ReturnChange},
    request_return::{self, ReturnRequest},
    store::{self, returns::Filter},
    views::{self, ReturnView},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_order_returns, request_return))
        .routes(routes!(list_returns))
        .routes(routes!(read_return, update_return))
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ReturnsQuery {
    status: Option<ReturnStatus>,
    order_id: Option<Uuid>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Open a return
///
/// Of what was delivered and has not come back, until the window closes. A reason is welcome and never needed.
#[utoipa::path(
    post, path = "/orders/{id}/returns", operation_id = "request_return", tag = "returns",
    params(("id" = OrderId, Path), ("Idempotency-Key" = Option<String>, Header)),
    security((), ("bearer" = [])), request_body = ReturnRequest,
    responses(
        (status = 201, body = ReturnView),
        (status = 409, description = "`not_returnable`, `return_window_closed`", body = ProblemBody),
        (status = 422, description = "`invalid`, `idempotency_key_reused`", body = ProblemBody),
    )
)]
async fn request_return(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
    key: IdempotencyKey,
    Json(body): Json<ReturnRequest>,
) -> Result<Answer, Error> {
    let app = app.holding(id);
    let request = key.request(&caller, &format!("POST /orders/{id}/returns"), &body).map(short_scope);
    request_return::request_return(&app, &caller, id, body, request).await
}

/// List an order's returns
#[utoipa::path(
    get, path = "/orders/{id}/returns", operation_id = "list_order_returns", tag = "returns",
    params(("id" = OrderId, Path)), security((), ("bearer" = [])),
    responses(
        (status = 200, body = Page<ReturnView>),
    )
)]
async fn list_order_returns(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
) -> Result<Json<Page<ReturnView>>, Error> {
    let app = app.holding(id);
    let order = visible(&app, &caller, id, Permission::OrdersRead).await?;
    let rows = store::returns::of_order(app.db.reader(), order.id).await?;
    Ok(Json(Page { items: views::returns(app.db.reader(), rows).await?, next_cursor: None }))
}

/// List returns
///
/// One's own; with `orders:read`, everyone's: the inbox of staff. Newest first.
#[utoipa::path(
    get, path = "/returns", operation_id = "list_returns", tag = "returns",
    params(ReturnsQuery), security(("bearer" = [])),
    responses(
        (status = 200, body = Page<ReturnView>),
        Invalid,
    )
)]
async fn list_returns(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ReturnsQuery>,
) -> Result<Json<Page<ReturnView>>, Error> {
    let user = caller.signed_in()?;
    let buyer = (!user.can(Permission::OrdersRead)).then_some(user.id);
    let limit = web::page::limit(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::read::<Uuid>).transpose()?;
    let filter = Filter { status: query.status, order: query.order_id, buyer };
    Ok(Json(list_returns::list(&app, filter, after, limit).await?))
}

/// Read a return
#[utoipa::path(
    get, path = "/returns/{id}", operation_id = "read_return", tag = "returns",
    params(("id" = ReturnId, Path)), security((), ("bearer" = [])),
    responses(
        (status = 200, body = ReturnView),
    )
)]
async fn read_return(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReturnId>,
) -> Result<Json<ReturnView>, Error> {
    let app = app.holding(id);
    if caller.order_token().is_none() {
        caller.signed_in()?;
    }
    let row = store::returns::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    let order = visible(&app, &caller, row.order_id.into(), Permission::OrdersRead).await?;
    let lines = store::returns::lines_of(app.db.reader(), &[row.id]).await?;
    Ok(Json(ReturnView::of(&row, &order.number, lines.iter())?))
}

/// Move a return along
///
/// Staff approve, decline, receive, inspect. `received` books what really came and asks for the refund, unless it is
/// held; `refunded` asks for it now. The buyer may set `cancelled`.
#[utoipa::path(
    put, path = "/returns/{id}", operation_id = "update_return", tag = "returns",
    params(("id" = ReturnId, Path)), security((), ("bearer" = [])), request_body = ReturnChange,
    responses(
        (status = 200, body = ReturnView),
        StaffOnly,
        (status = 409, description = "`wrong_status` with `allowed`, `conflict`", body = ProblemBody),
    )
)]
async fn update_return(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReturnId>,
    Json(body): Json<ReturnChange>,
) -> Result<Json<ReturnView>, Error> {
    let app = app.holding(id);
    Ok(Json(move_return::move_return(&app, &caller, id, body).await?))
}
