//! Notifications: what the shop tells people. It owns every message with its texts, who agreed to be told what, and the
//! channels that carry messages to people.
//!
//! A message is written and queued in one transaction with whatever causes it; a job hands it over afterwards.

pub mod channel;
mod compose;
mod config;
mod consent;
mod contacts;
mod deliver;
pub mod entity;
mod erase;
mod error;
pub mod events;
mod format;
mod guest_link;
mod history;
mod invariants;
mod jobs;
mod mailbox;
mod migrations;
pub mod model;
mod pages;
mod preferences;
mod queue;
mod render;
mod resend;
mod routes;
mod saved;
mod send;
mod suppress;
pub mod templates;
mod unsubscribe;

use std::sync::Arc;

use axum::Router;
use contracts::{Id, Service, Shard, invariant::Invariant};
use db::{Db, Shards};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use upstream::Upstream;
use uuid::Uuid;
use web::{Edge, Verifier, finish, health};

pub use channel::Channels;
pub use config::{Config, Secret};
pub use error::Error;
pub use mailbox::Mailbox;
pub use migrations::Migrator;
pub use templates::BadFile;

use templates::Templates;

/// The service's handles, seen from one of its shards: the first, unless it is asked for another. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// That shard's database.
    pub db: Db,
    pub shard: Shard,
    pub shards: Shards,
    pub upstream: Upstream,
    pub config: Arc<Config>,
    pub channels: Channels,
    templates: Arc<Templates>,
    /// Of each shard.
    wakes: Arc<[Notify]>,
    /// Who this process is when it takes the lease of the delivery job.
    holder: Uuid,
}

impl App {
    /// Tells the delivery job that something was queued.
    fn wake(&self) {
        self.wakes[self.shard.number()].notify_one();
    }

    async fn woken(&self) {
        self.wakes[self.shard.number()].notified().await;
    }

    /// The service in the shard that has the thing with this id.
    pub fn holding<Of>(self, id: Id<Of>) -> Self {
        let shard = self.shards.holding(id.uuid());
        self.at(shard)
    }

    /// The service in `shard`.
    pub fn at(self, shard: Shard) -> Self {
        let shard = self.shards.known(shard);
        if shard == self.shard { self } else { Self { db: self.shards.db(shard).clone(), shard, ..self } }
    }

    /// The service in each of its shards, the first one first.
    pub fn everywhere(&self) -> Vec<Self> {
        self.shards.all().map(|shard| self.clone().at(shard)).collect()
    }
}

/// Starts with the mailbox for all channels. Fails only if the embedded texts are broken, which this crate's tests rule out.
pub async fn start(shards: impl Into<Shards>, upstream: Upstream, config: Config) -> Result<App, BadFile> {
    let shards = shards.into();
    let channels = Channels::mailbox(shards.clone());
    start_with(shards, upstream, config, channels).await
}

/// Starts with channels of the caller's choice.
pub async fn start_with(
    shards: impl Into<Shards>,
    upstream: Upstream,
    config: Config,
    channels: Channels,
) -> Result<App, BadFile> {
    let shards = shards.into();
    Ok(App {
        db: shards.first().clone(),
        shard: Shard::FIRST,
        wakes: shards.all().map(|_| Notify::new()).collect(),
        shards,
        upstream,
        config: Arc::new(config),
        channels,
        templates: Arc::new(Templates::load()?),
        holder: Uuid::now_v7(),
    })
}

/// All routes, wrapped.
pub fn router(app: App) -> Router {
    let shards = app.shards.clone();
    let ready = move || {
        let shards = shards.clone();
        async move { shards.ping().await.map_err(|_| "database".to_owned()) }
    };
    let verifier = Verifier::new(Service::Notifications, app.upstream.clone());
    let routes = routes::all(app).merge(health::routes(ready));
    finish(routes, Service::Notifications, verifier, Edge::Inner)
}

/// The public operations.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes::public().into_openapi()
}

/// What this service listens to, in the shard that `app` stands in.
#[expect(clippy::needless_pass_by_value, reason = "every service is opened in the same way, by handing over its App")]
pub fn consumer(app: App) -> bus::Consumer {
    bus::Consumer::new(events::CONSUMER, app.db.clone())
        .on(&app, events::on_user_registered)
        .on(&app, events::on_account_security_changed)
        .on(&app, events::on_user_erased)
        .only(&app, events::is_of_this_shard)
        .on(&app, events::on_order_created)
        .on(&app, events::on_order_status_changed)
        .on(&app, events::on_order_erased)
        .on(&app, events::on_payment_failed)
        .on(&app, events::on_refund_processed)
        .on(&app, events::on_shipping_updated)
        .only(&app, events::is_told_to_buyers)
        .on(&app, events::on_return_updated)
        .only(&app, events::is_news_of_a_return)
        .on(&app, events::on_dispute_opened)
        .on(&app, events::on_back_in_stock)
}

/// Delivers messages of the shard that `app` stands in until `stop`.
pub async fn jobs(app: App, stop: CancellationToken) {
    jobs::run(app, stop).await;
}

/// One round of delivery, for those who want to know when it is over. Answers how many messages are done with.
pub async fn deliver_due(app: &App) -> Result<u64, sea_orm::DbErr> {
    deliver::deliver_due(app).await
}

/// What must hold of the messages.
pub async fn invariants(app: &App) -> Result<Vec<Invariant>, sea_orm::DbErr> {
    invariants::check(app).await
}
