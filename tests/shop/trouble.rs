//! What the world does to a shop: a full disk, a store that somebody else holds, a provider that does not answer,
//! events that are poisoned or told again backwards. Sales may have to wait; nothing is lost, and no books break.

use std::time::Duration;

use chrono::DateTime;
use contracts::{
    Envelope, Event,
    events::{OrderCreated, PaymentProcessed, ProductChanged},
    ids::EventId,
};
use db::Db;
use payments::provider::PaymentProvider;
use sea_orm_migration::sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::{
    running::{ADMIN, ADMIN_PASSWORD, RunningShop, kinds},
    shopper::{Shopper, berlin, items},
};

/// How long what a provider left open may take to be settled.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_full_disk_holds_sales_up_and_loses_none() {
    let shop = RunningShop::open("sqlite").await;
    let guest = Shopper::new(&shop.url);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    let (sku, _) = guest.pick().await;
    admin.put(&format!("/inventory/{sku}"), &json!({"on_hand": 5_000, "reason": "counted"})).await.expect(200);
    let request = order_of(&guest, &sku).await;
    let mut unpaid = Vec::new();
    for store in ["orders", "catalog"] {
        fill(store_of(&shop, store)).await;
        let (refused, placed) = until_refused(&guest, &request, store).await;
        unpaid.extend(placed);
        make_room(store_of(&shop, store)).await;
        unpaid.push(refused.post("/orders", &request).await.expect(201));
    }

    let payments = store_of(&shop, "payments");
    fill(payments).await;
    let mut held_up = 0;
    for order in &unpaid {
        let answer = guest.owning(order).pay(order, "tok_visa").await;
        assert!([200, 202, 503].contains(&answer.status.as_u16()), "{}", answer.text);
        held_up += usize::from(answer.status.as_u16() != 200);
    }
    make_room(payments).await;
    assert!(held_up > 0, "{} payments went through on a full disk", unpaid.len());
    for order in &unpaid {
        let guest = guest.owning(order);
        let status = guest.pay(order, "tok_visa").await;
        assert!([200, 202, 409].contains(&status.status.as_u16()), "{}", status.text);
        if settled(&guest, order).await["status"] == "requires_payment_method" {
            guest.pay(order, "tok_visa").await.expect(200);
        }
        until(&guest, order, "processing").await;
        assert_eq!(charges(&shop, order).await, 1);
    }
    shop.close().await;
}

#[tokio::test]
async fn a_store_that_somebody_else_holds_is_waited_for() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let guest = Shopper::new(&shop.url).with("idempotency-key", "ordered-while-busy");
        let (sku, _) = guest.pick().await;
        let request = order_of(&guest, &sku).await;
        let held = store_of(&shop, "orders").begin().await.expect("begins");
        if kind == "postgres" {
            held.execute_unprepared("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE").await.expect("locks");
        }
        let asked = {
            let (guest, request) = (guest.clone(), request.clone());
            tokio::spawn(async move { guest.post("/orders", &request).await })
        };
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(guest.get("/products?limit=1").await.status.as_u16(), 200, "looking around goes on, on {kind}");
        held.rollback().await.expect("lets go");
        let answer = asked.await.expect("the shopper waits");
        assert_eq!(answer.status.as_u16(), 201, "on {kind}: {}", answer.text);
        let again = guest.post("/orders", &request).await.expect(201);
        assert_eq!(again["id"], answer.body["id"], "on {kind}");
        shop.close().await;
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_charges_once_or_not_at_all() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let guest = Shopper::new(&shop.url);
        let (sku, _) = guest.pick().await;
        for token in ["tok_timeout", "tok_timeoutBeforeEffect"] {
            let order = guest.order(&items(&sku, 1), "waiting@example.test").await;
            let guest = guest.owning(&order);
            assert_eq!(guest.pay(&order, token).await.expect(202)["status"], "processing", "{token} on {kind}");
            let ended = settled(&guest, &order).await;
            if ended["status"] == "requires_payment_method" {
                guest.pay(&order, "tok_visa").await.expect(200);
            }
            shop.quiet().await;
            assert_eq!(guest.see(&order).await["payment_status"], "paid", "{token} on {kind}");
            assert_eq!(charges(&shop, &order).await, 1, "{token} on {kind}");
        }
        shop.close().await;
    }
}

#[tokio::test]
async fn a_poisoned_event_holds_up_its_own_order_and_no_other() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let guest = Shopper::new(&shop.url);
        let (sku, _) = guest.pick().await;
        let order = guest.order(&items(&sku, 1), "poisoned@example.test").await;
        shop.quiet().await;
        let created = told(&shop).await.into_iter().find(Envelope::is::<OrderCreated>).expect("the order was told of");
        let poison = Envelope {
            id: EventId::new(),
            source: format!("/{}", PaymentProcessed::SERVICE),
            kind: PaymentProcessed::TYPE.to_owned(),
            data: json!({"order_id": "this is no id"}),
            ..created
        };
        shop.shop.log().publish(std::slice::from_ref(&poison)).await.expect("the log takes it");
        let orders = store_of(&shop, "orders");
        let cause = until_parked(orders, &poison).await;
        assert!(cause.contains("unreadable"), "the cause is kept on {kind}: {cause}");

        // Another order goes its way, and that of the poisoned one waits until someone has looked.
        let other = guest.order(&items(&sku, 1), "healthy@example.test").await;
        guest.owning(&other).pay(&other, "tok_visa").await.expect(200);
        guest.owning(&order).pay(&order, "tok_visa").await.expect(200);
        until(&guest.owning(&other), &other, "processing").await;
        assert_eq!(guest.owning(&order).see(&order).await["status"], "pending", "on {kind}");
        let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
        let parked = admin.get("/events/parked?service=orders").await.expect(200);
        assert_eq!((&parked["items"][0]["id"], &parked["silent"]), (&json!(poison.id), &json!([])), "on {kind}");
        assert_eq!(parked["items"][1]["waits_behind"], json!(poison.id));
        let path = format!("/events/parked/orders/{}", poison.id);
        admin.post(&format!("{path}/retry"), &json!({})).await.expect(202);
        admin.post(&format!("{path}/skip"), &json!({"reason": "it was never true"})).await.expect(200);
        until(&guest.owning(&order), &order, "processing").await;
        shop.close().await;
    }
}

#[tokio::test]
async fn facts_that_are_told_again_backwards_change_nothing() {
    for kind in kinds().await {
        let shop = RunningShop::open(kind).await;
        let guest = Shopper::new(&shop.url);
        let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
        let (sku, _) = guest.pick().await;
        let order = guest.order(&items(&sku, 2), "backwards@example.test").await;
        let guest = guest.owning(&order);
        guest.pay(&order, "tok_visa").await.expect(200);
        shop.quiet().await;
        for status in ["shipped", "delivered"] {
            admin.move_order(&order, status).await.expect(200);
            shop.quiet().await;
        }
        let mails = guest.mails("backwards@example.test", 3).await;
        let state = (seen(&guest, &order).await, admin.get(&format!("/inventory/{sku}")).await.expect(200));

        // Newest first, and under new ids, so that no inbox knows them.
        let again = told(&shop).await.into_iter().filter(|envelope| !envelope.is::<ProductChanged>());
        let again: Vec<Envelope> = again.map(|envelope| Envelope { id: EventId::new(), ..envelope }).collect();
        assert!(again.len() >= 5, "a sale is told in several events: {}", again.len());
        shop.shop.log().publish(&again).await.expect("the log takes them");
        shop.quiet().await;
        let after = (seen(&guest, &order).await, admin.get(&format!("/inventory/{sku}")).await.expect(200));
        assert_eq!(after, state, "on {kind}");
        assert_eq!(guest.mails("backwards@example.test", 3).await, mails, "on {kind}");
        shop.close().await;
    }
}

async fn order_of(guest: &Shopper, sku: &str) -> Value {
    let items = items(sku, 1);
    let delivery = guest.delivery(&items).await;
    json!({"items": items, "email": "patient@example.test", "shipping_address": berlin(), "shipping_option": delivery["id"]})
}

fn store_of<'a>(shop: &'a RunningShop, service: &str) -> &'a Db {
    shop.shop.stores().find(|(name, _)| name.name() == service).map(|(_, db)| db).expect("it has a store")
}

/// Leaves no room in a SQLite file, as on a full disk: it may not grow, and what was free in it is taken.
async fn fill(store: &Db) {
    let tx = store.begin().await.expect("begins");
    tx.execute_unprepared("CREATE TABLE IF NOT EXISTS filler (bytes BLOB)").await.expect("makes the table");
    tx.commit().await.expect("commits");
    let tx = store.begin().await.expect("begins");
    tx.execute_unprepared("PRAGMA max_page_count = 1").await.expect("as small as the file is");
    tx.commit().await.expect("commits");
    for bytes in [3_000, 300] {
        while {
            let tx = store.begin().await.expect("begins");
            let filled = tx.execute_unprepared(&format!("INSERT INTO filler VALUES (zeroblob({bytes}))")).await;
            filled.is_ok() && tx.commit().await.is_ok()
        } {}
    }
}

async fn make_room(store: &Db) {
    let tx = store.begin().await.expect("begins");
    tx.execute_unprepared("PRAGMA max_page_count = 1000000").await.expect("there is space again");
    tx.commit().await.expect("commits");
}

/// Orders again and again, each time under another key, until the shop has no room for it: the shopper with the key of
/// the order that was refused, and the orders that still fitted in.
async fn until_refused(guest: &Shopper, request: &Value, store: &str) -> (Shopper, Vec<Value>) {
    let mut placed = Vec::new();
    for number in 0..200 {
        let guest = guest.with("idempotency-key", &format!("{store}-{number}"));
        let answer = guest.post("/orders", request).await;
        match answer.status.as_u16() {
            201 => placed.push(answer.body),
            503 => return (guest, placed),
            _ => panic!("the answer of a shop whose {store} are full: {}", answer.text),
        }
    }
    panic!("200 orders fitted on a full disk");
}

/// The payment of `order` once nothing about it is open any more.
async fn settled(guest: &Shopper, order: &Value) -> Value {
    let path = format!("/payment/status?order_id={}", order["id"].as_str().expect("an id"));
    for _ in 0..SETTLED_WITHIN.as_millis() / PAUSE.as_millis() {
        let status = guest.get(&path).await;
        if status.status.is_success() && status.body["status"] != "processing" {
            return status.body;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("the payment of {} was never settled", order["number"]);
}

async fn until(guest: &Shopper, order: &Value, status: &str) {
    for _ in 0..SETTLED_WITHIN.as_millis() / PAUSE.as_millis() {
        if guest.see(order).await["status"] == status {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{} never became {status}", order["number"]);
}

/// The order without the time when somebody last looked at it with a pen in hand.
async fn seen(guest: &Shopper, order: &Value) -> Value {
    let mut seen = guest.see(order).await;
    seen["updated_at"].take();
    seen
}

/// Why `event` is parked, once it is.
async fn until_parked(store: &Db, event: &Envelope) -> String {
    for _ in 0..SETTLED_WITHIN.as_millis() / PAUSE.as_millis() {
        let parked = db::parked::list(store.reader(), 10).await.expect("can be read");
        if let Some(parked) = parked.into_iter().find(|parked| parked.envelope.id == event.id) {
            return parked.cause;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{} was never parked", event.kind);
}

/// What the services have told each other, newest first.
async fn told(shop: &RunningShop) -> Vec<Envelope> {
    let deliveries = shop.shop.log().recent(1_000).await.expect("the log can be read");
    deliveries.into_iter().map(|delivery| delivery.envelope).collect()
}

/// How often the provider took money for `order`.
async fn charges(shop: &RunningShop, order: &Value) -> usize {
    let sandbox = shop.shop.payments.as_ref().expect("payments runs").sandbox();
    let charges = sandbox.list(DateTime::UNIX_EPOCH, None, 1_000).await.expect("the sandbox answers");
    charges.iter().filter(|charge| order["id"] == charge.order_id.to_string() && charge.captured_minor > 0).count()
}
