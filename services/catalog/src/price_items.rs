//! What each SKU is and costs now, for carts and orders: from the documents in force and the stock, never from the index.

use contracts::calls::{PricedItem, PricedItems};

use crate::{App, Error, inventory, items, model::Status, store::products};

/// Answers in the order asked. `None` where no published product has the SKU.
pub async fn price_items(app: &App, skus: &[String]) -> Result<PricedItems, Error> {
    let reader = app.db.reader();
    let mut heads = products::heads_of_skus(reader, skus).await?;
    heads.retain(|_, head| head.status() == Status::Published);
    let mut names: Vec<_> = heads.values().map(|head| head.name()).collect();
    names.sort_unstable_by_key(|name| name.id);
    names.dedup();
    let documents = items::documents(app, &names).await?;
    let available = inventory::available(reader, skus).await?;
    let priced = skus.iter().map(|sku| {
        let document = documents.get(&heads.get(sku)?.product_id())?;
        let variant = document.variants.iter().find(|variant| variant.sku == *sku)?;
        Some(PricedItem {
            sku: sku.clone(),
            product_id: document.id,
            slug: document.slug.clone(),
            title: document.title.clone(),
            variant_title: document.variant_title(variant),
            price: variant.price,
            tax_class: variant.tax_class.clone(),
            weight_g: variant.weight_g,
            image: document.image_of(variant),
            available: available.get(sku).copied().unwrap_or(0),
        })
    });
    Ok(PricedItems { items: priced.collect() })
}
