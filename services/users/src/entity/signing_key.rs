//! Table `signing_keys`: the Ed25519 keys that sign access tokens.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// The `kid`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Counts up; unique, so that two processes cannot both make the next key.
    #[sea_orm(unique)]
    pub generation: i32,
    /// PKCS #8, sealed with the service's secret.
    pub private_key: Vec<u8>,
    pub public_key: Vec<u8>,
    pub signs_from: DateTimeUtc,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
