//! The ledger as the whole service writes it: balanced whatever happens, and never rewritten.

use contracts::ids::OrderId;
use proptest::{
    prelude::{Just, Strategy, any, prop},
    prop_oneof,
    strategy::ValueTree,
    test_runner::TestRunner,
};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{Shop, checkout, eur, shops};

/// What can happen to a shop, at random.
#[derive(Clone, Debug)]
enum Step {
    Pay(&'static str),
    Hold,
    Capture(usize, i64),
    Void(usize),
    Refund(usize, i64),
    Settle,
}

fn step() -> impl Strategy<Value = Step> {
    let tokens = vec![
        "tok_visa",
        "tok_chargeDeclined",
        "tok_timeout",
        "tok_sepaDebit",
        "tok_createDispute",
        "tok_refundFail",
        "tok_pendingRefund",
    ];
    prop_oneof![
        3 => prop::sample::select(tokens).prop_map(Step::Pay),
        1 => Just(Step::Hold),
        1 => (any::<usize>(), 1_i64..6000).prop_map(|(order, cents)| Step::Capture(order, cents)),
        1 => any::<usize>().prop_map(Step::Void),
        4 => (any::<usize>(), 1_i64..3000).prop_map(|(order, cents)| Step::Refund(order, cents)),
        1 => Just(Step::Settle),
    ]
}

async fn take(shop: &Shop, orders: &mut Vec<OrderId>, step: Step) {
    let pick = |number: usize| orders.get(number % orders.len().max(1)).copied();
    match step {
        Step::Pay(token) => {
            let order = shop.order(4900);
            shop.pay(order, token).await;
            orders.push(order);
        }
        Step::Hold => {
            let order = shop.order(4900);
            let mut body = checkout(order, "tok_visa");
            body["capture_method"] = json!("manual");
            shop.buyer().post("/payment/checkout", &body).await.expect(200);
            orders.push(order);
        }
        Step::Capture(number, cents) => {
            if let Some(order) = pick(number) {
                shop.admin().post("/payment/capture", &json!({"order_id": order, "amount": eur(cents)})).await;
            }
        }
        Step::Void(number) => {
            if let Some(order) = pick(number) {
                shop.admin().post("/payment/void", &json!({"order_id": order})).await;
            }
        }
        Step::Refund(number, cents) => {
            if let Some(order) = pick(number) {
                shop.refund(order, cents).await;
            }
        }
        Step::Settle => shop.settle().await,
    }
}

#[tokio::test]
async fn whatever_happens_the_books_balance() {
    // The steps are drawn at random, but the same ones in each run.
    let mut runner = TestRunner::deterministic();
    for shop in shops().await {
        let mut orders = Vec::new();
        let steps = prop::collection::vec(step(), 80).new_tree(&mut runner).expect("steps").current();
        for step in steps {
            take(&shop, &mut orders, step).await;
        }
        shop.later().await;
        shop.later().await;
        let exercised = shop.check().await;
        for rule in ["I6", "I7", "I9", "I10", "I13", "I14", "I16"] {
            assert!(exercised[rule] > 0, "{rule} was not exercised: {exercised:?}");
        }
    }
}

#[tokio::test]
async fn the_database_refuses_to_rewrite_it() {
    for shop in shops().await {
        shop.paid(4900, "tok_visa").await;
        for statement in [
            "UPDATE ledger_entries SET amount_minor = 0",
            "DELETE FROM ledger_entries",
            "UPDATE ledger_transactions SET kind = 'x'",
            "DELETE FROM ledger_transactions",
        ] {
            let tx = shop.db.begin().await.expect("a transaction");
            assert!(tx.execute_unprepared(statement).await.is_err(), "{statement} on {}", shop.kind());
        }
        shop.check().await;
    }
}

#[tokio::test]
async fn the_database_refuses_amounts_that_cannot_be() {
    for shop in shops().await {
        shop.paid(4900, "tok_visa").await;
        for change in [
            "captured_minor = 4901",
            "captured_minor = -1",
            "refunded_minor = 4901",
            "refunded_minor = 4000, refund_pending_minor = 901",
            "refund_pending_minor = -1",
            "status = 'lost'",
        ] {
            let tx = shop.db.begin().await.expect("a transaction");
            let refused = tx.execute_unprepared(&format!("UPDATE payments SET {change}")).await.is_err();
            assert!(refused, "{change} on {}", shop.kind());
        }
    }
}
