//! How one service reaches another: the other's router when both are in one process, an address otherwise.
//!
//! The requests are the same either way, with the same tokens, so a service cannot tell the shapes apart.

mod call;
mod forward;
mod service_key;

use std::{
    collections::HashMap,
    sync::{
        Arc, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use contracts::Service;

pub use call::{CallError, Context};
pub use service_key::{SERVICE_TOKEN, ServiceKey};

/// How long a request passed on by `send` may take over HTTP, as one of its extensions; ten seconds without it.
#[derive(Clone, Copy, Debug)]
pub struct Within(pub Duration);

/// Reaches other services, speaking as one of them. Cheap to clone.
#[derive(Clone)]
pub struct Upstream {
    me: Service,
    key: ServiceKey,
    http: reqwest::Client,
    routes: Arc<RwLock<HashMap<Service, Route>>>,
}

#[derive(Clone)]
enum Route {
    InProcess(Router),
    /// Base URLs, used in turn.
    Static(Arc<Addresses>),
}

struct Addresses {
    urls: Vec<String>,
    next: AtomicUsize,
}

impl Upstream {
    /// `me` is the service that calls; `key` signs its calls.
    pub fn new(me: Service, key: ServiceKey) -> Self {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(1))
            .timeout(Duration::from_secs(10))
            // Our servers close a connection after ten idle seconds; one must not be taken up as it is closed.
            .pool_idle_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap_or_default();
        Self { me, key, http, routes: Arc::default() }
    }

    /// The same routes, spoken to as `me`.
    pub fn speaking_as(&self, me: Service) -> Self {
        Self { me, ..self.clone() }
    }

    /// From now on `service` is reached by calling `router` in this process.
    pub fn mount(&self, service: Service, router: Router) {
        self.set(service, Route::InProcess(router));
    }

    /// From now on `service` is reached at `urls`, such as `http://orders-1:8083`.
    pub fn reach_at(&self, service: Service, urls: Vec<String>) {
        self.set(service, Route::Static(Arc::new(Addresses { urls, next: AtomicUsize::new(0) })));
    }

    pub fn key(&self) -> &ServiceKey {
        &self.key
    }

    fn set(&self, service: Service, route: Route) {
        self.routes.write().unwrap_or_else(std::sync::PoisonError::into_inner).insert(service, route);
    }

    fn route(&self, service: Service) -> Option<Route> {
        self.routes.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(&service).cloned()
    }
}

impl Addresses {
    fn pick(&self) -> Option<&str> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.urls.get(turn % self.urls.len().max(1)).map(String::as_str)
    }
}
