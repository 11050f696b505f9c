//! Heads, slugs, SKUs and prices of products.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use contracts::{Money, ids::ProductId, time};
use db::Tx;
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    documents::DocumentName,
    entity::{price, product, product_slug, variant_sku},
    model::{Document, Status},
};

/// Rows in one statement: SQLite takes 32,766 values.
const ROWS_MAX: usize = 1_000;
/// How far back a reduced price looks for the lowest one.
const LOWEST_DAYS: i64 = 30;

impl product::Model {
    pub fn product_id(&self) -> ProductId {
        self.id.into()
    }

    /// The document in force.
    pub fn name(&self) -> DocumentName {
        DocumentName { id: self.id.into(), version: self.version }
    }

    /// Words nobody but this service writes; one that cannot be read is treated as not yet published.
    pub fn status(&self) -> Status {
        self.status.parse().unwrap_or_default()
    }
}

pub async fn find(connection: &impl ConnectionTrait, id: ProductId) -> Result<Option<product::Model>, DbErr> {
    product::Entity::find_by_id(id.uuid()).one(connection).await
}

pub async fn find_many(connection: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<Vec<product::Model>, DbErr> {
    product::Entity::find().filter(product::COLUMN.id.is_in(ids)).all(connection).await
}

pub async fn find_by_slug(connection: &impl ConnectionTrait, slug: &str) -> Result<Option<product::Model>, DbErr> {
    product::Entity::find().filter(product::COLUMN.slug.eq(slug)).one(connection).await
}

/// The product that has or had this slug.
pub async fn find_by_old_slug(connection: &impl ConnectionTrait, slug: &str) -> Result<Option<product::Model>, DbErr> {
    let Some(row) = product_slug::Entity::find_by_id(slug.to_owned()).one(connection).await? else { return Ok(None) };
    find(connection, row.product_id.into()).await
}

/// Heads that changed after `revision`, in the order of their change.
pub async fn changed_since(
    connection: &impl ConnectionTrait,
    revision: i64,
    limit: u64,
) -> Result<Vec<product::Model>, DbErr> {
    product::Entity::find()
        .filter(product::COLUMN.revision.gt(revision))
        .order_by_asc(product::Column::Revision)
        .limit(limit)
        .all(connection)
        .await
}

/// All heads, in the order of their ids.
pub async fn page(
    connection: &impl ConnectionTrait,
    after: Option<ProductId>,
    limit: u64,
) -> Result<Vec<product::Model>, DbErr> {
    let mut query = product::Entity::find().order_by_asc(product::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(product::COLUMN.id.gt(after.uuid()));
    }
    query.all(connection).await
}

pub async fn insert(tx: &Tx, document: &Document, revision: i64) -> Result<(), DbErr> {
    let row = product::ActiveModel {
        id: Set(document.id.uuid()),
        slug: Set(document.slug.clone()),
        status: Set(document.status.word().to_owned()),
        version: Set(document.version),
        revision: Set(revision),
        created_at: Set(document.created_at),
        updated_at: Set(document.updated_at),
    };
    product::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Moves the head to `document`, if `from` is still in force.
pub async fn update(tx: &Tx, document: &Document, from: Uuid, revision: i64) -> Result<bool, DbErr> {
    let done = product::Entity::update_many()
        .set(product::ActiveModel {
            slug: Set(document.slug.clone()),
            status: Set(document.status.word().to_owned()),
            version: Set(document.version),
            revision: Set(revision),
            updated_at: Set(document.updated_at),
            ..Default::default()
        })
        .filter(product::COLUMN.id.eq(document.id.uuid()))
        .filter(product::COLUMN.version.eq(from))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that something shown of the product changed beside its document.
pub async fn touch(tx: &Tx, id: ProductId, revision: i64) -> Result<bool, DbErr> {
    let done = product::Entity::update_many()
        .col_expr(product::Column::Revision, Expr::value(revision))
        .filter(product::COLUMN.id.eq(id.uuid()))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Whose the slug is or was.
pub async fn slug_owner(connection: &impl ConnectionTrait, slug: &str) -> Result<Option<ProductId>, DbErr> {
    let row = product_slug::Entity::find_by_id(slug.to_owned()).one(connection).await?;
    Ok(row.map(|row| row.product_id.into()))
}

/// Of `slugs`, those that some product has or had.
pub async fn taken_slugs(connection: &impl ConnectionTrait, slugs: &[String]) -> Result<Vec<String>, DbErr> {
    let rows = product_slug::Entity::find().filter(product_slug::COLUMN.slug.is_in(slugs)).all(connection).await?;
    Ok(rows.into_iter().map(|row| row.slug).collect())
}

/// Adds the slug to the product's history, where it stays.
pub async fn keep_slug(tx: &Tx, slug: &str, id: ProductId) -> Result<(), DbErr> {
    let row =
        product_slug::ActiveModel { slug: Set(slug.to_owned()), product_id: Set(id.uuid()), since: Set(time::now()) };
    product_slug::Entity::insert(row)
        .on_conflict(OnConflict::column(product_slug::Column::Slug).do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Whose each SKU is. SKUs of nobody are left out.
pub async fn sku_owners(
    connection: &impl ConnectionTrait,
    skus: &[String],
) -> Result<HashMap<String, ProductId>, DbErr> {
    let mut owners = HashMap::new();
    for some in skus.chunks(ROWS_MAX) {
        let rows = variant_sku::Entity::find().filter(variant_sku::COLUMN.sku.is_in(some)).all(connection).await?;
        owners.extend(rows.into_iter().map(|row| (row.sku, row.product_id.into())));
    }
    Ok(owners)
}

/// The SKUs of these products.
pub async fn skus_of(connection: &impl ConnectionTrait, ids: &[ProductId]) -> Result<Vec<(String, ProductId)>, DbErr> {
    let ids = ids.iter().map(|id| id.uuid());
    let rows = variant_sku::Entity::find().filter(variant_sku::COLUMN.product_id.is_in(ids)).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.sku, row.product_id.into())).collect())
}

/// The heads of the products that have these SKUs, by SKU.
pub async fn heads_of_skus(
    connection: &impl ConnectionTrait,
    skus: &[String],
) -> Result<HashMap<String, product::Model>, DbErr> {
    let owners = sku_owners(connection, skus).await?;
    let mut ids: Vec<Uuid> = owners.values().map(|id| id.uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut heads = HashMap::new();
    for some in ids.chunks(ROWS_MAX) {
        let rows =
            product::Entity::find().filter(product::COLUMN.id.is_in(some.iter().copied())).all(connection).await?;
        heads.extend(rows.into_iter().map(|row| (row.product_id(), row)));
    }
    Ok(owners.into_iter().filter_map(|(sku, id)| Some((sku, heads.get(&id)?.clone()))).collect())
}

/// Makes the product's SKUs exactly those of `document`.
pub async fn replace_skus(tx: &Tx, document: &Document) -> Result<(), DbErr> {
    // All first: a variant may have taken the SKU of another.
    variant_sku::Entity::delete_many()
        .filter(variant_sku::COLUMN.product_id.eq(document.id.uuid()))
        .exec(&**tx)
        .await?;
    for some in document.variants.chunks(ROWS_MAX) {
        let rows = some.iter().map(|variant| variant_sku::ActiveModel {
            sku: Set(variant.sku.clone()),
            product_id: Set(document.id.uuid()),
            variant_id: Set(variant.id.uuid()),
        });
        variant_sku::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Notes prices that hold from `since` on.
pub async fn keep_prices(
    tx: &Tx,
    id: ProductId,
    prices: &[(String, Money)],
    since: DateTime<Utc>,
) -> Result<(), DbErr> {
    for some in prices.chunks(ROWS_MAX) {
        let rows = some.iter().map(|(sku, money)| price::ActiveModel {
            id: Set(Uuid::now_v7()),
            sku: Set(sku.clone()),
            product_id: Set(id.uuid()),
            price_minor: Set(money.amount),
            currency: Set(money.currency.code().to_owned()),
            since: Set(since),
        });
        price::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// The lowest price of each SKU in the 30 days before `now`, the one in force when they began included.
pub async fn lowest_prices(
    connection: &impl ConnectionTrait,
    id: ProductId,
    now: DateTime<Utc>,
) -> Result<HashMap<String, (i64, String)>, DbErr> {
    let begin = now - Duration::days(LOWEST_DAYS);
    let rows = price::Entity::find()
        .filter(price::COLUMN.product_id.eq(id.uuid()))
        .order_by_asc(price::Column::Since)
        .order_by_asc(price::Column::Id)
        .all(connection)
        .await?;
    let mut by_sku: HashMap<String, Vec<price::Model>> = HashMap::new();
    for row in rows {
        by_sku.entry(row.sku.clone()).or_default().push(row);
    }
    Ok(by_sku.into_iter().filter_map(|(sku, prices)| Some((sku, lowest(&prices, begin)?))).collect())
}

/// The lowest of `prices`, oldest first, that held at any time after `begin`.
fn lowest(prices: &[price::Model], begin: DateTime<Utc>) -> Option<(i64, String)> {
    let currency = &prices.last()?.currency;
    let first = prices.iter().rposition(|price| price.since <= begin).unwrap_or(0);
    let held = prices[first..].iter().filter(|price| price.currency == *currency);
    held.map(|price| price.price_minor).min().map(|amount| (amount, currency.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(days_ago: i64, price_minor: i64) -> price::Model {
        price::Model {
            id: Uuid::now_v7(),
            sku: "A".into(),
            product_id: Uuid::nil(),
            price_minor,
            currency: "EUR".into(),
            since: time::now() - Duration::days(days_ago),
        }
    }

    #[test]
    fn the_lowest_price_looks_thirty_days_back_and_no_further() {
        let begin = time::now() - Duration::days(30);
        let lowest = |prices: &[price::Model]| lowest(prices, begin).map(|(amount, _)| amount);
        assert_eq!(lowest(&[]), None);
        // 500 ended on day 40; 900 was in force when the 30 days began.
        assert_eq!(lowest(&[held(60, 500), held(40, 900), held(10, 1000)]), Some(900));
        assert_eq!(lowest(&[held(60, 900), held(20, 700), held(10, 1000)]), Some(700));
        assert_eq!(lowest(&[held(5, 1000)]), Some(1000));
    }
}
