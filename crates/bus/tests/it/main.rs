//! The log's contract, which every implementation passes, and consumers on top of it.

mod desk;
mod shards;
mod side_by_side;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bus::{
    Consumer, Delivery, Desk, EmbeddedLog, HandlerError, KafkaConfig, KafkaLog, Lag, Log, Received, Start, Unavailable,
};
use contracts::{
    Envelope, Event, Service,
    events::{PaymentFailed, StockShort},
    ids::{EventId, OrderId, PaymentId},
};
use db::{Db, outbox, parked};
use sea_orm::{ConnectionTrait, sea_query::Query};
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
    // One order's: what is said of one thing keeps its order in every log.
    let order = OrderId::new();
    let of_the_order = |sku: &str| Envelope::of(&short(order, sku)).expect("serializable");
    let events = ["a", "b", "c"].map(of_the_order);
    log.publish(&events).await.expect("publishes");
    assert_eq!(log.lag("orders", &["catalog"]).await.expect("answers").events(), 3);
    assert_eq!(log.lag("orders", &["payments"]).await.expect("answers").events(), 0);
    let all = events.each_ref().map(|event| event.id.uuid());
    assert!(log.missing("catalog", &all).await.expect("answers").is_empty());
    let unheard_of = envelope("d").id;
    assert_eq!(log.missing("catalog", &[unheard_of.uuid()]).await.expect("answers"), [unheard_of.uuid()]);

    let fetched = fetch(log, "orders", 2, 2).await;
    assert_eq!(ids(&fetched), [events[0].id, events[1].id]);
    let again = fetch(log, "orders", 2, 2).await;
    assert_eq!(again[0].place, fetched[0].place, "uncommitted events come again");
    log.commit("orders", &again[..1]).await.expect("commits");
    assert_eq!(ids(&fetch(log, "orders", 1, 1).await), [events[1].id], "and those behind the committed ones do");
    log.commit("orders", &again[1..]).await.expect("commits");
    log.commit("orders", &again[..1]).await.expect("a late commit does not move back");
    let rest = fetch(log, "orders", 10, 1).await;
    assert_eq!(ids(&rest), [events[2].id]);
    assert_eq!(fetch(log, "shipping", 10, 3).await.len(), 3, "groups do not share cursors");

    log.commit("orders", &rest).await.expect("commits");
    // What comes for others does not hide what comes for us.
    let others =
        Envelope::of(&PaymentFailed { payment_id: PaymentId::new(), order_id: OrderId::new(), code: "x".into() });
    log.publish(&[others.expect("serializable")]).await.expect("publishes");
    assert!(log.fetch("orders", &["catalog"], 10).await.expect("fetches").is_empty());
    let late = of_the_order("late");
    log.publish(std::slice::from_ref(&late)).await.expect("publishes");
    let fetched = fetch(log, "orders", 10, 1).await;
    assert_eq!(ids(&fetched), [late.id]);
    // A replay that is asked for while a batch is being applied is not undone by the end of the batch.
    log.seek("orders", Start::Position(rest[0].place.position)).await.expect("seeks");
    log.commit("orders", &fetched).await.expect("commits");
    let replayed = fetch(log, "orders", 10, 2).await;
    assert_eq!(ids(&replayed), [events[2].id, late.id], "reads from there again");
    log.commit("orders", &replayed).await.expect("commits");

    log.seek("orders", Start::Position(rest[0].place.position)).await.expect("seeks");
    assert_eq!(fetch(log, "orders", 10, 2).await.len(), 2);
    log.seek("orders", Start::Beginning).await.expect("seeks");
    assert_eq!(fetch(log, "orders", 10, 4).await.len(), 4);
    log.seek("orders", Start::Time(contracts::time::now() + chrono::Duration::hours(1))).await.expect("seeks");
    assert_eq!(log.lag("orders", &["catalog"]).await.expect("answers").events(), 0);

    assert_eq!(log.recent(1).await.expect("reads")[0].envelope, late);
    assert_eq!(log.find(events[0].id).await.expect("reads").expect("is there").envelope, events[0]);
    assert!(log.find(unheard_of).await.expect("reads").is_none());
    for group in ["orders", "shipping"] {
        log.leave(group).await.expect("leaves");
    }
}

/// The next events of catalog, at most `limit`, once there are `expected` of them.
async fn fetch(log: &dyn Log, group: &str, limit: u64, expected: usize) -> Vec<Delivery> {
    for _ in 0..30 {
        let fetched = log.fetch(group, &["catalog"], limit).await.expect("fetches");
        if fetched.len() >= expected {
            return fetched;
        }
    }
    panic!("{group} never got {expected} event(s)");
}

fn ids(deliveries: &[Delivery]) -> Vec<EventId> {
    deliveries.iter().map(|delivery| delivery.envelope.id).collect()
}

/// A log that several processes can open.
enum Shared {
    /// In a database that is there as long as its second half.
    Embedded(Db, #[expect(dead_code, reason = "kept, not read")] TestDb),
    Kafka(KafkaConfig),
}

impl Shared {
    /// As a process of its own would.
    fn open(&self) -> Arc<dyn Log> {
        match self {
            Self::Embedded(db, _) => Arc::new(EmbeddedLog::new(db.clone())),
            Self::Kafka(config) => Arc::new(KafkaLog::new(config.clone())),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Embedded(..) => "embedded",
            Self::Kafka(_) => "kafka",
        }
    }
}

/// An empty log of each kind, with a database for a service beside it.
async fn logs() -> Vec<(Shared, TestDb)> {
    let mut logs = Vec::new();
    for (log, kind) in test_support::databases().await.into_iter().zip(test_support::databases().await) {
        logs.push((Shared::Embedded(log.connect::<bus::Migrator>().await, log), kind));
    }
    logs.extend(kafka().map(|config| (Shared::Kafka(config), test_support::sqlite())));
    logs
}

/// Topics of its own on the tests' Kafka.
fn kafka() -> Option<KafkaConfig> {
    let brokers = test_support::component("KAFKA")?;
    let prefix = format!("test.{}.", uuid::Uuid::now_v7().simple());
    Some(KafkaConfig { brokers, prefix, partitions: 4, options: BTreeMap::new() })
}

async fn embedded(kind: &TestDb) -> EmbeddedLog {
    EmbeddedLog::new(kind.connect::<bus::Migrator>().await)
}

#[tokio::test]
async fn every_log_behaves_like_a_log() {
    for (log, _) in logs().await {
        behaves_like_a_log(&*log.open()).await;
    }
}

#[tokio::test]
async fn the_embedded_log_leaves_out_what_it_has() {
    for kind in test_support::databases().await {
        let log = embedded(&kind).await;
        let events = [envelope("a"), envelope("b"), envelope("c")];
        log.publish(&events).await.expect("publishes");
        log.publish(&events[1..]).await.expect("again changes nothing");
        let fetched = log.fetch("orders", &["catalog"], 10).await.expect("fetches");
        assert_eq!(
            ids(&fetched),
            events.each_ref().map(|event| event.id),
            "in the order they came, whatever they are of"
        );
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
            log.commit("orders", &fetched).await.expect("commits");
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
        let fetched = one.fetch("orders", &["catalog"], 10).await.expect("fetches");
        assert_eq!(fetched.len(), 1);
        assert!(two.fetch("orders", &["catalog"], 10).await.expect("fetches").is_empty(), "{}", kind.kind());
        one.leave("orders").await.expect("leaves");
        assert_eq!(two.fetch("orders", &["catalog"], 10).await.expect("fetches").len(), 1, "at once");
        one.commit("orders", &fetched).await.expect("is told nothing");
        assert_eq!(two.lag("orders", &["catalog"]).await.expect("answers").events(), 1, "who has left moves no cursor");
    }
}

#[tokio::test]
async fn a_process_whose_clock_was_ahead_keeps_nobody_away() {
    for kind in test_support::databases().await {
        let db = kind.connect::<bus::Migrator>().await;
        let (one, two) = (EmbeddedLog::new(db.clone()), EmbeddedLog::new(db.clone()));
        one.publish(&[envelope("a")]).await.expect("publishes");
        assert_eq!(one.fetch("orders", &["catalog"], 10).await.expect("fetches").len(), 1);
        let later = contracts::time::now() + chrono::Duration::hours(1);
        let tx = db.begin().await.expect("begins");
        tx.execute(&Query::update().table("cursors").value("held_until", later).to_owned()).await.expect("writes");
        tx.commit().await.expect("commits");
        assert_eq!(two.fetch("orders", &["catalog"], 10).await.expect("fetches").len(), 1, "{}", kind.kind());
    }
}

#[tokio::test]
async fn an_order_of_a_thousand_lines_fits() {
    for (log, kind) in logs().await {
        let log = log.open();
        let skus = (0..1000).map(|number| format!("{number:3000}")).collect();
        let large = Envelope::of(&StockShort { order_id: OrderId::new(), skus }).expect("serializable");
        log.publish(&[envelope("before"), large.clone(), envelope("after")]).await.expect("publishes");
        // It may come later than the small ones, and what is not committed comes again and again before it.
        let mut come = Vec::new();
        while come.len() < 3 {
            let fetched = fetch(&*log, "orders", 10, 1).await;
            log.commit("orders", &fetched).await.expect("commits");
            come.extend(fetched);
        }
        assert!(come.iter().any(|delivery| delivery.envelope == large), "{}", kind.kind());
        log.leave("orders").await.expect("leaves");
    }
}

#[tokio::test]
async fn the_log_forgets_what_is_old() {
    for kind in test_support::databases().await {
        let log = embedded(&kind).await;
        log.publish(&[envelope("a")]).await.expect("publishes");
        assert_eq!(log.prune(1).await.expect("prunes").rows, 0, "{}", kind.kind());
        assert_eq!(log.prune(-1).await.expect("prunes").rows, 1);
        log.publish(&[envelope("b")]).await.expect("publishes");
        let fetched = log.fetch("orders", &["catalog"], 10).await.expect("fetches");
        assert_eq!(fetched.iter().map(|d| d.place.position).collect::<Vec<_>>(), [2], "positions are never used again");
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
    assert_ne!(event.skus[0], "panic", "a defect in a handler");
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
    for (log, kind) in logs().await {
        let log = log.open();
        let db = kind.connect::<ServiceMigrator>().await;
        let shop = Shop { db: db.clone(), applied: Arc::default(), failures_left: Arc::new(AtomicU32::new(3)) };
        let stop = CancellationToken::new();
        let consumer = Consumer::new("orders", db.clone()).on(&shop, on_stock_short);
        assert_eq!(consumer.subscription().topics(), ["catalog"]);
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
        let subjects = parked::subjects(db.reader(), "orders").await.expect("asks").into_iter();
        assert_eq!(subjects.map(|subject| subject.partition_key).collect::<Vec<_>>(), [short(sick, "").key()]);
        parked::retry_now(&db, None).await.expect("asks");
        until("all are applied in their order", async || applied() == ["well", "poison", "behind"]).await;
        until("nothing is parked", async || parked::count(db.reader()).await.expect("counts") == 0).await;

        // Read all over again: the inbox knows every event.
        log.seek("orders", Start::Beginning).await.expect("seeks");
        until("the replay is through", async || log.lag("orders", &["catalog"]).await.expect("answers").events() == 0)
            .await;
        assert_eq!(applied().len(), 3, "{}", kind.kind());
        stop.cancel();
        relaying.await.expect("ends");
        consuming.await.expect("ends");
    }
}

fn is_final(_: &Shop, event: &PaymentFailed) -> bool {
    event.code == "final"
}

/// Takes news of a payment only of an order that it has heard of.
async fn on_payment_failed(shop: Shop, event: Received<PaymentFailed>) -> Result<(), HandlerError> {
    let mut applied = shop.applied.lock().expect("not poisoned");
    if !applied.contains(&event.order_id.to_string()) {
        return Err("the order is not known yet".into());
    }
    applied.push("failed".to_owned());
    Ok(())
}

#[tokio::test]
async fn an_event_that_came_before_its_cause_does_not_hold_the_cause_up() {
    for (log, kind) in logs().await {
        let log = log.open();
        let db = kind.connect::<ServiceMigrator>().await;
        let shop = Shop { db: db.clone(), applied: Arc::default(), failures_left: Arc::default() };
        let stop = CancellationToken::new();
        let consumer = Consumer::new("orders", db.clone()).on(&shop, on_stock_short).on(&shop, on_payment_failed);
        let consuming = tokio::spawn(consumer.run(log.clone(), stop.clone()));

        let order_id = OrderId::new();
        let failed = PaymentFailed { payment_id: PaymentId::new(), order_id, code: "declined".into() };
        let cause = short(order_id, &order_id.to_string());
        assert_eq!(failed.key(), cause.key(), "both speak of one order");
        log.publish(&[Envelope::of(&failed).expect("serializable")]).await.expect("publishes");
        until("it is parked", async || parked::count(db.reader()).await.expect("counts") == 1).await;
        // Nobody would try it again by the clock: what it waited for has it tried.
        let early = parked::list(db.reader(), 1).await.expect("lists").remove(0);
        for _ in early.attempts..parked::ATTEMPTS_MAX {
            parked::failed_again(&db, "orders", early.envelope.id.uuid(), "still not").await.expect("notes");
        }
        log.publish(&[Envelope::of(&cause).expect("serializable")]).await.expect("publishes");

        let applied = || shop.applied.lock().expect("not poisoned").clone();
        let both = [order_id.to_string(), "failed".to_owned()];
        until("both are applied", async || applied() == both).await;
        until("nothing is parked", async || parked::count(db.reader()).await.expect("counts") == 0).await;
        stop.cancel();
        consuming.await.expect("ends");
    }
}

/// A service with its relay and its consumer, on databases of their own.
struct Running {
    db: Db,
    log: Arc<dyn Log>,
    shop: Shop,
    stop: CancellationToken,
    tasks: tokio::task::JoinSet<()>,
}

impl Running {
    async fn start(log: Arc<dyn Log>, db: Db) -> Self {
        let shop = Shop { db: db.clone(), applied: Arc::default(), failures_left: Arc::default() };
        let mut running = Self { db, log, shop, stop: CancellationToken::new(), tasks: tokio::task::JoinSet::new() };
        running.consume().await;
        running.tasks.spawn(bus::relay("catalog", running.db.clone(), running.log.clone(), running.stop.clone()));
        running
    }

    /// The desk of a service that listens to two others.
    fn desk(&self) -> Desk {
        let listening = Consumer::new("orders", self.db.clone()).on(&self.shop, on_stock_short);
        let listening = listening.on(&self.shop, on_payment_failed).only(&self.shop, is_final);
        Desk::new(Service::Orders, self.db.clone(), self.log.clone(), listening.subscription().clone())
    }

    async fn consume(&mut self) {
        let consumer = Consumer::new("orders", self.db.clone()).on(&self.shop, on_stock_short);
        self.tasks.spawn(consumer.run(self.log.clone(), self.stop.clone()));
    }

    async fn publish(&self, events: &[StockShort]) {
        let tx = self.db.begin().await.expect("begins");
        for event in events {
            outbox::publish(&tx, event).await.expect("publishes");
        }
        tx.commit().await.expect("commits");
    }

    fn applied(&self) -> Vec<String> {
        self.shop.applied.lock().expect("not poisoned").clone()
    }

    async fn quiet(&self) {
        until("everything has arrived", async || {
            outbox::depth(self.db.reader()).await.expect("counts") == 0
                && self.log.lag("orders", &["catalog"]).await.expect("answers").events() == 0
        })
        .await;
    }

    async fn stop(self) {
        self.stop.cancel();
        self.tasks.join_all().await;
    }
}

async fn running(log: &Shared, kind: &TestDb) -> Running {
    Running::start(log.open(), kind.connect::<ServiceMigrator>().await).await
}

#[tokio::test]
async fn a_handler_that_panics_is_a_handler_that_fails() {
    for (log, kind) in logs().await {
        let running = running(&log, &kind).await;
        running.publish(&[short(OrderId::new(), "panic"), short(OrderId::new(), "well")]).await;
        until("the other event is applied", async || running.applied() == ["well"]).await;
        running.quiet().await;
        let parked = parked::list(running.db.reader(), 10).await.expect("lists");
        assert_eq!(parked.len(), 1, "{}", kind.kind());
        assert!(parked[0].cause.contains("a defect in a handler"), "{}", parked[0].cause);
        running.stop().await;
    }
}

#[tokio::test]
async fn a_batch_costs_little_and_an_idle_shop_writes_nothing() {
    const EVENTS: u64 = 50;
    for (log_kind, kind) in test_support::databases().await.iter().zip(test_support::databases().await) {
        let log_db = log_kind.connect::<bus::Migrator>().await;
        let running =
            Running::start(Arc::new(EmbeddedLog::new(log_db.clone())), kind.connect::<ServiceMigrator>().await).await;
        let orders: [OrderId; 5] = std::array::from_fn(|_| OrderId::new());
        let sku = |n: u64| format!("{} {n:02}", n % 5);
        let events: Vec<StockShort> =
            (0..EVENTS).zip(orders.iter().cycle()).map(|(n, id)| short(*id, &sku(n))).collect();
        running.publish(&events).await;
        running.quiet().await;
        // Sorting by order keeps the order in which its events were applied.
        let mut applied = running.applied();
        applied.sort_by_key(|sku| sku.as_bytes()[0]);
        let expected: Vec<String> = (0..5).flat_map(|order| (0..EVENTS).skip(order).step_by(5).map(sku)).collect();
        assert_eq!(applied, expected, "{}", kind.kind());
        let (mut log_commits, mut commits) = (log_db.commits(), running.db.commits());
        // The service: what published them, the relay's lease and its mark, one for each effect, and two that look for
        // what is old, the last after everything has arrived.
        until("all is committed", async || *commits.borrow() == 1 + 2 + EVENTS + 2).await;
        // The log: the events, the group's cursor made, held and moved, and one that looks for what is old.
        until("the log has it", async || *log_commits.borrow() == 1 + 3 + 1).await;
        commits.mark_unchanged();
        log_commits.mark_unchanged();

        // Longer than the relay believes in its lease and a reader in its hold, so that both always have to ask again.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(!commits.has_changed().expect("it is open") && !log_commits.has_changed().expect("it is open"));
        assert_eq!((*commits.borrow(), *log_commits.borrow()), (1 + 2 + EVENTS + 2, 1 + 3 + 1), "{}", kind.kind());
        // And one after that: what published it, the lease, the mark, the effect; the log's row, its cursor held and moved.
        running.publish(&[short(OrderId::new(), "one more")]).await;
        running.quiet().await;
        assert_eq!(*commits.borrow(), 1 + 2 + EVENTS + 2 + 4, "{}", kind.kind());
        assert_eq!(*log_commits.borrow(), 1 + 3 + 1 + 3, "{}", kind.kind());
        running.stop().await;
    }
}

#[tokio::test]
async fn two_processes_that_come_and_go_apply_each_event_once_and_in_order() {
    for (log, kind) in logs().await {
        let db = kind.connect::<ServiceMigrator>().await;
        let orders = [OrderId::new(), OrderId::new(), OrderId::new()];
        let mut applied = Vec::new();
        let mut published = 0;
        for _ in 0..4 {
            let (one, two) =
                (Running::start(log.open(), db.clone()).await, Running::start(log.open(), db.clone()).await);
            for _ in 0..10 {
                let events: Vec<StockShort> =
                    (0..3).map(|order| short(orders[order], &format!("{order} {published:03}"))).collect();
                published += 1;
                one.publish(&events).await;
            }
            // One leaves in the middle of it; the other goes on.
            let at_first = stopped(one).await;
            two.quiet().await;
            applied.push(at_first);
            applied.push(stopped(two).await);
        }
        // Sorting keeps the order in which a process applied what it did of one order.
        let of_order = |applied: &[String]| {
            let mut applied = applied.to_vec();
            applied.sort_by_key(|sku| sku.as_bytes()[0]);
            applied
        };
        for one in &applied {
            assert!(of_order(one).is_sorted(), "{} {}: {one:?}", log.kind(), kind.kind());
        }
        let mut all = of_order(&applied.concat());
        if matches!(log, Shared::Kafka(_)) {
            // Here both processes read at once, each its partitions, and hand them over as one leaves.
            all.sort();
        }
        let expected: Vec<String> =
            (0..3).flat_map(|order| (0..published).map(move |n| format!("{order} {n:03}"))).collect();
        assert_eq!(all, expected, "{} {}", log.kind(), kind.kind());
    }
}

/// What a process applied until it was stopped.
async fn stopped(running: Running) -> Vec<String> {
    let applied = running.shop.applied.clone();
    running.stop().await;
    applied.lock().expect("not poisoned").clone()
}

/// A log that cannot be reached now and then, or takes events and does not say so.
struct Flaky {
    log: EmbeddedLog,
    troubles: Mutex<Vec<Trouble>>,
    /// So many cursors it does not move.
    refuses: Arc<AtomicU32>,
    /// All that it was told, in that order.
    told: Arc<Mutex<Vec<EventId>>>,
}

#[derive(Clone, Copy)]
enum Trouble {
    Down,
    AnswerLost,
}

#[async_trait]
impl Log for Flaky {
    async fn publish(&self, events: &[Envelope]) -> Result<(), Unavailable> {
        self.told.lock().expect("not poisoned").extend(events.iter().map(|event| event.id));
        let trouble = self.troubles.lock().expect("not poisoned").pop();
        if matches!(trouble, Some(Trouble::Down)) {
            return Err(Unavailable("down".into()));
        }
        self.log.publish(events).await?;
        trouble.map_or(Ok(()), |_| Err(Unavailable("the answer was lost".into())))
    }

    async fn fetch(&self, group: &str, topics: &[&str], limit: u64) -> Result<Vec<Delivery>, Unavailable> {
        self.log.fetch(group, topics, limit).await
    }

    async fn commit(&self, group: &str, done: &[Delivery]) -> Result<(), Unavailable> {
        let refusing = |left: u32| left.checked_sub(1);
        if self.refuses.fetch_update(Ordering::SeqCst, Ordering::SeqCst, refusing).is_ok() {
            return Err(Unavailable("down".into()));
        }
        self.log.commit(group, done).await
    }

    async fn leave(&self, group: &str) -> Result<(), Unavailable> {
        self.log.leave(group).await
    }

    async fn seek(&self, group: &str, start: Start) -> Result<(), Unavailable> {
        self.log.seek(group, start).await
    }

    async fn lag(&self, group: &str, topics: &[&str]) -> Result<Lag, Unavailable> {
        self.log.lag(group, topics).await
    }

    async fn recent(&self, limit: u64) -> Result<Vec<Delivery>, Unavailable> {
        self.log.recent(limit).await
    }

    async fn find(&self, id: EventId) -> Result<Option<Delivery>, Unavailable> {
        self.log.find(id).await
    }

    async fn missing(&self, topic: &str, ids: &[uuid::Uuid]) -> Result<Vec<uuid::Uuid>, Unavailable> {
        self.log.missing(topic, ids).await
    }
}

#[tokio::test]
async fn what_waits_is_sent_once_and_in_order_however_much_it_is() {
    for (log_kind, kind) in test_support::databases().await.iter().zip(test_support::databases().await) {
        let db = kind.connect::<ServiceMigrator>().await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = Flaky {
            log: embedded(log_kind).await,
            troubles: Mutex::default(),
            refuses: Arc::default(),
            told: told.clone(),
        };
        let order = OrderId::new();
        let tx = db.begin().await.expect("begins");
        // More than two batches, so that each is marked while another is sent.
        for n in 0..450 {
            outbox::publish(&tx, &short(order, &n.to_string())).await.expect("publishes");
        }
        tx.commit().await.expect("commits");
        let waiting = outbox::unpublished(&db, 1000).await.expect("reads");
        let stop = CancellationToken::new();
        let relaying = tokio::spawn(bus::relay("catalog", db.clone(), Arc::new(log), stop.clone()));
        until("all are sent", async || outbox::depth(db.reader()).await.expect("counts") == 0).await;
        stop.cancel();
        relaying.await.expect("ends");
        let waited: Vec<EventId> = waiting.iter().map(|event| event.id).collect();
        assert_eq!(*told.lock().expect("not poisoned"), waited, "on {}", kind.kind());
    }
}

#[tokio::test]
async fn a_log_that_comes_and_goes_loses_doubles_and_reorders_nothing() {
    for (log_kind, kind) in test_support::databases().await.iter().zip(test_support::databases().await) {
        let db = kind.connect::<ServiceMigrator>().await;
        let log = embedded(log_kind).await;
        let troubles = Mutex::new(vec![Trouble::AnswerLost, Trouble::Down]);
        let flaky: Arc<dyn Log> =
            Arc::new(Flaky { log: log.clone(), troubles, refuses: Arc::default(), told: Arc::default() });
        let stop = CancellationToken::new();
        let relaying = tokio::spawn(bus::relay("catalog", db.clone(), flaky, stop.clone()));
        let order = OrderId::new();
        for n in 0..5 {
            let tx = db.begin().await.expect("begins");
            outbox::publish(&tx, &short(order, &n.to_string())).await.expect("publishes");
            tx.commit().await.expect("commits");
        }
        until("all are sent", async || outbox::depth(db.reader()).await.expect("counts") == 0).await;
        let events = log.fetch("orders", &["catalog"], 100).await.expect("fetches");
        let skus: Vec<_> = events.iter().map(|event| event.envelope.data["skus"][0].clone()).collect();
        assert_eq!(skus, ["0", "1", "2", "3", "4"], "{}", kind.kind());
        stop.cancel();
        relaying.await.expect("ends");
    }
}
