//! The schema, with the constraints that hold whatever the code does.

use db::migrations::create_table;
use sea_orm_migration::{prelude::*, schema, sea_query::TableCreateStatement};

/// Brings the service's schema up to date.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = db::migrations::all();
        migrations.push(Box::new(Orders));
        migrations.push(Box::new(SpreadUses));
        migrations
    }
}

struct Orders;

impl MigrationName for Orders {
    fn name(&self) -> &str {
        "m0002_orders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Orders {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [promotions(), carts(), cart_lines(), orders(), order_lines()] {
            create_table(manager, table).await?;
        }
        for table in [history(), payments(), refunds(), disputes(), shipments(), returns(), return_lines()] {
            create_table(manager, table).await?;
        }
        for (name, table, columns) in INDEXES {
            let mut index = Index::create().name(name).table(table).to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "return_lines",
            "returns",
            "order_shipments",
            "order_disputes",
            "order_refunds",
            "order_payments",
            "order_history",
            "order_lines",
            "orders",
            "cart_lines",
            "carts",
            "promotions",
        ];
        for table in tables {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// Uses of coupons by orders that stand in another database than the coupon.
struct SpreadUses;

impl MigrationName for SpreadUses {
    fn name(&self) -> &str {
        "m0003_spread_uses"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for SpreadUses {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_table(manager, spread_uses()).await?;
        let by_promotion =
            Index::create().name("spread_uses_by_promotion").table("spread_uses").col("promotion_id").to_owned();
        manager.create_index(by_promotion).await?;
        let by_time = Index::create()
            .name("spread_uses_by_time")
            .table("spread_uses")
            .col("confirmed")
            .col("taken_at")
            .to_owned();
        manager.create_index(by_time).await?;
        let owed = Table::create().table("owed_uses").col(schema::uuid("order_id").primary_key()).to_owned();
        create_table(manager, owed).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["owed_uses", "spread_uses"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// Name, table, columns: one for each list and each sweep.
const INDEXES: [(&str, &str, &[&str]); 20] = [
    ("carts_by_status", "carts", &["status", "updated_at"]),
    ("orders_by_user", "orders", &["user_id", "created_at", "id"]),
    ("orders_by_time", "orders", &["created_at", "id"]),
    ("orders_by_status", "orders", &["status", "created_at", "id"]),
    ("orders_by_email", "orders", &["email", "created_at"]),
    ("orders_by_expiry", "orders", &["status", "expires_at"]),
    ("orders_by_payment", "orders", &["paid_at"]),
    ("orders_by_total", "orders", &["total_minor", "id"]),
    ("orders_by_problems", "orders", &["open_problems", "created_at", "id"]),
    ("orders_by_promotion", "orders", &["promotion_id"]),
    ("order_lines_by_sku", "order_lines", &["sku"]),
    ("order_history_by_order", "order_history", &["order_id", "seq"]),
    ("order_payments_by_order", "order_payments", &["order_id"]),
    ("order_refunds_by_order", "order_refunds", &["order_id"]),
    ("order_refunds_by_time", "order_refunds", &["refunded_at"]),
    ("order_disputes_by_order", "order_disputes", &["order_id"]),
    ("order_shipments_by_order", "order_shipments", &["order_id"]),
    ("order_shipments_by_number", "order_shipments", &["tracking_number"]),
    ("returns_by_order", "returns", &["order_id"]),
    ("returns_by_status", "returns", &["status", "created_at", "id"]),
];

const ORDER_STATUSES: [&str; 5] = ["pending", "processing", "shipped", "delivered", "cancelled"];

fn carts() -> TableCreateStatement {
    Table::create()
        .table("carts")
        .col(schema::uuid("id").primary_key())
        .col(schema::string_len("status", 16).check(one_of("status", &["active", "completed", "merged", "abandoned"])))
        .col(schema::string_len_null("token_hash", 64).unique_key())
        .col(schema::uuid_null("user_id"))
        .col(schema::uuid_null("active_for").unique_key())
        .col(schema::string_null("email"))
        .col(schema::json_binary_null("shipping_address"))
        .col(schema::text_null("shipping_option"))
        .col(schema::string_null("coupon"))
        .col(schema::uuid_null("order_id").unique_key())
        .col(schema::big_integer("version"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .to_owned()
}

fn cart_lines() -> TableCreateStatement {
    Table::create()
        .table("cart_lines")
        .col(schema::uuid("cart_id"))
        .col(schema::string("sku"))
        .col(schema::integer("quantity").check(Expr::col("quantity").between(1, 9999)))
        .col(schema::json_binary_null("shown"))
        .col(schema::big_integer_null("accepted_minor"))
        .col(schema::timestamp_with_time_zone("added_at"))
        .primary_key(Index::create().col("cart_id").col("sku"))
        .foreign_key(&mut belongs_to("cart_lines_cart", "cart_lines", "cart_id", "carts", "id"))
        .to_owned()
}

fn orders() -> TableCreateStatement {
    let one_owner = Expr::col("user_id").is_null().ne(Expr::col("guest_token_hash").is_null());
    let mut table = Table::create();
    table
        .table("orders")
        .col(schema::uuid("id").primary_key())
        .col(schema::string_len("number", 16).unique_key())
        .col(schema::uuid_null("cart_id").unique_key())
        .col(schema::uuid_null("user_id"))
        .col(schema::string_len_null("guest_token_hash", 64))
        .col(schema::string("email"))
        .col(schema::string_len("locale", 35))
        .col(schema::string_len("status", 16).check(one_of("status", &ORDER_STATUSES)))
        .col(schema::string_len("payment_status", 32))
        .col(schema::string_len("fulfillment_status", 32))
        .col(schema::string_len("currency", 3));
    for amount in ["subtotal_minor", "discount_minor", "shipping_minor", "tax_minor", "total_minor"] {
        table.col(amount_column(amount));
    }
    table
        .col(schema::boolean("tax_included"))
        .col(schema::string_len("tax_rules", 64))
        .col(schema::json_binary("shipping_taxes"))
        .col(schema::json_binary("shipping_address"))
        .col(schema::json_binary_null("billing_address"))
        .col(schema::json_binary("shipping_option"))
        .col(schema::text("shipping_quote"))
        .col(schema::uuid_null("promotion_id"))
        .col(schema::string_null("coupon"))
        .col(schema::text_null("note"))
        .col(amount_column("authorized_minor"))
        .col(amount_column("captured_minor"))
        .col(amount_column("refunded_minor"))
        .col(schema::boolean("disputed"))
        .col(schema::json_binary("problems"))
        .col(schema::integer("open_problems").check(Expr::col("open_problems").gte(0)))
        .col(schema::timestamp_with_time_zone_null("expires_at"))
        .col(schema::timestamp_with_time_zone_null("refund_asked_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"));
    for moment in ["paid_at", "shipped_at", "delivered_at", "cancelled_at"] {
        table.col(schema::timestamp_with_time_zone_null(moment));
    }
    table
        .check(one_owner)
        .check(Expr::col("refunded_minor").lte(Expr::col("captured_minor")))
        .check(Expr::col("discount_minor").lte(Expr::col("subtotal_minor")))
        .foreign_key(&mut refers_to("orders_cart", "orders", "cart_id", "carts", "id"))
        .foreign_key(&mut refers_to("orders_promotion", "orders", "promotion_id", "promotions", "id"))
        .to_owned()
}

fn order_lines() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("order_lines")
        .col(schema::uuid("order_id"))
        .col(schema::string("sku"))
        .col(schema::integer("position"))
        .col(schema::uuid("product_id"))
        .col(schema::string("slug"))
        .col(schema::text("title"))
        .col(schema::text("variant_title"))
        .col(schema::text_null("image"))
        .col(schema::big_integer("weight_g"))
        .col(schema::string("tax_class"))
        .col(schema::integer("quantity").check(Expr::col("quantity").between(1, 9999)));
    for amount in ["unit_price_minor", "subtotal_minor", "discount_minor", "total_minor", "tax_minor"] {
        table.col(amount_column(amount));
    }
    table.col(schema::json_binary("taxes"));
    for pieces in ["shipped_quantity", "delivered_quantity", "returned_quantity"] {
        table.col(schema::integer(pieces).check(Expr::col(pieces).gte(0)));
    }
    table
        .primary_key(Index::create().col("order_id").col("sku"))
        .check(Expr::col("discount_minor").lte(Expr::col("subtotal_minor")))
        .check(Expr::col("shipped_quantity").lte(Expr::col("quantity")))
        .check(Expr::col("delivered_quantity").lte(Expr::col("shipped_quantity")))
        .check(Expr::col("returned_quantity").lte(Expr::col("delivered_quantity")))
        .foreign_key(&mut belongs_to("order_lines_order", "order_lines", "order_id", "orders", "id"))
        .to_owned()
}

fn history() -> TableCreateStatement {
    Table::create()
        .table("order_history")
        .col(schema::big_integer("seq").auto_increment().primary_key())
        .col(schema::uuid("order_id"))
        .col(schema::timestamp_with_time_zone("at"))
        .col(schema::string_len("kind", 32))
        .col(schema::string_len_null("from_status", 16))
        .col(schema::string_len_null("to_status", 16))
        .col(schema::string("actor"))
        .col(schema::text_null("reason"))
        .col(schema::uuid_null("event_id"))
        .foreign_key(&mut belongs_to("order_history_order", "order_history", "order_id", "orders", "id"))
        .to_owned()
}

fn payments() -> TableCreateStatement {
    Table::create()
        .table("order_payments")
        .col(schema::uuid("payment_id").primary_key())
        .col(schema::uuid("order_id"))
        .col(amount_column("authorized_minor"))
        .col(amount_column("captured_minor"))
        .foreign_key(&mut belongs_to("order_payments_order", "order_payments", "order_id", "orders", "id"))
        .to_owned()
}

fn refunds() -> TableCreateStatement {
    Table::create()
        .table("order_refunds")
        .col(schema::uuid("refund_id").primary_key())
        .col(schema::uuid("order_id"))
        .col(amount_column("amount_minor"))
        .col(schema::boolean("surplus"))
        .col(schema::timestamp_with_time_zone("refunded_at"))
        .foreign_key(&mut belongs_to("order_refunds_order", "order_refunds", "order_id", "orders", "id"))
        .to_owned()
}

fn disputes() -> TableCreateStatement {
    Table::create()
        .table("order_disputes")
        .col(schema::uuid("dispute_id").primary_key())
        .col(schema::uuid("order_id"))
        .col(schema::boolean("open"))
        .foreign_key(&mut belongs_to("order_disputes_order", "order_disputes", "order_id", "orders", "id"))
        .to_owned()
}

fn shipments() -> TableCreateStatement {
    Table::create()
        .table("order_shipments")
        .col(schema::uuid("shipment_id").primary_key())
        .col(schema::uuid("order_id"))
        .col(schema::string_len("status", 32))
        .col(schema::json_binary("items"))
        .col(schema::string("carrier"))
        .col(schema::string_null("tracking_number"))
        .col(schema::text_null("tracking_url"))
        .col(schema::timestamp_with_time_zone("occurred_at"))
        .foreign_key(&mut belongs_to("order_shipments_order", "order_shipments", "order_id", "orders", "id"))
        .to_owned()
}

fn returns() -> TableCreateStatement {
    Table::create()
        .table("returns")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("order_id"))
        .col(schema::string_len("status", 16))
        .col(schema::text_null("note"))
        .col(schema::text_null("reason"))
        .col(schema::string_len("currency", 3))
        .col(schema::big_integer_null("refund_minor").check(Expr::col("refund_minor").gte(0)))
        .col(amount_column("refund_tax_minor"))
        .col(amount_column("refund_shipping_minor"))
        .col(schema::uuid_null("refund_id").unique_key())
        .col(schema::integer("refund_attempt"))
        .col(schema::timestamp_with_time_zone_null("refund_asked_at"))
        .col(amount_column("refunded_minor"))
        .col(schema::string("requested_by"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut belongs_to("returns_order", "returns", "order_id", "orders", "id"))
        .to_owned()
}

fn return_lines() -> TableCreateStatement {
    Table::create()
        .table("return_lines")
        .col(schema::uuid("return_id"))
        .col(schema::string("sku"))
        .col(schema::integer("quantity").check(Expr::col("quantity").between(1, 9999)))
        .col(schema::text_null("reason"))
        .col(schema::integer("received_quantity").check(Expr::col("received_quantity").gte(0)))
        .col(schema::json_binary("dispositions"))
        .col(amount_column("refund_minor"))
        .col(amount_column("refund_tax_minor"))
        .primary_key(Index::create().col("return_id").col("sku"))
        .check(Expr::col("received_quantity").lte(Expr::col("quantity")))
        .foreign_key(&mut belongs_to("return_lines_return", "return_lines", "return_id", "returns", "id"))
        .to_owned()
}

fn promotions() -> TableCreateStatement {
    let one_kind = Expr::col("percent_ppm").is_null().ne(Expr::col("amount_minor").is_null());
    Table::create()
        .table("promotions")
        .col(schema::uuid("id").primary_key())
        .col(schema::string_len("code", 64).unique_key())
        .col(schema::text("name"))
        .col(schema::boolean("active"))
        .col(schema::big_integer_null("percent_ppm").check(Expr::col("percent_ppm").between(1, 1_000_000)))
        .col(schema::big_integer_null("amount_minor").check(Expr::col("amount_minor").gt(0)))
        .col(amount_column("min_subtotal_minor"))
        .col(schema::timestamp_with_time_zone_null("starts_at"))
        .col(schema::timestamp_with_time_zone_null("ends_at"))
        .col(schema::big_integer_null("max_uses"))
        .col(schema::big_integer_null("max_uses_per_customer"))
        .col(amount_column("uses"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .check(one_kind)
        .check(Expr::col("max_uses").is_null().or(Expr::col("uses").lte(Expr::col("max_uses"))))
        .to_owned()
}

fn spread_uses() -> TableCreateStatement {
    Table::create()
        .table("spread_uses")
        .col(schema::uuid("order_id").primary_key())
        .col(schema::uuid("promotion_id"))
        .col(schema::uuid_null("user_id"))
        .col(schema::string_len("buyer_hash", 64))
        .col(schema::boolean("confirmed"))
        .col(schema::timestamp_with_time_zone("taken_at"))
        .foreign_key(&mut refers_to("spread_uses_promotion", "spread_uses", "promotion_id", "promotions", "id"))
        .to_owned()
}

/// Minor units that are never negative.
fn amount_column(name: &'static str) -> ColumnDef {
    schema::big_integer(name).check(Expr::col(name).gte(0)).to_owned()
}

fn one_of(column: &'static str, words: &[&'static str]) -> Expr {
    Expr::col(column).is_in(words.iter().copied())
}

fn belongs_to(
    name: &str,
    from: &'static str,
    column: &'static str,
    to: &'static str,
    key: &'static str,
) -> ForeignKeyCreateStatement {
    refers_to(name, from, column, to, key).on_delete(ForeignKeyAction::Cascade).to_owned()
}

fn refers_to(
    name: &str,
    from: &'static str,
    column: &'static str,
    to: &'static str,
    key: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(name).from(from, column).to(to, key).to_owned()
}
