//! Reading the log of messages.

use std::cmp::Reverse;

use db::Db;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    App,
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

/// Messages out of all shards, newest first, older than `before`. `late`: what is newest may be missing.
pub async fn list_everywhere(
    app: &App,
    scope: &Scope,
    filter: &Filter,
    before: Option<Uuid>,
    limit: u64,
    late: bool,
) -> Result<Vec<notification::Model>, DbErr> {
    let home = match scope {
        Scope::All => None,
        Scope::Own { user_id, .. } => Some(app.shards.holding(*user_id)),
    };
    let asked = |app: App| async move {
        let reader = if late { app.db.late_reader().await } else { app.db.reader().into() };
        match list(&reader, scope, filter.clone(), before, limit).await {
            // Another shard has what was written to a customer before there was an account: it must not hide the rest.
            Err(error) if home.is_some_and(|home| home != app.shard) => {
                tracing::warn!(shard = %app.shard, %error, "a customer's messages are shown without this shard's");
                Ok(Vec::new())
            }
            part => part,
        }
    };
    let apps = match filter.order_id {
        // What is said of an order stands where the order does.
        Some(order) => vec![app.clone().at(app.shards.holding(order))],
        None => app.everywhere(),
    };
    let mut rows = db::everywhere(apps, asked).await?.concat();
    rows.sort_by_key(|row| Reverse(row.id));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// Messages of one shard, newest first, older than `before`.
async fn list(
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
