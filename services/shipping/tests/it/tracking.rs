//! Who may track what, and what they see.

use chrono::TimeDelta;
use contracts::{ids::UserId, permissions::Permission, time};
use serde_json::{Value, json};
use shipping::{
    model::tracking::{Sighting, TrackingStatus},
    poll,
    sandbox::Fault,
};
use uuid::Uuid;

use crate::shop::shops;

const TRACK: &str = "/shipping/track";

#[tokio::test]
async fn owners_staff_and_whoever_has_the_link_may_look() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        let shipped = shop.ship(&shop.only_shipment(&order).await).await;
        let number = shipped["tracking_number"].as_str().expect("a number").to_owned();
        let by_order = json!({"order_id": order.id});
        let by_number = json!({"tracking_number": number});

        let customer = shop.tokens.customer(UserId::new());
        let owner = shop.anyone.bearing(&customer);
        shop.own(order.id, "authorization", &customer);
        for question in [&by_order, &by_number] {
            let seen = owner.post(TRACK, question).await.expect(200);
            assert_eq!(seen["status"], "in_transit");
            assert_eq!(seen["order_number"], json!(order.number));
            assert!(seen["estimate"]["earliest"].is_string());
            assert!(!seen.to_string().contains("Torstraße"), "a link must not tell where someone lives");
        }
        let staff = shop.anyone.bearing(&shop.tokens.staff(&[Permission::ShippingRead]));
        staff.post(TRACK, &by_order).await.expect(200);
        staff.post(TRACK, &by_number).await.expect(200);

        let link = shipped["tracking_url"].as_str().expect("a link");
        let token = link.split_once("?token=").expect("a token").1;
        let spaced = json!({"tracking_number": format!(" {} {}", &number[..7].to_lowercase(), &number[7..])});
        for question in [&by_number, &spaced] {
            shop.anyone.post(&format!("{TRACK}?token={token}"), question).await.expect(200);
        }

        shop.own(order.id, "order-token", "guest-secret");
        shop.anyone.with("order-token", "guest-secret").post(TRACK, &by_order).await.expect(200);
        shop.anyone.post(&format!("{TRACK}?token=guest-secret"), &by_number).await.expect(200);
        shop.close().await;
    }
}

#[tokio::test]
async fn what_is_not_yours_looks_like_what_never_was() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        let other = shop.paid_order(&[("MUG", 1)]).await;
        let shipped = shop.ship(&shop.only_shipment(&order).await).await;
        let shipped_too = shop.ship(&shop.only_shipment(&other).await).await;
        let token = |shipment: &Value| {
            shipment["tracking_url"].as_str().and_then(|link| link.split_once("?token=")).expect("a token").1.to_owned()
        };
        let without_id = |answer: test_support::Answer| {
            let mut body = answer.expect(404);
            body.as_object_mut().expect("a problem").remove("request_id");
            body
        };
        let stranger = shop.anyone.bearing(&shop.tokens.customer(UserId::new()));
        let never = without_id(stranger.post(TRACK, &json!({"order_id": Uuid::now_v7()})).await);
        let by_number = json!({"tracking_number": shipped["tracking_number"]});
        for answer in [
            stranger.post(TRACK, &json!({"order_id": order.id})).await,
            stranger.post(TRACK, &by_number).await,
            stranger.post(TRACK, &json!({"tracking_number": "1Z999AA10123456784"})).await,
            stranger.post(TRACK, &json!({"tracking_number": "x".repeat(1_000)})).await,
            shop.anyone.post(TRACK, &json!({"order_id": order.id})).await,
            shop.anyone.post(TRACK, &by_number).await,
            shop.anyone.post(&format!("{TRACK}?token={}", token(&shipped_too)), &by_number).await,
            shop.anyone.post(&format!("{TRACK}?token={}x", token(&shipped)), &by_number).await,
            shop.anyone.post(&format!("{TRACK}?token="), &by_number).await,
            shop.anyone.post(&format!("{TRACK}?token={}", token(&shipped)), &json!({"order_id": order.id})).await,
            shop.admin.post(TRACK, &json!({"order_id": Uuid::now_v7()})).await,
        ] {
            assert_eq!(without_id(answer), never);
        }
        for (bad, status, code) in [
            (json!({}), 422, "invalid"),
            (json!({"order_id": order.id, "tracking_number": "x"}), 422, "invalid"),
            (json!({"tracking_number": "RLT00000000000001"}), 422, "invalid"),
            (json!({"order": 1}), 422, "invalid"),
        ] {
            assert_eq!(shop.anyone.post(TRACK, &bad).await.problem(status), code, "{bad}");
        }
        assert_eq!(shop.anyone.post(&format!("{TRACK}?tokn=x"), &by_number).await.problem(400), "invalid_query");
        shop.close().await;
    }
}

#[tokio::test]
async fn an_order_without_a_parcel_is_tracked_as_unknown() {
    for shop in shops().await {
        let order = crate::shop::order(&[("MUG", 1)]);
        shop.own(order.id, "order-token", "mine");
        let guest = shop.anyone.with("order-token", "mine");
        let seen = guest.post(TRACK, &json!({"order_id": order.id})).await.expect(200);
        assert_eq!((&seen["status"], &seen["events"]), (&json!("unknown"), &json!([])));
        shop.hear(&order, contracts::order::OrderStatus::Processing).await;
        let seen = guest.post(TRACK, &json!({"order_id": order.id})).await.expect(200);
        assert_eq!((&seen["status"], &seen["shipments"][0]["items"][0]["title"]), (&json!("unknown"), &json!("A MUG")));
        shop.close().await;
    }
}

fn id(shipment: &Value) -> Uuid {
    shipment["id"].as_str().expect("an id").parse().expect("a UUID")
}

fn seen(minutes: i64, status: TrackingStatus) -> Sighting {
    Sighting {
        status,
        description: "seen".into(),
        location: "Leipzig".into(),
        occurred_at: time::now() + TimeDelta::minutes(minutes),
        source: "sandbox".into(),
    }
}

#[tokio::test]
async fn sightings_are_kept_once_in_the_order_of_the_carriers_clock() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        let shipment = shop.ship(&shop.only_shipment(&order).await).await;
        let (van, door, depot) = (
            seen(20, TrackingStatus::OutForDelivery),
            seen(30, TrackingStatus::Delivered),
            seen(10, TrackingStatus::InTransit),
        );
        let now = time::now();
        // The delivery is heard of first, then twice the way there.
        for told in [vec![door.clone()], vec![depot.clone(), van.clone()], vec![van, depot, door]] {
            poll::write_down(&shop.app, id(&shipment), told, now).await.expect("written");
        }
        let tracked = shop.admin.post(TRACK, &json!({"order_id": order.id})).await.expect(200);
        let statuses: Vec<&str> =
            tracked["events"].as_array().expect("events").iter().filter_map(|event| event["status"].as_str()).collect();
        assert_eq!(statuses, ["pre_transit", "in_transit", "in_transit", "out_for_delivery", "delivered"]);
        assert_eq!(tracked["status"], "delivered");
        assert_eq!(shop.only_shipment(&order).await["status"], "delivered");
        use contracts::events::ShipmentStatus::{Delivered, Shipped};
        assert_eq!(shop.told_statuses(&order).await, [Shipped, Delivered], "each is told once");

        let from_the_future = seen(3 * 24 * 60, TrackingStatus::ReturnToSender);
        poll::write_down(&shop.app, id(&shipment), vec![from_the_future], now).await.expect("ignored");
        assert_eq!(shop.only_shipment(&order).await["status"], "delivered");
        shop.close().await;
    }
}

#[tokio::test]
async fn the_poller_finds_what_nobody_told_and_survives_a_carrier_that_is_down() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        let shipment = shop.ship(&shop.only_shipment(&order).await).await;
        let number = shipment["tracking_number"].as_str().expect("a number");
        let moment = time::now() + TimeDelta::seconds(1);
        let van = Sighting { occurred_at: moment, ..seen(0, TrackingStatus::OutForDelivery) };
        assert!(shop.app.sandbox.scan(number, &van).await.expect("scanned"));
        assert_eq!(
            shipping::jobs::poll_due(&shop.app, time::now()).await.expect("runs"),
            0,
            "it was asked a moment ago"
        );
        let soon = time::now() + TimeDelta::minutes(2);
        shop.app.sandbox.fail_next([Fault::Down]);
        assert_eq!(shipping::jobs::poll_due(&shop.app, soon).await.expect("runs"), 1);
        assert_eq!(shop.only_shipment(&order).await["status"], "shipped");
        assert_eq!(shipping::jobs::poll_due(&shop.app, soon).await.expect("runs"), 0, "it is not asked again at once");
        let later = soon + TimeDelta::minutes(2);
        assert_eq!(shipping::jobs::poll_due(&shop.app, later).await.expect("runs"), 1);
        assert_eq!(shop.only_shipment(&order).await["status"], "out_for_delivery");
        shop.close().await;
    }
}

#[tokio::test]
async fn silence_expires_and_news_revives() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 1)]).await;
        let shipment = shop.ship(&shop.only_shipment(&order).await).await;
        let almost = time::now() + TimeDelta::days(30) - TimeDelta::minutes(1);
        shipping::jobs::poll_due(&shop.app, almost).await.expect("runs");
        assert_eq!(shop.only_shipment(&order).await["tracking_status"], "in_transit");
        let silent = time::now() + TimeDelta::days(30) + TimeDelta::hours(7);
        shipping::jobs::poll_due(&shop.app, silent).await.expect("runs");
        let expired = shop.only_shipment(&order).await;
        assert_eq!((&expired["tracking_status"], &expired["status"]), (&json!("expired"), &json!("exception")));
        shipping::jobs::poll_due(&shop.app, silent + TimeDelta::days(1)).await.expect("runs");
        let told = shop.told(&order).await.len();
        assert_eq!(told, 2, "expired once");
        let news = Sighting { occurred_at: silent + TimeDelta::days(2), ..seen(0, TrackingStatus::InTransit) };
        poll::write_down(&shop.app, id(&shipment), vec![news], silent + TimeDelta::days(2)).await.expect("written");
        let found = shop.only_shipment(&order).await;
        assert_eq!((&found["tracking_status"], &found["status"]), (&json!("in_transit"), &json!("shipped")));
        shop.close().await;
    }
}
