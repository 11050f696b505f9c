//! A users service with everything around it that a test needs.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Json, Router,
    extract::Request,
    response::IntoResponse,
    routing::{get, post},
};
use chrono::Duration;
use contracts::{Envelope, Event, Service, calls::SendNotification};
use http::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use test_support::{Answer, Client, TestDb, databases};
use upstream::{ServiceKey, Upstream};
use users::{App, Config, Migrator, PasswordConfig, Secret};

pub const PASSWORD: &str = "ordinary tuesday soup";
pub const OTHER_PASSWORD: &str = "rainy wednesday bread";

/// A shop of which only users is real.
pub struct Shop {
    pub app: App,
    /// Straight to the service, as from inside the cluster.
    pub client: Client,
    pub upstream: Upstream,
    mails: Arc<Mutex<Vec<SendNotification>>>,
    mail_fails: Arc<AtomicBool>,
    /// Numbers of orders that are paid and not sent, whoever is asked about.
    pub under_way: Arc<Mutex<Vec<String>>>,
    database: TestDb,
}

pub fn config() -> Config {
    Config {
        public_url: "https://shop.example".into(),
        secret: Secret::new("a secret of at least 32 characters"),
        password: PasswordConfig { memory_kib: 64, passes: 1, ..PasswordConfig::default() },
        mails_per_ip: 1000,
        ..Config::default()
    }
}

impl Shop {
    /// One shop for each kind of database there is.
    pub async fn all() -> Vec<Self> {
        let mut shops = Vec::new();
        for database in databases().await {
            shops.push(Self::open(database, config()).await);
        }
        shops
    }

    pub async fn open(database: TestDb, config: Config) -> Self {
        let db = database.connect::<Migrator>().await;
        let upstream = Upstream::new(Service::Users, ServiceKey::new(b"the shop's services share this"));
        let (mails, mail_fails) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        upstream.mount(Service::Notifications, notifications(mails.clone(), mail_fails.clone()));
        let under_way = Arc::new(Mutex::new(Vec::new()));
        upstream.mount(Service::Orders, orders(under_way.clone()));
        let app = users::start(db, upstream.clone(), config).await.expect("users starts");
        let router = users::router(app.clone());
        upstream.mount(Service::Users, router.clone());
        Self { app, client: Client::new(router), upstream, mails, mail_fails, under_way, database }
    }

    /// The same database, after a restart with another configuration. The clock starts anew.
    pub async fn restart(&self, config: Config) -> Self {
        Self::open(self.database.clone(), config).await
    }

    /// A client outside, whose address the gateway reports.
    pub fn outside(&self, ip: &str) -> Client {
        let gateway = self.upstream.speaking_as(Service::Gateway);
        let router = Router::new().fallback(move |request: Request| {
            let gateway = gateway.clone();
            async move { gateway.send(Service::Users, request).await.expect("users answers") }
        });
        Client::new(router).with("x-real-ip", ip)
    }

    pub async fn register(&self, email: &str) -> Account {
        let body = json!({"email": email, "password": PASSWORD, "name": "Ada Lovelace", "client": "api"});
        Account::of(&self.client, &self.client.post("/users/register", &body).await.expect(201))
    }

    pub async fn try_login(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password, "client": "api"});
        self.client.post("/users/login", &body).await
    }

    pub async fn login(&self, email: &str, password: &str) -> Account {
        Account::of(&self.client, &self.try_login(email, password).await.expect(200))
    }

    /// An administrator `name@shop.example`, signed in.
    pub async fn admin(&self, name: &str) -> Account {
        let email = format!("{name}@shop.example");
        self.register(&email).await;
        users::admin::set_role(&self.app, &email, "admin").await.expect("becomes an administrator");
        self.login(&email, PASSWORD).await
    }

    pub async fn try_refresh(&self, token: &str) -> Answer {
        self.client.post("/users/token/refresh", &json!({"refresh_token": token})).await
    }

    pub async fn refresh(&self, token: &str) -> String {
        text(&self.try_refresh(token).await.expect(200)["refresh_token"])
    }

    pub fn advance(&self, by: Duration) {
        self.app.clock.advance(by);
    }

    /// The mails that went out since this was last asked.
    pub async fn mails(&self) -> Vec<SendNotification> {
        users::send_letters(&self.app).await.expect("letters are sent");
        std::mem::take(&mut *self.mails.lock().expect("not poisoned"))
    }

    /// The token in the newest mail of a template to an address.
    pub async fn mailed_token(&self, template: &str, to: &str) -> String {
        let mails = self.mails().await;
        let wanted =
            |mail: &&SendNotification| mail.template.as_deref() == Some(template) && mail.to.as_deref() == Some(to);
        let mail = mails.iter().rfind(wanted).unwrap_or_else(|| panic!("no {template} to {to} in {mails:?}"));
        text(&mail.data["token"])
    }

    pub fn let_mail_fail(&self, fails: bool) {
        self.mail_fails.store(fails, Ordering::Relaxed);
    }

    /// All events of a kind so far.
    pub async fn events<E: Event>(&self) -> Vec<E> {
        let all: Vec<Envelope> = db::outbox::unpublished(&self.app.db, 1000).await.expect("the outbox is read");
        all.iter().filter(|envelope| envelope.is::<E>()).map(|envelope| envelope.read().expect("readable")).collect()
    }

    /// One text value out of the database.
    pub async fn query(&self, sql: &str) -> Vec<Option<String>> {
        let reader = self.app.db.reader();
        let rows = reader.query_all_raw(Statement::from_string(reader.get_database_backend(), sql)).await;
        let rows = rows.expect("the query runs");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }
}

/// Someone signed in as an API client.
#[derive(Clone)]
pub struct Account {
    pub id: String,
    pub client: Client,
    pub access_token: String,
    pub refresh_token: String,
}

impl Account {
    pub fn of(client: &Client, grant: &Value) -> Self {
        let access_token = text(&grant["access_token"]);
        Self {
            id: text(&grant["user"]["id"]),
            client: client.bearing(&format!("Bearer {access_token}")),
            refresh_token: text(&grant["refresh_token"]),
            access_token,
        }
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn orders(under_way: Arc<Mutex<Vec<String>>>) -> Router {
    let answer = move || async move { Json(json!({"numbers": *under_way.lock().expect("not poisoned")})) };
    Router::new().route("/internal/users/{id}/orders-under-way", get(answer))
}

fn notifications(mails: Arc<Mutex<Vec<SendNotification>>>, fails: Arc<AtomicBool>) -> Router {
    let send = move |Json(mail): Json<SendNotification>| async move {
        if fails.load(Ordering::Relaxed) {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        mails.lock().expect("not poisoned").push(mail);
        (StatusCode::ACCEPTED, Json(json!({"id": uuid::Uuid::now_v7(), "status": "queued"}))).into_response()
    };
    Router::new().route("/notifications/send", post(send))
}
