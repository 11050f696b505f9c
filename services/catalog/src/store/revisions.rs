//! Revisions: numbers that become visible in order, because the row that counts them stays locked until the commit.
//! A transaction takes its revision before it touches anything else of the catalog, so that no two wait for each other.

use db::Tx;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};

use crate::entity::counter;

const REVISION: &str = "revision";
const CATEGORIES: &str = "categories";

/// The next revision of products.
pub async fn next(tx: &Tx) -> Result<i64, DbErr> {
    count(tx, REVISION, 1).await
}

/// The next `many` revisions of products, for as many products: answers the first.
pub async fn next_many(tx: &Tx, many: usize) -> Result<i64, DbErr> {
    let many = i64::try_from(many).unwrap_or(i64::MAX);
    Ok(count(tx, REVISION, many).await? - many + 1)
}

/// The next revision of the category tree.
pub async fn next_of_categories(tx: &Tx) -> Result<i64, DbErr> {
    count(tx, CATEGORIES, 1).await
}

/// The last revision given to a product.
pub async fn last(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let row = counter::Entity::find_by_id(REVISION.to_owned()).one(connection).await?;
    Ok(row.map_or(0, |row| row.value))
}

/// The revision of the category tree.
pub async fn of_categories(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let row = counter::Entity::find_by_id(CATEGORIES.to_owned()).one(connection).await?;
    Ok(row.map_or(0, |row| row.value))
}

async fn count(tx: &Tx, name: &str, by: i64) -> Result<i64, DbErr> {
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(by))
        .filter(counter::Column::Name.eq(name))
        .exec(&**tx)
        .await?;
    let row = counter::Entity::find_by_id(name.to_owned()).one(&**tx).await?;
    row.map(|row| row.value).ok_or_else(|| DbErr::RecordNotFound(format!("counter {name}")))
}
