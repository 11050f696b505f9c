//! Who wants to be told when a SKU can be had again.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_waits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub product_id: Uuid,
    pub sku: String,
    #[sea_orm(column_type = "Text")]
    pub email: String,
    /// The address in small letters: one and the same person waits once.
    #[sea_orm(column_type = "Text")]
    pub email_key: String,
    pub user_id: Option<Uuid>,
    pub locale: String,
    pub asked_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
