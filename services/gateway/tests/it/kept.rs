//! Answers that are given again: for as long as their service says, and to nobody who might get another one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, extract::Request, response::IntoResponse, routing::any};
use contracts::Service;
use gateway::{Config, Rate, Rates};
use serde_json::json;
use web::{Edge, Lasting, State, Verifier};

use crate::Stand;

/// A catalog that counts what it is asked, and says how long its answers last.
#[derive(Clone, Default)]
struct Counting {
    asked: Arc<AtomicU32>,
    has_changed: Arc<AtomicBool>,
    /// What changed so far, as it tells other processes.
    state: Arc<AtomicU64>,
    /// Another process: nothing but bytes comes from it.
    is_elsewhere: bool,
}

impl Counting {
    fn mount(&self, stand: &Stand) {
        let counting = self.clone();
        let answer = move |_: Request| {
            let counting = counting.clone();
            async move {
                let number = counting.asked.fetch_add(1, Ordering::Relaxed) + 1;
                let mut response = ([("etag", "\"1\"")], axum::Json(json!({"number": number}))).into_response();
                let state = State { of: 1, count: counting.state.load(Ordering::Relaxed) };
                let is_elsewhere = counting.is_elsewhere;
                Lasting::mark(&mut response, state, move || !counting.has_changed.load(Ordering::Relaxed));
                if is_elsewhere {
                    response.extensions_mut().clear();
                }
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

/// What was heard of another process is believed for a second: long enough for this on any machine that is not standing still.
const AT_ONCE: Duration = Duration::from_millis(800);

#[tokio::test]
async fn what_another_process_answered_lasts_until_another_answer_of_it_says_that_something_changed() {
    loop {
        let begun = Instant::now();
        let stand = Stand::new();
        let catalog = Counting { is_elsewhere: true, ..Counting::default() };
        catalog.mount(&stand);
        let client = stand.client();
        let mut asked = Vec::new();
        for path in ["/products/mug", "/products/cup", "/products/mug", "/products/cup"] {
            let answer = client.get(path).await;
            assert!(!answer.headers.contains_key("rialto-lasting"), "what the services tell us is ours");
        }
        asked.push(catalog.asked());
        catalog.state.store(1, Ordering::Relaxed);
        client.get("/products/pot").await.expect(200);
        asked.push(catalog.asked());
        for path in ["/products/mug", "/products/cup", "/products/mug", "/products/pot"] {
            client.get(path).await.expect(200);
        }
        asked.push(catalog.asked());
        if begun.elapsed() < AT_ONCE {
            return assert_eq!(asked, [2, 3, 5], "two, then a third, then the first two again");
        }
    }
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
