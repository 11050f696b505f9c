//! Changing zones and rates.

use contracts::time;
use db::Tx;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, Set};
use uuid::Uuid;
use web::Problem;

use crate::{
    App, Error,
    entity::{rate, zone},
    model::{rate::Pricing, zone::Area},
    store,
};

pub const ZONES_MAX: u64 = 500;

/// A zone as it should be. The areas' own zone does not matter.
#[derive(Clone, Debug)]
pub struct ZoneDraft {
    pub name: String,
    pub delivered: bool,
    pub areas: Vec<Area>,
}

/// A rate as it should be.
#[derive(Clone, Debug)]
pub struct RateDraft {
    pub carrier: String,
    pub service: String,
    pub currency: String,
    pub pricing: Pricing,
    pub free_over_minor: Option<i64>,
    pub max_weight_g: Option<i64>,
    pub min_days: i32,
    pub max_days: i32,
    pub active: bool,
}

pub async fn create_zone(app: &App, draft: ZoneDraft) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let now = time::now();
    let tx = app.db.begin().await?;
    if store::zones::count(&*tx).await? >= ZONES_MAX {
        return Err(Problem::new(http::StatusCode::CONFLICT, "too_many_zones")
            .detail("There are too many zones.")
            .into());
    }
    let row = zone::ActiveModel {
        id: Set(id),
        name: Set(draft.name),
        delivered: Set(draft.delivered),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    };
    zone::Entity::insert(row).exec_without_returning(&*tx).await?;
    set_areas(&tx, id, &draft.areas).await?;
    tx.commit().await?;
    Ok(id)
}

/// `version`: the one the client has seen, if it says so.
pub async fn update_zone(app: &App, id: Uuid, draft: ZoneDraft, version: Option<i64>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let read = store::zones::find(&*tx, id).await?.ok_or(Error::NotFound)?;
    fresh(version, read.version)?;
    let change = zone::ActiveModel {
        name: Set(draft.name),
        delivered: Set(draft.delivered),
        version: Set(read.version + 1),
        updated_at: Set(time::now()),
        ..Default::default()
    };
    let done = zone::Entity::update_many()
        .set(change)
        .filter(zone::COLUMN.id.eq(id))
        .filter(zone::COLUMN.version.eq(read.version))
        .exec(&*tx)
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    set_areas(&tx, id, &draft.areas).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes a zone with its rates. Quotes that were given out keep their word.
pub async fn delete_zone(app: &App, id: Uuid, version: Option<i64>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let read = store::zones::find(&*tx, id).await?.ok_or(Error::NotFound)?;
    fresh(version, read.version)?;
    read.delete(&*tx).await?;
    tx.commit().await?;
    Ok(())
}

async fn set_areas(tx: &Tx, zone: Uuid, areas: &[Area]) -> Result<(), Error> {
    let others: Vec<Area> =
        store::zones::all_areas(&**tx).await?.into_iter().filter(|area| area.zone != zone).collect();
    let same = |a: &Area, b: &Area| (&a.country, &a.region, &a.postal_code) == (&b.country, &b.region, &b.postal_code);
    for area in areas {
        if let Some(other) = others.iter().find(|other| same(area, other)) {
            let name = store::zones::find(&**tx, other.zone).await?.map(|zone| zone.name).unwrap_or_default();
            let parts = [area.country.as_str(), &area.region, &area.postal_code];
            let area = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            return Err(Error::AreaTaken { area, zone: name });
        }
    }
    store::zones::set_areas(&**tx, zone, areas).await?;
    Ok(())
}

pub async fn create_rate(app: &App, zone: Uuid, draft: RateDraft) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let now = time::now();
    let tx = app.db.begin().await?;
    store::zones::find(&*tx, zone).await?.ok_or(Error::NotFound)?;
    let row = rate::ActiveModel {
        id: Set(id),
        zone_id: Set(zone),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..columns(draft)?
    };
    rate::Entity::insert(row).exec_without_returning(&*tx).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn update_rate(app: &App, zone: Uuid, id: Uuid, draft: RateDraft, version: Option<i64>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let read = store::zones::find_rate(&*tx, zone, id).await?.ok_or(Error::NotFound)?;
    fresh(version, read.version)?;
    let change = rate::ActiveModel { version: Set(read.version + 1), updated_at: Set(time::now()), ..columns(draft)? };
    let done = rate::Entity::update_many()
        .set(change)
        .filter(rate::COLUMN.id.eq(id))
        .filter(rate::COLUMN.version.eq(read.version))
        .exec(&*tx)
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    tx.commit().await?;
    Ok(())
}

pub async fn delete_rate(app: &App, zone: Uuid, id: Uuid, version: Option<i64>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let read = store::zones::find_rate(&*tx, zone, id).await?.ok_or(Error::NotFound)?;
    fresh(version, read.version)?;
    read.into_active_model().delete(&*tx).await?;
    tx.commit().await?;
    Ok(())
}

fn fresh(seen: Option<i64>, current: i64) -> Result<(), Error> {
    if seen.is_some_and(|seen| seen != current) { Err(Error::Stale) } else { Ok(()) }
}

fn columns(draft: RateDraft) -> Result<rate::ActiveModel, Error> {
    let pricing = serde_json::to_value(&draft.pricing).map_err(|error| Error::Unreadable(error.to_string()))?;
    Ok(rate::ActiveModel {
        carrier: Set(draft.carrier),
        service: Set(draft.service),
        currency: Set(draft.currency),
        pricing: Set(pricing),
        free_over_minor: Set(draft.free_over_minor),
        max_weight_g: Set(draft.max_weight_g),
        min_days: Set(draft.min_days),
        max_days: Set(draft.max_days),
        active: Set(draft.active),
        ..Default::default()
    })
}
