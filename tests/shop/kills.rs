//! Processes of a large shop are killed and paused at random while shoppers buy. They ask again, and nothing is lost,
//! done twice or left half done.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use rand::RngExt;
use serde_json::Value;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::Cluster,
    patient::{Patient, address, tell},
    servers::Servers,
};

/// Processes that are hit; `RIALTO_TEST_KILLS` asks for more.
const KILLS: u32 = 24;
/// Of so many one is not killed but stands still for a while, as a machine that swaps does.
const PAUSED_OF: u32 = 6;
const PAUSE: Duration = Duration::from_secs(3);
const BUYERS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_die_at_random_lose_and_double_nothing() {
    let Some(servers) = Servers::shared() else { return };
    let Some(mut cluster) = Cluster::open(&servers).await else { return };
    let gateways = cluster.gateways();
    let stop = CancellationToken::new();
    let sold: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
    let mut buyers = JoinSet::new();
    for buyer in 0..BUYERS {
        let (guest, stop, sold) = (Patient::new(&gateways), stop.clone(), sold.clone());
        buyers.spawn(async move {
            let mut number = 0;
            while !stop.is_cancelled() {
                let name = format!("buyer-{buyer}-{number}");
                let (_, order) = guest.buy("KETTLE", &name).await;
                sold.lock().expect("not poisoned").push((name, order));
                number += 1;
            }
        });
    }

    let kills = test_support::variable("RIALTO_TEST_KILLS").map_or(KILLS, |text| text.parse().expect("a number"));
    let mut hit = Vec::new();
    for number in 0..kills {
        let victim = rand::rng().random_range(0..cluster.copies.len());
        hit.push(cluster.copies[victim].service.name());
        if number % PAUSED_OF == PAUSED_OF - 1 {
            cluster.copies[victim].signal("STOP");
            sleep(PAUSE).await;
            cluster.copies[victim].signal("CONT");
        } else {
            cluster.kill(victim);
        }
        sleep(Duration::from_millis(rand::rng().random_range(200..1200))).await;
    }
    stop.cancel();
    while let Some(ended) = buyers.join_next().await {
        ended.expect("every buyer got an answer in the end");
    }

    let look = cluster.plan.look(cluster.data.path()).await;
    look.quiet(Duration::from_secs(120)).await.expect("all events arrive");
    let staff = Patient::staff(&gateways).await;
    let sold = sold.lock().expect("not poisoned").clone();
    for (name, order) in &sold {
        let orders = staff.get(&format!("/orders?email={}", address(name))).await;
        assert_eq!(orders["items"].as_array().map(Vec::len), Some(1), "one order of {name}: {orders}");
        let seen = staff.wait_for(order, "status", "processing").await;
        let paid = staff.get(&format!("/payment/status?order_id={}", order["id"].as_str().expect("an id"))).await;
        assert_eq!(paid["captured"], seen["totals"]["total"], "one charge of {name}: {paid}");
    }
    hit.sort_unstable();
    let hits: Vec<String> =
        hit.chunk_by(|a, b| a == b).map(|service| format!("{} {} ×", service[0], service.len())).collect();
    tell(&format!("{} orders were placed and paid while these were hit: {}", sold.len(), hits.join(", ")));
    assert!(sold.len() >= BUYERS, "hardly anything was sold");
    cluster.plan.verify(cluster.data.path());
}
