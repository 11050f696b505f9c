//! The head of a product: which document is in force, and when anything shown of it changed last.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub slug: String,
    pub status: String,
    /// Names the document in force.
    /// Whether shoppers could ever see it.
    pub was_published: bool,
    pub version: Uuid,
    /// Grows with each change to what is shown, reviews included.
    #[sea_orm(unique)]
    pub revision: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
