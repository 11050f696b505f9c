//! What was sold and when, by the days of a time zone, and what waits for a person.

use contracts::{
    events::{DisputeOpened, RefundProcessed},
    ids::{DisputeId, PaymentId, RefundId},
    time,
};
use orders::events;
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Expr, Query},
};
use serde_json::{Value, json};

use crate::shop::{Shop, eur, id_of, received, shops, shops_with, total_of};

/// Has an order placed and paid at `moment`.
async fn paid_at(shop: &Shop, order: &Value, moment: &str) {
    let moment: chrono::DateTime<chrono::Utc> = moment.parse().expect("a moment");
    let mut update = Query::update();
    update
        .table("orders")
        .value("created_at", moment)
        .value("paid_at", moment)
        .and_where(Expr::col("id").eq(id_of(order).uuid()));
    let tx = shop.app.db.begin().await.expect("begins");
    tx.execute(&update).await.expect("updates");
    tx.commit().await.expect("commits");
}

async fn refund(shop: &Shop, order: &Value, refund_id: RefundId, payment_id: PaymentId, amount: i64) {
    let event = received(RefundProcessed {
        refund_id,
        payment_id,
        order_id: id_of(order),
        amount: eur(amount),
        refunded_total: eur(amount),
        captured_total: total_of(order),
        reason: "requested".into(),
    });
    events::on_refund_processed(shop.app.clone(), event).await.expect("applied");
}

async fn report(shop: &Shop, query: &str) -> Value {
    shop.admin().get(&format!("/reports/sales?{query}")).await.expect(200)
}

/// Day and paid orders of each interval that has any.
fn paid(report: &Value) -> Vec<(&str, u64)> {
    let intervals = report["intervals"].as_array().expect("a list").iter();
    let told = intervals.map(|interval| {
        (interval["from"].as_str().expect("a day"), interval["sales"]["orders_paid"].as_u64().expect("a count"))
    });
    told.filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn sales_add_up_and_name_what_sold_best() {
    for shop in shops().await {
        let (first, _) = shop.ordered(&[("MUG", 2), ("TEA", 1)]).await;
        let (second, _) = shop.ordered(&[("TEA", 3)]).await;
        shop.ordered(&[("MUG", 1)]).await;
        let payment = shop.pay(&first).await;
        shop.pay(&second).await;
        refund(&shop, &first, RefundId::new(), payment, 500).await;

        let today = report(&shop, "").await;
        let gross = total_of(&first).amount + total_of(&second).amount;
        let totals = json!({
            "orders_placed": 3, "orders_paid": 2, "gross": eur(gross), "refunds": eur(500), "net": eur(gross - 500),
            "average_order": eur((gross + 1) / 2), "pieces": 6,
        });
        assert_eq!(today["totals"], totals);
        assert_eq!(
            (&today["timezone"], &today["currency"], &today["partial"]),
            (&json!("UTC"), &json!("EUR"), &json!(true))
        );
        let intervals = today["intervals"].as_array().expect("a list");
        assert_eq!(intervals.len(), 30, "the days up to today");
        let (last, earlier) = intervals.split_last().expect("some");
        assert_eq!((&last["sales"], &last["partial"]), (&totals, &json!(true)));
        assert!(earlier.iter().all(|day| day["sales"]["orders_placed"] == 0 && day["partial"] == false));
        assert_eq!(today["before"]["totals"]["average_order"], Value::Null);
        assert_eq!(today["left_out"], 0);

        let best: Vec<_> = today["best_sellers"].as_array().expect("a list").iter().collect();
        assert_eq!(
            (&best[0]["sku"], &best[0]["pieces"], &best[0]["revenue"]),
            (&json!("MUG"), &json!(2), &json!(eur(3998)))
        );
        assert_eq!(
            (&best[1]["sku"], &best[1]["pieces"], &best[1]["revenue"]),
            (&json!("TEA"), &json!(4), &json!(eur(1800)))
        );
        assert_eq!(report(&shop, "limit=1").await["best_sellers"].as_array().map(Vec::len), Some(1));
        assert_eq!(report(&shop, "limit=0").await["best_sellers"], json!([]));
        shop.sound().await;
    }
}

#[tokio::test]
async fn a_day_is_a_day_of_the_time_zone_also_when_the_clocks_change() {
    for shop in shops_with(|config| config.time_zone = "Europe/Berlin".parse().expect("a zone")).await {
        // Berlin puts its clocks forward on 29 March 2026: that day has 23 hours, from 23:00 to 22:00 in UTC.
        for moment in [
            "2026-03-28T22:59:59.999999Z",
            "2026-03-28T23:00:00Z",
            "2026-03-29T21:59:59Z",
            "2026-03-29T22:00:00Z",
            "2026-03-31T21:59:59Z",
            "2026-03-31T22:00:00Z",
        ] {
            let (order, _) = shop.ordered(&[("TEA", 1)]).await;
            shop.pay(&order).await;
            paid_at(&shop, &order, moment).await;
        }
        let days = report(&shop, "from=2026-03-01&to=2026-04-30").await;
        let expected = [("2026-03-28", 1), ("2026-03-29", 2), ("2026-03-30", 1), ("2026-03-31", 1), ("2026-04-01", 1)];
        assert_eq!(paid(&days), expected);
        assert_eq!((&days["timezone"], &days["partial"]), (&json!("Europe/Berlin"), &json!(false)));
        assert_eq!(days["before"]["from"], "2026-01-01", "two whole months are compared with two");
        let utc = report(&shop, "from=2026-03-01&to=2026-04-30&timezone=UTC").await;
        assert_eq!(paid(&utc), [("2026-03-28", 2), ("2026-03-29", 2), ("2026-03-31", 2)]);
        let weeks = report(&shop, "from=2026-03-01&to=2026-04-30&interval=week").await;
        assert_eq!(paid(&weeks), [("2026-03-23", 3), ("2026-03-30", 3)]);
        let months = report(&shop, "from=2026-03-01&to=2026-04-30&interval=month").await;
        assert_eq!(paid(&months), [("2026-03-01", 5), ("2026-04-01", 1)]);
        let april = report(&shop, "from=2026-04-01&to=2026-04-30&interval=month").await;
        assert_eq!(april["totals"]["orders_paid"], 1);
        assert_eq!(
            april["before"],
            json!({"from": "2026-03-01", "to": "2026-03-31", "totals": months["intervals"][0]["sales"]})
        );
        // The moments of an interval are those by which the list of orders finds the same.
        let day = &days["intervals"][28];
        let moment = |name: &str| day[name].as_str().expect("a moment").to_owned();
        let listed = format!("/orders?from={}&to={}", moment("start"), moment("end"));
        assert_eq!(shop.admin().get(&listed).await.expect(200)["items"].as_array().map(Vec::len), Some(2));
    }
}

#[tokio::test]
async fn money_that_came_on_top_and_went_back_is_no_sale() {
    for shop in shops().await {
        let (order, _) = shop.ordered(&[("TEA", 1)]).await;
        shop.pay(&order).await;
        let again = Shop::payment(&order, total_of(&order));
        events::on_payment_processed(shop.app.clone(), again.clone()).await.expect("applied");
        let asked = shop.events::<contracts::events::RefundRequested>().await;
        refund(&shop, &order, asked[0].refund_id, again.payment_id, total_of(&order).amount).await;
        let totals = report(&shop, "").await["totals"].clone();
        assert_eq!((&totals["gross"], &totals["refunds"]), (&json!(total_of(&order)), &json!(eur(0))));
        // Nor is one in another currency, but it is counted.
        let (other, _) = shop.ordered(&[("TEA", 1)]).await;
        shop.pay(&other).await;
        let mut update = Query::update();
        update.table("orders").value("currency", "USD").and_where(Expr::col("id").eq(id_of(&other).uuid()));
        let tx = shop.app.db.begin().await.expect("begins");
        tx.execute(&update).await.expect("updates");
        tx.commit().await.expect("commits");
        let mixed = report(&shop, "").await;
        assert_eq!((&mixed["totals"], &mixed["left_out"]), (&totals, &json!(1)));
    }
}

#[tokio::test]
async fn what_cannot_be_reported_is_refused() {
    for shop in shops().await {
        let refused =
            async |query: &str, status: u16| shop.admin().get(&format!("/reports/sales?{query}")).await.problem(status);
        assert_eq!(refused("from=2026-02-01&to=2026-01-31", 422).await, "invalid");
        assert_eq!(refused("from=2024-01-01&to=2026-01-01", 422).await, "invalid");
        assert_eq!(refused("from=1960-01-01&to=1960-01-02", 422).await, "invalid");
        assert_eq!(refused("limit=101", 422).await, "invalid");
        for unreadable in ["timezone=Europe/Atlantis", "from=2026-02-30", "interval=year", "year=2026"] {
            assert_eq!(refused(unreadable, 400).await, "invalid_query", "{unreadable}");
        }
        report(&shop, "from=2000-01-01&to=2026-01-01&interval=month").await;
    }
}

#[tokio::test]
async fn what_waits_for_a_person_is_counted_until_someone_settles_it() {
    for shop in shops().await {
        let admin = shop.admin();
        let todo = async || admin.get("/reports/todo").await.expect(200);
        let (pending, _) = shop.ordered(&[("TEA", 1)]).await;
        let (paid, _) = shop.ordered(&[("TEA", 1)]).await;
        let payment_id = shop.pay(&paid).await;
        let (sent, owner) = shop.ordered(&[("MUG", 1)]).await;
        shop.deliver(&sent, &[("MUG", 1)]).await;
        let lines = json!({"lines": [{"sku": "MUG", "quantity": 1}]});
        let back = owner.post(&format!("/orders/{}/returns", id_of(&sent)), &lines).await.expect(201);
        let returns = json!({"requested": 1, "received": 0, "inspected": 0});
        assert_eq!(todo().await, json!({"to_fulfil": 1, "to_pay": 1, "problems": 0, "returns": returns}));

        let back = format!("/returns/{}", back["id"].as_str().expect("an id"));
        admin.put(&back, &json!({"status": "approved"})).await.expect(200);
        admin.put(&back, &json!({"status": "received", "hold_refund": true})).await.expect(200);
        let wrong = Shop::payment(&pending, eur(1));
        events::on_payment_processed(shop.app.clone(), wrong).await.expect("applied");
        let dispute = DisputeOpened {
            dispute_id: DisputeId::new(),
            payment_id,
            order_id: id_of(&paid),
            amount: total_of(&paid),
            reason: "fraudulent".into(),
            evidence_due_by: time::now(),
        };
        events::on_dispute_opened(shop.app.clone(), received(dispute)).await.expect("applied");
        let returns = json!({"requested": 0, "received": 1, "inspected": 0});
        assert_eq!(todo().await, json!({"to_fulfil": 0, "to_pay": 1, "problems": 2, "returns": returns}));

        let found = admin.get("/orders?problems=true").await.expect(200);
        assert_eq!(found["items"].as_array().map(Vec::len), Some(2));
        let path = format!("/orders/{}/problems/resolve", id_of(&pending));
        let settled = admin.post(&path, &json!({"reason": "the buyer knows"})).await.expect(200);
        assert_eq!(settled["problems"][0]["code"], "amount_mismatch");
        assert!(settled["problems"][0]["resolved_at"].is_string());
        let last = settled["history"].as_array().and_then(|history| history.last()).expect("an entry");
        assert_eq!((&last["kind"], &last["reason"]), (&json!("problems_resolved"), &json!("the buyer knows")));
        let again = admin.post(&path, &json!({})).await.expect(200);
        assert_eq!(again["history"], settled["history"], "there was nothing left to settle");
        assert_eq!(todo().await["problems"], 1);
        let notes = format!("/orders/{}/notes", id_of(&pending));
        let noted = admin.post(&notes, &json!({"text": "leave it with the neighbour"})).await.expect(201);
        let last = noted["history"].as_array().and_then(|history| history.last()).expect("an entry");
        assert_eq!((&last["kind"], &last["reason"]), (&json!("note"), &json!("leave it with the neighbour")));
        assert_eq!(admin.post(&notes, &json!({"text": ""})).await.problem(422), "invalid");
        let token = pending["guest_token"].as_str().expect("a token");
        let seen = shop.guest.with("order-token", token).get(&format!("/orders/{}", id_of(&pending))).await.expect(200);
        assert!(!seen.to_string().contains("neighbour"), "the buyer reads it: {seen}");
        // The same trouble once more is new trouble.
        let wrong = Shop::payment(&pending, eur(0));
        events::on_payment_processed(shop.app.clone(), wrong).await.expect("applied");
        assert_eq!(todo().await["problems"], 2);
        let clean = admin.get("/orders?problems=false&fulfillment_status=returned").await.expect(200);
        assert_eq!(clean["items"][0]["id"], sent["id"]);
    }
}
