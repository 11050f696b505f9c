//! Held money: taking it, or letting it go.

use contracts::{
    Money,
    ids::{OrderId, PaymentId},
    time,
};
use db::{Tx, idempotency::Request};
use http::StatusCode;
use uuid::Uuid;
use web::{Problem, idempotency::Answer};

use crate::{App, Error, entity::payment, model::Status, once, recover, store, views::PaymentView};

/// A payment named by its own id or by its order's.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    Payment(PaymentId),
    Order(OrderId),
}

impl Which {
    /// Exactly one of the two must be given.
    pub fn of(payment_id: Option<PaymentId>, order_id: Option<OrderId>) -> Result<Self, Problem> {
        match (payment_id, order_id) {
            (Some(payment), None) => Ok(Self::Payment(payment)),
            (None, Some(order)) => Ok(Self::Order(order)),
            _ => Err(Problem::invalid_field("payment_id", "required", "must be given, or order_id, but not both")),
        }
    }

    /// The service where it stands.
    pub fn home(self, app: App) -> App {
        match self {
            Self::Payment(id) => app.holding(id),
            Self::Order(id) => app.holding(id),
        }
    }

    pub async fn find(self, app: &App) -> Result<payment::Model, Error> {
        let found = match self {
            Self::Payment(id) => store::payment(app.db.reader(), id.uuid()).await?,
            Self::Order(id) => store::payment_of_order(app.db.reader(), id.uuid()).await?,
        };
        found.ok_or(Error::NotFound)
    }
}

/// Takes `amount` of what is held, all of it if none is given, and lets the rest go.
pub async fn capture(
    app: &App,
    which: Which,
    amount: Option<Money>,
    request: Option<Request>,
) -> Result<Answer, Error> {
    if let Some(answer) = once::begin(app, request.as_ref()).await? {
        return Ok(answer);
    }
    let outcome = async {
        let id = which.find(app).await?.id;
        ask_for_capture(app, id, amount).await?;
        finish(app, id, request.as_ref()).await
    };
    let outcome = outcome.await;
    once::give_back(app, request.as_ref(), outcome).await
}

async fn ask_for_capture(app: &App, id: Uuid, amount: Option<Money>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let mut payment = store::lock_payment(&tx, id).await?.ok_or(Error::NotFound)?;
    let authorized = store::money(payment.authorized_minor, &payment.currency)?;
    let amount = amount.unwrap_or(authorized);
    if amount.currency != authorized.currency {
        return Err(Error::OtherCurrency);
    }
    // A repeat of what was done is no mistake.
    if payment.status == Status::Succeeded && payment.captured_minor == amount.amount {
        return Ok(());
    }
    let free =
        payment.cancel_reason.is_none() && payment.capture_requested_minor.is_none_or(|asked| asked == amount.amount);
    if payment.status != Status::RequiresCapture || !free {
        return Err(Error::WrongStatus(payment.status));
    }
    if amount.amount < 1 || amount.amount > authorized.amount {
        return Err(Error::AboveAuthorized(authorized));
    }
    payment.capture_requested_minor = Some(amount.amount);
    payment.check_at = Some(time::now());
    store::save_payment(&tx, &payment).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets held money go, or calls off a payment that is not finished.
pub async fn void(app: &App, which: Which, request: Option<Request>) -> Result<Answer, Error> {
    if let Some(answer) = once::begin(app, request.as_ref()).await? {
        return Ok(answer);
    }
    let outcome = async {
        let id = which.find(app).await?.id;
        let status = recover::call_off(app, id, "voided_by_staff").await?;
        if matches!(status, Status::Succeeded | Status::Conflicted) {
            return Err(Error::WrongStatus(status));
        }
        finish(app, id, request.as_ref()).await
    };
    let outcome = outcome.await;
    once::give_back(app, request.as_ref(), outcome).await
}

/// Has done what was asked for, as far as the provider answers. 202: the recovery job goes on.
async fn finish(app: &App, id: Uuid, request: Option<&Request>) -> Result<Answer, Error> {
    let settled = match recover::resolve(app, id).await {
        Ok(()) => true,
        Err(Error::Provider(_)) => false,
        Err(error) => return Err(error),
    };
    let tx = app.db.begin().await?;
    let payment = store::lock_payment(&tx, id).await?.ok_or(Error::NotFound)?;
    let status = if settled { StatusCode::OK } else { StatusCode::ACCEPTED };
    let answer = Answer::new(status, &PaymentView::of(payment)?);
    keep(tx, request, &answer).await?;
    Ok(answer)
}

async fn keep(tx: Tx, request: Option<&Request>, answer: &Answer) -> Result<(), Error> {
    once::keep(&tx, request, answer).await?;
    tx.commit().await?;
    Ok(())
}
