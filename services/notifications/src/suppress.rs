//! The list of addresses that are not written to, as staff keep it.

use contracts::{calls::Channel, ids::UserId, time};
use db::Db;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    App,
    entity::suppression::{self, Column, Entity},
    error::Error,
    model,
};

/// Puts an address on the list. One that is there already gets the new reason.
pub async fn add(
    app: &App,
    channel: Channel,
    address: &str,
    reason: &str,
    by: UserId,
) -> Result<suppression::Model, Error> {
    let channel = model::channel_name(channel);
    let key = model::recipient_key(address);
    let tx = app.db.begin().await?;
    let row = suppression::ActiveModel {
        id: Set(Uuid::now_v7()),
        channel: Set(channel.to_owned()),
        recipient_key: Set(key.clone()),
        reason: Set(reason.to_owned()),
        created_by: Set(Some(by.uuid())),
        created_at: Set(time::now()),
    };
    Entity::insert(row)
        .on_conflict(OnConflict::columns(["channel", "recipient_key"]).update_column(Column::Reason).to_owned())
        .exec_without_returning(&*tx)
        .await?;
    let kept =
        Entity::find().filter(Column::Channel.eq(channel)).filter(Column::RecipientKey.eq(key)).one(&*tx).await?;
    tx.commit().await?;
    kept.ok_or(Error::NotFound)
}

pub async fn change(app: &App, id: Uuid, reason: &str) -> Result<suppression::Model, Error> {
    let tx = app.db.begin().await?;
    Entity::update_many().col_expr(Column::Reason, Expr::value(reason)).filter(Column::Id.eq(id)).exec(&*tx).await?;
    let changed = Entity::find_by_id(id).one(&*tx).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    Ok(changed)
}

pub async fn remove(app: &App, id: Uuid) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let done = Entity::delete_by_id(id).exec(&*tx).await?;
    if done.rows_affected == 0 {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(())
}

/// The list, newest first: one address, or all.
pub async fn list(
    db: &Db,
    to: Option<&str>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<suppression::Model>, DbErr> {
    let mut query = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(to) = to {
        query = query.filter(Column::RecipientKey.eq(model::recipient_key(to)));
    }
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    query.all(db.reader()).await
}
