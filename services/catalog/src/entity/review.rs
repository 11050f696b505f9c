//! What a customer thinks of a product.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reviews")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub product_id: Uuid,
    /// Absent for the reviews of the sample shop.
    pub user_id: Option<Uuid>,
    pub author: String,
    pub rating: i32,
    pub title: String,
    #[sea_orm(column_type = "Text")]
    pub body: String,
    pub language: Option<String>,
    pub status: String,
    pub verified_purchase: bool,
    pub helpful: i32,
    #[sea_orm(column_type = "Text", nullable)]
    pub reply: Option<String>,
    /// Why a moderator rejected it, for moderators.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
