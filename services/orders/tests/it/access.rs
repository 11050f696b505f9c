//! Who may do what: every operation of the document, asked by everyone.

use std::collections::BTreeSet;

use contracts::{
    Service,
    calls::{AmountDue, GuestToken, OrderAccess, OrdersUnderWay},
    ids::{OrderId, UserId},
    permissions::Permission,
};
use serde_json::{Value, json};
use test_support::Client;

use crate::shop::{Shop, id_of, order_of, shops, total_of};

/// Operation, method, path with `{order}`, `{return}`, `{promotion}`, body, and the answers to: nobody, a stranger with
/// an account, the owner, a clerk without any permission, and an administrator.
type Row = (&'static str, &'static str, &'static str, Value, [u16; 5]);

fn table() -> Vec<Row> {
    let lines = json!({"lines": [{"sku": "MUG", "quantity": 1}]});
    let code = json!({"code": "X", "percent": "1"});
    vec![
        ("read_cart", "GET", "/cart", Value::Null, [200, 200, 200, 200, 200]),
        ("create_cart", "POST", "/cart", json!({}), [201, 201, 201, 201, 201]),
        ("update_cart", "PUT", "/cart", json!({}), [200, 200, 200, 200, 200]),
        ("add_cart_item", "POST", "/cart/items", json!({"sku": "MUG", "quantity": 1}), [200, 200, 200, 200, 200]),
        ("set_cart_item", "PUT", "/cart/items/MUG", json!({"quantity": 1}), [404, 404, 404, 404, 404]),
        ("remove_cart_item", "DELETE", "/cart/items/MUG", Value::Null, [404, 404, 404, 404, 404]),
        ("empty_cart", "DELETE", "/cart", Value::Null, [404, 404, 404, 404, 404]),
        ("set_cart_coupon", "PUT", "/cart/coupon", json!({"code": "MINE"}), [404, 404, 404, 404, 404]),
        ("remove_cart_coupon", "DELETE", "/cart/coupon", Value::Null, [404, 404, 404, 404, 404]),
        ("merge_carts", "POST", "/cart/merge", json!({}), [401, 200, 200, 200, 200]),
        ("place_order", "POST", "/orders", order_of(&[("MUG", 1)]), [201, 201, 201, 201, 201]),
        ("list_orders", "GET", "/orders", Value::Null, [401, 200, 200, 200, 200]),
        (
            "look_up_order",
            "POST",
            "/orders/lookup",
            json!({"number": "R-1", "email": "a@b.test"}),
            [202, 202, 202, 202, 202],
        ),
        ("read_order", "GET", "/orders/{order}", Value::Null, [401, 404, 200, 404, 200]),
        ("explain_order", "GET", "/orders/{order}/explain", Value::Null, [401, 404, 200, 404, 200]),
        ("set_order_status", "PUT", "/orders/{order}/status", json!({"status": "shipped"}), [401, 403, 403, 403, 409]),
        ("cancel_order", "POST", "/orders/{order}/cancel", json!({}), [401, 404, 409, 404, 409]),
        ("resolve_order_problems", "POST", "/orders/{order}/problems/resolve", json!({}), [401, 403, 403, 403, 200]),
        ("note_order", "POST", "/orders/{order}/notes", json!({"text": "called"}), [401, 403, 403, 403, 201]),
        ("report_sales", "GET", "/reports/sales", Value::Null, [401, 403, 403, 403, 200]),
        ("count_todo", "GET", "/reports/todo", Value::Null, [401, 403, 403, 403, 200]),
        ("request_return", "POST", "/orders/{order}/returns", lines, [401, 404, 201, 404, 201]),
        ("list_order_returns", "GET", "/orders/{order}/returns", Value::Null, [401, 404, 200, 404, 200]),
        ("list_returns", "GET", "/returns", Value::Null, [401, 200, 200, 200, 200]),
        ("read_return", "GET", "/returns/{return}", Value::Null, [401, 404, 200, 404, 200]),
        ("update_return", "PUT", "/returns/{return}", json!({"status": "received"}), [401, 404, 403, 404, 409]),
        ("list_promotions", "GET", "/promotions", Value::Null, [401, 403, 403, 403, 200]),
        ("create_promotion", "POST", "/promotions", code.clone(), [401, 403, 403, 403, 201]),
        ("read_promotion", "GET", "/promotions/{promotion}", Value::Null, [401, 403, 403, 403, 200]),
        ("update_promotion", "PUT", "/promotions/{promotion}", code, [401, 403, 403, 403, 409]),
        ("delete_promotion", "DELETE", "/promotions/{promotion}", Value::Null, [401, 403, 403, 403, 204]),
    ]
}

async fn ask(client: &Client, method: &str, path: &str, body: &Value) -> test_support::Answer {
    if body.is_null() {
        client.send(method, path, axum::body::Body::empty(), None).await
    } else {
        client.send_json(method, path, body).await
    }
}

#[tokio::test]
async fn everyone_may_do_what_the_table_says() {
    for shop in shops().await {
        let owner = shop.customer(UserId::new());
        let order = owner.post("/orders", &order_of(&[("MUG", 5)])).await.expect(201);
        shop.deliver(&order, &[("MUG", 5)]).await;
        let body = json!({"lines": [{"sku": "MUG", "quantity": 1}]});
        let request = owner.post(&format!("/orders/{}/returns", id_of(&order)), &body).await.expect(201);
        let promotion = shop.admin().post("/promotions", &json!({"code": "MINE", "percent": "1"})).await.expect(201);
        for (operation, method, path, body, answers) in table() {
            let text = |value: &Value| value["id"].as_str().expect("an id").to_owned();
            let path = path
                .replace("{order}", &text(&order))
                .replace("{return}", &text(&request))
                .replace("{promotion}", &text(&promotion));
            let someone = |who: usize| match who {
                0 => shop.guest.clone(),
                1 => shop.customer(UserId::new()),
                2 if path.starts_with("/cart") => shop.customer(UserId::new()),
                2 => owner.clone(),
                3 => shop.guest.bearing(&shop.tokens.staff(&[])),
                _ => shop.admin(),
            };
            for (who, status) in answers.into_iter().enumerate() {
                let answer = ask(&someone(who), method, &path, &body).await;
                assert_eq!(
                    answer.status.as_u16(),
                    status,
                    "{operation} by {who}: {}",
                    String::from_utf8_lossy(&answer.bytes)
                );
            }
        }
        shop.sound().await;
    }
}

#[test]
fn every_operation_stands_in_the_table_and_is_documented() {
    let document = serde_json::to_value(orders::openapi()).expect("serializable");
    let mut operations = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        assert!(!path.starts_with("/internal"), "{path} is not public");
        for (method, operation) in methods.as_object().expect("methods") {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
            assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{id} has no summary or tag");
            operations.insert(id.to_owned());
        }
    }
    let known: BTreeSet<String> = table().iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(operations, known);
    for schema in ["OrderView", "CartView", "ReturnView", "PlaceOrder", "Money", "Address"] {
        assert!(document["components"]["schemas"].get(schema).is_some(), "{schema} is not described");
    }
}

fn without_request_id(answer: &test_support::Answer) -> Value {
    let mut body = answer.body.clone();
    body.as_object_mut().expect("an object").remove("request_id");
    body
}

#[tokio::test]
async fn someone_elses_order_looks_like_none_at_all() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        let own = shop.customer(UserId::new()).post("/orders", &order_of(&[("MUG", 1)])).await.expect(201);
        let stranger = shop.customer(UserId::new());
        let wrong_token = shop.guest.with("order-token", "guess");
        let (_, other_guest) = shop.ordered(&[("TEA", 1)]).await;
        for client in [&stranger, &wrong_token, &other_guest] {
            let never = client.get(&format!("/orders/{}", OrderId::new())).await;
            for order in [&order, &own] {
                let hidden = client.get(&format!("/orders/{}", id_of(order))).await;
                assert_eq!(hidden.status, 404);
                assert_eq!(without_request_id(&hidden), without_request_id(&never));
            }
        }
        assert_eq!(stranger.get("/orders/not-an-id").await.problem(404), "not_found");
        // A guest's token opens one order, in the header or in a link.
        assert_eq!(owner.get(&format!("/orders/{}", id_of(&own))).await.problem(404), "not_found");
        let token = order["guest_token"].as_str().expect("a token");
        shop.guest.get(&format!("/orders/{}?token={token}", id_of(&order))).await.expect(200);
        // Another user's filter finds nothing of theirs.
        let page =
            stranger.get(&format!("/orders?user_id={}", own["user_id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!(page["items"], json!([]));
    }
}

#[tokio::test]
async fn staff_see_what_their_permissions_say() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let path = format!("/orders/{}", id_of(&order));
        let clerk = |permissions: &[Permission]| shop.guest.bearing(&shop.tokens.staff(permissions));
        clerk(&[Permission::OrdersRead]).get(&path).await.expect(200);
        assert_eq!(clerk(&[Permission::CatalogWrite]).get(&path).await.problem(404), "not_found");
        let status = json!({"status": "cancelled"});
        let refused = clerk(&[Permission::OrdersRead]).put(&format!("{path}/status"), &status).await;
        assert_eq!(refused.problem(403), "forbidden");
        clerk(&[Permission::OrdersWrite]).put(&format!("{path}/status"), &status).await.expect(200);
    }
}

#[tokio::test]
async fn services_ask_on_behalf_of_someone() {
    for shop in shops().await {
        let router = orders::router(shop.app.clone());
        let payments = shop.app.upstream.speaking_as(Service::Payments);
        payments.mount(Service::Orders, router.clone());
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let order_id = id_of(&order);
        let token = order["guest_token"].as_str().expect("a token");
        let as_guest = |token: &str| upstream::Context { order_token: token.parse().ok(), ..Default::default() };
        let due = payments.call(&AmountDue { order_id }, &as_guest(token)).await.expect("the owner may pay");
        assert_eq!((due.total, due.order_number.as_str()), (total_of(&order), order["number"].as_str().expect("text")));
        let seen = payments.call(&OrderAccess { order_id }, &as_guest(token)).await.expect("the owner may see");
        assert_eq!(seen.order_id, order_id);
        for context in [as_guest("guess"), upstream::Context::default()] {
            let refused = payments.call(&AmountDue { order_id }, &context).await.expect_err("not theirs");
            assert!(refused.is_not_found(), "{refused}");
            assert!(payments.call(&OrderAccess { order_id }, &context).await.expect_err("not theirs").is_not_found());
        }
        let staff = |permission| upstream::Context {
            authorization: shop.tokens.staff(&[permission]).parse().ok(),
            ..Default::default()
        };
        payments.call(&OrderAccess { order_id }, &staff(Permission::ShippingRead)).await.expect("may see");
        assert!(payments.call(&AmountDue { order_id }, &staff(Permission::OrdersRead)).await.is_err(), "may not pay");
        let notifications = shop.app.upstream.speaking_as(Service::Notifications);
        notifications.mount(Service::Orders, router.clone());
        let nobody = upstream::Context::default();
        let told = notifications.call(&GuestToken { order_id }, &nobody).await.expect("mails have links");
        assert_eq!(told.token.as_deref(), Some(token));
        assert!(payments.call(&GuestToken { order_id }, &nobody).await.expect_err("not theirs").is_not_found());
        let users = shop.app.upstream.speaking_as(Service::Users);
        users.mount(Service::Orders, router.clone());
        let way = users.call(&OrdersUnderWay { user_id: UserId::new() }, &nobody).await.expect("told");
        assert_eq!(way.numbers, Vec::<String>::new());
        // From outside, the paths do not exist, whoever asks.
        for path in ["amount-due", "access", "guest-token"] {
            let path = format!("/internal/orders/{order_id}/{path}");
            assert_eq!(shop.admin().get(&path).await.problem(404), "not_found");
            assert_eq!(shop.guest.with("order-token", token).get(&path).await.problem(404), "not_found");
        }
    }
}

#[tokio::test]
async fn a_lost_link_is_mailed_and_never_told() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let number = order["number"].as_str().expect("a number").to_lowercase();
        let ask = async |number: &str, email: &str| {
            let answer = shop.guest.post("/orders/lookup", &json!({"number": number, "email": email})).await;
            (answer.status.as_u16(), answer.bytes)
        };
        let known = ask(&number, "GUEST@example.test").await;
        assert_eq!(known.0, 202);
        assert_eq!(known, ask(&number, "other@example.test").await);
        assert_eq!(known, ask("R-0000-0000", "guest@example.test").await);
        ask(&number, "guest@example.test").await;
        let mails = async || {
            for _ in 0..200 {
                if shop.world.lock().mails.len() >= 2 {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            shop.world.lock().mails.clone()
        };
        let mails = mails().await;
        assert_eq!(mails.len(), 2, "for the right address only");
        assert_eq!(mails[0]["dedupe_key"], mails[1]["dedupe_key"], "and once an hour, which notifications sees to");
        let token = order["guest_token"].as_str().expect("a token");
        assert!(mails[0]["data"]["link"].as_str().expect("text").contains(token));
        assert_eq!(
            shop.guest.post("/orders/lookup", &json!({"number": "", "email": "x"})).await.problem(422),
            "invalid"
        );
    }
}

#[tokio::test]
async fn health_answers() {
    for shop in shops().await {
        let shop: &Shop = &shop;
        shop.guest.get("/healthz").await.expect(200);
        shop.guest.get("/readyz").await.expect(200);
        assert_eq!(shop.guest.get("/nowhere").await.problem(404), "not_found");
        assert_eq!(shop.guest.delete("/orders").await.problem(405), "method_not_allowed");
    }
}
