//! People who use the shop over HTTP: a guest, a customer, an administrator.

use std::time::Duration;

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

/// Someone with a browser or `curl`.
#[derive(Clone)]
pub struct Shopper {
    http: reqwest::Client,
    base: String,
    headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "unexpected answer: {}", self.text);
        self.body
    }
}

impl Shopper {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            // Where TLS stands in front, the test made its certificate.
            .tls_danger_accept_invalid_certs(true);
        Self { http: http.build().expect("a client"), base: base.to_owned(), headers: Vec::new() }
    }

    /// The same person, at another door of the shop.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same person, sending one more header each time.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut shopper = self.clone();
        shopper.headers.push((name, value.to_owned()));
        shopper
    }

    /// The same person, signed in.
    pub async fn signed_in(&self, email: &str, password: &str) -> Self {
        let body = json!({"email": email, "password": password, "client": "api"});
        let answer = self.post("/users/login", &body).await.expect(200);
        let token = answer["access_token"].as_str().expect("a token");
        self.with("authorization", &format!("Bearer {token}"))
    }

    /// The guest who placed `order`.
    pub fn owning(&self, order: &Value) -> Self {
        self.with("order-token", order["guest_token"].as_str().expect("a guest's order has a token"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.try_to_send(method, path, body).await.expect("the shop answers")
    }

    /// `Err`: the shop did not answer, or not to the end.
    pub async fn try_to_send(&self, method: Method, path: &str, body: Option<&Value>) -> reqwest::Result<Answer> {
        self.try_to_send_text(method, path, body.map(Value::to_string)).await
    }

    /// The same with a body that calls itself JSON.
    pub async fn try_to_send_text(&self, method: Method, path: &str, body: Option<String>) -> reqwest::Result<Answer> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Answer { status, headers, body, text })
    }

    /// A product variant of which there are more than a few pieces, so more than five: its SKU and its price in minor units.
    pub async fn pick(&self) -> (String, i64) {
        let answer = self.get("/products?in_stock=true&limit=50").await.expect(200);
        let products = answer["items"].as_array().expect("items").clone();
        let in_stock = products
            .iter()
            .flat_map(|product| product["variants"].as_array().expect("variants"))
            .filter(|variant| variant["stock"] == "in_stock")
            .max_by_key(|variant| variant["sku"].as_str().map(str::len));
        let variant = in_stock.expect("something is in stock");
        let sku = variant["sku"].as_str().expect("a SKU").to_owned();
        (sku, variant["price"]["amount"].as_i64().expect("a price"))
    }

    /// The cheapest delivery of `items` to Berlin.
    pub async fn delivery(&self, items: &Value) -> Value {
        let question = json!({"destination": {"country": "DE", "postal_code": "10119"}, "items": items});
        let answer = self.post("/shipping/calculate", &question).await.expect(200);
        answer["options"][0].clone()
    }

    /// Places an order of `items` as a guest with the address `email`.
    pub async fn order(&self, items: &Value, email: &str) -> Value {
        self.try_to_order(items, email).await.expect(201)
    }

    pub async fn try_to_order(&self, items: &Value, email: &str) -> Answer {
        let delivery = self.delivery(items).await;
        let order =
            json!({"items": items, "email": email, "shipping_address": berlin(), "shipping_option": delivery["id"]});
        self.post("/orders", &order).await
    }

    /// Pays `order` with a test card.
    pub async fn pay(&self, order: &Value, token: &str) -> Answer {
        let payment = json!({"order_id": order["id"], "method": {"type": "card", "token": token}});
        self.post("/payment/checkout", &payment).await
    }

    /// Reads an order again.
    pub async fn see(&self, order: &Value) -> Value {
        let id = order["id"].as_str().expect("an order has an id");
        self.get(&format!("/orders/{id}")).await.expect(200)
    }

    /// Moves an order along, as staff.
    pub async fn move_order(&self, order: &Value, status: &str) -> Answer {
        let id = order["id"].as_str().expect("an order has an id");
        self.put(&format!("/orders/{id}/status"), &json!({"status": status, "reason": "test"})).await
    }

    /// Subjects of the mails that reached `address`, oldest first, once there are at least `count`.
    pub async fn mails(&self, address: &str, count: usize) -> Vec<String> {
        for _ in 0..200 {
            let answer = self.get(&format!("/dev/mail/messages?to={address}")).await.expect(200);
            let mails = answer["items"].as_array().expect("items");
            if mails.len() >= count {
                let subject = |mail: &Value| mail["subject"].as_str().unwrap_or_default().to_owned();
                let mut subjects: Vec<String> = mails.iter().map(subject).collect();
                subjects.reverse();
                return subjects;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{address} never got {count} mails");
    }
}

pub fn berlin() -> Value {
    json!({"name": "Ada Lovelace", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"})
}

/// `quantity` of one SKU.
pub fn items(sku: &str, quantity: u32) -> Value {
    json!([{"sku": sku, "quantity": quantity}])
}
