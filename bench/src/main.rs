//! The load generator: drives a running shop over HTTP, as its buyers and its staff would.

mod countries;
mod journal;
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
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::ReplayMonth(options) => replay_month::run(options).await,
    }
}
