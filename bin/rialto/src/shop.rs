//! The whole system on one page: every service, its store, and its wires.

use std::{collections::BTreeSet, future::Future, pin::Pin, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use axum::Router;
use bus::{Consumer, Desk, EmbeddedLog, Log};
use contracts::{Service, Shard};
use db::{Db, Shards};
use gateway::Built;
use sea_orm_migration::MigratorTrait;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use upstream::{
    ServiceKey, Upstream,
    tls::{self, Identity, ServerConfig},
};
use web::{Edge, Verifier};

use crate::{
    adapters,
    config::{Config, Section},
    secrets, wiring,
};

/// How long a database may take to say goodbye.
const CLOSED_WITHIN: Duration = Duration::from_secs(2);

/// A running shop, or the part of one that this process runs.
pub struct Shop {
    pub users: Option<users::App>,
    pub catalog: Option<catalog::App>,
    pub orders: Option<orders::App>,
    pub payments: Option<payments::App>,
    pub shipping: Option<shipping::App>,
    pub notifications: Option<notifications::App>,
    house: House,
}

/// What the services stand on.
struct House {
    wires: Upstream,
    log: Arc<dyn Log>,
    /// The database of the log, unless that is with the brokers.
    log_store: Option<Db>,
    /// Who this process is to the others, if they talk over TLS.
    identity: Option<Identity>,
    stop: CancellationToken,
    tasks: TaskTracker,
    work: Work,
    opened: Vec<Opened>,
}

/// A service that runs in this process, and where the events of its shards are looked after. The gateway has none.
struct Opened {
    service: Service,
    router: Router,
    desks: Vec<Desk>,
}

/// What a service does in one of its shards. Most services have only the first.
struct Part {
    shard: Shard,
    store: Db,
    consumer: Option<Consumer>,
    jobs: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Part {
    fn only(store: Db, consumer: Option<Consumer>, jobs: impl Future<Output = ()> + Send + 'static) -> Vec<Self> {
        vec![Self { shard: Shard::FIRST, store, consumer, jobs: Box::pin(jobs) }]
    }
}

/// Whether background work runs: relays, consumers and timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Run,
    /// For commands that stand beside a running shop, which does that work.
    LookOnly,
}

/// Whether the schemas are brought up to date at the start, or have to be so already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schemas {
    Migrate,
    MustBeCurrent,
}

impl Shop {
    /// Starts `which` services. They find each other in this process, or where the configuration says.
    pub async fn start(config: &Config, which: &BTreeSet<Service>, schemas: Schemas) -> anyhow::Result<Self> {
        Self::open(config, which, schemas, Work::Run).await
    }

    /// As `start`, with or without background work.
    pub async fn open(
        config: &Config,
        which: &BTreeSet<Service>,
        schemas: Schemas,
        work: Work,
    ) -> anyhow::Result<Self> {
        let mut config = config.clone();
        config.secret = secrets::find_or_make(&config.secret, &config.data)?;
        wiring::share(&mut config)?;
        let config = &config;
        let (log, log_store) = log(config, schemas).await?;
        let shared = adapters::shared(&config.cache)?;
        let key = ServiceKey::new(secrets::derive(&config.secret, "service tokens")?.as_bytes());
        let identity = config.tls.files().map(|files| Identity::read(&files)).transpose().context("tls")?;
        let wires = match &identity {
            Some(identity) => Upstream::over_tls(Service::Gateway, key, identity)?,
            None => Upstream::new(Service::Gateway, key),
        };
        let house = House {
            wires: wires.clone(),
            log,
            log_store,
            identity,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            work,
            opened: Vec::new(),
        };
        house.reach_the_others(config, which);

        let mut shop = Self {
            users: None,
            catalog: None,
            orders: None,
            payments: None,
            shipping: None,
            notifications: None,
            house,
        };
        let house = &mut shop.house;
        for service in which {
            let stop = house.stop.clone();
            let wires = wires.speaking_as(*service);
            match service {
                Service::Users => {
                    let db = store::<users::Migrator, _>("users", &config.users, config, schemas).await?;
                    let app = users::start(db.clone(), wires, config.users.settings.clone()).await?;
                    let parts = Part::only(db, None, users::jobs::jobs(app.clone(), stop));
                    house.open(Service::Users, users::router(app.clone()), parts);
                    shop.users = Some(app);
                }
                Service::Catalog => {
                    let db = store::<catalog::Migrator, _>("catalog", &config.catalog, config, schemas).await?;
                    let app = match work {
                        Work::Run => {
                            let settings = config.catalog.settings.clone();
                            Box::pin(catalog::start(db.clone(), shared.clone(), wires, settings)).await?
                        }
                        // The search index on disk belongs to the running shop.
                        Work::LookOnly => catalog::open(db.clone(), wires, config.catalog.settings.clone()).await?,
                    };
                    let consumer = Some(catalog::consumer(app.clone()));
                    let parts = Part::only(db, consumer, catalog::jobs(app.clone(), stop));
                    house.open(Service::Catalog, catalog::router(app.clone()), parts);
                    shop.catalog = Some(app);
                }
                Service::Orders => {
                    let shards = shards::<orders::Migrator, _>("orders", &config.orders, config, schemas).await?;
                    let app = orders::start(shards, wires, config.orders.settings.clone()).await?;
                    let parts = app.everywhere().into_iter().map(|app| Part {
                        shard: app.shard,
                        store: app.db.clone(),
                        consumer: Some(orders::consumer(app.clone())),
                        jobs: Box::pin(orders::jobs(app, stop.clone())),
                    });
                    house.open(Service::Orders, orders::router(app.clone()), parts.collect());
                    shop.orders = Some(app);
                }
                Service::Payments => {
                    let shards = shards::<payments::Migrator, _>("payments", &config.payments, config, schemas).await?;
                    let app = payments::start(shards, wires, config.payments.settings.clone()).await?;
                    let parts = app.everywhere().into_iter().map(|app| Part {
                        shard: app.shard,
                        store: app.db.clone(),
                        consumer: Some(payments::consumer(app.clone())),
                        jobs: Box::pin(payments::jobs(app, stop.clone())),
                    });
                    house.open(Service::Payments, payments::router(app.clone()), parts.collect());
                    shop.payments = Some(app);
                }
                Service::Shipping => {
                    let db = store::<shipping::Migrator, _>("shipping", &config.shipping, config, schemas).await?;
                    let app = shipping::start(db.clone(), wires, config.shipping.settings.clone()).await?;
                    let consumer = Some(shipping::consumer(app.clone()));
                    let parts = Part::only(db, consumer, shipping::jobs(app.clone(), stop));
                    house.open(Service::Shipping, shipping::router(app.clone()), parts);
                    shop.shipping = Some(app);
                }
                Service::Notifications => {
                    let shards =
                        shards::<notifications::Migrator, _>("notifications", &config.notifications, config, schemas)
                            .await?;
                    let app = notifications::start(shards, wires, config.notifications.settings.clone()).await?;
                    let parts = app.everywhere().into_iter().map(|app| Part {
                        shard: app.shard,
                        store: app.db.clone(),
                        consumer: Some(notifications::consumer(app.clone())),
                        jobs: Box::pin(notifications::jobs(app, stop.clone())),
                    });
                    house.open(Service::Notifications, notifications::router(app.clone()), parts.collect());
                    shop.notifications = Some(app);
                }
                Service::Gateway => {
                    let told = crate::settings::of(config);
                    let mut settings = gateway::Config { settings: told, ..config.gateway.settings.clone() };
                    if which.len() == Service::ALL.len() {
                        settings.writes_at_once.get_or_insert_with(writes_for_machine);
                    }
                    let app = gateway::App::new(
                        wires,
                        shared.clone(),
                        settings,
                        crate::openapi::document(),
                        Built::embedded(),
                    )?;
                    house.open_edge(gateway::router(app));
                }
            }
        }
        Ok(shop)
    }

    /// The databases of the services that run here, of each service the first shard's first.
    pub fn stores(&self) -> impl Iterator<Item = (Service, &Db)> {
        self.desks().map(|desk| (desk.service(), desk.db()))
    }

    /// The router of a service that runs here.
    pub fn router(&self, service: Service) -> Option<Router> {
        self.house.opened.iter().find(|opened| opened.service == service).map(|opened| opened.router.clone())
    }

    /// Where the events of the services that run here are looked after, shard by shard.
    pub fn desks(&self) -> impl Iterator<Item = &Desk> {
        self.house.opened.iter().flat_map(|opened| &opened.desks)
    }

    /// How a listener of `service` speaks TLS, if it does: with processes of this shop only, or with the public.
    pub fn tls(&self, service: Service, config: &Config) -> anyhow::Result<Option<Arc<ServerConfig>>> {
        if service != Service::Gateway {
            return Ok(self.house.identity.as_ref().map(Identity::server));
        }
        let gateway = &config.gateway.settings;
        if gateway.tls_cert.as_os_str().is_empty() {
            return Ok(None);
        }
        Ok(Some(tls::public(&gateway.tls_cert, &gateway.tls_key).context("gateway.tls_cert")?))
    }

    /// Speaks to the other services.
    pub fn wires(&self) -> &Upstream {
        &self.house.wires
    }

    pub fn log(&self) -> Arc<dyn Log> {
        self.house.log.clone()
    }

    /// Waits until nothing is on its way any more: outboxes empty, every event applied. Fails with what is left
    /// when that takes longer than `within`, and at once when an event is parked.
    pub async fn quiet(&self, within: Duration) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + within;
        let mut found_nothing = false;
        loop {
            let left = self.in_flight().await?;
            // An event may pass from an outbox to a consumer behind one look's back, but hardly behind that of two.
            if left.is_empty() && found_nothing {
                return Ok(());
            }
            found_nothing = left.is_empty();
            if tokio::time::Instant::now() > deadline {
                bail!("still on the way: {}", left.join(", "));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What has not arrived yet, in words.
    async fn in_flight(&self) -> anyhow::Result<Vec<String>> {
        let mut left = Vec::new();
        for desk in self.desks() {
            let (name, db) = (desk.name(), desk.db());
            let parked = db::parked::list(db.reader(), 10).await?;
            if let Some(first) = parked.first() {
                bail!("{name} parked {} event(s), the first {}: {}", parked.len(), first.envelope.kind, first.cause);
            }
            let unpublished = db::outbox::depth(db.reader()).await?;
            if unpublished > 0 {
                left.push(format!("{unpublished} event(s) of {name}"));
            }
            if !desk.topics().is_empty() {
                let lag = self.house.log.lag(name, desk.topics()).await?.events();
                if lag > 0 {
                    left.push(format!("{lag} event(s) to {name}"));
                }
            }
        }
        Ok(left)
    }

    /// Tells all background work to end, and waits until it has.
    pub async fn stop(self) {
        self.house.stop.cancel();
        self.house.tasks.close();
        if tokio::time::timeout(Duration::from_secs(25), self.house.tasks.wait()).await.is_err() {
            tracing::warn!("some background work did not end in time");
        }
        let stores = self.desks().map(|desk| (desk.name(), desk.db()));
        let log = self.house.log_store.iter().map(|store| ("events", store));
        for (database, db) in stores.chain(log) {
            // A pool whose server is away waits for it, and whoever has told the process to stop does not.
            match tokio::time::timeout(CLOSED_WITHIN, db.clone().close()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(database, %error, "database not closed"),
                Err(_) => tracing::warn!(database, "database not closed in time"),
            }
        }
    }
}

impl Drop for House {
    /// Whoever opened the shop only to look at it leaves no connection and no work behind either.
    fn drop(&mut self) {
        self.stop.cancel();
        self.wires.unmount();
    }
}

impl House {
    fn reach_the_others(&self, config: &Config, here: &BTreeSet<Service>) {
        let addresses = [
            (Service::Users, &config.users.urls),
            (Service::Catalog, &config.catalog.urls),
            (Service::Orders, &config.orders.urls),
            (Service::Payments, &config.payments.urls),
            (Service::Shipping, &config.shipping.urls),
            (Service::Notifications, &config.notifications.urls),
        ];
        for (service, urls) in addresses {
            match config.discovery.consul() {
                _ if here.contains(&service) => {}
                None if urls.is_empty() => {}
                Some(consul) if urls.is_empty() => self.wires.reach_by(service, consul),
                _ => self.wires.reach_at(service, urls.clone()),
            }
        }
    }

    /// Lets a service work: its router is mounted, and in each of its shards its outbox is relayed, its events consumed,
    /// its timers run.
    fn open(&mut self, service: Service, router: Router, parts: Vec<Part>) {
        let shards = parts.len();
        let mut desks = Vec::new();
        for Part { shard, store, consumer, jobs } in parts {
            let consumer = consumer.map(|consumer| consumer.for_shard(shard, shards));
            let subscription = consumer.as_ref().map(|consumer| consumer.subscription().clone()).unwrap_or_default();
            let desk = Desk::new(service, store.clone(), self.log.clone(), subscription).for_shard(shard);
            if self.work == Work::Run {
                self.tasks.spawn(bus::relay(desk.name().to_owned(), store, self.log.clone(), self.stop.clone()));
                if let Some(consumer) = consumer {
                    self.tasks.spawn(consumer.run(self.log.clone(), self.stop.clone()));
                }
                self.tasks.spawn(jobs);
            }
            desks.push(desk);
        }
        let router = self.beside(service, desks.clone(), router);
        self.wires.mount(service, router.clone());
        self.opened.push(Opened { service, router, desks });
    }

    /// A service's router, with its desks beside it. The service knows of no log, so the house brings the two together.
    fn beside(&self, service: Service, desks: Vec<Desk>, router: Router) -> Router {
        let verifier = Verifier::new(service, self.wires.speaking_as(service));
        web::finish(bus::routes(desks), service, verifier, Edge::Inner).fallback_service(router)
    }

    /// The gateway has no store and no events.
    fn open_edge(&mut self, router: Router) {
        self.opened.push(Opened { service: Service::Gateway, router, desks: Vec::new() });
    }
}

/// Writes at once, where all of a shop is on one machine, its databases as a rule included: twice the cores and one, which is the
/// rule of thumb for connections that work at once (PostgreSQL's wiki, "Number Of Database Connections").
fn writes_for_machine() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from) + 1
}

/// The event log: a table, or the brokers that the configuration names.
async fn log(config: &Config, schemas: Schemas) -> anyhow::Result<(Arc<dyn Log>, Option<Db>)> {
    if config.events.settings.is_on_kafka() {
        return Ok((adapters::kafka(&config.events.settings)?, None));
    }
    let db = store::<bus::Migrator, _>("events", &config.events, config, schemas).await?;
    Ok((Arc::new(EmbeddedLog::new(db.clone())), Some(db)))
}

/// Connects to a service's database and makes sure that its schema is current.
async fn store<M: MigratorTrait, C>(
    name: &str,
    section: &Section<C>,
    config: &Config,
    schemas: Schemas,
) -> anyhow::Result<Db> {
    connect::<M>(name, &section.database(&config.data, name), schemas).await
}

/// The same for all databases of a service whose customers are spread.
async fn shards<M: MigratorTrait, C>(
    name: &str,
    section: &Section<C>,
    config: &Config,
    schemas: Schemas,
) -> anyhow::Result<Shards> {
    let first = store::<M, C>(name, section, config, schemas).await?;
    let mut further = Vec::new();
    for (name, database) in section.databases(&config.data, name).iter().skip(1) {
        further.push(connect::<M>(name, database, schemas).await?);
    }
    Ok(Shards::new(first, further))
}

async fn connect<M: MigratorTrait>(name: &str, database: &db::Config, schemas: Schemas) -> anyhow::Result<Db> {
    let db = Db::connect(database).await.with_context(|| format!("the database of {name} does not answer"))?;
    let newer = db.newer_migrations::<M>().await?;
    if !newer.is_empty() {
        tracing::info!(database = name, migrations = newer.join(", "), "a newer release has migrated this database");
    }
    match schemas {
        Schemas::Migrate => db.migrate::<M>().await.with_context(|| format!("the migrations of {name} failed"))?,
        Schemas::MustBeCurrent => {
            let pending = db.pending_migrations::<M>().await?;
            if !pending.is_empty() {
                bail!("the schema of {name} is not current ({} pending): run rialto migrate up", pending.len());
            }
        }
    }
    Ok(db)
}
