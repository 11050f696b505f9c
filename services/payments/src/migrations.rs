//! The service's tables, with the rules that SQL can hold.

use db::migrations::{append_only, create_table};
use sea_orm::{ActiveEnum, DbErr, ExprTrait, Iterable};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait,
    prelude::{ColumnDef, Expr, ForeignKey, ForeignKeyCreateStatement, Index, Table, TableCreateStatement},
    schema,
};

use crate::model::{AttemptStatus, CaptureMethod, DisputeStatus, RefundStatus, Status, WebhookStatus};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        db::migrations::all().into_iter().chain([Box::new(Payments) as Box<dyn MigrationTrait>]).collect()
    }
}

struct Payments;

impl MigrationName for Payments {
    fn name(&self) -> &str {
        "m0002_payments"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Payments {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        payments(manager).await?;
        attempts(manager).await?;
        refunds(manager).await?;
        disputes(manager).await?;
        webhooks(manager).await?;
        ledger(manager).await?;
        reconciliations(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "reconciliations",
            "ledger_entries",
            "ledger_transactions",
            "webhooks",
            "disputes",
            "refunds",
            "attempts",
            "payments",
        ] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// A text column that holds one of the words of `E`.
fn word<E: ActiveEnum<Value = String> + Iterable>(column: &'static str) -> ColumnDef {
    let words: Vec<String> = E::iter().map(|word| word.to_value()).collect();
    schema::string(column).check(Expr::col(column).is_in(words)).to_owned()
}

fn to_payment(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "payment_id").to("payments", "id").to_owned()
}

async fn index(
    manager: &SchemaManager<'_>,
    name: &str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

async fn payments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    create_table(manager, payments_table()).await?;
    index(manager, "payments_of_order", "payments", &["order_id"]).await?;
    index(manager, "payments_by_status", "payments", &["status", "id"]).await?;
    index(manager, "payments_to_check", "payments", &["check_at"]).await
}

fn payments_table() -> TableCreateStatement {
    let refunds_fit = Expr::col("refunded_minor")
        .gte(0)
        .and(Expr::col("refund_pending_minor").gte(0))
        .and(Expr::col("refunded_minor").add(Expr::col("refund_pending_minor")).lte(Expr::col("captured_minor")));
    Table::create()
        .table("payments")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("order_id"))
        .col(schema::string("order_number"))
        .col(schema::uuid_null("user_id"))
        .col(schema::string("provider"))
        .col(word::<Status>("status"))
        .col(schema::big_integer("amount_minor").check(Expr::col("amount_minor").gte(0)))
        .col(schema::string_len("currency", 3))
        .col(word::<CaptureMethod>("capture_method"))
        .col(schema::big_integer("authorized_minor"))
        .col(schema::big_integer("captured_minor"))
        .col(schema::big_integer("refunded_minor"))
        .col(schema::big_integer("refund_pending_minor"))
        .col(schema::big_integer("disputed_minor").check(Expr::col("disputed_minor").gte(0)))
        .col(schema::uuid_null("live_order_id").unique_key())
        .col(schema::uuid_null("current_attempt"))
        .col(schema::text_null("client_secret"))
        .col(schema::json_binary_null("next_action"))
        .col(schema::string_null("error_code"))
        .col(schema::string_null("decline_code"))
        .col(schema::text_null("conflict"))
        .col(schema::big_integer_null("capture_requested_minor"))
        .col(schema::string_null("cancel_reason"))
        .col(schema::timestamp_with_time_zone_null("authorized_until"))
        .col(schema::timestamp_with_time_zone_null("check_at"))
        .col(schema::integer("checks"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .col(schema::timestamp_with_time_zone_null("captured_at"))
        .col(schema::timestamp_with_time_zone_null("canceled_at"))
        .check(Expr::col("captured_minor").gte(0).and(Expr::col("captured_minor").lte(Expr::col("authorized_minor"))))
        .check(refunds_fit)
        .to_owned()
}

async fn attempts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("attempts")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("payment_id"))
        .col(schema::uuid("order_id"))
        .col(word::<AttemptStatus>("status"))
        .col(schema::string("method_fingerprint"))
        .col(schema::string_null("card_brand"))
        .col(schema::string_null("card_last4"))
        .col(schema::string_null("provider_ref"))
        .col(schema::string_null("error_code"))
        .col(schema::string_null("decline_code"))
        .col(schema::timestamp_with_time_zone("deadline"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut to_payment("attempts"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "attempts_of_payment", "attempts", &["payment_id"]).await?;
    index(manager, "attempts_of_order", "attempts", &["order_id", "created_at"]).await
}

async fn refunds(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("refunds")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("payment_id"))
        .col(schema::uuid("order_id"))
        .col(schema::uuid_null("return_id"))
        .col(word::<RefundStatus>("status"))
        .col(schema::big_integer("amount_minor").check(Expr::col("amount_minor").gt(0)))
        .col(schema::string_len("currency", 3))
        .col(schema::text("reason"))
        .col(schema::string("requested_by"))
        .col(schema::string_null("provider_ref"))
        .col(schema::string_null("error_code"))
        .col(schema::timestamp_with_time_zone_null("check_at"))
        .col(schema::integer("checks"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut to_payment("refunds"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "refunds_of_payment", "refunds", &["payment_id"]).await?;
    index(manager, "refunds_to_check", "refunds", &["check_at"]).await
}

async fn disputes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("disputes")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("payment_id"))
        .col(schema::uuid("order_id"))
        .col(schema::string_uniq("provider_ref"))
        .col(word::<DisputeStatus>("status"))
        .col(schema::big_integer("amount_minor").check(Expr::col("amount_minor").gt(0)))
        .col(schema::big_integer("fee_minor").check(Expr::col("fee_minor").gte(0)))
        .col(schema::string_len("currency", 3))
        .col(schema::string("reason"))
        .col(schema::boolean("held"))
        .col(schema::timestamp_with_time_zone("evidence_due_by"))
        .col(schema::json_binary_null("evidence"))
        .col(schema::timestamp_with_time_zone_null("submitted_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .col(schema::timestamp_with_time_zone_null("closed_at"))
        .foreign_key(&mut to_payment("disputes"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "disputes_of_payment", "disputes", &["payment_id"]).await?;
    index(manager, "disputes_by_deadline", "disputes", &["evidence_due_by", "id"]).await
}

async fn webhooks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("webhooks")
        .col(schema::string("provider"))
        .col(schema::string("event_id"))
        .col(schema::string("kind"))
        .col(schema::uuid_null("attempt_id"))
        .col(word::<WebhookStatus>("status"))
        .col(schema::json_binary("body"))
        .col(schema::integer("tries"))
        .col(schema::timestamp_with_time_zone("next_try_at"))
        .col(schema::timestamp_with_time_zone("received_at"))
        .col(schema::timestamp_with_time_zone_null("applied_at"))
        .primary_key(Index::create().col("provider").col("event_id"))
        .to_owned();
    create_table(manager, table).await?;
    index(manager, "webhooks_to_apply", "webhooks", &["status", "next_try_at"]).await?;
    index(manager, "webhooks_of_attempt", "webhooks", &["attempt_id"]).await
}

async fn ledger(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let transactions = Table::create()
        .table("ledger_transactions")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("payment_id"))
        .col(schema::uuid("order_id"))
        .col(schema::string("kind"))
        .col(schema::string("reference"))
        .col(schema::timestamp_with_time_zone("booked_at"))
        .foreign_key(&mut to_payment("ledger_transactions"))
        .index(Index::create().unique().name("ledger_books_once").col("kind").col("reference"))
        .to_owned();
    create_table(manager, transactions).await?;
    let entries = Table::create()
        .table("ledger_entries")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("transaction_id"))
        .col(schema::string("account"))
        .col(schema::big_integer("amount_minor"))
        .col(schema::string_len("currency", 3))
        .foreign_key(ForeignKey::create().from("ledger_entries", "transaction_id").to("ledger_transactions", "id"))
        .to_owned();
    create_table(manager, entries).await?;
    index(manager, "ledger_transactions_of_payment", "ledger_transactions", &["payment_id"]).await?;
    index(manager, "ledger_entries_of_transaction", "ledger_entries", &["transaction_id"]).await?;
    append_only(manager, "ledger_transactions").await?;
    append_only(manager, "ledger_entries").await
}

async fn reconciliations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("reconciliations")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("provider"))
        .col(schema::timestamp_with_time_zone("since"))
        .col(schema::big_integer("charges"))
        .col(schema::big_integer("repaired"))
        .col(schema::big_integer("unresolved"))
        .col(schema::json_binary("differences"))
        .col(schema::timestamp_with_time_zone("started_at"))
        .col(schema::timestamp_with_time_zone("finished_at"))
        .to_owned();
    create_table(manager, table).await
}
