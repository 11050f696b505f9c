//! Refunds: never more than there is, whoever asks, and however many at once.

use contracts::events::{RefundFailed, RefundProcessed};
use futures::future::join_all;
use serde_json::json;

use crate::{eur, shops};

#[tokio::test]
async fn parts_and_the_rest_are_given_back_and_no_more() {
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        assert_eq!(shop.refund(order, 1900).await.expect(200)["status"], "succeeded");
        let problem = shop.refund(order, 3001).await.expect(422);
        assert_eq!(problem["code"], "exceeds_refundable");
        assert_eq!(problem["refundable"], json!({"amount": 3000, "currency": "EUR"}));
        let rest =
            shop.admin().post("/payment/refund", &json!({"order_id": order, "reason": "all of it"})).await.expect(200);
        assert_eq!(rest["amount"]["amount"], 3000);
        assert_eq!(shop.refund(order, 1).await.problem(422), "exceeds_refundable");
        let nothing = shop.admin().post("/payment/refund", &json!({"order_id": order, "reason": "again"})).await;
        assert_eq!(nothing.problem(422), "exceeds_refundable");
        let processed = shop.events::<RefundProcessed>().await;
        let totals: Vec<i64> = processed.iter().map(|event| event.refunded_total.amount).collect();
        assert_eq!(totals, [1900, 4900]);
        assert!(processed.iter().all(|event| event.captured_total == eur(4900)));
        shop.settle().await;
        assert_eq!(shop.status(order).await["refunded"]["amount"], 4900);
        assert_eq!(shop.check().await["I6"], 2);
    }
}

#[tokio::test]
async fn fifty_at_once_stay_within_what_was_captured() {
    for shop in shops().await {
        let order = shop.paid(1000, "tok_visa").await;
        let mut given = 0;
        for answer in join_all((0..50).map(|_| shop.refund(order, 70))).await {
            match answer.status.as_u16() {
                200 | 202 => given += 1,
                503 => {}
                _ => assert_eq!(answer.problem(422), "exceeds_refundable"),
            }
        }
        shop.later().await;
        let detail = shop.detail(order).await;
        assert!((1..=14).contains(&given), "{given}");
        assert_eq!(detail["refunded"]["amount"], 70 * given, "on {}", shop.kind());
        assert_eq!(detail["refund_pending"]["amount"], 0);
        shop.check().await;
    }
}

#[tokio::test]
async fn the_same_key_refunds_once_and_answers_the_same() {
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        let client = shop.admin().with("idempotency-key", "refund-1");
        let body = json!({"order_id": order, "amount": eur(1000), "reason": "broken"});
        let first = client.post("/payment/refund", &body).await;
        let second = client.post("/payment/refund", &body).await;
        assert_eq!(first.bytes, second.bytes);
        assert_eq!(second.headers["idempotent-replayed"], "true");
        for answer in join_all((0..20).map(|_| client.post("/payment/refund", &body))).await {
            assert!(answer.status.as_u16() == 503 || answer.bytes == first.bytes, "{}", answer.body);
        }
        let other = json!({"order_id": order, "amount": eur(1001), "reason": "broken"});
        assert_eq!(client.post("/payment/refund", &other).await.problem(422), "idempotency_key_reused");
        assert_eq!(shop.status(order).await["refunded"]["amount"], 1000);
        assert_eq!(shop.check().await["I25"], 1);
        // A refund that no key stands for does not go unseen.
        shop.sql(&["UPDATE idempotency SET scope = 'somebody/POST /payment/refund'"]).await;
        let rules = payments::invariants(&shop.app).await;
        let broken: Vec<&str> = rules.iter().filter(|rule| !rule.holds()).map(|rule| rule.id.as_str()).collect();
        assert_eq!(broken, ["I25"]);
    }
}

#[tokio::test]
async fn a_key_whose_request_died_goes_on_with_its_refund() {
    use payments::sandbox::{Fault, Operation};
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        let client = shop.admin().with("idempotency-key", "refund-1");
        let body = json!({"order_id": order, "amount": eur(1000), "reason": "broken"});
        let hour = std::time::Duration::from_secs(3600);
        shop.app.sandbox().faults().next(Operation::Refund, Fault::SlowAnswer(hour));
        let made = async {
            while shop.refunds_made(order).await == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            answer = client.post("/payment/refund", &body) => panic!("it should hang: {answer:?}"),
            () = made => {}
        }
        shop.let_leases_end().await;
        assert_eq!(client.post("/payment/refund", &body).await.expect(200)["status"], "succeeded");
        shop.later().await;
        let detail = shop.detail(order).await;
        assert_eq!(detail["refunds"].as_array().map(Vec::len), Some(1));
        assert_eq!(detail["refunded"]["amount"], 1000);
    }
}

#[tokio::test]
async fn slow_refunds_succeed_and_bounced_ones_come_back() {
    for shop in shops().await {
        let slow = shop.paid(4900, "tok_pendingRefund").await;
        assert_eq!(shop.refund(slow, 4900).await.expect(202)["status"], "pending");
        let bouncing = shop.paid(5900, "tok_refundFail").await;
        assert_eq!(shop.refund(bouncing, 5900).await.expect(200)["status"], "succeeded");
        assert_eq!(shop.refund(bouncing, 1).await.problem(422), "exceeds_refundable");
        shop.settle().await;
        assert_eq!(shop.status(slow).await["refunded"]["amount"], 4900);
        let detail = shop.detail(bouncing).await;
        assert_eq!((&detail["refunded"]["amount"], &detail["refundable"]["amount"]), (&json!(0), &json!(5900)));
        assert_eq!(detail["refunds"][0]["status"], "failed");
        let failed = shop.events::<RefundFailed>().await;
        assert_eq!((failed.len(), failed[0].amount), (1, eur(5900)));
        assert_eq!(failed[0].code, "lost_or_stolen_card");
        shop.check().await;
    }
}

#[tokio::test]
async fn what_cannot_be_refunded_is_said() {
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        let unpaid = shop.order(100);
        shop.pay(unpaid, "tok_chargeDeclined").await.expect(402);
        assert_eq!(shop.refund(unpaid, 1).await.problem(409), "wrong_status");
        let admin = shop.admin();
        for (body, status, code) in [
            (json!({"order_id": order, "amount": {"amount": 1, "currency": "USD"}, "reason": "x"}), 422, "invalid"),
            (json!({"order_id": order, "amount": {"amount": 0, "currency": "EUR"}, "reason": "x"}), 422, "invalid"),
            (json!({"order_id": order, "amount": {"amount": -5, "currency": "EUR"}, "reason": "x"}), 422, "invalid"),
            (
                json!({"order_id": order, "amount": {"amount": i64::MAX, "currency": "EUR"}, "reason": "x"}),
                422,
                "invalid",
            ),
            (
                json!({"order_id": order, "amount": {"amount": 1.5, "currency": "EUR"}, "reason": "x"}),
                400,
                "wrong_type",
            ),
            (json!({"order_id": order, "reason": ""}), 422, "invalid"),
            (json!({"order_id": order, "reason": "a\u{0}"}), 422, "invalid"),
            (json!({"order_id": order, "payment_id": order, "reason": "x"}), 422, "invalid"),
            (json!({"reason": "x"}), 422, "invalid"),
            (json!({"payment_id": order, "reason": "x"}), 404, "not_found"),
        ] {
            assert_eq!(admin.post("/payment/refund", &body).await.problem(status), code, "{body}");
        }
        assert_eq!(shop.status(order).await["refunded"]["amount"], 0);
    }
}
