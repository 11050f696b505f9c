//! What the pages read of the catalog's answers. The whole answers go to the browser as they are.

use std::collections::BTreeMap;

use contracts::Money;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) slug: String,
    pub(crate) title: String,
    /// Harmless HTML.
    pub(crate) description: String,
    pub(crate) vendor: Option<String>,
    pub(crate) price: Money,
    pub(crate) price_max: Money,
    pub(crate) compare_at_price: Option<Money>,
    pub(crate) lowest_price_30d: Option<Money>,
    pub(crate) stock: StockWord,
    pub(crate) variants: Vec<Variant>,
    pub(crate) options: Vec<Choice>,
    pub(crate) images: Vec<Image>,
    pub(crate) rating: Rating,
    pub(crate) breadcrumbs: Vec<CategoryRef>,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) seo: Seo,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Variant {
    pub(crate) sku: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) options: BTreeMap<String, String>,
    pub(crate) price: Money,
    pub(crate) compare_at_price: Option<Money>,
    pub(crate) lowest_price_30d: Option<Money>,
    pub(crate) stock: StockWord,
    pub(crate) weight_g: u32,
    pub(crate) barcode: Option<String>,
    pub(crate) image: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "these are the catalog's words")]
pub(crate) enum StockWord {
    InStock,
    LowStock,
    OutOfStock,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Image {
    pub(crate) url: String,
    pub(crate) alt: String,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    /// Smaller versions, smallest first.
    #[serde(default)]
    pub(crate) sizes: Vec<ImageSize>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ImageSize {
    pub(crate) url: String,
    pub(crate) width: u32,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Rating {
    /// Of those there are.
    pub(crate) average: Option<f64>,
    pub(crate) count: u32,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Seo {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CategoryRef {
    pub(crate) slug: String,
    pub(crate) title: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Category {
    pub(crate) id: String,
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) product_count: u32,
    pub(crate) breadcrumbs: Vec<CategoryRef>,
    /// Only in the tree.
    #[serde(default)]
    pub(crate) children: Vec<Category>,
}

/// The tree, from the top.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Categories {
    pub(crate) items: Vec<Category>,
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Products {
    pub(crate) items: Vec<Product>,
    pub(crate) total: u64,
    pub(crate) next_cursor: Option<String>,
    /// The query with slips mended, if it was.
    pub(crate) correction: Option<String>,
    #[serde(default)]
    pub(crate) facets: Facets,
}

/// What else there is, with the number of products.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Facets {
    pub(crate) vendor: Vec<FacetValue>,
    pub(crate) attributes: Vec<AttributeFacet>,
    pub(crate) price: Option<PriceFacet>,
    pub(crate) rating: Vec<RatingFacet>,
    pub(crate) in_stock: StockFacet,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FacetValue {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) count: u64,
    pub(crate) selected: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AttributeFacet {
    pub(crate) name: String,
    pub(crate) values: Vec<FacetValue>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PriceFacet {
    pub(crate) min: Money,
    pub(crate) max: Money,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RatingFacet {
    pub(crate) at_least: u32,
    pub(crate) count: u64,
    pub(crate) selected: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct StockFacet {
    pub(crate) available: u64,
}

impl Product {
    /// The brand, as search engines call it.
    pub(crate) fn brand(&self) -> Option<&str> {
        let named = self.attributes.get("brand").and_then(|values| values.first());
        named.or(self.vendor.as_ref()).map(String::as_str)
    }

    /// The description as plain text.
    pub(crate) fn text(&self) -> String {
        text_of(&self.description)
    }
}

impl Variant {
    /// The barcode, if it is one that is known the world over.
    pub(crate) fn gtin(&self) -> Option<&str> {
        let barcode = self.barcode.as_deref()?;
        let is_number = barcode.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && matches!(barcode.len(), 8 | 12 | 13 | 14)).then_some(barcode)
    }
}

impl Image {
    /// The largest version that is no larger than pages show.
    pub(crate) fn largest(&self) -> &str {
        self.sizes.last().map_or(&self.url, |size| &size.url)
    }
}

/// The text of clean HTML. Blocks are set apart by a space.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tagged)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tagged.split_once('>').unwrap_or((tagged, ""));
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if !matches!(name, "a" | "b" | "em" | "i" | "span" | "strong" | "sub" | "sup" | "u") {
            text.push(' ');
        }
        rest = after;
    }
    text.push_str(rest);
    // The cleaner writes these entities only; `&amp;` comes last, so that `&amp;lt;` stays what was meant.
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    let text = entities.iter().fold(text, |text, (entity, plain)| text.replace(entity, plain));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text, cut between words, for those who show a line or two.
pub(crate) fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    let at_word = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", at_word.trim_end_matches([',', ';', '.', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_the_text_that_is_read() {
        let html =
            "<p>Tea &amp; <strong>toast</strong>,<br>warm.</p><ul><li>Holds 350&nbsp;ml</li><li>5 &lt; 6</li></ul>";
        assert_eq!(text_of(html), "Tea & toast, warm. Holds 350 ml 5 < 6");
        assert_eq!(text_of("&amp;lt;script&amp;gt;"), "&lt;script&gt;");
        assert_eq!((text_of(""), text_of("plain")), (String::new(), "plain".to_owned()));
    }

    #[test]
    fn long_texts_end_between_words() {
        assert_eq!(shortened("short", 10), "short");
        assert_eq!(shortened("a generous mug, thrown in batches", 17), "a generous mug…");
        assert_eq!(shortened("ööööööööööööö", 5), "öööö…");
    }
}
