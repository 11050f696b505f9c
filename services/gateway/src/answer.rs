//! What every answer carries: the headers that keep browsers careful, and for those who may, CORS and compression.

use std::time::Duration;

use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use tower_http::{
    compression::{
        CompressionLayer, CompressionLevel,
        predicate::{And, Predicate, SizeAbove},
    },
    cors::CorsLayer,
};

use crate::config::Config;

const API_CSP: &str = "default-src 'none'; frame-ancestors 'none'";
/// Two years, as preload lists ask for at least.
const HSTS: &str = "max-age=63072000; includeSubDomains";
const PERMISSIONS: &str = "geolocation=(), camera=(), microphone=(), payment=(self)";

/// On every answer.
const ALWAYS: [(HeaderName, &str); 2] =
    [(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), (HeaderName::from_static("permissions-policy"), PERMISSIONS)];

/// On answers that do not know better.
const UNLESS_SET: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, API_CSP),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-site"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Puts on what keeps browsers careful, where an answer does not know better.
pub(crate) fn harden(config: &Config, headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in UNLESS_SET {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if config.tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    headers.remove(header::SERVER);
}

type Worth = And<SizeAbove, fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool>;

/// Text of more than a kilobyte. An `ETag` stays as it is: ours name the version of a thing, and come back in `If-Match`.
pub(crate) fn compression() -> CompressionLayer<Worth> {
    let text: fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool = |_, _, headers, _| is_text(headers);
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(1024).and(text))
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    matches!(
        kind,
        "application/json"
            | "application/manifest+json"
            | "application/problem+json"
            | "application/rss+xml"
            | "application/xml"
            | "application/javascript"
            | "image/svg+xml"
    ) || (kind.starts_with("text/") && kind != "text/event-stream")
}

/// Whether the client has what `etag` names already.
pub(crate) fn is_known(asked: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == "*" || tag == etag)
}

/// Lets pages of the listed origins call the API; `None` when no origin is listed.
pub(crate) fn cors(config: &Config) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> = config.allowed_origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let names = |names: &[&'static str]| names.iter().copied().map(HeaderName::from_static).collect::<Vec<_>>();
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(names(&[
            "authorization",
            "content-type",
            "accept-language",
            "idempotency-key",
            "if-match",
            "if-none-match",
            "order-token",
            "cart-token",
            "x-request-id",
            "traceparent",
        ]))
        .expose_headers(names(&[
            "etag",
            "location",
            "retry-after",
            "ratelimit",
            "ratelimit-policy",
            "x-request-id",
            "idempotent-replayed",
            "deprecation",
            "sunset",
        ]))
        .allow_credentials(true)
        .max_age(Duration::from_secs(600));
    (!origins.is_empty()).then(|| layer.allow_origin(origins))
}
