//! Letters and what their links do: verifying, resetting, changing the address.

use chrono::Duration;
use contracts::events::{AccountSecurityChanged, EmailVerified, SecurityChange};
use serde_json::{Value, json};
use test_support::Answer;

use crate::shop::{Account, OTHER_PASSWORD, PASSWORD, Shop};

impl Shop {
    async fn spend(&self, what: &str, token: &str) -> Answer {
        self.client.post(&format!("/users/email/{what}"), &json!({"token": token})).await
    }

    pub async fn forgot(&self, email: &str) -> Answer {
        self.client.post("/users/password/forgot", &json!({"email": email})).await
    }

    pub async fn reset(&self, token: &str, password: &str) -> Answer {
        self.client.post("/users/password/reset", &json!({"token": token, "password": password})).await
    }
}

#[tokio::test]
async fn a_link_verifies_the_address_once() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let token = shop.mailed_token("verify_email", "ada@example.org").await;
        let stored = shop.query("SELECT token_digest FROM letters").await;
        assert!(stored.iter().flatten().all(|digest| *digest != token), "only the digest is stored");
        assert_eq!(shop.spend("verify", "no such token").await.problem(422), "token_invalid");
        assert_eq!(shop.reset(&token, OTHER_PASSWORD).await.problem(422), "token_invalid", "it is for verifying only");
        assert_eq!(shop.spend("verify", &token).await.expect(200), json!({"email_verified": true}));
        shop.spend("verify", &token).await.expect(200);
        assert_eq!(ada.client.get("/users/profile").await.expect(200)["email_verified"], true);
        let events = shop.events::<EmailVerified>().await;
        assert_eq!(events.len(), 1, "told once");
        assert_eq!((events[0].email.as_str(), events[0].user_id.to_string()), ("ada@example.org", ada.id));
        ada.client.post("/users/email/verify/resend", &json!({})).await.expect(204);
    }
}

#[tokio::test]
async fn only_the_newest_link_counts_and_not_for_ever() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let first = shop.mailed_token("verify_email", "ada@example.org").await;
        ada.client.post("/users/email/verify/resend", &json!({})).await.expect(202);
        let second = shop.mailed_token("verify_email", "ada@example.org").await;
        assert_eq!(shop.spend("verify", &first).await.problem(422), "token_invalid");
        ada.client.post("/users/email/verify/resend", &json!({})).await.expect(202);
        let third = shop.mailed_token("verify_email", "ada@example.org").await;
        assert_eq!(shop.spend("verify", &second).await.problem(422), "token_invalid");
        let refused = ada.client.post("/users/email/verify/resend", &json!({})).await;
        assert!(refused.headers.contains_key("retry-after"));
        assert_eq!(refused.problem(429), "too_many_mails");
        shop.advance(Duration::hours(24));
        assert_eq!(shop.spend("verify", &third).await.problem(422), "token_expired");
    }
}

#[tokio::test]
async fn a_letter_is_sent_again_until_it_is_taken() {
    for shop in Shop::all().await {
        shop.let_mail_fail(true);
        shop.register("ada@example.org").await;
        assert!(shop.mails().await.is_empty());
        shop.let_mail_fail(false);
        assert!(shop.mails().await.is_empty(), "not at once");
        shop.advance(Duration::seconds(10));
        let mails = shop.mails().await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].dedupe_key.is_some());
        shop.advance(Duration::hours(1));
        assert!(shop.mails().await.is_empty(), "once is enough");
    }
}

#[tokio::test]
async fn asking_for_a_reset_tells_nothing() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        shop.mails().await;
        let (known, unknown) = (shop.forgot("ada@example.org").await, shop.forgot("eve@example.org").await);
        assert_eq!((known.status, known.bytes.as_slice()), (unknown.status, unknown.bytes.as_slice()));
        assert_eq!(known.status, 202);
        for _ in 0..4 {
            assert_eq!(shop.forgot("ADA@example.org").await.status, 202);
        }
        let written = shop.query("SELECT kind FROM letters WHERE kind = 'password_reset'").await;
        assert_eq!(written.len(), 3, "three an hour");
        assert_eq!(shop.mails().await.len(), 1, "only the newest is worth sending");
    }
}

#[tokio::test]
async fn mails_asked_for_from_one_address_are_limited() {
    let mut config = crate::shop::config();
    config.mails_per_ip = 2;
    let shop = Shop::open(test_support::sqlite(), config).await;
    let eve = shop.outside("203.0.113.7");
    for name in ["a", "b", "c", "d"] {
        shop.register(&format!("{name}@example.org")).await;
        let answer = eve.post("/users/password/forgot", &json!({"email": format!("{name}@example.org")})).await;
        assert_eq!(answer.status, 202);
    }
    let resets = shop.mails().await.iter().filter(|mail| mail.template.as_deref() == Some("password_reset")).count();
    assert_eq!(resets, 2);
}

#[tokio::test]
async fn a_reset_replaces_the_password_and_ends_all_sessions() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        shop.forgot("ada@example.org").await;
        let token = shop.mailed_token("password_reset", "ada@example.org").await;
        let weak = shop.reset(&token, "password1234").await.expect(422);
        assert_eq!(weak["errors"][0]["code"], "too_common", "a weak password does not cost the link");
        for _ in 0..3 {
            shop.try_login("ada@example.org", OTHER_PASSWORD).await;
        }
        shop.reset(&token, OTHER_PASSWORD).await.expect(204);
        assert_eq!(shop.reset(&token, PASSWORD).await.problem(422), "token_used");
        assert_eq!(ada.client.get("/users/profile").await.status, 401);
        assert_eq!(shop.try_refresh(&ada.refresh_token).await.status, 401);
        shop.login("ada@example.org", OTHER_PASSWORD).await;
        assert_eq!(shop.try_login("ada@example.org", PASSWORD).await.status, 401);
        let changes: Vec<_> = shop.events::<AccountSecurityChanged>().await.iter().map(|event| event.change).collect();
        assert_eq!(changes, [SecurityChange::PasswordReset]);
        assert_eq!(shop.events::<EmailVerified>().await.len(), 1, "the mail came back, so the address is right");
    }
}

#[tokio::test]
async fn a_link_does_not_outlive_an_account_that_was_closed() {
    for shop in Shop::all().await {
        let (ada, admin) = (shop.register("ada@example.org").await, shop.admin("grace").await);
        shop.forgot("ada@example.org").await;
        let token = shop.mailed_token("password_reset", "ada@example.org").await;
        for what in ["disable", "enable"] {
            admin.client.post(&format!("/users/{}/{what}", ada.id), &json!({})).await.expect(200);
        }
        assert_eq!(shop.reset(&token, OTHER_PASSWORD).await.problem(422), "token_invalid");
        shop.login("ada@example.org", PASSWORD).await;
    }
}

#[tokio::test]
async fn a_reset_link_is_good_for_one_of_many_and_for_half_an_hour() {
    for shop in Shop::all().await {
        shop.register("ada@example.org").await;
        shop.forgot("ada@example.org").await;
        let token = shop.mailed_token("password_reset", "ada@example.org").await;
        let tries: Vec<_> = (0..6)
            .map(|number| {
                let body = json!({"token": token, "password": format!("rainy wednesday bread {number}")});
                let client = shop.client.clone();
                tokio::spawn(async move { client.post("/users/password/reset", &body).await.status.as_u16() })
            })
            .collect();
        let mut statuses = Vec::new();
        for answer in tries {
            statuses.push(answer.await.expect("answers"));
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 422, 422, 422, 422, 422]);
        shop.forgot("ada@example.org").await;
        let token = shop.mailed_token("password_reset", "ada@example.org").await;
        shop.advance(Duration::minutes(30));
        assert_eq!(shop.reset(&token, OTHER_PASSWORD).await.problem(422), "token_expired");
    }
}

#[tokio::test]
async fn changing_the_password_needs_the_current_one_and_ends_other_sessions() {
    for shop in Shop::all().await {
        let here = shop.register("ada@example.org").await;
        let elsewhere = shop.login("ada@example.org", PASSWORD).await;
        let change = |current: &str, new: &str| {
            let (client, body) = (here.client.clone(), json!({"current_password": current, "new_password": new}));
            async move { client.post("/users/password/change", &body).await }
        };
        let wrong = change("something else entirely", OTHER_PASSWORD).await.expect(422);
        assert_eq!(
            (&wrong["errors"][0]["field"], &wrong["errors"][0]["code"]),
            (&json!("current_password"), &json!("wrong_password"))
        );
        let weak = change(PASSWORD, "password1234").await.expect(422);
        assert_eq!(weak["errors"][0]["field"], "new_password");
        change(PASSWORD, OTHER_PASSWORD).await.expect(204);
        here.client.get("/users/profile").await.expect(200);
        assert_eq!(elsewhere.client.get("/users/profile").await.status, 401);
        assert_eq!(shop.try_login("ada@example.org", PASSWORD).await.status, 401);
        let changes: Vec<_> = shop.events::<AccountSecurityChanged>().await.iter().map(|event| event.change).collect();
        assert_eq!(changes, [SecurityChange::PasswordChanged]);
        for _ in 0..2 {
            change(PASSWORD, OTHER_PASSWORD).await.expect(422);
        }
        assert_eq!(
            change(OTHER_PASSWORD, PASSWORD).await.problem(429),
            "too_many_attempts",
            "a thief of a session guesses no faster"
        );
    }
}

fn to<'a>(mails: &'a [contracts::calls::SendNotification], address: &str) -> Vec<(&'a str, &'a Value)> {
    let theirs = mails.iter().filter(|mail| mail.to.as_deref() == Some(address));
    theirs.map(|mail| (mail.template.as_deref().unwrap_or_default(), &mail.data)).collect()
}

#[tokio::test]
async fn an_address_changes_when_the_new_one_answers_and_the_old_one_can_undo_it() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let verify = shop.mailed_token("verify_email", "ada@example.org").await;
        shop.spend("verify", &verify).await.expect(200);
        let change = |email: &str, password: &str| {
            let (client, body) = (ada.client.clone(), json!({"email": email, "password": password}));
            async move { client.post("/users/email/change", &body).await }
        };
        assert_eq!(change("new@example.org", OTHER_PASSWORD).await.problem(422), "invalid");
        assert_eq!(change("ada@example.org", PASSWORD).await.problem(422), "invalid");
        change("New@Example.org", PASSWORD).await.expect(202);
        assert_eq!(ada.client.get("/users/profile").await.expect(200)["email"], "ada@example.org", "not yet");
        let token = shop.mailed_token("email_change", "New@example.org").await;
        assert_eq!(shop.spend("undo", &token).await.problem(422), "token_invalid");
        shop.spend("confirm", &token).await.expect(204);
        assert_eq!(shop.spend("confirm", &token).await.problem(422), "token_used");
        let profile = ada.client.get("/users/profile").await.expect(200);
        assert_eq!((&profile["email"], &profile["email_verified"]), (&json!("New@example.org"), &json!(true)));
        assert_eq!(
            shop.events::<EmailVerified>().await.last().map(|event| event.email.as_str()),
            Some("New@example.org")
        );
        shop.login("new@example.org", PASSWORD).await;

        let undo = shop.mailed_token("email_changed", "ada@example.org").await;
        shop.spend("undo", &undo).await.expect(204);
        assert_eq!(ada.client.get("/users/profile").await.status, 401);
        assert_eq!(shop.try_login("ada@example.org", PASSWORD).await.status, 401, "whoever did it knew the password");
        let reset = shop.mailed_token("password_reset", "ada@example.org").await;
        shop.reset(&reset, OTHER_PASSWORD).await.expect(204);
        assert_eq!(shop.login("ada@example.org", OTHER_PASSWORD).await.id, ada.id);
    }
}

#[tokio::test]
async fn asking_for_a_taken_address_tells_only_its_owner() {
    for shop in Shop::all().await {
        let eve = shop.register("eve@example.org").await;
        shop.register("ada@example.org").await;
        shop.mails().await;
        let ask = |email: &str| {
            let (client, body) = (eve.client.clone(), json!({"email": email, "password": PASSWORD}));
            async move { client.post("/users/email/change", &body).await }
        };
        let (taken, free) = (ask("ada@example.org").await, ask("free@example.org").await);
        assert_eq!((taken.status, &taken.bytes), (free.status, &free.bytes));
        let mails = shop.mails().await;
        let adas = to(&mails, "ada@example.org");
        assert_eq!(adas.len(), 1, "{mails:?}");
        assert_eq!(adas[0].0, "email_taken");
        assert!(adas[0].1.get("token").is_none(), "a notice is no key");
        assert_eq!(to(&mails, "free@example.org")[0].0, "email_change");
    }
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_is_not_given_twice() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        ada.client
            .post("/users/email/change", &json!({"email": "new@example.org", "password": PASSWORD}))
            .await
            .expect(202);
        let token = shop.mailed_token("email_change", "new@example.org").await;
        shop.register("new@example.org").await;
        assert_eq!(shop.spend("confirm", &token).await.problem(409), "email_taken");
        assert_eq!(ada.client.get("/users/profile").await.expect(200)["email"], "ada@example.org");
    }
}

#[tokio::test]
async fn a_thief_who_changes_the_address_twice_cannot_shut_the_owner_out() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let verify = shop.mailed_token("verify_email", "ada@example.org").await;
        shop.spend("verify", &verify).await.expect(200);
        let mut undos = Vec::new();
        for (from, email) in [("ada@example.org", "thief1@example.org"), ("thief1@example.org", "thief2@example.org")] {
            ada.client.post("/users/email/change", &json!({"email": email, "password": PASSWORD})).await.expect(202);
            let token = shop.mailed_token("email_change", email).await;
            shop.spend("confirm", &token).await.expect(204);
            undos.push(shop.mailed_token("email_changed", from).await);
        }
        shop.spend("undo", &undos[1]).await.expect(204);
        shop.spend("undo", &undos[0]).await.expect(204);
        let reset = shop.mailed_token("password_reset", "ada@example.org").await;
        shop.reset(&reset, OTHER_PASSWORD).await.expect(204);
        shop.login("ada@example.org", OTHER_PASSWORD).await;
    }
}

#[tokio::test]
async fn a_new_password_ends_a_change_of_address_that_was_under_way() {
    for shop in Shop::all().await {
        let thief = shop.register("ada@example.org").await;
        thief
            .client
            .post("/users/email/change", &json!({"email": "thief@example.org", "password": PASSWORD}))
            .await
            .expect(202);
        let theirs = shop.mailed_token("email_change", "thief@example.org").await;
        shop.forgot("ada@example.org").await;
        let token = shop.mailed_token("password_reset", "ada@example.org").await;
        shop.reset(&token, OTHER_PASSWORD).await.expect(204);
        assert_eq!(shop.spend("confirm", &theirs).await.problem(422), "token_invalid");
    }
}

/// Whichever comes first: what was signed in with the old password ends with it.
#[tokio::test]
async fn no_login_slips_through_while_the_password_is_reset() {
    for shop in Shop::all().await {
        for number in 0..8 {
            let email = format!("user{number}@example.org");
            shop.register(&email).await;
            shop.forgot(&email).await.expect(202);
            let token = shop.mailed_token("password_reset", &email).await;
            let logins: Vec<_> = (0..8)
                .map(|_| {
                    let (client, body) =
                        (shop.client.clone(), json!({"email": email, "password": PASSWORD, "client": "api"}));
                    tokio::spawn(async move { client.post("/users/login", &body).await })
                })
                .collect();
            shop.reset(&token, OTHER_PASSWORD).await.expect(204);
            for login in logins {
                let answer = login.await.expect("answers");
                assert!([200, 401, 429].contains(&answer.status.as_u16()), "{}", answer.status);
                if answer.status == 200 {
                    let thief = Account::of(&shop.client, &answer.expect(200));
                    assert_eq!(thief.client.get("/users/profile").await.status, 401, "{email}");
                }
            }
        }
    }
}
