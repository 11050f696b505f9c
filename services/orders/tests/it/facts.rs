//! What other services tell: each event once, twice, late, out of order, and in races with people.

use std::collections::HashSet;

use chrono::Duration;
use contracts::{
    events::{
        DisputeClosed, DisputeOpened, EmailVerified, OrderErased, OrderStatusChanged, PaymentAuthorized, PaymentFailed,
        PaymentVoided, RefundFailed, RefundProcessed, RefundRequested, ShipmentStatus, StockShort, UserErased,
    },
    ids::{DisputeId, OrderId, PaymentId, RefundId, ShipmentId, UserId},
    order::OrderStatus,
    time,
};
use orders::events;
use serde_json::{Value, json};

use crate::shop::{Shop, eur, id_of, order_of, received, shops, shops_with, total_of};

async fn moves(shop: &Shop) -> Vec<(OrderStatus, OrderStatus)> {
    shop.events::<OrderStatusChanged>().await.iter().map(|event| (event.from, event.to)).collect()
}

fn problems(order: &Value) -> Vec<&str> {
    order["problems"].as_array().expect("a list").iter().filter_map(|problem| problem["code"].as_str()).collect()
}

#[tokio::test]
async fn a_payment_moves_the_order_once() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        let event = Shop::payment(&order, total_of(&order));
        for _ in 0..3 {
            events::on_payment_processed(shop.app.clone(), event.clone()).await.expect("applied");
        }
        let paid = owner.get(&format!("/orders/{}", id_of(&order))).await.expect(200);
        assert_eq!((&paid["status"], &paid["payment_status"]), (&json!("processing"), &json!("paid")));
        assert_eq!(paid["expires_at"], Value::Null);
        assert_eq!(moves(&shop).await, [(OrderStatus::Pending, OrderStatus::Processing)]);
        shop.sound().await;
    }
}

#[tokio::test]
async fn the_same_event_in_parallel_is_applied_once() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let event = Shop::payment(&order, total_of(&order));
        let tasks: Vec<_> =
            (0..10).map(|_| tokio::spawn(events::on_payment_processed(shop.app.clone(), event.clone()))).collect();
        for task in tasks {
            task.await.expect("ends").expect("applied");
        }
        assert_eq!(moves(&shop).await.len(), 1);
        shop.sound().await;
    }
}

#[tokio::test]
async fn the_wrong_amount_is_not_fulfilled_and_goes_back_in_the_end() {
    for shop in shops_with(|config| config.payment_window_secs = 1).await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        events::on_payment_processed(shop.app.clone(), Shop::payment(&order, eur(1))).await.expect("applied");
        let seen = shop.read(&order).await;
        assert_eq!((&seen["status"], &seen["payment_status"]), (&json!("pending"), &json!("partially_paid")));
        assert_eq!(problems(&seen), ["amount_mismatch"]);
        let yen = contracts::Money::new(2489, contracts::Currency::JPY);
        events::on_payment_processed(shop.app.clone(), Shop::payment(&order, yen)).await.expect("applied");
        assert_eq!(problems(&shop.read(&order).await), ["amount_mismatch", "currency_mismatch"]);
        while orders::jobs::sweep(&shop.app).await.expect("sweeps").expired_orders == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let seen = shop.read(&order).await;
        assert_eq!(seen["status"], "cancelled");
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!(refunds.len(), 1);
        assert_eq!(refunds[0].amount, None, "whatever was captured");
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_payment_that_comes_too_late_goes_back() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        owner.post(&format!("/orders/{}/cancel", id_of(&order)), &json!({})).await.expect(200);
        assert!(shop.events::<RefundRequested>().await.is_empty(), "nothing was paid yet");
        let event = Shop::payment(&order, total_of(&order));
        for _ in 0..2 {
            events::on_payment_processed(shop.app.clone(), event.clone()).await.expect("applied");
        }
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!(refunds.len(), 1);
        assert_eq!((refunds[0].amount, refunds[0].reason.as_str()), (Some(total_of(&order)), "late_payment"));
        let seen = shop.read(&order).await;
        assert_eq!((&seen["status"], &seen["payment_status"]), (&json!("cancelled"), &json!("paid")));
        refunded(&shop, &order, refunds[0].refund_id, total_of(&order).amount).await;
        assert_eq!(shop.read(&order).await["payment_status"], "refunded");
        shop.sound().await;
    }
}

/// The order was cancelled while the buyer confirmed the payment: held money goes back as paid money does.
#[tokio::test]
async fn a_hold_that_comes_too_late_is_let_go() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        owner.post(&format!("/orders/{}/cancel", id_of(&order)), &json!({})).await.expect(200);
        let payment_id = PaymentId::new();
        let held = received(PaymentAuthorized { payment_id, order_id: id_of(&order), amount: total_of(&order) });
        for _ in 0..2 {
            events::on_payment_authorized(shop.app.clone(), held.clone()).await.expect("applied");
        }
        let asked = shop.events::<RefundRequested>().await;
        assert_eq!((asked.len(), asked[0].payment_id, asked[0].amount), (1, Some(payment_id), None));
        // Payments lets it go, and says so twice: there was nothing to refund, and nothing is held any more.
        let voided = received(RefundFailed {
            refund_id: asked[0].refund_id,
            order_id: id_of(&order),
            amount: eur(0),
            code: "voided".into(),
        });
        events::on_refund_failed(shop.app.clone(), voided).await.expect("applied");
        let seen = shop.read(&order).await;
        assert_eq!(problems(&seen), Vec::<&str>::new(), "nothing for staff to look at");
        assert_eq!((&seen["status"], &seen["payment_status"]), (&json!("cancelled"), &json!("voided")));
        shop.sound().await;
    }
}

#[tokio::test]
async fn what_went_back_of_several_payments_adds_up() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        let total = total_of(&order);
        let payments = [shop.pay(&order).await, shop.pay(&order).await];
        owner.post(&format!("/orders/{}/cancel", id_of(&order)), &json!({})).await.expect(200);
        assert_eq!(shop.events::<RefundRequested>().await[0].payment_id, Some(payments[1]), "the one on top");
        for payment_id in payments {
            let event = received(RefundProcessed {
                refund_id: RefundId::new(),
                payment_id,
                order_id: id_of(&order),
                amount: total,
                // Of this payment, as payments counts.
                refunded_total: total,
                captured_total: total,
                reason: "cancelled".into(),
            });
            events::on_refund_processed(shop.app.clone(), event).await.expect("applied");
        }
        let seen = shop.read(&order).await;
        assert_eq!(seen["refunded"]["amount"], 2 * total.amount);
        assert_eq!(seen["payment_status"], "refunded");
        shop.sound().await;
    }
}

#[tokio::test]
async fn money_lost_to_a_dispute_stays_lost() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let payment_id = shop.pay(&order).await;
        let dispute_id = DisputeId::new();
        let lost = received(DisputeClosed { dispute_id, payment_id, order_id: id_of(&order), won: false });
        events::on_dispute_closed(shop.app.clone(), lost).await.expect("applied");
        let seen = shop.read(&order).await;
        assert_eq!((&seen["payment_status"], problems(&seen)), (&json!("disputed"), vec!["dispute_lost"]));
        let path = format!("/orders/{}/status", id_of(&order));
        let refused = shop.admin().put(&path, &json!({"status": "shipped"})).await.expect(409);
        assert_eq!(refused["allowed"], json!(["cancelled"]), "nothing is shipped for money that is gone");
        shop.sound().await;
    }
}

async fn refunded(shop: &Shop, order: &Value, refund_id: RefundId, refunded_total: i64) {
    let event = received(RefundProcessed {
        refund_id,
        payment_id: PaymentId::new(),
        order_id: id_of(order),
        amount: eur(refunded_total),
        refunded_total: eur(refunded_total),
        captured_total: total_of(order),
        reason: "requested".into(),
    });
    for _ in 0..2 {
        events::on_refund_processed(shop.app.clone(), event.clone()).await.expect("applied");
    }
}

#[tokio::test]
async fn a_second_payment_goes_back() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        shop.pay(&order).await;
        shop.pay(&order).await;
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!(refunds.len(), 1);
        assert_eq!(refunds[0].amount, Some(total_of(&order)));
        assert_eq!(problems(&shop.read(&order).await), ["paid_twice"]);
        assert_eq!(shop.read(&order).await["status"], "processing");
        shop.sound().await;
    }
}

#[tokio::test]
async fn cancelling_gives_back_what_was_paid_once() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        shop.pay(&order).await;
        let path = format!("/orders/{}/cancel", id_of(&order));
        let keyed = owner.with("idempotency-key", "stop");
        let first = keyed.post(&path, &json!({"reason": "ordered twice"})).await;
        let again = keyed.post(&path, &json!({"reason": "ordered twice"})).await;
        assert_eq!(first.bytes, again.bytes);
        let view = first.expect(200);
        assert_eq!((&view["status"], &view["fulfillment_status"]), (&json!("cancelled"), &json!("cancelled")));
        assert_eq!(view["history"].as_array().and_then(|all| all.last()).expect("an entry")["actor"], "guest");
        assert_eq!(owner.post(&path, &json!({})).await.problem(409), "wrong_status");
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!(refunds.len(), 1);
        let told = shop.events::<OrderStatusChanged>().await;
        assert_eq!(told.last().and_then(|event| event.reason.clone()).as_deref(), Some("ordered twice"));
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_body_is_not_needed_to_cancel() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        let path = format!("/orders/{}/cancel", id_of(&order));
        owner.send("POST", &path, axum::body::Body::empty(), None).await.expect(200);
    }
}

#[tokio::test]
async fn paying_and_cancelling_at_once_never_keeps_the_money_of_a_cancelled_order() {
    for shop in shops().await {
        for _ in 0..5 {
            let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
            let path = format!("/orders/{}/cancel", id_of(&order));
            let cancelling = tokio::spawn(async move { owner.post(&path, &json!({})).await.expect(200) });
            let event = Shop::payment(&order, total_of(&order));
            events::on_payment_processed(shop.app.clone(), event).await.expect("applied");
            cancelling.await.expect("ends");
            assert_eq!(shop.read(&order).await["status"], "cancelled");
            let refunds = shop.events::<RefundRequested>().await;
            let own: Vec<_> = refunds.iter().filter(|refund| refund.order_id == id_of(&order)).collect();
            assert_eq!(own.len(), 1, "exactly one refund, whoever came first");
        }
        shop.sound().await;
    }
}

/// Sweeps until an order's time is over. Each was placed a moment after the other.
async fn expire_one(shop: &Shop) {
    loop {
        match orders::jobs::sweep(&shop.app).await.expect("sweeps").expired_orders {
            0 => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            expired => return assert_eq!(expired, 1),
        }
    }
}

#[tokio::test]
async fn unpaid_orders_expire_and_paid_ones_do_not() {
    for shop in shops_with(|config| config.payment_window_secs = 1).await {
        let (unpaid, _) = shop.ordered(&[("MUG", 1)]).await;
        let (paid, _) = shop.ordered(&[("MUG", 1)]).await;
        let (held, _) = shop.ordered(&[("MUG", 1)]).await;
        shop.pay(&paid).await;
        let authorized = received(PaymentAuthorized {
            payment_id: PaymentId::new(),
            order_id: id_of(&held),
            amount: total_of(&held),
        });
        for _ in 0..2 {
            events::on_payment_authorized(shop.app.clone(), authorized.clone()).await.expect("applied");
        }
        assert_eq!(shop.read(&held).await["payment_status"], "authorized");
        expire_one(&shop).await;
        assert_eq!(orders::jobs::sweep(&shop.app).await.expect("sweeps"), orders::jobs::Swept::default());
        assert_eq!(shop.read(&unpaid).await["status"], "cancelled");
        assert_eq!(shop.read(&paid).await["status"], "processing");
        assert_eq!(shop.read(&held).await["status"], "pending");
        let told = shop.events::<OrderStatusChanged>().await;
        assert_eq!(told.last().and_then(|event| event.reason.clone()).as_deref(), Some("expired"));
        let voided = received(PaymentVoided {
            payment_id: authorized.payment_id,
            order_id: id_of(&held),
            amount: total_of(&held),
            reason: "authorization_expired".into(),
        });
        events::on_payment_voided(shop.app.clone(), voided).await.expect("applied");
        expire_one(&shop).await;
        shop.sound().await;
    }
}

#[tokio::test]
async fn stock_that_is_gone_ends_the_order_and_returns_the_money() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        shop.pay(&order).await;
        let event = received(StockShort { order_id: id_of(&order), skus: vec!["MUG".into()] });
        for _ in 0..2 {
            events::on_stock_short(shop.app.clone(), event.clone()).await.expect("applied");
        }
        let seen = shop.read(&order).await;
        assert_eq!(seen["status"], "cancelled");
        assert_eq!(shop.events::<RefundRequested>().await.len(), 1);
        shop.sound().await;
    }
}

#[tokio::test]
async fn parcels_add_up_to_an_order() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 2), ("TEA", 1)]).await;
        shop.pay(&order).await;
        let (first, second) = (ShipmentId::new(), ShipmentId::new());
        let tell = async |id, status, items: &[(&str, u32)]| {
            let event = Shop::shipment(&order, id, status, items);
            for _ in 0..2 {
                events::on_shipping_updated(shop.app.clone(), event.clone()).await.expect("applied");
            }
            let seen = shop.read(&order).await;
            (
                seen["status"].as_str().expect("text").to_owned(),
                seen["fulfillment_status"].as_str().expect("text").to_owned(),
            )
        };
        let is = |status: &str, goods: &str| (status.to_owned(), goods.to_owned());
        assert_eq!(tell(first, ShipmentStatus::LabelCreated, &[("MUG", 1)]).await, is("processing", "unfulfilled"));
        assert_eq!(tell(first, ShipmentStatus::Shipped, &[("MUG", 1)]).await, is("processing", "partially_shipped"));
        let cancel = shop.admin().post(&format!("/orders/{}/cancel", id_of(&order)), &json!({})).await;
        assert_eq!(cancel.problem(409), "wrong_status", "part of it is under way");
        let rest = [("MUG", 1), ("TEA", 1)];
        assert_eq!(tell(second, ShipmentStatus::Shipped, &rest).await, is("shipped", "shipped"));
        assert_eq!(tell(first, ShipmentStatus::Delivered, &[("MUG", 1)]).await, is("shipped", "shipped"));
        // News of an earlier state comes late: nothing goes back.
        assert_eq!(tell(first, ShipmentStatus::Shipped, &[("MUG", 1)]).await, is("shipped", "shipped"));
        assert_eq!(tell(second, ShipmentStatus::Delivered, &rest).await, is("delivered", "delivered"));
        assert_eq!(moves(&shop).await.len(), 3);
        let exercised = shop.sound().await;
        assert!(exercised["I39"] > 0 && exercised["I24"] > 0 && exercised["I31"] > 0);
    }
}

#[tokio::test]
async fn a_parcel_that_is_delivered_before_it_was_sent_takes_both_steps() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        shop.pay(&order).await;
        let event = Shop::shipment(&order, ShipmentId::new(), ShipmentStatus::Delivered, &[("MUG", 1)]);
        events::on_shipping_updated(shop.app.clone(), event).await.expect("applied");
        use OrderStatus::{Delivered, Pending, Processing, Shipped};
        assert_eq!(moves(&shop).await, [(Pending, Processing), (Processing, Shipped), (Shipped, Delivered)]);
        shop.sound().await;
    }
}

#[tokio::test]
async fn staff_move_orders_along_their_life_only() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let path = format!("/orders/{}/status", id_of(&order));
        let admin = shop.admin();
        let set = async |status: &str| admin.put(&path, &json!({"status": status})).await;
        for status in ["shipped", "delivered", "processing", "pending"] {
            let refused = set(status).await.expect(409);
            assert_eq!((&refused["code"], &refused["allowed"]), (&json!("wrong_status"), &json!(["cancelled"])));
        }
        assert_eq!(set("lost").await.status, 422);
        shop.pay(&order).await;
        assert_eq!(set("delivered").await.expect(409)["allowed"], json!(["cancelled", "shipped"]));
        assert_eq!(set("shipped").await.expect(200)["fulfillment_status"], "shipped");
        assert_eq!(set("cancelled").await.expect(409)["allowed"], json!(["delivered"]));
        let delivered = set("delivered").await.expect(200);
        assert!(delivered["delivered_at"].is_string());
        assert!(
            delivered["history"].as_array().and_then(|all| all.last()).expect("one")["actor"]
                .to_string()
                .contains("staff:")
        );
        assert_eq!(set("cancelled").await.expect(409)["allowed"], json!([]));
        shop.sound().await;
    }
}

#[tokio::test]
async fn twenty_clerks_ship_one_order_once() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        shop.pay(&order).await;
        let path = format!("/orders/{}/status", id_of(&order));
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (admin, path) = (shop.admin(), path.clone());
                tokio::spawn(async move { admin.put(&path, &json!({"status": "shipped"})).await.status.as_u16() })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            let status = task.await.expect("ends");
            assert!(matches!(status, 200 | 409), "{status}");
            won += u32::from(status == 200);
        }
        assert_eq!(won, 1);
        assert_eq!(moves(&shop).await.len(), 2);
        shop.sound().await;
    }
}

#[tokio::test]
async fn disputes_block_shipping_and_end_in_any_order() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let payment_id = shop.pay(&order).await;
        let opened = |dispute_id| {
            received(DisputeOpened {
                dispute_id,
                payment_id,
                order_id: id_of(&order),
                amount: total_of(&order),
                reason: "fraudulent".into(),
                evidence_due_by: time::now(),
            })
        };
        let closed =
            |dispute_id| received(DisputeClosed { dispute_id, payment_id, order_id: id_of(&order), won: true });
        let (first, second) = (DisputeId::new(), DisputeId::new());
        events::on_dispute_opened(shop.app.clone(), opened(first)).await.expect("applied");
        assert_eq!(shop.read(&order).await["payment_status"], "disputed");
        let path = format!("/orders/{}/status", id_of(&order));
        assert_eq!(shop.admin().put(&path, &json!({"status": "shipped"})).await.problem(409), "wrong_status");
        events::on_dispute_closed(shop.app.clone(), closed(first)).await.expect("applied");
        assert_eq!(shop.read(&order).await["payment_status"], "paid");
        events::on_dispute_closed(shop.app.clone(), closed(second)).await.expect("applied");
        events::on_dispute_opened(shop.app.clone(), opened(second)).await.expect("applied");
        assert_eq!(shop.read(&order).await["payment_status"], "paid", "closed stays closed");
        shop.sound().await;
    }
}

#[tokio::test]
async fn failures_are_noted_and_change_nothing() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("MUG", 1)]).await;
        let failed = received(PaymentFailed {
            payment_id: PaymentId::new(),
            order_id: id_of(&order),
            code: "card_declined".into(),
        });
        events::on_payment_failed(shop.app.clone(), failed).await.expect("applied");
        shop.pay(&order).await;
        let failed = received(RefundFailed {
            refund_id: RefundId::new(),
            order_id: id_of(&order),
            amount: eur(1),
            code: "insufficient_balance".into(),
        });
        events::on_refund_failed(shop.app.clone(), failed).await.expect("applied");
        let seen = shop.read(&order).await;
        assert_eq!(seen["status"], "processing");
        assert_eq!(problems(&seen), ["refund_failed"]);
        let kinds: Vec<&str> =
            seen["history"].as_array().expect("a list").iter().filter_map(|entry| entry["kind"].as_str()).collect();
        assert_eq!(kinds, ["placed", "payment_failed", "payment_processed", "status", "refund_failed"]);
    }
}

#[tokio::test]
async fn an_event_of_an_order_that_is_not_here_is_not_swallowed() {
    for shop in shops().await {
        let order = json!({"id": UserId::new()});
        let outcome = events::on_payment_processed(shop.app.clone(), Shop::payment(&order, eur(1))).await;
        assert!(matches!(outcome, Err(orders::Error::UnknownOrder)));
    }
}

#[tokio::test]
async fn a_proven_address_brings_its_guest_orders_along() {
    for shop in shops().await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        let user_id = UserId::new();
        let path = format!("/orders/{}", id_of(&order));
        assert_eq!(shop.customer(user_id).get(&path).await.problem(404), "not_found");
        let event = received(EmailVerified { user_id, email: "GUEST@example.test".into() });
        let mut earlier = event.clone();
        earlier.id = contracts::ids::EventId::new();
        earlier.occurred_at -= Duration::hours(1);
        events::on_email_verified(shop.app.clone(), earlier).await.expect("applied");
        assert_eq!(shop.customer(user_id).get(&path).await.problem(404), "not_found", "it was placed later");
        for _ in 0..2 {
            events::on_email_verified(shop.app.clone(), event.clone()).await.expect("applied");
        }
        shop.customer(user_id).get(&path).await.expect(200);
        assert_eq!(owner.get(&path).await.problem(404), "not_found", "one owner");
        let mine = shop.customer(user_id).get("/orders").await.expect(200);
        assert_eq!(mine["items"].as_array().map(Vec::len), Some(1));
        shop.sound().await;
    }
}

#[tokio::test]
async fn an_erased_account_leaves_amounts_and_nobody() {
    for shop in shops().await {
        let user_id = UserId::new();
        let order = shop.customer(user_id).post("/orders", &order_of(&[("MUG", 1)])).await.expect(201);
        shop.deliver(&order, &[("MUG", 1)]).await;
        let back = json!({"lines": [{"sku": "MUG", "quantity": 1, "reason": "Torstraße is flooded"}], "note": "call Ms. Lovelace"});
        let me = shop.customer(user_id);
        let path = format!("/orders/{}", id_of(&order));
        me.post(&format!("{path}/returns"), &back).await.expect(201);
        let cancelled = me.post("/orders", &order_of(&[("TEA", 1)])).await.expect(201);
        let because = json!({"reason": "Lovelace has moved"});
        me.post(&format!("/orders/{}/cancel", id_of(&cancelled)), &because).await.expect(200);
        let event = received(UserErased { user_id, erased_at: time::now() });
        events::on_user_erased(shop.app.clone(), event).await.expect("applied");
        let seen = shop.read(&order).await;
        assert_eq!(seen["totals"], order["totals"]);
        let returns = shop.admin().get(&format!("{path}/returns")).await.expect(200);
        let text = format!("{seen}{returns}{}", shop.read(&cancelled).await).to_lowercase();
        assert!(!text.contains("lovelace") && !text.contains("torstra") && !text.contains("guest@"), "{text}");
        let told = shop.events::<OrderErased>().await;
        let told: HashSet<OrderId> = told.iter().map(|event| event.order_id).collect();
        assert_eq!(told, HashSet::from([id_of(&order), id_of(&cancelled)]));
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_refund_nobody_answers_is_asked_for_again_under_its_id() {
    for shop in shops_with(|config| config.refund_repeat_secs = 60).await {
        let (order, owner) = shop.ordered(&[("MUG", 1)]).await;
        shop.pay(&order).await;
        owner.post(&format!("/orders/{}/cancel", id_of(&order)), &json!({})).await.expect(200);
        assert_eq!(orders::jobs::sweep(&shop.app).await.expect("sweeps").repeated_refunds, 0);
        let mut config = (*shop.app.config).clone();
        // As if the minute had passed.
        config.refund_repeat_secs = 0;
        let app = orders::App { config: std::sync::Arc::new(config), ..shop.app.clone() };
        assert_eq!(orders::jobs::sweep(&app).await.expect("sweeps").repeated_refunds, 1);
        let refunds = shop.events::<RefundRequested>().await;
        assert_eq!(refunds.len(), 2);
        assert_eq!(refunds[0].refund_id, refunds[1].refund_id);
        refunded(&shop, &order, refunds[0].refund_id, total_of(&order).amount).await;
        assert_eq!(orders::jobs::sweep(&app).await.expect("sweeps").repeated_refunds, 0);
    }
}

/// Every event of an order's life, doubled and shuffled: it ends in the same place, with the money where it belongs.
#[tokio::test]
async fn doubled_and_shuffled_events_end_in_the_same_place() {
    use rand::seq::SliceRandom;
    for shop in shops().await {
        for _ in 0..6 {
            let (order, _) = shop.ordered(&[("MUG", 2)]).await;
            let payment = Shop::payment(&order, total_of(&order));
            let (a, b) = (ShipmentId::new(), ShipmentId::new());
            let mut shipments = Vec::new();
            for (id, status) in [
                (a, ShipmentStatus::LabelCreated),
                (a, ShipmentStatus::Shipped),
                (a, ShipmentStatus::Delivered),
                (b, ShipmentStatus::Shipped),
                (b, ShipmentStatus::OutForDelivery),
                (b, ShipmentStatus::Delivered),
            ] {
                let event = Shop::shipment(&order, id, status, &[("MUG", 1)]);
                shipments.extend([event.clone(), event]);
            }
            shipments.shuffle(&mut rand::rng());
            events::on_payment_processed(shop.app.clone(), payment.clone()).await.expect("applied");
            for event in shipments {
                events::on_shipping_updated(shop.app.clone(), event).await.expect("applied");
            }
            events::on_payment_processed(shop.app.clone(), payment).await.expect("applied");
            let seen = shop.read(&order).await;
            assert_eq!((&seen["status"], &seen["payment_status"]), (&json!("delivered"), &json!("paid")));
            assert_eq!(seen["fulfillment_status"], "delivered");
        }
        shop.sound().await;
    }
}
