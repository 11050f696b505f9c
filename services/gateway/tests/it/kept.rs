//! Answers that are given again: for as long as their service says, and to nobody who might get another one.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use axum::{Router, extract::Request, response::IntoResponse, routing::any};
use contracts::Service;
use gateway::{Config, Rate, Rates};
use serde_json::json;
use web::{Edge, Lasting, Verifier};

use crate::Stand;

/// A catalog that counts what it is asked, and says how long its answers last.
#[derive(Clone, Default)]
struct Counting {
    asked: Arc<AtomicU32>,
    has_changed: Arc<AtomicBool>,
}

impl Counting {
    fn mount(&self, stand: &Stand) {
        let counting = self.clone();
        let answer = move |_: Request| {
            let counting = counting.clone();
            async move {
                let number = counting.asked.fetch_add(1, Ordering::Relaxed) + 1;
                let mut response = ([("etag", "\"1\"")], axum::Json(json!({"number": number}))).into_response();
                Lasting::mark(&mut response, 1, move || !counting.has_changed.load(Ordering::Relaxed));
                response
            }
        };
        let verifier = Verifier::new(Service::Catalog, stand.upstream.clone());
        let router = Router::new().route("/{*path}", any(answer));
        stand.mount(Service::Catalog, web::finish(router, Service::Catalog, verifier, Edge::Inner));
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn an_answer_is_given_again_until_its_service_takes_it_back() {
    let stand = Stand::new();
    let catalog = Counting::default();
    catalog.mount(&stand);
    let client = stand.client();
    let first = client.get("/products/mug").await;
    let second = client.get("/products/mug").await;
    assert_eq!(catalog.asked(), 1);
    assert_ne!(first.headers["x-request-id"], second.headers["x-request-id"], "each request has an id of its own");
    let known = |name: &str| name != "x-request-id" && name != "ratelimit";
    let rest = |answer: &test_support::Answer| {
        answer
            .headers
            .iter()
            .filter(|(name, _)| known(name.as_str()))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(rest(&first), rest(&second));
    assert!(!first.headers.contains_key("rialto-lasting"), "what the services tell us is ours");
    assert_eq!(first.expect(200), second.expect(200));

    assert_eq!(client.get("/products/mug?sort=price").await.expect(200)["number"], 2, "a query makes another answer");
    catalog.has_changed.store(true, Ordering::Relaxed);
    assert_eq!(client.get("/products/mug").await.expect(200)["number"], 3);
    assert_eq!(client.get("/products/mug").await.expect(200)["number"], 4, "it does not last any more");
    catalog.has_changed.store(false, Ordering::Relaxed);
    assert_eq!(client.get("/products/mug").await.expect(200)["number"], 4, "the latest is what was kept");
}

#[tokio::test]
async fn who_might_get_another_answer_gets_the_service() {
    let stand = Stand::with(Config { allowed_origins: vec!["https://other.example".into()], ..Config::default() });
    let catalog = Counting::default();
    catalog.mount(&stand);
    let client = stand.client();
    client.get("/products/mug").await.expect(200);
    client.bearing(&stand.tokens.admin()).get("/products/mug").await.expect(200);
    let of_a_page = client.with("origin", "https://other.example").get("/products/mug").await;
    assert_eq!(of_a_page.headers["access-control-allow-origin"], "https://other.example");
    client.with("range", "bytes=0-1").get("/products/mug").await;
    client.send_json("DELETE", "/products/mug", &()).await.expect(200);
    client.with("accept", "text/html").get("/products/mug").await;
    assert_eq!(catalog.asked(), 6, "nobody was told what somebody else had asked");
    client.get("/products/mug").await.expect(200);
    assert_eq!(catalog.asked(), 6, "and what was kept is kept");
}

#[tokio::test]
async fn an_answer_that_is_given_again_counts_against_whom_it_is_given_to() {
    let rate = Rate { requests: 3, secs: 36_000 };
    let stand = Stand::with(Config { rates: Rates { address: rate, ..Rates::default() }, ..Config::default() });
    let catalog = Counting::default();
    catalog.mount(&stand);
    let client = stand.from("203.0.113.5");
    for left in [2, 1, 0] {
        let answer = client.get("/products/mug").await;
        let standing = answer.headers["ratelimit"].to_str().expect("text");
        assert!(standing.contains(&format!("r={left};")), "{standing}");
        answer.expect(200);
    }
    assert_eq!(client.get("/products/mug").await.problem(429), "too_many_requests");
    stand.from("203.0.113.6").get("/products/mug").await.expect(200);
    assert_eq!(catalog.asked(), 1);
}
