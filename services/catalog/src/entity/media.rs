//! An uploaded picture and the sizes made of it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub file: String,
    pub content_type: String,
    pub width: i32,
    pub height: i32,
    pub bytes: i64,
    #[sea_orm(column_type = "JsonBinary")]
    pub sizes: Json,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
