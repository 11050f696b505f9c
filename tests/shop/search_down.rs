//! A shop whose search index cannot be read: it finds by title, maker, tag and SKU, and says nothing of it to shoppers.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{many_processes::free_address, stopping::Running};

#[tokio::test]
async fn shoppers_find_things_while_the_index_cannot_be_read() {
    let data = tempfile::tempdir().expect("a folder");
    let address = free_address();
    let process = Command::new(env!("CARGO_BIN_EXE_rialto"))
        .args(["up", "--listen", &address, "--data"])
        .arg(data.path())
        .envs([("RIALTO__METRICS_LISTEN", ""), ("FAILPOINTS", "index::search=return")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _process = Running(process.expect("the program starts"));
    let get = async |path: &str| -> Value {
        let answer = reqwest::get(format!("http://{address}{path}")).await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.json().await.expect("JSON")
    };
    let begun = Instant::now();
    // The sample's last product is on the shelf a moment after the door opens.
    let is_filled = async || {
        let answer = reqwest::get(format!("http://{address}/products?limit=1")).await.ok()?;
        Some(answer.json::<Value>().await.ok()?["total"] == 48)
    };
    while is_filled().await != Some(true) {
        assert!(begun.elapsed() < Duration::from_secs(60), "the shop never became ready");
        sleep(Duration::from_millis(100)).await;
    }
    let titles = |list: &Value| -> Vec<String> {
        let items = list.as_array().expect("a list");
        items.iter().map(|item| item["title"].as_str().unwrap_or_default().to_owned()).collect()
    };

    let found = get("/products?q=spice%20mil").await;
    assert_eq!(titles(&found["items"]).first().map(String::as_str), Some("Orchard Spice Mill"), "{found}");
    assert_eq!(found["correction"], Value::Null);
    let sku = found["items"][0]["variants"][0]["sku"].as_str().expect("a SKU").to_lowercase();
    assert_eq!(get(&format!("/products?q={sku}")).await["total"], 1);
    assert_eq!(get("/products?q=spicce").await["total"], 0, "a slip that the index would mend: it is not read");
    let suggested = get("/products/suggest?q=spice").await;
    assert_eq!(titles(&suggested["products"]), ["Orchard Spice Mill"]);
}
