//! The queue's rows: putting letters in, and moving them along their life with guarded updates.

use chrono::{DateTime, Utc};
use contracts::{calls::Channel, ids::NotificationId, time};
use db::{Db, Tx};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use crate::{
    compose::Letter,
    consent,
    entity::notification::{self, Column, Entity},
    model::{self, Status},
};

/// Where a letter ended up.
#[derive(Clone, Copy, Debug)]
pub struct Queued {
    pub id: NotificationId,
    pub status: Status,
}

/// Puts a letter into the queue, or notes that it must not be sent. A letter whose dedupe key is there already
/// changes nothing and answers with the earlier one. Who wants to be told what is known in the first shard: in others that
/// is found out when the letter is taken up.
pub async fn enqueue(tx: &Tx, letter: &Letter) -> Result<Queued, DbErr> {
    let key = model::recipient_key(&letter.to.address);
    let channel = model::channel_name(letter.to.channel);
    let user = letter.to.user_id.map(contracts::Id::uuid);
    let veto = if letter.id.shard().is_first() {
        consent::veto(&**tx, letter.topic, channel, &key, user).await?
    } else {
        consent::erased(&key)
    };
    let status = if veto.is_some() { Status::Suppressed } else { Status::Queued };
    // What will not be sent need not keep its one-time link.
    let erased = letter.sensitive && veto.is_some();
    let now = time::now();
    let row = notification::ActiveModel {
        id: Set(letter.id.uuid()),
        channel: Set(channel.to_owned()),
        recipient: Set(letter.to.address.trim().to_owned()),
        recipient_key: Set(key.clone()),
        user_id: Set(user),
        order_id: Set(letter.order_id.map(contracts::Id::uuid)),
        template: Set(letter.template.clone()),
        language: Set(letter.language.clone()),
        topic: Set(letter.topic),
        subject: Set(letter.subject.clone()),
        text: Set(if erased { String::new() } else { letter.text.clone() }),
        html: Set(letter.html.clone().filter(|_| !erased)),
        headers: Set(json!(letter.headers)),
        sensitive: Set(letter.sensitive),
        erase: Set(false),
        status: Set(status),
        reason: Set(veto.map(str::to_owned)),
        dedupe_key: Set(letter.dedupe_key.clone()),
        resend_of: Set(letter.resend_of.map(contracts::Id::uuid)),
        handovers: Set(0),
        attempts: Set(0),
        next_attempt_at: Set(now),
        claimed_until: Set(None),
        provider_ref: Set(None),
        created_at: Set(now),
        sent_at: Set(None),
    };
    let inserted = db::insert_absent(&**tx, [row], &["dedupe_key", "channel", "recipient_key"]).await?;
    if inserted == 1 {
        count(channel, status);
        return Ok(Queued { id: letter.id, status });
    }
    let earlier = Entity::find()
        .filter(Column::DedupeKey.eq(&letter.dedupe_key))
        .filter(Column::Channel.eq(channel))
        .filter(Column::RecipientKey.eq(key))
        .one(&**tx)
        .await?;
    let earlier = earlier.ok_or_else(|| DbErr::Custom("the earlier message of a dedupe key is gone".into()))?;
    Ok(Queued { id: earlier.id.into(), status: earlier.status })
}

/// Messages of a channel whose turn it is, oldest first.
pub async fn due(db: &Db, channel: Channel, limit: u64) -> Result<Vec<notification::Model>, DbErr> {
    Entity::find()
        .filter(Column::Status.eq(Status::Queued))
        .filter(Column::Channel.eq(model::channel_name(channel)))
        .filter(Column::NextAttemptAt.lte(time::now()))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db.reader())
        .await
}

/// Messages that were being handed over when their process ended.
pub async fn interrupted(db: &Db, limit: u64) -> Result<Vec<notification::Model>, DbErr> {
    Entity::find()
        .filter(Column::Status.eq(Status::Sending))
        .filter(Column::ClaimedUntil.lt(time::now()))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db.reader())
        .await
}

/// Whether anything is due on any channel, or was interrupted: one question, so that looking costs an idle shop little.
pub async fn has_work(db: &Db) -> Result<bool, DbErr> {
    let now = time::now();
    let due = Condition::all().add(Column::Status.eq(Status::Queued)).add(Column::NextAttemptAt.lte(now));
    let interrupted = Condition::all().add(Column::Status.eq(Status::Sending)).add(Column::ClaimedUntil.lt(now));
    let found = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Condition::any().add(due).add(interrupted))
        .limit(1)
        .into_tuple::<Uuid>()
        .one(db.reader())
        .await?;
    Ok(found.is_some())
}

/// What changes with a message's status.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub reason: Option<String>,
    pub handovers: i32,
    pub attempts: i32,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub claimed_until: Option<DateTime<Utc>>,
    pub provider_ref: Option<String>,
}

/// Moves `message` to `status`, if it still stands where it was read. `handovers` and `attempts` are added.
pub async fn set_status(tx: &Tx, message: &notification::Model, status: Status, change: Change) -> Result<bool, DbErr> {
    let mut row = notification::ActiveModel {
        status: Set(status),
        reason: Set(change.reason),
        handovers: Set(message.handovers + change.handovers),
        attempts: Set(message.attempts.saturating_add(change.attempts)),
        claimed_until: Set(change.claimed_until),
        ..Default::default()
    };
    if let Some(at) = change.next_attempt_at {
        row.next_attempt_at = Set(at);
    }
    if let Some(provider_ref) = change.provider_ref {
        row.provider_ref = Set(Some(provider_ref));
        row.sent_at = Set(Some(time::now()));
    }
    if status.is_final() && message.sensitive {
        row.text = Set(String::new());
        row.html = Set(None);
    }
    let done = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(message.id))
        .filter(Column::Status.eq(message.status))
        .filter(Column::Handovers.eq(message.handovers))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Has messages wait until `at`.
pub async fn postpone(tx: &Tx, messages: &[Uuid], at: DateTime<Utc>) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::NextAttemptAt, Expr::value(at))
        .filter(Column::Id.is_in(messages.iter().copied()))
        .filter(Column::Status.eq(Status::Queued))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub fn count(channel: &str, status: Status) {
    metrics::counter!("rialto_notifications_total", "channel" => channel.to_owned(), "status" => status.name())
        .increment(1);
}
