//! The service's routes.

mod buyer;
mod staff;
mod webhook;

use axum::{Router, extract::DefaultBodyLimit};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{App, sandbox};

/// A webhook is this large at most.
const WEBHOOK_MAX_BYTES: usize = 512 * 1024;

/// The public operations, with their description.
pub fn open_api_router() -> OpenApiRouter<App> {
    let webhooks =
        OpenApiRouter::new().routes(routes!(webhook::receive_webhook)).layer(DefaultBodyLimit::max(WEBHOOK_MAX_BYTES));
    let mut router = OpenApiRouter::new()
        .routes(routes!(buyer::list_payment_methods))
        .routes(routes!(buyer::create_checkout))
        .routes(routes!(buyer::get_payment_status))
        .routes(routes!(staff::capture_payment))
        .routes(routes!(staff::void_payment))
        .routes(routes!(staff::create_refund))
        .routes(routes!(staff::list_payments))
        .routes(routes!(staff::get_payment))
        .routes(routes!(staff::refresh_payment))
        .routes(routes!(staff::list_disputes))
        .routes(routes!(staff::submit_evidence))
        .routes(routes!(staff::get_reconciliation))
        .merge(webhooks);
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    router.get_openapi_mut().components.get_or_insert_default().add_security_scheme("bearer", bearer);
    router
}

pub fn router(app: App) -> Router {
    let shards = app.shards.clone();
    let ready = move || {
        let shards = shards.clone();
        async move { shards.ping().await.map_err(|_| "database".to_owned()) }
    };
    let (router, _) = open_api_router().split_for_parts();
    router.merge(sandbox::routes()).merge(web::health::routes(ready)).with_state(app)
}
