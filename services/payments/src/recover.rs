//! Finding out what became of payments and refunds that nobody brought news of: ask the provider by our key, before
//! anything else is done.

use chrono::{DateTime, Duration, Utc};
use contracts::time;
use fail::fail_point;
use uuid::Uuid;

use crate::{
    App, Error,
    absorb::{absorb, cancel, next_check, pause_secs},
    entity::{attempt, payment, refund},
    model::{AttemptStatus, RefundStatus, Status},
    provider::{Charge, RefundOrder, Unavailable, VoidOrder},
    store,
};

/// Payments or refunds looked at in one go.
const BATCH: u64 = 50;

/// Looks after every payment that is due. Gives back how many.
pub async fn recover(app: &App) -> Result<usize, Error> {
    let due = store::payments_to_check(app.db.reader(), time::now(), BATCH).await?;
    for id in &due {
        match resolve(app, *id).await {
            Ok(()) => {}
            Err(Error::Provider(error)) => tracing::info!(payment = %id, %error, "recovery: will ask again"),
            Err(error) => {
                tracing::error!(payment = %id, error = %error, "recovery failed");
                put_off(app, *id).await?;
            }
        }
    }
    Ok(due.len())
}

/// Finishes what one payment waits for: its outcome, a capture, or being called off.
pub async fn resolve(app: &App, id: Uuid) -> Result<(), Error> {
    let Some(payment) = store::payment(app.db.reader(), id).await? else { return Ok(()) };
    let attempt = match payment.current_attempt {
        Some(attempt) => store::attempt(app.db.reader(), attempt).await?,
        None => None,
    };
    let now = time::now();
    let overdue = overdue(&payment, attempt.as_ref(), app.config.action_window_secs, now);
    if let Some(reason) = overdue.filter(|_| payment.cancel_reason.is_none()) {
        call_off(app, id, reason).await?;
        return Box::pin(resolve(app, id)).await;
    }
    let told = match &attempt {
        Some(attempt) if !payment.status.is_final() && payment.status != Status::RequiresPaymentMethod => {
            ask(app, &payment, attempt, now).await
        }
        _ => Ok(None),
    };
    match told {
        Ok(charge) => take_in(app, id, charge.as_ref()).await,
        Err(error) => {
            put_off(app, id).await?;
            Err(error.into())
        }
    }
}

/// Why a payment that nobody finished is given up, if it is time.
fn overdue(
    payment: &payment::Model,
    attempt: Option<&attempt::Model>,
    window_secs: i64,
    now: DateTime<Utc>,
) -> Option<&'static str> {
    let due = payment.check_at.is_some_and(|at| at <= now);
    match payment.status {
        Status::RequiresPaymentMethod if due => Some("abandoned"),
        Status::RequiresCapture if due && payment.capture_requested_minor.is_none() => Some("authorization_expired"),
        Status::RequiresAction => {
            let since = attempt.map_or(payment.updated_at, |attempt| attempt.created_at);
            (since + Duration::seconds(window_secs) <= now).then_some("authentication_timed_out")
        }
        _ => None,
    }
}

/// The question that this payment needs answered. Only the network; what the answer means is decided under the lock.
async fn ask(
    app: &App,
    payment: &payment::Model,
    attempt: &attempt::Model,
    now: DateTime<Utc>,
) -> Result<Option<Charge>, Unavailable> {
    if payment.cancel_reason.is_some() {
        return void(app, payment, attempt.id).await.map(Some);
    }
    if let (Some(amount), Status::RequiresCapture) = (payment.capture_requested_minor, payment.status) {
        let amount = store::money(amount, &payment.currency).map_err(Unavailable::not_sent)?;
        return app.provider.capture(attempt.id, amount).await.map(Some);
    }
    match app.provider.find(attempt.id).await? {
        Some(charge) => Ok(Some(charge)),
        // It never arrived. Whoever sent it has given up waiting; ended at the provider, it cannot arrive later either.
        None if attempt.status == AttemptStatus::Started && attempt.deadline <= now => {
            void(app, payment, attempt.id).await.map(Some)
        }
        None => Ok(None),
    }
}

async fn void(app: &App, payment: &payment::Model, key: Uuid) -> Result<Charge, Unavailable> {
    let amount = store::money(payment.amount_minor, &payment.currency).map_err(Unavailable::not_sent)?;
    let order = VoidOrder { key, payment_id: payment.id.into(), order_id: payment.order_id.into(), amount };
    app.provider.void(&order).await
}

/// Asks the provider how a payment stands, whether or not it is time to. What it says is taken in.
pub async fn refresh(app: &App, id: Uuid) -> Result<(), Error> {
    let payment = store::payment(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    let Some(key) = payment.current_attempt else { return Ok(()) };
    match app.provider.find(key).await? {
        Some(charge) => take_in(app, id, Some(&charge)).await,
        None => resolve(app, id).await,
    }
}

async fn take_in(app: &App, id: Uuid, charge: Option<&Charge>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if let Some(charge) = charge {
        absorb(&tx, &app.config, charge).await?;
    }
    let Some(mut payment) = store::lock_payment(&tx, id).await? else { return Ok(()) };
    let now = time::now();
    if payment.check_at.is_some_and(|at| at <= now) {
        // No news: look again later.
        payment.checks += 1;
        payment.check_at = next_check(&payment, &app.config, now).map(|at| at.max(now + Duration::seconds(1)));
        store::save_payment(&tx, &payment).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn put_off(app: &App, id: Uuid) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if let Some(mut payment) = store::lock_payment(&tx, id).await? {
        payment.checks += 1;
        payment.check_at = payment.check_at.map(|_| time::now() + Duration::seconds(pause_secs(payment.checks)));
        store::save_payment(&tx, &payment).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Notes that the payment is to be called off. Where no attempt is under way, that is all it takes.
pub async fn call_off(app: &App, id: Uuid, reason: &str) -> Result<Status, Error> {
    let tx = app.db.begin().await?;
    let mut payment = store::lock_payment(&tx, id).await?.ok_or(Error::NotFound)?;
    call_off_locked(&tx, &mut payment, reason).await?;
    tx.commit().await?;
    app.wake.recovery.notify_one();
    Ok(payment.status)
}

/// The same within a transaction that holds the payment's lock.
pub async fn call_off_locked(tx: &db::Tx, payment: &mut payment::Model, reason: &str) -> Result<(), Error> {
    if payment.status.is_final() {
        return Ok(());
    }
    payment.cancel_reason.get_or_insert_with(|| reason.to_owned());
    payment.check_at = Some(time::now());
    payment.updated_at = time::now();
    if payment.status == Status::RequiresPaymentMethod {
        cancel(tx, payment).await?;
    }
    store::save_payment(tx, payment).await?;
    Ok(())
}

/// Ends the attempt under way at the provider, so that another can begin. If its money came after all, it counts.
pub async fn drop_attempt(app: &App, payment: &payment::Model) -> Result<(), Error> {
    let Some(attempt) = payment.current_attempt else { return Ok(()) };
    let charge = void(app, payment, attempt).await?;
    take_in(app, payment.id, Some(&charge)).await
}

/// Asks about every refund that is due. Gives back how many.
pub async fn retry_refunds(app: &App) -> Result<usize, Error> {
    let due = store::refunds_to_check(app.db.reader(), time::now(), BATCH).await?;
    for id in &due {
        if let Err(error) = settle_refund(app, *id).await {
            tracing::info!(refund = %id, %error, "refund: will ask again");
        }
    }
    Ok(due.len())
}

/// Makes the refund at the provider, or finds out what became of it: the same call, under the same key.
pub async fn settle_refund(app: &App, id: Uuid) -> Result<(), Error> {
    let Some((order, payment)) = refund_order(app, id).await? else { return Ok(()) };
    match app.provider.refund(&order).await {
        Ok(charge) => {
            fail_point!("refund::answered", |_| std::process::abort());
            let tx = app.db.begin().await?;
            absorb(&tx, &app.config, &charge).await?;
            look_again(&tx, id).await?;
            tx.commit().await?;
            fail_point!("refund::committed", |_| std::process::abort());
            Ok(())
        }
        Err(error) => {
            tracing::warn!(refund = %id, %payment, %error, "the outcome of a refund is unknown");
            let tx = app.db.begin().await?;
            look_again(&tx, id).await?;
            tx.commit().await?;
            Err(error.into())
        }
    }
}

async fn refund_order(app: &App, id: Uuid) -> Result<Option<(RefundOrder, Uuid)>, Error> {
    let refund = store::refund(app.db.reader(), id).await?.filter(|refund| refund.status == RefundStatus::Pending);
    let Some(refund) = refund else { return Ok(None) };
    let payment = store::payment(app.db.reader(), refund.payment_id).await?.ok_or(Error::NotFound)?;
    let charge = payment.current_attempt.ok_or(Error::WrongStatus(payment.status))?;
    let amount = store::money(refund.amount_minor, &refund.currency)?;
    Ok(Some((RefundOrder { key: refund.id, charge, amount, reason: refund.reason }, payment.id)))
}

async fn look_again(tx: &db::Tx, id: Uuid) -> Result<(), Error> {
    let Some(payment) = store::refund(&**tx, id).await?.map(|refund| refund.payment_id) else { return Ok(()) };
    store::lock_payment(tx, payment).await?;
    if let Some(refund) = store::refund(&**tx, id).await?.filter(|refund| refund.status == RefundStatus::Pending) {
        let checks = refund.checks + 1;
        let check_at = Some(time::now() + Duration::seconds(pause_secs(checks)));
        store::save_refund(tx, &refund::Model { checks, check_at, ..refund }).await?;
    }
    Ok(())
}
