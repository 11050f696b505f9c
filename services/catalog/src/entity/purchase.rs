//! Who was delivered what: the ground for `verified_purchase`.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "purchases")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: Uuid,
    pub order_id: Uuid,
    pub delivered_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
