//! What clients and other services read, to the letter: problem bodies, and events as they leave.

use contracts::{
    Envelope, Event,
    events::{
        DisputeClosed, DisputeOpened, PaymentAuthorized, PaymentFailed, PaymentProcessed, PaymentVoided, RefundFailed,
        RefundProcessed,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Shop, checkout, eur, shops};

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
                }
            }
            _ => {}
        }
    }
    calm(&mut value);
    value
}

async fn last<E: Event>(shop: &Shop) -> Value {
    let events: Vec<Envelope> = db::outbox::of_kind(shop.db.reader(), E::TYPE).await.expect("reads");
    still(serde_json::to_value(events.last().expect("one was published")).expect("JSON"))
}

#[tokio::test]
async fn problems() {
    for shop in shops().await {
        let said = |answer: test_support::Answer| {
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            still(answer.body)
        };
        let order = shop.order(4900);
        insta::assert_json_snapshot!("card_declined", said(shop.pay(order, "tok_chargeDeclined").await));
        insta::assert_json_snapshot!("unknown_token", said(shop.pay(order, "tok_unheard_of").await));
        insta::assert_json_snapshot!("card_number_refused", said(shop.pay(order, "4242424242424242").await));
        insta::assert_json_snapshot!("wrong_status", said(shop.refund(order, 1).await));
        let paid = shop.paid(4900, "tok_visa").await;
        insta::assert_json_snapshot!("exceeds_refundable", said(shop.refund(paid, 4901).await));
        let cancelled = shop.order(100);
        shop.change(cancelled, |order| order.status = contracts::order::OrderStatus::Cancelled);
        insta::assert_json_snapshot!("order_cancelled", said(shop.pay(cancelled, "tok_visa").await));
    }
}

#[tokio::test]
async fn events() {
    for shop in shops().await {
        let paid = shop.paid(4900, "tok_visa").await;
        insta::assert_json_snapshot!("event_payment_processed", last::<PaymentProcessed>(&shop).await);
        shop.refund(paid, 900).await.expect(200);
        insta::assert_json_snapshot!("event_refund_processed", last::<RefundProcessed>(&shop).await);
        shop.pay(shop.order(100), "tok_chargeDeclined").await.expect(402);
        insta::assert_json_snapshot!("event_payment_failed", last::<PaymentFailed>(&shop).await);

        let held = shop.order(300);
        let mut body = checkout(held, "tok_visa");
        body["capture_method"] = json!("manual");
        shop.buyer().post("/payment/checkout", &body).await.expect(200);
        insta::assert_json_snapshot!("event_payment_authorized", last::<PaymentAuthorized>(&shop).await);
        shop.admin().post("/payment/void", &json!({"order_id": held})).await.expect(200);
        insta::assert_json_snapshot!("event_payment_voided", last::<PaymentVoided>(&shop).await);

        let bouncing = shop.paid(5900, "tok_refundFail").await;
        shop.refund(bouncing, 5900).await.expect(200);
        shop.settle().await;
        insta::assert_json_snapshot!("event_refund_failed", last::<RefundFailed>(&shop).await);

        let disputed = shop.paid(eur(4900).amount, "tok_createDispute").await;
        shop.settle().await;
        insta::assert_json_snapshot!("event_dispute_opened", last::<DisputeOpened>(&shop).await);
        let name = shop.detail(disputed).await["disputes"][0]["provider_ref"].as_str().expect("a name").to_owned();
        shop.app.sandbox().close_dispute(&name, true).await.expect("the sandbox answers");
        shop.settle().await;
        insta::assert_json_snapshot!("event_dispute_closed", last::<DisputeClosed>(&shop).await);
    }
}
