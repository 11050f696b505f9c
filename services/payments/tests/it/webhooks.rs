//! Webhooks: who is believed, and that nothing is applied twice or backwards.

use contracts::{
    events::{PaymentFailed, PaymentProcessed},
    time,
};
use futures::future::join_all;
use payments::{Config, Secret, sandbox::Webhooks, webhooks::sign};
use serde_json::{Value, json};
use test_support::{Answer, databases};

use crate::{Shop, eur, shops};

const LOST: Webhooks = Webhooks { lost: true, reversed: false, copies: 1 };

async fn send(shop: &Shop, signature: &str, body: &Value) -> Answer {
    let client = shop.anyone().with("stripe-signature", signature);
    client.send("POST", "/payment/webhooks/sandbox", body.to_string().into(), Some("application/json")).await
}

async fn send_signed(shop: &Shop, body: &Value) -> Answer {
    let signature = sign(shop.app.sandbox().secret(), time::now().timestamp(), body.to_string().as_bytes());
    send(shop, &signature, body).await
}

fn event(id: &str, kind: &str, attempt: &Value) -> Value {
    json!({"id": id, "object": "event", "type": kind, "data": {"object": {"metadata": {"attempt": attempt}}}})
}

#[tokio::test]
async fn about_what_has_ended_the_provider_is_not_asked_again() {
    for shop in shops().await {
        let (paid, declined) = (shop.paid(4900, "tok_visa").await, shop.order(100));
        shop.pay(declined, "tok_chargeDeclined").await.expect(402);
        shop.app.sandbox().faults().down(true);
        shop.settle().await;
        for order in [paid, declined] {
            assert_eq!(shop.detail(order).await["webhooks"][0]["status"], "applied");
        }
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        shop.app.sandbox().faults().down(false);
        shop.check().await;
    }
}

#[tokio::test]
async fn a_hundred_copies_at_once_are_taken_and_applied_once() {
    for shop in shops().await {
        shop.app.sandbox().faults().webhooks(LOST);
        let order = shop.order(4900);
        shop.pay(order, "tok_timeout").await.expect(202);
        let attempt = shop.detail(order).await["attempts"][0]["id"].clone();
        let body = event("evt_copy", "payment_intent.succeeded", &attempt);
        let until_taken = async || {
            loop {
                // A machine that is too busy says so, and the provider sends again.
                match send_signed(&shop, &body).await {
                    busy if busy.status.as_u16() == 503 => {}
                    answer => return answer.expect(200),
                }
            }
        };
        for taken in join_all((0..100).map(|_| until_taken())).await {
            assert_eq!(taken, json!({"received": true}));
        }
        // Several processes apply what is stored.
        join_all((0..5).map(|_| shop.settle())).await;
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        let webhooks = shop.detail(order).await["webhooks"].clone();
        assert_eq!(webhooks.as_array().map(Vec::len), Some(1));
        assert_eq!(webhooks[0]["status"], "applied");
        shop.check().await;
    }
}

#[tokio::test]
async fn forged_stale_and_foreign_ones_are_refused() {
    for shop in shops().await {
        let body = event("evt_1", "payment_intent.succeeded", &Value::Null);
        let (now, raw) = (time::now().timestamp(), body.to_string());
        let secret = shop.app.sandbox().secret().clone();
        for signature in [
            String::new(),
            "nonsense".to_owned(),
            sign(&Secret::new("another secret entirely"), now, raw.as_bytes()),
            sign(&secret, now - 301, raw.as_bytes()),
            sign(&secret, now + 310, raw.as_bytes()),
            sign(&secret, now, b"another body"),
            sign(&secret, now, raw.as_bytes()).replace("v1=", "v0="),
        ] {
            assert_eq!(send(&shop, &signature, &body).await.problem(400), "invalid_signature", "{signature}");
        }
        let other = shop.anyone().with("stripe-signature", &sign(&secret, now, raw.as_bytes()));
        let answer = other.send("POST", "/payment/webhooks/paypal", raw.into(), Some("application/json")).await;
        assert_eq!(answer.problem(404), "not_found");
        assert_eq!(shop.admin().get("/payments").await.expect(200)["items"], json!([]));
    }
}

#[tokio::test]
async fn secrets_can_be_rotated() {
    for store in databases().await {
        let secrets = vec![Secret::new("the old secret of ours"), Secret::new("the new secret of ours")];
        let shop = Shop::open(store, Config { webhook_secrets: secrets.clone(), ..Config::default() }).await;
        for (number, secret) in secrets.iter().enumerate() {
            let body = event(&format!("evt_{number}"), "payment_intent.succeeded", &Value::Null);
            let signature = sign(secret, time::now().timestamp(), body.to_string().as_bytes());
            send(&shop, &signature, &body).await.expect(200);
        }
    }
}

#[tokio::test]
async fn unknown_things_are_kept_and_hurt_nobody() {
    for shop in shops().await {
        let nowhere = json!("0192f0c1-a2b3-7c4d-8e5f-60718293a4b5");
        for body in [
            event("evt_a", "customer.created", &Value::Null),
            event("evt_b", "payment_intent.succeeded", &nowhere),
            event("evt_c", "payment_intent.succeeded", &json!("not an id")),
            event("evt_d", "payment_intent.succeeded", &json!({"deep": [1, 2]})),
            json!({"id": "evt_e", "type": "charge.succeeded"}),
        ] {
            send_signed(&shop, &body).await.expect(200);
        }
        for body in
            [json!({"type": "x"}), json!([]), json!({"id": "", "type": "x"}), json!({"id": "evt\u{0}", "type": "x"})]
        {
            assert_eq!(send_signed(&shop, &body).await.problem(400), "unreadable_event", "{body}");
        }
        shop.settle().await;
        shop.check().await;
    }
}

#[tokio::test]
async fn a_large_event_is_taken_and_a_huge_one_is_not() {
    for shop in shops().await {
        let mut body = event("evt_large", "customer.updated", &Value::Null);
        body["padding"] = json!("x".repeat(300_000));
        send_signed(&shop, &body).await.expect(200);
        body["padding"] = json!("x".repeat(600_000));
        assert_eq!(send_signed(&shop, &body).await.problem(413), "body_too_large");
    }
}

#[tokio::test]
async fn order_and_number_of_webhooks_do_not_matter() {
    for travel in [
        Webhooks { reversed: true, copies: 3, lost: false },
        Webhooks { reversed: false, copies: 5, lost: false },
        LOST,
    ] {
        for shop in shops().await {
            shop.app.sandbox().faults().webhooks(travel);
            let (paid, declined) = (shop.paid(4900, "tok_pendingRefund").await, shop.order(100));
            shop.pay(declined, "tok_chargeDeclined").await.expect(402);
            shop.refund(paid, 900).await;
            shop.later().await;
            shop.later().await;
            let status = shop.status(paid).await;
            assert_eq!(
                (&status["status"], &status["refunded"]["amount"]),
                (&json!("succeeded"), &json!(900)),
                "{travel:?}"
            );
            assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
            assert_eq!(shop.events::<PaymentFailed>().await.len(), 1);
            shop.check().await;
        }
    }
}

#[tokio::test]
async fn late_news_cannot_turn_a_payment_back() {
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        let attempt = shop.detail(order).await["attempts"][0]["id"].clone();
        for (number, kind) in
            ["payment_intent.processing", "payment_intent.payment_failed", "payment_intent.canceled"].iter().enumerate()
        {
            send_signed(&shop, &event(&format!("evt_{number}"), kind, &attempt)).await.expect(200);
        }
        shop.settle().await;
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert!(shop.events::<PaymentFailed>().await.is_empty());
        shop.check().await;
    }
}

#[tokio::test]
async fn other_money_than_was_asked_for_is_a_conflict() {
    use contracts::{Currency, Money};
    for shop in shops().await {
        for money in [eur(100), eur(9900), Money::new(4900, Currency::USD)] {
            shop.app.sandbox().faults().charge_instead(money);
            let order = shop.order(4900);
            let answer = shop.pay(order, "tok_visa").await.expect(200);
            assert_eq!(answer["status"], "conflicted", "{money}");
            let detail = shop.detail(order).await;
            assert!(detail["conflict"].as_str().is_some_and(|text| text.contains(&money.to_string())), "{detail}");
            assert_eq!(shop.pay(order, "tok_visa").await.problem(409), "payment_conflicted");
        }
        assert!(shop.events::<PaymentProcessed>().await.is_empty());
    }
}
