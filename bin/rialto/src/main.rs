//! The one program: reads the command line and hands over to the command.

// What a command may do reaches through all services down to their databases; laying that out is deeper than usual.
#![recursion_limit = "256"]

use std::process::ExitCode;

use clap::Parser;
use rialto::{cli::Cli, commands};
use tikv_jemallocator::Jemalloc;

/// Gives memory back that a burst of work has taken; the system's own allocator keeps several times what is in use.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // Without the feature that only tests have, this does nothing.
    let _fail_points = fail::FailScenario::setup();
    let cli = Cli::parse();
    match commands::run(cli).await {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "talk with people goes to standard error")]
fn complain(error: &anyhow::Error) {
    eprintln!("rialto: {error:#}");
}
