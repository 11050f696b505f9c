//! Queries of zones, areas and rates.

use contracts::time;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use crate::{
    entity::{area, rate, seed, zone},
    model::zone::{ANYWHERE, Area},
};

/// The areas that places of `country` may lie in.
pub async fn areas_for(connection: &impl ConnectionTrait, country: &str) -> Result<Vec<Area>, DbErr> {
    let rows = area::Entity::find().filter(area::COLUMN.country.is_in([country, ANYWHERE])).all(connection).await?;
    Ok(rows.into_iter().map(read).collect())
}

pub async fn all_areas(connection: &impl ConnectionTrait) -> Result<Vec<Area>, DbErr> {
    Ok(area::Entity::find().all(connection).await?.into_iter().map(read).collect())
}

pub async fn areas_of(connection: &impl ConnectionTrait, zones: &[Uuid]) -> Result<Vec<Area>, DbErr> {
    let rows = area::Entity::find()
        .filter(area::COLUMN.zone_id.is_in(zones.iter().copied()))
        .order_by_asc(area::Column::Country)
        .order_by_asc(area::Column::Region)
        .order_by_asc(area::Column::PostalCode)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Replaces what the zone is made of.
pub async fn set_areas(connection: &impl ConnectionTrait, zone: Uuid, areas: &[Area]) -> Result<(), DbErr> {
    area::Entity::delete_many().filter(area::COLUMN.zone_id.eq(zone)).exec(connection).await?;
    let rows = areas.iter().map(|area| area::ActiveModel {
        id: Set(Uuid::now_v7()),
        zone_id: Set(zone),
        country: Set(area.country.clone()),
        region: Set(area.region.clone()),
        postal_code: Set(area.postal_code.clone()),
    });
    // SQLite takes so many values in one statement.
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(100) {
        area::Entity::insert_many(some.iter().cloned()).exec_without_returning(connection).await?;
    }
    Ok(())
}

pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<zone::Model>, DbErr> {
    zone::Entity::find_by_id(id).one(connection).await
}

pub async fn count(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    sea_orm::PaginatorTrait::count(zone::Entity::find(), connection).await
}

/// Zones in the order of their making, after `after`, one more than `limit` at most.
pub async fn list(
    connection: &impl ConnectionTrait,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<zone::Model>, DbErr> {
    let mut query = zone::Entity::find().order_by_asc(zone::Column::Id).limit(limit + 1);
    if let Some(after) = after {
        query = query.filter(zone::COLUMN.id.gt(after));
    }
    query.all(connection).await
}

/// The cheapest to read first; the offers are sorted by price later.
pub async fn rates_of(connection: &impl ConnectionTrait, zones: &[Uuid]) -> Result<Vec<rate::Model>, DbErr> {
    rate::Entity::find()
        .filter(rate::COLUMN.zone_id.is_in(zones.iter().copied()))
        .order_by_asc(rate::Column::Id)
        .all(connection)
        .await
}

pub async fn find_rate(connection: &impl ConnectionTrait, zone: Uuid, id: Uuid) -> Result<Option<rate::Model>, DbErr> {
    rate::Entity::find_by_id(id).filter(rate::COLUMN.zone_id.eq(zone)).one(connection).await
}

/// Notes that `name` is planted. `false`: it was before.
pub async fn plant(connection: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let row = seed::ActiveModel { name: Set(name.to_owned()), planted_at: Set(time::now()) };
    let inserted = db::insert_absent(connection, [row], &["name"]).await?;
    Ok(inserted == 1)
}

fn read(row: area::Model) -> Area {
    Area { zone: row.zone_id, country: row.country, region: row.region, postal_code: row.postal_code }
}
