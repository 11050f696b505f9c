//! `/healthz` says that the process lives, `/readyz` whether it can do its work.

use std::{future::Future, time::Duration};

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use serde_json::json;

use crate::extract::Json;

/// How long a readiness check may take before it counts as failed.
const READY_WITHIN: Duration = Duration::from_millis(500);

/// The health routes of a service. `ready` answers with what is missing, or nothing.
pub fn routes<S, F, Fut>(ready: F) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), String>> + Send,
{
    let readyz = move || {
        let ready = ready.clone();
        async move {
            match tokio::time::timeout(READY_WITHIN, ready()).await {
                Ok(Ok(())) => (StatusCode::OK, Json(json!({"status": "ready"}))),
                Ok(Err(failing)) => not_ready(&failing),
                Err(_) => not_ready("no answer within 500 ms"),
            }
        }
    };
    Router::new().route("/healthz", get(|| async { Json(json!({"status": "alive"})) })).route("/readyz", get(readyz))
}

/// What the server answers in the service's stead once it was told to stop.
pub(crate) fn stopping() -> Response {
    not_ready("stopping").into_response()
}

fn not_ready(failing: &str) -> (StatusCode, Json<serde_json::Value>) {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "not ready", "failing": [failing]})))
}
