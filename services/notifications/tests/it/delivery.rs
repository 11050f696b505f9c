//! Delivery under failure: in order, once, at most twice after crashes, and given up in the end.

use std::time::Duration;

use contracts::{
    calls::{Channel, SendNotification},
    time,
};
use notifications::{
    Channels, Config,
    channel::{Outcome, Unavailable},
    entity::notification,
    model::Status,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use test_support::databases;
use tokio_util::sync::CancellationToken;

use crate::support::{Flaky, Shop, config};

fn note(subject: &str) -> SendNotification {
    SendNotification {
        to: Some("ada@example.test".into()),
        channel: Channel::Email,
        subject: Some(subject.into()),
        body: Some("Hello.".into()),
        ..SendNotification::default()
    }
}

async fn set(shop: &Shop, column: notification::Column, value: impl Into<sea_orm::Value>) {
    let tx = shop.app.db.begin().await.expect("begins");
    notification::Entity::update_many()
        .col_expr(column, Expr::value(value))
        .filter(notification::Column::Id.is_not_null())
        .exec(&*tx)
        .await
        .expect("updates");
    tx.commit().await.expect("commits");
}

async fn statuses(shop: &Shop) -> Vec<Status> {
    let rows = notification::Entity::find().all(shop.app.db.reader()).await.expect("reads");
    rows.into_iter().map(|row| row.status).collect()
}

#[tokio::test]
async fn a_channel_that_comes_back_gets_everything_in_order_and_once() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        shop.channel.set_down(true);
        let subjects = ["one", "two", "three", "four"];
        for subject in subjects {
            shop.send(&note(subject)).await.expect("accepted");
            shop.deliver().await;
        }
        assert_eq!(shop.channel.subjects(), Vec::<String>::new());
        shop.channel.set_down(false);
        while shop.channel.taken().len() < subjects.len() {
            shop.deliver_soon().await;
        }
        assert_eq!(shop.deliver().await, 0);
        assert_eq!(shop.channel.subjects(), subjects, "{}", db.kind());
        assert!(statuses(&shop).await.iter().all(|status| *status == Status::Sent));
        shop.sound().await;
    }
}

#[tokio::test]
async fn one_poisonous_message_does_not_hold_up_the_others_for_ever() {
    let shop = Shop::open(&test_support::sqlite()).await;
    shop.send(&note("poison")).await.expect("accepted");
    for _ in 0..6 {
        shop.channel.answer_next(Err(Unavailable("chokes on it".into())));
    }
    for _ in 0..5 {
        set(&shop, notification::Column::NextAttemptAt, time::now()).await;
        while shop.log("?status=queued").await[0]["attempts"] == 0 {
            shop.deliver().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        shop.deliver().await;
    }
    shop.send(&note("good")).await.expect("accepted");
    while !shop.channel.subjects().contains(&"good".to_owned()) {
        shop.deliver().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_refused_message_has_failed_and_says_why() {
    let shop = Shop::open(&test_support::sqlite()).await;
    shop.channel.answer_next(Ok(Outcome::Refused { reason: "no such mailbox".into() }));
    shop.send(&note("one")).await.expect("accepted");
    shop.send(&note("two")).await.expect("accepted");
    shop.deliver().await;
    let log = shop.log("?status=failed").await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0]["reason"], "refused: no such mailbox");
    assert_eq!(shop.channel.subjects(), ["two"]);
    shop.sound().await;
}

#[tokio::test]
async fn a_message_is_given_up_after_three_days_but_not_before_it_was_tried() {
    let shop = Shop::open(&test_support::sqlite()).await;
    shop.channel.set_down(true);
    shop.send(&note("old")).await.expect("accepted");
    set(&shop, notification::Column::CreatedAt, time::now() - chrono::Duration::hours(73)).await;
    shop.deliver().await;
    assert_eq!(statuses(&shop).await, [Status::Queued]);
    shop.deliver_soon().await;
    assert_eq!(statuses(&shop).await, [Status::Failed]);
    assert!(shop.log("").await[0]["reason"].as_str().is_some_and(|reason| reason.starts_with("unavailable")));
}

/// Starts handing over and dies when the channel has the message, before the answer is noted.
async fn crash_while_sending(shop: &Shop) {
    let before = shop.channel.taken().len();
    shop.channel.set_hang(true);
    let app = shop.app.clone();
    let job = tokio::spawn(async move { notifications::deliver_due(&app).await });
    while shop.channel.taken().len() == before {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    job.abort();
    let _ = job.await;
    shop.channel.set_hang(false);
    set(shop, notification::Column::ClaimedUntil, Some(time::now() - chrono::Duration::seconds(1))).await;
}

#[tokio::test]
async fn a_crash_sends_at_most_once_more() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        shop.send(&note("one")).await.expect("accepted");
        crash_while_sending(&shop).await;
        assert_eq!(shop.deliver().await, 1);
        assert_eq!(shop.channel.subjects(), ["one", "one"]);
        assert_eq!(statuses(&shop).await, [Status::Sent]);
        assert_eq!(shop.deliver().await, 0);
        shop.sound().await;
    }
}

#[tokio::test]
async fn two_crashes_do_not_send_a_third_time() {
    let shop = Shop::open(&test_support::sqlite()).await;
    shop.send(&note("one")).await.expect("accepted");
    crash_while_sending(&shop).await;
    crash_while_sending(&shop).await;
    assert_eq!(shop.deliver().await, 0);
    assert_eq!(shop.channel.subjects(), ["one", "one"]);
    assert_eq!(statuses(&shop).await, [Status::Failed]);
    shop.sound().await;
}

#[tokio::test]
async fn a_channel_that_never_answers_counts_as_unavailable() {
    let channel = std::sync::Arc::new(Flaky::default());
    let channels = Channels { email: channel.clone(), sms: channel.clone(), push: channel.clone() };
    let config = Config { deliver_timeout_secs: 1, ..config() };
    let shop = Shop::with(&test_support::sqlite(), config, Some(channels), channel).await;
    shop.channel.set_hang(true);
    shop.send(&note("one")).await.expect("accepted");
    assert_eq!(shop.deliver().await, 0);
    assert_eq!(statuses(&shop).await, [Status::Queued]);
}

#[tokio::test]
async fn two_processes_share_the_queue_without_sending_twice() {
    for db in databases().await {
        let shop = Shop::open(&db).await;
        for index in 0..20 {
            shop.send(&note(&format!("message {index}"))).await.expect("accepted");
        }
        let (first, second) =
            tokio::join!(notifications::deliver_due(&shop.app), notifications::deliver_due(&shop.app));
        first.expect("delivers");
        second.expect("delivers");
        let mut subjects = shop.channel.subjects();
        assert_eq!(subjects.len(), 20, "{}", db.kind());
        subjects.sort();
        subjects.dedup();
        assert_eq!(subjects.len(), 20, "{}", db.kind());
    }
}

#[tokio::test]
async fn the_job_wakes_at_once_and_ends_when_told() {
    let shop = Shop::open(&test_support::sqlite()).await;
    let stop = CancellationToken::new();
    let job = tokio::spawn(notifications::jobs(shop.app.clone(), stop.clone()));
    shop.send(&note("one")).await.expect("accepted");
    let arrived = async {
        while shop.channel.taken().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), arrived).await.expect("delivered");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), job).await.expect("ends in time").expect("ends well");
}
