//! A product on its own page: its pictures, what there is to choose, and its facts, as the storefront shows them
//! (`web/storefront/src/features/catalog`).

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::{
    goods::{Choice, Image, Product, StockWord, Variant},
    listing::{by_importance, label},
    locale::Locale,
    messages::Messages,
    view::{Picture, Price, Stars},
};

#[derive(Debug, Serialize)]
pub(crate) struct ProductView {
    title: String,
    vendor: Option<Vendor>,
    /// HTML, cleaned by the catalog.
    description: String,
    /// The picture of the chosen variant comes first.
    pictures: Vec<Picture>,
    price: Price,
    stars: Option<Stars>,
    stock: StockWord,
    options: Vec<OptionView>,
    facts: Vec<Fact>,
}

#[derive(Debug, Serialize)]
struct Vendor {
    name: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct OptionView {
    id: String,
    label: String,
    chosen: Option<String>,
    values: Vec<ValueView>,
}

#[derive(Debug, Serialize)]
struct ValueView {
    value: String,
    picture: Option<String>,
    state: State,
    checked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Available,
    SoldOut,
    /// No variant is this together with what else is chosen.
    Impossible,
}

#[derive(Debug, Serialize)]
struct Fact {
    label: String,
    text: String,
    /// Read from left to right in every language.
    is_code: bool,
}

impl Fact {
    fn new(label: String, text: String) -> Self {
        Self { label, text, is_code: false }
    }
}

/// Values by the names of their options.
type Chosen<'a> = BTreeMap<&'a str, &'a str>;

/// Shows `product` with the variant that the address names, if it is one of the product's.
pub(crate) fn view(product: &Product, sku: Option<&str>, messages: &Messages, locale: Locale) -> ProductView {
    let named = product.variants.iter().find(|variant| Some(variant.sku.as_str()) == sku);
    let only = Some(&product.variants).filter(|variants| variants.len() == 1).and_then(|variants| variants.first());
    let known = named.or(only);
    let chosen = chosen(product, known);
    let variant = known.or_else(|| {
        let whole = product.options.iter().all(|option| chosen.contains_key(option.name.as_str()));
        product.variants.iter().find(|variant| whole && is(variant, &chosen))
    });
    let (price, stock) = match variant {
        Some(variant) => (Price::of_variant(variant, locale), variant.stock),
        None => (Price::of(product, locale), product.stock),
    };
    ProductView {
        title: product.title.clone(),
        vendor: product.vendor.as_deref().map(|name| vendor(name, locale)),
        description: product.description.clone(),
        pictures: pictures(product, variant),
        price,
        stars: Stars::of(product, locale),
        stock,
        options: product.options.iter().map(|option| option_view(product, option, &chosen, messages, locale)).collect(),
        facts: facts(product, variant, messages, locale),
    }
}

fn vendor(name: &str, locale: Locale) -> Vendor {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("vendor", name).finish();
    Vendor { name: name.to_owned(), href: format!("{}?{query}", locale.address("/search")) }
}

/// Where there is nothing to choose, it is chosen.
fn chosen<'a>(product: &'a Product, known: Option<&'a Variant>) -> Chosen<'a> {
    match known {
        Some(variant) => variant.options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        None => {
            let single = product.options.iter().filter(|option| option.values.len() == 1);
            single.filter_map(|option| Some((option.name.as_str(), option.values.first()?.as_str()))).collect()
        }
    }
}

fn is(variant: &Variant, chosen: &Chosen<'_>) -> bool {
    chosen.iter().all(|(name, value)| variant.options.get(*name).is_some_and(|own| own == value))
}

fn pictures(product: &Product, variant: Option<&Variant>) -> Vec<Picture> {
    let shown = variant.and_then(|variant| variant.image.as_deref());
    let is_first = |image: &&Image| Some(image.url.as_str()) == shown;
    let first = product.images.iter().find(is_first);
    let others = product.images.iter().filter(|image| !is_first(image));
    first.into_iter().chain(others).map(Picture::of).collect()
}

fn option_view(
    product: &Product,
    option: &Choice,
    chosen: &Chosen<'_>,
    messages: &Messages,
    locale: Locale,
) -> OptionView {
    let pictures = option_pictures(product, option);
    let value = |(index, value): (usize, &String)| ValueView {
        value: value.clone(),
        picture: pictures.as_ref().and_then(|pictures| pictures.get(index)).map(|url| (*url).to_owned()),
        state: state(product, chosen, &option.name, value),
        checked: chosen.get(option.name.as_str()) == Some(&value.as_str()),
    };
    OptionView {
        id: option_id(&option.name),
        label: label(messages, locale, &option.name),
        chosen: chosen.get(option.name.as_str()).map(|value| (*value).to_owned()),
        values: option.values.iter().enumerate().map(value).collect(),
    }
}

/// What a group of choices is called in the page.
fn option_id(name: &str) -> String {
    let mut id = String::from("option-");
    for letter in name.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() || letter == '_' => id.push(letter),
            _ if !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    id
}

/// A picture for each value, if every value has one of its own.
fn option_pictures<'a>(product: &'a Product, option: &Choice) -> Option<Vec<&'a str>> {
    let pictures: Option<Vec<&str>> = option.values.iter().map(|value| picture_of(product, option, value)).collect();
    let pictures = pictures?;
    let different: HashSet<&&str> = pictures.iter().collect();
    (different.len() == pictures.len() && pictures.len() > 1).then_some(pictures)
}

/// The picture that shows all variants with a value, if they share one.
fn picture_of<'a>(product: &'a Product, option: &Choice, value: &str) -> Option<&'a str> {
    let has_it = |variant: &&Variant| variant.options.get(&option.name).is_some_and(|own| own == value);
    let mut images = product.variants.iter().filter(has_it).map(|variant| variant.image.as_deref());
    let first = images.next().flatten()?;
    images.all(|image| image == Some(first)).then_some(first)
}

fn state(product: &Product, chosen: &Chosen<'_>, option: &str, value: &str) -> State {
    let mut wanted = chosen.clone();
    wanted.insert(option, value);
    let with = product.variants.iter().filter(|variant| is(variant, &wanted));
    let (sold_out, others): (Vec<_>, Vec<_>) = with.partition(|variant| variant.stock == StockWord::OutOfStock);
    match (sold_out.is_empty(), others.is_empty()) {
        (true, true) => State::Impossible,
        (false, true) => State::SoldOut,
        (_, false) => State::Available,
    }
}

fn facts(product: &Product, variant: Option<&Variant>, messages: &Messages, locale: Locale) -> Vec<Fact> {
    let mut facts: Vec<Fact> = by_importance(product.attributes.iter())
        .into_iter()
        .map(|(name, values)| Fact::new(label(messages, locale, name), listed(values, locale)))
        .collect();
    let say = |english| messages.text(locale, english).to_owned();
    let mut weights = product.variants.iter().map(|variant| variant.weight_g);
    let common = weights.next().filter(|first| weights.all(|weight| weight == *first));
    if let Some(weight) = variant.map(|variant| variant.weight_g).or(common).filter(|weight| *weight > 0) {
        facts.push(Fact::new(say("Weight"), weighed(weight, locale)));
    }
    if let Some(variant) = variant {
        facts.push(Fact { is_code: true, ..Fact::new(say("Article number"), variant.sku.clone()) });
    }
    facts
}

/// As `Intl.ListFormat` writes it.
fn listed(values: &[String], locale: Locale) -> String {
    let (comma, and) = match locale {
        Locale::En => (", ", " and "),
        Locale::De => (", ", " und "),
        Locale::Ar => (" و", " و"),
    };
    match values.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{}{and}{last}", before.join(comma)),
        None => String::new(),
    }
}

/// As `Intl.NumberFormat` writes a weight.
fn weighed(grams: u32, locale: Locale) -> String {
    let (gram, kilogram) = if locale == Locale::Ar { ("غرام", "كغم") } else { ("g", "kg") };
    if grams < 1000 {
        return format!("{grams} {gram}");
    }
    let point = if locale == Locale::De { "," } else { "." };
    let kilograms = format!("{}", f64::from(grams) / 1000.0).replace('.', point);
    format!("{kilograms} {kilogram}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lamp() -> Product {
        let variant = |sku: &str, colour: &str, size: &str, stock: &str, image: &str| {
            json!({
                "sku": sku, "title": sku, "options": {"Colour": colour, "Size": size}, "stock": stock, "weight_g": 1250,
                "price": {"amount": 100, "currency": "EUR"}, "barcode": null, "image": image,
                "compare_at_price": null, "lowest_price_30d": null,
            })
        };
        serde_json::from_value(json!({
            "id": "1", "slug": "lamp", "title": "Lamp", "description": "", "vendor": null, "stock": "in_stock",
            "price": {"amount": 100, "currency": "EUR"}, "price_max": {"amount": 100, "currency": "EUR"},
            "compare_at_price": null, "lowest_price_30d": null, "breadcrumbs": [],
            "rating": {"average": null, "count": 0},
            "images": [{"url": "/a", "alt": "a"}, {"url": "/b", "alt": "b"}],
            "options": [{"name": "Colour", "values": ["Red", "Blue"]}, {"name": "Size", "values": ["S", "L"]}],
            "variants": [
                variant("RS", "Red", "S", "in_stock", "/a"),
                variant("RL", "Red", "L", "out_of_stock", "/a"),
                variant("BL", "Blue", "L", "in_stock", "/b"),
            ],
            "attributes": {"wood": ["Oak"], "made_in": ["Portugal", "Spain", "Italy"]},
        }))
        .expect("a product")
    }

    fn shown(sku: Option<&str>) -> ProductView {
        view(&lamp(), sku, &Messages::embedded(), Locale::En)
    }

    #[test]
    fn choices_say_what_there_is_of_them() {
        let states = |view: &ProductView, at: usize| -> Vec<State> {
            view.options[at].values.iter().map(|value| value.state).collect()
        };
        let open = shown(None);
        assert_eq!((states(&open, 0), states(&open, 1)), (vec![State::Available; 2], vec![State::Available; 2]));
        assert!(open.options.iter().all(|option| option.chosen.is_none()));
        let red = shown(Some("RS"));
        assert_eq!(states(&red, 1), [State::Available, State::SoldOut]);
        assert_eq!(states(&red, 0), [State::Available, State::Impossible]);
        assert_eq!(red.options[0].chosen.as_deref(), Some("Red"));
        assert_eq!(shown(Some("RL")).stock, StockWord::OutOfStock);
    }

    #[test]
    fn values_are_pictured_where_each_has_a_picture_of_its_own() {
        let view = shown(None);
        let pictures = |at: usize| -> Vec<Option<&str>> {
            view.options[at].values.iter().map(|value| value.picture.as_deref()).collect()
        };
        assert_eq!((pictures(0), pictures(1)), (vec![Some("/a"), Some("/b")], vec![None, None]));
        let blue = serde_json::to_value(&shown(Some("BL")).pictures).expect("JSON");
        assert_eq!(blue[0]["src"], "/b", "whoever was sent to a variant sees it first");
    }

    #[test]
    fn facts_are_listed_in_the_order_people_look_for_them() {
        let facts: Vec<_> =
            shown(Some("BL")).facts.into_iter().map(|fact| format!("{}: {}", fact.label, fact.text)).collect();
        assert_eq!(facts, ["Made in: Portugal, Spain and Italy", "Wood: Oak", "Weight: 1.25 kg", "Article number: BL"]);
        assert_eq!((weighed(340, Locale::De), weighed(2000, Locale::De)), ("340 g".to_owned(), "2 kg".to_owned()));
        assert_eq!(weighed(340, Locale::Ar), "340 غرام");
    }
}
