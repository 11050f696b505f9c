//! How often is too often: exact boundaries, who is counted together, and what the answers say of it.

use axum::{Router, routing::post};
use contracts::{Service, ids::UserId};
use gateway::{Config, Rate, Rates, Switch};
use http::StatusCode;
use test_support::Client;

use crate::Stand;

/// So rarely given back that no test waits long enough to see it.
const fn slow(requests: u32) -> Rate {
    Rate { requests, secs: 36_000 }
}

fn limited(rates: Rates) -> Stand {
    Stand::with(Config { rates, trusted_proxies: vec!["10.0.0.1".into()], ..Config::default() })
}

/// How many of `tries` calls pass before the first is refused.
async fn passing(client: &Client, method: &str, path: &str, tries: usize) -> usize {
    for passed in 0..tries {
        let answer = client.send_json(method, path, &()).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return passed;
        }
    }
    tries
}

#[tokio::test]
async fn the_quota_passes_the_next_is_refused_and_the_fields_tell() {
    let stand = limited(Rates { address: slow(3), ..Rates::default() });
    let client = stand.from("203.0.113.5");
    for remaining in [2, 1, 0] {
        let answer = client.get("/products").await;
        assert_eq!(answer.headers["ratelimit-policy"], "\"address\";q=3;w=36000");
        let standing = answer.headers["ratelimit"].to_str().expect("text").to_owned();
        assert_eq!(standing, format!("\"address\";r={remaining};t={}", (3 - remaining) * 12_000));
        assert_eq!(answer.status, StatusCode::OK);
    }
    let refused = client.get("/products").await;
    let retry_after: u64 =
        refused.headers["retry-after"].to_str().ok().and_then(|text| text.parse().ok()).expect("seconds");
    assert!((11_900..=12_000).contains(&retry_after), "{retry_after}");
    assert_eq!(refused.headers["ratelimit"], "\"address\";r=0;t=36000");
    assert_eq!(refused.problem(429), "too_many_requests");
    assert_eq!(stand.from("203.0.113.6").get("/products").await.status, StatusCode::OK, "a neighbour is not touched");
    assert_eq!(client.get("/").await.status, StatusCode::TOO_MANY_REQUESTS, "our own pages count, too");
    assert_eq!(client.get("/healthz").await.status, StatusCode::OK, "probes do not");
}

#[tokio::test]
async fn many_clients_each_have_their_own_bucket() {
    let stand = limited(Rates { address: slow(2), ..Rates::default() });
    let proxied = stand.from("10.0.0.1");
    for number in 0..300 {
        let client = proxied.with("x-forwarded-for", &format!("203.0.{}.{}", number / 250, number % 250));
        assert_eq!(passing(&client, "GET", "/products", 5).await, 2, "client {number}");
    }
}

#[tokio::test]
async fn a_forged_address_does_not_buy_a_new_bucket() {
    let stand = limited(Rates { address: slow(2), ..Rates::default() });
    let client = stand.from("203.0.113.5");
    let mut passed = 0;
    for number in 0..10 {
        let forged = client.with("x-forwarded-for", &format!("198.51.100.{number}")).with("x-real-ip", "198.51.100.9");
        passed += usize::from(forged.get("/products").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 2);
}

#[tokio::test]
async fn an_ipv6_customer_is_one_client_whatever_address_is_used() {
    let stand = limited(Rates { address: slow(2), ..Rates::default() });
    let mut passed = 0;
    for number in 1..10 {
        passed +=
            usize::from(stand.from(&format!("2001:db8:1:2::{number}")).get("/products").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 2);
    assert_eq!(stand.from("2001:db8:1:3::1").get("/products").await.status, StatusCode::OK);
}

#[tokio::test]
async fn accounts_are_counted_wherever_they_are() {
    let stand = limited(Rates { account: slow(3), address: slow(100), ..Rates::default() });
    let token = stand.tokens.customer(UserId::new());
    let mut passed = 0;
    for number in 0..6 {
        let client = stand.from(&format!("203.0.113.{number}")).bearing(&token);
        passed += usize::from(client.get("/products").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 3);
    let other = stand.from("203.0.113.0").bearing(&stand.tokens.customer(UserId::new()));
    assert_eq!(passing(&other, "GET", "/products", 5).await, 3);
}

#[tokio::test]
async fn guessing_tokens_is_counted_against_the_address() {
    let stand = limited(Rates { address: slow(4), ..Rates::default() });
    let client = stand.from("203.0.113.5").bearing("Bearer guess");
    for _ in 0..4 {
        assert_eq!(client.get("/products").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(client.get("/products").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_is_worth_guarding_has_a_tighter_rate() {
    let rates = Rates {
        login: slow(2),
        register: slow(3),
        recover: slow(4),
        order_by_address: slow(6),
        order_by_account: slow(5),
        payment_by_address: slow(7),
        payment_by_account: slow(4),
        guess: slow(2),
        ..Rates::default()
    };
    let stand = limited(rates);
    let guest = stand.from("203.0.113.5");
    assert_eq!(passing(&guest, "POST", "/users/login", 10).await, 2);
    assert_eq!(passing(&guest, "POST", "/v1/users/login", 10).await, 0, "by whichever name");
    assert_eq!(passing(&guest, "POST", "/users/register", 10).await, 3);
    assert_eq!(passing(&guest, "POST", "/users/password/forgot", 10).await, 4);
    assert_eq!(passing(&guest, "POST", "/users/password/reset", 10).await, 0, "the same bucket");
    assert_eq!(passing(&guest, "POST", "/orders", 10).await, 6);
    assert_eq!(passing(&guest, "POST", "/payment/checkout", 10).await, 7);
    assert_eq!(passing(&guest, "PUT", "/cart/coupon", 10).await, 2);
    assert_eq!(passing(&guest, "POST", "/orders/lookup", 10).await, 0, "guessing is guessing");
    assert_eq!(passing(&guest, "GET", "/orders", 10).await, 10, "reading is not ordering");

    let customer = stand.from("198.51.100.7").bearing(&stand.tokens.customer(UserId::new()));
    assert_eq!(passing(&customer, "POST", "/orders", 10).await, 5);
    assert_eq!(passing(&customer, "POST", "/payment/checkout", 10).await, 4);
    let second = stand.from("198.51.100.7").bearing(&stand.tokens.customer(UserId::new()));
    assert_eq!(passing(&second, "POST", "/orders", 10).await, 1, "six from one address, whoever they are");
    let answer = second.post("/orders", &()).await;
    let policies = answer.headers["ratelimit-policy"].to_str().expect("text").to_owned();
    assert_eq!(policies, "\"account\";q=100;w=2, \"order-account\";q=5;w=36000, \"order-address\";q=6;w=36000");
}

#[tokio::test]
async fn good_webhooks_are_never_held_up_and_bad_signatures_are() {
    let stand = limited(Rates { address: slow(1), bad_signature: slow(3), ..Rates::default() });
    let router = Router::new().route(
        "/payment/webhooks/{provider}",
        post(|body: String| async move { if body == "\"good\"" { StatusCode::OK } else { StatusCode::BAD_REQUEST } }),
    );
    stand.mount(Service::Payments, router);
    let client = stand.from("203.0.113.5").bearing("Basic of-the-provider");
    for _ in 0..20 {
        assert_eq!(client.post("/payment/webhooks/stripe", &"good").await.status, StatusCode::OK);
    }
    for _ in 0..3 {
        assert_eq!(client.post("/payment/webhooks/stripe", &"bad").await.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(client.post("/payment/webhooks/stripe", &"bad").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(client.post("/payment/webhooks/stripe", &"good").await.status, StatusCode::OK);
}

#[tokio::test]
async fn off_is_off() {
    let rates = Rates { address: slow(1), login: slow(1), ..Rates::default() };
    let stand = Stand::with(Config { rates, rate_limit: Switch::Off, ..Config::default() });
    assert_eq!(passing(&stand.client(), "POST", "/users/login", 20).await, 20);
    assert!(!stand.client().get("/products").await.headers.contains_key("ratelimit"));
}

#[tokio::test]
async fn buckets_fill_again() {
    let stand = limited(Rates {
        address: Rate { requests: 1000, secs: 1 },
        login: Rate { requests: 1, secs: 1 },
        ..Rates::default()
    });
    let client = stand.from("203.0.113.5");
    assert_eq!(passing(&client, "POST", "/users/login", 2).await, 1);
    let refilled = async {
        while client.post("/users/login", &()).await.status != StatusCode::OK {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(3), refilled).await.expect("a second is enough");
}
