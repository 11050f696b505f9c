//! What every answer carries, whoever gave it; CORS; compression.

use axum::{Router, body::Body, routing::get};
use contracts::Service;
use flate2::read::GzDecoder;
use gateway::Config;
use http::{HeaderMap, StatusCode};
use std::io::Read;

use crate::Stand;

const API_CSP: &str = "default-src 'none'; frame-ancestors 'none'";

#[track_caller]
fn assert_careful(headers: &HeaderMap, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("permissions-policy", "geolocation=(), camera=(), microphone=(), payment=(self)"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-site"),
    ] {
        assert_eq!(headers.get(name).and_then(|value| value.to_str().ok()), Some(value), "{what}: {name}");
    }
    assert!(headers.contains_key("x-request-id"), "{what}: x-request-id");
    assert!(headers.contains_key("cache-control"), "{what}: cache-control");
    assert!(!headers.contains_key("server"), "{what}: server");
}

#[tokio::test]
async fn every_answer_is_careful() {
    let client = Stand::new().client();
    for (path, csp) in [
        ("/products", true),
        ("/nothing", true),
        ("/healthz", true),
        ("/readyz", true),
        ("/openapi.json", true),
        ("/", false),
        ("/docs", false),
    ] {
        let answer = client.get(path).await;
        assert_careful(&answer.headers, path);
        assert!(!answer.headers.contains_key("strict-transport-security"), "{path}: no TLS, no HSTS");
        let policy = answer.headers["content-security-policy"].to_str().expect("text");
        assert_eq!(policy == API_CSP, csp, "{path}: {policy}");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    }
    assert_careful(&client.send("DELETE", "/", Body::empty(), None).await.headers, "405");
    assert_careful(&client.bearing("Bearer x").get("/products").await.headers, "401");
    assert_eq!(client.get("/products").await.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn https_is_insisted_on_where_there_is_tls() {
    let config = Config { tls: true, public_url: "https://shop.example".into(), ..Config::default() };
    let answer = Stand::with(config).client().get("/products").await;
    assert_eq!(answer.headers["strict-transport-security"], "max-age=63072000; includeSubDomains");
}

#[tokio::test]
async fn a_service_that_knows_better_is_heard() {
    let stand = Stand::new();
    let own = Router::new().route(
        "/products",
        get(|| async {
            let told = [
                ("content-security-policy", "default-src 'self'"),
                ("cross-origin-resource-policy", "cross-origin"),
                ("x-frame-options", "SAMEORIGIN"),
                ("x-content-type-options", "sniff"),
            ];
            (told, "page")
        }),
    );
    let answer = stand.mount(Service::Catalog, own).client().get("/products").await;
    assert_eq!(answer.headers["content-security-policy"], "default-src 'self'");
    assert_eq!(answer.headers["cross-origin-resource-policy"], "cross-origin");
    assert_eq!(answer.headers["x-frame-options"], "SAMEORIGIN");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff", "but not in everything");
}

#[tokio::test]
async fn other_origins_are_shut_out_unless_listed() {
    let closed = Stand::new().client().with("origin", "https://admin.example");
    let answer = closed.get("/products").await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    let answer =
        closed.with("access-control-request-method", "PUT").send("OPTIONS", "/products/1", Body::empty(), None).await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));

    let stand = Stand::with(Config { allowed_origins: vec!["https://admin.example".into()], ..Config::default() });
    let listed = stand.client().with("origin", "https://admin.example");
    let answer = listed.get("/nothing").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.headers["access-control-allow-origin"], "https://admin.example", "problems can be read, too");
    assert_eq!(answer.headers["access-control-allow-credentials"], "true");
    let exposed = answer.headers["access-control-expose-headers"].to_str().expect("text").to_owned();
    assert!(exposed.contains("x-request-id") && exposed.contains("etag"), "{exposed}");
    let preflight = listed
        .with("access-control-request-method", "PUT")
        .with("access-control-request-headers", "authorization,if-match")
        .send("OPTIONS", "/products/1", Body::empty(), None)
        .await;
    assert_eq!(preflight.status, StatusCode::OK);
    assert!(preflight.headers["access-control-allow-methods"].to_str().expect("text").contains("PUT"));
    assert_careful(&preflight.headers, "preflight");
    for other in ["https://evil.example", "https://admin.example.evil.example", "http://admin.example", "null"] {
        let answer = stand.client().with("origin", other).get("/products").await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{other}");
    }
}

#[tokio::test]
async fn long_text_is_compressed_and_nothing_else() {
    let stand = Stand::new();
    let long = "[\"a mug\"]".repeat(400);
    let json = long.clone();
    let router = Router::new()
        .route("/products", get(move || async { ([("content-type", "application/json"), ("etag", "\"v1\"")], json) }))
        .route("/products/tiny", get(|| async { ([("content-type", "application/json")], "[]") }))
        .route("/media/picture", get(|| async { ([("content-type", "image/webp")], vec![7_u8; 4000]) }))
        .route(
            "/media/packed",
            get(|| async { ([("content-type", "text/plain"), ("content-encoding", "br")], vec![7_u8; 4000]) }),
        );
    let client = stand.mount(Service::Catalog, router).client();
    let packing = client.with("accept-encoding", "gzip");
    let answer = packing.get("/products").await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    assert_eq!(answer.headers["etag"], "\"v1\"");
    assert!(answer.headers["vary"].to_str().expect("text").to_lowercase().contains("accept-encoding"));
    assert!(answer.bytes.len() < long.len() / 4);
    let mut text = String::new();
    GzDecoder::new(answer.bytes.as_slice()).read_to_string(&mut text).expect("gzip");
    assert_eq!(text, long);
    assert_eq!(client.with("accept-encoding", "gzip, br").get("/products").await.headers["content-encoding"], "br");
    assert!(!client.get("/products").await.headers.contains_key("content-encoding"), "not asked for");
    assert!(!packing.get("/products/tiny").await.headers.contains_key("content-encoding"));
    assert!(!packing.get("/media/picture").await.headers.contains_key("content-encoding"));
    assert_eq!(packing.get("/media/packed").await.headers["content-encoding"], "br", "packed already");
}
