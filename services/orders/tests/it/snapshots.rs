//! What clients and other services read, to the letter: problem bodies, and events as they leave.

use contracts::{
    Envelope, Event,
    events::{OrderCreated, OrderStatusChanged, RefundRequested, ReturnReceived, ReturnUpdated},
    ids::UserId,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shop::{Shop, address, id_of, order_of, shops};

/// The value without what is different each time.
fn still(mut value: Value) -> Value {
    fn calm(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(calm),
            Value::Object(fields) => fields.values_mut().for_each(calm),
            Value::String(text) => {
                if Uuid::try_parse(text).is_ok() {
                    *text = "[id]".into();
                } else if chrono::DateTime::parse_from_rfc3339(text).is_ok() {
                    *text = "[time]".into();
                } else if text.starts_with("R-") && text.len() == 11 {
                    *text = "[number]".into();
                }
            }
            _ => {}
        }
    }
    calm(&mut value);
    value
}

async fn last<E: Event>(shop: &Shop) -> Value {
    let events: Vec<Envelope> = db::outbox::of_kind(shop.app.db.reader(), E::TYPE).await.expect("reads");
    let event = events.last().expect("one was published");
    still(serde_json::to_value(event).expect("JSON"))
}

#[tokio::test]
async fn problems() {
    for shop in shops().await {
        let said = |answer: test_support::Answer| {
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            still(answer.body)
        };
        let post = async |body: &Value| said(shop.guest.post("/orders", body).await);
        insta::assert_json_snapshot!("invalid", post(&json!({"items": [{"sku": "NOPE", "quantity": 0}]})).await);
        insta::assert_json_snapshot!("unknown_sku", post(&order_of(&[("NOPE", 1)])).await);
        insta::assert_json_snapshot!("insufficient_stock", post(&order_of(&[("MUG", 101), ("TEA", 1)])).await);
        let mut body = order_of(&[("MUG", 1)]);
        body["shipping_option"] = json!("forged");
        insta::assert_json_snapshot!("quote_invalid", post(&body).await);
        let mut body = order_of(&[("MUG", 1)]);
        body["coupon"] = json!("FREE");
        insta::assert_json_snapshot!("coupon_not_found", post(&body).await);
        let mut body = order_of(&[("MUG", 1)]);
        body["expected_total"] = json!({"amount": 1, "currency": "EUR"});
        insta::assert_json_snapshot!("total_changed", post(&body).await);

        let cart = shop.guest.post("/cart/items", &json!({"sku": "TEA", "quantity": 1})).await.expect(200);
        let owner = shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token"));
        shop.world.sell("TEA", 500, 100);
        let body = json!({"cart_id": cart["id"], "email": "a@example.test", "shipping_address": address(), "shipping_option": "standard"});
        insta::assert_json_snapshot!("cart_has_problems", said(owner.post("/orders", &body).await));

        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        let path = format!("/orders/{}", id_of(&order));
        let shipped = json!({"status": "shipped"});
        insta::assert_json_snapshot!("wrong_status", said(shop.admin().put(&format!("{path}/status"), &shipped).await));
        let lines = json!({"lines": [{"sku": "MUG", "quantity": 1}]});
        insta::assert_json_snapshot!("not_returnable", said(owner.post(&format!("{path}/returns"), &lines).await));
        insta::assert_json_snapshot!("not_found", said(shop.customer(UserId::new()).get(&path).await));
    }
}

#[tokio::test]
async fn events() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 2), ("TEA", 1)]).await;
        insta::assert_json_snapshot!("event_order_created", last::<OrderCreated>(&shop).await);
        shop.deliver(&order, &[("MUG", 2), ("TEA", 1)]).await;
        insta::assert_json_snapshot!("event_order_status_changed", last::<OrderStatusChanged>(&shop).await);
        let lines = json!({"lines": [{"sku": "MUG", "quantity": 1, "reason": "too small"}]});
        let back = owner.post(&format!("/orders/{}/returns", id_of(&order)), &lines).await.expect(201);
        let path = format!("/returns/{}", back["id"].as_str().expect("an id"));
        for status in ["approved", "received"] {
            shop.admin().put(&path, &json!({"status": status})).await.expect(200);
        }
        insta::assert_json_snapshot!("event_return_updated", last::<ReturnUpdated>(&shop).await);
        insta::assert_json_snapshot!("event_return_received", last::<ReturnReceived>(&shop).await);
        insta::assert_json_snapshot!("event_refund_requested", last::<RefundRequested>(&shop).await);
    }
}
