//! The schema of imports. A file and all that is said of it goes with its import.

use db::migrations::{create_table, create_text_index};
use sea_orm_migration::{prelude::*, schema};

pub(super) struct Imports;

impl MigrationName for Imports {
    fn name(&self) -> &str {
        "m0300_imports"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Imports {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        imports(manager).await?;
        parts(manager).await?;
        problems(manager).await?;
        changes(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["import_changes", "import_problems", "import_parts", "imports"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

async fn imports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let states = ["checking", "checked", "unreadable", "running", "stopped", "done", "undoing", "undone"];
    let table = Table::create()
        .table("imports")
        .col(schema::uuid("id").primary_key())
        .col(schema::text("state"))
        .col(schema::text("format"))
        .col(schema::text("mode"))
        .col(schema::string("file_name"))
        .col(schema::big_integer("bytes"))
        .col(schema::json_binary("columns"))
        .col(schema::string("header"))
        .col(schema::json_binary("mapping"))
        .col(schema::string("encoding"))
        .col(schema::string("delimiter"))
        .col(schema::big_integer("taken"))
        .col(schema::big_integer("bytes_read"))
        .col(schema::json_binary("counts"))
        .col(schema::json_binary_null("checked"))
        .col(schema::json_binary_null("failure"))
        .col(schema::big_integer("undone"))
        .col(schema::big_integer("kept"))
        .col(schema::uuid("created_by"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .col(schema::timestamp_with_time_zone_null("started_at"))
        .col(schema::timestamp_with_time_zone_null("finished_at"))
        .col(schema::timestamp_with_time_zone_null("undo_until"))
        .check(Expr::col("state").is_in(states))
        .to_owned();
    create_table(manager, table).await?;
    let by_state = Index::create().name("imports_by_state").table("imports").col("state").to_owned();
    create_text_index(manager, "imports", "state", by_state).await
}

async fn parts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("import_parts")
        .col(schema::uuid("import_id"))
        .col(schema::integer("number"))
        .col(ColumnDef::new("bytes").blob().not_null())
        .primary_key(Index::create().col("import_id").col("number"))
        .foreign_key(&mut of_import("import_parts"))
        .to_owned();
    create_table(manager, table).await
}

async fn problems(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("import_problems")
        .col(schema::big_integer("id").auto_increment().primary_key())
        .col(schema::uuid("import_id"))
        .col(schema::text("weight"))
        .col(schema::big_integer("line"))
        .col(schema::text("column"))
        .col(schema::string("code"))
        .col(schema::text("message"))
        .check(Expr::col("weight").is_in(["refused", "notice", "kept"]))
        .foreign_key(&mut of_import("import_problems"))
        .to_owned();
    create_table(manager, table).await?;
    let in_order = Index::create()
        .name("import_problems_in_order")
        .table("import_problems")
        .col("import_id")
        .col("weight")
        .col("line")
        .to_owned();
    create_text_index(manager, "import_problems", "weight", in_order).await
}

async fn changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("import_changes")
        .col(schema::uuid("import_id"))
        .col(schema::uuid("product_id"))
        .col(schema::boolean("is_new"))
        .col(schema::json_binary_null("old"))
        .col(schema::uuid_null("version"))
        .col(schema::json_binary("gained"))
        .primary_key(Index::create().col("import_id").col("product_id"))
        .foreign_key(&mut of_import("import_changes"))
        .to_owned();
    create_table(manager, table).await
}

fn of_import(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "import_id").to("imports", "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}
