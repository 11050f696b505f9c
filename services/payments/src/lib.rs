//! Payments: what was charged, held, refunded and disputed, and the ledger that accounts for every cent of it.
//!
//! The provider is the truth about money, this service the truth about what the shop made of it. `absorb` is the one
//! way in which the first becomes the second, whoever brings the news: the answer to our call, a webhook, the
//! recovery job or the reconciliation.

mod absorb;
mod books;
mod card;
mod checkout;
mod collect;
mod config;
mod disputes;
mod entity;
mod error;
mod events;
mod guard;
mod invariants;
mod jobs;
mod ledger;
mod lists;
mod migrations;
pub mod model;
mod once;
pub mod provider;
mod reconcile;
mod recover;
mod refund;
mod routes;
pub mod sandbox;
mod store;
mod views;
pub mod webhooks;

use std::sync::Arc;

use axum::Router;
use contracts::{Id, Service, Shard};
use db::{Db, Shards};
use sea_orm::DbErr;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use upstream::Upstream;
use web::{Edge, Verifier};

pub use books::{PaymentBook, books};
pub use config::{Config, Secret};
pub use error::Error;
pub use invariants::invariants;
pub use migrations::Migrator;
use provider::PaymentProvider;
use sandbox::Sandbox;

/// Everything the service needs to do its work, seen from one of its shards: the first, unless it is asked for another.
#[derive(Clone)]
pub struct App {
    /// That shard's database.
    pub db: Db,
    pub shard: Shard,
    pub shards: Shards,
    pub upstream: Upstream,
    pub config: Arc<Config>,
    provider: Arc<dyn PaymentProvider>,
    sandbox: Sandbox,
    wake: Arc<Wake>,
    /// Of each shard.
    wakes: Arc<[Arc<Wake>]>,
}

/// Bells that call a job before its time.
#[derive(Default)]
struct Wake {
    webhooks: Notify,
    recovery: Notify,
}

/// Opens the service on migrated databases. The sandbox gets its own if the configuration names one, else it keeps its
/// books in the first.
pub async fn start(shards: impl Into<Shards>, upstream: Upstream, config: Config) -> Result<App, DbErr> {
    let (shards, shard) = (shards.into(), Shard::FIRST);
    let db = shards.db(shard).clone();
    let truth = match config.sandbox.database_url.as_str() {
        "" => db.clone(),
        url => Db::connect(&db::Config { url: url.to_owned(), max_connections: 4, replica: None }).await?,
    };
    let sandbox = Sandbox::open(truth, upstream.clone(), config.sandbox.clone(), &config.public_url).await?;
    let provider = Arc::new(guard::Guarded::new(Arc::new(sandbox.clone())));
    let wakes: Arc<[Arc<Wake>]> = shards.all().map(|_| Arc::default()).collect();
    let wake = wakes[shard.number()].clone();
    Ok(App { db, shard, shards, upstream, config: Arc::new(config), provider, sandbox, wake, wakes })
}

impl App {
    /// The built-in provider, for tests that make it fail and for people who play the bank.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The service in the shard that has the thing with this id.
    pub fn holding<Of>(self, id: Id<Of>) -> Self {
        let shard = self.shards.holding(id.uuid());
        self.at(shard)
    }

    /// The service in `shard`.
    pub fn at(self, shard: Shard) -> Self {
        let shard = self.shards.known(shard);
        if shard == self.shard {
            return self;
        }
        let (db, wake) = (self.shards.db(shard).clone(), self.wakes[shard.number()].clone());
        Self { db, shard, wake, ..self }
    }

    /// The service in each of its shards, the first one first.
    pub fn everywhere(&self) -> Vec<Self> {
        self.shards.all().map(|shard| self.clone().at(shard)).collect()
    }
}

/// The service's routes.
pub fn router(app: App) -> Router {
    let verifier = Verifier::new(Service::Payments, app.upstream.clone());
    web::finish(routes::router(app), Service::Payments, verifier, Edge::Inner)
}

/// The public operations.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes::open_api_router().into_openapi()
}

/// What the service listens to, in the shard that `app` stands in.
#[expect(clippy::needless_pass_by_value, reason = "every service gives its consumer for an App of its own")]
pub fn consumer(app: App) -> bus::Consumer {
    bus::Consumer::new(events::CONSUMER, app.db.clone())
        .on(&app, events::on_refund_requested)
        .on(&app, events::on_order_status_changed)
        .only(&app, events::is_cancelled)
}

/// Timers and queued work of the shard that `app` stands in, until `stop`. In the first they are the sandbox's too.
pub async fn jobs(app: App, stop: CancellationToken) {
    jobs::run(app, stop).await;
}

/// The jobs one by one, for tests and for `rialto` commands that want one of them now.
pub mod work {
    pub use crate::{
        jobs::settle,
        reconcile::reconcile,
        recover::{recover, retry_refunds},
        webhooks::apply_stored,
    };
}

/// The event handlers, for tests that deliver events by hand.
pub mod hear {
    pub use crate::events::{on_order_status_changed as order_status_changed, on_refund_requested as refund_requested};
}
