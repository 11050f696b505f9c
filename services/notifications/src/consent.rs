//! Who agreed to what: the record of it, what it means for a message, and the addresses that are not written to.

use chrono::{DateTime, Utc};
use contracts::time;
use db::Tx;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use uuid::Uuid;

use crate::{
    entity::{consent, suppression},
    model::Topic,
};

/// Someone, known by account, by address, or both.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub user_id: Option<Uuid>,
    pub recipient_key: Option<String>,
}

impl Person {
    /// Entries of this person. Nobody known means no entry.
    fn entries(&self) -> Condition {
        let mut any = Condition::any();
        if let Some(user) = self.user_id {
            any = any.add(consent::Column::UserId.eq(user));
        }
        if let Some(key) = &self.recipient_key {
            any = any.add(consent::Column::RecipientKey.eq(key));
        }
        if any.is_empty() { any.add(consent::Column::Id.is_null()) } else { any }
    }
}

/// Why nothing can be sent to this address, if it is none.
pub fn erased(recipient_key: &str) -> Option<&'static str> {
    // What services put in the place of an erased address; RFC 2606 keeps it from ever being one.
    let is_nobody =
        recipient_key.is_empty() || recipient_key.ends_with("@invalid") || recipient_key.ends_with(".invalid");
    is_nobody.then_some("erased")
}

/// Why a message must not be sent, if it must not. To be asked of the first shard.
pub async fn veto(
    connection: &impl ConnectionTrait,
    topic: Topic,
    channel: &str,
    recipient_key: &str,
    user_id: Option<Uuid>,
) -> Result<Option<&'static str>, DbErr> {
    if let Some(reason) = erased(recipient_key) {
        return Ok(Some(reason));
    }
    let suppressed = suppression::Entity::find()
        .filter(suppression::Column::Channel.eq(channel))
        .filter(suppression::Column::RecipientKey.eq(recipient_key))
        .one(connection)
        .await?;
    match suppressed.as_ref().map(|row| row.reason.as_str()) {
        Some("hard_bounce") => return Ok(Some("hard_bounce")),
        Some("manual") => return Ok(Some("suppressed_by_staff")),
        // Someone who complained about advertising still gets the receipt.
        Some(_) if topic.needs_consent() => return Ok(Some("complaint")),
        _ => {}
    }
    if !topic.needs_consent() {
        return Ok(None);
    }
    let person = Person { user_id, recipient_key: Some(recipient_key.to_owned()) };
    let agreed = latest(connection, &person, topic, channel).await?.is_some_and(|entry| entry.granted);
    Ok((!agreed).then_some("no_consent"))
}

/// The entry that counts.
pub async fn latest(
    connection: &impl ConnectionTrait,
    person: &Person,
    topic: Topic,
    channel: &str,
) -> Result<Option<consent::Model>, DbErr> {
    consent::Entity::find()
        .filter(person.entries())
        .filter(consent::Column::Topic.eq(topic))
        .filter(consent::Column::Channel.eq(channel))
        .order_by_desc(consent::Column::GivenAt)
        .order_by_desc(consent::Column::Id)
        .one(connection)
        .await
}

/// What someone decided, and how we know.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    pub topic: Topic,
    pub channel: &'a str,
    pub granted: bool,
    /// Where it was said: `registration`, `preferences`, `unsubscribe_link`.
    pub source: &'a str,
    /// Which wording was agreed to.
    pub text_version: &'a str,
}

/// Adds an entry, unless it would say what the latest one says.
pub async fn decide(tx: &Tx, person: &Person, decision: &Decision<'_>) -> Result<bool, DbErr> {
    let before = latest(&**tx, person, decision.topic, decision.channel).await?;
    if before.is_some_and(|entry| entry.granted == decision.granted) {
        return Ok(false);
    }
    let row = consent::ActiveModel {
        id: Set(Uuid::now_v7()),
        user_id: Set(person.user_id),
        recipient_key: Set(person.recipient_key.clone()),
        topic: Set(decision.topic),
        channel: Set(decision.channel.to_owned()),
        granted: Set(decision.granted),
        source: Set(decision.source.to_owned()),
        text_version: Set(decision.text_version.to_owned()),
        given_at: Set(time::now()),
    };
    row.insert(&**tx).await?;
    Ok(true)
}

/// A person's entries, newest first.
pub async fn history(
    connection: &impl ConnectionTrait,
    person: &Person,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: u64,
) -> Result<Vec<consent::Model>, DbErr> {
    let mut query = consent::Entity::find().filter(person.entries());
    if let Some((at, id)) = before {
        let earlier = Condition::any()
            .add(consent::Column::GivenAt.lt(at))
            .add(Condition::all().add(consent::Column::GivenAt.eq(at)).add(consent::Column::Id.lt(id)));
        query = query.filter(earlier);
    }
    query.order_by_desc(consent::Column::GivenAt).order_by_desc(consent::Column::Id).limit(limit).all(connection).await
}
