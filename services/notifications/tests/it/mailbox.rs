//! `/dev/mail`: there when wanted, gone when not, and safe to look at.

use contracts::calls::{Channel, SendNotification};
use notifications::Config;
use serde_json::json;
use test_support::databases;

use crate::support::{Shop, config};

async fn shop_with_mail(db: &test_support::TestDb) -> Shop {
    let shop = Shop::with_mailbox(db).await;
    for (to, title) in [("ada@example.test", "<script>alert(1)</script>"), ("bob@example.test", "Second")] {
        let request = SendNotification {
            to: Some(to.into()),
            channel: Channel::Email,
            subject: Some(title.into()),
            body: Some("<img src=x onerror=alert(1)>".into()),
            ..SendNotification::default()
        };
        shop.send(&request).await.expect("accepted");
    }
    shop.deliver().await;
    shop
}

#[tokio::test]
async fn messages_can_be_listed_searched_and_read() {
    for db in databases().await {
        let shop = shop_with_mail(&db).await;
        let all = shop.client.get("/dev/mail/messages").await.expect(200);
        assert_eq!(all["items"][0]["subject"], "Second", "{}", db.kind());
        let found = shop.client.get("/dev/mail/messages?to=ada@example.test").await.expect(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        let id = found["items"][0]["id"].as_str().expect("an id");
        let one = shop.client.get(&format!("/dev/mail/messages/{id}")).await.expect(200);
        assert!(one["text"].as_str().is_some_and(|text| text.contains("<img src=x")));
        let page = shop.client.get("/dev/mail/messages?limit=1").await.expect(200);
        assert!(page["next_cursor"].is_string());
        assert_eq!(shop.client.get("/dev/mail/messages?nonsense=1").await.problem(400), "invalid_query");
        assert_eq!(shop.log("").await[0]["status"], "sent");
    }
}

#[tokio::test]
async fn pages_run_nothing_and_escape_everything() {
    let shop = shop_with_mail(&test_support::sqlite()).await;
    let found = shop.client.get("/dev/mail/messages?to=ada@example.test").await.expect(200);
    let id = found["items"][0]["id"].as_str().expect("an id");
    for path in [
        "/dev/mail".to_owned(),
        "/dev/mail?to=%3Cscript%3E".to_owned(),
        format!("/dev/mail/{id}"),
        format!("/dev/mail/{id}?view=text"),
        format!("/dev/mail/{id}?view=headers"),
    ] {
        let page = shop.client.get(&path).await;
        assert_eq!(page.status.as_u16(), 200, "{path}");
        let html = String::from_utf8(page.bytes).expect("UTF-8");
        assert!(!html.contains("<script") && !html.contains("<img"), "{path}: {html}");
        let policy = page.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        assert_eq!(page.headers["cache-control"], "no-store");
    }
    let mail = shop.client.get(&format!("/dev/mail/{id}/html")).await;
    let policy = mail.headers["content-security-policy"].to_str().expect("text");
    assert!(
        policy.starts_with("sandbox ") && !policy.contains("allow-scripts") && !policy.contains("allow-same-origin")
    );
    let unknown = uuid::Uuid::now_v7();
    for path in [format!("/dev/mail/{unknown}"), format!("/dev/mail/{unknown}/html"), "/dev/mail/x".into()] {
        assert_eq!(shop.client.get(&path).await.problem(404), "not_found");
    }
}

#[tokio::test]
async fn without_the_switch_there_is_nothing() {
    let config = Config { mailbox_page: false, ..config() };
    let shop = Shop::with(&test_support::sqlite(), config, None, std::sync::Arc::default()).await;
    for path in ["/dev/mail", "/dev/mail/messages"] {
        assert_eq!(shop.client.get(path).await.problem(404), "not_found");
        assert_eq!(shop.admin().post(path, &json!({})).await.problem(404), "not_found");
    }
}
