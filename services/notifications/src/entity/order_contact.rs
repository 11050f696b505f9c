//! `order_contacts`: what messages about an order need to know of it, kept from the order's own events.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_contacts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: Uuid,
    pub number: String,
    #[sea_orm(column_type = "Text")]
    pub email: String,
    pub user_id: Option<Uuid>,
    pub name: String,
    pub locale: String,
    /// The goods by SKU, for what is in a parcel.
    #[sea_orm(column_type = "JsonBinary")]
    pub lines: Json,
    /// When the order was seen to be paid: from then on a confirmation is owed.
    pub confirmed_at: Option<DateTimeUtc>,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
