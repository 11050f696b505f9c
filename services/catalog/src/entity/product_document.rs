//! Product documents kept in the database.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "product_documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: Uuid,
    pub version: Uuid,
    #[sea_orm(column_type = "JsonBinary")]
    pub document: Json,
}

impl ActiveModelBehavior for ActiveModel {}
