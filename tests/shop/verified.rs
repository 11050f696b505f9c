//! The rules that span services find what breaks them.

use contracts::Service;
use sea_orm::ConnectionTrait;

use crate::{
    books::broken,
    running::{RunningShop, kinds},
    shopper::{Shopper, items},
};

/// Changes a service's database behind its back.
async fn change(shop: &RunningShop, service: Service, statement: &str) {
    let (_, db) = shop.shop.stores().find(|(of, _)| *of == service).expect("it runs");
    let tx = db.begin().await.expect("a transaction");
    tx.execute_unprepared(statement).await.expect("the statement runs");
    tx.commit().await.expect("it commits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_service_says_is_held_against_another() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let guest = Shopper::new(&shop.url);
        let (sku, _) = guest.pick().await;
        let order = guest.order(&items(&sku, 1), "ada@example.test").await;
        guest.owning(&order).pay(&order, "tok_visa").await.expect(200);
        shop.quiet().await;
        assert!(broken(&shop.shop).await.is_empty(), "on {kind}");
        for (service, table, column, rule) in [
            (Service::Catalog, "price_history", "price_minor", "I20"),
            (Service::Payments, "payments", "amount_minor", "I21"),
        ] {
            change(&shop, service, &format!("UPDATE {table} SET {column} = {column} + 1")).await;
            let found = broken(&shop.shop).await;
            assert!(found.iter().any(|broken| broken == rule), "on {kind}, {table}.{column} breaks {found:?}");
            change(&shop, service, &format!("UPDATE {table} SET {column} = {column} - 1")).await;
        }
        shop.close().await;
    }
}
