//! The `Idempotency-Key` header (IETF draft-ietf-httpapi-idempotency-key-header): optional, so that a plain call works.

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use db::idempotency::{Begun, Request};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{auth::Caller, problem::Problem};

const KEY_MAX_LEN: usize = 255;

/// The request's key, if it has one.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let readable = value.to_str().ok().filter(|key| !key.trim().is_empty() && key.len() <= KEY_MAX_LEN);
        let key = readable.ok_or_else(|| {
            Problem::new(StatusCode::BAD_REQUEST, "invalid_idempotency_key")
                .detail(format!("Idempotency-Key must have 1 to {KEY_MAX_LEN} visible ASCII characters."))
        })?;
        Ok(Self(Some(key.to_owned())))
    }
}

impl IdempotencyKey {
    /// The record to begin, for `operation` (as in `POST /orders`) with `body`.
    pub fn request(self, caller: &Caller, operation: &str, body: &impl Serialize) -> Option<Request> {
        let body = serde_json::to_vec(body).unwrap_or_default();
        let fingerprint = hex::encode(Sha256::digest(body));
        self.0.map(|key| Request { scope: format!("{}/{operation}", caller.scope()), key, fingerprint })
    }
}

/// An answer as it is kept: the repeat must get the same bytes, so the first answer is written from the same value.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
    pub replayed: bool,
}

impl Answer {
    pub fn new(status: StatusCode, body: &impl Serialize) -> Self {
        Self { status, body: serde_json::to_value(body).unwrap_or_default(), replayed: false }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.body)).into_response();
        if self.status.is_client_error() {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        }
        if self.replayed {
            response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}

/// What `begin` found, as the handler needs it: `None` to go on, an answer to give again, or a problem.
pub fn replay(begun: Begun) -> Result<Option<Answer>, Problem> {
    match begun {
        Begun::First => Ok(None),
        Begun::Done { status, body } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            Ok(Some(Answer { status, body, replayed: true }))
        }
        Begun::InFlight => Err(Problem::new(StatusCode::CONFLICT, "request_in_flight")
            .detail("A request with this Idempotency-Key is still being worked on.")
            .retry_after_secs(1)),
        Begun::OtherBody => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused")
            .detail("This Idempotency-Key was used with another request.")),
    }
}
