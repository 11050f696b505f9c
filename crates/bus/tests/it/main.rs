//! The log's contract, which every implementation passes, and consumers on top of it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bus::{Consumer, EmbeddedLog, HandlerError, Log, Received, Start};
use contracts::{Envelope, Event, events::StockShort, ids::OrderId};
use db::{Db, outbox, parked};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use test_support::TestDb;
use tokio_util::sync::CancellationToken;

struct ServiceMigrator;

impl MigratorTrait for ServiceMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        db::migrations::all()
    }
}

fn short(order_id: OrderId, sku: &str) -> StockShort {
    StockShort { order_id, skus: vec![sku.to_owned()] }
}

fn envelope(sku: &str) -> Envelope {
    Envelope::of(&short(OrderId::new(), sku)).expect("serializable")
}

/// What every log must do.
async fn behaves_like_a_log(log: &dyn Log) {
    let events = [envelope("a"), envelope("b"), envelope("c")];
    log.publish(&events).await.expect("publishes");
    log.publish(&events[1..]).await.expect("again changes nothing");
    assert_eq!(log.lag("orders", &["catalog"]).await.expect("answers"), 3);
    assert_eq!(log.lag("orders", &["payments"]).await.expect("answers"), 0);

    let fetched = log.fetch("orders", &["catalog"], 2).await.expect("fetches");
    assert_eq!(fetched.iter().map(|d| d.envelope.id).collect::<Vec<_>>(), [events[0].id, events[1].id]);
    let again = log.fetch("orders", &["catalog"], 2).await.expect("fetches");
    assert_eq!(again[0].position, fetched[0].position, "uncommitted events come again");
    log.commit("orders", fetched[1].position).await.expect("commits");
    log.commit("orders", fetched[0].position).await.expect("a late commit does not move back");
    let rest = log.fetch("orders", &["catalog"], 10).await.expect("fetches");
    assert_eq!(rest.iter().map(|d| d.envelope.id).collect::<Vec<_>>(), [events[2].id]);
    assert_eq!(log.fetch("shipping", &["catalog"], 10).await.expect("fetches").len(), 3, "groups do not share cursors");

    log.commit("orders", rest[0].position).await.expect("commits");
    log.seek("orders", Start::Position(rest[0].position)).await.expect("seeks");
    assert_eq!(log.fetch("orders", &["catalog"], 10).await.expect("fetches").len(), 1);
    log.seek("orders", Start::Beginning).await.expect("seeks");
    assert_eq!(log.fetch("orders", &["catalog"], 10).await.expect("fetches").len(), 3);
    log.seek("orders", Start::Time(contracts::time::now() + chrono::Duration::hours(1))).await.expect("seeks");
    assert_eq!(log.lag("orders", &["catalog"]).await.expect("answers"), 0);

    assert_eq!(log.recent(1).await.expect("reads")[0].envelope, events[2]);
    assert_eq!(log.find(events[0].id).await.expect("reads").expect("is there").envelope, events[0]);
    assert!(log.find(envelope("d").id).await.expect("reads").is_none());
}

async fn embedded(kind: &TestDb) -> EmbeddedLog {
    EmbeddedLog::new(kind.connect::<bus::Migrator>().await)
}

#[tokio::test]
async fn the_embedded_log_behaves_like_a_log() {
    for kind in test_support::databases().await {
        behaves_like_a_log(&embedded(&kind).await).await;
    }
}

#[tokio::test]
async fn positions_become_visible_in_order_however_many_publish() {
    for kind in test_support::databases().await {
        let log = embedded(&kind).await;
        let mut publishers = tokio::task::JoinSet::new();
        for n in 0..40 {
            let log = log.clone();
            publishers.spawn(async move { log.publish(&[envelope(&n.to_string())]).await });
        }
        // Reads while they write, committing as it goes: an event that became visible late would be missed.
        let mut seen = 0;
        while seen < 40 {
            let fetched = log.fetch("orders", &["catalog"], 5).await.expect("fetches");
            let Some(last) = fetched.last() else { continue };
            log.commit("orders", last.position).await.expect("commits");
            seen += fetched.len();
        }
        assert_eq!(seen, 40, "{}", kind.kind());
        publishers.join_all().await.into_iter().for_each(|published| published.expect("publishes"));
    }
}

#[tokio::test]
async fn two_processes_of_one_group_do_not_read_at_once() {
    for kind in test_support::databases().await {
        let db = kind.connect::<bus::Migrator>().await;
        let (one, two) = (EmbeddedLog::new(db.clone()), EmbeddedLog::new(db));
        one.publish(&[envelope("a")]).await.expect("publishes");
        assert_eq!(one.fetch("orders", &["catalog"], 10).await.expect("fetches").len(), 1);
        assert!(two.fetch("orders", &["catalog"], 10).await.expect("fetches").is_empty(), "{}", kind.kind());
    }
}

#[derive(Clone)]
struct Shop {
    db: Db,
    applied: Arc<Mutex<Vec<String>>>,
    failures_left: Arc<AtomicU32>,
}

/// Applies each event once, and fails on "poison" while failures are left.
async fn on_stock_short(shop: Shop, event: Received<StockShort>) -> Result<(), HandlerError> {
    let tx = shop.db.begin().await?;
    if !event.first_time(&tx, "orders").await? {
        return Ok(());
    }
    let failing = |left: u32| left.checked_sub(1);
    if event.skus[0] == "poison" && shop.failures_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, failing).is_ok()
    {
        return Err("poisoned".into());
    }
    tx.commit().await?;
    shop.applied.lock().expect("not poisoned").push(event.skus[0].clone());
    Ok(())
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never happened: {what}");
}

#[tokio::test]
async fn events_flow_from_outbox_to_effect_and_a_poisoned_one_holds_up_only_its_own_kind() {
    for (log_kind, kind) in test_support::databases().await.iter().zip(test_support::databases().await) {
        let log: Arc<dyn Log> = Arc::new(embedded(log_kind).await);
        let db = kind.connect::<ServiceMigrator>().await;
        let shop = Shop { db: db.clone(), applied: Arc::default(), failures_left: Arc::new(AtomicU32::new(3)) };
        let stop = CancellationToken::new();
        let consumer = Consumer::new("orders", db.clone()).on(&shop, on_stock_short);
        assert_eq!(consumer.topics(), ["catalog"]);
        let relaying = tokio::spawn(bus::relay("catalog", db.clone(), log.clone(), stop.clone()));
        let consuming = tokio::spawn(consumer.run(log.clone(), stop.clone()));

        let (sick, well) = (OrderId::new(), OrderId::new());
        let tx = db.begin().await.expect("begins");
        for event in [short(sick, "poison"), short(sick, "behind"), short(well, "well")] {
            outbox::publish(&tx, &event).await.expect("publishes");
        }
        tx.commit().await.expect("commits");

        let applied = || shop.applied.lock().expect("not poisoned").clone();
        until("the healthy event is applied", async || applied() == ["well"]).await;
        until("the others are parked", async || parked::count(db.reader()).await.expect("counts") == 2).await;
        assert!(parked::blocks(db.reader(), "orders", short(sick, "").key()).await.expect("asks"));
        parked::retry_now(&db, None).await.expect("asks");
        until("all are applied in their order", async || applied() == ["well", "poison", "behind"]).await;
        until("nothing is parked", async || parked::count(db.reader()).await.expect("counts") == 0).await;

        // Read all over again: the inbox knows every event.
        log.seek("orders", Start::Beginning).await.expect("seeks");
        until("the replay is through", async || log.lag("orders", &["catalog"]).await.expect("answers") == 0).await;
        assert_eq!(applied().len(), 3, "{}", kind.kind());
        stop.cancel();
        relaying.await.expect("ends");
        consuming.await.expect("ends");
    }
}
