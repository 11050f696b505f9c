//! What shipping does when orders move: also twice, late, and in the wrong order.

use contracts::{
    events::ShipmentStatus::{Cancelled, Delivered, Shipped},
    order::OrderStatus,
};
use serde_json::json;
use shipping::{carrier::Carrier, sandbox::Fault};

use crate::shop::{Shop, moved, order, shops};

#[tokio::test]
async fn every_event_may_come_twice() {
    for shop in shops().await {
        let order = order(&[("MUG", 2)]);
        for status in [OrderStatus::Processing, OrderStatus::Shipped, OrderStatus::Delivered] {
            let event = moved(&order, status);
            shop.hear_again(&event).await;
            shop.hear_again(&event).await;
            // The same move once more, as another event.
            shop.hear(&order, status).await;
        }
        let shipment = shop.only_shipment(&order).await;
        assert_eq!(shipment["status"], "delivered");
        assert_eq!(shop.told_statuses(&order).await, [Shipped, Delivered]);
        shop.close().await;
    }
}

#[tokio::test]
async fn events_in_the_wrong_order_end_in_the_same_place() {
    use OrderStatus::{Cancelled as Void, Delivered as Done, Processing, Shipped as Sent};
    for shop in shops().await {
        for (statuses, expected) in [
            ([Processing, Sent, Done], Some("delivered")),
            ([Sent, Processing, Done], Some("delivered")),
            ([Done, Sent, Processing], Some("delivered")),
            ([Done, Processing, Sent], Some("delivered")),
            ([Sent, Done, Processing], Some("delivered")),
            ([Processing, Done, Sent], Some("delivered")),
            ([Void, Processing, Processing], None),
            ([Processing, Void, Processing], Some("cancelled")),
        ] {
            let order = order(&[("MUG", 1)]);
            for status in statuses {
                shop.hear(&order, status).await;
            }
            let shipments = shop.shipments(&order).await;
            let found: Vec<_> =
                shipments.iter().map(|shipment| shipment["status"].as_str().expect("a status")).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{statuses:?} on {}", shop.kind());
        }
        shop.close().await;
    }
}

#[tokio::test]
async fn a_pending_order_is_none_of_our_business() {
    for shop in shops().await {
        let order = order(&[("MUG", 1)]);
        shop.hear(&order, OrderStatus::Pending).await;
        assert!(shop.shipments(&order).await.is_empty());
        shop.close().await;
    }
}

#[tokio::test]
async fn an_order_with_a_sku_twice_has_one_line_of_both() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 2), ("MUG", 3)]).await;
        let shipment = shop.only_shipment(&order).await;
        assert_eq!(shipment["items"][0]["quantity"], 5);
        shop.close().await;
    }
}

#[tokio::test]
async fn an_order_cancelled_while_its_label_is_bought_gives_the_label_back() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        // The carrier knows of no label yet; then it is bought, but nobody here hears of it.
        shop.app.sandbox.fail_next([Fault::Slow(std::time::Duration::ZERO), Fault::AnswerLost]);
        shop.hear(&order, OrderStatus::Shipped).await;
        assert_eq!(shop.only_shipment(&order).await["status"], "label_created");
        shop.hear(&order, OrderStatus::Cancelled).await;
        assert_eq!(shop.only_shipment(&order).await["status"], "cancelled");
        assert_eq!(shop.app.sandbox.live_labels().await.expect("the book").len(), 1);
        let later = contracts::time::now() + chrono::TimeDelta::hours(1);
        assert_eq!(shipping::jobs::finish_labels(&shop.app, later).await.expect("runs"), 1);
        assert!(shop.app.sandbox.live_labels().await.expect("the book").is_empty());
        assert_eq!(shop.told_statuses(&order).await, [Cancelled]);
        shop.close().await;
    }
}

#[tokio::test]
async fn an_order_delivered_while_its_label_is_bought_is_delivered_with_it() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        shop.app.sandbox.fail_next([Fault::Down]);
        shop.hear(&order, OrderStatus::Shipped).await;
        shop.hear(&order, OrderStatus::Delivered).await;
        assert_eq!(shop.only_shipment(&order).await["status"], "label_created");
        let later = contracts::time::now() + chrono::TimeDelta::hours(1);
        shipping::jobs::finish_labels(&shop.app, later).await.expect("runs");
        assert_eq!(shop.only_shipment(&order).await["status"], "delivered");
        assert_eq!(shop.told_statuses(&order).await, [Shipped, Delivered]);
        shop.close().await;
    }
}

#[tokio::test]
async fn an_address_full_of_commands_stays_an_address() {
    for shop in shops().await {
        let mut order = order(&[("MUG", 1)]);
        order.shipping_address.name = "^XZ^XA~JR Robert'); DROP TABLE shipments;--".into();
        shop.hear(&order, OrderStatus::Processing).await;
        let shipment = shop.only_shipment(&order).await;
        shop.ship(&shipment).await;
        let label = shop.admin.get(&Shop::path(&shipment, "/label")).await;
        let label = String::from_utf8(label.bytes).expect("text");
        assert_eq!(label.matches("^XA").count(), 1, "{label}");
        assert_eq!(
            shop.admin.get(&Shop::path(&shipment, "")).await.expect(200)["address"]["name"],
            json!(order.shipping_address.name)
        );
        shop.close().await;
    }
}

#[tokio::test]
async fn a_carrier_that_is_slow_holds_up_no_event() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        shop.app.sandbox.fail_next([Fault::Slow(std::time::Duration::from_secs(30))]);
        let begun = std::time::Instant::now();
        let event = moved(&order, OrderStatus::Shipped);
        shipping::events::on_order_status_changed(shop.app.clone(), event).await.expect("applied");
        assert!(
            begun.elapsed() < std::time::Duration::from_millis(400),
            "the carrier was asked: {:?}",
            begun.elapsed()
        );
        assert_eq!(shop.only_shipment(&order).await["status"], "label_created");
        shop.close().await;
    }
}

#[tokio::test]
async fn an_erased_buyer_is_forgotten_once_nothing_is_on_its_way() {
    let personal = ["Lovelace", "Torstra", "10119"];
    for shop in shops().await {
        let (arrived, open) = (shop.paid_order(&[("MUG", 1)]).await, shop.paid_order(&[("MUG", 2)]).await);
        for order in [&arrived, &open] {
            shop.hear(order, OrderStatus::Shipped).await;
        }
        shop.hear(&arrived, OrderStatus::Delivered).await;
        for order in [&arrived, &open] {
            shop.erase(order).await;
        }
        // The parcel still has to be brought somewhere.
        let seen = shop.only_shipment(&open).await;
        assert_eq!(seen["address"]["name"], "Ada Lovelace");
        let seen = shop.only_shipment(&arrived).await.to_string();
        assert!(personal.iter().all(|word| !seen.contains(word)), "on {}: {seen}", shop.kind());

        shop.hear(&open, OrderStatus::Delivered).await;
        let shipment = shop.only_shipment(&open).await;
        assert_eq!(shipment["address"]["country"], "DE", "tax was reckoned from it");
        let seen = shipment.to_string();
        assert!(personal.iter().all(|word| !seen.contains(word)), "on {}: {seen}", shop.kind());
        shop.admin.get(&Shop::path(&shipment, "/label")).await.problem(404);
        let reference = shop.admin.get(&Shop::path(&shipment, "")).await.expect(200)["label"]["id"].clone();
        let reference = serde_json::from_value(reference).expect("an id");
        let label = shop.app.sandbox.find_label(reference).await.expect("answers").expect("is there");
        assert_eq!(label.document, "", "the sandbox's book is a table of ours");
        // Late news of it puts nothing back.
        shop.hear(&open, OrderStatus::Delivered).await;
        shop.close().await;
    }
}

#[tokio::test]
async fn an_erased_buyer_of_an_order_never_heard_of_is_nothing_to_do() {
    for shop in shops().await {
        shop.erase(&order(&[("MUG", 1)])).await;
        shop.close().await;
    }
}
