//! Table `throttles`: failed sign-ins in a row, for each address someone tried, whether or not it has an account.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "throttles")]
pub struct Model {
    /// Digest of the address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account: String,
    pub failures: i32,
    pub blocked_until: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
