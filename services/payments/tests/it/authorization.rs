//! Who may do what: every operation of the API stands in the table.

use contracts::{ids::UserId, permissions::Permission};
use serde_json::{Value, json};

use crate::{Shop, shops};

const ID: &str = "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5";

/// Operation, method, path, body, and the permission it takes. `None`: it is for buyers, or for the provider.
fn operations() -> Vec<(&'static str, &'static str, String, Value, Option<Permission>)> {
    let read = Some(Permission::PaymentsRead);
    let refund = Some(Permission::PaymentsRefund);
    let checkout = json!({"order_id": ID, "method": {"type": "card", "token": "tok_visa"}});
    vec![
        ("create_checkout", "POST", "/payment/checkout".into(), checkout, None),
        ("get_payment_status", "GET", format!("/payment/status?order_id={ID}"), Value::Null, None),
        ("receive_webhook", "POST", "/payment/webhooks/sandbox".into(), json!({}), None),
        ("list_payment_methods", "GET", "/payment/methods".into(), Value::Null, None),
        ("capture_payment", "POST", "/payment/capture".into(), json!({"payment_id": ID}), refund),
        ("void_payment", "POST", "/payment/void".into(), json!({"payment_id": ID}), refund),
        ("create_refund", "POST", "/payment/refund".into(), json!({"payment_id": ID, "reason": "x"}), refund),
        ("list_payments", "GET", "/payments".into(), Value::Null, read),
        ("get_payment", "GET", format!("/payments/{ID}"), Value::Null, read),
        ("refresh_payment", "POST", format!("/payments/{ID}/refresh"), json!({}), read),
        ("list_disputes", "GET", "/payments/disputes".into(), Value::Null, read),
        ("submit_evidence", "PUT", format!("/payments/disputes/{ID}/evidence"), json!({"refund_policy": "x"}), refund),
        ("get_reconciliation", "GET", "/payments/reconciliation".into(), Value::Null, read),
    ]
}

async fn status(shop: &Shop, authorization: Option<&str>, method: &str, path: &str, body: &Value) -> u16 {
    let client = match authorization {
        Some(authorization) => shop.anyone().bearing(authorization),
        None => shop.anyone(),
    };
    let answer = if method == "GET" { client.get(path).await } else { client.send_json(method, path, body).await };
    answer.status.as_u16()
}

#[tokio::test]
async fn every_operation_asks_who_it_is() {
    for shop in shops().await {
        let (customer, admin) = (shop.tokens.customer(UserId::new()), shop.tokens.admin());
        for (name, method, path, body, permission) in operations() {
            let by = async |authorization: Option<&str>| status(&shop, authorization, method, &path, &body).await;
            let Some(permission) = permission else { continue };
            assert_eq!(by(None).await, 401, "{name}, anonymous");
            assert_eq!(by(Some("Bearer nonsense")).await, 401, "{name}, nonsense");
            assert_eq!(by(Some(&customer)).await, 403, "{name}, customer");
            let others: Vec<Permission> = Permission::ALL.into_iter().filter(|other| *other != permission).collect();
            assert_eq!(by(Some(&shop.tokens.staff(&others))).await, 403, "{name}, all other permissions");
            let allowed = shop.tokens.staff(&[permission]);
            for authorization in [&allowed, &admin] {
                assert!([200, 404].contains(&by(Some(authorization)).await), "{name}, allowed");
            }
        }
    }
}

#[tokio::test]
async fn buyers_operations_ask_too() {
    for shop in shops().await {
        for (name, method, path, body, _) in operations().into_iter().take(2) {
            assert_eq!(status(&shop, None, method, &path, &body).await, 401, "{name}");
            let customer = shop.tokens.customer(UserId::new());
            assert_eq!(status(&shop, Some(&customer), method, &path, &body).await, 404, "{name}");
        }
        // Staff may look at any payment, and pay none.
        let order = shop.paid(100, "tok_visa").await;
        let staff = shop.tokens.staff(&[Permission::PaymentsRead]);
        assert_eq!(
            status(&shop, Some(&staff), "GET", &format!("/payment/status?order_id={order}"), &Value::Null).await,
            200
        );
        let checkout = json!({"order_id": order, "method": {"type": "card", "token": "tok_visa"}});
        assert_eq!(status(&shop, Some(&staff), "POST", "/payment/checkout", &checkout).await, 404);
        assert_eq!(status(&shop, None, "POST", "/payment/webhooks/sandbox", &json!({})).await, 400);
    }
}

#[test]
fn the_table_is_complete() {
    let api = serde_json::to_value(payments::openapi()).expect("JSON");
    let mut described: Vec<String> = Vec::new();
    for methods in api["paths"].as_object().expect("paths").values() {
        for operation in methods.as_object().expect("methods").values() {
            described.push(operation["operationId"].as_str().expect("an id").to_owned());
            assert!(operation["summary"].is_string() && operation["tags"][0].is_string(), "{operation}");
        }
    }
    let mut table: Vec<String> = operations().into_iter().map(|(name, ..)| name.to_owned()).collect();
    described.sort();
    table.sort();
    assert_eq!(described, table);
}

#[tokio::test]
async fn payments_are_listed_newest_first_in_pages() {
    for shop in shops().await {
        for cents in 1..=5 {
            shop.paid(cents * 100, "tok_visa").await;
        }
        shop.pay(shop.order(700), "tok_chargeDeclined").await.expect(402);
        let mut amounts = Vec::new();
        let mut path = "/payments?status=succeeded&limit=2".to_owned();
        loop {
            let page = shop.admin().get(&path).await.expect(200);
            amounts
                .extend(page["items"].as_array().expect("items").iter().map(|item| item["amount"]["amount"].as_i64()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/payments?status=succeeded&limit=2&cursor={cursor}");
        }
        assert_eq!(amounts, [500, 400, 300, 200, 100].map(Some));
        assert_eq!(shop.admin().get("/payments?status=paid").await.problem(400), "invalid_query");
        assert_eq!(shop.admin().get("/payments?limit=101").await.problem(422), "invalid");
    }
}

#[tokio::test]
async fn health_is_told() {
    for shop in shops().await {
        assert_eq!(shop.anyone().get("/healthz").await.status.as_u16(), 200);
        assert_eq!(shop.anyone().get("/readyz").await.status.as_u16(), 200);
    }
}
