//! Service tokens: short-lived proof that a call comes from a service of this shop, for that one service.
//!
//! They travel in a header of their own, which the gateway strips from outside requests, so that a user's token
//! and a service's can never be mistaken for each other.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use contracts::Service;
use http::{HeaderValue, header::InvalidHeaderValue};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

/// The header that carries a service token.
pub const SERVICE_TOKEN: &str = "rialto-service-token";

const LIFE_SECS: i64 = 60;
/// How far the clocks of two machines may differ.
const LEEWAY_SECS: i64 = 30;
/// Checked tokens that are remembered at most; each pair of processes makes two a minute.
const CHECKED_MAX: usize = 1_000;

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Claims {
    iss: Service,
    aud: Service,
    exp: i64,
}

/// The secret the services of one shop share (HMAC-SHA256). Cheap to clone.
///
/// A token is used for the first half of its life, and one that was checked is known until it ends: a request passes
/// several services, and signing and checking anew each time would cost more than what they do.
#[derive(Clone)]
pub struct ServiceKey(Arc<Shared>);

struct Shared {
    sign: EncodingKey,
    verify: DecodingKey,
    /// By who speaks to whom.
    made: RwLock<HashMap<(Service, Service), Made>>,
    checked: RwLock<HashMap<String, Claims>>,
}

/// Why a token could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoToken {
    #[error(transparent)]
    Signing(#[from] jsonwebtoken::errors::Error),
    #[error(transparent)]
    Header(#[from] InvalidHeaderValue),
}

#[derive(Clone)]
struct Made {
    token: HeaderValue,
    exp: i64,
}

impl ServiceKey {
    /// `secret` should be 32 random bytes.
    pub fn new(secret: &[u8]) -> Self {
        Self(Arc::new(Shared {
            sign: EncodingKey::from_secret(secret),
            verify: DecodingKey::from_secret(secret),
            made: RwLock::default(),
            checked: RwLock::default(),
        }))
    }

    /// A token by which `from` speaks to `to`, as a header's value.
    pub(crate) fn token(&self, from: Service, to: Service) -> Result<HeaderValue, NoToken> {
        let now = contracts::time::now().timestamp();
        let made = self.0.made.read().unwrap_or_else(PoisonError::into_inner).get(&(from, to)).cloned();
        if let Some(Made { token, exp }) = made
            && exp - now > LIFE_SECS / 2
        {
            return Ok(token);
        }
        let exp = now + LIFE_SECS;
        let claims = Claims { iss: from, aud: to, exp };
        let mut token = HeaderValue::try_from(encode(&Header::new(Algorithm::HS256), &claims, &self.0.sign)?)?;
        token.set_sensitive(true);
        self.0
            .made
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((from, to), Made { token: token.clone(), exp });
        Ok(token)
    }

    /// Who sent `token`, if it was made for `to` and is still good.
    pub fn sender(&self, token: &str, to: Service) -> Option<Service> {
        let now = contracts::time::now().timestamp();
        let known = self.0.checked.read().unwrap_or_else(PoisonError::into_inner).get(token).copied();
        let is_good = |claims: &Claims| claims.aud == to && claims.exp + LEEWAY_SECS > now;
        if let Some(claims) = known.filter(is_good) {
            return Some(claims.iss);
        }
        let claims = self.check(token, to)?;
        let mut checked = self.0.checked.write().unwrap_or_else(PoisonError::into_inner);
        if checked.len() >= CHECKED_MAX {
            checked.retain(|_, claims| claims.exp + LEEWAY_SECS > now);
        }
        if checked.len() < CHECKED_MAX {
            checked.insert(token.to_owned(), claims);
        }
        Some(claims.iss)
    }

    fn check(&self, token: &str, to: Service) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[to.name()]);
        validation.leeway = LEEWAY_SECS.unsigned_abs();
        decode::<Claims>(token, &self.0.verify, &validation).ok().map(|token| token.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_addressee_and_its_shop_only() {
        let key = ServiceKey::new(b"one shop's secret");
        let token = key.token(Service::Orders, Service::Catalog).expect("signs");
        let token = token.to_str().expect("text");
        for _again in 0..2 {
            assert_eq!(key.sender(token, Service::Catalog), Some(Service::Orders));
            assert_eq!(key.sender(token, Service::Payments), None);
        }
        assert_eq!(ServiceKey::new(b"another's").sender(token, Service::Catalog), None);
        assert_eq!(key.sender("", Service::Catalog), None);
    }

    #[test]
    fn a_token_that_was_good_once_ends_all_the_same() {
        let key = ServiceKey::new(b"one shop's secret");
        let exp = contracts::time::now().timestamp() - LEEWAY_SECS;
        let ended = Claims { iss: Service::Orders, aud: Service::Catalog, exp };
        key.0.checked.write().expect("not poisoned").insert("ended".to_owned(), ended);
        assert_eq!(key.sender("ended", Service::Catalog), None);
    }
}
