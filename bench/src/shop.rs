//! The shop over HTTP: as a guest, as the owner of an order, and as staff who sign in again in time.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use reqwest::{Certificate, Client, Method, Response, StatusCode, header};
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// Tries of a request that was refused for now.
const TRIES: u32 = 60;
/// Before what got lost is sent again.
const LOST_PAUSE: Duration = Duration::from_millis(200);
/// An access token is renewed when this much of its life is left.
const RENEWED_BEFORE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Shop {
    http: Client,
    url: String,
    email: String,
    password: String,
    session: Mutex<Option<Session>>,
    lost: AtomicU64,
}

#[derive(Clone, Debug)]
struct Session {
    token: String,
    good_until: Instant,
}

/// Who sends a request.
#[derive(Clone, Copy, Debug)]
pub enum As<'a> {
    Guest,
    /// The token that a guest's order came with.
    Owner(&'a str),
    Staff,
}

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    pub method: Method,
    pub path: String,
    pub by: As<'a>,
    pub body: Option<Value>,
    /// The `Idempotency-Key`.
    pub key: Option<String>,
    /// Whether asking again does no more than asking once.
    harmless: bool,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The body if the status is one of `expected`, else an error that says what came instead.
    pub fn expect(self, what: &str, expected: &[u16]) -> anyhow::Result<Value> {
        if expected.contains(&self.status.as_u16()) {
            return Ok(self.body);
        }
        let detail = self.body["detail"].as_str().unwrap_or_default();
        bail!("{what}: {} {} {detail} {}", self.status.as_u16(), self.code(), self.body["errors"])
    }
}

impl<'a> Ask<'a> {
    pub fn get(path: impl Into<String>, by: As<'a>) -> Self {
        Self { method: Method::GET, path: path.into(), by, body: None, key: None, harmless: true }
    }

    pub fn post(path: impl Into<String>, by: As<'a>, body: Value) -> Self {
        Self { method: Method::POST, path: path.into(), by, body: Some(body), key: None, harmless: false }
    }

    pub fn put(path: impl Into<String>, by: As<'a>, body: Value) -> Self {
        Self { method: Method::PUT, path: path.into(), by, body: Some(body), key: None, harmless: true }
    }

    /// The same with a key, so that repeating it does it once.
    pub fn once(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), harmless: true, ..self }
    }

    /// A POST that changes nothing, or that is refused when it has been done.
    pub fn harmless(self) -> Self {
        Self { harmless: true, ..self }
    }
}

impl Shop {
    /// `ca`: the certificate of who vouches for the shop, as PEM, if browsers do not know them.
    pub fn new(url: &str, ca: Option<&[u8]>, email: String, password: String) -> anyhow::Result<Self> {
        let mut http = Client::builder().timeout(Duration::from_secs(60));
        if let Some(pem) = ca {
            http = http.tls_certs_merge([Certificate::from_pem(pem)?]);
        }
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { http: http.build()?, url, email, password, session: Mutex::new(None), lost: AtomicU64::new(0) })
    }

    /// Sends a request until it is answered. What is refused for now (429, 503, in flight) is asked again, and so is what got
    /// lost on its way or back, if that does no harm.
    pub async fn ask(&self, ask: &Ask<'_>) -> anyhow::Result<Answer> {
        let (mut tries, mut signed_in_again) = (0, 0);
        loop {
            tries += 1;
            let (answer, wait) = match self.send(ask).await {
                Ok(answered) => answered,
                Err(error) if error.is::<reqwest::Error>() && ask.harmless && tries < TRIES => {
                    self.lost.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(LOST_PAUSE).await;
                    continue;
                }
                Err(error) => return Err(error.context(format!("{} {}", ask.method, ask.path))),
            };
            let status = answer.status.as_u16();
            let for_now = matches!(status, 429 | 503) || answer.code() == "request_in_flight";
            // What stands in front of the gateways does not know what became of it.
            let lost = matches!(status, 502 | 504) && ask.harmless;
            if status == 401 && matches!(ask.by, As::Staff) && signed_in_again < 2 {
                signed_in_again += 1;
                *self.session.lock().await = None;
            } else if (for_now || lost) && tries < TRIES {
                self.lost.fetch_add(u64::from(lost), Ordering::Relaxed);
                tokio::time::sleep(wait).await;
            } else {
                return Ok(answer);
            }
        }
    }

    /// Requests whose answers never came, and that were sent again.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// What came back, and how long to wait before asking again.
    async fn send(&self, ask: &Ask<'_>) -> anyhow::Result<(Answer, Duration)> {
        let mut request = self.http.request(ask.method.clone(), format!("{}{}", self.url, ask.path));
        match ask.by {
            As::Guest => {}
            As::Owner(token) => request = request.header("order-token", token),
            As::Staff => request = request.bearer_auth(self.token().await?),
        }
        if let Some(key) = &ask.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = &ask.body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, wait) = (response.status(), retry_after(&response));
        let text = response.text().await?;
        Ok((Answer { status, body: serde_json::from_str(&text).unwrap_or_default() }, wait))
    }

    /// One task signs in, the others wait for it.
    async fn token(&self) -> anyhow::Result<String> {
        let mut session = self.session.lock().await;
        if let Some(session) = session.as_ref().filter(|session| Instant::now() < session.good_until) {
            return Ok(session.token.clone());
        }
        let body = json!({"email": self.email, "password": self.password, "client": "api"});
        let mut tries = 0;
        let (status, answer) = loop {
            tries += 1;
            let response = self.http.post(format!("{}/users/login", self.url)).json(&body).send().await?;
            let (status, wait) = (response.status(), retry_after(&response));
            let answer: Value = serde_json::from_str(&response.text().await?).unwrap_or_default();
            if !matches!(status.as_u16(), 429 | 502..=504) || tries == TRIES {
                break (status, answer);
            }
            tokio::time::sleep(wait).await;
        };
        let token =
            answer["access_token"].as_str().with_context(|| format!("signing in: {status} {}", answer["code"]))?;
        let life = Duration::from_secs(answer["expires_in"].as_u64().unwrap_or(300));
        let good_until = Instant::now() + life.saturating_sub(RENEWED_BEFORE).max(Duration::from_secs(10));
        *session = Some(Session { token: token.to_owned(), good_until });
        Ok(token.to_owned())
    }
}

fn retry_after(response: &Response) -> Duration {
    let secs = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(secs.unwrap_or(1).min(30))
}
