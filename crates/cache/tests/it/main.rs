//! Redis, as the shop uses it: there, away, and back.

use std::time::{Duration, Instant};

use cache::{Quota, Redis, Shared, behaves_like_shared};

#[tokio::test]
async fn redis_behaves_like_something_shared() {
    let Some(url) = test_support::component("REDIS") else { return };
    let prefix = format!("test.{}.", uuid::Uuid::now_v7().simple());
    let (one, two) = (Redis::new(&url, &prefix).expect("a URL"), Redis::new(&url, &prefix).expect("a URL"));
    behaves_like_shared(&one, "").await;
    let quota = Quota { most: 10, every: Duration::from_secs(3600) };
    for process in [&one, &two].into_iter().cycle().take(10) {
        process.take("both", quota).await.expect("answers");
    }
    assert!(matches!(one.take("both", quota).await, Ok(cache::Taken::NotBefore(_))), "they count together");
}

#[tokio::test]
async fn one_that_is_away_costs_next_to_nothing() {
    let redis = Redis::new("redis://127.0.0.1:1/", "").expect("a URL");
    let begun = Instant::now();
    for _ in 0..100 {
        redis.get(&["anything".to_owned()]).await.expect_err("nobody listens there");
    }
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[test]
fn what_is_no_url_is_said_at_once() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    assert!(Redis::new("somewhere", "").is_err());
}
