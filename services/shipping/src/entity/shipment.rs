//! Shipments: goods of one order that travel together.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shipments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub order_id: Uuid,
    pub status: String,
    pub tracking_status: String,
    pub carrier: String,
    pub service: String,
    pub tracking_number: Option<String>,
    /// The boxes it is packed in, once someone has weighed them.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub parcels: Option<Json>,
    /// Whether the buyer is told of its moves.
    pub notify: bool,
    /// The order was declared delivered while the label was still being bought.
    pub deliver_at_once: bool,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub shipped_at: Option<DateTimeUtc>,
    pub delivered_at: Option<DateTimeUtc>,
    /// When something was last heard of the parcel.
    pub heard_at: Option<DateTimeUtc>,
    /// When the carrier is asked next; null when there is nothing to ask.
    pub poll_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
