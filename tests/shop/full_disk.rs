//! The disk that PostgreSQL stands on fills up while shoppers buy. They are told to come back, and when there is room again
//! the shop goes on by itself.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{
    buyers::{BUYERS, Buyers, each_is_paid_in_the_end, each_was_sold_once},
    cluster::{Cluster, Place},
    many_processes::{STORES, plan_on},
    patient::tell,
    servers::OwnServers,
    shopper::Shopper,
};

/// Seven empty databases and their log take half of it.
const DISK_MEGABYTES: u32 = 320;
const FULL_FOR: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_holds_a_large_shop_up_and_loses_nothing() {
    let Some(own) = OwnServers::for_a_cluster_on_a_small_disk(DISK_MEGABYTES).await else { return };
    let cluster = Cluster::open_at(&own.servers(), plan_on(&own.databases(STORES)), |_, _| Place::here()).await;
    let doors = cluster.gateways();
    let buyers = Buyers::let_in(&doors, "KETTLE", "buyer");
    buyers.sell(BUYERS).await;
    own.fill_the_disk();
    // Pages that are there have some room left.
    let guest = Shopper::new(&doors[0]);
    let begun = Instant::now();
    loop {
        let answer = guest.try_to_order(&crate::shopper::items("KETTLE", 1), "out-of-room@example.test").await;
        match answer.status.as_u16() {
            201 => assert!(begun.elapsed() < Duration::from_secs(60), "orders fit on a full disk"),
            503 | 504 => break,
            _ => panic!("the answer of a shop whose disk is full: {}", answer.text),
        }
    }
    let refused_after = begun.elapsed();
    guest.get("/products?q=kettle").await.expect(200);
    sleep(FULL_FOR).await;
    own.make_room();
    // It ends when it has no room for its log, and whoever looks after it starts it again.
    own.revive("postgres");
    let freed = Instant::now();
    buyers.sell(BUYERS).await;
    tell(&format!(
        "no order fitted {refused_after:.1?} after the disk was full; {BUYERS} were paid {:.1?} after there was room",
        freed.elapsed()
    ));
    let sold = buyers.leave().await;
    each_is_paid_in_the_end(&doors, &sold).await;
    each_was_sold_once(&doors, &sold).await;
    cluster.settle().await;
}
