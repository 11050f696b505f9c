//! What belongs to the request at hand: its id, for logs and for the person who asks about it.

use std::future::Future;

use http::{HeaderMap, HeaderName};
use upstream::Context;
use uuid::Uuid;

tokio::task_local! {
    static CURRENT: Current;
}

#[derive(Clone, Debug)]
pub struct Current {
    pub id: String,
    pub context: Context,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id taken over from outside.
const ID_MAX_LEN: usize = 64;

impl Current {
    /// Takes over a sensible `X-Request-Id`, or makes one up.
    pub fn of(headers: &HeaderMap) -> Self {
        let id = id_of(headers);
        let mut context = Context::of(headers);
        context.request_id = id.parse().ok();
        Self { id, context }
    }
}

/// The id that a request brings along, if it is a sensible one; otherwise a new one.
pub fn id_of(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let sensible = |id: &&str| {
        !id.is_empty() && id.len() <= ID_MAX_LEN && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    given.filter(sensible).map_or_else(|| Uuid::now_v7().simple().to_string(), str::to_owned)
}

/// Runs `inner` as part of the request `current`.
pub async fn scope<F: Future>(current: Current, inner: F) -> F::Output {
    CURRENT.scope(current, inner).await
}

/// The id of the request being served, if one is.
pub fn id() -> Option<String> {
    CURRENT.try_with(|current| current.id.clone()).ok()
}

/// What a call to another service carries on from this request. Empty outside a request.
pub fn context() -> Context {
    CURRENT.try_with(|current| current.context.clone()).unwrap_or_default()
}
