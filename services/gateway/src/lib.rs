//! The gateway: the one door of the shop. It owns no data. It checks tokens, holds clients to their rates and sizes,
//! takes off what outsiders may not say, passes requests to the services and puts careful headers on the answers.

mod admission;
mod answer;
mod arrival;
mod body;
mod config;
mod docs;
mod forward;
mod health;
mod limits;
mod openapi;
mod pages;
mod routes;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{any, get},
};
use contracts::Service;
use tokio::sync::Semaphore;
use upstream::Upstream;
use utoipa::openapi::OpenApi;
use web::{Edge, Verifier};

pub use config::{Bodies, Config, Rate, Rates, Switch};
pub use limits::Limits;
pub use openapi::{Document, complaints, merge};

/// What the gateway works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub upstream: Upstream,
    pub config: Arc<Config>,
    pub openapi: Arc<Document>,
    pub limits: Arc<Limits>,
    verifier: Verifier,
    proxies: Arc<[config::Network]>,
    places: Arc<Semaphore>,
}

impl App {
    /// `upstream` speaks as the gateway; `openapi` is what `merge` made of the services' documents.
    pub fn new(upstream: Upstream, config: Config, openapi: OpenApi) -> Self {
        Self {
            verifier: Verifier::new(Service::Gateway, upstream.clone()),
            upstream,
            openapi: Arc::new(Document::new(openapi)),
            limits: Arc::new(Limits::new(&config)),
            proxies: config.trusted_proxies.iter().filter_map(|proxy| config::Network::read(proxy)).collect(),
            places: Arc::new(Semaphore::new(config.in_flight_max.min(Semaphore::MAX_PERMITS))),
            config: Arc::new(config),
        }
    }
}

/// All that the public sees.
pub fn router(app: App) -> Router {
    let passed_on = Router::new()
        .route("/{*path}", any(forward::forward))
        .layer(middleware::from_fn_with_state(app.clone(), admission::admit))
        .layer(middleware::from_fn_with_state(app.clone(), forward::label));
    let own = Router::new()
        .route("/", get(pages::welcome))
        .route("/welcome.css", get(pages::style))
        .route("/favicon.svg", get(pages::icon))
        .route("/favicon.ico", get(pages::icon))
        .route("/robots.txt", get(pages::robots))
        .route("/openapi.json", get(openapi::show))
        .route("/docs", get(docs::page))
        .route("/docs/", get(docs::page))
        .route("/docs/{file}", get(docs::file))
        .route("/version", get(health::version))
        .route("/readyz", get(health::readyz))
        .layer(middleware::from_fn_with_state(app.clone(), admission::admit))
        .route("/healthz", get(health::healthz));
    let routes = own.merge(passed_on).with_state(app.clone());
    let finished = web::finish(routes, Service::Gateway, app.verifier.clone(), Edge::Outer);
    let mut guarded = finished.layer(answer::compression());
    if let Some(cors) = answer::cors(&app.config) {
        guarded = guarded.layer(cors);
    }
    guarded
        .layer(middleware::from_fn_with_state(app.clone(), answer::harden))
        .layer(middleware::from_fn_with_state(app, arrival::receive))
}

/// What operators see, to be served on a listener of its own: `/metrics` as `render` writes it, `/healthz`, `/version`,
/// and `/readyz` for `services`, which are those of the process.
pub fn admin_router<R>(render: R, services: Vec<(Service, Router)>) -> Router
where
    R: Fn() -> String + Clone + Send + Sync + 'static,
{
    health::admin_router(render, services)
}
