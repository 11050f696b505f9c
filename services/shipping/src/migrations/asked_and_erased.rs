//! Two columns more: which request a label was asked for by, and whether an order's buyer is to be forgotten.

use sea_orm_migration::{async_trait, prelude::*, schema};

pub(super) struct AskedAndErased;

impl MigrationName for AskedAndErased {
    fn name(&self) -> &str {
        "m0003_asked_and_erased"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AskedAndErased {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let asked_by = Table::alter().table("labels").add_column(schema::json_binary_null("asked_by")).to_owned();
        manager.alter_table(asked_by).await?;
        let erase = Table::alter().table("orders").add_column(schema::boolean("erase").default(false)).to_owned();
        manager.alter_table(erase).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("orders").drop_column("erase").to_owned()).await?;
        manager.alter_table(Table::alter().table("labels").drop_column("asked_by").to_owned()).await
    }
}
