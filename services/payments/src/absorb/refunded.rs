//! What the provider says of a refund.

use contracts::{
    Money,
    events::{RefundFailed, RefundProcessed},
    ids::RefundId,
    time,
};
use db::{Tx, outbox};
use sea_orm::DbErr;

use crate::{
    absorb::{id, order},
    entity::{payment, refund},
    ledger::{self, Kind},
    model::RefundStatus,
    provider::ProviderRefund,
    store,
};

pub async fn absorb(tx: &Tx, payment: &mut payment::Model, said: &ProviderRefund) -> Result<(), DbErr> {
    let refund = match store::refund(&**tx, said.key).await? {
        Some(refund) => refund,
        None => match adopt(tx, payment, said).await? {
            Some(refund) => refund,
            None => return Ok(()),
        },
    };
    let Some(status) = refund.status.after(said.status) else { return Ok(()) };
    let was = refund.status;
    let refund = refund::Model {
        status,
        provider_ref: Some(said.reference.clone()),
        error_code: said.code.clone(),
        check_at: None,
        updated_at: time::now(),
        ..refund
    };
    store::save_refund(tx, &refund).await?;
    let amount = store::money(refund.amount_minor, &refund.currency)?;
    match was {
        RefundStatus::Pending => payment.refund_pending_minor -= amount.amount,
        _ => {
            payment.refunded_minor -= amount.amount;
            ledger::book(tx, payment, Kind::RefundReversed, refund.id, amount).await?;
        }
    }
    metrics::counter!("rialto_refunds_total", "status" => format!("{status:?}")).increment(1);
    if status == RefundStatus::Succeeded {
        succeeded(tx, payment, &refund, amount).await
    } else {
        failed(tx, &refund, amount).await
    }
}

async fn succeeded(tx: &Tx, payment: &mut payment::Model, refund: &refund::Model, amount: Money) -> Result<(), DbErr> {
    payment.refunded_minor += amount.amount;
    ledger::book(tx, payment, Kind::Refund, refund.id, amount).await?;
    let event = RefundProcessed {
        refund_id: RefundId::from(refund.id),
        payment_id: id(payment),
        order_id: order(payment),
        amount,
        refunded_total: Money::new(payment.refunded_minor, amount.currency),
        captured_total: Money::new(payment.captured_minor, amount.currency),
        reason: refund.reason.clone(),
    };
    outbox::publish(tx, &event).await
}

async fn failed(tx: &Tx, refund: &refund::Model, amount: Money) -> Result<(), DbErr> {
    let event = RefundFailed {
        refund_id: RefundId::from(refund.id),
        order_id: refund.order_id.into(),
        amount,
        code: refund.error_code.clone().unwrap_or_else(|| "refund_failed".to_owned()),
    };
    outbox::publish(tx, &event).await
}

/// Takes a refund into the books that was made at the provider, past us.
async fn adopt(tx: &Tx, payment: &mut payment::Model, said: &ProviderRefund) -> Result<Option<refund::Model>, DbErr> {
    let room = payment.captured_minor - payment.refunded_minor - payment.refund_pending_minor;
    if said.amount.amount > room || said.amount.currency.code() != payment.currency || said.amount.amount <= 0 {
        tracing::error!(payment = %payment.id, refund = said.reference, "a refund at the provider does not fit the payment");
        return Ok(None);
    }
    let now = time::now();
    let refund = refund::Model {
        id: said.key,
        payment_id: payment.id,
        order_id: payment.order_id,
        return_id: None,
        status: RefundStatus::Pending,
        amount_minor: said.amount.amount,
        currency: payment.currency.clone(),
        reason: "made at the provider".to_owned(),
        requested_by: "provider".to_owned(),
        provider_ref: Some(said.reference.clone()),
        error_code: None,
        check_at: Some(now),
        checks: 0,
        created_at: now,
        updated_at: now,
    };
    store::insert_refund(tx, refund.clone()).await?;
    payment.refund_pending_minor += refund.amount_minor;
    Ok(Some(refund))
}
