//! Whether the gateway lives, whether the shop behind it can serve, and which version this is.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use contracts::Service;
use http::{StatusCode, header};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tower::ServiceExt;
use web::Json;

use crate::{App, forward, routes};

/// How long a service may take to say that it is ready.
const READY_WITHIN: Duration = Duration::from_millis(500);

pub(crate) async fn healthz() -> Json<Value> {
    Json(json!({"status": "alive"}))
}

pub(crate) async fn version() -> Json<Value> {
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "commit": option_env!("RIALTO_COMMIT").unwrap_or("unknown"),
        "built_at": option_env!("RIALTO_BUILT_AT").unwrap_or("unknown"),
    }))
}

/// Asks every service at once. The shop is ready when all that it cannot do without are.
pub(crate) async fn readyz(State(app): State<App>) -> Response {
    let mut asked = JoinSet::new();
    for service in routes::CORE.into_iter().chain(routes::OPTIONAL) {
        let app = app.clone();
        asked.spawn(async move { (service, standing(&app, service).await) });
    }
    let mut answers = asked.join_all().await;
    answers.sort_by_key(|(service, _)| *service);
    let lacking = |services: &[Service]| -> Vec<&str> {
        let lacks = |(service, standing): &&(Service, &str)| services.contains(service) && *standing != "ready";
        answers.iter().filter(lacks).map(|(service, _)| service.name()).collect()
    };
    let (failing, degraded) = (lacking(&routes::CORE), lacking(&routes::OPTIONAL));
    let (code, status) = match (failing.is_empty(), degraded.is_empty()) {
        (true, true) => (StatusCode::OK, "ready"),
        (true, false) => (StatusCode::OK, "degraded"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    let services: Map<String, Value> =
        answers.iter().map(|(service, standing)| (service.name().to_owned(), json!(standing))).collect();
    (code, Json(json!({"status": status, "failing": failing, "degraded": degraded, "services": services})))
        .into_response()
}

async fn standing(app: &App, service: Service) -> &'static str {
    match tokio::time::timeout(READY_WITHIN, app.upstream.send(service, forward::probe("/readyz"))).await {
        Ok(Ok(answer)) if answer.status().is_success() => "ready",
        Ok(Ok(_)) => "not ready",
        Ok(Err(_)) => "unreachable",
        Err(_) => "slow",
    }
}

/// What is not for the public, whichever services the process runs.
pub(crate) fn admin_router<R>(render: R, services: Vec<(Service, Router)>) -> Router
where
    R: Fn() -> String + Clone + Send + Sync + 'static,
{
    let metrics = move || {
        let text = render();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(process_readyz).with_state(Arc::from(services)))
        .route("/version", get(version))
}

/// Asks the services of this process. It is ready when all of them are.
async fn process_readyz(State(services): State<Arc<[(Service, Router)]>>) -> Response {
    let mut asked = JoinSet::new();
    for (service, router) in services.iter().cloned() {
        asked.spawn(async move { (service, router.oneshot(forward::probe("/readyz")).await.into_response()) });
    }
    let answers = asked.join_all().await;
    let mut failing: Vec<&str> =
        answers.iter().filter(|(_, answer)| !answer.status().is_success()).map(|(service, _)| service.name()).collect();
    failing.sort_unstable();
    let (code, status) =
        if failing.is_empty() { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    (code, Json(json!({"status": status, "failing": failing}))).into_response()
}
