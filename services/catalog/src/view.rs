//! A product as it is answered: one shape for lists, pages and staff, who see a little more.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use contracts::{
    Money,
    ids::{CategoryId, ProductId, VariantId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    entity::category,
    model::{
        Document, Image, ProductOption, Seo, Status, StockWord, Variant,
        category::CategoryTree,
        rating::{Rating, Stars},
    },
};

/// A product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-0000-7c4d-8e5f-60718293a4b5", "slug": "stoneware-mug", "title": "Stoneware Mug",
    "description": "<p>Thrown in small batches.</p>", "status": "published", "vendor": "Tollmar Pottery",
    "price": {"amount": 1990, "currency": "EUR"}, "price_max": {"amount": 1990, "currency": "EUR"},
    "compare_at_price": null, "lowest_price_30d": null, "stock": "in_stock",
    "variants": [{
        "id": "0192f0c1-1111-7c4d-8e5f-60718293a4b5", "sku": "MUG-SAND", "title": "Sand", "options": {"Colour": "Sand"},
        "price": {"amount": 1990, "currency": "EUR"}, "compare_at_price": null, "lowest_price_30d": null,
        "stock": "in_stock", "weight_g": 340, "barcode": "4006381333931", "tax_class": "standard",
        "image": "/media/sample/stoneware-mug.svg"
    }],
    "options": [{"name": "Colour", "values": ["Sand"]}],
    "images": [{"url": "/media/sample/stoneware-mug.svg", "alt": "A sand-coloured mug", "sizes": []}],
    "rating": {"average": 4.4, "count": 5, "histogram": {"1": 0, "2": 0, "3": 1, "4": 1, "5": 3}},
    "categories": [{"id": "0192f0c1-2222-7c4d-8e5f-60718293a4b5", "slug": "tableware", "title": "Tableware"}],
    "breadcrumbs": [{"id": "0192f0c1-2222-7c4d-8e5f-60718293a4b5", "slug": "tableware", "title": "Tableware"}],
    "tags": ["mug", "gift"], "attributes": {"material": ["Stoneware"]}, "seo": {"title": null, "description": null},
    "version": "0192f0c1-3333-7c4d-8e5f-60718293a4b5",
    "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:00:00Z"
}))]
pub struct ProductView {
    pub id: ProductId,
    pub slug: String,
    pub title: String,
    /// Harmless HTML.
    pub description: String,
    pub status: Status,
    pub vendor: Option<String>,
    /// The lowest price of its variants.
    pub price: Money,
    /// The highest price of its variants.
    pub price_max: Money,
    /// What the cheapest variant cost before, if it is reduced.
    pub compare_at_price: Option<Money>,
    /// The lowest price of the 30 days before that reduction.
    pub lowest_price_30d: Option<Money>,
    /// The best word of its variants.
    pub stock: StockWord,
    pub variants: Vec<VariantView>,
    pub options: Vec<ProductOption>,
    pub images: Vec<Image>,
    pub rating: Rating,
    /// The first is the primary one.
    pub categories: Vec<CategoryRef>,
    /// From the top of the tree down to the primary category.
    pub breadcrumbs: Vec<CategoryRef>,
    pub tags: Vec<String>,
    pub attributes: BTreeMap<String, Vec<String>>,
    pub seo: Seo,
    /// Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// Name of this state of the product, for `If-Match`.
    pub version: Uuid,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The sellable thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VariantView {
    pub id: VariantId,
    pub sku: String,
    /// The option values in order, as in "Sand, Large"; empty for a product without options.
    pub title: String,
    pub options: BTreeMap<String, String>,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    pub lowest_price_30d: Option<Money>,
    pub stock: StockWord,
    /// Pieces that can be sold now. Staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<u32>,
    pub weight_g: u32,
    pub barcode: Option<String>,
    pub tax_class: String,
    pub image: Option<String>,
}

/// A category as other things mention it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CategoryRef {
    pub id: CategoryId,
    pub slug: String,
    pub title: String,
}

impl From<&category::Model> for CategoryRef {
    fn from(row: &category::Model) -> Self {
        Self { id: row.id.into(), slug: row.slug.clone(), title: row.title.clone() }
    }
}

/// What is said of a product's stock.
#[derive(Clone, Copy, Debug)]
pub enum Stock<'a> {
    /// One word for each variant: what shoppers see.
    Words(&'a [StockWord]),
    /// Pieces by SKU, of which `low_at` or fewer are few: what staff see.
    Pieces { available: &'a HashMap<String, u32>, low_at: u32 },
}

impl Stock<'_> {
    fn of(&self, index: usize, sku: &str) -> (StockWord, Option<u32>) {
        match self {
            Self::Words(words) => (words.get(index).copied().unwrap_or(StockWord::OutOfStock), None),
            Self::Pieces { available, low_at } => {
                let pieces = available.get(sku).copied().unwrap_or(0);
                (StockWord::of(pieces, *low_at), Some(pieces))
            }
        }
    }
}

impl ProductView {
    pub fn new(document: &Document, tree: &CategoryTree, stars: Stars, stock: Stock<'_>) -> Self {
        let variants: Vec<VariantView> = document
            .variants
            .iter()
            .enumerate()
            .map(|(index, variant)| variant_view(document, variant, stock.of(index, &variant.sku)))
            .collect();
        let (price, price_max) = document.price_range();
        let cheapest = document.variants.iter().filter(|variant| variant.price == price);
        let reduced = cheapest.clone().find(|variant| variant.compare_at_price.is_some());
        let primary = document.categories.iter().find(|id| tree.get(**id).is_some());
        let for_staff = matches!(stock, Stock::Pieces { .. });
        Self {
            id: document.id,
            slug: document.slug.clone(),
            title: document.title.clone(),
            description: document.description.clone(),
            status: document.status,
            vendor: document.vendor.clone(),
            price,
            price_max,
            compare_at_price: reduced.and_then(|variant| variant.compare_at_price),
            lowest_price_30d: reduced.and_then(|variant| variant.lowest_price_30d),
            stock: StockWord::best(variants.iter().map(|variant| variant.stock)),
            variants,
            options: document.options.clone(),
            images: document.images.clone(),
            rating: stars.into(),
            categories: document.categories.iter().filter_map(|id| tree.get(*id)).map(CategoryRef::from).collect(),
            breadcrumbs: primary
                .map(|id| tree.line(*id).into_iter().map(CategoryRef::from).collect())
                .unwrap_or_default(),
            tags: document.tags.clone(),
            attributes: document.attributes.clone(),
            seo: document.seo.clone(),
            metadata: for_staff.then(|| document.metadata.clone()),
            version: document.version,
            created_at: document.created_at,
            updated_at: document.updated_at,
        }
    }
}

fn variant_view(document: &Document, variant: &Variant, (stock, available): (StockWord, Option<u32>)) -> VariantView {
    VariantView {
        id: variant.id,
        sku: variant.sku.clone(),
        title: document.variant_title(variant),
        options: variant.options.clone(),
        price: variant.price,
        compare_at_price: variant.compare_at_price,
        lowest_price_30d: variant.lowest_price_30d,
        stock,
        available,
        weight_g: variant.weight_g,
        barcode: variant.barcode.clone(),
        tax_class: variant.tax_class.clone(),
        image: document.image_of(variant),
    }
}
