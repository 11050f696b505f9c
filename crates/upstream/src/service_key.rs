//! Service tokens: short-lived proof that a call comes from a service of this shop, for that one service.
//!
//! They travel in a header of their own, which the gateway strips from outside requests, so that a user's token
//! and a service's can never be mistaken for each other.

use contracts::Service;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

/// The header that carries a service token.
pub const SERVICE_TOKEN: &str = "rialto-service-token";

const LIFE_SECS: i64 = 60;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: Service,
    aud: Service,
    exp: i64,
}

/// The secret the services of one shop share (HMAC-SHA256).
#[derive(Clone)]
pub struct ServiceKey {
    sign: EncodingKey,
    verify: DecodingKey,
}

impl ServiceKey {
    /// `secret` should be 32 random bytes.
    pub fn new(secret: &[u8]) -> Self {
        Self { sign: EncodingKey::from_secret(secret), verify: DecodingKey::from_secret(secret) }
    }

    pub(crate) fn token(&self, from: Service, to: Service) -> Result<String, jsonwebtoken::errors::Error> {
        let exp = contracts::time::now().timestamp() + LIFE_SECS;
        encode(&Header::new(Algorithm::HS256), &Claims { iss: from, aud: to, exp }, &self.sign)
    }

    /// Who sent `token`, if it was made for `to` and is still good.
    pub fn sender(&self, token: &str, to: Service) -> Option<Service> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[to.name()]);
        validation.leeway = 30;
        decode::<Claims>(token, &self.verify, &validation).ok().map(|token| token.claims.iss)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_addressee_and_its_shop_only() {
        let key = ServiceKey::new(b"one shop's secret");
        let token = key.token(Service::Orders, Service::Catalog).expect("signs");
        assert_eq!(key.sender(&token, Service::Catalog), Some(Service::Orders));
        assert_eq!(key.sender(&token, Service::Payments), None);
        assert_eq!(ServiceKey::new(b"another's").sender(&token, Service::Catalog), None);
        assert_eq!(key.sender("", Service::Catalog), None);
    }
}
