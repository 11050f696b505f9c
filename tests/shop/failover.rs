//! PostgreSQL is lost while shoppers buy and its standby takes over; and commits whose answers never come.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use serde_json::json;

use crate::{
    books,
    buyers::{BUYERS, Buyers, Sale, each_is_paid_in_the_end, each_was_sold_once},
    many_processes::{STORES, free_address},
    patient::{Patient, tell},
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
}

impl Wired {
    async fn open() -> Option<(Self, Running)> {
        let own = OwnServers::postgres_with_standby().await?;
        own.databases(STORES);
        let wire = Wire::to(&own.address("postgres")).await;
        let listen = free_address();
        let doors = vec![format!("http://{listen}")];
        let wired = Self { own, wire, data: tempfile::tempdir().expect("a folder"), doors };
        let mut command = wired.rialto();
        command.args(["up", "--sample", "none", "--listen", &listen]).stdout(Stdio::null()).stderr(Stdio::null());
        let running = Running(command.spawn().expect("the program starts"));
        let staff = Patient::staff(&wired.doors).await;
        let cup = json!({
            "title": "Lasting cup", "status": "published",
            "variants": [{"sku": SKU, "price": {"amount": 1990, "currency": "EUR"}, "stock": 10_000, "weight_g": 300}]
        });
        staff.post("/products", &cup).await;
        Some((wired, running))
    }

    fn rialto(&self) -> Command {
        let mut command = stopping::rialto(self.data.path());
        for store in STORES {
            let url = format!("postgres://postgres@{}/{store}", self.wire.address);
            command.env(format!("RIALTO__{}__DATABASE_URL", store.to_uppercase()), url);
        }
        command
    }

    /// Every order that a buyer was told of is there once, and paid once.
    async fn check(&self, sold: &[Sale]) {
        each_is_paid_in_the_end(&self.doors, sold).await;
        each_was_sold_once(&self.doors, sold).await;
        let verified = self.rialto().args(["verify", "--json"]).output().expect("the program runs");
        books::agree(&verified, "what was wired", &[]);
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
