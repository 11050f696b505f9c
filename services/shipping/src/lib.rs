//! Shipping: what delivery costs and where to, the parcels on their way, and what is known of them.

pub mod advance;
pub mod calculate;
pub mod cancel;
pub mod carrier;
pub mod config;
pub mod confirm_quote;
mod defaults;
pub mod edit_zones;
mod entity;
mod erase;
pub mod error;
pub mod events;
pub mod invariants;
pub mod jobs;
mod migrations;
pub mod model;
pub mod pack;
pub mod poll;
mod prepare;
pub mod quote;
mod routes;
pub mod sandbox;
pub mod seal;
pub mod ship;
pub mod step;
mod store;
pub mod track;
mod view;

use std::sync::Arc;

use axum::Router;
use contracts::Service;
use db::Db;
use tokio::sync::Notify;
use upstream::Upstream;
use utoipa_axum::router::OpenApiRouter;
use web::{Edge, Verifier};

use crate::{carrier::Carriers, sandbox::Sandbox, seal::Seal};

pub use config::Config;
pub use error::Error;
pub use invariants::invariants;
pub use jobs::jobs;
pub use migrations::Migrator;

/// The handles of the service. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub upstream: Upstream,
    pub config: Arc<Config>,
    pub carriers: Carriers,
    pub sandbox: Sandbox,
    pub seal: Seal,
    /// Wakes the job that buys labels.
    labels_wanted: Arc<Notify>,
}

/// Builds the service on a database that `Migrator` has brought up to date; a first start puts in zones and rates.
pub async fn start(db: Db, upstream: Upstream, config: Config) -> Result<App, Error> {
    if config.default_zones {
        defaults::plant(&db, &config).await?;
    }
    let sandbox = Sandbox::new(db.clone());
    let carriers = Carriers::new([Arc::new(sandbox.clone()) as Arc<dyn carrier::Carrier>]);
    let seal = Seal::new(config.secret.clone());
    Ok(App { db, upstream, config: Arc::new(config), carriers, sandbox, seal, labels_wanted: Arc::default() })
}

/// All routes of the service.
pub fn router(app: App) -> Router {
    let verifier = Verifier::new(Service::Shipping, app.upstream.clone());
    let db = app.db.clone();
    let health = web::health::routes(move || {
        let db = db.clone();
        async move { db.ping().await.map_err(|error| error.to_string()) }
    });
    let (public, _) = operations().split_for_parts();
    let router = public.merge(routes::internal()).with_state(app).merge(health);
    web::finish(router, Service::Shipping, verifier, Edge::Inner)
}

/// The public operations.
pub fn openapi() -> utoipa::openapi::OpenApi {
    operations().split_for_parts().1
}

fn operations() -> OpenApiRouter<App> {
    routes::public()
}

/// What the service listens to.
#[expect(clippy::needless_pass_by_value, reason = "every service is wired up alike")]
pub fn consumer(app: App) -> bus::Consumer {
    bus::Consumer::new("shipping", app.db.clone())
        .on(&app, events::on_order_status_changed)
        .on(&app, events::on_order_erased)
}
