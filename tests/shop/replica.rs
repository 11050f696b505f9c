//! Lists and reports that are read from a standby: while it is near, while it is late, and while it is away.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    many_processes::{STORES, free_address, until_ready},
    operators::shown,
    running::{ADMIN, ADMIN_PASSWORD},
    servers::OwnServers,
    shopper::{Shopper, berlin, items},
    stopping::Running,
};

const SKU: &str = "DISTANT-CUP";
/// How late the standby may be here.
const MAX_LAG: Duration = Duration::from_secs(1);
/// Rows of orders that were read at the server that is asked.
const READ_THERE: &str =
    "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_user_tables WHERE relname = 'orders'";
/// Services that read from it.
const FOLLOWED: [&str; 5] = ["users", "orders", "payments", "shipping", "notifications"];

/// A shop in one process, whose staff's lists are read from a standby.
struct Followed {
    own: OwnServers,
    url: String,
    operators: String,
    staff: Shopper,
    _data: tempfile::TempDir,
    _running: Running,
}

impl Followed {
    async fn open() -> Option<Self> {
        let own = OwnServers::postgres_with_replica().await?;
        let (primary, standby) = (own.address("postgres"), own.address("standby"));
        let (host, port) = primary.split_once(':')?;
        for store in STORES {
            let made = Command::new("createdb").args(["-h", host, "-p", port, "-U", "postgres", store]).status();
            assert!(made.expect("there is a createdb").success());
        }
        let (listen, operators, data) = (free_address(), free_address(), tempfile::tempdir().expect("a folder"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_rialto"));
        for store in STORES {
            let key = |name: &str| format!("RIALTO__{}__{name}", store.to_uppercase());
            command.env(key("DATABASE_URL"), format!("postgres://postgres@{primary}/{store}"));
            if FOLLOWED.contains(&store) {
                command.env(key("REPLICA_URL"), format!("postgres://postgres@{standby}/{store}"));
                command.env(key("REPLICA_MAX_LAG_SECS"), MAX_LAG.as_secs().to_string());
            }
        }
        let process = command
            .env("RIALTO_ADMIN_EMAIL", ADMIN)
            .env("RIALTO_ADMIN_PASSWORD", ADMIN_PASSWORD)
            .env("RIALTO__METRICS_LISTEN", &operators)
            .env("RIALTO__GATEWAY__RATE_LIMIT", "off")
            .args(["up", "--sample", "none", "--listen", &listen, "--data"])
            .arg(data.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let running = Running(process.expect("the program starts"));
        let url = format!("http://{listen}");
        until_ready(&url).await;
        let staff = Shopper::new(&url).signed_in(ADMIN, ADMIN_PASSWORD).await;
        let cup = json!({
            "title": "Distant cup", "status": "published",
            "variants": [{"sku": SKU, "price": {"amount": 1990, "currency": "EUR"}, "stock": 100, "weight_g": 300}]
        });
        staff.post("/products", &cup).await.expect(201);
        Some(Self { own, url, operators, staff, _data: data, _running: running })
    }

    /// Asks the standby.
    fn standby(&self, sql: &str) -> String {
        let address = self.own.address("standby");
        let (host, port) = address.split_once(':').expect("a port");
        let asked = Command::new("psql")
            .args(["-h", host, "-p", port, "-U", "postgres", "-d", "orders", "-X", "-A", "-t", "-c", sql])
            .output()
            .expect("there is a psql");
        assert!(asked.status.success(), "{sql}: {}", String::from_utf8_lossy(&asked.stderr));
        String::from_utf8(asked.stdout).expect("text").trim().to_owned()
    }

    /// How often orders was read late so far, with this about the replica.
    async fn late_reads(&self, replica: &str) -> f64 {
        let series = format!("rialto_db_late_reads_total{{store=\"orders\",replica=\"{replica}\"}}");
        shown(&self.operators, &series).await.unwrap_or_default()
    }

    /// Numbers of the orders that staff sees.
    async fn listed(&self) -> Vec<String> {
        let list = self.staff.get("/orders").await.expect(200);
        let orders = list["items"].as_array().expect("items");
        orders.iter().map(|order| order["number"].as_str().expect("a number").to_owned()).collect()
    }

    /// Looks at the list until the replica, or whatever else is named, was asked for it.
    async fn listed_by(&self, replica: &str) -> Vec<String> {
        let (before, begun) = (self.late_reads(replica).await, Instant::now());
        loop {
            let listed = self.listed().await;
            if self.late_reads(replica).await > before {
                return listed;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "never read with the replica {replica}");
            sleep(Duration::from_millis(200)).await;
        }
    }

    async fn order(&self, buyer: &Shopper) -> String {
        let goods = items(SKU, 1);
        let delivery = buyer.delivery(&goods).await;
        let order: Value = json!({
            "items": goods, "email": "far@example.test", "shipping_address": berlin(), "shipping_option": delivery["id"]
        });
        let order = buyer.post("/orders", &order).await.expect(201);
        order["number"].as_str().expect("a number").to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_and_reports_come_from_the_standby_while_it_is_near() {
    let Some(shop) = Followed::open().await else { return };
    let guest = Shopper::new(&shop.url);
    let registration = json!({"email": "far@example.test", "password": "a long and quiet river", "name": "Far"});
    guest.post("/users/register", &registration).await.expect(201);
    let buyer = guest.signed_in("far@example.test", "a long and quiet river").await;
    let first = shop.order(&buyer).await;

    // Near: the standby itself says that somebody reads there.
    sleep(MAX_LAG).await;
    assert_eq!(shop.listed_by("replica").await, std::slice::from_ref(&first));
    let begun = Instant::now();
    while shop.standby(READ_THERE) == "0" {
        // It counts what was read now and then.
        assert!(begun.elapsed() < Duration::from_secs(30), "the standby has counted no row that was read");
        let report = shop.staff.get("/reports/sales").await.expect(200);
        assert_eq!(report["totals"]["orders_placed"], 1, "{report}");
        sleep(Duration::from_millis(200)).await;
    }

    // Late: what was placed meanwhile is not missing from the list, nor ever from its buyer's own.
    shop.standby("SELECT pg_wal_replay_pause()");
    let second = shop.order(&buyer).await;
    let own = buyer.get("/orders").await.expect(200);
    assert_eq!(own["items"][0]["number"], second, "the buyer's list is never late");
    sleep(MAX_LAG * 2).await;
    let late = shop.late_reads("late").await;
    assert_eq!(shop.listed().await, [second.clone(), first.clone()]);
    assert!(shop.late_reads("late").await > late, "the primary was asked instead");
    assert_eq!(shop.standby("SELECT count(*) FROM orders"), "1", "the standby has not heard of it yet");
    shop.standby("SELECT pg_wal_replay_resume()");
    assert_eq!(shop.listed_by("replica").await, [second.clone(), first.clone()]);

    // Away: nobody notices, and it is asked again when it is back.
    shop.own.kill("standby");
    let away = shop.late_reads("away").await;
    for _ in 0..10 {
        assert_eq!(shop.listed().await, [second.clone(), first.clone()]);
    }
    assert_eq!(shop.late_reads("away").await, away + 10.0);
    let third = shop.order(&buyer).await;
    assert_eq!(shop.listed().await, [third.clone(), second.clone(), first.clone()]);
    shop.own.revive("standby");
    assert_eq!(shop.listed_by("replica").await, [third, second, first]);
}
