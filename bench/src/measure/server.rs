//! The shop as a process of its own, or as many: started, watched from outside, stopped.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

use super::{cluster::Servers, postgres::Databases};

pub const ADMIN_EMAIL: &str = "admin@bench.example";
pub const ADMIN_PASSWORD: &str = "correct-horse-battery-9";
const GATEWAY: &str = "gateway";
/// The gateway comes last, for its address is the shop's.
const SERVICES: [&str; 7] = ["users", "catalog", "orders", "payments", "shipping", "notifications", GATEWAY];
const READY_WITHIN: Duration = Duration::from_secs(60);
/// The unit of CPU time in /proc, whatever the kernel's own clock is.
const TICKS_A_SECOND: f64 = 100.0;

/// How a shop is started.
pub struct Place<'a> {
    pub program: &'a Path,
    pub data: PathBuf,
    /// SQLite files in `data` if there are none.
    pub databases: Option<&'a Databases>,
    /// What a shop of many processes stands on beside them.
    pub servers: Option<&'a Servers>,
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
        if let Some(servers) = self.servers {
            command.envs(servers.settings());
        }
        command
    }

    /// Runs a command of the program to its end, with `input` to read.
    pub async fn run(&self, arguments: &[&str], input: &str) -> anyhow::Result<()> {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("{} does not start", self.program.display()))?;
        child.stdin.take().context("a pipe")?.write_all(input.as_bytes()).await?;
        let output = child.wait_with_output().await?;
        ensure!(output.status.success(), "rialto {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}

/// A running shop.
pub struct Running {
    children: Vec<Child>,
    pub url: String,
    metrics_urls: Vec<String>,
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
            children: vec![child],
            url: format!("http://{listen}"),
            metrics_urls: vec![format!("http://{metrics}/metrics")],
            ready_after: Duration::ZERO,
        };
        running.until_ready(started).await?;
        Ok(running)
    }

    /// Starts every service as processes of its own, `copies` of each that is named there and one of the others. The
    /// schemas are current, and Consul brings the processes together.
    pub async fn start_apart(place: &Place<'_>, copies: &BTreeMap<&str, usize>) -> anyhow::Result<Self> {
        let mut running =
            Self { children: Vec::new(), url: String::new(), metrics_urls: Vec::new(), ready_after: Duration::ZERO };
        let started = Instant::now();
        for service in SERVICES {
            for copy in 0..copies.get(service).copied().unwrap_or(1) {
                let (listen, metrics) = (free_address()?, free_address()?);
                let name = match service {
                    GATEWAY => "RIALTO__LISTEN".to_owned(),
                    _ => format!("RIALTO__{}__LISTEN", service.to_uppercase()),
                };
                let own = Place { data: place.data.join(format!("{service}-{copy}")), ..*place };
                let mut command = own.command();
                command.args(["serve", service]).env(name, &listen).env("RIALTO__METRICS_LISTEN", &metrics);
                command.env("RIALTO__STOP__SERVE_WAIT_SECS", "0").stdout(Stdio::null()).stderr(Stdio::null());
                running.children.push(command.spawn().context("the program starts")?);
                running.metrics_urls.push(format!("http://{metrics}/metrics"));
                running.url = format!("http://{listen}");
            }
        }
        running.until_ready(started).await?;
        Ok(running)
    }

    async fn until_ready(&mut self, started: Instant) -> anyhow::Result<()> {
        let http = reqwest::Client::new();
        while !is_ready(&http, &self.url).await {
            for child in &mut self.children {
                if let Some(status) = child.try_wait()? {
                    bail!("the shop ended before it was ready: {status}");
                }
            }
            ensure!(started.elapsed() < READY_WITHIN, "the shop is not ready after {} s", READY_WITHIN.as_secs());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.ready_after = started.elapsed();
        Ok(())
    }

    /// Seconds of CPU that the processes have used.
    pub fn cpu_secs(&self) -> anyhow::Result<f64> {
        self.children.iter().map(cpu_secs_of).sum()
    }

    /// Resident memory in MB (10⁶ bytes) of the process that has most.
    pub fn memory_mb(&self) -> anyhow::Result<f64> {
        let each: Vec<f64> = self.children.iter().map(memory_mb_of).collect::<anyhow::Result<_>>()?;
        Ok(each.into_iter().fold(0.0, f64::max))
    }

    /// The sum of a counter over all its labels; 0 if it was never counted.
    pub async fn counter(&self, name: &str) -> anyhow::Result<f64> {
        let mut sum = 0.0;
        for url in &self.metrics_urls {
            let page = reqwest::get(url).await?.error_for_status()?.text().await?;
            let values = page.lines().filter_map(|line| {
                let rest = line.strip_prefix(name)?;
                (rest.starts_with(['{', ' '])).then(|| rest.rsplit(' ').next()?.parse::<f64>().ok())?
            });
            sum += values.sum::<f64>();
        }
        Ok(sum)
    }

    /// Ends the shop as an operator would, and waits until it has.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        for child in &self.children {
            let pid = child.id().context("the shop has ended already")?;
            Command::new("kill").arg(pid.to_string()).status().await?;
        }
        for child in &mut self.children {
            let status = tokio::time::timeout(Duration::from_secs(40), child.wait()).await??;
            ensure!(status.success(), "the shop ended with {status}");
        }
        Ok(())
    }
}

fn process(child: &Child, file: &str) -> anyhow::Result<String> {
    let pid = child.id().context("the shop has ended")?;
    fs::read_to_string(format!("/proc/{pid}/{file}")).context("only Linux tells what a process costs")
}

fn cpu_secs_of(child: &Child) -> anyhow::Result<f64> {
    let stat = process(child, "stat")?;
    // The name in parentheses may have blanks; user and system time are the 12th and 13th field behind it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("/proc/…/stat is not as expected")?;
    Ok((user + system) / TICKS_A_SECOND)
}

fn memory_mb_of(child: &Child) -> anyhow::Result<f64> {
    let status = process(child, "status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS is not told")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024.0 / 1e6)
}

async fn is_ready(http: &reqwest::Client, url: &str) -> bool {
    http.get(format!("{url}/readyz")).send().await.is_ok_and(|answer| answer.status().is_success())
}

/// An address nobody listens on right now.
pub fn free_address() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
