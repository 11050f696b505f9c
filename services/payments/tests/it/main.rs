//! The payments service through its router, on every database, beside an orders service that says what it is told.

mod authorization;
mod checkout;
mod disputes;
mod events;
mod holds;
mod ledger;
mod reconciliation;
mod recovery;
mod refunds;
mod sandbox;
mod snapshots;
mod webhooks;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::State, routing::get};
use chrono::{DateTime, Duration, Utc};
use contracts::{
    Currency, Envelope, Event, Money, Service,
    calls::{DueAmount, OrderRef},
    ids::{EventId, OrderId, UserId},
    order::OrderStatus,
    time,
};
use db::Db;
use payments::{
    App, Config, Migrator,
    provider::{Charge, PaymentProvider},
    sandbox as bank, work,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use test_support::{Answer, Client, TestDb, Tokens, databases};
use upstream::{ServiceKey, Upstream};
use web::{Caller, Edge, Json, Path, Problem, Verifier};

/// One order, as the orders service of the tests knows it.
#[derive(Clone)]
pub struct Order {
    pub owner: Option<UserId>,
    pub token: Option<String>,
    pub total: Money,
    pub status: OrderStatus,
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Default)]
pub struct Orders(Arc<Mutex<HashMap<OrderId, Order>>>);

impl Orders {
    fn seen_by(&self, caller: &Caller, id: OrderId) -> Result<Order, Problem> {
        caller.require_service()?;
        let order = self.0.lock().expect("not poisoned").get(&id).cloned().ok_or_else(Problem::not_found)?;
        let owned = caller.user().is_some_and(|user| order.owner == Some(user.id))
            || (order.token.is_some() && caller.order_token() == order.token.as_deref());
        if owned { Ok(order) } else { Err(Problem::not_found()) }
    }

    fn router(self, upstream: &Upstream) -> Router {
        let due = async |State(orders): State<Orders>, caller: Caller, Path(id): Path<OrderId>| {
            let order = orders.seen_by(&caller, id)?;
            Ok::<_, Problem>(Json(DueAmount {
                order_id: id,
                order_number: "R-TEST".into(),
                user_id: order.owner,
                email: "customer@example.test".into(),
                status: order.status,
                total: order.total,
                expires_at: order.expires_at,
            }))
        };
        let access = async |State(orders): State<Orders>, caller: Caller, Path(id): Path<OrderId>| {
            let order = orders.seen_by(&caller, id)?;
            let email = "customer@example.test".to_owned();
            Ok::<_, Problem>(Json(OrderRef {
                order_id: id,
                number: "R-TEST".into(),
                user_id: order.owner,
                email,
                status: order.status,
            }))
        };
        let router = Router::new()
            .route("/internal/orders/{id}/amount-due", get(due))
            .route("/internal/orders/{id}/access", get(access))
            .with_state(self);
        let verifier = Verifier::new(Service::Orders, upstream.speaking_as(Service::Orders));
        web::finish(router, Service::Orders, verifier, Edge::Inner)
    }
}

/// The service under test, and those around it.
pub struct Shop {
    pub app: App,
    pub db: Db,
    pub orders: Orders,
    pub tokens: Tokens,
    pub customer: UserId,
    store: TestDb,
    books: TestDb,
    key: ServiceKey,
}

/// A shop on each kind of database.
pub async fn shops() -> Vec<Shop> {
    let mut shops = Vec::new();
    for store in databases().await {
        shops.push(Shop::open(store, Config::default()).await);
    }
    shops
}

impl Shop {
    pub async fn open(store: TestDb, config: Config) -> Self {
        let key = ServiceKey::new(b"a secret of the tests");
        let books = test_support::sqlite();
        let (orders, tokens) = (Orders::default(), Tokens::new());
        let (app, db) = start(&store, &books, &key, &orders, &tokens, config).await;
        Self { app, db, orders, tokens, customer: UserId::new(), store, books, key }
    }

    /// The same shop after its process died: new handles, same stores.
    pub async fn restarted(self) -> Self {
        let config = (*self.app.config).clone();
        let (app, db) = start(&self.store, &self.books, &self.key, &self.orders, &self.tokens, config).await;
        Self { app, db, ..self }
    }

    pub fn kind(&self) -> &'static str {
        self.store.kind()
    }

    /// Nobody in particular.
    pub fn anyone(&self) -> Client {
        Client::new(payments::router(self.app.clone()))
    }

    pub fn buyer(&self) -> Client {
        self.anyone().bearing(&self.tokens.customer(self.customer))
    }

    pub fn admin(&self) -> Client {
        self.anyone().bearing(&self.tokens.admin())
    }

    /// A pending order of the customer over so many cents.
    pub fn order(&self, cents: i64) -> OrderId {
        self.add(Order {
            owner: Some(self.customer),
            token: None,
            total: eur(cents),
            status: OrderStatus::Pending,
            expires_at: Some(time::now() + Duration::minutes(15)),
        })
    }

    pub fn add(&self, order: Order) -> OrderId {
        let id = OrderId::new();
        self.orders.0.lock().expect("not poisoned").insert(id, order);
        id
    }

    pub fn change(&self, id: OrderId, change: impl FnOnce(&mut Order)) {
        change(self.orders.0.lock().expect("not poisoned").get_mut(&id).expect("the order is there"));
    }

    pub async fn pay(&self, order: OrderId, token: &str) -> Answer {
        self.buyer().post("/payment/checkout", &checkout(order, token)).await
    }

    /// An order over so many cents that was paid.
    pub async fn paid(&self, cents: i64, token: &str) -> OrderId {
        let order = self.order(cents);
        assert_eq!(self.pay(order, token).await.expect(200)["status"], "succeeded");
        order
    }

    pub async fn status(&self, order: OrderId) -> Value {
        self.buyer().get(&format!("/payment/status?order_id={order}")).await.expect(200)
    }

    /// The one payment of the order, as staff see it, with all that hangs on it.
    pub async fn detail(&self, order: OrderId) -> Value {
        let list = self.admin().get(&format!("/payments?order_id={order}")).await.expect(200);
        let items = list["items"].as_array().expect("a list");
        assert_eq!(items.len(), 1, "one payment for one order: {list}");
        let id = items[0]["payment_id"].as_str().expect("an id");
        self.admin().get(&format!("/payments/{id}")).await.expect(200)
    }

    pub async fn refund(&self, order: OrderId, cents: i64) -> Answer {
        let body = json!({"order_id": order, "amount": eur(cents), "reason": "broken"});
        self.admin().post("/payment/refund", &body).await
    }

    /// All queued work, until nothing is left to do.
    pub async fn settle(&self) {
        work::settle(&self.app).await.expect("the jobs run");
    }

    /// Time passes: everything that waits for a later look is looked at now.
    pub async fn later(&self) {
        self.sql(&[
            "UPDATE payments SET check_at = created_at WHERE check_at IS NOT NULL AND status IN ('processing', 'requires_action')",
            "UPDATE payments SET check_at = created_at WHERE check_at IS NOT NULL AND cancel_reason IS NOT NULL",
            "UPDATE payments SET check_at = created_at WHERE check_at IS NOT NULL AND capture_requested_minor IS NOT NULL",
            "UPDATE attempts SET deadline = created_at",
            "UPDATE refunds SET check_at = created_at WHERE check_at IS NOT NULL",
            "UPDATE webhooks SET next_try_at = received_at",
        ])
        .await;
        self.settle().await;
    }

    /// Requests that died no longer hold their idempotency keys.
    pub async fn let_leases_end(&self) {
        self.sql(&["UPDATE idempotency SET lease_until = '2020-01-01 00:00:00'"]).await;
    }

    /// Changes the store behind the service's back.
    pub async fn sql(&self, statements: &[&str]) {
        let tx = self.db.begin().await.expect("a transaction");
        for statement in statements {
            tx.execute_unprepared(statement).await.expect("the statement runs");
        }
        tx.commit().await.expect("it commits");
    }

    /// The events published so far, of one type.
    pub async fn events<E: Event>(&self) -> Vec<E> {
        let envelopes: Vec<Envelope> = db::outbox::unpublished(&self.db, 10_000).await.expect("the outbox is read");
        envelopes
            .iter()
            .filter(|envelope| envelope.is::<E>())
            .map(|envelope| envelope.read().expect("readable"))
            .collect()
    }

    /// Fails the test if a rule is broken; gives back how often each was exercised.
    pub async fn check(&self) -> HashMap<String, u64> {
        let invariants = payments::invariants(&self.app).await;
        assert_eq!(invariants.len(), 9);
        for invariant in &invariants {
            assert!(
                invariant.holds(),
                "{} on {}: {} {:#?}",
                invariant.id,
                self.kind(),
                invariant.title,
                invariant.violations
            );
        }
        invariants.into_iter().map(|invariant| (invariant.id, invariant.exercised)).collect()
    }

    /// How often the provider took money for the order.
    pub async fn captures(&self, order: OrderId) -> usize {
        self.charges(order).await.iter().filter(|charge| charge.captured_minor > 0).count()
    }

    /// How often the provider gave money back for the order.
    pub async fn refunds_made(&self, order: OrderId) -> usize {
        self.charges(order).await.iter().map(|charge| charge.refunds.len()).sum()
    }

    async fn charges(&self, order: OrderId) -> Vec<Charge> {
        let charges = self.app.sandbox().list(DateTime::UNIX_EPOCH, None, 1000).await.expect("the sandbox answers");
        charges.into_iter().filter(|charge| charge.order_id == order).collect()
    }
}

async fn start(
    store: &TestDb,
    books: &TestDb,
    key: &ServiceKey,
    orders: &Orders,
    tokens: &Tokens,
    config: Config,
) -> (App, Db) {
    let upstream = Upstream::new(Service::Payments, key.clone());
    upstream.mount(Service::Users, tokens.router());
    upstream.mount(Service::Orders, orders.clone().router(&upstream));
    let db = store.connect::<Migrator>().await;
    let sandbox = bank::Config {
        database_url: books.config().url,
        settle_after_secs: 0,
        dispute_after_secs: 0,
        ..config.sandbox.clone()
    };
    let app =
        payments::start(db.clone(), upstream.clone(), Config { sandbox, ..config }).await.expect("the service starts");
    upstream.mount(Service::Payments, payments::router(app.clone()));
    (app, db)
}

pub fn eur(cents: i64) -> Money {
    Money::new(cents, Currency::EUR)
}

pub fn checkout(order: OrderId, token: &str) -> Value {
    json!({"order_id": order, "method": {"type": "card", "token": token}})
}

pub fn received<E>(event: E) -> bus::Received<E> {
    bus::Received { id: EventId::new(), occurred_at: time::now(), event }
}
