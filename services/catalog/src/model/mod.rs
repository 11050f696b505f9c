//! What a product is: the document that is kept, the rules it obeys, and the words for its state.

pub mod category;
pub mod check;
pub mod gtin;
pub mod html;
pub mod input;
pub mod rating;
pub mod review;

use std::{collections::BTreeMap, fmt, str::FromStr};

use chrono::{DateTime, Utc};
use contracts::{
    Currency, Money,
    ids::{CategoryId, ProductId, VariantId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::documents::DocumentName;

/// Who can see a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProductStatus)]
pub enum Status {
    /// In the making: staff only.
    #[default]
    Draft,
    Published,
    /// Withdrawn: staff only. Orders keep what they need of it.
    Archived,
}

impl Status {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Status {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        [Self::Draft, Self::Published, Self::Archived]
            .into_iter()
            .find(|status| status.word() == word)
            .ok_or_else(|| format!("{word} is not a product status"))
    }
}

/// What shoppers are told about stock, in place of a number. The best comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockWord {
    InStock,
    LowStock,
    OutOfStock,
}

impl StockWord {
    /// The word for `available` pieces, of which `low_at` or fewer are few.
    pub fn of(available: u32, low_at: u32) -> Self {
        match available {
            0 => Self::OutOfStock,
            few if few <= low_at => Self::LowStock,
            _ => Self::InStock,
        }
    }

    /// The word for a product whose variants have these.
    pub fn best(words: impl IntoIterator<Item = Self>) -> Self {
        words.into_iter().min().unwrap_or(Self::OutOfStock)
    }
}

/// A choice a shopper makes, such as Colour, and what there is to choose from, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Colour", "values": ["Sand", "Moss"]}))]
pub struct ProductOption {
    pub name: String,
    pub values: Vec<String>,
}

/// The sellable thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    pub id: VariantId,
    pub sku: String,
    /// One value for each of the product's options.
    pub options: BTreeMap<String, String>,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    /// The lowest price of the 30 days before the price was reduced (Directive 98/6/EC, article 6a).
    pub lowest_price_30d: Option<Money>,
    pub weight_g: u32,
    pub barcode: Option<String>,
    pub tax_class: String,
    /// The picture that shows this variant, one of the product's.
    #[serde(default)]
    pub image: Option<String>,
}

/// A picture, and the sizes there are of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Image {
    pub url: String,
    pub alt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Smaller versions of the same picture, smallest first.
    #[serde(default)]
    pub sizes: Vec<ImageSize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImageSize {
    pub url: String,
    pub width: u32,
    pub height: u32,
}

/// What search engines are told instead of title and description.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Seo {
    pub title: Option<String>,
    pub description: Option<String>,
}

/// A product as it is kept. A document is never changed: each write makes one with a version of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub id: ProductId,
    pub version: Uuid,
    pub slug: String,
    pub title: String,
    /// HTML, cleaned before it was kept.
    pub description: String,
    pub status: Status,
    pub vendor: Option<String>,
    /// The first is the primary one, for breadcrumbs.
    pub categories: Vec<CategoryId>,
    pub tags: Vec<String>,
    pub attributes: BTreeMap<String, Vec<String>>,
    pub options: Vec<ProductOption>,
    pub variants: Vec<Variant>,
    pub images: Vec<Image>,
    pub seo: Seo,
    pub metadata: Map<String, Value>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Document {
    pub fn name(&self) -> DocumentName {
        DocumentName { id: self.id, version: self.version }
    }

    pub fn skus(&self) -> Vec<String> {
        self.variants.iter().map(|variant| variant.sku.clone()).collect()
    }

    pub fn currency(&self) -> Currency {
        self.variants.first().map_or(Currency::EUR, |variant| variant.price.currency)
    }

    /// The lowest and the highest price of its variants.
    pub fn price_range(&self) -> (Money, Money) {
        let amounts = || self.variants.iter().map(|variant| variant.price.amount);
        let money = |amount: Option<i64>| Money::new(amount.unwrap_or_default(), self.currency());
        (money(amounts().min()), money(amounts().max()))
    }

    /// "Sand, Large": the chosen values in the order of the product's options.
    pub fn variant_title(&self, variant: &Variant) -> String {
        let values: Vec<&str> =
            self.options.iter().filter_map(|option| variant.options.get(&option.name)).map(String::as_str).collect();
        values.join(", ")
    }

    /// The picture for a variant: its own, else the product's first.
    pub fn image_of(&self, variant: &Variant) -> Option<String> {
        variant.image.clone().or_else(|| self.images.first().map(|image| image.url.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_read_back() {
        for status in [Status::Draft, Status::Published, Status::Archived] {
            assert_eq!(status.word().parse(), Ok(status));
        }
        assert!("live".parse::<Status>().is_err());
    }

    #[test]
    fn few_pieces_are_said_to_be_few() {
        assert_eq!(StockWord::of(0, 5), StockWord::OutOfStock);
        assert_eq!(StockWord::of(1, 5), StockWord::LowStock);
        assert_eq!(StockWord::of(5, 5), StockWord::LowStock);
        assert_eq!(StockWord::of(6, 5), StockWord::InStock);
        assert_eq!(StockWord::of(1, 0), StockWord::InStock);
        assert_eq!(StockWord::best([StockWord::OutOfStock, StockWord::LowStock]), StockWord::LowStock);
        assert_eq!(StockWord::best([]), StockWord::OutOfStock);
    }
}
