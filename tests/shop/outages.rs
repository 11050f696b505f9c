//! What still works for whom while a server that the shop stands on is away: `resiliency.md`, which this test fills and
//! compares.

use std::{
    fmt::Write,
    future::Future,
    time::{Duration, Instant},
};

use reqwest::{Method, header::RETRY_AFTER};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    cluster::{Cluster, Place},
    many_processes::{STORES, plan_on},
    patient::tell,
    running::{ADMIN, ADMIN_PASSWORD},
    servers::OwnServers,
    shopper::{Answer, Shopper, berlin, items},
};

const TABLE: &str = include_str!("resiliency.md");
const FILE: &str = "../../tests/shop/resiliency.md";
const SERVERS: [&str; 5] = ["postgres", "kafka", "mongodb", "redis", "consul"];
/// Somebody who waits longer has gone elsewhere.
const PATIENCE: Duration = Duration::from_secs(5);
/// So long a shop may take to notice that its PostgreSQL is away.
const NOTICED_WITHIN: Duration = Duration::from_secs(15);
/// Longer than the indexes take to follow a change, also on a busy machine.
const SETTLED: Duration = Duration::from_secs(3);
const HEAD: &str = "\
# What works while a server is away

Filled and compared by `tests/shop/outages.rs`: two processes of every service, each server in turn killed (down) and
standing still with its connections open (hangs; PostgreSQL from a few seconds later on, once that was noticed). `ok`:
answered as always, within five seconds. A number: the status of the answer, in that time too: a problem that says what is the
matter and, if it is 503, when to come back. `later`: it happens once the server is back.
";

/// A shop under observation, and who uses it.
struct Watched {
    guest: Shopper,
    admin: Shopper,
    product: String,
    member: Value,
}

impl Watched {
    async fn in_the_shop(cluster: &Cluster) -> Self {
        let guest = Shopper::new(&cluster.gateways()[0]);
        let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
        let found = guest.get("/products?q=kettle").await.expect(200);
        let product = found["items"][0]["id"].as_str().expect("an id").to_owned();
        let member = json!({"email": "ada@example.test", "password": "a long and quiet river", "name": "Ada"});
        guest.post("/users/register", &member).await.expect(201);
        Self { guest, admin, product, member }
    }

    /// Every row of the table and how it goes now.
    async fn look(&self) -> Vec<(&'static str, String)> {
        let login = json!({"email": self.member["email"], "password": self.member["password"], "client": "api"});
        let product = format!("/products/{}", self.product);
        vec![
            ("home page", outcome(self.get("/")).await),
            ("list of products", outcome(self.get("/products?limit=20")).await),
            ("search", outcome(self.get("/products?q=ketle")).await),
            ("product", outcome(self.get(&product)).await),
            ("add to the cart", outcome(self.add_to_the_cart()).await),
            ("sign in", outcome(self.post("/users/login", &login)).await),
            ("order and pay as a guest", outcome(self.buy()).await),
            ("the paid order is confirmed", self.confirmed().await),
            ("staff read orders", outcome(self.ask(&self.admin, Method::GET, "/orders", None)).await),
            ("staff change a product", outcome(self.change_the_product()).await),
            ("staff change the stock", outcome(self.change_the_stock()).await),
        ]
    }

    async fn ask(&self, who: &Shopper, method: Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        who.try_to_send(method, path, body).await.ok()
    }

    async fn get(&self, path: &str) -> Option<Answer> {
        self.ask(&self.guest, Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Option<Answer> {
        self.ask(&self.guest, Method::POST, path, Some(body)).await
    }

    async fn add_to_the_cart(&self) -> Option<Answer> {
        self.post("/cart/items", &json!({"sku": "KETTLE", "quantity": 1})).await
    }

    async fn order(&self) -> Option<Answer> {
        let goods = items("KETTLE", 1);
        let question = json!({"destination": {"country": "DE", "postal_code": "10119"}, "items": goods});
        let quoted = self.post("/shipping/calculate", &question).await?;
        if !quoted.status.is_success() {
            return Some(quoted);
        }
        let delivery = &quoted.body["options"][0]["id"];
        let order = json!({
            "items": goods, "email": "guest@example.test", "shipping_address": berlin(), "shipping_option": delivery
        });
        self.post("/orders", &order).await
    }

    async fn buy(&self) -> Option<Answer> {
        let placed = self.order().await?;
        if !placed.status.is_success() {
            return Some(placed);
        }
        Some(self.guest.owning(&placed.body).pay(&placed.body, "tok_visa").await)
    }

    /// Whether what happens by events happens now.
    async fn confirmed(&self) -> String {
        let Some(placed) = self.order().await.filter(|placed| placed.status.is_success()) else {
            return "no order".to_owned();
        };
        let guest = self.guest.owning(&placed.body);
        if !guest.pay(&placed.body, "tok_visa").await.status.is_success() {
            return "not paid".to_owned();
        }
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let path = format!("/orders/{}", placed.body["id"].as_str().expect("an id"));
            let seen = self.ask(&guest, Method::GET, &path, None).await;
            if seen.is_some_and(|seen| seen.body["status"] == "processing") {
                return "ok".to_owned();
            }
            sleep(Duration::from_millis(100)).await;
        }
        "later".to_owned()
    }

    async fn change_the_product(&self) -> Option<Answer> {
        let path = format!("/products/{}", self.product);
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

async fn outcome(work: impl Future<Output = Option<Answer>>) -> String {
    match tokio::time::timeout(PATIENCE, work).await {
        Err(_) => "slow".to_owned(),
        Ok(None) => "no answer".to_owned(),
        Ok(Some(answer)) if answer.status.is_success() => "ok".to_owned(),
        Ok(Some(answer)) if !answer.body["code"].is_string() => format!("{} and no problem", answer.status.as_u16()),
        Ok(Some(answer)) if answer.status.as_u16() == 503 && !answer.headers.contains_key(RETRY_AFTER) => {
            "503 and no Retry-After".to_owned()
        }
        Ok(Some(answer)) => answer.status.as_u16().to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_works_while_a_server_is_away_is_what_the_table_says() {
    let Some(own) = OwnServers::for_a_cluster().await else { return };
    let cluster = Cluster::open_at(&own.servers(), plan_on(&own.databases(STORES)), |_| Place::here()).await;
    let watched = Watched::in_the_shop(&cluster).await;
    well_again(&watched, "everything").await;
    let mut columns = Vec::new();
    for server in SERVERS {
        own.kill(server);
        until_noticed(&watched, server).await;
        columns.push((format!("{server} down"), watched.look().await));
        own.revive(server);
        well_again(&watched, server).await;
        own.pause(server);
        until_noticed(&watched, server).await;
        columns.push((format!("{server} hangs"), watched.look().await));
        own.resume(server);
        well_again(&watched, server).await;
    }
    let table = written(&columns);
    if test_support::variable("RIALTO_TEST_WRITE").is_some() {
        std::fs::write(FILE, &table).expect("the table can be written");
    } else {
        let other: Vec<&str> = table.lines().filter(|line| !TABLE.lines().any(|known| known == *line)).collect();
        assert!(table == TABLE, "run it with RIALTO_TEST_WRITE=1 if that is meant: {other:#?}");
    }
    // What was put off has happened, and nothing twice.
    cluster.settle().await;
}

/// Whoever is in the middle of a change when PostgreSQL goes waits in vain, and so do those of the first seconds. The table is
/// about those after them. All others must not notice that anything is away.
async fn until_noticed(watched: &Watched, server: &str) {
    if server != "postgres" {
        return;
    }
    let begun = Instant::now();
    while tokio::time::timeout(Duration::from_secs(1), watched.add_to_the_cart()).await.is_err() {
        assert!(begun.elapsed() < NOTICED_WITHIN, "nothing noticed that {server} is away");
    }
}

async fn well_again(watched: &Watched, server: &str) {
    let begun = Instant::now();
    loop {
        let looked = watched.look().await;
        if looked.iter().all(|(_, outcome)| outcome == "ok") {
            tell(&format!("{server} is back, and all was well {:.1?} later", begun.elapsed()));
            // What was changed last is held by every process once its index has followed.
            return sleep(SETTLED).await;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "not well again after {server}: {looked:?}");
    }
}

fn written(columns: &[(String, Vec<(&'static str, String)>)]) -> String {
    let mut table = format!("{HEAD}\n|  |");
    let heads: Vec<&str> = columns.iter().map(|(head, _)| head.as_str()).collect();
    let _ = writeln!(table, " {} |\n| --- |{}", heads.join(" | "), " --- |".repeat(heads.len()));
    for (row, (name, _)) in columns[0].1.iter().enumerate() {
        let cells: Vec<&str> = columns.iter().map(|(_, outcomes)| outcomes[row].1.as_str()).collect();
        let _ = writeln!(table, "| {name} | {} |", cells.join(" | "));
    }
    table
}
