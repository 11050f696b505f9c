//! Address books.

use serde_json::{Value, json};

use crate::shop::{Shop, text};

fn entry(line1: &str) -> Value {
    json!({"label": "Home", "address": {"name": "Ada", "line1": line1, "city": "Berlin", "postal_code": "10119", "country": "DE"}})
}

#[tokio::test]
async fn addresses_are_kept_changed_and_removed() {
    for shop in Shop::all().await {
        let me = shop.register("ada@example.org").await.client;
        let mut first = entry("Torstraße 1");
        first["default_shipping"] = true.into();
        let first = me.post("/users/addresses", &first).await.expect(201);
        assert_eq!((&first["default_shipping"], &first["default_billing"]), (&json!(true), &json!(false)));
        let mut second = entry("Torstraße 2");
        second["default_shipping"] = true.into();
        second["default_billing"] = true.into();
        let second = me.post("/users/addresses", &second).await.expect(201);
        let path = format!("/users/addresses/{}", text(&second["id"]));
        assert_eq!(me.get(&path).await.expect(200), second);

        let listed = me.get("/users/addresses").await.expect(200);
        let defaults: Vec<&Value> =
            listed["items"].as_array().expect("a list").iter().map(|item| &item["default_shipping"]).collect();
        assert_eq!(defaults, [&json!(false), &json!(true)], "one default of each kind");
        let changed = me.put(&path, &entry("Torstraße 3")).await.expect(200);
        assert_eq!(changed["address"]["line1"], "Torstraße 3");
        assert_eq!((&changed["default_shipping"], &changed["default_billing"]), (&json!(false), &json!(false)));

        me.delete(&path).await.expect(204);
        assert_eq!(me.get(&path).await.status, 404);
        assert_eq!(me.delete(&path).await.status, 404);
        let mut wrong = entry("");
        wrong["address"]["country"] = "XX".into();
        let problem = me.post("/users/addresses", &wrong).await.expect(422);
        assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2), "{problem}");
    }
}

#[tokio::test]
async fn a_default_that_is_removed_is_no_default() {
    for shop in Shop::all().await {
        let me = shop.register("ada@example.org").await.client;
        let mut only = entry("Torstraße 1");
        only["default_billing"] = true.into();
        let id = text(&me.post("/users/addresses", &only).await.expect(201)["id"]);
        assert_eq!(me.get("/users/profile").await.expect(200)["default_billing_address_id"], id.as_str());
        me.delete(&format!("/users/addresses/{id}")).await.expect(204);
        assert_eq!(me.get("/users/profile").await.expect(200)["default_billing_address_id"], Value::Null);
    }
}

#[tokio::test]
async fn someone_elses_address_is_like_none_at_all() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await.client;
        let eve = shop.register("eve@example.org").await.client.with("x-request-id", "same");
        let id = text(&ada.post("/users/addresses", &entry("Torstraße 1")).await.expect(201)["id"]);
        let (hers, nobodys) = (format!("/users/addresses/{id}"), format!("/users/addresses/{}", uuid::Uuid::now_v7()));
        assert_eq!(eve.get(&hers).await.bytes, eve.get(&nobodys).await.bytes);
        for answer in [eve.get(&hers).await, eve.put(&hers, &entry("Mine")).await, eve.delete(&hers).await] {
            assert_eq!(answer.problem(404), "not_found");
        }
        assert_eq!(ada.get(&hers).await.expect(200)["address"]["line1"], "Torstraße 1");
    }
}

#[tokio::test]
async fn the_same_key_adds_one_address_and_fifty_are_enough() {
    for shop in Shop::all().await {
        let me = shop.register("ada@example.org").await.client;
        let keyed = me.with("idempotency-key", "k1");
        let first = keyed.post("/users/addresses", &entry("Torstraße 1")).await;
        let again = keyed.post("/users/addresses", &entry("Torstraße 1")).await;
        assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
        assert_eq!(again.headers["idempotent-replayed"], "true");
        assert_eq!(keyed.post("/users/addresses", &entry("Torstraße 2")).await.problem(422), "idempotency_key_reused");
        for number in 2..=50 {
            me.post("/users/addresses", &entry(&format!("Torstraße {number}"))).await.expect(201);
        }
        assert_eq!(me.post("/users/addresses", &entry("Torstraße 51")).await.problem(409), "too_many_addresses");
    }
}
