//! Every step of every shipment, with who took it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "history")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub shipment_id: Uuid,
    /// Numbers the steps of a shipment from 1.
    pub step: i64,
    pub fact: String,
    pub from_status: String,
    pub to_status: String,
    /// `order`, `carrier`, or the staff member's user id.
    pub actor: String,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
