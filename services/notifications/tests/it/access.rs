//! Who may do what: every operation of the OpenAPI document, for everyone.

use std::collections::BTreeSet;

use contracts::{ids::UserId, permissions::Permission};
use serde_json::{Value, json};

use crate::support::Shop;

/// Who gets past the door.
#[derive(Clone, Copy, PartialEq)]
enum Door {
    Anyone,
    SignedIn,
    Staff(Permission),
}

const READ: Door = Door::Staff(Permission::NotificationsRead);
const SEND: Door = Door::Staff(Permission::NotificationsSend);

fn doors() -> Vec<(&'static str, &'static str, Door)> {
    vec![
        ("POST", "/notifications/send", SEND),
        ("GET", "/notifications/history", Door::SignedIn),
        ("GET", "/notifications/{id}", READ),
        ("POST", "/notifications/{id}/resend", SEND),
        ("GET", "/notifications/preferences", Door::SignedIn),
        ("PUT", "/notifications/preferences", Door::SignedIn),
        ("GET", "/notifications/consents", Door::SignedIn),
        ("GET", "/notifications/unsubscribe", Door::Anyone),
        ("POST", "/notifications/unsubscribe", Door::Anyone),
        ("GET", "/notifications/suppressions", READ),
        ("POST", "/notifications/suppressions", SEND),
        ("PUT", "/notifications/suppressions/{id}", SEND),
        ("DELETE", "/notifications/suppressions/{id}", SEND),
        ("GET", "/notifications/templates", READ),
        ("GET", "/notifications/templates/{name}/{language}", READ),
        ("PUT", "/notifications/templates/{name}/{language}", SEND),
        ("DELETE", "/notifications/templates/{name}/{language}", SEND),
        ("GET", "/notifications/templates/{name}/{language}/versions", READ),
        ("POST", "/notifications/templates/{name}/{language}/preview", READ),
        ("POST", "/notifications/templates/{name}/{language}/test", SEND),
    ]
}

fn body(method: &str, path: &str) -> Value {
    match (method, path) {
        (_, "/notifications/send") => json!({"to": "a@b.co", "channel": "email", "template": "welcome", "data": {}}),
        (_, "/notifications/preferences") => {
            json!({"items": [{"topic": "reviews", "channel": "email", "enabled": true}]})
        }
        ("PUT", path) if path.contains("suppressions") => json!({"reason": "manual"}),
        (_, path) if path.contains("suppressions") => json!({"channel": "email", "to": "a@b.co", "reason": "manual"}),
        (_, path) if path.ends_with("/test") => json!({}),
        _ => json!({"subject": "s", "heading": "h", "preview": "p", "body": "b"}),
    }
}

#[test]
fn every_operation_has_a_door() {
    let document = serde_json::to_value(notifications::openapi()).expect("JSON");
    let mut documented = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            documented.insert((method.to_uppercase(), path.clone()));
            for member in ["operationId", "summary", "tags", "responses"] {
                assert!(operation.get(member).is_some(), "{method} {path} lacks {member}");
            }
        }
    }
    let doors = doors().into_iter().map(|(method, path, _)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(documented, doors);
}

#[tokio::test]
async fn every_door_opens_for_the_right_people_only() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let id = uuid::Uuid::now_v7().to_string();
    let others: Vec<Permission> = Permission::ALL
        .into_iter()
        .filter(|permission| !matches!(permission, Permission::NotificationsRead | Permission::NotificationsSend))
        .collect();
    for (method, template, door) in doors() {
        let path = template.replace("{id}", &id).replace("{name}", "delivered").replace("{language}", "en");
        let ask = async |authorization: Option<String>| {
            let client = authorization.map_or_else(|| shop.client.clone(), |token| shop.client.bearing(&token));
            let answer = match method {
                "GET" => client.get(&path).await,
                "DELETE" => client.delete(&path).await,
                _ => client.send_json(method, &path, &body(method, template)).await,
            };
            answer.status.as_u16()
        };
        let anonymous = ask(None).await;
        let customer = ask(Some(shop.tokens.customer(shop.user))).await;
        let stranger = ask(Some(shop.tokens.staff(&others))).await;
        let admin = ask(Some(shop.tokens.admin())).await;
        let asked = format!("{method} {template}");
        assert!(admin < 401 || admin == 404, "{asked}: the admin got {admin}");
        match door {
            Door::Anyone => assert!(anonymous < 401, "{asked}: {anonymous}"),
            Door::SignedIn => assert_eq!((anonymous, customer < 400), (401, true), "{asked}: {customer}"),
            Door::Staff(permission) => {
                assert_eq!((anonymous, customer, stranger), (401, 403, 403), "{asked}");
                let holder = ask(Some(shop.tokens.staff(&[permission]))).await;
                assert!(holder < 401 || holder == 404, "{asked}: staff with the permission got {holder}");
            }
        }
    }
}

#[tokio::test]
async fn people_see_their_own_messages_only() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let send = async |request: Value| {
        shop.admin().post("/notifications/send", &request).await.expect(202);
    };
    send(json!({"user_id": shop.user, "channel": "email", "template": "welcome", "data": {}})).await;
    send(json!({"to": "Customer@example.test", "channel": "email", "subject": "before the account", "body": "b"}))
        .await;
    send(json!({"to": "other@example.test", "channel": "email", "subject": "of another", "body": "b"})).await;
    let seen = async |path: &str, token: &str| {
        let page = shop.client.bearing(token).get(path).await.expect(200);
        page["items"].as_array().expect("a list").len()
    };
    let own = shop.tokens.customer(shop.user);
    assert_eq!(seen("/notifications/history", &own).await, 2);
    assert_eq!(seen("/notifications/history?to=customer@example.test", &own).await, 2);
    assert_eq!(seen(&format!("/notifications/history?user_id={}", shop.user), &own).await, 1);
    assert_eq!(seen("/notifications/history", &shop.tokens.admin()).await, 3);

    // An address counts only when it is proven, and a message to an account is not its address's.
    let mut claims = shop.tokens.claims(UserId::new(), "customer", &[]);
    assert_eq!(seen("/notifications/history", &shop.tokens.bearer(&claims)).await, 1);
    claims.email_verified = false;
    assert_eq!(seen("/notifications/history", &shop.tokens.bearer(&claims)).await, 0);

    let customer = shop.customer();
    for others in ["?to=other@example.test".to_owned(), format!("?user_id={}", UserId::new())] {
        let answer = customer.get(&format!("/notifications/history{others}")).await;
        assert_eq!(answer.problem(403), "forbidden", "{others}");
        let answer = customer.get(&format!("/notifications/consents{others}")).await;
        assert_eq!(answer.problem(403), "forbidden", "{others}");
    }
}

#[tokio::test]
async fn ids_that_are_none_name_nothing() {
    let shop = Shop::open(&test_support::sqlite()).await;
    for path in [
        "/notifications/x",
        "/notifications/0192",
        "/notifications/templates/nonsense/en",
        "/notifications/templates/welcome/english",
    ] {
        assert_eq!(shop.admin().get(path).await.problem(404), "not_found", "{path}");
    }
}
