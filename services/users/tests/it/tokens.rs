//! Access tokens and the keys that sign them.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use contracts::{ids::UserId, permissions::Permission, time};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use users::{Config, Secret, jobs};
use web::auth::Claims;

use crate::shop::{PASSWORD, Shop, config, text};

fn part(token: &str, index: usize) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(index).expect("three parts")).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

async fn key_ids(shop: &Shop) -> Vec<String> {
    let jwks = shop.client.get("/.well-known/jwks.json").await.expect(200);
    jwks["keys"].as_array().expect("a list").iter().map(|key| text(&key["kid"])).collect()
}

#[tokio::test]
async fn a_token_says_what_every_service_reads() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let header = part(&ada.access_token, 0);
        assert_eq!(header["alg"], "EdDSA");
        assert_eq!(key_ids(&shop).await, [text(&header["kid"])]);
        let claims: Claims = serde_json::from_value(part(&ada.access_token, 1)).expect("the shared claims");
        assert_eq!(claims.sub.to_string(), ada.id);
        assert_eq!((claims.iss.as_str(), claims.aud.as_str(), claims.role.as_str()), ("rialto", "rialto", "customer"));
        assert_eq!(claims.exp - claims.iat, 600);
        assert!(claims.permissions.is_empty() && !claims.email_verified);
        assert_eq!(claims.email, "ada@example.org");
        let jwks = shop.client.get("/.well-known/jwks.json").await;
        assert_eq!(jwks.headers["cache-control"], "public, max-age=300");
        let key = &jwks.expect(200)["keys"][0];
        assert_eq!(
            (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
            (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &json!("sig"))
        );
        assert!(key.get("d").is_none(), "the private half stays here");
    }
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let shop = Shop::open(test_support::sqlite(), config()).await;
    let ada = shop.register("ada@example.org").await;
    let header = part(&ada.access_token, 0);
    let kid = text(&header["kid"]);
    let claims: Claims = serde_json::from_value(part(&ada.access_token, 1)).expect("the shared claims");
    let signed = |algorithm: Algorithm, kid: &str, claims: &Value, key: &EncodingKey| {
        let mut header = Header::new(algorithm);
        header.kid = Some(kid.to_owned());
        encode(&header, claims, key).expect("signs")
    };
    let honest = serde_json::to_value(&claims).expect("JSON");
    let pair = Ed25519KeyPair::generate().expect("a key");
    let pkcs8 = pair.to_pkcs8v1().expect("PKCS #8");
    let stranger = EncodingKey::from_ed_der(pkcs8.as_ref());
    let jwks = shop.client.get("/.well-known/jwks.json").await.expect(200);
    let public = text(&jwks["keys"][0]["x"]);
    let public_bytes = URL_SAFE_NO_PAD.decode(&public).expect("base64url");

    let mut admin = honest.clone();
    admin["role"] = "admin".into();
    let payload = |claims: &Value| URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).expect("JSON"));
    let signature = ada.access_token.rsplit('.').next().expect("a signature").to_owned();
    let head = ada.access_token.split('.').next().expect("a header").to_owned();
    let none = URL_SAFE_NO_PAD.encode(json!({"alg": "none", "typ": "JWT", "kid": kid}).to_string());
    for (what, token) in [
        ("another key", signed(Algorithm::EdDSA, &kid, &honest, &stranger)),
        ("an unknown key id", signed(Algorithm::EdDSA, "unknown", &honest, &stranger)),
        (
            "HMAC with the public key's bytes",
            signed(Algorithm::HS256, &kid, &admin, &EncodingKey::from_secret(&public_bytes)),
        ),
        (
            "HMAC with the public key's text",
            signed(Algorithm::HS256, &kid, &admin, &EncodingKey::from_secret(public.as_bytes())),
        ),
        ("no algorithm", format!("{none}.{}.", payload(&admin))),
        ("no algorithm, old signature", format!("{none}.{}.{signature}", payload(&admin))),
        ("changed claims", format!("{head}.{}.{signature}", payload(&admin))),
        ("no signature", format!("{head}.{}.", payload(&honest))),
        ("a refresh token", ada.refresh_token.clone()),
        ("nothing", String::new()),
    ] {
        let answer = shop.client.bearing(&format!("Bearer {token}")).get("/users/profile").await;
        assert_eq!(answer.problem(401), "unauthorized", "{what}");
    }
    for named in ["x-user-id", "x-forwarded-user", "x-authenticated-user", "user-id"] {
        assert_eq!(shop.client.with(named, &ada.id).get("/users/profile").await.status, 401, "{named}");
    }
    ada.client.get("/users/profile").await.expect(200);
}

#[tokio::test]
async fn rights_in_a_token_do_not_outlive_those_in_the_table() {
    // A key of ours that signs what the table does not say: the session, not the token, is asked.
    let shop = Shop::open(test_support::sqlite(), config()).await;
    let tokens = test_support::Tokens::new();
    let ada = shop.register("ada@example.org").await;
    let id: UserId = ada.id.parse().expect("an id");
    let claims = tokens.claims(id, "admin", &[Permission::UsersRead]);
    assert!(claims.exp > time::now().timestamp());
    shop.upstream.mount(contracts::Service::Users, tokens.router());
    let forged = shop.client.bearing(&tokens.bearer(&claims));
    assert_eq!(forged.get("/users").await.problem(401), "unauthorized", "no such session");
    let real: Claims = serde_json::from_value(part(&ada.access_token, 1)).expect("claims");
    let lent = shop.client.bearing(&tokens.bearer(&Claims { sid: real.sid, ..claims.clone() }));
    assert_eq!(lent.get("/users").await.problem(403), "forbidden", "the session's owner is a customer");
    let other = shop.client.bearing(&tokens.bearer(&Claims { sid: real.sid, sub: UserId::new(), ..claims }));
    assert_eq!(other.get("/users/profile").await.problem(401), "unauthorized", "the session of someone else");
}

#[tokio::test]
async fn keys_rotate_without_anyone_noticing() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let first = text(&part(&ada.access_token, 0)["kid"]);
        shop.advance(Duration::days(30) - Duration::hours(1));
        jobs::sweep(&shop.app).await.expect("sweeps");
        jobs::sweep(&shop.app).await.expect("sweeps");
        let published = key_ids(&shop).await;
        assert_eq!(published.len(), 2, "published before it signs");
        let still = shop.login("ada@example.org", PASSWORD).await;
        assert_eq!(text(&part(&still.access_token, 0)["kid"]), first);
        shop.advance(Duration::hours(1));
        let after = shop.login("ada@example.org", PASSWORD).await;
        assert_eq!(text(&part(&after.access_token, 0)["kid"]), published[1]);
        after.client.get("/users/profile").await.expect(200);
        still.client.get("/users/profile").await.expect(200);
        shop.advance(Duration::minutes(13));
        jobs::sweep(&shop.app).await.expect("sweeps");
        assert_eq!(key_ids(&shop).await, [published[1].clone()], "the old one goes with its last token");
        assert_eq!(shop.query("SELECT id FROM signing_keys").await.len(), 1);
    }
}

#[tokio::test]
async fn keys_survive_a_restart_and_are_replaced_when_the_secret_is_lost() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        let before = key_ids(&shop).await;
        let restarted = shop.restart(config()).await;
        assert_eq!(key_ids(&restarted).await, before);
        let other = shop.restart(Config { secret: Secret::new("another secret of 32 characters!!"), ..config() }).await;
        assert_ne!(key_ids(&other).await, before);
        let ada = other.login("ada@example.org", PASSWORD).await;
        ada.client.get("/users/profile").await.expect(200);
    }
}
