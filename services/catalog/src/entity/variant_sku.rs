//! Whose SKU it is: unique in the whole shop.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "variant_skus")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sku: String,
    pub product_id: Uuid,
    #[sea_orm(unique)]
    pub variant_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
