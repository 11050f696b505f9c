//! Typed calls to another service, and what can go wrong with them.

use std::time::{Duration, Instant};

use axum::body::Body;
use contracts::{Call, Service};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::{TIME_LEFT, Upstream, Within};

/// The largest answer a service reads from another.
const ANSWER_MAX_BYTES: usize = 4 * 1024 * 1024;
/// How long an answer may take, also for someone who has more time.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// What a call carries on from the request it serves: who asked, until when, and the ids that tie log lines together.
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub authorization: Option<HeaderValue>,
    pub order_token: Option<HeaderValue>,
    pub request_id: Option<HeaderValue>,
    pub traceparent: Option<HeaderValue>,
    /// Nobody waits for the answer any more after this.
    pub deadline: Option<Instant>,
}

const ORDER_TOKEN: HeaderName = HeaderName::from_static("order-token");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

impl Context {
    /// Takes over what belongs to the caller from a request's headers.
    pub fn of(headers: &HeaderMap) -> Self {
        Self {
            authorization: headers.get(header::AUTHORIZATION).cloned(),
            order_token: headers.get(ORDER_TOKEN).cloned(),
            request_id: headers.get(REQUEST_ID).cloned(),
            traceparent: headers.get(TRACEPARENT).cloned(),
            deadline: time_left(headers).map(|left| Instant::now() + left),
        }
    }

    fn apply(&self, headers: &mut HeaderMap) {
        let carried = [
            (header::AUTHORIZATION, &self.authorization),
            (ORDER_TOKEN, &self.order_token),
            (REQUEST_ID, &self.request_id),
            (TRACEPARENT, &self.traceparent),
        ];
        for (name, value) in carried {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
    }
}

fn time_left(headers: &HeaderMap) -> Option<Duration> {
    let left: u64 = headers.get(TIME_LEFT)?.to_str().ok()?.parse().ok()?;
    // A day is as good as for ever, and no sum overflows.
    Some(Duration::from_millis(left.min(24 * 60 * 60 * 1000)))
}

#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The other service answered with a problem: an answer, not a failure.
    #[error("{service} answered {status} {code}")]
    Problem { service: Service, status: StatusCode, code: String, body: Value },
    /// It could not be reached, or did not answer in time. Whether it acted is unknown.
    #[error("{service} is unavailable: {cause}")]
    Unavailable { service: Service, cause: String },
    #[error("{service} gave an answer that cannot be read: {cause}")]
    Unreadable { service: Service, cause: String },
}

impl CallError {
    /// The problem code of the answer, if it was one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem { code, .. } => Some(code),
            _ => None,
        }
    }

    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem { status: StatusCode::NOT_FOUND, .. })
    }

    fn worth_repeating(&self) -> bool {
        match self {
            Self::Problem { status, .. } => *status == StatusCode::SERVICE_UNAVAILABLE,
            Self::Unavailable { .. } => true,
            Self::Unreadable { .. } => false,
        }
    }
}

impl Upstream {
    /// Makes the call. A repeatable one is tried up to three times while the other service is unavailable.
    pub async fn call<C: Call>(&self, call: &C, context: &Context) -> Result<C::Answer, CallError> {
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        loop {
            match self.call_once(call, context).await {
                Err(error)
                    if C::REPEATABLE && tries < TRIES && error.worth_repeating() && self.may_repeat(call.service()) =>
                {
                    tracing::debug!(%error, tries, "call: will try again");
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                    tries += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn call_once<C: Call>(&self, call: &C, context: &Context) -> Result<C::Answer, CallError> {
        let service = call.service();
        let unavailable = |cause: String| CallError::Unavailable { service, cause };
        let mut request = Request::builder().method(C::METHOD).uri(call.path());
        if let Some(headers) = request.headers_mut() {
            context.apply(headers);
        }
        let body = if C::METHOD == Method::GET {
            Body::empty()
        } else {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(serde_json::to_vec(call).map_err(|error| unavailable(error.to_string()))?)
        };
        let mut request = request.body(body).map_err(|error| unavailable(error.to_string()))?;
        if let Some(deadline) = context.deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(unavailable("whoever asked has no time left".to_owned()));
            }
            request.extensions_mut().insert(Within(left.min(ANSWER_WITHIN)));
        }
        let response = self.send(service, request).await?;
        let status = response.status();
        let body = http_body_util::Limited::new(response.into_body(), ANSWER_MAX_BYTES);
        let body = body.collect().await.map_err(|error| unavailable(error.to_string()))?.to_bytes();
        if status.is_success() {
            let text: &[u8] = if body.is_empty() { b"null" } else { &body };
            return serde_json::from_slice(text)
                .map_err(|error| CallError::Unreadable { service, cause: error.to_string() });
        }
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = body["code"].as_str().unwrap_or("unknown").to_owned();
        Err(CallError::Problem { service, status, code, body })
    }
}
