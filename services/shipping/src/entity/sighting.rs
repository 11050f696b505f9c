//! What was seen of a parcel, each sighting once.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sightings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub shipment_id: Uuid,
    pub fingerprint: String,
    pub status: String,
    #[sea_orm(column_type = "Text")]
    pub description: String,
    pub location: String,
    pub occurred_at: DateTimeUtc,
    pub source: String,
}

impl ActiveModelBehavior for ActiveModel {}
