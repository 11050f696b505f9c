//! Placing an order: what is refused, what is repeated, and what a crash at each step leaves behind.

use contracts::{events::OrderCreated, ids::UserId};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::shop::{Shop, address, eur, id_of, order_of, shops, shops_with, total_of};

#[tokio::test]
async fn a_guest_orders_and_reads_it_with_the_token() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 2), ("TEA", 1)]).await;
        assert_eq!(order["status"], "pending");
        assert_eq!(order["payment_status"], "not_paid");
        assert_eq!(order["fulfillment_status"], "unfulfilled");
        assert_eq!(order["email"], "guest@example.test");
        assert_eq!(total_of(&order), eur(2 * 1999 + 450 + 490));
        // 39.98, 4.50 and 4.90 at 19 % inside.
        assert_eq!(order["totals"]["tax"]["amount"], 638 + 72 + 78);
        assert_eq!(order["lines"][0]["title"], "The MUG");
        assert!(order["expires_at"].is_string());
        let again = owner.get(&format!("/orders/{}", id_of(&order))).await.expect(200);
        assert_eq!(again["number"], order["number"]);
        assert!(again.get("guest_token").is_none(), "the token is shown once");
        assert!(again.get("problems").is_none(), "problems are for staff");
        let created = shop.events::<OrderCreated>().await;
        assert_eq!(created.len(), 1);
        assert_eq!(created[0].order.number, order["number"]);
        let explained = owner.get(&format!("/orders/{}/explain", id_of(&order))).await.expect(200);
        assert_eq!(explained["consistent"], true);
        assert_eq!(explained["lines"][0]["steps"][0], "2 × 19.99 EUR = 39.98 EUR");
        assert_eq!(explained["lines"][0]["steps"][1], "DE VAT 19 % of 33.60 EUR net = 6.38 EUR, contained");
        shop.sound().await;
    }
}

/// A cart as chance will have it: what to sell at which price, how many of it, and what to take off.
fn any_cart() -> impl Strategy<Value = (Vec<(i64, u32)>, Option<u32>, i64)> {
    let lines = prop::collection::vec((0_i64..20_000, 1_u32..30), 1..12);
    (lines, prop::option::of(1_u32..1_000_000), 0_i64..2_000)
}

/// Orders of random carts, calculated anew from their explanations alone, by integer arithmetic of the test's own.
#[tokio::test]
async fn the_explanation_suffices_to_calculate_any_order() {
    for included in [true, false] {
        for shop in shops_with(|config| config.tax.prices_include_tax = included).await {
            let mut chance = TestRunner::deterministic();
            for round in 0..25 {
                let (goods, off_ppm, delivery) = any_cart().new_tree(&mut chance).expect("a cart").current();
                shop.world.lock().shipping_price = delivery;
                let named: Vec<(String, u32)> = goods
                    .iter()
                    .enumerate()
                    .map(|(place, (price, quantity))| {
                        let sku = format!("ANY-{round}-{place}");
                        shop.world.sell(&sku, *price, 100);
                        (sku, *quantity)
                    })
                    .collect();
                let items: Vec<(&str, u32)> = named.iter().map(|(sku, quantity)| (sku.as_str(), *quantity)).collect();
                let mut body = order_of(&items);
                if let Some(ppm) = off_ppm {
                    let percent = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
                    let code = format!("ANY-{round}");
                    shop.admin().post("/promotions", &json!({"code": code, "percent": percent})).await.expect(201);
                    body["coupon"] = json!(code);
                }
                let order = shop.guest.post("/orders", &body).await.expect(201);
                let owner = shop.guest.with("order-token", order["guest_token"].as_str().expect("a token"));
                let explained = owner.get(&format!("/orders/{}/explain", id_of(&order))).await.expect(200);
                assert_eq!(explained["consistent"], true, "{explained}");
                assert_eq!(explained["totals"], order["totals"]);
                let total = calculated(&explained, included);
                assert_eq!(total_of(&order), eur(total), "{goods:?} {off_ppm:?} {delivery}: {explained}");
                let subtotal: i64 = goods.iter().map(|(price, quantity)| price * i64::from(*quantity)).sum();
                assert_eq!(order["totals"]["subtotal"]["amount"], subtotal);
                let off = (i128::from(subtotal) * i128::from(off_ppm.unwrap_or(0)) + 500_000) / 1_000_000;
                assert_eq!(order["totals"]["discount"]["amount"], json!(off as i64));
            }
            shop.sound().await;
        }
    }
}

/// The total that an explanation's lines come to. Every tax in it is checked on the way.
fn calculated(explained: &Value, included: bool) -> i64 {
    let mut total = 0;
    for line in explained["lines"].as_array().expect("lines").iter().chain([&explained["shipping"]]) {
        let amount = line["total"]["amount"].as_i64().expect("an amount");
        total += amount;
        for tax in line["taxes"].as_array().expect("taxes") {
            let ppm = tax["rate_ppm"].as_i64().expect("a rate");
            let charged = tax["amount"]["amount"].as_i64().expect("an amount");
            if included {
                let net = (amount * 1_000_000 + (1_000_000 + ppm) / 2) / (1_000_000 + ppm);
                assert_eq!(charged, amount - net, "{line}");
            } else {
                assert_eq!(charged, (amount * ppm + 500_000) / 1_000_000, "{line}");
                total += charged;
            }
        }
    }
    total
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    for shop in shops().await {
        let refused = async |change: &dyn Fn(&mut Value), status: u16, field: &str| {
            let mut body = order_of(&[("MUG", 1)]);
            change(&mut body);
            let answer = shop.guest.post("/orders", &body).await.expect(status);
            let text = answer.to_string();
            assert!(text.contains(field), "{field} is not named in {text}");
        };
        let set = |path: &'static str, value: Value| {
            move |body: &mut Value| *body.pointer_mut(path).expect("a place") = value.clone()
        };
        let drop =
            |field: &'static str| move |body: &mut Value| drop(body.as_object_mut().expect("an object").remove(field));
        refused(&set("/items/0/sku", json!("NOPE")), 422, "items[0].sku").await;
        refused(&set("/items/0/sku", json!("a\u{0}b")), 422, "items[0].sku").await;
        refused(&set("/items/0/quantity", json!(0)), 422, "items[0].quantity").await;
        refused(&set("/items/0/quantity", json!(-1)), 422, "items[0].quantity").await;
        refused(&set("/items/0/quantity", json!(10_000)), 422, "items[0].quantity").await;
        refused(&set("/items/0/quantity", json!(4_294_967_296_u64)), 422, "items[0].quantity").await;
        refused(&set("/items/0/quantity", json!("1")), 400, "items[0].quantity").await;
        refused(&set("/items", json!([])), 422, "items").await;
        refused(
            &set("/items", json!([{"sku": "MUG", "quantity": 9999}, {"sku": "MUG", "quantity": 1}])),
            422,
            "items[1]",
        )
        .await;
        refused(&set("/email", json!("nobody")), 422, "email").await;
        refused(&set("/shipping_address/country", json!("XX")), 422, "shipping_address.country").await;
        refused(&set("/shipping_option", json!("forged")), 422, "shipping_option").await;
        refused(&drop("email"), 422, "email").await;
        refused(&drop("shipping_address"), 422, "shipping_address").await;
        refused(&drop("shipping_option"), 422, "shipping_option").await;
        refused(&|body| body["total"] = json!({"amount": 1, "currency": "EUR"}), 422, "total").await;
        refused(&|body| body["items"][0]["price"] = json!(1), 422, "price").await;
        refused(&|body| body["cart_id"] = json!(UserId::new()), 422, "items").await;
        refused(&|body| body["expected_total"] = json!({"amount": 1, "currency": "EUR"}), 409, "total_changed").await;
        refused(&|body| body["items"] = json!([{"sku": "MUG", "quantity": 101}]), 409, "MUG").await;
        assert!(shop.events::<OrderCreated>().await.is_empty());
        shop.sound().await;
    }
}

#[tokio::test]
async fn sums_that_are_too_large_are_refused() {
    for shop in shops().await {
        shop.world.sell("GOLD", 999_999_999, 9999);
        let answer = shop.guest.post("/orders", &order_of(&[("GOLD", 9999)])).await;
        assert_eq!(answer.problem(422), "amount_out_of_range");
        let answer = shop.guest.post("/orders", &order_of(&[("GOLD", 2)])).await;
        assert_eq!(answer.problem(422), "amount_out_of_range");
    }
}

#[tokio::test]
async fn an_order_has_a_thousand_lines() {
    for shop in shops().await {
        let skus: Vec<String> = (0..=1000).map(|number| format!("{number:0>64}")).collect();
        for sku in &skus {
            shop.world.sell(sku, 100, 9);
        }
        let items: Vec<(&str, u32)> = skus.iter().map(|sku| (sku.as_str(), 1)).collect();
        assert_eq!(shop.guest.post("/orders", &order_of(&items)).await.problem(422), "invalid");
        shop.world.lock().priced.clear();
        let (order, owner) = shop.ordered(&items[..1000]).await;
        assert_eq!(shop.world.lock().priced, [500, 500], "asked in portions");
        assert_eq!(total_of(&order), eur(1000 * 100 + 490));
        shop.pay(&order).await;
        assert_eq!(owner.get(&format!("/orders/{}", id_of(&order))).await.expect(200)["status"], "processing");
        shop.sound().await;
    }
}

/// Long after, when the answer is no longer kept, the same request still is the same order.
#[tokio::test]
async fn a_key_whose_answer_is_forgotten_makes_no_second_order() {
    for shop in shops().await {
        let client = shop.guest.with("idempotency-key", "once");
        let order = client.post("/orders", &order_of(&[("MUG", 1)])).await.expect(201);
        let tx = shop.app.db.begin().await.expect("begins");
        tx.execute_unprepared("DELETE FROM idempotency").await.expect("deletes");
        tx.commit().await.expect("commits");
        let again = client.post("/orders", &order_of(&[("MUG", 1)])).await.expect(201);
        assert_eq!((&again["id"], &again["guest_token"]), (&order["id"], &order["guest_token"]));
        assert_eq!(shop.events::<OrderCreated>().await.len(), 1);
        shop.sound().await;
    }
}

#[tokio::test]
async fn another_currency_is_not_sold() {
    for shop in shops().await {
        if let Some(item) = shop.world.lock().products.get_mut("TEA") {
            item.price = contracts::Money::new(450, contracts::Currency::USD);
        }
        let answer = shop.guest.post("/orders", &order_of(&[("MUG", 1), ("TEA", 1)])).await.expect(422);
        assert_eq!(answer["errors"][0]["field"], "items[1].sku");
    }
}

#[tokio::test]
async fn short_stock_names_the_lines_and_leaves_nothing() {
    for shop in shops().await {
        shop.world.sell("RARE", 100, 1);
        let body = order_of(&[("MUG", 1), ("RARE", 2)]);
        let answer = shop.guest.post("/orders", &body).await.expect(409);
        assert_eq!(answer["code"], "insufficient_stock");
        assert_eq!(answer["lines"], json!([{"sku": "RARE", "requested": 2, "available": 1}]));
        let orders = shop.admin().get("/orders").await.expect(200);
        assert_eq!(orders["items"], json!([]));
    }
}

#[tokio::test]
async fn the_same_key_makes_one_order_and_the_same_bytes() {
    for shop in shops().await {
        let client = shop.guest.with("idempotency-key", "once");
        let body = order_of(&[("MUG", 1)]);
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (client, body) = (client.clone(), body.clone());
                tokio::spawn(async move { client.post("/orders", &body).await })
            })
            .collect();
        let mut bytes = Vec::new();
        for task in tasks {
            let answer = task.await.expect("ends");
            assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
            bytes.push(answer.bytes);
        }
        for _ in 0..3 {
            let answer = client.post("/orders", &body).await;
            assert_eq!(answer.headers["idempotent-replayed"], "true");
            bytes.push(answer.bytes);
        }
        bytes.dedup();
        assert_eq!(bytes.len(), 1, "all answers are byte-equal");
        assert_eq!(shop.events::<OrderCreated>().await.len(), 1);
        assert_eq!(shop.world.lock().reserved.len(), 1, "one reservation");
        let other = client.post("/orders", &order_of(&[("MUG", 2)])).await;
        assert_eq!(other.problem(422), "idempotency_key_reused");
        // Another buyer's key is another key.
        let stranger = shop.customer(UserId::new()).with("idempotency-key", "once");
        let order = stranger.post("/orders", &body).await.expect(201);
        assert!(order.get("guest_token").is_none());
        assert_eq!(shop.events::<OrderCreated>().await.len(), 2);
        assert_eq!(shop.sound().await["I25"], 2);
        // An order that is not what its buyer was told does not go unseen.
        let tx = shop.app.db.begin().await.expect("begins");
        let change = "UPDATE orders SET number = 'R-0000-0000' WHERE user_id IS NULL";
        tx.execute_unprepared(change).await.expect("changes");
        tx.commit().await.expect("commits");
        let rules = orders::invariants(&shop.app).await.expect("evaluates");
        let broken: Vec<&str> = rules.iter().filter(|rule| !rule.holds()).map(|rule| rule.id.as_str()).collect();
        assert_eq!(broken, ["I25"]);
    }
}

#[tokio::test]
async fn nothing_secret_is_kept_with_the_answer() {
    for shop in shops().await {
        let client = shop.guest.with("idempotency-key", "once");
        let order = client.post("/orders", &order_of(&[("MUG", 1)])).await.expect(201);
        let token = order["guest_token"].as_str().expect("a token");
        let again = client.post("/orders", &order_of(&[("MUG", 1)])).await.expect(201);
        assert_eq!(again["guest_token"], token);
        for kind in ["OrderCreated"] {
            for event in db::outbox::of_kind(shop.app.db.reader(), kind).await.expect("reads") {
                assert!(!event.data.to_string().contains(token));
            }
        }
        let tx = shop.app.db.begin().await.expect("begins");
        let scope = format!("guest:{}", sha256("Guest@Example.test"));
        let request = db::idempotency::Request {
            scope: format!("{scope}/POST /orders"),
            key: "once".into(),
            fingerprint: "other".into(),
        };
        let begun = db::idempotency::begin(&tx, &request).await.expect("reads");
        assert_eq!(begun, db::idempotency::Begun::OtherBody, "the record is where this test looks");
    }
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(text))
}

/// A cart with a mug in it, of a guest or a customer, and its client.
async fn cart(shop: &Shop) -> (Value, test_support::Client) {
    let cart = shop.guest.post("/cart/items", &json!({"sku": "MUG", "quantity": 2})).await.expect(200);
    let owner = shop.guest.with("cart-token", cart["cart_token"].as_str().expect("a token"));
    let drafts = json!({"email": "ada@example.test", "shipping_address": address(), "shipping_option": "standard"});
    (owner.put("/cart", &drafts).await.expect(200), owner)
}

#[tokio::test]
async fn a_cart_becomes_one_order_however_often_it_is_asked() {
    for shop in shops().await {
        let (cart, owner) = cart(&shop).await;
        let body = json!({"cart_id": cart["id"]});
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (owner, body) = (owner.clone(), body.clone());
                tokio::spawn(async move { owner.post("/orders", &body).await.expect(201) })
            })
            .collect();
        let mut numbers = Vec::new();
        for task in tasks {
            numbers.push(task.await.expect("ends")["number"].to_string());
        }
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 1, "{numbers:?}");
        assert_eq!(shop.events::<OrderCreated>().await.len(), 1);
        let empty = owner.get("/cart").await.expect(200);
        assert_eq!(empty["id"], Value::Null, "the cart is spent");
        let exercised = shop.sound().await;
        assert!(exercised["I26"] > 0);
    }
}

#[tokio::test]
async fn a_cart_in_whose_order_total_the_buyer_agreed() {
    for shop in shops().await {
        let (cart, owner) = cart(&shop).await;
        let order = json!({"cart_id": cart["id"], "expected_total": cart["totals"]["total"]});
        shop.world.sell("MUG", 2500, 100);
        let answer = owner.post("/orders", &order).await.expect(409);
        assert_eq!(answer["code"], "cart_has_problems");
        assert_eq!(answer["problems"][0]["code"], "price_changed");
        // Seen with its new price, it can be ordered.
        let shown = owner.get("/cart").await.expect(200);
        assert_eq!(shown["problems"][0]["before"]["amount"], 1999);
        assert_eq!(shown["problems"][0]["after"]["amount"], 2500);
        assert_eq!(owner.post("/orders", &order).await.problem(409), "total_changed");
        let order = owner.post("/orders", &json!({"cart_id": cart["id"]})).await.expect(201);
        assert_eq!(total_of(&order), eur(2 * 2500 + 490));
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_failure_at_any_step_is_repaired_by_asking_again() {
    type Break = fn(&mut crate::shop::Inner);
    let steps: [(&str, Break); 4] = [
        ("pricing", |world| world.price_fails = vec![500]),
        ("quoting", |world| world.quote_fails = vec![500]),
        ("reserving", |world| world.reserve_fails = vec![500]),
        ("reserved, and nobody said so", |world| world.reserve_forgets = vec![500]),
    ];
    for shop in shops().await {
        for (step, break_it) in steps {
            let before = shop.events::<OrderCreated>().await.len();
            let held = shop.world.lock().reserved.len();
            let client = shop.guest.with("idempotency-key", step);
            break_it(&mut shop.world.lock());
            let answer = client.post("/orders", &order_of(&[("MUG", 1)])).await;
            assert_eq!(answer.status, 500, "{step}");
            assert_eq!(shop.events::<OrderCreated>().await.len(), before, "{step} left an order");
            let order = client.post("/orders", &order_of(&[("MUG", 1)])).await.expect(201);
            let again = client.post("/orders", &order_of(&[("MUG", 1)])).await.expect(201);
            assert_eq!(order, again);
            assert_eq!(shop.events::<OrderCreated>().await.len(), before + 1);
            assert_eq!(shop.world.lock().reserved.len(), held + 1, "{step}: stock is held once");
            assert!(shop.world.lock().reserved.contains_key(&id_of(&order)), "{step}: under the order's id");
        }
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_cart_keeps_its_order_id_through_a_crash_but_not_through_a_change() {
    for shop in shops().await {
        let (cart, owner) = cart(&shop).await;
        let body = json!({"cart_id": cart["id"]});
        shop.world.lock().reserve_forgets = vec![500];
        assert_eq!(owner.post("/orders", &body).await.status, 500);
        let held: Vec<_> = shop.world.lock().reserved.keys().copied().collect();
        owner.put("/cart", &json!({"email": "other@example.test"})).await.expect(200);
        let order = owner.post("/orders", &body).await.expect(201);
        assert_eq!(held, [id_of(&order)], "the same goods are held once");

        let (cart, owner) = self::cart(&shop).await;
        shop.world.lock().reserve_forgets = vec![500];
        assert_eq!(owner.post("/orders", &json!({"cart_id": cart["id"]})).await.status, 500);
        let held: Vec<_> = shop.world.lock().reserved.keys().copied().collect();
        owner.put("/cart/items/MUG", &json!({"quantity": 3})).await.expect(200);
        let order = owner.post("/orders", &json!({"cart_id": cart["id"]})).await.expect(201);
        assert!(!held.contains(&id_of(&order)), "other goods are held under another id");
        assert_eq!(shop.world.lock().reserved[&id_of(&order)][0].quantity, 3);
        shop.sound().await;
    }
}

#[tokio::test]
async fn an_unavailable_neighbour_is_told_as_such() {
    for shop in shops().await {
        shop.world.lock().quote_fails = vec![503; 3];
        let answer = shop.guest.post("/orders", &order_of(&[("MUG", 1)])).await;
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!(answer.problem(503), "unavailable");
    }
}

#[tokio::test]
async fn an_order_that_costs_nothing_needs_no_payment() {
    for shop in shops().await {
        shop.world.sell("FREE", 0, 10);
        shop.world.lock().shipping_price = 0;
        let (order, _) = shop.ordered(&[("FREE", 1)]).await;
        assert_eq!(order["status"], "processing");
        assert_eq!(order["payment_status"], "paid");
        shop.sound().await;
    }
}

#[tokio::test]
async fn orders_are_listed_newest_first_and_narrowed() {
    for shop in shops().await {
        let me = shop.customer(UserId::new());
        for quantity in 1..=3 {
            me.post("/orders", &order_of(&[("MUG", quantity)])).await.expect(201);
        }
        shop.ordered(&[("TEA", 1)]).await;
        let page = me.get("/orders?limit=2").await.expect(200);
        assert_eq!(page["items"][0]["lines"][0]["quantity"], 3);
        let cursor = page["next_cursor"].as_str().expect("more");
        let rest = me.get(&format!("/orders?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(rest["next_cursor"], Value::Null);
        let count = async |query: &str| {
            let all = shop.admin().get(&format!("/orders?{query}")).await.expect(200);
            all["items"].as_array().expect("a list").len()
        };
        assert_eq!(count("").await, 4);
        assert_eq!(count("sku=TEA").await, 1);
        assert_eq!(count("status=pending").await, 4);
        assert_eq!(count("status=shipped").await, 0);
        assert_eq!(count("payment_status=not_paid&email=GUEST@example.test").await, 4);
        assert_eq!(count("to=2020-01-01T00:00:00Z").await, 0);
        let number = page["items"][0]["number"].as_str().expect("a number").to_lowercase();
        assert_eq!(count(&format!("number={number}")).await, 1);
        let typed = number.replace('-', "");
        for (found, q) in [
            (1, typed.as_str()),
            (1, &typed[..7]),
            (1, "TEA"),
            (4, "Guest@Ex"),
            (0, "G%25t"),
            (0, "nothing"),
            (4, "%20"),
        ] {
            assert_eq!(count(&format!("q={q}")).await, found, "{q}");
        }
        assert_eq!(me.get("/orders?colour=red").await.problem(400), "invalid_query");
        assert_eq!(me.get("/orders?status=lost").await.problem(400), "invalid_query");
        assert_eq!(me.get("/orders?limit=0").await.problem(422), "invalid");
        assert_eq!(me.get("/orders?cursor=nonsense").await.problem(422), "invalid");
        let strange = format!("/orders?sort=total&cursor={cursor}");
        assert_eq!(me.get(&strange).await.problem(422), "invalid", "a cursor belongs to its order");
    }
}

#[tokio::test]
async fn orders_are_sorted_as_asked_over_all_pages() {
    for shop in shops().await {
        for quantity in [2, 3, 1, 2, 2] {
            shop.ordered(&[("TEA", quantity)]).await;
        }
        for (sort, expected) in [
            ("created_at", [2, 3, 1, 2, 2]),
            ("-created_at", [2, 2, 1, 3, 2]),
            ("total", [1, 2, 2, 2, 3]),
            ("-total", [3, 2, 2, 2, 1]),
        ] {
            let (mut seen, mut ids, mut cursor) = (Vec::new(), Vec::new(), String::new());
            loop {
                let page = shop.admin().get(&format!("/orders?sort={sort}&limit=2{cursor}")).await.expect(200);
                for order in page["items"].as_array().expect("a list") {
                    seen.push(order["lines"][0]["quantity"].as_u64().expect("a count"));
                    ids.push(order["id"].clone());
                }
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, expected, "{sort}");
            ids.dedup();
            assert_eq!(ids.len(), 5, "{sort}: each order once");
        }
        let (sent, _) = shop.ordered(&[("MUG", 1)]).await;
        shop.deliver(&sent, &[("MUG", 1)]).await;
        let found = shop.admin().get("/orders?q=T1").await.expect(200);
        assert_eq!((&found["items"][0]["id"], found["items"].as_array().map(Vec::len)), (&sent["id"], Some(1)));
    }
}
