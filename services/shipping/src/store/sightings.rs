//! Queries of sightings.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use crate::{
    entity::sighting,
    model::tracking::{Sighting, TrackingStatus},
};

/// Adds a sighting. `false`: it is known already.
pub async fn insert(connection: &impl ConnectionTrait, shipment: Uuid, seen: &Sighting) -> Result<bool, DbErr> {
    let row = sighting::ActiveModel {
        id: Set(Uuid::now_v7()),
        shipment_id: Set(shipment),
        fingerprint: Set(seen.fingerprint()),
        status: Set(seen.status.word().to_owned()),
        description: Set(seen.description.clone()),
        location: Set(seen.location.clone()),
        occurred_at: Set(seen.occurred_at),
        source: Set(seen.source.clone()),
    };
    let inserted = db::insert_absent(connection, [row], &["shipment_id", "fingerprint"]).await?;
    Ok(inserted == 1)
}

/// The sightings of shipments, each shipment's by the carrier's clock.
pub async fn of(connection: &impl ConnectionTrait, shipments: &[Uuid]) -> Result<Vec<(Uuid, Sighting)>, DbErr> {
    let rows = sighting::Entity::find()
        .filter(sighting::COLUMN.shipment_id.is_in(shipments.iter().copied()))
        .order_by_asc(sighting::Column::OccurredAt)
        .order_by_asc(sighting::Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.shipment_id, read(row))).collect())
}

fn read(row: sighting::Model) -> Sighting {
    Sighting {
        status: TrackingStatus::read(&row.status).unwrap_or(TrackingStatus::Unknown),
        description: row.description,
        location: row.location,
        occurred_at: row.occurred_at,
        source: row.source,
    }
}
