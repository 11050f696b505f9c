//! Shipments in the hands of staff.

use contracts::{events::ShipmentStatus, order::OrderStatus};
use serde_json::{Value, json};

use crate::shop::{Shop, shops};

fn quantities(shipment: &Value) -> Vec<(String, i64)> {
    let items = shipment["items"].as_array().expect("items");
    items
        .iter()
        .map(|item| (item["sku"].as_str().expect("a SKU").to_owned(), item["quantity"].as_i64().expect("a number")))
        .collect()
}

fn of(sku: &str, quantity: i64) -> (String, i64) {
    (sku.to_owned(), quantity)
}

#[tokio::test]
async fn a_paid_order_is_packed_shipped_and_delivered() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 2), ("DESK", 1)]).await;
        let shipment = shop.only_shipment(&order).await;
        assert_eq!((&shipment["status"], &shipment["tracking_status"]), (&json!("pending"), &json!("unknown")));
        assert_eq!(quantities(&shipment), [of("DESK", 1), of("MUG", 2)]);
        assert_eq!(shipment["weight_g"], 2 * 380 + 28_000);
        assert_eq!(shipment["address"]["city"], "Berlin");

        let boxes = json!({"parcels": [{"weight_g": 900}, {"weight_g": 28_400, "length_mm": 1_200}]});
        let packed = shop.admin.put(&Shop::path(&shipment, "/parcels"), &boxes).await.expect(200);
        assert_eq!((&packed["weight_g"], &packed["version"]), (&json!(29_300), &json!(2)));
        let stale = shop.admin.with("if-match", "\"1\"").put(&Shop::path(&shipment, "/parcels"), &boxes).await;
        assert_eq!(stale.problem(412), "stale");

        let shipped = shop.ship(&shipment).await;
        assert_eq!((&shipped["status"], &shipped["tracking_status"]), (&json!("shipped"), &json!("in_transit")));
        let number = shipped["tracking_number"].as_str().expect("a number");
        assert!(number.starts_with("RLT") && number.len() == 17, "{number}");
        assert_eq!(shop.admin.post(&Shop::path(&shipment, "/ship"), &json!({})).await.problem(409), "wrong_status");
        assert_eq!(shop.admin.post(&Shop::path(&shipment, "/cancel"), &json!({})).await.problem(409), "wrong_status");
        assert_eq!(shop.admin.put(&Shop::path(&shipment, "/parcels"), &boxes).await.problem(409), "wrong_status");

        let label = shop.admin.get(&Shop::path(&shipment, "/label")).await;
        assert_eq!(label.headers["content-type"], "application/zpl");
        let label = String::from_utf8(label.bytes).expect("text");
        assert!(label.starts_with("^XA") && label.contains(number) && label.contains("Torstraße 1"), "{label}");

        for (scan, status, tracking) in [
            ("in_transit", "shipped", "in_transit"),
            ("exception", "exception", "exception"),
            ("out_for_delivery", "out_for_delivery", "out_for_delivery"),
            ("delivered", "delivered", "delivered"),
        ] {
            let moved = shop.advance(&shipment, scan).await.expect(200);
            assert_eq!((&moved["status"], &moved["tracking_status"]), (&json!(status), &json!(tracking)), "{moved}");
        }
        let late = shop.advance(&shipment, "in_transit").await;
        assert_eq!(late.body["allowed"], json!(["returned"]));
        assert_eq!(late.problem(409), "wrong_status");
        let detail = shop.admin.get(&Shop::path(&shipment, "")).await.expect(200);
        let path: Vec<&str> =
            detail["history"].as_array().expect("steps").iter().filter_map(|step| step["to"].as_str()).collect();
        assert_eq!(path, ["label_created", "shipped", "exception", "out_for_delivery", "delivered"]);
        assert!(detail["delivered_at"].is_string() && detail["estimate"].is_null());
        use ShipmentStatus::{Delivered, Exception, OutForDelivery, Returned, Shipped};
        assert_eq!(shop.told_statuses(&order).await, [Shipped, Exception, OutForDelivery, Delivered]);
        shop.advance(&shipment, "returned").await.expect(200);
        assert_eq!(shop.told_statuses(&order).await.last(), Some(&Returned));
        let told = shop.told(&order).await;
        assert_eq!(told[0].tracking_number.as_deref(), Some(number));
        let link = told[0].tracking_url.as_deref().expect("a link");
        assert!(link.starts_with(&format!("https://shop.example/track/{number}?token=")), "{link}");
        shop.close().await;
    }
}

#[tokio::test]
async fn a_part_is_shipped_and_the_rest_stays() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 3), ("DESK", 1)]).await;
        let shipment = shop.only_shipment(&order).await;
        let ship = Shop::path(&shipment, "/ship");
        let part = |sku: &str, quantity: u32| json!({"items": [{"sku": sku, "quantity": quantity}], "notify": false});
        assert_eq!(shop.admin.post(&ship, &part("MUG", 4)).await.problem(409), "exceeds_unshipped");
        assert_eq!(shop.admin.post(&ship, &part("TEA", 1)).await.problem(422), "invalid");
        assert_eq!(shop.admin.post(&ship, &part("MUG", 0)).await.problem(422), "invalid");
        assert_eq!(shop.admin.post(&ship, &json!({"items": []})).await.problem(422), "invalid");
        let twice = json!({"items": [{"sku": "MUG", "quantity": 2}, {"sku": "MUG", "quantity": 2}]});
        assert_eq!(shop.admin.post(&ship, &twice).await.problem(409), "exceeds_unshipped");

        let shipped = shop.admin.post(&ship, &part("MUG", 1)).await.expect(200);
        assert_eq!(quantities(&shipped), [of("MUG", 1)]);
        let shipments = shop.shipments(&order).await;
        let rest = shipments.iter().find(|shipment| shipment["status"] == "pending").expect("the rest");
        assert_eq!(quantities(rest), [of("DESK", 1), of("MUG", 2)]);
        let told = shop.told(&order).await;
        assert_eq!((told.len(), told[0].notify, told[0].items.len()), (1, false, 1));

        // Orders answers with its own move, which must not send the rest off.
        shop.hear(&order, OrderStatus::Shipped).await;
        assert_eq!(shop.told(&order).await.len(), 1);
        shop.ship(rest).await;
        let told = shop.told(&order).await;
        assert_eq!((told.len(), told[1].notify), (2, true));
        shop.close().await;
    }
}

#[tokio::test]
async fn what_is_cancelled_can_be_shipped_anew() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 2)]).await;
        let shipment = shop.only_shipment(&order).await;
        let all = json!({"order_id": order.id});
        assert_eq!(shop.admin.post("/shipping/shipments", &all).await.problem(409), "nothing_left");
        let cancelled = shop.admin.post(&Shop::path(&shipment, "/cancel"), &json!({})).await.expect(200);
        assert_eq!((&cancelled["status"], &cancelled["tracking_status"]), (&json!("cancelled"), &json!("cancelled")));
        assert_eq!(shop.told_statuses(&order).await, [ShipmentStatus::Cancelled]);
        assert_eq!(shop.admin.post(&Shop::path(&shipment, "/ship"), &json!({})).await.problem(409), "wrong_status");

        let one = json!({"order_id": order.id, "items": [{"sku": "MUG", "quantity": 1}]});
        shop.admin.post("/shipping/shipments", &one).await.expect(201);
        let three = json!({"order_id": order.id, "items": [{"sku": "MUG", "quantity": 2}]});
        assert_eq!(shop.admin.post("/shipping/shipments", &three).await.problem(409), "exceeds_unshipped");
        // Of several at once, those succeed that the goods suffice for.
        let (a, b) =
            tokio::join!(shop.admin.post("/shipping/shipments", &all), shop.admin.post("/shipping/shipments", &one));
        let made = [a.status.as_u16(), b.status.as_u16()].iter().filter(|status| **status == 201).count();
        assert_eq!(made, 1, "on {}: {} and {}", shop.kind(), a.body, b.body);
        assert_eq!(shop.shipments(&order).await.len(), 3);
        shop.close().await;
    }
}

#[tokio::test]
async fn one_of_many_clicks_ships() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 2)]).await;
        let shipment = shop.only_shipment(&order).await;
        let path = Shop::path(&shipment, "/ship");
        let clicks = (0..6).map(|_| {
            let (admin, path) = (shop.admin.clone(), path.clone());
            tokio::spawn(async move { admin.post(&path, &json!({})).await.status.as_u16() })
        });
        let clicks: Vec<_> = clicks.collect();
        let mut shipped = 0;
        for click in clicks {
            match click.await.expect("no panic") {
                200 => shipped += 1,
                409 => {}
                other => panic!("{other}"),
            }
        }
        assert_eq!(shipped, 1, "on {}", shop.kind());
        assert_eq!(shop.told(&order).await.len(), 1);
        shop.close().await;
    }
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer() {
    for shop in shops().await {
        let order = shop.paid_order(&[("MUG", 2)]).await;
        let shipment = shop.only_shipment(&order).await;
        let path = Shop::path(&shipment, "/ship");
        let keyed = shop.admin.with("idempotency-key", "once");
        let first = keyed.post(&path, &json!({})).await;
        let again = keyed.post(&path, &json!({})).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (200, 200));
        assert_eq!(first.body, again.body);
        assert_eq!(again.headers["idempotent-replayed"], "true");
        assert_eq!(keyed.post(&path, &json!({"notify": false})).await.problem(422), "idempotency_key_reused");
        shop.close().await;
    }
}

#[tokio::test]
async fn lists_are_filtered_and_come_in_pages() {
    for shop in shops().await {
        let mut shipped = Value::Null;
        for number in 0..3 {
            let order = shop.paid_order(&[("MUG", 1)]).await;
            if number == 1 {
                shipped = shop.ship(&shop.only_shipment(&order).await).await;
            }
        }
        let first = shop.admin.get("/shipping/shipments?limit=2").await.expect(200);
        let cursor = first["next_cursor"].as_str().expect("there is more");
        let second = shop.admin.get(&format!("/shipping/shipments?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!(first["items"].as_array().map(Vec::len), Some(2));
        assert_eq!(second["items"].as_array().map(Vec::len), Some(1));
        assert!(second["next_cursor"].is_null());
        let pending = shop.admin.get("/shipping/shipments?status=pending").await.expect(200);
        assert_eq!(pending["items"].as_array().map(Vec::len), Some(2));
        let number = shipped["tracking_number"].as_str().expect("a number");
        let found =
            shop.admin.get(&format!("/shipping/shipments?tracking_number={}", number.to_lowercase())).await.expect(200);
        assert_eq!(found["items"][0]["id"], shipped["id"]);
        for bad in ["?status=lost", "?order_id=7", "?color=red"] {
            assert_eq!(
                shop.admin.get(&format!("/shipping/shipments{bad}")).await.problem(400),
                "invalid_query",
                "{bad}"
            );
        }
        assert_eq!(shop.admin.get("/shipping/shipments?cursor=x").await.problem(422), "invalid");
        shop.close().await;
    }
}
