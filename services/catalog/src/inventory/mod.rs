//! Stock: what is on hand, what is promised to orders, and every movement between.
//!
//! What the rest of the catalog calls is listed here.

pub mod events;

use std::collections::HashMap;

use axum::Router;
use contracts::order::{OrderSnapshot, OrderStatus};
use db::Tx;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigrationTrait;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;

use crate::{App, Error};

/// Inventory's part of the configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {}

impl Config {
    pub fn problems(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Inventory's tables, after those of products.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    Vec::new()
}

/// The public operations on stock.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}

/// What only other services may call.
pub fn internal_routes() -> Router<App> {
    Router::new()
}

/// Timers and sweepers, until `stop`.
pub async fn jobs(_app: App, stop: CancellationToken) {
    stop.cancelled().await;
}

/// Makes sure that stock is kept for `sku`, from none. Belongs into the transaction that writes its product.
pub async fn ensure_item(_tx: &Tx, _sku: &str) -> Result<(), Error> {
    Ok(())
}

/// Sets what is on hand of a new SKU, or corrects it to `quantity`.
pub async fn set_initial_stock(_tx: &Tx, _sku: &str, _quantity: u32, _reason: &str) -> Result<(), Error> {
    Ok(())
}

/// Ends the sale of a SKU that its product no longer has. Its history stays.
pub async fn retire_item(_tx: &Tx, _sku: &str) -> Result<(), Error> {
    Ok(())
}

/// Pieces that can be sold now, by SKU. SKUs without stock records are left out.
pub async fn available(_connection: &impl ConnectionTrait, _skus: &[String]) -> Result<HashMap<String, u32>, Error> {
    Ok(HashMap::new())
}

/// SKUs whose stock changed after `revision`, oldest change first, with the revision of the change.
/// Revisions are given in the changing transaction from one counter row, so none is ever missed.
pub async fn changed_since(
    _connection: &impl ConnectionTrait,
    _revision: i64,
    _limit: u64,
) -> Result<Vec<(String, i64)>, Error> {
    Ok(Vec::new())
}

/// An order moved along: reservations become commitments, are released or fulfilled. Runs in the event's transaction.
pub async fn on_order_status_changed(_tx: &Tx, _order: &OrderSnapshot, _to: OrderStatus) -> Result<(), Error> {
    Ok(())
}
