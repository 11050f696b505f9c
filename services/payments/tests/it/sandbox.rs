//! The sandbox as a provider that keeps its word, and its 3-D Secure page.

use chrono::DateTime;
use contracts::{
    events::{PaymentFailed, PaymentProcessed},
    ids::{OrderId, PaymentId},
};
use payments::{
    model::{CaptureMethod, ChargeStatus, RefundStatus},
    provider::{ChargeOrder, PaymentProvider, RefundOrder, VoidOrder},
};
use serde_json::{Value, json};
use test_support::Answer;
use uuid::Uuid;

use crate::{Shop, checkout, eur, shops};

fn charge_order(token: &str, capture_method: CaptureMethod) -> ChargeOrder {
    ChargeOrder {
        key: Uuid::now_v7(),
        payment_id: PaymentId::new(),
        order_id: OrderId::new(),
        amount: eur(4900),
        token: token.into(),
        capture_method,
        return_url: None,
    }
}

/// What every provider has to keep.
async fn behaves_like_a_provider(provider: &dyn PaymentProvider) {
    let order = charge_order("tok_visa", CaptureMethod::Automatic);
    assert!(provider.find(order.key).await.expect("an answer").is_none());
    let first = provider.charge(&order).await.expect("an answer");
    let again =
        provider.charge(&ChargeOrder { token: "tok_chargeDeclined".into(), ..order.clone() }).await.expect("an answer");
    assert_eq!((first.status, first.captured_minor), (ChargeStatus::Succeeded, 4900));
    assert_eq!((again.status, &again.reference), (first.status, &first.reference), "one key, one charge");
    let found = provider.find(order.key).await.expect("an answer").expect("it is there");
    assert_eq!((found.reference, found.amount), (first.reference, eur(4900)));
    // What was taken is not ended.
    let void =
        VoidOrder { key: order.key, payment_id: order.payment_id, order_id: order.order_id, amount: order.amount };
    assert_eq!(provider.void(&void).await.expect("an answer").status, ChargeStatus::Succeeded);

    let refund = RefundOrder { key: Uuid::now_v7(), charge: order.key, amount: eur(900), reason: "x".into() };
    for _ in 0..2 {
        let refunds = provider.refund(&refund).await.expect("an answer").refunds;
        assert_eq!((refunds.len(), refunds[0].key, refunds[0].status), (1, refund.key, RefundStatus::Succeeded));
    }
    let too_much = RefundOrder { key: Uuid::now_v7(), amount: eur(4001), ..refund };
    let refunds = provider.refund(&too_much).await.expect("an answer").refunds;
    assert_eq!(refunds.last().map(|refund| refund.status), Some(RefundStatus::Failed));

    let declined =
        provider.charge(&charge_order("tok_chargeDeclined", CaptureMethod::Automatic)).await.expect("an answer");
    assert_eq!(declined.error.map(|error| error.code).as_deref(), Some("card_declined"));

    let held = charge_order("tok_visa", CaptureMethod::Manual);
    assert_eq!(provider.charge(&held).await.expect("an answer").status, ChargeStatus::RequiresCapture);
    assert_eq!(provider.capture(held.key, eur(4901)).await.expect("an answer").captured_minor, 0);
    assert_eq!(provider.capture(held.key, eur(4000)).await.expect("an answer").captured_minor, 4000);
    assert_eq!(provider.capture(held.key, eur(100)).await.expect("an answer").captured_minor, 4000);

    let ended = charge_order("tok_visa", CaptureMethod::Automatic);
    let void =
        VoidOrder { key: ended.key, payment_id: ended.payment_id, order_id: ended.order_id, amount: ended.amount };
    assert_eq!(provider.void(&void).await.expect("an answer").status, ChargeStatus::Canceled);
    assert_eq!(
        provider.charge(&ended).await.expect("an answer").status,
        ChargeStatus::Canceled,
        "an ended key never charges"
    );

    let mut keys = Vec::new();
    while let Some(charge) =
        provider.list(DateTime::UNIX_EPOCH, keys.last().copied(), 1).await.expect("an answer").pop()
    {
        keys.push(charge.key);
    }
    assert!(keys.is_sorted() && keys.len() == 4, "{keys:?}");
}

#[tokio::test]
async fn the_sandbox_behaves_like_a_provider() {
    for shop in shops().await {
        behaves_like_a_provider(shop.app.sandbox()).await;
    }
}

async fn challenged(shop: &Shop, token: &str, return_url: Value) -> (OrderId, String) {
    let order = shop.order(4900);
    let mut body = checkout(order, token);
    body["return_url"] = return_url;
    let answer = shop.buyer().post("/payment/checkout", &body).await.expect(200);
    assert_eq!(answer["status"], "requires_action");
    assert_eq!(answer["next_action"]["type"], "redirect_to_url");
    let url = answer["next_action"]["redirect_to_url"]["url"].as_str().expect("a URL").to_owned();
    assert!(answer["client_secret"].as_str().is_some_and(|secret| secret.contains("_secret_")));
    (order, url)
}

async fn decide(shop: &Shop, url: &str, decision: &str) -> Answer {
    let body = format!("decision={decision}").into();
    shop.anyone().send("POST", url, body, Some("application/x-www-form-urlencoded")).await
}

#[tokio::test]
async fn an_approved_step_pays_and_leads_back() {
    for shop in shops().await {
        let (order, url) = challenged(&shop, "tok_threeDSecureRequired", json!("/checkout/return?x=1")).await;
        assert!(url.starts_with("/payment/sandbox/3ds/pi_"), "{url}");
        let page = shop.anyone().get(&url).await;
        let policy = page.headers["content-security-policy"].to_str().expect("text").to_owned();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("script") && !policy.contains("unsafe"),
            "{policy}"
        );
        let html = String::from_utf8(page.bytes).expect("text");
        assert!(
            html.contains("49.00 EUR") && html.contains("value=\"approve\"") && !html.contains("<script"),
            "{html}"
        );
        // The same card again is the same step, not another charge.
        assert_eq!(shop.pay(order, "tok_threeDSecureRequired").await.expect(200)["status"], "requires_action");

        let back = decide(&shop, &url, "approve").await;
        assert_eq!(back.status.as_u16(), 303);
        let location = back.headers["location"].to_str().expect("text");
        assert!(location.starts_with("/checkout/return?x=1&payment_intent=pi_"), "{location}");
        shop.settle().await;
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1);
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        // A second decision decides nothing.
        decide(&shop, &url, "refuse").await;
        shop.settle().await;
        assert_eq!(shop.status(order).await["status"], "succeeded");
        let over = String::from_utf8(shop.anyone().get(&url).await.bytes).expect("text");
        assert!(!over.contains("<form"));
        shop.check().await;
    }
}

#[tokio::test]
async fn a_refused_step_and_a_late_decline_can_be_tried_again() {
    for shop in shops().await {
        for (token, decision, code) in [
            ("tok_threeDSecure2Required", "refuse", "authentication_required"),
            ("tok_threeDSecureRequiredChargeDeclined", "approve", "card_declined"),
            ("tok_threeDSecureRequiredProcessingError", "approve", "processing_error"),
        ] {
            let (order, url) = challenged(&shop, token, Value::Null).await;
            assert_eq!(decide(&shop, &url, decision).await.status.as_u16(), 200);
            shop.settle().await;
            let status = shop.status(order).await;
            assert_eq!(
                (&status["status"], &status["last_error"]["code"]),
                (&json!("requires_payment_method"), &json!(code))
            );
            assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["status"], "succeeded");
        }
        assert_eq!(shop.events::<PaymentFailed>().await.len(), 3);
        shop.check().await;
    }
}

#[tokio::test]
async fn another_card_replaces_an_unfinished_step() {
    for shop in shops().await {
        let (order, url) = challenged(&shop, "tok_threeDSecureRequired", Value::Null).await;
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["status"], "succeeded");
        // The old step is over: approving it takes no second payment.
        decide(&shop, &url, "approve").await;
        shop.settle().await;
        assert_eq!(shop.captures(order).await, 1);
        assert!(shop.events::<PaymentFailed>().await.is_empty());
        shop.check().await;
    }
}

#[tokio::test]
async fn a_step_nobody_finishes_is_given_up() {
    for shop in shops().await {
        let (order, url) = challenged(&shop, "tok_threeDSecureRequired", Value::Null).await;
        shop.sql(&["UPDATE attempts SET created_at = '2020-01-01 00:00:00'"]).await;
        shop.later().await;
        assert_eq!(shop.status(order).await["status"], "canceled");
        decide(&shop, &url, "approve").await;
        shop.later().await;
        assert_eq!(shop.captures(order).await, 0);
        // The order itself is still there to be paid.
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["status"], "succeeded");
        shop.check().await;
    }
}

#[tokio::test]
async fn steps_that_do_not_exist_are_not_there() {
    for shop in shops().await {
        for url in ["/payment/sandbox/3ds/pi_1", "/payment/sandbox/3ds/%00"] {
            assert_eq!(shop.anyone().get(url).await.status.as_u16(), 404);
            assert_eq!(decide(&shop, url, "approve").await.status.as_u16(), 404);
        }
        let (_, url) = challenged(&shop, "tok_threeDSecureRequired", Value::Null).await;
        assert_eq!(decide(&shop, &url, "perhaps").await.status.as_u16(), 422);
    }
}
