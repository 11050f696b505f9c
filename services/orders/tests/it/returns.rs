//! Returns: what may come back, what is given back for it, and who decides.

use contracts::{
    events::{Disposition, RefundFailed, RefundProcessed, RefundRequested, ReturnReceived, ReturnUpdated},
    ids::{PaymentId, RefundId, UserId},
    permissions::Permission,
};
use orders::events;
use serde_json::{Value, json};
use test_support::Client;

use crate::shop::{Shop, eur, id_of, order_of, received, shops, shops_with, total_of};

async fn open(client: &Client, order: &Value, lines: &Value) -> test_support::Answer {
    client.post(&format!("/orders/{}/returns", id_of(order)), &json!({"lines": lines})).await
}

async fn set(shop: &Shop, request: &Value, change: &Value) -> test_support::Answer {
    let id = request["id"].as_str().expect("an id");
    shop.admin().put(&format!("/returns/{id}"), change).await
}

async fn refunded(shop: &Shop, order: &Value, refund: &RefundRequested, before: i64) {
    let amount = refund.amount.expect("an amount");
    let event = received(RefundProcessed {
        refund_id: refund.refund_id,
        payment_id: PaymentId::new(),
        order_id: id_of(order),
        amount,
        refunded_total: eur(before + amount.amount),
        captured_total: total_of(order),
        reason: "return".into(),
    });
    for _ in 0..2 {
        events::on_refund_processed(shop.app.clone(), event.clone()).await.expect("applied");
    }
}

#[tokio::test]
async fn a_return_goes_its_way() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 2), ("TEA", 1)]).await;
        shop.deliver(&order, &[("MUG", 2), ("TEA", 1)]).await;
        let keyed = owner.with("idempotency-key", "back");
        let lines = json!([{"sku": "MUG", "quantity": 1, "reason": "too small"}]);
        let first = open(&keyed, &order, &lines).await;
        assert_eq!(first.bytes, open(&keyed, &order, &lines).await.bytes);
        let request = first.expect(201);
        assert_eq!(request["status"], "requested");
        let early = set(&shop, &request, &json!({"status": "received"})).await.expect(409);
        assert_eq!(early["allowed"], json!(["approved", "declined", "cancelled"]));
        set(&shop, &request, &json!({"status": "approved", "reason": "welcome"})).await.expect(200);
        let change = json!({"status": "received", "lines": [{"sku": "MUG", "quantity": 1, "disposition": "damaged"}]});
        let back = set(&shop, &request, &change).await.expect(200);
        assert_eq!(back["refund"]["amount"]["amount"], 1999);
        assert_eq!(back["refund"]["tax"]["amount"], 319);
        let goods = shop.events::<ReturnReceived>().await;
        assert_eq!((goods.len(), goods[0].lines[0].disposition), (1, Disposition::Damaged));
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!(refunds.len(), 1);
        assert_eq!((refunds[0].amount, refunds[0].return_id.is_some()), (Some(eur(1999)), true));
        assert_eq!(shop.read(&order).await["fulfillment_status"], "partially_returned");
        // That the money is out is for payments to say.
        assert_eq!(set(&shop, &request, &json!({"status": "refunded"})).await.expect(200)["status"], "received");
        assert_eq!(shop.events::<RefundRequested>().await.len(), 1);
        refunded(&shop, &order, &refunds[0], 0).await;
        let list = owner.get(&format!("/orders/{}/returns", id_of(&order))).await.expect(200);
        assert_eq!(list["items"][0]["status"], "refunded");
        assert_eq!(list["items"][0]["refunded"]["amount"], 1999);
        assert_eq!(shop.read(&order).await["payment_status"], "partially_refunded");
        let told: Vec<String> = shop.events::<ReturnUpdated>().await.into_iter().map(|event| event.status).collect();
        assert_eq!(told, ["requested", "approved", "received", "refunded"]);
        set(&shop, &request, &json!({"status": "closed"})).await.expect(200);
        shop.sound().await;
    }
}

/// Whatever comes back in whichever portions, all of it together is worth exactly what was paid.
#[tokio::test]
async fn all_partial_returns_together_give_back_the_whole_order() {
    for included in [true, false] {
        for shop in shops_with(|config| config.tax.prices_include_tax = included).await {
            shop.world.sell("ODD", 333, 100);
            shop.admin().post("/promotions", &json!({"code": "ODD", "percent": "33.3333"})).await.expect(201);
            let mut body = order_of(&[("ODD", 7), ("MUG", 1)]);
            body["coupon"] = json!("odd");
            let order = shop.guest.post("/orders", &body).await.expect(201);
            let owner = shop.guest.with("order-token", order["guest_token"].as_str().expect("a token"));
            shop.deliver(&order, &[("ODD", 7), ("MUG", 1)]).await;
            let mut back = 0;
            let portions = [
                json!([{"sku": "ODD", "quantity": 3}]),
                json!([{"sku": "ODD", "quantity": 2}, {"sku": "MUG", "quantity": 1}]),
                json!([{"sku": "ODD", "quantity": 1}]),
                json!([{"sku": "ODD", "quantity": 1}]),
            ];
            for lines in portions {
                let request = open(&owner, &order, &lines).await.expect(201);
                set(&shop, &request, &json!({"status": "approved"})).await.expect(200);
                set(&shop, &request, &json!({"status": "received"})).await.expect(200);
                let refunds = shop.events::<RefundRequested>().await;
                let refund = refunds.last().expect("one more");
                refunded(&shop, &order, refund, back).await;
                back += refund.amount.expect("an amount").amount;
            }
            assert_eq!(eur(back), total_of(&order), "prices include tax: {included}");
            let seen = shop.read(&order).await;
            assert_eq!(
                (&seen["payment_status"], &seen["fulfillment_status"]),
                (&json!("refunded"), &json!("returned"))
            );
            let nothing = open(&owner, &order, &json!([{"sku": "ODD", "quantity": 1}])).await;
            assert_eq!(nothing.problem(422), "invalid");
            let exercised = shop.sound().await;
            assert!(exercised["I18"] > 0 && exercised["I19"] > 0 && exercised["I16"] > 0);
        }
    }
}

#[tokio::test]
async fn no_more_comes_back_than_was_delivered() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 3)]).await;
        let one = json!([{"sku": "MUG", "quantity": 1}]);
        assert_eq!(open(&owner, &order, &one).await.problem(409), "not_returnable");
        shop.deliver(&order, &[("MUG", 3)]).await;
        for lines in [
            json!([{"sku": "MUG", "quantity": 4}]),
            json!([{"sku": "MUG", "quantity": 0}]),
            json!([{"sku": "MUG", "quantity": -1}]),
            json!([{"sku": "TEA", "quantity": 1}]),
            json!([{"sku": "MUG", "quantity": 1}, {"sku": "MUG", "quantity": 1}]),
            json!([]),
        ] {
            assert_eq!(open(&owner, &order, &lines).await.problem(422), "invalid", "{lines}");
        }
        let tasks: Vec<_> = (0..10)
            .map(|_| {
                let (owner, order, one) = (owner.clone(), order.clone(), one.clone());
                tokio::spawn(async move { open(&owner, &order, &one).await })
            })
            .collect();
        let mut opened = Vec::new();
        for task in tasks {
            let answer = task.await.expect("ends");
            if answer.status == 201 {
                opened.push(answer.body);
            }
        }
        assert_eq!(opened.len(), 3, "as many as there are pieces");
        // What is called off can be asked back again.
        let id = opened[0]["id"].as_str().expect("an id");
        owner.put(&format!("/returns/{id}"), &json!({"status": "cancelled"})).await.expect(200);
        open(&owner, &order, &one).await.expect(201);
        assert_eq!(
            owner.put(&format!("/returns/{id}"), &json!({"status": "approved"})).await.problem(403),
            "forbidden"
        );
        shop.sound().await;
    }
}

#[tokio::test]
async fn what_arrives_is_booked_not_what_was_announced() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 4)]).await;
        shop.deliver(&order, &[("MUG", 4)]).await;
        let request = open(&owner, &order, &json!([{"sku": "MUG", "quantity": 3}])).await.expect(201);
        set(&shop, &request, &json!({"status": "approved"})).await.expect(200);
        let receive = |lines: Value| json!({"status": "received", "lines": lines});
        let too_many =
            receive(json!([{"sku": "MUG", "quantity": 2}, {"sku": "MUG", "quantity": 2, "disposition": "discard"}]));
        assert_eq!(set(&shop, &request, &too_many).await.problem(422), "invalid");
        let other = receive(json!([{"sku": "TEA", "quantity": 1}]));
        assert_eq!(set(&shop, &request, &other).await.problem(422), "invalid");
        let two =
            receive(json!([{"sku": "MUG", "quantity": 1}, {"sku": "MUG", "quantity": 1, "disposition": "discard"}]));
        let back = set(&shop, &request, &two).await.expect(200);
        assert_eq!(back["refund"]["amount"]["amount"], 2 * 1999);
        assert_eq!(back["lines"][0]["received_quantity"], 2);
        assert_eq!(shop.events::<ReturnReceived>().await[0].lines.len(), 2);
        assert_eq!(set(&shop, &request, &two).await.problem(409), "wrong_status", "once");
        // The piece that did not come can be announced again, as can the fourth.
        open(&owner, &order, &json!([{"sku": "MUG", "quantity": 2}])).await.expect(201);
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_refund_can_wait_be_less_fail_and_be_tried_again() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 2)]).await;
        shop.deliver(&order, &[("MUG", 2)]).await;
        let request = open(&owner, &order, &json!([{"sku": "MUG", "quantity": 1}])).await.expect(201);
        set(&shop, &request, &json!({"status": "approved"})).await.expect(200);
        let money = |amount: i64| json!({"amount": amount, "currency": "EUR"});
        let more = json!({"status": "received", "refund": money(2000)});
        assert_eq!(set(&shop, &request, &more).await.problem(422), "invalid");
        let less = json!({"status": "received", "refund": money(1500), "hold_refund": true});
        let held = set(&shop, &request, &less).await.expect(200);
        // Of 19.99, 3.19 are tax: of 15.00, 2.39.
        assert_eq!(held["refund"]["tax"]["amount"], 239);
        assert!(shop.events::<RefundRequested>().await.is_empty(), "held");
        set(&shop, &request, &json!({"status": "inspected"})).await.expect(200);
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!(refunds[0].amount, Some(eur(1500)));
        let kept = set(&shop, &request, &json!({"status": "rejected"})).await;
        assert_eq!(kept.problem(409), "wrong_status", "the money is on its way");
        let failed = received(RefundFailed {
            refund_id: refunds[0].refund_id,
            order_id: id_of(&order),
            amount: eur(1500),
            code: "expired_card".into(),
        });
        for _ in 0..2 {
            events::on_refund_failed(shop.app.clone(), failed.clone()).await.expect("applied");
        }
        set(&shop, &request, &json!({"status": "refunded"})).await.expect(200);
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!(refunds.len(), 2);
        assert_ne!(refunds[0].refund_id, refunds[1].refund_id, "another try is another refund");
        refunded(&shop, &order, &refunds[1], 0).await;
        assert_eq!(set(&shop, &request, &json!({"status": "refunded"})).await.expect(200)["status"], "refunded");
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_refund_that_bounces_counts_no_more_and_can_be_asked_for_again() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 2)]).await;
        shop.deliver(&order, &[("MUG", 2)]).await;
        let request = open(&owner, &order, &json!([{"sku": "MUG", "quantity": 1}])).await.expect(201);
        set(&shop, &request, &json!({"status": "approved"})).await.expect(200);
        set(&shop, &request, &json!({"status": "received"})).await.expect(200);
        let refunds = shop.events::<RefundRequested>().await;
        refunded(&shop, &order, &refunds[0], 0).await;
        assert_eq!(shop.read(&order).await["payment_status"], "partially_refunded");
        let bounced = received(RefundFailed {
            refund_id: refunds[0].refund_id,
            order_id: id_of(&order),
            amount: eur(1999),
            code: "lost_or_stolen_card".into(),
        });
        for _ in 0..2 {
            events::on_refund_failed(shop.app.clone(), bounced.clone()).await.expect("applied");
        }
        let seen = shop.read(&order).await;
        assert_eq!((&seen["payment_status"], &seen["refunded"]["amount"]), (&json!("paid"), &json!(0)));
        assert_eq!(seen["problems"][0]["code"], "refund_failed");
        let list = owner.get(&format!("/orders/{}/returns", id_of(&order))).await.expect(200);
        let back = &list["items"][0];
        assert_eq!((&back["status"], &back["refunded"]["amount"]), (&json!("inspected"), &json!(0)));
        set(&shop, &request, &json!({"status": "refunded"})).await.expect(200);
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!((refunds.len(), refunds[1].amount), (2, Some(eur(1999))));
        refunded(&shop, &order, &refunds[1], 0).await;
        assert_eq!(shop.read(&order).await["refunded"]["amount"], 1999);
        shop.sound().await;
    }
}

#[tokio::test]
async fn never_more_goes_back_than_is_left() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 2)]).await;
        shop.deliver(&order, &[("MUG", 2)]).await;
        // Goodwill went out before, by hand.
        let goodwill = RefundRequested {
            refund_id: RefundId::new(),
            order_id: id_of(&order),
            payment_id: None,
            amount: Some(eur(4000)),
            reason: String::new(),
            return_id: None,
        };
        refunded(&shop, &order, &goodwill, 0).await;
        let request = open(&owner, &order, &json!([{"sku": "MUG", "quantity": 2}])).await.expect(201);
        set(&shop, &request, &json!({"status": "approved"})).await.expect(200);
        let back = set(&shop, &request, &json!({"status": "received"})).await.expect(200);
        assert_eq!(back["refund"]["amount"]["amount"], total_of(&order).amount - 4000);
        shop.sound().await;
    }
}

#[tokio::test]
async fn the_window_closes_for_buyers_not_for_staff() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        shop.deliver(&order, &[("MUG", 1)]).await;
        let mut config = (*shop.app.config).clone();
        config.return_window_days = 0;
        let late = orders::App { config: std::sync::Arc::new(config), ..shop.app.clone() };
        let late = Client::new(orders::router(late));
        let path = format!("/orders/{}/returns", id_of(&order));
        let body = json!({"lines": [{"sku": "MUG", "quantity": 1}]});
        let token = order["guest_token"].as_str().expect("a token");
        assert_eq!(late.with("order-token", token).post(&path, &body).await.problem(409), "return_window_closed");
        let staff = late.bearing(&shop.tokens.staff(&[Permission::ReturnsWrite]));
        let request = staff.post(&path, &body).await.expect(201);
        let inbox = shop.admin().get("/returns?status=requested").await.expect(200);
        assert_eq!(inbox["items"][0]["id"], request["id"]);
        assert_eq!(shop.admin().get("/returns?status=closed").await.expect(200)["items"], json!([]));
        let stranger = shop.customer(UserId::new());
        let id = request["id"].as_str().expect("an id");
        assert_eq!(stranger.get(&format!("/returns/{id}")).await.problem(404), "not_found");
        assert_eq!(
            stranger.put(&format!("/returns/{id}"), &json!({"status": "cancelled"})).await.problem(404),
            "not_found"
        );
        owner.get(&format!("/returns/{id}")).await.expect(200);
    }
}
