//! The channel without a company behind it: messages are kept in a table of their own and can be read at `/dev/mail`.

use std::cmp::Reverse;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use contracts::time;
use db::{Db, Shards};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use crate::{
    App,
    channel::{Message, MessageChannel, Outcome, Unavailable},
    entity::mailbox,
    model,
};

/// Days after which messages are thrown away: nobody reads them, and they hold one-time links.
const KEPT_DAYS: i64 = 30;

/// Each message is kept in the shard that its id tells.
#[derive(Clone)]
pub struct Mailbox {
    shards: Shards,
}

impl Mailbox {
    pub fn new(shards: impl Into<Shards>) -> Self {
        Self { shards: shards.into() }
    }

    async fn keep(&self, message: &Message) -> Result<(), DbErr> {
        let tx = self.shards.of(message.id.uuid()).begin().await?;
        let row = mailbox::ActiveModel {
            id: Set(message.id.uuid()),
            channel: Set(model::channel_name(message.channel).to_owned()),
            sender: Set(message.from.clone()),
            recipient: Set(message.to.clone()),
            recipient_key: Set(model::recipient_key(&message.to)),
            subject: Set(message.subject.clone()),
            text: Set(message.text.clone()),
            html: Set(message.html.clone()),
            headers: Set(json!(message.headers)),
            received_at: Set(time::now()),
        };
        db::insert_absent(&*tx, [row], &["id"]).await?;
        tx.commit().await
    }
}

#[async_trait]
impl MessageChannel for Mailbox {
    async fn deliver(&self, message: &Message) -> Result<Outcome, Unavailable> {
        self.keep(message).await.map_err(|error| Unavailable(error.to_string()))?;
        Ok(Outcome::Delivered { provider_ref: format!("mailbox:{}", message.id) })
    }
}

/// Messages in the mailbox, newest first: those to `to` if given, and those older than `before`.
pub async fn list(app: &App, to: Option<&str>, before: Option<Uuid>, limit: u64) -> Result<Vec<mailbox::Model>, DbErr> {
    let asked = |app: App| async move { list_in(&app.db, to, before, limit).await };
    let mut rows = db::everywhere(app.everywhere(), asked).await?.concat();
    rows.sort_by_key(|row| Reverse(row.id));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

async fn list_in(db: &Db, to: Option<&str>, before: Option<Uuid>, limit: u64) -> Result<Vec<mailbox::Model>, DbErr> {
    let mut query = mailbox::Entity::find().order_by_desc(mailbox::Column::Id).limit(limit);
    if let Some(to) = to {
        query = query.filter(mailbox::COLUMN.recipient_key.contains(model::recipient_key(to)));
    }
    if let Some(before) = before {
        query = query.filter(mailbox::Column::Id.lt(before));
    }
    query.all(db.reader()).await
}

pub async fn find(app: &App, id: Uuid) -> Result<Option<mailbox::Model>, DbErr> {
    mailbox::Entity::find_by_id(id).one(app.shards.of(id).reader()).await
}

/// Throws away what has been here too long.
pub async fn prune(db: &Db) -> Result<u64, DbErr> {
    let oldest: DateTime<Utc> = time::now() - Duration::days(KEPT_DAYS);
    let tx = db.begin().await?;
    let done = mailbox::Entity::delete_many().filter(mailbox::Column::ReceivedAt.lt(oldest)).exec(&*tx).await?;
    tx.commit().await?;
    Ok(done.rows_affected)
}
