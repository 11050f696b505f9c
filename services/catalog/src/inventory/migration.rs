//! Inventory's schema. What SQL can hold is held by it: no bucket below zero, no more promised than there is, and a
//! ledger that only grows.

use db::migrations::{append_only, create_table};
use sea_orm_migration::{prelude::*, schema};

pub(super) struct Inventory;

impl MigrationName for Inventory {
    fn name(&self) -> &str {
        "m0200_inventory"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Inventory {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        items(manager).await?;
        reservations(manager).await?;
        movements(manager).await?;
        counter(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["stock_counter", "stock_movements", "reservation_lines", "reservations", "stock_items"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn col(name: &'static str) -> Expr {
    Expr::col(name)
}

async fn items(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("stock_items")
        .col(schema::string("sku").primary_key())
        .col(schema::big_integer("on_hand"))
        .col(schema::big_integer("reserved"))
        .col(schema::big_integer("committed"))
        .col(schema::big_integer("damaged"))
        .col(schema::big_integer("stock_revision"))
        .col(schema::timestamp_with_time_zone_null("retired_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .check(col("reserved").gte(0).and(col("committed").gte(0)).and(col("damaged").gte(0)))
        .check(col("on_hand").gte(col("reserved").add(col("committed"))))
        .to_owned();
    create_table(manager, table).await?;
    let by_revision =
        Index::create().name("stock_items_by_revision").table("stock_items").col("stock_revision").to_owned();
    manager.create_index(by_revision).await
}

async fn reservations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let statuses = ["held", "committed", "fulfilled", "released", "expired"];
    let table = Table::create()
        .table("reservations")
        .col(schema::uuid("order_id").primary_key())
        .col(schema::string("status"))
        .col(schema::timestamp_with_time_zone("expires_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .check(col("status").is_in(statuses))
        .to_owned();
    create_table(manager, table).await?;
    let overdue =
        Index::create().name("reservations_overdue").table("reservations").col("status").col("expires_at").to_owned();
    manager.create_index(overdue).await?;
    let lines = Table::create()
        .table("reservation_lines")
        .col(schema::uuid("order_id"))
        .col(schema::string("sku"))
        .col(schema::big_integer("quantity"))
        .primary_key(Index::create().col("order_id").col("sku"))
        .foreign_key(
            ForeignKey::create()
                .name("reservation_lines_reservation")
                .from("reservation_lines", "order_id")
                .to("reservations", "order_id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .name("reservation_lines_item")
                .from("reservation_lines", "sku")
                .to("stock_items", "sku"),
        )
        .check(col("quantity").gt(0))
        .to_owned();
    create_table(manager, lines).await?;
    let by_sku = Index::create().name("reservation_lines_by_sku").table("reservation_lines").col("sku").to_owned();
    manager.create_index(by_sku).await
}

async fn movements(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("stock_movements")
        .col(schema::big_integer("id").auto_increment().primary_key())
        .col(schema::string("sku"))
        .col(schema::string("kind"))
        .col(schema::big_integer("on_hand"))
        .col(schema::big_integer("reserved"))
        .col(schema::big_integer("committed"))
        .col(schema::big_integer("damaged"))
        .col(schema::text("reason"))
        .col(schema::string("actor"))
        .col(schema::uuid_null("reference"))
        .col(schema::timestamp_with_time_zone("at"))
        .foreign_key(
            ForeignKey::create().name("stock_movements_item").from("stock_movements", "sku").to("stock_items", "sku"),
        )
        .to_owned();
    create_table(manager, table).await?;
    let by_sku =
        Index::create().name("stock_movements_by_sku").table("stock_movements").col("sku").col("id").to_owned();
    manager.create_index(by_sku).await?;
    let by_reference =
        Index::create().name("stock_movements_by_reference").table("stock_movements").col("reference").to_owned();
    manager.create_index(by_reference).await?;
    append_only(manager, "stock_movements").await
}

/// One row that hands out revisions. Taking one locks it until the commit, so revisions become visible in their order.
async fn counter(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("stock_counter")
        .col(schema::integer("id").primary_key())
        .col(schema::big_integer("value"))
        .check(col("id").eq(1))
        .to_owned();
    create_table(manager, table).await?;
    let zero = Query::insert()
        .into_table("stock_counter")
        .columns(["id", "value"])
        .values_panic([1.into(), 0_i64.into()])
        .to_owned();
    manager.execute(zero).await
}
