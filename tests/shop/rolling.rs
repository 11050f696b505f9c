//! Two of every service sell together, and are replaced one after the other while shoppers go on.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use contracts::Service;
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    buying,
    cluster::{COPIES, Cluster, RECOVERIES, until_arrived},
    front::Front,
    servers::Servers,
    shopper::{Shopper, items},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_of_every_service_sell_together_and_are_replaced_without_a_failed_request() {
    let Some(servers) = Servers::shared() else { return };
    let Some(mut cluster) = Cluster::open(&servers).await else { return };
    let gateways = cluster.gateways();
    let look = cluster.plan.look(cluster.data.path()).await;
    buying::guest_buys(&gateways[1], async || until_arrived(&look).await).await;

    // No service takes a call from anyone who is not of this shop.
    for copy in cluster.copies.iter().filter(|copy| copy.service != Service::Gateway) {
        let answer = |scheme: &str| {
            let http = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).build().expect("a client");
            http.get(format!("{scheme}://{}/healthz", copy.address)).send()
        };
        answer("http").await.expect_err("plain text");
        answer("https").await.expect_err("no certificate");
    }

    // The gateways count together.
    let forgotten = json!({"email": "nobody@example.test"});
    for gateway in gateways.iter().cycle().take(RECOVERIES) {
        Shopper::new(gateway).post("/users/password/forgot", &forgotten).await.expect(202);
    }
    for gateway in &gateways {
        Shopper::new(gateway).post("/users/password/forgot", &forgotten).await.expect(429);
    }

    // Shoppers go on buying and looking while first one and then the other process of everything is replaced. Every
    // answer they get must be the one they would get otherwise.
    let Some(front) = Front::of(&cluster).await else { return };
    let stop = CancellationToken::new();
    let shopper = Shopper::new(&front.url);
    let (bought, looked) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let mut shoppers = JoinSet::new();
    for number in 0..3 {
        let (stop, shopper, bought, looked) = (stop.clone(), shopper.clone(), bought.clone(), looked.clone());
        shoppers.spawn(async move {
            while !stop.is_cancelled() {
                let order = shopper.order(&items("KETTLE", 1), &format!("{number}@example.test")).await;
                let paid = shopper.owning(&order).pay(&order, "tok_visa").await.expect(200);
                assert_eq!(paid["status"], "succeeded");
                bought.fetch_add(1, Ordering::Relaxed);
                for _ in 0..10 {
                    shopper.get("/products?q=kettle").await.expect(200);
                    looked.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    for number in 0..COPIES {
        cluster.replace(number).await;
    }
    stop.cancel();
    while let Some(ended) = shoppers.join_next().await {
        ended.expect("no request failed");
    }
    let (bought, looked) = (bought.load(Ordering::Relaxed), looked.load(Ordering::Relaxed));
    assert!(bought >= 10 && looked >= 100, "{bought} orders, {looked} looks");
    until_arrived(&look).await;
    cluster.plan.verify(cluster.data.path());
}
