//! A shop of one service: orders, and fakes of those it calls.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{Json, Router, extract::State, response::IntoResponse, routing::post};
use bus::Received;
use contracts::{
    Currency, Envelope, Event, Money, Secret, Service, Shard,
    calls::{ConfirmQuote, PriceItems, PricedItem, ReserveStock},
    events::{PaymentProcessed, ShipmentStatus, ShippingUpdated},
    ids::{EventId, OrderId, PaymentId, ProductId, ShipmentId, UserId},
    order::Item,
    time,
};
use db::Shards;
use http::StatusCode;
use serde_json::{Value, json};
use test_support::{Client, TestDb, Tokens};
use upstream::{ServiceKey, Upstream};

pub struct Shop {
    pub app: orders::App,
    pub guest: Client,
    pub tokens: Tokens,
    pub world: World,
    _databases: Vec<TestDb>,
}

/// What the services around know, and how they misbehave.
#[derive(Clone, Default)]
pub struct World(Arc<Mutex<Inner>>);

#[derive(Default)]
pub struct Inner {
    pub products: HashMap<String, PricedItem>,
    pub reserved: HashMap<OrderId, Vec<Item>>,
    pub shipping_price: i64,
    pub quote_holds: bool,
    /// Statuses to answer with instead, one a call.
    pub price_fails: Vec<u16>,
    pub quote_fails: Vec<u16>,
    /// Fails before the effect.
    pub reserve_fails: Vec<u16>,
    /// Reserves, and fails to say so.
    pub reserve_forgets: Vec<u16>,
    pub mails: Vec<Value>,
    /// How many SKUs each question for prices named.
    pub priced: Vec<usize>,
}

/// What the catalog takes: SKUs in one question for prices, lines in one order.
const SKUS_MAX: usize = 500;
const LINES_MAX: usize = 1000;

impl World {
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn sell(&self, sku: &str, price: i64, available: u32) {
        let item = PricedItem {
            sku: sku.into(),
            product_id: ProductId::new(),
            slug: sku.to_lowercase(),
            title: format!("The {sku}"),
            variant_title: String::new(),
            price: Money::new(price, Currency::EUR),
            tax_class: "standard".into(),
            weight_g: 300,
            image: None,
            available,
        };
        self.lock().products.insert(sku.into(), item);
    }
}

fn problem(status: u16, code: &str, more: &Value) -> axum::response::Response {
    let mut body = json!({"type": "about:blank", "title": "x", "status": status, "code": code});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

async fn price_items(State(world): State<World>, Json(call): Json<PriceItems>) -> axum::response::Response {
    let mut world = world.lock();
    if let Some(status) = world.price_fails.pop() {
        return problem(status, "unavailable", &json!({}));
    }
    if call.skus.len() > SKUS_MAX {
        return problem(422, "invalid", &json!({}));
    }
    world.priced.push(call.skus.len());
    let items: Vec<_> = call.skus.iter().map(|sku| world.products.get(sku).cloned()).collect();
    Json(json!({"items": items})).into_response()
}

async fn reserve(State(world): State<World>, Json(call): Json<ReserveStock>) -> axum::response::Response {
    let mut world = world.lock();
    if let Some(status) = world.reserve_fails.pop() {
        return problem(status, "unavailable", &json!({}));
    }
    if call.items.len() > LINES_MAX {
        return problem(422, "invalid", &json!({}));
    }
    let taken = |sku: &str| -> u32 {
        let others = world.reserved.iter().filter(|(order, _)| **order != call.order_id);
        others.flat_map(|(_, items)| items).filter(|item| item.sku == sku).map(|item| item.quantity).sum()
    };
    let left = |sku: &str| world.products.get(sku).map_or(0, |item| item.available).saturating_sub(taken(sku));
    let short: Vec<Value> = call
        .items
        .iter()
        .filter(|item| left(&item.sku) < item.quantity)
        .map(|item| json!({"sku": item.sku, "requested": item.quantity, "available": left(&item.sku)}))
        .collect();
    if !short.is_empty() {
        return problem(409, "insufficient_stock", &json!({"lines": short}));
    }
    world.reserved.insert(call.order_id, call.items);
    if let Some(status) = world.reserve_forgets.pop() {
        return problem(status, "unavailable", &json!({}));
    }
    Json(json!({"order_id": call.order_id, "expires_at": call.expires_at})).into_response()
}

async fn confirm_quote(State(world): State<World>, Json(call): Json<ConfirmQuote>) -> axum::response::Response {
    let mut world = world.lock();
    if let Some(status) = world.quote_fails.pop() {
        return problem(status, "unavailable", &json!({}));
    }
    if !world.quote_holds || call.shipping_option != "standard" {
        return problem(422, "quote_invalid", &json!({"reason": "expired"}));
    }
    let price = Money::new(world.shipping_price, Currency::EUR);
    Json(json!({"carrier": "sandbox", "service": "Standard", "price": price, "min_days": 2, "max_days": 4}))
        .into_response()
}

async fn send(State(world): State<World>, Json(mail): Json<Value>) -> Json<Value> {
    world.lock().mails.push(mail);
    Json(json!({"id": EventId::new(), "status": "queued"}))
}

/// A shop on each kind of database.
pub async fn shops() -> Vec<Shop> {
    shops_with(|_| {}).await
}

pub async fn shops_with(change: impl Fn(&mut orders::Config)) -> Vec<Shop> {
    let mut shops = Vec::new();
    for database in test_support::databases().await {
        shops.push(shop(vec![database], &change).await);
    }
    shops
}

/// A shop whose customers are spread over three databases of each kind.
pub async fn spread_shops() -> Vec<Shop> {
    let all = [test_support::databases().await, test_support::databases().await, test_support::databases().await];
    let [first, second, third] = all.map(Vec::into_iter);
    let mut shops = Vec::new();
    for ((first, second), third) in first.zip(second).zip(third) {
        let open = |config: &mut orders::Config| config.open_shards = (0..3).filter_map(Shard::numbered).collect();
        shops.push(shop(vec![first, second, third], &open).await);
    }
    shops
}

async fn shop(databases: Vec<TestDb>, change: &impl Fn(&mut orders::Config)) -> Shop {
    let mut stores = Vec::new();
    for database in &databases {
        stores.push(database.connect::<orders::Migrator>().await);
    }
    let shards = Shards::new(stores.remove(0), stores);
    let upstream = Upstream::new(Service::Orders, ServiceKey::new(b"one shop's secret"));
    let (tokens, world) = (Tokens::new(), World::default());
    world.lock().shipping_price = 490;
    world.lock().quote_holds = true;
    world.sell("MUG", 1999, 100);
    world.sell("TEA", 450, 100);
    let catalog = Router::new()
        .route("/internal/price-items", post(price_items))
        .route("/internal/reservations", post(reserve))
        .with_state(world.clone());
    let shipping = Router::new().route("/internal/confirm-quote", post(confirm_quote)).with_state(world.clone());
    let notifications = Router::new().route("/notifications/send", post(send)).with_state(world.clone());
    upstream.mount(Service::Users, tokens.router());
    upstream.mount(Service::Catalog, catalog);
    upstream.mount(Service::Shipping, shipping);
    upstream.mount(Service::Notifications, notifications);
    let mut config = orders::Config { token_secret: Secret::new("t".repeat(32)), ..orders::Config::default() };
    change(&mut config);
    let app = orders::start(shards, upstream, config).await.expect("starts");
    let guest = Client::new(orders::router(app.clone()));
    Shop { app, guest, tokens, world, _databases: databases }
}

pub fn address() -> Value {
    json!({"name": "Ada Lovelace", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"})
}

/// An order's body for some of what the shop sells.
pub fn order_of(items: &[(&str, u32)]) -> Value {
    let items: Vec<Value> = items.iter().map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect();
    json!({"items": items, "email": "Guest@Example.test", "shipping_address": address(), "shipping_option": "standard"})
}

/// An event as the consumer hands it over, with a fresh id.
pub fn received<E>(event: E) -> Received<E> {
    Received { id: EventId::new(), occurred_at: time::now(), event }
}

pub fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

pub fn id_of(order: &Value) -> OrderId {
    order["id"].as_str().expect("an id").parse().expect("a UUID")
}

pub fn total_of(order: &Value) -> Money {
    serde_json::from_value(order["totals"]["total"].clone()).expect("an amount")
}

impl Shop {
    pub fn customer(&self, user: UserId) -> Client {
        self.guest.bearing(&self.tokens.customer(user))
    }

    pub fn admin(&self) -> Client {
        self.guest.bearing(&self.tokens.admin())
    }

    /// A guest's order and a client that holds its token.
    pub async fn ordered(&self, items: &[(&str, u32)]) -> (Value, Client) {
        let order = self.guest.post("/orders", &order_of(items)).await.expect(201);
        let owner = self.guest.with("order-token", order["guest_token"].as_str().expect("a guest token"));
        (order, owner)
    }

    pub async fn read(&self, order: &Value) -> Value {
        self.admin().get(&format!("/orders/{}", id_of(order))).await.expect(200)
    }

    pub fn payment(order: &Value, amount: Money) -> Received<PaymentProcessed> {
        received(PaymentProcessed {
            payment_id: PaymentId::new(),
            order_id: id_of(order),
            amount,
            provider: "sandbox".into(),
            captured_at: time::now(),
        })
    }

    pub async fn pay(&self, order: &Value) -> PaymentId {
        let event = Self::payment(order, total_of(order));
        let payment = event.payment_id;
        orders::events::on_payment_processed(self.app.clone(), event).await.expect("applied");
        payment
    }

    pub fn shipment(
        order: &Value,
        id: ShipmentId,
        status: ShipmentStatus,
        items: &[(&str, u32)],
    ) -> Received<ShippingUpdated> {
        received(ShippingUpdated {
            shipment_id: id,
            order_id: id_of(order),
            status,
            items: items.iter().map(|(sku, quantity)| Item { sku: (*sku).into(), quantity: *quantity }).collect(),
            carrier: "sandbox".into(),
            tracking_number: Some("T1".into()),
            tracking_url: None,
            occurred_at: time::now(),
            notify: true,
        })
    }

    /// Pays, ships and delivers all of an order.
    pub async fn deliver(&self, order: &Value, items: &[(&str, u32)]) {
        self.pay(order).await;
        let id = ShipmentId::new();
        for status in [ShipmentStatus::Shipped, ShipmentStatus::Delivered] {
            let event = Self::shipment(order, id, status, items);
            orders::events::on_shipping_updated(self.app.clone(), event).await.expect("applied");
        }
    }

    /// The events of a kind that were published, oldest first.
    pub async fn events<E: Event>(&self) -> Vec<E> {
        let envelopes: Vec<Envelope> = db::outbox::of_kind(self.app.db.reader(), E::TYPE).await.expect("reads");
        envelopes.iter().map(|envelope| envelope.read().expect("readable")).collect()
    }

    /// Fails unless every rule of the books holds; answers how often each was exercised.
    pub async fn sound(&self) -> HashMap<String, u64> {
        let invariants = orders::invariants(&self.app).await.expect("evaluates");
        for invariant in &invariants {
            assert!(invariant.holds(), "{} {}: {:?}", invariant.id, invariant.title, invariant.violations);
        }
        invariants.into_iter().map(|invariant| (invariant.id, invariant.exercised)).collect()
    }
}
