//! Forgetting someone whose account was erased: their messages, consents and contacts lose everything personal.

use std::collections::BTreeSet;

use contracts::ids::{OrderId, UserId};
use db::Tx;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    App,
    entity::{consent, mailbox, notification, order_contact, suppression},
    model::{self, Status},
};

const BATCH: u64 = 500;

/// Forgets `user`, known by the account and by what was written on its behalf here and, as `known`, elsewhere. What is still
/// being sent is forgotten when it is done with, by `sweep`.
pub async fn forget(tx: &Tx, user: UserId, known: &BTreeSet<String>) -> Result<(), DbErr> {
    let user = user.uuid();
    let keys: Vec<String> = addresses(&**tx, user).await?.union(known).cloned().collect();
    let to_address = Condition::all()
        .add(notification::Column::UserId.is_null())
        .add(notification::Column::RecipientKey.is_in(keys.clone()));
    empty_messages(tx, Condition::any().add(notification::Column::UserId.eq(user)).add(to_address)).await?;
    mailbox::Entity::delete_many().filter(mailbox::Column::RecipientKey.is_in(keys.clone())).exec(&**tx).await?;
    let consents =
        Condition::any().add(consent::Column::UserId.eq(user)).add(consent::Column::RecipientKey.is_in(keys.clone()));
    consent::Entity::delete_many().filter(consents).exec(&**tx).await?;
    suppression::Entity::delete_many().filter(suppression::Column::RecipientKey.is_in(keys)).exec(&**tx).await?;
    empty_contacts(tx, Condition::all().add(order_contact::Column::UserId.eq(user))).await
}

/// Forgets the buyer of one order, known here by the account and by the order's address. When that is forgotten already,
/// with the account, a message may have been written in spite of it: by an event that another process took up before.
pub async fn forget_order(tx: &Tx, order: OrderId) -> Result<(), DbErr> {
    let order = order.uuid();
    let contact = order_contact::Entity::find_by_id(order).one(&**tx).await?;
    let key = contact.map(|contact| model::recipient_key(&contact.email));
    let to_buyer = Condition::any()
        .add(notification::Column::UserId.is_not_null())
        .add_option(key.map(|key| notification::Column::RecipientKey.eq(key)));
    empty_messages(tx, Condition::all().add(notification::Column::OrderId.eq(order)).add(to_buyer)).await?;
    empty_contacts(tx, Condition::all().add(order_contact::Column::OrderId.eq(order))).await
}

/// Marks messages to be emptied, and empties those that are done with.
async fn empty_messages(tx: &Tx, which: Condition) -> Result<(), DbErr> {
    notification::Entity::update_many()
        .col_expr(notification::Column::Erase, Expr::value(true))
        .filter(which)
        .exec(&**tx)
        .await?;
    while scrub(tx).await? == BATCH {}
    Ok(())
}

async fn empty_contacts(tx: &Tx, which: Condition) -> Result<(), DbErr> {
    let nobody = order_contact::ActiveModel {
        email: Set(String::new()),
        name: Set(String::new()),
        user_id: Set(None),
        ..Default::default()
    };
    order_contact::Entity::update_many().set(nobody).filter(which).exec(&**tx).await?;
    Ok(())
}

/// Every address that was written to on behalf of the user.
pub async fn addresses(connection: &impl ConnectionTrait, user: Uuid) -> Result<BTreeSet<String>, DbErr> {
    let written: Vec<String> = notification::Entity::find()
        .select_only()
        .column(notification::Column::RecipientKey)
        .distinct()
        .filter(notification::Column::UserId.eq(user))
        .into_tuple()
        .all(connection)
        .await?;
    let ordered: Vec<String> = order_contact::Entity::find()
        .select_only()
        .column(order_contact::Column::Email)
        .distinct()
        .filter(order_contact::Column::UserId.eq(user))
        .into_tuple()
        .all(connection)
        .await?;
    let ordered = ordered.iter().map(|email| model::recipient_key(email));
    Ok(written.into_iter().chain(ordered).filter(|key| !key.is_empty()).collect())
}

/// Empties messages that are to be erased and are done with; answers how many, at most a batch.
async fn scrub(tx: &Tx) -> Result<u64, DbErr> {
    let rows: Vec<Uuid> = notification::Entity::find()
        .select_only()
        .column(notification::Column::Id)
        .filter(waiting())
        .limit(BATCH)
        .into_tuple()
        .all(&**tx)
        .await?;
    for id in &rows {
        let empty = notification::ActiveModel {
            recipient: Set(String::new()),
            // Still unique, together with a dedupe key that several people may share.
            recipient_key: Set(format!("erased:{id}")),
            user_id: Set(None),
            subject: Set(String::new()),
            text: Set(String::new()),
            html: Set(None),
            headers: Set(json!([])),
            ..Default::default()
        };
        notification::Entity::update_many().set(empty).filter(notification::Column::Id.eq(*id)).exec(&**tx).await?;
    }
    mailbox::Entity::delete_many().filter(mailbox::Column::Id.is_in(rows.iter().copied())).exec(&**tx).await?;
    Ok(rows.len() as u64)
}

/// Empties messages that were still on their way when their recipient was forgotten.
pub async fn sweep(app: &App) -> Result<(), DbErr> {
    let waiting = notification::Entity::find().filter(waiting()).limit(1).one(app.db.reader()).await?;
    if waiting.is_none() {
        return Ok(());
    }
    let tx = app.db.begin().await?;
    scrub(&tx).await?;
    tx.commit().await
}

fn waiting() -> Condition {
    Condition::all()
        .add(notification::Column::Erase.eq(true))
        .add(notification::Column::Status.is_not_in([Status::Queued, Status::Sending]))
        .add(notification::Column::Recipient.ne(""))
}
