//! Labels: written before the carrier is called, under the reference the carrier gets.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "labels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub shipment_id: Uuid,
    /// The shipment, as long as the label may be good at the carrier. Unique: one live label a shipment.
    #[sea_orm(unique)]
    pub live_for: Option<Uuid>,
    /// `requested`, `bought`, `refused`, `voiding`, `voided`.
    pub status: String,
    pub carrier: String,
    pub tracking_number: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub document: Option<String>,
    pub attempts: i32,
    /// Nobody else touches an unfinished label before this time.
    pub hold_until: DateTimeUtc,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_error: Option<String>,
    /// The request that asked for it, if it had an `Idempotency-Key`: whoever finishes the label answers it.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub asked_by: Option<Json>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
