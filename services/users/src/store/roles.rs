//! Queries on roles.

use contracts::permissions::Permission;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryOrder, QuerySelect};
use serde_json::Value;

use crate::{entity::role, model::rights::Rights};

pub async fn by_name(connection: &impl ConnectionTrait, name: &str) -> Result<Option<role::Model>, DbErr> {
    role::Entity::find_by_id(name.to_owned()).one(connection).await
}

/// Reads a role that this transaction is about to change.
pub async fn lock(tx: &db::Tx, name: &str) -> Result<Option<role::Model>, DbErr> {
    role::Entity::find_by_id(name.to_owned()).lock_exclusive().one(&**tx).await
}

/// What the role allows, and will until the transaction ends: who changes it waits, and then ends the sessions that
/// were opened with it.
pub async fn hold(tx: &db::Tx, name: &str) -> Result<Rights, DbErr> {
    let row = role::Entity::find_by_id(name.to_owned()).lock_shared().one(&**tx).await?;
    Ok(row.map_or_else(|| Rights::new(name, Vec::new()), |row| rights_of(&row)))
}

pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<role::Model>, DbErr> {
    role::Entity::find().order_by_asc(role::Column::Name).all(connection).await
}

/// What the role allows. Every account has a role that exists; should one be missing, it allows nothing.
pub async fn rights(connection: &impl ConnectionTrait, name: &str) -> Result<Rights, DbErr> {
    let row = by_name(connection, name).await?;
    Ok(row.map_or_else(|| Rights::new(name, Vec::new()), |row| rights_of(&row)))
}

pub fn rights_of(row: &role::Model) -> Rights {
    Rights::new(&row.name, permissions_of(&row.permissions))
}

/// A permission this version does not know allows nothing.
fn permissions_of(json: &Value) -> Vec<Permission> {
    let words = json.as_array().map(Vec::as_slice).unwrap_or_default();
    words.iter().filter_map(|word| serde_json::from_value(word.clone()).ok()).collect()
}
