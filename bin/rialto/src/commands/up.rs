//! `rialto up`: the whole shop in this process, ready to sell.

use std::{collections::BTreeSet, process::ExitCode, time::Instant};

use anyhow::Context;
use contracts::Service;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::say;
use crate::{
    banner::{AdminLine, Banner},
    cli::{Place, Sample, Up},
    config::{self, FirstAdmin},
    shop::{Schemas, Shop},
};

pub async fn run(place: &Place, arguments: Up) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let mut flags = place.flags();
    flags.listen = arguments.listen;
    let mut config = config::load(&flags)?;
    let admin = FirstAdmin::from_environment()?;
    // A page of all mail is for people who try the shop out; `serve` never has one.
    config.notifications.settings.mailbox_page = true;
    config.gateway.settings.dev_mail = true;
    telemetry::start_logs(&config.log)?;
    let metrics = telemetry::start_metrics()?;
    let listener = listen(&config.listen).await?;
    std::fs::create_dir_all(&config.data).with_context(|| format!("{} cannot be made", config.data.display()))?;

    let shop = Shop::start(&config, &BTreeSet::from(Service::ALL), Schemas::Migrate).await?;
    let opening = prepare(&shop, &admin, arguments.sample).await?;
    let url = config.public_url.clone();
    let products = opening.products;
    let banner = Banner {
        url: &url,
        data: &config.data,
        admin: opening.admin_line(&admin),
        ready_after: started.elapsed(),
        products,
        sample_loaded: opening.sample_loaded,
    };
    say(&banner.text());

    let told = CancellationToken::new();
    let stop = super::serve::stop(told.clone(), config.stop.up_wait_secs, &config);
    let router = shop.router(Service::Gateway).context("the gateway runs in `up`")?;
    let gateway = vec![(Service::Gateway, router.clone())];
    tokio::spawn(super::serve::metrics_page(config.metrics_listen.clone(), metrics, gateway, stop.clone()));
    let tls = shop.tls(Service::Gateway, &config)?;
    let serving = tokio::spawn(web::serve_over(listener, tls, router, stop));
    super::serve::wait_for_signal().await;
    told.cancel();
    serving.await??;
    shop.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// What was found and made at the start.
struct Opening {
    made: users::admin::FirstAdmin,
    products: u64,
    sample_loaded: bool,
}

impl Opening {
    fn admin_line<'a>(&'a self, admin: &'a FirstAdmin) -> AdminLine<'a> {
        let email = &admin.email;
        match (&self.made, &admin.password) {
            (users::admin::FirstAdmin::Created { password: Some(password) }, _) => AdminLine::Made { email, password },
            (users::admin::FirstAdmin::Created { .. }, _) => AdminLine::Chosen { email },
            (users::admin::FirstAdmin::Exists, _) => AdminLine::Known,
        }
    }
}

async fn prepare(shop: &Shop, admin: &FirstAdmin, sample: Sample) -> anyhow::Result<Opening> {
    let users = shop.users.as_ref().context("users runs in `up`")?;
    let catalog = shop.catalog.as_ref().context("catalog runs in `up`")?;
    let made = users::admin::ensure_admin(users, &admin.email, admin.password.clone()).await?;
    let before = catalog::count_products(catalog).await?;
    // Once only: who removed the sample shop does not want it back.
    let first_start = matches!(made, users::admin::FirstAdmin::Created { .. });
    let sample_loaded = sample == Sample::Shop && first_start && before == 0;
    if sample_loaded {
        catalog::load_sample(catalog).await?;
    }
    Ok(Opening { made, products: catalog::count_products(catalog).await?, sample_loaded })
}

async fn listen(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "{address} cannot be listened on; is another program using it? Choose another with --listen 127.0.0.1:8090"
        )
    })
}
