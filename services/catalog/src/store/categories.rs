//! The category tree as rows.

use contracts::ids::CategoryId;
use db::Tx;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, Set};

use crate::{entity::category, model::category::CategoryTree, store::revisions};

/// The whole tree. Its revision is read first: a change in between makes the next look find a newer one.
pub async fn tree(connection: &impl ConnectionTrait) -> Result<CategoryTree, DbErr> {
    let revision = revisions::of_categories(connection).await?;
    let rows = category::Entity::find().all(connection).await?;
    Ok(CategoryTree::new(revision, rows))
}

pub async fn insert(tx: &Tx, row: category::Model) -> Result<(), DbErr> {
    category::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn update(tx: &Tx, row: category::Model) -> Result<(), DbErr> {
    let row = category::ActiveModel {
        id: Set(row.id),
        slug: Set(row.slug),
        title: Set(row.title),
        description: Set(row.description),
        parent_id: Set(row.parent_id),
        path: Set(row.path),
        position: Set(row.position),
        created_at: Set(row.created_at),
        updated_at: Set(row.updated_at),
    };
    row.update(&**tx).await?;
    Ok(())
}

pub async fn set_path(tx: &Tx, id: CategoryId, path: &str) -> Result<(), DbErr> {
    category::Entity::update_many()
        .set(category::ActiveModel { path: Set(path.to_owned()), ..Default::default() })
        .filter(category::COLUMN.id.eq(id.uuid()))
        .exec(&**tx)
        .await?;
    Ok(())
}

pub async fn delete(tx: &Tx, id: CategoryId) -> Result<(), DbErr> {
    category::Entity::delete_by_id(id.uuid()).exec(&**tx).await?;
    Ok(())
}
