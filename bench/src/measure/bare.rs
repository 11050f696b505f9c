//! The limit for reads: a bare axum server that answers a stored body and does nothing else.

use std::{fs, path::PathBuf, process::Stdio};

use anyhow::Context;
use axum::{Router, body::Bytes, http::header};
use clap::Args;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
};

use super::server::free_address;

#[derive(Debug, Args)]
pub struct Options {
    /// The file with the body
    #[arg(long)]
    body: PathBuf,
    #[arg(long)]
    listen: String,
}

/// Answers every GET with the body, until it is killed.
pub async fn serve(options: Options) -> anyhow::Result<()> {
    let body = Bytes::from(fs::read(options.body)?);
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
    let listener = TcpListener::bind(options.listen).await?;
    Ok(axum::serve(listener, Router::new().fallback(answer)).await?)
}

/// The same in a process of its own; it ends when this is dropped.
pub struct Bare {
    _child: Child,
    pub url: String,
}

impl Bare {
    pub async fn start(body: &str) -> anyhow::Result<Self> {
        let file = tempfile::NamedTempFile::new()?;
        fs::write(file.path(), body)?;
        let listen = free_address()?;
        let child = Command::new(std::env::current_exe()?)
            .args(["bare", "--listen", &listen, "--body"])
            .arg(file.path())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the bare server does not start")?;
        let url = format!("http://{listen}");
        while reqwest::get(&url).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        Ok(Self { _child: child, url })
    }
}
