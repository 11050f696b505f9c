//! What search engines and shopping portals read besides the pages.

use std::collections::BTreeSet;

use contracts::Service;
use http::StatusCode;
use test_support::Answer;

use super::{PRODUCTS, Shop};

fn text(answer: Answer, kind: &str) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.headers["content-type"], kind);
    String::from_utf8(answer.bytes).expect("text")
}

fn all<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    text.split(start.as_str()).skip(1).filter_map(|rest| rest.split(end.as_str()).next()).collect()
}

#[tokio::test]
async fn sitemaps_name_every_product_and_category_in_every_language() {
    let client = Shop::new().client();
    let index = text(client.get("/sitemap.xml").await, "application/xml");
    let files: Vec<String> = all(&index, "loc").iter().map(|url| url.replace("https://shop.example", "")).collect();
    assert_eq!(files, ["/sitemaps/pages.xml", "/sitemaps/categories.xml", "/sitemaps/products-1.xml"]);
    assert_eq!(all(&index, "lastmod"), ["2026-03-02T10:00:00Z"]);
    let mut urls = BTreeSet::new();
    for file in &files {
        let map = text(client.get(file).await, "application/xml");
        assert!(map.starts_with("<?xml") && map.trim_end().ends_with("</urlset>"), "{file}");
        urls.extend(all(&map, "loc").into_iter().map(str::to_owned));
    }
    for path in ["/", "/de", "/c/kitchen", "/ar/c/tableware", "/p/stoneware-mug", "/de/p/p-249", "/p/hostile"] {
        assert!(urls.contains(&format!("https://shop.example{path}")), "{path}");
    }
    assert_eq!(urls.len(), 3 * (2 + 2 + PRODUCTS));
    for missing in ["products-0", "products-2", "products-x", "orders"] {
        assert_eq!(client.get(&format!("/sitemaps/{missing}.xml")).await.problem(404), "not_found");
    }
}

#[tokio::test]
async fn a_sitemap_that_cannot_be_whole_is_none() {
    let shop = Shop::new();
    shop.stand.mount(Service::Catalog, axum::Router::new());
    assert_eq!(shop.client().get("/sitemap.xml").await.problem(503), "unavailable");
}

#[tokio::test]
async fn the_feed_offers_every_variant() {
    let feed = text(Shop::new().client().get("/feeds/products.xml").await, "application/rss+xml; charset=utf-8");
    let items = all(&feed, "item");
    assert_eq!(items.len(), 2 * PRODUCTS);
    let one = |name: &str, item: &str| all(item, &format!("g:{name}")).first().map(|text| (*text).to_owned());
    let sand = items[0];
    for (name, value) in [
        ("id", "stoneware-mug-SAND"),
        ("title", "Stoneware Mug, Sand"),
        ("description", "Thrown in small batches &amp; glazed."),
        ("link", "https://shop.example/p/stoneware-mug?variant=stoneware-mug-SAND"),
        ("image_link", "https://shop.example/media/mug-320.webp"),
        ("price", "19.90 EUR"),
        ("availability", "in_stock"),
        ("brand", "Tollmar"),
        ("gtin", "4006381333931"),
        ("item_group_id", "0192f0c1-2222-7c4d-8e5f-60718293a4b5"),
        ("color", "Sand"),
        ("product_type", "Kitchen &amp; Table &gt; Tableware"),
    ] {
        assert_eq!(one(name, sand).as_deref(), Some(value), "{name}");
    }
    let moss = items[1];
    assert_eq!(
        (one("price", moss).as_deref(), one("sale_price", moss).as_deref()),
        (Some("29.90 EUR"), Some("24.90 EUR"))
    );
    assert!(one("title", items[2]).expect("a title").starts_with("&lt;/script&gt;"), "{}", items[2]);
}

#[tokio::test]
async fn robots_are_told_where_to_go_and_where_not() {
    let client = Shop::new().client();
    let robots = text(client.get("/robots.txt").await, "text/plain; charset=utf-8");
    for line in [
        "Disallow: /account",
        "Disallow: /de/cart",
        "Disallow: /ar/checkout",
        "Sitemap: https://shop.example/sitemap.xml",
    ] {
        assert!(robots.lines().any(|known| known == line), "{line}\n{robots}");
    }
    assert!(!robots.lines().any(|line| ["Disallow: /", "Disallow: /p", "Disallow: /assets"].contains(&line)));
    let manifest = client.get("/manifest.webmanifest").await;
    assert_eq!(manifest.headers["content-type"], "application/manifest+json");
    for icon in manifest.body["icons"].as_array().expect("icons") {
        let picture = client.get(icon["src"].as_str().expect("an address")).await;
        assert_eq!((picture.status, &picture.bytes[1..4]), (StatusCode::OK, b"PNG".as_slice()));
    }
    assert_eq!(client.get("/icons/other.png").await.problem(404), "not_found");
}
