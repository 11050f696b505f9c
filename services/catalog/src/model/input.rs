//! A product as a merchant, an import or the sample shop states it.

use std::collections::BTreeMap;

use contracts::{Money, ids::VariantId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{ProductOption, Seo, Status};

/// The whole product. `PUT` replaces all of it; what is left out is empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "Stoneware Mug", "description": "<p>Thrown in small batches.</p>", "status": "published",
    "categories": ["tableware"], "tags": ["mug", "gift"], "vendor": "Tollmar Pottery",
    "attributes": {"material": ["Stoneware"]},
    "options": [{"name": "Colour", "values": ["Sand", "Moss"]}],
    "variants": [
        {"sku": "MUG-SAND", "options": {"Colour": "Sand"}, "price": {"amount": 1990, "currency": "EUR"}, "stock": 40, "weight_g": 340},
        {"sku": "MUG-MOSS", "options": {"Colour": "Moss"}, "price": {"amount": 1990, "currency": "EUR"}, "stock": 12, "weight_g": 340}
    ],
    "images": [{"url": "/media/sample/stoneware-mug.svg", "alt": "A sand-coloured mug"}]
}))]
pub struct ProductInput {
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// Made from the title if absent. An old slug goes on leading here.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub slug: Option<String>,
    /// HTML; what could do harm is removed.
    #[serde(default)]
    #[schema(max_length = 50_000)]
    pub description: String,
    #[serde(default)]
    pub status: Status,
    #[serde(default)]
    pub vendor: Option<String>,
    /// Ids or slugs; the first is the primary category.
    #[serde(default)]
    pub categories: Vec<String>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub attributes: BTreeMap<String, OneOrMany>,
    /// At most five. If absent, they are gathered from the variants.
    #[serde(default)]
    pub options: Vec<ProductOption>,
    /// At least one, at most 2,048.
    pub variants: Vec<VariantInput>,
    #[serde(default)]
    pub images: Vec<ImageInput>,
    #[serde(default)]
    pub seo: Seo,
    /// For programs; shown to staff only.
    #[serde(default)]
    pub metadata: Map<String, Value>,
}

/// A value, or a list of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    Many(Vec<String>),
    One(String),
}

impl OneOrMany {
    pub fn values(self) -> Vec<String> {
        match self {
            Self::Many(values) => values,
            Self::One(value) => vec![value],
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantInput {
    /// To keep a variant's id when its SKU changes.
    #[serde(default)]
    pub id: Option<VariantId>,
    /// Unique in the whole shop.
    #[schema(min_length = 1, max_length = 100)]
    pub sku: String,
    /// One value for each of the product's options.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    pub price: Money,
    /// The price before a reduction; above `price`.
    #[serde(default)]
    pub compare_at_price: Option<Money>,
    /// Makes this the number on hand. Absent: stock stays as it is.
    #[serde(default)]
    pub stock: Option<u32>,
    #[serde(default)]
    pub weight_g: u32,
    /// A GTIN with its check digit.
    #[serde(default)]
    pub barcode: Option<String>,
    #[serde(default = "standard")]
    pub tax_class: String,
    /// One of the product's image URLs.
    #[serde(default)]
    pub image: Option<String>,
}

fn standard() -> String {
    "standard".to_owned()
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageInput {
    /// `https://…`, or a `/media/…` URL that an upload answered with.
    pub url: String,
    #[serde(default)]
    pub alt: String,
    #[serde(default)]
    pub width: Option<u32>,
    #[serde(default)]
    pub height: Option<u32>,
}
