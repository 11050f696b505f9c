//! What a first start has put in, so that a later one does not put it in again.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "seeds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub planted_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
