//! What reaches a service, and how its answer comes back.

use std::time::Duration;

use axum::{Router, body::Body, routing::get};
use contracts::Service;
use gateway::Config;
use http::StatusCode;
use upstream::{SERVICE_TOKEN, ServiceKey};
use web::{Edge, Verifier};

use crate::{SECRET, Stand};

#[tokio::test]
async fn each_path_reaches_its_service_with_query_and_body() {
    let stand = Stand::with(Config { dev_mail: true, ..Config::default() });
    let client = stand.client().bearing(&stand.tokens.admin());
    for (path, service) in [
        ("/users/profile", "users"),
        ("/products?q=mug&attr.colour=red", "catalog"),
        ("/products/x%20y", "catalog"),
        ("/categories", "catalog"),
        ("/media/a.webp", "catalog"),
        ("/reviews/1", "catalog"),
        ("/cart", "orders"),
        ("/orders/1", "orders"),
        ("/returns/1", "orders"),
        ("/promotions", "orders"),
        ("/payment/status?order_id=1", "payments"),
        ("/payments/1", "payments"),
        ("/shipping/track", "shipping"),
        ("/notifications/1", "notifications"),
        ("/dev/mail", "notifications"),
    ] {
        let seen = client.get(path).await.expect(200);
        assert_eq!((seen["service"].as_str(), seen["uri"].as_str()), (Some(service), Some(path)));
        let aliased = client.get(&format!("/v1{path}")).await.expect(200);
        assert_eq!((aliased["service"].as_str(), aliased["uri"].as_str()), (Some(service), Some(path)), "/v1");
    }
    let seen = client.post("/shipping/calculate", &"12345").await.expect(200);
    assert_eq!((seen["method"].as_str(), seen["body_bytes"].as_u64()), (Some("POST"), Some(7)));
}

#[tokio::test]
async fn what_is_internal_or_unknown_is_not_there() {
    let stand = Stand::new();
    let client = stand.client();
    for path in [
        "/internal/prices",
        "/v1/internal/prices",
        "/products/../internal/prices",
        "/products/%2e%2e/internal/prices",
        "//internal/prices",
        "/metrics",
        "/dev/mail",
        "/nothing",
        "/v1",
        "/v1/v1/products",
    ] {
        assert_eq!(client.get(path).await.problem(404), "not_found", "{path}");
        assert_eq!(client.bearing(&stand.tokens.admin()).get(path).await.problem(404), "not_found", "{path}");
    }
}

#[tokio::test]
async fn outsiders_cannot_say_what_only_we_may() {
    let stand = Stand::new();
    let client = stand
        .from("203.0.113.5")
        .with(SERVICE_TOKEN, "forged")
        .with("rialto-anything", "forged")
        .with("x-real-ip", "1.1.1.1")
        .with("x-forwarded-for", "1.1.1.1")
        .with("x-forwarded-host", "evil.example")
        .with("forwarded", "for=1.1.1.1")
        .with("connection", "close, order-token, rialto-service-token, x-real-ip")
        .with("keep-alive", "timeout=5")
        .with("te", "trailers")
        .with("order-token", "dropped because Connection names it");
    let seen = client.get("/products").await.expect(200);
    let headers = &seen["headers"];
    let sender =
        headers[SERVICE_TOKEN].as_str().and_then(|token| ServiceKey::new(SECRET).sender(token, Service::Catalog));
    assert_eq!(sender, Some(Service::Gateway), "the gateway's own token stands in the place of the forged one");
    assert_eq!(headers["x-real-ip"], "203.0.113.5");
    for gone in [
        "rialto-anything",
        "x-forwarded-for",
        "x-forwarded-host",
        "forwarded",
        "connection",
        "keep-alive",
        "te",
        "order-token",
    ] {
        assert_eq!(headers.get(gone), None, "{gone} went through");
    }
}

#[tokio::test]
async fn forwarded_for_is_believed_of_our_proxies_only() {
    let stand = Stand::with(Config { trusted_proxies: vec!["10.0.0.0/8".into()], ..Config::default() });
    let real_ip = async |peer: &str, forwarded: &str| {
        let seen = stand.from(peer).with("x-forwarded-for", forwarded).get("/products").await.expect(200);
        seen["headers"]["x-real-ip"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(real_ip("10.1.2.3", "1.1.1.1, 203.0.113.7").await, "203.0.113.7");
    assert_eq!(real_ip("10.1.2.3", "203.0.113.7, 10.9.9.9").await, "203.0.113.7");
    assert_eq!(real_ip("203.0.113.5", "1.1.1.1").await, "203.0.113.5");
}

#[tokio::test]
async fn ids_run_through_from_end_to_end() {
    let client = Stand::new().client();
    let answer = client.get("/products").await;
    let id = answer.headers["x-request-id"].to_str().expect("text").to_owned();
    let seen = answer.expect(200);
    assert_eq!(seen["headers"]["x-request-id"], id.as_str());
    let traceparent = seen["headers"]["traceparent"].as_str().expect("a trace was begun");
    assert_eq!(traceparent.len(), 55);

    let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let client = client.with("x-request-id", "order-page-17").with("traceparent", given).with("tracestate", "a=b");
    let answer = client.get("/products").await;
    assert_eq!(answer.headers["x-request-id"], "order-page-17");
    let seen = answer.expect(200);
    assert_eq!(seen["headers"]["x-request-id"], "order-page-17");
    assert_eq!(seen["headers"]["traceparent"], given);
    assert_eq!(seen["headers"]["tracestate"], "a=b");

    let nonsense =
        Stand::new().client().with("traceparent", "nonsense").with("tracestate", "a=b").with("x-request-id", "a b<c>");
    let answer = nonsense.get("/products").await;
    assert_ne!(answer.headers["x-request-id"], "a b<c>");
    let seen = answer.expect(200);
    assert_ne!(seen["headers"]["traceparent"], "nonsense");
    assert_eq!(seen["headers"].get("tracestate"), None);
}

#[tokio::test]
async fn a_problem_names_the_request() {
    let answer = Stand::new().client().with("x-request-id", "abc-1").get("/nothing").await;
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.expect(404)["request_id"], "abc-1");
}

#[tokio::test]
async fn answers_come_back_as_they_are_but_for_what_tells_too_much() {
    let stand = Stand::new();
    let talkative = Router::new().route(
        "/products",
        get(|headers: http::HeaderMap| async move {
            let fresh = headers.get("if-none-match").is_some_and(|tag| tag == "\"v3\"");
            let status = if fresh { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
            let told = [
                ("etag", "\"v3\""),
                ("server", "rocket/1"),
                ("x-powered-by", "steam"),
                ("rialto-service-token", "secret"),
                ("connection", "x-hop"),
                ("x-hop", "1"),
                ("set-cookie", "a=b"),
                ("cache-control", "public, max-age=60"),
            ];
            (status, told, if fresh { "" } else { "shelf" })
        }),
    );
    let client = stand.mount(Service::Catalog, talkative).client();
    let answer = client.get("/products").await;
    assert_eq!((answer.status, answer.bytes.as_slice()), (StatusCode::OK, b"shelf".as_slice()));
    assert_eq!(answer.headers["etag"], "\"v3\"");
    assert_eq!(answer.headers["set-cookie"], "a=b");
    assert_eq!(answer.headers["cache-control"], "public, max-age=60");
    for gone in ["server", "x-powered-by", "rialto-service-token", "connection", "x-hop"] {
        assert!(!answer.headers.contains_key(gone), "{gone} came through");
    }
    let answer = client.with("if-none-match", "\"v3\"").get("/products").await;
    assert_eq!((answer.status, answer.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(client.send("POST", "/products/x", Body::empty(), None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_405_and_says_which_it_takes() {
    let stand = Stand::new();
    let routes = Router::new().route("/shipping/calculate", axum::routing::post(|| async { "ok" }));
    let verifier = Verifier::new(Service::Shipping, stand.upstream.speaking_as(Service::Shipping));
    stand.mount(Service::Shipping, web::finish(routes, Service::Shipping, verifier, Edge::Inner));
    for (method, path, allow) in
        [("DELETE", "/shipping/calculate", "POST"), ("POST", "/healthz", "GET,HEAD"), ("PUT", "/", "GET,HEAD")]
    {
        let answer = stand.client().send(method, path, Body::empty(), None).await;
        assert_eq!(answer.headers["allow"], allow, "{method} {path}");
        assert_eq!(answer.problem(405), "method_not_allowed");
    }
}

#[tokio::test]
async fn a_service_that_hangs_is_given_up_and_the_long_ones_are_waited_for() {
    let stand = Stand::with(Config { timeout_secs: 1, long_timeout_secs: 2, ..Config::default() });
    let slow = async |millis: u64| {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        "at last"
    };
    let router = Router::new()
        .route("/products", get(move || slow(100)))
        .route("/products/slow", get(move || slow(60_000)))
        .route("/products/export.csv", get(move || slow(1200)))
        .route("/media/slow", get(move || slow(60_000)));
    let client = stand.mount(Service::Catalog, router).client();
    assert_eq!(client.get("/products").await.status, StatusCode::OK);
    assert_eq!(client.get("/products/export.csv").await.status, StatusCode::OK);
    for (path, secs) in [("/products/slow", 1), ("/media/slow", 2)] {
        let before = std::time::Instant::now();
        let answer = client.get(path).await;
        assert_eq!(before.elapsed().as_secs(), secs, "{path}");
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!(answer.problem(504), "timeout");
    }
}

#[tokio::test]
async fn a_service_out_of_reach_is_503_with_a_time_to_come_back() {
    let stand = Stand::new();
    stand.upstream.reach_at(Service::Catalog, vec!["http://127.0.0.1:1".into()]);
    let answer = stand.client().get("/products").await;
    assert_eq!(answer.headers["retry-after"], "2");
    assert_eq!(answer.problem(503), "unavailable");
    assert_eq!(stand.client().get("/orders").await.status, StatusCode::OK, "the others go on");
}

#[tokio::test]
async fn what_breaks_inside_stays_inside() {
    let stand = Stand::new();
    let broken = Router::new()
        .route("/products/panic", get(|| async { explode() }))
        .route(
            "/products/raw",
            get(|| async { (StatusCode::INTERNAL_SERVER_ERROR, "SELECT secret FROM users at line 7") }),
        )
        .route("/products/gone", get(|| async { (StatusCode::BAD_GATEWAY, "<h1>nginx/1.2</h1>") }));
    let client = stand.mount(Service::Catalog, broken).client();
    for (path, status, code) in [
        ("/products/panic", 500, "internal"),
        ("/products/raw", 500, "internal"),
        ("/products/gone", 503, "unavailable"),
    ] {
        let answer = client.get(path).await;
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        for secret in ["secret", "SELECT", "nginx", "boom", "panic"] {
            assert!(!text.contains(secret), "{path}: {text}");
        }
        assert!(answer.headers.contains_key("x-request-id"));
        assert!(answer.headers.contains_key("content-security-policy"), "hardened, too");
        assert_eq!(answer.problem(status), code);
    }
}

fn explode() -> &'static str {
    if SECRET.is_empty() { "never" } else { panic!("boom: a secret") }
}

/// Over HTTP as in-process: one test with real sockets between the gateway and a service.
#[tokio::test]
async fn bodies_stream_both_ways_over_http() {
    let stand = Stand::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let stop = tokio_util::sync::CancellationToken::new();
    let served = tokio::spawn(web::serve(listener, crate::echo(Service::Catalog), stop.clone()));
    stand.upstream.reach_at(Service::Catalog, vec![format!("http://{address}")]);
    let parts = futures::stream::iter((0..8).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 1000])));
    let client = stand.client().bearing(&stand.tokens.admin());
    let answer = client.send("PUT", "/products/a?b=c", Body::from_stream(parts), Some("application/json")).await;
    let seen = answer.expect(200);
    assert_eq!((seen["body_bytes"].as_u64(), seen["uri"].as_str()), (Some(8000), Some("/products/a?b=c")));
    assert_eq!(client.get("/products/%2e%2e/internal/x").await.problem(404), "not_found");
    stop.cancel();
    served.await.expect("the server ends").expect("in order");
}
