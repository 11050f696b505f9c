//! What `rialto verify` says of a shop.

use std::process::Output;

use serde_json::{Value, json};

use crate::patient::tell;

/// All books agree; says which rule was put to the test how often. `output` is that of `rialto verify --json`.
pub fn agree(output: &Output, on: &str) {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut exercised = Vec::new();
    for invariant in report["invariants"].as_array().expect("invariants") {
        let (id, title) = (invariant["id"].as_str().unwrap_or_default(), &invariant["title"]);
        assert_eq!(invariant["violations"], json!([]), "on {on}: {id} {title}");
        exercised.push(format!("{id} {} ×", invariant["exercised"]));
    }
    tell(&format!("on {on}, invariants that hold: {}", exercised.join(", ")));
    assert!(output.status.success());
}
