//! `consents`: who agreed to what, and who changed their mind. Only ever added to; the latest entry counts.

use sea_orm::entity::prelude::*;

use crate::model::Topic;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub recipient_key: Option<String>,
    pub topic: Topic,
    pub channel: String,
    pub granted: bool,
    pub source: String,
    pub text_version: String,
    pub given_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
