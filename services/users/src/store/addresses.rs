//! Queries on the address books.

use contracts::{Address, ids::UserId};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use crate::entity::address;

pub async fn of_user(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<address::Model>, DbErr> {
    address::Entity::find()
        .filter(address::COLUMN.user_id.eq(user.uuid()))
        .order_by_asc(address::Column::Id)
        .all(connection)
        .await
}

pub async fn count(connection: &impl ConnectionTrait, user: Uuid) -> Result<u64, DbErr> {
    address::Entity::find().filter(address::COLUMN.user_id.eq(user)).count(connection).await
}

/// One address, if it is this user's.
pub async fn one(connection: &impl ConnectionTrait, user: UserId, id: Uuid) -> Result<Option<address::Model>, DbErr> {
    address::Entity::find_by_id(id).filter(address::COLUMN.user_id.eq(user.uuid())).one(connection).await
}

pub async fn delete(tx: &db::Tx, user: Uuid, id: Uuid) -> Result<bool, DbErr> {
    let done = address::Entity::delete_many()
        .filter(address::COLUMN.id.eq(id))
        .filter(address::COLUMN.user_id.eq(user))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Puts the postal part into a row.
pub fn fill(row: &mut address::ActiveModel, from: &Address) {
    row.name = Set(from.name.clone());
    row.line1 = Set(from.line1.clone());
    row.line2 = Set(from.line2.clone());
    row.city = Set(from.city.clone());
    row.region = Set(from.region.clone());
    row.postal_code = Set(from.postal_code.clone());
    row.country = Set(from.country.clone());
    row.phone = Set(from.phone.clone());
}

pub fn postal(row: &address::Model) -> Address {
    Address {
        name: row.name.clone(),
        line1: row.line1.clone(),
        line2: row.line2.clone(),
        city: row.city.clone(),
        region: row.region.clone(),
        postal_code: row.postal_code.clone(),
        country: row.country.clone(),
        phone: row.phone.clone(),
    }
}
