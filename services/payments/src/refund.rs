//! Giving money back. The refund is written down, and counted as given, before the provider hears of it.

use contracts::{Money, ids::ReturnId, time};
use db::{Tx, idempotency::Request};
use fail::fail_point;
use http::StatusCode;
use uuid::Uuid;
use web::idempotency::Answer;

use crate::{
    App, Error,
    collect::Which,
    entity::{payment, refund},
    model::{RefundStatus, Status},
    once, recover, store,
    views::RefundView,
};

/// A refund somebody asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: Uuid,
    /// `None`: all that can be refunded.
    pub amount: Option<Money>,
    pub reason: String,
    pub return_id: Option<ReturnId>,
    pub requested_by: String,
}

/// Refunds on behalf of staff.
pub async fn refund(app: &App, which: Which, asked: Asked, request: Option<Request>) -> Result<Answer, Error> {
    if let Some(answer) = once::begin(app, request.as_ref()).await? {
        return Ok(answer);
    }
    let outcome = refund_once(app, which, asked, request.as_ref()).await;
    once::give_back(app, request.as_ref(), outcome).await
}

async fn refund_once(app: &App, which: Which, asked: Asked, request: Option<&Request>) -> Result<Answer, Error> {
    let payment = which.find(app).await?.id;
    let id = asked.id;
    let tx = app.db.begin().await?;
    let mut payment = store::lock_payment(&tx, payment).await?.ok_or(Error::NotFound)?;
    // The id belongs to the request: if it is there, an earlier try got this far.
    if store::refund(&*tx, id).await?.is_none() {
        write_down(&tx, &mut payment, asked).await?;
    }
    tx.commit().await?;
    fail_point!("refund::begun", |_| std::process::abort());
    // The recovery job goes on where this ends.
    if let Err(error) = recover::settle_refund(app, id).await {
        tracing::warn!(refund = %id, %error, "refund: the recovery job goes on");
    }
    let tx = app.db.begin().await?;
    let refund = store::refund(&*tx, id).await?.ok_or(Error::NotFound)?;
    let status = if refund.status == RefundStatus::Pending { StatusCode::ACCEPTED } else { StatusCode::OK };
    let answer = Answer::new(status, &RefundView::of(refund)?);
    once::keep(&tx, request, &answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Writes a refund of a locked payment down, if there is so much to refund.
pub async fn write_down(tx: &Tx, payment: &mut payment::Model, asked: Asked) -> Result<(), Error> {
    let refundable = store::money(payment.sums().refundable(), &payment.currency)?;
    let amount = asked.amount.unwrap_or(refundable);
    if !matches!(payment.status, Status::Succeeded | Status::Conflicted) {
        return Err(Error::WrongStatus(payment.status));
    }
    if amount.currency != refundable.currency {
        return Err(Error::OtherCurrency);
    }
    if amount.amount < 1 || amount.amount > refundable.amount {
        return Err(Error::AboveRefundable(refundable));
    }
    let now = time::now();
    payment.refund_pending_minor += amount.amount;
    payment.updated_at = now;
    store::save_payment(tx, payment).await?;
    let refund = refund::Model {
        id: asked.id,
        payment_id: payment.id,
        order_id: payment.order_id,
        return_id: asked.return_id.map(Uuid::from),
        status: RefundStatus::Pending,
        amount_minor: amount.amount,
        currency: payment.currency.clone(),
        reason: asked.reason,
        requested_by: asked.requested_by,
        provider_ref: None,
        error_code: None,
        check_at: Some(now),
        checks: 0,
        created_at: now,
        updated_at: now,
    };
    store::insert_refund(tx, refund).await?;
    Ok(())
}
