//! The catalog: products, categories, reviews, pictures, the search over them, and what is in stock.

pub mod config;
mod error;
pub mod inventory;

use std::sync::Arc;

use axum::Router;
use bus::Consumer;
use contracts::Service;
use db::Db;
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use tokio_util::sync::CancellationToken;
use upstream::Upstream;
use utoipa_axum::router::OpenApiRouter;
use web::{Edge, Verifier};

pub use config::Config;
pub use error::Error;

/// The handles every part of the catalog works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub upstream: Upstream,
    pub config: Arc<Config>,
}

/// Opens what the service stands on. The caller has run `db.migrate::<catalog::Migrator>()` before.
pub async fn start(db: Db, upstream: Upstream, config: Config) -> Result<App, Error> {
    Ok(App { db, upstream, config: Arc::new(config) })
}

/// All routes, the internal ones included.
pub fn router(app: App) -> Router {
    let (public, _) = public_routes().split_for_parts();
    let ready = app.clone();
    let routes = public
        .merge(inventory::internal_routes())
        .with_state(app.clone())
        .merge(web::health::routes(move || {
            let app = ready.clone();
            async move { app.db.ping().await.map_err(|_| "database".to_owned()) }
        }));
    web::finish(routes, Service::Catalog, Verifier::new(Service::Catalog, app.upstream), Edge::Inner)
}

/// The public operations.
pub fn openapi() -> utoipa::openapi::OpenApi {
    public_routes().into_openapi()
}

fn public_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(inventory::routes())
}

/// What the catalog listens to.
pub fn consumer(app: App) -> Consumer {
    inventory::events::register(Consumer::new("catalog", app.db.clone()), &app)
}

/// Runs timers and sweepers until `stop`.
pub async fn jobs(app: App, stop: CancellationToken) {
    inventory::jobs(app, stop).await;
}

/// The schema: the tables every service has, then products, then stock.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        db::migrations::all().into_iter().chain(inventory::migrations()).collect()
    }
}
