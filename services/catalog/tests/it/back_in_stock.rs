//! Being told that something is back: once, and not after one asked to be forgotten.

use catalog::{back_in_stock, entity::stock_wait, events};
use contracts::{
    events::UserErased,
    ids::{EventId, UserId},
    time,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, sea_query::Query};
use serde_json::{Value, json};
use test_support::databases;
use uuid::Uuid;

use crate::support::{Shop, product, shop, with};

/// Addresses and languages of those who were told so far.
async fn told(db: &DatabaseConnection) -> Vec<(String, String)> {
    let all =
        Query::select().column("envelope").from("outbox").order_by("id", sea_orm::sea_query::Order::Asc).to_owned();
    let rows = db.query_all(&all).await.expect("the outbox");
    let envelopes = rows.into_iter().map(|row| row.try_get::<Value>("", "envelope").expect("JSON"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    envelopes
        .filter(|envelope| envelope["type"].as_str().is_some_and(|kind| kind.contains("BackInStock")))
        .map(|envelope| (text(&envelope["data"]["email"]), text(&envelope["data"]["locale"])))
        .collect()
}

async fn sold_out(shop: &Shop) {
    let mut mug = product("Mug", 100);
    mug["variants"][0]["stock"] = json!(0);
    shop.add(&mug).await;
}

#[tokio::test]
async fn whoever_asked_is_told_once_when_it_is_back() {
    for db in databases().await {
        let shop = shop(&db).await;
        sold_out(&shop).await;
        let ask = json!({"email": "Ada@example.test", "sku": "MUG", "locale": "de"});
        shop.anyone.post("/products/mug/back-in-stock", &ask).await.expect(204);
        let again = with(ask, json!({"email": "ada@example.test", "locale": "en"}));
        shop.anyone.post("/products/mug/back-in-stock", &again).await.expect(204);
        let other = json!({"email": "bob@example.test", "sku": "MUG"});
        shop.anyone
            .with("accept-language", "ar,en;q=0.5")
            .post("/products/mug/back-in-stock", &other)
            .await
            .expect(204);
        assert_eq!(back_in_stock::tell(&shop.app).await.expect("looked"), 0, "on {}", db.kind());
        shop.admin.put("/inventory/MUG", &json!({"on_hand": 3, "reason": "delivery"})).await.expect(200);
        assert_eq!(back_in_stock::tell(&shop.app).await.expect("told"), 2, "on {}", db.kind());
        assert_eq!(back_in_stock::tell(&shop.app).await.expect("looked"), 0);
        let expected =
            [("Ada@example.test", "de"), ("bob@example.test", "ar")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(told(shop.app.db.reader()).await, expected, "on {}", db.kind());
        let late = shop.anyone.post("/products/mug/back-in-stock", &other).await;
        assert_eq!(late.problem(409), "in_stock");
    }
}

/// What nobody gets any more must not keep others from being told.
#[tokio::test]
async fn many_things_that_stay_away_hold_nobody_up() {
    for db in databases().await {
        let shop = shop(&db).await;
        sold_out(&shop).await;
        let ask = json!({"email": "ada@example.test", "sku": "MUG"});
        shop.anyone.post("/products/mug/back-in-stock", &ask).await.expect(204);
        let asked = stock_wait::Entity::find().one(shop.app.db.reader()).await.expect("read").expect("it was noted");
        let others = (0..600).map(|number| {
            let sku = format!("AWAY-{number}");
            let wait = stock_wait::Model { id: Uuid::now_v7(), sku, ..asked.clone() };
            wait.into_active_model()
        });
        let tx = shop.app.db.begin().await.expect("begins");
        stock_wait::Entity::insert_many(others).exec_without_returning(&*tx).await.expect("written");
        tx.commit().await.expect("commits");
        shop.admin.put("/inventory/MUG", &json!({"on_hand": 3, "reason": "delivery"})).await.expect(200);
        assert_eq!(back_in_stock::tell(&shop.app).await.expect("told"), 1, "on {}", db.kind());
    }
}

#[tokio::test]
async fn whoever_is_erased_is_not_told() {
    for db in databases().await {
        let shop = shop(&db).await;
        sold_out(&shop).await;
        let user = UserId::new();
        let ada = shop.anyone.bearing(&shop.tokens.customer(user));
        ada.post("/products/mug/back-in-stock", &json!({"email": "ada@example.test", "sku": "MUG"})).await.expect(204);
        let event = UserErased { user_id: user, erased_at: time::now() };
        let received = bus::Received { id: EventId::new(), occurred_at: time::now(), event };
        for _ in 0..2 {
            events::on_user_erased(shop.app.clone(), received.clone()).await.expect("applied");
        }
        shop.admin.put("/inventory/MUG", &json!({"on_hand": 3, "reason": "delivery"})).await.expect(200);
        assert_eq!(back_in_stock::tell(&shop.app).await.expect("looked"), 0, "on {}", db.kind());
    }
}

#[tokio::test]
async fn wishes_that_cannot_be_are_refused() {
    let shop = shop(&test_support::sqlite()).await;
    sold_out(&shop).await;
    let ask = async |name: &str, wish: Value| shop.anyone.post(&format!("/products/{name}/back-in-stock"), &wish).await;
    let wish = json!({"email": "ada@example.test", "sku": "MUG"});
    let refused = ask("mug", with(wish.clone(), json!({"sku": "CUP"}))).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "sku");
    let refused = ask("mug", with(wish.clone(), json!({"email": "nobody"}))).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "email");
    assert_eq!(ask("cup", wish.clone()).await.problem(404), "not_found");
    for number in 0..49 {
        let mut other = product(&format!("Cup {number}"), 100);
        other["variants"][0]["stock"] = json!(0);
        shop.add(&other).await;
        ask(&format!("cup-{number}"), with(wish.clone(), json!({"sku": format!("CUP-{number}")}))).await.expect(204);
    }
    ask("mug", wish.clone()).await.expect(204);
    let mut last = product("Bowl", 100);
    last["variants"][0]["stock"] = json!(0);
    shop.add(&last).await;
    assert_eq!(ask("bowl", with(wish, json!({"sku": "BOWL"}))).await.problem(409), "too_many_waits");
}
