//! What the shop says of itself: to everyone what pages and programs need before they ask for anything else, to staff
//! what it runs with. Secrets are no part of either.

use axum::extract::State;
use contracts::{Currency, Service};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Caller, Json, Problem, answers::StaffOnly};

use crate::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_shop)).routes(routes!(get_settings))
}

/// What everyone may know of the shop.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "Rialto", "currency": "EUR", "prices_include_tax": true, "return_days": 30, "default_country": "DE"
}))]
pub struct ShopView {
    pub name: String,
    /// ISO 4217; everything is priced and paid in it.
    pub currency: Currency,
    /// Whether prices have their tax in them.
    pub prices_include_tax: bool,
    /// For so many days after delivery goods may be sent back.
    pub return_days: u32,
    /// ISO 3166-1 alpha-2: where a visitor is taken to be who has not said.
    pub default_country: String,
}

/// What the shop runs with. The program that puts the shop together fills it in.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "environment": "test", "public_url": "https://shop.example", "time_zone": "Europe/Berlin", "default_locale": "en",
    "stores": [{"service": "orders", "kind": "sqlite", "place": "data/orders.db"}],
    "providers": [{"task": "payment", "name": "sandbox"}, {"task": "mail", "name": "mailbox"}],
    "limits": [{"key": "gateway.bodies.import_bytes", "value": 52428800}]
}))]
pub struct Settings {
    pub environment: Environment,
    pub public_url: String,
    /// By whose days reports count.
    pub time_zone: String,
    /// The language of messages to people whose language is not known.
    pub default_locale: String,
    pub stores: Vec<Store>,
    pub providers: Vec<Provider>,
    pub limits: Vec<Limit>,
}

/// How serious this shop is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Reached on the machine it runs on.
    #[default]
    Dev,
    /// Reached from outside; no real money moves.
    Test,
    Live,
}

/// Where a service keeps its data.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = SettingsStore, example = json!({"service": "orders", "kind": "sqlite", "place": "data/orders.db"}))]
pub struct Store {
    pub service: Service,
    /// `sqlite`, `postgres` or `mysql`.
    pub kind: String,
    /// The file, or the host and the name of the database.
    pub place: String,
}

/// Who does something for the shop.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = SettingsProvider, example = json!({"task": "payment", "name": "sandbox"}))]
pub struct Provider {
    pub task: String,
    pub name: String,
}

/// A number that somebody may run into.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = SettingsLimit, example = json!({"key": "orders.payment_window_secs", "value": 900}))]
pub struct Limit {
    /// The key of the configuration.
    pub key: String,
    pub value: i64,
}

/// What everyone may know, and what the shop runs with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SettingsView {
    pub shop: ShopView,
    pub version: String,
    pub commit: String,
    #[serde(flatten)]
    pub settings: Settings,
}

impl ShopView {
    pub(crate) fn of(app: &App) -> Self {
        let config = &app.config;
        Self {
            name: config.shop_name.clone(),
            currency: config.currency,
            prices_include_tax: config.prices_include_tax,
            return_days: config.return_window_days,
            default_country: config.default_country.clone(),
        }
    }
}

/// Get the shop
///
/// Its name, currency and terms.
#[utoipa::path(
    get, path = "/shop", operation_id = "get_shop", tag = "shop",
    responses((status = 200, body = ShopView))
)]
async fn get_shop(State(app): State<App>) -> Json<ShopView> {
    Json(ShopView::of(&app))
}

/// Get the settings
///
/// What the shop runs with: where its data lives, who does what for it, and its limits. For everyone who works here.
#[utoipa::path(
    get, path = "/settings", operation_id = "get_settings", tag = "shop",
    security(("bearer" = [])),
    responses(
        (status = 200, body = SettingsView),
        StaffOnly,
    )
)]
async fn get_settings(State(app): State<App>, caller: Caller) -> Result<Json<SettingsView>, Problem> {
    if !caller.signed_in()?.is_staff() {
        return Err(Problem::forbidden());
    }
    Ok(Json(SettingsView {
        shop: ShopView::of(&app),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: option_env!("RIALTO_COMMIT").unwrap_or("unknown").to_owned(),
        settings: app.config.settings.clone(),
    }))
}
