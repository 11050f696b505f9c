//! Heads, slugs, SKUs and prices of products.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use contracts::{Money, ids::ProductId, time};
use db::Tx;
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, JoinType, NotSet, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::Expr,
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

/// The documents in force, of all products.
pub async fn names(connection: &impl ConnectionTrait) -> Result<Vec<DocumentName>, DbErr> {
    let query = product::Entity::find().select_only().column(product::Column::Id).column(product::Column::Version);
    let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
    Ok(rows.into_iter().map(|(id, version)| DocumentName { id: id.into(), version }).collect())
}

/// Makes heads for new products, each with its revision.
pub async fn insert(tx: &Tx, products: &[(&Document, i64)]) -> Result<(), DbErr> {
    for some in products.chunks(ROWS_MAX) {
        let rows = some.iter().map(|(document, revision)| product::ActiveModel {
            id: Set(document.id.uuid()),
            slug: Set(document.slug.clone()),
            status: Set(document.status.word().to_owned()),
            was_published: Set(document.status == Status::Published),
            version: Set(document.version),
            revision: Set(*revision),
            created_at: Set(document.created_at),
            updated_at: Set(document.updated_at),
        });
        product::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Moves the head to `document`, if `from` is still in force.
pub async fn update(tx: &Tx, document: &Document, from: Uuid, revision: i64) -> Result<bool, DbErr> {
    let done = product::Entity::update_many()
        .set(product::ActiveModel {
            slug: Set(document.slug.clone()),
            status: Set(document.status.word().to_owned()),
            was_published: if document.status == Status::Published { Set(true) } else { NotSet },
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

/// Whose each slug is or was. Slugs of nobody are left out.
pub async fn slug_owners(
    connection: &impl ConnectionTrait,
    slugs: &[String],
) -> Result<HashMap<String, ProductId>, DbErr> {
    let mut owners = HashMap::new();
    for some in slugs.chunks(ROWS_MAX) {
        let rows = product_slug::Entity::find().filter(product_slug::COLUMN.slug.is_in(some)).all(connection).await?;
        owners.extend(rows.into_iter().map(|row| (row.slug, row.product_id.into())));
    }
    Ok(owners)
}

/// Adds each product's slug to its history, where it stays.
pub async fn keep_slugs(tx: &Tx, documents: &[&Document]) -> Result<(), DbErr> {
    for some in documents.chunks(ROWS_MAX) {
        let rows = some.iter().map(|document| product_slug::ActiveModel {
            slug: Set(document.slug.clone()),
            product_id: Set(document.id.uuid()),
            since: Set(time::now()),
        });
        db::insert_absent(&**tx, rows, &["slug"]).await?;
    }
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
    let of_its_product =
        variant_sku::Entity::belongs_to(product::Entity).from(variant_sku::Column::ProductId).to(product::Column::Id);
    let both =
        variant_sku::Entity::find().join(JoinType::InnerJoin, of_its_product.into()).select_also(product::Entity);
    let mut heads = HashMap::new();
    for some in skus.chunks(ROWS_MAX) {
        let rows = both.clone().filter(variant_sku::COLUMN.sku.is_in(some)).all(connection).await?;
        heads.extend(rows.into_iter().filter_map(|(variant, head)| Some((variant.sku, head?))));
    }
    Ok(heads)
}

/// Makes the products' SKUs exactly those of their documents.
pub async fn replace_skus(tx: &Tx, documents: &[&Document]) -> Result<(), DbErr> {
    // All first: a variant may have taken the SKU of another.
    let ids = documents.iter().map(|document| document.id.uuid());
    variant_sku::Entity::delete_many().filter(variant_sku::COLUMN.product_id.is_in(ids)).exec(&**tx).await?;
    let rows: Vec<variant_sku::ActiveModel> = documents
        .iter()
        .flat_map(|document| document.variants.iter().map(|variant| (document.id, variant)))
        .map(|(id, variant)| variant_sku::ActiveModel {
            sku: Set(variant.sku.clone()),
            product_id: Set(id.uuid()),
            variant_id: Set(variant.id.uuid()),
        })
        .collect();
    for some in rows.chunks(ROWS_MAX) {
        variant_sku::Entity::insert_many(some.to_vec()).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// What a variant costs from when its product was written on.
pub struct NewPrice<'a> {
    pub product: &'a Document,
    pub sku: &'a str,
    pub price: Money,
}

/// Notes new prices in their history.
pub async fn keep_prices(tx: &Tx, prices: &[NewPrice<'_>]) -> Result<(), DbErr> {
    for some in prices.chunks(ROWS_MAX) {
        let rows = some.iter().map(|NewPrice { product, sku, price }| price::ActiveModel {
            id: Set(Uuid::now_v7()),
            sku: Set((*sku).to_owned()),
            product_id: Set(product.id.uuid()),
            price_minor: Set(price.amount),
            currency: Set(price.currency.code().to_owned()),
            since: Set(product.updated_at),
        });
        price::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// What each SKU has cost, and since when, oldest first.
pub async fn all_prices(connection: &impl ConnectionTrait) -> Result<HashMap<String, Vec<price::Model>>, DbErr> {
    let rows = price::Entity::find()
        .order_by_asc(price::Column::Since)
        .order_by_asc(price::Column::Id)
        .all(connection)
        .await?;
    Ok(by_sku(rows))
}

fn by_sku(prices: Vec<price::Model>) -> HashMap<String, Vec<price::Model>> {
    let mut by_sku: HashMap<String, Vec<price::Model>> = HashMap::new();
    for price in prices {
        by_sku.entry(price.sku.clone()).or_default().push(price);
    }
    by_sku
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
    Ok(by_sku(rows).into_iter().filter_map(|(sku, prices)| Some((sku, lowest(&prices, begin)?))).collect())
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
