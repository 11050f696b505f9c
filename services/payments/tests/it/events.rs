//! What the service hears: each handler twice, and in the wrong order.

use contracts::{
    Address,
    events::{OrderStatusChanged, PaymentProcessed, PaymentVoided, RefundFailed, RefundProcessed, RefundRequested},
    ids::{OrderId, RefundId},
    order::{OrderSnapshot, OrderStatus, ShippingOptionSnapshot, Totals},
    time,
};
use payments::sandbox::{Fault, Operation};
use serde_json::json;

use crate::{Shop, checkout, eur, received, shops};

fn asked(order: OrderId, cents: Option<i64>) -> RefundRequested {
    let amount = cents.map(eur);
    let reason = "return".to_owned();
    RefundRequested { refund_id: RefundId::new(), order_id: order, payment_id: None, amount, reason, return_id: None }
}

fn cancelled(order: OrderId) -> OrderStatusChanged {
    let none = eur(0);
    let order = OrderSnapshot {
        id: order,
        number: "R-TEST".into(),
        user_id: None,
        email: "customer@example.test".into(),
        locale: "en".into(),
        status: OrderStatus::Cancelled,
        lines: Vec::new(),
        totals: Totals { subtotal: none, discount: none, shipping: none, tax: none, total: none, tax_included: true },
        shipping_address: Address {
            name: "Ada".into(),
            line1: "Torstraße 1".into(),
            line2: None,
            city: "Berlin".into(),
            region: None,
            postal_code: "10119".into(),
            country: "DE".into(),
            phone: None,
        },
        shipping_option: ShippingOptionSnapshot {
            carrier: "x".into(),
            service: "x".into(),
            price: none,
            min_days: 1,
            max_days: 2,
        },
        placed_at: time::now(),
    };
    OrderStatusChanged { order, from: OrderStatus::Pending, to: OrderStatus::Cancelled, reason: None }
}

async fn hear_refund(shop: &Shop, event: &bus::Received<RefundRequested>) {
    payments::hear::refund_requested(shop.app.clone(), event.clone()).await.expect("applied");
}

async fn hear_cancelled(shop: &Shop, order: OrderId) {
    let event = received(cancelled(order));
    for _ in 0..2 {
        payments::hear::order_status_changed(shop.app.clone(), event.clone()).await.expect("applied");
    }
}

#[tokio::test]
async fn a_requested_refund_is_made_once() {
    for shop in shops().await {
        let order = shop.paid(4900, "tok_visa").await;
        let event = received(asked(order, Some(1000)));
        hear_refund(&shop, &event).await;
        hear_refund(&shop, &event).await;
        // The same wish under another event id.
        hear_refund(&shop, &received(event.event.clone())).await;
        hear_refund(&shop, &received(asked(order, None))).await;
        let amounts: Vec<i64> =
            shop.events::<RefundProcessed>().await.iter().map(|event| event.amount.amount).collect();
        assert_eq!(amounts, [1000, 3900]);
        assert_eq!(shop.events::<RefundProcessed>().await[0].refund_id, event.refund_id);
        shop.check().await;
    }
}

#[tokio::test]
async fn a_refund_that_cannot_be_made_is_answered() {
    for shop in shops().await {
        let order = shop.paid(1000, "tok_visa").await;
        hear_refund(&shop, &received(asked(order, Some(1001)))).await;
        hear_refund(&shop, &received(asked(OrderId::new(), Some(5)))).await;
        hear_refund(&shop, &received(asked(OrderId::new(), None))).await;
        let declined = shop.order(100);
        shop.pay(declined, "tok_chargeDeclined").await.expect(402);
        hear_refund(&shop, &received(asked(declined, None))).await;
        // The payment that is named belongs to another order.
        let payment = shop.status(order).await["payment_id"].clone();
        let payment_id = Some(serde_json::from_value(payment).expect("an id"));
        let mixed_up = RefundRequested { payment_id, ..asked(OrderId::new(), Some(7)) };
        hear_refund(&shop, &received(mixed_up)).await;
        let codes: Vec<String> = shop.events::<RefundFailed>().await.into_iter().map(|event| event.code).collect();
        assert_eq!(codes, ["exceeds_refundable", "nothing_captured", "nothing_captured", "nothing_captured"]);
        assert_eq!(shop.status(order).await["refunded"]["amount"], 0);
    }
}

#[tokio::test]
async fn asking_for_what_is_left_while_all_of_it_is_on_its_way_is_no_failure() {
    for shop in shops().await {
        let order = shop.paid(1000, "tok_pendingRefund").await;
        for _ in 0..2 {
            hear_refund(&shop, &received(asked(order, None))).await;
        }
        assert!(shop.events::<RefundFailed>().await.is_empty(), "the first will be told of");
        hear_refund(&shop, &received(asked(order, Some(1)))).await;
        let codes: Vec<String> = shop.events::<RefundFailed>().await.into_iter().map(|event| event.code).collect();
        assert_eq!(codes, ["exceeds_refundable"], "a certain amount is another matter");
    }
}

#[tokio::test]
async fn a_refund_outlives_a_provider_that_is_away() {
    for shop in shops().await {
        let order = shop.paid(1000, "tok_visa").await;
        shop.app.sandbox().faults().next(Operation::Refund, Fault::BeforeEffect);
        hear_refund(&shop, &received(asked(order, None))).await;
        assert!(shop.events::<RefundProcessed>().await.is_empty());
        shop.later().await;
        assert_eq!(shop.events::<RefundProcessed>().await.len(), 1);
        shop.check().await;
    }
}

#[tokio::test]
async fn a_cancelled_order_calls_its_payment_off() {
    for shop in shops().await {
        let declined = shop.order(100);
        shop.pay(declined, "tok_chargeDeclined").await.expect(402);
        let waiting = shop.order(200);
        shop.pay(waiting, "tok_threeDSecureRequired").await.expect(200);
        let held = shop.order(300);
        let mut body = checkout(held, "tok_visa");
        body["capture_method"] = json!("manual");
        shop.buyer().post("/payment/checkout", &body).await.expect(200);
        let slow = shop.order(400);
        shop.pay(slow, "tok_timeoutBeforeEffect").await.expect(202);
        for order in [declined, waiting, held, slow, OrderId::new()] {
            hear_cancelled(&shop, order).await;
        }
        shop.later().await;
        for order in [declined, waiting, held, slow] {
            assert_eq!(shop.status(order).await["status"], "canceled", "{}", shop.detail(order).await);
            assert_eq!(shop.captures(order).await, 0);
        }
        let voided = shop.events::<PaymentVoided>().await;
        assert_eq!((voided.len(), voided[0].amount, voided[0].reason.as_str()), (1, eur(300), "order_cancelled"));
        shop.check().await;
    }
}

#[tokio::test]
async fn money_that_came_before_the_cancellation_is_told_of() {
    for shop in shops().await {
        // Charged, but the answer was lost: the shop learns of it after the order is gone, and orders asks for it back.
        let order = shop.order(4900);
        shop.pay(order, "tok_timeout").await.expect(202);
        hear_cancelled(&shop, order).await;
        shop.later().await;
        assert_eq!(shop.status(order).await["status"], "succeeded");
        assert_eq!(shop.events::<PaymentProcessed>().await.len(), 1);
        hear_refund(&shop, &received(asked(order, None))).await;
        assert_eq!(shop.status(order).await["refunded"]["amount"], 4900);
        // Paid before: nothing to call off.
        let paid = shop.paid(100, "tok_visa").await;
        hear_cancelled(&shop, paid).await;
        assert_eq!(shop.status(paid).await["status"], "succeeded");
        shop.check().await;
    }
}

#[tokio::test]
async fn held_money_goes_back_by_being_let_go() {
    for shop in shops().await {
        let order = shop.order(300);
        let mut body = checkout(order, "tok_visa");
        body["capture_method"] = json!("manual");
        shop.buyer().post("/payment/checkout", &body).await.expect(200);
        hear_refund(&shop, &received(asked(order, None))).await;
        shop.later().await;
        assert_eq!(shop.status(order).await["status"], "canceled");
        assert_eq!(shop.events::<PaymentVoided>().await.len(), 1);
        assert_eq!(shop.events::<RefundFailed>().await[0].code, "voided");
    }
}
