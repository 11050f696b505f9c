//! The shape of a large shop: two processes of every service on PostgreSQL, events through Kafka, product documents in
//! MongoDB, counters in Redis, found by Consul.

use std::{
    path::Path,
    process::{Child, Command},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use contracts::Service;
use serde_json::json;
use tempfile::TempDir;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    buying,
    many_processes::{Plan, free_address, plan, put_kettles_on_the_shelf, until_found},
    running::{ADMIN, ADMIN_PASSWORD, kinds},
    shopper::{Shopper, items},
};

const COPIES: usize = 2;
/// How often an address may ask for a new password, by the test's configuration.
const RECOVERIES: usize = 6;

/// A shop whose processes end with the test, whichever way it ends.
struct Cluster {
    plan: Plan,
    data: TempDir,
    copies: Vec<Copy>,
}

/// One process of a service.
struct Copy {
    service: Service,
    address: String,
    process: Child,
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
    /// `None` where the parts of others that it needs are not there.
    async fn open() -> Option<Self> {
        let (kafka, consul) = (test_support::component("KAFKA")?, test_support::component("CONSUL")?);
        let (redis, mongodb) = (test_support::component("REDIS")?, test_support::component("MONGODB")?);
        if !kinds().await.contains(&"postgres") {
            return None;
        }
        let mut plan = plan().await;
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
        for bucket in ["ADDRESS", "ORDER_BY_ADDRESS", "PAYMENT_BY_ADDRESS"] {
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
        Some(cluster)
    }

    fn gateways(&self) -> Vec<String> {
        let gateways = self.copies.iter().filter(|copy| copy.service == Service::Gateway);
        gateways.map(|copy| format!("http://{}", copy.address)).collect()
    }

    /// Tells the given copy of every service to stop, waits until all have, and starts them again.
    async fn replace(&mut self, number: usize) {
        let mut told: Vec<&mut Copy> = self.copies.iter_mut().skip(number).step_by(COPIES).collect();
        for copy in &told {
            let told = Command::new("kill").args(["-TERM", &copy.process.id().to_string()]).status();
            assert!(told.expect("there is a kill").success());
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

    /// Waits until Consul names every process of every service.
    async fn until_all_are_found(&self) {
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
    plan.rialto(&data).env(variable, address).args(["serve", service.name()]).spawn().expect("the program starts")
}

/// What stands in front of the gateways: hands out those that say they are ready.
#[derive(Clone)]
struct Balancer {
    ready: Arc<Mutex<Vec<String>>>,
    turn: Arc<AtomicU32>,
}

impl Balancer {
    fn new(gateways: Vec<String>, stop: CancellationToken) -> Self {
        let ready = Arc::new(Mutex::new(gateways.clone()));
        let known = ready.clone();
        tokio::spawn(async move {
            let http = reqwest::Client::new();
            while !stop.is_cancelled() {
                let mut found = Vec::new();
                for gateway in &gateways {
                    let asked = http.get(format!("{gateway}/readyz")).timeout(Duration::from_secs(1)).send().await;
                    if asked.is_ok_and(|answer| answer.status().is_success()) {
                        found.push(gateway.clone());
                    }
                }
                *known.lock().expect("not poisoned") = found;
                sleep(Duration::from_millis(200)).await;
            }
        });
        Self { ready, turn: Arc::default() }
    }

    fn shopper(&self) -> Shopper {
        let ready = self.ready.lock().expect("not poisoned").clone();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) as usize;
        Shopper::new(ready.get(turn % ready.len().max(1)).expect("a gateway is ready"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_of_every_service_sell_together_and_are_replaced_without_a_failed_request() {
    let Some(mut cluster) = Cluster::open().await else { return };
    let gateways = cluster.gateways();
    let guest = Shopper::new(&gateways[0]);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    put_kettles_on_the_shelf(&admin, 1000).await;
    for gateway in &gateways {
        // Each catalog process keeps its own index and the gateways ask either: one answer says little.
        for _ in 0..8 {
            until_found(&Shopper::new(gateway), "kettle").await;
        }
    }
    let look = cluster.plan.look(cluster.data.path()).await;
    buying::guest_buys(&gateways[1], async || {
        look.quiet(Duration::from_secs(30)).await.expect("all events arrive");
    })
    .await;

    // The gateways count together.
    let forgotten = json!({"email": "nobody@example.test"});
    for gateway in gateways.iter().cycle().take(RECOVERIES) {
        Shopper::new(gateway).post("/users/password/forgot", &forgotten).await.expect(202);
    }
    for gateway in &gateways {
        Shopper::new(gateway).post("/users/password/forgot", &forgotten).await.expect(429);
    }

    // Shoppers go on buying and looking while first one and then the other process of everything is replaced. Every
    // answer they get must be the one they would get otherwise.
    let stop = CancellationToken::new();
    let balancer = Balancer::new(gateways, stop.clone());
    let (bought, looked) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let mut shoppers = JoinSet::new();
    for number in 0..3 {
        let (stop, balancer, bought, looked) = (stop.clone(), balancer.clone(), bought.clone(), looked.clone());
        shoppers.spawn(async move {
            while !stop.is_cancelled() {
                let order = balancer.shopper().order(&items("KETTLE", 1), &format!("{number}@example.test")).await;
                let paid = balancer.shopper().owning(&order).pay(&order, "tok_visa").await.expect(200);
                assert_eq!(paid["status"], "succeeded");
                bought.fetch_add(1, Ordering::Relaxed);
                for _ in 0..10 {
                    balancer.shopper().get("/products?q=kettle").await.expect(200);
                    looked.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    for number in 0..COPIES {
        cluster.replace(number).await;
    }
    stop.cancel();
    while let Some(ended) = shoppers.join_next().await {
        ended.expect("no request failed");
    }
    let (bought, looked) = (bought.load(Ordering::Relaxed), looked.load(Ordering::Relaxed));
    assert!(bought >= 10 && looked >= 100, "{bought} orders, {looked} looks");
    look.quiet(Duration::from_secs(60)).await.expect("all events arrive");
    cluster.plan.verify(cluster.data.path());
}
