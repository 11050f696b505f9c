//! `POST /notifications/send`: what is taken, what is refused, and what comes of sending twice.

use contracts::calls::{Channel, SendNotification};
use notifications::entity::notification::Entity;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use test_support::databases;

use crate::support::Shop;

fn by_hand(to: &str) -> Value {
    json!({"to": to, "channel": "email", "subject": "Your question", "body": "Hello,\n\nyes, it <fits>.", "data": {}})
}

#[tokio::test]
async fn a_message_by_hand_is_framed_and_escaped() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let answer = shop.admin().post("/notifications/send", &by_hand("ada@example.test")).await.expect(202);
        assert_eq!(answer["status"], "queued");
        assert_eq!(answer.as_object().map(serde_json::Map::len), Some(2));
        shop.deliver().await;
        let mail = &shop.channel.taken()[0];
        assert!(mail.text.contains("yes, it <fits>."));
        let html = mail.html.as_deref().expect("HTML");
        assert!(html.contains("yes, it &lt;fits&gt;."), "{html}");
        let ids: Vec<&str> = mail.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(ids, ["Message-ID", "Auto-Submitted"]);
    }
}

#[tokio::test]
async fn a_dedupe_key_sends_once_for_each_channel_and_recipient() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let mut request = by_hand("ada@example.test");
        request["dedupe_key"] = json!("campaign-1");
        let first = shop.admin().post("/notifications/send", &request).await.expect(202);
        request["to"] = json!("ADA@example.test");
        let second = shop.admin().post("/notifications/send", &request).await.expect(202);
        assert_eq!(first["id"], second["id"], "{}", db.kind());
        request["to"] = json!("bob@example.test");
        let third = shop.admin().post("/notifications/send", &request).await.expect(202);
        assert_ne!(first["id"], third["id"]);
        shop.deliver().await;
        assert_eq!(shop.channel.taken().len(), 2);
        let again = shop.admin().post("/notifications/send", &request).await.expect(202);
        assert_eq!(again["status"], "sent");
    }
}

#[tokio::test]
async fn an_idempotency_key_is_honoured() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let client = shop.admin().with("idempotency-key", "k1");
    let first = client.post("/notifications/send", &by_hand("ada@example.test")).await.expect(202);
    let second = client.post("/notifications/send", &by_hand("ada@example.test")).await.expect(202);
    assert_eq!(first["id"], second["id"]);
}

#[tokio::test]
async fn many_at_once_with_one_key_are_one_message() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let mut request = by_hand("ada@example.test");
        request["dedupe_key"] = json!("same");
        let admin = shop.admin();
        let calls: Vec<_> = (0..8)
            .map(|_| {
                let (admin, request) = (admin.clone(), request.clone());
                tokio::spawn(async move { admin.post("/notifications/send", &request).await.expect(202) })
            })
            .collect();
        let mut ids = Vec::new();
        for call in calls {
            ids.push(call.await.expect("answers")["id"].clone());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{}", db.kind());
    }
}

#[tokio::test]
async fn a_user_is_reached_by_their_own_address_and_language() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let request = json!({"user_id": shop.user, "channel": "email", "template": "welcome", "data": {"name": "Ada"}});
    shop.admin().post("/notifications/send", &request).await.expect(202);
    let request = json!({"user_id": shop.user, "channel": "sms", "template": "delivered",
        "data": {"number": "R-1", "order_url": "https://shop.example/orders/1"}});
    shop.admin().post("/notifications/send", &request).await.expect(202);
    shop.deliver().await;
    let taken = shop.channel.taken();
    assert_eq!((taken[0].to.as_str(), taken[0].subject.as_str()), ("customer@example.test", "Willkommen bei Rialto"));
    assert_eq!(taken[1].to, "+4930123456");
    assert_eq!(taken[1].text, "Bestellung R-1 wurde zugestellt\nhttps://shop.example/orders/1");
    assert_eq!(taken[1].html, None);

    let stranger = json!({"user_id": contracts::ids::UserId::new(), "channel": "email", "template": "welcome"});
    let answer = shop.admin().post("/notifications/send", &stranger).await;
    assert!(answer.clone().expect(422).to_string().contains("unknown_user"));
    let push = json!({"user_id": shop.user, "channel": "push", "template": "welcome"});
    assert!(shop.admin().post("/notifications/send", &push).await.expect(422).to_string().contains("unreachable"));
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let with = |field: &str, value: Value| {
        let mut request = by_hand("ada@example.test");
        request[field] = value;
        request
    };
    for (request, status, named) in [
        (with("to", json!("ada@example.test\r\nBcc: all@example.test")), 422, "to"),
        (with("to", json!("not an address")), 422, "to"),
        (with("to", json!("a@b.co, c@d.eu")), 422, "to"),
        (with("subject", json!("Hello\r\nBcc: all@example.test")), 422, "subject"),
        (with("subject", json!("Hello\nthere")), 422, "subject"),
        (with("subject", json!("x".repeat(201))), 422, "subject"),
        (with("body", json!("a\u{0}b")), 422, "body"),
        (with("body", json!("")), 422, "body"),
        (with("topic", json!("gossip")), 422, "topic"),
        (with("template", json!("welcome")), 422, "template"),
        (with("channel", json!("pigeon")), 422, "channel"),
        (with("user_id", json!(contracts::ids::UserId::new())), 422, "to"),
        (with("dedupe_key", json!("x".repeat(201))), 422, "dedupe_key"),
        (with("extra", json!(1)), 422, "extra"),
        (with("subject", json!(1)), 400, "subject"),
        (json!({"to": "a@b.co", "channel": "email", "template": "nonsense"}), 422, "template"),
        (json!({"to": "a@b.co", "channel": "email", "template": "delivered", "data": []}), 422, "data"),
        (json!({"to": "a@b.co", "channel": "email", "template": "delivered", "data": {}}), 422, "subject"),
        (json!({"to": "a@b.co", "channel": "email", "template": "promotion", "topic": "orders"}), 422, "topic"),
        (json!({"to": "a@b.co", "channel": "email"}), 422, "template"),
        (json!({"channel": "email", "template": "welcome"}), 422, "to"),
    ] {
        let answer = shop.admin().post("/notifications/send", &request).await;
        let text = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert_eq!(answer.status.as_u16(), status, "{request}: {text}");
        assert!(text.contains(&format!("\"field\":\"{named}\"")), "{request}: {text}");
    }
    assert_eq!(shop.log("").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_line_break_in_a_variable_cannot_start_a_header() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let data = json!({"number": "R-1\r\nBcc: all@example.test", "order_url": "https://shop.example/"});
    let request = json!({"to": "a@b.co", "channel": "email", "template": "delivered", "data": data});
    assert_eq!(shop.admin().post("/notifications/send", &request).await.problem(422), "invalid");
}

#[tokio::test]
async fn one_time_links_are_for_services_and_are_erased_once_sent() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let data = json!({"name": "Ada", "link": "https://shop.example/reset?token=s3cret-t0ken"});
        let mut request =
            json!({"to": "ada@example.test", "channel": "email", "template": "password_reset", "data": data});
        assert_eq!(shop.admin().post("/notifications/send", &request).await.problem(403), "forbidden");
        let typed: SendNotification = serde_json::from_value(request.take()).expect("a request");
        let accepted = shop.send(&typed).await.expect("accepted");
        let path = format!("/notifications/{}", accepted.id);
        let detail = shop.admin().get(&path).await.expect(200);
        assert_eq!(detail["content_hidden"], true);
        assert!(!detail.to_string().contains("s3cret-t0ken"), "{detail}");
        shop.deliver().await;
        assert!(shop.channel.taken()[0].text.contains("s3cret-t0ken"));
        let kept = Entity::find_by_id(accepted.id.uuid()).one(shop.app.db.reader()).await.expect("reads");
        assert_eq!(kept.map(|row| (row.text, row.html)), Some((String::new(), None)), "{}", db.kind());
        shop.sound().await;
        let resent = shop.admin().post(&format!("{path}/resend"), &json!({})).await;
        assert_eq!(resent.problem(409), "not_resendable");
    }
}

#[tokio::test]
async fn a_message_can_be_sent_again_and_says_so() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let first = shop.admin().post("/notifications/send", &by_hand("ada@example.test")).await.expect(202);
    shop.deliver().await;
    let id = first["id"].as_str().expect("an id");
    let again = shop.admin().post(&format!("/notifications/{id}/resend"), &json!({})).await.expect(202);
    shop.deliver().await;
    let taken = shop.channel.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].text, taken[1].text);
    assert_ne!(taken[0].id, taken[1].id);
    let detail =
        shop.admin().get(&format!("/notifications/{}", again["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(detail["resend_of"], first["id"]);
    assert_eq!(detail["subject"], "Your question");
}

#[tokio::test]
async fn the_log_is_paged_newest_first_and_filtered() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        for index in 0..5 {
            let mut request = by_hand(if index == 2 { "bob@example.test" } else { "ada@example.test" });
            request["subject"] = json!(format!("number {index}"));
            shop.admin().post("/notifications/send", &request).await.expect(202);
        }
        let mut seen = Vec::new();
        let mut path = "/notifications/history?limit=2".to_owned();
        loop {
            let page = shop.admin().get(&path).await.expect(200);
            seen.extend(page["items"].as_array().expect("a list").iter().map(|item| item["subject"].clone()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/notifications/history?limit=2&cursor={cursor}");
        }
        assert_eq!(seen, ["number 4", "number 3", "number 2", "number 1", "number 0"].map(Value::from));
        assert_eq!(shop.log("?to=BOB@example.test").await.len(), 1);
        assert_eq!(shop.log("?status=sent").await.len(), 0);
        assert_eq!(shop.log("?template=welcome").await.len(), 0);
        for bad in ["?unknown=1", "?status=lost", "?user_id=x"] {
            let answer = shop.admin().get(&format!("/notifications/history{bad}")).await;
            assert_eq!(answer.problem(400), "invalid_query", "{bad}");
        }
        for bad in ["?limit=0", "?limit=101", "?cursor=x"] {
            assert_eq!(
                shop.admin().get(&format!("/notifications/history{bad}")).await.problem(422),
                "invalid",
                "{bad}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_language_falls_back_to_english() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let request = SendNotification {
        to: Some("ada@example.test".into()),
        channel: Channel::Email,
        template: Some("welcome".into()),
        locale: Some("fi-FI".into()),
        ..SendNotification::default()
    };
    shop.send(&request).await.expect("accepted");
    shop.deliver().await;
    assert_eq!(shop.channel.subjects(), ["Welcome to Rialto"]);
}
