//! What every channel must do. Each implementation's test is one call.

use std::sync::Arc;

use contracts::{calls::Channel, ids::NotificationId};
use notifications::{
    Mailbox, Migrator,
    channel::{Message, MessageChannel, Outcome},
    entity::mailbox::Entity,
};
use sea_orm::EntityTrait;
use test_support::databases;

use crate::support::Flaky;

/// It takes messages of every kind, names each, and is not upset by one that it has.
async fn behaves_like_a_channel(channel: &dyn MessageChannel) {
    for (kind, to) in [
        (Channel::Email, "ada@example.test"),
        (Channel::Sms, "+4930123456"),
        (Channel::Push, "https://push.example/abc"),
    ] {
        let message = Message {
            id: NotificationId::new(),
            channel: kind,
            from: "Rialto <shop@shop.example>".into(),
            to: to.into(),
            subject: "مرحبًا 🎂".into(),
            text: "Hello".into(),
            html: Some("<p>Hello</p>".into()),
            headers: vec![("Message-ID".into(), "<1@shop.example>".into())],
        };
        for _ in 0..2 {
            let outcome = channel.deliver(&message).await.expect("it can be reached");
            let Outcome::Delivered { provider_ref } = outcome else { panic!("refused: {outcome:?}") };
            assert!(!provider_ref.is_empty());
        }
    }
}

#[tokio::test]
async fn the_mailbox_is_a_channel_and_keeps_each_message_once() {
    for db in databases().await {
        let store = db.connect::<Migrator>().await;
        behaves_like_a_channel(&Mailbox::new(store.clone())).await;
        let kept = Entity::find().all(store.reader()).await.expect("reads");
        assert_eq!(kept.len(), 3, "{}", db.kind());
    }
}

#[tokio::test]
async fn the_fake_is_a_channel() {
    behaves_like_a_channel(&*Arc::new(Flaky::default())).await;
}
