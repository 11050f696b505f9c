//! The rules of a product: each is looked at, and all that is wrong is told at once.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use contracts::{ids::CategoryId, money::LARGEST_AMOUNT};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use web::{Checks, Problem};

use super::{
    ProductOption,
    category::CategoryTree,
    gtin, html,
    input::{ImageInput, OneOrMany, ProductInput, VariantInput},
};

pub const OPTIONS_MAX: usize = 5;
pub const VARIANTS_MAX: usize = 2048;
const VALUES_MAX: usize = 250;
const CATEGORIES_MAX: usize = 20;
const TAGS_MAX: usize = 50;
const ATTRIBUTES_MAX: usize = 50;
const IMAGES_MAX: usize = 50;
const METADATA_MAX_BYTES: usize = 8 * 1024;
const METADATA_DEPTH_MAX: usize = 8;
pub const STOCK_MAX: u32 = 1_000_000_000;

/// An input that obeys the rules, in the form that is kept.
#[derive(Clone, Debug)]
pub struct Checked {
    pub input: ProductInput,
    pub slug: String,
    /// Whether the slug was made from the title, not given.
    pub slug_is_made: bool,
    pub categories: Vec<CategoryId>,
    pub tags: Vec<String>,
    pub attributes: BTreeMap<String, Vec<String>>,
}

/// Checks `input` and brings it into the form that is kept.
pub fn check(mut input: ProductInput, tree: &CategoryTree) -> Result<Checked, Problem> {
    let mut checks = Checks::new();
    input.title = neat(&input.title);
    input.vendor = input.vendor.as_deref().map(neat).filter(|vendor| !vendor.is_empty());
    checks
        .text("title", &input.title, 1..=200)
        .text("description", &input.description, 0..=50_000)
        .text("vendor", input.vendor.as_deref().unwrap_or_default(), 0..=100)
        .text("seo.title", input.seo.title.as_deref().unwrap_or_default(), 0..=200)
        .text("seo.description", input.seo.description.as_deref().unwrap_or_default(), 0..=500);
    let slug_is_made = input.slug.as_deref().is_none_or(|slug| slug.trim().is_empty());
    let slug = slug_of(&mut checks, input.slug.as_deref(), &input.title);
    let categories = categories(&mut checks, &input.categories, tree);
    let tags = tags(&mut checks, &input.tags);
    let attributes = attributes(&mut checks, std::mem::take(&mut input.attributes));
    images(&mut checks, &input.images);
    metadata(&mut checks, &input);
    if input.options.is_empty() {
        input.options = gathered_options(&input.variants);
    }
    options(&mut checks, &mut input.options);
    variants(&mut checks, &mut input);
    checks.done()?;
    input.description = html::clean(&input.description);
    Ok(Checked { input, slug, slug_is_made, categories, tags, attributes })
}

/// Text as it is kept: composed (NFC), trimmed.
fn neat(text: &str) -> String {
    text.trim().nfc().collect()
}

fn slug_of(checks: &mut Checks, given: Option<&str>, title: &str) -> String {
    match given.map(str::trim).filter(|slug| !slug.is_empty()) {
        Some(given) => {
            let is_slug = given.len() <= 200
                && given.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
                && !given.starts_with('-')
                && !given.ends_with('-')
                && !given.contains("--");
            checks.require(is_slug, "slug", "invalid", "must have lower-case letters, digits and single hyphens only");
            checks.require(given.parse::<uuid::Uuid>().is_err(), "slug", "invalid", "must not look like an id");
            given.to_owned()
        }
        None => slug_from(title),
    }
}

/// A slug made from a title, at most 100 bytes; `product` when the title has nothing to make one from.
pub fn slug_from(title: &str) -> String {
    let mut made = slug::slugify(title);
    made.truncate(100);
    let made = made.trim_matches('-');
    if made.is_empty() { "product".to_owned() } else { made.to_owned() }
}

fn categories(checks: &mut Checks, names: &[String], tree: &CategoryTree) -> Vec<CategoryId> {
    checks.require(names.len() <= CATEGORIES_MAX, "categories", "too_many", "must be 20 at most");
    let mut ids: Vec<CategoryId> = Vec::new();
    for (index, name) in names.iter().enumerate().take(CATEGORIES_MAX) {
        match tree.find(name) {
            Some(row) if ids.contains(&row.id.into()) => {}
            Some(row) => ids.push(row.id.into()),
            None => {
                checks.fail(format!("categories[{index}]"), "unknown_category", "is not the id or slug of a category");
            }
        }
    }
    ids
}

/// Tags are folded to lower case, so that `Gift` and `gift` are one.
fn tags(checks: &mut Checks, tags: &[String]) -> Vec<String> {
    checks.require(tags.len() <= TAGS_MAX, "tags", "too_many", "must be 50 at most");
    let mut folded: Vec<String> = Vec::new();
    for (index, tag) in tags.iter().enumerate().take(TAGS_MAX) {
        let tag = neat(tag).to_lowercase();
        checks.text(&format!("tags[{index}]"), &tag, 1..=50);
        if !folded.contains(&tag) {
            folded.push(tag);
        }
    }
    folded
}

fn attributes(checks: &mut Checks, given: BTreeMap<String, OneOrMany>) -> BTreeMap<String, Vec<String>> {
    checks.require(given.len() <= ATTRIBUTES_MAX, "attributes", "too_many", "must be 50 at most");
    let mut kept = BTreeMap::new();
    for (name, values) in given.into_iter().take(ATTRIBUTES_MAX) {
        let name = neat(&name);
        let field = format!("attributes.{name}");
        checks.text(&field, &name, 1..=60);
        let mut list: Vec<String> = Vec::new();
        for value in values.values().iter().take(VALUES_MAX + 1) {
            let value = neat(value);
            checks.text(&field, &value, 1..=200);
            if !list.contains(&value) {
                list.push(value);
            }
        }
        checks.require(list.len() <= VALUES_MAX, &field, "too_many", "must have 250 values at most");
        if !list.is_empty() {
            kept.insert(name, list);
        }
    }
    kept
}

fn images(checks: &mut Checks, images: &[ImageInput]) {
    checks.require(images.len() <= IMAGES_MAX, "images", "too_many", "must be 50 at most");
    for (index, image) in images.iter().enumerate().take(IMAGES_MAX) {
        let field = format!("images[{index}].url");
        checks.text(&field, &image.url, 1..=2048).text(&format!("images[{index}].alt"), &image.alt, 0..=500);
        let known = ["https://", "http://", "/media/"].iter().any(|start| image.url.starts_with(start));
        let plain = !image.url.chars().any(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\'));
        checks.require(known && plain, &field, "invalid", "must be an https:// URL or one of /media/");
    }
}

fn metadata(checks: &mut Checks, input: &ProductInput) {
    let size = serde_json::to_string(&input.metadata).map_or(usize::MAX, |text| text.len());
    checks.require(size <= METADATA_MAX_BYTES, "metadata", "too_large", "must have 8 KiB at most");
    let flat = input.metadata.values().all(|value| depth(value) < METADATA_DEPTH_MAX);
    checks.require(flat, "metadata", "too_deep", "must be nested 8 levels at most");
    let storable = input.metadata.iter().all(|(name, value)| !name.contains('\0') && has_no_nul(value));
    checks.require(storable, "metadata", "control_character", "must not contain NUL");
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 1,
    }
}

fn has_no_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => items.iter().all(has_no_nul),
        Value::Object(fields) => fields.iter().all(|(name, value)| !name.contains('\0') && has_no_nul(value)),
        _ => true,
    }
}

/// The options that the variants name, with their values in order of appearance.
fn gathered_options(variants: &[VariantInput]) -> Vec<ProductOption> {
    let mut options: Vec<ProductOption> = Vec::new();
    for (name, value) in variants.iter().take(VARIANTS_MAX).flat_map(|variant| &variant.options) {
        match options.iter_mut().find(|option| option.name == *name) {
            Some(option) if option.values.contains(value) => {}
            Some(option) => option.values.push(value.clone()),
            None => options.push(ProductOption { name: name.clone(), values: vec![value.clone()] }),
        }
    }
    options
}

fn options(checks: &mut Checks, options: &mut [ProductOption]) {
    checks.require(options.len() <= OPTIONS_MAX, "options", "too_many", "must be 5 at most");
    let mut names = HashSet::new();
    for (index, option) in options.iter_mut().enumerate().take(OPTIONS_MAX) {
        option.name = neat(&option.name);
        let field = format!("options[{index}]");
        checks.text(&format!("{field}.name"), &option.name, 1..=50);
        checks.require(names.insert(option.name.clone()), &format!("{field}.name"), "duplicate", "appears twice");
        let count = option.values.len();
        let at = format!("{field}.values");
        checks.require((1..=VALUES_MAX).contains(&count), &at, "out_of_range", "must have 1 to 250 values");
        let mut values = HashSet::new();
        for value in option.values.iter_mut().take(VALUES_MAX) {
            *value = neat(value);
            checks.text(&at, value, 1..=100);
            checks.require(values.insert(value.clone()), &at, "duplicate", "has a value twice");
        }
    }
}

fn variants(checks: &mut Checks, input: &mut ProductInput) {
    let count = input.variants.len();
    checks.require((1..=VARIANTS_MAX).contains(&count), "variants", "out_of_range", "must be 1 to 2048");
    if input.options.is_empty() {
        checks.require(count <= 1, "options", "required", "are needed to tell several variants apart");
    }
    let currency = input.variants.first().map(|variant| variant.price.currency);
    let (mut skus, mut combinations, mut ids) = (HashSet::new(), HashSet::new(), BTreeSet::new());
    for (index, variant) in input.variants.iter_mut().enumerate().take(VARIANTS_MAX) {
        let at = |name: &str| format!("variants[{index}].{name}");
        variant.sku = neat(&variant.sku);
        variant.options = std::mem::take(&mut variant.options).iter().map(|(n, v)| (neat(n), neat(v))).collect();
        variant.barcode = variant.barcode.as_deref().map(neat).filter(|barcode| !barcode.is_empty());
        sku(checks, &at("sku"), &variant.sku);
        checks.require(skus.insert(variant.sku.clone()), &at("sku"), "duplicate", "appears twice in this product");
        let new_id = variant.id.is_none_or(|id| ids.insert(id));
        checks.require(new_id, &at("id"), "duplicate", "appears twice in this product");
        prices(checks, &at, variant);
        checks.require(
            Some(variant.price.currency) == currency,
            &at("price.currency"),
            "mixed_currencies",
            "must be the same in all variants",
        );
        combination(checks, &at("options"), &input.options, variant);
        checks.require(
            combinations.insert(variant.options.clone()),
            &at("options"),
            "duplicate",
            "are those of another variant",
        );
        checks.range(&at("weight_g"), &variant.weight_g, &(0..=10_000_000));
        checks.range(&at("stock"), &variant.stock.unwrap_or_default(), &(0..=STOCK_MAX));
        let barcode = variant.barcode.as_deref().is_none_or(gtin::is_valid);
        checks.require(barcode, &at("barcode"), "invalid", "must be a GTIN with a right check digit");
        let class = &variant.tax_class;
        let is_word = (1..=50).contains(&class.len())
            && class
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'));
        checks.require(is_word, &at("tax_class"), "invalid", "must be a word such as standard or reduced");
        let shown = variant.image.as_ref().is_none_or(|url| input.images.iter().any(|image| image.url == *url));
        checks.require(shown, &at("image"), "invalid", "must be one of the product's images");
    }
}

/// A SKU is what a label, a URL and a spreadsheet can all carry.
pub fn sku(checks: &mut Checks, field: &str, sku: &str) {
    checks.text(field, sku, 1..=100);
    checks.require(!sku.contains(char::is_control), field, "control_character", "must be one line");
}

fn prices(checks: &mut Checks, at: &impl Fn(&str) -> String, variant: &VariantInput) {
    checks.range(&at("price.amount"), &variant.price.amount, &(0..=LARGEST_AMOUNT));
    let Some(before) = variant.compare_at_price else { return };
    checks.range(&at("compare_at_price.amount"), &before.amount, &(0..=LARGEST_AMOUNT));
    let same = before.currency == variant.price.currency;
    checks.require(same, &at("compare_at_price.currency"), "mixed_currencies", "must be that of the price");
    checks.require(
        before.amount > variant.price.amount,
        &at("compare_at_price"),
        "not_reduced",
        "must be above the price",
    );
}

fn combination(checks: &mut Checks, field: &str, options: &[ProductOption], variant: &VariantInput) {
    for option in options {
        match variant.options.get(&option.name) {
            None => {
                checks.fail(field, "required", format!("must have a value for {}", option.name));
            }
            Some(value) if !option.values.contains(value) => {
                checks.fail(field, "unknown_value", format!("{value} is not a value of {}", option.name));
            }
            Some(_) => {}
        }
    }
    for name in variant.options.keys() {
        let known = options.iter().any(|option| option.name == *name);
        checks.require(known, field, "unknown_option", "must be options of this product");
    }
}

#[cfg(test)]
mod tests {
    use contracts::{Currency, Money};

    use super::*;

    fn mug() -> ProductInput {
        let variant = |sku: &str, colour: &str| VariantInput {
            id: None,
            sku: sku.into(),
            options: [("Colour".to_owned(), colour.to_owned())].into(),
            price: Money::new(1990, Currency::EUR),
            compare_at_price: None,
            stock: None,
            weight_g: 340,
            barcode: None,
            tax_class: "standard".into(),
            image: None,
        };
        ProductInput {
            title: "  Mug  ".into(),
            options: vec![ProductOption { name: "Colour".into(), values: vec!["Sand".into(), "Moss".into()] }],
            variants: vec![variant("A", "Sand"), variant("B", "Moss")],
            tags: vec!["Gift".into(), "gift".into()],
            ..ProductInput::default()
        }
    }

    fn refused(change: impl FnOnce(&mut ProductInput)) -> String {
        let mut input = mug();
        change(&mut input);
        format!("{:?}", check(input, &CategoryTree::default()).expect_err("should be refused"))
    }

    #[test]
    fn a_good_product_is_made_neat() {
        let checked = check(mug(), &CategoryTree::default()).expect("a good product");
        assert_eq!((checked.input.title.as_str(), checked.slug.as_str()), ("Mug", "mug"));
        assert_eq!(checked.tags, ["gift"]);
    }

    #[test]
    fn each_rule_is_told_by_its_field() {
        assert!(refused(|p| p.title = " ".into()).contains("\"title\""));
        for slug in ["Not A Slug", "two--hyphens", "-mug", "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5"] {
            assert!(refused(|p| p.slug = Some(slug.into())).contains("\"slug\""), "{slug}");
        }
        assert!(refused(|p| p.variants[1].sku = "A".into()).contains("variants[1].sku"));
        assert!(refused(|p| p.variants[1].options = p.variants[0].options.clone()).contains("variants[1].options"));
        assert!(refused(|p| p.variants[1].options.clear()).contains("variants[1].options"));
        assert!(refused(|p| p.variants[0].price.amount = -1).contains("variants[0].price.amount"));
        assert!(refused(|p| p.variants[1].price.currency = Currency::JPY).contains("mixed_currencies"));
        assert!(
            refused(|p| p.variants[0].compare_at_price = Some(Money::new(1990, Currency::EUR))).contains("not_reduced")
        );
        assert!(refused(|p| p.variants[0].barcode = Some("123".into())).contains("variants[0].barcode"));
        assert!(refused(|p| p.variants[0].tax_class = "No Tax".into()).contains("tax_class"));
        assert!(refused(|p| p.variants.clear()).contains("variants"));
        assert!(refused(|p| p.categories = vec!["nowhere".into()]).contains("unknown_category"));
        assert!(refused(|p| p.options.push(p.options[0].clone())).contains("duplicate"));
        assert!(refused(|p| p.title = "a\0b".into()).contains("control_character"));
        assert!(
            refused(|p| p.images =
                vec![ImageInput { url: "javascript:alert(1)".into(), alt: String::new(), width: None, height: None }])
            .contains("images[0].url")
        );
    }

    #[test]
    fn options_are_gathered_when_only_the_variants_name_them() {
        let mut input = mug();
        input.options.clear();
        let checked = check(input, &CategoryTree::default()).expect("a good product");
        assert_eq!(checked.input.options[0].values, ["Sand", "Moss"]);
    }

    #[test]
    fn a_title_without_letters_still_gets_a_slug() {
        assert_eq!(slug_from("!!!"), "product");
        assert_eq!(slug_from("Ærø Køkken"), "aero-kokken");
    }
}
