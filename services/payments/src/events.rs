//! What the service does when it hears of something. One transaction each; each may run twice.

use bus::Received;
use contracts::{
    Money,
    events::{OrderStatusChanged, RefundFailed, RefundRequested},
    order::OrderStatus,
};
use db::{Tx, outbox};

use crate::{App, Error, entity::payment, model::Status, recover, refund, store};

pub const CONSUMER: &str = "payments";

/// Writes the refund down; the provider is called afterwards, and by the recovery job if that fails.
pub async fn on_refund_requested(app: App, event: Received<RefundRequested>) -> Result<(), Error> {
    let found = match event.payment_id {
        Some(id) => store::payment(app.db.reader(), id.uuid()).await?,
        None => store::payment_of_order(app.db.reader(), event.order_id.uuid()).await?,
    };
    // A payment of another order has nothing to do with this one.
    let found = found.filter(|payment| payment.order_id == event.order_id.uuid());
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    let payment = match found {
        Some(payment) => store::lock_payment(&tx, payment.id).await?,
        None => None,
    };
    let refused = match payment {
        Some(mut payment) => ask(&tx, &mut payment, &event).await?,
        None => Some(("nothing_captured", event.amount)),
    };
    if let Some((code, amount)) = refused {
        refuse(&tx, &event, code, amount).await?;
        tx.commit().await?;
        app.wake.recovery.notify_one();
        return Ok(());
    }
    tx.commit().await?;
    if let Err(error) = recover::settle_refund(&app, event.refund_id.uuid()).await {
        tracing::warn!(refund = %event.refund_id, %error, "refund: the recovery job goes on");
    }
    Ok(())
}

/// Writes the refund down, or says why it cannot be.
async fn ask(
    tx: &Tx,
    payment: &mut payment::Model,
    event: &RefundRequested,
) -> Result<Option<(&'static str, Option<Money>)>, Error> {
    if store::refund(&**tx, event.refund_id.uuid()).await?.is_some() {
        return Ok(None);
    }
    let nothing = store::money(0, &payment.currency)?;
    let asked = refund::Asked {
        id: event.refund_id.uuid(),
        amount: event.amount,
        reason: event.reason.clone(),
        return_id: event.return_id,
        requested_by: "orders".to_owned(),
    };
    let amount = Some(event.amount.unwrap_or(nothing));
    match refund::write_down(tx, payment, asked).await {
        Ok(()) => Ok(None),
        // Money that is only held goes back by being let go.
        Err(Error::WrongStatus(Status::RequiresCapture)) => {
            recover::call_off_locked(tx, payment, "refund_requested").await?;
            Ok(Some(("voided", amount)))
        }
        Err(Error::WrongStatus(_)) => Ok(Some(("nothing_captured", amount))),
        // Whatever is left was asked for, and all of it is on its way: that refund will be told of.
        Err(Error::AboveRefundable(_)) if event.amount.is_none() && payment.refund_pending_minor > 0 => {
            Ok(Some(("refund_pending", None)))
        }
        Err(Error::AboveRefundable(_)) => Ok(Some(("exceeds_refundable", amount))),
        Err(Error::OtherCurrency) => Ok(Some(("other_currency", amount))),
        Err(error) => Err(error),
    }
}

async fn refuse(tx: &Tx, event: &RefundRequested, code: &str, amount: Option<Money>) -> Result<(), Error> {
    tracing::warn!(refund = %event.refund_id, order = %event.order_id, code, "a refund cannot be made");
    // Without a payment and an amount there is no money to speak of, and nobody to tell.
    if let Some(amount) = amount {
        let failed =
            RefundFailed { refund_id: event.refund_id, order_id: event.order_id, amount, code: code.to_owned() };
        outbox::publish(tx, &failed).await?;
    }
    Ok(())
}

/// Of the ways of an order only its early end concerns a payment.
pub fn is_cancelled(_: &App, event: &OrderStatusChanged) -> bool {
    event.to == OrderStatus::Cancelled
}

/// A cancelled order is not paid any more. If its money came already, orders asks for it back.
pub async fn on_order_status_changed(app: App, event: Received<OrderStatusChanged>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, CONSUMER).await? {
        return Ok(());
    }
    if let Some(mut payment) = store::lock_live_payment(&tx, event.order.id.uuid()).await? {
        recover::call_off_locked(&tx, &mut payment, "order_cancelled").await?;
    }
    tx.commit().await?;
    app.wake.recovery.notify_one();
    Ok(())
}
