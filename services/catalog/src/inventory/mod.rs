//! Stock: what is on hand, what is promised to orders, and every movement between.
//!
//! What the rest of the catalog calls is listed here.

mod adjust;
mod books;
mod entity;
pub mod events;
mod expire;
mod follow_order;
mod invariants;
mod levels;
mod migration;
mod model;
mod named;
mod reserve;
mod routes;
mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contracts::time;
use db::Tx;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigrationTrait;
use serde::Deserialize;

pub use adjust::Corrected;
pub use books::{HeldStock, books};
pub use expire::{expire_overdue, jobs};
pub use follow_order::on_order_status_changed;
pub use invariants::invariants;
pub use model::PIECES_MAX;
pub use routes::{internal_routes, routes};

use crate::Error;
use model::{Delta, Kind};
use store::{Because, Changes};

/// Inventory's part of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How often holds that have run out are let go. A sale never waits for it.
    pub expiry_sweep_secs: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { expiry_sweep_secs: 10 }
    }
}

impl Config {
    pub fn problems(&self) -> Vec<String> {
        if (1..=60).contains(&self.expiry_sweep_secs) {
            return Vec::new();
        }
        vec!["inventory.expiry_sweep_secs must be between 1 and 60".to_owned()]
    }
}

/// Inventory's tables, after those of products.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(migration::Inventory)]
}

/// Locks the stock records of `skus` that exist. A transaction that will retire, revive and correct several begins with
/// it: each of these takes the revision counter's lock, and after that no further record may be locked.
pub async fn lock(tx: &Tx, skus: &BTreeSet<String>) -> Result<(), Error> {
    store::lock_items(tx, skus).await?;
    Ok(())
}

/// Makes sure that stock is kept for `sku`, from none. Belongs into the transaction that writes its product.
pub async fn ensure_item(tx: &Tx, sku: &str) -> Result<(), Error> {
    Ok(store::ensure_items(tx, &BTreeSet::from([sku.to_owned()])).await?)
}

/// The same for many SKUs, in one statement.
pub async fn ensure_items(tx: &Tx, skus: &BTreeSet<String>) -> Result<(), Error> {
    Ok(store::ensure_items(tx, skus).await?)
}

/// Sets what is on hand of a SKU to `quantity`, but not below what is promised to orders.
pub async fn set_initial_stock(tx: &Tx, sku: &str, quantity: u32, reason: &str) -> Result<(), Error> {
    let skus = BTreeSet::from([sku.to_owned()]);
    store::ensure_items(tx, &skus).await?;
    let Some(item) = store::lock_items(tx, &skus).await?.remove(sku) else { return Ok(()) };
    let pieces = i64::from(quantity).max(item.reserved + item.committed).min(PIECES_MAX);
    let delta = Delta::on_hand(pieces - item.on_hand);
    if delta == Delta::default() {
        return Ok(());
    }
    let kind = if delta.on_hand > 0 { Kind::Received } else { Kind::Adjusted };
    let mut changes = Changes::default();
    changes.add(sku, kind, delta, &Because::new(reason, "catalog", None));
    Ok(store::write(tx, changes).await?)
}

/// Makes what is on hand of each SKU the given number where it is not already, and says of each what came of it.
pub async fn set_stock(
    tx: &Tx,
    wanted: &BTreeMap<String, i64>,
    reason: &str,
    actor: &str,
) -> Result<BTreeMap<String, Corrected>, Error> {
    Ok(adjust::set_on_hand(tx, wanted, Kind::Adjusted, &Because::new(reason, actor, None)).await?)
}

/// Ends the sale of a SKU that its product no longer has. Its history stays.
pub async fn retire_item(tx: &Tx, sku: &str) -> Result<(), Error> {
    Ok(store::set_retired(tx, &[sku.to_owned()], Some(time::now())).await?)
}

/// Pieces that can be sold now, by SKU. SKUs without stock records are left out. Holds that have run out count as
/// free, whether or not the sweeper has come by.
pub async fn available(connection: &impl ConnectionTrait, skus: &[String]) -> Result<HashMap<String, u32>, Error> {
    Ok(levels::available(connection, skus).await?)
}

/// Pieces on hand, by SKU. SKUs without stock records are left out.
pub async fn on_hand(connection: &impl ConnectionTrait, skus: &[String]) -> Result<HashMap<String, i64>, Error> {
    Ok(levels::on_hand(connection, skus).await?)
}

/// SKUs whose stock changed behind a place, oldest change first, with the revision of the change. A place is a revision
/// and the last SKU read of it.
pub async fn changed_since(
    connection: &impl ConnectionTrait,
    place: (i64, &str),
    limit: u64,
) -> Result<Vec<(String, i64)>, Error> {
    Ok(levels::changed_since(connection, place, limit).await?)
}
