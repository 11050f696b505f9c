//! What dies in the middle is finished: asked for by our key, charged once.

use std::time::Duration;

use contracts::events::{PaymentFailed, PaymentProcessed, RefundProcessed};
use payments::{
    sandbox::{Fault, Operation, Webhooks},
    work,
};
use serde_json::json;

use crate::{checkout, eur, shops};

const LOST: Webhooks = Webhooks { lost: true, reversed: false, copies: 1 };

#[tokio::test]
async fn a_lost_answer_is_asked_for_and_charged_once() {
    for shop in shops().await {
        let sandbox = shop.app.sandbox();
        sandbox.faults().webhooks(LOST);
        sandbox.faults().next(Operation::Charge, Fault::AfterEffect);
        let order = shop.order(4900);
        assert_eq!(shop.pay(order, "tok_visa").await.expect(202)["status"], "processing");
        assert!(shop.events::<PaymentProcessed>().await.is_empty());
        work::recover(&shop.app).await.expect("the job runs");
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1);
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        assert!(shop.events::<PaymentFailed>().await.is_empty());
        shop.check().await;
    }
}

#[tokio::test]
async fn the_timeout_token_ends_paid() {
    for shop in shops().await {
        let order = shop.order(4900);
        assert_eq!(shop.pay(order, "tok_timeout").await.expect(202)["status"], "processing");
        shop.settle().await;
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1);
        shop.check().await;
    }
}

#[tokio::test]
async fn a_charge_that_never_arrived_is_ended_and_can_be_tried_again() {
    for shop in shops().await {
        shop.app.sandbox().faults().next(Operation::Charge, Fault::BeforeEffect);
        let order = shop.order(4900);
        assert_eq!(shop.pay(order, "tok_visa").await.expect(202)["status"], "processing");
        // It may still be on its way: nothing else is tried.
        shop.settle().await;
        assert_eq!(shop.pay(order, "tok_visa").await.expect(202)["status"], "processing");
        shop.later().await;
        let status = shop.status(order).await;
        assert_eq!(status["status"], "requires_payment_method");
        assert_eq!(status["last_error"]["code"], "processing_error");
        assert_eq!(shop.events::<PaymentFailed>().await.len(), 1);
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1);
        shop.check().await;
    }
}

#[tokio::test]
async fn an_ended_attempt_cannot_charge_when_it_comes_late() {
    use payments::{
        model::{CaptureMethod, ChargeStatus},
        provider::{ChargeOrder, PaymentProvider},
    };
    for shop in shops().await {
        let sandbox = shop.app.sandbox();
        sandbox.faults().next(Operation::Charge, Fault::BeforeEffect);
        let order = shop.order(4900);
        let payment = shop.pay(order, "tok_visa").await.expect(202)["payment_id"].clone();
        let attempt = shop.detail(order).await["attempts"][0]["id"].clone();
        shop.later().await;
        let late = ChargeOrder {
            key: serde_json::from_value(attempt).expect("an id"),
            payment_id: serde_json::from_value(payment).expect("an id"),
            order_id: order,
            amount: eur(4900),
            token: "tok_visa".into(),
            capture_method: CaptureMethod::Automatic,
            return_url: None,
        };
        let charge = sandbox.charge(&late).await.expect("an answer");
        assert_eq!((charge.status, charge.captured_minor), (ChargeStatus::Canceled, 0));
        assert_eq!(shop.captures(order).await, 0);
    }
}

#[tokio::test]
async fn dying_while_the_provider_works_ends_with_one_capture() {
    for mut shop in shops().await {
        let hour = Duration::from_secs(3600);
        for (fault, taken) in [(Fault::SlowStart(hour), 0), (Fault::SlowAnswer(hour), 1)] {
            shop.app.sandbox().faults().next(Operation::Charge, fault);
            let order = shop.order(4900);
            let body = checkout(order, "tok_visa");
            let client = shop.buyer().with("idempotency-key", &format!("{fault:?}"));
            let under_way = async {
                let path = format!("/payments?order_id={order}&status=processing");
                while shop.admin().get(&path).await.expect(200)["items"] == json!([])
                    || shop.captures(order).await < taken
                {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            // The process dies while it waits: its request is dropped, and with it all that is in memory.
            tokio::select! {
                answer = client.post("/payment/checkout", &body) => panic!("it should hang: {answer:?}"),
                () = under_way => {}
            }
            shop = shop.restarted().await;
            let client = shop.buyer().with("idempotency-key", &format!("{fault:?}"));
            assert_eq!(client.post("/payment/checkout", &body).await.problem(409), "request_in_flight");
            shop.later().await;
            shop.let_leases_end().await;
            let answer = client.post("/payment/checkout", &body).await.expect(200);
            assert_eq!(answer["status"], "succeeded", "{fault:?} on {}", shop.kind());
            assert_eq!(shop.captures(order).await, 1, "{fault:?}");
        }
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 2);
        shop.check().await;
    }
}

#[tokio::test]
async fn the_next_click_clears_up_behind_a_dead_one() {
    for shop in shops().await {
        shop.app.sandbox().faults().webhooks(LOST);
        shop.app.sandbox().faults().next(Operation::Charge, Fault::AfterEffect);
        let order = shop.order(4900);
        shop.pay(order, "tok_visa").await.expect(202);
        // The deadline is over, and no job has run.
        shop.sql(&["UPDATE attempts SET deadline = created_at"]).await;
        assert_eq!(shop.pay(order, "tok_mastercard").await.expect(200)["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1);
        assert_eq!(shop.detail(order).await["attempts"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn the_webhook_may_come_before_the_answer() {
    for shop in shops().await {
        let slow = Fault::SlowAnswer(Duration::from_millis(700));
        shop.app.sandbox().faults().next(Operation::Charge, slow);
        let order = shop.order(4900);
        let (answer, ()) = tokio::join!(shop.pay(order, "tok_visa"), async {
            for _ in 0..200 {
                shop.settle().await;
                if !shop.events::<PaymentProcessed>().await.is_empty() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            panic!("the webhook did not pay the order");
        });
        assert_eq!(answer.expect(200)["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1);
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        shop.check().await;
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_until_it_is_back() {
    for shop in shops().await {
        let faults = shop.app.sandbox().faults();
        faults.webhooks(LOST);
        faults.next(Operation::Charge, Fault::AfterEffect);
        let order = shop.order(4900);
        shop.pay(order, "tok_visa").await.expect(202);
        faults.down(true);
        for _ in 0..3 {
            shop.later().await;
            assert_eq!(shop.status(order).await["status"], "processing");
        }
        faults.down(false);
        shop.later().await;
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert_eq!(shop.captures(order).await, 1);
    }
}

#[tokio::test]
async fn a_lost_refund_answer_refunds_once() {
    for shop in shops().await {
        for fault in [Fault::AfterEffect, Fault::BeforeEffect] {
            let faults = shop.app.sandbox().faults();
            faults.webhooks(LOST);
            let order = shop.paid(4900, "tok_visa").await;
            faults.next(Operation::Refund, fault);
            let client = shop.admin();
            let body = json!({"order_id": order, "amount": eur(1900), "reason": "broken"});
            let pending = client.post("/payment/refund", &body).await.expect(202);
            assert_eq!(pending["status"], "pending");
            // What is under way counts as given.
            let detail = shop.detail(order).await;
            assert_eq!(
                (&detail["refundable"]["amount"], &detail["refund_pending"]["amount"]),
                (&json!(3000), &json!(1900))
            );
            assert_eq!(shop.refund(order, 3001).await.problem(422), "exceeds_refundable");
            shop.later().await;
            let detail = shop.detail(order).await;
            assert_eq!((&detail["refunded"]["amount"], &detail["refund_pending"]["amount"]), (&json!(1900), &json!(0)));
            assert_eq!(detail["refunds"].as_array().map(Vec::len), Some(1));
        }
        assert_eq!(shop.events::<RefundProcessed>().await.len(), 2);
        assert_eq!(shop.check().await["I6"], 2);
    }
}

#[tokio::test]
async fn the_sandbox_remembers_across_restarts() {
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        let secret = shop.app.sandbox().secret().clone();
        let shop = shop.restarted().await;
        assert_eq!(*shop.app.sandbox().secret(), secret);
        assert_eq!(shop.captures(order).await, 1);
        assert_eq!(shop.refund(order, 4900).await.expect(200)["status"], "succeeded");
        shop.check().await;
    }
}
