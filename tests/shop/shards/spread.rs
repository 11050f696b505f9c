//! What a shop sells before and after it gets further databases, and where all that stands.

use super::*;

/// What was there while the shop had one database.
pub struct Before {
    /// A guest's order that is not paid yet, and one that is.
    unpaid: Value,
    paid: Value,
    /// Somebody who signed up then, with an order.
    customer: Customer,
    ordered: Value,
    sku: String,
    /// Ids in the first databases, by service: of orders, payments and messages.
    ids: Vec<BTreeSet<Uuid>>,
}

/// The table that a spread service keeps its own ids in.
const TABLES: [&str; 3] = ["orders", "payments", "notifications"];

async fn ids_of_first(config: &Config) -> Vec<BTreeSet<Uuid>> {
    let mut all = Vec::new();
    for (service, table) in TABLES.iter().enumerate() {
        all.push(ids(&places(config, service)[0], "id", table).await);
    }
    all
}

pub async fn sell_before(shop: &RunningShop) -> Before {
    let guest = Shopper::new(&shop.url);
    let sku = enough_of_one(shop).await;
    let unpaid = guest.order(&items(&sku, 1), "early@example.test").await;
    let paid = guest.order(&items(&sku, 2), "early@example.test").await;
    guest.owning(&paid).pay(&paid, "tok_visa").await.expect(200);
    let customer = Customer::register(&shop.url, "first-hour@example.test").await;
    let ordered = customer.buys(&sku).await;
    shop.quiet().await;
    guest.mails("early@example.test", 1).await;
    let ids = ids_of_first(&shop.config).await;
    assert!(ids.iter().all(|ids| !ids.is_empty()));
    Before { unpaid, paid, customer, ordered, sku, ids }
}

/// The old orders are read, paid, sent, returned and listed as if nothing had happened, and their buyers buy on.
pub async fn what_was_there_goes_on(shop: &RunningShop, before: &Before) {
    let guest = Shopper::new(&shop.url);
    let admin = guest.signed_in(ADMIN, ADMIN_PASSWORD).await;
    let owner = guest.owning(&before.unpaid);
    assert_eq!(owner.see(&before.unpaid).await["number"], before.unpaid["number"]);
    owner.pay(&before.unpaid, "tok_visa").await.expect(200);
    shop.quiet().await;
    assert_eq!(owner.see(&before.unpaid).await["status"], "processing");

    let owner = guest.owning(&before.paid);
    for status in ["shipped", "delivered"] {
        admin.move_order(&before.paid, status).await.expect(200);
        shop.quiet().await;
    }
    let id = text(&before.paid, "id");
    let wish = json!({"lines": [{"sku": before.sku, "quantity": 1, "reason": "too_small"}]});
    let asked = owner.post(&format!("/orders/{id}/returns"), &wish).await.expect(201);
    let path = format!("/returns/{}", text(&asked, "id"));
    for status in ["approved", "received"] {
        admin.put(&path, &json!({"status": status})).await.expect(200);
    }
    shop.quiet().await;
    assert_eq!(owner.see(&before.paid).await["payment_status"], "partially_refunded");

    let customer = before.customer.shopper.at(&shop.url);
    let again = Customer { shopper: customer.clone(), user: before.customer.user.clone() }.buys(&before.sku).await;
    let mine = all(&customer, "/orders?").await;
    let numbers: Vec<&str> = mine.iter().map(|order| text(order, "number")).collect();
    assert_eq!(numbers, [text(&again, "number"), text(&before.ordered, "number")]);
    shop.quiet().await;
}

/// Guests with carts and customers come to stand in all shards, and can do there all that they can do in the first.
pub async fn guests_and_customers_are_everywhere(shop: &RunningShop) {
    let sku = enough_of_one(shop).await;
    let admin = Shopper::new(&shop.url).signed_in(ADMIN, ADMIN_PASSWORD).await;
    let (mut guests, mut customers) = (BTreeSet::new(), BTreeSet::new());
    for n in 0.. {
        let guest = Guest::with_cart(&shop.url, &sku).await;
        let order = guest.buys(&format!("cart{n}@example.test")).await;
        let customer = Customer::register(&shop.url, &format!("customer{n}@example.test")).await;
        let ordered = customer.buys(&sku).await;
        shop.quiet().await;
        let (new_guest, new_customer) = (guests.insert(shard_of(&order)), customers.insert(shard_of(&ordered)));
        if new_guest {
            sent_and_returned(shop, &admin, &guest.shopper.owning(&order), &order, &sku).await;
        }
        if new_customer {
            sent_and_returned(shop, &admin, &customer.shopper, &ordered, &sku).await;
            let mine = all(&customer.shopper, "/notifications/history?").await;
            assert!(mine.iter().any(|mail| mail["template"] == "order_confirmation"), "{mine:?}");
            assert_eq!(all(&customer.shopper, "/returns?").await.len(), 1);
        }
        if guests.len() == 3 && customers.len() == 3 && n > 8 {
            return;
        }
        assert!(n < 60, "guests {guests:?}, customers {customers:?}");
    }
}

async fn sent_and_returned(shop: &RunningShop, admin: &Shopper, owner: &Shopper, order: &Value, sku: &str) {
    for status in ["shipped", "delivered"] {
        admin.move_order(order, status).await.expect(200);
        shop.quiet().await;
    }
    let id = text(order, "id");
    let wish = json!({"lines": [{"sku": sku, "quantity": 1}]});
    let asked = owner.post(&format!("/orders/{id}/returns"), &wish).await.expect(201);
    assert_eq!(shard_of(&asked), shard_of(order));
    let path = format!("/returns/{}", text(&asked, "id"));
    for status in ["approved", "received"] {
        admin.put(&path, &json!({"status": status})).await.expect(200);
    }
    shop.quiet().await;
    assert_eq!(owner.get(&path).await.expect(200)["status"], "refunded");
    let payment = owner.get(&format!("/payment/status?order_id={id}")).await.expect(200);
    let detail = admin.get(&format!("/payments/{}", text(&payment, "payment_id"))).await.expect(200);
    assert_eq!(detail["refunds"].as_array().map(Vec::len), Some(1), "{detail}");
}

/// What staff see is all there is, in the order of one list.
pub async fn lists_and_reports_tell_all(shop: &RunningShop) {
    shop.quiet().await;
    let admin = Shopper::new(&shop.url).signed_in(ADMIN, ADMIN_PASSWORD).await;
    let mut stored = Vec::new();
    for (service, table) in TABLES.iter().enumerate() {
        let mut all = BTreeSet::new();
        for url in places(&shop.config, service) {
            all.extend(ids(&url, "id", table).await);
        }
        stored.push(all);
    }
    let told = |items: &[Value], field: &str| -> Vec<Uuid> {
        items.iter().map(|item| text(item, field).parse().expect("a UUID")).collect()
    };
    for (sort, key) in
        [("-created_at", "/created_at"), ("created_at", "/created_at"), ("-total", "/totals/total/amount")]
    {
        let orders = all(&admin, &format!("/orders?sort={sort}&")).await;
        assert_eq!(BTreeSet::from_iter(told(&orders, "id")), stored[0], "sorted by {sort}");
        assert_eq!(orders.len(), stored[0].len(), "sorted by {sort}, one is told twice");
        let keys: Vec<i64> = orders.iter().filter_map(|order| order.pointer(key)).map(rank).collect();
        assert_eq!(keys.len(), orders.len());
        assert!(
            if sort.starts_with('-') { keys.iter().rev().is_sorted() } else { keys.is_sorted() },
            "{sort}: {keys:?}"
        );
    }
    let payments = told(&all(&admin, "/payments?").await, "payment_id");
    assert!(payments.iter().rev().is_sorted());
    assert_eq!(BTreeSet::from_iter(payments), stored[1]);
    let messages = told(&all(&admin, "/notifications/history?").await, "id");
    assert!(messages.iter().rev().is_sorted());
    assert_eq!(BTreeSet::from_iter(messages), stored[2]);

    let report = admin.get("/reports/sales").await.expect(200);
    assert_eq!(report["totals"]["orders_placed"].as_u64(), Some(stored[0].len() as u64), "{}", report["totals"]);
    let best: Vec<i64> =
        report["best_sellers"].as_array().expect("items").iter().filter_map(|one| one["pieces"].as_i64()).collect();
    assert_eq!(Some(best.iter().sum::<i64>()), report["totals"]["pieces"].as_i64(), "{report}");
    let waiting = all(&admin, "/orders?status=processing&").await.len() as u64;
    assert_eq!(admin.get("/reports/todo").await.expect(200)["to_fulfil"].as_u64(), Some(waiting));
}

/// An amount, or a moment in microseconds.
fn rank(key: &Value) -> i64 {
    let moment = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect("a moment").timestamp_micros();
    key.as_i64().unwrap_or_else(|| moment(key.as_str().expect("an amount or a moment")))
}

/// All that was there stands where it stood, and nowhere else.
pub async fn nothing_moved(shop: &RunningShop, before: &Before) {
    for (service, table) in TABLES.iter().enumerate() {
        for (shard, url) in places(&shop.config, service).iter().enumerate() {
            let now = ids(url, "id", table).await;
            let there = before.ids[service].intersection(&now).count();
            assert_eq!(there, if shard == 0 { before.ids[service].len() } else { 0 }, "{table} of shard {shard}");
        }
    }
}
