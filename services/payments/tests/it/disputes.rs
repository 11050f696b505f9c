//! Disputes: money that is taken back, for now or for good, and what we say against it.

use contracts::{
    events::{DisputeClosed, DisputeOpened},
    ids::OrderId,
};
use serde_json::{Value, json};

use crate::{Shop, eur, shops};

async fn disputed(shop: &Shop, token: &str) -> (OrderId, Value) {
    let order = shop.paid(4900, token).await;
    shop.settle().await;
    let dispute = shop.detail(order).await["disputes"][0].clone();
    assert!(dispute.is_object(), "no dispute was opened");
    (order, dispute)
}

fn evidence_path(dispute: &Value) -> String {
    format!("/payments/disputes/{}/evidence", dispute["dispute_id"].as_str().expect("an id"))
}

#[tokio::test]
async fn disputed_money_is_not_refunded_and_comes_back_when_won() {
    for shop in shops().await {
        let (order, dispute) = disputed(&shop, "tok_createDispute").await;
        assert_eq!((&dispute["status"], &dispute["reason"]), (&json!("needs_response"), &json!("fraudulent")));
        assert_eq!(dispute["funds_withdrawn"], true);
        let opened = shop.events::<DisputeOpened>().await;
        assert_eq!((opened.len(), opened[0].amount), (1, eur(4900)));
        assert_eq!(shop.refund(order, 1).await.problem(422), "exceeds_refundable");
        assert_eq!(shop.check().await["I16"], 1);

        let list = shop.admin().get("/payments/disputes?open=true").await.expect(200);
        assert_eq!(list["items"][0]["dispute_id"], dispute["dispute_id"]);
        assert_eq!((&list["total"], &list["unanswered"]), (&json!(1), &json!(1)));
        assert_eq!(list["next_due_by"], dispute["evidence_due_by"]);
        let body = json!({"uncategorized_text": "winning_evidence", "shipping_tracking_number": "RIA1"});
        let answered = shop.admin().put(&evidence_path(&dispute), &body).await.expect(200);
        assert_eq!(answered["status"], "under_review");
        assert_eq!(answered["evidence"]["shipping_tracking_number"], "RIA1");
        assert!(answered["evidence_submitted_at"].is_string());
        let list = shop.admin().get("/payments/disputes?open=true").await.expect(200);
        assert_eq!((&list["unanswered"], &list["next_due_by"]), (&json!(0), &Value::Null));
        assert_eq!(shop.admin().put(&evidence_path(&dispute), &body).await.problem(409), "dispute_closed");

        shop.settle().await;
        let detail = shop.detail(order).await;
        assert_eq!((&detail["disputes"][0]["status"], &detail["refundable"]["amount"]), (&json!("won"), &json!(4900)));
        let closed = shop.events::<DisputeClosed>().await;
        assert!(closed.len() == 1 && closed[0].won);
        assert_eq!(shop.admin().get("/payments/disputes?open=true").await.expect(200)["items"], json!([]));
        shop.refund(order, 4900).await.expect(200);
        shop.check().await;
    }
}

#[tokio::test]
async fn lost_money_stays_lost() {
    for shop in shops().await {
        let (order, dispute) = disputed(&shop, "tok_createDisputeProductNotReceived").await;
        assert_eq!(dispute["reason"], "product_not_received");
        let body = json!({"uncategorized_text": "losing_evidence"});
        shop.admin().put(&evidence_path(&dispute), &body).await.expect(200);
        shop.settle().await;
        let detail = shop.detail(order).await;
        assert_eq!(detail["disputes"][0]["status"], "lost");
        assert!(shop.events::<DisputeClosed>().await.iter().all(|event| !event.won));
        assert_eq!(shop.refund(order, 1).await.problem(422), "exceeds_refundable");
        let balance = balances(&detail);
        assert_eq!((balance("disputed_funds"), balance("dispute_losses")), (0, 4900));
        assert_eq!((balance("provider_balance"), balance("dispute_fees")), (-1500, 1500));
        shop.check().await;
    }
}

#[tokio::test]
async fn an_inquiry_moves_no_money() {
    for shop in shops().await {
        let (order, dispute) = disputed(&shop, "tok_createDisputeInquiry").await;
        assert_eq!(
            (&dispute["status"], &dispute["funds_withdrawn"]),
            (&json!("warning_needs_response"), &json!(false))
        );
        assert!(shop.events::<DisputeOpened>().await.is_empty());
        let reference = dispute["provider_ref"].as_str().expect("a name");
        shop.app.sandbox().close_dispute(reference, true).await.expect("the sandbox answers");
        shop.settle().await;
        assert_eq!(shop.detail(order).await["disputes"][0]["status"], "warning_closed");
        assert!(shop.events::<DisputeClosed>().await.is_empty());
        shop.refund(order, 4900).await.expect(200);
        shop.check().await;
    }
}

#[tokio::test]
async fn evidence_is_checked_and_comes_in_time() {
    for shop in shops().await {
        let (_, dispute) = disputed(&shop, "tok_createDispute").await;
        let path = evidence_path(&dispute);
        for body in [
            json!({}),
            json!({"product_description": ""}),
            json!({"poem": "x"}),
            json!({"refund_policy": "x".repeat(10_001)}),
        ] {
            assert_eq!(shop.admin().put(&path, &body).await.problem(422), "invalid", "{body}");
        }
        let card = json!({"customer_communication": "he said 4242 4242 4242 4242"});
        assert_eq!(shop.admin().put(&path, &card).await.problem(422), "card_number_refused");
        let nowhere = "/payments/disputes/0192f0c1-a2b3-7c4d-8e5f-60718293a4b5/evidence";
        let good = json!({"product_description": "a mug"});
        assert_eq!(shop.admin().put(nowhere, &good).await.problem(404), "not_found");
        // A provider that is away loses nothing: the evidence is kept, and can be sent again.
        shop.app.sandbox().faults().down(true);
        assert_eq!(shop.admin().put(&path, &good).await.problem(503), "unavailable");
        shop.app.sandbox().faults().down(false);
        shop.sql(&["UPDATE disputes SET evidence_due_by = created_at"]).await;
        assert_eq!(shop.admin().put(&path, &good).await.problem(409), "dispute_closed");
    }
}

#[tokio::test]
async fn disputes_are_listed_by_deadline_in_pages() {
    for shop in shops().await {
        for _ in 0..3 {
            disputed(&shop, "tok_createDispute").await;
        }
        let admin = shop.admin();
        let first = admin.get("/payments/disputes?limit=2").await.expect(200);
        let cursor = first["next_cursor"].as_str().expect("there is more");
        let second = admin.get(&format!("/payments/disputes?limit=2&cursor={cursor}")).await.expect(200);
        let mut due: Vec<&str> = Vec::new();
        for page in [&first, &second] {
            due.extend(
                page["items"].as_array().expect("items").iter().filter_map(|item| item["evidence_due_by"].as_str()),
            );
        }
        assert_eq!(due.len(), 3);
        assert!(due.is_sorted());
        assert!(second["next_cursor"].is_null());
        for path in ["/payments/disputes?limit=0", "/payments/disputes?cursor=x"] {
            assert_eq!(admin.get(path).await.problem(422), "invalid");
        }
        assert_eq!(admin.get("/payments/disputes?mine=1").await.problem(400), "invalid_query");
    }
}

fn balances(detail: &Value) -> impl Fn(&str) -> i64 {
    let entries: Vec<(String, i64)> = detail["ledger"]
        .as_array()
        .expect("a ledger")
        .iter()
        .flat_map(|booking| booking["entries"].as_array().cloned().unwrap_or_default())
        .map(|entry| {
            (
                entry["account"].as_str().unwrap_or_default().to_owned(),
                entry["amount"]["amount"].as_i64().unwrap_or_default(),
            )
        })
        .collect();
    move |account| entries.iter().filter(|(name, _)| name == account).map(|(_, amount)| amount).sum()
}
