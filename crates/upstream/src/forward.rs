//! Carrying a whole request to another service and its answer back: what the gateway does, and what calls stand on.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    body::{Body, HttpBody},
    response::Response,
};
use contracts::Service;
use http::{HeaderName, Request, header, request::Parts};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::{CallError, REFUSED, Route, SERVICE_TOKEN, TIME_LEFT, Upstream, Within, pool::Pool};

const TOKEN: HeaderName = HeaderName::from_static(SERVICE_TOKEN);
/// Instances that are tried for one request.
const TRIES: usize = 3;
/// A longer body is passed on as it comes, and can be sent once only.
const KEPT_MAX_BYTES: u64 = 64 * 1024;

impl Upstream {
    /// Sends `request` to `service` with this service's token. The path stays as it is. Headers that speak of one
    /// connection only are for whoever passes requests on to take off, both ways.
    ///
    /// Over HTTP, another instance is tried when one could not be reached or refused this service's token, as one does
    /// whose clock is wrong; also when it did not answer, if the request is one that changes nothing.
    pub async fn send(&self, service: Service, mut request: Request<Body>) -> Result<Response, CallError> {
        let unavailable = |cause: String| CallError::Unavailable { service, cause };
        let token = self.key.token(self.me, service).map_err(|error| unavailable(error.to_string()))?;
        request.headers_mut().insert(TOKEN, token);
        match self.route(service) {
            Some(Route::InProcess(router)) => match router.oneshot(request).await {
                Ok(response) => Ok(response),
                Err(never) => match never {},
            },
            Some(Route::Pool(pool)) => self.send_to_one_of(service, &pool, request).await.map_err(unavailable),
            None => Err(unavailable("no route is configured".into())),
        }
    }

    async fn send_to_one_of(&self, service: Service, pool: &Pool, request: Request<Body>) -> Result<Response, String> {
        let http = self.clients.to(service);
        pool.earn();
        let mut onward = Onward::of(request).await.map_err(|error| format!("the request did not come: {error}"))?;
        let mut tried = Vec::new();
        loop {
            let picked = pool.pick(&tried).map_err(|error| error.to_string())?;
            let Some((parts, body)) = onward.next() else { return Err("the request can be sent once only".to_owned()) };
            let outcome = match send_over_http(&http, &picked.instance.url, parts, body).await {
                Ok(response) if !response.headers().contains_key(REFUSED) => {
                    picked.answered();
                    return Ok(response);
                }
                outcome => outcome,
            };
            if onward.broke_off() {
                // Who sends half a request must not have a service taken for one that does not answer.
                picked.spared();
                return outcome.map_err(|error| chain(&error));
            }
            let may_be_sent_again = match &outcome {
                Ok(_refused) => true,
                Err(error) => error.is_connect() || (onward.parts.method.is_safe() && !error.is_timeout()),
            };
            tried.push(picked.instance.clone());
            picked.failed();
            if tried.len() == TRIES || !onward.is_left() || !may_be_sent_again || !pool.may_repeat() {
                return outcome.map_err(|error| chain(&error));
            }
            tracing::debug!(error = outcome.err().map(tracing::field::display), "upstream: will try another instance");
        }
    }
}

async fn send_over_http(
    http: &reqwest::Client,
    base: &str,
    parts: Parts,
    body: reqwest::Body,
) -> Result<Response, reqwest::Error> {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut sent =
        http.request(parts.method, format!("{}{path}", base.trim_end_matches('/'))).headers(parts.headers).body(body);
    if let Some(Within(time)) = parts.extensions.get() {
        sent = sent.timeout(*time).header(TIME_LEFT, u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    }
    let sent = sent.send().await?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = sent.status();
    *response.headers_mut() = sent.headers().clone();
    *response.body_mut() = Body::from_stream(sent.bytes_stream());
    Ok(response)
}

/// A request that may have to be sent more than once.
struct Onward {
    parts: Parts,
    body: Kept,
    /// Whether the client's body ended with an error on its way through.
    broke_off: Arc<AtomicBool>,
}

enum Kept {
    Whole(axum::body::Bytes),
    Stream(Option<Body>),
}

impl Onward {
    async fn of(request: Request<Body>) -> Result<Self, axum::Error> {
        let (mut parts, body) = request.into_parts();
        parts.headers.remove(header::HOST);
        let is_short = body.size_hint().upper().is_some_and(|length| length <= KEPT_MAX_BYTES);
        let body = if is_short { Kept::Whole(body.collect().await?.to_bytes()) } else { Kept::Stream(Some(body)) };
        Ok(Self { parts, body, broke_off: Arc::default() })
    }

    fn broke_off(&self) -> bool {
        self.broke_off.load(Ordering::Relaxed)
    }

    fn is_left(&self) -> bool {
        !matches!(self.body, Kept::Stream(None))
    }

    fn next(&mut self) -> Option<(Parts, reqwest::Body)> {
        let body = match &mut self.body {
            Kept::Whole(bytes) => reqwest::Body::from(bytes.clone()),
            Kept::Stream(body) => {
                let broke_off = self.broke_off.clone();
                let body = body.take()?.map_err(move |error| {
                    broke_off.store(true, Ordering::Relaxed);
                    error
                });
                reqwest::Body::wrap_stream(Body::new(body).into_data_stream())
            }
        };
        Some((self.parts.clone(), body))
    }
}

/// The error and its causes in one line: reqwest's own text says only that something failed.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Bytes, routing::post};
    use tokio::net::TcpListener;

    use super::*;
    use crate::ServiceKey;

    /// A body of unknown length that ends in the middle.
    fn half() -> Body {
        Body::from_stream(futures::stream::iter([Ok("half of"), Err("gone")]))
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_not_held_against_the_service() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().route("/orders", post(|body: Bytes| async move { body.len().to_string() }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let upstream = Upstream::new(Service::Gateway, ServiceKey::new(b"the secret of a shop in a test"));
        upstream.reach_at(Service::Orders, vec![url]);
        let send = async |body: Body| {
            upstream.send(Service::Orders, Request::post("/orders").body(body).expect("a request")).await
        };
        for _ in 0..20 {
            assert!(send(half()).await.is_err());
        }
        assert!(send(Body::from("all of it")).await.expect("it is asked as before").status().is_success());
    }
}
