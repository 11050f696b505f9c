//! The commands, one file each.

mod admin;
mod backup;
mod certs;
mod configuration;
mod doctor;
mod events;
mod migrate;
mod serve;
mod transfer;
mod up;
mod verify;

use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

use crate::{
    cli::{Cli, Command},
    config,
};

/// Runs the command. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 there is something to do.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let place = cli.place;
    // Each boxed: all that they may do is too deep for the compiler to lay out in one piece.
    match cli.command {
        Command::Up(arguments) => Box::pin(up::run(&place, arguments)).await,
        Command::Serve(arguments) => Box::pin(serve::run(&place, arguments)).await,
        Command::Migrate { action } => Box::pin(migrate::run(&place, &action)).await,
        Command::Import(arguments) => Box::pin(transfer::import(&place, &arguments)).await,
        Command::Export(arguments) => Box::pin(transfer::export(&place, &arguments)).await,
        Command::Admin { action } => Box::pin(admin::run(&config::load(&place.flags())?, action)).await,
        Command::Certs { to, services } => certs::run(&to, &services),
        Command::Backup { file } => Box::pin(backup::backup(&place, &file)).await,
        Command::Restore { file } => Box::pin(backup::restore(&place, &file)).await,
        Command::Config { action } => configuration::run(&place, &action),
        Command::Doctor => Box::pin(doctor::run(&place)).await,
        Command::Events { action } => Box::pin(events::run(&place, action)).await,
        Command::Openapi => {
            out(&crate::openapi::document().to_pretty_json()?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify => Box::pin(verify::run(&place)).await,
    }
}

/// Data for the next program. If that has read enough, such as `head`, there is nothing left to do.
fn out(text: &str) {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        written => written.expect("standard output takes data"),
    }
}

/// Talk with people.
#[expect(clippy::print_stderr, reason = "talk with people goes to standard error")]
fn say(text: &str) {
    eprintln!("{text}");
}
