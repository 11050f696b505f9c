//! Where the provider tells its news.

use axum::{body::Bytes, extract::State};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, Path, Problem, ProblemBody};

use crate::{
    App, Error,
    webhooks::{self, Rejected},
};

#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"received": true}))]
pub struct Received {
    pub received: bool,
}

/// Receive a webhook
///
/// Signed by the provider over the raw body (`Stripe-Signature`). It is kept, and applied once, later.
#[utoipa::path(
    post, path = "/payment/webhooks/{provider}", operation_id = "receive_webhook", tag = "payment",
    params(
        ("provider" = String, Path, description = "The provider's name, such as `sandbox`"),
        ("Stripe-Signature" = String, Header, description = "`t=<unix time>,v1=<HMAC-SHA256 of time, dot and body>`"),
    ),
    request_body(
        content = Value, description = "The event, as the provider makes it", content_type = "application/json",
        example = json!({
            "id": "evt_3Qk8", "type": "payment_intent.succeeded", "created": 1_795_341_600,
            "data": {"object": {"id": "pi_3Qk8", "amount": 4480, "currency": "eur", "status": "succeeded"}},
        }),
    ),
    responses(
        (status = 200, description = "Kept, or here already", body = Received),
        (status = 400, description = "`invalid_signature`, `unreadable_event`", body = ProblemBody),
        (status = 404, description = "`not_found`: no such provider", body = ProblemBody),
    ),
)]
pub async fn receive_webhook(
    State(app): State<App>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<Received>, Error> {
    if provider != app.provider.name() {
        return Err(Error::NotFound);
    }
    let body = body
        .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large").detail("The body is too large."))?;
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    match webhooks::take(&app, signature, &body).await? {
        Ok(()) => Ok(Json(Received { received: true })),
        Err(rejected) => Err(refused(rejected).into()),
    }
}

fn refused(rejected: Rejected) -> Problem {
    metrics::counter!("rialto_webhooks_rejected_total", "reason" => rejected.reason()).increment(1);
    let code = if rejected == Rejected::Unreadable { "unreadable_event" } else { "invalid_signature" };
    Problem::new(StatusCode::BAD_REQUEST, code)
        .detail("This is not a webhook of the provider.")
        .cause(rejected.reason())
}
