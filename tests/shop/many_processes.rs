//! The same shop in its other shape: each service a process of its own, on a server's databases, found at static
//! addresses.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

use contracts::Service;
use rialto::{
    config::{self, Flags},
    shop::{Schemas, Shop, Work},
};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::json;
use test_support::TestDb;

use crate::{
    books, buying,
    running::{ADMIN, ADMIN_PASSWORD, database, kinds},
    shopper::Shopper,
};

/// Those who have a database.
pub const STORES: [&str; 7] = ["events", "users", "catalog", "orders", "payments", "shipping", "notifications"];

/// Processes that end with the test, whichever way it ends.
pub struct Processes(pub Vec<Child>);

impl Processes {
    /// Tells all of them to end, and waits until they have.
    pub fn stop(mut self) {
        for process in &self.0 {
            let told = Command::new("kill").arg(process.id().to_string()).status();
            assert!(told.expect("there is a kill").success());
        }
        for process in &mut self.0 {
            assert!(process.wait().expect("it can be waited for").success());
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for process in &mut self.0 {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// What every process is told: environment variables, which stand above the file.
pub struct Plan {
    pub variables: BTreeMap<String, String>,
    pub gateway: String,
    /// In the order of `STORES`; none where the databases are those of a server of the test.
    pub databases: Vec<TestDb>,
}

/// On fresh databases of `kind`.
pub async fn plan(kind: &str) -> Plan {
    let mut databases = Vec::new();
    for _ in STORES {
        databases.push(database(kind).await);
    }
    let urls: Vec<String> = databases.iter().map(|database| database.config().url).collect();
    Plan { databases, ..plan_on(&urls) }
}

/// On the databases at these URLs, in the order of `STORES`.
pub fn plan_on(urls: &[String]) -> Plan {
    let mut variables = BTreeMap::from([
        ("RIALTO__SECRET".to_owned(), "a secret that all processes of this shop share".to_owned()),
        ("RIALTO__METRICS_LISTEN".to_owned(), String::new()),
        ("RIALTO__GATEWAY__RATE_LIMIT".to_owned(), "off".to_owned()),
        ("RIALTO__GATEWAY__DEV_MAIL".to_owned(), "true".to_owned()),
        ("RIALTO__NOTIFICATIONS__MAILBOX_PAGE".to_owned(), "true".to_owned()),
    ]);
    for (store, url) in STORES.iter().zip(urls) {
        variables.insert(format!("RIALTO__{}__DATABASE_URL", store.to_uppercase()), url.clone());
    }
    for service in Service::ALL {
        let address = free_address();
        let name = service.name().to_uppercase();
        if service == Service::Gateway {
            variables.insert("RIALTO__LISTEN".to_owned(), address);
        } else {
            variables.insert(format!("RIALTO__{name}__URLS"), format!("http://{address}"));
            variables.insert(format!("RIALTO__{name}__LISTEN"), address);
        }
    }
    let gateway = format!("http://{}", variables["RIALTO__LISTEN"]);
    variables.insert("RIALTO__PUBLIC_URL".to_owned(), gateway.clone());
    Plan { variables, gateway, databases: Vec::new() }
}

/// An address that nobody listens on now, and that nobody in this process is given later: below the ports that systems give to
/// those who connect, and those that the tests' servers have.
pub fn free_address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 10_000;
    const COUNT: u16 = 5_000;
    // Another process that runs tests begins elsewhere.
    let begin = std::process::id() * 97 % u32::from(COUNT);
    loop {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let offset = u16::try_from((begin + step) % u32::from(COUNT)).expect("it is less than COUNT");
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", FIRST + offset)) {
            return listener.local_addr().expect("an address").to_string();
        }
    }
}

impl Plan {
    pub fn rialto(&self, data: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rialto"));
        command.envs(&self.variables).arg("--data").arg(data).stdin(Stdio::piped()).stderr(Stdio::null());
        command
    }

    /// The program with one argument list, run to its end; `input` goes to its standard input.
    pub fn run(&self, data: &Path, arguments: &[&str], input: &str) {
        let mut child = self.rialto(data).args(arguments).stdout(Stdio::null()).spawn().expect("the program starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the program reads");
        assert!(child.wait().expect("the program ends").success(), "rialto {arguments:?} failed");
    }

    /// A process for each service, once the shop is ready.
    pub async fn serve(&self, data: &Path) -> Processes {
        let mut processes = Processes(Vec::new());
        for service in Service::ALL {
            let mut command = self.rialto(&data.join(service.name()));
            processes.0.push(command.args(["serve", service.name()]).spawn().expect("the program starts"));
        }
        until_ready(&self.gateway).await;
        processes
    }

    /// The same configuration, read in this process.
    pub fn configuration(&self, data: &Path) -> config::Config {
        let flags = Flags { data: Some(data.to_owned()), variables: Some(self.variables.clone()), ..Flags::default() };
        config::load(&flags).expect("the configuration is sound")
    }

    /// All stores of the shop, opened beside it.
    pub async fn look(&self, data: &Path) -> Shop {
        let config = self.configuration(data);
        let look = Shop::open(&config, &BTreeSet::from(Service::ALL), Schemas::MustBeCurrent, Work::LookOnly).await;
        look.expect("the stores answer")
    }

    /// The books of all stores agree, by the program's own word.
    pub fn verify(&self, data: &Path) {
        let verified = self.rialto(data).stderr(Stdio::piped()).args(["verify", "--json"]).output();
        books::agree(&verified.expect("the program ends"), "many processes", &[]);
    }
}

/// Connections that the databases' server has open to them, without the one that asks.
async fn connections(plan: &Plan) -> i64 {
    let url = &plan.databases[0].config().url;
    let connection = Database::connect(url).await.expect("the server answers");
    let name = |url: &str| url.split('?').next().and_then(|url| url.rsplit('/').next()).map(|name| format!("'{name}'"));
    let names: Vec<String> = plan.databases.iter().filter_map(|database| name(&database.config().url)).collect();
    let question = format!(
        "SELECT count(*) AS open FROM pg_stat_activity WHERE datname IN ({}) AND pid <> pg_backend_pid()",
        names.join(", ")
    );
    let statement = Statement::from_string(DbBackend::Postgres, question);
    let row = connection.query_one_raw(statement).await.expect("answers").expect("a row");
    connection.close().await.expect("closes");
    row.try_get("", "open").expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_looked_into_a_shop_leaves_no_connection() {
    if !kinds().await.contains(&"postgres") {
        return;
    }
    let plan = plan("postgres").await;
    let data = tempfile::tempdir().expect("a folder");
    plan.run(data.path(), &["migrate", "up"], "");
    for stops in [true, false] {
        let look = plan.look(data.path()).await;
        assert!(connections(&plan).await >= 7, "one to each database");
        if stops {
            look.stop().await;
        } else {
            drop(look);
        }
        let mut tries = 0;
        while connections(&plan).await > 0 {
            tries += 1;
            assert!(tries < 100, "connections stay open, stopped: {stops}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test]
async fn a_guest_buys_from_a_shop_of_seven_processes() {
    for kind in kinds().await {
        // An SQLite file belongs to one process.
        if kind != "sqlite" {
            guest_buys_from_seven_processes(kind).await;
        }
    }
}

async fn guest_buys_from_seven_processes(kind: &str) {
    let plan = plan(kind).await;
    let data = tempfile::tempdir().expect("a folder");
    plan.run(data.path(), &["migrate", "up"], "");
    plan.run(data.path(), &["admin", "create", ADMIN], ADMIN_PASSWORD);
    let _processes = plan.serve(data.path()).await;
    let guest = Shopper::new(&plan.gateway);

    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    put_kettles_on_the_shelf(&admin, 50).await;
    until_found(&guest, "kettle").await;

    let look = plan.look(data.path()).await;
    buying::guest_buys(&plan.gateway, async || {
        look.quiet(Duration::from_secs(30)).await.expect("all events arrive");
    })
    .await;
    plan.verify(data.path());
}

/// A product with one variant, `KETTLE`.
pub async fn put_kettles_on_the_shelf(admin: &Shopper, stock: u32) {
    let product = json!({
        "title": "Enamel kettle", "description": "<p>Holds two litres.</p>", "status": "published",
        "variants": [{"sku": "KETTLE", "price": {"amount": 3490, "currency": "EUR"}, "stock": stock, "weight_g": 900}]
    });
    admin.post("/products", &product).await.expect(201);
}

pub async fn until_ready(base: &str) {
    let client = reqwest::Client::new();
    for _ in 0..300 {
        let answer = client.get(format!("{base}/readyz")).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the shop never became ready");
}

pub async fn until_found(guest: &Shopper, word: &str) {
    for _ in 0..100 {
        let found = guest.get(&format!("/products?q={word}")).await.expect(200);
        if found["total"].as_u64() > Some(0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{word} was never found");
}
