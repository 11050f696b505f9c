//! Stock with the product that each SKU is of, for lists that people read.

use contracts::ids::ProductId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{entity::item, routes::StockView};
use crate::{App, Error, items, store::products};

/// A page of stock.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "items": [{
        "sku": "KIT-MUG-SAN", "on_hand": 40, "reserved": 5, "available": 35, "held": 2, "committed": 3, "damaged": 1,
        "updated_at": "2026-03-01T10:00:00Z",
        "product": {
            "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b1", "slug": "stoneware-mug", "title": "Stoneware mug",
            "variant_title": "Sand", "image": "/media/mug.svg"
        }
    }],
    "next_cursor": null, "total": 1
}))]
pub struct StockPage {
    pub items: Vec<NamedStock>,
    /// Pass it as `cursor` to get the next page; absent on the last one.
    pub next_cursor: Option<String>,
    /// How many there are on all pages.
    pub total: u64,
}

/// The stock of one SKU, and what it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedStock {
    #[serde(flatten)]
    pub stock: StockView,
    /// Absent for a SKU that no product has any more.
    pub product: Option<StockedProduct>,
}

/// The product of a SKU.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StockedProduct {
    pub id: ProductId,
    pub slug: String,
    pub title: String,
    pub variant_title: String,
    pub image: Option<String>,
}

/// Adds to each item what it is.
pub async fn named(app: &App, rows: Vec<item::Model>) -> Result<Vec<NamedStock>, Error> {
    let skus: Vec<String> = rows.iter().map(|row| row.sku.clone()).collect();
    let heads = products::heads_of_skus(app.db.reader(), &skus).await?;
    let mut names: Vec<_> = heads.values().map(|head| head.name()).collect();
    names.sort_unstable_by_key(|name| name.id);
    names.dedup();
    let documents = items::documents(app, &names).await?;
    let product = |sku: &str| {
        let document = documents.get(&heads.get(sku)?.product_id())?;
        let variant = document.variants.iter().find(|variant| variant.sku == sku)?;
        Some(StockedProduct {
            id: document.id,
            slug: document.slug.clone(),
            title: document.title.clone(),
            variant_title: document.variant_title(variant),
            image: document.image_of(variant),
        })
    };
    Ok(rows.into_iter().map(|row| NamedStock { product: product(&row.sku), stock: row.into() }).collect())
}
