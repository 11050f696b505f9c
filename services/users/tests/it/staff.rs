//! Roles, staff, and who may call what.

use contracts::{
    Service,
    calls::{SessionStanding, UserContact},
    permissions::Permission,
};
use serde_json::{Value, json};
use upstream::Context;
use users::admin::{self, FirstAdmin};

use crate::shop::{Account, OTHER_PASSWORD, PASSWORD, Shop, config, text};

impl Shop {
    /// Someone on the staff whose role holds just these permissions.
    async fn clerk(&self, name: &str, permissions: &[&str]) -> Account {
        let boss = self.admin(&format!("boss-of-{name}")).await;
        let role = json!({"name": name, "permissions": permissions});
        boss.client.post("/users/roles", &role).await.expect(201);
        let email = format!("{name}@shop.example");
        let clerk = self.register(&email).await;
        boss.client.put(&format!("/users/{}/role", clerk.id), &json!({"role": name})).await.expect(200);
        self.login(&email, PASSWORD).await
    }
}

/// Every operation says whom it serves, and serves nobody else.
#[tokio::test]
async fn every_operation_is_guarded() {
    let shop = Shop::open(test_support::sqlite(), config()).await;
    let customer = shop.register("ada@example.org").await;
    let clerk = shop.clerk("clerk", &["orders:read"]).await;
    let api = serde_json::to_value(users::openapi()).expect("JSON");
    let mut open = Vec::new();
    let mut guarded = 0;
    for (path, operations) in api["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let id = text(&operation["operationId"]);
            let real = path.replace("{id}", &uuid::Uuid::now_v7().to_string()).replace("{name}", "clerk");
            let anonymous = shop.client.send_json(&method.to_uppercase(), &real, &json!({})).await;
            if operation["security"] != json!([{"bearer": []}]) {
                open.push(id);
                continue;
            }
            guarded += 1;
            assert_eq!(anonymous.problem(401), "unauthorized", "{method} {path}");
            if operation["tags"] != json!(["staff"]) {
                continue;
            }
            let body = json!({"name": "x-role", "permissions": [], "role": "clerk"});
            let narrow = if id == "create_role" { json!({"name": "x-role", "permissions": []}) } else { body };
            let body = match id.as_str() {
                "assign_role" => json!({"role": "clerk"}),
                "update_role" => json!({"permissions": []}),
                _ => narrow,
            };
            for someone in [&customer, &clerk] {
                let answer = someone.client.send_json(&method.to_uppercase(), &real, &body).await;
                assert_eq!(answer.problem(403), "forbidden", "{method} {path}");
            }
        }
    }
    open.sort();
    let expected = [
        "confirm_email",
        "create_user",
        "forgot_password",
        "get_jwks",
        "login_user",
        "logout_user",
        "refresh_token",
        "reset_password",
        "undo_email",
        "verify_email",
    ];
    assert_eq!(open, expected);
    assert_eq!(guarded, 24);
}

#[tokio::test]
async fn only_services_ask_the_internal_questions() {
    for shop in Shop::all().await {
        let ada = shop.register("ada@example.org").await;
        let boss = shop.admin("boss").await;
        for path in
            [format!("/internal/users/{}/contact", ada.id), format!("/internal/sessions/{}", uuid::Uuid::now_v7())]
        {
            for client in [&shop.client, &ada.client, &boss.client, &shop.outside("203.0.113.7")] {
                assert_eq!(client.get(&path).await.problem(404), "not_found");
            }
        }
        let orders = shop.upstream.speaking_as(Service::Orders);
        let user_id = ada.id.parse().expect("an id");
        let contact = orders.call(&UserContact { user_id }, &Context::default()).await.expect("an answer");
        assert_eq!((contact.email.as_str(), contact.name.as_str()), ("ada@example.org", "Ada Lovelace"));
        let nobody = orders.call(&UserContact { user_id: contracts::ids::UserId::new() }, &Context::default()).await;
        assert!(nobody.expect_err("nobody").is_not_found());
        let sessions = ada.client.get("/users/sessions").await.expect(200);
        let session_id = text(&sessions["items"][0]["id"]).parse().expect("an id");
        let stands = || async {
            orders.call(&SessionStanding { session_id }, &Context::default()).await.expect("an answer").active
        };
        assert!(stands().await);
        ada.client.post("/users/logout", &json!({})).await.expect(204);
        assert!(!stands().await);
    }
}

#[tokio::test]
async fn roles_are_made_changed_and_removed() {
    for shop in Shop::all().await {
        let boss = shop.admin("boss").await.client;
        let role =
            json!({"name": "clerk", "title": "Clerk", "permissions": ["orders:write", "orders:read", "orders:read"]});
        let made = boss.post("/users/roles", &role).await.expect(201);
        assert_eq!(made["permissions"], json!(["orders:read", "orders:write"]));
        assert_eq!(boss.post("/users/roles", &role).await.problem(409), "role_exists");
        for wrong in
            [json!({"name": "Clerk!", "permissions": []}), json!({"name": "other", "permissions": ["orders:fly"]})]
        {
            boss.post("/users/roles", &wrong).await.expect(422);
        }
        let listed = boss.get("/users/roles").await.expect(200);
        let names: Vec<&Value> = listed["items"].as_array().expect("a list").iter().map(|role| &role["name"]).collect();
        assert_eq!(names, ["admin", "clerk", "customer"]);
        for built_in in ["admin", "customer"] {
            let path = format!("/users/roles/{built_in}");
            assert_eq!(boss.put(&path, &json!({"permissions": ["users:read"]})).await.problem(409), "built_in_role");
            assert_eq!(boss.delete(&path).await.problem(409), "built_in_role");
        }
        let ada = shop.register("ada@example.org").await;
        boss.put(&format!("/users/{}/role", ada.id), &json!({"role": "clerk"})).await.expect(200);
        assert_eq!(boss.delete("/users/roles/clerk").await.problem(409), "role_in_use");
        boss.put(&format!("/users/{}/role", ada.id), &json!({"role": "customer"})).await.expect(200);
        boss.delete("/users/roles/clerk").await.expect(204);
        assert_eq!(boss.delete("/users/roles/clerk").await.status, 404);
        assert_eq!(
            boss.put(&format!("/users/{}/role", ada.id), &json!({"role": "clerk"})).await.problem(422),
            "invalid"
        );
    }
}

#[tokio::test]
async fn a_change_of_rights_counts_at_once() {
    for shop in Shop::all().await {
        let clerk = shop.clerk("clerk", &["users:read"]).await;
        let boss = shop.admin("boss").await.client;
        clerk.client.get("/users").await.expect(200);
        let profile = clerk.client.get("/users/profile").await.expect(200);
        assert_eq!((&profile["role"], &profile["permissions"]), (&json!("clerk"), &json!(["users:read"])));
        boss.put("/users/roles/clerk", &json!({"permissions": ["orders:read"]})).await.expect(200);
        assert_eq!(clerk.client.get("/users").await.status, 401, "the session has ended");
        let clerk = shop.login("clerk@shop.example", PASSWORD).await;
        assert_eq!(clerk.client.get("/users").await.status, 403);
        boss.put(&format!("/users/{}/role", clerk.id), &json!({"role": "customer"})).await.expect(200);
        assert_eq!(clerk.client.get("/users/profile").await.status, 401);
        assert_eq!(shop.try_refresh(&clerk.refresh_token).await.status, 401);
        // The same role again changes nothing.
        let ada = shop.register("ada@example.org").await;
        boss.put(&format!("/users/{}/role", ada.id), &json!({"role": "customer"})).await.expect(200);
        ada.client.get("/users/profile").await.expect(200);
    }
}

#[tokio::test]
async fn nobody_reaches_above_himself() {
    for shop in Shop::all().await {
        let clerk = shop.clerk("clerk", &["roles:write", "users:write", "users:read", "orders:read"]).await;
        let boss = shop.admin("boss").await;
        let ada = shop.register("ada@example.org").await;
        boss.client
            .post("/users/roles", &json!({"name": "cashier", "permissions": ["payments:refund"]}))
            .await
            .expect(201);
        let refused = [
            clerk.client.post("/users/roles", &json!({"name": "mine", "permissions": ["payments:refund"]})).await,
            clerk.client.put("/users/roles/cashier", &json!({"permissions": []})).await,
            clerk.client.put("/users/roles/clerk", &json!({"permissions": ["payments:refund"]})).await,
            clerk.client.delete("/users/roles/cashier").await,
            clerk.client.put(&format!("/users/{}/role", clerk.id), &json!({"role": "admin"})).await,
            clerk.client.put(&format!("/users/{}/role", ada.id), &json!({"role": "admin"})).await,
            clerk.client.put(&format!("/users/{}/role", ada.id), &json!({"role": "cashier"})).await,
            clerk.client.put(&format!("/users/{}/role", boss.id), &json!({"role": "customer"})).await,
            clerk.client.post(&format!("/users/{}/disable", boss.id), &json!({})).await,
        ];
        for answer in refused {
            assert_eq!(answer.problem(403), "rights_not_held");
        }
        clerk.client.post("/users/roles", &json!({"name": "reader", "permissions": ["orders:read"]})).await.expect(201);
        clerk.client.put(&format!("/users/{}/role", ada.id), &json!({"role": "reader"})).await.expect(200);
        clerk.client.post(&format!("/users/{}/disable", ada.id), &json!({})).await.expect(200);
        boss.client.get("/users").await.expect(200);
    }
}

#[tokio::test]
async fn the_last_administrator_stays() {
    for shop in Shop::all().await {
        let boss = shop.admin("boss").await;
        let path = format!("/users/{}", boss.id);
        assert_eq!(
            boss.client.put(&format!("{path}/role"), &json!({"role": "customer"})).await.problem(409),
            "last_admin"
        );
        assert_eq!(boss.client.post(&format!("{path}/disable"), &json!({})).await.problem(409), "last_admin");
        assert_eq!(boss.client.delete("/users/me").await.problem(409), "last_admin");
        boss.client.get("/users/profile").await.expect(200);

        let other = shop.admin("other").await;
        let demote = |who: &Account, whom: &Account| {
            let (client, path) = (who.client.clone(), format!("/users/{}/role", whom.id));
            tokio::spawn(async move { client.put(&path, &json!({"role": "customer"})).await.status.as_u16() })
        };
        let (first, second) = (demote(&boss, &other), demote(&other, &boss));
        let mut statuses = [first.await.expect("answers"), second.await.expect("answers")];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{statuses:?}");
        assert!([401, 403, 409].contains(&statuses[1]), "{statuses:?}");
        let left = shop.query("SELECT email FROM users WHERE role = 'admin'").await;
        assert_eq!(left.len(), 1, "{left:?}");
    }
}

#[tokio::test]
async fn accounts_are_listed_searched_and_paged() {
    for shop in Shop::all().await {
        let boss = shop.admin("boss").await.client;
        for name in ["ada", "grace", "100%_sure"] {
            shop.register(&format!("{name}@example.org")).await;
        }
        let emails = |path: &str| {
            let (boss, path) = (boss.clone(), path.to_owned());
            async move {
                let page = boss.get(&path).await.expect(200);
                let items = page["items"].as_array().expect("a list").clone();
                (items.iter().map(|item| text(&item["email"])).collect::<Vec<_>>(), page["next_cursor"].clone())
            }
        };
        assert_eq!(emails("/users").await.0.len(), 4);
        let (first, cursor) = emails("/users?limit=3").await;
        let (rest, end) = emails(&format!("/users?limit=3&cursor={}", text(&cursor))).await;
        assert_eq!(first, ["100%_sure@example.org", "grace@example.org", "ada@example.org"]);
        assert_eq!((rest, end), (vec!["boss@shop.example".to_owned()], Value::Null));
        assert_eq!(emails("/users?q=GRACE").await.0, ["grace@example.org"]);
        assert_eq!(emails("/users?q=0%25_s").await.0, ["100%_sure@example.org"], "signs of the pattern are only signs");
        assert_eq!(emails("/users?q=a%25g").await.0.len(), 0);
        assert_eq!(emails("/users?role=admin").await.0, ["boss@shop.example"]);
        assert_eq!(emails("/users?staff=true").await.0, ["boss@shop.example"]);
        assert_eq!(emails("/users?staff=false").await.0.len(), 3);
        assert_eq!(emails("/users?status=disabled").await.0.len(), 0);
        assert_eq!(boss.get("/users?colour=red").await.problem(400), "invalid_query");
        for wrong in ["/users?limit=0", "/users?limit=101", "/users?cursor=x", "/users?status=odd", "/users?q=a%00b"] {
            assert_eq!(boss.get(wrong).await.problem(422), "invalid", "{wrong}");
        }
        let id = text(&boss.get("/users?q=ada@").await.expect(200)["items"][0]["id"]);
        let account = boss.get(&format!("/users/{id}")).await.expect(200);
        assert_eq!((&account["email"], &account["status"]), (&json!("ada@example.org"), &json!("active")));
        assert_eq!(boss.get("/users/not-an-id").await.problem(404), "not_found");
        assert_eq!(boss.get(&format!("/users/{}", uuid::Uuid::now_v7())).await.problem(404), "not_found");
    }
}

/// Fourteen characters: enough for a customer.
const SHORT: &str = "tKz4 mQ7 pW2xy";

#[tokio::test]
async fn staff_need_longer_passwords() {
    let shop = Shop::open(test_support::sqlite(), config()).await;
    let boss = shop.admin("boss").await;
    let body = json!({"current_password": PASSWORD, "new_password": SHORT});
    let problem = boss.client.post("/users/password/change", &body).await.expect(422);
    assert_eq!(problem["errors"][0]["code"], "too_short");
}

#[tokio::test]
async fn a_customer_who_becomes_staff_needs_a_longer_password_too() {
    for shop in Shop::all().await {
        let boss = shop.admin("boss").await;
        let body = json!({"email": "eve@example.org", "password": SHORT, "name": "Eve", "client": "api"});
        let eve = Account::of(&shop.client, &shop.client.post("/users/register", &body).await.expect(201));
        shop.login("eve@example.org", SHORT).await;
        boss.client.put(&format!("/users/{}/role", eve.id), &json!({"role": "admin"})).await.expect(200);

        assert_eq!(shop.try_login("eve@example.org", OTHER_PASSWORD).await.problem(401), "invalid_credentials");
        assert_eq!(shop.try_login("eve@example.org", SHORT).await.problem(403), "new_password_required");
        let token = shop.mailed_token("password_reset", "eve@example.org").await;
        let reset = |password: &str| json!({"token": token, "password": password});
        let problem = shop.client.post("/users/password/reset", &reset(SHORT)).await.expect(422);
        assert_eq!(problem["errors"][0]["code"], "too_short");
        shop.client.post("/users/password/reset", &reset(OTHER_PASSWORD)).await.expect(204);
        shop.login("eve@example.org", OTHER_PASSWORD).await.client.get("/users").await.expect(200);

        // Back among the customers, nobody asks.
        boss.client.put(&format!("/users/{}/role", eve.id), &json!({"role": "customer"})).await.expect(200);
        shop.login("eve@example.org", OTHER_PASSWORD).await;
    }
}

#[tokio::test]
async fn the_operator_makes_the_first_administrator() {
    for shop in Shop::all().await {
        let made = admin::ensure_admin(&shop.app, "Boss@Shop.example", None).await.expect("makes one");
        let FirstAdmin::Created { password: Some(password) } = made else { panic!("{made:?}") };
        let boss = shop.login("boss@shop.example", &password).await;
        let profile = boss.client.get("/users/profile").await.expect(200);
        assert_eq!((&profile["role"], &profile["email_verified"]), (&json!("admin"), &json!(true)));
        assert_eq!(profile["permissions"].as_array().map(Vec::len), Some(Permission::ALL.len()));
        let again = admin::ensure_admin(&shop.app, "other@shop.example", Some("whatever".into())).await;
        assert_eq!(again.expect("looks"), FirstAdmin::Exists);
        assert_eq!(shop.try_login("other@shop.example", "whatever").await.status, 401);

        assert!(admin::set_password(&shop.app, "boss@shop.example", Some("password1234567".into())).await.is_err());
        let shown =
            admin::set_password(&shop.app, "boss@shop.example", Some(OTHER_PASSWORD.into())).await.expect("sets it");
        assert_eq!(shown, None);
        assert_eq!(boss.client.get("/users/profile").await.status, 401);
        shop.login("boss@shop.example", OTHER_PASSWORD).await;
        assert!(admin::set_role(&shop.app, "boss@shop.example", "customer").await.is_err(), "the last one");
        assert!(admin::set_role(&shop.app, "nobody@shop.example", "admin").await.is_err());
        assert!(admin::ensure_admin(&shop.app, "no address", None).await.is_err());
    }
}

#[tokio::test]
async fn the_operator_makes_further_administrators() {
    for shop in Shop::all().await {
        admin::ensure_admin(&shop.app, "boss@shop.example", Some(PASSWORD.into())).await.expect("makes the first");
        let made_up = admin::create(&shop.app, "second@shop.example", None).await.expect("makes another");
        let second = shop.login("second@shop.example", &made_up.expect("it is shown")).await;
        second.client.get("/users").await.expect(200);
        let chosen = admin::create(&shop.app, "third@shop.example", Some(OTHER_PASSWORD.into())).await;
        assert_eq!(chosen.expect("makes a third"), None);
        shop.login("third@shop.example", OTHER_PASSWORD).await.client.get("/users").await.expect(200);
        let weak = admin::create(&shop.app, "fourth@shop.example", Some("short".into())).await;
        assert!(weak.is_err(), "the rules for staff hold");
        let taken = admin::create(&shop.app, "third@shop.example", Some(PASSWORD.into())).await;
        assert!(matches!(taken, Err(users::Error::EmailTaken)), "{taken:?}");
        shop.login("third@shop.example", OTHER_PASSWORD).await;
    }
}

#[tokio::test]
async fn an_operator_may_choose_any_password_for_the_first_administrator() {
    for shop in Shop::all().await {
        shop.register("boss@shop.example").await;
        let made = admin::ensure_admin(&shop.app, "boss@shop.example", Some("admin".into())).await.expect("makes one");
        assert_eq!(made, FirstAdmin::Created { password: None });
        shop.login("boss@shop.example", "admin").await.client.get("/users").await.expect(200);
    }
}
