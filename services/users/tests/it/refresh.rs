//! Refresh tokens and sessions.

use axum::body::Body;
use chrono::Duration;
use contracts::events::{AccountSecurityChanged, SecurityChange};
use serde_json::{Value, json};
use test_support::{Answer, Client};

use crate::shop::{PASSWORD, Shop, config, text};

#[tokio::test]
async fn twenty_refreshes_at_once_get_one_successor() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let tries: Vec<_> = (0..20)
            .map(|_| {
                let (client, body) = (shop.client.clone(), json!({"refresh_token": ada.refresh_token}));
                tokio::spawn(async move { client.post("/users/token/refresh", &body).await })
            })
            .collect();
        let mut successors = Vec::new();
        for answer in tries {
            successors.push(text(&answer.await.expect("answers").expect(200)["refresh_token"]));
        }
        successors.dedup();
        assert_eq!(successors.len(), 1, "all must get the same");
        assert_ne!(successors[0], ada.refresh_token);
        let tokens = shop.query("SELECT digest FROM refresh_tokens").await;
        assert_eq!(tokens.len(), 2, "one used, one not");
        shop.refresh(&successors[0]).await;
        assert!(shop.events::<AccountSecurityChanged>().await.is_empty());
    }
}

#[tokio::test]
async fn a_lost_answer_can_be_had_again_for_ten_seconds() {
    for shop in Shop::all().await {
        let first = shop.register("ada@example.org").await.refresh_token;
        let second = shop.refresh(&first).await;
        shop.advance(Duration::seconds(9));
        assert_eq!(shop.refresh(&first).await, second);
        let third = shop.refresh(&second).await;
        assert_eq!(shop.refresh(&first).await, third, "a slow request must not bring back a token that was used");
        for token in [&first, &second, &third] {
            let stored = shop.query(&format!("SELECT digest FROM refresh_tokens WHERE digest = '{token}'")).await;
            assert!(stored.is_empty(), "tokens are stored as digests only");
        }
    }
}

#[tokio::test]
async fn reuse_ends_the_session_even_after_a_restart() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let elsewhere = shop.login("ada@example.org", PASSWORD).await;
        let second = shop.refresh(&ada.refresh_token).await;
        shop.advance(Duration::seconds(11));
        assert_eq!(shop.try_refresh(&ada.refresh_token).await.problem(401), "unauthorized");
        assert_eq!(shop.try_refresh(&second).await.problem(401), "unauthorized");
        assert_eq!(ada.client.get("/users/profile").await.status, 401);
        let restarted = shop.restart(config()).await;
        assert_eq!(restarted.try_refresh(&second).await.status, 401);
        assert_eq!(restarted.try_refresh(&ada.refresh_token).await.status, 401);
        let changes: Vec<_> = shop.events::<AccountSecurityChanged>().await.iter().map(|event| event.change).collect();
        assert_eq!(changes, [SecurityChange::RefreshTokenReused], "told once");
        restarted.refresh(&elsewhere.refresh_token).await;
    }
}

#[tokio::test]
async fn sessions_run_out() {
    for shop in Shop::all().await {
        let idle = shop.register("idle@example.org").await.refresh_token;
        let mut busy = shop.register("busy@example.org").await.refresh_token;
        let mut staff = shop.admin("boss").await.refresh_token;
        for _ in 0..47 {
            shop.advance(Duration::minutes(15));
            staff = shop.refresh(&staff).await;
        }
        shop.advance(Duration::minutes(15));
        assert_eq!(shop.try_refresh(&staff).await.status, 401, "staff after 12 hours, whatever happens");
        shop.advance(Duration::days(12));
        busy = shop.refresh(&busy).await;
        shop.advance(Duration::days(2));
        assert_eq!(shop.try_refresh(&idle).await.status, 401, "idle for 14 days");
        busy = shop.refresh(&busy).await;
        shop.advance(Duration::days(13));
        busy = shop.refresh(&busy).await;
        shop.advance(Duration::days(3));
        assert_eq!(shop.try_refresh(&busy).await.status, 401, "30 days at most");
    }
}

async fn with_cookie(client: &Client, path: &str, token: &str) -> Answer {
    client.with("cookie", &format!("a=b; __Host-refresh={token}")).send("POST", path, Body::empty(), None).await
}

fn cookie_of(answer: &Answer) -> String {
    let header = answer.headers["set-cookie"].to_str().expect("a text");
    header.trim_start_matches("__Host-refresh=").split(';').next().expect("a value").to_owned()
}

#[tokio::test]
async fn browsers_refresh_by_cookie_and_only_from_our_pages() {
    for shop in Shop::all().await {
        let body = json!({"email": "ada@example.org", "password": PASSWORD, "name": "Ada"});
        let token = cookie_of(&shop.client.post("/users/register", &body).await);
        for (header, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            for path in ["/users/token/refresh", "/users/logout"] {
                let answer = with_cookie(&shop.client.with(header, value), path, &token).await;
                assert_eq!(answer.problem(403), "cross_origin", "{header}: {value}");
            }
        }
        let ours = shop.client.with("origin", "https://shop.example").with("sec-fetch-site", "same-origin");
        let answer = with_cookie(&ours, "/users/token/refresh", &token).await;
        let next = cookie_of(&answer);
        assert_ne!(next, token);
        assert!(answer.expect(200).get("refresh_token").is_none());

        let gone = with_cookie(&ours, "/users/logout", &next).await;
        assert!(gone.headers["set-cookie"].to_str().expect("a text").contains("Max-Age=0"));
        gone.expect(204);
        let refused = with_cookie(&ours, "/users/token/refresh", &next).await;
        assert!(
            refused.headers["set-cookie"].to_str().expect("a text").contains("Max-Age=0"),
            "a dead cookie is removed"
        );
        assert_eq!(refused.problem(401), "unauthorized");
    }
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let shop = Shop::open(test_support::sqlite(), config()).await;
    let ada = shop.register("ada@example.org").await;
    for token in ["", "x", &ada.access_token, &"x".repeat(5000)] {
        assert_eq!(shop.try_refresh(token).await.problem(401), "unauthorized");
    }
    let nothing = shop.client.send("POST", "/users/token/refresh", Body::empty(), None).await;
    assert_eq!(nothing.problem(401), "unauthorized");
    let malformed = shop.client.send("POST", "/users/token/refresh", Body::from("{"), None).await;
    assert_eq!(malformed.problem(400), "malformed_json");
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    for shop in Shop::all().await {
        let first = shop.register("ada@example.org").await;
        let second = shop.login("ada@example.org", PASSWORD).await;
        let third = shop.login("ada@example.org", PASSWORD).await;
        let eve = shop.register("eve@example.org").await;
        let list = |client: Client| async move { client.get("/users/sessions").await.expect(200)["items"].clone() };
        let sessions = list(first.client.clone()).await;
        let all: Vec<&Value> = sessions.as_array().expect("a list").iter().collect();
        assert_eq!(
            all.iter().map(|session| session["current"].clone()).collect::<Vec<_>>(),
            [json!(false), json!(false), json!(true)]
        );
        let thirds = format!("/users/sessions/{}", text(&all[0]["id"]));

        let eve_asks = eve.client.with("x-request-id", "same");
        let hers = eve_asks.delete(&thirds).await;
        assert_eq!(hers.bytes, eve_asks.delete(&format!("/users/sessions/{}", uuid::Uuid::now_v7())).await.bytes);
        assert_eq!(hers.problem(404), "not_found");

        first.client.delete(&thirds).await.expect(204);
        assert_eq!(first.client.delete(&thirds).await.status, 404);
        assert_eq!(third.client.get("/users/profile").await.status, 401);
        assert_eq!(shop.try_refresh(&third.refresh_token).await.status, 401);

        first.client.delete("/users/sessions").await.expect(204);
        assert_eq!(second.client.get("/users/profile").await.status, 401);
        assert_eq!(list(first.client.clone()).await.as_array().map(Vec::len), Some(1));
        eve.client.get("/users/profile").await.expect(200);

        first.client.post("/users/logout", &json!({})).await.expect(204);
        assert_eq!(first.client.get("/users/profile").await.status, 401, "signed out by access token");
    }
}

#[tokio::test]
async fn staff_who_do_nothing_for_half_an_hour_are_signed_out() {
    for shop in Shop::all().await {
        let mut busy = shop.admin("boss").await.refresh_token;
        for _ in 0..3 {
            shop.advance(Duration::minutes(29));
            busy = shop.refresh(&busy).await;
        }
        shop.advance(Duration::minutes(30));
        assert_eq!(shop.try_refresh(&busy).await.problem(401), "unauthorized");
    }
}

#[tokio::test]
async fn many_sessions_come_in_pages() {
    let shop = Shop::open(test_support::sqlite(), config()).await;
    let ada = shop.register("ada@example.org").await;
    for _ in 0..4 {
        shop.login("ada@example.org", PASSWORD).await;
    }
    let mut seen = Vec::new();
    let mut path = "/users/sessions?limit=2".to_owned();
    loop {
        let page = ada.client.get(&path).await.expect(200);
        seen.extend(page["items"].as_array().expect("a list").iter().map(|session| text(&session["id"])));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/users/sessions?limit=2&cursor={cursor}");
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|newer, older| newer > older), "{seen:?}");
    assert_eq!(ada.client.get("/users/sessions?limit=0").await.problem(422), "invalid");
}
