//! The shared tables on every kind of database.

mod retry;
mod shards;
mod stores;
mod upgrade;

use std::{collections::HashSet, time::Duration};

use contracts::{
    Envelope, Event,
    events::{PaymentFailed, StockShort},
    ids::{OrderId, PaymentId},
};
use db::{
    Config, Db,
    idempotency::{self, Begun, Request},
    inbox, leases, outbox,
    parked::{self, Subject},
};
use sea_orm::{ConnectionTrait, Database};
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
        assert_eq!(db.pending_migrations::<Migrator>().await.expect("lists").len(), 2, "{}", kind.kind());
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
        db.wait_for_events().await;
        let waiting = outbox::unpublished(&db, 10).await.expect("reads");
        let keys: Vec<Uuid> = waiting.iter().map(|envelope| envelope.partitionkey).collect();
        assert_eq!(keys, [first.key(), second.key()], "in the order in which they were written");

        outbox::mark_published(&db, &[waiting[0].id.uuid()]).await.expect("marks");
        assert_eq!(outbox::depth(db.reader()).await.expect("counts"), 1);
        assert_eq!(outbox::ids(db.reader()).await.expect("reads").len(), 2);
        assert_eq!(outbox::prune(&db, -1).await.expect("prunes").rows, 1);
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
        for (consumer, applied) in [("orders", 1), ("catalog", 0)] {
            let among = inbox::among(db.reader(), consumer, &[envelope.id.uuid(), Uuid::now_v7()]).await;
            assert_eq!(among.expect("looks").len(), applied, "{consumer} on {}", kind.kind());
        }
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

        // A look takes nothing.
        let look = async |request: &Request| idempotency::look(db.reader(), request).await.expect("reads");
        assert_eq!(look(&request).await, Begun::Done { status: 201, body: answer });
        let fresh = Request { key: "k2".into(), ..request.clone() };
        assert_eq!((look(&fresh).await, look(&fresh).await), (Begun::First, Begun::First));

        let tx = db.begin().await.expect("begins");
        let other = Request { fingerprint: "another body".into(), ..request.clone() };
        assert_eq!(look(&other).await, Begun::OtherBody);
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
        parked::park(&tx, "orders", &first, "cannot be read", 3).await.expect("parks");
        parked::park(&tx, "orders", &behind, "waits", 0).await.expect("parks");
        tx.commit().await.expect("commits");
        let subjects = parked::subjects(db.reader(), "orders").await.expect("asks");
        assert_eq!(subjects, HashSet::from([Subject::of(&first)]), "{}", kind.kind());
        assert!(!subjects.contains(&Subject::of(&Envelope::of(&other).expect("serializable"))));
        assert!(parked::subjects(db.reader(), "catalog").await.expect("asks").is_empty());

        let failed = PaymentFailed { payment_id: PaymentId::new(), order_id: poison.order_id, code: "x".into() };
        let of_payments = Envelope::of(&failed).expect("serializable");
        assert_eq!(of_payments.partitionkey, first.partitionkey);
        assert!(!subjects.contains(&Subject::of(&of_payments)), "what another service says of it does not wait");

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
async fn of_two_events_that_are_parked_at_the_same_place_one_has_to_try_again() {
    // SQLite has one writer.
    for kind in test_support::databases().await.into_iter().filter(|kind| kind.kind() != "sqlite") {
        let db = kind.connect::<Migrator>().await;
        let [early, one, other] = [(); 3].map(|()| Envelope::of(&event()).expect("serializable"));
        let tx = db.begin().await.expect("begins");
        parked::park(&tx, "orders", &early, "by a clock that is ahead", 3).await.expect("parks");
        tx.execute_unprepared("UPDATE parked SET position = position + 1000000000000").await.expect("is written");
        tx.commit().await.expect("commits");

        let (first, second) = (db.begin().await.expect("begins"), db.begin().await.expect("begins"));
        parked::park(&first, "orders", &one, "first", 3).await.expect("parks");
        let again = other.clone();
        let parking = tokio::spawn(async move { parked::park(&second, "orders", &other, "second", 3).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        first.commit().await.expect("commits");
        parking.await.expect("ends").expect_err("the place was taken");

        let tx = db.begin().await.expect("begins");
        parked::park(&tx, "orders", &again, "second", 3).await.expect("parks");
        tx.commit().await.expect("commits");
        let parked = parked::list(db.reader(), 10).await.expect("lists");
        let ids: Vec<_> = parked.iter().map(|parked| parked.envelope.id).collect();
        assert_eq!(ids, [early.id, one.id, again.id], "{}", kind.kind());
    }
}

#[tokio::test]
async fn each_service_has_its_own_line_of_parked_events() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let short = event();
        let failed = PaymentFailed { payment_id: PaymentId::new(), order_id: short.order_id, code: "x".into() };
        let early = Envelope::of(&failed).expect("serializable");
        let cause = Envelope::of(&short).expect("serializable");
        let tx = db.begin().await.expect("begins");
        parked::park(&tx, "orders", &early, "not known yet", 3).await.expect("parks");
        parked::park(&tx, "orders", &cause, "the database was away", 3).await.expect("parks");
        tx.commit().await.expect("commits");
        assert_eq!(parked::retry_now(&db, None).await.expect("asks"), 2);
        let due = parked::due(&db, "orders", 10).await.expect("reads");
        let due: Vec<_> = due.iter().map(|parked| parked.envelope.id).collect();
        assert_eq!(due, [early.id, cause.id], "{}", kind.kind());
        let heads = parked::heads(db.reader(), "orders", &[short.key()]).await.expect("reads");
        assert_eq!(heads[&Subject::of(&cause)], cause.id.uuid(), "it waits behind none");
    }
}

#[tokio::test]
async fn what_was_parked_before_topics_were_noted_gets_its_own() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let early = Envelope::of(&event()).expect("serializable");
        let tx = db.begin().await.expect("begins");
        parked::park(&tx, "orders", &early, "fails", 3).await.expect("parks");
        tx.commit().await.expect("commits");
        let connection = Database::connect(kind.config().url).await.expect("connects");
        Migrator::down(&connection, Some(1)).await.expect("takes the column away");
        assert!(parked::subjects(db.reader(), "orders").await.is_err(), "{}", kind.kind());
        Migrator::up(&connection, None).await.expect("adds it again");
        connection.close().await.expect("closes");
        let subjects = parked::subjects(db.reader(), "orders").await.expect("asks");
        assert_eq!(subjects, HashSet::from([Subject::of(&early)]), "{}", kind.kind());
    }
}

#[tokio::test]
async fn a_lease_has_one_holder_at_a_time() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        assert!(leases::take(&db, "sweep", one, 60).await.expect("asks"), "{}", kind.kind());
        assert!(!leases::take(&db, "sweep", two, 60).await.expect("asks"));
        assert!(leases::take(&db, "other", two, 60).await.expect("asks"), "leases do not share holders");
        leases::release(&db, "sweep", two).await.expect("gives back what it does not have");
        assert!(!leases::take(&db, "sweep", two, 60).await.expect("asks"));
        leases::release(&db, "sweep", one).await.expect("gives it back");
        assert!(leases::take(&db, "sweep", two, -1).await.expect("asks"), "takes it, until just before now");
        assert!(leases::take(&db, "sweep", one, 60).await.expect("asks"), "what has run out is free");
        assert!(leases::take(&db, "skewed", one, 600).await.expect("asks"), "a clock is ten minutes ahead");
        assert!(leases::take(&db, "skewed", two, 5).await.expect("asks"), "no lease of five seconds lasts so long");
        assert!(!leases::take(&db, "skewed", one, 5).await.expect("asks"), "{}", kind.kind());
    }
}

#[tokio::test]
async fn a_lease_is_written_once_in_half_its_time() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let holder = Uuid::now_v7();
        assert!(leases::take(&db, "sweep", holder, 60).await.expect("asks"));
        let commits = db.commits();
        for _ in 0..10 {
            assert!(leases::take(&db, "sweep", holder, 60).await.expect("asks"));
            assert!(!leases::take(&db, "sweep", Uuid::now_v7(), 60).await.expect("asks"));
        }
        assert!(!commits.has_changed().expect("the database is open"), "{}: asking wrote something", kind.kind());
        // What is left of a minute is less than half of three.
        assert!(leases::take(&db, "sweep", holder, 180).await.expect("asks"));
        assert!(commits.has_changed().expect("the database is open"));
    }
}

#[tokio::test]
async fn processes_that_start_at_once_migrate_one_after_the_other() {
    // An SQLite file belongs to one process.
    for kind in test_support::databases().await.into_iter().filter(|kind| kind.kind() != "sqlite") {
        let mut processes = tokio::task::JoinSet::new();
        for _ in 0..5 {
            let config = Config { max_connections: 1, ..kind.config() };
            processes.spawn(async move { Db::connect(&config).await?.migrate::<Migrator>().await });
        }
        processes.join_all().await.into_iter().for_each(|migrated| migrated.expect("the migrations run"));
        let db = kind.connect::<Migrator>().await;
        assert!(db.pending_migrations::<Migrator>().await.expect("answers").is_empty());
    }
}

#[tokio::test]
async fn hundreds_behind_one_parked_event_do_not_hide_the_others() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let (stuck, other) = (event(), event());
        let tx = db.begin().await.expect("begins");
        let head = Envelope::of(&stuck).expect("serializable");
        parked::park(&tx, "orders", &head, "never works", parked::ATTEMPTS_MAX).await.expect("parks");
        for _ in 2..50 {
            let behind = Envelope::of(&stuck).expect("serializable");
            parked::park(&tx, "orders", &behind, "waits", 0).await.expect("parks");
        }
        let late = Envelope::of(&other).expect("serializable");
        parked::park(&tx, "orders", &late, "fails", 1).await.expect("parks");
        tx.commit().await.expect("commits");
        assert_eq!(parked::retry_now(&db, Some(late.id.uuid())).await.expect("asks"), 1);
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let due = parked::due(&db, "orders", 10).await.expect("reads");
        let due: Vec<_> = due.iter().map(|parked| parked.envelope.id).collect();
        assert_eq!(due, [late.id], "{}", kind.kind());
    }
}

#[tokio::test]
async fn what_is_old_enough_is_forgotten() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let envelope = Envelope::of(&event()).expect("serializable");
        let request = Request { scope: "guest/POST /orders".into(), key: "k".into(), fingerprint: "f".into() };
        let tx = db.begin().await.expect("begins");
        assert!(inbox::first_time(&tx, "orders", envelope.id).await.expect("notes"));
        assert_eq!(idempotency::begin(&tx, &request).await.expect("begins"), Begun::First);
        tx.commit().await.expect("commits");
        assert_eq!(inbox::prune(&db, "orders", 1).await.expect("prunes").rows, 0, "{}", kind.kind());
        assert_eq!(inbox::prune(&db, "catalog", -1).await.expect("prunes").rows, 0, "another consumer's");
        assert_eq!(inbox::prune(&db, "orders", -1).await.expect("prunes").rows, 1);
        assert_eq!(idempotency::prune(&db).await.expect("prunes"), 0, "answers are kept for days");
    }
}

#[tokio::test]
async fn much_that_is_old_is_removed_in_portions() {
    const EACH: usize = 1_500;
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        for _ in 0..3 {
            let events: Vec<StockShort> = (0..EACH).map(|_| event()).collect();
            let tx = db.begin().await.expect("begins");
            outbox::publish_all(&tx, &events).await.expect("publishes");
            tx.commit().await.expect("commits");
            let waiting = outbox::unpublished(&db, EACH as u64).await.expect("reads");
            let ids: Vec<Uuid> = waiting.iter().map(|envelope| envelope.id.uuid()).collect();
            outbox::mark_published(&db, &ids).await.expect("marks");
        }
        let commits = db.commits();
        let before = *commits.borrow();
        let mut removed = 0;
        loop {
            let some = outbox::prune(&db, -1).await.expect("prunes");
            removed += some.rows;
            if !some.more {
                break;
            }
        }
        assert_eq!(removed, 3 * EACH as u64, "{}", kind.kind());
        assert_eq!(outbox::ids(db.reader()).await.expect("reads").len(), 0);
        assert!(*commits.borrow() - before > 1, "no transaction had to remove all of it");
    }
}

#[tokio::test]
async fn the_first_answer_to_a_request_stands() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let request = Request { scope: "guest/POST /orders".into(), key: "k".into(), fingerprint: "f".into() };
        let tx = db.begin().await.expect("begins");
        assert_eq!(idempotency::begin(&tx, &request).await.expect("begins"), Begun::First);
        idempotency::finish(&tx, &request, 202, &json!("later")).await.expect("finishes");
        // Whoever comes too late, such as the first holder of a lease that ran out.
        idempotency::finish(&tx, &request, 200, &json!("now")).await.expect("finishes");
        let begun = idempotency::begin(&tx, &request).await.expect("begins");
        assert_eq!(begun, Begun::Done { status: 202, body: json!("later") }, "{}", kind.kind());
    }
}

#[tokio::test]
async fn a_request_that_waits_too_long_for_another_may_be_tried_again() {
    for kind in test_support::databases().await {
        if kind.kind() == "sqlite" {
            // Its one writing connection queues whole transactions, for as long as a request may take.
            continue;
        }
        let db = kind.connect::<Migrator>().await;
        let request = Request { scope: "guest/POST /orders".into(), key: "k".into(), fingerprint: "f".into() };
        let (first, second) = (db.begin().await.expect("begins"), db.begin().await.expect("begins"));
        assert_eq!(idempotency::begin(&first, &request).await.expect("begins"), Begun::First);
        let error = idempotency::begin(&second, &request).await.expect_err("the first has not ended");
        assert!(db::is_transient(&error), "{error:?}");
    }
}

#[tokio::test]
async fn a_full_disk_is_trouble_that_passes() {
    let kind = test_support::sqlite();
    let db = kind.connect::<Migrator>().await;
    let pages = |count: u32| format!("PRAGMA max_page_count = {count}");
    let tx = db.begin().await.expect("begins");
    tx.execute_unprepared(&pages(1)).await.expect("as small as the file is");
    let error = loop {
        if let Err(error) = outbox::publish(&tx, &event()).await {
            break error;
        }
    };
    assert!(db::is_transient(&error), "{error:?}");
    drop(tx);
    assert_eq!(outbox::depth(db.reader()).await.expect("counts"), 0, "nothing is half done");
    let tx = db.begin().await.expect("begins");
    tx.execute_unprepared(&pages(1_000_000)).await.expect("there is space again");
    outbox::publish(&tx, &event()).await.expect("publishes");
    tx.commit().await.expect("commits");
    let unique = db.begin().await.expect("begins");
    let copy = "INSERT INTO outbox SELECT * FROM outbox";
    assert!(!db::is_transient(&unique.execute_unprepared(copy).await.expect_err("it is there already")));
}

#[tokio::test]
async fn a_bad_configuration_is_told_in_full() {
    let replica = db::Replica { url: "sqlite://copy.db".into(), max_lag_secs: 0 };
    let config = db::Config { url: "mongodb://localhost".into(), max_connections: 0, replica: Some(replica) };
    assert_eq!(config.problems().len(), 4);
    let mariadb = db::Config { url: "mysql://shop@db/orders".into(), max_connections: 1, replica: None };
    assert_eq!(mariadb.problems().len(), usize::from(!cfg!(feature = "mysql")), "{:?}", mariadb.problems());
    assert!(test_support::sqlite().config().problems().is_empty());
}
