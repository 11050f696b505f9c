//! The events of all services on one page, also while some do not answer.

use std::collections::HashMap;

use crate::Stand;
use axum::{
    Router,
    extract::{Path, Query},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use contracts::{Service, permissions::Permission};
use http::StatusCode;
use serde_json::{Value, json};

/// A service with `count` parked events, at positions from 1.
fn with_parked(service: Service, count: i64) -> Router {
    let flow =
        json!({"service": service, "outbox": {"depth": 0, "oldest_at": null}, "consumer": null, "parked": count});
    let list = move |Query(place): Query<HashMap<String, i64>>| async move {
        let after = place.get("after").copied().unwrap_or(0);
        let positions = (after + 1..=count).take(usize::try_from(place["limit"]).expect("a limit"));
        axum::Json(positions.map(|position| event(service, position)).collect::<Vec<_>>())
    };
    Router::new()
        .route("/internal/events", get(move || async move { axum::Json(flow) }))
        .route("/internal/events/parked", get(list))
        .route("/internal/events/parked/{id}/{what}", post(act))
}

fn event(service: Service, position: i64) -> Value {
    json!({
        "service": service, "id": format!("0192f0c1-a2b3-7c4d-8e5f-{position:012}"), "type": "OrderCreated", "source": "/orders",
        "subject": "x", "occurred_at": "2026-11-22T19:03:16Z", "position": position, "payload": {}, "cause": "no", "attempts": 3,
        "next_attempt_at": null, "waits_behind": null, "parked_at": "2026-11-22T19:03:16Z"
    })
}

/// Knows one event, which waits.
async fn act(Path((id, what)): Path<(String, String)>) -> Response {
    let code = match what.as_str() {
        "retry" if id.ends_with('1') => "event_waits",
        _ => "not_found",
    };
    let status = if code == "not_found" { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
    (status, axum::Json(json!({"code": code, "detail": "so it is", "waits_behind": id}))).into_response()
}

fn stand(parked: [(Service, i64); 6]) -> Stand {
    let stand = Stand::new();
    for (service, count) in parked.into_iter().skip(1) {
        stand.mount(service, with_parked(service, count));
    }
    let users = with_parked(Service::Users, parked[0].1).merge(stand.tokens.router());
    stand.mount(Service::Users, users);
    stand
}

const PARKED: [(Service, i64); 6] = [
    (Service::Users, 0),
    (Service::Catalog, 3),
    (Service::Orders, 0),
    (Service::Payments, 2),
    (Service::Shipping, 0),
    (Service::Notifications, 1),
];

#[tokio::test]
async fn a_service_that_says_nothing_is_named_and_the_others_are_shown() {
    let stand = stand(PARKED);
    let away = Router::new().fallback(|| async { StatusCode::SERVICE_UNAVAILABLE });
    stand.mount(Service::Payments, away);
    let admin = stand.client().bearing(&stand.tokens.admin());
    let flows = admin.get("/events").await.expect(200);
    let named: Vec<&str> =
        flows["services"].as_array().expect("a list").iter().filter_map(|flow| flow["service"].as_str()).collect();
    assert_eq!(named, ["users", "catalog", "orders", "shipping", "notifications"]);
    assert_eq!(flows["silent"][0]["service"], "payments");
    let parked = admin.get("/events/parked").await.expect(200);
    assert_eq!(
        (parked["items"].as_array().map(Vec::len), &parked["silent"][0]["service"]),
        (Some(4), &json!("payments"))
    );
}

#[tokio::test]
async fn pages_go_on_from_service_to_service() {
    let stand = stand(PARKED);
    let admin = stand.client().bearing(&stand.tokens.admin());
    for limit in [1, 2, 3, 4, 6, 7] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = admin.get(&format!("/events/parked?limit={limit}{cursor}")).await.expect(200);
            for event in page["items"].as_array().expect("a list") {
                seen.push(format!("{} {}", event["service"].as_str().expect("a name"), event["position"]));
            }
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(
            seen,
            ["catalog 1", "catalog 2", "catalog 3", "payments 1", "payments 2", "notifications 1"],
            "{limit}"
        );
    }
    let only = admin.get("/events/parked?service=payments").await.expect(200);
    assert_eq!(only["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(admin.get("/events/parked?service=cellar").await.problem(400), "invalid_query");
    assert_eq!(admin.get("/events/parked?limit=0").await.problem(422), "invalid");
}

#[tokio::test]
async fn events_are_for_those_with_the_permission() {
    let stand = stand(PARKED);
    let staff = |permissions: &[Permission]| stand.client().bearing(&stand.tokens.staff(permissions));
    let (reader, writer) = (staff(&[Permission::EventsRead]), staff(&[Permission::EventsWrite]));
    for path in ["/events", "/events/parked", "/events/skipped"] {
        assert_eq!(stand.client().get(path).await.problem(401), "unauthorized");
        assert_eq!(writer.get(path).await.problem(403), "forbidden");
    }
    let path = |service: &str, last: u8, what: &str| {
        format!("/events/parked/{service}/0192f0c1-a2b3-7c4d-8e5f-00000000000{last}/{what}")
    };
    let reason = json!({"reason": "hopeless"});
    for what in ["retry", "skip"] {
        assert_eq!(stand.client().post(&path("catalog", 1, what), &reason).await.problem(401), "unauthorized");
        assert_eq!(reader.post(&path("catalog", 1, what), &reason).await.problem(403), "forbidden");
        assert_eq!(writer.post(&path("catalog", 2, what), &reason).await.problem(404), "not_found");
        assert_eq!(writer.post(&path("gateway", 1, what), &reason).await.problem(404), "not_found");
    }
    assert_eq!(writer.post(&path("catalog", 1, "skip"), &json!({"reason": ""})).await.problem(422), "invalid");
    let waits = writer.post(&path("catalog", 1, "retry"), &json!({})).await.expect(409);
    assert_eq!((&waits["code"], &waits["detail"]), (&json!("event_waits"), &json!("so it is")));
    assert!(waits["waits_behind"].is_string());
}

#[tokio::test]
async fn what_a_service_refuses_the_page_refuses() {
    let stand = stand(PARKED);
    // The session of a member of staff ended a moment ago: the services know, the gateway does not ask.
    let ended = Router::new().fallback(|| async { web::Problem::unauthorized() });
    stand.mount(Service::Orders, ended);
    let admin = stand.client().bearing(&stand.tokens.admin());
    assert_eq!(admin.get("/events").await.problem(401), "unauthorized");
}
