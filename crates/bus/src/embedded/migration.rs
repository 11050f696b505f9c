//! The embedded log's tables: events, the head that hands out positions, and the groups' cursors.

use db::migrations::create_table;
use sea_orm_migration::{prelude::*, schema};

pub(super) struct Log;

impl MigrationName for Log {
    fn name(&self) -> &str {
        "m0001_log"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Log {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let events = Table::create()
            .table("events")
            .col(schema::big_integer("position").primary_key())
            .col(schema::uuid_uniq("id"))
            .col(schema::string("topic"))
            .col(schema::string("kind"))
            .col(schema::uuid("partition_key"))
            .col(schema::json_binary("envelope"))
            .col(schema::timestamp_with_time_zone("appended_at"))
            .to_owned();
        create_table(manager, events).await?;
        let by_time = Index::create().name("events_by_time").table("events").col("appended_at").to_owned();
        manager.create_index(by_time).await?;
        let head = Table::create()
            .table("log_head")
            .col(schema::integer("id").primary_key())
            .col(schema::big_integer("position"))
            .to_owned();
        create_table(manager, head).await?;
        let zero = Query::insert()
            .into_table("log_head")
            .columns(["id", "position"])
            .values_panic([1.into(), 0_i64.into()])
            .to_owned();
        manager.execute(zero).await?;
        let cursors = Table::create()
            .table("cursors")
            .col(schema::string("consumer").primary_key())
            .col(schema::big_integer("position"))
            .col(schema::uuid("holder"))
            .col(schema::timestamp_with_time_zone("held_until"))
            .to_owned();
        create_table(manager, cursors).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["events", "log_head", "cursors"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
