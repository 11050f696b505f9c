//! `/internal`: what payments and shipping ask, on behalf of whoever asks them, and what users and notifications ask for
//! themselves.

use axum::{Router, extract::State, routing::get};
use contracts::{
    Service,
    calls::{DueAmount, GuestTokenAnswer, OrderRef, UnderWay},
    ids::{OrderId, UserId},
    permissions::Permission,
};
use web::{Caller, Json, Path};

use crate::{App, Error, access::owns, entity::order, store, tokens};

pub fn internal() -> Router<App> {
    Router::new()
        .route("/internal/orders/{id}/amount-due", get(amount_due))
        .route("/internal/orders/{id}/access", get(order_access))
        .route("/internal/orders/{id}/guest-token", get(guest_token))
        .route("/internal/users/{id}/orders-under-way", get(orders_under_way))
}

async fn amount_due(State(app): State<App>, caller: Caller, Path(id): Path<OrderId>) -> Result<Json<DueAmount>, Error> {
    let app = app.holding(id);
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
    let app = app.holding(id);
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

/// What opens a guest's order, for the link in a mail to them.
async fn guest_token(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<OrderId>,
) -> Result<Json<GuestTokenAnswer>, Error> {
    let app = app.holding(id);
    if caller.require_service()? != Service::Notifications {
        return Err(Error::NotFound);
    }
    let order = store::orders::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    let is_guests = order.guest_token_hash.is_some();
    Ok(Json(GuestTokenAnswer { token: is_guests.then(|| tokens::guest_token(&app.config.token_secret, id)) }))
}

/// What an account cannot be erased for: somebody has to send it, and needs the address.
async fn orders_under_way(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UserId>,
) -> Result<Json<UnderWay>, Error> {
    caller.require_service()?;
    let asked = |app: App| async move { store::orders::under_way(app.db.reader(), id).await };
    Ok(Json(UnderWay { numbers: db::everywhere(app.everywhere(), asked).await?.concat() }))
}

/// The order, if it is the forwarded caller's, or one of `permissions` lets them see it.
async fn seen_by(app: &App, caller: &Caller, id: OrderId, permissions: &[Permission]) -> Result<order::Model, Error> {
    let order = store::orders::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    let staff = permissions.iter().any(|permission| caller.can(*permission));
    if staff || owns(caller, &order) { Ok(order) } else { Err(Error::NotFound) }
}
