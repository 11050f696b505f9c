//! Moving a return along: approval, arrival with what came of each piece, and the money.

use std::collections::HashMap;

use contracts::{
    Money,
    events::{Disposition, RefundRequested, ReturnReceived, ReturnedLine},
    ids::ReturnId,
    permissions::Permission,
    time,
};
use db::{Tx, outbox};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Checks, Problem};

use crate::{
    App, Error,
    access::owns,
    change_cart::{LINES_MAX, QUANTITY_MAX},
    entity::{order, order_line, return_line, return_request},
    model::{ReturnStatus, share_of},
    move_order::{self, actor},
    request_return::publish,
    store::{
        self,
        orders::{Entry, add_history},
        pieces, quantity, word,
    },
    tokens,
    views::{Kept, ReturnView},
};

/// A change of a return's status, and what belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "received", "lines": [{"sku": "KIT-MUG-SAN", "quantity": 1, "disposition": "restock"}]}))]
pub struct ReturnChange {
    pub status: ReturnStatus,
    /// With `received`: what really came. Absent: everything, fit to be sold again.
    #[serde(default)]
    pub lines: Option<Vec<ReceivedLine>>,
    /// With `received`: give back less than calculated, as for worn goods. Never more.
    #[serde(default)]
    pub refund: Option<Money>,
    /// With `received`: the money waits until the goods are `inspected`.
    #[serde(default)]
    pub hold_refund: bool,
    /// For the buyer to read.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Pieces that came back. A SKU may stand more than once, with different dispositions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceivedLine {
    pub sku: String,
    #[schema(minimum = 1, maximum = 9999)]
    pub quantity: u32,
    #[serde(default = "restock")]
    pub disposition: Disposition,
}

fn restock() -> Disposition {
    Disposition::Restock
}

/// Moves a return. Staff may do so; a buyer may only cancel their own.
pub async fn move_return(app: &App, caller: &Caller, id: ReturnId, change: ReturnChange) -> Result<ReturnView, Error> {
    if caller.order_token().is_none() {
        caller.signed_in()?;
    }
    check(&change)?;
    let tx = app.db.begin().await?;
    let row = store::returns::find(&*tx, id).await?.ok_or(Error::NotFound)?;
    let mut order = store::orders::lock(&tx, row.order_id.into()).await?.ok_or(Error::NotFound)?;
    may_move(caller, &order, change.status)?;
    // Read again: the lock may have waited for someone else's change.
    let mut row = store::returns::find(&*tx, id).await?.ok_or(Error::NotFound)?;
    let from = row.status()?;
    let mut lines = store::returns::lines_of(&*tx, &[row.id]).await?;
    if change.status == ReturnStatus::Refunded {
        refund_now(&tx, &order, &mut row, from).await?;
    } else {
        let fact = change.status.stated().ok_or(Error::ReturnStatus { from, allowed: from.allowed() })?;
        // Money that is on its way cannot be kept any more.
        let too_late = change.status == ReturnStatus::Rejected && row.refund_id.is_some();
        if too_late {
            return Err(Error::ReturnStatus { from, allowed: vec![ReturnStatus::Closed] });
        }
        row.status = word(&from.after(fact)?);
        row.reason = change.reason.clone().or(row.reason);
        match change.status {
            ReturnStatus::Received => receive(app, &tx, &mut order, &mut row, &mut lines, &change).await?,
            ReturnStatus::Inspected => ask_refund(&tx, &order, &mut row).await?,
            _ => {}
        }
        store::returns::save(&tx, from, &mut row).await?;
        publish(&tx, &order, &row).await?;
    }
    let kind = format!("return_{}", row.status);
    let entry = Entry { kind: &kind, moved: None, actor: &actor(caller), reason: change.reason, event: None };
    add_history(&tx, order.id, entry).await?;
    let view = ReturnView::of(&row, &order.number, lines.iter())?;
    tx.commit().await?;
    Ok(view)
}

fn check(change: &ReturnChange) -> Result<(), Problem> {
    let mut checks = Checks::new();
    checks.text("reason", change.reason.as_deref().unwrap_or_default(), 0..=2000);
    let receiving = change.status == ReturnStatus::Received;
    let only_then = "belongs to the status received";
    checks.require(receiving || change.lines.is_none(), "lines", "not_allowed", only_then);
    checks.require(receiving || change.refund.is_none(), "refund", "not_allowed", only_then);
    checks.require(receiving || !change.hold_refund, "hold_refund", "not_allowed", only_then);
    if let Some(lines) = &change.lines {
        checks.range("lines", &lines.len(), &(1..=LINES_MAX));
        for (index, line) in lines.iter().enumerate().take(LINES_MAX) {
            checks.range(&format!("lines[{index}].quantity"), &line.quantity, &(1..=QUANTITY_MAX));
        }
    }
    checks.done()
}

fn may_move(caller: &Caller, order: &order::Model, to: ReturnStatus) -> Result<(), Error> {
    if caller.can(Permission::ReturnsWrite) {
        return Ok(());
    }
    match (owns(caller, order), to) {
        (true, ReturnStatus::Cancelled) => Ok(()),
        (true, _) => Err(Problem::forbidden().into()),
        (false, _) => Err(Error::NotFound),
    }
}

/// Books what came back: pieces, what they are worth to the buyer, and where they go.
async fn receive(
    app: &App,
    tx: &Tx,
    order: &mut order::Model,
    row: &mut return_request::Model,
    lines: &mut [return_line::Model],
    change: &ReturnChange,
) -> Result<(), Error> {
    let arrived = arrived(lines, change.lines.as_deref())?;
    let mut order_lines = store::orders::lines(&**tx, order.id).await?;
    let mut returned = Vec::new();
    let mut worth = Worth::default();
    for line in lines.iter_mut() {
        let Some(kept) = arrived.get(&line.sku) else { continue };
        let sold = order_lines.iter_mut().find(|sold| sold.sku == line.sku).ok_or(Error::NotFound)?;
        let count = kept.iter().map(|kept| kept.quantity).sum();
        let share = Worth::of(sold, order.tax_included, count);
        sold.returned_quantity += pieces(count);
        store::orders::save_pieces(tx, sold).await?;
        line.received_quantity = pieces(count);
        line.dispositions = store::json(kept)?;
        (line.refund_minor, line.refund_tax_minor) = (share.amount, share.tax);
        store::returns::save_line(tx, line).await?;
        worth.add(share);
        let to_shelf = |kept: &Kept| ReturnedLine {
            sku: line.sku.clone(),
            quantity: kept.quantity,
            disposition: kept.disposition,
        };
        returned.extend(kept.iter().map(to_shelf));
    }
    let complete = order_lines.iter().all(|line| line.returned_quantity >= line.quantity);
    if complete && app.config.refund_shipping_on_full_return {
        row.refund_shipping_minor = worth.add_shipping(order)?;
    }
    settle(tx, order, row, worth, change.refund).await?;
    move_order::keep(tx, order, &order_lines).await?;
    let event = ReturnReceived { return_id: row.id.into(), order_id: order.id.into(), lines: returned };
    outbox::publish(tx, &event).await?;
    if change.hold_refund { Ok(()) } else { ask_refund(tx, order, row).await }
}

/// What goes back to the buyer, and how much of it is tax.
#[derive(Clone, Copy, Debug, Default)]
struct Worth {
    amount: i64,
    tax: i64,
}

impl Worth {
    /// Of `count` more pieces of a line, after those that came back before.
    fn of(sold: &order_line::Model, tax_included: bool, count: u32) -> Self {
        let (ordered, before) = (quantity(sold.quantity), quantity(sold.returned_quantity));
        let share = |minor| share_of(minor, ordered, before, count);
        // Goods and tax are shared out each for itself: then the tax given back never exceeds the tax charged.
        let (goods, tax) = (share(sold.total_minor), share(sold.tax_minor));
        Self { amount: if tax_included { goods } else { goods + tax }, tax }
    }

    fn add(&mut self, other: Self) {
        self.amount += other.amount;
        self.tax += other.tax;
    }

    /// Adds what the delivery cost, and answers how much that was.
    fn add_shipping(&mut self, order: &order::Model) -> Result<i64, Error> {
        let tax: i64 = order.shipping_taxes()?.iter().map(|part| part.amount.amount).sum();
        let cost = if order.tax_included { order.shipping_minor } else { order.shipping_minor + tax };
        self.add(Self { amount: cost, tax });
        Ok(cost)
    }
}

/// Fixes the amount: what was calculated, or less if staff say so, and never more than is left of the payment.
async fn settle(
    tx: &Tx,
    order: &order::Model,
    row: &mut return_request::Model,
    worth: Worth,
    wanted: Option<Money>,
) -> Result<(), Error> {
    let currency = order.currency()?;
    if let Some(wanted) = wanted {
        let mut checks = Checks::new();
        checks.require(wanted.currency == currency, "refund", "currency", "must be in the order's currency");
        checks.range("refund", &wanted.amount, &(0..=worth.amount));
        checks.done()?;
    }
    let mut promised = 0;
    for other in store::returns::of_order(&**tx, order.id).await? {
        let waits = matches!(other.status()?, ReturnStatus::Received | ReturnStatus::Inspected);
        if waits && other.id != row.id {
            promised += other.refund_minor.unwrap_or(0) - other.refunded_minor;
        }
    }
    let left = (order.paid().refundable() - promised).max(0);
    let amount = wanted.map_or(worth.amount, |wanted| wanted.amount).min(left);
    row.refund_minor = Some(amount);
    // Of a part of the money, a part is tax.
    let tax = Money::new(worth.tax, currency).ratio(amount, worth.amount.max(1))?;
    row.refund_tax_minor = tax.amount;
    row.refund_shipping_minor = row.refund_shipping_minor.min(amount);
    Ok(())
}

/// Asks payments for the money, under an id that a repeat would share.
async fn ask_refund(tx: &Tx, order: &order::Model, row: &mut return_request::Model) -> Result<(), Error> {
    let amount = row.refund_minor.unwrap_or(0);
    if amount == 0 || row.refund_id.is_some() {
        return Ok(());
    }
    row.refund_attempt += 1;
    let refund_id = tokens::refund_id(order.id.into(), &format!("return:{}:{}", row.id, row.refund_attempt));
    row.refund_id = Some(refund_id.uuid());
    repeat_refund(tx, order, row).await
}

/// Asks again for the refund that was asked for.
pub async fn repeat_refund(tx: &Tx, order: &order::Model, row: &mut return_request::Model) -> Result<(), Error> {
    let (Some(refund_id), Some(amount)) = (row.refund_id, row.refund_minor) else { return Ok(()) };
    row.refund_asked_at = Some(time::now());
    let event = RefundRequested {
        refund_id: refund_id.into(),
        order_id: order.id.into(),
        payment_id: None,
        amount: Some(Money::new(amount, order.currency()?)),
        reason: "return".to_owned(),
        return_id: Some(row.id.into()),
    };
    Ok(outbox::publish(tx, &event).await?)
}

/// Staff want the money to go out now: after a hold, or after a refund that failed. That it is out, payments says.
async fn refund_now(
    tx: &Tx,
    order: &order::Model,
    row: &mut return_request::Model,
    from: ReturnStatus,
) -> Result<(), Error> {
    match from {
        ReturnStatus::Refunded => Ok(()),
        ReturnStatus::Received | ReturnStatus::Inspected => {
            ask_refund(tx, order, row).await?;
            store::returns::save(tx, from, row).await
        }
        _ => Err(Error::ReturnStatus { from, allowed: from.allowed() }),
    }
}

/// What arrived of each SKU, checked against what was announced.
fn arrived(lines: &[return_line::Model], told: Option<&[ReceivedLine]>) -> Result<HashMap<String, Vec<Kept>>, Problem> {
    let mut arrived: HashMap<String, Vec<Kept>> = HashMap::new();
    let Some(told) = told else {
        let all = |line: &return_line::Model| {
            (line.sku.clone(), vec![Kept { quantity: quantity(line.quantity), disposition: Disposition::Restock }])
        };
        return Ok(lines.iter().map(all).collect());
    };
    let mut checks = Checks::new();
    for (index, received) in told.iter().enumerate() {
        let Some(line) = lines.iter().find(|line| line.sku == received.sku) else {
            checks.fail(format!("lines[{index}].sku"), "unknown_sku", "is not in this return");
            continue;
        };
        let kept = arrived.entry(received.sku.clone()).or_default();
        kept.push(Kept { quantity: received.quantity, disposition: received.disposition });
        let count = kept.iter().fold(0_u32, |count, kept| count.saturating_add(kept.quantity));
        let fits = count <= quantity(line.quantity);
        let message = format!("{} were announced", quantity(line.quantity));
        checks.require(fits, &format!("lines[{index}].quantity"), "out_of_range", &message);
    }
    checks.done()?;
    Ok(arrived)
}
