//! `make bench`: how fast the shop is, beside the limit, on this machine, in one run.

pub mod bare;
mod cart;
mod checkout;
mod cluster;
mod goods;
mod metrics;
mod oha;
mod postgres;
mod reads;
mod server;
mod sqlite;
mod table;

use std::{
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::Value;

use cluster::{Alone, Bench, Servers};
use postgres::Databases;
use server::{Place, Running};
use table::{Figure, Reach, median};

/// The shop's counter of statements sent to its databases.
const STATEMENTS: &str = "rialto_db_statement_duration_seconds_count";
/// The shop's histogram of the time from an event's commit to its effect, for each that listens.
const DELIVERY: &str = "rialto_event_delivery_duration_seconds";
/// The same until the event is in the log.
const PUBLISHED: &str = "rialto_event_publish_duration_seconds";
/// The shop's counter of committed transactions.
const COMMITS: &str = "rialto_db_commits_total";
const ROUNDS: usize = 3;
/// How long a shop rests before its idle memory is read.
const REST: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub struct Options {
    /// The program to measure
    #[arg(long, default_value = "target/release/rialto")]
    rialto: PathBuf,
    /// The load generator
    #[arg(long, default_value = ".tools/bin/oha")]
    oha: PathBuf,
    /// A PostgreSQL server, such as postgres:///?host=/run/postgresql&user=postgres; none: SQLite only
    #[arg(long)]
    postgres: Option<String>,
    #[command(flatten)]
    servers: Servers,
    /// Only figures whose group is named: stock, reads, cart, checkout, apart
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let mut figures = Vec::new();
    let outcome = measure(&options, &mut figures).await;
    // What was measured before something broke is worth as much as ever.
    print(&table::print(&figures));
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn measure(options: &Options, figures: &mut Vec<Figure>) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let wanted = |group: &str| options.only.is_empty() || options.only.iter().any(|only| only == group);
    let place = Place { program: &options.rialto, data: folder.path().join("data"), databases: None, servers: None };
    let goods = folder.path().join("goods.csv");
    goods::write(&goods)?;

    say("importing 10,000 products");
    let import = import(&place, &goods).await?;
    if wanted("stock") {
        say("starting again, and resting");
        figures.push(import);
        figures.extend(starts(&place).await?);
    }
    let running = Running::start(&place).await?;
    if wanted("reads") {
        say("reading");
        figures.extend(reads::measure(&options.oha, &running).await?);
    }
    if wanted("cart") {
        say("filling carts");
        figures.extend(cart::measure(&running).await?);
    }
    if wanted("checkout") {
        say("checking out on SQLite");
        figures.push(checkout_on_sqlite(&running).await?);
    }
    let apart = options.servers.are_there() && wanted("apart");
    let products_a_second = if apart { reads::products_a_second(&options.oha, &running).await? } else { 0.0 };
    running.stop().await?;
    if let Some(postgres) = options.postgres.as_deref().filter(|_| apart || wanted("checkout")) {
        say("checking out on PostgreSQL");
        let alone = checkout_on_postgres(&options.rialto, postgres, folder.path(), &goods).await?;
        let orders_a_second = alone.ours;
        figures.push(alone);
        if apart {
            say("the same as a process for each service");
            let Options { rialto: program, oha, servers, .. } = options;
            let bench = Bench { program, oha, servers, postgres, folder: folder.path(), goods: &goods };
            cluster::measure(&bench, Alone { orders_a_second, products_a_second }, figures).await?;
        }
    }
    Ok(())
}

/// From the start of the import until the last product is found.
async fn import(place: &Place<'_>, goods: &Path) -> anyhow::Result<Figure> {
    let running = Running::start(place).await?;
    let begun = Instant::now();
    bring_in(place, goods).await?;
    while searchable(&running).await? < goods::COUNT as u64 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let secs = begun.elapsed().as_secs_f64();
    let cpu = running.cpu_secs()?;
    running.stop().await?;
    Ok(Figure {
        what: "import of 10,000 products until searchable".to_owned(),
        unit: "s",
        ours: secs,
        limit: None,
        reach: Reach::Most(15.0),
        costs: vec![format!("the running shop used {cpu:.1} s of CPU meanwhile")],
    })
}

async fn bring_in(place: &Place<'_>, goods: &Path) -> anyhow::Result<()> {
    let output = place.command().args(["import", "shopify"]).arg(goods).stdout(Stdio::null()).output().await?;
    ensure!(output.status.success(), "the import failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

async fn searchable(running: &Running) -> anyhow::Result<u64> {
    let page: Value =
        reqwest::get(format!("{}/products?limit=1", running.url)).await?.error_for_status()?.json().await?;
    page["total"].as_u64().context("a list tells its total")
}

async fn starts(place: &Place<'_>) -> anyhow::Result<[Figure; 2]> {
    let (mut ready, mut memory, mut files) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let running = Running::start(place).await?;
        ready.push(running.ready_after.as_secs_f64());
        ensure!(searchable(&running).await? == goods::COUNT as u64, "ready, but not all products are found");
        tokio::time::sleep(REST).await;
        let held = running.memory()?;
        memory.push(held.iter().map(|(_, held)| held.resident_mb).sum());
        files.push(held.iter().map(|(_, held)| held.files_mb).sum());
        running.stop().await?;
    }
    let plain = |what: &str, unit, ours, most, costs| Figure {
        what: what.to_owned(),
        unit,
        ours,
        limit: None,
        reach: Reach::Most(most),
        costs,
    };
    let of_files = format!("{:.0} MB of it are pages of files: the program, and the search index", median(files));
    Ok([
        plain("start to ready with 10,000 products", "s", median(ready), 1.0, Vec::new()),
        plain("idle memory of the whole shop", "MB", median(memory), 100.0, vec![of_files]),
    ])
}

async fn checkout_on_sqlite(running: &Running) -> anyhow::Result<Figure> {
    let sales = checkout::measure(running).await?;
    let mut limits = Vec::new();
    for _ in 0..ROUNDS {
        limits.push(sqlite::commits().await?);
    }
    Ok(Figure {
        what: format!("guest checkout, {} shoppers, SQLite", checkout::SHOPPERS),
        unit: "/s",
        ours: sales.orders_a_second,
        limit: Some((median(limits), "SQLite's own commits of one small row, full sync")),
        reach: Reach::Reported,
        costs: vec![sales.costs()],
    })
}

async fn checkout_on_postgres(program: &Path, server: &str, folder: &Path, goods: &Path) -> anyhow::Result<Figure> {
    let databases = Databases::make(server, "alone").await?;
    let place = Place { program, data: folder.join("postgres"), databases: Some(&databases), servers: None };
    let running = Running::start(&place).await?;
    bring_in(&place, goods).await?;
    let mut limits = Vec::new();
    for _ in 0..ROUNDS {
        limits.push(databases.least().await?);
    }
    let before = databases.counts().await?;
    let sales = checkout::measure(&running).await?;
    let syncs = (databases.counts().await?.syncs - before.syncs) / (sales.orders * ROUNDS as f64);
    running.stop().await?;
    Ok(Figure {
        what: format!("guest checkout, {} shoppers, PostgreSQL", checkout::SHOPPERS),
        unit: "/s",
        ours: sales.orders_a_second,
        limit: Some((median(limits), "pgbench doing the least SQL an order can need, in three commits")),
        reach: Reach::Share(0.25),
        costs: vec![sales.costs(), format!("PostgreSQL forced its log to disk {syncs:.1} times an order")],
    })
}

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn print(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "talk with people goes to standard error")]
fn say(text: &str) {
    eprintln!("{text}");
}
