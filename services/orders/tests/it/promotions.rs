//! Coupons: what they take off, when they do not apply, and who gets the last one.

use contracts::ids::UserId;
use serde_json::{Value, json};

use crate::shop::{Shop, address, eur, id_of, order_of, shops, total_of};

async fn promotion(shop: &Shop, body: Value) -> Value {
    shop.admin().post("/promotions", &body).await.expect(201)
}

fn with_coupon(items: &[(&str, u32)], code: &str) -> Value {
    let mut body = order_of(items);
    body["coupon"] = json!(code);
    body
}

#[tokio::test]
async fn a_coupon_takes_something_off_and_counts() {
    for shop in shops().await {
        let ten = promotion(&shop, json!({"code": "ten", "percent": "10"})).await;
        assert_eq!((&ten["code"], &ten["percent"]), (&json!("TEN"), &json!("10")));
        let order = shop.guest.post("/orders", &with_coupon(&[("MUG", 1), ("TEA", 1)], " ten ")).await.expect(201);
        assert_eq!(order["totals"]["discount"]["amount"], 245);
        assert_eq!(total_of(&order), eur(1999 + 450 - 245 + 490));
        let lines: i64 = order["lines"]
            .as_array()
            .expect("lines")
            .iter()
            .filter_map(|line| line["discount"]["amount"].as_i64())
            .sum();
        assert_eq!(lines, 245);
        promotion(&shop, json!({"code": "ALL", "amount": {"amount": 99_999, "currency": "EUR"}})).await;
        let order = shop.guest.post("/orders", &with_coupon(&[("MUG", 1)], "ALL")).await.expect(201);
        assert_eq!(total_of(&order), eur(490), "no line below nothing");
        let path = format!("/promotions/{}", ten["id"].as_str().expect("an id"));
        assert_eq!(shop.admin().get(&path).await.expect(200)["uses"], 1);
        let exercised = shop.sound().await;
        assert!(exercised["I18"] > 0 && exercised["I22"] > 0);
    }
}

#[tokio::test]
async fn each_reason_has_its_word() {
    for shop in shops().await {
        let far = "2999-01-01T00:00:00Z";
        // MariaDB's moments end before.
        let is_kept = shop.app.db.can_keep(far.parse().expect("a moment"));
        let later = if is_kept { far } else { "2037-12-31T00:00:00Z" };
        promotion(&shop, json!({"code": "LATER", "percent": "1", "starts_at": later})).await;
        promotion(&shop, json!({"code": "GONE", "percent": "1", "ends_at": "2020-01-01T00:00:00Z"})).await;
        promotion(&shop, json!({"code": "MUCH", "percent": "1", "min_subtotal": {"amount": 5000, "currency": "EUR"}}))
            .await;
        promotion(&shop, json!({"code": "NONE", "percent": "1", "max_uses": 0})).await;
        promotion(&shop, json!({"code": "OFF", "percent": "1", "active": false})).await;
        promotion(&shop, json!({"code": "ONCE", "percent": "1", "max_uses_per_customer": 1})).await;
        shop.guest.post("/orders", &with_coupon(&[("MUG", 1)], "ONCE")).await.expect(201);
        for (code, reason) in [
            ("NOPE", "coupon_not_found"),
            ("OFF", "coupon_not_found"),
            ("LATER", "coupon_not_started"),
            ("GONE", "coupon_expired"),
            ("MUCH", "coupon_not_applicable"),
            ("NONE", "coupon_usage_limit_reached"),
            ("ONCE", "coupon_customer_limit_reached"),
        ] {
            let answer = shop.guest.post("/orders", &with_coupon(&[("MUG", 1)], code)).await.expect(422);
            assert_eq!(
                (&answer["errors"][0]["field"], &answer["errors"][0]["code"]),
                (&json!("coupon"), &json!(reason))
            );
        }
        assert_eq!(shop.world.lock().reserved.len(), 1, "nothing is held for what was refused");
        shop.sound().await;
    }
}

#[tokio::test]
async fn the_last_use_goes_to_one_order_and_comes_back_when_it_is_cancelled() {
    for shop in shops().await {
        promotion(&shop, json!({"code": "LAST", "percent": "50", "max_uses": 1})).await;
        let tasks: Vec<_> = (0..10)
            .map(|_| {
                let client = shop.customer(UserId::new());
                tokio::spawn(async move { client.post("/orders", &with_coupon(&[("TEA", 1)], "LAST")).await })
            })
            .collect();
        let mut won = Vec::new();
        for task in tasks {
            let answer = task.await.expect("ends");
            assert!(matches!(answer.status.as_u16(), 201 | 422), "{}", answer.status);
            won.extend((answer.status == 201).then_some(answer.body));
        }
        assert_eq!(won.len(), 1);
        shop.sound().await;
        shop.admin().post(&format!("/orders/{}/cancel", id_of(&won[0])), &json!({})).await.expect(200);
        shop.guest.post("/orders", &with_coupon(&[("TEA", 1)], "LAST")).await.expect(201);
        shop.sound().await;
    }
}

#[tokio::test]
async fn staff_may_change_a_promotion_while_it_is_used() {
    for shop in shops().await {
        let made = promotion(&shop, json!({"code": "BUSY", "percent": "10"})).await;
        let path = format!("/promotions/{}", made["id"].as_str().expect("an id"));
        let buying = (0..10).map(|_| {
            let client = shop.customer(UserId::new());
            tokio::spawn(
                async move { client.post("/orders", &with_coupon(&[("TEA", 1)], "BUSY")).await.status.as_u16() },
            )
        });
        let changing = (0..10).map(|most| {
            let (admin, path) = (shop.admin(), path.clone());
            let body = json!({"code": "BUSY", "percent": "10", "max_uses": most});
            tokio::spawn(async move { admin.put(&path, &body).await.status.as_u16() })
        });
        let tasks: Vec<_> = buying.zip(changing).flat_map(|(buy, change)| [buy, change]).collect();
        for task in tasks {
            let status = task.await.expect("ends");
            assert!(matches!(status, 200 | 201 | 422), "{status}");
        }
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_cart_carries_a_coupon_to_its_order() {
    for shop in shops().await {
        promotion(&shop, json!({"code": "HALF", "percent": "50"})).await;
        let cart = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 2})).await.expect(200);
        let owner = shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token"));
        assert_eq!(owner.put("/cart/coupon", &json!({"code": "NOPE"})).await.problem(422), "invalid");
        let cart = owner.put("/cart/coupon", &json!({"code": "half"})).await.expect(200);
        assert_eq!(cart["totals"]["discount"]["amount"], 1999);
        let cart = owner.delete("/cart/coupon").await.expect(200);
        assert_eq!(cart["totals"]["discount"]["amount"], 0);
        let cart = owner.put("/cart/coupon", &json!({"code": "HALF"})).await.expect(200);
        let body = json!({"cart_id": cart["id"], "email": "a@example.test", "shipping_address": address(), "shipping_option": "standard"});
        let order = owner.post("/orders", &body).await.expect(201);
        assert_eq!((&order["coupon"], &order["totals"]["discount"]["amount"]), (&json!("HALF"), &json!(1999)));
        shop.sound().await;
    }
}

#[tokio::test]
async fn staff_write_promotions_within_bounds() {
    for shop in shops().await {
        let admin = shop.admin();
        for bad in [
            json!({"code": "A"}),
            json!({"code": "A", "percent": "1", "amount": {"amount": 1, "currency": "EUR"}}),
            json!({"code": "A", "percent": "0"}),
            json!({"code": "A", "percent": "101"}),
            json!({"code": "A", "percent": "-1"}),
            json!({"code": "A B", "percent": "1"}),
            json!({"code": "", "percent": "1"}),
            json!({"code": "A", "amount": {"amount": 1, "currency": "USD"}}),
            json!({"code": "A", "amount": {"amount": 0, "currency": "EUR"}}),
            json!({"code": "A", "percent": "1", "starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}),
            json!({"code": "A", "percent": "1", "uses": 5}),
        ] {
            assert_eq!(admin.post("/promotions", &bad).await.problem(422), "invalid", "{bad}");
        }
        let made = promotion(&shop, json!({"code": "A", "percent": "12.5"})).await;
        assert_eq!(admin.post("/promotions", &json!({"code": "a", "percent": "1"})).await.problem(409), "code_taken");
        let path = format!("/promotions/{}", made["id"].as_str().expect("an id"));
        let changed =
            admin.put(&path, &json!({"code": "B", "amount": {"amount": 100, "currency": "EUR"}})).await.expect(200);
        assert_eq!((&changed["code"], &changed["percent"]), (&json!("B"), &Value::Null));
        shop.guest.post("/orders", &with_coupon(&[("MUG", 1)], "B")).await.expect(201);
        assert_eq!(
            admin.put(&path, &json!({"code": "B", "percent": "1", "max_uses": 0})).await.problem(422),
            "invalid"
        );
        assert_eq!(admin.delete(&path).await.status, 204);
        assert_eq!(admin.get(&path).await.expect(200)["active"], false, "used: switched off, not deleted");
        let unused = promotion(&shop, json!({"code": "C", "percent": "1"})).await;
        let path = format!("/promotions/{}", unused["id"].as_str().expect("an id"));
        assert_eq!(admin.delete(&path).await.status, 204);
        assert_eq!(admin.get(&path).await.problem(404), "not_found");
        assert_eq!(admin.get("/promotions").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
        shop.sound().await;
    }
}
