//! Rates: what a carrier's service into a zone costs.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub zone_id: Uuid,
    pub carrier: String,
    pub service: String,
    pub currency: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub pricing: Json,
    pub free_over_minor: Option<i64>,
    pub max_weight_g: Option<i64>,
    pub min_days: i32,
    pub max_days: i32,
    pub active: bool,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
