//! Table `users`: the accounts. An erased one keeps its row, without anything personal in it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    /// What the address is unique by.
    #[sea_orm(unique)]
    pub email_key: String,
    pub email_verified_at: Option<DateTimeUtc>,
    /// Absent for accounts that sign in another way, and until a reset after an undone change of address.
    pub password_hash: Option<String>,
    /// How long the password had to be when it was set; absent if that was the operator's business.
    pub password_min_chars: Option<i32>,
    pub name: String,
    pub phone: Option<String>,
    pub locale: String,
    pub role: String,
    /// `active`, `disabled` or `erased`.
    pub status: String,
    pub marketing_consent: bool,
    pub marketing_consent_at: Option<DateTimeUtc>,
    /// One address of each kind is the default, so it is named here and not marked there.
    pub shipping_address_id: Option<Uuid>,
    pub billing_address_id: Option<Uuid>,
    /// Address, name and phone, folded for searching.
    #[sea_orm(column_type = "Text")]
    pub search: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub last_login_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
