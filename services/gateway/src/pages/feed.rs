//! The products for comparison sites and advertisements, as Google's merchant feed: RSS, one item for each variant.

use axum::{extract::State, response::Response};
use futures::{StreamExt, stream};
use web::Problem;

use super::{
    goods::{Product, StockWord, Variant, shortened},
    locale::Locale,
    structured::{full_title, property},
    view::Site,
    walk::{Stretch, Walk, element, streamed},
};
use crate::App;

const KIND: &str = "application/rss+xml; charset=utf-8";
const TITLE_MAX_CHARS: usize = 150;
const DESCRIPTION_MAX_CHARS: usize = 5000;
const MORE_PICTURES_MAX: usize = 10;

/// `GET /feeds/products.xml`
pub(crate) async fn products(State(app): State<App>) -> Result<Response, Problem> {
    let walk = Walk::<Product>::begin(&app, None)?;
    let config = app.config.clone();
    let site = Site { config: &config, locale: Locale::En };
    let head = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n\
         <channel>\n{}{}{}\n",
        element("title", &config.shop_name),
        element("link", &site.root()),
        element("description", &config.shop_name),
    );
    let pages = stream::try_unfold(walk, move |mut walk| {
        let config = app.config.clone();
        async move {
            let site = Site { config: &config, locale: Locale::En };
            let stretch = walk.next().await?;
            Ok(stretch
                .map(|Stretch { items, .. }| (items.iter().map(|product| of_product(&site, product)).collect(), walk)))
        }
    });
    let foot = stream::iter([Ok("</channel>\n</rss>\n".to_owned())]);
    Ok(streamed(KIND, stream::iter([Ok(head)]).chain(pages).chain(foot)))
}

fn of_product(site: &Site<'_>, product: &Product) -> String {
    product.variants.iter().map(|variant| item(site, product, variant)).collect()
}

fn item(site: &Site<'_>, product: &Product, variant: &Variant) -> String {
    let mut xml = String::from("<item>");
    let mut add = |name: &str, text: &str| xml.push_str(&element(&format!("g:{name}"), text));
    add("id", &variant.sku);
    add("title", &shortened(&full_title(product, variant), TITLE_MAX_CHARS));
    add("description", &shortened(&product.text(), DESCRIPTION_MAX_CHARS));
    add("link", &site.variant(product, variant));
    let own = variant.image.as_deref().and_then(|url| product.images.iter().find(|image| image.url == url));
    let main = own.or(product.images.first());
    if let Some(main) = main {
        add("image_link", &site.absolute(main.largest()));
        let others = product.images.iter().filter(|image| image.url != main.url).take(MORE_PICTURES_MAX);
        others.for_each(|image| add("additional_image_link", &site.absolute(image.largest())));
    }
    let available = variant.stock != StockWord::OutOfStock;
    add("availability", if available { "in_stock" } else { "out_of_stock" });
    match variant.compare_at_price.filter(|before| before.amount > variant.price.amount) {
        Some(before) => {
            add("price", &before.to_string());
            add("sale_price", &variant.price.to_string());
        }
        None => add("price", &variant.price.to_string()),
    }
    add("condition", "new");
    if let Some(brand) = product.brand() {
        add("brand", brand);
    }
    match variant.gtin() {
        Some(gtin) => add("gtin", gtin),
        None => add("identifier_exists", "no"),
    }
    let way: Vec<&str> = product.breadcrumbs.iter().map(|category| category.title.as_str()).collect();
    if !way.is_empty() {
        add("product_type", &way.join(" > "));
    }
    if product.variants.len() > 1 {
        add("item_group_id", &product.id);
    }
    for (name, value) in &variant.options {
        if let Some(property) = property(name) {
            add(property, value);
        }
    }
    if variant.weight_g > 0 {
        add("shipping_weight", &format!("{} g", variant.weight_g));
    }
    xml.push_str("</item>\n");
    xml
}
