//! What can go wrong in shipping, and how it is told over HTTP.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sea_orm::{DbErr, SqlErr};
use web::Problem;

use crate::{
    model::shipment::{self, WrongStatus},
    quote::QuoteProblem,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no such thing")]
    NotFound,
    /// The thing has moved on since the client read it.
    #[error("the version is not the current one")]
    Stale,
    /// Another change of the same thing was committed in between. Doing it again may succeed.
    #[error("changed by someone else at the same time")]
    Raced,
    #[error(transparent)]
    WrongStatus(#[from] WrongStatus),
    #[error("the quote is {0}")]
    Quote(QuoteProblem),
    /// An area stands in one zone only.
    #[error("{area} belongs to the zone {zone} already")]
    AreaTaken { area: String, zone: String },
    /// The carrier says no, for good.
    #[error("the carrier refuses: {0}")]
    Refused(String),
    /// More goods than the order has left to ship.
    #[error("{sku}: only {left} left to ship")]
    TooMany { sku: String, left: u32 },
    #[error("the carrier {0} cannot be moved by hand")]
    NotSandbox(String),
    #[error("carrier unavailable: {0}")]
    Carrier(#[from] crate::carrier::Unavailable),
    #[error("{0:?}")]
    Problem(Problem),
    #[error("database: {0}")]
    Db(#[from] DbErr),
    #[error(transparent)]
    Call(#[from] upstream::CallError),
    /// What the database holds cannot be read: a defect, not a state.
    #[error("unreadable row: {0}")]
    Unreadable(String),
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Error {
    fn problem(self) -> Problem {
        let conflict = |code| Problem::new(StatusCode::CONFLICT, code);
        match self {
            Self::NotFound => Problem::not_found(),
            Self::Stale => Problem::new(StatusCode::PRECONDITION_FAILED, "stale")
                .detail("It was changed meanwhile. Read it again and repeat the change."),
            Self::Raced => conflict("changed_meanwhile").detail("It is being changed right now. Please try again."),
            Self::WrongStatus(wrong) => conflict("wrong_status")
                .detail(wrong)
                .with("status", wrong.from)
                .with("allowed", shipment::actions(wrong.from)),
            Self::Quote(problem) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "quote_invalid")
                .detail("The chosen delivery no longer holds. Please choose again.")
                .with("reason", problem),
            Self::AreaTaken { .. } => conflict("area_taken").detail(self),
            Self::Refused(_) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "label_refused").detail(self),
            Self::TooMany { .. } => conflict("exceeds_unshipped").detail(self),
            Self::NotSandbox(_) => conflict("not_a_sandbox_shipment").detail(self),
            Self::Carrier(error) => Problem::unavailable(error),
            Self::Problem(problem) => problem,
            // Two wrote the same thing at once, and a unique index chose.
            Self::Db(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                Self::Raced.problem()
            }
            Self::Db(error) => Problem::store(&error),
            Self::Call(error) => error.into(),
            Self::Unreadable(_) => Problem::internal(self),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }
}
