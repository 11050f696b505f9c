//! `bench replay-month`: a month of real sales, bought, paid, delivered and partly sent back over HTTP.

use std::{
    collections::HashMap,
    io::Write,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use futures::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    journal::Journal,
    products,
    retail::{self, Invoice},
    returns::{self, Return},
    sales::{self, Sold},
    shop::Shop,
    summary::{self, Skipped, Tally},
};

/// The shop must sell in pounds (`RIALTO__SHOP__CURRENCY=GBP`) and let this many requests in
/// (`RIALTO__GATEWAY__RATE_LIMIT=off`).
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The sales: "Online Retail" as CSV, plain or gzip
    #[arg(long)]
    file: PathBuf,
    #[arg(long, default_value = "http://localhost:8080")]
    url: String,
    /// A certificate to believe that browsers do not know, as PEM
    #[arg(long)]
    ca: Option<PathBuf>,
    #[arg(long, env = "RIALTO_ADMIN_EMAIL")]
    admin_email: String,
    #[arg(long, env = "RIALTO_ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: String,
    /// Buyers at the same time
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
    /// Only the first so many sales, and what was taken back of them
    #[arg(long)]
    limit: Option<usize>,
    /// Where to note how far it got; the same file goes on with a replay that broke off, for as long as quotes hold
    #[arg(long, default_value = "replay-month.jsonl")]
    journal: PathBuf,
    /// Begins the idempotency keys; another name replays the month once more
    #[arg(long, default_value = "replay")]
    run: String,
}

pub async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let mut skipped = Skipped::default();
    let mut month = retail::read(&options.file, &mut skipped)?;
    if let Some(limit) = options.limit {
        month.sales.truncate(limit);
        let last = month.sales.last().map(|sale| sale.number.clone()).unwrap_or_default();
        month.cancellations.retain(|cancellation| cancellation.number.trim_start_matches('C') <= last.as_str());
        let sold: std::collections::HashSet<&String> = month.sales.iter().flat_map(|sale| sale.items.keys()).collect();
        month.products.retain(|product| sold.contains(&product.sku));
    }
    let ca = options.ca.as_ref().map(std::fs::read).transpose().context("the certificate cannot be read")?;
    let shop = Shop::new(&options.url, ca.as_deref(), options.admin_email.clone(), options.admin_password.clone())?;
    let journal = Journal::open(&options.journal)?;
    let tally = Tally::default();

    products::make_rates(&shop).await.context("the shop's rates cannot be read")?;
    let at_once = usize::from(options.concurrency);
    let products_bar = bar("products", month.products.len());
    products::make(&shop, &month.products, at_once, &tally, &products_bar).await?;
    products_bar.finish();

    let selling = Instant::now();
    let sold = sell_all(&shop, &journal, &options, &month.sales, &tally).await;
    let selling = selling.elapsed();
    let returns = returns::matched(&month.sales, &month.cancellations, &mut skipped);
    send_all_back(&shop, &options, &sold, returns, &tally).await;

    tally.count(|counts| counts.lost = shop.lost());
    let counts = tally.counts();
    report(&summary::table(&counts, &skipped, month.lines, selling, begun.elapsed()))?;
    Ok(if counts.unexpected.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn sell_all(
    shop: &Shop,
    journal: &Journal,
    options: &Options,
    sales: &[Invoice],
    tally: &Tally,
) -> HashMap<String, Sold> {
    let bar = bar("orders", sales.len());
    let buying = stream::iter(sales).map(|sale| {
        let bar = &bar;
        async move {
            let sold = sales::sell(shop, journal, &options.run, sale).await;
            bar.inc(1);
            match sold {
                Ok(sold) => {
                    tally.count(|counts| {
                        counts.orders += 1;
                        counts.order_lines += sale.items.len() as u64;
                        counts.pieces += sale.items.values().map(|quantity| u64::from(*quantity)).sum::<u64>();
                        counts.revenue += sold.total;
                    });
                    Some((sale.number.clone(), sold))
                }
                Err(error) => {
                    tally.unexpected(format!("{}: {error:#}", sale.number));
                    None
                }
            }
        }
    });
    let sold =
        buying.buffer_unordered(usize::from(options.concurrency)).filter_map(|sold| async { sold }).collect().await;
    bar.finish();
    sold
}

/// Returns of one order follow each other; those of different orders run side by side.
async fn send_all_back(
    shop: &Shop,
    options: &Options,
    sold: &HashMap<String, Sold>,
    returns: Vec<Return>,
    tally: &Tally,
) {
    let bar = bar("returns", returns.len());
    let mut by_sale: HashMap<String, Vec<Return>> = HashMap::new();
    for wanted in returns {
        by_sale.entry(wanted.sale.clone()).or_default().push(wanted);
    }
    let sending = stream::iter(by_sale).map(|(sale, wanted)| {
        let bar = &bar;
        async move {
            for wanted in wanted {
                bar.inc(1);
                // A sale that failed has been told of; there is nothing to send back.
                let Some(sold) = sold.get(&sale) else { continue };
                match returns::send_back(shop, &options.run, sold, &wanted).await {
                    Ok(refunded) => tally.count(|counts| {
                        counts.returns += 1;
                        counts.returned_pieces +=
                            wanted.items.values().map(|quantity| u64::from(*quantity)).sum::<u64>();
                        counts.refunded += refunded;
                    }),
                    Err(error) => tally.unexpected(format!("{} of {sale}: {error:#}", wanted.cancellation)),
                }
            }
        }
    });
    sending.buffer_unordered(usize::from(options.concurrency)).collect::<Vec<()>>().await;
    bar.finish();
}

fn bar(name: &'static str, count: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:9} {wide_bar} {pos}/{len} {per_sec} {eta}");
    let bar = ProgressBar::new(count as u64).with_prefix(name);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn report(table: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{table}")?;
    Ok(())
}
