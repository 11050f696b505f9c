//! The schema of shipping: zones and rates, orders and their shipments, labels, sightings, and the sandbox's book.

mod asked_and_erased;

use db::migrations::create_table;
use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait, prelude::*, schema};

use crate::model::{
    shipment::{Fact, STATUSES},
    tracking::TrackingStatus,
};

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let ours: [Box<dyn MigrationTrait>; 2] = [Box::new(Shipping), Box::new(asked_and_erased::AskedAndErased)];
        db::migrations::all().into_iter().chain(ours).collect()
    }
}

struct Shipping;

impl MigrationName for Shipping {
    fn name(&self) -> &str {
        "m0002_shipping"
    }
}

const TABLES: [&str; 13] = [
    "sandbox_sightings",
    "sandbox_parcels",
    "sightings",
    "history",
    "labels",
    "shipment_lines",
    "shipments",
    "order_lines",
    "orders",
    "seeds",
    "rates",
    "areas",
    "zones",
];

#[async_trait::async_trait]
impl MigrationTrait for Shipping {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [zones(), areas(), rates(), seeds(), orders(), order_lines(), shipments(), shipment_lines()] {
            create_table(manager, table).await?;
        }
        for table in [labels(), history(), sightings(), sandbox_parcels(), sandbox_sightings()] {
            create_table(manager, table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn zones() -> TableCreateStatement {
    Table::create()
        .table("zones")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("name"))
        .col(schema::boolean("delivered"))
        .col(schema::big_integer("version"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .to_owned()
}

fn areas() -> TableCreateStatement {
    Table::create()
        .table("areas")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("zone_id"))
        .col(schema::string("country"))
        .col(schema::string("region"))
        .col(schema::string("postal_code"))
        .foreign_key(&mut owned_by("areas", "zone_id", "zones"))
        .to_owned()
}

fn rates() -> TableCreateStatement {
    Table::create()
        .table("rates")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("zone_id"))
        .col(schema::string("carrier"))
        .col(schema::string("service"))
        .col(schema::string_len("currency", 3))
        .col(schema::json_binary("pricing"))
        .col(schema::big_integer_null("free_over_minor").check(Expr::col("free_over_minor").gte(0)))
        .col(schema::big_integer_null("max_weight_g").check(Expr::col("max_weight_g").gte(0)))
        .col(schema::integer("min_days").check(Expr::col("min_days").gte(0)))
        .col(schema::integer("max_days"))
        .col(schema::boolean("active"))
        .col(schema::big_integer("version"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut owned_by("rates", "zone_id", "zones"))
        .check(Expr::col("max_days").gte(Expr::col("min_days")))
        .to_owned()
}

fn seeds() -> TableCreateStatement {
    Table::create()
        .table("seeds")
        .col(schema::string("name").primary_key())
        .col(schema::timestamp_with_time_zone("planted_at"))
        .to_owned()
}

fn orders() -> TableCreateStatement {
    Table::create()
        .table("orders")
        .col(schema::uuid("id").primary_key())
        .col(schema::string("number"))
        .col(schema::string("status"))
        .col(schema::json_binary("address"))
        .col(schema::string("carrier"))
        .col(schema::string("service"))
        .col(schema::integer("min_days"))
        .col(schema::integer("max_days"))
        .col(schema::big_integer("version"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn order_lines() -> TableCreateStatement {
    Table::create()
        .table("order_lines")
        .col(schema::uuid("order_id"))
        .col(schema::string("sku"))
        .col(schema::text("title"))
        .col(schema::big_integer("quantity").check(Expr::col("quantity").gt(0)))
        .col(schema::big_integer("weight_g").check(Expr::col("weight_g").gte(0)))
        .primary_key(Index::create().col("order_id").col("sku"))
        .foreign_key(&mut owned_by("order_lines", "order_id", "orders"))
        .to_owned()
}

fn shipments() -> TableCreateStatement {
    Table::create()
        .table("shipments")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("order_id"))
        .col(schema::string("status").check(one_of("status", STATUSES.map(|(_, word)| word))))
        .col(
            schema::string("tracking_status")
                .check(one_of("tracking_status", TrackingStatus::ALL.map(TrackingStatus::word))),
        )
        .col(schema::string("carrier"))
        .col(schema::string("service"))
        .col(schema::string_null("tracking_number").unique_key())
        .col(schema::json_binary_null("parcels"))
        .col(schema::boolean("notify"))
        .col(schema::boolean("deliver_at_once"))
        .col(schema::big_integer("version"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .col(schema::timestamp_with_time_zone_null("shipped_at"))
        .col(schema::timestamp_with_time_zone_null("delivered_at"))
        .col(schema::timestamp_with_time_zone_null("heard_at"))
        .col(schema::timestamp_with_time_zone_null("poll_at"))
        .foreign_key(&mut owned_by("shipments", "order_id", "orders"))
        .to_owned()
}

fn shipment_lines() -> TableCreateStatement {
    Table::create()
        .table("shipment_lines")
        .col(schema::uuid("shipment_id"))
        .col(schema::string("sku"))
        .col(schema::big_integer("quantity").check(Expr::col("quantity").gt(0)))
        .primary_key(Index::create().col("shipment_id").col("sku"))
        .foreign_key(&mut owned_by("shipment_lines", "shipment_id", "shipments"))
        .to_owned()
}

fn labels() -> TableCreateStatement {
    Table::create()
        .table("labels")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("shipment_id"))
        .col(schema::uuid_null("live_for").unique_key())
        .col(schema::string("status").check(one_of("status", crate::store::labels::STATUSES)))
        .col(schema::string("carrier"))
        .col(schema::string_null("tracking_number"))
        .col(schema::text_null("document"))
        .col(schema::integer("attempts"))
        .col(schema::timestamp_with_time_zone("hold_until"))
        .col(schema::text_null("last_error"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .col(schema::timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut owned_by("labels", "shipment_id", "shipments"))
        .to_owned()
}

fn history() -> TableCreateStatement {
    Table::create()
        .table("history")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("shipment_id"))
        .col(schema::big_integer("step"))
        .col(schema::string("fact").check(one_of("fact", Fact::ALL.map(Fact::word))))
        .col(schema::string("from_status"))
        .col(schema::string("to_status"))
        .col(schema::string("actor"))
        .col(schema::timestamp_with_time_zone("at"))
        .foreign_key(&mut owned_by("history", "shipment_id", "shipments"))
        .to_owned()
}

fn sightings() -> TableCreateStatement {
    Table::create()
        .table("sightings")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("shipment_id"))
        .col(schema::string("fingerprint"))
        .col(schema::string("status").check(one_of("status", TrackingStatus::ALL.map(TrackingStatus::word))))
        .col(schema::text("description"))
        .col(schema::string("location"))
        .col(schema::timestamp_with_time_zone("occurred_at"))
        .col(schema::string("source"))
        .foreign_key(&mut owned_by("sightings", "shipment_id", "shipments"))
        .to_owned()
}

fn sandbox_parcels() -> TableCreateStatement {
    Table::create()
        .table("sandbox_parcels")
        .col(schema::uuid("reference").primary_key())
        .col(schema::string_null("tracking_number").unique_key())
        .col(schema::text_null("document"))
        .col(schema::timestamp_with_time_zone_null("voided_at"))
        .col(schema::timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn sandbox_sightings() -> TableCreateStatement {
    let parcel = ForeignKey::create()
        .from("sandbox_sightings", "reference")
        .to("sandbox_parcels", "reference")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned();
    Table::create()
        .table("sandbox_sightings")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("reference"))
        .col(schema::string("status"))
        .col(schema::text("description"))
        .col(schema::string("location"))
        .col(schema::timestamp_with_time_zone("occurred_at"))
        .foreign_key(&mut parcel.clone())
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let unique = |name: &str, table: &str, columns: &[&str]| index(name, table, columns).unique().to_owned();
    vec![
        unique("areas_once", "areas", &["country", "region", "postal_code"]),
        index("areas_by_zone", "areas", &["zone_id"]),
        index("rates_by_zone", "rates", &["zone_id"]),
        index("shipments_by_order", "shipments", &["order_id"]),
        index("shipments_by_status", "shipments", &["status", "id"]),
        index("shipments_to_poll", "shipments", &["poll_at"]),
        index("labels_by_shipment", "labels", &["shipment_id"]),
        index("labels_unfinished", "labels", &["status", "hold_until"]),
        unique("history_once", "history", &["shipment_id", "step"]),
        unique("sightings_once", "sightings", &["shipment_id", "fingerprint"]),
        index("sandbox_sightings_by_parcel", "sandbox_sightings", &["reference"]),
    ]
}

fn index(name: &str, table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table.to_owned()).to_owned();
    for column in columns {
        index.col((*column).to_owned());
    }
    index
}

/// A foreign key to the `id` of `owner`; what is owned goes with it.
fn owned_by(table: &'static str, column: &'static str, owner: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(owner, "id").on_delete(ForeignKeyAction::Cascade).to_owned()
}

fn one_of(column: &'static str, words: impl IntoIterator<Item = &'static str>) -> SimpleExpr {
    Expr::col(column).is_in(words)
}
