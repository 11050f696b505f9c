//! Consent: nobody is advertised to without it, and taking it back is one click.

use contracts::{
    calls::{Channel, SendNotification},
    events::UserRegistered,
    ids::{NotificationId, UserId},
};
use notifications::events;
use serde_json::{Value, json};
use test_support::databases;

use crate::support::{Shop, received};

fn promotion(shop: &Shop) -> SendNotification {
    SendNotification {
        user_id: Some(shop.user),
        channel: Channel::Email,
        template: Some("promotion".into()),
        locale: Some("en".into()),
        data: json!({"title": "New mugs", "text": "They are here.", "link": "https://shop.example/c/mugs"}),
        ..SendNotification::default()
    }
}

async fn choose(shop: &Shop, enabled: bool) {
    let choice = json!({"items": [{"topic": "marketing", "channel": "email", "enabled": enabled}]});
    shop.customer().put("/notifications/preferences", &choice).await.expect(200);
}

fn marketing_by_mail(preferences: &Value) -> Value {
    let items = preferences["items"].as_array().expect("a list");
    let cell = items.iter().find(|item| item["topic"] == "marketing" && item["channel"] == "email");
    cell.expect("the cell")["enabled"].clone()
}

fn unsubscribe_path(message: &notifications::channel::Message) -> String {
    let header = message.headers.iter().find(|(name, _)| name == "List-Unsubscribe").expect("the header");
    let url = header.1.trim_matches(['<', '>']);
    url.strip_prefix("https://shop.example").expect("our own address").to_owned()
}

#[tokio::test]
async fn advertising_needs_consent_and_receipts_do_not() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        assert_eq!(shop.send(&promotion(&shop)).await.expect("accepted").status, "suppressed");
        let log = shop.log("?status=suppressed").await;
        assert_eq!(log[0]["reason"], "no_consent", "{}", db.kind());
        choose(&shop, true).await;
        assert_eq!(shop.send(&promotion(&shop)).await.expect("accepted").status, "queued");
        shop.deliver().await;
        assert_eq!(shop.channel.subjects(), ["New mugs"]);
        choose(&shop, false).await;
        assert_eq!(shop.send(&promotion(&shop)).await.expect("accepted").status, "suppressed");
        let mut receipt = promotion(&shop);
        receipt.template = Some("delivered".into());
        receipt.data = json!({"number": "R-1", "order_url": "https://shop.example/orders/1"});
        assert_eq!(shop.send(&receipt).await.expect("accepted").status, "queued");
    }
}

#[tokio::test]
async fn consent_taken_back_while_a_message_waits_stops_it() {
    let shop = Shop::open(&test_support::sqlite()).await;
    choose(&shop, true).await;
    shop.send(&promotion(&shop)).await.expect("accepted");
    choose(&shop, false).await;
    shop.deliver().await;
    assert_eq!(shop.channel.taken(), []);
    assert_eq!(shop.log("").await[0]["status"], "suppressed");
}

#[tokio::test]
async fn the_record_of_consents_is_the_proof() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let registered = UserRegistered {
            user_id: shop.user,
            email: "customer@example.test".into(),
            name: "Ada".into(),
            locale: "en".into(),
            marketing_consent: true,
        };
        events::on_user_registered(shop.app.clone(), received(registered)).await.expect("applied");
        assert_eq!(shop.send(&promotion(&shop)).await.expect("accepted").status, "queued");
        choose(&shop, true).await;
        choose(&shop, false).await;
        choose(&shop, false).await;
        let mine = shop.customer().get("/notifications/consents").await.expect(200);
        let entries: Vec<(Value, Value)> = mine["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| (entry["source"].clone(), entry["granted"].clone()))
            .collect();
        // Saying the same again adds nothing.
        assert_eq!(entries, [(json!("preferences"), json!(false)), (json!("registration"), json!(true))]);
        assert_eq!(mine["items"][0]["text_version"], "1");
        let by_address = shop.admin().get("/notifications/consents?to=customer@example.test").await.expect(200);
        assert_eq!(by_address["items"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn locked_topics_stay_on() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let off = json!({"items": [
        {"topic": "marketing", "channel": "email", "enabled": true},
        {"topic": "security", "channel": "email", "enabled": false}
    ]});
    let refused = shop.customer().put("/notifications/preferences", &off).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "items[1].enabled");
    let preferences = shop.customer().get("/notifications/preferences").await.expect(200);
    assert_eq!(marketing_by_mail(&preferences), false, "all or nothing");
    assert_eq!(preferences["items"].as_array().map(Vec::len), Some(18));
    let locked = preferences["items"].as_array().expect("a list").iter().filter(|cell| cell["locked"] == true);
    assert!(locked.clone().all(|cell| cell["enabled"] == true));
    assert_eq!(locked.count(), 9);
    for bad in
        [json!({"items": []}), json!({}), json!({"items": [{"topic": "x", "channel": "email", "enabled": true}]})]
    {
        assert_eq!(shop.customer().put("/notifications/preferences", &bad).await.problem(422), "invalid");
    }
}

#[tokio::test]
async fn one_click_unsubscribes_at_once_and_again_changes_nothing() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        choose(&shop, true).await;
        shop.send(&promotion(&shop)).await.expect("accepted");
        shop.deliver().await;
        let mail = shop.channel.taken().remove(0);
        let post = mail.headers.iter().find(|(name, _)| name == "List-Unsubscribe-Post").expect("the header");
        assert_eq!(post.1, "List-Unsubscribe=One-Click");
        let path = unsubscribe_path(&mail);
        assert!(mail.text.contains(&path) && mail.html.as_deref().is_some_and(|html| html.contains(&path)));

        // Looking at the link, as mail programs do, changes nothing.
        let page = shop.client.get(&path).await;
        assert_eq!(page.status.as_u16(), 200);
        let policy = page.headers["content-security-policy"].to_str().expect("text");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("script-src")
        );
        assert!(String::from_utf8_lossy(&page.bytes).contains("<form method=\"post\""));
        let preferences = shop.customer().get("/notifications/preferences").await.expect(200);
        assert_eq!(marketing_by_mail(&preferences), true);

        for _ in 0..2 {
            let form = Some("application/x-www-form-urlencoded");
            let answer = shop.client.send("POST", &path, "List-Unsubscribe=One-Click".into(), form).await;
            assert_eq!(answer.expect(200)["enabled"], false);
        }
        let preferences = shop.customer().get("/notifications/preferences").await.expect(200);
        assert_eq!(marketing_by_mail(&preferences), false, "{}", db.kind());
        assert_eq!(shop.send(&promotion(&shop)).await.expect("accepted").status, "suppressed");
        let browser = shop.client.with("accept", "text/html").send("POST", &path, "".into(), None).await;
        assert!(String::from_utf8_lossy(&browser.bytes).contains("You are unsubscribed"));
    }
}

#[tokio::test]
async fn tokens_that_were_tampered_with_do_nothing() {
    let shop = Shop::open(&test_support::sqlite()).await;
    choose(&shop, true).await;
    shop.send(&promotion(&shop)).await.expect("accepted");
    shop.deliver().await;
    let path = unsubscribe_path(&shop.channel.taken()[0]);
    let (address, token) = path.split_once("token=").expect("a token");
    let flip = |at: usize| {
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).expect("ASCII")
    };
    let other_message = format!("{}{}", &"AZLwwaKzfE2OX2AYkpOktQ"[..20], &token[20..]);
    for bad in [
        flip(0),
        flip(10),
        flip(30),
        flip(60),
        String::new(),
        "x".into(),
        other_message,
        NotificationId::new().to_string(),
    ] {
        let answer = shop.client.send("POST", &format!("{address}token={bad}"), "".into(), None).await;
        assert_eq!(answer.problem(400), "invalid_token", "{bad}");
        let page = shop.client.get(&format!("{address}token={bad}")).await;
        assert_eq!(page.status.as_u16(), 400);
        assert!(String::from_utf8_lossy(&page.bytes).contains("does not work"));
    }
    let without = shop.client.send("POST", "/notifications/unsubscribe", "".into(), None).await;
    assert_eq!(without.problem(400), "invalid_query");
    let preferences = shop.customer().get("/notifications/preferences").await.expect(200);
    assert_eq!(marketing_by_mail(&preferences), true);
}

#[tokio::test]
async fn a_token_speaks_for_its_own_recipient_only() {
    let shop = Shop::open(&test_support::sqlite()).await;
    choose(&shop, true).await;
    shop.send(&promotion(&shop)).await.expect("accepted");
    shop.deliver().await;
    let path = unsubscribe_path(&shop.channel.taken()[0]);
    let other = UserId::new();
    let mut claims = shop.tokens.claims(other, "customer", &[]);
    claims.email = "other@example.test".into();
    let other = shop.client.bearing(&shop.tokens.bearer(&claims));
    let on = json!({"items": [{"topic": "marketing", "channel": "email", "enabled": true}]});
    other.put("/notifications/preferences", &on).await.expect(200);
    // Even sent by someone else who is signed in, it is the recipient who is unsubscribed.
    other.send("POST", &path, "".into(), None).await.expect(200);
    assert_eq!(marketing_by_mail(&other.get("/notifications/preferences").await.expect(200)), true);
    assert_eq!(marketing_by_mail(&shop.customer().get("/notifications/preferences").await.expect(200)), false);
}

#[tokio::test]
async fn an_unproven_address_does_not_speak_for_its_owner() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let mut claims = shop.tokens.claims(UserId::new(), "customer", &[]);
    claims.email = "victim@example.test".into();
    claims.email_verified = false;
    let impostor = shop.client.bearing(&shop.tokens.bearer(&claims));
    let on = json!({"items": [{"topic": "marketing", "channel": "email", "enabled": true}]});
    impostor.put("/notifications/preferences", &on).await.expect(200);
    let mut request = promotion(&shop);
    (request.user_id, request.to) = (None, Some("victim@example.test".into()));
    assert_eq!(shop.send(&request).await.expect("accepted").status, "suppressed");
}

#[tokio::test]
async fn suppressed_addresses_are_not_written_to() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        choose(&shop, true).await;
        let bounce = json!({"channel": "email", "to": "Customer@Example.test", "reason": "hard_bounce"});
        let entry = shop.admin().post("/notifications/suppressions", &bounce).await.expect(201);
        assert_eq!(entry["to"], "customer@example.test");
        let mut receipt = promotion(&shop);
        receipt.template = Some("delivered".into());
        receipt.data = json!({"number": "R-1", "order_url": "https://shop.example/orders/1"});
        assert_eq!(shop.send(&receipt).await.expect("accepted").status, "suppressed");

        // Who complained about advertising still gets receipts.
        let path = format!("/notifications/suppressions/{}", entry["id"].as_str().expect("an id"));
        let changed = shop.admin().put(&path, &json!({"reason": "complaint"})).await.expect(200);
        assert_eq!(changed["reason"], "complaint");
        assert_eq!(shop.send(&receipt).await.expect("accepted").status, "queued");
        assert_eq!(shop.send(&promotion(&shop)).await.expect("accepted").status, "suppressed");

        let again = shop.admin().post("/notifications/suppressions", &bounce).await.expect(201);
        assert_eq!(again["id"], entry["id"]);
        assert_eq!(again["reason"], "hard_bounce");
        let list = shop.admin().get("/notifications/suppressions?to=customer@example.test").await.expect(200);
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(shop.admin().delete(&path).await.status.as_u16(), 204);
        assert_eq!(shop.admin().delete(&path).await.problem(404), "not_found");
        assert_eq!(shop.admin().put(&path, &json!({"reason": "manual"})).await.problem(404), "not_found");
        assert_eq!(shop.send(&promotion(&shop)).await.expect("accepted").status, "queued");
    }
}
