//! Whether a service can serve, which is whether any of its instances says so.

use axum::{Router, body::Body};
use contracts::Service;
use http::{Request, StatusCode, Uri};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::{
    Route, Upstream,
    pool::{Instance, Pool},
};

const PATH: &str = "/readyz";
/// Instances that are asked for one answer.
const ASKED_MAX: usize = 3;

/// What a service says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    NotReady,
    Unreachable,
}

impl Readiness {
    /// What a service says that runs in this process.
    pub async fn of(router: Router) -> Self {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = Uri::from_static(PATH);
        match router.oneshot(request).await {
            Ok(answer) => Self::told_by(answer.status()),
            Err(never) => match never {},
        }
    }

    fn told_by(status: StatusCode) -> Self {
        if status.is_success() { Self::Ready } else { Self::NotReady }
    }
}

impl Upstream {
    /// Asks some instances of `service` at once, those that seem able to serve first. One that is ready is enough: another may
    /// be about to stop, or hang, and does not speak for all. The caller decides how long to wait.
    pub async fn readiness(&self, service: Service) -> Readiness {
        match self.route(service) {
            Some(Route::InProcess(router)) => Readiness::of(router).await,
            Some(Route::Pool(pool)) => ask_any(&pool, &self.clients.to(service)).await,
            None => Readiness::Unreachable,
        }
    }
}

async fn ask_any(pool: &Pool, http: &reqwest::Client) -> Readiness {
    let mut asked = JoinSet::new();
    for instance in pool.sample(ASKED_MAX) {
        let http = http.clone();
        asked.spawn(async move { ask(&instance, &http).await });
    }
    let mut best = Readiness::Unreachable;
    while let Some(answer) = asked.join_next().await {
        match answer {
            Ok(Readiness::Ready) => return Readiness::Ready,
            Ok(Readiness::NotReady) => best = Readiness::NotReady,
            Ok(Readiness::Unreachable) | Err(_) => {}
        }
    }
    best
}

/// What one instance says of itself, however long that takes.
pub(crate) async fn ask(instance: &Instance, http: &reqwest::Client) -> Readiness {
    match http.get(format!("{}{PATH}", instance.url.trim_end_matches('/'))).send().await {
        Ok(answer) => Readiness::told_by(answer.status()),
        Err(_) => Readiness::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;

    use super::*;
    use crate::ServiceKey;

    const NOBODY: &str = "http://127.0.0.1:1";

    async fn instance(readyz: axum::routing::MethodRouter) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(axum::serve(listener, Router::new().route(PATH, readyz)).into_future());
        format!("http://{address}")
    }

    fn orders_at(urls: &[&str]) -> Upstream {
        let upstream = Upstream::new(Service::Gateway, ServiceKey::new(b"a secret of thirty-two bytes or so"));
        upstream.reach_at(Service::Orders, urls.iter().map(|url| (*url).to_owned()).collect());
        upstream
    }

    #[tokio::test]
    async fn one_instance_that_is_ready_is_enough() {
        let ready = instance(get(|| async {})).await;
        let stopping = instance(get(|| async { StatusCode::SERVICE_UNAVAILABLE })).await;
        let hangs = instance(get(std::future::pending::<()>)).await;
        for others in [[stopping.as_str(), NOBODY], [stopping.as_str(), hangs.as_str()], [NOBODY, hangs.as_str()]] {
            let upstream = orders_at(&[others[0], others[1], &ready]);
            for _ in 0..20 {
                assert_eq!(upstream.readiness(Service::Orders).await, Readiness::Ready);
            }
        }
        assert_eq!(orders_at(&[NOBODY, &stopping]).readiness(Service::Orders).await, Readiness::NotReady);
        assert_eq!(orders_at(&[NOBODY]).readiness(Service::Orders).await, Readiness::Unreachable);
        assert_eq!(orders_at(&[]).readiness(Service::Orders).await, Readiness::Unreachable);
        assert_eq!(orders_at(&[]).readiness(Service::Users).await, Readiness::Unreachable, "it has no route");
    }
}
