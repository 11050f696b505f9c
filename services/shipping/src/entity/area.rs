//! Areas: what a zone is made of. Each area stands in one zone only.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "areas")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub zone_id: Uuid,
    /// ISO 3166-1 alpha-2, or `*` for every country.
    pub country: String,
    /// Empty for the whole country.
    pub region: String,
    /// Empty for all postcodes.
    pub postal_code: String,
}

impl ActiveModelBehavior for ActiveModel {}
