//! A catalog of products, as shoppers and staff reach it.

use std::sync::Arc;

use axum::{Json, Router, extract::Path, routing::get};
use catalog::{App, Config, Migrator, index};
use contracts::{Service, ids::UserId, permissions::Permission};
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::{Client, TestDb, Tokens};
use upstream::{ServiceKey, Upstream};

pub struct Shop {
    pub app: App,
    pub anyone: Client,
    /// May do everything.
    pub admin: Client,
    pub tokens: Tokens,
    pub upstream: Upstream,
    _folder: Arc<TempDir>,
    _db: TestDb,
}

/// An empty shop on `db`, its index in memory.
pub async fn shop(db: &TestDb) -> Shop {
    shop_with(db, Config::default()).await
}

pub async fn shop_with(db: &TestDb, config: Config) -> Shop {
    let tokens = Tokens::new();
    let upstream = Upstream::new(Service::Catalog, ServiceKey::new(b"the secret of the tests"));
    upstream.mount(Service::Users, tokens.router().merge(contacts()));
    let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
    let config = Config { media_dir: folder.path().join("media"), ..config };
    let app = catalog::start(db.connect::<Migrator>().await, None, upstream.clone(), config)
        .await
        .expect("the catalog starts");
    let anyone = Client::new(catalog::router(app.clone()));
    let admin = anyone.bearing(&tokens.admin());
    Shop { app, anyone, admin, tokens, upstream, _folder: folder, _db: db.clone() }
}

/// Every user is called Ada Lovelace.
fn contacts() -> Router {
    let contact = |Path(id): Path<UserId>| async move {
        let locale = "en";
        Json(
            json!({"user_id": id, "email": "ada@example.test", "name": "Ada Lovelace", "locale": locale, "phone": null}),
        )
    };
    Router::new().route("/internal/users/{id}/contact", get(contact))
}

impl Shop {
    pub fn customer(&self) -> Client {
        self.anyone.bearing(&self.tokens.customer(UserId::new()))
    }

    pub fn staff(&self, permissions: &[Permission]) -> Client {
        self.anyone.bearing(&self.tokens.staff(permissions))
    }

    /// Creates a product and lets the index know.
    pub async fn add(&self, product: &Value) -> Value {
        let made = self.admin.post("/products", product).await.expect(201);
        self.fresh().await;
        made
    }

    /// Reads the index up to date, as its job does within the second.
    pub async fn fresh(&self) {
        index::catch_up(&self.app).await.expect("the index follows");
    }

    /// The titles a list answers with, and its total.
    pub async fn titles(&self, query: &str) -> Vec<String> {
        let page = self.anyone.get(&format!("/products?{query}")).await.expect(200);
        titles(&page)
    }
}

pub fn titles(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
}

/// A published product with one variant, whose SKU is the title in capitals.
pub fn product(title: &str, price: i64) -> Value {
    json!({
        "title": title, "status": "published",
        "variants": [{
            "sku": title.to_uppercase().replace(' ', "-"), "price": {"amount": price, "currency": "EUR"}, "stock": 10,
            "weight_g": 100
        }]
    })
}

/// `base` with some fields put in its place.
pub fn with(mut base: Value, fields: Value) -> Value {
    for (name, value) in fields.as_object().expect("fields") {
        base[name] = value.clone();
    }
    base
}
