//! `docs/openapi.json`: the API document as committed, which clients are made from and reviews can see
//! change. A whole-shop test fails when it is stale.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};

/// Writes the document that the program prints.
pub fn write(root: &Path) -> anyhow::Result<()> {
    fs::write(file(root), printed(root)?).context("docs/openapi.json cannot be written")
}

fn file(root: &Path) -> PathBuf {
    root.join("docs/openapi.json")
}

fn printed(root: &Path) -> anyhow::Result<String> {
    let output = Command::new("cargo")
        .args(["run", "--quiet", "--bin", "rialto", "--", "openapi"])
        .current_dir(root)
        .output()
        .context("cargo does not run")?;
    ensure!(output.status.success(), "rialto openapi: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
