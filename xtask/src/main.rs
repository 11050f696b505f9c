//! The project's own checks and generated files: `cargo xtask tidy`, `cargo xtask openapi`.

mod arrows;
mod openapi;
mod tidy;

use std::{path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["tidy"] => tidy::run(&root()),
        ["openapi"] => openapi::write(&root()),
        _ => Err(anyhow::anyhow!("usage: cargo xtask tidy | openapi")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// The repository's top folder, wherever cargo was called.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[expect(clippy::print_stderr, reason = "talk with people goes to standard error")]
fn complain(error: &anyhow::Error) {
    eprintln!("{error:#}");
}
