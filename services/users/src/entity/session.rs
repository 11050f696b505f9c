//! Table `sessions`: one sign-in on one device, and with it the family of its refresh tokens.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    /// `browser` (cookie) or `api` (token in the body).
    pub client: String,
    pub user_agent: String,
    /// Digest of the user agent without version numbers: tells a new device from a known one.
    pub device: String,
    pub ip: Option<String>,
    /// When a password was last given.
    pub authenticated_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub last_used_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub revoked_because: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
