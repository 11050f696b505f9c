//! What can go wrong here, and how it is said over HTTP.

use axum::response::{IntoResponse, Response};
use contracts::{Money, order::OrderStatus};
use http::StatusCode;
use sea_orm::DbErr;
use upstream::CallError;
use web::Problem;

use crate::{model::Status, provider::Unavailable};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such thing, or it is someone else's")]
    NotFound,
    #[error("the order is {0:?} and cannot be paid")]
    OrderNotPayable(OrderStatus),
    #[error("the time to pay the order is over")]
    OrderExpired,
    #[error("too many attempts to pay one order")]
    TooManyAttempts { retry_after_secs: u64 },
    #[error("the payment is {0:?}")]
    WrongStatus(Status),
    #[error("the dispute is closed or answered")]
    DisputeClosed,
    #[error("not more than {0} can be taken")]
    AboveAuthorized(Money),
    #[error("not more than {0} can be refunded")]
    AboveRefundable(Money),
    #[error("the payment is in another currency")]
    OtherCurrency,
    #[error(transparent)]
    Provider(#[from] Unavailable),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("database")]
    Db(#[from] DbErr),
    /// Already in the form of an answer.
    #[error("request refused: {}", .0.code())]
    Refused(Box<Problem>),
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl Error {
    /// The answer of the service `orders` to a question about an order, on behalf of whoever asked us.
    pub fn of_orders(error: CallError) -> Self {
        match &error {
            _ if error.is_not_found() => Self::NotFound,
            CallError::Problem { status: StatusCode::UNAUTHORIZED, .. } => Problem::unauthorized().into(),
            // Not to be allowed is the same as not to be there.
            CallError::Problem { status: StatusCode::FORBIDDEN, .. } => Self::NotFound,
            _ => Self::Call(error),
        }
    }

    fn problem(self) -> Problem {
        let conflict = |code| Problem::new(StatusCode::CONFLICT, code);
        match self {
            Self::NotFound => Problem::not_found(),
            Self::OrderNotPayable(OrderStatus::Cancelled) => {
                conflict("order_cancelled").detail("This order was cancelled. Nothing has to be paid.")
            }
            Self::OrderNotPayable(status) => {
                conflict("order_not_payable").detail("This order cannot be paid any more.").with("order_status", status)
            }
            Self::OrderExpired => conflict("order_expired").detail("The time to pay this order is over."),
            Self::TooManyAttempts { retry_after_secs } => {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_payment_attempts")
                    .detail("There were too many attempts to pay this order. Please try again later.")
                    .retry_after_secs(retry_after_secs)
            }
            Self::WrongStatus(status) => conflict("wrong_status")
                .detail("The payment is not in a state that allows this.")
                .with("payment_status", status),
            Self::DisputeClosed => conflict("dispute_closed").detail("This dispute takes no more evidence."),
            Self::AboveAuthorized(most) => {
                Problem::invalid_field("amount", "above_authorized", format!("must not be above {most}"))
                    .with("authorized", most)
            }
            Self::AboveRefundable(most) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "exceeds_refundable")
                .detail(format!("Not more than {most} can be refunded."))
                .with("refundable", most),
            Self::OtherCurrency => {
                Problem::invalid_field("amount.currency", "other_currency", "must be the payment's currency")
            }
            Self::Provider(error) => Problem::unavailable(error),
            Self::Call(error) => error.into(),
            Self::Db(error) => Problem::store(&error),
            Self::Refused(problem) => *problem,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }
}
