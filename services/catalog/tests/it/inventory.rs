//! Stock: holds, promises, returns and corrections, each rule on every database.

use catalog::inventory;
use contracts::{
    events::Disposition,
    ids::{OrderId, UserId},
    order::OrderStatus,
    permissions::Permission,
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use test_support::databases;

use crate::inventory_support::{refusal, shop};

#[tokio::test]
async fn a_hold_takes_all_lines_or_none() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5), ("B", 1)]).await;
        let order = OrderId::new();
        let (code, lines) = refusal(shop.reserve(order, &[("B", 1), ("A", 4), ("B", 1), ("C", 1)]).await);
        assert_eq!(code, "insufficient_stock");
        // Demand is summed by SKU, and every short line is named.
        assert_eq!(lines, [("B".to_owned(), 2, 1), ("C".to_owned(), 1, 0)]);
        assert_eq!(shop.levels("A").await, [5, 0, 0, 0], "something was held on {}", db.kind());
        shop.reserve(order, &[("A", 2), ("B", 1), ("A", 3)]).await.expect("held");
        assert_eq!(shop.levels("A").await, [5, 5, 0, 0]);
        assert_eq!((shop.available("A").await, shop.available("B").await), (0, 0));
        shop.check_books().await;
    }
}

#[tokio::test]
async fn asking_again_moves_only_the_expiry_and_only_later() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5)]).await;
        let order = OrderId::new();
        let first = shop.reserve_for(order, &[("A", 3)], 600).await.expect("held");
        let sooner = shop.reserve_for(order, &[("A", 3)], 60).await.expect("still held");
        assert_eq!(sooner.expires_at, first.expires_at);
        let later = shop.reserve_for(order, &[("A", 3)], 1200).await.expect("still held");
        assert!(later.expires_at > first.expires_at);
        assert_eq!(shop.levels("A").await, [5, 3, 0, 0]);
        shop.check_books().await;
    }
}

#[tokio::test]
async fn other_items_take_the_place_of_those_held() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5), ("B", 5)]).await;
        let order = OrderId::new();
        shop.reserve(order, &[("A", 3)]).await.expect("held");
        // Its own hold does not stand in its way.
        shop.reserve(order, &[("A", 5), ("B", 2)]).await.expect("held instead");
        assert_eq!((shop.levels("A").await, shop.levels("B").await), ([5, 5, 0, 0], [5, 2, 0, 0]));
        // What cannot be had leaves the old hold as it was.
        let (_, lines) = refusal(shop.reserve(order, &[("B", 6)]).await);
        assert_eq!(lines, [("B".to_owned(), 6, 5)]);
        assert_eq!((shop.levels("A").await, shop.levels("B").await), ([5, 5, 0, 0], [5, 2, 0, 0]));
        shop.check_books().await;
    }
}

#[tokio::test]
async fn a_late_sweeper_does_not_block_a_sale() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 2), ("B", 1)]).await;
        let (slow, quick) = (OrderId::new(), OrderId::new());
        shop.reserve(slow, &[("A", 2), ("B", 1)]).await.expect("held");
        assert_eq!(refusal(shop.reserve(quick, &[("A", 1)]).await).0, "insufficient_stock");
        shop.run_out(slow).await;
        assert_eq!(shop.available("A").await, 2, "an overdue hold still counts on {}", db.kind());
        shop.reserve(quick, &[("A", 1)]).await.expect("the overdue hold gives way");
        assert_eq!((shop.levels("A").await, shop.levels("B").await), ([2, 1, 0, 0], [1, 0, 0, 0]));
        assert_eq!(inventory::expire_overdue(&shop.app.db).await.expect("swept"), 0, "nothing was left to sweep");
        shop.check_books().await;
    }
}

#[tokio::test]
async fn the_sweeper_lets_go_once_and_of_overdue_holds_only() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 10)]).await;
        let orders: Vec<OrderId> = (0..3).map(|_| OrderId::new()).collect();
        for order in &orders {
            shop.reserve(*order, &[("A", 2)]).await.expect("held");
        }
        shop.run_out(orders[0]).await;
        shop.run_out(orders[1]).await;
        // A paid order's stock is not a hold any more, however old it is.
        shop.order_moves(orders[1], &[("A", 2)], OrderStatus::Processing).await;
        let (one, two) = tokio::join!(inventory::expire_overdue(&shop.app.db), inventory::expire_overdue(&shop.app.db));
        assert_eq!(one.expect("swept") + two.expect("swept"), 1);
        assert_eq!(shop.levels("A").await, [10, 2, 2, 0]);
        shop.check_books().await;
    }
}

#[tokio::test]
async fn an_order_is_held_paid_and_shipped() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5)]).await;
        let (order, lines) = (OrderId::new(), [("A", 2)]);
        shop.reserve(order, &lines).await.expect("held");
        for (to, levels) in [
            (OrderStatus::Pending, [5, 2, 0, 0]),
            (OrderStatus::Processing, [5, 0, 2, 0]),
            (OrderStatus::Shipped, [3, 0, 0, 0]),
            (OrderStatus::Delivered, [3, 0, 0, 0]),
            (OrderStatus::Cancelled, [3, 0, 0, 0]),
        ] {
            for _ in 0..2 {
                shop.order_moves(order, &lines, to).await;
                assert_eq!(shop.levels("A").await, levels, "after {to:?} on {}", db.kind());
            }
        }
        let repeated = shop.reserve(order, &lines).await.expect("the same answer as ever");
        assert_eq!(repeated.order_id, order);
        assert_eq!(refusal(shop.reserve(order, &[("A", 1)]).await).0, "reservation_closed");
        assert!(shop.shortages().await.is_empty());
        shop.check_books().await;
    }
}

#[tokio::test]
async fn delivered_without_shipped_takes_the_goods_off_the_books_too() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5), ("B", 1)]).await;
        let (paid, unpaid, unknown) = (OrderId::new(), OrderId::new(), OrderId::new());
        shop.reserve(paid, &[("A", 1)]).await.expect("held");
        shop.order_moves(paid, &[("A", 1)], OrderStatus::Processing).await;
        shop.order_moves(paid, &[("A", 1)], OrderStatus::Delivered).await;
        assert_eq!(shop.levels("A").await, [4, 0, 0, 0]);
        shop.reserve(unpaid, &[("A", 1)]).await.expect("held");
        shop.order_moves(unpaid, &[("A", 1)], OrderStatus::Shipped).await;
        assert_eq!(shop.levels("A").await, [3, 0, 0, 0]);
        // Nothing was ever promised: the books follow as far as they can.
        shop.order_moves(unknown, &[("A", 1), ("B", 3)], OrderStatus::Shipped).await;
        assert_eq!((shop.levels("A").await, shop.levels("B").await), ([2, 0, 0, 0], [0, 0, 0, 0]));
        shop.check_books().await;
    }
}

#[tokio::test]
async fn cancelling_lets_go_once_and_refuses_a_reservation_that_arrives_late() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5)]).await;
        let (held, paid, late) = (OrderId::new(), OrderId::new(), OrderId::new());
        let lines = [("A", 2)];
        shop.reserve(held, &lines).await.expect("held");
        shop.reserve(paid, &lines).await.expect("held");
        shop.order_moves(paid, &lines, OrderStatus::Processing).await;
        for order in [held, paid, held, paid] {
            shop.order_moves(order, &lines, OrderStatus::Cancelled).await;
        }
        assert_eq!(shop.levels("A").await, [5, 0, 0, 0]);
        shop.order_moves(late, &lines, OrderStatus::Cancelled).await;
        for order in [held, paid, late] {
            assert_eq!(refusal(shop.reserve(order, &lines).await).0, "reservation_released");
            // Paid and cancelled came in the wrong order: cancelled is the end.
            shop.order_moves(order, &lines, OrderStatus::Processing).await;
            shop.order_moves(order, &lines, OrderStatus::Shipped).await;
        }
        assert_eq!(shop.levels("A").await, [5, 0, 0, 0]);
        assert!(shop.shortages().await.is_empty());
        shop.check_books().await;
    }
}

#[tokio::test]
async fn paid_after_the_hold_ran_out_takes_the_stock_again_or_says_that_it_is_gone() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 3), ("B", 1)]).await;
        let (lucky, unlucky, winner) = (OrderId::new(), OrderId::new(), OrderId::new());
        shop.reserve(lucky, &[("A", 1)]).await.expect("held");
        shop.run_out(lucky).await;
        inventory::expire_overdue(&shop.app.db).await.expect("swept");
        assert_eq!(shop.levels("A").await, [3, 0, 0, 0]);
        shop.order_moves(lucky, &[("A", 1)], OrderStatus::Processing).await;
        assert_eq!(shop.levels("A").await, [3, 0, 1, 0]);

        shop.reserve(unlucky, &[("A", 1), ("B", 1)]).await.expect("held");
        shop.run_out(unlucky).await;
        shop.reserve(winner, &[("B", 1)]).await.expect("the overdue hold gives way");
        shop.order_moves(unlucky, &[("A", 1), ("B", 1)], OrderStatus::Processing).await;
        let short = shop.shortages().await;
        assert_eq!(short.len(), 1, "on {}", db.kind());
        assert_eq!((short[0].order_id, short[0].skus.as_slice()), (unlucky, ["B".to_owned()].as_slice()));
        assert_eq!(shop.levels("A").await, [3, 0, 1, 0], "nothing is committed of a short order");
        shop.order_moves(unlucky, &[("A", 1), ("B", 1)], OrderStatus::Cancelled).await;
        assert_eq!((shop.levels("A").await, shop.levels("B").await), ([3, 0, 1, 0], [1, 1, 0, 0]));
        shop.check_books().await;
    }
}

#[tokio::test]
async fn a_paid_order_takes_what_an_overdue_hold_still_binds() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 1)]).await;
        let (paid, overdue) = (OrderId::new(), OrderId::new());
        shop.reserve(paid, &[("A", 1)]).await.expect("held");
        shop.run_out(paid).await;
        shop.reserve(overdue, &[("A", 1)]).await.expect("held");
        shop.run_out(overdue).await;
        shop.order_moves(paid, &[("A", 1)], OrderStatus::Processing).await;
        assert_eq!(shop.levels("A").await, [1, 0, 1, 0]);
        assert!(shop.shortages().await.is_empty());
        shop.check_books().await;
    }
}

#[tokio::test]
async fn a_hold_that_ran_out_does_not_count_as_sold_when_its_order_ships() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 3)]).await;
        let (late, winner) = (OrderId::new(), OrderId::new());
        let lines = [("A", 3)];
        shop.reserve(late, &lines).await.expect("held");
        shop.run_out(late).await;
        shop.reserve(winner, &lines).await.expect("the overdue hold gives way");
        shop.order_moves(winner, &lines, OrderStatus::Processing).await;
        shop.order_moves(winner, &lines, OrderStatus::Shipped).await;
        shop.order_moves(late, &lines, OrderStatus::Shipped).await;
        assert_eq!(shop.levels("A").await, [0, 0, 0, 0]);
        shop.check_books().await;
    }
}

#[tokio::test]
async fn returned_goods_are_booked_once_and_where_they_belong() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5)]).await;
        let restocked = shop.goods_return("A", 1, Disposition::Restock).await;
        shop.goods_return("A", 2, Disposition::Damaged).await;
        shop.goods_return("A", 4, Disposition::Discard).await;
        assert_eq!(shop.levels("A").await, [6, 0, 0, 2]);
        inventory::events::on_return_received(shop.app.clone(), restocked).await.expect("a repeat is no error");
        assert_eq!(shop.levels("A").await, [6, 0, 0, 2]);
        // Goods of a SKU that no product has any more come back too, and are not sold.
        shop.goods_return("GONE", 1, Disposition::Restock).await;
        assert_eq!(shop.levels("GONE").await, [1, 0, 0, 0]);
        assert_eq!(shop.available("GONE").await, 0);
        let kinds = shop.staff.get("/inventory/A/movements").await.expect(200);
        let kinds: Vec<_> = kinds["items"].as_array().unwrap().iter().map(|line| line["kind"].clone()).collect();
        assert_eq!(kinds, ["written_off", "damaged", "returned", "received"]);
        shop.check_books().await;
    }
}

#[tokio::test]
async fn staff_corrects_stock_with_a_reason() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5)]).await;
        let put = async |body: serde_json::Value| shop.staff.put("/inventory/A", &body).await;
        let view = put(json!({"on_hand": 9, "reason": "counted"})).await.expect(200);
        assert_eq!(
            (view["sku"].as_str(), view["on_hand"].as_i64(), view["available"].as_i64()),
            (Some("A"), Some(9), Some(9))
        );
        put(json!({"adjust": -2, "cause": "damaged", "reason": "dropped"})).await.expect(200);
        assert_eq!(shop.levels("A").await, [7, 0, 0, 2]);
        put(json!({"adjust": 3, "cause": "received", "reason": "delivery 17"})).await.expect(200);
        put(json!({"damaged": 0, "reason": "thrown away"})).await.expect(200);
        assert_eq!(shop.levels("A").await, [10, 0, 0, 0]);

        shop.reserve(OrderId::new(), &[("A", 4)]).await.expect("held");
        let refused = put(json!({"on_hand": 3, "reason": "counted"})).await;
        assert_eq!((refused.body["held"].as_i64(), refused.body["minimum"].as_i64()), (Some(4), Some(4)));
        assert_eq!(refused.problem(409), "stock_promised");
        assert_eq!(put(json!({"adjust": -7, "reason": "counted"})).await.problem(409), "stock_promised");
        assert_eq!(put(json!({"adjust": -6, "reason": "counted"})).await.expect(200)["available"], 0);

        for bad in [
            json!({"on_hand": 3}),
            json!({"on_hand": 3, "reason": " "}),
            json!({"on_hand": -1, "reason": "x"}),
            json!({"on_hand": 3, "adjust": 1, "reason": "x"}),
            json!({"reason": "x"}),
            json!({"adjust": 0, "reason": "x"}),
            json!({"adjust": 1, "cause": "damaged", "reason": "x"}),
            json!({"on_hand": 3, "cause": "damaged", "reason": "x"}),
            json!({"adjust": i64::MAX, "reason": "x"}),
            json!({"on_hand": 1_000_000_001, "reason": "x"}),
            json!({"on_hand": 3, "reason": "x", "colour": "red"}),
        ] {
            assert_eq!(put(bad.clone()).await.problem(422), "invalid", "{bad}");
        }
        assert_eq!(
            shop.staff.put("/inventory/NOPE", &json!({"on_hand": 1, "reason": "x"})).await.problem(404),
            "not_found"
        );
        let ledger = shop.staff.get("/inventory/A/movements?limit=1").await.expect(200);
        let newest = &ledger["items"][0];
        assert_eq!((newest["on_hand"].as_i64(), newest["reason"].as_str()), (Some(-6), Some("counted")));
        assert!(newest["actor"].as_str().is_some_and(|actor| actor.starts_with("user:")));
        shop.check_books().await;
    }
}

#[tokio::test]
async fn a_repeated_correction_with_a_key_is_made_once() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5)]).await;
        let keyed = shop.staff.with("idempotency-key", "delivery-17");
        let body = json!({"adjust": 3, "cause": "received", "reason": "delivery 17"});
        let first = keyed.put("/inventory/A", &body).await;
        let second = keyed.put("/inventory/A", &body).await;
        assert_eq!((first.status, &first.bytes), (second.status, &second.bytes));
        assert_eq!(second.headers["idempotent-replayed"], "true");
        assert_eq!(shop.levels("A").await, [8, 0, 0, 0]);
        let other = json!({"adjust": 4, "cause": "received", "reason": "delivery 17"});
        assert_eq!(keyed.put("/inventory/A", &other).await.problem(422), "idempotency_key_reused");
    }
}

#[tokio::test]
async fn a_stocktaking_is_taken_over_as_a_whole() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5), ("B", 5), ("C", 5)]).await;
        let count = |items: serde_json::Value| json!({"items": items, "reason": "stocktaking"});
        let one = json!([{"sku": "A", "on_hand": 7}, {"sku": "B", "on_hand": 5}]);
        let answer = shop.staff.put("/inventory", &count(one)).await.expect(200);
        assert_eq!(answer, json!({"changed": 1, "unchanged": 1}));
        let unknown = json!([{"sku": "A", "on_hand": 1}, {"sku": "NOPE", "on_hand": 5}]);
        assert_eq!(shop.staff.put("/inventory", &count(unknown)).await.problem(422), "invalid");
        shop.reserve(OrderId::new(), &[("C", 4)]).await.expect("held");
        let promised = json!([{"sku": "A", "on_hand": 1}, {"sku": "C", "on_hand": 3}]);
        let refused = shop.staff.put("/inventory", &count(promised)).await;
        assert_eq!(refused.body["lines"], json!([{"sku": "C", "minimum": 4}]));
        assert_eq!(refused.problem(409), "stock_promised");
        for bad in [
            json!([]),
            json!([{"sku": "A", "on_hand": 1}, {"sku": "A", "on_hand": 2}]),
            json!([{"sku": "A", "on_hand": -1}]),
        ] {
            assert_eq!(shop.staff.put("/inventory", &count(bad)).await.problem(422), "invalid");
        }
        assert_eq!((shop.levels("A").await, shop.levels("C").await), ([7, 0, 0, 0], [5, 4, 0, 0]));
    }
}

#[tokio::test]
async fn lists_come_in_pages_and_find_what_runs_low() {
    for db in databases().await {
        let shop = shop(&db, &[("A-1", 5), ("A-2", 0), ("A-3", 1), ("B-1", 0)]).await;
        let skus = async |query: &str| -> (Vec<String>, Option<String>) {
            let page = shop.staff.get(&format!("/inventory{query}")).await.expect(200);
            let skus = page["items"].as_array().unwrap().iter().map(|item| item["sku"].as_str().unwrap().to_owned());
            (skus.collect(), page["next_cursor"].as_str().map(str::to_owned))
        };
        let (first, cursor) = skus("?limit=3").await;
        assert_eq!(first, ["A-1", "A-2", "A-3"]);
        let (second, end) = skus(&format!("?limit=3&cursor={}", cursor.expect("more"))).await;
        assert_eq!((second, end), (vec!["B-1".to_owned()], None));
        assert_eq!(skus("?low=1").await.0, ["A-2", "A-3", "B-1"]);
        assert_eq!(skus("?low=0&prefix=A").await.0, ["A-2"]);
        assert_eq!(skus("?prefix=a-1").await.0, ["A-1"]);
        assert_eq!(skus("?skus=B-1,%20A-3,nothing").await.0, ["A-3", "B-1"]);
        assert_eq!(shop.staff.get("/inventory?low=1&limit=1").await.expect(200)["total"], 3);
        for none in ["?prefix=%25", "?prefix=A_1", "?prefix=%5C"] {
            assert_eq!(skus(none).await.0, Vec::<String>::new(), "{none}");
        }
        let tx = shop.app.db.begin().await.expect("a transaction");
        inventory::retire_item(&tx, "A-2").await.expect("retired");
        tx.commit().await.expect("it commits");
        assert_eq!(skus("?low=0").await.0, ["B-1"]);
        for bad in ["?limit=0", "?limit=101", "?cursor=x", "?low=-1"] {
            assert_eq!(shop.staff.get(&format!("/inventory{bad}")).await.problem(422), "invalid", "{bad}");
        }
        assert_eq!(shop.staff.get("/inventory?colour=red").await.problem(400), "invalid_query");
        assert_eq!(shop.staff.get("/inventory/A-1/movements?colour=red").await.problem(400), "invalid_query");
    }
}

#[tokio::test]
async fn only_those_with_the_right_see_or_change_stock() {
    let db = test_support::sqlite();
    let shop = shop(&db, &[("A", 5)]).await;
    let as_ = |token: String| shop.anyone.bearing(&token);
    let customer = as_(shop.tokens.customer(UserId::new()));
    let reader = as_(shop.tokens.staff(&[Permission::InventoryRead]));
    let writer = as_(shop.tokens.staff(&[Permission::InventoryWrite]));
    let change = json!({"on_hand": 6, "reason": "counted"});
    let count = json!({"items": [{"sku": "A", "on_hand": 6}], "reason": "counted"});
    for path in ["/inventory", "/inventory/A", "/inventory/A/movements"] {
        assert_eq!(shop.anyone.get(path).await.problem(401), "unauthorized", "{path}");
        assert_eq!(customer.get(path).await.problem(403), "forbidden", "{path}");
        assert_eq!(writer.get(path).await.problem(403), "forbidden", "{path}");
        reader.get(path).await.expect(200);
    }
    for (path, body) in [("/inventory/A", &change), ("/inventory", &count)] {
        assert_eq!(shop.anyone.put(path, body).await.problem(401), "unauthorized", "{path}");
        assert_eq!(customer.put(path, body).await.problem(403), "forbidden", "{path}");
        assert_eq!(reader.put(path, body).await.problem(403), "forbidden", "{path}");
        writer.put(path, body).await.expect(200);
    }
    // The path for orders does not exist for anyone else.
    let hold = json!({"order_id": OrderId::new(), "items": [{"sku": "A", "quantity": 1}], "expires_at": "2099-01-01T00:00:00Z"});
    for client in [&shop.anyone, &customer, &shop.staff] {
        assert_eq!(client.post("/internal/reservations", &hold).await.problem(404), "not_found");
    }
}

#[tokio::test]
async fn senseless_holds_are_refused() {
    let db = test_support::sqlite();
    let shop = shop(&db, &[("A", 5)]).await;
    let nothing: [(&str, u32); 0] = [];
    assert_eq!(refusal(shop.reserve(OrderId::new(), &nothing).await).0, "invalid");
    assert_eq!(refusal(shop.reserve(OrderId::new(), &[("A", 0)]).await).0, "invalid");
    assert_eq!(refusal(shop.reserve(OrderId::new(), &[("A", 10_000)]).await).0, "invalid");
    assert_eq!(refusal(shop.reserve(OrderId::new(), &[("", 1)]).await).0, "invalid");
    assert_eq!(refusal(shop.reserve(OrderId::new(), &[("A\0", 1)]).await).0, "invalid");
    assert_eq!(refusal(shop.reserve(OrderId::new(), &[("A", 1); 1_001]).await).0, "invalid");
    assert_eq!(refusal(shop.reserve_for(OrderId::new(), &[("A", 1)], -5).await).0, "invalid");
    assert_eq!(refusal(shop.reserve_for(OrderId::new(), &[("A", 1)], 40 * 86_400).await).0, "invalid");
    assert_eq!(shop.levels("A").await, [5, 0, 0, 0]);
}

#[tokio::test]
async fn the_ledger_only_grows() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5)]).await;
        for change in ["UPDATE stock_movements SET on_hand = 7", "DELETE FROM stock_movements"] {
            let tx = shop.app.db.begin().await.expect("a transaction");
            let refused = tx.execute_unprepared(change).await.expect_err("the ledger refuses it");
            assert!(refused.to_string().contains("stock_movements only grows"), "{refused} on {}", db.kind());
        }
        for change in [
            "UPDATE stock_items SET reserved = -1",
            "UPDATE stock_items SET committed = 6",
            "UPDATE stock_items SET on_hand = -1",
        ] {
            let tx = shop.app.db.begin().await.expect("a transaction");
            tx.execute_unprepared(change).await.expect_err("the table refuses it");
        }
    }
}

#[tokio::test]
async fn broken_books_are_found_and_the_sku_is_named() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5), ("B", 5)]).await;
        shop.reserve(OrderId::new(), &[("A", 1)]).await.expect("held");
        shop.check_books().await;
        let tx = shop.app.db.begin().await.expect("a transaction");
        tx.execute_unprepared("UPDATE stock_items SET on_hand = 4 WHERE sku = 'B'")
            .await
            .expect("done behind our back");
        tx.execute_unprepared("UPDATE reservation_lines SET quantity = 2").await.expect("done behind our back");
        tx.commit().await.expect("it commits");
        let rules = inventory::invariants(&shop.app).await.expect("the books are read");
        let broken: Vec<&str> = rules.iter().filter(|rule| !rule.holds()).map(|rule| rule.id.as_str()).collect();
        assert_eq!(broken, ["I1", "I3", "I5"], "on {}", db.kind());
        assert!(rules[0].violations[0].starts_with("B:"));
        assert!(rules[2].violations[0].starts_with("A:"));
    }
}

#[tokio::test]
async fn those_who_follow_stock_miss_no_change() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5), ("B", 5)]).await;
        let reader = shop.app.db.reader();
        let all = inventory::changed_since(reader, (0, ""), 100).await.expect("read");
        let (sku, seen) = all.last().cloned().expect("opening stock was a change");
        let seen = (seen, sku.as_str());
        assert!(inventory::changed_since(reader, seen, 100).await.expect("read").is_empty());
        let order = OrderId::new();
        shop.reserve(order, &[("B", 1)]).await.expect("held");
        let changed = inventory::changed_since(reader, seen, 100).await.expect("read");
        assert_eq!(changed.iter().map(|(sku, _)| sku.as_str()).collect::<Vec<_>>(), ["B"]);
        let seen = (changed[0].1, "B");
        // What can be sold stays the same when a hold becomes a promise and when promised goods leave.
        shop.order_moves(order, &[("B", 1)], OrderStatus::Processing).await;
        shop.order_moves(order, &[("B", 1)], OrderStatus::Shipped).await;
        assert!(inventory::changed_since(reader, seen, 100).await.expect("read").is_empty());
        let tx = shop.app.db.begin().await.expect("a transaction");
        inventory::retire_item(&tx, "A").await.expect("retired");
        tx.commit().await.expect("it commits");
        assert_eq!(inventory::changed_since(reader, seen, 100).await.expect("read").len(), 1);
        assert_eq!(shop.available("A").await, 0);
        assert_eq!(refusal(shop.reserve(OrderId::new(), &[("A", 1)]).await).1, [("A".to_owned(), 1, 0)]);
        let tx = shop.app.db.begin().await.expect("a transaction");
        inventory::ensure_item(&tx, "A").await.expect("sold again");
        tx.commit().await.expect("it commits");
        assert_eq!(shop.available("A").await, 5);
    }
}

#[tokio::test]
async fn holds_are_told_only_when_shoppers_can_read_another_word_for_it() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 20), ("B", 20)]).await;
        let reader = shop.app.db.reader();
        let (sku, seen) =
            inventory::changed_since(reader, (0, ""), 100).await.expect("read").pop().expect("opening stock");
        let told = async || {
            let changed = inventory::changed_since(reader, (seen, &sku), 100).await.expect("read");
            changed.into_iter().map(|(sku, _)| sku).collect::<Vec<_>>()
        };
        shop.reserve(OrderId::new(), &[("A", 14)]).await.expect("held");
        assert!(told().await.is_empty(), "of 6 and of 20 pieces one reads: in stock");
        let order = OrderId::new();
        shop.reserve(order, &[("A", 1), ("B", 1)]).await.expect("held");
        assert_eq!(told().await, ["A"], "5 are few");
        shop.reserve(order, &[("B", 20)]).await.expect("held instead");
        assert_eq!(told().await, ["A", "B"], "6 again of one, none of the other");
    }
}

#[tokio::test]
async fn a_change_of_many_skus_at_once_is_read_to_its_end_in_small_steps() {
    for db in databases().await {
        let shop = shop(&db, &[("A", 5), ("B", 5), ("C", 5), ("D", 5), ("E", 5)]).await;
        let items: Vec<_> = ["A", "B", "C", "D", "E"].map(|sku| json!({"sku": sku, "on_hand": 6})).into();
        shop.staff.put("/inventory", &json!({"items": items, "reason": "counted"})).await.expect(200);
        let reader = shop.app.db.reader();
        let (mut place, mut read) = ((0, String::new()), Vec::new());
        while let Some((sku, revision)) =
            inventory::changed_since(reader, (place.0, &place.1), 2).await.expect("read").last().cloned()
        {
            let some = inventory::changed_since(reader, (place.0, &place.1), 2).await.expect("read");
            read.extend(some.into_iter().map(|(sku, _)| sku));
            place = (revision, sku);
        }
        assert_eq!(read, ["A", "B", "C", "D", "E"], "on {}", db.kind());
    }
}

#[tokio::test]
async fn more_skus_are_looked_up_than_one_statement_takes() {
    for db in databases().await {
        let shop = shop(&db, &[("S00000", 5), ("S69999", 7)]).await;
        let skus: Vec<String> = (0..70_000).map(|number| format!("S{number:05}")).collect();
        let reader = shop.app.db.reader();
        let available = inventory::available(reader, &skus).await.expect("stock is read");
        assert_eq!((available["S00000"], available["S69999"], available.len()), (5, 7, 2), "on {}", db.kind());
        assert_eq!(inventory::on_hand(reader, &skus).await.expect("stock is read").len(), 2);
    }
}

#[tokio::test]
async fn a_hold_that_deadlocks_with_something_else_is_made_all_the_same() {
    for db in databases().await.into_iter().filter(|db| db.kind() == "postgres") {
        let shop = shop(&db, &[("A", 5), ("B", 5)]).await;
        let touch = |sku: &str| format!("UPDATE stock_items SET updated_at = updated_at WHERE sku = '{sku}'");
        let other = shop.app.db.begin().await.expect("a transaction");
        other.execute_unprepared(&touch("B")).await.expect("B is locked");
        let held = async { shop.reserve(OrderId::new(), &[("A", 2), ("B", 2)]).await };
        let meddling = async {
            // The hold has locked A by then, and waits for B. Who has waited for a second finds the deadlock, and loses.
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            other.execute_unprepared(&touch("A")).await.expect("A is locked, too");
            other.commit().await.expect("it commits");
        };
        let (held, ()) = tokio::join!(held, meddling);
        held.expect("held, at the second try");
        assert_eq!((shop.levels("A").await[1], shop.levels("B").await[1]), (2, 2), "and held once");
        shop.check_books().await;
    }
}
