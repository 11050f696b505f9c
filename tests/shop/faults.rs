//! What goes wrong in a shop that is otherwise well: repeated requests, repeated events, late payments.

use bus::Start;
use contracts::Service;
use serde_json::json;

use crate::{
    running::{ADMIN, ADMIN_PASSWORD, RunningShop, kinds},
    shopper::{Shopper, berlin, items},
};

#[tokio::test]
async fn every_event_delivered_twice_changes_nothing() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let guest = Shopper::new(&shop.url);
        let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
        let (sku, _) = guest.pick().await;
        let order = guest.order(&items(&sku, 2), "twice@example.test").await;
        let guest = guest.owning(&order);
        guest.pay(&order, "tok_visa").await.expect(200);
        shop.quiet().await;
        admin.move_order(&order, "shipped").await.expect(200);
        shop.quiet().await;
        let mails = guest.mails("twice@example.test", 2).await;
        let state = (guest.see(&order).await, admin.get(&format!("/inventory/{sku}")).await.expect(200));

        for service in Service::ALL {
            shop.shop.log().seek(service.name(), Start::Beginning).await.expect("the log can be read again");
        }
        shop.quiet().await;
        let after = (guest.see(&order).await, admin.get(&format!("/inventory/{sku}")).await.expect(200));
        assert_eq!(after, state, "on {kind}");
        assert_eq!(guest.mails("twice@example.test", 2).await, mails);
        shop.close().await;
    }
}

/// An order is asked for again and again under one key, at the doors of the shop in turn.
pub async fn one_order_is_asked_for_ten_times(doors: &[String]) {
    let guest = Shopper::new(&doors[0]).with("idempotency-key", "one-and-the-same");
    let (sku, _) = guest.pick().await;
    let items = items(&sku, 1);
    let delivery = guest.delivery(&items).await;
    let request = json!({"items": items, "email": "again@example.test", "shipping_address": berlin(), "shipping_option": delivery["id"]});
    let mut tries = tokio::task::JoinSet::new();
    for door in doors.iter().cycle().take(10) {
        let (guest, request) = (guest.at(door), request.clone());
        tries.spawn(async move { guest.post("/orders", &request).await });
    }
    let answers = tries.join_all().await;
    let first = guest.post("/orders", &request).await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.text);
    for answer in &answers {
        let in_flight = answer.body["code"] == "request_in_flight";
        assert!(in_flight || answer.text == first.text, "{} is not {}", answer.text, first.text);
    }
    let mut other = request.clone();
    other["shipping_address"]["name"] = json!("Someone Else");
    assert_eq!(guest.post("/orders", &other).await.expect(422)["code"], "idempotency_key_reused");

    let admin = Shopper::new(&doors[0]).signed_in(ADMIN, ADMIN_PASSWORD).await;
    let orders = admin.get("/orders?email=again@example.test").await.expect(200);
    assert_eq!(orders["items"].as_array().map(Vec::len), Some(1), "{orders}");
}

#[tokio::test]
async fn a_repeated_order_gets_the_same_bytes_and_has_one_effect() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        one_order_is_asked_for_ten_times(std::slice::from_ref(&shop.url)).await;
        shop.close().await;
    }
}

#[tokio::test]
async fn bad_requests_are_told_what_is_wrong_with_them() {
    let shop = RunningShop::open("sqlite").await;
    let guest = Shopper::new(&shop.url);
    let (sku, _) = guest.pick().await;
    let delivery = guest.delivery(&items(&sku, 1)).await;
    let good = json!({"items": items(&sku, 1), "email": "bad@example.test", "shipping_address": berlin(), "shipping_option": delivery["id"]});
    for (pointer, value, field) in [
        ("/items/0/quantity", json!(0), "items[0].quantity"),
        ("/items/0/quantity", json!(-1), "items[0].quantity"),
        ("/items/0/quantity", json!(10_000), "items[0].quantity"),
        ("/items/0/sku", json!("NO-SUCH-SKU"), "items[0].sku"),
        ("/email", json!("nobody"), "email"),
        ("/email", json!("a\u{0}@b.co"), "email"),
        ("/shipping_address/country", json!("XX"), "shipping_address.country"),
        ("/shipping_option", json!("forged"), "shipping_option"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("the field is there") = value;
        let answer = guest.post("/orders", &bad).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{pointer}: {}", answer.text);
        let named =
            answer.body["errors"].as_array().is_some_and(|errors| errors.iter().any(|error| error["field"] == field));
        assert!(named, "{field} is not named: {}", answer.text);
    }
    shop.close().await;
}
