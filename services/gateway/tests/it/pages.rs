//! The pages, from built apps and a catalog that are made for these tests.

mod assets;
mod crawlers;
mod documents;
mod paths;
mod trouble;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
    routing::get,
};
use contracts::Service;
use gateway::{Built, Config};
use http::{StatusCode, header};
use rust_embed::RustEmbed;
use serde_json::{Value, json};
use test_support::{Answer, Client};

use crate::Stand;

/// What a browser sends when its user goes somewhere.
const NAVIGATES: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const PRODUCTS: usize = 250;
const HOSTILE: &str = "</script><script>alert(1)</script><!--\"'&{{ 7 * 777 }}";

#[derive(RustEmbed)]
#[folder = "tests/it/built/storefront"]
struct Storefront;

#[derive(RustEmbed)]
#[folder = "tests/it/built/admin"]
struct Admin;

/// A shop with pages, and what its catalog was asked for.
struct Shop {
    stand: Stand,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    fn new() -> Self {
        Self::with(Config { public_url: "https://shop.example".into(), tls: true, ..Config::default() })
    }

    fn with(config: Config) -> Self {
        let stand = Stand::built(config, Built::of::<Storefront, Admin>());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        stand.mount(Service::Catalog, catalog(asked.clone()));
        Self { stand, asked }
    }

    /// A client that asks for whatever there is.
    fn client(&self) -> Client {
        self.stand.client()
    }

    fn browser(&self) -> Client {
        self.client().with("accept", NAVIGATES)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panicked").clone()
    }
}

/// A document, taken apart as far as the tests need it.
struct Document {
    answer: Answer,
    html: String,
}

impl Document {
    #[track_caller]
    fn read(answer: Answer, status: u16) -> Self {
        assert_eq!(answer.status.as_u16(), status, "{}", String::from_utf8_lossy(&answer.bytes));
        assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
        let html = String::from_utf8(answer.bytes.clone()).expect("text");
        Self { answer, html }
    }

    fn header(&self, name: &str) -> &str {
        self.answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What stands between `start` and the next `end`, each time.
    fn between<'a>(&'a self, start: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
        self.html.split(start).skip(1).map(move |rest| rest.split(end).next().unwrap_or_default())
    }

    fn first_data(&self) -> Value {
        let script = self.between("id=\"first-data\"", "</script>").next().expect("first data");
        serde_json::from_str(script.split_once('>').expect("a whole tag").1).expect("JSON")
    }

    /// The data under a key.
    fn query(&self, key: &Value) -> Option<Value> {
        let data = self.first_data();
        let queries = data["queries"].as_array().expect("queries").iter();
        queries.filter(|query| query["key"] == *key).map(|query| query["data"].clone()).next()
    }

    /// The JSON-LD of a type.
    fn structured(&self, kind: &str) -> Value {
        let scripts = self.between("<script type=\"application/ld+json\"", "</script>");
        let mut all = scripts.map(|script| script.split_once('>').expect("a whole tag").1);
        let found = all.find_map(|json| {
            let json: Value = serde_json::from_str(json).expect("JSON");
            (json["@type"] == kind).then_some(json)
        });
        found.unwrap_or_else(|| panic!("no {kind} in {}", self.html))
    }
}

fn catalog(asked: Arc<Mutex<Vec<String>>>) -> Router {
    let tree = json!({"items": [{
        "id": "0192f0c1-0000-7c4d-8e5f-60718293a4b5", "slug": "kitchen", "title": "Kitchen & Table", "description": "",
        "product_count": 2, "breadcrumbs": [{"slug": "kitchen", "title": "Kitchen & Table"}],
        "children": [{
            "id": "0192f0c1-1111-7c4d-8e5f-60718293a4b5", "slug": "tableware", "title": "Tableware",
            "description": "Plates, bowls and mugs.", "product_count": 2, "children": [],
            "breadcrumbs": [{"slug": "kitchen", "title": "Kitchen & Table"}, {"slug": "tableware", "title": "Tableware"}],
        }],
    }]});
    Router::new()
        .route("/categories", get(move || async { Json(tree) }))
        .route("/products", get(list))
        .route("/products/{slug}", get(one))
        .with_state(asked)
}

async fn list(State(asked): State<Arc<Mutex<Vec<String>>>>, RawQuery(query): RawQuery) -> Json<Value> {
    let query = query.unwrap_or_default();
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let limit: usize = value("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20);
    let start: usize = value("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let named = [("stoneware-mug", "Stoneware Mug"), ("hostile", HOSTILE)].map(|(slug, title)| product(slug, title));
    let all = named.into_iter().chain((2..PRODUCTS).map(|number| product(&format!("p-{number}"), "Plate")));
    let items: Vec<Value> = all.skip(start).take(limit).collect();
    let end = start + items.len();
    asked.lock().expect("nobody panicked").push(query);
    Json(json!({
        "items": items, "total": PRODUCTS, "facets": {},
        "next_cursor": (end < PRODUCTS).then(|| end.to_string()),
    }))
}

async fn one(State(asked): State<Arc<Mutex<Vec<String>>>>, Path(slug): Path<String>) -> Response {
    asked.lock().expect("nobody panicked").push(slug.clone());
    match slug.as_str() {
        "stoneware-mug" | "0192f0c1-2222-7c4d-8e5f-60718293a4b5" => {
            Json(product("stoneware-mug", "Stoneware Mug")).into_response()
        }
        "hostile" => Json(product("hostile", HOSTILE)).into_response(),
        "yen" => Json(in_yen()).into_response(),
        "old-mug" => (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, "/products/stoneware-mug")]).into_response(),
        "gone-mug" => (StatusCode::GONE, Json(json!({"code": "withdrawn", "category": "tableware"}))).into_response(),
        "slow-mug" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            StatusCode::OK.into_response()
        }
        "broken-mug" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => (StatusCode::NOT_FOUND, Json(json!({"code": "not_found"}))).into_response(),
    }
}

fn product(slug: &str, title: &str) -> Value {
    let variant = |sku: &str, colour: &str, amount: i64, stock: &str| {
        json!({
            "id": "0192f0c1-3333-7c4d-8e5f-60718293a4b5", "sku": sku, "title": colour, "options": {"Colour": colour},
            "price": {"amount": amount, "currency": "EUR"}, "compare_at_price": null, "lowest_price_30d": null,
            "stock": stock, "weight_g": 340, "barcode": "4006381333931", "tax_class": "standard", "image": "/media/mug.webp",
        })
    };
    let mut reduced = variant(&format!("{slug}-MOSS"), "Moss", 2490, "low_stock");
    reduced["compare_at_price"] = json!({"amount": 2990, "currency": "EUR"});
    json!({
        "id": "0192f0c1-2222-7c4d-8e5f-60718293a4b5", "slug": slug, "title": title, "status": "published",
        "description": "<p>Thrown in <strong>small</strong> batches &amp; glazed.</p>", "vendor": "Tollmar Pottery",
        "price": {"amount": 1990, "currency": "EUR"}, "price_max": {"amount": 2490, "currency": "EUR"},
        "compare_at_price": null, "lowest_price_30d": null, "stock": "in_stock",
        "variants": [variant(&format!("{slug}-SAND"), "Sand", 1990, "in_stock"), reduced],
        "options": [{"name": "Colour", "values": ["Sand", "Moss"]}],
        "images": [{
            "url": "/media/mug.webp", "alt": title, "width": 1600, "height": 1200,
            "sizes": [{"url": "/media/mug-320.webp", "width": 320, "height": 240}],
        }],
        "rating": {"average": 4.25, "count": 4, "histogram": {}},
        "categories": [{"id": "x", "slug": "tableware", "title": "Tableware"}],
        "breadcrumbs": [
            {"id": "y", "slug": "kitchen", "title": "Kitchen & Table"}, {"id": "x", "slug": "tableware", "title": "Tableware"},
        ],
        "tags": [], "attributes": {"brand": ["Tollmar"]}, "seo": {"title": null, "description": null},
        "version": "v", "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-02T10:00:00Z",
    })
}

/// Without variants to choose from, in a currency without decimals.
fn in_yen() -> Value {
    let mut one = product("yen", "Teacup");
    let price = json!({"amount": 1200, "currency": "JPY"});
    for part in ["price", "price_max"] {
        one[part] = price.clone();
    }
    let mut only = one["variants"][0].take();
    only["price"] = price;
    only["options"] = json!({});
    only["title"] = json!("");
    one["variants"] = json!([only]);
    one["options"] = json!([]);
    one
}
