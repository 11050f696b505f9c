//! The HTTP face of shipping.

mod quotes;
mod rates;
mod shipments;
mod tracking;
mod zones;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts},
    routing::post,
};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::Problem;

use crate::App;

pub fn public() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(quotes::calculate_shipping))
        .routes(routes!(tracking::track_shipment))
        .routes(routes!(zones::list_zones, zones::create_zone))
        .routes(routes!(zones::try_zones))
        .routes(routes!(zones::get_coverage))
        .routes(routes!(zones::get_zone, zones::update_zone, zones::delete_zone))
        .routes(routes!(rates::list_rates, rates::create_rate))
        .routes(routes!(rates::get_rate, rates::update_rate, rates::delete_rate))
        .routes(routes!(shipments::list_shipments, shipments::create_shipment))
        .routes(routes!(shipments::get_shipment))
        .routes(routes!(shipments::pack_shipment))
        .routes(routes!(shipments::ship_shipment))
        .routes(routes!(shipments::cancel_shipment))
        .routes(routes!(shipments::advance_shipment))
        .routes(routes!(shipments::get_label))
}

/// What an order with a thousand lines takes.
const ORDER_MAX_BYTES: usize = 256 * 1024;

pub fn internal() -> Router<App> {
    let quotes = Router::new().route("/internal/confirm-quote", post(quotes::confirm_quote));
    quotes.layer(DefaultBodyLimit::max(ORDER_MAX_BYTES))
}

/// The version a client has seen, from `If-Match`. Absent or `*`: it does not say.
struct IfMatch(Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        // What is no version of ours is the version of nothing.
        let version = text.trim_start_matches("W/").trim_matches('"').parse().unwrap_or(-1);
        Ok(Self(Some(version)))
    }
}

/// The `ETag` of a version.
fn etag(version: i64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&format!("\"{version}\"")) {
        headers.insert(header::ETAG, value);
    }
    headers
}

/// 204.
const NOTHING: StatusCode = StatusCode::NO_CONTENT;
