//! What search engines read of a page: schema.org in JSON-LD, made of the same answers as the page itself.

use serde_json::{Map, Value, json};

use super::{
    goods::{CategoryRef, Product, StockWord, Variant, shortened},
    money::decimal,
    view::Site,
};

const DESCRIPTION_MAX_CHARS: usize = 5000;
/// Names of options for which schema.org has a property of its own.
const PROPERTIES: [(&str, &str); 7] = [
    ("color", "color"),
    ("colour", "color"),
    ("farbe", "color"),
    ("größe", "size"),
    ("material", "material"),
    ("pattern", "pattern"),
    ("size", "size"),
];

/// The shop itself, on its first page.
pub(crate) fn shop(site: &Site<'_>) -> Value {
    let name = &site.config.shop_name;
    let home = site.url("/");
    let mut shop = json!({
        "@context": "https://schema.org", "@type": "OnlineStore", "@id": format!("{}#shop", site.root()),
        "name": name, "url": home, "logo": format!("{}/icons/icon-512.png", site.origin()),
    });
    if let Some(policy) = return_policy(site) {
        shop["hasMerchantReturnPolicy"] = policy;
    }
    shop
}

/// The site and its search.
pub(crate) fn website(site: &Site<'_>) -> Value {
    json!({
        "@context": "https://schema.org", "@type": "WebSite", "name": site.config.shop_name, "url": site.url("/"),
        "inLanguage": site.locale.tag(), "publisher": {"@id": format!("{}#shop", site.root())},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": format!("{}?q={{search_term_string}}", site.url("/search"))},
            "query-input": "required name=search_term_string",
        },
    })
}

fn return_policy(site: &Site<'_>) -> Option<Value> {
    let days = site.config.return_days.filter(|_| !site.config.countries.is_empty())?;
    Some(json!({
        "@type": "MerchantReturnPolicy", "applicableCountry": site.config.countries,
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow", "merchantReturnDays": days,
        "returnMethod": "https://schema.org/ReturnByMail",
    }))
}

/// The way from the first page down. The last step is the page itself.
pub(crate) fn breadcrumb(site: &Site<'_>, home: &str, above: &[CategoryRef], here: (&str, &str)) -> Value {
    let above = above.iter().map(|step| (step.title.as_str(), format!("/c/{}", step.slug)));
    let steps = std::iter::once((home, "/".to_owned())).chain(above).chain([(here.0, here.1.to_owned())]);
    let items: Vec<Value> = steps
        .zip(1..)
        .map(|((name, path), place): (_, u32)| {
            json!({"@type": "ListItem", "position": place, "name": name, "item": site.url(&path)})
        })
        .collect();
    json!({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items})
}

/// The products of a list, in its order.
pub(crate) fn list(site: &Site<'_>, name: &str, products: &[Product]) -> Value {
    let items: Vec<Value> = products
        .iter()
        .zip(1..)
        .map(|(product, place): (_, u32)| {
            json!({"@type": "ListItem", "position": place, "name": product.title, "url": site.product(&product.slug)})
        })
        .collect();
    json!({"@context": "https://schema.org", "@type": "ItemList", "name": name, "itemListElement": items})
}

/// A product, or the group of its variants.
pub(crate) fn product(site: &Site<'_>, product: &Product) -> Value {
    let mut whole = Map::new();
    whole.insert("@context".to_owned(), "https://schema.org".into());
    whole.insert("name".to_owned(), product.title.clone().into());
    whole.insert("url".to_owned(), site.product(&product.slug).into());
    let description = shortened(&product.text(), DESCRIPTION_MAX_CHARS);
    if !description.is_empty() {
        whole.insert("description".to_owned(), description.into());
    }
    if let Some(brand) = product.brand() {
        whole.insert("brand".to_owned(), json!({"@type": "Brand", "name": brand}));
    }
    let images: Vec<String> = product.images.iter().map(|image| site.absolute(image.largest())).collect();
    if !images.is_empty() {
        whole.insert("image".to_owned(), json!(images));
    }
    if let Some(average) = product.rating.average {
        let rating = json!({
            "@type": "AggregateRating", "ratingValue": average, "reviewCount": product.rating.count,
            "bestRating": 5, "worstRating": 1,
        });
        whole.insert("aggregateRating".to_owned(), rating);
    }
    match product.variants.as_slice() {
        [only] if product.options.is_empty() => {
            whole.insert("@type".to_owned(), "Product".into());
            whole.extend(sold(site, product, only));
        }
        variants => {
            let varies: Vec<String> = product.options.iter().map(|option| varies_by(&option.name)).collect();
            let has: Vec<Value> = variants.iter().map(|variant| one_variant(site, product, variant)).collect();
            whole.insert("@type".to_owned(), "ProductGroup".into());
            whole.insert("productGroupID".to_owned(), product.id.clone().into());
            whole.insert("variesBy".to_owned(), json!(varies));
            whole.insert("hasVariant".to_owned(), Value::Array(has));
        }
    }
    Value::Object(whole)
}

fn one_variant(site: &Site<'_>, product: &Product, variant: &Variant) -> Value {
    let mut one = Map::new();
    one.insert("@type".to_owned(), "Product".into());
    one.insert("name".to_owned(), full_title(product, variant).into());
    if let Some(image) = variant.image.as_deref() {
        let known = product.images.iter().find(|known| known.url == image);
        one.insert("image".to_owned(), site.absolute(known.map_or(image, |known| known.largest())).into());
    }
    for (name, value) in &variant.options {
        match property(name) {
            Some(property) => {
                one.insert(property.to_owned(), value.clone().into());
            }
            None => {
                let more = json!({"@type": "PropertyValue", "name": name, "value": value});
                let list = one.entry("additionalProperty").or_insert_with(|| json!([]));
                list.as_array_mut().into_iter().for_each(|list| list.push(more.clone()));
            }
        }
    }
    one.extend(sold(site, product, variant));
    Value::Object(one)
}

/// "Stoneware Mug, Sand".
pub(crate) fn full_title(product: &Product, variant: &Variant) -> String {
    if variant.title.is_empty() { product.title.clone() } else { format!("{}, {}", product.title, variant.title) }
}

/// Number, barcode and offer.
fn sold(site: &Site<'_>, product: &Product, variant: &Variant) -> Map<String, Value> {
    let mut sold = Map::new();
    sold.insert("sku".to_owned(), variant.sku.clone().into());
    if let Some(gtin) = variant.gtin() {
        sold.insert("gtin".to_owned(), gtin.into());
    }
    let mut offer = json!({
        "@type": "Offer", "url": site.variant(product, variant), "price": decimal(variant.price),
        "priceCurrency": variant.price.currency, "availability": availability(variant.stock),
        "itemCondition": "https://schema.org/NewCondition", "seller": {"@id": format!("{}#shop", site.root())},
    });
    if let Some(before) = variant.compare_at_price.filter(|before| before.amount > variant.price.amount) {
        offer["priceSpecification"] = json!({
            "@type": "UnitPriceSpecification", "priceType": "https://schema.org/StrikethroughPrice",
            "price": decimal(before), "priceCurrency": before.currency,
        });
    }
    sold.insert("offers".to_owned(), offer);
    sold
}

fn availability(stock: StockWord) -> &'static str {
    match stock {
        StockWord::InStock => "https://schema.org/InStock",
        StockWord::LowStock => "https://schema.org/LimitedAvailability",
        StockWord::OutOfStock => "https://schema.org/OutOfStock",
    }
}

/// What schema.org and merchants call an option.
pub(crate) fn property(option: &str) -> Option<&'static str> {
    let option = option.to_lowercase();
    PROPERTIES.iter().find(|(name, _)| *name == option).map(|(_, property)| *property)
}

fn varies_by(option: &str) -> String {
    property(option).map_or_else(|| option.to_owned(), |property| format!("https://schema.org/{property}"))
}
