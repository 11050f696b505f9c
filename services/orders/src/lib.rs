//! Orders: carts, placed orders and their life, totals and taxes, promotions, cancellations and returns.
//!
//! It conducts the sale: it reserves stock, waits for the payment, tells the others what became of the order, and
//! finishes by itself whatever stays unfinished.

pub mod config;
pub mod error;
pub mod events;
mod explain;
pub mod invariants;
pub mod jobs;
mod migrations;
pub mod model;
pub mod tax;
mod tax_rates;
mod tokens;
pub mod totals;

mod access;
mod cancel;
mod carts;
mod change_cart;
mod entity;
mod gather;
mod list_orders;
mod list_returns;
mod lookup;
mod merge_carts;
mod move_order;
mod move_return;
mod note_order;
mod place_order;
mod pricing;
mod promote;
mod report_sales;
mod request_return;
mod resolve_problems;
mod routes;
mod set_status;
mod spread_uses;
mod store;
mod views;

use std::sync::Arc;

use contracts::{Id, Service, Shard};
use db::Shards;
use tokio_util::sync::CancellationToken;
use upstream::Upstream;
use web::{Edge, Verifier};

pub use config::Config;
pub use error::Error;
pub use invariants::{OrderBook, books, invariants};
pub use migrations::Migrator;

/// What the service stands on, seen from one of its shards: the first, unless it is asked for another. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// That shard's database.
    pub db: db::Db,
    pub shard: Shard,
    pub shards: Shards,
    pub upstream: Upstream,
    pub config: Arc<Config>,
    /// The tax rates by which new orders are taxed.
    pub tax: Arc<tax::TaxRules>,
}

impl App {
    /// The service in the shard that has the thing with this id.
    pub fn holding<Of>(self, id: Id<Of>) -> Self {
        let shard = self.shards.holding(id.uuid());
        self.at(shard)
    }

    /// The service in `shard`.
    pub fn at(self, shard: Shard) -> Self {
        let shard = self.shards.known(shard);
        if shard == self.shard { self } else { Self { db: self.shards.db(shard).clone(), shard, ..self } }
    }

    /// The service in each of its shards, the first one first.
    pub fn everywhere(&self) -> Vec<Self> {
        self.shards.all().map(|shard| self.clone().at(shard)).collect()
    }
}

/// Takes the handles. The schema must be up to date; `config` is refused if it has problems.
pub async fn start(shards: impl Into<Shards>, upstream: Upstream, config: Config) -> Result<App, Error> {
    let problems = config.problems();
    if !problems.is_empty() {
        return Err(Error::Config(problems.join("; ")));
    }
    let tax = Arc::new(tax::TaxRules::new(&config.tax));
    let shards = shards.into();
    let (db, shard) = (shards.db(Shard::FIRST).clone(), Shard::FIRST);
    Ok(App { db, shard, shards, upstream, config: Arc::new(config), tax })
}

/// All routes, with the layers around them.
pub fn router(app: App) -> axum::Router {
    let verifier = Verifier::new(Service::Orders, app.upstream.clone());
    let shards = app.shards.clone();
    let ready = move || {
        let shards = shards.clone();
        async move { shards.ping().await.map_err(|error| error.to_string()) }
    };
    let (public, _) = routes::public().split_for_parts();
    let routes = public.merge(routes::internal()).merge(web::health::routes(ready)).with_state(app);
    web::finish(routes, Service::Orders, verifier, Edge::Inner)
}

/// The public operations.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes::public().into_openapi()
}

/// What the service listens to, in the shard that `app` stands in.
#[expect(clippy::needless_pass_by_value, reason = "every service is opened in the same way, by handing over its App")]
pub fn consumer(app: App) -> bus::Consumer {
    bus::Consumer::new(events::CONSUMER, app.db.clone())
        .on(&app, events::on_payment_authorized)
        .on(&app, events::on_payment_processed)
        .on(&app, events::on_payment_failed)
        .on(&app, events::on_payment_voided)
        .on(&app, events::on_refund_processed)
        .on(&app, events::on_refund_failed)
        .on(&app, events::on_dispute_opened)
        .on(&app, events::on_dispute_closed)
        .on(&app, events::on_shipping_updated)
        .on(&app, events::on_stock_short)
        .on(&app, events::on_email_verified)
        .on(&app, events::on_user_erased)
}

/// Timers, until `stop`, of the shard that `app` stands in.
pub async fn jobs(app: App, stop: CancellationToken) {
    jobs::run(app, stop).await;
}
