//! Reviews: one each, moderated, counted exactly, proved by deliveries.

use bus::Received;
use catalog::events::on_order_status_changed;
use contracts::{
    Address, Currency, Money,
    events::OrderStatusChanged,
    ids::{EventId, OrderId, ProductId, UserId},
    order::{OrderSnapshot, OrderStatus, ShippingOptionSnapshot, SoldLine, Totals},
    permissions::Permission,
    time,
};
use serde_json::{Value, json};
use test_support::{Client, databases};

use crate::{
    products::check,
    support::{Shop, product, shop},
};

fn said(rating: i32) -> Value {
    json!({"rating": rating, "title": "So", "body": "It is so."})
}

async fn review(client: &Client, rating: i32) -> String {
    let made = client.post("/products/mug/reviews", &said(rating)).await.expect(201);
    assert_eq!((&made["status"], &made["author"]), (&json!("pending"), &json!("Ada L.")));
    made["id"].as_str().expect("an id").to_owned()
}

async fn decide(shop: &Shop, id: &str, status: &str) {
    shop.admin.put(&format!("/reviews/{id}"), &json!({"status": status})).await.expect(200);
}

async fn rating(shop: &Shop) -> Value {
    shop.fresh().await;
    let product = shop.anyone.get("/products/mug").await.expect(200)["rating"].clone();
    let listed = shop.anyone.get("/products").await.expect(200)["items"][0]["rating"].clone();
    let page = shop.anyone.get("/products/mug/reviews").await.expect(200)["rating"].clone();
    assert_eq!((&product, &product), (&listed, &page), "three places tell three ratings");
    product
}

#[tokio::test]
async fn only_approved_reviews_are_shown_and_counted() {
    for db in databases().await {
        let shop = shop(&db).await;
        shop.add(&product("Mug", 100)).await;
        let (ada, bob) = (shop.customer(), shop.customer());
        let (first, second) = (review(&ada, 5).await, review(&bob, 2).await);
        assert_eq!(rating(&shop).await["count"], 0);
        assert_eq!(ada.post("/products/mug/reviews", &said(1)).await.problem(409), "review_exists");
        let mine = ada.get("/products/mug/reviews").await.expect(200);
        assert_eq!((&mine["total"], &mine["mine"]["status"]), (&json!(0), &json!("pending")));
        assert!(bob.get("/products/mug/reviews").await.expect(200)["mine"]["id"] == json!(second));

        decide(&shop, &first, "approved").await;
        decide(&shop, &second, "approved").await;
        assert_eq!(
            rating(&shop).await,
            json!({"average": 3.5, "count": 2, "histogram": {"1":0,"2":1,"3":0,"4":0,"5":1}})
        );
        // An edit has to be looked at again.
        let edited = ada.put(&format!("/reviews/{first}"), &json!({"rating": 4})).await.expect(200);
        assert_eq!((&edited["status"], &edited["title"]), (&json!("pending"), &json!("So")));
        assert_eq!(rating(&shop).await["histogram"], json!({"1":0,"2":1,"3":0,"4":0,"5":0}));
        decide(&shop, &first, "approved").await;
        decide(&shop, &second, "rejected").await;
        assert_eq!(rating(&shop).await["histogram"], json!({"1":0,"2":0,"3":0,"4":1,"5":0}));
        assert_eq!(shop.titles("rating=4").await, ["Mug"]);
        assert!(shop.titles("rating=5").await.is_empty());
        ada.delete(&format!("/reviews/{first}")).await.expect(204);
        assert_eq!(rating(&shop).await["count"], 0);
        check(&shop.app).await;
    }
}

#[tokio::test]
async fn reviews_are_listed_filtered_and_paged() {
    for db in databases().await {
        let shop = shop(&db).await;
        shop.add(&product("Mug", 100)).await;
        let mut ids = Vec::new();
        for stars in [3, 5, 1, 5, 4] {
            let id = review(&shop.customer(), stars).await;
            decide(&shop, &id, "approved").await;
            ids.push(id);
        }
        let fan = shop.customer();
        for _ in 0..2 {
            assert_eq!(fan.post(&format!("/reviews/{}/helpful", ids[2]), &json!({})).await.expect(200)["helpful"], 1);
        }
        let stars = async |query: &str| -> Vec<i64> {
            let (mut all, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("/products/mug/reviews?limit=2&{query}{cursor}");
                let page = shop.anyone.get(&path).await.expect(200);
                all.extend(page["items"].as_array().expect("items").iter().filter_map(|item| item["rating"].as_i64()));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => return all,
                }
            }
        };
        assert_eq!(stars("").await, [4, 5, 1, 5, 3]);
        assert_eq!(stars("sort=oldest").await, [3, 5, 1, 5, 4]);
        assert_eq!(stars("sort=highest").await, [5, 5, 4, 3, 1]);
        assert_eq!(stars("sort=lowest").await, [1, 3, 4, 5, 5]);
        assert_eq!(stars("sort=helpful").await[0], 1);
        assert_eq!(stars("rating=5").await, [5, 5]);
        assert_eq!(fan.delete(&format!("/reviews/{}/helpful", ids[2])).await.expect(200)["helpful"], 0);
        let page = shop.anyone.get("/products/mug/reviews?rating=5").await.expect(200);
        assert_eq!((&page["total"], &page["rating"]["count"]), (&json!(2), &json!(5)));
        for (query, status) in
            [("sort=best", 400), ("rating=x", 400), ("rating=6", 422), ("what=1", 400), ("limit=0", 422)]
        {
            assert_eq!(
                shop.anyone.get(&format!("/products/mug/reviews?{query}")).await.status.as_u16(),
                status,
                "{query}"
            );
        }
    }
}

#[tokio::test]
async fn moderators_decide_and_answer_and_nobody_else() {
    for db in databases().await {
        let shop = shop(&db).await;
        shop.add(&product("Mug", 100)).await;
        let (ada, bob) = (shop.customer(), shop.customer());
        let id = review(&ada, 5).await;
        let path = format!("/reviews/{id}");
        let moderator = shop.staff(&[Permission::ReviewsModerate]);
        let waiting = moderator.get("/reviews?status=pending").await.expect(200);
        assert_eq!((&waiting["items"][0]["id"], &waiting["items"][0]["product_title"]), (&json!(id), &json!("Mug")));
        assert_eq!((&waiting["total"], &waiting["counts"]["pending"]), (&json!(1), &json!(1)));
        let approve = json!({"status": "approved", "reply": "Thank you!"});
        assert_eq!(shop.anyone.put(&path, &approve).await.problem(401), "unauthorized");
        assert_eq!(ada.put(&path, &approve).await.problem(403), "forbidden");
        assert_eq!(bob.put(&path, &said(1)).await.problem(404), "not_found");
        assert_eq!(bob.delete(&path).await.problem(404), "not_found");
        assert_eq!(bob.post(&format!("{path}/helpful"), &json!({})).await.problem(404), "not_found");
        assert_eq!(moderator.put(&path, &json!({"status": "approved", "rating": 1})).await.problem(422), "invalid");
        assert_eq!(moderator.put(&path, &json!({"status": "pending"})).await.problem(422), "invalid");
        let approved = moderator.put(&path, &approve).await.expect(200);
        assert_eq!((&approved["reply"], &approved["rating"]), (&json!("Thank you!"), &json!(5)));
        assert_eq!(moderator.put(&path, &json!({"reply": ""})).await.expect(200)["status"], "approved");
        let because = json!({"status": "rejected", "reason": "tells of another product"});
        moderator.put(&path, &because).await.expect(200);
        let rejected = moderator.get("/reviews?status=rejected").await.expect(200);
        assert_eq!(rejected["items"][0]["reason"], because["reason"]);
        assert_eq!(rejected["counts"], json!({"pending": 0, "approved": 0, "rejected": 1}));
        assert_eq!(ada.get("/products/mug/reviews").await.expect(200)["mine"].get("reason"), None, "for moderators");
        assert_eq!(ada.put(&path, &json!({"reason": "mine"})).await.problem(403), "forbidden");
        assert_eq!(moderator.put(&path, &json!({"status": "approved", "reason": "x"})).await.problem(422), "invalid");
        moderator.put(&path, &json!({"status": "approved"})).await.expect(200);
        assert_eq!(moderator.get("/reviews").await.expect(200)["items"][0]["reason"], Value::Null);
        for wrong in [json!({"rating": 0}), json!({"rating": 6}), json!({"rating": 5, "body": "x".repeat(5001)})] {
            assert_eq!(bob.post("/products/mug/reviews", &wrong).await.problem(422), "invalid");
        }
        assert_eq!(bob.post("/products/nothing/reviews", &said(1)).await.problem(404), "not_found");
    }
}

#[tokio::test]
async fn a_thousand_clicks_count_once_and_races_add_up() {
    for db in databases().await {
        let shop = shop(&db).await;
        shop.add(&product("Mug", 100)).await;
        let one = shop.customer();
        let said = said(5);
        let answers = futures::future::join_all((0..5).map(|_| one.post("/products/mug/reviews", &said))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status.as_u16() == 201).count(), 1, "on {}", db.kind());
        let mut ids = Vec::new();
        for stars in 1..=5 {
            ids.push(review(&shop.customer(), stars).await);
        }
        futures::future::join_all(ids.iter().map(|id| decide(&shop, id, "approved"))).await;
        assert_eq!(rating(&shop).await["count"], 5);
        let fans: Vec<Client> = (0..6).map(|_| shop.customer()).collect();
        let helpful = format!("/reviews/{}/helpful", ids[0]);
        let nothing = json!({});
        futures::future::join_all(fans.iter().map(|fan| fan.post(&helpful, &nothing))).await;
        let page = shop.anyone.get("/products/mug/reviews?sort=helpful&limit=1").await.expect(200);
        assert_eq!(page["items"][0]["helpful"], 6);
        check(&shop.app).await;
    }
}

fn delivered(user: UserId, product: ProductId) -> OrderStatusChanged {
    let money = Money::new(100, Currency::EUR);
    let address: Address = serde_json::from_value(
        json!({"name": "Ada", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"}),
    )
    .expect("an address");
    let line = SoldLine {
        sku: "MUG".into(),
        product_id: product,
        title: "Mug".into(),
        variant_title: String::new(),
        quantity: 1,
        unit_price: money,
        total: money,
        weight_g: 1,
        image: None,
    };
    let totals =
        Totals { subtotal: money, discount: money, shipping: money, tax: money, total: money, tax_included: true };
    let shipping_option = ShippingOptionSnapshot {
        carrier: "post".into(),
        service: "standard".into(),
        price: money,
        min_days: 1,
        max_days: 2,
    };
    let order = OrderSnapshot {
        id: OrderId::new(),
        number: "R-1".into(),
        user_id: Some(user),
        email: "ada@example.test".into(),
        locale: "en".into(),
        status: OrderStatus::Delivered,
        lines: vec![line.clone(), line],
        totals,
        shipping_address: address,
        shipping_option,
        placed_at: time::now(),
    };
    OrderStatusChanged { order, from: OrderStatus::Shipped, to: OrderStatus::Delivered, reason: None }
}

#[tokio::test]
async fn a_delivery_verifies_reviews_written_before_and_after() {
    for db in databases().await {
        let shop = shop(&db).await;
        let made = shop.add(&product("Mug", 100)).await;
        let product: ProductId = made["id"].as_str().expect("an id").parse().expect("an id");
        let (early, late, other) = (UserId::new(), UserId::new(), UserId::new());
        let client = |user: UserId| shop.anyone.bearing(&shop.tokens.customer(user));
        let verified = async |user: UserId| {
            client(user).get("/products/mug/reviews").await.expect(200)["mine"]["verified_purchase"].clone()
        };
        review(&client(early), 5).await;
        assert_eq!(verified(early).await, json!(false));
        for user in [early, late] {
            let received = Received { id: EventId::new(), occurred_at: time::now(), event: delivered(user, product) };
            for _ in 0..2 {
                on_order_status_changed(shop.app.clone(), received.clone()).await.expect("applied");
            }
        }
        review(&client(late), 5).await;
        review(&client(other), 5).await;
        assert_eq!(verified(early).await, json!(true), "on {}", db.kind());
        assert_eq!(verified(late).await, json!(true));
        assert_eq!(verified(other).await, json!(false));
    }
}
