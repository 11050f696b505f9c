//! The texts: every one renders in every language, staff can change them, and nothing gets in unescaped.

use contracts::{events::OrderStatusChanged, order::OrderStatus};
use notifications::{events, templates::Templates};
use serde_json::{Value, json};
use test_support::databases;

use crate::support::{Shop, order, received};

const LANGUAGES: [&str; 3] = ["ar", "de", "en"];
const SET: [&str; 24] = [
    "back_in_stock",
    "delivered",
    "dispute_opened",
    "email_change",
    "email_changed",
    "email_taken",
    "new_device",
    "order_cancelled",
    "order_confirmation",
    "order_link",
    "out_for_delivery",
    "password_changed",
    "password_reset",
    "payment_failed",
    "promotion",
    "refund",
    "return_approved",
    "return_declined",
    "return_received",
    "return_requested",
    "security_alert",
    "shipped",
    "verify_email",
    "welcome",
];

fn path(name: &str, language: &str) -> String {
    format!("/notifications/templates/{name}/{language}")
}

fn as_request(text: &Value) -> Value {
    json!({"subject": text["subject"], "heading": text["heading"], "preview": text["preview"], "body": text["body"]})
}

#[tokio::test]
async fn every_text_renders_in_every_language() {
    let templates = Templates::load().expect("the texts are sound");
    let names: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, SET);
    let shop = Shop::open(&test_support::sqlite()).await;
    for name in SET {
        let sources = &templates.get(name).expect("there").sources;
        assert_eq!(sources.keys().map(String::as_str).collect::<Vec<_>>(), LANGUAGES, "{name}");
        for language in LANGUAGES {
            let text = shop.admin().get(&path(name, language)).await.expect(200);
            let answer = shop.admin().post(&format!("{}/preview", path(name, language)), &as_request(&text)).await;
            let preview = answer.expect(200);
            let (plain, html) = (preview["text"].as_str().expect("text"), preview["html"].as_str().expect("HTML"));
            for leftover in ["{{", "{%", "none", "undefined", "<p>", "style="] {
                assert!(!plain.contains(leftover), "{name} {language} contains {leftover}: {plain}");
            }
            assert!(!html.contains("{{") && !html.contains("{%"), "{name} {language}: {html}");
            for block in ["<table", "<p", "<h2", "<ul"] {
                let nested = format!("color:#1d2421;\">{block}");
                assert!(!html.contains(&nested), "{name} {language} has a block in a paragraph: {html}");
            }
            for outside in ["src=", "<script", "<link", "@import", "url("] {
                assert!(!html.contains(outside), "{name} {language} loads something: {outside}");
            }
            let direction = if language == "ar" { "dir=\"rtl\"" } else { "dir=\"ltr\"" };
            assert!(html.contains(direction) && html.contains("prefers-color-scheme"), "{name} {language}");
        }
    }
}

#[tokio::test]
async fn the_order_confirmation_reads_well() {
    for language in ["en", "de", "ar"] {
        let shop = Shop::open(&test_support::sqlite()).await;
        let mut order = order(OrderStatus::Processing);
        order.id = "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6".parse().expect("an id");
        order.locale = language.into();
        order.placed_at = "2026-11-22T18:04:00Z".parse().expect("a time");
        let event = OrderStatusChanged { to: order.status, order, from: OrderStatus::Pending, reason: None };
        events::on_order_status_changed(shop.app.clone(), received(event)).await.expect("applied");
        shop.deliver().await;
        let mail = shop.channel.taken().remove(0);
        insta::assert_snapshot!(format!("order_confirmation_{language}"), format!("{}\n\n{}", mail.subject, mail.text));
    }
}

#[tokio::test]
async fn naughty_names_stay_text() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let naughty = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}";
    let mut order = order(OrderStatus::Processing);
    order.shipping_address.name = naughty.into();
    order.lines[0].title = naughty.into();
    order.lines[0].variant_title = "\n\n<b>bold</b>".into();
    let event = OrderStatusChanged { to: order.status, order, from: OrderStatus::Pending, reason: None };
    events::on_order_status_changed(shop.app.clone(), received(event)).await.expect("applied");
    shop.deliver().await;
    let mail = shop.channel.taken().remove(0);
    let html = mail.html.expect("HTML");
    for raw in ["<script", "<img", "<b>bold"] {
        assert!(!html.contains(raw), "{raw} got through");
    }
    let times = |text: &str| html.matches(text).count();
    assert!(
        times("&lt;script&gt;") > 0 && times("{{ 7*7 }}") == times("&lt;script&gt;"),
        "nothing was reckoned: {html}"
    );
}

#[tokio::test]
async fn links_must_be_web_addresses() {
    let shop = Shop::open(&test_support::sqlite()).await;
    for bad in ["javascript:alert(1)", "data:text/html,x", "https://a b", "//evil.example"] {
        let data = json!({"number": "R-1", "order_url": bad});
        let request = json!({"to": "a@b.co", "channel": "email", "template": "delivered", "data": data});
        assert_eq!(shop.admin().post("/notifications/send", &request).await.problem(422), "invalid", "{bad}");
    }
}

#[tokio::test]
async fn staff_change_texts_and_go_back() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let request = json!({"subject": "Arrived: {{ number }}", "heading": "Here it is", "preview": "Look.",
            "body": "{{ hello(name) }}\n\n**ours** now.\n\n{{ button(w.view_order, order_url) }}"});
        let at = path("delivered", "en");
        let saved = shop.admin().put(&at, &request).await.expect(200);
        assert_eq!((&saved["version"], &saved["built_in"]), (&json!(1), &json!(false)), "{}", db.kind());
        let send = json!({"to": "a@b.co", "channel": "email", "template": "delivered", "locale": "en-GB",
            "data": {"number": "R-1", "order_url": "https://shop.example/1"}});
        shop.admin().post("/notifications/send", &send).await.expect(202);
        shop.deliver().await;
        let mail = shop.channel.taken().remove(0);
        assert_eq!(mail.subject, "Arrived: R-1");
        assert!(mail.html.as_deref().is_some_and(|html| html.contains("<strong>ours</strong> now.")));

        // A second editor who started from the built-in text is told.
        let stale = shop.admin().with("if-match", "\"0\"").put(&at, &request).await;
        assert_eq!(stale.problem(412), "stale_version");
        let second = shop.admin().with("if-match", "\"1\"").put(&at, &request).await.expect(200);
        assert_eq!(second["version"], 2);
        assert_eq!(shop.admin().with("if-match", "x").put(&at, &request).await.problem(400), "invalid_if_match");

        assert_eq!(shop.admin().delete(&at).await.status.as_u16(), 204);
        assert_eq!(shop.admin().delete(&at).await.problem(404), "not_found");
        let text = shop.admin().get(&at).await.expect(200);
        assert_eq!((&text["built_in"], &text["version"]), (&json!(true), &json!(3)));
        assert_eq!(text["subject"], "Order {{ number }} was delivered");
        let versions = shop.admin().get(&format!("{at}/versions")).await.expect(200);
        assert_eq!(versions["items"].as_array().map(Vec::len), Some(3));
    }
}

#[tokio::test]
async fn a_new_language_can_be_added_and_removed() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let french = json!({"subject": "Bienvenue", "heading": "Bienvenue", "preview": "Bonjour", "body": "Bonjour !"});
    shop.admin().put(&path("welcome", "fr"), &french).await.expect(200);
    let send = json!({"to": "a@b.co", "channel": "email", "template": "welcome", "locale": "fr-CA"});
    shop.admin().post("/notifications/send", &send).await.expect(202);
    shop.admin().delete(&path("welcome", "fr")).await;
    shop.admin().post("/notifications/send", &send).await.expect(202);
    shop.deliver().await;
    assert_eq!(shop.channel.subjects(), ["Bienvenue", "Welcome to Rialto"]);
    let list = shop.admin().get("/notifications/templates").await.expect(200);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(SET.len()));
    assert!(!list.to_string().contains("\"fr\""));
}

#[tokio::test]
async fn a_text_that_does_not_render_is_refused_with_its_line() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let text = |field: &str, value: &str| {
        let mut text = json!({"subject": "s", "heading": "h", "preview": "p", "body": "b"});
        text[field] = json!(value);
        text
    };
    for (template, request, field, line) in [
        ("delivered", text("body", "one\n\n{{ nothing }}"), "body", json!(3)),
        ("delivered", text("body", "one\n{{ number|nofilter }}"), "body", json!(2)),
        ("delivered", text("body", "one\n\n\n{% if %}"), "body", json!(4)),
        (
            "delivered",
            text("body", "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}"),
            "body",
            json!(1),
        ),
        ("delivered", text("subject", "{{ nothing }}"), "subject", json!(1)),
        ("delivered", text("subject", "a{{ '\\n' }}b"), "subject", Value::Null),
        ("delivered", text("body", "{{ name.missing }}"), "body", json!(1)),
        ("password_reset", text("subject", "{{ link }}"), "subject", Value::Null),
        ("password_reset", text("body", "{{ code }}"), "body", json!(1)),
    ] {
        for (method, end) in [("PUT", ""), ("POST", "/preview")] {
            if template == "password_reset" && field == "subject" && method == "POST" {
                continue;
            }
            let answer = shop.admin().send_json(method, &format!("{}{end}", path(template, "en")), &request).await;
            let answer = answer.expect(422);
            assert_eq!((&answer["errors"][0]["field"], &answer["line"]), (&json!(field), &line), "{request}: {answer}");
        }
    }
    let empty = shop.admin().put(&path("delivered", "en"), &text("body", "")).await.expect(422);
    assert_eq!(empty["errors"][0]["field"], "body");
}

#[tokio::test]
async fn a_saved_text_that_fails_in_earnest_gives_way_to_the_built_in_one() {
    let shop = Shop::open(&test_support::sqlite()).await;
    // The sample has a tracking number of twenty digits; this text only works with such.
    let request = json!({"subject": "{{ tracking_number[19] }}", "heading": "h", "preview": "p", "body": "b"});
    shop.admin().put(&path("out_for_delivery", "en"), &request).await.expect(200);
    let data =
        json!({"number": "R-1", "carrier": "DHL", "tracking_number": "1", "order_url": "https://shop.example/1"});
    let send = json!({"to": "a@b.co", "channel": "email", "template": "out_for_delivery", "data": data});
    shop.admin().post("/notifications/send", &send).await.expect(202);
    shop.deliver().await;
    assert_eq!(shop.channel.subjects(), ["Order R-1 arrives today"]);
}

#[tokio::test]
async fn a_test_goes_to_whoever_asks_for_it() {
    let shop = Shop::open(&test_support::sqlite()).await;
    shop.admin().post(&format!("{}/test", path("promotion", "de")), &json!({})).await.expect(202);
    shop.admin()
        .post(&format!("{}/test", path("verify_email", "en")), &json!({"to": "me@example.test"}))
        .await
        .expect(202);
    shop.deliver().await;
    let to: Vec<String> = shop.channel.taken().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["admin@example.test", "me@example.test"]);
    let bad = shop.admin().post(&format!("{}/test", path("promotion", "de")), &json!({"to": "x"})).await;
    assert_eq!(bad.problem(422), "invalid");
}
