//! The shop as a process of its own: started, watched from outside, stopped.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use tokio::process::{Child, Command};

use super::postgres::Databases;

pub const ADMIN_EMAIL: &str = "admin@bench.example";
pub const ADMIN_PASSWORD: &str = "correct-horse-battery-9";
const READY_WITHIN: Duration = Duration::from_secs(60);
/// The unit of CPU time in /proc, whatever the kernel's own clock is.
const TICKS_A_SECOND: f64 = 100.0;

/// How a shop is started.
pub struct Place<'a> {
    pub program: &'a Path,
    pub data: PathBuf,
    /// SQLite files in `data` if there are none.
    pub databases: Option<&'a Databases>,
}

impl Place<'_> {
    /// A command of the program for this shop.
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command
            .arg("--data")
            .arg(&self.data)
            .env("RIALTO_ADMIN_EMAIL", ADMIN_EMAIL)
            .env("RIALTO_ADMIN_PASSWORD", ADMIN_PASSWORD)
            .env("RIALTO__GATEWAY__RATE_LIMIT", "off")
            .env("RIALTO__LOG__LEVEL", "warn")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        if let Some(databases) = self.databases {
            command.envs(databases.settings());
        }
        command
    }
}

/// A running shop.
pub struct Running {
    child: Child,
    pub url: String,
    metrics_url: String,
    /// From the start of the program to its first ready answer.
    pub ready_after: Duration,
}

impl Running {
    pub async fn start(place: &Place<'_>) -> anyhow::Result<Self> {
        let (listen, metrics) = (free_address()?, free_address()?);
        let mut command = place.command();
        command.args(["up", "--sample", "none", "--listen", &listen]).env("RIALTO__METRICS_LISTEN", &metrics);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("{} does not start", place.program.display()))?;
        let mut running = Self {
            child,
            url: format!("http://{listen}"),
            metrics_url: format!("http://{metrics}/metrics"),
            ready_after: Duration::ZERO,
        };
        let http = reqwest::Client::new();
        while !is_ready(&http, &running.url).await {
            if let Some(status) = running.child.try_wait()? {
                bail!("the shop ended before it was ready: {status}");
            }
            ensure!(started.elapsed() < READY_WITHIN, "the shop is not ready after {} s", READY_WITHIN.as_secs());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        running.ready_after = started.elapsed();
        Ok(running)
    }

    /// The shop as its staff and guests reach it.
    fn process(&self, file: &str) -> anyhow::Result<String> {
        let pid = self.child.id().context("the shop has ended")?;
        fs::read_to_string(format!("/proc/{pid}/{file}")).context("only Linux tells what a process costs")
    }

    /// Seconds of CPU the process has used.
    pub fn cpu_secs(&self) -> anyhow::Result<f64> {
        let stat = self.process("stat")?;
        // The name in parentheses may have blanks; user and system time are the 12th and 13th field behind it.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
        let (user, system) = ticks(11).zip(ticks(12)).context("/proc/…/stat is not as expected")?;
        Ok((user + system) / TICKS_A_SECOND)
    }

    /// Resident memory in MB (10⁶ bytes).
    pub fn memory_mb(&self) -> anyhow::Result<f64> {
        let status = self.process("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS is not told")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024.0 / 1e6)
    }

    /// The sum of a counter over all its labels; 0 if it was never counted.
    pub async fn counter(&self, name: &str) -> anyhow::Result<f64> {
        let page = reqwest::get(&self.metrics_url).await?.error_for_status()?.text().await?;
        let values = page.lines().filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            (rest.starts_with(['{', ' '])).then(|| rest.rsplit(' ').next()?.parse::<f64>().ok())?
        });
        Ok(values.sum())
    }

    /// Ends the shop as an operator would, and waits until it has.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().context("the shop has ended already")?;
        Command::new("kill").arg(pid.to_string()).status().await?;
        let status = tokio::time::timeout(Duration::from_secs(40), self.child.wait()).await??;
        ensure!(status.success(), "the shop ended with {status}");
        Ok(())
    }
}

async fn is_ready(http: &reqwest::Client, url: &str) -> bool {
    http.get(format!("{url}/readyz")).send().await.is_ok_and(|answer| answer.status().is_success())
}

/// An address nobody listens on right now.
pub fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
