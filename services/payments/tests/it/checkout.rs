//! Paying: outcomes, who may, and that an order is charged once however often it is asked for.

use chrono::Duration;
use contracts::{
    events::{PaymentFailed, PaymentProcessed},
    ids::UserId,
    order::OrderStatus,
    time,
};
use futures::future::join_all;
use payments::sandbox::{Fault, Operation};
use serde_json::json;

use crate::{Order, checkout, eur, shops};

#[tokio::test]
async fn the_payment_step_learns_whose_form_to_show() {
    for shop in shops().await {
        let methods = shop.anyone().get("/payment/methods").await.expect(200);
        assert_eq!(methods, json!({"provider": "sandbox", "publishable_key": null, "methods": ["card"]}));
    }
}

#[tokio::test]
async fn a_good_card_pays_the_order() {
    for shop in shops().await {
        for token in ["tok_visa", "tok_mastercard", "tok_amex"] {
            let order = shop.order(4900);
            let paid = shop.pay(order, token).await.expect(200);
            assert_eq!(paid["status"], "succeeded");
            assert_eq!(paid["amount"], json!({"amount": 4900, "currency": "EUR"}));
            assert_eq!(paid["captured"]["amount"], 4900);
            let detail = shop.detail(order).await;
            assert_eq!(detail["payment_id"], paid["payment_id"]);
            assert_eq!(detail["attempts"][0]["card_last4"].as_str().map(str::len), Some(4));
        }
        let processed = shop.events::<PaymentProcessed>().await;
        assert_eq!(processed.len(), 3);
        assert!(processed.iter().all(|event| event.amount == eur(4900) && event.provider == "sandbox"));
        assert_eq!(shop.check().await["I9"], 3);
    }
}

#[tokio::test]
async fn declines_are_told_in_six_words_and_can_be_tried_again() {
    for shop in shops().await {
        let order = shop.order(1000);
        for (token, code) in [
            ("tok_chargeDeclined", "card_declined"),
            ("tok_chargeDeclinedInsufficientFunds", "insufficient_funds"),
            ("tok_chargeDeclinedLostCard", "card_declined"),
            ("tok_chargeDeclinedExpiredCard", "expired_card"),
            ("tok_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
            ("tok_chargeDeclinedProcessingError", "processing_error"),
            ("tok_chargeDeclinedFraudulent", "card_declined"),
        ] {
            let answer = shop.pay(order, token).await;
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            let problem = answer.expect(402);
            assert_eq!(problem["code"], code, "{token}");
            assert_eq!(problem["type"], format!("/problems/{code}"));
            assert!(problem["payment_id"].is_string() && problem["request_id"].is_string(), "{problem}");
            // What the bank really said is for staff.
            assert!(!problem.to_string().contains("lost_card") && !problem.to_string().contains("fraudulent"));
            let status = shop.status(order).await;
            assert_eq!(status["status"], "requires_payment_method");
            assert_eq!(status["last_error"]["code"], code);
        }
        let failed: Vec<String> = shop.events::<PaymentFailed>().await.into_iter().map(|event| event.code).collect();
        assert_eq!(failed.len(), 7);
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["status"], "succeeded");
        assert!(shop.status(order).await.get("last_error").is_none());
        let detail = shop.detail(order).await;
        assert_eq!(detail["attempts"].as_array().map(Vec::len), Some(8));
        assert_eq!(detail["attempts"][2]["decline_code"], "lost_card");
        shop.check().await;
    }
}

#[tokio::test]
async fn paying_twice_charges_once() {
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        let first = shop.status(order).await;
        for token in ["tok_visa", "tok_mastercard", "tok_chargeDeclined"] {
            let again = shop.pay(order, token).await.expect(200);
            assert_eq!(again["payment_id"], first["payment_id"]);
            assert_eq!(again["status"], "succeeded");
        }
        shop.change(order, |order| order.status = OrderStatus::Processing);
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1);
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
    }
}

#[tokio::test]
async fn many_clicks_at_once_charge_once() {
    for shop in shops().await {
        let order = shop.order(4900);
        let clicks = (0..20).map(|_| shop.pay(order, "tok_visa"));
        for answer in join_all(clicks).await {
            let status = answer.status.as_u16();
            // A machine that is too busy says so.
            assert!([200, 202, 503].contains(&status), "{status} {}", answer.body);
        }
        shop.later().await;
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1, "on {}", shop.kind());
        assert_eq!(shop.detail(order).await["attempts"].as_array().map(Vec::len), Some(1));
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        assert_eq!(shop.check().await["I10"], 1);
    }
}

#[tokio::test]
async fn the_same_key_gets_the_same_bytes() {
    for shop in shops().await {
        for (token, status) in
            [("tok_visa", 200), ("tok_chargeDeclined", 402), ("tok_threeDSecureRequired", 200), ("tok_sepaDebit", 202)]
        {
            let order = shop.order(4900);
            let client = shop.buyer().with("idempotency-key", &format!("key-{token}"));
            let first = client.post("/payment/checkout", &checkout(order, token)).await;
            assert_eq!(first.status.as_u16(), status, "{}", first.body);
            assert!(first.headers.get("idempotent-replayed").is_none());
            // Whatever happened meanwhile.
            shop.settle().await;
            shop.change(order, |order| order.status = OrderStatus::Cancelled);
            let second = client.post("/payment/checkout", &checkout(order, token)).await;
            assert_eq!(second.status, first.status);
            assert_eq!(second.bytes, first.bytes);
            assert_eq!(second.headers["content-type"], first.headers["content-type"]);
            assert_eq!(second.headers["idempotent-replayed"], "true");
            let other = client.post("/payment/checkout", &checkout(order, "tok_amex")).await;
            assert_eq!(other.problem(422), "idempotency_key_reused");
        }
        // Another caller's key is another key.
        let stranger =
            shop.anyone().bearing(&shop.tokens.customer(UserId::new())).with("idempotency-key", "key-tok_visa");
        let order = shop.order(100);
        assert_eq!(stranger.post("/payment/checkout", &checkout(order, "tok_visa")).await.problem(404), "not_found");
    }
}

#[tokio::test]
async fn a_key_in_flight_is_a_conflict_and_the_charge_happens_once() {
    for shop in shops().await {
        let order = shop.order(4900);
        let client = shop.buyer().with("idempotency-key", "one");
        let body = checkout(order, "tok_visa");
        let mut succeeded = 0;
        for answer in join_all((0..20).map(|_| client.post("/payment/checkout", &body))).await {
            match answer.status.as_u16() {
                200 => succeeded += 1,
                503 => {}
                _ => assert_eq!(answer.problem(409), "request_in_flight"),
            }
        }
        assert!(succeeded >= 1);
        assert_eq!(shop.check().await["I25"], 1);
        assert_eq!(shop.captures(order).await, 1);
    }
}

#[tokio::test]
async fn a_refused_request_gives_its_key_back() {
    for shop in shops().await {
        let order = shop.order(4900);
        shop.change(order, |order| order.expires_at = Some(time::now() - Duration::seconds(1)));
        let client = shop.buyer().with("idempotency-key", "again");
        let body = checkout(order, "tok_visa");
        assert_eq!(client.post("/payment/checkout", &body).await.problem(409), "order_expired");
        shop.change(order, |order| order.expires_at = None);
        assert_eq!(client.post("/payment/checkout", &body).await.expect(200)["status"], "succeeded");
    }
}

#[tokio::test]
async fn only_open_orders_are_paid_and_the_amount_is_theirs() {
    for shop in shops().await {
        let order = shop.order(4900);
        for (status, code) in [
            (OrderStatus::Cancelled, "order_cancelled"),
            (OrderStatus::Processing, "order_not_payable"),
            (OrderStatus::Delivered, "order_not_payable"),
        ] {
            shop.change(order, |order| order.status = status);
            assert_eq!(shop.pay(order, "tok_visa").await.problem(409), code);
        }
        shop.change(order, |order| order.status = OrderStatus::Pending);
        let mut body = checkout(order, "tok_visa");
        body["amount"] = json!({"amount": 1, "currency": "EUR"});
        assert_eq!(shop.buyer().post("/payment/checkout", &body).await.problem(422), "invalid");
        // What is due may change between attempts.
        assert_eq!(shop.pay(order, "tok_chargeDeclined").await.problem(402), "card_declined");
        shop.change(order, |order| order.total = eur(3900));
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["amount"]["amount"], 3900);
        assert_eq!(shop.captures(order).await, 1);
    }
}

#[tokio::test]
async fn what_is_not_yours_is_not_there() {
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        let payment = shop.status(order).await["payment_id"].as_str().expect("an id").to_owned();
        let stranger = shop.anyone().bearing(&shop.tokens.customer(UserId::new())).with("x-request-id", "same");
        let nowhere = UserId::new();
        for (foreign, missing) in [
            (format!("/payment/status?order_id={order}"), format!("/payment/status?order_id={nowhere}")),
            (format!("/payment/status?payment_id={payment}"), format!("/payment/status?payment_id={nowhere}")),
        ] {
            let (foreign, missing) = (stranger.get(&foreign).await, stranger.get(&missing).await);
            assert_eq!(foreign.status.as_u16(), 404);
            assert_eq!(foreign.bytes, missing.bytes);
        }
        let foreign = stranger.post("/payment/checkout", &checkout(order, "tok_visa")).await;
        let missing = stranger.post("/payment/checkout", &checkout(nowhere.uuid().into(), "tok_visa")).await;
        assert_eq!(foreign.status.as_u16(), 404);
        assert_eq!(foreign.bytes, missing.bytes);
        assert_eq!(shop.anyone().get(&format!("/payment/status?order_id={order}")).await.problem(401), "unauthorized");
    }
}

#[tokio::test]
async fn guests_pay_with_their_order_token() {
    for shop in shops().await {
        let order = shop.add(Order {
            owner: None,
            token: Some("guest-token".into()),
            total: eur(700),
            status: OrderStatus::Pending,
            expires_at: None,
        });
        let wrong = shop.anyone().with("order-token", "another-token");
        assert_eq!(wrong.post("/payment/checkout", &checkout(order, "tok_visa")).await.problem(404), "not_found");
        let guest = shop.anyone().with("order-token", "guest-token");
        assert_eq!(
            guest.post("/payment/checkout", &checkout(order, "tok_visa")).await.expect(200)["status"],
            "succeeded"
        );
        let by_link = shop.anyone().get(&format!("/payment/status?order_id={order}&token=guest-token")).await;
        assert_eq!(by_link.expect(200)["status"], "succeeded");
        assert_eq!(
            shop.anyone().get(&format!("/payment/status?order_id={order}&token=x")).await.problem(404),
            "not_found"
        );
    }
}

#[tokio::test]
async fn card_numbers_are_refused_wherever_they_stand() {
    for shop in shops().await {
        let order = shop.order(4900);
        let number = "4242 4242 4242 4242";
        for body in [
            json!({"order_id": order, "method": {"type": "card", "token": number}}),
            json!({"order_id": order, "method": {"type": "card", "number": "4242424242424242", "cvc": "123"}}),
            json!({"order_id": order, "card": {"number": 4242424242424242_i64}}),
            json!({"order_id": order, "method": {"type": "card", "token": "tok_visa"}, "return_url": "/a?c=5555555555554444"}),
            json!({"378282246310005": order}),
        ] {
            let answer = shop.buyer().post("/payment/checkout", &body).await;
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            assert_eq!(answer.problem(422), "card_number_refused");
            assert!(!text.contains("4242") && !text.contains("5555") && !text.contains("3782"), "{text}");
        }
        let refund = json!({"order_id": order, "reason": "to card 4242424242424242"});
        assert_eq!(shop.admin().post("/payment/refund", &refund).await.problem(422), "card_number_refused");
        assert_eq!(shop.captures(order).await, 0);
    }
}

#[tokio::test]
async fn bad_requests_are_told_what_is_wrong_and_nothing_happens() {
    for shop in shops().await {
        let order = shop.order(4900);
        for (body, status, code) in [
            (json!({"order_id": order}), 422, "invalid"),
            (json!({"order_id": "x", "method": {"type": "card", "token": "tok_visa"}}), 422, "invalid"),
            (json!({"order_id": order, "method": {"type": "cash", "token": "tok_visa"}}), 422, "invalid"),
            (json!({"order_id": order, "method": {"type": "card", "token": ""}}), 422, "invalid"),
            (json!({"order_id": order, "method": {"type": "card", "token": "a\u{0}b"}}), 422, "invalid"),
            (json!({"order_id": order, "method": {"type": "card", "token": "t".repeat(300)}}), 422, "invalid"),
            (
                json!({"order_id": order, "method": {"type": "card", "token": "tok_visa"}, "return_url": "https://evil.example/"}),
                422,
                "invalid",
            ),
            (json!({"order_id": order, "method": {"type": "card", "token": "tok_visa"}, "price": 1}), 422, "invalid"),
        ] {
            assert_eq!(shop.buyer().post("/payment/checkout", &body).await.problem(status), code, "{body}");
        }
        let text = shop.buyer().send("POST", "/payment/checkout", "{".into(), Some("application/json")).await;
        assert_eq!(text.problem(400), "malformed_json");
        let form = shop.buyer().send("POST", "/payment/checkout", "a=b".into(), Some("text/plain")).await;
        assert_eq!(form.problem(415), "unsupported_media_type");
        assert_eq!(shop.buyer().get("/payment/status?order=1").await.problem(400), "invalid_query");
        assert_eq!(shop.buyer().get("/payment/status").await.problem(422), "invalid");
        // A token the provider does not know is the client's mistake, not a decline.
        let unknown = shop.pay(order, "tok_unheard_of").await.expect(422);
        assert_eq!(unknown["errors"][0]["code"], "unknown_token");
        assert_eq!(shop.captures(order).await, 0);
        shop.check().await;
    }
}

#[tokio::test]
async fn an_order_is_tried_ten_times_an_hour() {
    for shop in shops().await {
        let order = shop.order(4900);
        for _ in 0..10 {
            assert_eq!(shop.pay(order, "tok_chargeDeclined").await.problem(402), "card_declined");
        }
        let answer = shop.pay(order, "tok_visa").await;
        let wait: u64 = answer.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
        assert!((3500..=3600).contains(&wait), "{wait}");
        assert_eq!(answer.problem(429), "too_many_payment_attempts");
        assert_eq!(shop.captures(order).await, 0);
        // Another order is not its business.
        shop.paid(100, "tok_visa").await;
    }
}

#[tokio::test]
async fn an_order_that_costs_nothing_needs_no_provider() {
    for shop in shops().await {
        shop.app.sandbox().faults().down(true);
        let order = shop.order(0);
        for _ in 0..2 {
            let paid = shop.buyer().post("/payment/checkout", &json!({"order_id": order})).await.expect(200);
            assert_eq!(paid["status"], "succeeded");
        }
        // Orders moves such an order along by itself; paying it then is no mistake.
        let moved_on = shop.order(0);
        shop.change(moved_on, |order| order.status = OrderStatus::Processing);
        assert_eq!(shop.pay(moved_on, "tok_visa").await.expect(200)["status"], "succeeded");
        let cancelled = shop.order(0);
        shop.change(cancelled, |order| order.status = OrderStatus::Cancelled);
        assert_eq!(shop.pay(cancelled, "tok_visa").await.problem(409), "order_cancelled");
        let processed = shop.events::<PaymentProcessed>().await;
        assert_eq!((processed.len(), processed[0].amount), (2, eur(0)));
        assert_eq!(shop.refund(order, 1).await.problem(422), "exceeds_refundable");
    }
}

#[tokio::test]
async fn slow_methods_end_by_webhook() {
    for shop in shops().await {
        let (good, bad) = (shop.order(4900), shop.order(5900));
        assert_eq!(shop.pay(good, "tok_sepaDebit").await.expect(202)["status"], "processing");
        assert_eq!(shop.pay(bad, "tok_sepaDebitFail").await.expect(202)["status"], "processing");
        // A second click changes nothing, whatever card it brings.
        assert_eq!(shop.pay(good, "tok_visa").await.expect(202)["status"], "processing");
        shop.settle().await;
        assert_eq!(shop.status(good).await["status"], "succeeded");
        assert_eq!(shop.status(bad).await["status"], "requires_payment_method");
        assert_eq!((shop.captures(good).await, shop.captures(bad).await), (1, 0));
        assert_eq!(shop.events::<PaymentFailed>().await.len(), 1);
        shop.check().await;
    }
}

#[tokio::test]
async fn a_provider_that_was_not_asked_leaves_the_order_open() {
    for shop in shops().await {
        for _ in 0..5 {
            shop.app.sandbox().faults().next(Operation::Charge, Fault::BeforeEffect);
            let order = shop.order(100);
            shop.pay(order, "tok_visa").await.expect(202);
        }
        // The breaker is open now.
        let order = shop.order(4900);
        let answer = shop.pay(order, "tok_visa").await;
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!(answer.problem(503), "unavailable");
        assert_eq!(shop.status(order).await["status"], "requires_payment_method");
        assert_eq!(shop.captures(order).await, 0);
    }
}
