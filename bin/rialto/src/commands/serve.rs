//! `rialto serve`: some services of a shop, each on its own address, the others reached where the configuration says.

use std::{collections::BTreeSet, process::ExitCode, time::Duration};

use anyhow::{Context, bail};
use axum::Router;
use contracts::Service;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{
    cli::{Place, Serve},
    config::{self, Config},
    shop::{Schemas, Shop},
};

pub async fn run(place: &Place, arguments: Serve) -> anyhow::Result<ExitCode> {
    let config = config::load(&place.flags())?;
    let which = BTreeSet::from_iter(arguments.services);
    unreachable_services(&config, &which)?;
    telemetry::start_logs(&config.log)?;
    let metrics = telemetry::start_metrics()?;
    let schemas = if arguments.migrate { Schemas::Migrate } else { Schemas::MustBeCurrent };
    std::fs::create_dir_all(&config.data).with_context(|| format!("{} cannot be made", config.data.display()))?;
    let shop = Shop::start(&config, &which, schemas).await?;

    let told = CancellationToken::new();
    let stop = stop(told.clone(), config.stop.serve_wait_secs, &config);
    let (mut servers, mut announced) = (JoinSet::new(), JoinSet::new());
    let mut routers = Vec::new();
    for service in &which {
        let address = address(&config, *service);
        let listener =
            TcpListener::bind(&address).await.with_context(|| format!("{service} cannot listen on {address}"))?;
        let router = shop.router(*service).with_context(|| format!("{service} was started"))?;
        let tls = shop.tls(*service, &config)?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        servers.spawn(web::serve_over(listener, tls, router.clone(), stop.clone()));
        if let Some(consul) = config.discovery.consul() {
            let (wires, url) = (shop.wires().clone(), url(&config, scheme, &address));
            let (service, router, told) = (*service, router.clone(), told.clone());
            announced.spawn(async move { wires.announce(service, router, url, consul, told).await });
        }
        routers.push((*service, router));
        say(&format!("{service} listens on {address}"));
    }
    tokio::spawn(metrics_page(config.metrics_listen.clone(), metrics, routers, stop));
    wait_for_signal().await;
    told.cancel();
    while let Some(ended) = servers.join_next().await {
        ended??;
    }
    announced.join_all().await;
    shop.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// How the servers end once `told` fires.
pub(super) fn stop(told: CancellationToken, wait_secs: u64, config: &Config) -> web::Stop {
    let (wait, finish) = (Duration::from_secs(wait_secs), Duration::from_secs(config.stop.finish_secs));
    web::Stop { told, wait, finish }
}

fn address(config: &Config, service: Service) -> String {
    let configured = match service {
        Service::Gateway => &config.listen,
        Service::Users => &config.users.listen,
        Service::Catalog => &config.catalog.listen,
        Service::Orders => &config.orders.listen,
        Service::Payments => &config.payments.listen,
        Service::Shipping => &config.shipping.listen,
        Service::Notifications => &config.notifications.listen,
    };
    configured.clone()
}

/// Where the others reach what listens on `address` here.
fn url(config: &Config, scheme: &str, address: &str) -> String {
    match (config.discovery.host.as_str(), address.rsplit_once(':')) {
        ("", _) | (_, None) => format!("{scheme}://{address}"),
        (host, Some((_, port))) => format!("{scheme}://{host}:{port}"),
    }
}

/// A service that is neither here nor anywhere would only be missed when it is needed.
fn unreachable_services(config: &Config, here: &BTreeSet<Service>) -> anyhow::Result<()> {
    if config.discovery.consul().is_some() {
        return Ok(());
    }
    let elsewhere = [
        (Service::Users, &config.users.urls),
        (Service::Catalog, &config.catalog.urls),
        (Service::Orders, &config.orders.urls),
        (Service::Payments, &config.payments.urls),
        (Service::Shipping, &config.shipping.urls),
        (Service::Notifications, &config.notifications.urls),
    ];
    let missing: Vec<String> = elsewhere
        .into_iter()
        .filter(|(service, urls)| !here.contains(service) && urls.is_empty())
        .map(|(service, _)| format!("{service}.urls"))
        .collect();
    if !missing.is_empty() {
        bail!(
            "the configuration does not say where the other services are: set {}, or discovery.consul",
            missing.join(", ")
        );
    }
    Ok(())
}

/// Metrics and health, on an address of their own that is not public.
pub(super) async fn metrics_page(
    address: String,
    metrics: PrometheusHandle,
    routers: Vec<(Service, Router)>,
    stop: web::Stop,
) {
    if address.is_empty() {
        return;
    }
    match TcpListener::bind(&address).await {
        Ok(listener) => {
            let page = gateway::admin_router(move || metrics.render(), routers);
            if let Err(error) = web::serve(listener, page, stop).await {
                tracing::warn!(%error, "metrics page ended");
            }
        }
        // The shop can sell without it.
        Err(error) => tracing::warn!(address, %error, "metrics page not served"),
    }
}

/// Waits for Ctrl+C or SIGTERM. A second signal ends the process at once.
pub(super) async fn wait_for_signal() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be heard");
            let _ = tokio::signal::ctrl_c().await;
            return;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    say("stopping; once more to stop at once");
    tokio::spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        std::process::exit(130);
    });
}
