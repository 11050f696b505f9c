//! Topics that are read too slowly, which shows, written twice, in another order or all over again: each event has its effect
//! once.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use contracts::{Envelope, Service};
use serde_json::Value;
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    buyers::{BUYERS, Buyers, Sale, each_was_sold_once},
    cluster::{COPIES, Cluster},
    many_processes::free_address,
    operators::shown,
    patient::{Patient, address, tell},
    servers::Servers,
};

const SKU: &str = "KETTLE";
/// Longer than the brokers believe in a reader that says nothing, so that it wakes up as one that was given up.
const ASLEEP: Duration = Duration::from_secs(12);
const EVENTS_MAX: u64 = 10_000;
/// How long a slow reader takes for an event.
const SLOW_MS: u64 = 500;
/// More than two processes apply side by side.
const BEHIND: f64 = 20.0;
/// Once its processes are there, at the load that a machine carries.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);

/// Nobody got a mail twice, and everybody got one.
async fn each_was_written_to_once(doors: &[String], sold: &[Sale]) {
    let guest = Patient::new(doors);
    for Sale { name, order, .. } in sold {
        let mails = guest.get(&format!("/dev/mail/messages?to={}", address(name))).await;
        let subjects: Vec<&str> =
            mails["items"].as_array().expect("items").iter().filter_map(|mail| mail["subject"].as_str()).collect();
        let number = order["number"].as_str().expect("a number");
        assert_eq!(subjects.len(), 1, "mails to {name}: {subjects:?}");
        assert!(subjects[0].contains(number), "the mail to {name} names {number}: {subjects:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_holds_nobody_up_and_catches_up() {
    let Some(servers) = Servers::shared() else { return };
    let Some(cluster) = Cluster::open(&servers).await else { return };
    let doors = cluster.gateways();
    for copy in cluster.of(Service::Notifications) {
        cluster.copies[copy].signal("STOP");
    }
    let buyers = Buyers::let_in(&doors, SKU, "early");
    buyers.sell(BUYERS).await;
    let (_, first) = cluster.standing(Service::Notifications).await;
    sleep(ASLEEP).await;
    let mut sold = buyers.leave().await;
    // Whoever reads in time has all of it.
    each_was_sold_once(&doors, &sold).await;
    let (_, behind) = cluster.standing(Service::Notifications).await;
    tell(&format!(
        "{} orders were sold and paid while notifications fell {first}, then {behind} events behind",
        sold.len()
    ));
    assert!(first > 0 && behind > first, "it shows that notifications falls behind");
    for service in [Service::Orders, Service::Catalog, Service::Shipping] {
        let (unsent, behind) = cluster.standing(service).await;
        assert_eq!((unsent, behind), (0, 0), "{service} keeps up");
    }
    for copy in cluster.of(Service::Notifications) {
        cluster.copies[copy].signal("CONT");
    }
    let buyers = Buyers::let_in(&doors, SKU, "late");
    buyers.sell(BUYERS).await;
    sold.extend(buyers.leave().await);
    cluster.settle().await;
    assert_eq!(cluster.standing(Service::Notifications).await, (0, 0), "it has caught up");
    each_was_written_to_once(&doors, &sold).await;
}

/// The events that notifications has not taken up, as its processes show them; `None` until one does.
async fn shown_behind(operators: &[String]) -> Option<f64> {
    let mut most: Option<f64> = None;
    for listen in operators {
        // Each of them tells of the whole group.
        let shown = shown(listen, "rialto_consumer_lag{consumer=\"notifications\"").await;
        most = most.into_iter().chain(shown).reduce(f64::max);
    }
    most
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_shown_how_far_a_slow_reader_is_behind() {
    let Some(servers) = Servers::shared() else { return };
    let Some(mut cluster) = Cluster::open(&servers).await else { return };
    let doors = cluster.gateways();
    let both = cluster.of(Service::Notifications);
    cluster.stop(&both).await;
    let operators: Vec<String> = both.iter().map(|_| free_address()).collect();
    for (copy, listen) in both.iter().zip(&operators) {
        let variables = &mut cluster.copies[*copy].variables;
        variables.insert("RIALTO__METRICS_LISTEN", listen.clone());
        variables.insert("FAILPOINTS", format!("consumer::notifications::handled=sleep({SLOW_MS})"));
        cluster.start(*copy);
    }
    cluster.until_all_are_found().await;
    let buyers = Buyers::let_in(&doors, SKU, "buyer");
    let begun = Instant::now();
    let behind = loop {
        match shown_behind(&operators).await {
            Some(behind) if behind >= BEHIND => break behind,
            less => assert!(begun.elapsed() < Duration::from_secs(120), "{less:?} are shown"),
        }
        sleep(Duration::from_millis(200)).await;
    };
    let sold = buyers.leave().await;
    each_was_sold_once(&doors, &sold).await;
    let orders = sold.len();
    tell(&format!("{orders} orders were sold and paid while notifications showed that it was {behind} events behind"));

    cluster.stop(&both).await;
    for copy in both {
        cluster.copies[copy].variables.remove("FAILPOINTS");
        cluster.start(copy);
    }
    cluster.until_all_are_found().await;
    let begun = Instant::now();
    while shown_behind(&operators).await != Some(0.0) {
        assert!(begun.elapsed() < CAUGHT_UP_WITHIN, "{:?} are shown", shown_behind(&operators).await);
        sleep(Duration::from_millis(200)).await;
    }
    cluster.settle().await;
    assert_eq!(cluster.standing(Service::Notifications).await, (0, 0), "what is shown is so");
    each_was_written_to_once(&doors, &sold).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_that_come_again_change_nothing() {
    let Some(servers) = Servers::shared() else { return };
    let Some(mut cluster) = Cluster::open(&servers).await else { return };
    let doors = cluster.gateways();
    let buyers = Buyers::let_in(&doors, SKU, "buyer");
    buyers.sell(2 * BUYERS).await;
    let sold = buyers.leave().await;
    each_was_sold_once(&doors, &sold).await;
    cluster.settle().await;
    let before = state(&doors, &sold).await;

    let look = cluster.plan.look(cluster.data.path()).await;
    let mut told: Vec<Envelope> =
        look.log().recent(EVENTS_MAX).await.expect("the log answers").into_iter().map(|seen| seen.envelope).collect();
    told.reverse();
    // Twice in a row; the older half again; and of each order all of it, the youngest order first.
    let twice: Vec<Envelope> = told.iter().flat_map(|event| [event.clone(), event.clone()]).collect();
    let mut by_key: BTreeMap<std::cmp::Reverse<Uuid>, Vec<Envelope>> = BTreeMap::new();
    for event in &told {
        by_key.entry(std::cmp::Reverse(event.partitionkey)).or_default().push(event.clone());
    }
    let reordered: Vec<Envelope> = by_key.into_values().flatten().collect();
    for again in [twice, told[..told.len() / 2].to_vec(), reordered] {
        look.log().publish(&again).await.expect("the log takes it");
    }
    tell(&format!("{} events were written again, each up to five times", told.len()));
    cluster.settle().await;
    assert_eq!(state(&doors, &sold).await, before, "after events were written again");

    // Whole topics, read from their beginning.
    for service in [Service::Orders, Service::Catalog, Service::Notifications] {
        let both = cluster.of(service);
        cluster.stop(&both).await;
        cluster.plan.run(cluster.data.path(), &["events", "replay", service.name()], "");
        assert!(cluster.standing(service).await.1 > 0, "{service} reads its topics again");
        both.into_iter().for_each(|copy| cluster.start(copy));
    }
    cluster.until_all_are_found().await;
    cluster.settle().await;
    assert_eq!(state(&doors, &sold).await, before, "after topics were read again");
    each_was_written_to_once(&doors, &sold).await;
}

/// What the shop's people see of `sold`.
async fn state(doors: &[String], sold: &[Sale]) -> Vec<Value> {
    let staff = Patient::staff(doors).await;
    let mut seen = vec![staff.get(&format!("/inventory/{SKU}")).await];
    for Sale { order, .. } in sold {
        let id = order["id"].as_str().expect("an id");
        for path in [format!("/orders/{id}"), format!("/payment/status?order_id={id}")] {
            seen.push(staff.get(&path).await);
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_relays_one_dies_before_it_has_marked_what_it_sent() {
    let Some(servers) = Servers::shared() else { return };
    let Some(mut cluster) = Cluster::open(&servers).await else { return };
    let doors = cluster.gateways();
    let mut sold = Vec::new();
    for (round, service) in [Service::Orders, Service::Payments].into_iter().enumerate() {
        let copies = cluster.of(service);
        let (doomed, other) = (copies[round % COPIES], copies[(round + 1) % COPIES]);
        cluster.stop(&[doomed]).await;
        cluster.copies[doomed].variables.insert("FAILPOINTS", format!("relay::{service}::appended=return"));
        cluster.start(doomed);
        cluster.until_all_are_found().await;
        let buyers = Buyers::let_in(&doors, SKU, &format!("of-{service}"));
        buyers.sell(BUYERS).await;
        // The relay stands still, perhaps with events in hand, until its lease has run out and the other has sent them.
        cluster.copies[other].signal("STOP");
        cluster.until_ended(doomed).await;
        cluster.copies[other].signal("CONT");
        cluster.copies[doomed].variables.clear();
        cluster.start(doomed);
        buyers.sell(BUYERS).await;
        sold.extend(buyers.leave().await);
    }
    each_was_sold_once(&doors, &sold).await;
    cluster.settle().await;
    each_was_written_to_once(&doors, &sold).await;
    let look = cluster.plan.look(cluster.data.path()).await;
    let mut ids: Vec<_> =
        look.log().recent(EVENTS_MAX).await.expect("the log answers").iter().map(|seen| seen.envelope.id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() < count, "what was sent and not marked stands in the log twice");
    tell(&format!("{} orders were sold; {} events of {count} stand in the log twice", sold.len(), count - ids.len()));
}
