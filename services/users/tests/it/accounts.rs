//! Registering, one's own particulars, export, erasing.

use chrono::Duration;
use contracts::events::{UserErased, UserRegistered};
use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop, text};

#[tokio::test]
async fn registering_signs_in_and_sends_a_letter() {
    for shop in Shop::all().await {
        let body =
            json!({"email": " Ada@Example.ORG ", "password": PASSWORD, "name": "Ada Lovelace", "locale": "de-AT"});
        let answer = shop.client.post("/users/register", &body).await;
        let cookie = answer.headers["set-cookie"].to_str().expect("a text").to_owned();
        assert_eq!(answer.headers["cache-control"], "no-store");
        let grant = answer.expect(201);
        assert_eq!(grant["token_type"], "Bearer");
        assert_eq!(grant["expires_in"], 600);
        assert!(grant.get("refresh_token").is_none(), "browsers get it in the cookie only");
        for part in ["__Host-refresh=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part} is missing from {cookie}");
        }
        let user = &grant["user"];
        assert_eq!(
            (&user["email"], &user["role"], &user["email_verified"]),
            (&json!("Ada@example.org"), &json!("customer"), &json!(false))
        );
        let me = shop.client.bearing(&format!("Bearer {}", text(&grant["access_token"])));
        assert_eq!(&me.get("/users/profile").await.expect(200), user);

        let events = shop.events::<UserRegistered>().await;
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].email.as_str(), events[0].locale.as_str()), ("Ada@example.org", "de-AT"));
        let mails = shop.mails().await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert_eq!(mails[0].template.as_deref(), Some("verify_email"));
        assert_eq!(mails[0].to.as_deref(), Some("Ada@example.org"));
        let link = text(&mails[0].data["link"]);
        assert_eq!(link, format!("https://shop.example/account/verify?token={}", text(&mails[0].data["token"])));
    }
}

#[tokio::test]
async fn an_address_has_one_account_however_it_is_written() {
    for shop in Shop::all().await {
        shop.register("j\u{f6}rg@example.org").await;
        for same in ["J\u{d6}RG@EXAMPLE.org", "jo\u{308}rg@example.org"] {
            let body = json!({"email": same, "password": PASSWORD, "name": "Jörg"});
            assert_eq!(shop.client.post("/users/register", &body).await.problem(409), "email_taken");
        }
        let attempts = (0..8).map(|_| {
            let client = shop.client.clone();
            let body = json!({"email": "race@example.org", "password": PASSWORD, "name": "Race"});
            tokio::spawn(async move { client.post("/users/register", &body).await.status.as_u16() })
        });
        let mut statuses = Vec::new();
        for attempt in attempts.collect::<Vec<_>>() {
            statuses.push(attempt.await.expect("answers"));
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_named() {
    let shop = Shop::open(test_support::sqlite(), crate::shop::config()).await;
    let good = json!({"email": "a@example.org", "password": PASSWORD, "name": "A"});
    for (field, value, code) in [
        ("email", json!("not an address"), "invalid"),
        ("email", json!(""), "invalid"),
        ("password", json!("short"), "too_short"),
        ("password", json!("xK9 ".repeat(40)), "too_long"),
        ("password", json!("password1234"), "too_common"),
        ("password", json!("123456789012"), "too_common"),
        ("password", json!("qwertyuiop12"), "too_common"),
        ("name", json!("a\u{0}b"), "control_character"),
        ("name", json!(" "), "required"),
        ("locale", json!("no locale"), "invalid"),
        ("role", json!("admin"), "unknown_field"),
        ("email_verified", json!(true), "unknown_field"),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let problem = shop.client.post("/users/register", &body).await.expect(422);
        assert_eq!(problem["errors"][0]["field"], field, "{value}: {problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{value}: {problem}");
    }
    let without_name = json!({"email": "a@example.org", "password": PASSWORD});
    assert_eq!(shop.client.post("/users/register", &without_name).await.expect(422)["errors"][0]["field"], "name");
    let own_name = json!({"email": "grace.hopper@example.org", "password": "gracehopper1", "name": "Grace Hopper"});
    assert_eq!(shop.client.post("/users/register", &own_name).await.expect(422)["errors"][0]["code"], "too_common");
    let passphrase = json!({"email": "a@example.org", "password": "correct horse battery staple", "name": "A"});
    shop.client.post("/users/register", &passphrase).await.expect(201);
}

#[tokio::test]
async fn only_particulars_can_be_updated() {
    for shop in Shop::all().await {
        let me = shop.register("ada@example.org").await;
        let before = me.client.get("/users/profile").await.expect(200);
        for (field, value) in [
            ("role", json!("admin")),
            ("permissions", json!(["users:write"])),
            ("id", json!("0192f0c1-a2b3-7c4d-8e5f-60718293a4b5")),
            ("email", json!("b@example.org")),
            ("email_verified", json!(true)),
            ("status", json!("active")),
            ("password_hash", json!("x")),
        ] {
            let problem = me.client.put("/users/update", &json!({"name": "Eve", field: value})).await.expect(422);
            assert_eq!(problem["errors"][0]["code"], "unknown_field", "{field}: {problem}");
        }
        assert_eq!(me.client.get("/users/profile").await.expect(200), before);

        let body =
            json!({"name": "Ada King", "phone": "+44 20 7946-0000", "locale": "en-GB", "marketing_consent": true});
        let user = me.client.put("/users/update", &body).await.expect(200);
        assert_eq!(
            (&user["name"], &user["phone"], &user["locale"]),
            (&json!("Ada King"), &json!("+442079460000"), &json!("en-GB"))
        );
        assert_eq!(user["marketing_consent"], true);
        assert_eq!(me.client.get("/users/profile").await.expect(200), user);
        let user = me.client.put("/users/update", &json!({"phone": null})).await.expect(200);
        assert_eq!((&user["phone"], &user["name"]), (&Value::Null, &json!("Ada King")));
        assert_eq!(me.client.put("/users/update", &json!({"phone": "12"})).await.problem(422), "invalid");
    }
}

#[tokio::test]
async fn an_export_holds_everything_but_secrets() {
    for shop in Shop::all().await {
        let me = shop.register("ada@example.org").await;
        shop.register("other@example.org").await;
        let token = shop.mailed_token("verify_email", "ada@example.org").await;
        let answer = me.client.get("/users/export").await;
        let whole = String::from_utf8_lossy(&answer.bytes).into_owned();
        let export = answer.expect(200);
        assert_eq!(export["user"]["email"], "ada@example.org");
        assert_eq!(export["sessions"].as_array().map(Vec::len), Some(1));
        assert_eq!(export["letters"][0]["kind"], "verify_email");
        for secret in ["argon2", &token, &me.refresh_token, "other@example.org"] {
            assert!(!whole.contains(secret), "{secret} is in the export");
        }
    }
}

#[tokio::test]
async fn an_erased_account_leaves_nothing_personal() {
    for shop in Shop::all().await {
        let me = shop.register("ada@example.org").await;
        shop.mails().await;
        shop.advance(Duration::minutes(11));
        assert_eq!(me.client.delete("/users/me").await.problem(403), "recent_login_required");
        let me = shop.login("ada@example.org", PASSWORD).await;
        *shop.under_way.lock().expect("not poisoned") = vec!["R-4F7K-2M9D".to_owned()];
        let refused = me.client.delete("/users/me").await.expect(409);
        assert_eq!((&refused["code"], &refused["orders"][0]), (&json!("orders_under_way"), &json!("R-4F7K-2M9D")));
        shop.under_way.lock().expect("not poisoned").clear();
        let receipt = me.client.delete("/users/me").await.expect(200);
        assert_eq!(receipt["user_id"], me.id.as_str());

        assert_eq!(me.client.get("/users/profile").await.status, 401);
        assert_eq!(shop.try_login("ada@example.org", PASSWORD).await.problem(401), "invalid_credentials");
        assert_eq!(shop.try_refresh(&me.refresh_token).await.status, 401);
        let events = shop.events::<UserErased>().await;
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].user_id.to_string(), me.id);
        let left = shop
            .query("SELECT email || name || search || COALESCE(phone, '') || COALESCE(password_hash, '') FROM users")
            .await;
        assert!(!left[0].as_deref().unwrap_or_default().to_lowercase().contains("ada"), "{left:?}");
        for table in ["letters", "sessions", "addresses", "refresh_tokens"] {
            let rows = shop.query(&format!("SELECT 'a row' FROM {table}")).await;
            assert!(rows.is_empty(), "{table} has {} rows", rows.len());
        }
        let again = shop.register("ada@example.org").await;
        assert_ne!(again.id, me.id);
    }
}
