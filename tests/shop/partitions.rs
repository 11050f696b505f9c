//! Some of a shop's processes run in networks of their own, and what is between them and others is cut or partly lost while
//! shoppers buy.

use std::{fmt, time::Duration};

use contracts::Service;
use tokio::time::{Instant, sleep};

use crate::{
    buyers::{BUYERS, Buyers, each_was_sold_once},
    cluster::{Cluster, Place},
    many_processes::{STORES, plan_on},
    network::{Loss, Network},
    patient::tell,
    servers::OwnServers,
    shopper::{Shopper, items},
};

/// What is lost on its way. Orders is near, payments far, all others with the test.
const CUTS: [&[Loss]; 4] = [
    &[Loss::all("far", "near")],
    &[Loss::all("near", "far")],
    &[Loss::all("near", "far"), Loss::all("far", "near")],
    &[Loss::all("near", "test")],
];
const CUT_FOR: Duration = Duration::from_secs(4);
/// A shop says within ten seconds that it cannot answer, and the way takes a little.
const ANSWERED_WITHIN: Duration = Duration::from_secs(11);

/// Guests who come so long after a copy was cut off, or later, are served at the first try.
const DONE_WITHOUT_WITHIN: Duration = Duration::from_secs(14);
/// So long guests come. The copy may answer at once that it cannot serve, which looks quick and idle: that must not draw them to it.
const WATCHED_FOR: Duration = Duration::from_secs(16);
/// Each is served within that time.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of a hundred packets, where the network is bad.
const LOST: u8 = 30;

/// The shop with what is at those links, and the rest with the test.
async fn open(network: &Network, own: &OwnServers, link: impl Fn(Service, usize) -> &'static str) -> Cluster {
    let place = |service, number| {
        let link = link(service, number);
        Place { host: network.host(link), namespace: (link != "test").then(|| network.namespace(link)) }
    };
    Cluster::open_at(&own.servers(), plan_on(&own.databases(STORES)), place).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_between_services_holds_payments_up_and_doubles_none() {
    let Some(network) = Network::make() else { return };
    let Some(own) = OwnServers::for_a_cluster_at(&network.host("test")).await else { return };
    let cluster = open(&network, &own, |service, _| match service {
        Service::Orders => "near",
        Service::Payments => "far",
        _ => "test",
    })
    .await;
    let doors = cluster.gateways();
    let buyers = Buyers::let_in(&doors, "KETTLE", "buyer");
    buyers.sell(BUYERS).await;
    for cut in CUTS {
        let guest = Shopper::new(&doors[0]);
        let order = guest.order(&items("KETTLE", 1), "cut-off@example.test").await;
        network.cut(cut);
        let begun = Instant::now();
        // Payments asks orders what is due; orders alone is asked for an order.
        let answer = match cut.iter().any(|loss| loss.to == "test") {
            true => guest.try_to_order(&items("KETTLE", 1), "cut-off@example.test").await,
            false => guest.owning(&order).pay(&order, "tok_visa").await,
        };
        let status = answer.status.as_u16();
        assert!([503, 504].contains(&status) && begun.elapsed() < ANSWERED_WITHIN, "{cut:?}: {}", answer.text);
        sleep(CUT_FOR.saturating_sub(begun.elapsed())).await;
        let lasted = begun.elapsed();
        network.heal();
        let healed = Instant::now();
        buyers.sell(BUYERS).await;
        let ways: Vec<String> = cut.iter().map(|loss| format!("{} to {}", loss.from, loss.to)).collect();
        tell(&format!(
            "{} cut for {lasted:.1?}: a guest was answered {status}; {BUYERS} orders were paid {:.1?} after it healed",
            ways.join(" and "),
            healed.elapsed()
        ));
    }
    let sold = buyers.leave().await;
    each_was_sold_once(&doors, &sold).await;
    tell(&format!("{} orders were sold", sold.len()));
    cluster.settle().await;
}

/// What `link` sends to `others` and gets from them.
fn both_ways(link: &'static str, others: &[&'static str], percent: Option<u8>) -> Vec<Loss> {
    let one_way = |from, to| Loss { percent, ..Loss::all(from, to) };
    others.iter().flat_map(|other| [one_way(link, *other), one_way(*other, link)]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_is_cut_off_is_done_without() {
    let Some(network) = Network::make() else { return };
    let Some(own) = OwnServers::for_a_cluster_at(&network.host("test")).await else { return };
    // The first copy of each; the others stay with the test.
    let cluster = open(&network, &own, |service, number| match (service, number) {
        (Service::Orders, 0) => "near",
        (Service::Payments, 0) => "far",
        _ => "test",
    })
    .await;
    let doors = cluster.gateways();
    let buyers = Buyers::let_in(&doors, "KETTLE", "buyer");
    buyers.sell(BUYERS).await;
    let from_server = |name: &str| {
        let address = own.address(name);
        let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("an address");
        vec![Loss { port: Some(port), ..Loss::all("near", "test") }]
    };
    for (what, losses) in [
        ("a process of orders is cut off from everybody", both_ways("near", &["test", "far"], None)),
        ("it is cut off from its database", from_server("postgres")),
        ("it is cut off from Kafka", from_server("kafka")),
        ("it and a process of payments are cut off from each other", both_ways("near", &["far"], None)),
    ] {
        network.cut(&losses);
        let guests = guests_buy(&doors).await;
        let lost = network.lost();
        network.heal();
        let healed = Instant::now();
        buyers.sell(BUYERS).await;
        tell(&format!(
            "{what}, {lost} packets are lost: {guests}; {BUYERS} orders were paid {:.1?} after it healed",
            healed.elapsed()
        ));
        assert!(lost > 0, "{what}: nothing was lost");
        let late = guests.refused.iter().find(|(came, _)| *came >= DONE_WITHOUT_WITHIN);
        assert!(late.is_none(), "{what}: {late:?}");
    }
    network.cut(&[both_ways("near", &["test", "far"], Some(LOST)), both_ways("far", &["test"], Some(LOST))].concat());
    let guests = guests_buy(&doors).await;
    let lost = network.lost();
    tell(&format!("two processes lose {LOST} of a hundred packets, {lost} in all: {guests}"));
    assert!(lost > 0 && guests.served > 0, "{:?}", guests.refused);
    // Whoever tries again has what they want in the end.
    buyers.sell(2 * BUYERS).await;
    network.heal();
    let sold = buyers.leave().await;
    each_was_sold_once(&doors, &sold).await;
    tell(&format!("{} orders were sold", sold.len()));
    cluster.settle().await;
}

/// Guests who wanted to buy.
#[derive(Default)]
struct Guests {
    served: usize,
    /// After how long each of those came who were not served, or not in time, and what they were told.
    refused: Vec<(Duration, String)>,
}

impl Guests {
    fn came(&self) -> usize {
        self.served + self.refused.len()
    }
}

impl fmt::Display for Guests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { served, refused } = self;
        write!(f, "{served} guests are served at the first try, {} not", refused.len())?;
        refused.last().map_or(Ok(()), |(came, _)| write!(f, ", who came within {came:.1?}"))
    }
}

/// Has guests come and buy, one after the other. The last one comes after `WATCHED_FOR`.
async fn guests_buy(doors: &[String]) -> Guests {
    let (begun, mut guests) = (Instant::now(), Guests::default());
    for door in doors.iter().cycle() {
        let (guest, came) = (Shopper::new(door), begun.elapsed());
        let email = format!("guest{}@example.test", guests.came());
        let ordered = guest.try_to_order(&items("KETTLE", 1), &email).await;
        let answer = match ordered.status.as_u16() {
            201 => guest.owning(&ordered.body).pay(&ordered.body, "tok_visa").await,
            _ => ordered,
        };
        if answer.status.is_success() && begun.elapsed() - came < PATIENCE {
            guests.served += 1;
        } else {
            guests.refused.push((came, answer.text));
        }
        if came >= WATCHED_FOR {
            break;
        }
    }
    guests
}
