//! What must hold of the messages, checked from outside the code that makes it so.

use std::collections::HashSet;

use chrono::Duration;
use contracts::{invariant::Invariant, time};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    App,
    entity::{
        notification::{Column, Entity},
        order_contact,
    },
    model::Status,
};

/// How long a message may be overdue before it counts as stuck.
const OVERDUE_MINS: i64 = 10;
const SHOWN_MAX: u64 = 100;

/// All rules, over all shards.
pub async fn check(app: &App) -> Result<Vec<Invariant>, DbErr> {
    let mut together: Vec<Invariant> = Vec::new();
    for app in app.everywhere() {
        for (index, one) in check_shard(&app).await?.into_iter().enumerate() {
            match together.get_mut(index) {
                None => together.push(one),
                Some(all) => {
                    all.exercised += one.exercised;
                    all.violations.extend(one.violations);
                }
            }
        }
    }
    Ok(together)
}

async fn check_shard(app: &App) -> Result<Vec<Invariant>, DbErr> {
    let checked = [
        ("I40", "every paid order has a confirmation", confirmed(app).await?),
        ("I40", "no message was handed over more than twice", at_most_twice(app).await?),
        ("I40", "no message is stuck on its way", none_stuck(app).await?),
        ("I41", "no one-time link is kept once its message is sent", links_erased(app).await?),
        ("I42", "nothing personal is kept of erased customers", erased(app).await?),
    ];
    let told =
        |(id, title, (exercised, violations)): (&str, &str, Found)| Invariant::new(id, title, exercised, violations);
    Ok(checked.into_iter().map(told).collect())
}

/// How many things were looked at, and what is wrong with them.
type Found = (u64, Vec<String>);

async fn confirmed(app: &App) -> Result<Found, DbErr> {
    let owed: Vec<Uuid> = order_contact::Entity::find()
        .select_only()
        .column(order_contact::Column::OrderId)
        .filter(order_contact::Column::ConfirmedAt.is_not_null())
        .into_tuple()
        .all(app.db.reader())
        .await?;
    let written: Vec<Option<Uuid>> = Entity::find()
        .select_only()
        .column(Column::OrderId)
        .filter(Column::Template.eq("order_confirmation"))
        .into_tuple()
        .all(app.db.reader())
        .await?;
    let written: HashSet<Uuid> = written.into_iter().flatten().collect();
    let missing = owed.iter().filter(|order| !written.contains(*order));
    Ok((owed.len() as u64, missing.map(|order| format!("order {order} has no confirmation")).collect()))
}

async fn at_most_twice(app: &App) -> Result<Found, DbErr> {
    let often = ids(app, Condition::all().add(Column::Handovers.gt(2))).await?;
    Ok((
        Entity::find().filter(Column::Handovers.gt(0)).count(app.db.reader()).await?,
        often.into_iter().map(|id| format!("message {id} was handed over more than twice")).collect(),
    ))
}

async fn none_stuck(app: &App) -> Result<Found, DbErr> {
    let late = time::now() - Duration::minutes(OVERDUE_MINS);
    let queued = Condition::all().add(Column::Status.eq(Status::Queued)).add(Column::NextAttemptAt.lt(late));
    let sending = Condition::all().add(Column::Status.eq(Status::Sending)).add(Column::ClaimedUntil.lt(late));
    let stuck = ids(app, Condition::any().add(queued).add(sending)).await?;
    Ok((
        Entity::find().count(app.db.reader()).await?,
        stuck.into_iter().map(|id| format!("message {id} is overdue")).collect(),
    ))
}

async fn links_erased(app: &App) -> Result<Found, DbErr> {
    let over = Condition::all()
        .add(Column::Sensitive.eq(true))
        .add(Column::Status.is_not_in([Status::Queued, Status::Sending]));
    let kept = ids(app, over.clone().add(Column::Text.ne(""))).await?;
    Ok((
        Entity::find().filter(over).count(app.db.reader()).await?,
        kept.into_iter().map(|id| format!("message {id} still has its content")).collect(),
    ))
}

async fn erased(app: &App) -> Result<Found, DbErr> {
    let over =
        Condition::all().add(Column::Erase.eq(true)).add(Column::Status.is_not_in([Status::Queued, Status::Sending]));
    let kept = ids(app, over.clone().add(Column::Recipient.ne(""))).await?;
    let exercised = Entity::find().filter(over).count(app.db.reader()).await?;
    Ok((exercised, kept.into_iter().map(|id| format!("message {id} still names its recipient")).collect()))
}

async fn ids(app: &App, filter: Condition) -> Result<Vec<Uuid>, DbErr> {
    let query = Entity::find().select_only().column(Column::Id).filter(filter).limit(SHOWN_MAX);
    query.into_tuple().all(app.db.reader()).await
}
