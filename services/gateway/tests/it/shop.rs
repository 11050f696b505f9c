//! What the shop says of itself, and what browsers tell it of its pages.

use axum::body::Body;
use contracts::permissions::Permission;
use gateway::{Config, Rate, Rates, Settings, Store};
use serde_json::json;

use crate::Stand;

#[tokio::test]
async fn everyone_may_know_the_shop_and_staff_what_it_runs_with() {
    let store = Store { service: contracts::Service::Orders, kind: "sqlite".into(), place: "data/orders.db".into() };
    let settings = Settings { time_zone: "Europe/Berlin".into(), stores: vec![store], ..Settings::default() };
    let stand = Stand::with(Config { shop_name: "Tollmar".into(), settings, ..Config::default() });
    let shop = stand.client().get("/shop").await.expect(200);
    let expected = json!({"name": "Tollmar", "currency": "EUR", "prices_include_tax": true, "return_days": 30,
        "default_country": "DE"});
    assert_eq!(shop, expected);
    assert_eq!(stand.client().get("/settings").await.problem(401), "unauthorized");
    let customer = stand.tokens.customer(contracts::ids::UserId::new());
    assert_eq!(stand.client().bearing(&customer).get("/settings").await.problem(403), "forbidden");
    let staff = stand.client().bearing(&stand.tokens.staff(&[Permission::OrdersRead]));
    let told = staff.get("/settings").await.expect(200);
    assert_eq!((&told["shop"], &told["time_zone"]), (&expected, &json!("Europe/Berlin")));
    assert_eq!(told["stores"][0], json!({"service": "orders", "kind": "sqlite", "place": "data/orders.db"}));
}

#[tokio::test]
async fn reports_are_taken_whatever_the_browser_calls_them_and_not_too_many() {
    let rates = Rates { report: Rate { requests: 4, secs: 60 }, ..Rates::default() };
    let stand = Stand::with(Config { rates, ..Config::default() });
    let send = async |path: &str, kind: &str, body: &str| {
        stand.client().send("POST", path, Body::from(body.to_owned()), Some(kind)).await
    };
    let vitals = r#"{"page": "product", "lcp_ms": 1240.5, "cls": 0.004, "inp_ms": 1e300}"#;
    assert_eq!(send("/rum", "text/plain;charset=UTF-8", vitals).await.status, 204);
    assert_eq!(send("/rum", "application/json", r#"{"page": "attic"}"#).await.problem(400), "malformed_json");
    let violation = r#"{"csp-report": {"effective-directive": "img-src"}}"#;
    assert_eq!(send("/csp-reports", "application/csp-report", violation).await.status, 204);
    let long = format!("[{}]", "1,".repeat(20_000));
    assert_eq!(send("/csp-reports", "application/reports+json", &long).await.status, 413);
    assert_eq!(send("/rum", "application/json", vitals).await.problem(429), "too_many_requests");
}
