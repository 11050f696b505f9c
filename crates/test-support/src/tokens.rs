//! Access tokens as the users service makes them, signed with a key of the test's own.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::{Json, Router, extract::Path, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::{
    ids::{SessionId, UserId},
    permissions::Permission,
    time,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use web::auth::{AUDIENCE, Claims, ISSUER};

const KEY_ID: &str = "test-key";

/// Signs tokens. Mount `router()` as the users service, so that the service under test finds the key.
#[derive(Clone)]
pub struct Tokens {
    key: EncodingKey,
    jwks: Value,
}

impl Default for Tokens {
    fn default() -> Self {
        Self::new()
    }
}

impl Tokens {
    pub fn new() -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key pair");
        let pkcs8 = pair.to_pkcs8v1().expect("the key in PKCS #8");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": KEY_ID, "x": x});
        Self { key: EncodingKey::from_ed_der(pkcs8.as_ref()), jwks: json!({"keys": [jwk]}) }
    }

    /// What the other services need of users: the keys, and that every session stands.
    pub fn router(&self) -> Router {
        let jwks = self.jwks.clone();
        Router::new()
            .route("/.well-known/jwks.json", get(|| async { Json(jwks) }))
            .route("/internal/sessions/{id}", get(|_: Path<String>| async { Json(json!({"active": true})) }))
    }

    /// `Bearer …` for a customer with the address `customer@example.test`.
    pub fn customer(&self, id: UserId) -> String {
        self.bearer(&self.claims(id, "customer", &[]))
    }

    /// `Bearer …` for an administrator.
    pub fn admin(&self) -> String {
        self.bearer(&self.claims(UserId::new(), "admin", &[]))
    }

    /// `Bearer …` for staff with just these permissions.
    pub fn staff(&self, permissions: &[Permission]) -> String {
        self.bearer(&self.claims(UserId::new(), "clerk", permissions))
    }

    /// Claims to change before `bearer` signs them.
    pub fn claims(&self, id: UserId, role: &str, permissions: &[Permission]) -> Claims {
        let now = time::now().timestamp();
        Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: id,
            exp: now + 600,
            iat: now,
            jti: SessionId::new().to_string(),
            sid: SessionId::new(),
            role: role.into(),
            permissions: permissions.to_vec(),
            email: format!("{role}@example.test"),
            email_verified: true,
            auth_time: now,
        }
    }

    pub fn bearer(&self, claims: &Claims) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(KEY_ID.into());
        format!("Bearer {}", encode(&header, claims, &self.key).expect("the token is signed"))
    }
}
