//! The sandbox carrier's own book: one parcel for each reference it was given.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sandbox_parcels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub reference: Uuid,
    #[sea_orm(unique)]
    pub tracking_number: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub document: Option<String>,
    pub voided_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
