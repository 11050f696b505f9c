//! Reading the log of messages.

use db::Db;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    entity::notification::{self, Column, Entity},
    model::Status,
};

/// Whose messages may be seen.
#[derive(Clone, Debug)]
pub enum Scope {
    All,
    /// Those to a user, and those to the user's proven address that belong to no account.
    Own {
        user_id: Uuid,
        verified_key: Option<String>,
    },
}

/// Which of them are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub user_id: Option<Uuid>,
    pub recipient_key: Option<String>,
    pub template: Option<String>,
    pub status: Option<Status>,
    pub order_id: Option<Uuid>,
}

/// Messages, newest first, older than `before`.
pub async fn list(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: Filter,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<notification::Model>, DbErr> {
    let mut wanted = Condition::all();
    if let Scope::Own { user_id, verified_key } = scope {
        let mut own = Condition::any().add(Column::UserId.eq(*user_id));
        if let Some(key) = verified_key {
            own = own.add(
                Condition::all()
                    .add(Column::UserId.is_null())
                    .add(Column::Channel.eq("email"))
                    .add(Column::RecipientKey.eq(key)),
            );
        }
        wanted = wanted.add(own);
    }
    wanted = wanted
        .add_option(filter.user_id.map(|user| Column::UserId.eq(user)))
        .add_option(filter.recipient_key.map(|key| Column::RecipientKey.eq(key)))
        .add_option(filter.template.map(|template| Column::Template.eq(template)))
        .add_option(filter.status.map(|status| Column::Status.eq(status)))
        .add_option(filter.order_id.map(|order| Column::OrderId.eq(order)))
        .add_option(before.map(|id| Column::Id.lt(id)));
    Entity::find().filter(wanted).order_by_desc(Column::Id).limit(limit).all(connection).await
}

pub async fn find(db: &Db, id: Uuid) -> Result<Option<notification::Model>, DbErr> {
    Entity::find_by_id(id).one(db.reader()).await
}
