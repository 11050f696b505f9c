//! Who may depend on whom: `bin` → `services` → `crates` → `contracts`, and each outside system has one crate.

use std::{collections::BTreeMap, path::Path, process::Command};

use anyhow::{Context, ensure};
use serde_json::Value;

/// Outside crates that only one place may name.
const ONLY_IN: [(&str, &str); 7] = [
    ("rdkafka", "bus"),
    ("redis", "cache"),
    ("mongodb", "catalog"),
    ("tantivy", "catalog"),
    ("governor", "gateway"),
    ("argon2", "users"),
    ("reqwest", "upstream"),
];
/// Programs and tests that reach over HTTP like any client.
const OUTSIDERS: [&str; 3] = ["bench", "rialto", "xtask"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Floor {
    Contracts,
    Crate,
    Service,
    Bin,
}

/// Every dependency that goes against an arrow.
pub fn problems(root: &Path) -> anyhow::Result<Vec<String>> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .context("cargo metadata does not run")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists packages")?;
    let floors: BTreeMap<&str, Floor> =
        packages.iter().filter_map(|package| Some((package["name"].as_str()?, floor(package)?))).collect();
    let mut problems = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            // Tests may stand on test-support, whatever floor it is on.
            let for_tests = dependency["kind"] == "dev";
            let other = dependency["name"].as_str().unwrap_or_default();
            if let (Some(from), Some(to)) = (floors.get(name), floors.get(other))
                && !for_tests
                && !allowed(*from, *to)
            {
                problems.push(format!("{name} depends on {other}, against the arrows in ARCHITECTURE.md"));
            }
            let misplaced =
                |(krate, home): &&(&str, &str)| *krate == other && *home != name && !OUTSIDERS.contains(&name);
            if let Some((krate, home)) = ONLY_IN.iter().find(misplaced).filter(|_| !for_tests) {
                problems.push(format!("{name} depends on {krate}, which only {home} may"));
            }
        }
    }
    Ok(problems)
}

fn floor(package: &Value) -> Option<Floor> {
    let manifest = package["manifest_path"].as_str()?;
    match package["name"].as_str()? {
        "contracts" => Some(Floor::Contracts),
        _ if manifest.contains("/crates/") => Some(Floor::Crate),
        _ if manifest.contains("/services/") => Some(Floor::Service),
        _ => Some(Floor::Bin),
    }
}

/// Crates may stand on each other; services may not.
fn allowed(from: Floor, to: Floor) -> bool {
    to < from || (from == Floor::Crate && to == Floor::Crate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_down() {
        assert!(allowed(Floor::Bin, Floor::Service));
        assert!(allowed(Floor::Service, Floor::Crate));
        assert!(!allowed(Floor::Service, Floor::Service));
        assert!(!allowed(Floor::Crate, Floor::Service));
        assert!(!allowed(Floor::Contracts, Floor::Crate));
    }
}
