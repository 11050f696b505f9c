//! The shape of a large shop: two processes of every service on PostgreSQL, events through Kafka, product documents in
//! MongoDB, counters in Redis, found by Consul, and TLS between all of them.

use std::{
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use contracts::Service;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::{
    many_processes::{Plan, free_address, plan, put_kettles_on_the_shelf, until_found},
    running::{ADMIN, ADMIN_PASSWORD, kinds},
    servers::Servers,
    shopper::Shopper,
};

pub const COPIES: usize = 2;
/// How often an address may ask for a new password, by the test's configuration.
pub const RECOVERIES: usize = 6;

/// A shop whose processes end with the test, whichever way it ends.
pub struct Cluster {
    pub plan: Plan,
    pub data: TempDir,
    pub copies: Vec<Copy>,
}

/// One process of a service.
pub struct Copy {
    pub service: Service,
    pub address: String,
    process: Child,
}

impl Copy {
    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.process.id().to_string()]).status();
        assert!(sent.expect("there is a kill").success());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for copy in &mut self.copies {
            let _ = copy.process.kill();
            let _ = copy.process.wait();
        }
    }
}

impl Cluster {
    /// On these servers, with kettles on the shelf. `None` without a PostgreSQL.
    pub async fn open(servers: &Servers) -> Option<Self> {
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        let Servers { kafka, redis, mongodb, consul } = servers.clone();
        let mut plan = plan("postgres").await;
        let own = uuid::Uuid::now_v7().simple().to_string();
        let variables = &mut plan.variables;
        let mut say = |name: &str, value: String| variables.insert(format!("RIALTO__{name}"), value);
        say("EVENTS__BROKERS", kafka);
        say("EVENTS__TOPIC_PREFIX", format!("test.{own}."));
        say("EVENTS__PARTITIONS", "4".to_owned());
        say("CATALOG__MONGODB_URL", format!("{mongodb}test_{own}"));
        say("CACHE__REDIS_URL", redis);
        say("CACHE__PREFIX", format!("test.{own}."));
        say("GATEWAY__RATE_LIMIT", "on".to_owned());
        for bucket in ["ACCOUNT", "ADDRESS", "ORDER_BY_ADDRESS", "PAYMENT_BY_ADDRESS"] {
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
        let data = tempfile::tempdir().expect("a folder");
        let certs = data.path().join("certs");
        plan.run(data.path(), &["certs", "--to", certs.to_str().expect("text")], "");
        plan.run(data.path(), &["migrate", "up"], "");
        plan.run(data.path(), &["admin", "create", ADMIN], ADMIN_PASSWORD);
        let mut copies = Vec::new();
        for service in Service::ALL {
            for _ in 0..COPIES {
                let address = free_address();
                let process = start(&plan, data.path(), service, &address);
                copies.push(Copy { service, address, process });
            }
        }
        let cluster = Self { plan, data, copies };
        cluster.until_all_are_found().await;
        cluster.open_the_doors().await;
        Some(cluster)
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

    /// Tells the given copy of every service to stop, waits until all have, and starts them again.
    pub async fn replace(&mut self, number: usize) {
        let mut told: Vec<&mut Copy> = self.copies.iter_mut().skip(number).step_by(COPIES).collect();
        for copy in &told {
            copy.signal("TERM");
        }
        for copy in &mut told {
            while copy.process.try_wait().expect("it can be waited for").is_none() {
                sleep(Duration::from_millis(50)).await;
            }
        }
        for copy in &mut told {
            copy.process = start(&self.plan, self.data.path(), copy.service, &copy.address);
        }
        // As an orchestrator does: the next ones are stopped once others can find these.
        self.until_all_are_found().await;
    }

    /// Ends one process at once and starts it again at the same address.
    pub fn kill(&mut self, number: usize) {
        let copy = &mut self.copies[number];
        copy.process.kill().expect("it can be killed");
        copy.process.wait().expect("it can be waited for");
        copy.process = start(&self.plan, self.data.path(), copy.service, &copy.address);
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
                let found: Vec<serde_json::Value> = answer.json().await.expect("a list");
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

fn start(plan: &Plan, data: &Path, service: Service, address: &str) -> Child {
    let variable = match service {
        Service::Gateway => "RIALTO__LISTEN".to_owned(),
        _ => format!("RIALTO__{}__LISTEN", service.name().to_uppercase()),
    };
    let data = data.join(address);
    let certs = |name: &str, kind: &str| data.with_file_name("certs").join(format!("{name}.{kind}"));
    let mut command = plan.rialto(&data);
    command
        .env(variable, address)
        .env("RIALTO__TLS__CA", certs("ca", "pem"))
        .env("RIALTO__TLS__CERT", certs(service.name(), "pem"))
        .env("RIALTO__TLS__KEY", certs(service.name(), "key"));
    command.args(["serve", service.name()]).spawn().expect("the program starts")
}
