//! How the tables come to be.

use db::migrations::{create_table, create_text_index};
use sea_orm_migration::{prelude::*, schema};

use crate::model::{CHANNELS, Status, Topic, channel_name};

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        db::migrations::all().into_iter().chain([Box::new(First) as Box<dyn MigrationTrait>]).collect()
    }
}

struct First;

impl MigrationName for First {
    fn name(&self) -> &str {
        "m0101_notifications"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for First {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        notifications(manager).await?;
        mailbox(manager).await?;
        templates(manager).await?;
        consents(manager).await?;
        suppressions(manager).await?;
        order_contacts(manager).await?;
        pauses(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["pauses", "order_contacts", "suppressions", "consents", "templates", "mailbox", "notifications"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn known_channel() -> Expr {
    Expr::col("channel").is_in(CHANNELS.map(channel_name))
}

fn known_topic() -> Expr {
    Expr::col("topic").is_in(Topic::ALL.map(Topic::name))
}

async fn notifications(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("notifications")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("channel").check(known_channel()))
        .col(schema::text("recipient"))
        .col(schema::text("recipient_key"))
        .col(schema::uuid_null("user_id"))
        .col(schema::uuid_null("order_id"))
        .col(schema::string_null("template"))
        .col(schema::string("language"))
        .col(schema::string("topic").check(known_topic()))
        .col(schema::text("subject"))
        .col(schema::text("text"))
        .col(schema::text_null("html"))
        .col(schema::json_binary("headers"))
        .col(schema::boolean("sensitive"))
        .col(schema::boolean("erase"))
        .col(schema::string("status").check(Expr::col("status").is_in(Status::ALL.map(Status::name))))
        .col(schema::text_null("reason"))
        .col(schema::string("dedupe_key"))
        .col(schema::uuid_null("resend_of"))
        // At most twice, even across crashes.
        .col(schema::integer("handovers").check(Expr::col("handovers").between(0, 2)))
        .col(schema::integer("attempts").check(Expr::col("attempts").gte(0)))
        .col(schema::timestamp_with_time_zone("next_attempt_at"))
        .col(schema::timestamp_with_time_zone_null("claimed_until"))
        .col(schema::string_null("provider_ref"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone_null("sent_at"))
        .foreign_key(
            ForeignKey::create()
                .name("notifications_resend_of")
                .from("notifications", "resend_of")
                .to("notifications", "id")
                .on_delete(ForeignKeyAction::SetNull),
        )
        .to_owned();
    create_table(manager, table).await?;
    let once = Index::create()
        .name("notifications_once")
        .table("notifications")
        .col("dedupe_key")
        .col("channel")
        .col("recipient_key")
        .unique()
        .to_owned();
    create_text_index(manager, "notifications", "recipient_key", once).await?;
    for (name, columns) in [
        ("notifications_due", ["status", "channel", "id"].as_slice()),
        ("notifications_of_user", &["user_id", "id"]),
        ("notifications_of_order", &["order_id", "id"]),
        ("notifications_of_template", &["template", "id"]),
        ("notifications_to_erase", &["erase", "status"]),
    ] {
        manager.create_index(index(name, "notifications", columns)).await?;
    }
    let of_recipient = index("notifications_of_recipient", "notifications", &["recipient_key", "id"]);
    create_text_index(manager, "notifications", "recipient_key", of_recipient).await
}

async fn mailbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("mailbox")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("channel").check(known_channel()))
        .col(schema::text("sender"))
        .col(schema::text("recipient"))
        .col(schema::text("recipient_key"))
        .col(schema::text("subject"))
        .col(schema::text("text"))
        .col(schema::text_null("html"))
        .col(schema::json_binary("headers"))
        .col(schema::timestamp_with_time_zone("received_at"))
        .to_owned();
    create_table(manager, table).await?;
    let of_recipient = index("mailbox_of_recipient", "mailbox", &["recipient_key", "id"]);
    create_text_index(manager, "mailbox", "recipient_key", of_recipient).await
}

async fn templates(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("templates")
        .col(schema::string("name"))
        .col(schema::string("language"))
        .col(schema::integer("version").check(Expr::col("version").gte(1)))
        .col(schema::boolean("built_in"))
        .col(schema::text("subject"))
        .col(schema::text("heading"))
        .col(schema::text("preview"))
        .col(schema::text("body"))
        .col(schema::uuid("saved_by"))
        .col(schema::timestamp_with_time_zone("saved_at"))
        .primary_key(Index::create().col("name").col("language").col("version"))
        .to_owned();
    create_table(manager, table).await
}

async fn consents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let of_someone = Expr::col("user_id").is_not_null().or(Expr::col("recipient_key").is_not_null());
    let table = Table::create()
        .table("consents")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid_null("user_id"))
        .col(schema::text_null("recipient_key"))
        .col(schema::string("topic").check(known_topic()))
        .col(schema::string("channel").check(known_channel()))
        .col(schema::boolean("granted"))
        .col(schema::string("source"))
        .col(schema::string("text_version"))
        .col(schema::timestamp_with_time_zone("given_at"))
        .check(of_someone)
        .to_owned();
    create_table(manager, table).await?;
    manager.create_index(index("consents_of_user", "consents", &["user_id", "topic", "channel", "id"])).await?;
    let of_recipient = index("consents_of_recipient", "consents", &["recipient_key", "topic", "channel", "id"]);
    create_text_index(manager, "consents", "recipient_key", of_recipient).await
}

async fn suppressions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("suppressions")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("channel").check(known_channel()))
        .col(schema::text("recipient_key"))
        .col(schema::string("reason").check(Expr::col("reason").is_in(["hard_bounce", "complaint", "manual"])))
        .col(schema::uuid_null("created_by"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .to_owned();
    create_table(manager, table).await?;
    let once = Index::create()
        .name("suppressions_once")
        .table("suppressions")
        .col("channel")
        .col("recipient_key")
        .unique()
        .to_owned();
    create_text_index(manager, "suppressions", "recipient_key", once).await
}

async fn order_contacts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("order_contacts")
        .col(schema::uuid("order_id").primary_key())
        .col(schema::string("number"))
        .col(schema::text("email"))
        .col(schema::uuid_null("user_id"))
        .col(schema::string("name"))
        .col(schema::string("locale"))
        .col(schema::json_binary("lines"))
        .col(schema::timestamp_with_time_zone_null("confirmed_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .to_owned();
    create_table(manager, table).await
}

async fn pauses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("pauses")
        .col(schema::string("channel").primary_key().check(known_channel()))
        .col(schema::integer("failures").check(Expr::col("failures").gte(1)))
        .col(schema::timestamp_with_time_zone("resume_at"))
        .to_owned();
    create_table(manager, table).await
}

fn index(name: &'static str, table: &'static str, columns: &'static [&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}
