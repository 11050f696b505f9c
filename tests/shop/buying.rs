//! From the shelf to the doorstep: what most shoppers do.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    running::{ADMIN, ADMIN_PASSWORD, RunningShop, kinds},
    shopper::{Answer, Shopper, berlin, items},
};

/// A guest buys; the shop ships; every step shows where it should. Runs against any shape of the shop:
/// `quiet` waits until events have arrived.
pub async fn guest_buys(base: &str, quiet: impl AsyncFn()) {
    guest_with_address_buys(base, "guest@example.test", quiet).await;
}

/// The same for a guest whom nobody has written to before.
pub async fn guest_with_address_buys(base: &str, email: &str, quiet: impl AsyncFn()) {
    let guest = Shopper::new(base);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    let (sku, price) = guest.pick().await;
    let before = admin.get(&format!("/inventory/{sku}")).await.expect(200);

    let order = guest.order(&items(&sku, 2), email).await;
    assert_eq!(order["status"], "pending");
    assert_eq!(order["payment_status"], "not_paid");
    assert_eq!(order["totals"]["subtotal"]["amount"], 2 * price);
    adds_up(&order);
    let held = admin.get(&format!("/inventory/{sku}")).await.expect(200);
    assert_eq!(held["available"].as_i64(), before["available"].as_i64().map(|pieces| pieces - 2));

    let guest = guest.owning(&order);
    let payment = guest.pay(&order, "tok_visa").await.expect(200);
    assert_eq!(payment["status"], "succeeded");
    quiet().await;
    let paid = guest.see(&order).await;
    assert_eq!((&paid["status"], &paid["payment_status"]), (&json!("processing"), &json!("paid")));
    let again = guest.pay(&order, "tok_visa").await.expect(200);
    assert_eq!(again["payment_id"], payment["payment_id"], "a second click charges nothing");

    admin.move_order(&order, "shipped").await.expect(200);
    quiet().await;
    in_transit(&guest, &order).await;
    quiet().await;
    admin.move_order(&order, "delivered").await.expect(200);
    quiet().await;
    let delivered = guest.see(&order).await;
    assert_eq!((&delivered["status"], &delivered["fulfillment_status"]), (&json!("delivered"), &json!("delivered")));
    let after = admin.get(&format!("/inventory/{sku}")).await.expect(200);
    assert_eq!(after["on_hand"].as_i64(), before["on_hand"].as_i64().map(|pieces| pieces - 2));
    assert_eq!(after["reserved"], before["reserved"]);

    let mails = guest.mails(email, 3).await;
    let number = order["number"].as_str().expect("a number");
    assert!(mails[0].contains(number), "the confirmation names the order: {mails:?}");
}

/// Waits until the carrier has the parcel: its label is bought by a job.
pub async fn in_transit(guest: &Shopper, order: &Value) {
    for _ in 0..200 {
        let track = guest.post("/shipping/track", &json!({"order_id": order["id"]})).await.expect(200);
        if track["status"] == "in_transit" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the carrier never got {order}");
}

/// What the buyer pays is the sum of what the order shows.
fn adds_up(order: &Value) {
    let totals = &order["totals"];
    let amount = |name: &str| totals[name]["amount"].as_i64().unwrap_or_else(|| panic!("no {name} in {totals}"));
    let tax = if totals["tax_included"] == true { 0 } else { amount("tax") };
    assert_eq!(amount("total"), amount("subtotal") - amount("discount") + amount("shipping") + tax, "{totals}");
}

/// A card is declined, and another one pays.
pub async fn guest_pays_with_another_card(base: &str, quiet: impl AsyncFn()) {
    let guest = Shopper::new(base);
    let (sku, _) = guest.pick().await;
    let order = guest.order(&items(&sku, 1), "declined@example.test").await;
    let guest = guest.owning(&order);
    for (token, code) in
        [("tok_chargeDeclined", "card_declined"), ("tok_chargeDeclinedInsufficientFunds", "insufficient_funds")]
    {
        let declined = guest.pay(&order, token).await.expect(402);
        assert_eq!(declined["code"], code);
    }
    assert_eq!(guest.pay(&order, "tok_mastercard").await.expect(200)["status"], "succeeded");
    quiet().await;
    assert_eq!(guest.see(&order).await["status"], "processing");
}

/// A customer buys from a cart and finds the order again, which a stranger does not.
pub async fn customer_buys_from_a_cart(base: &str, quiet: impl AsyncFn()) {
    let visitor = Shopper::new(base);
    let registration = json!({"email": "ada@example.test", "password": "a long and quiet river", "name": "Ada"});
    let registered = visitor.post("/users/register", &registration).await.expect(201);
    assert_eq!(registered["user"]["role"], "customer");
    let ada = visitor.signed_in("ada@example.test", "a long and quiet river").await;
    let (sku, price) = ada.pick().await;
    ada.post("/cart/items", &json!({"sku": sku, "quantity": 1})).await.expect(200);
    let cart = ada.post("/cart/items", &json!({"sku": sku, "quantity": 2})).await.expect(200);
    assert_eq!(cart["items"][0]["quantity"], 3, "the same SKU adds up: {cart}");
    assert_eq!(cart["totals"]["subtotal"]["amount"], 3 * price);

    let delivery = ada.delivery(&items(&sku, 3)).await;
    let request = json!({"cart_id": cart["id"], "shipping_address": berlin(), "shipping_option": delivery["id"]});
    let order = ada.post("/orders", &request).await.expect(201);
    let twice = ada.post("/orders", &request).await;
    assert_eq!(twice.body["id"], order["id"], "one cart is one order: {}", twice.text);
    assert_eq!(ada.pay(&order, "tok_visa").await.expect(200)["status"], "succeeded");
    quiet().await;

    let mine = ada.get("/orders").await.expect(200);
    assert_eq!(mine["items"][0]["number"], order["number"]);
    let path = format!("/orders/{}", order["id"].as_str().expect("an id"));
    visitor.get(&path).await.expect(401);
    let stranger = json!({"email": "eve@example.test", "password": "a short and noisy brook", "name": "Eve"});
    visitor.post("/users/register", &stranger).await.expect(201);
    let eve = visitor.signed_in("eve@example.test", "a short and noisy brook").await;
    eve.get(&path).await.expect(404);
}

/// Two hundred shoppers want one of fifty pieces each, at the doors of the shop in turn.
pub async fn fifty_pieces_are_sold_fifty_times(doors: &[String]) {
    let guest = Shopper::new(&doors[0]);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    let (sku, _) = guest.pick().await;
    let path = format!("/inventory/{sku}");
    let promised = admin.get(&path).await.expect(200)["reserved"].as_i64().expect("a number");
    admin.put(&path, &json!({"on_hand": promised + 50, "reason": "counted"})).await.expect(200);
    let delivery = guest.delivery(&items(&sku, 1)).await;
    let mut shoppers = tokio::task::JoinSet::new();
    for (n, door) in (0..200).zip(doors.iter().cycle()) {
        let (guest, email) = (guest.at(door), format!("shopper{n}@example.test"));
        let order = json!({
            "items": items(&sku, 1), "email": email, "shipping_address": berlin(), "shipping_option": delivery["id"],
        });
        // A shop with more to do than it can says so or stays silent, and the shopper asks for the same order again.
        let guest = guest.with("idempotency-key", &format!("shopper-{n}"));
        shoppers.spawn(async move {
            loop {
                match guest.try_to_send(Method::POST, "/orders", Some(&order)).await {
                    Ok(answer) if !matches!(answer.status.as_u16(), 409 | 503 | 504) || is_short(&answer) => {
                        break answer;
                    }
                    Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
                }
            }
        });
    }
    let answers = shoppers.join_all().await;
    let sold = answers.iter().filter(|answer| answer.status.as_u16() == 201).count();
    let short = answers.iter().filter(|answer| is_short(answer)).count();
    assert_eq!((sold, short), (50, 150), "{answers:?}");
    let left = admin.get(&path).await.expect(200);
    assert_eq!(left["available"], 0);
}

fn is_short(answer: &Answer) -> bool {
    answer.body["code"] == "insufficient_stock"
}

#[tokio::test]
async fn a_guest_buys_and_gets_what_was_bought() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        guest_buys(&shop.url, async || shop.quiet().await).await;
        shop.close().await;
    }
}

#[tokio::test]
async fn a_declined_card_costs_nothing_and_another_one_pays() {
    let shop = RunningShop::open("sqlite").await;
    guest_pays_with_another_card(&shop.url, async || shop.quiet().await).await;
    shop.close().await;
}

#[tokio::test]
async fn a_customer_buys_from_a_cart_and_finds_the_order_again() {
    let shop = RunningShop::open("sqlite").await;
    customer_buys_from_a_cart(&shop.url, async || shop.quiet().await).await;
    shop.close().await;
}

#[tokio::test]
async fn of_two_hundred_shoppers_fifty_buy_one_of_the_fifty_pieces() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        fifty_pieces_are_sold_fifty_times(std::slice::from_ref(&shop.url)).await;
        shop.close().await;
    }
}

#[tokio::test]
async fn shoppers_who_wait_for_their_turn_are_served_like_all_others() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        // As a shop of one process is, where nobody has said otherwise.
        let shop = shop.open_again(|config| config.gateway.settings.writes_at_once = None).await;
        fifty_pieces_are_sold_fifty_times(std::slice::from_ref(&shop.url)).await;
        shop.close().await;
    }
}
