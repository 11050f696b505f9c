//! What a SKU cost from a moment on.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "price_history")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub sku: String,
    pub product_id: Uuid,
    pub price_minor: i64,
    pub currency: String,
    pub since: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
