//! The catalog's own tables, without those of stock.

use db::migrations::{create_table, create_text_index};
use sea_orm_migration::{
    prelude::{
        ColumnDef, DbErr, Expr, ExprTrait, ForeignKey, ForeignKeyAction, Index, MigrationName, MigrationTrait, Query,
        SchemaManager, Table,
    },
    schema,
};

const TABLES: [&str; 13] = [
    "media",
    "purchases",
    "review_votes",
    "reviews",
    "review_aggregates",
    "price_history",
    "variant_skus",
    "product_slugs",
    "product_documents",
    "products",
    "categories",
    "counters",
    "samples",
];

/// Products and all that belongs to them.
pub struct Products;

impl MigrationName for Products {
    fn name(&self) -> &str {
        "m0002_products"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Products {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        counters(manager).await?;
        categories(manager).await?;
        products(manager).await?;
        variants(manager).await?;
        reviews(manager).await?;
        votes_and_purchases(manager).await?;
        media(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        Ok(())
    }
}

/// Of each product, whether shoppers could ever see it.
pub struct WasPublished;

impl MigrationName for WasPublished {
    fn name(&self) -> &str {
        "m0003_was_published"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for WasPublished {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = ColumnDef::new("was_published").boolean().not_null().default(false).to_owned();
        manager.alter_table(Table::alter().table("products").add_column(column).to_owned()).await?;
        let so_far = Query::update()
            .table("products")
            .value("was_published", true)
            .and_where(Expr::col("status").ne("draft"))
            .to_owned();
        manager.execute(so_far).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("products").drop_column("was_published").to_owned()).await
    }
}

/// Who wants to be told of what.
pub struct StockWaits;

impl MigrationName for StockWaits {
    fn name(&self) -> &str {
        "m0004_stock_waits"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for StockWaits {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("stock_waits")
            .col(schema::uuid("id").primary_key())
            .col(schema::uuid("product_id"))
            .col(schema::string("sku"))
            .col(schema::text("email"))
            .col(schema::text("email_key"))
            .col(schema::uuid_null("user_id"))
            .col(schema::string("locale"))
            .col(schema::timestamp_with_time_zone("asked_at"))
            .foreign_key(ForeignKey::create().from("stock_waits", "product_id").to("products", "id"))
            .to_owned();
        create_table(manager, table).await?;
        let once = Index::create()
            .name("stock_waits_once")
            .table("stock_waits")
            .col("sku")
            .col("email_key")
            .unique()
            .to_owned();
        create_text_index(manager, "stock_waits", "email_key", once).await?;
        let by_email = Index::create().name("stock_waits_by_email").table("stock_waits").col("email_key").to_owned();
        create_text_index(manager, "stock_waits", "email_key", by_email).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("stock_waits").to_owned()).await
    }
}

/// Revisions are counted in one row, whose lock makes them visible in order.
async fn counters(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("counters")
        .col(schema::string("name").primary_key())
        .col(schema::big_integer("value"))
        .to_owned();
    create_table(manager, table).await?;
    for name in ["revision", "categories"] {
        let zero = Query::insert()
            .into_table("counters")
            .columns(["name", "value"])
            .values_panic([name.into(), 0_i64.into()])
            .to_owned();
        manager.execute(zero).await?;
    }
    Ok(())
}

async fn categories(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("categories")
        .col(schema::uuid("id").primary_key())
        .col(schema::string_uniq("slug"))
        .col(schema::string("title"))
        .col(schema::text("description"))
        .col(schema::uuid_null("parent_id"))
        .col(schema::text("path"))
        .col(schema::integer("position"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .foreign_key(
            ForeignKey::create()
                .from("categories", "parent_id")
                .to("categories", "id")
                .on_delete(ForeignKeyAction::Restrict),
        )
        .to_owned();
    create_table(manager, table).await?;
    manager
        .create_index(Index::create().name("categories_by_parent").table("categories").col("parent_id").to_owned())
        .await
}

async fn products(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let heads = Table::create()
        .table("products")
        .col(schema::uuid("id").primary_key())
        .col(schema::string_uniq("slug"))
        .col(one_of("status", &["draft", "published", "archived"]))
        .col(schema::uuid("version"))
        .col(schema::big_integer_uniq("revision"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .to_owned();
    create_table(manager, heads).await?;
    let documents = Table::create()
        .table("product_documents")
        .col(schema::uuid("product_id").primary_key())
        .col(schema::uuid("version"))
        .col(schema::json_binary("document"))
        .foreign_key(ForeignKey::create().from("product_documents", "product_id").to("products", "id"))
        .to_owned();
    create_table(manager, documents).await?;
    let slugs = Table::create()
        .table("product_slugs")
        .col(schema::string("slug").primary_key())
        .col(schema::uuid("product_id"))
        .col(schema::timestamp_with_time_zone("since"))
        .foreign_key(ForeignKey::create().from("product_slugs", "product_id").to("products", "id"))
        .to_owned();
    create_table(manager, slugs).await?;
    manager
        .create_index(
            Index::create().name("product_slugs_by_product").table("product_slugs").col("product_id").to_owned(),
        )
        .await
}

async fn variants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let skus = Table::create()
        .table("variant_skus")
        .col(schema::string("sku").primary_key())
        .col(schema::uuid("product_id"))
        .col(schema::uuid_uniq("variant_id"))
        .foreign_key(ForeignKey::create().from("variant_skus", "product_id").to("products", "id"))
        .to_owned();
    create_table(manager, skus).await?;
    manager
        .create_index(
            Index::create().name("variant_skus_by_product").table("variant_skus").col("product_id").to_owned(),
        )
        .await?;
    let prices = Table::create()
        .table("price_history")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("sku"))
        .col(schema::uuid("product_id"))
        .col(ColumnDef::new("price_minor").big_integer().not_null().check(Expr::col("price_minor").gte(0)))
        .col(schema::string("currency"))
        .col(schema::timestamp_with_time_zone("since"))
        .foreign_key(ForeignKey::create().from("price_history", "product_id").to("products", "id"))
        .to_owned();
    create_table(manager, prices).await?;
    manager
        .create_index(
            Index::create().name("price_history_by_sku").table("price_history").col("sku").col("since").to_owned(),
        )
        .await
}

async fn reviews(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("reviews")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("product_id"))
        .col(schema::uuid_null("user_id"))
        .col(schema::string("author"))
        .col(ColumnDef::new("rating").integer().not_null().check(Expr::col("rating").between(1, 5)))
        .col(schema::string("title"))
        .col(schema::text("body"))
        .col(schema::string_null("language"))
        .col(one_of("status", &["pending", "approved", "rejected"]))
        .col(schema::boolean("verified_purchase"))
        .col(schema::integer("helpful"))
        .col(schema::text_null("reply"))
        .col(schema::text_null("reason"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .foreign_key(ForeignKey::create().from("reviews", "product_id").to("products", "id"))
        .to_owned();
    create_table(manager, table).await?;
    let one_each =
        Index::create().name("reviews_one_each").table("reviews").col("product_id").col("user_id").unique().to_owned();
    manager.create_index(one_each).await?;
    let by_status =
        Index::create().name("reviews_by_status").table("reviews").col("status").col("created_at").to_owned();
    manager.create_index(by_status).await?;
    let mut aggregates = Table::create();
    aggregates.table("review_aggregates").col(schema::uuid("product_id").primary_key());
    for stars in ["stars_1", "stars_2", "stars_3", "stars_4", "stars_5"] {
        aggregates.col(ColumnDef::new(stars).integer().not_null().check(Expr::col(stars).gte(0)));
    }
    aggregates.foreign_key(ForeignKey::create().from("review_aggregates", "product_id").to("products", "id"));
    create_table(manager, aggregates.to_owned()).await
}

async fn votes_and_purchases(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let votes = Table::create()
        .table("review_votes")
        .col(schema::uuid("review_id"))
        .col(schema::uuid("user_id"))
        .primary_key(Index::create().col("review_id").col("user_id"))
        .foreign_key(
            ForeignKey::create()
                .from("review_votes", "review_id")
                .to("reviews", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned();
    create_table(manager, votes).await?;
    let purchases = Table::create()
        .table("purchases")
        .col(schema::uuid("user_id"))
        .col(schema::uuid("product_id"))
        .col(schema::uuid("order_id"))
        .col(schema::timestamp_with_time_zone("delivered_at"))
        .primary_key(Index::create().col("user_id").col("product_id"))
        .to_owned();
    create_table(manager, purchases).await
}

async fn media(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let media = Table::create()
        .table("media")
        .col(schema::string("file").primary_key())
        .col(schema::string("content_type"))
        .col(schema::integer("width"))
        .col(schema::integer("height"))
        .col(schema::big_integer("bytes"))
        .col(schema::json_binary("sizes"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .to_owned();
    create_table(manager, media).await?;
    let samples = Table::create()
        .table("samples")
        .col(schema::string("name").primary_key())
        .col(schema::timestamp_with_time_zone("loaded_at"))
        .to_owned();
    create_table(manager, samples).await
}

/// A text column that takes these words only.
fn one_of(column: &'static str, words: &[&'static str]) -> ColumnDef {
    let words = words.iter().copied();
    ColumnDef::new(column).string().not_null().check(Expr::col(column).is_in(words)).to_owned()
}
