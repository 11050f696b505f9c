//! One service with several databases: each reads the log for itself, and applies what speaks of its own.

use std::sync::{Arc, Mutex};

use bus::{Consumer, Desk, Desks, HandlerError, Received};
use contracts::{
    Envelope, Event, Service, Shard,
    events::{EmailVerified, StockShort},
    ids::{OrderId, UserId},
};
use db::Db;
use tokio_util::sync::CancellationToken;

use crate::{ServiceMigrator, logs, until};

const COUNT: usize = 3;

#[derive(Clone)]
struct Part {
    db: Db,
    applied: Arc<Mutex<Vec<String>>>,
}

impl Part {
    fn note(&self, what: &str) {
        self.applied.lock().expect("not poisoned").push(what.to_owned());
    }

    fn applied(&self) -> Vec<String> {
        self.applied.lock().expect("not poisoned").clone()
    }
}

async fn on_stock_short(part: Part, event: Received<StockShort>) -> Result<(), HandlerError> {
    if event.skus[0] == "poison" {
        return Err("poisoned".into());
    }
    part.note(&event.skus[0]);
    Ok(())
}

async fn on_email_verified(part: Part, event: Received<EmailVerified>) -> Result<(), HandlerError> {
    if event.email == "poison" {
        return Err("poisoned".into());
    }
    part.note(&event.email);
    Ok(())
}

fn shard(number: usize) -> Shard {
    Shard::numbered(number).expect("an id can tell it")
}

fn short(shard: Shard, sku: &str) -> Envelope {
    let event = StockShort { order_id: OrderId::new_in(shard), skus: vec![sku.to_owned()] };
    Envelope::of(&event).expect("serializable")
}

fn verified(email: &str) -> Envelope {
    let event = EmailVerified { user_id: UserId::new_in(shard(1)), email: email.to_owned() };
    Envelope::of(&event).expect("serializable")
}

#[tokio::test]
async fn each_shard_applies_its_own_and_all_what_concerns_all() {
    for (log, kind) in logs().await {
        let log = log.open();
        let stop = CancellationToken::new();
        let mut tasks = tokio::task::JoinSet::new();
        let (mut parts, mut desks) = (Vec::new(), Vec::new());
        for number in 0..COUNT {
            let own = test_support::sqlite();
            let db = own.connect::<ServiceMigrator>().await;
            let part = Part { db: db.clone(), applied: Arc::default() };
            let consumer = Consumer::new("orders", db.clone())
                .on(&part, on_stock_short)
                .on(&part, on_email_verified)
                .for_shard(shard(number), COUNT);
            let desk = Desk::new(Service::Orders, db, log.clone(), consumer.subscription().clone());
            desks.push(desk.for_shard(shard(number)));
            tasks.spawn(consumer.run(log.clone(), stop.clone()));
            parts.push((part, own));
        }
        assert_eq!(desks.iter().map(Desk::name).collect::<Vec<_>>(), ["orders", "orders-1", "orders-2"]);

        // One names a shard that is not there, which is the first one's to find out.
        let events = [
            short(shard(0), "first"),
            short(shard(1), "second"),
            short(shard(2), "third"),
            short(shard(9), "nowhere"),
            verified("all"),
        ];
        log.publish(&events).await.expect("publishes");
        let expected = [vec!["first", "nowhere", "all"], vec!["second", "all"], vec!["third", "all"]];
        for ((part, _), expected) in parts.iter().zip(&expected) {
            until("each has what is its own", async || {
                let mut applied = part.applied();
                applied.sort();
                let mut expected = expected.clone();
                expected.sort_unstable();
                applied == expected
            })
            .await;
        }

        log.publish(&[verified("poison"), short(shard(2), "poison")]).await.expect("publishes");
        let all = Desks::from(desks);
        until("four are parked", async || all.standing().await.expect("answers").parked == 4).await;
        let parked = all.parked(None, 10).await.expect("lists");
        let mut behind = Vec::new();
        let mut place = None;
        while let Some(event) = all.parked(place, 1).await.expect("lists").pop() {
            place = Some(event.position);
            behind.push(event.id);
        }
        assert_eq!(behind, parked.iter().map(|event| event.id).collect::<Vec<_>>(), "on {}", kind.kind());
        let concerns_all = parked.iter().find(|event| event.r#type == EmailVerified::TYPE).expect("it is parked");
        all.skip(concerns_all.id, "staff:somebody", "hopeless").await.expect("gives up");
        let left = all.standing().await.expect("answers").parked;
        assert_eq!(left, 1, "what concerns all is given up by all");
        stop.cancel();
        tasks.join_all().await;
        assert!(parts.iter().all(|(part, _)| !part.db.is_away()));
    }
}
