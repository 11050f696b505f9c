//! Adding to a cart that is empty, filled, and full.

use std::time::Instant;

use anyhow::{Context, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::{
    goods,
    server::Running,
    table::{Figure, Reach, median},
};

const SIZES: [usize; 3] = [1, 100, 1_000];
/// Additions measured at each size and round.
const SAMPLES: usize = 60;
const ROUNDS: usize = 3;

struct Cart {
    http: Client,
    url: String,
    token: String,
}

impl Cart {
    async fn open(url: &str) -> anyhow::Result<Self> {
        let http = Client::new();
        let made: Value = http.post(format!("{url}/cart")).send().await?.error_for_status()?.json().await?;
        let token = made["cart_token"].as_str().context("a guest's cart has a token")?.to_owned();
        Ok(Self { http, url: url.to_owned(), token })
    }

    /// Sends a change; the milliseconds until the whole answer has been read.
    async fn change(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<f64> {
        let request = self.http.request(method, format!("{}{path}", self.url)).header("cart-token", &self.token);
        // A shopper who adds one thing need not be sent all the others again.
        let mut request = request.header("prefer", "return=minimal");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let begun = Instant::now();
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "the cart answers {status}: {text}");
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    }

    async fn add(&self, number: usize) -> anyhow::Result<f64> {
        let line = json!({"sku": goods::sku(number), "quantity": 1});
        self.change(Method::POST, "/cart/items", Some(line)).await
    }

    async fn remove(&self, number: usize) -> anyhow::Result<f64> {
        self.change(Method::DELETE, &format!("/cart/items/{}", goods::sku(number)), None).await
    }
}

pub async fn measure(running: &Running) -> anyhow::Result<Vec<Figure>> {
    let mut carts = Vec::new();
    for size in SIZES {
        let cart = Cart::open(&running.url).await?;
        // The line that is measured makes the cart as large as it says.
        for number in 1..size {
            cart.add(number).await?;
        }
        carts.push((size, cart, Vec::new()));
    }
    for _ in 0..ROUNDS * SAMPLES {
        for (_, cart, times) in &mut carts {
            times.push(cart.add(0).await?);
            cart.remove(0).await?;
        }
    }
    let mut figures: Vec<Figure> = Vec::new();
    let mut first = None;
    for (size, _, times) in carts {
        let ours = median(times);
        let limit = *first.get_or_insert(ours);
        figures.push(Figure {
            what: format!("cart add at {size} line(s)"),
            unit: "ms",
            ours,
            limit: Some((limit, "the same at 1 line")),
            reach: Reach::Times(1.5),
            costs: Vec::new(),
        });
    }
    Ok(figures)
}
