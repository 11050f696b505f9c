//! The rows of the table: what people do in a shop, and how it goes while something is away.

use std::{
    future::Future,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use contracts::{Service, time};
use futures::{FutureExt, future, future::BoxFuture};
use payments::{Secret, webhooks::sign};
use reqwest::{Method, header::RETRY_AFTER};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    buying,
    cluster::{Cluster, until_arrived},
    running::{ADMIN, ADMIN_PASSWORD},
    shopper::{Answer, Shopper, berlin, items},
};

use super::Part;

/// Somebody who waits longer has gone elsewhere.
const PATIENCE: Duration = Duration::from_secs(5);
/// What webhooks are signed with, besides the provider's own.
pub const WEBHOOK_SECRET: &str = "what a provider and the shop know";
const PASSWORD: &str = "a long and quiet river";

/// A row and how it goes.
pub type Cell = (&'static str, String);

/// A shop under observation, and who uses it.
pub struct Watched {
    guest: Shopper,
    admin: Shopper,
    /// Has an account, a cart and an order from before.
    eve: Shopper,
    /// Has an account.
    ada: Shopper,
    product: Value,
    shipment: String,
    /// Paid and not yet shipped.
    to_ship: Value,
    to_refund: Value,
    numbers: AtomicU32,
}

impl Watched {
    pub async fn in_the_shop(cluster: &Cluster) -> Self {
        let guest = Shopper::new(&cluster.gateways()[0]);
        let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
        for name in ["Ada", "Eve"] {
            let member = json!({"email": format!("{name}@example.test"), "password": PASSWORD, "name": name});
            guest.post("/users/register", &member).await.expect(201);
        }
        let (ada, eve) =
            (guest.signed_in("Ada@example.test", PASSWORD).await, guest.signed_in("Eve@example.test", PASSWORD).await);
        let found = guest.get("/products?q=kettle").await.expect(200);
        eve.post("/cart/items", &json!({"sku": "KETTLE", "quantity": 2})).await.expect(200);
        eve.order(&items("KETTLE", 1), "eve@example.test").await;
        let mut watched = Self {
            product: found["items"][0].clone(),
            shipment: String::new(),
            to_ship: Value::Null,
            to_refund: Value::Null,
            numbers: AtomicU32::new(0),
            guest,
            admin,
            eve,
            ada,
        };
        let look = cluster.plan.look(cluster.data.path()).await;
        let order = watched.confirmed().await.expect("the shop sells");
        until_arrived(&look).await;
        watched.admin.move_order(&order, "shipped").await.expect(200);
        until_arrived(&look).await;
        buying::in_transit(&watched.guest.owning(&order), &order).await;
        let path = format!("/shipping/shipments?order_id={}", text(&order["id"]));
        let shipments = watched.admin.get(&path).await.expect(200);
        text(&shipments["items"][0]["id"]).clone_into(&mut watched.shipment);
        watched
    }

    /// A look, and if all goes as it should what the next one needs: who works here signs in again, and orders are paid that
    /// staff will go on with.
    pub async fn look_and_prepare(&mut self) -> Vec<Cell> {
        if let Err(missing) = self.prepare().await {
            return vec![("what a look needs", missing)];
        }
        let looked = self.look().await;
        if looked.iter().all(|(_, outcome)| outcome == "ok") {
            // Both processes of each service may be needed for that, and the look may have met one.
            if let Err(missing) = self.prepare().await {
                return vec![("what the next look needs", missing)];
            }
        }
        looked
    }

    /// `Err`: what the shop does not do.
    async fn prepare(&mut self) -> Result<(), String> {
        for (who, name, password) in [
            (&mut self.admin, ADMIN, ADMIN_PASSWORD),
            (&mut self.ada, "Ada@example.test", PASSWORD),
            (&mut self.eve, "Eve@example.test", PASSWORD),
        ] {
            let login = json!({"email": name, "password": password, "client": "api"});
            let answer = self.guest.try_to_send(Method::POST, "/users/login", Some(&login)).await;
            let answer = answer.map_err(|error| error.to_string())?;
            let token = answer.body["access_token"].as_str().ok_or_else(|| format!("{name}: {}", answer.text))?;
            *who = self.guest.with("authorization", &format!("Bearer {token}"));
        }
        self.to_ship = self.confirmed().await.ok_or("no order is confirmed")?;
        self.to_refund = self.confirmed().await.ok_or("no further order is confirmed")?;
        Ok(())
    }

    /// What the shop cannot do without `part`, for whoever wants to know whether it has noticed.
    pub async fn needs(&self, part: Part) {
        match part {
            Part::Server("postgres") | Part::Service(Service::Orders) => self.add_to_the_cart().await,
            Part::Service(Service::Users) => self.sign_in().await,
            Part::Service(Service::Catalog) => self.get((self.guest.clone(), "/products?limit=20".into())).await,
            Part::Service(Service::Payments) => self.webhook().await,
            Part::Service(Service::Shipping) => self.quote().await,
            Part::Service(Service::Notifications) => {
                self.get((self.eve.clone(), "/notifications/preferences".into())).await
            }
            Part::Provider => self.buy(&self.guest).await,
            Part::Server(_) | Part::Service(Service::Gateway) => None,
        };
    }

    /// A new order that was paid, once it says so.
    async fn confirmed(&self) -> Option<Value> {
        let placed = self.order(&self.guest, "earlier@example.test").await?.body;
        let guest = self.guest.with("order-token", placed["guest_token"].as_str()?);
        let payment = json!({"order_id": placed["id"], "method": {"type": "card", "token": "tok_visa"}});
        self.ask(&guest, Method::POST, "/payment/checkout", Some(&payment)).await.filter(is_paid)?;
        let path = format!("/orders/{}", placed["id"].as_str()?);
        let begun = Instant::now();
        while begun.elapsed() < 2 * PATIENCE {
            if self.ask(&guest, Method::GET, &path, None).await?.body["status"] == "processing" {
                return Some(placed);
            }
            sleep(Duration::from_millis(50)).await;
        }
        None
    }

    /// Every row of the table and how it goes now. All at the same time, as in a shop.
    pub async fn look(&self) -> Vec<Cell> {
        let html = self.guest.with("accept", "text/html");
        let api = |path: String| (self.guest.clone(), path);
        let shows = |what: &'static str| move |answer: &Answer| answer.text.contains(what);
        let kettle = shows("Enamel kettle");
        let page = |path: String| (html.clone(), path);
        let (id, slug) = (text(&self.product["id"]), text(&self.product["slug"]));
        let rows: Vec<BoxFuture<'_, Vec<Cell>>> = vec![
            row("page: home", self.get(page("/".into())), kettle),
            row("page: product", self.get(page(format!("/p/{slug}"))), kettle),
            row("page: search", self.get(page("/search?q=ketle".into())), kettle),
            row("page: cart", self.get(page("/cart".into())), shows("<title")),
            row("page: checkout", self.get(page("/checkout".into())), shows("<title")),
            row("list of products", self.get(api("/products?limit=20".into())), kettle),
            row("search", self.get(api("/products?q=ketle".into())), kettle),
            row("product", self.get(api(format!("/products/{id}"))), kettle),
            row("add to the cart", self.add_to_the_cart(), |answer| answer.body["items"][0]["sku"] == "KETTLE"),
            row("read the cart", self.get((self.eve.clone(), "/cart".into())), |answer| {
                answer.body["items"][0]["quantity"] == 2
            }),
            row("sign in", self.sign_in(), |answer| answer.body["access_token"].is_string()),
            row("choose a delivery", self.quote(), |answer| answer.body["options"][0]["id"].is_string()),
            row("order and pay as a guest", self.buy(&self.guest), is_paid),
            row("order and pay as a customer", self.buy(&self.ada), is_paid),
            self.buy_and_wait().boxed(),
            row("the provider's webhook is taken", self.webhook(), |_| true),
            row("a customer's orders", self.get((self.eve.clone(), "/orders".into())), |answer| {
                answer.body["items"][0]["number"].is_string()
            }),
            row("staff read orders", self.get((self.admin.clone(), "/orders".into())), |answer| {
                answer.body["items"][0]["number"].is_string()
            }),
            row("staff ship an order", self.ship(), |answer| answer.body["status"] == "shipped"),
            row("staff refund an order", self.refund(), |answer| answer.body["status"] == "succeeded"),
            row("staff print a label", self.label(), |answer| !answer.text.is_empty()),
            row("staff change a product", self.change_the_product(), kettle),
            row("staff change the stock", self.change_the_stock(), |answer| answer.body["on_hand"] == 10_000),
        ];
        future::join_all(rows).await.concat()
    }

    async fn ask(&self, who: &Shopper, method: Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        who.try_to_send(method, path, body).await.ok()
    }

    async fn get(&self, (who, path): (Shopper, String)) -> Option<Answer> {
        self.ask(&who, Method::GET, &path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Option<Answer> {
        self.ask(&self.guest, Method::POST, path, Some(body)).await
    }

    async fn sign_in(&self) -> Option<Answer> {
        self.post("/users/login", &json!({"email": "Ada@example.test", "password": PASSWORD, "client": "api"})).await
    }

    async fn add_to_the_cart(&self) -> Option<Answer> {
        self.post("/cart/items", &json!({"sku": "KETTLE", "quantity": 1})).await
    }

    async fn quote(&self) -> Option<Answer> {
        let destination = json!({"country": "DE", "postal_code": "10119"});
        self.post("/shipping/calculate", &json!({"destination": destination, "items": items("KETTLE", 1)})).await
    }

    async fn order(&self, who: &Shopper, email: &str) -> Option<Answer> {
        let quoted = self.quote().await?;
        if !quoted.status.is_success() {
            return Some(quoted);
        }
        let delivery = &quoted.body["options"][0]["id"];
        let mut order = json!({"items": items("KETTLE", 1), "shipping_address": berlin(), "shipping_option": delivery});
        if !email.is_empty() {
            order["email"] = json!(email);
        }
        self.ask(who, Method::POST, "/orders", Some(&order)).await
    }

    /// An order of `who` and its payment, or what kept it from being placed.
    async fn buy(&self, who: &Shopper) -> Option<Answer> {
        let placed = self.order(who, "buyer@example.test").await?;
        if !placed.status.is_success() {
            return Some(placed);
        }
        let token = placed.body["guest_token"].as_str();
        let owner = token.map_or_else(|| who.clone(), |_| self.guest.owning(&placed.body));
        let payment = json!({"order_id": placed.body["id"], "method": {"type": "card", "token": "tok_visa"}});
        self.ask(&owner, Method::POST, "/payment/checkout", Some(&payment)).await
    }

    /// Whether what happens by events happens now.
    async fn buy_and_wait(&self) -> Vec<Cell> {
        let email = format!("waits-{}@example.test", self.numbers.fetch_add(1, Ordering::Relaxed));
        let waiting = async {
            let Some(placed) = self.order(&self.guest, &email).await.filter(|placed| placed.status.is_success()) else {
                return ("no order", "no order");
            };
            let guest = self.guest.owning(&placed.body);
            let payment = json!({"order_id": placed.body["id"], "method": {"type": "card", "token": "tok_visa"}});
            let paid = self.ask(&guest, Method::POST, "/payment/checkout", Some(&payment)).await;
            if !paid.is_some_and(|paid| paid.status.is_success()) {
                return ("not paid", "not paid");
            }
            let (mut confirmed, mut mailed) = ("later", "later");
            let begun = Instant::now();
            while begun.elapsed() < 2 * PATIENCE && (confirmed, mailed) != ("ok", "ok") {
                let order = self.get((guest.clone(), format!("/orders/{}", text(&placed.body["id"]))));
                let mails = self.get((self.guest.clone(), format!("/dev/mail/messages?to={email}")));
                let (order, mails) = tokio::join!(order, mails);
                if order.is_some_and(|seen| seen.body["status"] == "processing") {
                    confirmed = "ok";
                }
                if mails.is_some_and(|seen| seen.body["items"][0]["subject"].is_string()) {
                    mailed = "ok";
                }
                sleep(Duration::from_millis(100)).await;
            }
            (confirmed, mailed)
        };
        let (confirmed, mailed) = tokio::time::timeout(3 * PATIENCE, waiting).await.unwrap_or(("slow", "slow"));
        vec![("the paid order is confirmed", confirmed.to_owned()), ("its first mail comes", mailed.to_owned())]
    }

    async fn webhook(&self) -> Option<Answer> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let body = json!({
            "id": format!("evt_{number}"), "object": "event", "type": "payment_intent.succeeded", "data": {"object": {}}
        });
        let signature = sign(&Secret::new(WEBHOOK_SECRET), time::now().timestamp(), body.to_string().as_bytes());
        let provider = self.guest.with("stripe-signature", &signature);
        self.ask(&provider, Method::POST, "/payment/webhooks/sandbox", Some(&body)).await
    }

    async fn ship(&self) -> Option<Answer> {
        let path = format!("/orders/{}/status", text(&self.to_ship["id"]));
        let status = json!({"status": "shipped", "reason": "packed"});
        let answer = self.ask(&self.admin, Method::PUT, &path, Some(&status)).await?;
        if answer.status.as_u16() != 409 {
            return Some(answer);
        }
        // It went through when it took too long.
        let path = format!("/orders/{}", text(&self.to_ship["id"]));
        self.ask(&self.admin, Method::GET, &path, None).await
    }

    async fn refund(&self) -> Option<Answer> {
        let refund = json!({"order_id": self.to_refund["id"], "reason": "regretted"});
        // A repetition of one that took too long gets the first one's answer.
        let admin = self.admin.with("idempotency-key", &format!("refund-{}", text(&self.to_refund["id"])));
        self.ask(&admin, Method::POST, "/payment/refund", Some(&refund)).await
    }

    async fn label(&self) -> Option<Answer> {
        self.ask(&self.admin, Method::GET, &format!("/shipping/shipments/{}/label", self.shipment), None).await
    }

    async fn change_the_product(&self) -> Option<Answer> {
        let path = format!("/products/{}", text(&self.product["id"]));
        let product = self.ask(&self.admin, Method::GET, &path, None).await?;
        if !product.status.is_success() {
            return Some(product);
        }
        let change = json!({
            "title": "Enamel kettle", "description": "<p>Holds two litres and a half.</p>", "status": "published",
            "variants": [{"sku": "KETTLE", "price": product.body["variants"][0]["price"], "weight_g": 900}]
        });
        self.ask(&self.admin, Method::PUT, &path, Some(&change)).await
    }

    async fn change_the_stock(&self) -> Option<Answer> {
        let change = json!({"on_hand": 10_000, "reason": "recount"});
        self.ask(&self.admin, Method::PUT, "/inventory/KETTLE", Some(&change)).await
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn is_paid(answer: &Answer) -> bool {
    answer.body["status"] == "succeeded"
}

/// A row with one cell, `ok` if the answer is `right`.
fn row<'a>(
    name: &'static str,
    work: impl Future<Output = Option<Answer>> + Send + 'a,
    right: impl Fn(&Answer) -> bool + Send + 'a,
) -> BoxFuture<'a, Vec<Cell>> {
    async move { vec![(name, outcome(work, right).await)] }.boxed()
}

async fn outcome(work: impl Future<Output = Option<Answer>>, right: impl Fn(&Answer) -> bool) -> String {
    match tokio::time::timeout(PATIENCE, work).await {
        Err(_) => "slow".to_owned(),
        Ok(None) => "no answer".to_owned(),
        Ok(Some(answer)) if answer.status.is_success() => match answer.body["status"].as_str() {
            _ if right(&answer) => "ok".to_owned(),
            Some(status) => status.to_owned(),
            None => "without".to_owned(),
        },
        Ok(Some(answer)) if answer.status.as_u16() == 503 && !answer.headers.contains_key(RETRY_AFTER) => {
            "503 and no Retry-After".to_owned()
        }
        Ok(Some(answer))
            if answer.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) =>
        {
            answer.status.as_u16().to_string()
        }
        Ok(Some(answer)) if !answer.body["code"].is_string() => format!("{} and no problem", answer.status.as_u16()),
        Ok(Some(answer)) => answer.status.as_u16().to_string(),
    }
}
