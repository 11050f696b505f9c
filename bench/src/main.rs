//! The load generator: drives a running shop over HTTP, as its buyers and its staff would.

mod countries;
mod journal;
mod measure;
mod products;
mod replay_month;
mod retail;
mod returns;
mod sales;
mod shop;
mod summary;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Drives a running shop.
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replay a month of real sales: products, orders, payments, deliveries and returns
    ReplayMonth(replay_month::Options),
    /// Measure the shop beside its limits, and print the table
    Measure(measure::Options),
    /// Answer every request with a stored body: the limit that reads are compared with
    #[command(hide = true)]
    Bare(measure::bare::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::ReplayMonth(options) => replay_month::run(options).await,
        Command::Measure(options) => measure::run(options).await,
        Command::Bare(options) => measure::bare::serve(options).await.map(|()| ExitCode::SUCCESS),
    }
}
