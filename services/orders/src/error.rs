//! What can go wrong, and how it is answered.

use axum::response::{IntoResponse, Response};
use contracts::{Money, MoneyError, order::OrderStatus};
use http::StatusCode;
use sea_orm::DbErr;
use serde::Serialize;
use upstream::CallError;
use utoipa::ToSchema;
use web::Problem;

use crate::{
    carts::CartProblem,
    model::{ReturnStatus, WrongReturnStatus, WrongStatus},
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Answered as it is.
    #[error("{}", .0.code())]
    Problem(Problem),
    #[error("no such order, cart or return")]
    NotFound,
    #[error("an order that is {from:?} cannot do that")]
    Status { from: OrderStatus, allowed: Vec<OrderStatus> },
    #[error(transparent)]
    WrongStatus(#[from] WrongStatus),
    #[error("a return that is {from:?} cannot do that")]
    ReturnStatus { from: ReturnStatus, allowed: Vec<ReturnStatus> },
    #[error(transparent)]
    WrongReturnStatus(#[from] WrongReturnStatus),
    #[error("not enough stock")]
    InsufficientStock(Vec<ShortLine>),
    #[error("the cart cannot be ordered as it is")]
    CartProblems(Vec<CartProblem>),
    #[error("the total is {now}, not {expected}")]
    TotalChanged { expected: Money, now: Money },
    #[error("someone else changed it at the same moment")]
    Raced,
    #[error("an event speaks of an order that is not here")]
    UnknownOrder,
    #[error("configuration: {0}")]
    Config(String),
    #[error("stored value: {0}")]
    Stored(String),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error("store: {0}")]
    Db(#[from] DbErr),
    #[error(transparent)]
    Call(#[from] CallError),
}

/// A line that cannot be had in the quantity asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShortLine {
    pub sku: String,
    pub requested: u32,
    pub available: u32,
}

impl Error {
    fn problem(self) -> Problem {
        let conflict = |code| Problem::new(StatusCode::CONFLICT, code);
        match self {
            Self::Problem(problem) => problem,
            Self::NotFound => Problem::not_found(),
            Self::Status { from, allowed } => conflict("wrong_status")
                .detail(format!("The order is {}; that cannot be done now.", word(&from)))
                .with("status", from)
                .with("allowed", allowed),
            Self::WrongStatus(wrong) => conflict("wrong_status")
                .detail(format!("The order is {}; that cannot be done now.", word(&wrong.from)))
                .with("status", wrong.from)
                .with("allowed", Vec::<OrderStatus>::new()),
            Self::ReturnStatus { from, allowed } => conflict("wrong_status")
                .detail(format!("The return is {}; that cannot be done now.", word(&from)))
                .with("status", from)
                .with("allowed", allowed),
            Self::WrongReturnStatus(wrong) => {
                Self::ReturnStatus { from: wrong.from, allowed: wrong.from.allowed() }.problem()
            }
            Self::InsufficientStock(lines) => conflict("insufficient_stock")
                .detail("Some items are not available in the quantity asked for.")
                .with("lines", lines),
            Self::CartProblems(problems) => conflict("cart_has_problems")
                .detail("The cart changed since it was last shown. Please look at it again.")
                .with("problems", problems),
            Self::TotalChanged { expected, now } => conflict("total_changed")
                .detail("The total is not the one that was shown.")
                .with("expected_total", expected)
                .with("total", now),
            Self::Raced => conflict("conflict")
                .detail("Someone else changed it at the same moment. Please try again.")
                .retry_after_secs(1),
            Self::Money(error) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "amount_out_of_range").detail(error),
            Self::UnknownOrder | Self::Config(_) | Self::Stored(_) => Problem::internal(self),
            Self::Db(error) => Problem::store(&error),
            Self::Call(error) => Problem::from(error),
        }
    }
}

/// A status as it is written in JSON.
fn word(status: &impl Serialize) -> String {
    serde_json::to_value(status)
        .ok()
        .and_then(|word| word.as_str().map(|word| word.replace('_', " ")))
        .unwrap_or_default()
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}
