//! A shop to test: all services in this process, on fresh databases of one kind, listening on a port of its own.

use std::{collections::BTreeSet, time::Duration};

use contracts::Service;
use rialto::{
    books,
    config::{self, Config, Flags},
    shop::{Schemas, Shop},
};
use tempfile::TempDir;
use test_support::TestDb;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub const ADMIN: &str = "admin@example.test";
pub const ADMIN_PASSWORD: &str = "quiet-harbour-lantern-27";
/// How long events may take to arrive before a test gives up on them.
const QUIET_WITHIN: Duration = Duration::from_secs(30);

pub struct RunningShop {
    pub url: String,
    pub shop: Shop,
    /// What it was opened with.
    pub config: Config,
    stop: CancellationToken,
    data: TempDir,
    databases: Vec<TestDb>,
}

/// The kinds of database that a shop can be tested on here.
pub async fn kinds() -> Vec<&'static str> {
    test_support::databases().await.iter().map(TestDb::kind).collect()
}

impl RunningShop {
    /// Opens a shop with the sample products on databases of `kind`.
    pub async fn open(kind: &str) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let (config, databases) = configuration(kind, &data).await;
        let shop = Self::start(config, data, databases).await;
        let users = shop.shop.users.as_ref().expect("users runs");
        users::admin::ensure_admin(users, ADMIN, Some(ADMIN_PASSWORD.to_owned()))
            .await
            .expect("an administrator is made");
        let catalog = shop.shop.catalog.as_ref().expect("catalog runs");
        catalog::load_sample(catalog).await.expect("the sample shop is loaded");
        shop
    }

    /// Ends the shop and opens it again on what it has, with its configuration changed.
    pub async fn open_again(self, change: impl FnOnce(&mut Config)) -> Self {
        self.stop.cancel();
        self.shop.stop().await;
        let mut config = self.config;
        // Connections that shoppers keep open keep the old index open too.
        config.catalog.settings.index_dir = Some(self.data.path().join("index-again"));
        change(&mut config);
        Self::start(config, self.data, self.databases).await
    }

    /// At a port of its own.
    async fn start(mut config: Config, data: TempDir, databases: Vec<TestDb>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        config.listen = address.to_string();
        config.public_url = format!("http://{address}");
        let shop =
            Shop::start(&config, &BTreeSet::from(Service::ALL), Schemas::Migrate).await.expect("the shop starts");
        let stop = CancellationToken::new();
        let router = shop.router(Service::Gateway).expect("the gateway runs");
        tokio::spawn(web::serve(listener, router, stop.clone()));
        Self { url: config.public_url.clone(), shop, config, stop, data, databases }
    }

    /// Waits until every event has been applied; an event that is parked fails the test.
    pub async fn quiet(&self) {
        self.shop.quiet(QUIET_WITHIN).await.expect("all events arrive");
    }

    /// Waits for quiet, evaluates every invariant and ends the shop.
    pub async fn close(self) {
        self.quiet().await;
        let invariants = books::evaluate(&self.shop).await.expect("the books can be read");
        let broken: Vec<_> = invariants.iter().filter(|invariant| !invariant.holds()).collect();
        assert!(broken.is_empty(), "broken invariants: {broken:#?}");
        self.stop.cancel();
        self.shop.stop().await;
    }
}

async fn configuration(kind: &str, data: &TempDir) -> (Config, Vec<TestDb>) {
    let flags = Flags { data: Some(data.path().to_owned()), ..Flags::default() };
    let mut config = config::load(&flags).expect("the defaults are sound");
    config.gateway.settings.rate_limit = gateway::Switch::Off;
    // Many things at once are to meet in the services, not to wait at the door.
    config.gateway.settings.writes_at_once = Some(0);
    config.gateway.settings.dev_mail = true;
    config.notifications.settings.mailbox_page = true;
    let mut databases = Vec::new();
    for url in [
        &mut config.events.database_url,
        &mut config.users.database_url,
        &mut config.catalog.database_url,
        &mut config.orders.database_url,
        &mut config.payments.database_url,
        &mut config.shipping.database_url,
        &mut config.notifications.database_url,
    ] {
        let database = database(kind).await;
        *url = database.config().url;
        databases.push(database);
    }
    (config, databases)
}

/// An empty database of `kind`.
pub async fn database(kind: &str) -> TestDb {
    if kind == "sqlite" {
        return test_support::sqlite();
    }
    let mut databases = test_support::databases().await;
    databases.retain(|database| database.kind() == kind);
    databases.pop().expect("this kind is there")
}
