//! Goods that come back, and money with them.

use serde_json::json;

use crate::{
    running::{ADMIN, ADMIN_PASSWORD, RunningShop, kinds},
    shopper::{Shopper, items},
};

/// Of two pieces one comes back: it goes on the shelf, and its price to the buyer.
pub async fn guest_sends_one_back(base: &str, quiet: impl AsyncFn()) {
    let guest = Shopper::new(base);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    let (sku, price) = guest.pick().await;
    let before = admin.get(&format!("/inventory/{sku}")).await.expect(200);
    let order = guest.order(&items(&sku, 2), "returns@example.test").await;
    let guest = guest.owning(&order);
    guest.pay(&order, "tok_visa").await.expect(200);
    quiet().await;
    admin.move_order(&order, "shipped").await.expect(200);
    quiet().await;
    admin.move_order(&order, "delivered").await.expect(200);
    quiet().await;

    let id = order["id"].as_str().expect("an id");
    let wish = json!({"lines": [{"sku": sku, "quantity": 1, "reason": "too_small"}]});
    let asked = guest.post(&format!("/orders/{id}/returns"), &wish).await.expect(201);
    let path = format!("/returns/{}", asked["id"].as_str().expect("an id"));
    admin.put(&path, &json!({"status": "approved"})).await.expect(200);
    let lines = json!([{"sku": sku, "quantity": 1, "disposition": "restock"}]);
    admin.put(&path, &json!({"status": "received", "lines": lines})).await.expect(200);
    quiet().await;

    let returned = guest.see(&order).await;
    assert_eq!(returned["payment_status"], "partially_refunded", "{returned}");
    assert_eq!(returned["fulfillment_status"], "partially_returned");
    let after = admin.get(&format!("/inventory/{sku}")).await.expect(200);
    assert_eq!(after["on_hand"].as_i64(), before["on_hand"].as_i64().map(|pieces| pieces - 1));
    let payment = guest.get(&format!("/payment/status?order_id={id}")).await.expect(200);
    assert_eq!(payment["refunded"]["amount"], price, "{payment}");
}

/// A paid order is cancelled: the money goes back, and the goods are free again.
pub async fn guest_cancels(base: &str, quiet: impl AsyncFn()) {
    let guest = Shopper::new(base);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    let (sku, _) = guest.pick().await;
    let before = admin.get(&format!("/inventory/{sku}")).await.expect(200);
    let order = guest.order(&items(&sku, 1), "cancels@example.test").await;
    let guest = guest.owning(&order);
    guest.pay(&order, "tok_visa").await.expect(200);
    quiet().await;
    let id = order["id"].as_str().expect("an id");
    guest.post(&format!("/orders/{id}/cancel"), &json!({"reason": "changed my mind"})).await.expect(200);
    quiet().await;
    let cancelled = guest.see(&order).await;
    assert_eq!((&cancelled["status"], &cancelled["payment_status"]), (&json!("cancelled"), &json!("refunded")));
    let after = admin.get(&format!("/inventory/{sku}")).await.expect(200);
    for pieces in ["on_hand", "reserved", "available"] {
        assert_eq!(after[pieces], before[pieces], "{pieces}: {after}");
    }
}

#[tokio::test]
async fn a_return_ends_with_goods_on_the_shelf_and_money_back() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        guest_sends_one_back(&shop.url, async || shop.quiet().await).await;
        shop.close().await;
    }
}

#[tokio::test]
async fn a_cancelled_order_gives_back_the_money_and_the_stock() {
    let shop = RunningShop::open("sqlite").await;
    guest_cancels(&shop.url, async || shop.quiet().await).await;
    shop.close().await;
}
