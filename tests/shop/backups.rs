//! A backup is taken while shoppers buy, and opened as a shop of its own.

use std::{
    path::Path,
    process::{Output, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    books,
    many_processes::free_address,
    patient::{Patient, tell},
    shopper::{Shopper, items},
    stopping::{Running, rialto},
};

fn run(data: &Path, arguments: &[&str]) -> Output {
    rialto(data).args(arguments).output().expect("the program runs")
}

/// Opens the shop with its sample products.
async fn open(data: &Path) -> (Running, String) {
    let address = free_address();
    let mut command = rialto(data);
    command.args(["up", "--listen", &address]).stdout(Stdio::null()).stderr(Stdio::null());
    let running = Running(command.spawn().expect("the program starts"));
    let url = format!("http://{address}");
    for _ in 0..300 {
        if reqwest::get(format!("{url}/readyz")).await.is_ok_and(|answer| answer.status().is_success()) {
            return (running, url);
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("the shop never became ready");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_beside_a_busy_shop_is_a_shop_whose_books_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("shop.tar.gz"));
    let file_name = file.to_str().expect("text").to_owned();
    let (running, url) = open(&data).await;
    let sku = Shopper::new(&url).pick().await.0;
    let stop = CancellationToken::new();
    let paid: Arc<Mutex<Vec<Value>>> = Arc::default();
    let mut buyers = JoinSet::new();
    for buyer in 0..3 {
        let (guest, stop, paid, sku) = (Shopper::new(&url), stop.clone(), paid.clone(), sku.clone());
        buyers.spawn(async move {
            let mut bought = 0;
            // Nobody is turned away because a backup is taken. What is there of a sample product is soon sold.
            while !stop.is_cancelled() && bought < 6 {
                let order = guest.order(&items(&sku, 1), &format!("buyer-{buyer}@example.test")).await;
                guest.owning(&order).pay(&order, "tok_visa").await.expect(200);
                paid.lock().expect("not poisoned").push(order);
                bought += 1;
            }
        });
    }
    while paid.lock().expect("not poisoned").len() < 3 {
        sleep(Duration::from_millis(5)).await;
    }
    let before = paid.lock().expect("not poisoned").clone();
    let (kept, name) = (data.clone(), file_name.clone());
    let taken = tokio::task::spawn_blocking(move || run(&kept, &["backup", &name, "--json"])).await.expect("runs");
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
    stop.cancel();
    while let Some(ended) = buyers.join_next().await {
        ended.expect("every buyer was served");
    }
    let report: Value = serde_json::from_slice(&taken.stdout).expect("a report");
    tell(&format!("writers waited {} ms for a backup of {} bytes", report["writers_waited_ms"], report["bytes"]));
    drop(running);
    let again = run(&data, &["backup", &file_name]);
    assert!(!again.status.success(), "an older backup is not written over");

    let restored = folder.path().join("restored");
    let done = run(&restored, &["restore", &file_name]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(!run(&restored, &["restore", &file_name]).status.success(), "a shop is not written over");
    let (_running, url) = open(&restored).await;
    let staff = Patient::staff(std::slice::from_ref(&url)).await;
    for order in &before {
        staff.wait_for(order, "status", "processing").await;
    }
    let guest = Shopper::new(&url);
    assert_eq!(guest.get("/products?limit=1").await.expect(200)["total"], 48);
    let order = guest.order(&items(&sku, 1), "later@example.test").await;
    let numbers: Vec<&Value> = before.iter().map(|order| &order["number"]).collect();
    assert!(!numbers.contains(&&order["number"]), "a number is given once");
    guest.owning(&order).pay(&order, "tok_visa").await.expect(200);
    staff.wait_for(&order, "status", "processing").await;
    books::agree(&run(&restored, &["verify", "--json"]), "the restored shop", &[]);
}

#[test]
fn a_backup_that_was_cut_off_or_changed_makes_no_shop() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("shop.tar.gz"));
    assert!(run(&data, &["migrate", "up"]).status.success());
    let name = file.to_str().expect("text");
    assert!(run(&data, &["backup", name]).status.success());
    let whole = std::fs::read(&file).expect("a backup");
    let restored = folder.path().join("restored");
    for (length, what) in [(whole.len() / 2, "half"), (0, "nothing")] {
        std::fs::write(&file, &whole[..length]).expect("can be written");
        let refused = run(&restored, &["restore", name]);
        assert!(!refused.status.success(), "{what} of a backup made a shop");
        assert!(!restored.exists(), "{what} of a backup left something behind");
    }
    let elsewhere =
        rialto(&data).env("RIALTO__ORDERS__DATABASE_URL", "postgres://db/orders").args(["backup", "x"]).output();
    let text = String::from_utf8(elsewhere.expect("the program runs").stderr).expect("text");
    assert!(text.contains("outside its data directory"), "{text}");
}
