//! The schema of the users service. Runs alike on every database.

use contracts::time;
use db::migrations::create_table;
use sea_orm_migration::{prelude::*, schema};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let ours: [Box<dyn MigrationTrait>; 2] = [Box::new(Accounts), Box::new(PasswordLength)];
        db::migrations::all().into_iter().chain(ours).collect()
    }
}

struct Accounts;

impl MigrationName for Accounts {
    fn name(&self) -> &str {
        "m0002_accounts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Accounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        roles(manager).await?;
        users(manager).await?;
        sessions(manager).await?;
        refresh_tokens(manager).await?;
        letters(manager).await?;
        throttles(manager).await?;
        addresses(manager).await?;
        signing_keys(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "signing_keys",
            "addresses",
            "login_failures",
            "throttles",
            "letters",
            "refresh_tokens",
            "sessions",
            "users",
            "roles",
        ];
        for table in tables {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// An account keeps by which rule its password was taken: who becomes staff comes under a stricter one.
struct PasswordLength;

impl MigrationName for PasswordLength {
    fn name(&self) -> &str {
        "m0003_password_length"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for PasswordLength {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = schema::integer_null("password_min_chars");
        manager.alter_table(Table::alter().table("users").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("users").drop_column("password_min_chars").to_owned()).await
    }
}

async fn roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("roles")
        .col(schema::string_len("name", 40).primary_key())
        .col(schema::string("title"))
        .col(schema::json_binary("permissions"))
        .col(schema::boolean("built_in"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .to_owned();
    create_table(manager, table).await?;
    let mut rows = Query::insert();
    rows.into_table("roles").columns(["name", "title", "permissions", "built_in", "created_at", "updated_at"]);
    for (name, title) in [("customer", "Customer"), ("admin", "Administrator")] {
        let now = time::now();
        rows.values_panic([
            name.into(),
            title.into(),
            Expr::value(serde_json::json!([])),
            true.into(),
            Expr::value(now),
            Expr::value(now),
        ]);
    }
    manager.execute(rows).await?;
    Ok(())
}

async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("users")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("email"))
        .col(schema::string_uniq("email_key"))
        .col(schema::timestamp_with_time_zone_null("email_verified_at"))
        .col(schema::string_null("password_hash"))
        .col(schema::string("name"))
        .col(schema::string_null("phone"))
        .col(schema::string("locale"))
        .col(schema::string_len("role", 40))
        .col(schema::string("status"))
        .col(schema::boolean("marketing_consent"))
        .col(schema::timestamp_with_time_zone_null("marketing_consent_at"))
        .col(schema::uuid_null("shipping_address_id"))
        .col(schema::uuid_null("billing_address_id"))
        .col(schema::text("search"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .col(schema::timestamp_with_time_zone_null("last_login_at"))
        .check(Expr::col("status").is_in(["active", "disabled", "erased"]))
        .foreign_key(ForeignKey::create().from("users", "role").to("roles", "name"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "users_by_role", "users", &["role", "id"]).await
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sessions")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("user_id"))
        .col(schema::string("client"))
        .col(schema::string("user_agent"))
        .col(schema::string("device"))
        .col(schema::string_null("ip"))
        .col(schema::timestamp_with_time_zone("authenticated_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("last_used_at"))
        .col(schema::timestamp_with_time_zone("expires_at"))
        .col(schema::timestamp_with_time_zone_null("revoked_at"))
        .col(schema::string_null("revoked_because"))
        .check(Expr::col("client").is_in(["browser", "api"]))
        .foreign_key(&mut belongs_to("sessions", "user_id", "users"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "sessions_by_user", "sessions", &["user_id", "id"]).await?;
    index(manager, "sessions_by_expiry", "sessions", &["expires_at"]).await
}

async fn refresh_tokens(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("refresh_tokens")
        .col(schema::string_len("digest", 43).primary_key())
        .col(schema::uuid("session_id"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("expires_at"))
        .col(schema::timestamp_with_time_zone_null("used_at"))
        .foreign_key(&mut belongs_to("refresh_tokens", "session_id", "sessions"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "refresh_tokens_by_session", "refresh_tokens", &["session_id"]).await
}

async fn letters(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("letters")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("user_id"))
        .col(schema::string("kind"))
        .col(schema::string("email"))
        .col(schema::string_null("ip"))
        .col(schema::string_null("token_digest").unique_key())
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("expires_at"))
        .col(schema::timestamp_with_time_zone_null("used_at"))
        .col(schema::timestamp_with_time_zone_null("void_at"))
        .col(schema::integer("attempts"))
        .col(schema::timestamp_with_time_zone("next_attempt_at"))
        .col(schema::timestamp_with_time_zone_null("sent_at"))
        .foreign_key(&mut belongs_to("letters", "user_id", "users"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "letters_by_user", "letters", &["user_id", "kind", "created_at"]).await?;
    index(manager, "letters_by_ip", "letters", &["ip", "created_at"]).await?;
    index(manager, "letters_to_send", "letters", &["sent_at", "next_attempt_at"]).await
}

async fn throttles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let ladder = Table::create()
        .table("throttles")
        .col(schema::string_len("account", 43).primary_key())
        .col(schema::integer("failures"))
        .col(schema::timestamp_with_time_zone("blocked_until"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .check(Expr::col("failures").gte(0))
        .to_owned();
    create_table(manager, ladder).await?;
    let failures = Table::create()
        .table("login_failures")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("ip"))
        .col(schema::string_len("account", 43))
        .col(schema::timestamp_with_time_zone("at"))
        .to_owned();
    create_table(manager, failures).await?;
    index(manager, "login_failures_by_ip", "login_failures", &["ip", "at"]).await?;
    index(manager, "login_failures_by_time", "login_failures", &["at"]).await
}

async fn addresses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("addresses")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("user_id"))
        .col(schema::string_null("label"))
        .col(schema::string("name"))
        .col(schema::string("line1"))
        .col(schema::string_null("line2"))
        .col(schema::string("city"))
        .col(schema::string_null("region"))
        .col(schema::string("postal_code"))
        .col(schema::string_len("country", 2))
        .col(schema::string_null("phone"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut belongs_to("addresses", "user_id", "users"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "addresses_by_user", "addresses", &["user_id", "id"]).await
}

async fn signing_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("signing_keys")
        .col(schema::string("id").primary_key())
        .col(schema::integer_uniq("generation"))
        .col(schema::blob("private_key"))
        .col(schema::blob("public_key"))
        .col(schema::timestamp_with_time_zone("signs_from"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .to_owned();
    create_table(manager, table).await
}

/// Rows of `table` go with the row they belong to.
fn belongs_to(table: &'static str, column: &'static str, owner: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(owner, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}

async fn index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}
