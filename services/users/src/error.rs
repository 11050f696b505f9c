//! Everything that can go wrong in the users service, and what the client is told of it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sea_orm::DbErr;
use web::Problem;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is nothing here")]
    NotFound,
    /// No token, a bad one, or one whose session has ended: the same from outside.
    #[error("not signed in")]
    Unauthorized,
    #[error("the role does not allow this")]
    Forbidden,
    #[error("The email address or the password is wrong.")]
    WrongCredentials,
    #[error("This account has been disabled. Please contact us.")]
    AccountDisabled,
    #[error("Your role asks for a longer password. We have sent you a link to set one.")]
    NewPasswordRequired,
    #[error("There is already an account with this email address.")]
    EmailTaken,
    #[error("Too many attempts. Please wait {secs} seconds.")]
    Throttled { secs: u64 },
    #[error("Too many mails were asked for. Please look into your inbox, or try again later.")]
    TooManyMails { secs: u64 },
    /// More passwords wait to be hashed than this machine can hash soon.
    #[error("too many passwords to hash at once")]
    Busy,
    #[error("This link is not valid. Perhaps a newer one was sent.")]
    TokenInvalid,
    #[error("This link has run out. Please ask for a new one.")]
    TokenExpired,
    #[error("This link was used before.")]
    TokenUsed,
    #[error("Please sign in again before you do this.")]
    RecentLoginRequired,
    #[error("The request came from another site.")]
    CrossOrigin,
    #[error("Nobody can give, take or change rights that he does not hold himself.")]
    RightsNotHeld,
    #[error("This is the last administrator.")]
    LastAdmin,
    #[error("This role is part of the shop and cannot be changed.")]
    BuiltInRole,
    #[error("There is already a role of this name.")]
    RoleExists,
    #[error("This role is still given to {count} accounts.")]
    RoleInUse { count: u64 },
    #[error("Orders are paid and not sent yet. The account can be erased once they are on their way.")]
    OrdersUnderWay { numbers: Vec<String> },
    #[error("There can be {max} addresses at most.")]
    TooManyAddresses { max: u64 },
    /// What the checks of a request found. Boxed, because it is large and errors are passed around.
    #[error("the request is refused")]
    Refused(Box<Problem>),
    #[error("database")]
    Db(#[from] DbErr),
    #[error("cryptography: {0}")]
    Crypto(String),
}

impl Error {
    pub(crate) fn invalid(field: &str, code: &str, message: impl Into<String>) -> Self {
        Problem::invalid_field(field, code, message).into()
    }

    fn problem(self) -> Problem {
        let refused = |status, code, error: &Self| Problem::new(status, code).detail(error);
        match &self {
            Self::NotFound => Problem::not_found(),
            Self::Unauthorized => Problem::unauthorized(),
            Self::Forbidden => Problem::forbidden(),
            Self::WrongCredentials => refused(StatusCode::UNAUTHORIZED, "invalid_credentials", &self),
            Self::AccountDisabled => refused(StatusCode::FORBIDDEN, "account_disabled", &self),
            Self::NewPasswordRequired => refused(StatusCode::FORBIDDEN, "new_password_required", &self),
            Self::EmailTaken => refused(StatusCode::CONFLICT, "email_taken", &self),
            Self::Throttled { secs } => {
                refused(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", &self).retry_after_secs(*secs)
            }
            Self::TooManyMails { secs } => {
                refused(StatusCode::TOO_MANY_REQUESTS, "too_many_mails", &self).retry_after_secs(*secs)
            }
            Self::Busy => Problem::unavailable(&self),
            Self::TokenInvalid => refused(StatusCode::UNPROCESSABLE_ENTITY, "token_invalid", &self),
            Self::TokenExpired => refused(StatusCode::UNPROCESSABLE_ENTITY, "token_expired", &self),
            Self::TokenUsed => refused(StatusCode::UNPROCESSABLE_ENTITY, "token_used", &self),
            Self::RecentLoginRequired => refused(StatusCode::FORBIDDEN, "recent_login_required", &self),
            Self::CrossOrigin => refused(StatusCode::FORBIDDEN, "cross_origin", &self),
            Self::RightsNotHeld => refused(StatusCode::FORBIDDEN, "rights_not_held", &self),
            Self::LastAdmin => refused(StatusCode::CONFLICT, "last_admin", &self),
            Self::BuiltInRole => refused(StatusCode::CONFLICT, "built_in_role", &self),
            Self::RoleExists => refused(StatusCode::CONFLICT, "role_exists", &self),
            Self::RoleInUse { .. } => refused(StatusCode::CONFLICT, "role_in_use", &self),
            Self::OrdersUnderWay { numbers } => {
                refused(StatusCode::CONFLICT, "orders_under_way", &self).with("orders", numbers)
            }
            Self::TooManyAddresses { .. } => refused(StatusCode::CONFLICT, "too_many_addresses", &self),
            Self::Db(error) => Problem::store(error),
            Self::Crypto(_) => Problem::internal(&self),
            Self::Refused(_) => self.into_refusal(),
        }
    }

    fn into_refusal(self) -> Problem {
        match self {
            Self::Refused(problem) => *problem,
            other => Problem::internal(other),
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl From<aws_lc_rs::error::Unspecified> for Error {
    fn from(error: aws_lc_rs::error::Unspecified) -> Self {
        Self::Crypto(error.to_string())
    }
}

impl From<jsonwebtoken::errors::Error> for Error {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        Self::Crypto(error.to_string())
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.problem().into_response()
    }
}
