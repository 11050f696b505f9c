//! The gateway: the one door of the shop. It owns no data. It checks tokens, holds clients to their rates and sizes,
//! takes off what outsiders may not say, passes requests to the services and puts careful headers on the answers.

mod admission;
mod answer;
mod arrival;
mod body;
mod config;
mod docs;
mod events;
mod forward;
mod health;
mod limits;
mod openapi;
mod pages;
mod reports;
mod routes;
mod shop;

use std::{ops::Deref, sync::Arc};

use axum::{
    Router, middleware,
    routing::{any, get},
};
use contracts::Service;
use tokio::sync::Semaphore;
use upstream::Upstream;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use web::{Edge, Verifier};

pub use config::{Bodies, Config, Rate, Rates, Switch};
pub use limits::Limits;
pub use openapi::{Document, clashes, complaints, merge};
pub use pages::Built;
pub use shop::{Environment, Limit, Provider, Settings, Store};

/// What the gateway works with. Cheap to clone: each layer around a request does.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an `App`.
pub struct Parts {
    pub upstream: Upstream,
    pub config: Config,
    pub openapi: Document,
    pub limits: Limits,
    built: Built,
    pages: pages::Pages,
    verifier: Verifier,
    proxies: Vec<config::Network>,
    places: Semaphore,
}

impl App {
    /// `upstream` speaks as the gateway; `openapi` is what `merge` made of the services' documents. Fails when the
    /// templates of the pages cannot be read, which a test would have told.
    pub fn new(upstream: Upstream, config: Config, openapi: OpenApi, built: Built) -> Result<Self, minijinja::Error> {
        Ok(Self(Arc::new(Parts {
            built,
            pages: pages::Pages::new()?,
            verifier: Verifier::new(Service::Gateway, upstream.clone()),
            upstream,
            openapi: Document::new(openapi),
            limits: Limits::new(&config),
            proxies: config.trusted_proxies.iter().filter_map(|proxy| config::Network::read(proxy)).collect(),
            places: Semaphore::new(config.in_flight_max.min(Semaphore::MAX_PERMITS)),
            config,
        })))
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// All that the public sees.
pub fn router(app: App) -> Router {
    let passed_on = Router::new()
        .route("/{*path}", any(pages::visit))
        .layer(middleware::from_fn_with_state(app.clone(), admission::admit))
        .layer(middleware::from_fn_with_state(app.clone(), forward::label));
    let own = Router::new()
        .merge(pages::routes(app.built.has_storefront()))
        .route("/openapi.json", get(openapi::show))
        .route("/docs", get(docs::page))
        .route("/docs/", get(docs::page))
        .route("/docs/{file}", get(docs::file))
        .route("/version", get(health::version))
        .route("/readyz", get(health::readyz))
        .merge(operations().split_for_parts().0)
        .layer(middleware::from_fn_with_state(app.clone(), admission::admit))
        .merge(pages::files())
        .route("/healthz", get(health::healthz));
    let routes = own.merge(passed_on).with_state(app.clone());
    let finished = web::finish(routes, Service::Gateway, app.verifier.clone(), Edge::Outer);
    let explained = finished.layer(middleware::from_fn_with_state(app.clone(), pages::explain));
    let mut guarded = explained.layer(answer::compression());
    if let Some(cors) = answer::cors(&app.config) {
        guarded = guarded.layer(cors);
    }
    guarded
        .layer(middleware::from_fn_with_state(app.clone(), answer::harden))
        .layer(middleware::from_fn_with_state(app, arrival::receive))
}

/// The operations that the gateway answers itself.
pub fn openapi() -> OpenApi {
    operations().into_openapi()
}

fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(events::routes()).merge(shop::routes()).merge(reports::routes())
}

/// What operators see, to be served on a listener of its own: `/metrics` as `render` writes it, `/healthz`, `/version`,
/// and `/readyz` for `services`, which are those of the process.
pub fn admin_router<R>(render: R, services: Vec<(Service, Router)>) -> Router
where
    R: Fn() -> String + Clone + Send + Sync + 'static,
{
    health::admin_router(render, services)
}
