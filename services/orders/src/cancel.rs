//! Cancelling an order: by its buyer or by staff, as long as nothing of it is under way.

use contracts::{ids::OrderId, permissions::Permission};
use db::idempotency::{self, Request};
use http::StatusCode;
use web::{Caller, idempotency::Answer};

use crate::{
    App, Error,
    access::{owns, visible},
    model::{Fact, after},
    move_order::{self, By},
    store, views,
};

/// Cancels `id` and answers with the order as it is then. A repeat under the same key gets the first answer.
pub async fn cancel(
    app: &App,
    caller: &Caller,
    id: OrderId,
    reason: Option<String>,
    key: Option<Request>,
) -> Result<Answer, Error> {
    let seen = visible(app, caller, id, Permission::OrdersWrite).await?;
    app.db.retried(|| cancel_seen(app, caller, seen.id.into(), reason.clone(), key.as_ref())).await
}

async fn cancel_seen(
    app: &App,
    caller: &Caller,
    id: OrderId,
    reason: Option<String>,
    key: Option<&Request>,
) -> Result<Answer, Error> {
    let tx = app.db.begin().await?;
    if let Some(request) = key
        && let Some(answer) = web::idempotency::replay(idempotency::begin(&tx, request).await?)?
    {
        return Ok(answer);
    }
    let mut order = store::orders::lock(&tx, id).await?.ok_or(Error::NotFound)?;
    let lines = store::orders::lines(&*tx, order.id).await?;
    let fact = if owns(caller, &order) { Fact::CancelledByBuyer } else { Fact::CancelledByStaff };
    let under_way = store::goods(&lines).shipped > 0;
    if under_way || after(order.status()?, fact).is_err() {
        return Err(Error::Status { from: order.status()?, allowed: Vec::new() });
    }
    move_order::cancel(&tx, &mut order, &lines, fact, &By::caller(caller, reason)).await?;
    let view = views::show(&*tx, &order, caller.can(Permission::OrdersRead)).await?;
    let answer = Answer::new(StatusCode::OK, &view);
    if let Some(request) = key {
        idempotency::finish(&tx, request, 200, &answer.body).await?;
    }
    tx.commit().await?;
    Ok(answer)
}
