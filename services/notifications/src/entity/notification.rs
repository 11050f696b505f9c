//! `notifications`: every message, from the moment it is wanted to what became of it.

use sea_orm::entity::prelude::*;

use crate::model::{Status, Topic};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub channel: String,
    #[sea_orm(column_type = "Text")]
    pub recipient: String,
    /// The recipient with case evened out; with `dedupe_key` and `channel` unique.
    #[sea_orm(column_type = "Text")]
    pub recipient_key: String,
    pub user_id: Option<Uuid>,
    pub order_id: Option<Uuid>,
    pub template: Option<String>,
    /// The language it was written in.
    pub language: String,
    pub topic: Topic,
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub html: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub headers: Json,
    /// It carries a one-time link: its content is shown to nobody and erased once it is sent.
    pub sensitive: bool,
    /// Its recipient's account was erased: once it is done with, nothing personal of it is kept.
    pub erase: bool,
    pub status: Status,
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    pub dedupe_key: String,
    pub resend_of: Option<Uuid>,
    /// How often it was, or may have been, taken by the channel.
    pub handovers: i32,
    pub attempts: i32,
    pub next_attempt_at: DateTimeUtc,
    pub claimed_until: Option<DateTimeUtc>,
    pub provider_ref: Option<String>,
    pub created_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
