//! Every operation of the OpenAPI document, and who may call it.

use std::collections::BTreeSet;

use axum::body::Body;
use contracts::{ids::UserId, permissions::Permission};
use serde_json::json;
use uuid::Uuid;

use crate::shop::shops;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Anyone,
    Staff(Permission),
}

const READ: Who = Who::Staff(Permission::ShippingRead);
const WRITE: Who = Who::Staff(Permission::ShippingWrite);

const TABLE: [(&str, &str, Who); 21] = [
    ("POST", "/shipping/calculate", Who::Anyone),
    // Anyone may ask; `tracking` tests who gets an answer.
    ("POST", "/shipping/track", Who::Anyone),
    ("GET", "/shipping/zones", READ),
    ("POST", "/shipping/zones", WRITE),
    ("POST", "/shipping/zones/try", READ),
    ("GET", "/shipping/zones/coverage", READ),
    ("GET", "/shipping/zones/{id}", READ),
    ("PUT", "/shipping/zones/{id}", WRITE),
    ("DELETE", "/shipping/zones/{id}", WRITE),
    ("GET", "/shipping/zones/{id}/rates", READ),
    ("POST", "/shipping/zones/{id}/rates", WRITE),
    ("GET", "/shipping/zones/{id}/rates/{rate_id}", READ),
    ("PUT", "/shipping/zones/{id}/rates/{rate_id}", WRITE),
    ("DELETE", "/shipping/zones/{id}/rates/{rate_id}", WRITE),
    ("GET", "/shipping/shipments", READ),
    ("POST", "/shipping/shipments", WRITE),
    ("GET", "/shipping/shipments/{id}", READ),
    ("PUT", "/shipping/shipments/{id}/parcels", WRITE),
    ("POST", "/shipping/shipments/{id}/ship", WRITE),
    ("POST", "/shipping/shipments/{id}/cancel", WRITE),
    ("POST", "/shipping/shipments/{id}/advance", WRITE),
];
const LABEL: (&str, &str, Who) = ("GET", "/shipping/shipments/{id}/label", READ);

/// A body that is good enough to get past reading it.
fn body(path: &str) -> serde_json::Value {
    let zone = json!({"name": "Nowhere", "areas": [{"country": "FR", "postal_code": "99999"}]});
    let rate = json!({"carrier": "sandbox", "service": "Boat", "currency": "EUR", "min_days": 1, "max_days": 1,
        "pricing": {"kind": "flat", "amount": 1}});
    match path {
        "/shipping/zones" | "/shipping/zones/{id}" => zone,
        path if path.contains("rates") => rate,
        "/shipping/zones/try" => json!({"destination": {"country": "DE"}, "items": [{"sku": "MUG", "quantity": 1}]}),
        "/shipping/shipments" => json!({"order_id": Uuid::now_v7()}),
        path if path.ends_with("parcels") => json!({"parcels": []}),
        path if path.ends_with("advance") => json!({"status": "delivered"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn the_table_and_the_document_name_the_same_operations() {
    let document = serde_json::to_value(shipping::openapi()).expect("a document");
    let mut documented = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            documented.insert(format!("{} {path}", method.to_uppercase()));
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            assert!(ids.insert(id.clone()), "{id} is there twice");
            assert!(operation["summary"].is_string(), "{id} has no summary");
        }
    }
    let tabled = TABLE.iter().chain([&LABEL]).map(|(method, path, _)| format!("{method} {path}"));
    assert_eq!(documented, tabled.collect());
}

#[tokio::test]
async fn every_operation_asks_for_its_permission() {
    for shop in shops().await {
        let customer = shop.anyone.bearing(&shop.tokens.customer(UserId::new()));
        for (method, path, who) in TABLE.iter().chain([&LABEL]) {
            let Who::Staff(needed) = *who else { continue };
            let others: Vec<Permission> =
                Permission::ALL.into_iter().filter(|permission| *permission != needed).collect();
            let wrong = shop.anyone.bearing(&shop.tokens.staff(&others));
            let right = shop.anyone.bearing(&shop.tokens.staff(&[needed]));
            let forged = shop.anyone.with("authorization", "Bearer eyJhbGciOiJub25lIn0.e30.");
            let target =
                path.replace("{id}", &Uuid::now_v7().to_string()).replace("{rate_id}", &Uuid::now_v7().to_string());
            let send = async |client: &test_support::Client| {
                let body = serde_json::to_vec(&body(path)).expect("JSON");
                client.send(method, &target, Body::from(body), Some("application/json")).await.status.as_u16()
            };
            assert_eq!(send(&shop.anyone).await, 401, "{method} {path} for nobody");
            assert_eq!(send(&forged).await, 401, "{method} {path} with a forged token");
            assert_eq!(send(&customer).await, 403, "{method} {path} for a customer");
            assert_eq!(send(&wrong).await, 403, "{method} {path} with every other permission");
            let answer = send(&right).await;
            assert!([200, 201, 404].contains(&answer), "{method} {path} with the permission: {answer}");
        }
    }
}

#[tokio::test]
async fn ids_that_are_none_name_nothing() {
    for shop in shops().await {
        for path in
            ["/shipping/shipments/7", "/shipping/zones/7", "/shipping/zones/7/rates/8", "/shipping/shipments/x/label"]
        {
            assert_eq!(shop.admin.get(path).await.problem(404), "not_found", "{path}");
        }
        assert_eq!(shop.admin.delete("/shipping/shipments").await.problem(405), "method_not_allowed");
    }
}
