//! Processes of a large shop are killed and paused at random while shoppers buy through nginx. They ask again, and nothing
//! is lost, done twice or left half done.

use std::{collections::BTreeSet, time::Duration};

use rand::{RngExt, seq::SliceRandom};
use tokio::time::sleep;

use crate::{
    buyers::{BUYERS, Buyers, End, Sale, each_was_sold_once},
    cluster::{Cluster, Place, until_arrived},
    front::Front,
    many_processes::plan,
    patient::tell,
    running::kinds,
    servers::Servers,
    shards::{Further, every_id_tells_its_place, shard_of},
};

/// Processes that are hit, or half as many with several databases; `RIALTO_TEST_KILLS` asks for more. Each of them once, and then
/// whichever.
const KILLS: usize = 100;
/// On a slow machine, where hardly anything is sold between two kills, more are hit until so many orders were paid, and at
/// most twice as many processes.
const SOLD: usize = 6 * BUYERS;
/// Of so many one is not killed but stands still for a while, as a machine that swaps does.
const PAUSED_OF: usize = 10;
const PAUSE: Duration = Duration::from_secs(3);
/// Money comes, goes back, and goods leave.
const ENDS: [End; 3] = [End::Kept, End::Regretted, End::Delivered];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_die_at_random_lose_and_double_nothing() {
    let Some(servers) = Servers::shared() else { return };
    let Some(cluster) = Cluster::open(&servers).await else { return };
    let Some(front) = Front::of(&cluster).await else { return };
    die_at_random(cluster, &front, kills_or(KILLS), |_| true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_with_three_databases_each_that_die_at_random_lose_and_double_nothing() {
    let Some(servers) = Servers::shared() else { return };
    if !kinds().await.contains(&"postgres") {
        return;
    }
    let (mut plan, further) = (plan("postgres").await, Further::of("postgres").await);
    further.tell(&mut plan);
    let cluster = Cluster::open_at(&servers, plan, |_, _| Place::here()).await;
    let Some(front) = Front::of(&cluster).await else { return };
    let everywhere = |sold: &[Sale]| sold.iter().map(|sale| shard_of(&sale.order)).collect::<BTreeSet<_>>().len() == 3;
    let cluster = die_at_random(cluster, &front, kills_or(KILLS / 2), everywhere).await;
    every_id_tells_its_place(&cluster.plan.configuration(cluster.data.path())).await;
}

fn kills_or(kills: usize) -> usize {
    test_support::variable("RIALTO_TEST_KILLS").map_or(kills, |text| text.parse().expect("a number"))
}

/// Kills so many of its processes while shoppers buy, until what was sold is `enough`, and asks whether the books agree.
async fn die_at_random(mut cluster: Cluster, front: &Front, kills: usize, enough: impl Fn(&[Sale]) -> bool) -> Cluster {
    let doors = [front.url.clone()];
    let buyers = Buyers::ending(&ENDS, &doors, "KETTLE", "buyer");

    let mut each: Vec<usize> = (0..cluster.copies.len()).collect();
    each.shuffle(&mut rand::rng());
    let mut hit = Vec::new();
    for number in 0..2 * kills {
        if number >= kills && buyers.count() >= SOLD {
            break;
        }
        let victim = each.pop().unwrap_or_else(|| rand::rng().random_range(0..cluster.copies.len()));
        hit.push(cluster.copies[victim].service.name());
        if number % PAUSED_OF == PAUSED_OF - 1 {
            cluster.copies[victim].signal("STOP");
            sleep(PAUSE).await;
            cluster.copies[victim].signal("CONT");
        } else {
            cluster.kill(victim);
        }
        sleep(Duration::from_millis(rand::rng().random_range(200..800))).await;
    }
    buyers.sell_until(|sold| sold.len() >= SOLD && enough(sold)).await;
    let sold = buyers.leave().await;

    until_arrived(&cluster.plan.look(cluster.data.path()).await).await;
    each_was_sold_once(&doors, &sold).await;
    hit.sort_unstable();
    let hits: Vec<String> =
        hit.chunk_by(|a, b| a == b).map(|service| format!("{} {} ×", service[0], service.len())).collect();
    tell(&format!("{} orders were placed and paid while these were hit: {}", sold.len(), hits.join(", ")));
    for end in ENDS {
        assert!(sold.iter().filter(|sale| sale.end == end).count() >= BUYERS, "hardly any order was {end:?}");
    }
    cluster.settle().await;
    cluster
}
