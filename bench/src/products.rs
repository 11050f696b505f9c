//! Putting the month's goods on the shelves, and rates into the zones that lack them.

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::{
    retail::{CURRENCY, Product},
    shop::{As, Ask, Shop},
    summary::Tally,
};

/// Pieces on the shelf beyond what the month sells, for the lines that are sold before they come back.
const SPARE: u64 = 1_000;
const STOCK_MAX: u64 = 1_000_000_000;
/// The file knows no weights.
const WEIGHT_G: u32 = 150;

/// Makes the products, `at_once` at a time. Those of an earlier run stay as they are.
pub async fn make(
    shop: &Shop,
    products: &[Product],
    at_once: usize,
    tally: &Tally,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let making = stream::iter(products).map(|product| async move {
        let answer = shop.ask(&Ask::post("/products", As::Staff, input(product)).harmless()).await?;
        let known = answer.status.as_u16() == 409 && ["sku_taken", "slug_taken"].contains(&answer.code());
        if known {
            tally.count(|counts| counts.products_known += 1);
        } else {
            match answer.expect(&format!("product {}", product.sku), &[201]) {
                Ok(_) => tally.count(|counts| counts.products_made += 1),
                Err(error) => tally.unexpected(error.to_string()),
            }
        }
        bar.inc(1);
        Ok::<(), anyhow::Error>(())
    });
    making.buffer_unordered(at_once).try_collect().await
}

fn input(product: &Product) -> Value {
    json!({
        "title": product.title, "slug": format!("retail-{}", product.sku.to_lowercase()),
        "description": "", "status": "published", "tags": ["replay"],
        "variants": [{
            "sku": product.sku, "price": product.price, "weight_g": WEIGHT_G,
            "stock": (product.sold.saturating_mul(2) + SPARE).min(STOCK_MAX),
        }],
    })
}

/// Gives each delivered zone a rate in the currency of the sales, if it has none.
pub async fn make_rates(shop: &Shop) -> anyhow::Result<()> {
    let zones = shop.ask(&Ask::get("/shipping/zones?limit=100", As::Staff)).await?.expect("zones", &[200])?;
    let zones = zones["items"].as_array().cloned().unwrap_or_default();
    for zone in zones.iter().filter(|zone| zone["delivered"] == true) {
        let rates = zone["rates"].as_array().cloned().unwrap_or_default();
        if rates.iter().any(|rate| rate["currency"] == CURRENCY.code() && rate["active"] == true) {
            continue;
        }
        let id = zone["id"].as_str().context("a zone has an id")?;
        let rate = json!({
            "carrier": "sandbox", "service": "Standard", "currency": CURRENCY, "min_days": 1, "max_days": 5,
            "pricing": {"kind": "by_weight", "tiers": [{"up_to": 31_500, "amount": 495}, {"amount": 4_500}]},
        });
        shop.ask(&Ask::post(format!("/shipping/zones/{id}/rates"), As::Staff, rate)).await?.expect("a rate", &[201])?;
    }
    Ok(())
}
