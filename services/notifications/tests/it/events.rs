//! Events become messages: the right one, to the right person, in their language, once.

use bus::Received;
use contracts::{
    events::{
        AccountSecurityChanged, BackInStock, DisputeOpened, OrderCreated, OrderErased, OrderStatusChanged,
        PaymentFailed, RefundProcessed, ReturnUpdated, SecurityChange, ShipmentStatus, ShippingUpdated, UserErased,
        UserRegistered,
    },
    ids::{DisputeId, PaymentId, ProductId, RefundId, ReturnId, ShipmentId, UserId},
    order::{Item, OrderSnapshot, OrderStatus},
    time,
};
use notifications::{App, Error, events};
use test_support::databases;

use crate::support::{Shop, eur, order, received};

fn status_changed(order: &OrderSnapshot, from: OrderStatus, reason: Option<&str>) -> OrderStatusChanged {
    OrderStatusChanged { order: order.clone(), from, to: order.status, reason: reason.map(str::to_owned) }
}

async fn known(shop: &Shop, order: &OrderSnapshot) {
    let event = received(OrderCreated { order: order.clone() });
    events::on_order_created(shop.app.clone(), event).await.expect("kept");
}

/// Calls the handler twice with the same event, as after a crash, and then with the same fact in a new event.
async fn thrice<E, F, Fut>(shop: &Shop, handler: F, fact: E)
where
    E: Clone,
    F: Fn(App, Received<E>) -> Fut,
    Fut: Future<Output = Result<(), Error>>,
{
    let first = received(fact.clone());
    for event in [first.clone(), first, received(fact)] {
        handler(shop.app.clone(), event).await.expect("applied");
    }
    shop.deliver().await;
}

#[tokio::test]
async fn a_paid_order_is_confirmed_once() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let order = order(OrderStatus::Processing);
        thrice(&shop, events::on_order_status_changed, status_changed(&order, OrderStatus::Pending, None)).await;
        let taken = shop.channel.taken();
        assert_eq!(taken.len(), 1, "{}: {taken:?}", db.kind());
        let mail = &taken[0];
        assert_eq!(mail.to, "Ada@Example.test");
        assert_eq!(mail.subject, "Your order R-4F7K-2M9D is confirmed");
        for part in [
            "€39.98",
            "€24.50",
            "-€2.45",
            "€66.93",
            "Torstraße 1",
            "24–26 November 2026",
            "DHL Paket",
            "2 × Stoneware mug (Sand)",
        ] {
            assert!(mail.text.contains(part), "{part} is missing from {}", mail.text);
        }
        let opens = format!("https://shop.example/order/{}?token=opens-it", order.id);
        assert!(mail.text.contains(&opens), "{}", mail.text);
        let html = mail.html.as_deref().expect("HTML").replace("&#x2f;", "/");
        assert!(html.contains(&opens) && !html.contains("lookup"), "{html}");
        // What is kept opens nothing.
        let kept = shop.log("").await.remove(0);
        let path = format!("/notifications/{}", kept["id"].as_str().expect("an id"));
        let kept = shop.admin().get(&path).await.expect(200).to_string();
        assert!(kept.contains("https://shop.example/order/lookup?number=R-4F7K-2M9D"), "{kept}");
        assert!(!kept.contains("opens-it"), "{kept}");
        shop.sound().await;
        let log = shop.log(&format!("?order_id={}", order.id)).await;
        assert_eq!(log.len(), 1);
        assert_eq!(log[0]["status"], "sent");
        assert_eq!(log[0]["template"], "order_confirmation");
    }
}

#[tokio::test]
async fn a_customers_order_links_to_its_page_and_speaks_their_language() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let mut order = order(OrderStatus::Processing);
    order.user_id = Some(UserId::new());
    order.locale = "ar-KW".into();
    thrice(&shop, events::on_order_status_changed, status_changed(&order, OrderStatus::Pending, None)).await;
    let mail = &shop.channel.taken()[0];
    assert!(mail.text.contains(&format!("https://shop.example/account/orders/{}", order.id)));
    let html = mail.html.as_deref().expect("HTML");
    assert!(html.contains(r#"<html lang="ar" dir="rtl">"#), "{html}");
}

#[tokio::test]
async fn a_cancelled_order_says_why_and_what_happens_to_the_money() {
    let shop = Shop::open(&test_support::sqlite()).await;
    for (from, reason, words) in [
        (OrderStatus::Pending, "expired", ["was not paid in time", "You have not been charged"]),
        (OrderStatus::Processing, "stock_short", ["no longer in stock", "You get back everything"]),
        (OrderStatus::Processing, "something_new", ["was cancelled", "You get back everything"]),
    ] {
        let order = order(OrderStatus::Cancelled);
        let before = shop.channel.taken().len();
        thrice(&shop, events::on_order_status_changed, status_changed(&order, from, Some(reason))).await;
        let taken = shop.channel.taken();
        assert_eq!(taken.len(), before + 1);
        for part in words {
            assert!(taken[before].text.contains(part), "{part} is missing from {}", taken[before].text);
        }
    }
}

#[tokio::test]
async fn other_moves_of_an_order_are_not_told_twice_over() {
    let shop = Shop::open(&test_support::sqlite()).await;
    for status in [OrderStatus::Pending, OrderStatus::Shipped, OrderStatus::Delivered] {
        let order = order(status);
        thrice(&shop, events::on_order_status_changed, status_changed(&order, OrderStatus::Processing, None)).await;
    }
    assert_eq!(shop.channel.taken(), []);
}

#[tokio::test]
async fn messages_about_an_unknown_order_wait_for_it() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let order = order(OrderStatus::Pending);
        let failed = received(PaymentFailed {
            payment_id: PaymentId::new(),
            order_id: order.id,
            code: "insufficient_funds".into(),
        });
        let early = events::on_payment_failed(shop.app.clone(), failed.clone()).await;
        assert!(matches!(early, Err(Error::OrderUnknown)), "{early:?}");
        known(&shop, &order).await;
        events::on_payment_failed(shop.app.clone(), failed.clone()).await.expect("applied");
        events::on_payment_failed(shop.app.clone(), failed).await.expect("applied again");
        shop.deliver().await;
        let taken = shop.channel.taken();
        assert_eq!(taken.len(), 1);
        assert!(taken[0].text.contains("the account does not cover it"), "{}", taken[0].text);
    }
}

#[tokio::test]
async fn a_payment_that_fails_again_and_again_is_told_of_once() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let order = order(OrderStatus::Pending);
    known(&shop, &order).await;
    let fact = PaymentFailed { payment_id: PaymentId::new(), order_id: order.id, code: "card_declined".into() };
    thrice(&shop, events::on_payment_failed, fact).await;
    assert_eq!(shop.channel.taken().len(), 1);
}

#[tokio::test]
async fn refunds_are_told_one_by_one() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let order = order(OrderStatus::Processing);
    known(&shop, &order).await;
    for (amount, total, part) in [(1999, 1999, "a part of your order"), (4694, 6693, "refunded your order")] {
        let fact = RefundProcessed {
            refund_id: RefundId::new(),
            payment_id: PaymentId::new(),
            order_id: order.id,
            amount: eur(amount),
            refunded_total: eur(total),
            captured_total: eur(6693),
            reason: "returned".into(),
        };
        thrice(&shop, events::on_refund_processed, fact).await;
        let mail = shop.channel.taken().pop().expect("a mail");
        assert!(mail.text.contains(part), "{}", mail.text);
    }
    assert_eq!(shop.channel.taken().len(), 2);
}

#[tokio::test]
async fn a_parcel_is_followed_to_the_door() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let order = order(OrderStatus::Processing);
    known(&shop, &order).await;
    let shipment_id = ShipmentId::new();
    let update = |status| ShippingUpdated {
        shipment_id,
        order_id: order.id,
        status,
        items: vec![Item { sku: "KIT-MUG-SAN".into(), quantity: 2 }],
        carrier: "DHL".into(),
        tracking_number: Some("0034".into()),
        tracking_url: Some("/track/0034".into()),
        occurred_at: contracts::time::now(),
        notify: true,
    };
    for status in [
        ShipmentStatus::Pending,
        ShipmentStatus::LabelCreated,
        ShipmentStatus::Shipped,
        ShipmentStatus::OutForDelivery,
        ShipmentStatus::Delivered,
        ShipmentStatus::Exception,
    ] {
        thrice(&shop, events::on_shipping_updated, update(status)).await;
    }
    let subjects = shop.channel.subjects();
    let expected =
        ["Order R-4F7K-2M9D is on its way", "Order R-4F7K-2M9D arrives today", "Order R-4F7K-2M9D was delivered"];
    assert_eq!(subjects, expected);
    let shipped = &shop.channel.taken()[0].text;
    for part in ["2 × Stoneware mug (Sand)", "0034", "https://shop.example/track/0034"] {
        assert!(shipped.contains(part), "{part} is missing from {shipped}");
    }
}

#[tokio::test]
async fn staff_may_ship_quietly() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let order = order(OrderStatus::Processing);
    known(&shop, &order).await;
    let quiet = ShippingUpdated {
        shipment_id: ShipmentId::new(),
        order_id: order.id,
        status: ShipmentStatus::Shipped,
        items: vec![],
        carrier: "DHL".into(),
        tracking_number: None,
        tracking_url: None,
        occurred_at: contracts::time::now(),
        notify: false,
    };
    thrice(&shop, events::on_shipping_updated, quiet).await;
    assert_eq!(shop.channel.taken(), []);
}

#[tokio::test]
async fn an_erased_customer_is_forgotten() {
    for db in databases().await {
        let shop = Shop::with_mailbox(&db).await;
        let user_id = UserId::new();
        let mut order = order(OrderStatus::Processing);
        order.user_id = Some(user_id);
        let paid = received(status_changed(&order, OrderStatus::Pending, None));
        events::on_order_status_changed(shop.app.clone(), paid).await.expect("applied");
        shop.deliver().await;
        // Another message is still on its way.
        order.status = OrderStatus::Cancelled;
        let cancelled = received(status_changed(&order, OrderStatus::Processing, None));
        events::on_order_status_changed(shop.app.clone(), cancelled).await.expect("applied");
        let bounce = serde_json::json!({"channel": "sms", "to": "+4930123456", "reason": "manual"});
        shop.admin().post("/notifications/suppressions", &bounce).await.expect(201);

        let erased = received(UserErased { user_id, erased_at: contracts::time::now() });
        for _ in 0..2 {
            events::on_user_erased(shop.app.clone(), erased.clone()).await.expect("applied");
        }
        assert_eq!(shop.log("?to=ada@example.test").await.len(), 1, "{}: the one on its way", db.kind());
        shop.deliver().await;
        let log = shop.log("").await;
        assert_eq!(log.len(), 2);
        for message in &log {
            assert_eq!((message["to"].as_str(), message["subject"].as_str()), (Some(""), Some("")), "{message}");
            assert_eq!(message["order_id"], serde_json::json!(order.id));
        }
        let mailbox = shop.client.get("/dev/mail/messages").await.expect(200);
        assert_eq!(mailbox["items"].as_array().map(Vec::len), Some(0));
        let others = shop.admin().get("/notifications/suppressions").await.expect(200);
        assert_eq!(others["items"].as_array().map(Vec::len), Some(1), "somebody else's stays");
        shop.sound().await;

        // What comes later goes nowhere.
        let refund = RefundProcessed {
            refund_id: RefundId::new(),
            payment_id: PaymentId::new(),
            order_id: order.id,
            amount: eur(1),
            refunded_total: eur(1),
            captured_total: eur(1),
            reason: "cancelled".into(),
        };
        events::on_refund_processed(shop.app.clone(), received(refund)).await.expect("applied");
        assert_eq!(shop.log("?template=refund").await[0]["reason"], "erased");
    }
}

#[tokio::test]
async fn an_erased_customer_who_bought_as_a_guest_is_forgotten() {
    for db in databases().await {
        let shop = Shop::with_mailbox(&db).await;
        let (erased, other) = (order(OrderStatus::Processing), order(OrderStatus::Processing));
        for order in [&erased, &other] {
            let paid = received(status_changed(order, OrderStatus::Pending, None));
            events::on_order_status_changed(shop.app.clone(), paid).await.expect("applied");
        }
        shop.deliver().await;
        thrice(&shop, events::on_order_erased, OrderErased { order_id: erased.id }).await;
        let log = shop.log(&format!("?order_id={}", erased.id)).await;
        assert_eq!(
            (log.len(), log[0]["to"].as_str(), log[0]["subject"].as_str()),
            (1, Some(""), Some("")),
            "{}",
            db.kind()
        );
        let mailbox = shop.client.get("/dev/mail/messages").await.expect(200);
        assert_eq!(mailbox["items"].as_array().map(Vec::len), Some(1), "the other order's stays");

        let failed = PaymentFailed { payment_id: PaymentId::new(), order_id: erased.id, code: "card_declined".into() };
        events::on_payment_failed(shop.app.clone(), received(failed)).await.expect("applied");
        assert_eq!(shop.log("?template=payment_failed").await[0]["reason"], "erased");
        shop.sound().await;
    }
}

#[tokio::test]
async fn what_is_written_to_an_erased_customer_all_the_same_goes_with_the_order() {
    for db in databases().await {
        let shop = Shop::with_mailbox(&db).await;
        let user_id = UserId::new();
        let order = order(OrderStatus::Delivered);
        let erased = received(UserErased { user_id, erased_at: contracts::time::now() });
        events::on_user_erased(shop.app.clone(), erased).await.expect("applied");
        let fact = ReturnUpdated {
            return_id: ReturnId::new(),
            order_id: order.id,
            order_number: order.number.clone(),
            email: order.email.clone(),
            user_id: Some(user_id),
            locale: "en".into(),
            status: "approved".into(),
            refund: None,
            reason: None,
        };
        events::on_return_updated(shop.app.clone(), received(fact)).await.expect("applied");
        shop.deliver().await;
        assert_eq!(shop.log("?to=ada@example.test").await.len(), 1, "{}", db.kind());
        events::on_order_erased(shop.app.clone(), received(OrderErased { order_id: order.id })).await.expect("applied");
        let log = shop.log(&format!("?order_id={}", order.id)).await;
        assert_eq!((log.len(), log[0]["to"].as_str()), (1, Some("")), "{}", db.kind());
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_return_is_told_of_at_each_step() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let order = order(OrderStatus::Delivered);
    let return_id = ReturnId::new();
    for (status, subject) in [
        ("requested", Some("We have your return for order R-4F7K-2M9D")),
        ("approved", Some("Your return for order R-4F7K-2M9D is approved")),
        ("declined", Some("About your return for order R-4F7K-2M9D")),
        ("received", Some("Your return for order R-4F7K-2M9D has arrived")),
        ("inspected", None),
        ("refunded", None),
    ] {
        let fact = ReturnUpdated {
            return_id,
            order_id: order.id,
            order_number: order.number.clone(),
            email: order.email.clone(),
            user_id: None,
            locale: "en".into(),
            status: status.into(),
            refund: Some(eur(1999)),
            reason: Some("too late".into()),
        };
        let before = shop.channel.taken().len();
        thrice(&shop, events::on_return_updated, fact).await;
        let new: Vec<String> = shop.channel.subjects().split_off(before);
        assert_eq!(new.first().map(String::as_str), subject, "{status}");
        assert!(new.len() <= 1);
    }
}

#[tokio::test]
async fn a_dispute_goes_to_the_owner_of_the_shop() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let order = order(OrderStatus::Delivered);
    known(&shop, &order).await;
    let fact = DisputeOpened {
        dispute_id: DisputeId::new(),
        payment_id: PaymentId::new(),
        order_id: order.id,
        amount: eur(6693),
        reason: "product_not_received".into(),
        evidence_due_by: "2026-12-02T18:05:00Z".parse().expect("a time"),
    };
    thrice(&shop, events::on_dispute_opened, fact).await;
    let taken = shop.channel.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, "owner@shop.example");
    assert_eq!(taken[0].subject, "Dispute on order R-4F7K-2M9D: answer by 2 December 2026");
}

#[tokio::test]
async fn what_is_back_is_told_to_whoever_asked_unless_they_said_no_since() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let fact = BackInStock {
            product_id: ProductId::new(),
            sku: "MUG&1".into(),
            slug: "mug".into(),
            title: "Mug".into(),
            email: "Ada@example.test".into(),
            user_id: None,
            locale: "de".into(),
            asked_at: time::now(),
        };
        let first = received(fact.clone());
        for event in [first.clone(), first] {
            events::on_back_in_stock(shop.app.clone(), event).await.expect("applied");
        }
        shop.deliver().await;
        let taken = shop.channel.taken();
        assert_eq!(taken.len(), 1, "on {}", db.kind());
        assert_eq!((taken[0].to.as_str(), taken[0].subject.as_str()), ("Ada@example.test", "Mug ist wieder da"));
        assert!(taken[0].text.contains("/p/mug?variant=MUG%261"), "{}", taken[0].text);
        let unsubscribe = taken[0].headers.iter().find(|(name, _)| name == "List-Unsubscribe").expect("a way out");
        let link = unsubscribe.1.trim_matches(['<', '>']);
        let path = link.split_once("/notifications").map(|(_, rest)| format!("/notifications{rest}")).expect("a path");
        shop.client.send("POST", &path, axum::body::Body::empty(), None).await;
        // Asked before they said no, though it is back only now.
        events::on_back_in_stock(shop.app.clone(), received(fact.clone())).await.expect("applied");
        shop.deliver().await;
        assert_eq!(shop.channel.taken().len(), 1, "on {}", db.kind());
        let asked_again = BackInStock { asked_at: time::now(), ..fact };
        events::on_back_in_stock(shop.app.clone(), received(asked_again)).await.expect("applied");
        shop.deliver().await;
        assert_eq!(shop.channel.taken().len(), 2, "on {}", db.kind());
    }
}

#[tokio::test]
async fn accounts_are_welcomed_and_warned() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        let user_id = UserId::new();
        let registered = UserRegistered {
            user_id,
            email: "new@example.test".into(),
            name: "<b>Ada</b> & Co".into(),
            locale: "de".into(),
            marketing_consent: true,
        };
        thrice(&shop, events::on_user_registered, registered).await;
        let taken = shop.channel.taken();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].subject, "Willkommen bei Rialto");
        let html = taken[0].html.as_deref().expect("HTML");
        assert!(html.contains("&lt;b&gt;Ada&lt;/b&gt; &amp; Co"), "{html}");
        assert!(!html.contains("<b>Ada"));
        let consents = shop.admin().get(&format!("/notifications/consents?user_id={user_id}")).await.expect(200);
        assert_eq!(consents["items"].as_array().map(Vec::len), Some(1), "{consents}");
        assert_eq!(consents["items"][0]["source"], "registration");

        for (change, subject) in [
            (SecurityChange::PasswordChanged, "Your password was changed"),
            (SecurityChange::NewDevice, "New sign-in to your account"),
            (SecurityChange::RefreshTokenReused, "Security alert for your account"),
        ] {
            let event = received(AccountSecurityChanged {
                user_id,
                email: "new@example.test".into(),
                name: "Ada".into(),
                locale: "en".into(),
                change,
            });
            // The same event twice is one change; two events are two changes.
            for event in [event.clone(), event.clone(), received(event.event)] {
                events::on_account_security_changed(shop.app.clone(), event).await.expect("applied");
            }
            shop.deliver().await;
            let told = shop.channel.subjects().iter().filter(|told| *told == subject).count();
            assert_eq!(told, 2, "{subject}");
        }
    }
}
