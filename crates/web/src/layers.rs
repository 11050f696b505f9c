//! What stands around every service's routes: the request's id and log line, its metrics, the body limit, and answers
//! in problem form for what no route takes and for panics.

use std::{
    any::Any,
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, PoisonError, RwLock},
    time::Instant,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use contracts::Service;
use futures::FutureExt;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use metrics::Histogram;
use tracing::Instrument;
use upstream::REFUSED;

use crate::{
    auth::Verifier,
    problem::{Cause, Problem},
    request::{self, Current},
};

/// A JSON body is this large at most unless a route says otherwise.
pub const BODY_MAX_BYTES: usize = 64 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where a router stands: behind the gateway, or at the edge where requests enter and are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Inner,
    Outer,
}

/// Which route an answer came from, told on the answer by a router that passes requests on: it matches them all with
/// one wildcard, which would say nothing in a log line or a metric.
#[derive(Clone, Debug)]
pub struct RouteTemplate(pub Arc<str>);

/// Puts everything around a service's routes.
pub fn finish(router: Router, service: Service, verifier: Verifier, edge: Edge) -> Router {
    let around = Around::new(service, verifier, edge);
    answered(router).layer(middleware::from_fn_with_state(around, serve))
}

/// Has what no route takes answered in problem form.
pub fn answered(router: Router) -> Router {
    router.fallback(|| async { Problem::not_found() }).method_not_allowed_fallback(|| async {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
            .detail("This path does not take that method.")
    })
}

/// A layer for the routes of a router that `Around` stands before: tells on the answer which of them it came from.
pub async fn tell_route(request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().map(|path| RouteTemplate(path.as_str().into()));
    let mut response = next.run(request).await;
    if let Some(matched) = matched {
        response.extensions_mut().get_or_insert_with(|| matched);
    }
    response
}

async fn serve(State(around): State<Around>, request: Request, next: Next) -> Response {
    around.serve(request, |request| next.run(request)).await
}

/// What stands around a router. Cheap to clone.
///
/// It is one layer, not one for each thing that it does: axum makes a copy of all that is inside for every layer that a
/// request goes through, and reads cost less than that.
#[derive(Clone)]
pub struct Around(Arc<Shared>);

struct Shared {
    service: Service,
    edge: Edge,
    verifier: Verifier,
    durations: Durations,
}

impl Around {
    /// `verifier` is what `Caller` asks who calls.
    pub fn new(service: Service, verifier: Verifier, edge: Edge) -> Self {
        Self(Arc::new(Shared { service, edge, verifier, durations: Durations::default() }))
    }

    /// Serves one request: with its id known to all that is logged and called meanwhile, a panic answered, and the time
    /// it took measured.
    pub async fn serve<F>(&self, mut request: Request, answer: impl FnOnce(Request) -> F) -> Response
    where
        F: Future<Output = Response>,
    {
        let Shared { service, verifier, edge, .. } = &*self.0;
        let started = Instant::now();
        let current = Current::of(request.headers());
        let method = request.method().clone();
        // The template, not the path: paths carry ids, and a metric must not have one series for each.
        let matched: Option<Arc<str>> = request.extensions().get::<MatchedPath>().map(|path| path.as_str().into());
        DefaultBodyLimit::max(BODY_MAX_BYTES).apply(&mut request);
        request.extensions_mut().insert(verifier.clone());
        let id = current.id.clone();
        let span = tracing::info_span!("request", %service, request_id = %id);
        // At the edge nobody is a service, whatever a stranger sends.
        let is_refused = *edge == Edge::Inner && verifier.refuses(request.headers());
        let answering = async {
            match is_refused {
                true => refused(),
                false => answer(request).await,
            }
        };
        let caught = AssertUnwindSafe(request::scope(current.clone(), answering)).catch_unwind();
        let mut response = match caught.instrument(span.clone()).await {
            Ok(response) => response,
            Err(panic) => {
                let problem = panicked(&*panic);
                request::scope(current, async { problem.into_response() }).await
            }
        };
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        let told = response.extensions_mut().remove::<RouteTemplate>().map(|template| template.0);
        let route = told.or(matched).unwrap_or_else(|| "unmatched".into());
        let _entered = span.enter();
        self.record(&method, route, started, &response);
        response
    }

    fn record(&self, method: &Method, route: Arc<str>, started: Instant, response: &Response) {
        let Shared { service, edge, durations, .. } = &*self.0;
        let status = response.status().as_u16();
        let seconds = started.elapsed().as_secs_f64();
        let series = Series { method: known(method), route: route.clone(), status };
        durations.of(*service, series).record(seconds);
        let duration_ms = (seconds * 1e5).round() / 100.0;
        let problem = response.extensions().get::<Cause>();
        match problem {
            Some(Cause { code, cause: Some(cause) }) if status >= 500 => {
                tracing::error!(%method, %route, status, duration_ms, code, cause, "request failed");
            }
            Some(Cause { code, cause: Some(cause) }) => {
                tracing::info!(%method, %route, status, duration_ms, code, cause, "request refused");
            }
            Some(Cause { code, cause: None }) if *edge == Edge::Outer => {
                tracing::info!(%method, %route, status, duration_ms, code, "request refused");
            }
            _ if *edge == Edge::Outer => tracing::info!(%method, %route, status, duration_ms, "request"),
            _ => tracing::debug!(%method, %route, status, duration_ms, "request"),
        }
    }
}

/// The time requests took, by series. A series is looked up by its labels once; after that it is known here.
#[derive(Default)]
struct Durations(RwLock<HashMap<Series, Histogram>>);

#[derive(Clone, PartialEq, Eq, Hash)]
struct Series {
    method: &'static str,
    route: Arc<str>,
    status: u16,
}

impl Durations {
    fn of(&self, service: Service, series: Series) -> Histogram {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&series).cloned();
        known.unwrap_or_else(|| {
            let histogram = metrics::histogram!(
                "http_server_request_duration_seconds",
                "service" => service.name(), "method" => series.method, "route" => series.route.to_string(),
                "status" => series.status.to_string()
            );
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(series, histogram.clone());
            histogram
        })
    }
}

/// Clients may make methods up, and each would be a series.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        // As OpenTelemetry calls them.
        _ => "_OTHER",
    }
}

/// Tells a service that its token is not good here.
fn refused() -> Response {
    let cause = "a service's token is not good here: do the clocks of the machines agree, and the secrets?";
    let mut response = Problem::unavailable(cause).into_response();
    response.headers_mut().insert(REFUSED, HeaderValue::from_static("service-token"));
    response
}

fn panicked(panic: &(dyn Any + Send)) -> Problem {
    let message = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned());
    Problem::internal(format!("panic: {message}"))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use upstream::{SERVICE_TOKEN, ServiceKey, Upstream};

    use super::*;

    /// What a service, or the gateway, answers a caller with this service token.
    async fn answer(edge: Edge, token: Option<&str>) -> Response {
        let upstream = Upstream::new(Service::Catalog, ServiceKey::new(b"the secret of the tests"));
        let verifier = Verifier::new(Service::Catalog, upstream);
        let router = finish(Router::new().route("/", get(|| async { "done" })), Service::Catalog, verifier, edge);
        let mut request = Request::new(Body::empty());
        if let Some(token) = token {
            request.headers_mut().insert(SERVICE_TOKEN, HeaderValue::from_str(token).expect("a header's value"));
        }
        let Ok(response) = tower::ServiceExt::oneshot(router, request).await;
        response
    }

    #[tokio::test]
    async fn a_service_whose_token_is_not_good_is_told_so_and_no_stranger_is() {
        let refused = answer(Edge::Inner, Some("another shop's, or of another time")).await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(refused.headers().contains_key(REFUSED));
        for (edge, token) in [(Edge::Inner, None), (Edge::Outer, Some("whatever a stranger sends"))] {
            let served = answer(edge, token).await;
            assert_eq!(served.status(), StatusCode::OK);
            assert!(!served.headers().contains_key(REFUSED));
        }
    }
}
