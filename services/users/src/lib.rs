//! Users: accounts, sign-in, sessions, the keys and tokens that every service trusts, staff roles, address books.
//!
//! It owns who someone is and what he may do. What he bought, and where it went, belongs to others.

pub mod admin;
mod books;
mod change_email;
mod clock;
pub mod config;
mod entity;
mod erase;
mod error;
mod export;
mod hasher;
pub mod jobs;
mod keys;
mod letters;
mod login;
mod migrations;
mod model;
mod passwords;
mod refresh;
mod register;
mod roles;
mod routes;
mod secrets;
mod sessions;
mod signed_in;
mod staff;
mod store;
mod throttle;
mod update;
mod verify;
mod verify_email;
mod views;
mod visitor;

use std::sync::Arc;

use axum::Router;
use contracts::Service;
use tokio::sync::Notify;
use upstream::Upstream;
use web::{Edge, Verifier};

pub use clock::Clock;
pub use config::{Config, PasswordConfig, Secret};
pub use error::Error;
pub use letters::send_due as send_letters;
pub use migrations::Migrator;
pub use verify::invariants;

/// What the service works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: db::Db,
    /// Must have a route to users itself: access tokens are checked with the published keys, here as everywhere.
    pub upstream: Upstream,
    pub config: Arc<Config>,
    pub clock: Clock,
    secrets: secrets::Secrets,
    hasher: hasher::Hasher,
    /// Wakes the sender of letters. One that is missed is found by looking.
    letter_written: Arc<Notify>,
}

/// Makes the service ready, with a key to sign tokens. The database must have been migrated.
pub async fn start(db: db::Db, upstream: Upstream, config: Config) -> Result<App, Error> {
    let app = App {
        db,
        upstream,
        secrets: secrets::Secrets::new(&config.secret),
        hasher: hasher::Hasher::new(&config.password)?,
        config: Arc::new(config),
        clock: Clock::default(),
        letter_written: Arc::default(),
    };
    keys::ensure(&app).await?;
    Ok(app)
}

pub fn router(app: App) -> Router {
    let verifier = Verifier::new(Service::Users, app.upstream.clone());
    web::finish(routes::router(app), Service::Users, verifier, Edge::Inner)
}

/// The public operations.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes::openapi()
}
