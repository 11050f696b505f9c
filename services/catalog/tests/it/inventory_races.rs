//! Many buyers at once: nothing is sold twice, nothing stands still, nobody is told "sold out" falsely.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use catalog::inventory;
use contracts::{ids::OrderId, order::OrderStatus};
use serde_json::json;
use test_support::databases;
use tokio::task::JoinSet;

use crate::inventory_support::{Shop, shop};

/// Runs `task` for `0..count` at the same time and counts what they answer.
async fn at_once<F>(count: usize, task: impl Fn(usize) -> F) -> HashMap<String, usize>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut running = JoinSet::new();
    for index in 0..count {
        running.spawn(task(index));
    }
    let mut answers = HashMap::new();
    while let Some(answer) = running.join_next().await {
        *answers.entry(answer.expect("no task panics")).or_default() += 1;
    }
    answers
}

fn outcome(answer: Result<contracts::calls::StockReserved, upstream::CallError>) -> String {
    match answer {
        Ok(_) => "held".to_owned(),
        Err(error) => error.code().map_or_else(|| error.to_string(), str::to_owned),
    }
}

async fn shared(db: &test_support::TestDb, stock: &[(&str, u32)]) -> Arc<Shop> {
    Arc::new(shop(db, stock).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_buyers_fifty_get_one_of_the_fifty() {
    for db in databases().await {
        let shop = shared(&db, &[("A", 50)]).await;
        let answers = at_once(200, |_| {
            let shop = shop.clone();
            async move { outcome(shop.reserve(OrderId::new(), &[("A", 1)]).await) }
        })
        .await;
        let expected = HashMap::from([("held".to_owned(), 50), ("insufficient_stock".to_owned(), 150)]);
        assert_eq!(answers, expected, "on {}", db.kind());
        assert_eq!(shop.levels("A").await, [50, 50, 0, 0]);
        shop.check_books().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_that_cross_do_not_wait_for_each_other_for_ever() {
    for db in databases().await {
        let shop = shared(&db, &[("A", 1000), ("B", 1000), ("C", 1000)]).await;
        let answers = at_once(30, |index| {
            let shop = shop.clone();
            let lines: [(&'static str, u32); 3] =
                if index % 2 == 0 { [("A", 1), ("B", 2), ("C", 1)] } else { [("C", 1), ("B", 2), ("A", 1)] };
            async move {
                let order = OrderId::new();
                let held = outcome(shop.reserve(order, &lines).await);
                let end = if index % 3 == 0 { OrderStatus::Cancelled } else { OrderStatus::Shipped };
                shop.order_moves(order, &lines, OrderStatus::Processing).await;
                shop.order_moves(order, &lines, end).await;
                held
            }
        })
        .await;
        assert_eq!(answers, HashMap::from([("held".to_owned(), 30)]), "on {}", db.kind());
        assert_eq!(shop.levels("B").await, [1000 - 40, 0, 0, 0]);
        shop.check_books().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_order_asked_for_many_times_at_once_is_held_once() {
    for db in databases().await {
        let shop = shared(&db, &[("A", 3)]).await;
        let order = OrderId::new();
        let answers = at_once(20, |_| {
            let shop = shop.clone();
            async move { outcome(shop.reserve(order, &[("A", 2)]).await) }
        })
        .await;
        assert_eq!(answers, HashMap::from([("held".to_owned(), 20)]), "on {}", db.kind());
        assert_eq!(shop.levels("A").await, [3, 2, 0, 0]);
        shop.check_books().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn payment_and_the_end_of_the_hold_at_once_keep_the_books_right() {
    for db in databases().await {
        let shop = shared(&db, &[("A", 20), ("B", 20)]).await;
        let mut orders = Vec::new();
        for _ in 0..20 {
            let order = OrderId::new();
            shop.reserve(order, &[("A", 1), ("B", 1)]).await.expect("held");
            shop.run_out(order).await;
            orders.push(order);
        }
        // Twenty payments, twenty others who want the same pieces, and the sweeper.
        let answers = at_once(41, |index| {
            let (shop, order) = (shop.clone(), orders.get(index).copied());
            async move {
                if let Some(order) = order {
                    shop.order_moves(order, &[("B", 1), ("A", 1)], OrderStatus::Processing).await;
                    return "paid".to_owned();
                }
                if index == 40 {
                    inventory::expire_overdue(&shop.app.db).await.expect("swept");
                    return "swept".to_owned();
                }
                outcome(shop.reserve(OrderId::new(), &[("B", 1), ("A", 1)]).await)
            }
        })
        .await;
        let held = answers.get("held").copied().unwrap_or(0);
        let short = answers.get("insufficient_stock").copied().unwrap_or(0);
        assert_eq!((answers["paid"], held + short), (20, 20), "{answers:?} on {}", db.kind());
        let [on_hand, reserved, committed, _] = shop.levels("A").await;
        assert_eq!((on_hand, reserved, reserved + committed), (20, held as i64, 20), "{answers:?} on {}", db.kind());
        // Whoever paid and got nothing is told.
        assert_eq!(shop.shortages().await.len(), 20 - committed as usize);
        shop.check_books().await;
    }
}

/// A product whose variant B comes and goes while A, its neighbour, is sold.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_product_that_changes_its_variants_does_not_stand_in_the_way_of_its_sale() {
    for db in databases().await {
        let shop = shared(&db, &[]).await;
        let product = |stock: u32, variants: &[&str]| {
            let variants = variants.iter().map(|sku| {
                json!({"sku": sku, "options": {"Size": sku}, "price": {"amount": 100, "currency": "EUR"}, "stock": stock})
            });
            json!({"title": "Shirt", "status": "published", "options": [{"name": "Size", "values": ["A", "B"]}],
                "variants": variants.collect::<Vec<_>>()})
        };
        let made = shop.staff.post("/products", &product(1000, &["A", "B"])).await.expect(201);
        let path = format!("/products/{}", made["id"].as_str().expect("an id"));
        let is_over = Arc::new(AtomicBool::new(false));
        let buyers = at_once(4, |_| {
            let (shop, is_over) = (shop.clone(), is_over.clone());
            async move {
                let mut answer = "nothing asked".to_owned();
                while !is_over.load(Ordering::Relaxed) {
                    let order = OrderId::new();
                    answer = outcome(shop.reserve(order, &[("A", 1), ("B", 1)]).await);
                    if !["held", "insufficient_stock"].contains(&answer.as_str()) {
                        break;
                    }
                    shop.order_moves(order, &[("A", 1), ("B", 1)], OrderStatus::Cancelled).await;
                }
                answer
            }
        });
        let staff = async {
            for round in 0..12 {
                let variants: &[&str] = if round % 2 == 0 { &["A"] } else { &["A", "B"] };
                shop.staff.put(&path, &product(1000 + round, variants)).await.expect(200);
            }
            is_over.store(true, Ordering::Relaxed);
        };
        let (answers, ()) = tokio::join!(buyers, staff);
        let refused = answers.keys().filter(|answer| !["held", "insufficient_stock"].contains(&answer.as_str()));
        assert_eq!(refused.collect::<Vec<_>>(), Vec::<&String>::new(), "on {}", db.kind());
        shop.check_books().await;
    }
}
