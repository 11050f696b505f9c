//! Looking after events: how they flow, trying again, giving up, and who may.

use std::sync::atomic::Ordering;

use bus::{Desk, DeskError, Start};
use contracts::{
    Envelope, Service,
    events::PaymentFailed,
    ids::{OrderId, PaymentId},
    permissions::Permission,
};
use db::{inbox, outbox};
use serde_json::json;
use test_support::{Client, Tokens};
use upstream::{ServiceKey, Upstream};
use web::{Edge, Verifier};

use crate::{Running, logs, running, short, until};

/// A shop in which "poison" is never applied, with "behind" waiting for it, and its desk.
async fn stuck(running: &Running) -> Desk {
    running.shop.failures_left.store(u32::MAX, Ordering::SeqCst);
    let desk = running.desk();
    let sick = OrderId::new();
    running.publish(&[short(sick, "poison"), short(sick, "behind"), short(OrderId::new(), "well")]).await;
    until("two are parked", async || desk.standing().await.expect("answers").parked == 2).await;
    running.quiet().await;
    desk
}

#[tokio::test]
async fn the_desk_shows_what_is_stuck_and_lets_the_rest_go_on() {
    for (log, kind) in logs().await {
        let running = running(&log, &kind).await;
        let desk = stuck(&running).await;
        let standing = desk.standing().await.expect("answers");
        let consumer = standing.consumer.expect("it listens");
        assert_eq!((standing.outbox.depth, standing.outbox.oldest_at), (0, None));
        assert_eq!((consumer.position, consumer.head), (3, 3), "{}", kind.kind());
        assert_eq!(consumer.topics.iter().map(|topic| topic.lag).collect::<Vec<_>>(), [0, 0]);

        let parked = desk.parked(None, 10).await.expect("lists");
        let [poison, behind] = parked.as_slice() else { panic!("{parked:?}") };
        assert_eq!((poison.attempts, poison.waits_behind, poison.cause.as_str()), (3, None, "poisoned"));
        assert_eq!((behind.attempts, behind.waits_behind), (0, Some(poison.id)));
        assert_eq!(behind.payload["skus"], json!(["behind"]));
        let rest = desk.parked(Some(poison.position), 10).await.expect("lists");
        assert_eq!(rest.iter().map(|event| event.id).collect::<Vec<_>>(), [behind.id]);

        assert!(matches!(desk.retry(behind.id).await, Err(DeskError::Waits(head)) if head == poison.id));
        desk.retry(poison.id).await.expect("asks");
        until("it has failed again", async || desk.find(poison.id).await.expect("is parked").attempts > 3).await;

        let skipped = desk.skip(poison.id, "staff:somebody", "hopeless").await.expect("gives up");
        assert_eq!((skipped.id, skipped.reason.as_str()), (poison.id, "hopeless"));
        until("what waited goes on", async || running.applied() == ["well", "behind"]).await;
        assert!(matches!(desk.skip(poison.id, "staff:somebody", "again").await, Err(DeskError::NotParked)));
        assert!(matches!(desk.retry(poison.id).await, Err(DeskError::NotParked)));
        let kept = desk.skipped(None, 10).await.expect("lists");
        assert_eq!(
            kept.iter().map(|event| (event.id, event.skipped_by.as_str())).collect::<Vec<_>>(),
            [(poison.id, "staff:somebody")]
        );

        // What was given up stays so, also when everything is read again and would go well now.
        running.shop.failures_left.store(0, Ordering::SeqCst);
        running.log.seek("orders", Start::Beginning).await.expect("seeks");
        running.quiet().await;
        assert_eq!(running.applied(), ["well", "behind"]);
        assert_eq!(desk.standing().await.expect("answers").parked, 0);
        running.stop().await;
    }
}

#[tokio::test]
async fn the_desk_finds_what_has_got_lost() {
    for (log, kind) in logs().await {
        let running = running(&log, &kind).await;
        let desk = stuck(&running).await;
        let mut told = outbox::published(running.db.reader()).await.expect("reads");
        let heard = desk.heard(&told).await.expect("looks");
        assert_eq!((heard.expected, heard.lost.len()), (3, 0), "applied or parked, on {}", kind.kind());

        // None of these has been in the log.
        let envelope = |code: &str| {
            let failed =
                PaymentFailed { payment_id: PaymentId::new(), order_id: OrderId::new(), code: code.to_owned() };
            Envelope::of(&failed).expect("serializable")
        };
        let lost = Envelope::of(&short(OrderId::new(), "lost")).expect("serializable");
        told.extend([envelope("for now"), envelope("final"), lost.clone()]);
        let heard = desk.heard(&told).await.expect("looks");
        assert_eq!(heard.lost, [lost], "what never concerned it, and what it may not have listened to yet, is not");
        assert_eq!(heard.expected, 4);

        // Once one of a kind has come, those behind it are missed.
        let (came, lost) = (envelope("final"), envelope("final"));
        let tx = running.db.begin().await.expect("begins");
        inbox::first_time(&tx, "orders", came.id).await.expect("notes");
        tx.commit().await.expect("commits");
        let heard = desk.heard(&[envelope("for now"), came, envelope("for now"), lost.clone()]).await.expect("looks");
        assert_eq!((heard.expected, heard.lost), (2, vec![lost]));
        running.stop().await;
    }
}

#[tokio::test]
async fn only_those_with_the_permission_sit_down_at_the_desk() {
    for (log, kind) in logs().await {
        let running = running(&log, &kind).await;
        let desk = stuck(&running).await;
        let upstream = Upstream::new(Service::Orders, ServiceKey::new(b"one shop's secret"));
        let tokens = Tokens::new();
        upstream.mount(Service::Users, tokens.router());
        let verifier = Verifier::new(Service::Orders, upstream);
        let guest = Client::new(web::finish(bus::routes(desk.clone()), Service::Orders, verifier, Edge::Inner));
        let staff = |permissions: &[Permission]| guest.bearing(&tokens.staff(permissions));
        let (reader, writer) = (staff(&[Permission::EventsRead]), staff(&[Permission::EventsWrite]));

        let parked = desk.parked(None, 10).await.expect("lists");
        let path = |event: usize, what: &str| format!("/internal/events/parked/{}/{what}", parked[event].id);
        for path in ["/internal/events", "/internal/events/parked", "/internal/events/skipped"] {
            assert_eq!(guest.get(path).await.problem(401), "unauthorized");
            assert_eq!(writer.get(path).await.problem(403), "forbidden");
            reader.get(path).await.expect(200);
        }
        let reason = json!({"reason": "hopeless"});
        for what in ["retry", "skip"] {
            assert_eq!(guest.post(&path(0, what), &reason).await.problem(401), "unauthorized");
            assert_eq!(reader.post(&path(0, what), &reason).await.problem(403), "forbidden");
        }
        assert_eq!(reader.get("/internal/events/parked?limit=1").await.expect(200).as_array().map(Vec::len), Some(1));
        assert_eq!(reader.get("/internal/events/parked?limit=1000").await.problem(422), "invalid");
        let waits = writer.post(&path(1, "retry"), &json!({})).await.expect(409);
        assert_eq!((&waits["code"], &waits["waits_behind"]), (&json!("event_waits"), &json!(parked[0].id)));
        assert_eq!(writer.post(&path(0, "skip"), &json!({"reason": " "})).await.problem(422), "invalid");
        let skipped = writer.post(&path(0, "skip"), &reason).await.expect(200);
        assert!(skipped["skipped_by"].as_str().is_some_and(|by| by.starts_with("staff:")), "{skipped}");
        assert_eq!(writer.post(&path(0, "retry"), &json!({})).await.problem(404), "not_found");
        running.stop().await;
    }
}
