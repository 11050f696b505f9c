//! Guests who fill a cart, order and pay: sixteen at once, driven by goose.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use goose::{config::GooseConfiguration, prelude::*};
use serde_json::{Value, json};

use super::{goods, server::Running, table::median};

pub const SHOPPERS: usize = 16;
const LOAD_SECS: u64 = 10;
const ROUNDS: usize = 3;
/// Different goods that are bought, so that few shoppers wait for the same one.
const GOODS: u64 = 500;
/// Of an order, as `buy` makes them.
const REQUESTS: u64 = 5;
const DELIVERIES: &str = "rialto_event_delivery_duration_seconds_count";
/// As long as nothing more has an effect for so long, nothing is on its way.
const QUIET: Duration = Duration::from_secs(1);
/// How long news of payments may take to reach the last order.
const ARRIVES_WITHIN: Duration = Duration::from_secs(60);

/// What the rounds came to: medians.
#[derive(Clone, Copy, Debug)]
pub struct Sales {
    pub orders_a_second: f64,
    pub orders: f64,
    pub cpu_ms: f64,
    pub statements: f64,
    pub commits: f64,
    /// From an event's commit until it has had its effect in a service that listens: all but the slowest hundredth.
    pub effect_p99_ms: f64,
}

impl Sales {
    pub fn costs(&self) -> String {
        format!(
            "an order costs {:.1} ms of CPU, {:.1} statements and {:.1} commits of the shop; events have their effect \
             within {:.0} ms (p99)",
            self.cpu_ms, self.statements, self.commits, self.effect_p99_ms
        )
    }
}

/// An order, and the token its guest reads it with.
type Placed = Arc<Mutex<Vec<(String, String)>>>;

/// Measures orders that were placed, paid, and known to be paid.
pub async fn measure(running: &Running) -> anyhow::Result<Sales> {
    let next = Arc::new(AtomicU64::new(0));
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round(running, next.clone()).await?);
    }
    let of = |pick: fn(&Sales) -> f64| median(rounds.iter().map(pick).collect());
    Ok(Sales {
        orders_a_second: of(|sales| sales.orders_a_second),
        orders: of(|sales| sales.orders),
        cpu_ms: of(|sales| sales.cpu_ms),
        statements: of(|sales| sales.statements),
        commits: of(|sales| sales.commits),
        effect_p99_ms: of(|sales| sales.effect_p99_ms),
    })
}

async fn round(running: &Running, next: Arc<AtomicU64>) -> anyhow::Result<Sales> {
    let cpu = running.cpu_secs()?;
    let before = running.metrics().await?;
    let placed = Placed::default();
    let begun = Instant::now();
    attack(&running.url, next, placed.clone(), None).await?;
    let placed = std::mem::take(&mut *placed.lock().unwrap_or_else(PoisonError::into_inner));
    // The shop is done when the last order knows that it was paid.
    for (order, token) in placed.iter().rev().take(SHOPPERS * 2) {
        wait_until_paid(&running.url, order, token).await?;
    }
    let secs = begun.elapsed().as_secs_f64();
    let orders = placed.len() as f64;
    ensure!(orders > 0.0, "nobody bought anything");
    let after = running.metrics().await?;
    let each = |name| (after.counter(name) - before.counter(name)) / orders;
    let effects = after.buckets(super::DELIVERY).since(&before.buckets(super::DELIVERY));
    Ok(Sales {
        orders_a_second: orders / secs,
        orders,
        cpu_ms: (running.cpu_secs()? - cpu) * 1e3 / orders,
        statements: each(super::STATEMENTS),
        commits: each(super::COMMITS),
        effect_p99_ms: effects.quantile(0.99) * 1e3,
    })
}

/// A round in which shoppers come at a pace, and do not wait for each other.
#[derive(Clone, Copy, Debug)]
pub struct Paced {
    pub orders_a_second: f64,
    pub effect_p99_ms: f64,
    /// Of that, until the event is in the log.
    pub publish_p99_ms: f64,
    /// From the last order until no event was on its way any more. A shop that cannot keep the pace has them pile up.
    pub settled_secs: f64,
}

/// Has so many orders a second placed and paid.
pub async fn paced(running: &Running, rate: u64) -> anyhow::Result<Paced> {
    let before = running.metrics().await?;
    let placed = Placed::default();
    attack(&running.url, Arc::new(AtomicU64::new(0)), placed.clone(), Some(rate)).await?;
    let orders = placed.lock().unwrap_or_else(PoisonError::into_inner).len();
    let begun = Instant::now();
    let (mut after, mut settled) = (running.metrics().await?, Duration::ZERO);
    while begun.elapsed() < settled + QUIET {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let seen = running.metrics().await?;
        if seen.counter(DELIVERIES) > after.counter(DELIVERIES) {
            settled = begun.elapsed();
        }
        after = seen;
    }
    let p99_ms = |name| after.buckets(name).since(&before.buckets(name)).quantile(0.99) * 1e3;
    Ok(Paced {
        orders_a_second: orders as f64 / LOAD_SECS as f64,
        effect_p99_ms: p99_ms(super::DELIVERY),
        publish_p99_ms: p99_ms(super::PUBLISHED),
        settled_secs: settled.as_secs_f64(),
    })
}

async fn attack(url: &str, next: Arc<AtomicU64>, placed: Placed, rate: Option<u64>) -> anyhow::Result<()> {
    let (shoppers, run_time) = (SHOPPERS.to_string(), format!("{LOAD_SECS}s"));
    let requests = rate.map(|orders| (orders * REQUESTS).to_string());
    let pace: Vec<&str> = requests.iter().flat_map(|requests| ["--throttle-requests", requests]).collect();
    let configuration = GooseConfiguration::parse_args_default(
        &[
            ["--host", url].as_slice(),
            &["--users", &shoppers, "--increase-rate", &shoppers, "--run-time", &run_time],
            &pace,
            &["--no-telnet", "--no-print-metrics", "--no-reset-metrics", "-qqq"],
        ]
        .concat(),
    )?;
    let buy: TransactionFunction = Arc::new(move |user| {
        let (next, placed) = (next.clone(), placed.clone());
        Box::pin(async move { buy(user, &next, &placed).await })
    });
    let scenario = Scenario::new("guests").register_transaction(Transaction::new(buy));
    let metrics = GooseAttack::initialize_with_config(configuration)?.register_scenario(scenario).execute().await?;
    ensure!(metrics.errors.is_empty(), "the shop refused: {:?}", metrics.errors.keys().collect::<Vec<_>>());
    Ok(())
}

async fn buy(user: &mut GooseUser, next: &AtomicU64, placed: &Placed) -> TransactionResult {
    let number = next.fetch_add(1, Ordering::Relaxed);
    let cart = post(user, "/cart", &json!({}), None).await?;
    let cart_token = ("cart-token", text(&cart, "cart_token"));
    // Spread by a number coprime to the goods, so that neighbours in time are none on the shelf.
    let sku = goods::sku(usize::try_from(number * 37 % GOODS).unwrap_or_default());
    let item = json!({"sku": sku, "quantity": 1});
    post(user, "/cart/items", &item, Some(&cart_token)).await?;
    let destination = json!({"country": "DE", "postal_code": "10119"});
    let question = json!({"destination": destination, "items": [item]});
    let delivery = post(user, "/shipping/calculate", &question, None).await?;
    let order = json!({
        "cart_id": cart["id"], "email": format!("guest-{number}@bench.example"),
        "shipping_address": {"name": "Ada", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119",
            "country": "DE"},
        "shipping_option": delivery["options"][0]["id"],
    });
    let order = post(user, "/orders", &order, Some(&cart_token)).await?;
    let order_token = ("order-token", text(&order, "guest_token"));
    let payment = json!({"order_id": order["id"], "method": {"type": "card", "token": "tok_visa"}});
    post(user, "/payment/checkout", &payment, Some(&order_token)).await?;
    placed.lock().unwrap_or_else(PoisonError::into_inner).push((text(&order, "id"), order_token.1));
    Ok(())
}

async fn post(
    user: &mut GooseUser,
    path: &str,
    body: &Value,
    token: Option<&(&str, String)>,
) -> Result<Value, Box<TransactionError>> {
    let mut builder = user.get_request_builder(&GooseMethod::Post, path)?.json(body);
    if let Some((name, value)) = token {
        builder = builder.header(*name, value);
    }
    let request = GooseRequest::builder().name(path).set_request_builder(builder).build();
    let mut answer = user.request(request).await?;
    let response = answer.response.map_err(TransactionError::from)?;
    if !response.status().is_success() {
        let problem = response.text().await.unwrap_or_default();
        user.set_failure(&problem, &mut answer.request, None, None)?;
        return Ok(Value::Null);
    }
    Ok(response.json().await.map_err(TransactionError::from)?)
}

fn text(body: &Value, field: &str) -> String {
    body[field].as_str().unwrap_or_default().to_owned()
}

async fn wait_until_paid(url: &str, order: &str, token: &str) -> anyhow::Result<()> {
    let http = reqwest::Client::new();
    let begun = Instant::now();
    loop {
        let answer = http.get(format!("{url}/orders/{order}")).header("order-token", token).send().await?;
        let seen: Value = answer.error_for_status()?.json().await?;
        match seen["status"].as_str().context("an order has a status")? {
            "processing" => return Ok(()),
            "pending" if begun.elapsed() < ARRIVES_WITHIN => tokio::time::sleep(Duration::from_millis(5)).await,
            other => bail!("order {order} is {other} after {} s", begun.elapsed().as_secs()),
        }
    }
}
