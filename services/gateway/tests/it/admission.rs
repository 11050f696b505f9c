//! Who is let in: tokens, accounts, other sites' pages, and requests that are too long.

use axum::body::Body;
use contracts::{Service, ids::UserId, permissions::Permission};
use gateway::Config;
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
