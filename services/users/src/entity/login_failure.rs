//! Table `login_failures`: failed sign-ins of the last hours, by network address.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "login_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub ip: String,
    pub account: String,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
