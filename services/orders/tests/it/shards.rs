//! What goes from one shard to another, and what is left when a process dies in between.

use chrono::Duration;
use contracts::{
    Shard,
    ids::{CartId, OrderId, UserId},
    time,
};
use orders::jobs;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value as Bound};
use serde_json::{Value, json};
use test_support::Client;
use uuid::Uuid;

use crate::shop::{Shop, id_of, order_of, spread_shops};

fn shard(number: usize) -> Shard {
    Shard::numbered(number).expect("an id can tell it")
}

/// Changes rows behind the service's back. Places are written as `?`.
async fn change(shop: &Shop, there: Shard, sql: &str, values: Vec<Bound>) -> u64 {
    let tx = shop.app.shards.db(there).begin().await.expect("begins");
    let backend = tx.get_database_backend();
    let mut text = sql.to_owned();
    if backend == DbBackend::Postgres {
        for place in 1..=values.len() {
            text = text.replacen('?', &format!("${place}"), 1);
        }
    }
    let done = tx.execute_raw(Statement::from_sql_and_values(backend, text, values)).await.expect("changes");
    tx.commit().await.expect("commits");
    done.rows_affected()
}

async fn coupon(shop: &Shop) -> Uuid {
    let body = json!({"code": "ONE", "percent": "10", "max_uses": 1});
    let made = shop.admin().post("/promotions", &body).await.expect(201);
    made["id"].as_str().expect("an id").parse().expect("a UUID")
}

async fn uses(shop: &Shop, coupon: Uuid) -> Value {
    shop.admin().get(&format!("/promotions/{coupon}")).await.expect(200)["uses"].clone()
}

fn with_coupon() -> Value {
    let mut body = order_of(&[("TEA", 1)]);
    body["coupon"] = json!("ONE");
    body
}

async fn sweep_all(shop: &Shop) -> u64 {
    let mut returned = 0;
    for app in shop.app.everywhere() {
        returned += jobs::sweep(&app).await.expect("sweeps").returned_uses;
    }
    returned
}

#[tokio::test]
async fn a_cancelled_order_gives_back_what_another_database_counts() {
    for shop in spread_shops().await {
        let coupon = coupon(&shop).await;
        let (user, other) = (UserId::new_in(shard(1)), UserId::new_in(shard(2)));
        let order = shop.customer(user).post("/orders", &with_coupon()).await.expect(201);
        assert_eq!(id_of(&order).shard(), shard(1));
        assert_eq!(order["totals"]["discount"]["amount"], 45);
        let refused = shop.customer(other).post("/orders", &with_coupon()).await.expect(422);
        assert_eq!(refused["errors"][0]["code"], "coupon_usage_limit_reached");
        assert_eq!(uses(&shop, coupon).await, 1);
        shop.sound().await;

        let path = format!("/orders/{}/cancel", id_of(&order));
        shop.customer(user).post(&path, &json!({})).await.expect(200);
        assert_eq!(uses(&shop, coupon).await, 1, "counted until the first shard is told");
        shop.sound().await;
        assert_eq!(sweep_all(&shop).await, 1);
        assert_eq!(uses(&shop, coupon).await, 0);
        assert_eq!(sweep_all(&shop).await, 0, "once");
        shop.customer(other).post("/orders", &with_coupon()).await.expect(201);
        assert_eq!(uses(&shop, coupon).await, 1);
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_use_whose_order_never_came_is_given_back_and_no_other() {
    for shop in spread_shops().await {
        let coupon = coupon(&shop).await;
        let lost = OrderId::new_in(shard(2));
        let counted = "UPDATE promotions SET uses = uses + 1 WHERE id = ?";
        assert_eq!(change(&shop, Shard::FIRST, counted, vec![coupon.into()]).await, 1);
        let taken = "INSERT INTO spread_uses (order_id, promotion_id, buyer_hash, confirmed, taken_at) \
                     VALUES (?, ?, ?, ?, ?)";
        let values = vec![lost.uuid().into(), coupon.into(), "x".into(), false.into(), time::now().into()];
        change(&shop, Shard::FIRST, taken, values).await;
        assert_eq!(sweep_all(&shop).await, 0, "its order may still be written");
        let earlier = "UPDATE spread_uses SET taken_at = ?";
        let long_ago = time::now() - Duration::minutes(10);
        change(&shop, Shard::FIRST, earlier, vec![long_ago.into()]).await;
        assert_eq!(sweep_all(&shop).await, 1);
        assert_eq!(uses(&shop, coupon).await, 0);

        let user = UserId::new_in(shard(2));
        shop.customer(user).post("/orders", &with_coupon()).await.expect(201);
        change(&shop, Shard::FIRST, earlier, vec![long_ago.into()]).await;
        assert_eq!(sweep_all(&shop).await, 0, "this one came");
        assert_eq!(uses(&shop, coupon).await, 1);
        let confirmed = "UPDATE spread_uses SET confirmed = ? WHERE confirmed = ?";
        assert_eq!(change(&shop, Shard::FIRST, confirmed, vec![true.into(), true.into()]).await, 1);
        shop.sound().await;
    }
}

/// A guest with a cart of one piece, anywhere but in `other`.
async fn guest_away_from(shop: &Shop, other: Shard) -> (Client, Value) {
    loop {
        let cart = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        let id: CartId = cart["id"].as_str().expect("an id").parse().expect("a UUID");
        if id.shard() != other {
            return (shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token")), cart);
        }
    }
}

#[tokio::test]
async fn a_cart_that_had_ended_when_the_process_died_comes_along_once() {
    for shop in spread_shops().await {
        let user = UserId::new_in(shard(1));
        let (guest, cart) = guest_away_from(&shop, shard(1)).await;
        let id: CartId = cart["id"].as_str().expect("an id").parse().expect("a UUID");
        // It ended for this user, and that is all that was done.
        let ended = "UPDATE carts SET status = 'merged', user_id = ? WHERE id = ?";
        assert_eq!(change(&shop, id.shard(), ended, vec![user.uuid().into(), id.uuid().into()]).await, 1);
        let both = guest.bearing(&shop.tokens.customer(user));
        for _ in 0..3 {
            assert_eq!(both.get("/cart").await.expect(200)["item_count"], 1);
        }
        let stranger = guest.bearing(&shop.tokens.customer(UserId::new_in(shard(2))));
        assert_eq!(stranger.get("/cart").await.expect(200)["item_count"], 0, "it was another's");
        let request = json!({
            "cart_id": both.get("/cart").await.expect(200)["id"], "email": "ada@example.test",
            "shipping_address": crate::shop::address(), "shipping_option": "standard",
        });
        let order = both.post("/orders", &request).await.expect(201);
        assert_eq!(id_of(&order).shard(), shard(1));
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_token_that_tells_of_no_shard_opens_nothing_and_breaks_nothing() {
    for shop in spread_shops().await {
        for token in ["4095.x", "70000.x", ".", "1.", "1.1.1"] {
            let guest = shop.guest.with("cart-token", token);
            assert_eq!(guest.get("/cart").await.expect(200)["item_count"], 0, "{token}");
            guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        }
        for id in [OrderId::new_in(shard(7)), OrderId::new_in(shard(2)), OrderId::new()] {
            shop.admin().get(&format!("/orders/{id}")).await.expect(404);
        }
    }
}
