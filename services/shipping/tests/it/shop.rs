//! Shipping with its neighbours faked: a catalog with four goods, orders that know their owners.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use bus::Received;
use contracts::{
    Address, Currency, Money, Secret, Service,
    calls::{OrderRef, PriceItems, PricedItem, PricedItems},
    events::{OrderErased, OrderStatusChanged, ShipmentStatus, ShippingUpdated},
    ids::{EventId, OrderId, ProductId},
    order::{OrderSnapshot, OrderStatus, ShippingOptionSnapshot, SoldLine, Totals},
    time,
};
use serde_json::{Value, json};
use shipping::{App, Config};
use test_support::{Client, TestDb, Tokens, databases};
use upstream::{ServiceKey, Upstream};

/// Prices in cents and weights in grams of what the catalog sells.
const GOODS: [(&str, i64, Currency, u32); 5] = [
    ("MUG", 1_200, Currency::EUR, 380),
    ("DESK", 45_000, Currency::EUR, 28_000),
    ("ANVIL", 9_900, Currency::EUR, 40_000),
    ("FEATHER", 100, Currency::EUR, 0),
    ("TEA", 900, Currency::GBP, 250),
];

pub struct Shop {
    pub app: App,
    pub tokens: Tokens,
    pub upstream: Upstream,
    pub anyone: Client,
    pub admin: Client,
    owners: Owners,
    db: TestDb,
}

/// For each order the header that its owner sends, by name and value.
type Owners = Arc<Mutex<HashMap<OrderId, (&'static str, String)>>>;

/// A shop on each kind of database there is.
pub async fn shops() -> Vec<Shop> {
    let mut shops = Vec::new();
    for db in databases().await {
        shops.push(Shop::open(db, config()).await);
    }
    shops
}

pub fn config() -> Config {
    Config {
        secret: Secret::new("the secret of the tests, thirty-two bytes and more"),
        public_url: "https://shop.example".to_owned(),
        carrier_timeout_ms: 400,
        ..Config::default()
    }
}

impl Shop {
    pub async fn open(db: TestDb, config: Config) -> Self {
        assert!(config.problems().is_empty(), "{:?}", config.problems());
        let upstream = Upstream::new(Service::Shipping, ServiceKey::new(b"one shop's key"));
        let tokens = Tokens::new();
        let owners = Owners::default();
        upstream.mount(Service::Users, tokens.router());
        upstream.mount(Service::Catalog, Router::new().route("/internal/price-items", post(price)));
        let access = Router::new().route("/internal/orders/{id}/access", get(access)).with_state(owners.clone());
        upstream.mount(Service::Orders, access);
        let app = shipping::start(db.connect::<shipping::Migrator>().await, upstream.clone(), config).await;
        let app = app.expect("shipping starts");
        let router = shipping::router(app.clone());
        upstream.mount(Service::Shipping, router.clone());
        let anyone = Client::new(router);
        let admin = anyone.bearing(&tokens.admin());
        Self { app, tokens, upstream, anyone, admin, owners, db }
    }

    pub fn kind(&self) -> &'static str {
        self.db.kind()
    }

    /// The same shop after a restart: nothing in memory, all that was committed.
    pub async fn restarted(&self) -> Self {
        Self::open(self.db.clone(), config()).await
    }

    /// From now on whoever sends `header` with `value` owns the order.
    pub fn own(&self, order: OrderId, header: &'static str, value: &str) {
        self.owners.lock().expect("no panic").insert(order, (header, value.to_owned()));
    }

    /// Lets shipping hear that the order moved.
    pub async fn hear(&self, order: &OrderSnapshot, to: OrderStatus) {
        self.hear_again(&moved(order, to)).await;
    }

    pub async fn hear_again(&self, event: &Received<OrderStatusChanged>) {
        let heard = shipping::events::on_order_status_changed(self.app.clone(), event.clone()).await;
        heard.expect("the event is applied");
        shipping::jobs::finish_labels(&self.app, time::now()).await.expect("the job runs");
    }

    /// Lets shipping hear, twice as it may be, that the order's buyer was erased.
    pub async fn erase(&self, order: &OrderSnapshot) {
        let event = OrderErased { order_id: order.id };
        let event = Received { id: EventId::new(), occurred_at: time::now(), event };
        for _ in 0..2 {
            let heard = shipping::events::on_order_erased(self.app.clone(), event.clone()).await;
            heard.expect("the event is applied");
        }
    }

    /// A paid order, which has one shipment to pack.
    pub async fn paid_order(&self, items: &[(&str, u32)]) -> OrderSnapshot {
        let order = order(items);
        self.hear(&order, OrderStatus::Processing).await;
        order
    }

    /// The order's shipments, newest first.
    pub async fn shipments(&self, order: &OrderSnapshot) -> Vec<Value> {
        let list = self.admin.get(&format!("/shipping/shipments?order_id={}", order.id)).await.expect(200);
        list["items"].as_array().expect("a list").clone()
    }

    pub async fn only_shipment(&self, order: &OrderSnapshot) -> Value {
        let mut shipments = self.shipments(order).await;
        assert_eq!(shipments.len(), 1, "{shipments:?}");
        shipments.remove(0)
    }

    /// The shipment's path with `rest` behind it.
    pub fn path(shipment: &Value, rest: &str) -> String {
        format!("/shipping/shipments/{}{rest}", shipment["id"].as_str().expect("an id"))
    }

    pub async fn ship(&self, shipment: &Value) -> Value {
        self.admin.post(&Self::path(shipment, "/ship"), &json!({})).await.expect(200)
    }

    pub async fn advance(&self, shipment: &Value, status: &str) -> test_support::Answer {
        self.admin.post(&Self::path(shipment, "/advance"), &json!({"status": status, "location": "Leipzig"})).await
    }

    /// What was told of the order, oldest first.
    pub async fn told(&self, order: &OrderSnapshot) -> Vec<ShippingUpdated> {
        let events = db::outbox::unpublished(&self.app.db, 1_000).await.expect("the outbox");
        let events = events.iter().filter(|event| event.is::<ShippingUpdated>());
        let events = events.map(|event| event.read::<ShippingUpdated>().expect("readable"));
        events.filter(|event| event.order_id == order.id).collect()
    }

    pub async fn told_statuses(&self, order: &OrderSnapshot) -> Vec<ShipmentStatus> {
        self.told(order).await.iter().map(|event| event.status).collect()
    }

    /// Ends a test: whatever it did, the books agree.
    pub async fn close(self) {
        for invariant in shipping::invariants(&self.app).await.expect("the invariants can be evaluated") {
            assert!(invariant.holds(), "on {}: {invariant:?}", self.kind());
        }
    }
}

pub fn moved(order: &OrderSnapshot, to: OrderStatus) -> Received<OrderStatusChanged> {
    let order = OrderSnapshot { status: to, ..order.clone() };
    let event = OrderStatusChanged { order, from: OrderStatus::Pending, to, reason: None };
    Received { id: EventId::new(), occurred_at: time::now(), event }
}

pub fn order(items: &[(&str, u32)]) -> OrderSnapshot {
    let id = OrderId::new();
    let zero = Money::zero(Currency::EUR);
    let lines = items.iter().map(|(sku, quantity)| {
        let (_, price, currency, weight_g) = *GOODS.iter().find(|(known, ..)| known == sku).expect("known goods");
        let unit_price = Money::new(price, currency);
        SoldLine {
            sku: (*sku).to_owned(),
            product_id: ProductId::new(),
            title: format!("A {sku}"),
            variant_title: String::new(),
            quantity: *quantity,
            unit_price,
            total: unit_price.times(*quantity).expect("small"),
            weight_g,
            image: None,
        }
    });
    OrderSnapshot {
        id,
        number: format!("R-{}", &id.to_string()[24..]),
        user_id: None,
        email: "ada@example.test".into(),
        locale: "en".into(),
        status: OrderStatus::Pending,
        lines: lines.collect(),
        totals: Totals { subtotal: zero, discount: zero, shipping: zero, tax: zero, total: zero, tax_included: true },
        shipping_address: Address {
            name: "Ada Lovelace".into(),
            line1: "Torstraße 1".into(),
            line2: None,
            city: "Berlin".into(),
            region: None,
            postal_code: "10119".into(),
            country: "DE".into(),
            phone: None,
        },
        shipping_option: ShippingOptionSnapshot {
            carrier: "sandbox".into(),
            service: "Standard".into(),
            price: Money::new(490, Currency::EUR),
            min_days: 1,
            max_days: 3,
        },
        placed_at: time::now(),
    }
}

async fn price(Json(asked): Json<PriceItems>) -> Json<PricedItems> {
    assert!(asked.skus.len() <= 500, "the catalog takes no more at once");
    let priced = |sku: &String| {
        let (_, price, currency, weight_g) = *GOODS.iter().find(|(known, ..)| known == sku)?;
        Some(PricedItem {
            sku: sku.clone(),
            product_id: ProductId::new(),
            slug: sku.to_lowercase(),
            title: format!("A {sku}"),
            variant_title: String::new(),
            price: Money::new(price, currency),
            tax_class: "standard".into(),
            weight_g,
            image: None,
            available: 10,
        })
    };
    Json(PricedItems { items: asked.skus.iter().map(priced).collect() })
}

async fn access(
    State(owners): State<Owners>,
    Path(order_id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<OrderRef>, StatusCode> {
    let owners = owners.lock().expect("no panic");
    let (header, value) = owners.get(&order_id).ok_or(StatusCode::NOT_FOUND)?;
    if headers.get(*header).is_none_or(|sent| sent.as_bytes() != value.as_bytes()) {
        return Err(StatusCode::NOT_FOUND);
    }
    let email = "ada@example.test".to_owned();
    Ok(Json(OrderRef { order_id, number: "R-1".into(), user_id: None, email, status: OrderStatus::Processing }))
}
