//! Someone who does not give up: repeats what was not answered until it is.

use std::{
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    running::{ADMIN, ADMIN_PASSWORD},
    shopper::{Answer, Shopper, berlin, items},
};

/// Longer than the pauses of all jobs that mend.
const GIVES_UP_AFTER: Duration = Duration::from_secs(120);

/// Past the test runner's capture: what a fault test exercised is worth reading when it passes, too.
pub fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "    {line}");
}

/// Whether it is worth asking again: the shop is busy, has not finished with the first try, or the gateway that nginx asked
/// is gone, which nginx says by itself and not by a problem.
fn is_passing(answer: &Answer) -> bool {
    let gone = answer.status == 502 && answer.body.is_null();
    gone || matches!(answer.status.as_u16(), 503 | 504) || answer.body["code"] == "request_in_flight"
}

pub fn address(name: &str) -> String {
    format!("{name}@example.test")
}

/// Someone who repeats a call until it is answered, at another door each time if the shop has several.
#[derive(Clone)]
pub struct Patient {
    shopper: Shopper,
    doors: Arc<[String]>,
}

impl Patient {
    pub fn new(doors: &[String]) -> Self {
        Self { shopper: Shopper::new(&doors[0]), doors: doors.into() }
    }

    pub async fn staff(doors: &[String]) -> Self {
        let nobody = Self::new(doors);
        let login = json!({"email": ADMIN, "password": ADMIN_PASSWORD, "client": "api"});
        let token = nobody.post("/users/login", &login).await["access_token"].as_str().expect("a token").to_owned();
        nobody.with("authorization", &format!("Bearer {token}"))
    }

    fn with(&self, name: &'static str, value: &str) -> Self {
        Self { shopper: self.shopper.with(name, value), doors: self.doors.clone() }
    }

    pub fn with_key(&self, key: &str) -> Self {
        self.with("idempotency-key", key)
    }

    /// A guest orders and pays a piece of `sku`.
    pub async fn buy(&self, sku: &str, name: &str) -> (Self, Value) {
        let goods = items(sku, 1);
        let delivery = self.delivery(&goods).await;
        let order = json!({
            "items": goods, "email": address(name), "shipping_address": berlin(), "shipping_option": delivery
        });
        self.order_and_pay(name, &order).await
    }

    /// The same from a cart, in whose shard all stands that comes of it.
    pub async fn buy_from_cart(&self, sku: &str, name: &str) -> (Self, Value) {
        let delivery = self.delivery(&items(sku, 1)).await;
        // A repeat makes another cart.
        let cart = self.post("/cart/items", &json!({"sku": sku, "quantity": 1})).await;
        let order = json!({
            "cart_id": cart["id"], "email": address(name), "shipping_address": berlin(), "shipping_option": delivery
        });
        let token = cart["cart_token"].as_str().expect("a guest's cart has a token");
        self.with("cart-token", token).order_and_pay(name, &order).await
    }

    async fn delivery(&self, goods: &Value) -> Value {
        let question = json!({"destination": {"country": "DE", "postal_code": "10119"}, "items": goods});
        self.post("/shipping/calculate", &question).await["options"][0]["id"].clone()
    }

    async fn order_and_pay(&self, name: &str, order: &Value) -> (Self, Value) {
        let order = self.with_key(&format!("{name}-order")).post("/orders", order).await;
        let guest = self.owning(&order);
        guest.with_key(&format!("{name}-pay")).pay(&order).await;
        (guest, order)
    }

    /// The guest who placed `order`.
    pub fn owning(&self, order: &Value) -> Self {
        self.with("order-token", order["guest_token"].as_str().expect("a guest's order has a token"))
    }

    pub async fn pay(&self, order: &Value) -> Value {
        let payment = json!({"order_id": order["id"], "method": {"type": "card", "token": "tok_visa"}});
        self.post("/payment/checkout", &payment).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let begun = Instant::now();
        for door in self.doors.iter().cycle() {
            match self.shopper.at(door).try_to_send(method.clone(), path, body).await {
                Ok(answer) if answer.status.is_success() => return answer.body,
                Ok(answer) if !is_passing(&answer) => panic!("{method} {path}: {} {}", answer.status, answer.text),
                outcome => assert!(begun.elapsed() < GIVES_UP_AFTER, "{method} {path}: {outcome:?}"),
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        unreachable!("a cycle has no end")
    }

    async fn see(&self, order: &Value) -> Value {
        self.get(&format!("/orders/{}", order["id"].as_str().expect("an id"))).await
    }

    pub async fn wait_for(&self, order: &Value, field: &str, value: &str) -> Value {
        let begun = Instant::now();
        loop {
            let seen = self.see(order).await;
            if seen[field] == value {
                return seen;
            }
            assert!(begun.elapsed() < GIVES_UP_AFTER, "{field} never became {value}: {seen}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Without a key a repeat is told that it is not legal any more, so it looks whether its first try came through.
    pub async fn move_to(&self, order: &Value, status: &str) {
        let path = format!("/orders/{}/status", order["id"].as_str().expect("an id"));
        let begun = Instant::now();
        while self.see(order).await["status"] != status {
            let _ =
                self.shopper.try_to_send(Method::PUT, &path, Some(&json!({"status": status, "reason": "test"}))).await;
            assert!(begun.elapsed() < GIVES_UP_AFTER, "the order never became {status}");
        }
    }

    pub async fn cancel(&self, order: &Value) {
        let path = format!("/orders/{}/cancel", order["id"].as_str().expect("an id"));
        let begun = Instant::now();
        while self.see(order).await["status"] != "cancelled" {
            let _ = self.shopper.try_to_send(Method::POST, &path, Some(&json!({"reason": "regretted"}))).await;
            assert!(begun.elapsed() < GIVES_UP_AFTER, "the order was never cancelled");
        }
    }

    /// Every mail of the sale arrived, none of them twice.
    pub async fn mails(&self, email: &str) {
        let begun = Instant::now();
        loop {
            let answer = self.get(&format!("/dev/mail/messages?to={email}")).await;
            let mut subjects: Vec<String> = answer["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|mail| mail["subject"].as_str().unwrap_or_default().to_owned())
                .collect();
            let count = subjects.len();
            subjects.sort_unstable();
            subjects.dedup();
            assert_eq!(subjects.len(), count, "a mail came twice: {subjects:?}");
            if count >= 4 {
                return;
            }
            assert!(begun.elapsed() < GIVES_UP_AFTER, "mails are missing, there are {subjects:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
