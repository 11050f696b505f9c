//! Where the instances of a service are: at addresses that the configuration names, or at those that a name has in DNS,
//! which is looked up again and again. Whoever has several is asked whether each of them can serve.

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use tokio::{net, task::JoinSet};

use crate::{
    pool::Pool,
    readiness::{self, Readiness},
};

/// Before a URL whose name stands for several addresses, such as those of a headless service under Kubernetes.
const BY_NAME: &str = "dns+";
const LOOKED_UP_EVERY: Duration = Duration::from_secs(5);
const PROBED_EVERY: Duration = Duration::from_secs(1);
const PROBE_WITHIN: Duration = Duration::from_millis(500);

/// Keeps `pool` to what `urls` stand for, as long as anyone uses it.
pub(crate) fn follow(pool: &Arc<Pool>, urls: Vec<String>, http: reqwest::Client) {
    let (named, fixed): (Vec<String>, Vec<String>) = urls.into_iter().partition(|url| url.starts_with(BY_NAME));
    pool.set(&fixed);
    if named.is_empty() && fixed.len() < 2 {
        // There is nothing to choose.
        return;
    }
    tokio::spawn(keep_following(Arc::downgrade(pool), fixed, named, http));
}

async fn keep_following(pool: Weak<Pool>, fixed: Vec<String>, named: Vec<String>, http: reqwest::Client) {
    let mut looked_up: Option<Instant> = None;
    while let Some(pool) = pool.upgrade() {
        if !named.is_empty() && looked_up.is_none_or(|at| at.elapsed() >= LOOKED_UP_EVERY) {
            look_up(&pool, &fixed, &named).await;
            looked_up = Some(Instant::now());
        }
        probe(&pool, &http).await;
        drop(pool);
        tokio::time::sleep(PROBED_EVERY).await;
    }
}

/// Takes over what the names stand for now. A name that cannot be looked up keeps what it had.
async fn look_up(pool: &Pool, fixed: &[String], named: &[String]) {
    let mut found = fixed.to_vec();
    for url in named {
        match addresses(url).await {
            Ok(urls) => found.extend(urls),
            Err(error) => {
                tracing::warn!(url, %error, "upstream: the name cannot be looked up, the last known addresses stay");
                return;
            }
        }
    }
    pool.set(&found);
}

async fn addresses(url: &str) -> std::io::Result<Vec<String>> {
    let bare = url.trim_start_matches(BY_NAME);
    let (scheme, host) = bare.split_once("://").unwrap_or(("http", bare));
    let mut urls: Vec<String> =
        net::lookup_host(host.trim_end_matches('/')).await?.map(|address| format!("{scheme}://{address}")).collect();
    urls.sort();
    urls.dedup();
    Ok(urls)
}

async fn probe(pool: &Pool, http: &reqwest::Client) {
    let instances = pool.instances();
    if instances.len() < 2 {
        // The only one is asked whatever it says.
        instances.iter().for_each(|instance| instance.set_ready(true));
        return;
    }
    let mut asked = JoinSet::new();
    for instance in &*instances {
        let (instance, http) = (instance.clone(), http.clone());
        asked.spawn(async move {
            let answer = tokio::time::timeout(PROBE_WITHIN, readiness::ask(&instance, &http)).await;
            instance.set_ready(answer == Ok(Readiness::Ready));
        });
    }
    asked.join_all().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_becomes_the_addresses_it_stands_for() {
        let found = addresses("dns+http://localhost:8083/").await.expect("localhost is known everywhere");
        assert!(found.contains(&"http://127.0.0.1:8083".to_owned()), "{found:?}");
        assert!(addresses("dns+http://no-such-name.invalid:8083").await.is_err());
    }
}
