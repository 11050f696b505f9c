//! What `rialto verify` says of a shop.

use std::process::Output;

use rialto::{books, shop::Shop};
use serde_json::{Value, json};

use crate::patient::tell;

/// Rules that any paid sale puts to the test.
const OF_A_SALE: [&str; 11] = ["I2", "I4", "I7", "I8", "I9", "I10", "I13", "I20", "I21", "I32", "I35"];

/// The rules that do not hold in an open shop.
pub async fn broken(shop: &Shop) -> Vec<String> {
    let rules = books::evaluate(shop).await.expect("the books can be read");
    rules.into_iter().filter(|rule| !rule.holds()).map(|rule| rule.id).collect()
}

/// All books agree, and the rules about sales and those in `also` were put to the test; says which one how often. `output`
/// is that of `rialto verify --json`.
pub fn agree(output: &Output, on: &str, also: &[&str]) {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut exercised = Vec::new();
    let mut idle: Vec<&str> = OF_A_SALE.iter().chain(also).copied().collect();
    for invariant in report["invariants"].as_array().expect("invariants") {
        let (id, title) = (invariant["id"].as_str().unwrap_or_default(), &invariant["title"]);
        assert_eq!(invariant["violations"], json!([]), "on {on}: {id} {title}");
        exercised.push(format!("{id} {} ×", invariant["exercised"]));
        if invariant["exercised"].as_u64() > Some(0) {
            idle.retain(|rule| *rule != id);
        }
    }
    tell(&format!("on {on}, invariants that hold: {}", exercised.join(", ")));
    assert!(idle.is_empty(), "on {on}, nothing happened that these rules are about: {idle:?}");
    assert!(output.status.success());
}
