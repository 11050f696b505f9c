//! Processes of a large shop are killed and paused at random while shoppers buy. They ask again, and nothing is lost,
//! done twice or left half done.

use std::time::Duration;

use rand::RngExt;
use tokio::time::sleep;

use crate::{
    buyers::{BUYERS, Buyers, each_was_sold_once},
    cluster::Cluster,
    patient::tell,
    servers::Servers,
};

/// Processes that are hit; `RIALTO_TEST_KILLS` asks for more.
const KILLS: u32 = 24;
/// Of so many one is not killed but stands still for a while, as a machine that swaps does.
const PAUSED_OF: u32 = 6;
const PAUSE: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_die_at_random_lose_and_double_nothing() {
    let Some(servers) = Servers::shared() else { return };
    let Some(mut cluster) = Cluster::open(&servers).await else { return };
    let gateways = cluster.gateways();
    let buyers = Buyers::let_in(&gateways, "KETTLE", "buyer");

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
    let sold = buyers.leave().await;

    let look = cluster.plan.look(cluster.data.path()).await;
    look.quiet(Duration::from_secs(120)).await.expect("all events arrive");
    each_was_sold_once(&gateways, &sold).await;
    hit.sort_unstable();
    let hits: Vec<String> =
        hit.chunk_by(|a, b| a == b).map(|service| format!("{} {} ×", service[0], service.len())).collect();
    tell(&format!("{} orders were placed and paid while these were hit: {}", sold.len(), hits.join(", ")));
    assert!(sold.len() >= BUYERS, "hardly anything was sold");
    cluster.plan.verify(cluster.data.path());
}
