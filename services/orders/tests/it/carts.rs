//! Carts: lines, prices that change, guests who sign in, and other people's tokens.

use contracts::ids::UserId;
use serde_json::{Value, json};

use crate::shop::{address, shops, shops_with};

#[tokio::test]
async fn lines_add_up_change_and_go() {
    for shop in shops().await {
        let created = shop.guest.post("/cart", &json!({})).await;
        let cookie = created.headers["set-cookie"].to_str().expect("text").to_owned();
        assert!(cookie.starts_with("rialto_cart=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
        let token = created.expect(201)["cart_token"].as_str().expect("a token").to_owned();
        let by_cookie = shop.guest.with("cookie", &format!("rialto_cart={token}"));
        let by_header = shop.guest.with("cart-token", &token);
        by_header.post("/cart/items", &json!({"sku": "MUG", "quantity": 2})).await.expect(200);
        let cart = by_cookie.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        assert_eq!(cart["items"][0]["quantity"], 3);
        assert_eq!(cart["item_count"], 3);
        assert_eq!(cart["totals"]["total"]["amount"], 3 * 1999);
        assert!(cart.get("cart_token").is_none(), "the token is given once");
        let cart = by_header.put("/cart/items/MUG", &json!({"quantity": 1})).await.expect(200);
        assert_eq!(cart["totals"]["subtotal"]["amount"], 1999);
        by_header.post("/cart/items", &json!({"sku": "TEA", "quantity": 1})).await.expect(200);
        let cart = by_header.delete("/cart/items/MUG").await.expect(200);
        assert_eq!(cart["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(by_header.delete("/cart/items/MUG").await.problem(404), "not_found");
        let cart = by_header.delete("/cart").await.expect(200);
        assert_eq!(cart["items"], json!([]));
        assert_eq!(by_cookie.post("/cart", &json!({})).await.expect(200)["id"], cart["id"]);
    }
}

#[tokio::test]
async fn carts_that_nobody_comes_back_to_are_gone_in_the_end() {
    for shop in shops_with(|config| config.cart_kept_days = 30).await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let cart = shop.guest.post("/cart", &json!({})).await.expect(201);
        let guest = shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token"));
        guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        assert_eq!(orders::jobs::sweep(&shop.app).await.expect("sweeps").abandoned_carts, 0);
        assert_eq!(orders::jobs::prune(&shop.app).await.expect("prunes"), 0);
        let mut config = (*shop.app.config).clone();
        // As if that time had passed, and passed again.
        config.cart_kept_days = 0;
        let app = orders::App { config: std::sync::Arc::new(config), ..shop.app.clone() };
        assert_eq!(orders::jobs::sweep(&app).await.expect("sweeps").abandoned_carts, 1);
        assert_eq!(orders::jobs::prune(&app).await.expect("prunes"), 1);
        assert!(guest.get("/cart").await.expect(200)["id"].is_null(), "as if there never was one");
        assert_eq!(shop.read(&order).await["status"], "pending");
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_change_asks_about_what_changed_however_long_the_cart_is() {
    for shop in shops().await {
        for number in 0..50 {
            shop.world.sell(&format!("SKU-{number}"), 100, 9);
        }
        let me = shop.customer(UserId::new());
        for number in 0..50 {
            me.post("/cart/items", &json!({"sku": format!("SKU-{number}"), "quantity": 1})).await.expect(200);
        }
        shop.world.lock().priced.clear();
        let cart = me.post("/cart/items", &json!({"sku": "SKU-0", "quantity": 1})).await.expect(200);
        assert_eq!(cart["items"].as_array().map(Vec::len), Some(50), "the answer is the full cart");
        assert_eq!(cart["totals"]["subtotal"]["amount"], 51 * 100);
        me.put("/cart/items/SKU-1", &json!({"quantity": 3})).await.expect(200);
        me.delete("/cart/items/SKU-2").await.expect(200);
        assert_eq!(shop.world.lock().priced, [1, 1]);
        me.get("/cart").await.expect(200);
        assert_eq!(shop.world.lock().priced, [1, 1, 49], "who looks at it sees what everything costs now");

        let brief = me.with("prefer", "respond-async, return=minimal");
        let answer = brief.post("/cart/items", &json!({"sku": "SKU-0", "quantity": 1})).await;
        assert_eq!(answer.headers["preference-applied"], "return=minimal");
        let sums = answer.expect(200);
        assert_eq!((&sums["id"], &sums["item_count"]), (&cart["id"], &json!(53)));
        assert!(sums.get("items").is_none());
        let guest = shop.guest.with("prefer", "return=minimal");
        let first = guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await;
        assert!(first.headers.contains_key("set-cookie"));
        let token = first.expect(200)["cart_token"].as_str().expect("a token").to_owned();
        let cart = shop.guest.with("cart-token", &token).get("/cart").await.expect(200);
        assert_eq!(cart["item_count"], 1);
    }
}

#[tokio::test]
async fn a_cart_has_a_thousand_lines_at_most() {
    for shop in shops().await {
        let me = shop.customer(UserId::new()).with("prefer", "return=minimal");
        for number in 0..=1000 {
            let sku = format!("SKU-{number}");
            shop.world.sell(&sku, 100, 9);
            let answer = me.post("/cart/items", &json!({"sku": sku, "quantity": 1})).await;
            assert_eq!(answer.status, if number < 1000 { 200 } else { 422 }, "{}", answer.body);
        }
        let cart = me.get("/cart").await.expect(200);
        assert_eq!(cart["items"].as_array().map(Vec::len), Some(1000));
    }
}

#[tokio::test]
async fn nonsense_is_refused() {
    for shop in shops().await {
        let cart = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 9999})).await.expect(200);
        let owner = shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token"));
        for (quantity, status) in
            [(json!(0), 422), (json!(-1), 422), (json!(10_000), 422), (json!(1.5), 400), (json!(1), 422)]
        {
            let answer = owner.post("/cart/items", &json!({"sku": "MUG", "quantity": quantity})).await;
            assert_eq!(answer.status.as_u16(), status, "{quantity}");
        }
        assert_eq!(owner.post("/cart/items", &json!({"sku": "NOPE", "quantity": 1})).await.problem(422), "invalid");
        assert_eq!(owner.put("/cart/items/NOPE", &json!({"quantity": 1})).await.problem(404), "not_found");
        assert_eq!(owner.put("/cart", &json!({"email": "nobody"})).await.problem(422), "invalid");
        assert_eq!(owner.put("/cart", &json!({"user_id": UserId::new()})).await.problem(422), "invalid");
        assert_eq!(owner.delete("/cart/items/a%00b").await.problem(404), "not_found");
    }
}

#[tokio::test]
async fn what_changed_is_told_until_it_is_agreed_to() {
    for shop in shops().await {
        let cart = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 5})).await.expect(200);
        let owner = shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token"));
        owner.post("/cart/items", &json!({"sku": "TEA", "quantity": 1})).await.expect(200);
        shop.world.sell("MUG", 2100, 3);
        shop.world.lock().products.remove("TEA");
        let codes = |cart: &Value| -> Vec<String> {
            let problems = cart["problems"].as_array().expect("a list");
            problems.iter().map(|problem| format!("{} {}", problem["sku"], problem["code"]).replace('"', "")).collect()
        };
        for _ in 0..2 {
            let cart = owner.get("/cart").await.expect(200);
            assert_eq!(codes(&cart), ["MUG insufficient_stock", "MUG price_changed", "TEA unavailable"]);
            assert_eq!(cart["totals"]["subtotal"]["amount"], 5 * 2100);
        }
        let cart = owner.put("/cart", &json!({"accept_changes": true})).await.expect(200);
        assert_eq!(codes(&cart), ["MUG insufficient_stock", "TEA unavailable"]);
        shop.world.sell("MUG", 2100, 0);
        assert_eq!(codes(&owner.get("/cart").await.expect(200)), ["MUG out_of_stock", "TEA unavailable"]);
    }
}

#[tokio::test]
async fn drafts_price_the_delivery_and_can_be_cleared() {
    for shop in shops().await {
        let cart = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        let owner = shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token"));
        let drafts = json!({"shipping_address": address(), "shipping_option": "standard", "email": "a@example.test"});
        let cart = owner.put("/cart", &drafts).await.expect(200);
        assert_eq!(cart["totals"]["shipping"]["amount"], 490);
        assert_eq!(cart["shipping"]["carrier"], "sandbox");
        shop.world.lock().quote_holds = false;
        let cart = owner.get("/cart").await.expect(200);
        assert_eq!(cart["problems"][0]["code"], "shipping_option_invalid");
        let cart = owner.put("/cart", &json!({"shipping_option": null})).await.expect(200);
        assert_eq!(cart["shipping_option"], Value::Null);
        assert_eq!(cart["email"], "a@example.test", "what was left out stays");
    }
}

#[tokio::test]
async fn a_cart_is_shown_from_memory_while_the_catalog_is_away() {
    for shop in shops().await {
        let cart = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        let owner = shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token"));
        shop.app.upstream.reach_at(contracts::Service::Catalog, vec![]);
        let cart = owner.get("/cart").await.expect(200);
        assert_eq!(cart["stale"], true);
        assert_eq!(cart["totals"]["total"]["amount"], 1999);
    }
}

#[tokio::test]
async fn parallel_adds_are_not_lost() {
    for shop in shops().await {
        let user = UserId::new();
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let me = shop.customer(user);
                tokio::spawn(
                    async move { me.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200) },
                )
            })
            .collect();
        for task in tasks {
            task.await.expect("ends");
        }
        let cart = shop.customer(user).get("/cart").await.expect(200);
        assert_eq!(cart["items"][0]["quantity"], 20);
    }
}

#[tokio::test]
async fn signing_in_brings_the_guests_cart_along_once() {
    for shop in shops().await {
        let me = shop.customer(UserId::new());
        me.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        let guest = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 2})).await.expect(200);
        let token = guest["cart_token"].as_str().expect("a token").to_owned();
        let guest = shop.guest.with("cart-token", &token);
        guest.post("/cart/items", &json!({"sku": "TEA", "quantity": 1})).await.expect(200);
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (me, token) = (me.clone(), token.clone());
                tokio::spawn(async move { me.post("/cart/merge", &json!({"cart_token": token})).await.expect(200) })
            })
            .collect();
        for task in tasks {
            task.await.expect("ends");
        }
        let cart = me.get("/cart").await.expect(200);
        assert_eq!(cart["item_count"], 4, "{cart}");
        assert_eq!(guest.get("/cart").await.expect(200)["id"], Value::Null, "the guest's cart is merged");
        // Lazily too, and cut to what there is.
        shop.world.sell("RARE", 100, 3);
        let guest = shop.guest.post("/cart/items", &json!({"sku": "RARE", "quantity": 2})).await.expect(200);
        me.post("/cart/items", &json!({"sku": "RARE", "quantity": 2})).await.expect(200);
        let cart = me.with("cart-token", guest["cart_token"].as_str().expect("a token")).get("/cart").await.expect(200);
        let reduced: Vec<&Value> =
            cart["problems"].as_array().expect("a list").iter().filter(|p| p["code"] == "quantity_reduced").collect();
        assert_eq!(reduced.len(), 1, "{cart}");
        assert_eq!((&reduced[0]["before"], &reduced[0]["after"]), (&json!(4), &json!(3)));
        assert_eq!(shop.guest.post("/cart/merge", &json!({})).await.problem(401), "unauthorized");
        shop.sound().await;
    }
}

#[tokio::test]
async fn other_peoples_carts_do_not_exist() {
    for shop in shops().await {
        let (me, other) = (shop.customer(UserId::new()), shop.customer(UserId::new()));
        let mine = me.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        let guests = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 1})).await.expect(200);
        let order = |cart: &Value| json!({"cart_id": cart["id"], "email": "x@example.test", "shipping_address": address(), "shipping_option": "standard"});
        let never = json!({"id": UserId::new()});
        for client in [&other, &shop.guest, &shop.guest.with("cart-token", "guess"), &shop.admin()] {
            for cart in [&mine, &guests, &never] {
                let answer = client.post("/orders", &order(cart)).await.expect(404);
                let expected = client.post("/orders", &order(&never)).await.expect(404);
                assert_eq!((&answer["detail"], &answer["code"]), (&expected["detail"], &expected["code"]));
            }
        }
        // A token in someone else's hand is nobody's account.
        let holder = shop.guest.with("cart-token", guests["cart_token"].as_str().expect("a token"));
        assert_eq!(holder.post("/orders", &order(&mine)).await.problem(404), "not_found");
        assert_eq!(shop.guest.get("/cart").await.expect(200)["id"], Value::Null);
        assert_eq!(shop.guest.delete("/cart").await.problem(404), "not_found");
        assert_eq!(shop.guest.put("/cart/items/MUG", &json!({"quantity": 2})).await.problem(404), "not_found");
        holder.post("/orders", &order(&guests)).await.expect(201);
        assert_eq!(
            holder.post("/cart/items", &json!({"sku": "TEA", "quantity": 1})).await.expect(200)["item_count"],
            1
        );
        shop.sound().await;
    }
}
