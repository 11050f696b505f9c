//! Taking in what the provider says of a charge. The one way in which a payment's status, its refunds and its
//! disputes change by the provider's word, whether it comes as an answer, a webhook or the outcome of a question.
//!
//! Everything here only moves forward, so that hearing the same twice, late, or in the wrong order changes nothing.

use chrono::{DateTime, Duration, Utc};
use contracts::{
    Money,
    events::{PaymentAuthorized, PaymentFailed, PaymentProcessed, PaymentVoided},
    ids::{OrderId, PaymentId},
    time,
};
use db::{Tx, outbox};
use fail::fail_point;
use sea_orm::DbErr;

use crate::{
    Config,
    entity::{attempt, payment},
    ledger::{self, Kind},
    model::{AttemptStatus, ChargeStatus, Fact, Status, buyer_code},
    provider::Charge,
    store,
};

mod disputed;
mod refunded;

/// Applies `charge` to the payment it belongs to, which is locked, written and given back. `None`: it belongs to none.
pub async fn absorb(tx: &Tx, config: &Config, charge: &Charge) -> Result<Option<payment::Model>, DbErr> {
    fail_point!("payment::told", |_| std::process::abort());
    // The charge bears our mark; the attempt behind it is read once nobody else can change it.
    let Some(mut payment) = store::lock_payment(tx, charge.payment_id.uuid()).await? else { return Ok(None) };
    let attempt = store::attempt(&**tx, charge.key).await?.filter(|attempt| attempt.payment_id == payment.id);
    let Some(attempt) = attempt else { return Ok(None) };
    let before = payment.clone();
    let is_current = payment.current_attempt == Some(attempt.id);
    if let Some(next) = attempt.status.after(charge.status) {
        let was = attempt.status;
        store::save_attempt(tx, &told(attempt, next, charge)).await?;
        if is_current {
            apply(tx, &mut payment, was, charge).await?;
        } else if next.holds_money() {
            // The provider broke its word: this attempt was over. The reconciliation reports it.
            tracing::error!(payment = %payment.id, attempt = %charge.key, "money was taken for an attempt that had ended");
        }
    }
    if is_current && payment.captured_minor > 0 {
        for refund in &charge.refunds {
            refunded::absorb(tx, &mut payment, refund).await?;
        }
        for dispute in &charge.disputes {
            disputed::absorb(tx, &mut payment, dispute).await?;
        }
    }
    if payment != before {
        let now = time::now();
        payment.checks = 0;
        payment.updated_at = now;
        payment.check_at = next_check(&payment, config, now);
        store::save_payment(tx, &payment).await?;
    }
    Ok(Some(payment))
}

fn told(attempt: attempt::Model, status: AttemptStatus, charge: &Charge) -> attempt::Model {
    attempt::Model {
        status,
        provider_ref: Some(charge.reference.clone()),
        card_brand: charge.card.as_ref().map(|card| card.brand.clone()),
        card_last4: charge.card.as_ref().map(|card| card.last4.clone()),
        error_code: charge.error.as_ref().map(|error| error.code.clone()),
        decline_code: charge.error.as_ref().and_then(|error| error.decline_code.clone()),
        updated_at: time::now(),
        ..attempt
    }
}

/// What the charge means for its payment, whose attempt `was` in this status until now.
fn fact(payment: &payment::Model, was: AttemptStatus, charge: &Charge) -> Fact {
    let other_money = charge.amount.amount != payment.amount_minor || charge.amount.currency.code() != payment.currency;
    match charge.status {
        ChargeStatus::RequiresCapture | ChargeStatus::Succeeded if other_money => Fact::Mismatched,
        ChargeStatus::RequiresAction => Fact::ActionRequired,
        ChargeStatus::Processing => Fact::ProviderProcessing,
        ChargeStatus::RequiresCapture => Fact::Authorized,
        ChargeStatus::Succeeded => Fact::Captured,
        ChargeStatus::Failed => Fact::Declined,
        ChargeStatus::Canceled if payment.cancel_reason.is_some() || was.holds_money() => Fact::Voided,
        ChargeStatus::Canceled => Fact::AttemptDropped,
    }
}

async fn apply(tx: &Tx, payment: &mut payment::Model, was: AttemptStatus, charge: &Charge) -> Result<(), DbErr> {
    let fact = fact(payment, was, charge);
    let status = match payment.status.after(fact) {
        Ok(status) => status,
        Err(late) => {
            tracing::debug!(payment = %payment.id, %late, "no news");
            return Ok(());
        }
    };
    payment.client_secret = charge.client_secret.clone().or(payment.client_secret.take());
    payment.next_action = None;
    match fact {
        Fact::ActionRequired => {
            payment.next_action = charge.next_action.as_ref().and_then(|action| serde_json::to_value(action).ok());
        }
        Fact::Authorized => authorized(tx, payment, charge).await?,
        Fact::Captured => captured(tx, payment, charge).await?,
        Fact::Declined => declined(tx, payment, charge).await?,
        Fact::AttemptDropped => dropped(tx, payment).await?,
        Fact::Voided => voided(tx, payment, "canceled_by_provider").await?,
        Fact::Mismatched => mismatched(tx, payment, charge).await?,
        Fact::AttemptStarted | Fact::ProviderProcessing => {}
    }
    payment.status = status;
    if payment.status == Status::RequiresPaymentMethod && payment.cancel_reason.is_some() {
        // It was to be called off while the attempt was under way.
        cancel(tx, payment).await?;
    }
    metrics::counter!("rialto_payments_total", "fact" => format!("{fact:?}")).increment(1);
    Ok(())
}

/// Calls off a payment for which no money is held, in a transaction that writes it.
pub async fn cancel(tx: &Tx, payment: &mut payment::Model) -> Result<(), DbErr> {
    if let Ok(status) = payment.status.after(Fact::Voided) {
        voided(tx, payment, "canceled").await?;
        payment.status = status;
        payment.check_at = None;
    }
    Ok(())
}

async fn authorized(tx: &Tx, payment: &mut payment::Model, charge: &Charge) -> Result<(), DbErr> {
    payment.authorized_minor = charge.amount.amount;
    payment.authorized_until = charge.authorized_until;
    payment.error_code = None;
    payment.decline_code = None;
    ledger::book(tx, payment, Kind::Authorization, charge.key, charge.amount).await?;
    let event = PaymentAuthorized { payment_id: id(payment), order_id: order(payment), amount: charge.amount };
    outbox::publish(tx, &event).await
}

async fn captured(tx: &Tx, payment: &mut payment::Model, charge: &Charge) -> Result<(), DbErr> {
    let amount = Money::new(charge.captured_minor, charge.amount.currency);
    let captured_at = charge.captured_at.unwrap_or_else(time::now);
    take(tx, payment, charge, amount).await?;
    payment.captured_at = Some(captured_at);
    payment.capture_requested_minor = None;
    payment.error_code = None;
    payment.decline_code = None;
    let event = PaymentProcessed {
        payment_id: id(payment),
        order_id: order(payment),
        amount,
        provider: payment.provider.clone(),
        captured_at,
    };
    outbox::publish(tx, &event).await
}

/// Books captured money, and that it is no longer merely held.
async fn take(tx: &Tx, payment: &mut payment::Model, charge: &Charge, amount: Money) -> Result<(), DbErr> {
    if payment.status == Status::RequiresCapture {
        ledger::book(tx, payment, Kind::AuthorizationReleased, charge.key, charge.amount).await?;
    }
    payment.authorized_minor = payment.authorized_minor.max(charge.amount.amount).max(amount.amount);
    payment.captured_minor = amount.amount;
    ledger::book(tx, payment, Kind::Capture, charge.key, amount).await
}

async fn declined(tx: &Tx, payment: &mut payment::Model, charge: &Charge) -> Result<(), DbErr> {
    let error = charge.error.as_ref();
    let code = error.map_or("processing_error", |error| error.code.as_str());
    payment.error_code = Some(code.to_owned());
    payment.decline_code = error.and_then(|error| error.decline_code.clone());
    failed(tx, payment, buyer_code(code, payment.decline_code.as_deref())).await
}

async fn dropped(tx: &Tx, payment: &mut payment::Model) -> Result<(), DbErr> {
    // An attempt the buyer replaced by another has not failed.
    if payment.status == Status::Processing {
        payment.error_code = Some("processing_error".to_owned());
        payment.decline_code = None;
        failed(tx, payment, "processing_error").await?;
    }
    Ok(())
}

async fn failed(tx: &Tx, payment: &payment::Model, code: &str) -> Result<(), DbErr> {
    let event = PaymentFailed { payment_id: id(payment), order_id: order(payment), code: code.to_owned() };
    outbox::publish(tx, &event).await
}

async fn voided(tx: &Tx, payment: &mut payment::Model, unless_asked: &str) -> Result<(), DbErr> {
    let reason = payment.cancel_reason.get_or_insert_with(|| unless_asked.to_owned()).clone();
    payment.canceled_at = Some(time::now());
    payment.live_order_id = None;
    payment.capture_requested_minor = None;
    payment.next_action = None;
    if payment.status != Status::RequiresCapture {
        return Ok(());
    }
    let amount = store::money(payment.authorized_minor, &payment.currency)?;
    if let Some(attempt) = payment.current_attempt {
        ledger::book(tx, payment, Kind::AuthorizationReleased, attempt, amount).await?;
    }
    outbox::publish(tx, &PaymentVoided { payment_id: id(payment), order_id: order(payment), amount, reason }).await
}

/// The provider took or holds something else than we asked for. The money is booked, the order is not paid.
async fn mismatched(tx: &Tx, payment: &mut payment::Model, charge: &Charge) -> Result<(), DbErr> {
    let asked = store::money(payment.amount_minor, &payment.currency)?;
    payment.conflict = Some(format!("asked for {asked}, but the provider says {}", charge.amount));
    tracing::error!(payment = %payment.id, %asked, said = %charge.amount, "the provider speaks of other money");
    metrics::counter!("rialto_payment_conflicts_total").increment(1);
    if charge.amount.currency == asked.currency && charge.captured_minor > 0 {
        let amount = Money::new(charge.captured_minor, asked.currency);
        take(tx, payment, charge, amount).await?;
        payment.captured_at = charge.captured_at;
    }
    Ok(())
}

/// When the recovery job should look at a payment next, if nobody brings news before.
pub fn next_check(payment: &payment::Model, config: &Config, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let soon = now + Duration::seconds(pause_secs(payment.checks));
    if payment.status.is_final() {
        return None;
    }
    if payment.cancel_reason.is_some() || payment.capture_requested_minor.is_some() {
        return Some(soon);
    }
    match payment.status {
        Status::RequiresPaymentMethod => Some(payment.created_at + Duration::seconds(config.abandoned_after_secs)),
        Status::RequiresCapture => {
            Some(payment.authorized_until.unwrap_or(payment.updated_at + Duration::days(config.authorization_days)))
        }
        _ => Some(soon),
    }
}

/// Two seconds, doubled with each look, at most five minutes.
pub fn pause_secs(checks: i32) -> i64 {
    2_i64.pow(checks.clamp(0, 9).unsigned_abs() + 1).min(300)
}

pub fn id(payment: &payment::Model) -> PaymentId {
    PaymentId::from(payment.id)
}

pub fn order(payment: &payment::Model) -> OrderId {
    OrderId::from(payment.order_id)
}
