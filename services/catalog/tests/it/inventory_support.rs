//! A catalog with stock, as orders and staff reach it.

use catalog::{App, Config, Migrator, inventory};
use contracts::{
    Address, Currency, Event, Money, Service,
    calls::{ReserveStock, StockReserved},
    events::{Disposition, ReturnReceived, ReturnedLine, StockShort},
    ids::{EventId, OrderId, ProductId, ReturnId},
    order::{Item, OrderSnapshot, OrderStatus, ShippingOptionSnapshot, SoldLine, Totals},
    time,
};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use test_support::{Client, TestDb, Tokens};
use upstream::{CallError, Context, ServiceKey, Upstream};

pub struct Shop {
    pub app: App,
    pub staff: Client,
    pub anyone: Client,
    pub tokens: Tokens,
    orders: Upstream,
    _db: TestDb,
}

/// A shop on `db` with these SKUs and numbers on hand.
pub async fn shop(db: &TestDb, stock: &[(&str, u32)]) -> Shop {
    let tokens = Tokens::new();
    let upstream = Upstream::new(Service::Catalog, ServiceKey::new(b"the secret of the tests"));
    upstream.mount(Service::Users, tokens.router());
    let connected = db.connect::<Migrator>().await;
    let app = catalog::start(connected, None, upstream.clone(), Config::default()).await.expect("the catalog starts");
    let router = catalog::router(app.clone());
    let anyone = Client::new(router.clone());
    let orders = upstream.speaking_as(Service::Orders);
    orders.mount(Service::Catalog, router);
    let shop = Shop { app, staff: anyone.bearing(&tokens.admin()), anyone, tokens, orders, _db: db.clone() };
    let tx = shop.app.db.begin().await.expect("a transaction");
    for (sku, pieces) in stock {
        inventory::set_initial_stock(&tx, sku, *pieces, "opening").await.expect("stock is set");
    }
    tx.commit().await.expect("it commits");
    shop
}

pub fn items(lines: &[(&str, u32)]) -> Vec<Item> {
    lines.iter().map(|(sku, quantity)| Item { sku: (*sku).to_owned(), quantity: *quantity }).collect()
}

impl Shop {
    /// Asks for a hold of ten minutes, as orders does.
    pub async fn reserve(&self, order: OrderId, lines: &[(&str, u32)]) -> Result<StockReserved, CallError> {
        self.reserve_for(order, lines, 600).await
    }

    pub async fn reserve_for(
        &self,
        order: OrderId,
        lines: &[(&str, u32)],
        secs: i64,
    ) -> Result<StockReserved, CallError> {
        let expires_at = time::now() + chrono::Duration::seconds(secs);
        self.orders.call(&ReserveStock { order_id: order, items: items(lines), expires_at }, &Context::default()).await
    }

    /// The order's new status arrives, in the transaction of its event.
    pub async fn order_moves(&self, order: OrderId, lines: &[(&str, u32)], to: OrderStatus) {
        let tx = self.app.db.begin().await.expect("a transaction");
        let order = snapshot(order, lines, to);
        inventory::on_order_status_changed(&tx, &order, to).await.expect("the event is applied");
        tx.commit().await.expect("it commits");
    }

    pub async fn goods_return(
        &self,
        sku: &str,
        quantity: u32,
        disposition: Disposition,
    ) -> bus::Received<ReturnReceived> {
        let lines = vec![ReturnedLine { sku: sku.to_owned(), quantity, disposition }];
        let event = ReturnReceived { return_id: ReturnId::new(), order_id: OrderId::new(), lines };
        let received = bus::Received { id: EventId::new(), occurred_at: time::now(), event };
        inventory::events::on_return_received(self.app.clone(), received.clone()).await.expect("the event is applied");
        received
    }

    /// Turns the clock past the end of the order's hold.
    pub async fn run_out(&self, order: OrderId) {
        let tx = self.app.db.begin().await.expect("a transaction");
        let past = time::now() - chrono::Duration::seconds(30);
        let update = sea_orm::sea_query::Query::update()
            .table("reservations")
            .value("expires_at", past)
            .and_where(sea_orm::ExprTrait::eq(sea_orm::sea_query::Expr::col("order_id"), order.uuid()))
            .to_owned();
        tx.execute(&update).await.expect("the hold is changed");
        tx.commit().await.expect("it commits");
    }

    pub async fn stock(&self, sku: &str) -> Value {
        self.staff.get(&format!("/inventory/{sku}")).await.expect(200)
    }

    /// On hand, held, committed, damaged.
    pub async fn levels(&self, sku: &str) -> [i64; 4] {
        let stock = self.stock(sku).await;
        assert_eq!(stock["reserved"], stock["held"].as_i64().unwrap() + stock["committed"].as_i64().unwrap());
        assert_eq!(stock["available"], stock["on_hand"].as_i64().unwrap() - stock["reserved"].as_i64().unwrap());
        ["on_hand", "held", "committed", "damaged"].map(|bucket| stock[bucket].as_i64().expect("a number"))
    }

    pub async fn available(&self, sku: &str) -> u32 {
        let skus = [sku.to_owned()];
        inventory::available(self.app.db.reader(), &skus).await.expect("stock is read").get(sku).copied().unwrap_or(0)
    }

    /// The StockShort events written so far.
    pub async fn shortages(&self) -> Vec<StockShort> {
        let events = db::outbox::unpublished(&self.app.db, 1000).await.expect("the outbox is read");
        let short = events.iter().filter(|event| event.kind == StockShort::TYPE);
        short.map(|event| event.read().expect("readable")).collect()
    }

    /// Fails unless every rule of the books holds. Answers how often each was exercised.
    pub async fn check_books(&self) -> Vec<(String, u64)> {
        let rules = inventory::invariants(&self.app).await.expect("the books are read");
        for rule in &rules {
            assert!(rule.holds(), "{} ({}) is broken: {:?}", rule.id, rule.title, rule.violations);
        }
        rules.into_iter().map(|rule| (rule.id, rule.exercised)).collect()
    }
}

/// The code and the short lines of a refused hold.
pub fn refusal(answer: Result<StockReserved, CallError>) -> (String, Vec<(String, i64, i64)>) {
    match answer.expect_err("the hold is refused") {
        CallError::Problem { code, body, .. } => {
            let lines = body["lines"].as_array().cloned().unwrap_or_default();
            let number = |line: &Value, name: &str| line[name].as_i64().expect("a number");
            let line = |line: &Value| {
                let sku = line["sku"].as_str().expect("a SKU").to_owned();
                (sku, number(line, "requested"), number(line, "available"))
            };
            (code, lines.iter().map(line).collect())
        }
        other => panic!("not a refusal: {other}"),
    }
}

pub fn snapshot(id: OrderId, lines: &[(&str, u32)], status: OrderStatus) -> OrderSnapshot {
    let zero = Money::zero(Currency::EUR);
    let line = |(sku, quantity): &(&str, u32)| SoldLine {
        sku: (*sku).to_owned(),
        product_id: ProductId::new(),
        title: "Thing".into(),
        variant_title: String::new(),
        quantity: *quantity,
        unit_price: zero,
        total: zero,
        weight_g: 0,
        image: None,
    };
    OrderSnapshot {
        id,
        number: "R-0000-0000".into(),
        user_id: None,
        email: "ada@example.test".into(),
        locale: "en".into(),
        status,
        lines: lines.iter().map(line).collect(),
        totals: Totals { subtotal: zero, discount: zero, shipping: zero, tax: zero, total: zero, tax_included: true },
        shipping_address: Address {
            name: "Ada".into(),
            line1: "Torstraße 1".into(),
            line2: None,
            city: "Berlin".into(),
            region: None,
            postal_code: "10119".into(),
            country: "DE".into(),
            phone: None,
        },
        shipping_option: ShippingOptionSnapshot {
            carrier: "dhl".into(),
            service: "parcel".into(),
            price: zero,
            min_days: 1,
            max_days: 2,
        },
        placed_at: time::now(),
    }
}
