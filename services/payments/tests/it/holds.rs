//! Manual capture: money is held, then taken or let go.

use contracts::{
    events::{PaymentAuthorized, PaymentProcessed, PaymentVoided},
    ids::OrderId,
};
use payments::sandbox::{Fault, Operation, Webhooks};
use serde_json::{Value, json};
use test_support::Answer;

use crate::{Shop, checkout, eur, shops};

async fn held(shop: &Shop, cents: i64) -> OrderId {
    let order = shop.order(cents);
    let mut body = checkout(order, "tok_visa");
    body["capture_method"] = json!("manual");
    let answer = shop.buyer().post("/payment/checkout", &body).await.expect(200);
    assert_eq!(answer["status"], "requires_capture");
    order
}

async fn capture(shop: &Shop, order: OrderId, amount: Value) -> Answer {
    shop.admin().post("/payment/capture", &json!({"order_id": order, "amount": amount})).await
}

#[tokio::test]
async fn held_money_is_captured_once() {
    for shop in shops().await {
        let order = held(&shop, 4900).await;
        assert_eq!(shop.events::<PaymentAuthorized>().await.len(), 1);
        assert!(shop.events::<PaymentProcessed>().await.is_empty());
        assert_eq!(shop.refund(order, 1).await.problem(409), "wrong_status");
        assert_eq!(capture(&shop, order, json!(eur(4901))).await.problem(422), "invalid");
        assert_eq!(capture(&shop, order, json!({"amount": 1, "currency": "USD"})).await.problem(422), "invalid");
        let answer = capture(&shop, order, Value::Null).await.expect(200);
        assert_eq!((&answer["status"], &answer["captured"]["amount"]), (&json!("succeeded"), &json!(4900)));
        // Again is the same; differently is not.
        assert_eq!(capture(&shop, order, json!(eur(4900))).await.expect(200)["status"], "succeeded");
        assert_eq!(capture(&shop, order, json!(eur(100))).await.problem(409), "wrong_status");
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        assert_eq!(shop.captures(order).await, 1);
        shop.settle().await;
        shop.check().await;
    }
}

#[tokio::test]
async fn a_part_can_be_captured_and_the_rest_is_let_go() {
    for shop in shops().await {
        let order = held(&shop, 4900).await;
        assert_eq!(capture(&shop, order, json!(eur(3000))).await.expect(200)["captured"]["amount"], 3000);
        assert_eq!(shop.events::<PaymentProcessed>().await[0].amount, eur(3000));
        assert_eq!(shop.refund(order, 3001).await.problem(422), "exceeds_refundable");
        shop.refund(order, 3000).await.expect(200);
        shop.check().await;
    }
}

#[tokio::test]
async fn held_money_is_let_go() {
    for shop in shops().await {
        let order = held(&shop, 4900).await;
        let void = json!({"order_id": order});
        assert_eq!(shop.admin().post("/payment/void", &void).await.expect(200)["status"], "canceled");
        assert_eq!(shop.admin().post("/payment/void", &void).await.expect(200)["status"], "canceled");
        assert_eq!(capture(&shop, order, Value::Null).await.problem(409), "wrong_status");
        let voided = shop.events::<PaymentVoided>().await;
        assert_eq!((voided.len(), voided[0].amount, voided[0].reason.as_str()), (1, eur(4900), "voided_by_staff"));
        assert_eq!(shop.captures(order).await, 0);
        // The order can be paid anew.
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["status"], "succeeded");
        let paid = shop.paid(100, "tok_visa").await;
        assert_eq!(shop.admin().post("/payment/void", &json!({"order_id": paid})).await.problem(409), "wrong_status");
        shop.check().await;
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_capture_or_a_void_is_asked_for() {
    for shop in shops().await {
        let faults = shop.app.sandbox().faults();
        faults.webhooks(Webhooks { lost: true, ..Webhooks::default() });
        for fault in [Fault::BeforeEffect, Fault::AfterEffect] {
            let (taken, let_go) = (held(&shop, 4900).await, held(&shop, 5900).await);
            faults.next(Operation::Capture, fault);
            faults.next(Operation::Void, fault);
            assert_eq!(capture(&shop, taken, Value::Null).await.expect(202)["status"], "requires_capture");
            let void = shop.admin().post("/payment/void", &json!({"order_id": let_go})).await;
            assert_eq!(void.expect(202)["status"], "requires_capture");
            assert_eq!(capture(&shop, let_go, Value::Null).await.problem(409), "wrong_status");
            shop.later().await;
            assert_eq!(shop.status(taken).await["status"], "succeeded");
            assert_eq!(shop.status(let_go).await["status"], "canceled");
            assert_eq!((shop.captures(taken).await, shop.captures(let_go).await), (1, 0));
        }
        shop.check().await;
    }
}

#[tokio::test]
async fn a_hold_that_runs_out_is_let_go() {
    for shop in shops().await {
        let order = held(&shop, 4900).await;
        shop.sql(&["UPDATE payments SET check_at = created_at, authorized_until = created_at"]).await;
        shop.settle().await;
        assert_eq!(shop.status(order).await["status"], "canceled");
        assert_eq!(shop.events::<PaymentVoided>().await[0].reason, "authorization_expired");
        shop.check().await;
    }
}

#[tokio::test]
async fn captures_and_voids_at_once_leave_one_of_the_two() {
    for shop in shops().await {
        let order = held(&shop, 4900).await;
        let void = json!({"order_id": order});
        let admin = shop.admin();
        let captures = futures::future::join_all((0..5).map(|_| capture(&shop, order, Value::Null)));
        let voids = futures::future::join_all((0..5).map(|_| admin.post("/payment/void", &void)));
        tokio::join!(captures, voids);
        shop.later().await;
        let status = shop.status(order).await["status"].clone();
        let (taken, released) = (shop.captures(order).await, shop.events::<PaymentVoided>().await.len());
        assert!(
            (status == "succeeded" && (taken, released) == (1, 0))
                || (status == "canceled" && (taken, released) == (0, 1)),
            "{status} {taken} {released}"
        );
        shop.check().await;
    }
}
