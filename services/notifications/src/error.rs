//! What can go wrong here, and the one place that says how it looks over HTTP.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sea_orm::DbErr;
use web::Problem;

use crate::{model::WrongStatus, render::RenderError};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database: {0}")]
    Db(#[from] DbErr),
    #[error("no such thing")]
    NotFound,
    /// The order's own event has not come yet. It will, so the event that needs it is tried again.
    #[error("the order is not known yet")]
    OrderUnknown,
    #[error("there is no template with this name")]
    UnknownTemplate,
    #[error("there is no user with this id")]
    UnknownUser,
    /// Messages with a token in them are not kept, so there is nothing to send again.
    #[error("the content of this message was not kept")]
    NotResendable,
    /// Somebody saved another version in between.
    #[error("version {current} is newer")]
    Stale { current: i32 },
    #[error(transparent)]
    Status(#[from] WrongStatus),
    #[error("template: {0}")]
    Template(#[from] RenderError),
    #[error("call: {0}")]
    Call(#[from] upstream::CallError),
    #[error("{}", .0.code())]
    Refused(Problem),
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl Error {
    fn problem(self) -> Problem {
        match self {
            Self::Db(error) => Problem::store(&error),
            Self::NotFound => Problem::not_found(),
            Self::OrderUnknown => Problem::unavailable("order not known yet"),
            Self::UnknownTemplate => {
                Problem::invalid_field("template", "unknown_template", "is not a template of this shop")
            }
            Self::UnknownUser => Problem::invalid_field("user_id", "unknown_user", "is not a user of this shop"),
            Self::NotResendable => Problem::new(StatusCode::CONFLICT, "not_resendable")
                .detail("This message carried a one-time link, which is not kept. Ask for a new one instead."),
            Self::Stale { current } => Problem::new(StatusCode::PRECONDITION_FAILED, "stale_version")
                .detail("Somebody saved another version in between. Look at it before you save yours.")
                .with("current_version", current),
            Self::Status(wrong) => Problem::new(StatusCode::CONFLICT, "wrong_status").detail(wrong),
            Self::Template(error) => error.problem(),
            Self::Call(error) => error.into(),
            Self::Refused(problem) => problem,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }
}
