//! The load generator oha: run against one or many addresses, its report read.

use std::{io::Write, path::Path};

use anyhow::{Context, ensure};
use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::process::Command;

pub const CONNECTIONS: u32 = 64;

/// What one run came to.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub requests: f64,
    pub requests_a_second: f64,
    pub p99_ms: f64,
}

/// Asks for `urls` in random order, over 64 connections, for `secs` seconds. An answer that is not 200 fails the run.
pub async fn run(program: &Path, urls: &[String], secs: u32) -> anyhow::Result<Load> {
    let mut list = NamedTempFile::new()?;
    urls.iter().try_for_each(|url| writeln!(list, "{url}"))?;
    let output = Command::new(program)
        .args(["--no-tui", "--output-format", "json", "-c", &CONNECTIONS.to_string(), "-z", &format!("{secs}s")])
        // The bare server does not compress, so neither may ours: bytes for bytes.
        .args(["--disable-compression", "--wait-ongoing-requests-after-deadline", "--urls-from-file"])
        .arg(list.path())
        .output()
        .await
        .with_context(|| format!("{} does not run", program.display()))?;
    ensure!(output.status.success(), "oha: {}", String::from_utf8_lossy(&output.stderr));
    read(&serde_json::from_slice(&output.stdout).context("oha's report is not JSON")?)
}

fn read(report: &Value) -> anyhow::Result<Load> {
    let statuses = report["statusCodeDistribution"].as_object().context("oha's report lacks the statuses")?;
    let requests: f64 = statuses.values().filter_map(Value::as_f64).sum();
    let good = statuses.get("200").and_then(Value::as_f64).unwrap_or_default();
    ensure!(good > 0.0 && good == requests, "answers that are not 200: {statuses:?}");
    let errors = report["errorDistribution"].as_object().is_some_and(|errors| !errors.is_empty());
    ensure!(!errors, "requests without an answer: {}", report["errorDistribution"]);
    Ok(Load {
        requests,
        requests_a_second: report["summary"]["requestsPerSec"].as_f64().context("requestsPerSec")?,
        p99_ms: report["latencyPercentiles"]["p99"].as_f64().context("latencyPercentiles.p99")? * 1e3,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn a_report_counts_only_if_all_went_well() {
        let report = |statuses, errors| {
            json!({"summary": {"requestsPerSec": 2.5}, "latencyPercentiles": {"p99": 0.004},
                "statusCodeDistribution": statuses, "errorDistribution": errors})
        };
        let load = read(&report(json!({"200": 5}), json!({}))).expect("it counts");
        assert_eq!((load.requests, load.requests_a_second, load.p99_ms), (5.0, 2.5, 4.0));
        assert!(read(&report(json!({"200": 5, "503": 1}), json!({}))).is_err());
        assert!(read(&report(json!({}), json!({}))).is_err());
        assert!(read(&report(json!({"200": 5}), json!({"connection refused": 1}))).is_err());
    }
}
