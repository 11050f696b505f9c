//! Reads through the gateway, beside a bare server that answers as many bytes.

use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::{
    bare::Bare,
    goods,
    oha::{self, Load},
    server::Running,
    table::{Figure, Reach, median},
};

/// How long one load lasts.
const LOAD_SECS: u32 = 5;
const ROUNDS: usize = 3;
/// Addresses that one load asks for in turn, so that no single answer stays warm.
const ADDRESSES: usize = 1_000;

/// Products by their ids, asked for by themselves: how many a second.
pub async fn products_a_second(oha: &Path, running: &Running) -> anyhow::Result<f64> {
    let ids = product_ids(running).await?;
    let products: Vec<String> = ids.iter().map(|id| format!("{}/products/{id}", running.url)).collect();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(load(oha, running, &products).await?);
    }
    Ok(middle(rounds).requests_a_second)
}

/// What several rounds came to, with the processor time one request cost.
struct Measured {
    requests_a_second: f64,
    p99_ms: f64,
    cpu_ms: f64,
    statements: f64,
}

pub async fn measure(oha: &Path, running: &Running) -> anyhow::Result<Vec<Figure>> {
    let ids = product_ids(running).await?;
    let products: Vec<String> = ids.iter().map(|id| format!("{}/products/{id}", running.url)).collect();
    let list = vec![format!("{}/products?limit=20", running.url)];
    let searches: Vec<String> =
        goods::searches(ADDRESSES).into_iter().map(|path| format!("{}{path}", running.url)).collect();
    let mut figures = Vec::new();
    figures.push(beside_bare(oha, running, "GET /products/{id}, 64 connections", &products).await?);
    figures.push(beside_bare(oha, running, "GET /products?limit=20, 64 connections", &list).await?);
    figures.push(search(oha, running, &searches).await?);
    Ok(figures)
}

async fn product_ids(running: &Running) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::new();
    let mut cursor = String::new();
    while ids.len() < ADDRESSES {
        let url = format!("{}/products?limit=100&sort=newest{cursor}", running.url);
        let page: Value = reqwest::get(url).await?.error_for_status()?.json().await?;
        let items = page["items"].as_array().context("products are listed")?;
        ids.extend(items.iter().filter_map(|item| Some(item["id"].as_str()?.to_owned())));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    ensure!(!ids.is_empty(), "there are no products");
    Ok(ids)
}

async fn beside_bare(oha: &Path, running: &Running, what: &str, urls: &[String]) -> anyhow::Result<Figure> {
    let first = urls.first().context("something is asked for")?;
    let body = reqwest::get(first).await?.error_for_status()?.text().await?;
    let bare = Bare::start(&body).await?;
    // The same addresses, for to choose among many costs the load generator more than to repeat one.
    let bare_urls: Vec<String> = urls.iter().map(|url| url.replacen(&running.url, &bare.url, 1)).collect();
    let mut limits = Vec::new();
    let mut ours = Vec::new();
    // In turn, so that a machine that is busy for a while disturbs both alike.
    for _ in 0..ROUNDS {
        limits.push(oha::run(oha, &bare_urls, LOAD_SECS).await?.requests_a_second);
        ours.push(load(oha, running, urls).await?);
    }
    let ours = middle(ours);
    Ok(Figure {
        what: what.to_owned(),
        unit: "/s",
        ours: ours.requests_a_second,
        limit: Some((median(limits), "a bare axum server answering a stored body of the same size")),
        reach: Reach::Share(0.5),
        costs: vec![format!("{}; body of {} bytes", ours.costs(), body.len())],
    })
}

async fn search(oha: &Path, running: &Running, urls: &[String]) -> anyhow::Result<Figure> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(load(oha, running, urls).await?);
    }
    let ours = middle(rounds);
    Ok(Figure {
        what: "search with a typo and two facets, 64 conn., p99".to_owned(),
        unit: "ms",
        ours: ours.p99_ms,
        limit: None,
        reach: Reach::Most(20.0),
        costs: vec![format!("{:.0} searches a second; {}", ours.requests_a_second, ours.costs())],
    })
}

async fn load(oha: &Path, running: &Running, urls: &[String]) -> anyhow::Result<Measured> {
    let (cpu, before) = (running.cpu_secs()?, running.metrics().await?);
    let Load { requests, requests_a_second, p99_ms } = oha::run(oha, urls, LOAD_SECS).await?;
    let cpu_ms = (running.cpu_secs()? - cpu) * 1e3 / requests;
    let after = running.metrics().await?;
    let statements = (after.counter(super::STATEMENTS) - before.counter(super::STATEMENTS)) / requests;
    Ok(Measured { requests_a_second, p99_ms, cpu_ms, statements })
}

fn middle(rounds: Vec<Measured>) -> Measured {
    let of = |pick: fn(&Measured) -> f64| median(rounds.iter().map(pick).collect());
    Measured {
        requests_a_second: of(|round| round.requests_a_second),
        p99_ms: of(|round| round.p99_ms),
        cpu_ms: of(|round| round.cpu_ms),
        statements: of(|round| round.statements),
    }
}

impl Measured {
    fn costs(&self) -> String {
        format!("CPU {:.3} ms and {:.2} statements a request", self.cpu_ms, self.statements)
    }
}
