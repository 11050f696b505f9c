//! The shop as a process of its own, or as many: started, watched from outside, stopped.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

use super::{cluster::Servers, metrics::Seen, postgres::Databases};

pub const ADMIN_EMAIL: &str = "admin@bench.example";
pub const ADMIN_PASSWORD: &str = "correct-horse-battery-9";
const GATEWAY: &str = "gateway";
/// The gateway comes last, for its address is the shop's.
const SERVICES: [&str; 7] = ["users", "catalog", "orders", "payments", "shipping", "notifications", GATEWAY];
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Below the ports that systems give to those who connect, so that none of them has one before its listener comes.
static NEXT_PORT: AtomicU16 = AtomicU16::new(20_000);
const PORT_MAX: u16 = 32_000;
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

    fn certs(&self) -> PathBuf {
        self.data.join("certs")
    }

    /// What processes of this shop show each other.
    pub async fn make_certs(&self) -> anyhow::Result<()> {
        self.run(&["certs", "--to", self.certs().to_str().context("a path is text")?], "").await
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

/// What the gateway is told where all processes share this machine with their servers, as it tells itself in a shop of one.
fn writes_at_once() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (2 * cores + 1).to_string()
}

/// A running shop.
pub struct Running {
    processes: Vec<Process>,
    pub url: String,
    /// From the start of the program to its first ready answer.
    pub ready_after: Duration,
    /// What the processes had used by then.
    pub cpu_secs_at_ready: f64,
}

/// What a process holds, in MB (10⁶ bytes).
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub resident_mb: f64,
    /// Of that, pages of files that the system may take back: of the program, which other processes share, and of indices.
    pub files_mb: f64,
}

struct Process {
    /// The service, or `shop` if it is all of them.
    name: &'static str,
    child: Child,
    metrics_url: String,
    /// What it says of itself.
    log: PathBuf,
}

impl Process {
    fn start(name: &'static str, mut command: Command, log: PathBuf) -> anyhow::Result<Self> {
        let metrics = free_address()?;
        command.env("RIALTO__METRICS_LISTEN", &metrics).stdout(Stdio::null()).stderr(File::create(&log)?);
        let child = command.spawn().with_context(|| format!("{name} does not start"))?;
        Ok(Self { name, child, metrics_url: format!("http://{metrics}/metrics"), log })
    }

    fn file(&self, file: &str) -> anyhow::Result<String> {
        let pid = self.child.id().with_context(|| format!("{} has ended", self.name))?;
        fs::read_to_string(format!("/proc/{pid}/{file}")).context("only Linux tells what a process costs")
    }

    fn cpu_secs(&self) -> anyhow::Result<f64> {
        let stat = self.file("stat")?;
        // The name in parentheses may have blanks; user and system time are the 12th and 13th field behind it.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
        let (user, system) = ticks(11).zip(ticks(12)).context("/proc/…/stat is not as expected")?;
        Ok((user + system) / TICKS_A_SECOND)
    }

    fn memory(&self) -> anyhow::Result<Memory> {
        let status = self.file("status")?;
        let mb = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| name.to_owned())?;
            let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
            anyhow::Ok(kib * 1024.0 / 1e6)
        };
        Ok(Memory { resident_mb: mb("VmRSS:")?, files_mb: mb("RssFile:")? })
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Running {
    /// All services in one process.
    pub async fn start(place: &Place<'_>) -> anyhow::Result<Self> {
        let started = Instant::now();
        let listen = free_address()?;
        let mut command = place.command();
        command.args(["up", "--sample", "none", "--listen", &listen]);
        let shop = Process::start("shop", command, place.data.with_extension("log"))?;
        Self::ready(vec![shop], listen, started).await
    }

    /// Every service in processes of its own, as many as `copies` says and one of those that it does not name. The schemas
    /// are current, Consul brings the processes together, and they talk TLS by what `Place::make_certs` has made.
    pub async fn start_apart(place: &Place<'_>, copies: &BTreeMap<&str, usize>) -> anyhow::Result<Self> {
        let started = Instant::now();
        let mut processes = Vec::new();
        let mut gateway = String::new();
        for service in SERVICES {
            for copy in 0..copies.get(service).copied().unwrap_or(1) {
                let listen = free_address()?;
                let name = match service {
                    GATEWAY => "RIALTO__LISTEN".to_owned(),
                    _ => format!("RIALTO__{}__LISTEN", service.to_uppercase()),
                };
                let own = Place { data: place.data.join(format!("{service}-{copy}")), ..*place };
                let mut command = own.command();
                command.args(["serve", service]).env(name, &listen).env("RIALTO__STOP__SERVE_WAIT_SECS", "0");
                command.env("RIALTO__GATEWAY__WRITES_AT_ONCE", writes_at_once());
                let certs = place.certs();
                command
                    .env("RIALTO__TLS__CA", certs.join("ca.pem"))
                    .env("RIALTO__TLS__CERT", certs.join(service).with_extension("pem"))
                    .env("RIALTO__TLS__KEY", certs.join(service).with_extension("key"));
                processes.push(Process::start(service, command, own.data.with_extension("log"))?);
                gateway = listen;
            }
        }
        Self::ready(processes, gateway, started).await
    }

    async fn ready(mut processes: Vec<Process>, listen: String, started: Instant) -> anyhow::Result<Self> {
        let http = reqwest::Client::new();
        let url = format!("http://{listen}");
        while !is_ready(&http, &url).await {
            for process in &mut processes {
                if let Some(status) = process.child.try_wait()? {
                    bail!("{} ended before the shop was ready: {status}\n{}", process.name, process.last_words());
                }
            }
            if started.elapsed() > READY_WITHIN {
                let said: Vec<String> =
                    processes.iter().map(|process| format!("{}: {}", process.name, process.last_words())).collect();
                bail!("the shop is not ready after {} s. It says:\n{}", READY_WITHIN.as_secs(), said.join("\n"));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let ready_after = started.elapsed();
        let mut running = Self { processes, url, ready_after, cpu_secs_at_ready: 0.0 };
        running.cpu_secs_at_ready = running.cpu_secs()?;
        // Of several copies one is enough for the shop to be ready. The others are waited for, to be measured as well.
        while let Err(error) = running.metrics().await {
            ensure!(started.elapsed() < READY_WITHIN, "{error:#}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(running)
    }

    /// Seconds of CPU that the processes have used.
    pub fn cpu_secs(&self) -> anyhow::Result<f64> {
        self.processes.iter().map(Process::cpu_secs).sum()
    }

    /// The same by service.
    pub fn cpu_by_service(&self) -> anyhow::Result<BTreeMap<&'static str, f64>> {
        let mut used = BTreeMap::new();
        for process in &self.processes {
            *used.entry(process.name).or_default() += process.cpu_secs()?;
        }
        Ok(used)
    }

    pub fn memory(&self) -> anyhow::Result<Vec<(&'static str, Memory)>> {
        self.processes.iter().map(|process| Ok((process.name, process.memory()?))).collect()
    }

    pub async fn metrics(&self) -> anyhow::Result<Seen> {
        let mut seen = Seen::default();
        for process in &self.processes {
            let page = seen.add(&process.metrics_url).await;
            page.with_context(|| format!("metrics of {}, which said\n{}", process.name, process.last_words()))?;
        }
        Ok(seen)
    }

    /// Ends the shop as an operator would, and waits until it has.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        for process in &self.processes {
            let pid = process.child.id().with_context(|| format!("{} has ended already", process.name))?;
            Command::new("kill").arg(pid.to_string()).status().await?;
        }
        for process in &mut self.processes {
            let status = tokio::time::timeout(Duration::from_secs(40), process.child.wait()).await??;
            ensure!(status.success(), "{} ended with {status}\n{}", process.name, process.last_words());
        }
        Ok(())
    }
}

async fn is_ready(http: &reqwest::Client, url: &str) -> bool {
    http.get(format!("{url}/readyz")).send().await.is_ok_and(|answer| answer.status().is_success())
}

/// An address nobody listens on right now, and that was not given out before.
pub fn free_address() -> anyhow::Result<String> {
    loop {
        let port = NEXT_PORT.fetch_add(1, Ordering::Relaxed);
        ensure!(port < PORT_MAX, "there is no port left");
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return Ok(listener.local_addr()?.to_string());
        }
    }
}
