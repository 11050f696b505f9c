//! `/internal`: what payments and shipping ask, on behalf of whoever asks them.

use axum::{Router, extract::State, routing::get};
use contracts::{
    calls::{DueAmount, OrderRef},
    ids::OrderId,
    permissions::Permission,
};
use web::{Caller, Json, Path};

use crate::{App, Error, access::owns, entity::order, store};

pub fn internal() -> Router<App> {
    Router::new()
        .route("/internal/orders/{id}/amount-due", get(amount_due))
        .route("/internal/orders/{id}/access", get(order_access))
}

async fn amount_due(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>) -> Result<Json<DueAmount>, Error> {
    caller.require_service()?;
    let order = seen_by(&app, &caller, id, &[Permission::OrdersWrite]).await?;
    Ok(Json(DueAmount {
        order_id: order.id.into(),
        order_number: order.number.clone(),
        user_id: order.user_id.map(Into::into),
        email: order.email.clone(),
        status: order.status()?,
        total: order.totals()?.total,
        expires_at: order.expires_at,
    }))
}

async fn order_access(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderRef>, Error> {
    caller.require_service()?;
    let staff = [Permission::OrdersRead, Permission::PaymentsRead, Permission::ShippingRead];
    let order = seen_by(&app, &caller, id, &staff).await?;
    Ok(Json(OrderRef {
        order_id: order.id.into(),
        number: order.number.clone(),
        user_id: order.user_id.map(Into::into),
        email: order.email.clone(),
        status: order.status()?,
    }))
}

/// The order, if it is the forwarded caller's, or one of `permissions` lets them see it.
async fn seen_by(app: &App, caller: &Caller, id: OrderId, permissions: &[Permission]) -> Result<order::Model, Error> {
    let order = store::orders::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    let staff = permissions.iter().any(|permission| caller.can(*permission));
    if staff || owns(caller, &order) { Ok(order) } else { Err(Error::NotFound) }
}
