//! Passing a request on to the service that answers its path, and the answer back, both as streams.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use contracts::Service;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use http_body_util::BodyExt;
use upstream::Within;
use web::{Lasting, Problem, RouteTemplate, request};

use crate::{
    App, admission, arrival,
    body::{self, Meter, Standing},
    routes,
    turns::{NoTurn, Turn},
};

/// Headers that speak of one connection and must not be carried on to the next (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// A request waits for its turn for at most this part of the time that it may take.
const WAITED_PART: u32 = 5;

/// What tells of the software behind us and helps nobody.
const TALKATIVE: [HeaderName; 2] = [header::SERVER, HeaderName::from_static("x-powered-by")];

/// The template of a path that is passed on, for logs and metrics: all such paths come in by one wildcard.
pub(crate) fn template(app: &App, path: &str) -> RouteTemplate {
    let template = routes::plain(path).and_then(|path| app.openapi.template(path));
    RouteTemplate(template.unwrap_or_else(|| Arc::from("unmatched")))
}

/// Everything that the gateway does not answer itself.
pub(crate) async fn forward(app: &App, request: Request) -> Response {
    let path = routes::plain(request.uri().path()).unwrap_or_default().to_owned();
    let Some(service) = routes::service(&path, &app.config) else { return Problem::not_found().into_response() };
    carry(app, service, &path, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn carry(app: &App, service: Service, path: &str, request: Request) -> Result<Response, Problem> {
    let body_max = routes::body_max(path, &app.config);
    if declared_length(request.headers()).is_some_and(|length| length > body_max) {
        return Ok(closing(Problem::too_large()));
    }
    let (time, begun) = (routes::time(path, &app.config), Instant::now());
    let (parts, body) = request.into_parts();
    let (mut body, meter) = body::metered(body, body_max, Duration::from_secs(app.config.body_secs));
    let mut turn = Turn::at_once();
    if app.turns.are_limited() && routes::takes_turn(&parts.method, path) {
        // Nobody has a turn while it is the client that is waited for.
        body = match tokio::time::timeout(time, body.collect()).await {
            Ok(Ok(whole)) => Body::from(whole.to_bytes()),
            Ok(Err(_)) => return Ok(closing(not_taken(&meter))),
            Err(_) => return Ok(closing(too_slow())),
        };
        let waiting = app.turns.next(time / WAITED_PART);
        turn = waiting.await.map_err(|NoTurn| admission::overloaded())?;
    }
    // Waiting for a turn does not count.
    let time = (time + turn.waited()).saturating_sub(begun.elapsed());
    // A fresh request: the extensions of this one (matched path, its parameters) would confuse the service's router.
    let mut onward = Request::new(body);
    *onward.method_mut() = parts.method;
    *onward.uri_mut() = onward_uri(path, parts.uri.query())?;
    *onward.headers_mut() = parts.headers;
    onward_headers(onward.headers_mut());
    onward.extensions_mut().insert(Within(time));
    let asked_at = Instant::now();
    let mut asked = pin!(app.upstream.send(service, onward));
    let outcome = tokio::time::timeout(time, turn.spend_on(asked.as_mut())).await;
    if matches!(meter.standing(), Standing::TooLarge | Standing::TooSlow) {
        return Ok(closing(not_taken(&meter)));
    }
    match outcome {
        Ok(Ok(response)) => Ok(homeward(app, response, service, asked_at)),
        Ok(Err(error)) => Err(Problem::from(error)),
        Err(_) => Ok(timed_out(&meter, service)),
    }
}

/// `None` also for a length that cannot be read, which the server has refused before.
fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn onward_uri(path: &str, query: Option<&str>) -> Result<Uri, Problem> {
    let text = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    text.parse().map_err(|_| Problem::not_found())
}

fn onward_headers(headers: &mut HeaderMap) {
    drop_hop_by_hop(headers);
    // The server has answered it already.
    headers.remove(header::EXPECT);
    if let Some(id) = request::id().and_then(|id| HeaderValue::from_str(&id).ok()) {
        headers.insert("x-request-id", id);
    }
}

fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        // Nobody may have these dropped by naming them.
        .filter(|name: &HeaderName| !arrival::is_ours(name.as_str()) && name != header::AUTHORIZATION)
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// The answer as the client may see it. A 5xx that is not one of our problems may carry anything; it is not shown.
fn homeward(app: &App, mut response: Response, service: Service, asked_at: Instant) -> Response {
    let lasting = Lasting::of(&mut response, &app.heard, asked_at);
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_problem = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if response.status().is_server_error() && !is_problem {
        let cause = format!("{service} answered {} without a problem", response.status());
        let unavailable = matches!(
            response.status(),
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
        );
        let problem = if unavailable { Problem::unavailable(cause) } else { Problem::internal(cause) };
        return problem.into_response();
    }
    let headers = response.headers_mut();
    drop_hop_by_hop(headers);
    let secret: Vec<HeaderName> = headers.keys().filter(|name| arrival::is_ours(name.as_str())).cloned().collect();
    for name in secret.iter().chain(&TALKATIVE) {
        headers.remove(name);
    }
    // What the service notes for its own log line has been logged there.
    response.extensions_mut().clear();
    if let Some(lasting) = lasting {
        response.extensions_mut().insert(lasting);
    }
    response
}

fn timed_out(meter: &Meter, service: Service) -> Response {
    if meter.standing() == Standing::Awaited {
        return closing(too_slow());
    }
    Problem::new(StatusCode::GATEWAY_TIMEOUT, "timeout")
        .detail("The shop took too long. What you asked for may have happened; with an Idempotency-Key it is safe to ask again.")
        .retry_after_secs(2)
        .cause(format!("{service} did not answer in time"))
        .into_response()
}

/// Why a body was not taken.
fn not_taken(meter: &Meter) -> Problem {
    match meter.standing() {
        Standing::TooLarge => Problem::too_large(),
        Standing::TooSlow => too_slow(),
        Standing::Coming | Standing::Awaited | Standing::Ended => {
            Problem::new(StatusCode::BAD_REQUEST, "unreadable_body").detail("The body could not be read to its end.")
        }
    }
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout").detail("The body took too long to arrive.")
}

/// With the rest of the body unread, the connection is of no further use.
fn closing(problem: Problem) -> Response {
    let mut response = problem.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
