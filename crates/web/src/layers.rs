//! What stands around every service's routes: the request's id and log line, its metrics, the body limit, and answers
//! in problem form for what no route takes and for panics.

use std::{any::Any, panic::AssertUnwindSafe, time::Instant};

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use contracts::Service;
use futures::FutureExt;
use http::{HeaderValue, Method, StatusCode};
use tracing::Instrument;

use crate::{
    auth::Verifier,
    problem::{Cause, Problem},
    request::{self, Current},
};

/// A JSON body is this large at most unless a route says otherwise.
pub const BODY_MAX_BYTES: usize = 64 * 1024;

/// Where a router stands: behind the gateway, or at the edge where requests enter and are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Inner,
    Outer,
}

/// Which route an answer came from, told on the answer by a router that passes requests on: it matches them all with
/// one wildcard, which would say nothing in a log line or a metric.
#[derive(Clone, Debug)]
pub struct RouteTemplate(pub std::sync::Arc<str>);

/// Puts the layers around a service's routes.
pub fn finish(router: Router, service: Service, verifier: Verifier, edge: Edge) -> Router {
    router
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
                .detail("This path does not take that method.")
        })
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(Extension(verifier))
        .layer(middleware::from_fn(move |request: Request, next: Next| observe(service, edge, request, next)))
}

async fn observe(service: Service, edge: Edge, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let current = Current::of(request.headers());
    let method = request.method().clone();
    // The template, not the path: paths carry ids, and a metric must not have one series for each.
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let id = current.id.clone();
    let span = tracing::info_span!("request", %service, request_id = %id);
    let caught = AssertUnwindSafe(request::scope(current.clone(), next.run(request))).catch_unwind();
    let mut response = match caught.instrument(span.clone()).await {
        Ok(response) => response,
        Err(panic) => {
            let problem = panicked(&*panic);
            request::scope(current, async { problem.into_response() }).await
        }
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let route = response.extensions_mut().remove::<RouteTemplate>().map_or(route, |template| template.0.to_string());
    let _entered = span.enter();
    record(service, edge, &method, &route, started, &response);
    response
}

fn record(service: Service, edge: Edge, method: &Method, route: &str, started: Instant, response: &Response) {
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    metrics::histogram!(
        "http_server_request_duration_seconds",
        "service" => service.name(), "method" => method.to_string(), "route" => route.to_owned(), "status" => status.to_string()
    )
    .record(seconds);
    let duration_ms = (seconds * 1e5).round() / 100.0;
    let problem = response.extensions().get::<Cause>();
    match problem {
        Some(Cause { code, cause: Some(cause) }) if status >= 500 => {
            tracing::error!(%method, route, status, duration_ms, code, cause, "request failed");
        }
        Some(Cause { code, cause: Some(cause) }) => {
            tracing::info!(%method, route, status, duration_ms, code, cause, "request refused");
        }
        Some(Cause { code, cause: None }) if edge == Edge::Outer => {
            tracing::info!(%method, route, status, duration_ms, code, "request refused");
        }
        _ if edge == Edge::Outer => tracing::info!(%method, route, status, duration_ms, "request"),
        _ => tracing::debug!(%method, route, status, duration_ms, "request"),
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Problem {
    let message = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic".to_owned());
    Problem::internal(format!("panic: {message}"))
}
