//! Problem answers (RFC 9457): one shape for everything that goes wrong, with a stable `code` for programs and a
//! sentence for people. The cause of a 5xx is logged and never sent.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::request;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem on its way to the client. Boxed, so that a `Result` which goes well is not made large by it.
#[derive(Debug)]
pub struct Problem(Box<Told>);

#[derive(Debug)]
struct Told {
    status: StatusCode,
    code: &'static str,
    detail: Option<String>,
    errors: Vec<FieldError>,
    extra: Map<String, Value>,
    retry_after_secs: Option<u64>,
    cause: Option<String>,
}

/// What is wrong with one field of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"field": "items[0].quantity", "code": "out_of_range", "message": "must be between 1 and 9999"}))]
pub struct FieldError {
    /// The field's path in the body, or the parameter's name.
    pub field: String,
    pub code: String,
    pub message: String,
}

/// The body of every error answer, `application/problem+json`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/invalid", "title": "Unprocessable Entity", "status": 422, "code": "invalid",
    "detail": "One field is not as it should be.", "request_id": "0192f0c1a2b37c4d8e5f60718293a4b5",
    "errors": [{"field": "email", "code": "invalid", "message": "must be an e-mail address"}]
}))]
pub struct ProblemBody {
    /// A URI reference that ends in the code.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    /// A stable word that programs may branch on.
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The request's id, as in the `X-Request-Id` header and in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What else a program may want to know, such as the lines that are short of stock.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Map<String, Value>,
}

/// What travels on the response for the log line, out of the client's sight.
#[derive(Clone, Debug)]
pub struct Cause {
    pub code: &'static str,
    pub cause: Option<String>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self(Box::new(Told {
            status,
            code,
            detail: None,
            errors: Vec::new(),
            extra: Map::new(),
            retry_after_secs: None,
            cause: None,
        }))
    }

    /// Something is broken on our side. `cause` is logged; the client learns nothing of it.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal");
        problem.detail("Something went wrong on our side.").cause(cause)
    }

    /// The store failed: for a while if it was busy, else `internal`.
    pub fn store(error: &sea_orm::DbErr) -> Self {
        if db::is_transient(error) { Self::unavailable(error) } else { Self::internal(error) }
    }

    /// Something we depend on does not answer right now; the client may come back in a moment.
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable").retry_after_secs(2);
        problem.detail("A part of the shop does not answer right now. Please try again in a moment.").cause(cause)
    }

    /// 404, the same for what never existed and for what is someone else's.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found").detail("There is nothing here.")
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized").detail("Please sign in.")
    }

    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden").detail("Your role does not allow this.")
    }

    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").detail("The body is too large.")
    }

    pub fn unsupported_media_type() -> Self {
        let problem = Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type");
        problem.detail("The body must be sent as application/json.")
    }

    /// 429: the client may come back after so many seconds.
    pub fn too_many_requests(secs: u64) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests").retry_after_secs(secs);
        problem.detail(format!("That was too often. Please try again in {secs} seconds."))
    }

    /// 422: readable, but with fields that are not as they should be.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] => format!("{} {}.", only.field, only.message),
            several => format!("{} fields are not as they should be.", several.len()),
        };
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid").detail(detail);
        problem.0.errors = errors;
        problem
    }

    /// 422 for a single field.
    pub fn invalid_field(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError { field: field.into(), code: code.to_owned(), message: message.into() }])
    }

    /// A sentence for people.
    pub fn detail(mut self, detail: impl std::fmt::Display) -> Self {
        self.0.detail = Some(detail.to_string());
        self
    }

    pub fn field(mut self, field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        self.0.errors.push(FieldError { field: field.into(), code: code.to_owned(), message: message.into() });
        self
    }

    /// A further member of the answer, such as the legal next statuses.
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.0.extra.insert(name.to_owned(), serde_json::to_value(value).unwrap_or_default());
        self
    }

    pub fn retry_after_secs(mut self, secs: u64) -> Self {
        self.0.retry_after_secs = Some(secs);
        self
    }

    /// For the log only.
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What the client is told.
    pub(crate) fn into_body(self) -> ProblemBody {
        let told = *self.0;
        ProblemBody {
            r#type: format!("/problems/{}", told.code),
            title: told.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: told.status.as_u16(),
            code: told.code.to_owned(),
            detail: told.detail,
            errors: told.errors,
            request_id: request::id(),
            extra: told.extra,
        }
    }

    /// The fields that are not as they should be.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code) = (self.0.status, self.0.code);
        let (retry_after_secs, cause) = (self.0.retry_after_secs, self.0.cause.clone());
        let body = serde_json::to_string(&self.into_body()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(secs) = retry_after_secs {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        response.extensions_mut().insert(Cause { code, cause });
        response
    }
}

impl From<upstream::CallError> for Problem {
    /// For calls whose problem answers mean nothing in particular to the caller: the other service is at fault.
    fn from(error: upstream::CallError) -> Self {
        match error {
            upstream::CallError::Unavailable { .. } => Self::unavailable(error),
            upstream::CallError::Problem { status, .. } if status == StatusCode::SERVICE_UNAVAILABLE => {
                Self::unavailable(error)
            }
            // The session that both services were shown ended between them.
            upstream::CallError::Problem { status, .. } if status == StatusCode::UNAUTHORIZED => {
                Self::unauthorized().cause(error)
            }
            upstream::CallError::Problem { .. } | upstream::CallError::Unreadable { .. } => Self::internal(error),
        }
    }
}
