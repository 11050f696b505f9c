//! Orders as shipping knows them: where to, how, and how far.

use sea_orm::entity::prelude::*;

use crate::Error;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    /// The furthest status heard of: events may come late.
    pub status: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub address: Json,
    pub carrier: String,
    pub service: String,
    pub min_days: i32,
    pub max_days: i32,
    /// Counts the changes of how the goods are spread over shipments.
    pub version: i64,
    /// Its buyer's account was erased: once nothing of it is on its way any more, nobody's name is kept.
    pub erase: bool,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub fn address(&self) -> Result<contracts::Address, Error> {
        serde_json::from_value(self.address.clone()).map_err(|error| Error::Unreadable(error.to_string()))
    }
}
