//! Orders and payments run in networks of their own, and what is between them is cut, one way and both, while shoppers
//! buy.

use std::time::Duration;

use contracts::Service;
use tokio::time::{Instant, sleep};

use crate::{
    buyers::{BUYERS, Buyers, each_was_sold_once},
    cluster::{Cluster, Place},
    many_processes::plan,
    network::Network,
    patient::tell,
    servers::OwnServers,
    shopper::{Shopper, items},
};

/// What is lost on its way: from where, to where. Orders is near, payments far, all others with the test.
const CUTS: [&[(&str, &str)]; 4] =
    [&[("far", "near")], &[("near", "far")], &[("near", "far"), ("far", "near")], &[("near", "test")]];
const CUT_FOR: Duration = Duration::from_secs(4);
/// A shop says within ten seconds that it cannot answer, and the way takes a little.
const ANSWERED_WITHIN: Duration = Duration::from_secs(11);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_between_services_holds_payments_up_and_doubles_none() {
    let Some(network) = Network::make() else { return };
    let Some(own) = OwnServers::at(&network.host("test")) else { return };
    let place = |service| {
        let link = match service {
            Service::Orders => "near",
            Service::Payments => "far",
            _ => "test",
        };
        Place { host: network.host(link), namespace: (link != "test").then(|| network.namespace(link)) }
    };
    let cluster = Cluster::open_at(&own.servers(), plan("postgres").await, place).await;
    let doors = cluster.gateways();
    let buyers = Buyers::let_in(&doors, "KETTLE", "buyer");
    buyers.sell(BUYERS).await;
    for cut in CUTS {
        let guest = Shopper::new(&doors[0]);
        let order = guest.order(&items("KETTLE", 1), "cut-off@example.test").await;
        cut.iter().for_each(|(from, to)| network.cut(from, to));
        let begun = Instant::now();
        // Payments asks orders what is due; orders alone is asked for an order.
        let answer = match cut.iter().any(|(_, to)| *to == "test") {
            true => guest.try_to_order(&items("KETTLE", 1), "cut-off@example.test").await,
            false => guest.owning(&order).pay(&order, "tok_visa").await,
        };
        let status = answer.status.as_u16();
        assert!([503, 504].contains(&status) && begun.elapsed() < ANSWERED_WITHIN, "{cut:?}: {}", answer.text);
        sleep(CUT_FOR.saturating_sub(begun.elapsed())).await;
        let lasted = begun.elapsed();
        cut.iter().for_each(|(from, to)| network.heal(from, to));
        let healed = Instant::now();
        buyers.sell(BUYERS).await;
        tell(&format!(
            "{cut:?} cut for {lasted:.1?}: a guest was answered {status}; {BUYERS} orders were paid {:.1?} after it healed",
            healed.elapsed()
        ));
    }
    let sold = buyers.leave().await;
    each_was_sold_once(&doors, &sold).await;
    tell(&format!("{} orders were sold", sold.len()));
    cluster.settle().await;
}
