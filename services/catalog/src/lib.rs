//! The catalog: products, categories, reviews, pictures, the search over them, and what is in stock.

pub mod back_in_stock;
pub mod config;
mod count_products;
pub mod documents;
pub mod entity;
mod error;
pub mod events;
pub mod import;
pub mod index;
pub mod inventory;
mod items;
mod jobs;
mod listing;
pub mod media;
mod migration;
pub mod model;
mod pictures;
mod price_history;
mod price_items;
mod routes;
mod sample;
mod store;
mod suggest;
mod upload_media;
mod verify;
mod view;
mod write_category;
mod write_product;
mod write_review;

use std::{ops::Deref, sync::Arc};

use axum::Router;
use bus::Consumer;
use contracts::Service;
use db::Db;
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use tokio_util::sync::CancellationToken;
use upstream::Upstream;
use web::{Edge, Verifier};

use cache::Shared;
use documents::ProductDocuments;
use index::Index;
use items::Items;
use media::{Directory, Media};

pub use config::Config;
pub use count_products::count_products;
pub use error::Error;
pub use inventory::{HeldStock, books};
pub use price_history::{PriceHistory, price_history};
pub use sample::{SampleSummary, load_sample};
pub use verify::invariants;
pub use write_category::{CategoryInput, create as create_category};
pub use write_product::{Target, Written, target_of, write_product};

/// The handles every part of the catalog works with. Cheap to clone: each request does.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an `App`.
pub struct Parts {
    pub db: Db,
    pub upstream: Upstream,
    pub config: Config,
    pub documents: Arc<dyn ProductDocuments>,
    pub media: Arc<dyn Media>,
    pub index: Index,
    items: Items,
    /// Copies of documents that the catalog's processes share, if they share anything.
    shared: Option<Arc<dyn Shared>>,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Opens what the service stands on, and reads the index up to date. While product documents cannot be read, the shop
/// opens with what the index knows; one that knows nothing yet is not ready before it does. The caller has run
/// `db.migrate::<catalog::Migrator>()` before.
pub async fn start(db: Db, shared: Option<Arc<dyn Shared>>, upstream: Upstream, config: Config) -> Result<App, Error> {
    let index = Index::open(config.index_dir.clone(), config.index_memory_bytes, db.commits())?;
    let app = assemble(db, shared, upstream, config, index).await?;
    let caught_up = index::catch_up(&app).await;
    match &caught_up {
        Err(error) if index::lacks_documents(&caught_up) => tracing::warn!(%error, "search index: will try again"),
        _ => drop(caught_up?),
    }
    Ok(app)
}

/// For commands that work beside a running shop: everything but a search index on disk, which one process keeps.
pub async fn open(db: Db, upstream: Upstream, config: Config) -> Result<App, Error> {
    let index = Index::open(None, config.index_memory_bytes, db.commits())?;
    assemble(db, None, upstream, config, index).await
}

async fn assemble(
    db: Db,
    shared: Option<Arc<dyn Shared>>,
    upstream: Upstream,
    config: Config,
    index: Index,
) -> Result<App, Error> {
    Ok(App(Arc::new(Parts {
        documents: documents::open(&config.mongodb_url, &db).await?,
        media: Arc::new(Directory::new(&config.media_dir)),
        items: Items::new(config.items_cached),
        shared,
        config,
        index,
        db,
        upstream,
    })))
}

/// All routes, the internal ones included.
pub fn router(app: App) -> Router {
    let (public, _) = routes::public().split_for_parts();
    let ready = app.clone();
    let routes =
        public.merge(routes::internal::routes()).merge(inventory::internal_routes()).with_state(app.clone()).merge(
            web::health::routes(move || {
                let app = ready.clone();
                async move {
                    app.db.ping().await.map_err(|_| "database".to_owned())?;
                    if app.index.is_open() { Ok(()) } else { Err("search index".to_owned()) }
                }
            }),
        );
    web::finish(routes, Service::Catalog, Verifier::new(Service::Catalog, app.upstream.clone()), Edge::Inner)
}

/// The public operations.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes::public().into_openapi()
}

/// What the catalog listens to.
pub fn consumer(app: App) -> Consumer {
    let consumer = Consumer::new("catalog", app.db.clone())
        .on(&app, events::on_order_status_changed)
        .on(&app, events::on_user_erased);
    inventory::events::register(consumer, &app)
}

/// Keeps the index fresh, and runs timers and sweepers, until `stop`.
pub async fn jobs(app: App, stop: CancellationToken) {
    tokio::join!(
        index::follow(app.clone(), stop.clone()),
        inventory::jobs(app.clone(), stop.clone()),
        import::jobs(app.clone(), stop.clone()),
        back_in_stock::jobs(app.clone(), stop.clone()),
        jobs::forget(app, stop)
    );
}

/// The schema: the tables every service has, then products, stock and imports.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let products: Vec<Box<dyn MigrationTrait>> =
            vec![Box::new(migration::Products), Box::new(migration::WasPublished), Box::new(migration::StockWaits)];
        db::migrations::all()
            .into_iter()
            .chain(products)
            .chain(inventory::migrations())
            .chain(import::migrations())
            .collect()
    }
}
