//! A notifications service with a fake users service, a channel that fails on demand, and events to feed it.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use axum::{Json, Router, extract::Path, response::IntoResponse, routing::get};
use bus::Received;
use contracts::{
    Address, Currency, Money, Service,
    calls::{NotificationAccepted, SendNotification},
    ids::{EventId, OrderId, ProductId, UserId},
    order::{OrderSnapshot, OrderStatus, ShippingOptionSnapshot, SoldLine, Totals},
    time,
};
use notifications::{
    App, Channels, Config, Migrator, Secret,
    channel::{Message, MessageChannel, Outcome, Unavailable},
};
use serde_json::{Value, json};
use test_support::{Client, TestDb, Tokens};
use upstream::{CallError, Context, ServiceKey, Upstream};

pub const SECRET: &str = "a secret for tests, of thirty-two bytes";

/// A channel that takes everything, until it is told not to.
#[derive(Default)]
pub struct Flaky {
    down: AtomicBool,
    hang: AtomicBool,
    next: Mutex<VecDeque<Result<Outcome, Unavailable>>>,
    taken: Mutex<Vec<Message>>,
}

impl Flaky {
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// From now on it takes a message and never answers, as if the process died then.
    pub fn set_hang(&self, hang: bool) {
        self.hang.store(hang, Ordering::SeqCst);
    }

    /// Answers the next message with this.
    pub fn answer_next(&self, answer: Result<Outcome, Unavailable>) {
        self.next.lock().expect("not poisoned").push_back(answer);
    }

    pub fn taken(&self) -> Vec<Message> {
        self.taken.lock().expect("not poisoned").clone()
    }

    pub fn subjects(&self) -> Vec<String> {
        self.taken().into_iter().map(|message| message.subject).collect()
    }
}

#[async_trait]
impl MessageChannel for Flaky {
    async fn deliver(&self, message: &Message) -> Result<Outcome, Unavailable> {
        if self.down.load(Ordering::SeqCst) {
            return Err(Unavailable("switched off".into()));
        }
        if let Some(answer) = self.next.lock().expect("not poisoned").pop_front() {
            return answer;
        }
        self.taken.lock().expect("not poisoned").push(message.clone());
        if self.hang.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        Ok(Outcome::Delivered { provider_ref: format!("flaky:{}", message.id) })
    }
}

pub struct Shop {
    pub app: App,
    pub client: Client,
    pub tokens: Tokens,
    pub channel: Arc<Flaky>,
    /// Whom the fake users service knows.
    pub user: UserId,
    upstream: Upstream,
    _db: TestDb,
}

pub fn config() -> Config {
    Config {
        public_url: "https://shop.example".into(),
        from: "Rialto <shop@shop.example>".into(),
        admin_email: Some("owner@shop.example".into()),
        unsubscribe_secret: Secret::new(SECRET),
        retry_first_ms: 1,
        mailbox_page: true,
        ..Config::default()
    }
}

impl Shop {
    /// With a channel that fails on demand.
    pub async fn open(db: &TestDb) -> Self {
        let channel = Arc::new(Flaky::default());
        let channels = Channels { email: channel.clone(), sms: channel.clone(), push: channel.clone() };
        Self::with(db, config(), Some(channels), channel).await
    }

    /// With the mailbox.
    pub async fn with_mailbox(db: &TestDb) -> Self {
        Self::with(db, config(), None, Arc::default()).await
    }

    pub async fn with(db: &TestDb, config: Config, channels: Option<Channels>, channel: Arc<Flaky>) -> Self {
        let store = db.connect::<Migrator>().await;
        let tokens = Tokens::new();
        let user = UserId::new();
        let upstream = Upstream::new(Service::Notifications, ServiceKey::new(b"the services' secret, for tests"));
        upstream.mount(Service::Users, tokens.router().merge(contacts(user)));
        let guest_token = get(|| async { Json(json!({"token": "opens-it"})) });
        upstream.mount(Service::Orders, Router::new().route("/internal/orders/{id}/guest-token", guest_token));
        let channels = channels.unwrap_or_else(|| Channels::mailbox(&store));
        let app =
            notifications::start_with(store, upstream.clone(), config, channels).await.expect("the texts are sound");
        let router = notifications::router(app.clone());
        upstream.mount(Service::Notifications, router.clone());
        Self { app, client: Client::new(router), tokens, channel, user, upstream, _db: db.clone() }
    }

    /// A service asks for a message.
    pub async fn send(&self, request: &SendNotification) -> Result<NotificationAccepted, CallError> {
        self.upstream.speaking_as(Service::Users).call(request, &Context::default()).await
    }

    pub async fn deliver(&self) -> u64 {
        notifications::deliver_due(&self.app).await.expect("the store answers")
    }

    /// Delivers until something is done, across the short pauses of these tests.
    pub async fn deliver_soon(&self) -> u64 {
        for _ in 0..200 {
            let done = self.deliver().await;
            if done > 0 {
                return done;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("nothing was delivered in a second");
    }

    pub fn admin(&self) -> Client {
        self.client.bearing(&self.tokens.admin())
    }

    pub fn customer(&self) -> Client {
        self.client.bearing(&self.tokens.customer(self.user))
    }

    pub async fn log(&self, query: &str) -> Vec<Value> {
        let body = self.admin().get(&format!("/notifications/history{query}")).await.expect(200);
        body["items"].as_array().expect("a list").clone()
    }

    /// Fails the test if an invariant does not hold.
    pub async fn sound(&self) {
        for invariant in notifications::invariants(&self.app).await.expect("the store answers") {
            assert!(invariant.holds(), "{} {}: {:?}", invariant.id, invariant.title, invariant.violations);
        }
    }
}

fn contacts(known: UserId) -> Router {
    let contact = move |Path(id): Path<UserId>| async move {
        if id != known {
            return web::Problem::not_found().into_response();
        }
        Json(json!({
            "user_id": id, "email": "customer@example.test", "name": "Ada Lovelace", "locale": "de-AT", "phone": "+4930123456"
        }))
        .into_response()
    };
    Router::new().route("/internal/users/{id}/contact", get(contact))
}

pub fn received<E>(event: E) -> Received<E> {
    let occurred_at = "2026-11-22T18:05:00Z".parse().expect("a time");
    Received { id: EventId::new(), occurred_at, event }
}

pub fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

/// An order of two lines: 39.98 + 22.05 + 4.90 = 66.93.
pub fn order(status: OrderStatus) -> OrderSnapshot {
    let line = |sku: &str, title: &str, variant: &str, quantity, unit, total| SoldLine {
        sku: sku.into(),
        product_id: ProductId::new(),
        title: title.into(),
        variant_title: variant.into(),
        quantity,
        unit_price: eur(unit),
        total: eur(total),
        weight_g: 300,
        image: None,
    };
    OrderSnapshot {
        id: OrderId::new(),
        number: "R-4F7K-2M9D".into(),
        user_id: None,
        email: "Ada@Example.test".into(),
        locale: "en".into(),
        status,
        lines: vec![
            line("KIT-MUG-SAN", "Stoneware mug", "Sand", 2, 1999, 3998),
            line("LIN-TOWEL", "Linen tea towels", "", 1, 2450, 2205),
        ],
        totals: Totals {
            subtotal: eur(6448),
            discount: eur(245),
            shipping: eur(490),
            tax: eur(1069),
            total: eur(6693),
            tax_included: true,
        },
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
            carrier: "DHL".into(),
            service: "Paket".into(),
            price: eur(490),
            min_days: 2,
            max_days: 4,
        },
        placed_at: time::now(),
    }
}
