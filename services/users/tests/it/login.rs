//! Signing in with a password, and what slows down who guesses.

use chrono::Duration;
use contracts::events::{AccountSecurityChanged, SecurityChange};
use serde_json::json;
use test_support::Client;
use users::{Config, PasswordConfig};

use crate::shop::{OTHER_PASSWORD, PASSWORD, Shop, config};

async fn status(client: &Client, email: &str, password: &str) -> u16 {
    client.post("/users/login", &json!({"email": email, "password": password})).await.status.as_u16()
}

#[tokio::test]
async fn unknown_addresses_and_wrong_passwords_look_alike() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        let client = shop.client.with("x-request-id", "same");
        let wrong = client.post("/users/login", &json!({"email": "ada@example.org", "password": OTHER_PASSWORD})).await;
        let unknown =
            client.post("/users/login", &json!({"email": "eve@example.org", "password": OTHER_PASSWORD})).await;
        assert_eq!(wrong.status, 401);
        assert_eq!(wrong.bytes, unknown.bytes);
        assert!(wrong.headers.contains_key("www-authenticate"));
        // The throttle must not tell them apart either.
        for _ in 0..2 {
            status(&client, "ada@example.org", OTHER_PASSWORD).await;
            status(&client, "eve@example.org", OTHER_PASSWORD).await;
        }
        assert_eq!(status(&client, "ada@example.org", OTHER_PASSWORD).await, 429);
        assert_eq!(status(&client, "eve@example.org", OTHER_PASSWORD).await, 429);
    }
}

#[tokio::test]
async fn passwords_are_compared_in_their_composed_form() {
    for shop in Shop::all().await {
        let body = json!({"email": "ada@example.org", "password": "sch\u{f6}ne gr\u{fc}\u{df}e morgen", "name": "Ada"});
        shop.client.post("/users/register", &body).await.expect(201);
        assert_eq!(status(&shop.client, "ADA@example.org", "scho\u{308}ne gru\u{308}\u{df}e morgen").await, 200);
    }
}

#[tokio::test]
async fn the_ladder_slows_guessing_and_never_locks() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        let try_wrong = || async { shop.try_login("ada@example.org", OTHER_PASSWORD).await };
        for (wait_secs, guesses) in
            [(0, 3), (1, 3), (30, 4), (300, 1), (600, 1), (1200, 1), (2400, 1), (3600, 1), (3600, 1)]
        {
            for _ in 0..guesses {
                shop.advance(Duration::seconds(wait_secs));
                assert_eq!(try_wrong().await.problem(401), "invalid_credentials", "after {wait_secs} s");
            }
        }
        let refused = shop.try_login("ada@example.org", PASSWORD).await;
        assert_eq!(refused.headers["retry-after"], "3600", "even the right password has to wait");
        assert_eq!(refused.problem(429), "too_many_attempts");
        shop.advance(Duration::seconds(3600));
        shop.login("ada@example.org", PASSWORD).await;
        // And everything is forgotten.
        assert_eq!(try_wrong().await.status, 401);
        assert_eq!(try_wrong().await.status, 401);
        shop.login("ada@example.org", PASSWORD).await;
    }
}

#[tokio::test]
async fn many_guesses_at_once_learn_no_more_than_many_in_a_row() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        let guesses: Vec<_> = (0..20)
            .map(|_| {
                let client = shop.client.clone();
                tokio::spawn(async move { status(&client, "ada@example.org", OTHER_PASSWORD).await })
            })
            .collect();
        let mut answered = Vec::new();
        for guess in guesses {
            answered.push(guess.await.expect("answers"));
        }
        assert_eq!(answered.iter().filter(|status| **status == 401).count(), 3, "{answered:?}");
        assert_eq!(answered.iter().filter(|status| **status == 429).count(), 17, "{answered:?}");
    }
}

#[tokio::test]
async fn one_address_cannot_try_many_accounts() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        let eve = shop.outside("203.0.113.7");
        for number in 0..10 {
            assert_eq!(status(&eve, &format!("user{number}@example.org"), PASSWORD).await, 401);
        }
        assert_eq!(status(&eve, "user10@example.org", PASSWORD).await, 429, "ten failures a minute");
        assert_eq!(status(&eve, "ada@example.org", PASSWORD).await, 429, "with a right password too");
        assert_eq!(status(&shop.outside("203.0.113.8"), "ada@example.org", PASSWORD).await, 200, "others can go on");
        shop.advance(Duration::seconds(61));
        for number in 10..20 {
            assert_eq!(status(&eve, &format!("user{number}@example.org"), PASSWORD).await, 401);
            shop.advance(Duration::seconds(10));
        }
        assert_eq!(status(&eve, "user20@example.org", PASSWORD).await, 429, "twenty accounts an hour");
        shop.advance(Duration::hours(1));
        assert_eq!(status(&eve, "ada@example.org", PASSWORD).await, 200);
    }
}

#[tokio::test]
async fn strangers_do_not_keep_the_owner_out_of_where_he_has_been() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        let home = shop.outside("2001:db8:1:2::7");
        assert_eq!(status(&home, "ada@example.org", PASSWORD).await, 200);
        for _ in 0..10 {
            status(&shop.client, "ada@example.org", OTHER_PASSWORD).await;
            shop.advance(Duration::seconds(30));
        }
        assert_eq!(status(&shop.client, "ada@example.org", PASSWORD).await, 429, "somewhere new one has to wait");
        let neighbour = shop.outside("2001:db8:1:2:ffff::8");
        for owner in [&home, &neighbour] {
            assert_eq!(status(owner, "ada@example.org", PASSWORD).await, 200);
        }
        assert_eq!(status(&shop.client, "ada@example.org", PASSWORD).await, 429, "which frees no stranger");
        for _ in 0..3 {
            assert_eq!(status(&home, "ada@example.org", OTHER_PASSWORD).await, 401);
        }
        assert_eq!(status(&home, "ada@example.org", PASSWORD).await, 429, "his own guesses are counted");
    }
}

#[tokio::test]
async fn nobody_but_the_gateway_names_the_address() {
    for shop in Shop::all().await {
        let liar = shop.client.with("x-real-ip", "203.0.113.9");
        for number in 0..12 {
            assert_eq!(status(&liar, &format!("user{number}@example.org"), PASSWORD).await, 401);
        }
        shop.register("ada@example.org").await;
        assert_eq!(status(&shop.outside("203.0.113.9"), "ada@example.org", PASSWORD).await, 200);
    }
}

#[tokio::test]
async fn a_disabled_account_is_told_so_only_with_the_right_password() {
    for shop in Shop::all().await {
        let admin = shop.admin("boss").await;
        let ada = shop.register("ada@example.org").await;
        admin.client.post(&format!("/users/{}/disable", ada.id), &json!({})).await.expect(200);
        assert_eq!(ada.client.get("/users/profile").await.status, 401, "its sessions ended");
        assert_eq!(shop.try_refresh(&ada.refresh_token).await.status, 401);
        assert_eq!(shop.try_login("ada@example.org", OTHER_PASSWORD).await.problem(401), "invalid_credentials");
        assert_eq!(shop.try_login("ada@example.org", PASSWORD).await.problem(403), "account_disabled");
        admin.client.post(&format!("/users/{}/enable", ada.id), &json!({})).await.expect(200);
        shop.login("ada@example.org", PASSWORD).await;
    }
}

#[tokio::test]
async fn a_login_renews_a_hash_made_with_other_parameters() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        let hash = || async { shop.query("SELECT password_hash FROM users").await.remove(0).expect("a hash") };
        let before = hash().await;
        assert!(before.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{before}");
        shop.login("ada@example.org", PASSWORD).await;
        assert_eq!(hash().await, before);
        let harder = PasswordConfig { memory_kib: 128, ..config().password };
        let restarted = shop.restart(Config { password: harder, ..config() }).await;
        restarted.login("ada@example.org", PASSWORD).await;
        assert!(hash().await.starts_with("$argon2id$v=19$m=128,t=1,p=1$"));
        restarted.login("ada@example.org", PASSWORD).await;
    }
}

#[tokio::test]
async fn a_new_device_is_reported() {
    for shop in Shop::all().await {
        let on = |agent: &str| shop.client.with("user-agent", agent);
        let body = json!({"email": "ada@example.org", "password": PASSWORD, "name": "Ada"});
        on("Firefox/130 on Linux").post("/users/register", &body).await.expect(201);
        status(&on("Firefox/131 on Linux"), "ada@example.org", PASSWORD).await;
        assert!(shop.events::<AccountSecurityChanged>().await.is_empty(), "an update is no new device");
        status(&on("Safari/18 on iPhone"), "ada@example.org", PASSWORD).await;
        status(&on("Safari/18 on iPhone"), "ada@example.org", PASSWORD).await;
        let events = shop.events::<AccountSecurityChanged>().await;
        assert_eq!(events.iter().map(|event| event.change).collect::<Vec<_>>(), [SecurityChange::NewDevice]);
    }
}

#[tokio::test]
async fn a_stale_access_token_does_not_stand_in_the_way() {
    let shop = Shop::open(test_support::sqlite(), config()).await;
    let ada = shop.register("ada@example.org").await;
    let stale = shop.client.bearing("Bearer not.a.token");
    assert_eq!(status(&stale, "ada@example.org", PASSWORD).await, 200);
    stale.post("/users/token/refresh", &json!({"refresh_token": ada.refresh_token})).await.expect(200);
    stale.post("/users/password/forgot", &json!({"email": "ada@example.org"})).await.expect(202);
    stale.post("/users/logout", &json!({})).await.expect(204);
}
