//! The tables of this crate, to be listed first in the migrator of each service.

use sea_orm_migration::{prelude::*, schema, sea_orm::DbBackend};

/// For `MigratorTrait::migrations`: `db::migrations::all().into_iter().chain([...]).collect()`.
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Shared)]
}

/// Makes the database refuse to change or remove rows of `table`: a ledger only grows.
pub async fn append_only(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Sqlite {
        for change in ["UPDATE", "DELETE"] {
            let name = change.to_lowercase();
            let trigger = format!(
                "CREATE TRIGGER {table}_no_{name} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            );
            connection.execute_unprepared(&trigger).await?;
        }
        return Ok(());
    }
    let refuse = format!(
        "CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$"
    );
    connection.execute_unprepared(&refuse).await?;
    let trigger = format!(
        "CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
         FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
    );
    connection.execute_unprepared(&trigger).await?;
    Ok(())
}

struct Shared;

impl MigrationName for Shared {
    fn name(&self) -> &str {
        "m0001_shared"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Shared {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        outbox(manager).await?;
        inbox(manager).await?;
        parked(manager).await?;
        skipped(manager).await?;
        idempotency(manager).await?;
        leases(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["outbox", "inbox", "parked", "skipped", "idempotency", "leases"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("outbox")
        .col(schema::big_integer("seq").auto_increment().primary_key())
        .col(schema::uuid_uniq("id"))
        .col(schema::string("kind"))
        .col(schema::json_binary("envelope"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone_null("published_at"))
        .to_owned();
    manager.create_table(table).await?;
    let unpublished =
        Index::create().name("outbox_unpublished").table("outbox").col("published_at").col("seq").to_owned();
    manager.create_index(unpublished).await
}

async fn inbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("inbox")
        .col(schema::string("consumer"))
        .col(schema::uuid("event_id"))
        .col(schema::timestamp_with_time_zone("applied_at"))
        .primary_key(Index::create().col("consumer").col("event_id"))
        .to_owned();
    manager.create_table(table).await
}

async fn parked(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("parked")
        .col(schema::string("consumer"))
        .col(schema::uuid("event_id"))
        .col(schema::uuid("partition_key"))
        .col(schema::big_integer("position"))
        .col(schema::json_binary("envelope"))
        .col(schema::text("cause"))
        .col(schema::integer("attempts"))
        .col(schema::timestamp_with_time_zone_null("next_attempt_at"))
        .col(schema::timestamp_with_time_zone("parked_at"))
        .primary_key(Index::create().col("consumer").col("event_id"))
        .to_owned();
    manager.create_table(table).await?;
    let by_key = Index::create().name("parked_by_key").table("parked").col("consumer").col("partition_key").to_owned();
    manager.create_index(by_key).await?;
    let in_order =
        Index::create().unique().name("parked_in_order").table("parked").col("consumer").col("position").to_owned();
    manager.create_index(in_order).await
}

async fn skipped(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("skipped")
        .col(schema::string("consumer"))
        .col(schema::uuid("event_id"))
        .col(schema::big_integer("position"))
        .col(schema::json_binary("envelope"))
        .col(schema::text("cause"))
        .col(schema::integer("attempts"))
        .col(schema::timestamp_with_time_zone("parked_at"))
        .col(schema::timestamp_with_time_zone("skipped_at"))
        .col(schema::string("skipped_by"))
        .col(schema::text("reason"))
        .primary_key(Index::create().col("consumer").col("event_id"))
        .to_owned();
    manager.create_table(table).await
}

async fn idempotency(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("idempotency")
        .col(schema::string("scope"))
        .col(schema::string_len("key", 255))
        .col(schema::string("fingerprint"))
        .col(schema::integer_null("status"))
        .col(schema::json_binary_null("body"))
        .col(schema::timestamp_with_time_zone("lease_until"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("scope").col("key"))
        .to_owned();
    manager.create_table(table).await?;
    let by_time = Index::create().name("idempotency_by_time").table("idempotency").col("created_at").to_owned();
    manager.create_index(by_time).await
}

async fn leases(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("leases")
        .col(schema::string("name").primary_key())
        .col(schema::uuid("holder"))
        .col(schema::timestamp_with_time_zone("until"))
        .to_owned();
    manager.create_table(table).await
}
