//! Failures as people see them, and as programs do.

use std::convert::Infallible;

use axum::Router;
use contracts::Service;
use gateway::{Config, Rate, Rates};
use http::StatusCode;
use web::Problem;

use super::{Document, Shop};

fn failing(status: StatusCode) -> Router {
    let answer = move || async move { Problem::new(status, "any").detail("secret").retry_after_secs(7) };
    Router::new().fallback(answer)
}

#[tokio::test]
async fn whoever_goes_to_a_path_of_the_api_that_fails_sees_a_page() {
    let shop = Shop::new();
    for (status, again) in [(404, false), (500, true), (503, true)] {
        let code = StatusCode::from_u16(status).expect("a status");
        shop.stand.mount(Service::Orders, failing(code));
        let browser = shop.browser().with("x-request-id", "0192f0c1a2b37c4d8e5f60718293a4b5");
        let page = Document::read(browser.get("/orders/1?a=%3Cb%3E").await, status);
        assert!(page.html.contains("0192f0c1a2b37c4d8e5f60718293a4b5") && page.html.contains("noindex"), "{status}");
        assert!(!page.html.contains("secret") && !page.html.contains("<script"), "{}", page.html);
        assert_eq!(page.html.contains("/orders/1?a="), again, "{status}");
        assert_eq!((page.header("retry-after"), page.header("cache-control")), ("7", "no-store"), "{status}");
        assert!(page.header("vary").contains("accept") && page.header("content-security-policy").contains("nonce-"));
        assert_eq!(shop.client().get("/orders/1").await.problem(status), "any");
        assert_eq!(shop.browser().post("/orders", &serde_json::json!({})).await.problem(status), "any");
    }
    // Whoever must sign in first is told so as before.
    shop.stand.mount(Service::Orders, failing(StatusCode::FORBIDDEN));
    assert_eq!(shop.browser().get("/orders/1").await.problem(403), "any");
}

#[tokio::test]
async fn whoever_comes_too_often_sees_a_page_in_the_language_of_the_address() {
    let once = Rate { requests: 1, secs: 60 };
    let shop = Shop::with(Config { rates: Rates { address: once, ..Rates::default() }, ..Config::default() });
    shop.browser().get("/de/search").await;
    let page = Document::read(shop.browser().get("/de/search").await, 429);
    assert!(page.html.contains("<html lang=\"de\"") && page.html.contains("href=\"/de/search\""), "{}", page.html);
    assert!(!page.header("retry-after").is_empty() && !page.header("ratelimit").is_empty());
}

#[tokio::test]
async fn a_service_that_is_away_is_a_page_too() {
    let shop = Shop::new();
    let broken = Router::new().fallback(|| async { Ok::<_, Infallible>(StatusCode::BAD_GATEWAY) });
    shop.stand.mount(Service::Orders, broken);
    let page = Document::read(shop.browser().get("/returns/1").await, 503);
    assert!(page.html.contains("Please try again in a moment"), "{}", page.html);
}
