//! The gateway before services that are told what to do: what reaches them, what comes back, and what never does.

mod admission;
mod bodies;
mod documents;
mod events;
mod forwarding;
mod headers;
mod health;
mod http2;
mod kept;
mod pages;
mod rates;
mod shop;
mod wire;

use std::net::SocketAddr;

use axum::{Extension, Json, Router, extract::ConnectInfo, routing::any};
use contracts::Service;
use gateway::{App, Built, Config};
use http::{HeaderMap, Method, Uri};
use rust_embed::RustEmbed;
use serde_json::{Map, Value, json};
use test_support::{Client, Tokens};
use upstream::{ServiceKey, Upstream};
use utoipa::openapi::{OpenApi, OpenApiBuilder};

const SECRET: &[u8] = b"the secret of a shop in a test";

/// A program that was built without its pages.
#[derive(RustEmbed)]
#[folder = "tests/it/unbuilt"]
#[allow_missing = true]
struct Unbuilt;

/// A gateway with a fake for every service. Each fake answers with what reached it.
struct Stand {
    app: App,
    tokens: Tokens,
    upstream: Upstream,
}

impl Stand {
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        Self::documented(config, OpenApiBuilder::new().build())
    }

    fn built(config: Config, built: Built) -> Self {
        Self::made_of(config, OpenApiBuilder::new().build(), built)
    }

    fn documented(config: Config, openapi: OpenApi) -> Self {
        Self::made_of(config, openapi, Built::of::<Unbuilt, Unbuilt>())
    }

    fn made_of(config: Config, openapi: OpenApi, built: Built) -> Self {
        assert_eq!(config.problems(), Vec::<String>::new(), "a test should use a configuration that starts");
        let tokens = Tokens::new();
        let upstream = Upstream::new(Service::Gateway, ServiceKey::new(SECRET));
        for service in Service::ALL {
            upstream.mount(service, echo(service));
        }
        upstream.mount(Service::Users, echo(Service::Users).merge(tokens.router()));
        let app = App::new(upstream.clone(), None, config, openapi, built).expect("templates that can be read");
        Self { app, tokens, upstream }
    }

    /// Puts `router` in the place of `service`.
    fn mount(&self, service: Service, router: Router) -> &Self {
        self.upstream.mount(service, router);
        self
    }

    fn router(&self) -> Router {
        gateway::router(self.app.clone())
    }

    fn client(&self) -> Client {
        Client::new(self.router())
    }

    /// A client whose connection comes from `address`.
    fn from(&self, address: &str) -> Client {
        let peer = SocketAddr::new(address.parse().expect("an address"), 40_000);
        Client::new(self.router().layer(Extension(ConnectInfo(peer))))
    }
}

fn echo(service: Service) -> Router {
    let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: axum::body::Bytes| async move {
        let headers: Map<String, Value> = headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
            .collect();
        Json(json!({
            "service": service.name(), "method": method.as_str(), "uri": uri.to_string(),
            "headers": headers, "body_bytes": body.len(),
        }))
    };
    Router::new().route("/{*path}", any(answer))
}
