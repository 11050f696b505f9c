//! Answers that are given again without asking their service, for as long as it says that they are right.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, HttpBody},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use http_body_util::BodyExt;
use moka::{future::Cache, policy::EvictionPolicy};
use web::{Lasting, Problem, RouteTemplate};

use crate::{App, forward, pages};

/// Memory for all of them, in bytes; in one process with the catalog most of it is the catalog's own copy.
const MEMORY_BYTES: u64 = 32 * 1024 * 1024;
/// A longer answer is not kept.
const ANSWER_MAX_BYTES: u64 = 256 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Kept(Cache<String, Arc<Answer>>);

/// An answer as it came from its service.
pub(crate) struct Answer {
    headers: HeaderMap,
    body: Bytes,
    route: RouteTemplate,
    lasting: Lasting,
}

impl Answer {
    pub(crate) fn again(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        self.headers.clone_into(response.headers_mut());
        response.extensions_mut().insert(self.route.clone());
        response
    }
}

impl Kept {
    pub(crate) fn new() -> Self {
        let size = |address: &String, answer: &Arc<Answer>| {
            u32::try_from(address.len() + answer.body.len()).unwrap_or(u32::MAX)
        };
        // What is asked for now matters; what was asked for often before it changed does not.
        let cache = Cache::builder().max_capacity(MEMORY_BYTES).weigher(size).eviction_policy(EvictionPolicy::lru());
        Self(cache.build())
    }

    /// The answer that a request would get, if that is known.
    pub(crate) async fn find(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Arc<Answer>> {
        let answer = self.0.get(address(method, uri, headers)?).await?;
        answer.lasting.holds().then_some(answer)
    }

    /// The answer as it is passed on; kept if its service says how long it lasts.
    pub(crate) async fn keep(&self, app: &App, address: &str, mut response: Response) -> Response {
        let Some(lasting) = response.extensions_mut().remove::<Lasting>() else { return response };
        if response.status() != StatusCode::OK || length(&response).is_none_or(|length| length > ANSWER_MAX_BYTES) {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        let body = match body.collect().await {
            Ok(whole) => whole.to_bytes(),
            Err(error) => return Problem::unavailable(format!("an answer broke off: {error}")).into_response(),
        };
        parts.headers.remove(REQUEST_ID);
        let route = forward::template(app, address.split('?').next().unwrap_or_default());
        let answer = Arc::new(Answer { headers: parts.headers, body, route, lasting });
        self.0.insert(address.to_owned(), answer.clone()).await;
        answer.again()
    }
}

/// What names the answer to a request that says nothing of who asks; `None` for any other.
pub(crate) fn address<'a>(method: &Method, uri: &'a Uri, headers: &HeaderMap) -> Option<&'a str> {
    // Pages of other origins are told more than the answer, browsers that go there get a page.
    let says_more =
        [header::AUTHORIZATION, header::ORIGIN, header::RANGE].iter().any(|name| headers.contains_key(name));
    let is_anyones = method == Method::GET && !says_more && !pages::wants_page(headers);
    is_anyones.then(|| uri.path_and_query().map(|address| address.as_str()))?
}

fn length(response: &Response) -> Option<u64> {
    let told = || response.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    response.body().size_hint().exact().or_else(told)
}
