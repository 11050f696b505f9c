//! Alive, ready, and what operators see.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, routing::get};
use contracts::Service;
use http::StatusCode;
use test_support::Client;

use crate::Stand;

fn unready() -> Router {
    Router::new().route("/readyz", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
}

#[tokio::test]
async fn ready_when_all_that_is_needed_is() {
    let stand = Stand::new();
    let body = stand.client().get("/readyz").await.expect(200);
    assert_eq!(body["status"], "ready");
    assert_eq!(body["services"]["orders"], "ready");
    assert_eq!(stand.client().get("/healthz").await.expect(200)["status"], "alive");
    assert!(stand.client().get("/version").await.expect(200)["version"].is_string());

    stand.mount(Service::Notifications, unready());
    let body = stand.client().get("/readyz").await.expect(200);
    assert_eq!((body["status"].as_str(), body["degraded"][0].as_str()), (Some("degraded"), Some("notifications")));

    stand.mount(Service::Orders, unready());
    let body = stand.client().get("/readyz").await.expect(503);
    assert_eq!((body["failing"][0].as_str(), body["failing"].as_array().map(Vec::len)), (Some("orders"), Some(1)));
    stand.upstream.reach_at(Service::Orders, vec!["http://127.0.0.1:1".into()]);
    assert_eq!(stand.client().get("/readyz").await.expect(503)["services"]["orders"], "unreachable");
    assert_eq!(stand.client().get("/healthz").await.status, StatusCode::OK, "alive all the same");
}

#[tokio::test]
async fn a_slow_service_is_not_waited_for() {
    let stand = Stand::new();
    let slow = Router::new().route("/readyz", get(|| tokio::time::sleep(Duration::from_secs(5))));
    stand.mount(Service::Catalog, slow.clone()).mount(Service::Payments, slow);
    let before = Instant::now();
    let body = stand.client().get("/readyz").await.expect(503);
    let waited = before.elapsed();
    assert!(waited >= Duration::from_millis(500), "{waited:?}");
    assert!(waited < Duration::from_millis(950), "all are asked at once: {waited:?}");
    assert_eq!(body["services"]["catalog"], "slow");
}

#[tokio::test]
async fn a_service_that_was_ready_may_be_late_for_a_while() {
    let stand = Stand::new();
    let is_slow = Arc::new(AtomicBool::new(false));
    let slow = is_slow.clone();
    let readyz = get(move || async move {
        if slow.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    });
    stand.mount(Service::Orders, Router::new().route("/readyz", readyz));
    let asked = Instant::now();
    assert_eq!(stand.client().get("/readyz").await.expect(200)["status"], "ready");
    let said = Instant::now();
    is_slow.store(true, Ordering::Relaxed);
    let body = stand.client().get("/readyz").await.expect(200);
    assert_eq!((body["status"].as_str(), body["services"]["orders"].as_str()), (Some("degraded"), Some("slow")));
    assert_eq!(body["degraded"], serde_json::json!(["orders"]));

    // What it said last is not believed for ever, and a word of its own counts at once.
    while stand.client().get("/readyz").await.status == StatusCode::OK {
        assert!(said.elapsed() < Duration::from_secs(10), "believed for {:?}", said.elapsed());
    }
    assert!(asked.elapsed() >= Duration::from_secs(5), "believed for {:?}", asked.elapsed());
    is_slow.store(false, Ordering::Relaxed);
    assert_eq!(stand.client().get("/readyz").await.expect(200)["status"], "ready");
    stand.mount(Service::Orders, unready());
    assert_eq!(stand.client().get("/readyz").await.expect(503)["services"]["orders"], "not ready");
    stand.mount(Service::Orders, Router::new().route("/readyz", get(std::future::pending::<()>)));
    let body = stand.client().get("/readyz").await.expect(503);
    assert_eq!(body["services"]["orders"], "slow", "its last word was that it is not ready");
}

#[tokio::test]
async fn metrics_are_for_operators_only() {
    let stand = Stand::new();
    let admin = Client::new(gateway::admin_router(|| "rialto_up 1\n".to_owned(), Vec::new()));
    let answer = admin.get("/metrics").await;
    assert_eq!(answer.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.bytes, b"rialto_up 1\n");
    assert_eq!(admin.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(stand.client().get("/metrics").await.problem(404), "not_found");
}

#[tokio::test]
async fn operators_learn_whether_the_services_of_the_process_are_ready() {
    let stand = Stand::new();
    let ready = Router::new().route("/readyz", get(|| async { "ready" }));
    let admin = |services| Client::new(gateway::admin_router(String::new, services));
    let both = admin(vec![(Service::Gateway, stand.router()), (Service::Orders, ready)]);
    assert_eq!(both.get("/readyz").await.expect(200)["status"], "ready");
    stand.mount(Service::Catalog, unready());
    assert_eq!(both.get("/readyz").await.expect(503)["failing"], serde_json::json!(["gateway"]));
    assert_eq!(both.get("/healthz").await.status, StatusCode::OK);
    let alone = admin(vec![(Service::Orders, unready())]);
    assert_eq!(alone.get("/readyz").await.expect(503)["failing"], serde_json::json!(["orders"]));
}
