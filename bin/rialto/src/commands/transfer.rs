//! `rialto import` and `rialto export`: products in and out of the shop, beside a running one or without it.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufReader, BufWriter, IsTerminal, Write},
    process::ExitCode,
};

use anyhow::Context;
use catalog::import::{self, Options, Progress, Report};
use contracts::Service;
use indicatif::{ProgressBar, ProgressStyle};

use super::{out, say};
use crate::{
    cli::{Export, Format, Import, Place},
    config,
    shop::{Schemas, Shop, Work},
};

/// Refused rows shown on the terminal; `--errors` writes them all.
const SHOWN: usize = 20;

pub async fn import(place: &Place, arguments: &Import) -> anyhow::Result<ExitCode> {
    let file = File::open(&arguments.file).with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    let size = file.metadata().map_or(0, |about| about.len());
    let shop = catalog_of(place).await?;
    let app = shop.catalog.as_ref().context("catalog was opened")?;
    let format = match arguments.format {
        Format::Shopify => import::Format::Shopify,
        Format::Woocommerce => import::Format::Woocommerce,
    };
    let options = Options { dry_run: arguments.dry_run, ..Options::default() };
    let bar = progress_bar(size);
    let mut show = |progress: Progress| {
        bar.set_position(progress.bytes_read);
        bar.set_message(format!("{} products, {} rows refused", progress.products, progress.refused));
    };
    let report = import::run(app, format, BufReader::new(file), &options, &mut show).await?;
    bar.finish_and_clear();
    if let Some(path) = &arguments.errors {
        let errors = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        import::write_errors(&report, BufWriter::new(errors))?;
    }
    if place.json {
        out(&serde_json::to_string(&report)?);
    } else {
        tell(&report, arguments.dry_run);
    }
    Ok(ExitCode::SUCCESS)
}

fn progress_bar(size: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {bytes_per_sec}  {eta} left  {msg}");
    ProgressBar::new(size).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn tell(report: &Report, dry_run: bool) {
    let done = if dry_run { "would be" } else { "were" };
    out(&format!(
        "{} rows read: {} products {done} created, {} updated, {} unchanged; {} rows refused, {} notices",
        report.read,
        report.created,
        report.updated,
        report.unchanged,
        report.refused.len(),
        report.notices.len()
    ));
    for problem in report.refused.iter().take(SHOWN) {
        out(&format!("  line {:>6}  {:<24} {}", problem.line, problem.column, problem.message));
    }
    if report.refused.len() > SHOWN {
        out(&format!("  and {} more; --errors FILE writes them all", report.refused.len() - SHOWN));
    }
}

pub async fn export(place: &Place, arguments: &Export) -> anyhow::Result<ExitCode> {
    let shop = catalog_of(place).await?;
    let app = shop.catalog.as_ref().context("catalog was opened")?;
    let writer: Box<dyn Write + Send> = match &arguments.file {
        Some(path) => Box::new(File::create(path).with_context(|| format!("{} cannot be written", path.display()))?),
        None => Box::new(std::io::stdout()),
    };
    let products = import::export(app, BufWriter::new(writer)).await?;
    say(&format!("{products} products written"));
    Ok(ExitCode::SUCCESS)
}

async fn catalog_of(place: &Place) -> anyhow::Result<Shop> {
    let config = config::load(&place.flags())?;
    std::fs::create_dir_all(&config.data).with_context(|| format!("{} cannot be made", config.data.display()))?;
    Shop::open(&config, &BTreeSet::from([Service::Catalog]), Schemas::Migrate, Work::LookOnly).await
}
