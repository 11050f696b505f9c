//! Moving an order along its life: the one place where its status changes.

use contracts::{
    Money, Shard,
    events::{OrderStatusChanged, RefundRequested},
    ids::{EventId, OrderId, PaymentId},
    order::OrderStatus,
    time,
};
use db::{Tx, outbox};

use crate::{
    Error,
    entity::{order, order_line},
    model::{self, Fact},
    store::{
        self,
        orders::{Entry, add_history},
        word,
    },
    tokens,
};

/// Who moves an order, and why.
#[derive(Clone, Debug)]
pub struct By {
    /// `customer:…`, `staff:…`, `guest`, or the name of the service or job.
    pub actor: String,
    /// For people; the fact's own word if absent.
    pub reason: Option<String>,
    pub event: Option<EventId>,
}

impl By {
    pub fn service(name: &str, event: EventId) -> Self {
        Self { actor: name.to_owned(), reason: None, event: Some(event) }
    }

    pub fn caller(caller: &web::Caller, reason: Option<String>) -> Self {
        Self { actor: actor(caller), reason, event: None }
    }
}

/// The caller as history names them.
pub fn actor(caller: &web::Caller) -> String {
    match caller.user() {
        Some(user) if user.is_staff() => format!("staff:{}", user.id),
        Some(user) => format!("customer:{}", user.id),
        None => "guest".to_owned(),
    }
}

/// Applies `fact` to an order locked in `tx`: status, moments, history and the event, together or not at all.
pub async fn apply(
    tx: &Tx,
    order: &mut order::Model,
    lines: &[order_line::Model],
    fact: Fact,
    by: &By,
) -> Result<(), Error> {
    let from = order.status()?;
    let to = model::after(from, fact)?;
    // Whoever wrote the moments before may have had a clock that was ahead, and an order is not paid before it is placed.
    let before = [order.paid_at, order.shipped_at, order.delivered_at];
    let now = before.into_iter().flatten().fold(order.created_at.max(time::now()), Ord::max);
    order.status = word(&to);
    match to {
        OrderStatus::Pending => {}
        OrderStatus::Processing => order.paid_at = order.paid_at.or(Some(now)),
        OrderStatus::Shipped => order.shipped_at = order.shipped_at.or(Some(now)),
        OrderStatus::Delivered => order.delivered_at = order.delivered_at.or(Some(now)),
        OrderStatus::Cancelled => order.cancelled_at = order.cancelled_at.or(Some(now)),
    }
    order.expires_at = None;
    order.derive_statuses(lines)?;
    store::orders::save(tx, from, order).await?;
    let reason = by.reason.clone().unwrap_or_else(|| fact.reason().to_owned());
    let entry = Entry {
        kind: "status",
        moved: Some((from, to)),
        actor: &by.actor,
        reason: Some(reason.clone()),
        event: by.event,
    };
    add_history(tx, order.id, entry).await?;
    let event = OrderStatusChanged { order: order.snapshot(lines)?, from, to, reason: Some(reason) };
    outbox::publish(tx, &event).await?;
    metrics::counter!("rialto_order_moves_total", "to" => word(&to)).increment(1);
    Ok(())
}

/// Cancels an order locked in `tx`: what was paid goes back, and so does the coupon's use.
pub async fn cancel(
    tx: &Tx,
    order: &mut order::Model,
    lines: &[order_line::Model],
    fact: Fact,
    by: &By,
) -> Result<(), Error> {
    let owed = order.paid().refundable() > 0;
    if owed {
        order.refund_asked_at = Some(time::now());
    }
    apply(tx, order, lines, fact, by).await?;
    if let Some(promotion) = order.promotion_id {
        match OrderId::from(order.id).shard() {
            Shard::FIRST => store::promotions::give_back(tx, promotion).await?,
            // It is counted in another database: a job tells that one.
            _ => store::spread_uses::owe(tx, order.id).await?,
        }
    }
    if owed {
        request_refund(tx, order, Owed { cause: "cancel", payment: None, amount: None, reason: fact.reason() }).await?;
    }
    Ok(())
}

/// Money that has to go back.
#[derive(Clone, Debug)]
pub struct Owed<'a> {
    /// The same cause asks for the same refund.
    pub cause: &'a str,
    /// `None`: the payment that counts for the order.
    pub payment: Option<PaymentId>,
    /// `None`: whatever was captured. Payments knows of money that has not been told here yet.
    pub amount: Option<Money>,
    pub reason: &'a str,
}

/// Asks payments to give money back.
pub async fn request_refund(tx: &Tx, order: &order::Model, owed: Owed<'_>) -> Result<(), Error> {
    let refund = RefundRequested {
        refund_id: tokens::refund_id(order.id.into(), owed.cause),
        order_id: order.id.into(),
        payment_id: owed.payment,
        amount: owed.amount,
        reason: owed.reason.to_owned(),
        return_id: None,
    };
    Ok(outbox::publish(tx, &refund).await?)
}

/// Writes an order whose amounts or pieces changed but whose status did not.
pub async fn keep(tx: &Tx, order: &mut order::Model, lines: &[order_line::Model]) -> Result<(), Error> {
    let status = order.status()?;
    order.derive_statuses(lines)?;
    store::orders::save(tx, status, order).await
}
