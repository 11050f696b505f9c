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
mod kept;
mod limits;
mod openapi;
mod pages;
mod reports;
mod routes;
mod shop;
mod turns;

use std::{convert::Infallible, ops::Deref, sync::Arc};

use axum::{
    Router,
    extract::Request,
    middleware,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use cache::Shared;
use contracts::Service;
use metrics::Gauge;
use tokio::sync::Semaphore;
use tower::{Layer, ServiceExt, service_fn};
use upstream::Upstream;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use web::{Around, Edge, Heard, Verifier};

use turns::Turns;

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
    kept: kept::Kept,
    heard: Heard,
    lately_ready: health::LatelyReady,
    pages: pages::Pages,
    verifier: Verifier,
    around: Around,
    proxies: Vec<config::Network>,
    places: Semaphore,
    turns: Turns,
    active: Gauge,
}

impl App {
    /// `upstream` speaks as the gateway; `shared` is what several gateways count in; `openapi` is what `merge` made of
    /// the services' documents. Fails when the templates of the pages cannot be read, which a test would have told.
    pub fn new(
        upstream: Upstream,
        shared: Option<Arc<dyn Shared>>,
        config: Config,
        openapi: OpenApi,
        built: Built,
    ) -> Result<Self, minijinja::Error> {
        let verifier = Verifier::new(Service::Gateway, upstream.clone());
        Ok(Self(Arc::new(Parts {
            built,
            kept: kept::Kept::new(),
            heard: Heard::default(),
            lately_ready: health::LatelyReady::default(),
            pages: pages::Pages::new()?,
            around: Around::new(Service::Gateway, verifier.clone(), Edge::Outer),
            verifier,
            upstream,
            openapi: Document::new(openapi),
            limits: Limits::new(&config, shared),
            proxies: config.trusted_proxies.iter().filter_map(|proxy| config::Network::read(proxy)).collect(),
            places: Semaphore::new(config.in_flight_max.min(Semaphore::MAX_PERMITS)),
            turns: Turns::new(config.writes_at_once),
            active: metrics::gauge!("http_server_active_requests", "service" => Service::Gateway.name()),
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
        .layer(middleware::from_fn_with_state(app.clone(), admission::admit_labelled));
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
        .route("/healthz", get(health::healthz))
        .route_layer(middleware::from_fn(web::tell_route));
    let mut routes = web::answered(own.merge(passed_on).with_state(app.clone()));
    if let Some(cors) = answer::cors(&app.config) {
        routes = routes.layer(cors);
    }
    // Before the routes, not around each of them: an answer that is kept needs none.
    let door = service_fn(move |request| {
        let (app, routes) = (app.clone(), routes.clone());
        async move { Ok::<_, Infallible>(pass(&app, routes, request).await) }
    });
    Router::new().fallback_service(answer::compression().layer(door))
}

/// The way in and out of every request.
async fn pass(app: &App, routes: Router, mut request: Request) -> Response {
    arrival::receive(app, &mut request);
    let asked = pages::asked(app, &request);
    let kept = app.kept.find(request.method(), request.uri(), request.headers()).await;
    let mut response = match kept {
        Some(kept) => app.around.serve(request, |request| admission::admit_to(app, request, kept)).await,
        // Boxed: large, and not to be carried along by a request that needs none of it.
        None => app.around.serve(request, |request| Box::pin(routed(routes, request))).await,
    };
    if let Some(asked) = asked {
        response = pages::explained(app, &asked, response);
    }
    answer::harden(&app.config, response.headers_mut());
    response
}

async fn routed(routes: Router, request: Request) -> Response {
    routes.oneshot(request).await.into_response()
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
