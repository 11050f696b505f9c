//! What can go wrong in the catalog, and how it is said over HTTP.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sea_orm::DbErr;
use web::Problem;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such thing, or not for the caller")]
    NotFound,
    #[error("the {what} {value:?} is taken")]
    Taken { what: &'static str, value: String },
    /// What was sold here once, and the slug of the category it was in.
    #[error("the product is no longer sold")]
    Gone { category: Option<String> },
    #[error("the product has changed since it was read")]
    Stale,
    #[error("the customer has reviewed this product already")]
    ReviewExists,
    #[error("there are categories below it")]
    CategoryHasChildren,
    #[error("a category cannot be below itself")]
    CategoryCycle,
    /// The head names a document that the store does not have: it lags behind, or lost it.
    #[error("a product's document is missing")]
    DocumentMissing,
    #[error("product documents: {0}")]
    Documents(String),
    #[error("the request was refused")]
    Refused(Problem),
    #[error("database: {0}")]
    Db(#[from] DbErr),
    #[error("search index: {0}")]
    Index(String),
    #[error("media: {0}")]
    Media(#[from] std::io::Error),
    #[error("kept data cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl Error {
    pub fn problem(self) -> Problem {
        match self {
            Self::NotFound => Problem::not_found(),
            Self::Taken { what, .. } => {
                let code = if what == "sku" { "sku_taken" } else { "slug_taken" };
                let problem = Problem::new(StatusCode::CONFLICT, code).detail(&self);
                if what == "slug" { problem.field(what, code, self.to_string()) } else { problem }
            }
            Self::Gone { category } => Problem::new(StatusCode::GONE, "gone")
                .detail("It was sold here once, and is no longer.")
                .with("category", category),
            Self::Stale => Problem::new(StatusCode::PRECONDITION_FAILED, "stale")
                .detail("It has changed since you read it. Read it again and repeat your change."),
            Self::ReviewExists => Problem::new(StatusCode::CONFLICT, "review_exists")
                .detail("You have reviewed this product already. You can change your review instead."),
            Self::CategoryHasChildren => Problem::new(StatusCode::CONFLICT, "category_has_children")
                .detail("Move or delete the categories below it first."),
            Self::CategoryCycle => {
                Problem::new(StatusCode::CONFLICT, "category_cycle").detail("A category cannot be moved below itself.")
            }
            Self::Refused(problem) => problem,
            Self::Db(error) => Problem::store(&error),
            Self::DocumentMissing | Self::Documents(_) => Problem::unavailable(self),
            Self::Index(_) | Self::Media(_) | Self::Unreadable(_) => Problem::internal(self),
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }
}
