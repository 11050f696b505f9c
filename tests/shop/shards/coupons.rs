//! Coupons whose uses are counted in one database and used in all.

use std::time::{Duration, Instant};

use super::*;
use crate::shopper::berlin;

/// Longer than a job takes to tell the first shard of a cancelled order.
const GIVEN_BACK_WITHIN: Duration = Duration::from_secs(30);

async fn tries(customer: &Customer, sku: &str) -> crate::shopper::Answer {
    let delivery = customer.shopper.delivery(&items(sku, 1)).await;
    let request = json!({
        "items": items(sku, 1), "shipping_address": berlin(), "shipping_option": delivery["id"], "coupon": "FIVE",
    });
    loop {
        let answer = customer.shopper.post("/orders", &request).await;
        if answer.body["code"] != "conflict" && answer.status.as_u16() != 503 {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Of many customers in all shards who use a coupon at once, as many may as it says; one that cancels makes room for another.
pub async fn a_limit_holds_over_all(shop: &RunningShop) {
    let guest = Shopper::new(&shop.url);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    let coupon = json!({"code": "FIVE", "amount": {"amount": 100, "currency": "EUR"}, "max_uses": 5, "max_uses_per_customer": 1});
    let promotion = admin.post("/promotions", &coupon).await.expect(201);
    let sku = enough_of_one(shop).await;
    let (mut customers, mut homes) = (Vec::new(), BTreeSet::new());
    while customers.len() < 18 || homes.len() < 3 {
        let customer = Customer::register(&shop.url, &format!("saver{}@example.test", customers.len())).await;
        homes.insert(shard_of(&customer.user));
        customers.push(customer);
    }
    let mut asked = tokio::task::JoinSet::new();
    for customer in customers {
        let sku = sku.clone();
        asked.spawn(async move { (tries(&customer, &sku).await, customer) });
    }
    let (lucky, late): (Vec<_>, Vec<_>) =
        asked.join_all().await.into_iter().partition(|(answer, _)| answer.status.as_u16() == 201);
    assert_eq!(lucky.len(), 5, "{:?}", late.iter().map(|(answer, _)| &answer.text).collect::<Vec<_>>());
    assert!(late.iter().all(|(answer, _)| answer.text.contains("coupon_usage_limit_reached")));
    let path = format!("/promotions/{}", text(&promotion, "id"));
    assert_eq!(admin.get(&path).await.expect(200)["uses"], 5);

    let (order, customer) = lucky.first().expect("there are five");
    let id = text(&order.body, "id");
    customer.shopper.post(&format!("/orders/{id}/cancel"), &json!({})).await.expect(200);
    let begun = Instant::now();
    while admin.get(&path).await.expect(200)["uses"] != 4 {
        assert!(begun.elapsed() < GIVEN_BACK_WITHIN, "the use was never given back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (answer, _) = &lucky[1];
    assert_eq!(tries(&lucky[1].1, &sku).await.status.as_u16(), 422, "once for each customer, as for {}", answer.text);
    assert_eq!(tries(&late[0].1, &sku).await.status.as_u16(), 201);
    assert_eq!(admin.get(&path).await.expect(200)["uses"], 5);
    shop.quiet().await;
}
