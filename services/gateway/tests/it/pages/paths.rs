//! Which addresses are pages, for whom, and where the others lead.

use axum::body::Body;
use http::StatusCode;

use super::{Document, Shop};
use crate::Stand;

#[tokio::test]
async fn the_cart_is_a_page_for_browsers_and_an_operation_for_programs() {
    let shop = Shop::new();
    let page = Document::read(shop.browser().get("/cart").await, 200);
    assert!(page.header("vary").split(", ").any(|name| name == "accept"), "{}", page.header("vary"));
    for accept in ["*/*", "application/json", "application/json, text/html;q=0"] {
        let answer = shop.client().with("accept", accept).get("/cart").await;
        assert_eq!(answer.headers["vary"], "accept");
        assert_eq!(answer.expect(200)["service"], "orders", "{accept}");
    }
    let browser = shop.browser();
    assert_eq!(browser.send("POST", "/cart", Body::empty(), None).await.expect(200)["service"], "orders");
    assert_eq!(browser.get("/v1/cart").await.expect(200)["service"], "orders");
    assert_eq!(browser.get("/orders/1").await.expect(200)["service"], "orders", "no page has this address");
    Document::read(browser.get("/de/cart").await, 200);
    assert_eq!(browser.get("/cart/").await.headers["location"], "/cart");
}

#[tokio::test]
async fn pages_are_read_and_nothing_else() {
    let shop = Shop::new();
    let head = shop.client().send("HEAD", "/p/stoneware-mug", Body::empty(), None).await;
    assert_eq!(head.status, StatusCode::OK);
    for path in ["/search", "/de/p/stoneware-mug", "/login", "/admin"] {
        let answer = shop.client().send("POST", path, Body::empty(), None).await;
        assert_eq!(answer.headers["allow"], "GET, HEAD");
        assert_eq!(answer.problem(405), "method_not_allowed", "{path}");
    }
}

#[tokio::test]
async fn every_page_has_one_address() {
    let client = Shop::new().client();
    for (path, address) in [
        ("/p/Stoneware-Mug?variant=A&utm_source=x", "/p/stoneware-mug?variant=A&utm_source=x"),
        ("/de/p/stoneware-mug/", "/de/p/stoneware-mug"),
        ("/en/c/tableware", "/c/tableware"),
        ("/account/reset?token=t", "/reset?token=t"),
        ("/order/lookup?number=R-1", "/track?number=R-1"),
        ("/admin/", "/admin"),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY, "{path}");
        assert_eq!(answer.headers["location"], address);
    }
}

#[tokio::test]
async fn products_that_moved_or_left_say_so() {
    let shop = Shop::new();
    let client = shop.client();
    for (path, address) in [
        ("/p/old-mug", "/p/stoneware-mug"),
        ("/de/p/old-mug?utm_source=x", "/de/p/stoneware-mug?utm_source=x"),
        ("/p/0192f0c1-2222-7c4d-8e5f-60718293a4b5", "/p/stoneware-mug"),
        ("/c/0192f0c1-1111-7c4d-8e5f-60718293a4b5", "/c/tableware"),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY, "{path}");
        assert_eq!(answer.headers["location"], address);
    }
    for path in ["/p/no-mug", "/c/no-category", "/ar/p/no-mug"] {
        let page = Document::read(client.get(path).await, 404);
        assert!(page.html.contains("content=\"noindex,follow\"") && !page.html.contains("rel=\"canonical\""), "{path}");
        assert_eq!(page.first_data()["status"], 404);
    }
    let gone = Document::read(client.get("/p/gone-mug").await, 410);
    assert!(gone.html.contains("noindex"));
    let instead = gone.query(&serde_json::json!(["products", "category=tableware&limit=8"])).expect("alternatives");
    assert_eq!(instead["items"].as_array().map(Vec::len), Some(8));
    assert!(gone.html.contains("href=\"/p/stoneware-mug\""), "they are shown, too");
}

#[tokio::test]
async fn an_address_that_leads_nowhere_leads_on() {
    let shop = Shop::new();
    for path in ["/nothing", "/de/nothing/at/all", "/p/a/b", "/order"] {
        let page = Document::read(shop.browser().get(path).await, 404);
        assert!(page.header("vary").contains("accept"));
        assert!(page.html.contains("name=\"q\""), "a search box");
        assert!(page.html.contains("/c/kitchen\""), "and the categories");
        assert_eq!(shop.client().get(path).await.problem(404), "not_found", "{path}");
    }
    assert!(Document::read(shop.browser().get("/de/x").await, 404).html.contains("<html lang=\"de\""));
}

#[tokio::test]
async fn without_built_pages_all_is_as_it_was() {
    let client = Stand::new().client().with("accept", super::NAVIGATES);
    assert!(String::from_utf8_lossy(&client.get("/").await.bytes).contains("The shop is open"));
    for path in ["/p/stoneware-mug", "/search", "/admin", "/sitemap.xml", "/feeds/products.xml", "/assets/x.js"] {
        assert_eq!(client.get(path).await.problem(404), "not_found", "{path}");
    }
    assert_eq!(client.get("/cart").await.expect(200)["service"], "orders");
}
