//! Consul: every process tells its agent which services run there, and hears at once where the others are.
//!
//! What was heard last is kept while the agent is away, so that a shop goes on selling without it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Weak},
    time::Duration,
};

use axum::Router;
use contracts::{Secret, Service};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{pool::Pool, readiness::Readiness};

/// How long the agent holds a question back while nothing changes.
const HELD_SECS: u64 = 30;
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(1);
/// How long an agent believes that a process can serve after it has said so.
const VOUCHED_FOR: &str = "5s";
/// How often a process looks whether its agent still knows of it: agents forget when they are made anew.
const LOOKED_AFTER_EVERY: Duration = Duration::from_secs(10);

/// An agent of Consul, and what the shop is called there. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Consul {
    /// Such as `http://127.0.0.1:8500`.
    pub address: String,
    /// Stands before the services' names, so that several shops can share an agent: `rialto-` makes `rialto-orders`.
    pub prefix: String,
    /// Sent as `X-Consul-Token`, unless it is empty.
    pub token: Secret,
}

#[derive(Debug, thiserror::Error)]
enum ConsulError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("the answer has no X-Consul-Index")]
    NoIndex,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    node: Node,
    service: Instance,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Check {
    status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Node {
    address: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Instance {
    /// Empty: the node's.
    address: String,
    port: u16,
    #[serde(default)]
    meta: HashMap<String, String>,
}

impl Consul {
    fn name(&self, service: Service) -> String {
        format!("{}{service}", self.prefix)
    }

    fn ask(&self, http: &reqwest::Client, method: http::Method, path: &str) -> reqwest::RequestBuilder {
        let asked =
            http.request(method, format!("{}{path}", self.address.trim_end_matches('/'))).timeout(ANSWER_WITHIN);
        match self.token.expose() {
            "" => asked,
            token => asked.header("x-consul-token", token),
        }
    }

    /// Keeps `pool` to the instances of `service`, as long as anyone uses it. Those that do not pass their checks stay in it, and
    /// are asked if none does.
    pub(crate) fn follow(self, pool: &Arc<Pool>, service: Service, http: reqwest::Client) {
        tokio::spawn(self.keep_following(Arc::downgrade(pool), service, http));
    }

    async fn keep_following(self, pool: Weak<Pool>, service: Service, http: reqwest::Client) {
        let mut index = 0;
        let mut is_away = false;
        while pool.strong_count() > 0 {
            match self.instances(&http, service, index).await {
                Ok((next, found)) => {
                    is_away = false;
                    // An index that went back means another history (Consul's documentation of blocking queries).
                    index = if next < index { 0 } else { next };
                    let Some(pool) = pool.upgrade() else { return };
                    if found.is_empty() && !pool.instances().is_empty() {
                        tracing::warn!(%service, "consul knows no instance; the last known stay");
                        tokio::time::sleep(PAUSE).await;
                    } else {
                        pool.set_with(&found);
                    }
                }
                Err(error) => {
                    if !is_away {
                        tracing::warn!(%service, %error, "consul does not answer; the last known addresses stay");
                    }
                    is_away = true;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Where instances are, and whether each passes its checks, once that is other than at `index`.
    async fn instances(
        &self,
        http: &reqwest::Client,
        service: Service,
        index: u64,
    ) -> Result<(u64, BTreeMap<String, bool>), ConsulError> {
        let path = format!("/v1/health/service/{}?index={index}&wait={HELD_SECS}s", self.name(service));
        let held = Duration::from_secs(HELD_SECS + HELD_SECS / 16) + ANSWER_WITHIN;
        let answer = self.ask(http, http::Method::GET, &path).timeout(held).send().await?.error_for_status()?;
        let index = index_of(answer.headers()).ok_or(ConsulError::NoIndex)?;
        Ok((index, places(answer.json().await?)))
    }

    /// Has the agent know that `service` is here, served by `router` and reached at `url` (`http://10.0.0.7:8083`), until
    /// `stop`.
    pub async fn announce(
        self,
        http: reqwest::Client,
        service: Service,
        router: Router,
        url: String,
        stop: CancellationToken,
    ) {
        let bare = url.split_once("://").map_or(url.as_str(), |(_, place)| place).to_owned();
        let id = format!("{}-{bare}", self.name(service));
        // An agent has no certificate of the shop's, so it cannot ask who talks TLS only whether that can serve.
        let vouches = url.starts_with("https://");
        let (mut was_known, mut was_ready) = (true, true);
        while !stop.is_cancelled() {
            let told = async {
                self.register(&http, service, &id, &url).await?;
                if !vouches {
                    return Ok(());
                }
                let is_ready = Readiness::of(router.clone()).await == Readiness::Ready;
                if is_ready != was_ready {
                    tracing::info!(%service, is_ready, "this process vouches for itself with consul while it is ready");
                    was_ready = is_ready;
                }
                if is_ready {
                    let pass = format!("/v1/agent/check/pass/service:{id}");
                    self.ask(&http, http::Method::PUT, &pass).send().await?.error_for_status()?;
                }
                Ok::<_, ConsulError>(())
            };
            match told.await {
                Ok(()) => was_known = true,
                Err(error) => {
                    if was_known {
                        tracing::warn!(%service, %error, "consul cannot be told of this process; will try again");
                    }
                    was_known = false;
                }
            }
            let pause = if was_known && !vouches { LOOKED_AFTER_EVERY } else { PAUSE };
            let _ = tokio::time::timeout(pause, stop.cancelled()).await;
        }
        let path = format!("/v1/agent/service/deregister/{id}");
        if let Err(error) = self.ask(&http, http::Method::PUT, &path).send().await {
            tracing::debug!(%service, %error, "consul will find out by itself that this process is gone");
        }
    }

    /// Registers what the agent does not know.
    async fn register(&self, http: &reqwest::Client, service: Service, id: &str, url: &str) -> Result<(), ConsulError> {
        let known = self.ask(http, http::Method::GET, &format!("/v1/agent/service/{id}")).send().await?;
        if known.status().is_success() {
            return Ok(());
        }
        let (scheme, place) = url.split_once("://").unwrap_or(("http", url));
        let (host, port) = place.trim_end_matches('/').rsplit_once(':').unwrap_or((place, "80"));
        let mut check = json!({"DeregisterCriticalServiceAfter": "1m"});
        if scheme == "https" {
            check["TTL"] = VOUCHED_FOR.into();
        } else {
            check["HTTP"] = format!("{}/readyz", url.trim_end_matches('/')).into();
            check["Interval"] = "1s".into();
            check["Timeout"] = "1s".into();
        }
        let body = json!({
            "ID": id, "Name": self.name(service), "Address": host, "Port": port.parse::<u16>().unwrap_or(80),
            "Meta": {"scheme": scheme}, "Check": check,
        });
        let path = "/v1/agent/service/register";
        self.ask(http, http::Method::PUT, path).json(&body).send().await?.error_for_status()?;
        tracing::info!(%service, url, "registered with consul");
        Ok(())
    }
}

/// Where instances are, and whether each can serve.
fn places(entries: Vec<Entry>) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for Entry { node, service, checks } in entries {
        let host = if service.address.is_empty() { node.address } else { service.address };
        let scheme = service.meta.get("scheme").map_or("http", String::as_str);
        let passes = checks.iter().all(|check| check.status == "passing");
        // An agent that was made anew may have left an entry behind, of the same address.
        *found.entry(format!("{scheme}://{host}:{}", service.port)).or_default() |= passes;
    }
    found
}

fn index_of(headers: &HeaderMap) -> Option<u64> {
    headers.get("x-consul-index")?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_can_serve_if_all_checks_of_one_of_its_entries_pass() {
        let entry = |address: &str, checks: [&str; 2]| {
            json!({
                "Node": {"Address": "10.0.0.1"}, "Checks": checks.map(|status| json!({"Status": status})),
                "Service": {"Address": address, "Port": 8083, "Meta": {"scheme": "https"}},
            })
        };
        let entries = json!([
            entry("10.0.0.7", ["passing", "passing"]),
            entry("10.0.0.7", ["passing", "critical"]),
            entry("10.0.0.8", ["passing", "critical"]),
            entry("", ["passing", "passing"]),
        ]);
        let found = places(serde_json::from_value(entries).expect("what an agent answers"));
        let expected =
            [("https://10.0.0.1:8083", true), ("https://10.0.0.7:8083", true), ("https://10.0.0.8:8083", false)];
        assert_eq!(found, expected.map(|(url, passes)| (url.to_owned(), passes)).into());
    }
}
