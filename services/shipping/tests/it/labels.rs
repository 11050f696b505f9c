//! Carriers that fail, and processes that die while a label is being bought: one label in the end, told of once.

use std::time::Duration;

use chrono::TimeDelta;
use contracts::{events::ShipmentStatus::Shipped, time};
use db::idempotency::{self, Begun};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shipping::{
    carrier::{Carrier, Parcel, Purchase},
    sandbox::Fault,
    ship::{self, Wanted},
};
use uuid::Uuid;

use crate::shop::{Shop, shops};

fn uuid(shipment: &Value) -> Uuid {
    shipment["id"].as_str().expect("an id").parse().expect("a UUID")
}

/// Runs the recovery as a later round of it would.
async fn recover(shop: &Shop) -> u64 {
    shipping::jobs::finish_labels(&shop.app, time::now() + TimeDelta::hours(1)).await.expect("the job runs")
}

#[tokio::test]
async fn a_carrier_that_is_down_slow_or_forgetful_leaves_one_label() {
    for (fault, status) in [
        (Fault::Down, 202),
        (Fault::Slow(Duration::from_secs(30)), 202),
        (Fault::AnswerLost, 202),
        (Fault::Slow(Duration::from_millis(20)), 200),
    ] {
        for shop in shops().await {
            let order = shop.paid_order(&[("MUG", 1)]).await;
            let shipment = shop.only_shipment(&order).await;
            shop.app.sandbox.fail_next([fault.clone()]);
            let keyed = shop.admin.with("idempotency-key", "once");
            let answer = keyed.post(&Shop::path(&shipment, "/ship"), &json!({})).await;
            assert_eq!(answer.status.as_u16(), status, "{fault:?} on {}: {}", shop.kind(), answer.body);
            let again = keyed.post(&Shop::path(&shipment, "/ship"), &json!({})).await;
            assert_eq!((again.status, again.body), (answer.status, answer.body));
            if status == 202 {
                let waiting = shop.admin.get(&Shop::path(&shipment, "")).await.expect(200);
                assert_eq!(
                    (&waiting["status"], &waiting["label"]["status"]),
                    (&json!("label_created"), &json!("requested"))
                );
                assert_eq!(waiting["label"]["attempts"], 1);
                assert!(shop.told(&order).await.is_empty(), "nobody is told before it is true");
                assert_eq!(recover(&shop).await, 1);
            }
            assert_eq!(shop.only_shipment(&order).await["status"], "shipped", "{fault:?}");
            assert_eq!(recover(&shop).await, 0, "there is nothing left to do");
            assert_eq!(shop.told_statuses(&order).await, [Shipped]);
            assert_eq!(shop.app.sandbox.live_labels().await.expect("the book").len(), 1);
            shop.close().await;
        }
    }
}

#[tokio::test]
async fn the_carrier_may_stay_away_for_long() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        let shipment = shop.only_shipment(&order).await;
        shop.app.sandbox.fail_next([Fault::Down, Fault::Down, Fault::Down, Fault::AnswerLost]);
        shop.admin.post(&Shop::path(&shipment, "/ship"), &json!({})).await.expect(202);
        for _ in 0..8 {
            recover(&shop).await;
        }
        assert_eq!(shop.only_shipment(&order).await["status"], "shipped");
        assert_eq!(shop.told_statuses(&order).await, [Shipped]);
        shop.close().await;
    }
}

#[tokio::test]
async fn a_process_that_dies_at_any_point_leaves_one_label() {
    for crash in ["before the call", "after the call", "before the call, then after it"] {
        for shop in shops().await {
            let order = shop.paid_order(&[("MUG", 1)]).await;
            let shipment = shop.only_shipment(&order).await;
            // What `ship` does, up to the point where it dies.
            let tx = shop.app.db.begin().await.expect("a transaction");
            let hold_until = time::now() + TimeDelta::seconds(30);
            let wanted = Wanted::default();
            let staff = shipping::step::Actor::Staff(contracts::ids::UserId::new());
            let label =
                ship::request(&tx, &shop.app, uuid(&shipment), wanted, staff, hold_until).await.expect("requested");
            tx.commit().await.expect("committed");
            if crash == "after the call" {
                shop.app.sandbox.buy_label(&parcel(label)).await.expect("bought");
            }
            let shop = shop.restarted().await;
            assert_eq!(
                shipping::jobs::finish_labels(&shop.app, time::now()).await.expect("runs"),
                0,
                "someone may be at it"
            );
            if crash == "before the call, then after it" {
                // The recovery dies, too, between the carrier and the database.
                shop.app.sandbox.buy_label(&parcel(label)).await.expect("bought");
                shop.app.sandbox.fail_next([Fault::Down]);
                recover(&shop).await;
            }
            recover(&shop).await;
            assert_eq!(shop.only_shipment(&order).await["status"], "shipped", "{crash} on {}", shop.kind());
            assert_eq!(shop.told_statuses(&order).await, [Shipped]);
            assert_eq!(shop.app.sandbox.live_labels().await.expect("the book"), [label]);
            // The first process was only slow, and writes its result down now.
            let late = shop.app.sandbox.buy_label(&parcel(label)).await.expect("the same");
            ship::finish(&shop.app, label, Ok(late)).await.expect("nothing to do");
            assert_eq!(shop.told_statuses(&order).await, [Shipped]);
            shop.close().await;
        }
    }
}

fn parcel(reference: Uuid) -> Parcel {
    let order = crate::shop::order(&[("MUG", 1)]);
    Parcel { reference, service: "Standard".into(), to: order.shipping_address, items: Vec::new(), weight_g: 380 }
}

#[tokio::test]
async fn a_refused_parcel_can_be_packed_anew() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        let shipment = shop.only_shipment(&order).await;
        shop.app.sandbox.fail_next([Fault::Refuse("no mugs on Mondays".into())]);
        let keyed = shop.admin.with("idempotency-key", "once");
        let refused = keyed.post(&Shop::path(&shipment, "/ship"), &json!({})).await;
        assert!(refused.body["detail"].as_str().is_some_and(|detail| detail.contains("Mondays")), "{}", refused.body);
        assert_eq!(refused.problem(422), "label_refused");
        assert_eq!(shop.only_shipment(&order).await["status"], "pending");
        let again = keyed.post(&Shop::path(&shipment, "/ship"), &json!({})).await.expect(200);
        assert_eq!(again["status"], "shipped");
        shop.close().await;
    }
}

#[tokio::test]
async fn a_shipment_cancelled_while_its_label_is_bought_gives_the_label_back() {
    for (fault, bought) in [(Fault::Down, 0), (Fault::AnswerLost, 1)] {
        for shop in shops().await {
            let order = shop.paid_order(&[("MUG", 1)]).await;
            let shipment = shop.only_shipment(&order).await;
            shop.app.sandbox.fail_next([fault.clone()]);
            shop.admin.post(&Shop::path(&shipment, "/ship"), &json!({})).await.expect(202);
            shop.admin.post(&Shop::path(&shipment, "/cancel"), &json!({})).await.expect(200);
            assert_eq!(shop.app.sandbox.live_labels().await.expect("the book").len(), bought);
            let again = shop.admin.post("/shipping/shipments", &json!({"order_id": order.id})).await.expect(201);
            shop.ship(&again).await;
            recover(&shop).await;
            let cancelled = shop.admin.get(&Shop::path(&shipment, "")).await.expect(200);
            assert_eq!(cancelled["label"]["status"], "voided");
            assert_eq!(shop.app.sandbox.live_labels().await.expect("the book").len(), 1);
            assert_eq!(shop.told(&order).await.iter().filter(|event| event.status == Shipped).count(), 1);
            shop.close().await;
        }
    }
}

/// The request that died: what `ship` notes under its key, and then the process ends. `held`: it still holds the key.
async fn dies_while_shipping(shop: &Shop, shipment: &Value, held: bool) -> (Uuid, test_support::Client) {
    let user = contracts::ids::UserId::new();
    let token = shop.tokens.bearer(&shop.tokens.claims(user, "admin", &[]));
    let admin = shop.anyone.bearing(&token).with("idempotency-key", "once");
    let asked_by = idempotency::Request {
        scope: format!("user:{user}/POST {}", Shop::path(shipment, "/ship")),
        key: "once".into(),
        fingerprint: hex::encode(Sha256::digest(b"{}")),
    };
    let tx = shop.app.db.begin().await.expect("a transaction");
    if held {
        assert_eq!(idempotency::begin(&tx, &asked_by).await.expect("begins"), Begun::First);
    }
    let wanted = Wanted { asked_by: Some(asked_by), ..Wanted::default() };
    let staff = shipping::step::Actor::Staff(user);
    let label = ship::request(&tx, &shop.app, uuid(shipment), wanted, staff, time::now()).await.expect("requested");
    tx.commit().await.expect("committed");
    (label, admin)
}

#[tokio::test]
async fn a_repeat_after_the_job_has_finished_a_dead_process_label_gets_its_answer() {
    for bought in [false, true] {
        for shop in shops().await {
            let order = shop.paid_order(&[("MUG", 1)]).await;
            let shipment = shop.only_shipment(&order).await;
            let (label, admin) = dies_while_shipping(&shop, &shipment, true).await;
            if bought {
                shop.app.sandbox.buy_label(&parcel(label)).await.expect("bought");
            }
            let meanwhile = admin.post(&Shop::path(&shipment, "/ship"), &json!({})).await;
            assert_eq!(meanwhile.problem(409), "request_in_flight");
            assert_eq!(recover(&shop).await, 1);
            let first = admin.post(&Shop::path(&shipment, "/ship"), &json!({})).await;
            assert_eq!((first.status.as_u16(), &first.body["status"]), (200, &json!("shipped")), "{}", shop.kind());
            let again = admin.post(&Shop::path(&shipment, "/ship"), &json!({})).await;
            assert_eq!(again.bytes, first.bytes);
            assert_eq!(shop.app.sandbox.live_labels().await.expect("the book"), [label]);
            assert_eq!(shop.told_statuses(&order).await, [Shipped]);
            shop.close().await;
        }
    }
}

#[tokio::test]
async fn a_repeat_that_comes_before_the_job_finishes_what_the_dead_process_began() {
    for bought in [false, true] {
        for shop in shops().await {
            let order = shop.paid_order(&[("MUG", 1)]).await;
            let shipment = shop.only_shipment(&order).await;
            let (label, admin) = dies_while_shipping(&shop, &shipment, false).await;
            if bought {
                shop.app.sandbox.buy_label(&parcel(label)).await.expect("bought");
            }
            let first = admin.post(&Shop::path(&shipment, "/ship"), &json!({})).await;
            assert_eq!((first.status.as_u16(), &first.body["status"]), (200, &json!("shipped")), "{}", shop.kind());
            assert_eq!(recover(&shop).await, 0, "there is nothing left to do");
            assert_eq!(shop.app.sandbox.live_labels().await.expect("the book"), [label]);
            assert_eq!(shop.told_statuses(&order).await, [Shipped]);
            shop.close().await;
        }
    }
}

/// What every carrier must do.
async fn behaves_like_a_carrier(carrier: &dyn Carrier) {
    let wanted = parcel(Uuid::now_v7());
    assert_eq!(carrier.find_label(wanted.reference).await.expect("answers"), None);
    let Purchase::Bought(label) = carrier.buy_label(&wanted).await.expect("answers") else { panic!("refused") };
    let again = carrier.buy_label(&wanted).await.expect("answers");
    assert_eq!(again, Purchase::Bought(label.clone()), "the same reference is the same label");
    assert_eq!(carrier.find_label(wanted.reference).await.expect("answers"), Some(label.clone()));
    let seen = carrier.track(&label.tracking_number).await.expect("answers");
    assert!(!seen.is_empty() && seen.iter().all(|sighting| sighting.source == carrier.name()));
    let Purchase::Bought(other) = carrier.buy_label(&parcel(Uuid::now_v7())).await.expect("answers") else {
        panic!("refused")
    };
    assert_ne!(other.tracking_number, label.tracking_number);
    carrier.void_label(wanted.reference).await.expect("answers");
    carrier.void_label(wanted.reference).await.expect("answers twice");
    assert_eq!(carrier.find_label(wanted.reference).await.expect("answers"), None);
    assert!(
        matches!(carrier.buy_label(&wanted).await.expect("answers"), Purchase::Refused(_)),
        "a voided reference is used up"
    );
    // A label that was never bought cannot be bought once it was given back.
    let never = parcel(Uuid::now_v7());
    carrier.void_label(never.reference).await.expect("answers");
    assert!(matches!(carrier.buy_label(&never).await.expect("answers"), Purchase::Refused(_)));
    assert!(carrier.track("NO SUCH NUMBER").await.expect("answers").is_empty());
}

#[tokio::test]
async fn the_sandbox_behaves_like_a_carrier() {
    for shop in shops().await {
        behaves_like_a_carrier(&shop.app.sandbox).await;
    }
}
