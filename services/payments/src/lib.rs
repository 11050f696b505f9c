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
use contracts::Service;
use db::Db;
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

/// Everything the service needs to do its work.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub upstream: Upstream,
    pub config: Arc<Config>,
    provider: Arc<dyn PaymentProvider>,
    sandbox: Sandbox,
    wake: Arc<Wake>,
}

/// Bells that call a job before its time.
#[derive(Default)]
struct Wake {
    webhooks: Notify,
    recovery: Notify,
}

/// Opens the service on a migrated database. The sandbox gets its own database if the configuration names one.
pub async fn start(db: Db, upstream: Upstream, config: Config) -> Result<App, DbErr> {
    let truth = match config.sandbox.database_url.as_str() {
        "" => db.clone(),
        url => Db::connect(&db::Config { url: url.to_owned(), max_connections: 4, replica: None }).await?,
    };
    let sandbox = Sandbox::open(truth, upstream.clone(), config.sandbox.clone(), &config.public_url).await?;
    let provider = Arc::new(guard::Guarded::new(Arc::new(sandbox.clone())));
    Ok(App { db, upstream, config: Arc::new(config), provider, sandbox, wake: Arc::default() })
}

impl App {
    /// The built-in provider, for tests that make it fail and for people who play the bank.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
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

/// What the service listens to.
#[expect(clippy::needless_pass_by_value, reason = "every service gives its consumer for an App of its own")]
pub fn consumer(app: App) -> bus::Consumer {
    bus::Consumer::new(events::CONSUMER, app.db.clone())
        .on(&app, events::on_refund_requested)
        .on(&app, events::on_order_status_changed)
}

/// Timers and queued work, until `stop`.
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
