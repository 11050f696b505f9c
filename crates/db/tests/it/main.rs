//! The shared tables on both kinds of database.

use contracts::{Envelope, Event, events::StockShort, ids::OrderId, time};
use db::{
    Db,
    idempotency::{self, Begun, Request},
    inbox, leases, outbox, parked,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use serde_json::json;
use uuid::Uuid;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        db::migrations::all()
    }
}

fn event() -> StockShort {
    StockShort { order_id: OrderId::new(), skus: vec!["A".into()] }
}

#[tokio::test]
async fn migrations_run_once_and_say_what_is_pending() {
    for kind in test_support::databases().await {
        let db = Db::connect(&kind.config()).await.expect("connects");
        assert_eq!(db.pending_migrations::<Migrator>().await.expect("lists").len(), 1, "{}", kind.kind());
        db.migrate::<Migrator>().await.expect("migrates");
        db.migrate::<Migrator>().await.expect("again changes nothing");
        assert!(db.pending_migrations::<Migrator>().await.expect("lists").is_empty());
    }
}

#[tokio::test]
async fn an_event_leaves_only_with_its_transaction() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let tx = db.begin().await.expect("begins");
        outbox::publish(&tx, &event()).await.expect("publishes");
        drop(tx);
        assert_eq!(outbox::depth(db.reader()).await.expect("counts"), 0, "{}", kind.kind());

        let tx = db.begin().await.expect("begins");
        let (first, second) = (event(), event());
        outbox::publish(&tx, &first).await.expect("publishes");
        outbox::publish(&tx, &second).await.expect("publishes");
        tx.commit().await.expect("commits");
        db.wait_for_commit().await;
        let waiting = outbox::unpublished(&db, 10).await.expect("reads");
        let keys: Vec<Uuid> = waiting.iter().map(|envelope| envelope.partitionkey).collect();
        assert_eq!(keys, [first.key(), second.key()], "in the order in which they were written");

        outbox::mark_published(&db, &[waiting[0].id.uuid()]).await.expect("marks");
        assert_eq!(outbox::depth(db.reader()).await.expect("counts"), 1);
        assert_eq!(outbox::ids(db.reader()).await.expect("reads").len(), 2);
        assert_eq!(outbox::prune(&db, -1).await.expect("prunes"), 1);
    }
}

#[tokio::test]
async fn an_event_is_applied_once_by_each_consumer() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let envelope = Envelope::of(&event()).expect("serializable");
        let tx = db.begin().await.expect("begins");
        assert!(inbox::first_time(&tx, "orders", envelope.id).await.expect("notes"));
        assert!(!inbox::first_time(&tx, "orders", envelope.id).await.expect("notes"));
        assert!(inbox::first_time(&tx, "catalog", envelope.id).await.expect("notes"));
        tx.rollback().await.expect("rolls back");
        let tx = db.begin().await.expect("begins");
        assert!(inbox::first_time(&tx, "orders", envelope.id).await.expect("an undone effect leaves no trace"));
        tx.commit().await.expect("commits");
        assert_eq!(inbox::count(db.reader(), "orders").await.expect("counts"), 1, "{}", kind.kind());
    }
}

#[tokio::test]
async fn one_request_of_many_with_the_same_key_goes_through() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let request = Request { scope: "guest/POST /orders".into(), key: "k1".into(), fingerprint: "f".into() };
        let answer = json!({"number": "R-1"});
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (db, request, answer) = (db.clone(), request.clone(), answer.clone());
            tries.spawn(async move {
                let tx = db.begin().await.expect("begins");
                let begun = idempotency::begin(&tx, &request).await.expect("begins the request");
                if begun == Begun::First {
                    idempotency::finish(&tx, &request, 201, &answer).await.expect("finishes");
                    tx.commit().await.expect("commits");
                }
                begun
            });
        }
        let outcomes = tries.join_all().await;
        let firsts = outcomes.iter().filter(|begun| **begun == Begun::First).count();
        assert_eq!(firsts, 1, "{}: {outcomes:?}", kind.kind());
        let replays =
            outcomes.iter().filter(|begun| **begun == Begun::Done { status: 201, body: answer.clone() }).count();
        assert_eq!(replays, 19, "{}: {outcomes:?}", kind.kind());

        let tx = db.begin().await.expect("begins");
        let other = Request { fingerprint: "another body".into(), ..request.clone() };
        assert_eq!(idempotency::begin(&tx, &other).await.expect("begins"), Begun::OtherBody);
        let elsewhere = Request { scope: "user:1/POST /orders".into(), ..request };
        assert_eq!(idempotency::begin(&tx, &elsewhere).await.expect("begins"), Begun::First);
    }
}

#[tokio::test]
async fn an_unfinished_request_holds_its_key_until_it_is_abandoned() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let request =
            Request { scope: "guest/POST /payment/checkout".into(), key: "k".into(), fingerprint: "f".into() };
        for (step, expected) in [Begun::First, Begun::InFlight].into_iter().enumerate() {
            let tx = db.begin().await.expect("begins");
            assert_eq!(
                idempotency::begin(&tx, &request).await.expect("begins"),
                expected,
                "{} step {step}",
                kind.kind()
            );
            tx.commit().await.expect("commits");
        }
        let tx = db.begin().await.expect("begins");
        idempotency::abandon(&tx, &request).await.expect("abandons");
        assert_eq!(idempotency::begin(&tx, &request).await.expect("begins"), Begun::First);
    }
}

#[tokio::test]
async fn later_events_wait_behind_a_parked_one() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let (poison, other) = (event(), event());
        let first = Envelope::of(&poison).expect("serializable");
        let behind = Envelope::of(&poison).expect("serializable");
        let tx = db.begin().await.expect("begins");
        parked::park(&tx, "orders", 1, &first, "cannot be read", 3).await.expect("parks");
        parked::park(&tx, "orders", 2, &behind, "waits", 0).await.expect("parks");
        tx.commit().await.expect("commits");
        assert!(parked::blocks(db.reader(), "orders", poison.key()).await.expect("asks"), "{}", kind.kind());
        assert!(!parked::blocks(db.reader(), "orders", other.key()).await.expect("asks"));
        assert!(!parked::blocks(db.reader(), "catalog", poison.key()).await.expect("asks"));

        assert_eq!(parked::retry_now(&db, None).await.expect("asks"), 2);
        let due = parked::due(&db, "orders", 10).await.expect("reads");
        assert_eq!(due.iter().map(|parked| parked.envelope.id).collect::<Vec<_>>(), [first.id], "only the head");
        parked::failed_again(&db, "orders", first.id.uuid(), "still not").await.expect("notes");
        assert!(parked::due(&db, "orders", 10).await.expect("reads").is_empty(), "the head waits, so all wait");
        assert!(parked::release(&db, "orders", first.id.uuid()).await.expect("releases"));
        let due = parked::due(&db, "orders", 10).await.expect("reads");
        assert_eq!(due.iter().map(|parked| parked.envelope.id).collect::<Vec<_>>(), [behind.id]);
        assert_eq!(parked::list(db.reader(), 10).await.expect("lists").len(), 1);
    }
}

#[tokio::test]
async fn a_lease_has_one_holder_at_a_time() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        assert!(leases::take(&db, "sweep", one, 60).await.expect("asks"), "{}", kind.kind());
        assert!(!leases::take(&db, "sweep", two, 60).await.expect("asks"));
        assert!(leases::take(&db, "sweep", one, -1).await.expect("keeps it, until just before now"));
        assert!(leases::take(&db, "sweep", two, 60).await.expect("asks"));
        assert!(leases::take(&db, "other", one, 60).await.expect("asks"));
    }
}

#[tokio::test]
async fn a_bad_configuration_is_told_in_full() {
    let config = db::Config { url: "mongodb://localhost".into(), max_connections: 0 };
    assert_eq!(config.problems().len(), 2);
    assert!(test_support::sqlite().config().problems().is_empty());
    assert!(time::now() <= time::now());
}
