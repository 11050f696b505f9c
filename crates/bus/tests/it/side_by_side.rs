//! Consumers that apply what is said of several things at the same time.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bus::{Consumer, EmbeddedLog, HandlerError, Log, Received};
use contracts::{Envelope, events::StockShort, ids::OrderId};
use db::{Db, parked};
use test_support::TestDb;
use tokio::{
    sync::{Barrier, Semaphore},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{Flaky, ServiceMigrator, Shop, embedded, on_stock_short, short, until};

/// Who can only act together.
#[derive(Clone)]
struct Pair {
    both: Arc<Barrier>,
    applied: Arc<Mutex<Vec<String>>>,
}

async fn on_stock_short_together(pair: Pair, event: Received<StockShort>) -> Result<(), HandlerError> {
    tokio::time::timeout(Duration::from_secs(5), pair.both.wait()).await?;
    pair.applied.lock().expect("not poisoned").push(event.skus[0].clone());
    Ok(())
}

/// A log with events in it, and a shop in which some of them take their time.
struct Stage {
    log: EmbeddedLog,
    db: Db,
    waiting: Waiting,
}

#[derive(Clone)]
struct Waiting {
    shop: Shop,
    go_on: Arc<Semaphore>,
    /// Of the event that waits: how often it is being applied, and the most at one time.
    under_way: Arc<AtomicU32>,
    at_once: Arc<AtomicU32>,
}

async fn on_stock_short_in_time(waiting: Waiting, event: Received<StockShort>) -> Result<(), HandlerError> {
    match event.skus[0].as_str() {
        "slow" => tokio::time::sleep(Duration::from_millis(1100)).await,
        "waits" => {
            let under_way = waiting.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            waiting.at_once.fetch_max(under_way, Ordering::SeqCst);
            drop(waiting.go_on.acquire().await?);
            waiting.under_way.fetch_sub(1, Ordering::SeqCst);
        }
        _ => {}
    }
    on_stock_short(waiting.shop.clone(), event).await
}

impl Stage {
    async fn set<const N: usize>(kind: &TestDb, events: [(OrderId, &str); N]) -> Self {
        let (log, db) = (embedded(kind).await, kind.connect::<ServiceMigrator>().await);
        let events = events.map(|(order, sku)| Envelope::of(&short(order, sku)).expect("serializable"));
        log.publish(&events).await.expect("publishes");
        let shop = Shop { db: db.clone(), applied: Arc::default(), failures_left: Arc::default() };
        let (under_way, at_once) = (Arc::default(), Arc::default());
        Self { log, db, waiting: Waiting { shop, go_on: Arc::new(Semaphore::new(0)), under_way, at_once } }
    }

    fn consume(&self, log: Arc<dyn Log>, stop: &CancellationToken) -> JoinHandle<()> {
        let consumer = Consumer::new("orders", self.db.clone()).on(&self.waiting, on_stock_short_in_time);
        tokio::spawn(consumer.run(log, stop.clone()))
    }

    /// Consumes until all events were taken.
    async fn consume_all(&self) {
        let stop = CancellationToken::new();
        let consuming = self.consume(Arc::new(self.log.clone()), &stop);
        until("all were taken", async || self.behind().await == 0).await;
        stop.cancel();
        consuming.await.expect("ends");
    }

    async fn behind(&self) -> u64 {
        self.log.lag("orders", &["catalog"]).await.expect("answers").events()
    }

    fn applied(&self) -> Vec<String> {
        self.waiting.shop.applied.lock().expect("not poisoned").clone()
    }

    async fn parked(&self) -> u64 {
        parked::count(self.db.reader()).await.expect("counts")
    }
}

#[tokio::test]
async fn several_things_move_on_at_the_same_time_and_each_in_its_order() {
    for kind in test_support::databases().await {
        let (one, other) = (OrderId::new(), OrderId::new());
        let stage = Stage::set(
            &kind,
            [
                (one, "one 1"),
                (one, "one 2"),
                (other, "other 1"),
                (one, "one 3"),
                (other, "other 2"),
                (other, "other 3"),
            ],
        )
        .await;
        let pair = Pair { both: Arc::new(Barrier::new(2)), applied: Arc::default() };
        let consumer = Consumer::new("orders", stage.db.clone()).on(&pair, on_stock_short_together);
        let stop = CancellationToken::new();
        let consuming = tokio::spawn(consumer.run(Arc::new(stage.log.clone()), stop.clone()));
        until("all were taken", async || stage.behind().await == 0).await;
        stop.cancel();
        consuming.await.expect("ends");
        assert_eq!(stage.parked().await, 0, "{}: one waited for the other", kind.kind());
        let applied = pair.applied.lock().expect("not poisoned").clone();
        for order in ["one", "other"] {
            let of_order: Vec<String> = applied.iter().filter(|sku| sku.starts_with(order)).cloned().collect();
            assert_eq!(of_order, (1..=3).map(|n| format!("{order} {n}")).collect::<Vec<_>>(), "{}", kind.kind());
        }
    }
}

#[tokio::test]
async fn a_cursor_stays_before_the_first_event_that_is_not_done() {
    for kind in test_support::databases().await {
        let (one, other) = (OrderId::new(), OrderId::new());
        let events = [(one, "waits"), (other, "quick"), (one, "behind"), (other, "quick, too")];
        let stage = Stage::set(&kind, events).await;
        let stop = CancellationToken::new();
        let consuming = stage.consume(Arc::new(stage.log.clone()), &stop);
        until("the other thing's are applied", async || stage.applied() == ["quick", "quick, too"]).await;
        stop.cancel();
        stage.waiting.go_on.add_permits(1);
        consuming.await.expect("ends");
        assert_eq!(stage.applied(), ["quick", "quick, too", "waits"], "what is under way is finished");
        assert_eq!(stage.behind().await, 2, "{}: what waits, and what was applied behind it", kind.kind());
        stage.consume_all().await;
        assert_eq!(stage.applied(), ["quick", "quick, too", "waits", "behind"], "{}: each once", kind.kind());
    }
}

#[tokio::test]
async fn an_event_that_was_applied_is_not_parked_when_it_comes_again() {
    for kind in test_support::databases().await {
        let (one, other) = (OrderId::new(), OrderId::new());
        let events = [(one, "waits"), (one, "behind"), (other, "quick"), (other, "poison")];
        let stage = Stage::set(&kind, events).await;
        stage.waiting.shop.failures_left.store(3, Ordering::SeqCst);
        let stop = CancellationToken::new();
        let consuming = stage.consume(Arc::new(stage.log.clone()), &stop);
        until("the last one is parked", async || stage.parked().await == 1).await;
        stop.cancel();
        stage.waiting.go_on.add_permits(1);
        consuming.await.expect("ends");
        assert_eq!(stage.behind().await, 3, "{}: what was applied and parked comes again", kind.kind());
        stage.consume_all().await;
        assert_eq!(stage.applied(), ["quick", "waits", "behind"]);
        assert_eq!(stage.parked().await, 1, "{}: the one that failed", kind.kind());
    }
}

#[tokio::test]
async fn nothing_is_applied_beside_its_own_next_try_when_a_cursor_cannot_be_moved() {
    for kind in test_support::databases().await {
        let (one, other) = (OrderId::new(), OrderId::new());
        let stage = Stage::set(&kind, [(one, "slow"), (other, "waits")]).await;
        let refuses = Arc::new(AtomicU32::new(1));
        let flaky = Flaky {
            log: stage.log.clone(),
            troubles: Mutex::default(),
            refuses: refuses.clone(),
            told: Arc::default(),
        };
        let stop = CancellationToken::new();
        let consuming = stage.consume(Arc::new(flaky), &stop);
        until("the cursor was not moved", async || refuses.load(Ordering::SeqCst) == 0).await;
        // Longer than the pause before the next try.
        tokio::time::sleep(Duration::from_secs(1)).await;
        stage.waiting.go_on.add_permits(1);
        until("all were taken", async || stage.behind().await == 0).await;
        stop.cancel();
        consuming.await.expect("ends");
        assert_eq!(stage.waiting.at_once.load(Ordering::SeqCst), 1, "{}", kind.kind());
        assert_eq!(stage.applied(), ["slow", "waits"], "{}: each once", kind.kind());
    }
}
