//! The sandbox's tables, counted apart from the service's own, so that both can share a database or not.

use db::migrations::create_table;
use sea_orm::{DbErr, sea_query::DynIden, sea_query::IntoIden};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait,
    prelude::{ForeignKey, Index, Table},
    schema,
};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Books)]
    }

    fn migration_table_name() -> DynIden {
        "sandbox_migrations".into_iden()
    }
}

struct Books;

impl MigrationName for Books {
    fn name(&self) -> &str {
        "m0001_sandbox"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Books {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        charges(manager).await?;
        refunds(manager).await?;
        disputes(manager).await?;
        events(manager).await?;
        let settings = Table::create()
            .table("sandbox_settings")
            .col(schema::string("name").primary_key())
            .col(schema::text("value"))
            .to_owned();
        create_table(manager, settings).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["sandbox_settings", "sandbox_events", "sandbox_disputes", "sandbox_refunds", "sandbox_charges"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn charges(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sandbox_charges")
        .col(schema::uuid("key").primary_key())
        .col(schema::string_uniq("reference"))
        .col(schema::uuid("payment_id"))
        .col(schema::uuid("order_id"))
        .col(schema::string("token"))
        .col(schema::string("status"))
        .col(schema::big_integer("amount_minor"))
        .col(schema::big_integer("captured_minor"))
        .col(schema::string_len("currency", 3))
        .col(schema::string("capture_method"))
        .col(schema::string_null("error_code"))
        .col(schema::string_null("decline_code"))
        .col(schema::string("client_secret"))
        .col(schema::text_null("return_url"))
        .col(schema::timestamp_with_time_zone_null("due_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone_null("captured_at"))
        .to_owned();
    create_table(manager, table).await?;
    due(manager, "sandbox_charges").await?;
    let created = Index::create()
        .name("sandbox_charges_created")
        .table("sandbox_charges")
        .col("created_at")
        .col("key")
        .to_owned();
    manager.create_index(created).await
}

async fn refunds(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sandbox_refunds")
        .col(schema::uuid("key").primary_key())
        .col(schema::uuid("charge_key"))
        .col(schema::string_uniq("reference"))
        .col(schema::string("status"))
        .col(schema::big_integer("amount_minor"))
        .col(schema::string_null("error_code"))
        .col(schema::timestamp_with_time_zone_null("due_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .foreign_key(ForeignKey::create().from("sandbox_refunds", "charge_key").to("sandbox_charges", "key"))
        .to_owned();
    create_table(manager, table).await?;
    due(manager, "sandbox_refunds").await?;
    let of_charge =
        Index::create().name("sandbox_refunds_of_charge").table("sandbox_refunds").col("charge_key").to_owned();
    manager.create_index(of_charge).await
}

async fn disputes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sandbox_disputes")
        .col(schema::string("reference").primary_key())
        .col(schema::uuid_uniq("charge_key"))
        .col(schema::string("status"))
        .col(schema::big_integer("amount_minor"))
        .col(schema::big_integer("fee_minor"))
        .col(schema::string("reason"))
        .col(schema::timestamp_with_time_zone("evidence_due_by"))
        .col(schema::boolean_null("decided_won"))
        .col(schema::timestamp_with_time_zone_null("due_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .foreign_key(ForeignKey::create().from("sandbox_disputes", "charge_key").to("sandbox_charges", "key"))
        .to_owned();
    create_table(manager, table).await?;
    due(manager, "sandbox_disputes").await
}

async fn events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sandbox_events")
        .col(schema::big_integer("seq").auto_increment().primary_key())
        .col(schema::string_uniq("id"))
        .col(schema::json_binary("body"))
        .col(schema::integer("tries"))
        .col(schema::timestamp_with_time_zone_null("next_try_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .to_owned();
    create_table(manager, table).await?;
    let waiting = Index::create().name("sandbox_events_waiting").table("sandbox_events").col("next_try_at").to_owned();
    manager.create_index(waiting).await
}

async fn due(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    let index = Index::create().name(format!("{table}_due")).table(table).col("due_at").to_owned();
    manager.create_index(index).await
}
