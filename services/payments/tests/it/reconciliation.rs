//! What slipped through is found, repaired where that is possible, and reported where it is not.

use contracts::{
    events::{PaymentProcessed, RefundProcessed, RefundRequested},
    ids::{OrderId, PaymentId, RefundId},
};
use payments::{
    model::CaptureMethod,
    provider::{ChargeOrder, PaymentProvider, RefundOrder},
    sandbox::Webhooks,
    work,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Shop, eur, received, shops};

async fn reconcile(shop: &Shop) -> Value {
    work::reconcile(&shop.app).await.expect("the job runs");
    shop.admin().get("/payments/reconciliation").await.expect(200)
}

async fn deaf(shop: &Shop) {
    shop.app.sandbox().faults().webhooks(Webhooks { lost: true, ..Webhooks::default() });
}

fn stray(payment_id: PaymentId, order_id: OrderId) -> ChargeOrder {
    ChargeOrder {
        key: Uuid::now_v7(),
        payment_id,
        order_id,
        amount: eur(4900),
        token: "tok_visa".into(),
        capture_method: CaptureMethod::Automatic,
        return_url: None,
    }
}

#[tokio::test]
async fn books_that_agree_have_no_differences() {
    for shop in shops().await {
        assert_eq!(shop.admin().get("/payments/reconciliation").await.problem(404), "not_found");
        let order = shop.paid(4900, "tok_visa").await;
        shop.refund(order, 900).await.expect(200);
        let declined = shop.order(100);
        shop.pay(declined, "tok_chargeDeclined").await.expect(402);
        let run = reconcile(&shop).await;
        assert_eq!((&run["charges"], &run["differences"]), (&json!(2), &json!([])));
    }
}

#[tokio::test]
async fn a_charge_nobody_told_us_of_is_taken_in() {
    for shop in shops().await {
        deaf(&shop).await;
        let order = shop.order(4900);
        shop.pay(order, "tok_timeout").await.expect(202);
        let run = reconcile(&shop).await;
        assert_eq!((&run["repaired"], &run["unresolved"]), (&json!(1), &json!(0)));
        assert_eq!(run["differences"][0]["kind"], "status");
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        assert_eq!(reconcile(&shop).await["differences"], json!([]));
        shop.check().await;
    }
}

#[tokio::test]
async fn a_refund_made_at_the_provider_is_taken_in() {
    for shop in shops().await {
        deaf(&shop).await;
        let order = shop.paid(4900, "tok_visa").await;
        let attempt = shop.detail(order).await["attempts"][0]["id"].clone();
        let charge = serde_json::from_value(attempt).expect("an id");
        let refund = RefundOrder { key: Uuid::now_v7(), charge, amount: eur(1500), reason: "by hand".into() };
        shop.app.sandbox().refund(&refund).await.expect("an answer");
        let run = reconcile(&shop).await;
        assert_eq!(
            (&run["differences"][0]["kind"], &run["differences"][0]["repaired"]),
            (&json!("refunded"), &json!(true))
        );
        assert_eq!(shop.status(order).await["refunded"]["amount"], 1500);
        assert_eq!(shop.events::<RefundProcessed>().await[0].amount, eur(1500));
        shop.check().await;
    }
}

#[tokio::test]
async fn a_payment_we_lost_is_written_down_again() {
    for shop in shops().await {
        deaf(&shop).await;
        let (payment, order) = (PaymentId::new(), shop.order(4900));
        shop.app.sandbox().charge(&stray(payment, order)).await.expect("an answer");
        let run = reconcile(&shop).await;
        assert_eq!(
            (&run["differences"][0]["kind"], &run["differences"][0]["repaired"]),
            (&json!("unknown_here"), &json!(true))
        );
        let status = shop.status(order).await;
        assert_eq!((&status["payment_id"], &status["status"]), (&json!(payment), &json!("succeeded")));
        let processed = shop.events::<PaymentProcessed>().await;
        assert_eq!((processed.len(), processed[0].payment_id), (1, payment));
        assert_eq!(shop.pay(order, "tok_visa").await.expect(200)["payment_id"], json!(payment));
        assert_eq!(shop.captures(order).await, 1);
        shop.check().await;
    }
}

#[tokio::test]
async fn a_second_charge_for_one_order_goes_back() {
    for shop in shops().await {
        deaf(&shop).await;
        let order = shop.paid(4900, "tok_visa").await;
        let first = shop.status(order).await["payment_id"].clone();
        let second = PaymentId::new();
        shop.app.sandbox().charge(&stray(second, order)).await.expect("an answer");
        assert_eq!(reconcile(&shop).await["unresolved"], 0);
        // Orders hears that money came on top, and asks for just this payment's money back, once.
        let told = shop.events::<PaymentProcessed>().await;
        assert_eq!((told.len(), told[1].payment_id), (2, second));
        assert!(shop.events::<RefundProcessed>().await.is_empty(), "nobody else gives it back");
        let asked = RefundRequested {
            refund_id: RefundId::new(),
            order_id: order,
            payment_id: Some(second),
            amount: Some(eur(4900)),
            reason: "paid_twice".into(),
            return_id: None,
        };
        payments::hear::refund_requested(shop.app.clone(), received(asked)).await.expect("applied");
        assert_eq!(shop.status(order).await["payment_id"], first);
        let twice = shop.admin().get(&format!("/payments/{second}")).await.expect(200);
        assert_eq!(twice["refunded"]["amount"], 4900);
        assert_eq!(
            shop.admin().get(&format!("/payments/{}", first.as_str().expect("an id"))).await.expect(200)["refunded"]["amount"],
            0
        );
        shop.check().await;
    }
}

#[tokio::test]
async fn a_changed_row_is_noticed() {
    for shop in shops().await {
        deaf(&shop).await;
        let order = shop.paid(4900, "tok_visa").await;
        shop.sql(&["UPDATE payments SET captured_minor = 100"]).await;
        let run = reconcile(&shop).await;
        assert_eq!((&run["differences"][0]["kind"], &run["unresolved"]), (&json!("captured"), &json!(1)));
        assert_eq!(run["differences"][0]["ours"], "100 EUR");
        assert!(payments::invariants(&shop.app).await.iter().any(|rule| rule.id == "I9" && !rule.holds()));
        shop.sql(&["UPDATE payments SET captured_minor = 4900"]).await;
        // As if the answer had been rolled back: what the provider says is taken in again, and booked only once.
        shop.sql(&[
            "UPDATE payments SET status = 'processing', captured_minor = 0, captured_at = NULL",
            "UPDATE attempts SET status = 'started'",
        ])
        .await;
        let run = reconcile(&shop).await;
        assert_eq!((&run["repaired"], &run["unresolved"]), (&json!(1), &json!(0)));
        assert_eq!(shop.status(order).await["status"], "succeeded");
        shop.check().await;
    }
}

#[tokio::test]
async fn money_the_provider_does_not_know_is_reported() {
    for shop in shops().await {
        deaf(&shop).await;
        shop.paid(4900, "tok_visa").await;
        shop.sql(&["UPDATE payments SET current_attempt = order_id"]).await;
        let run = reconcile(&shop).await;
        let kinds: Vec<&Value> =
            run["differences"].as_array().expect("a list").iter().map(|one| &one["kind"]).collect();
        assert!(kinds.contains(&&json!("unknown_there")), "{run}");
        assert!(payments::invariants(&shop.app).await.iter().any(|rule| rule.id == "I7" && !rule.holds()));
    }
}

#[tokio::test]
async fn staff_can_ask_the_provider_now() {
    for shop in shops().await {
        deaf(&shop).await;
        let order = shop.order(4900);
        let id = shop.pay(order, "tok_timeout").await.expect(202)["payment_id"].as_str().expect("an id").to_owned();
        let detail = shop.admin().post(&format!("/payments/{id}/refresh"), &json!({})).await.expect(200);
        assert_eq!(detail["status"], "succeeded");
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
    }
}

#[tokio::test]
async fn what_nobody_finishes_is_given_up() {
    for shop in shops().await {
        let order = shop.order(4900);
        shop.pay(order, "tok_chargeDeclined").await.expect(402);
        shop.sql(&["UPDATE payments SET check_at = created_at"]).await;
        shop.settle().await;
        let status = shop.status(order).await;
        assert_eq!(status["status"], "canceled");
        assert_eq!(shop.detail(order).await["cancel_reason"], "abandoned");
        shop.check().await;
    }
}
