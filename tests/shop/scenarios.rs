//! What shops in one process are tried with, unchanged, in a shop of many behind nginx.

use crate::{
    buying,
    cluster::{Cluster, until_arrived},
    faults,
    front::Front,
    returns,
    servers::Servers,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_of_many_processes_sells_as_one_process_does() {
    let Some(servers) = Servers::shared() else { return };
    let Some(cluster) = Cluster::open(&servers).await else { return };
    let Some(front) = Front::of(&cluster).await else { return };
    let doors = [front.url.clone()];
    let look = cluster.plan.look(cluster.data.path()).await;
    let quiet = async || until_arrived(&look).await;
    buying::guest_pays_with_another_card(&doors[0], quiet).await;
    buying::customer_buys_from_a_cart(&doors[0], quiet).await;
    returns::guest_sends_one_back(&doors[0], quiet).await;
    returns::guest_cancels(&doors[0], quiet).await;
    faults::one_order_is_asked_for_ten_times(&doors).await;
    buying::fifty_pieces_are_sold_fifty_times(&doors).await;
    quiet().await;
    cluster.settle().await;
}
