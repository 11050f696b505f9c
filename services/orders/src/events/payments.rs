//! What payments tell of an order's money.

use bus::Received;
use chrono::Duration;
use contracts::{
    Money,
    calls::ReserveStock,
    events::{
        DisputeClosed, DisputeOpened, PaymentAuthorized, PaymentFailed, PaymentProcessed, PaymentVoided, RefundFailed,
        RefundProcessed,
    },
    ids::{OrderId, PaymentId},
    order::{Item, OrderStatus},
    time,
};
use db::Tx;
use upstream::CallError;

use super::{Affected, affected};
use crate::{
    App, Error,
    entity::{order, order_line, refund},
    model::{Fact, ReturnFact},
    move_order::{self, By, Owed},
    request_return,
    store::{
        self,
        orders::{Entry, add_history},
        quantity, word,
    },
    tokens,
};

/// The refund was not needed: the money was only held, and payments lets it go.
const VOIDED: &str = "voided";

/// The money is held. The order waits for its capture, longer than for a payment, and so must its stock.
pub async fn on_payment_authorized(app: App, event: Received<PaymentAuthorized>) -> Result<(), Error> {
    hold_longer(&app, event.order_id).await?;
    let Some(Affected { tx, mut order, lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    if event.amount.currency == order.currency()? {
        store::orders::note_payment(&tx, order.id, event.payment_id.uuid(), event.amount.amount, 0).await?;
        order.authorized_minor = order.authorized_minor.max(event.amount.amount);
    }
    if order.status()? == OrderStatus::Pending {
        let window = Duration::seconds(i64::from(app.config.authorized_window_secs));
        order.expires_at = order.expires_at.max(Some(order.created_at + window));
    }
    note(&tx, &order, "payment_authorized", Some(event.amount.to_string()), event.id).await?;
    move_order::keep(&tx, &mut order, &lines).await?;
    if order.status()? == OrderStatus::Cancelled {
        // Too late: nobody will deliver, so nobody may hold the money. All of it, however much of it is taken by then.
        let cause = late(event.payment_id);
        let owed = Owed { cause: &cause, payment: Some(event.payment_id), amount: None, reason: "late_payment" };
        move_order::request_refund(&tx, &order, owed).await?;
    }
    Ok(tx.commit().await?)
}

/// The cause of giving back a payment that came for an order that was over.
fn late(payment: PaymentId) -> String {
    format!("late:{payment}")
}

/// The cause of giving back what came on top of an order that was paid.
fn on_top(payment: PaymentId) -> String {
    format!("excess:{payment}")
}

/// Whether we asked for this refund because the money should not have come at all.
fn is_surplus(event: &RefundProcessed) -> bool {
    let causes = [late(event.payment_id), on_top(event.payment_id)];
    causes.iter().any(|cause| tokens::refund_id(event.order_id, cause) == event.refund_id)
}

/// Outside the transaction, and harmless if repeated: the reservation only moves its end.
async fn hold_longer(app: &App, id: OrderId) -> Result<(), Error> {
    let order = store::orders::find(app.db.reader(), id).await?.ok_or(Error::UnknownOrder)?;
    if order.status()? != OrderStatus::Pending {
        return Ok(());
    }
    let lines = store::orders::lines(app.db.reader(), order.id).await?;
    let items = lines.into_iter().map(|line| Item { sku: line.sku, quantity: quantity(line.quantity) }).collect();
    let expires_at = order.created_at + Duration::seconds(i64::from(app.config.authorized_window_secs));
    let call = ReserveStock { order_id: id, items, expires_at };
    match app.upstream.call(&call, &upstream::Context::default()).await {
        // Short stock shows when the money is captured: then catalog says so, and the money goes back.
        Ok(_) | Err(CallError::Problem { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The money is ours: the order goes on if it is the right amount, and back it goes if the order is over.
pub async fn on_payment_processed(app: App, event: Received<PaymentProcessed>) -> Result<(), Error> {
    let Some(Affected { tx, mut order, lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    let amount = Some(event.amount.to_string());
    if event.amount.currency != order.currency()? {
        note(&tx, &order, "payment_processed", amount, event.id).await?;
        order.note_problem(
            "currency_mismatch",
            format!("{} arrived for an order in {}", event.amount, order.currency),
        )?;
        move_order::keep(&tx, &mut order, &lines).await?;
        return Ok(tx.commit().await?);
    }
    let before = order.captured_minor;
    let all = store::orders::note_payment(&tx, order.id, event.payment_id.uuid(), 0, event.amount.amount).await?;
    if all <= before && order.status()? != OrderStatus::Pending {
        // Told before, under another id.
        return Ok(tx.commit().await?);
    }
    note(&tx, &order, "payment_processed", amount, event.id).await?;
    order.captured_minor = before.max(all);
    settle_payment(&tx, &mut order, &lines, before, &event).await?;
    Ok(tx.commit().await?)
}

async fn settle_payment(
    tx: &Tx,
    order: &mut order::Model,
    lines: &[order_line::Model],
    before: i64,
    event: &Received<PaymentProcessed>,
) -> Result<(), Error> {
    let exact = order.captured_minor - order.refunded_minor == order.total_minor;
    match order.status()? {
        OrderStatus::Pending if exact => {
            move_order::apply(tx, order, lines, Fact::Paid, &By::service("payments", event.id)).await
        }
        // Not fulfilled. When its time is over it is cancelled, and what arrived goes back.
        OrderStatus::Pending => {
            let currency = order.currency()?;
            let (here, due) = (Money::new(order.captured_minor, currency), Money::new(order.total_minor, currency));
            order.note_problem("amount_mismatch", format!("{here} arrived, {due} are due"))?;
            move_order::keep(tx, order, lines).await
        }
        // Too late: nobody will deliver, so nobody may keep the money.
        OrderStatus::Cancelled => {
            order.refund_asked_at = Some(time::now());
            move_order::keep(tx, order, lines).await?;
            let (cause, payment) = (late(event.payment_id), Some(event.payment_id));
            let owed = Owed { cause: &cause, payment, amount: Some(event.amount), reason: "late_payment" };
            move_order::request_refund(tx, order, owed).await
        }
        OrderStatus::Processing | OrderStatus::Shipped | OrderStatus::Delivered => {
            let excess = order.captured_minor - before.max(order.total_minor);
            if excess > 0 {
                order.note_problem("paid_twice", format!("payment {} came on top", event.payment_id))?;
            }
            move_order::keep(tx, order, lines).await?;
            if excess > 0 {
                let (cause, payment) = (on_top(event.payment_id), Some(event.payment_id));
                let amount = Some(Money::new(excess, order.currency()?));
                let owed = Owed { cause: &cause, payment, amount, reason: "paid_twice" };
                move_order::request_refund(tx, order, owed).await?;
            }
            Ok(())
        }
    }
}

/// An attempt failed. The buyer may try again while the order is open.
pub async fn on_payment_failed(app: App, event: Received<PaymentFailed>) -> Result<(), Error> {
    let Some(Affected { tx, order, .. }) = affected(&app, event.id, event.order_id).await? else { return Ok(()) };
    note(&tx, &order, "payment_failed", Some(event.code.clone()), event.id).await?;
    Ok(tx.commit().await?)
}

/// Held money is held no longer. An order that waited for it waits as long as any other.
pub async fn on_payment_voided(app: App, event: Received<PaymentVoided>) -> Result<(), Error> {
    let Some(Affected { tx, mut order, lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    if order.status()? == OrderStatus::Pending {
        order.authorized_minor = 0;
        let window = Duration::seconds(i64::from(app.config.payment_window_secs));
        order.expires_at = Some(order.created_at + window);
    }
    note(&tx, &order, "payment_voided", Some(event.reason.clone()), event.id).await?;
    move_order::keep(&tx, &mut order, &lines).await?;
    Ok(tx.commit().await?)
}

/// Money went back.
pub async fn on_refund_processed(app: App, event: Received<RefundProcessed>) -> Result<(), Error> {
    let Some(Affected { tx, mut order, lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    if event.amount.currency == order.currency()? {
        order.captured_minor = order.captured_minor.max(event.captured_total.amount);
        let refund = refund::Model {
            refund_id: event.refund_id.uuid(),
            order_id: order.id,
            amount_minor: event.amount.amount,
            surplus: is_surplus(&event),
            refunded_at: event.occurred_at,
        };
        let gone = store::orders::note_refund(&tx, refund).await?;
        order.refunded_minor = gone.min(order.captured_minor);
    }
    if order.paid().refundable() == 0 {
        order.refund_asked_at = None;
    }
    note(&tx, &order, "refund_processed", Some(event.amount.to_string()), event.id).await?;
    move_order::keep(&tx, &mut order, &lines).await?;
    if let Some(mut row) = store::returns::by_refund(&*tx, event.refund_id.uuid()).await? {
        let from = row.status()?;
        row.refunded_minor = event.amount.amount;
        row.refund_asked_at = None;
        if let Ok(to) = from.after(ReturnFact::Refunded) {
            row.status = word(&to);
        }
        store::returns::save(&tx, from, &mut row).await?;
        request_return::publish(&tx, &order, &row).await?;
    }
    Ok(tx.commit().await?)
}

/// Money could not be sent back, or came back after it was sent: staff are told, and a return's refund can be asked for
/// again.
pub async fn on_refund_failed(app: App, event: Received<RefundFailed>) -> Result<(), Error> {
    let Some(Affected { tx, mut order, lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    let gone = store::orders::forget_refund(&tx, order.id, event.refund_id.uuid()).await?;
    order.refunded_minor = gone.min(order.captured_minor);
    // This is the answer. Asking again under the same id would change nothing.
    order.refund_asked_at = None;
    if event.code != VOIDED {
        order.note_problem("refund_failed", format!("{}: {}", event.amount, event.code))?;
    }
    note(&tx, &order, "refund_failed", Some(event.code.clone()), event.id).await?;
    move_order::keep(&tx, &mut order, &lines).await?;
    if let Some(mut row) = store::returns::by_refund(&*tx, event.refund_id.uuid()).await? {
        let from = row.status()?;
        row.refund_id = None;
        row.refund_asked_at = None;
        row.refunded_minor = 0;
        if let Ok(to) = from.after(ReturnFact::RefundBounced) {
            row.status = word(&to);
        }
        store::returns::save(&tx, from, &mut row).await?;
    }
    Ok(tx.commit().await?)
}

pub async fn on_dispute_opened(app: App, event: Received<DisputeOpened>) -> Result<(), Error> {
    let Some(Affected { tx, mut order, lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    order.disputed = store::orders::note_dispute(&tx, order.id, event.dispute_id.uuid(), true).await?;
    order.note_problem("disputed", format!("{}: {}", event.amount, event.reason))?;
    note(&tx, &order, "dispute_opened", Some(event.reason.clone()), event.id).await?;
    move_order::keep(&tx, &mut order, &lines).await?;
    Ok(tx.commit().await?)
}

pub async fn on_dispute_closed(app: App, event: Received<DisputeClosed>) -> Result<(), Error> {
    let Some(Affected { tx, mut order, lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    // Lost money is gone for good: nothing is shipped for it, and it does not count as paid.
    order.disputed = store::orders::note_dispute(&tx, order.id, event.dispute_id.uuid(), !event.won).await?;
    let outcome = if event.won { "won" } else { "lost" };
    if !event.won {
        order.note_problem("dispute_lost", format!("dispute {}", event.dispute_id))?;
    }
    note(&tx, &order, "dispute_closed", Some(outcome.to_owned()), event.id).await?;
    move_order::keep(&tx, &mut order, &lines).await?;
    Ok(tx.commit().await?)
}

async fn note(
    tx: &Tx,
    order: &order::Model,
    kind: &str,
    reason: Option<String>,
    event: contracts::ids::EventId,
) -> Result<(), Error> {
    let entry = Entry { kind, moved: None, actor: "payments", reason, event: Some(event) };
    Ok(add_history(tx, order.id, entry).await?)
}
