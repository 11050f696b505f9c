//! `pauses`: channels that could not be reached, and when they are tried again.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pauses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: String,
    pub failures: i32,
    pub resume_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
