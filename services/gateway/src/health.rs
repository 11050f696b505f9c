//! Whether the gateway lives, whether the shop behind it can serve, and which version this is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use contracts::Service;
use http::{StatusCode, header};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use upstream::Readiness;
use web::Json;

use crate::{App, routes};

/// How long a service may take to say that it is ready.
const READY_WITHIN: Duration = Duration::from_millis(500);
/// A service that was ready so short a time ago and is now only slow to say so is not counted out: with every gateway of a
/// busy shop closed for one late answer, nobody would be served.
const BELIEVED_FOR: Duration = Duration::from_secs(5);

pub(crate) async fn healthz() -> Json<Value> {
    Json(json!({"status": "alive"}))
}

pub(crate) async fn version() -> Json<Value> {
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "commit": option_env!("RIALTO_COMMIT").unwrap_or("unknown"),
        "built_at": option_env!("RIALTO_BUILT_AT").unwrap_or("unknown"),
    }))
}

/// Asks every service at once. The shop is ready when all that it cannot do without are.
pub(crate) async fn readyz(State(app): State<App>) -> Response {
    let mut asked = JoinSet::new();
    for service in routes::CORE.into_iter().chain(routes::OPTIONAL) {
        let app = app.clone();
        asked.spawn(async move { (service, Standing::of(&app, service).await) });
    }
    let mut answers = asked.join_all().await;
    answers.sort_by_key(|(service, _)| *service);
    let (mut failing, mut degraded) = (Vec::new(), Vec::new());
    for (service, standing) in &answers {
        if standing.fails() && routes::CORE.contains(service) {
            failing.push(service.name());
        } else if *standing != Standing::Ready {
            degraded.push(service.name());
        }
    }
    let (code, status) = match (failing.is_empty(), degraded.is_empty()) {
        (true, true) => (StatusCode::OK, "ready"),
        (true, false) => (StatusCode::OK, "degraded"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    let services: Map<String, Value> =
        answers.iter().map(|(service, standing)| (service.name().to_owned(), json!(standing.name()))).collect();
    (code, Json(json!({"status": status, "failing": failing, "degraded": degraded, "services": services})))
        .into_response()
}

/// How a service stands with the gateway.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Ready,
    /// It has not answered in time, but had said not long before that it is ready.
    Late,
    Slow,
    NotReady,
    Unreachable,
}

impl Standing {
    async fn of(app: &App, service: Service) -> Self {
        let Ok(said) = tokio::time::timeout(READY_WITHIN, app.upstream.readiness(service)).await else {
            return if app.lately_ready.has(service) { Self::Late } else { Self::Slow };
        };
        app.lately_ready.note(service, said);
        match said {
            Readiness::Ready => Self::Ready,
            Readiness::NotReady => Self::NotReady,
            Readiness::Unreachable => Self::Unreachable,
        }
    }

    /// Whether requests that need the service would fail.
    fn fails(self) -> bool {
        !matches!(self, Self::Ready | Self::Late)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Late | Self::Slow => "slow",
            Self::NotReady => "not ready",
            Self::Unreachable => "unreachable",
        }
    }
}

/// When each service said so whose last word was that it is ready.
#[derive(Default)]
pub(crate) struct LatelyReady(Mutex<HashMap<Service, Instant>>);

impl LatelyReady {
    fn note(&self, service: Service, said: Readiness) {
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match said {
            Readiness::Ready => ready.insert(service, Instant::now()),
            Readiness::NotReady | Readiness::Unreachable => ready.remove(&service),
        };
    }

    fn has(&self, service: Service) -> bool {
        let ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ready.get(&service).is_some_and(|at| at.elapsed() < BELIEVED_FOR)
    }
}

/// What is not for the public, whichever services the process runs.
pub(crate) fn admin_router<R>(render: R, services: Vec<(Service, Router)>) -> Router
where
    R: Fn() -> String + Clone + Send + Sync + 'static,
{
    let metrics = move || {
        let text = render();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(process_readyz).with_state(Arc::from(services)))
        .route("/version", get(version))
}

/// Asks the services of this process. It is ready when all of them are.
async fn process_readyz(State(services): State<Arc<[(Service, Router)]>>) -> Response {
    let mut asked = JoinSet::new();
    for (service, router) in services.iter().cloned() {
        asked.spawn(async move { (service, Readiness::of(router).await) });
    }
    let answers = asked.join_all().await;
    let mut failing: Vec<&str> =
        answers.iter().filter(|(_, said)| *said != Readiness::Ready).map(|(service, _)| service.name()).collect();
    failing.sort_unstable();
    let (code, status) =
        if failing.is_empty() { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    (code, Json(json!({"status": status, "failing": failing}))).into_response()
}
