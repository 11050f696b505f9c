//! Services that hear of orders backwards, the last event of each first in every topic, come to the same as those that hear of them
//! in order.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use bus::Start;
use chrono::TimeDelta;
use contracts::{Envelope, Service, time};
use serde_json::{Value, json};

use crate::{
    buyers::End,
    cluster::{Cluster, until_arrived},
    patient::{Patient, address, tell},
    running::{ADMIN, ADMIN_PASSWORD},
    servers::Servers,
    shopper::{Shopper, items},
};

const SKU: &str = "KETTLE";
const ENDS: [End; 3] = [End::Kept, End::Regretted, End::Delivered];
/// Orders of each end.
const OF_EACH: usize = 2;
/// They hear only by events what becomes of an order, and an order that is placed can be paid without them.
const READERS: [Service; 3] = [Service::Catalog, Service::Shipping, Service::Notifications];
/// Those that tell of it.
const TELLERS: [Service; 2] = [Service::Orders, Service::Payments];
const EVENTS_MAX: u64 = 10_000;

/// What the shop's people see of some orders once all is quiet.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// How much less there is than before.
    stock: BTreeMap<&'static str, i64>,
    orders: Vec<Value>,
    /// Subjects without the order's number, in no order.
    mails: Vec<Vec<String>>,
    /// Statuses without those that were called off: for an order that ended before it was heard of, none is made.
    shipments: Vec<Vec<Value>>,
}

async fn stock(doors: &[String]) -> BTreeMap<&'static str, i64> {
    let seen = Patient::staff(doors).await.get(&format!("/inventory/{SKU}")).await;
    ["on_hand", "reserved", "available"].map(|pieces| (pieces, seen[pieces].as_i64().expect("a number"))).into()
}

/// Orders are placed, paid, and each ends in its way. If `backwards`, the readers stand still from the time they are placed,
/// and are then told of it backwards and of nothing else.
async fn sell(cluster: &mut Cluster, name: &str, backwards: bool) -> Outcome {
    let doors = cluster.gateways();
    let before = stock(&doors).await;
    let guest = Shopper::new(&doors[0]);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    let staff = Patient::staff(&doors).await;
    let mut orders = Vec::new();
    for (number, end) in ENDS.into_iter().cycle().take(OF_EACH * ENDS.len()).enumerate() {
        let name = format!("{name}-{number}");
        let order = guest.order(&items(SKU, 1), &address(&name)).await;
        orders.push((name, order, end));
    }
    let look = cluster.plan.look(cluster.data.path()).await;
    until_arrived(&look).await;
    let (since, readers) = (time::now(), READERS.map(|service| cluster.of(service)).concat());
    if backwards {
        cluster.stop(&readers).await;
    }
    for (_, order, end) in &orders {
        let owner = guest.owning(order);
        owner.pay(order, "tok_visa").await.expect(200);
        staff.wait_for(order, "status", "processing").await;
        match end {
            End::Kept => {}
            End::Regretted => {
                let id = order["id"].as_str().expect("an id");
                owner.post(&format!("/orders/{id}/cancel"), &json!({"reason": "regretted"})).await.expect(200);
                staff.wait_for(order, "payment_status", "refunded").await;
            }
            End::Delivered => {
                for status in ["shipped", "delivered"] {
                    admin.move_order(order, status).await.expect(200);
                }
            }
        }
    }
    if backwards {
        // What is sent later would stand behind what is told backwards, or in its place.
        let (begun, mut quiet) = (Instant::now(), 0);
        // One may answer what the other told last, so both are looked at twice.
        while quiet < 2 {
            let standing = [cluster.standing(TELLERS[0]).await, cluster.standing(TELLERS[1]).await];
            quiet = if standing == [(0, 0); 2] { quiet + 1 } else { 0 };
            assert!(begun.elapsed() < Duration::from_secs(60), "{TELLERS:?} have not told all: {standing:?}");
        }
        for service in READERS {
            let end = Start::Time(time::now() + TimeDelta::hours(1));
            look.log().seek(service.name(), end).await.expect("nobody reads for it");
        }
        let told = look.log().recent(EVENTS_MAX).await.expect("the log answers");
        let newest_first: Vec<Envelope> =
            told.into_iter().map(|told| told.envelope).filter(|event| event.time > since).collect();
        tell(&format!("{} events of {} orders are told backwards", newest_first.len(), orders.len()));
        look.log().publish(&newest_first).await.expect("the log takes them");
        readers.into_iter().for_each(|number| cluster.start(number));
        cluster.until_all_are_found().await;
    }
    cluster.settle().await;

    let after = stock(&doors).await;
    let stock = before.iter().map(|(pieces, count)| (*pieces, count - after[pieces])).collect();
    let mut outcome = Outcome { stock, orders: Vec::new(), mails: Vec::new(), shipments: Vec::new() };
    for (name, order, _) in &orders {
        let seen = guest.owning(order).see(order).await;
        let fields = ["status", "payment_status", "fulfillment_status"];
        outcome.orders.push(fields.iter().map(|field| seen[field].clone()).collect());
        let mails = staff.get(&format!("/dev/mail/messages?to={}", address(name))).await;
        let number = order["number"].as_str().expect("a number");
        let subject = |mail: &Value| mail["subject"].as_str().unwrap_or_default().replace(number, "#");
        let mut subjects: Vec<String> = mails["items"].as_array().expect("items").iter().map(subject).collect();
        subjects.sort_unstable();
        outcome.mails.push(subjects);
        let id = order["id"].as_str().expect("an id");
        let shipments = staff.get(&format!("/shipping/shipments?order_id={id}")).await;
        let statuses = shipments["items"].as_array().expect("items").iter().map(|shipment| shipment["status"].clone());
        outcome.shipments.push(statuses.filter(|status| status != "cancelled").collect());
    }
    outcome
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_backwards_comes_to_the_same() {
    let Some(servers) = Servers::shared() else { return };
    let Some(mut cluster) = Cluster::open(&servers).await else { return };
    let in_order = sell(&mut cluster, "in-order", false).await;
    assert_eq!(in_order.orders.len(), OF_EACH * ENDS.len());
    assert!(in_order.mails.iter().all(|mails| !mails.is_empty()), "{in_order:#?}");
    let backwards = sell(&mut cluster, "backwards", true).await;
    assert_eq!(backwards, in_order);
}
