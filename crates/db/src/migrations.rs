//! The tables of this crate, to be listed first in the migrator of each service.

use sea_orm_migration::{
    prelude::*,
    schema,
    sea_orm::DbBackend,
    sea_query::{IndexCreateStatement, MysqlQueryBuilder, TableCreateStatement},
};

/// For `MigratorTrait::migrations`: `db::migrations::all().into_iter().chain([...]).collect()`.
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Shared), Box::new(ParkedTopic)]
}

/// Creates a table. SeaORM's names for some types stand for less on MariaDB than on the other two, or for something
/// else: there a moment has microseconds and no end in 2038, and text and bytes may be as long as elsewhere.
pub async fn create_table(manager: &SchemaManager<'_>, table: TableCreateStatement) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::MySql {
        return manager.create_table(table).await;
    }
    let mut sql = table.to_string(MysqlQueryBuilder);
    for column in table.get_columns() {
        let (had, fits) = match column.get_column_type() {
            Some(ColumnType::TimestampWithTimeZone) => ("timestamp", "datetime(6)"),
            Some(ColumnType::Text) => ("text", "longtext"),
            Some(ColumnType::Blob) => ("blob", "longblob"),
            _ => continue,
        };
        let name = column.get_column_name();
        sql = sql.replacen(&format!("`{name}` {had}"), &format!("`{name}` {fits}"), 1);
    }
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

/// Creates an index over columns of which `text` has no bounds. An index of MariaDB's holds bounded keys: it gets the
/// first letters, which find, and if it is unique the digest of the whole text, which tells apart.
pub async fn create_text_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    text: &'static str,
    index: IndexCreateStatement,
) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::MySql {
        return manager.create_index(index).await;
    }
    let connection = manager.get_connection();
    let mut key = format!("`{text}`(191)");
    if index.is_unique_key() {
        let digest = format!("binary(32) GENERATED ALWAYS AS (unhex(sha2(`{text}`, 256))) STORED INVISIBLE");
        let add = format!("ALTER TABLE `{table}` ADD COLUMN `{text}_digest` {digest}");
        connection.execute_unprepared(&add).await?;
        key.push_str(&format!(", `{text}_digest`"));
    }
    let sql = index.to_string(MysqlQueryBuilder).replacen(&format!("`{text}`"), &key, 1);
    connection.execute_unprepared(&sql).await?;
    Ok(())
}

/// How the database says it.
pub(crate) const ONLY_GROWS: &str = "only grows";

/// Makes the database refuse to change or remove rows of `table`: a ledger only grows.
///
/// On SQLite and MariaDB row by row, so that MariaDB still empties a whole table by `TRUNCATE`.
pub async fn append_only(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    let refuse = match manager.get_database_backend() {
        DbBackend::Postgres => return append_only_on_postgres(manager, table).await,
        DbBackend::MySql => format!("FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{table} {ONLY_GROWS}'"),
        _ => format!("BEGIN SELECT RAISE(ABORT, '{table} {ONLY_GROWS}'); END"),
    };
    for change in ["UPDATE", "DELETE"] {
        let name = change.to_lowercase();
        let trigger = format!("CREATE TRIGGER {table}_no_{name} BEFORE {change} ON {table} {refuse}");
        manager.get_connection().execute_unprepared(&trigger).await?;
    }
    Ok(())
}

async fn append_only_on_postgres(manager: &SchemaManager<'_>, table: &'static str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let refuse = format!(
        "CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION '{table} {ONLY_GROWS}'; END $$"
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

/// Parked events wait behind those of their own topic only.
struct ParkedTopic;

impl MigrationName for ParkedTopic {
    fn name(&self) -> &str {
        "m0002_parked_topic"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for ParkedTopic {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let topic = ColumnDef::new("topic").string().not_null().default("").to_owned();
        manager.alter_table(Table::alter().table("parked").add_column(topic).to_owned()).await?;
        let source = match manager.get_database_backend() {
            DbBackend::Postgres => "envelope->>'source'",
            DbBackend::MySql => "json_unquote(json_extract(envelope, '$.source'))",
            _ => "json_extract(envelope, '$.source')",
        };
        // An envelope's source is its topic behind a slash.
        let known = format!("UPDATE parked SET topic = substr({source}, 2)");
        manager.get_connection().execute_unprepared(&known).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("parked").drop_column("topic").to_owned()).await
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
    create_table(manager, table).await?;
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
    create_table(manager, table).await
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
    create_table(manager, table).await?;
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
    create_table(manager, table).await
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
    create_table(manager, table).await?;
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
    create_table(manager, table).await
}
