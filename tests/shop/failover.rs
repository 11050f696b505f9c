//! PostgreSQL is lost while shoppers buy and its standby takes over, with all or with less; and commits whose answers never
//! come.

use std::{
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    books,
    buyers::{BUYERS, Buyers, Sale, each_is_paid_in_the_end, each_was_sold_once},
    cluster::{Cluster, Place},
    many_processes::{STORES, free_address, plan_on},
    patient::{Patient, address, tell},
    servers::OwnServers,
    stopping::{self, Running},
    wire::Wire,
};

const SKU: &str = "LASTING-CUP";

/// A shop in one process whose databases are at the other end of a wire.
struct Wired {
    own: OwnServers,
    wire: Wire,
    data: tempfile::TempDir,
    doors: Vec<String>,
    /// What its processes are told besides.
    told: Vec<(&'static str, String)>,
}

impl Wired {
    async fn open() -> Option<(Self, Running)> {
        Some(Self::on(OwnServers::postgres_with_standby().await?, Vec::new()).await)
    }

    async fn on(own: OwnServers, told: Vec<(&'static str, String)>) -> (Self, Running) {
        own.databases(STORES);
        let wire = Wire::to(&own.address("postgres")).await;
        let listen = free_address();
        let doors = vec![format!("http://{listen}")];
        let wired = Self { own, wire, data: tempfile::tempdir().expect("a folder"), doors, told };
        let mut command = wired.rialto();
        command.args(["up", "--sample", "none", "--listen", &listen]).stdout(Stdio::null()).stderr(Stdio::null());
        let running = Running(command.spawn().expect("the program starts"));
        let staff = Patient::staff(&wired.doors).await;
        let cup = json!({
            "title": "Lasting cup", "status": "published",
            "variants": [{"sku": SKU, "price": {"amount": 1990, "currency": "EUR"}, "stock": 10_000, "weight_g": 300}]
        });
        staff.post("/products", &cup).await;
        (wired, running)
    }

    fn rialto(&self) -> Command {
        let mut command = stopping::rialto(self.data.path());
        for store in STORES {
            let url = format!("postgres://postgres@{}/{store}", self.wire.address);
            command.env(format!("RIALTO__{}__DATABASE_URL", store.to_uppercase()), url);
        }
        command.envs(self.told.iter().cloned());
        command
    }

    /// What `rialto verify` says.
    fn verify(&self) -> Output {
        self.rialto().args(["verify", "--json"]).output().expect("the program runs")
    }

    /// Every order that a buyer was told of is there once, and paid once.
    async fn check(&self, sold: &[Sale]) {
        each_is_paid_in_the_end(&self.doors, sold).await;
        each_was_sold_once(&self.doors, sold).await;
        books::agree(&self.verify(), "what was wired", &[]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_takes_over_lacks_nothing_that_anyone_was_told_of() {
    let Some((wired, _running)) = Wired::open().await else { return };
    let buyers = Buyers::let_in(&wired.doors, SKU, "buyer");
    buyers.sell(10).await;
    let begun = Instant::now();
    wired.own.kill("postgres");
    wired.own.promote();
    wired.wire.turn_to(&wired.own.address("standby"));
    buyers.sell(BUYERS).await;
    tell(&format!("the standby took over, and {BUYERS} orders were paid {:.1?} after the loss", begun.elapsed()));
    buyers.sell(10).await;
    wired.check(&buyers.leave().await).await;
}

/// Longer than the pause between two comparisons with the provider's books.
const RECONCILED_WITHIN: Duration = Duration::from_secs(60);

/// A standby that was not waited for lacks orders, and their payments. The provider, whose books are its own, has them:
/// they are taken in again, named, and given back by a person.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_late_standby_lacks_is_known_from_the_provider() {
    let (Some(own), Some(bank)) = (OwnServers::postgres_with_replica().await, OwnServers::postgres().await) else {
        return;
    };
    let [books_of_the_bank] = bank.databases(["bank"]);
    let told = vec![
        ("RIALTO__PAYMENTS__SANDBOX__DATABASE_URL", books_of_the_bank),
        ("RIALTO__PAYMENTS__RECONCILE_EVERY_SECS", "2".to_owned()),
    ];
    let (wired, _running) = Wired::on(own, told).await;
    let buyers = Buyers::let_in(&wired.doors, SKU, "kept");
    buyers.sell(5).await;
    let kept = buyers.leave().await;
    each_was_sold_once(&wired.doors, &kept).await;
    wired.own.standby_follows().await;
    wired.own.kill("standby");
    let buyers = Buyers::let_in(&wired.doors, SKU, "lost");
    buyers.sell(5).await;
    let lost = buyers.leave().await;

    wired.own.kill("postgres");
    wired.own.revive("standby");
    wired.own.promote();
    wired.wire.turn_to(&wired.own.address("standby"));
    let staff = Patient::staff(&wired.doors).await;
    for Sale { name, order, .. } in &lost {
        let found = staff.get(&format!("/orders?email={}", address(name))).await;
        assert_eq!(found["items"], json!([]), "{name} was to be lost");
        taken_in_again(&staff, order).await;
    }
    let named = broken(&wired.verify(), |rule| rule == "I7");
    for Sale { order, .. } in &lost {
        let id = order["id"].as_str().expect("an id");
        assert!(named.iter().any(|sentence| sentence.contains(id)), "{id} is not named in {named:?}");
    }
    assert_eq!(named.len(), lost.len(), "and no other is: {named:?}");
    tell(&format!("{} orders were lost, and known from the provider", lost.len()));

    for Sale { name, order, .. } in &lost {
        let refund = json!({"order_id": order["id"], "reason": "lost in a failover"});
        staff.with_key(&format!("{name}-back")).post("/payment/refund", &refund).await;
    }
    nobody_waits_for_what_is_lost(&wired, &staff).await;
    let buyers = Buyers::let_in(&wired.doors, SKU, "after");
    buyers.sell(5).await;
    let after = buyers.leave().await;
    wired.check(&kept.into_iter().chain(after).collect::<Vec<_>>()).await;
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// That an order was paid and its money given back is news for orders, which waits for orders that nobody has: staff give it
/// up, until the books agree.
async fn nobody_waits_for_what_is_lost(wired: &Wired, staff: &Patient) {
    let begun = Instant::now();
    while !wired.verify().status.success() {
        for parked in staff.get("/events/parked").await["items"].as_array().expect("items") {
            let path = format!("/events/parked/{}/{}/skip", text(&parked["service"]), text(&parked["id"]));
            staff.post(&path, &json!({"reason": "the order was lost"})).await;
        }
        assert!(begun.elapsed() < RECONCILED_WITHIN, "{:#?}", broken(&wired.verify(), |_| true));
        sleep(Duration::from_millis(200)).await;
    }
}

/// Waits until the shop knows again what was paid for an order.
async fn taken_in_again(staff: &Patient, order: &Value) {
    let path = format!("/payments?order_id={}", text(&order["id"]));
    let begun = Instant::now();
    while staff.get(&path).await["items"][0]["captured"]["amount"] != order["totals"]["total"]["amount"] {
        assert!(begun.elapsed() < RECONCILED_WITHIN, "never taken in: {}", staff.get(&path).await);
        sleep(Duration::from_millis(200)).await;
    }
}

/// What `rialto verify` says is broken, of the rules that are asked for.
fn broken(verified: &Output, rules: impl Fn(&str) -> bool) -> Vec<String> {
    let report: Value = serde_json::from_slice(&verified.stdout).expect("JSON");
    let invariants = report["invariants"].as_array().expect("invariants").iter();
    let asked = invariants.filter(|invariant| rules(text(&invariant["id"])));
    let violations = asked.flat_map(|rule| rule["violations"].as_array().expect("violations"));
    violations.map(|violation| text(violation).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_neither_lost_nor_done_twice() {
    let Some((wired, _running)) = Wired::open().await else { return };
    let buyers = Buyers::let_in(&wired.doors, SKU, "buyer");
    buyers.sell(3).await;
    wired.wire.lose_one_commit_of(25);
    buyers.sell(25).await;
    wired.wire.lose_one_commit_of(0);
    let sold = buyers.leave().await;
    tell(&format!("{} orders were paid while {} commits lost their answers", sold.len(), wired.wire.lost()));
    assert!(wired.wire.lost() > 5, "hardly a commit lost its answer");
    wired.check(&sold).await;
}

/// Both, for two processes of every service: each has connections of its own that break. Whoever was paying just then is told
/// for up to half a minute that the first try is still under way: the process that began it cannot say that it gave up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_lose_answers_and_their_primary_and_nothing_else() {
    let Some(own) = OwnServers::for_a_cluster_with_standby().await else { return };
    let primary = own.address("postgres");
    let wire = Wire::to(&primary).await;
    let urls = own.databases(STORES).map(|url| url.replace(&primary, &wire.address.to_string()));
    let cluster = Cluster::open_at(&own.servers(), plan_on(&urls), |_, _| Place::here()).await;
    let doors = cluster.gateways();
    let buyers = Buyers::let_in(&doors, "KETTLE", "buyer");
    buyers.sell(BUYERS).await;
    wire.lose_one_commit_of(25);
    buyers.sell(4 * BUYERS).await;
    wire.lose_one_commit_of(0);
    let begun = Instant::now();
    own.kill("postgres");
    own.promote();
    wire.turn_to(&own.address("standby"));
    buyers.sell(BUYERS).await;
    let again = begun.elapsed();
    let sold = buyers.leave().await;
    tell(&format!(
        "{} orders were paid while {} commits lost their answers and the standby took over, {BUYERS} of them {again:.1?} after",
        sold.len(),
        wire.lost()
    ));
    assert!(wire.lost() > 5, "hardly a commit lost its answer");
    each_is_paid_in_the_end(&doors, &sold).await;
    each_was_sold_once(&doors, &sold).await;
    cluster.settle().await;
}
