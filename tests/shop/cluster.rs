//! The shape of a large shop: two processes of every service on PostgreSQL, events through Kafka, product documents in
//! MongoDB, counters in Redis, found by Consul, and TLS between all of them.

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use contracts::Service;
use rialto::shop::Shop;
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::{
    many_processes::{Plan, free_address, plan, put_kettles_on_the_shelf, until_found},
    network,
    running::{ADMIN, ADMIN_PASSWORD, kinds},
    servers::Servers,
    shopper::Shopper,
};

pub const COPIES: usize = 2;
const ARRIVES_WITHIN: Duration = Duration::from_secs(120);
/// How often an address may ask for a new password, by the test's configuration.
pub const RECOVERIES: usize = 6;

/// A shop whose processes end with the test, whichever way it ends.
pub struct Cluster {
    pub plan: Plan,
    pub data: TempDir,
    pub copies: Vec<Copy>,
}

/// Where the processes of a service run.
#[derive(Clone)]
pub struct Place {
    /// An address of their network.
    pub host: String,
    /// The network's name. `None`: that of the test.
    pub namespace: Option<String>,
}

impl Place {
    pub fn here() -> Self {
        Self { host: "127.0.0.1".to_owned(), namespace: None }
    }
}

/// One process of a service.
pub struct Copy {
    pub service: Service,
    pub address: String,
    /// What it alone is told, above the plan.
    pub variables: BTreeMap<&'static str, String>,
    namespace: Option<String>,
    process: Option<Child>,
}

impl Copy {
    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let process = self.process.as_ref().expect("it was started").id();
        let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
        assert!(sent.expect("there is a kill").success());
    }

    fn start(&mut self, plan: &Plan, data: &Path) {
        let Self { service, address, .. } = self;
        let variable = match service {
            Service::Gateway => "RIALTO__LISTEN".to_owned(),
            _ => format!("RIALTO__{}__LISTEN", service.name().to_uppercase()),
        };
        let certs = |name: &str, kind: &str| data.join("certs").join(format!("{name}.{kind}"));
        let mut command = plan.rialto(&data.join(&*address));
        command.args(["serve", service.name()]);
        if let Some(namespace) = &self.namespace {
            command = network::inside(namespace, &command);
        }
        command
            .env(variable, address)
            .env("RIALTO__TLS__CA", certs("ca", "pem"))
            .env("RIALTO__TLS__CERT", certs(service.name(), "pem"))
            .env("RIALTO__TLS__KEY", certs(service.name(), "key"))
            .envs(&self.variables);
        self.process = Some(command.spawn().expect("the program starts"));
    }

    fn has_ended(&mut self) -> bool {
        let process = self.process.as_mut().expect("it was started");
        process.try_wait().expect("it can be waited for").is_some()
    }

    fn end(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.copies.iter_mut().for_each(Copy::end);
    }
}

impl Cluster {
    /// On these servers, with kettles on the shelf. `None` without a PostgreSQL.
    pub async fn open(servers: &Servers) -> Option<Self> {
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        Some(Self::open_at(servers, plan("postgres").await, |_, _| Place::here()).await)
    }

    /// As `open`, on the databases of `plan`, with each copy of each service at its place.
    pub async fn open_at(servers: &Servers, mut plan: Plan, place: impl Fn(Service, usize) -> Place) -> Self {
        stand_on(&mut plan, servers);
        let data = tempfile::tempdir().expect("a folder");
        let certs = data.path().join("certs");
        plan.run(data.path(), &["certs", "--to", certs.to_str().expect("text")], "");
        plan.run(data.path(), &["migrate", "up"], "");
        plan.run(data.path(), &["admin", "create", ADMIN], ADMIN_PASSWORD);
        let mut copies = Vec::new();
        for service in Service::ALL {
            for number in 0..COPIES {
                let Place { host, namespace } = place(service, number);
                let address = free_address().replace("127.0.0.1", &host);
                let mut copy = Copy { service, address, variables: BTreeMap::new(), namespace, process: None };
                copy.start(&plan, data.path());
                copies.push(copy);
            }
        }
        let cluster = Self { plan, data, copies };
        cluster.until_all_are_found().await;
        cluster.open_the_doors().await;
        cluster
    }

    async fn open_the_doors(&self) {
        let gateways = self.gateways();
        let admin = Shopper::new(&gateways[0]).signed_in(ADMIN, ADMIN_PASSWORD).await;
        put_kettles_on_the_shelf(&admin, 10_000).await;
        for gateway in &gateways {
            // Each catalog process keeps its own index and the gateways ask either: one answer says little.
            for _ in 0..8 {
                until_found(&Shopper::new(gateway), "kettle").await;
            }
        }
    }

    pub fn gateways(&self) -> Vec<String> {
        let gateways = self.copies.iter().filter(|copy| copy.service == Service::Gateway);
        gateways.map(|copy| format!("http://{}", copy.address)).collect()
    }

    /// The processes of `service`, by their numbers.
    pub fn of(&self, service: Service) -> Vec<usize> {
        (0..self.copies.len()).filter(|number| self.copies[*number].service == service).collect()
    }

    /// Tells the given copy of every service to stop, waits until all have, and starts them again.
    pub async fn replace(&mut self, number: usize) {
        let told: Vec<usize> = (number..self.copies.len()).step_by(COPIES).collect();
        self.stop(&told).await;
        for number in told {
            self.start(number);
        }
        // As an orchestrator does: the next ones are stopped once others can find these.
        self.until_all_are_found().await;
    }

    /// Tells these to stop, and waits until all have.
    pub async fn stop(&mut self, numbers: &[usize]) {
        for number in numbers {
            self.copies[*number].signal("TERM");
        }
        for number in numbers {
            while !self.copies[*number].has_ended() {
                sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Starts one that has ended, at the same address.
    pub fn start(&mut self, number: usize) {
        self.copies[number].start(&self.plan, self.data.path());
    }

    /// Waits until one ends by itself.
    pub async fn until_ended(&mut self, number: usize) {
        let begun = Instant::now();
        while !self.copies[number].has_ended() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{} lives on", self.copies[number].service);
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends one process at once and starts it again at the same address.
    pub fn kill(&mut self, number: usize) {
        self.copies[number].end();
        self.start(number);
    }

    /// Waits until all events have arrived, and has the books checked.
    pub async fn settle(&self) {
        until_arrived(&self.plan.look(self.data.path()).await).await;
        self.plan.verify(self.data.path());
    }

    /// Where a service stands: events to be sent, and events behind.
    pub async fn standing(&self, service: Service) -> (u64, u64) {
        let mut command = tokio::process::Command::from(self.plan.rialto(self.data.path()));
        let said = command.stdin(Stdio::null()).args(["events", "status", "--json"]).output().await.expect("it runs");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let report: Value = serde_json::from_slice(&said.stdout).expect("JSON");
        let services = report["services"].as_array().expect("services");
        let found = services.iter().find(|found| found["service"] == service.name()).expect("it is there");
        let topics = found["consumer"]["topics"].as_array().expect("topics");
        let behind = topics.iter().map(|topic| topic["lag"].as_u64().expect("a number")).sum();
        (found["outbox"]["depth"].as_u64().expect("a number"), behind)
    }

    /// Waits until Consul names every process of every service.
    pub async fn until_all_are_found(&self) {
        let agent = &self.plan.variables["RIALTO__DISCOVERY__CONSUL"];
        let prefix = &self.plan.variables["RIALTO__DISCOVERY__CONSUL_PREFIX"];
        for service in Service::ALL {
            let url = format!("{agent}/v1/health/service/{prefix}{service}?passing=true");
            let mut tries = 0;
            loop {
                let answer = reqwest::get(&url).await.expect("consul answers");
                let found: Vec<Value> = answer.json().await.expect("a list");
                if found.len() == COPIES {
                    break;
                }
                tries += 1;
                assert!(tries < 300, "of {service} only {} processes are found", found.len());
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Waits until all events have had their effect. Kafka's topics do not wait for each other: news of a payment that comes
/// before its order is parked, and tried again a moment later. With one log for all that would be a fault.
pub async fn until_arrived(look: &Shop) {
    let begun = Instant::now();
    while let Err(error) = look.quiet(ARRIVES_WITHIN).await {
        assert!(begun.elapsed() < ARRIVES_WITHIN, "all events arrive: {error:#}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Tells `plan` where these servers are, and what of them is this shop's.
fn stand_on(plan: &mut Plan, servers: &Servers) {
    let Servers { kafka, redis, mongodb, consul } = servers.clone();
    let own = uuid::Uuid::now_v7().simple().to_string();
    let variables = &mut plan.variables;
    let mut say = |name: &str, value: String| variables.insert(format!("RIALTO__{name}"), value);
    say("EVENTS__BROKERS", kafka);
    say("EVENTS__TOPIC_PREFIX", format!("test.{own}."));
    say("EVENTS__PARTITIONS", "4".to_owned());
    say("CATALOG__MONGODB_URL", format!("{mongodb}test_{own}"));
    say("CACHE__REDIS_URL", redis);
    say("CACHE__PREFIX", format!("test.{own}."));
    say("GATEWAY__TRUSTED_PROXIES", "127.0.0.1".to_owned());
    say("GATEWAY__RATE_LIMIT", "on".to_owned());
    // All that a test does comes from one address, and much of it from one account.
    for bucket in [
        "ACCOUNT",
        "ADDRESS",
        "GUESS",
        "LOGIN",
        "ORDER_BY_ACCOUNT",
        "ORDER_BY_ADDRESS",
        "PAYMENT_BY_ACCOUNT",
        "PAYMENT_BY_ADDRESS",
    ] {
        say(&format!("GATEWAY__RATES__{bucket}__REQUESTS"), "1000".to_owned());
        say(&format!("GATEWAY__RATES__{bucket}__SECS"), "1".to_owned());
    }
    say("GATEWAY__RATES__RECOVER__REQUESTS", RECOVERIES.to_string());
    say("GATEWAY__RATES__RECOVER__SECS", "3600".to_owned());
    say("DISCOVERY__CONSUL", consul);
    say("DISCOVERY__CONSUL_PREFIX", format!("test-{own}-"));
    for service in Service::ALL.into_iter().filter(|service| *service != Service::Gateway) {
        let name = service.name().to_uppercase();
        say(&format!("{name}__MAX_CONNECTIONS"), "4".to_owned());
    }
    for service in Service::ALL {
        plan.variables.remove(&format!("RIALTO__{}__URLS", service.name().to_uppercase()));
    }
}
