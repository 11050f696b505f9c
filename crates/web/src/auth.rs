//! Who is calling: access tokens (JWT, EdDSA) checked against the users service's keys, service tokens, and the
//! guest's order token. Every service checks for itself; a header that merely names someone counts for nothing.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::{Duration, Instant},
};

use axum::extract::FromRequestParts;
use contracts::{
    Service,
    calls::{Jwks, SessionStanding},
    ids::{SessionId, UserId},
    permissions::Permission,
};
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use upstream::{SERVICE_TOKEN, Upstream};

use crate::{problem::Problem, request};

pub const ISSUER: &str = "rialto";
pub const AUDIENCE: &str = "rialto";
const SERVICE: HeaderName = HeaderName::from_static(SERVICE_TOKEN);
const ORDER_TOKEN: HeaderName = HeaderName::from_static("order-token");
/// How far clocks may differ.
const LEEWAY_SECS: u64 = 30;
const KEYS_KEPT: Duration = Duration::from_secs(300);
/// An unknown key id makes the keys be read again, but not more often than this; nor are they after a failure.
const KEYS_REFETCHED: Duration = Duration::from_secs(10);
const KEYS_WITHIN: Duration = Duration::from_secs(2);

/// What an access token says (RFC 7519, RFC 9068).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub exp: i64,
    pub iat: i64,
    pub jti: String,
    pub sid: SessionId,
    /// `customer`, `admin`, or the name of a staff role.
    pub role: String,
    /// What the role allows; `admin` need not list anything.
    #[serde(default)]
    pub permissions: Vec<Permission>,
    pub email: String,
    pub email_verified: bool,
    /// When the user last gave a password or a second factor.
    pub auth_time: i64,
}

/// A signed-in user.
#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    pub session: SessionId,
    pub role: String,
    pub permissions: Vec<Permission>,
    pub email: String,
    pub email_verified: bool,
    pub auth_time: i64,
}

impl User {
    pub fn can(&self, permission: Permission) -> bool {
        self.role == "admin" || self.permissions.contains(&permission)
    }

    pub fn is_staff(&self) -> bool {
        self.role != "customer"
    }
}

/// Whoever sent the request. Being nobody is fine until a handler asks for more.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    user: Option<User>,
    service: Option<Service>,
    order_token: Option<String>,
}

impl Caller {
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// The signed-in user, or 401.
    pub fn signed_in(&self) -> Result<&User, Problem> {
        self.user.as_ref().ok_or_else(Problem::unauthorized)
    }

    pub fn can(&self, permission: Permission) -> bool {
        self.user.as_ref().is_some_and(|user| user.can(permission))
    }

    /// The signed-in user if the role allows `permission`; else 401 or 403.
    pub fn require(&self, permission: Permission) -> Result<&User, Problem> {
        let user = self.signed_in()?;
        if user.can(permission) { Ok(user) } else { Err(Problem::forbidden()) }
    }

    /// The service that calls, on its own behalf or on that of `user`; 404 for everyone else, who need not know
    /// that the path exists. The gateway is not taken for a service: it speaks for whoever stands outside.
    pub fn require_service(&self) -> Result<Service, Problem> {
        self.service.filter(|service| *service != Service::Gateway).ok_or_else(Problem::not_found)
    }

    /// Whether another service calls, not the outside world.
    pub fn is_service(&self) -> bool {
        self.service.is_some_and(|service| service != Service::Gateway)
    }

    /// The guest's proof that an order is theirs: header `Order-Token` or `?token=`.
    pub fn order_token(&self) -> Option<&str> {
        self.order_token.as_deref()
    }

    /// A name for idempotency records: keys of different callers never meet. It is stored, so it must not hold a token
    /// that still opens an order.
    pub fn scope(&self) -> String {
        match (&self.user, &self.order_token) {
            (Some(user), _) => format!("user:{}", user.id),
            (None, Some(token)) => format!("order-token:{}", hex::encode(Sha256::digest(token))),
            (None, None) => "guest".to_owned(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let verifier = parts.extensions.get::<Verifier>().cloned();
        let Some(verifier) = verifier else { return Err(Problem::internal("no Verifier was layered on this router")) };
        let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let service = text(SERVICE).and_then(|token| verifier.0.upstream.key().sender(token, verifier.0.me));
        let order_token = text(ORDER_TOKEN).map(str::to_owned).or_else(|| token_parameter(parts.uri.query()));
        let user = match text(header::AUTHORIZATION) {
            // Boxed: large, and most requests come without a token.
            Some(value) => Some(Box::pin(verifier.user(value)).await?),
            None => None,
        };
        Ok(Self { user, service, order_token })
    }
}

fn token_parameter(query: Option<&str>) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query?.as_bytes());
    parameters.find(|(name, _)| name == "token").map(|(_, value)| value.into_owned())
}

/// Checks access tokens for one service. Cheap to clone.
#[derive(Clone)]
pub struct Verifier(Arc<Shared>);

struct Shared {
    me: Service,
    upstream: Upstream,
    keys: RwLock<Keys>,
    /// One fetch at a time, however many requests wait for it.
    fetching: Mutex<()>,
}

#[derive(Default)]
struct Keys {
    by_id: HashMap<String, DecodingKey>,
    fetched: Option<Instant>,
    /// When they could not be read, if that was since.
    failed: Option<Instant>,
}

impl Verifier {
    pub fn new(me: Service, upstream: Upstream) -> Self {
        Self(Arc::new(Shared { me, upstream, keys: RwLock::default(), fetching: Mutex::default() }))
    }

    /// Whether a service's token came that is not good here: another shop's, or one of a process whose clock differs from
    /// this one's by more than is allowed for. Whoever made it must know; taken for a stranger, it would learn that
    /// there is nothing where there is something.
    pub(crate) fn refuses(&self, headers: &HeaderMap) -> bool {
        let key = self.0.upstream.key();
        let is_good = |token: &HeaderValue| token.to_str().is_ok_and(|token| key.sender(token, self.0.me).is_some());
        headers.get(SERVICE).is_some_and(|token| !is_good(token))
    }

    /// The user an `Authorization` header speaks for. All that is wrong with it looks the same from outside.
    pub async fn user(&self, authorization: &str) -> Result<User, Problem> {
        let refused = |cause: &str| Problem::unauthorized().cause(cause);
        let token = authorization
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| refused("not a bearer token"))?;
        let header = jsonwebtoken::decode_header(token).map_err(|error| refused(&error.to_string()))?;
        let id = header.kid.ok_or_else(|| refused("token without a key id"))?;
        let key = self.key(&id).await?.ok_or_else(|| refused("unknown key id"))?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        validation.leeway = LEEWAY_SECS;
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
            .map_err(|error| refused(&error.to_string()))?
            .claims;
        let user = User {
            id: claims.sub,
            session: claims.sid,
            role: claims.role,
            permissions: claims.permissions,
            email: claims.email,
            email_verified: claims.email_verified,
            auth_time: claims.auth_time,
        };
        // A customer's token may outlive its session by minutes; staff rights end at once. The gateway leaves that
        // to the service it passes the request to: users does not answer it on internal paths.
        if user.is_staff() && !matches!(self.0.me, Service::Users | Service::Gateway) {
            let standing =
                self.0.upstream.call(&SessionStanding { session_id: user.session }, &request::context()).await?;
            if !standing.active {
                return Err(refused("session has ended"));
            }
        }
        Ok(user)
    }

    async fn key(&self, id: &str) -> Result<Option<DecodingKey>, Problem> {
        let (known, age) = self.known(id);
        if known.is_some() && age.is_some_and(|age| age < KEYS_KEPT) {
            return Ok(known);
        }
        let _one_at_a_time = match (known, self.0.fetching.try_lock()) {
            (_, Ok(turn)) => turn,
            // Someone asks already; an old key will do until he knows more.
            (Some(key), Err(_)) => return Ok(Some(key)),
            (None, Err(_)) => self.0.fetching.lock().await,
        };
        let (known, age) = self.known(id);
        if age.is_some_and(|age| age < if known.is_some() { KEYS_KEPT } else { KEYS_REFETCHED }) {
            return Ok(known);
        }
        match self.fetch().await {
            Ok(()) => Ok(self.known(id).0),
            // Users is away: a key we know goes on being good.
            Err(problem) => known.map(Some).ok_or(problem),
        }
    }

    /// The key, if it is known, and how long ago the keys were read.
    fn known(&self, id: &str) -> (Option<DecodingKey>, Option<Duration>) {
        let keys = self.0.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        (keys.by_id.get(id).cloned(), keys.fetched.map(|at| at.elapsed()))
    }

    /// Reads the keys, unless that failed a moment ago: with users away, not every request shall wait to learn it.
    async fn fetch(&self) -> Result<(), Problem> {
        let failed = self.0.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).failed;
        if failed.is_some_and(|at| at.elapsed() < KEYS_REFETCHED) {
            return Err(Problem::unavailable("the keys of access tokens could not be read a moment ago"));
        }
        let outcome = self.read_keys().await;
        let mut keys = self.0.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        match outcome {
            Ok(by_id) => *keys = Keys { by_id, fetched: Some(Instant::now()), failed: None },
            Err(problem) => {
                keys.failed = Some(Instant::now());
                return Err(problem);
            }
        }
        Ok(())
    }

    async fn read_keys(&self) -> Result<HashMap<String, DecodingKey>, Problem> {
        let context = upstream::Context::default();
        let answer = tokio::time::timeout(KEYS_WITHIN, self.0.upstream.call(&Jwks, &context)).await;
        let answer = answer.map_err(|_| Problem::unavailable("the keys of access tokens took too long"))??;
        let set: JwkSet = serde_json::from_value(answer).map_err(Problem::internal)?;
        let mut by_id = HashMap::new();
        for jwk in &set.keys {
            if let (Some(id), Ok(key)) = (&jwk.common.key_id, DecodingKey::from_jwk(jwk)) {
                by_id.insert(id.clone(), key);
            }
        }
        Ok(by_id)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::Router;
    use upstream::ServiceKey;

    use super::*;

    #[test]
    fn the_scope_of_an_order_token_tells_tokens_apart_and_does_not_tell_them() {
        let scope = |token: &str| Caller { order_token: Some(token.to_owned()), ..Caller::default() }.scope();
        assert_eq!(scope("a-guest-token"), scope("a-guest-token"));
        assert_ne!(scope("a-guest-token"), scope("another"));
        assert!(!scope("a-guest-token").contains("a-guest-token"));
    }

    #[tokio::test]
    async fn while_users_is_away_an_old_key_is_good_and_nobody_waits_in_line() {
        let asked = Arc::new(AtomicU32::new(0));
        let counted = asked.clone();
        let hangs = Router::new().fallback(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<()>()
        });
        let upstream = Upstream::new(Service::Orders, ServiceKey::new(b"a secret"));
        upstream.mount(Service::Users, hangs);
        let verifier = Verifier::new(Service::Orders, upstream);
        let long_ago = Instant::now().checked_sub(KEYS_KEPT + Duration::from_secs(1)).expect("this machine is up");
        let by_id = HashMap::from([("known".to_owned(), DecodingKey::from_secret(b"any"))]);
        *verifier.0.keys.write().expect("not poisoned") = Keys { by_id, fetched: Some(long_ago), failed: None };

        let begun = Instant::now();
        let tries = (0..20).map(|_| {
            let verifier = verifier.clone();
            tokio::spawn(async move { verifier.key("known").await })
        });
        for outcome in tries.collect::<Vec<_>>() {
            assert!(outcome.await.expect("no panic").is_ok_and(|key| key.is_some()));
        }
        let unknown = verifier.key("unknown").await.expect_err("nobody can say");
        assert_eq!(unknown.status(), 503);
        assert_eq!(asked.load(Ordering::Relaxed), 1, "users was asked again and again");
        assert!(begun.elapsed() < KEYS_WITHIN * 2, "{:?}", begun.elapsed());
    }
}
