//! How one service reaches another: the other's router when both are in one process, one of its instances otherwise.
//!
//! The requests are the same either way, with the same tokens, so a service cannot tell the shapes apart.

mod breaker;
mod call;
mod consul;
mod discovery;
mod forward;
mod pool;
mod readiness;
mod service_key;
pub mod tls;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::Router;
use contracts::Service;
use tokio_util::sync::CancellationToken;

pub use call::{CallError, Context};
pub use consul::Consul;
pub use readiness::Readiness;
pub use service_key::{SERVICE_TOKEN, ServiceKey};

use pool::Pool;
use tls::{Identity, TlsError};

/// The header that says how many milliseconds are left for a request, so that nobody works for someone who has gone.
pub const TIME_LEFT: &str = "rialto-time-left";

/// The header of an answer that says: the caller's token is not good here, and nothing was done.
pub const REFUSED: &str = "rialto-refused";

/// How long a request passed on by `send` may take over HTTP, as one of its extensions; ten seconds without it.
#[derive(Clone, Copy, Debug)]
pub struct Within(pub Duration);

/// Reaches other services, speaking as one of them. Cheap to clone.
#[derive(Clone)]
pub struct Upstream {
    me: Service,
    key: ServiceKey,
    clients: Clients,
    routes: Arc<RwLock<HashMap<Service, Route>>>,
}

/// Clients for HTTP, each with its connections. Cheap to clone.
#[derive(Clone)]
struct Clients {
    plain: reqwest::Client,
    /// One for each service, which checks that it is that service.
    by_service: Arc<HashMap<Service, reqwest::Client>>,
}

impl Clients {
    fn plain() -> Self {
        Self { plain: client().build().unwrap_or_default(), by_service: Arc::default() }
    }

    fn of(identity: &Identity) -> Result<Self, TlsError> {
        let mut by_service = HashMap::new();
        for service in Service::ALL {
            let tls = identity.client(service)?;
            let client = client().tls_backend_preconfigured(tls).https_only(true).build();
            by_service.insert(service, client.map_err(|error| rustls::Error::General(error.to_string()))?);
        }
        Ok(Self { by_service: Arc::new(by_service), ..Self::plain() })
    }

    fn to(&self, service: Service) -> reqwest::Client {
        self.by_service.get(&service).unwrap_or(&self.plain).clone()
    }
}

fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(1))
        .timeout(Duration::from_secs(10))
        // Our servers close a connection after ten idle seconds; one must not be taken up as it is closed.
        .pool_idle_timeout(Duration::from_secs(5))
        .redirect(reqwest::redirect::Policy::none())
}

#[derive(Clone)]
enum Route {
    InProcess(Router),
    Pool(Arc<Pool>),
}

impl Upstream {
    /// `me` is the service that calls; `key` signs its calls.
    pub fn new(me: Service, key: ServiceKey) -> Self {
        Self { me, key, clients: Clients::plain(), routes: Arc::default() }
    }

    /// As `new`, calling over TLS as `identity`.
    pub fn over_tls(me: Service, key: ServiceKey, identity: &Identity) -> Result<Self, TlsError> {
        Ok(Self { me, key, clients: Clients::of(identity)?, routes: Arc::default() })
    }

    /// The same routes, spoken to as `me`.
    pub fn speaking_as(&self, me: Service) -> Self {
        Self { me, ..self.clone() }
    }

    /// From now on `service` is reached by calling `router` in this process.
    pub fn mount(&self, service: Service, router: Router) {
        self.set(service, Route::InProcess(router));
    }

    /// Forgets the routers that were mounted. They hold their services, and those hold what calls them: until someone lets
    /// go, all of it stays, with every connection to a database.
    pub fn unmount(&self) {
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        routes.retain(|_, route| matches!(route, Route::Pool(_)));
    }

    /// From now on `service` is reached at `urls`, such as `http://orders-1:8083`, or at all addresses of a name:
    /// `dns+http://orders.shop.svc:8083`.
    pub fn reach_at(&self, service: Service, urls: Vec<String>) {
        let pool = Arc::new(Pool::new());
        discovery::follow(&pool, urls, self.clients.to(service));
        self.set(service, Route::Pool(pool));
    }

    /// From now on `service` is reached where `consul` says.
    pub fn reach_by(&self, service: Service, consul: Consul) {
        let pool = Arc::new(Pool::new());
        consul.follow(&pool, service, self.clients.plain.clone());
        self.set(service, Route::Pool(pool));
    }

    /// Has `consul` know that `service` is here, served by `router` and reached at `url`, until `stop`.
    pub async fn announce(
        &self,
        service: Service,
        router: Router,
        url: String,
        consul: Consul,
        stop: CancellationToken,
    ) {
        consul.announce(self.clients.plain.clone(), service, router, url, stop).await;
    }

    pub fn key(&self) -> &ServiceKey {
        &self.key
    }

    fn set(&self, service: Service, route: Route) {
        self.routes.write().unwrap_or_else(PoisonError::into_inner).insert(service, route);
    }

    fn route(&self, service: Service) -> Option<Route> {
        self.routes.read().unwrap_or_else(PoisonError::into_inner).get(&service).cloned()
    }

    /// Whether a call to `service` may be made once more, by the budget that keeps a storm of repetitions away from it.
    fn may_repeat(&self, service: Service) -> bool {
        match self.route(service) {
            Some(Route::Pool(pool)) => pool.may_repeat(),
            Some(Route::InProcess(_)) | None => true,
        }
    }
}
