//! What the index keeps of a product: enough to filter, count and sort without asking the database.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contracts::{
    Money,
    ids::{CategoryId, ProductId},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    documents::DocumentName,
    model::{Document, Status, category::CategoryTree, html, rating::Stars},
};

/// A product as the index keeps it in memory, where there is one for each: its lists have no room to grow, and what it is
/// counted for stands there as numbers only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: ProductId,
    pub version: Uuid,
    pub revision: i64,
    pub status: Status,
    pub slug: Box<str>,
    pub title: Box<str>,
    pub image: Option<Box<str>>,
    /// The lowest price of its variants.
    pub price: Money,
    /// All prices of its variants in minor units, each once, lowest first.
    pub prices: Box<[i64]>,
    pub categories: Box<[CategoryId]>,
    pub skus: Box<[Box<str>]>,
    pub stars: Stars,
    pub created_at: DateTime<Utc>,
}

impl Entry {
    pub fn of(document: &Document, revision: i64, stars: Stars) -> Self {
        let mut prices: Vec<i64> = document.variants.iter().map(|variant| variant.price.amount).collect();
        prices.sort_unstable();
        prices.dedup();
        Self {
            id: document.id,
            version: document.version,
            revision,
            status: document.status,
            slug: document.slug.as_str().into(),
            title: document.title.as_str().into(),
            image: document.images.first().map(|image| image.url.as_str().into()),
            price: document.price_range().0,
            prices: prices.into(),
            categories: document.categories.as_slice().into(),
            skus: document.variants.iter().map(|variant| variant.sku.as_str().into()).collect(),
            stars,
            created_at: document.created_at,
        }
    }

    pub fn name(&self) -> DocumentName {
        DocumentName { id: self.id, version: self.version }
    }
}

/// What a product is counted for, beside its categories.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FacetTexts {
    pub tags: Vec<String>,
    pub vendor: Option<String>,
    pub attributes: BTreeMap<String, Vec<String>>,
}

impl FacetTexts {
    pub fn of(document: &Document) -> Self {
        Self { tags: document.tags.clone(), vendor: document.vendor.clone(), attributes: document.attributes.clone() }
    }
}

/// A product as the index keeps it on disk, as JSON beside its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    pub entry: Entry,
    pub facets: FacetTexts,
}

/// All that the index is given of a product.
#[derive(Debug)]
pub struct Indexed {
    pub stored: Stored,
    pub words: Words,
    /// The document itself, as JSON, where the store that has it can be away: it is read from here then.
    pub document: Option<Vec<u8>>,
}

/// The words a product is found by, most telling first.
#[derive(Clone, Debug)]
pub struct Words {
    pub title: String,
    /// Tags, vendor, categories, attribute and option values.
    pub keywords: Vec<String>,
    pub description: String,
    /// SKUs and barcodes, folded to lower case: found only as a whole.
    pub codes: Vec<String>,
}

impl Words {
    pub fn of(document: &Document, tree: &CategoryTree) -> Self {
        let lines = document.categories.iter().flat_map(|id| tree.line(*id));
        let mut keywords: Vec<String> = lines.map(|category| category.title.clone()).collect();
        keywords.extend(document.tags.iter().cloned());
        keywords.extend(document.vendor.clone());
        keywords.extend(document.attributes.values().flatten().cloned());
        keywords.extend(document.options.iter().flat_map(|option| option.values.iter().cloned()));
        let codes = document.variants.iter().flat_map(|variant| {
            std::iter::once(variant.sku.as_str()).chain(variant.barcode.as_deref()).map(str::to_lowercase)
        });
        Self {
            title: document.title.clone(),
            keywords,
            description: html::text(&document.description),
            codes: codes.collect(),
        }
    }
}
