//! Who is let in: tokens, accounts, other sites' pages, and requests that are too long.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{body::Body, extract::Path};
use contracts::{Service, ids::UserId, permissions::Permission};
use gateway::{Config, Switch};
use http::StatusCode;
use utoipa::openapi::{
    HttpMethod, OpenApiBuilder, PathItem, PathsBuilder, path::OperationBuilder, security::SecurityRequirement,
};

use crate::Stand;

#[tokio::test]
async fn a_bad_token_is_refused_at_once_and_a_good_one_goes_on() {
    let stand = Stand::new();
    let mut expired = stand.tokens.claims(UserId::new(), "customer", &[]);
    expired.exp -= 3600;
    let mut foreign = stand.tokens.claims(UserId::new(), "customer", &[]);
    foreign.aud = "another shop".into();
    let others = test_support::Tokens::new().customer(UserId::new());
    for bad in [
        "Bearer nonsense".to_owned(),
        "Basic dXNlcjpwYXNz".to_owned(),
        "Bearer ".to_owned(),
        stand.tokens.bearer(&expired),
        stand.tokens.bearer(&foreign),
        others,
    ] {
        let answer = stand.client().bearing(&bad).get("/products").await;
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
        assert_eq!(answer.problem(401), "unauthorized", "{bad}");
    }
    for good in
        [stand.tokens.customer(UserId::new()), stand.tokens.admin(), stand.tokens.staff(&[Permission::CatalogRead])]
    {
        let seen = stand.client().bearing(&good).get("/products").await.expect(200);
        assert_eq!(seen["headers"]["authorization"], good.as_str(), "the service checks it again");
    }
    assert_eq!(stand.client().get("/products").await.status, StatusCode::OK, "nobody is welcome, too");
}

#[tokio::test]
async fn staff_get_in_without_the_gateway_asking_on_internal_paths() {
    let stand = Stand::new();
    let admin = stand.tokens.admin();
    // Users closes its internal paths to the gateway; the service behind asks instead.
    let public_only = axum::Router::new().route(
        "/.well-known/jwks.json",
        axum::routing::get({
            let jwks = stand.client().get("/.well-known/jwks.json").await.expect(200);
            move || async { axum::Json(jwks) }
        }),
    );
    stand.mount(Service::Users, public_only);
    assert_eq!(stand.client().bearing(&admin).get("/inventory/A").await.status, StatusCode::OK);
}

/// An operation that lets in who satisfies one of `ways`.
fn operation(ways: &[Option<&str>]) -> OperationBuilder {
    let way = |way: &Option<&str>| match way {
        Some(scheme) => SecurityRequirement::new(*scheme, Vec::<String>::new()),
        None => SecurityRequirement::default(),
    };
    OperationBuilder::new().securities(Some(ways.iter().map(way)))
}

#[tokio::test]
async fn strangers_are_turned_away_from_what_needs_an_account_before_a_service_is_asked() {
    let mut products = PathItem::new(HttpMethod::Get, operation(&[None, Some("bearer")]));
    products.put = Some(operation(&[Some("bearer")]).build());
    let orders = PathItem::new(HttpMethod::Get, operation(&[Some("bearer"), Some("orderToken")]));
    let users = PathItem::new(HttpMethod::Get, operation(&[Some("bearer")]));
    let paths = PathsBuilder::new()
        .path("/products/{id}", products)
        .path("/orders/{id}", orders)
        .path("/users", users)
        .path("/categories", PathItem::new(HttpMethod::Get, OperationBuilder::new()));
    let stand = Stand::documented(Config::default(), OpenApiBuilder::new().paths(paths).build());
    for (method, path, account_only) in [
        ("PUT", "/products/1", true),
        ("PUT", "/v1/products/1", true),
        ("GET", "/users", true),
        ("HEAD", "/users", true),
        ("GET", "/products/1", false),
        ("GET", "/orders/1", false),
        ("GET", "/categories", false),
        // Not in the document: the service will answer 405 or 404.
        ("DELETE", "/products/1", false),
        ("GET", "/users/unknown", false),
    ] {
        let stranger = stand.client().send(method, path, Body::empty(), None).await;
        let expected = if account_only { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
        assert_eq!(stranger.status, expected, "{method} {path}");
        let customer = stand.client().bearing(&stand.tokens.customer(UserId::new()));
        let answer = customer.send(method, path, Body::empty(), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{method} {path}: whether a customer may is for the service to say");
    }
}

#[tokio::test]
async fn pages_of_other_sites_cannot_use_our_cookies() {
    let stand = Stand::with(Config { allowed_origins: vec!["https://admin.example".into()], ..Config::default() });
    let cookie = stand.client().with("cookie", "refresh=1");
    let status = async |client: &test_support::Client| client.post("/users/token/refresh", &()).await.status;
    assert_eq!(
        status(&cookie.with("sec-fetch-site", "cross-site").with("origin", "https://evil.example")).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        status(&cookie.with("sec-fetch-site", "cross-site").with("origin", "https://admin.example")).await,
        StatusCode::OK
    );
    assert_eq!(status(&cookie.with("sec-fetch-site", "same-origin")).await, StatusCode::OK);
    assert_eq!(status(&cookie).await, StatusCode::OK, "no browser");
    let no_cookie = stand.client().with("sec-fetch-site", "cross-site");
    assert_eq!(status(&no_cookie).await, StatusCode::OK);
}

#[tokio::test]
async fn what_is_too_long_is_refused_in_problem_form() {
    let client = Stand::new().client();
    let path = |bytes: usize| format!("/products?q={}", "x".repeat(bytes - "/products?q=".len()));
    assert_eq!(client.get(&path(8 * 1024)).await.status, StatusCode::OK);
    assert_eq!(client.get(&path(8 * 1024 + 1)).await.problem(414), "uri_too_long");
    assert_eq!(client.with("x-long", &"x".repeat(15_000)).get("/products").await.status, StatusCode::OK);
    assert_eq!(client.with("x-long", &"x".repeat(16_384)).get("/products").await.problem(431), "headers_too_large");
    let many = |count: usize| (0..count).fold(client.clone(), |client, n| client.with(&format!("x-{n}"), "1"));
    assert_eq!(many(90).get("/products").await.status, StatusCode::OK);
    assert_eq!(many(101).get("/products").await.problem(431), "headers_too_large");
}

#[tokio::test]
async fn more_at_once_than_there_is_room_for_are_asked_to_come_back() {
    let stand = Stand::with(Config { in_flight_max: 1, ..Config::default() });
    let (entered, mut inside) = tokio::sync::mpsc::channel::<()>(1);
    let leave = std::sync::Arc::new(tokio::sync::Notify::new());
    let waiting = leave.clone();
    let router = axum::Router::new().route(
        "/products",
        axum::routing::get(move || {
            let (entered, waiting) = (entered.clone(), waiting.clone());
            async move {
                let _ = entered.send(()).await;
                waiting.notified().await;
                "done"
            }
        }),
    );
    let client = stand.mount(Service::Catalog, router).client();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.get("/products").await.status }
    });
    inside.recv().await.expect("the first is inside");
    let answer = client.get("/orders").await;
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(answer.problem(503), "overloaded");
    assert_eq!(client.get("/healthz").await.status, StatusCode::OK, "probes always get in");
    leave.notify_one();
    assert_eq!(first.await.expect("it ends"), StatusCode::OK);
    assert_eq!(client.get("/orders").await.status, StatusCode::OK);
}

/// A service in which each request stays for as long as its path says, in ms, and that counts who is there.
#[derive(Clone, Default)]
struct Room {
    entered: Arc<AtomicUsize>,
    inside: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Room {
    fn router(&self) -> axum::Router {
        let (room, webhooks) = (self.clone(), self.clone());
        let stay = move |Path(stay): Path<u64>| room.clone().stay(Duration::from_millis(stay));
        axum::Router::new().route("/cart/{stay}", axum::routing::any(stay)).route(
            "/payment/webhooks/{from}",
            axum::routing::post(move || webhooks.clone().stay(Duration::from_millis(100))),
        )
    }

    async fn stay(self, time: Duration) {
        self.entered.fetch_add(1, Ordering::SeqCst);
        let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(inside, Ordering::SeqCst);
        tokio::time::sleep(time).await;
        self.inside.fetch_sub(1, Ordering::SeqCst);
    }

    /// The most that were inside at once since the last time.
    fn most(&self) -> usize {
        self.most.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test]
async fn writes_wait_for_their_turn_and_whoever_takes_long_gives_it_up() {
    let stand = Stand::with(Config { writes_at_once: Some(2), rate_limit: Switch::Off, ..Config::default() });
    let room = Room::default();
    stand.mount(Service::Orders, room.router());
    let client = stand.mount(Service::Payments, room.router()).client();
    let all = async |method: &str, path: &str, count: usize| {
        let asked = (0..count).map(|_| client.send(method, path, Body::empty(), None));
        for answer in futures::future::join_all(asked).await {
            assert_eq!(answer.status, StatusCode::OK, "{method} {path}");
        }
        room.most()
    };
    assert_eq!(all("POST", "/cart/20", 8).await, 2, "the others wait");
    assert_eq!(all("GET", "/cart/100", 8).await, 8, "who reads does not");
    assert_eq!(all("POST", "/payment/webhooks/sandbox", 8).await, 8, "nor does news of payments");
    assert_eq!(all("POST", "/cart/1000", 4).await, 4, "nobody waits for one that waits for somebody else");
}

#[tokio::test]
async fn whose_turn_does_not_come_in_time_is_told_that_nothing_happened() {
    let stand = Stand::with(Config { writes_at_once: Some(1), timeout_secs: 5, ..Config::default() });
    let room = Room::default();
    let client = stand.mount(Service::Orders, room.router()).client();
    // Each gives its turn up after a tenth of a second, and nobody waits longer than a fifth.
    let asked = (0..20).map(|_| async {
        let begun = Instant::now();
        (client.send("POST", "/cart/400", Body::empty(), None).await, begun.elapsed())
    });
    let answers = futures::future::join_all(asked).await;
    let (served, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(answer, _)| answer.status.is_success());
    assert!(!served.is_empty() && !refused.is_empty());
    for (answer, took) in refused {
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!(answer.problem(503), "overloaded");
        assert!(took < Duration::from_secs(2), "{took:?} is far more than a fifth of the time");
    }
    assert_eq!(room.entered.load(Ordering::SeqCst), served.len());
}

#[tokio::test]
async fn a_body_that_does_not_come_keeps_nobody_else_waiting() {
    let stand = Stand::with(Config { writes_at_once: Some(1), ..Config::default() });
    let room = Room::default();
    let client = stand.mount(Service::Orders, room.router()).client();
    let silent = || Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let stalled: Vec<_> = (0..5)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send("POST", "/cart/0", silent(), None).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(client.send("POST", "/cart/0", Body::empty(), None).await.status, StatusCode::OK);
    assert_eq!(room.entered.load(Ordering::SeqCst), 1, "who sends no body is not let in");
    stalled.into_iter().for_each(|task| task.abort());
}
