//! Opening a return: of what was delivered and has not come back, within the window.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use contracts::{
    Money,
    events::ReturnUpdated,
    ids::{OrderId, ReturnId},
    order::OrderStatus,
    permissions::Permission,
    time,
};
use db::{
    Tx,
    idempotency::{self, Request},
    outbox,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{Caller, Checks, Problem, idempotency::Answer};

use crate::{
    App, Error,
    access::{owns, visible},
    change_cart::{LINES_MAX, QUANTITY_MAX, SKU_LEN_MAX},
    entity::{order, order_line, return_line, return_request},
    model::ReturnStatus,
    move_order::actor,
    store::{
        self,
        orders::{Entry, add_history},
        pieces, quantity, word,
    },
    views::ReturnView,
};

/// What a buyer sends back. A reason is welcome and never needed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"lines": [{"sku": "KIT-MUG-SAN", "quantity": 1, "reason": "too small"}]}))]
pub struct ReturnRequest {
    pub lines: Vec<ReturnRequestLine>,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnRequestLine {
    pub sku: String,
    #[schema(minimum = 1, maximum = 9999)]
    pub quantity: u32,
    #[serde(default)]
    pub reason: Option<String>,
}

/// Opens a return. Staff may do so for a buyer, also after the window.
pub async fn request_return(
    app: &App,
    caller: &Caller,
    id: OrderId,
    body: ReturnRequest,
    key: Option<Request>,
) -> Result<Answer, Error> {
    check(&body)?;
    let seen = visible(app, caller, id, Permission::ReturnsWrite).await?;
    let tx = app.db.begin().await?;
    if let Some(request) = &key
        && let Some(answer) = web::idempotency::replay(idempotency::begin(&tx, request).await?)?
    {
        return Ok(answer);
    }
    // Locked, so that two returns opened at once do not both count on the same piece.
    let order = store::orders::lock(&tx, seen.id.into()).await?.ok_or(Error::NotFound)?;
    let lines = store::orders::lines(&*tx, order.id).await?;
    if owns(caller, &order) && !caller.can(Permission::ReturnsWrite) {
        check_window(app, &order)?;
    }
    check_quantities(&body, &returnable(&tx, &order, &lines).await?, &lines)?;
    let (row, rows) = rows(caller, &order, body);
    store::returns::insert(&tx, row.clone(), rows.clone()).await?;
    let entry = Entry { kind: "return_requested", moved: None, actor: &actor(caller), reason: None, event: None };
    add_history(&tx, order.id, entry).await?;
    publish(&tx, &order, &row).await?;
    let answer = Answer::new(StatusCode::CREATED, &ReturnView::of(&row, &order.number, rows.iter())?);
    if let Some(request) = &key {
        idempotency::finish(&tx, request, 201, &answer.body).await?;
    }
    tx.commit().await?;
    Ok(answer)
}

/// Tells the others, and through them the buyer, where a return stands.
pub async fn publish(tx: &Tx, order: &order::Model, row: &return_request::Model) -> Result<(), Error> {
    let currency = order.currency()?;
    let event = ReturnUpdated {
        return_id: row.id.into(),
        order_id: order.id.into(),
        order_number: order.number.clone(),
        email: order.email.clone(),
        user_id: order.user_id.map(Into::into),
        locale: order.locale.clone(),
        status: row.status.clone(),
        refund: row.refund_minor.map(|amount| Money::new(amount, currency)),
        reason: row.reason.clone(),
    };
    Ok(outbox::publish(tx, &event).await?)
}

/// Pieces by SKU that were delivered, are not back, and are not expected back.
async fn returnable(tx: &Tx, order: &order::Model, lines: &[order_line::Model]) -> Result<HashMap<String, u32>, Error> {
    let mut open = Vec::new();
    for row in store::returns::of_order(&**tx, order.id).await? {
        if row.status()?.is_expected() {
            open.push(row.id);
        }
    }
    let mut expected: HashMap<String, u32> = HashMap::new();
    for line in store::returns::lines_of(&**tx, &open).await? {
        *expected.entry(line.sku).or_default() += quantity(line.quantity);
    }
    let left = |line: &order_line::Model| {
        let gone = quantity(line.returned_quantity) + expected.get(&line.sku).copied().unwrap_or(0);
        quantity(line.delivered_quantity).saturating_sub(gone)
    };
    Ok(lines.iter().map(|line| (line.sku.clone(), left(line))).collect())
}

fn check(body: &ReturnRequest) -> Result<(), Problem> {
    let mut checks = Checks::new();
    checks.range("lines", &body.lines.len(), &(1..=LINES_MAX));
    checks.text("note", body.note.as_deref().unwrap_or_default(), 0..=2000);
    for (index, line) in body.lines.iter().enumerate().take(LINES_MAX) {
        let at = |field: &str| format!("lines[{index}].{field}");
        checks.text(&at("sku"), &line.sku, 1..=SKU_LEN_MAX);
        checks.range(&at("quantity"), &line.quantity, &(1..=QUANTITY_MAX));
        checks.text(&at("reason"), line.reason.as_deref().unwrap_or_default(), 0..=500);
        let twice = body.lines.iter().take(index).any(|other| other.sku == line.sku);
        checks.require(!twice, &at("sku"), "duplicate", "is named twice");
    }
    checks.done()
}

fn check_window(app: &App, order: &order::Model) -> Result<(), Error> {
    let conflict = |code, detail: String| Err(Problem::new(StatusCode::CONFLICT, code).detail(detail).into());
    if order.status()? == OrderStatus::Cancelled {
        return conflict("not_returnable", "A cancelled order has nothing to return.".to_owned());
    }
    match order.delivered_at {
        Some(delivered) if time::now() > closes_at(app, delivered) => {
            let days = app.config.return_window_days;
            conflict("return_window_closed", format!("Returns are taken for {days} days after delivery."))
        }
        _ => Ok(()),
    }
}

/// The last moment at which the buyer may open a return.
pub fn closes_at(app: &App, delivered: DateTime<Utc>) -> DateTime<Utc> {
    delivered + Duration::days(i64::from(app.config.return_window_days))
}

fn check_quantities(
    body: &ReturnRequest,
    returnable: &HashMap<String, u32>,
    lines: &[order_line::Model],
) -> Result<(), Error> {
    if lines.iter().all(|line| line.delivered_quantity == 0) {
        let problem = Problem::new(StatusCode::CONFLICT, "not_returnable");
        return Err(problem.detail("Nothing of this order has been delivered yet.").into());
    }
    let mut checks = Checks::new();
    for (index, line) in body.lines.iter().enumerate() {
        match returnable.get(&line.sku) {
            None => {
                checks.fail(format!("lines[{index}].sku"), "unknown_sku", "is not in this order");
            }
            Some(left) if line.quantity > *left => {
                let message = format!("{left} can be returned");
                checks.fail(format!("lines[{index}].quantity"), "out_of_range", message);
            }
            Some(_) => {}
        }
    }
    Ok(checks.done()?)
}

fn rows(
    caller: &Caller,
    order: &order::Model,
    body: ReturnRequest,
) -> (return_request::Model, Vec<return_line::Model>) {
    let id = ReturnId::new_in(OrderId::from(order.id).shard()).uuid();
    let now = time::now();
    let row = return_request::Model {
        id,
        order_id: order.id,
        status: word(&ReturnStatus::Requested),
        note: body.note.filter(|note| !note.trim().is_empty()),
        reason: None,
        currency: order.currency.clone(),
        refund_minor: None,
        refund_tax_minor: 0,
        refund_shipping_minor: 0,
        refund_id: None,
        refund_attempt: 0,
        refund_asked_at: None,
        refunded_minor: 0,
        requested_by: actor(caller),
        created_at: now,
        updated_at: now,
    };
    let line = |line: ReturnRequestLine| return_line::Model {
        return_id: id,
        sku: line.sku,
        quantity: pieces(line.quantity),
        reason: line.reason.filter(|reason| !reason.trim().is_empty()),
        received_quantity: 0,
        dispositions: json!([]),
        refund_minor: 0,
        refund_tax_minor: 0,
    };
    (row, body.lines.into_iter().map(line).collect())
}
