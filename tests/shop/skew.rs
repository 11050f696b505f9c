//! A process whose clock is wrong: a little is allowed for, more is refused in clear words, and nothing is sold twice or
//! lost by it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, Utc};
use contracts::Service;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::{
    buyers::{BUYERS, Buyers, each_was_sold_once},
    cluster::Cluster,
    patient::{Patient, tell},
    servers::Servers,
    shopper::{Shopper, items},
};

/// Within the leeway of thirty seconds.
const A_LITTLE: &str = "+20s";
/// Longer than a token of a service lives, shorter than an order waits for its payment.
const MUCH: [&str; 2] = ["+10m", "-10m"];
/// Longer than stock is held for an order that is not paid.
const TOO_LATE: &str = "+20m";

/// The library that tells a program another time. `None`, said aloud, where Debian's `faketime` is not installed.
fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|folder| folder.path());
    let found = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|library| library.exists());
    if found.is_none() {
        test_support::leave_out("what a wrong clock does", "faketime is not installed");
    }
    found
}

/// Starts one process again with a clock that is off by so much; `None`: with the right one.
async fn set_clock(cluster: &mut Cluster, copy: usize, library: &Path, off: Option<&str>) {
    let variables = &mut cluster.copies[copy].variables;
    variables.clear();
    if let Some(off) = off {
        variables.insert("LD_PRELOAD", library.to_str().expect("text").to_owned());
        variables.insert("FAKETIME", off.to_owned());
        // How long a thing takes is not the clock's business.
        variables.insert("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned());
        variables.insert("DONT_FAKE_MONOTONIC", "1".to_owned());
    }
    // Told to stop, it would wait for its clock to come to where Kafka's client wants to be woken.
    cluster.kill(copy);
    cluster.until_all_are_found().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_clock_is_borne_or_refused_and_breaks_no_books() {
    let Some(library) = library() else { return };
    let Some(servers) = Servers::shared() else { return };
    let Some(mut cluster) = Cluster::open(&servers).await else { return };
    let doors = cluster.gateways();
    let orders = cluster.of(Service::Orders)[0];

    set_clock(&mut cluster, orders, &library, Some(A_LITTLE)).await;
    assert!(sell_without_a_hitch(&doors, "early").await, "some orders are of the process whose clock is off");

    let mut sold = Vec::new();
    for off in MUCH {
        set_clock(&mut cluster, orders, &library, Some(off)).await;
        let buyers = Buyers::let_in(&doors, "KETTLE", if off.starts_with('+') { "ahead" } else { "behind" });
        buyers.sell(2 * BUYERS).await;
        let bought = buyers.leave().await;
        tell(&format!("with one clock of orders at {off}, {} orders were sold", bought.len()));
        sold.extend(bought);
    }

    // An order whose stock is let go of before its time.
    set_clock(&mut cluster, orders, &library, None).await;
    let guest = Shopper::new(&doors[0]);
    let unpaid = guest.order(&items("KETTLE", 1), "slow-payer@example.test").await;
    let catalog = cluster.of(Service::Catalog)[0];
    set_clock(&mut cluster, catalog, &library, Some(TOO_LATE)).await;
    let payer = Patient::new(&doors).owning(&unpaid);
    payer.pay(&unpaid).await;
    let ended = until_decided(&payer, &unpaid).await;
    tell(&format!("with one clock of catalog at {TOO_LATE}, an order was {ended}"));
    set_clock(&mut cluster, catalog, &library, None).await;

    each_was_sold_once(&doors, &sold).await;
    assert!(!sell_without_a_hitch(&doors, "late").await, "all clocks are right");
    cluster.settle().await;
}

/// Shoppers buy side by side, so that both processes of each service have to do, and no request fails. Answers whether
/// the clocks of those who made the orders differ.
async fn sell_without_a_hitch(doors: &[String], name: &str) -> bool {
    let mut shoppers = JoinSet::new();
    for (number, door) in doors.iter().cycle().take(12).enumerate() {
        let (guest, email) = (Shopper::new(door), format!("{name}-{number}@example.test"));
        shoppers.spawn(async move {
            let order = guest.order(&items("KETTLE", 1), &email).await;
            let made: DateTime<Utc> = order["created_at"].as_str().expect("a time").parse().expect("RFC 3339");
            let off = (made - contracts::time::now()).num_seconds();
            let paid = guest.owning(&order).pay(&order, "tok_visa").await.expect(200);
            assert_eq!(paid["status"], "succeeded");
            off
        });
    }
    let off = shoppers.join_all().await;
    let (least, most) = (off.iter().min().expect("some"), off.iter().max().expect("some"));
    // Less than that is the time in which an order is placed.
    most - least > 10
}

/// What becomes of a paid order: it is kept, or cancelled and the money given back.
async fn until_decided(payer: &Patient, order: &Value) -> String {
    let path = format!("/orders/{}", order["id"].as_str().expect("an id"));
    for _ in 0..300 {
        let seen = payer.get(&path).await;
        match (seen["status"].as_str(), seen["payment_status"].as_str()) {
            (Some("processing"), _) => return "kept".to_owned(),
            (Some("cancelled"), Some("refunded")) => return "cancelled and paid back".to_owned(),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    panic!("nothing became of {}", order["number"]);
}
