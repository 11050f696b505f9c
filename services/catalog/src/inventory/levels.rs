//! Reading stock: what can be sold, what changed since when, and the pages of the admin.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::time;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, Order, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Func, LikeExpr, Query, SelectStatement},
};

use super::{
    entity::{item, line, movement, reservation},
    model::Status,
    store::SKUS_AT_ONCE,
};

/// Pieces that can be sold now, by SKU. SKUs without stock records are left out. Holds that have run out count as
/// free, whether or not the sweeper has come by.
pub async fn available(connection: &impl ConnectionTrait, skus: &[String]) -> Result<HashMap<String, u32>, DbErr> {
    let mut available = HashMap::new();
    for some in skus.chunks(SKUS_AT_ONCE) {
        available.extend(available_of(connection, some).await?);
    }
    Ok(available)
}

async fn available_of(connection: &impl ConnectionTrait, skus: &[String]) -> Result<HashMap<String, u32>, DbErr> {
    let items = item::Entity::find().filter(item::Column::Sku.is_in(skus)).all(connection).await?;
    let mut overdue = HashMap::new();
    if items.iter().any(|item| item.reserved > 0) {
        overdue = overdue_by_sku(connection, skus, time::now()).await?;
    }
    let count = |item: &item::Model| {
        let free = if item.retired_at.is_some() { 0 } else { overdue.get(&item.sku).copied().unwrap_or(0) };
        u32::try_from(Ord::max(item.available() + free, 0)).unwrap_or(u32::MAX)
    };
    Ok(items.into_iter().map(|item| (item.sku.clone(), count(&item))).collect())
}

async fn overdue_by_sku(
    connection: &impl ConnectionTrait,
    skus: &[String],
    now: DateTime<Utc>,
) -> Result<HashMap<String, i64>, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        sku: String,
        pieces: i64,
    }
    let overdue = Query::select()
        .column("order_id")
        .from("reservations")
        .and_where(reservation::Column::Status.eq(Status::Held))
        .and_where(reservation::Column::ExpiresAt.lt(now))
        .to_owned();
    let rows: Vec<Row> = line::Entity::find()
        .select_only()
        .column(line::Column::Sku)
        .column_as(db::whole(connection, line::Column::Quantity.sum()), "pieces")
        .filter(line::Column::Sku.is_in(skus))
        .filter(line::Column::OrderId.in_subquery(overdue))
        .group_by(line::Column::Sku)
        .into_model()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.sku, row.pieces)).collect())
}

/// SKUs whose stock changed after `revision`, oldest change first, with the revision of the change. One transaction
/// gives all its SKUs the same revision; of those of `revision` itself the ones behind `sku` come along.
///
/// Revisions are given in the changing transaction from one counter row, so none is ever missed.
pub async fn changed_since(
    connection: &impl ConnectionTrait,
    (revision, sku): (i64, &str),
    limit: u64,
) -> Result<Vec<(String, i64)>, DbErr> {
    let behind = item::Column::StockRevision.gt(revision).or(item::Column::Sku.gt(sku));
    item::Entity::find()
        .select_only()
        .column(item::Column::Sku)
        .column(item::Column::StockRevision)
        .filter(item::Column::StockRevision.gte(revision))
        .filter(behind)
        .order_by_asc(item::Column::StockRevision)
        .order_by_asc(item::Column::Sku)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await
}

/// Pieces on hand, by SKU.
pub async fn on_hand(connection: &impl ConnectionTrait, skus: &[String]) -> Result<HashMap<String, i64>, DbErr> {
    let mut on_hand = HashMap::new();
    for some in skus.chunks(SKUS_AT_ONCE) {
        let rows: Vec<(String, i64)> = item::Entity::find()
            .select_only()
            .column(item::Column::Sku)
            .column(item::Column::OnHand)
            .filter(item::Column::Sku.is_in(some))
            .into_tuple()
            .all(connection)
            .await?;
        on_hand.extend(rows);
    }
    Ok(on_hand)
}

/// One SKU.
pub async fn find(connection: &impl ConnectionTrait, sku: &str) -> Result<Option<item::Model>, DbErr> {
    item::Entity::find_by_id(sku.to_owned()).one(connection).await
}

/// What a list of stock is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// At most so many can be sold.
    pub low: Option<i64>,
    /// The SKU begins with this, in small letters or large.
    pub prefix: Option<String>,
    /// It is one of these.
    pub skus: Option<Vec<String>>,
}

/// Items that are sold, by SKU, behind the SKU `after`.
pub async fn list(
    connection: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<String>,
    limit: u64,
) -> Result<Vec<item::Model>, DbErr> {
    let mut query = filtered(filter);
    if let Some(after) = after {
        query = query.filter(item::Column::Sku.gt(after));
    }
    query.order_by_asc(item::Column::Sku).limit(limit).all(connection).await
}

/// How many items `list` would answer with on all pages.
pub async fn count(connection: &impl ConnectionTrait, filter: &Filter) -> Result<u64, DbErr> {
    filtered(filter).count(connection).await
}

fn filtered(filter: &Filter) -> Select<item::Entity> {
    let mut query = item::Entity::find().filter(item::Column::RetiredAt.is_null());
    if let Some(low) = filter.low {
        let promised = Expr::col(item::Column::Reserved).add(Expr::col(item::Column::Committed));
        query = query.filter(Expr::col(item::Column::OnHand).sub(promised).lte(low));
    }
    if let Some(prefix) = &filter.prefix {
        let pattern =
            format!("{}%", prefix.to_lowercase().replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
        query = query.filter(Func::lower(Expr::col(item::Column::Sku)).like(LikeExpr::new(pattern).escape('\\')));
    }
    if let Some(skus) = &filter.skus {
        query = query.filter(item::Column::Sku.is_in(skus));
    }
    query
}

/// The ledger of one SKU, newest first.
pub async fn movements(
    connection: &impl ConnectionTrait,
    sku: &str,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<movement::Model>, DbErr> {
    let mut query = movement::Entity::find().filter(movement::Column::Sku.eq(sku));
    if let Some(before) = before {
        query = query.filter(movement::Column::Id.lt(before));
    }
    query.order_by(movement::Column::Id, Order::Desc).limit(limit).all(connection).await
}

/// Rows of a query that SeaORM's entities have no shape for.
pub(super) async fn rows<M: FromQueryResult>(
    connection: &impl ConnectionTrait,
    query: &SelectStatement,
) -> Result<Vec<M>, DbErr> {
    connection.query_all(query).await?.iter().map(|row| M::from_query_result(row, "")).collect()
}
