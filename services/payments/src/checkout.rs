//! Paying an order: the attempt is written down, then the provider is called, then the outcome is written down.
//!
//! Whatever dies in between leaves an attempt whose id the provider knows or does not know; the next request for the
//! order and the recovery job both ask before anything else is tried, so an order is never charged twice.

use chrono::Duration;
use contracts::{
    Money,
    calls::{AmountDue, DueAmount},
    events::PaymentProcessed,
    ids::OrderId,
    order::OrderStatus,
    time,
};
use db::{Tx, idempotency::Request, outbox};
use fail::fail_point;
use http::StatusCode;
use sha2::{Digest, Sha256};
use upstream::Context;
use uuid::Uuid;
use web::{Problem, idempotency::Answer};

use crate::{
    App, Error,
    absorb::absorb,
    entity::{attempt, payment},
    guard::CHARGE_TIMEOUT,
    model::{AttemptStatus, CaptureMethod, Fact, Status},
    once,
    provider::{Charge, ChargeOrder, Unavailable},
    recover, store, views,
};

/// What the buyer asks for. The amount is not among it.
#[derive(Clone, Debug)]
pub struct Checkout {
    pub order_id: OrderId,
    pub token: Option<String>,
    pub return_url: Option<String>,
    pub capture_method: Option<CaptureMethod>,
}

/// How often a request looks again after it had to clear up behind an earlier attempt.
const ROUNDS: u32 = 4;
/// The provider of orders that cost nothing.
pub const NOBODY: &str = "none";

/// Pays an order on behalf of whoever `context` speaks for.
pub async fn pay(app: &App, context: Context, checkout: &Checkout, request: Option<Request>) -> Result<Answer, Error> {
    if let Some(answer) = once::begin(app, request.as_ref()).await? {
        return Ok(answer);
    }
    let outcome = pay_once(app, &context, checkout, request.as_ref()).await;
    once::give_back(app, request.as_ref(), outcome).await
}

async fn pay_once(
    app: &App,
    context: &Context,
    checkout: &Checkout,
    request: Option<&Request>,
) -> Result<Answer, Error> {
    let asked = app.upstream.call(&AmountDue { order_id: checkout.order_id }, context).await;
    let due = asked.map_err(Error::of_orders)?;
    for _ in 0..ROUNDS {
        match app.db.retried(|| open(app, checkout, &due, request)).await? {
            Opened::Answered(answer) => return Ok(answer),
            Opened::Again => {}
            Opened::Unresolved(payment) => match recover::resolve(app, payment.id).await {
                Ok(()) => {}
                // Not known is not failed: the buyer waits, the recovery job goes on asking.
                Err(Error::Provider(_)) => return answer_now(app, &payment, request).await,
                Err(error) => return Err(error),
            },
            Opened::OtherCard(payment) => recover::drop_attempt(app, &payment).await?,
            Opened::Started(started) => return charge(app, checkout, &started.0, &started.1, request).await,
        }
    }
    let payment = store::payment_of_order(app.db.reader(), checkout.order_id.uuid()).await?.ok_or(Error::NotFound)?;
    answer_now(app, &payment, request).await
}

enum Opened {
    /// There is nothing to charge.
    Answered(Answer),
    /// Another request was quicker; look again.
    Again,
    /// An earlier attempt was left behind, and nobody knows what became of it.
    Unresolved(Box<payment::Model>),
    /// The buyer leaves a step of an earlier attempt unfinished and tries another card.
    OtherCard(Box<payment::Model>),
    Started(Box<(payment::Model, attempt::Model)>),
}

/// Finds or makes the order's one payment and, if it may be tried, writes the attempt down. One transaction.
async fn open(app: &App, checkout: &Checkout, due: &DueAmount, request: Option<&Request>) -> Result<Opened, Error> {
    if due.status == OrderStatus::Cancelled {
        return Err(Error::OrderNotPayable(due.status));
    }
    let tx = app.db.begin().await?;
    let mut payment = match store::lock_live_payment(&tx, due.order_id.uuid()).await? {
        Some(payment) => payment,
        None => {
            payable(due)?;
            let payment = fresh(app, checkout, due);
            // Another request that makes one too is waited for here, and found by looking again.
            if !store::insert_payment(&tx, payment.clone()).await? {
                return Ok(Opened::Again);
            }
            payment
        }
    };
    if due.total.amount == 0 {
        return free(tx, payment, due, request).await;
    }
    let fingerprint = fingerprint(checkout);
    let current = match payment.current_attempt {
        Some(id) => store::attempt(&*tx, id).await?,
        None => None,
    };
    match (payment.status, current) {
        (Status::Succeeded | Status::RequiresCapture, _) => answered(tx, &payment, request).await,
        (Status::Conflicted, _) => Err(conflicted().into()),
        (Status::Processing, Some(attempt))
            if attempt.status == AttemptStatus::Started && attempt.deadline <= time::now() =>
        {
            Ok(Opened::Unresolved(Box::new(payment)))
        }
        (Status::Processing, _) => answered(tx, &payment, request).await,
        (Status::RequiresAction, Some(attempt)) if attempt.method_fingerprint != fingerprint => {
            Ok(Opened::OtherCard(Box::new(payment)))
        }
        (Status::RequiresAction, _) => answered(tx, &payment, request).await,
        (Status::RequiresPaymentMethod | Status::Canceled, _) => {
            payable(due)?;
            let attempt = start(app, &tx, &mut payment, checkout, due, fingerprint).await?;
            tx.commit().await?;
            Ok(Opened::Started(Box::new((payment, attempt))))
        }
    }
}

fn payable(due: &DueAmount) -> Result<(), Error> {
    // What costs nothing was paid when it was placed. Saying so once more is no mistake.
    if due.total.amount == 0 && due.status != OrderStatus::Cancelled {
        return Ok(());
    }
    if due.status != OrderStatus::Pending {
        return Err(Error::OrderNotPayable(due.status));
    }
    if due.expires_at.is_some_and(|at| at <= time::now()) {
        return Err(Error::OrderExpired);
    }
    Ok(())
}

fn conflicted() -> Problem {
    Problem::new(StatusCode::CONFLICT, "payment_conflicted").detail(
        "Something is unclear about the payment of this order. We are looking into it; please do not pay again.",
    )
}

fn fingerprint(checkout: &Checkout) -> String {
    hex::encode(Sha256::digest(checkout.token.as_deref().unwrap_or_default()))
}

fn fresh(app: &App, checkout: &Checkout, due: &DueAmount) -> payment::Model {
    let now = time::now();
    payment::Model {
        id: app.shard.fresh(),
        order_id: due.order_id.uuid(),
        order_number: due.order_number.clone(),
        user_id: due.user_id.map(Uuid::from),
        provider: app.provider.name().to_owned(),
        status: Status::RequiresPaymentMethod,
        amount_minor: due.total.amount,
        currency: due.total.currency.code().to_owned(),
        capture_method: checkout.capture_method.unwrap_or(app.config.capture_method),
        authorized_minor: 0,
        captured_minor: 0,
        refunded_minor: 0,
        refund_pending_minor: 0,
        disputed_minor: 0,
        live_order_id: Some(due.order_id.uuid()),
        current_attempt: None,
        client_secret: None,
        next_action: None,
        error_code: None,
        decline_code: None,
        conflict: None,
        capture_requested_minor: None,
        cancel_reason: None,
        authorized_until: None,
        check_at: Some(now + Duration::seconds(app.config.abandoned_after_secs)),
        checks: 0,
        created_at: now,
        updated_at: now,
        captured_at: None,
        canceled_at: None,
    }
}

/// An order that costs nothing is paid by being confirmed.
async fn free(
    tx: Tx,
    mut payment: payment::Model,
    due: &DueAmount,
    request: Option<&Request>,
) -> Result<Opened, Error> {
    if payment.status == Status::RequiresPaymentMethod {
        let now = time::now();
        payment.provider = NOBODY.to_owned();
        payment.status = payment
            .status
            .after(Fact::AttemptStarted)
            .and_then(|status| status.after(Fact::Captured))
            .unwrap_or(payment.status);
        payment.captured_at = Some(now);
        payment.check_at = None;
        store::save_payment(&tx, &payment).await?;
        let event = PaymentProcessed {
            payment_id: payment.id.into(),
            order_id: due.order_id,
            amount: Money::zero(due.total.currency),
            provider: NOBODY.to_owned(),
            captured_at: now,
        };
        outbox::publish(&tx, &event).await?;
    }
    answered(tx, &payment, request).await
}

/// Writes the attempt down, before anybody outside hears of it.
async fn start(
    app: &App,
    tx: &Tx,
    payment: &mut payment::Model,
    checkout: &Checkout,
    due: &DueAmount,
    method_fingerprint: String,
) -> Result<attempt::Model, Error> {
    let now = time::now();
    if checkout.token.is_none() {
        return Err(Problem::invalid_field("method", "required", "is required").into());
    }
    let recent = store::attempts_since(tx, payment.order_id, now - Duration::hours(1)).await?;
    if let Some(oldest) = recent.first().filter(|_| recent.len() as u64 >= app.config.attempts_per_hour) {
        let wait = (*oldest + Duration::hours(1) - now).num_seconds().max(1);
        return Err(Error::TooManyAttempts { retry_after_secs: wait.unsigned_abs() });
    }
    let attempt = attempt::Model {
        id: app.shard.fresh(),
        payment_id: payment.id,
        order_id: payment.order_id,
        status: AttemptStatus::Started,
        method_fingerprint,
        card_brand: None,
        card_last4: None,
        provider_ref: None,
        error_code: None,
        decline_code: None,
        // The provider's answer comes within its time limit or not at all; the rest is for us to write it down.
        deadline: now + Duration::seconds(i64::try_from(CHARGE_TIMEOUT.as_secs()).unwrap_or(8) + 4),
        created_at: now,
        updated_at: now,
    };
    store::insert_attempt(tx, attempt.clone()).await?;
    // What is due may have changed since the last attempt.
    payment.amount_minor = due.total.amount;
    payment.currency = due.total.currency.code().to_owned();
    payment.capture_method = checkout.capture_method.unwrap_or(app.config.capture_method);
    payment.status = payment.status.after(Fact::AttemptStarted).map_err(|wrong| Error::WrongStatus(wrong.from))?;
    payment.current_attempt = Some(attempt.id);
    payment.next_action = None;
    payment.checks = 0;
    payment.check_at = Some(attempt.deadline);
    payment.updated_at = now;
    store::save_payment(tx, payment).await?;
    Ok(attempt)
}

/// Calls the provider, and writes down what it said together with the answer to the buyer.
async fn charge(
    app: &App,
    checkout: &Checkout,
    payment: &payment::Model,
    attempt: &attempt::Model,
    request: Option<&Request>,
) -> Result<Answer, Error> {
    let order = ChargeOrder {
        key: attempt.id,
        payment_id: payment.id.into(),
        order_id: payment.order_id.into(),
        amount: store::money(payment.amount_minor, &payment.currency)?,
        token: checkout.token.clone().unwrap_or_default(),
        capture_method: payment.capture_method,
        return_url: checkout.return_url.clone(),
    };
    fail_point!("payment::begun", |_| std::process::abort());
    match app.provider.charge(&order).await {
        Ok(charge) => app.db.retried(|| told(app, &charge, request)).await,
        Err(error) if !error.sent => {
            not_sent(app, attempt).await?;
            Err(error.into())
        }
        Err(error) => unknown(app, payment, &error, request).await,
    }
}

async fn told(app: &App, charge: &Charge, request: Option<&Request>) -> Result<Answer, Error> {
    fail_point!("payment::answered", |_| std::process::abort());
    let tx = app.db.begin().await?;
    let payment = absorb(&tx, &app.config, charge).await?.ok_or(Error::NotFound)?;
    let answer = views::paid(&payment)?;
    once::keep(&tx, request, &answer).await?;
    fail_point!("payment::written", |_| std::process::abort());
    tx.commit().await?;
    fail_point!("payment::committed", |_| std::process::abort());
    Ok(answer)
}

/// A time-out is "unknown", never "failed".
async fn unknown(
    app: &App,
    payment: &payment::Model,
    error: &Unavailable,
    request: Option<&Request>,
) -> Result<Answer, Error> {
    tracing::warn!(payment = %payment.id, %error, "the outcome of a charge is unknown");
    let tx = app.db.begin().await?;
    let mut payment = store::lock_payment(&tx, payment.id).await?.ok_or(Error::NotFound)?;
    if payment.status == Status::Processing {
        payment.check_at = Some(time::now());
        store::save_payment(&tx, &payment).await?;
    }
    let answer = views::paid(&payment)?;
    once::keep(&tx, request, &answer).await?;
    tx.commit().await?;
    app.wake.recovery.notify_one();
    Ok(answer)
}

/// The provider was not even asked, so the attempt ends here.
async fn not_sent(app: &App, attempt: &attempt::Model) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let Some(mut payment) = store::lock_payment(&tx, attempt.payment_id).await? else { return Err(Error::NotFound) };
    let Some(mut attempt) = store::attempt(&*tx, attempt.id).await? else { return Err(Error::NotFound) };
    if attempt.status == AttemptStatus::Started && payment.current_attempt == Some(attempt.id) {
        attempt.status = AttemptStatus::Failed;
        attempt.error_code = Some("not_sent".to_owned());
        store::save_attempt(&tx, &attempt).await?;
        payment.status = payment.status.after(Fact::AttemptDropped).map_err(|wrong| Error::WrongStatus(wrong.from))?;
        payment.check_at = crate::absorb::next_check(&payment, &app.config, time::now());
        if payment.cancel_reason.is_some() {
            crate::absorb::cancel(&tx, &mut payment).await?;
        }
        store::save_payment(&tx, &payment).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn answered(tx: Tx, payment: &payment::Model, request: Option<&Request>) -> Result<Opened, Error> {
    let answer = views::paid(payment)?;
    once::keep(&tx, request, &answer).await?;
    tx.commit().await?;
    Ok(Opened::Answered(answer))
}

async fn answer_now(app: &App, payment: &payment::Model, request: Option<&Request>) -> Result<Answer, Error> {
    let tx = app.db.begin().await?;
    match answered(tx, payment, request).await? {
        Opened::Answered(answer) => Ok(answer),
        _ => Err(Error::NotFound),
    }
}
