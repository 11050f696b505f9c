//! Reviews, their sums, votes on them, and the purchases that prove them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::ids::{OrderId, ProductId, ReviewId, UserId};
use db::Tx;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, Order,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    entity::{purchase, review, review_aggregate, review_vote},
    model::{rating::Stars, review::ReviewStatus},
};

impl review::Model {
    pub fn status(&self) -> ReviewStatus {
        self.status.parse().unwrap_or(ReviewStatus::Pending)
    }
}

/// In which order reviews are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewSort {
    #[default]
    Newest,
    Oldest,
    Highest,
    Lowest,
    Helpful,
}

impl ReviewSort {
    /// What a list is ordered by before the id, and which way both run.
    fn order(self) -> (Option<review::Column>, Order) {
        match self {
            Self::Newest => (None, Order::Desc),
            Self::Oldest => (None, Order::Asc),
            Self::Highest => (Some(review::Column::Rating), Order::Desc),
            Self::Lowest => (Some(review::Column::Rating), Order::Asc),
            Self::Helpful => (Some(review::Column::Helpful), Order::Desc),
        }
    }
}

/// Where a page of reviews begins: behind this one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    pub value: i32,
    pub id: Uuid,
}

impl Place {
    pub fn of(row: &review::Model, sort: ReviewSort) -> Self {
        let value = match sort {
            ReviewSort::Newest | ReviewSort::Oldest => 0,
            ReviewSort::Highest | ReviewSort::Lowest => row.rating,
            ReviewSort::Helpful => row.helpful,
        };
        Self { value, id: row.id }
    }
}

/// Which reviews are listed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub product: Option<ProductId>,
    pub status: Option<ReviewStatus>,
    pub rating: Option<i32>,
    pub sort: ReviewSort,
}

fn condition(wanted: &Wanted) -> Condition {
    Condition::all()
        .add_option(wanted.product.map(|id| review::COLUMN.product_id.eq(id.uuid())))
        .add_option(wanted.status.map(|status| review::COLUMN.status.eq(status.word())))
        .add_option(wanted.rating.map(|rating| review::COLUMN.rating.eq(rating)))
}

/// One page and the first row of the next. Ids sort by time, so they stand for it.
pub async fn list(
    connection: &impl ConnectionTrait,
    wanted: &Wanted,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<review::Model>, DbErr> {
    let (column, order) = wanted.sort.order();
    let mut query = review::Entity::find().filter(condition(wanted));
    if let Some(column) = column {
        query = query.order_by(column, order.clone());
    }
    if let Some(place) = after {
        let ascending = order == Order::Asc;
        let by_id = if ascending { review::Column::Id.gt(place.id) } else { review::Column::Id.lt(place.id) };
        query = query.filter(match column {
            None => Condition::all().add(by_id),
            Some(column) => {
                let beyond = if ascending { column.gt(place.value) } else { column.lt(place.value) };
                let same = Condition::all().add(column.eq(place.value)).add(by_id);
                Condition::any().add(beyond).add(same)
            }
        });
    }
    query.order_by(review::Column::Id, order).limit(limit + 1).all(connection).await
}

pub async fn count(connection: &impl ConnectionTrait, wanted: &Wanted) -> Result<u64, DbErr> {
    review::Entity::find().filter(condition(wanted)).count(connection).await
}

/// How many reviews of `product`, or of all products, stand at each status.
pub async fn count_by_status(
    connection: &impl ConnectionTrait,
    product: Option<ProductId>,
) -> Result<HashMap<String, u64>, DbErr> {
    let rows: Vec<(String, i64)> = review::Entity::find()
        .select_only()
        .column(review::Column::Status)
        .column_as(review::Column::Id.count(), "reviews")
        .filter(Condition::all().add_option(product.map(|id| review::COLUMN.product_id.eq(id.uuid()))))
        .group_by(review::Column::Status)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|(status, count)| (status, count.unsigned_abs())).collect())
}

pub async fn find(connection: &impl ConnectionTrait, id: ReviewId) -> Result<Option<review::Model>, DbErr> {
    review::Entity::find_by_id(id.uuid()).one(connection).await
}

/// The review, which nobody else changes until the transaction ends. Whoever adds a vote first would share it with
/// others who do, and none of them could count theirs.
pub async fn lock(tx: &Tx, id: ReviewId) -> Result<Option<review::Model>, DbErr> {
    review::Entity::find_by_id(id.uuid()).lock_exclusive().one(&**tx).await
}

/// The review `user` wrote of `product`.
pub async fn find_of(
    connection: &impl ConnectionTrait,
    product: ProductId,
    user: UserId,
) -> Result<Option<review::Model>, DbErr> {
    review::Entity::find()
        .filter(review::COLUMN.product_id.eq(product.uuid()))
        .filter(review::COLUMN.user_id.eq(user.uuid()))
        .one(connection)
        .await
}

pub async fn insert(tx: &Tx, row: review::Model) -> Result<(), DbErr> {
    review::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes what an edit or a moderator can change.
pub async fn update(tx: &Tx, row: &review::Model) -> Result<(), DbErr> {
    let changes = review::ActiveModel {
        id: Set(row.id),
        rating: Set(row.rating),
        title: Set(row.title.clone()),
        body: Set(row.body.clone()),
        status: Set(row.status.clone()),
        verified_purchase: Set(row.verified_purchase),
        reply: Set(row.reply.clone()),
        reason: Set(row.reason.clone()),
        updated_at: Set(row.updated_at),
        ..Default::default()
    };
    changes.update(&**tx).await?;
    Ok(())
}

pub async fn delete(tx: &Tx, id: Uuid) -> Result<(), DbErr> {
    review::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}

/// Counts the approved reviews of products from the reviews themselves. Products without any are left out.
pub async fn recompute(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Stars>, DbErr> {
    let rows: Vec<(Uuid, i32, i64)> = review::Entity::find()
        .select_only()
        .column(review::Column::ProductId)
        .column(review::Column::Rating)
        .column_as(review::Column::Id.count(), "reviews")
        .filter(review::Column::ProductId.is_in(products.iter().map(|id| id.uuid())))
        .filter(review::COLUMN.status.eq(ReviewStatus::Approved.word()))
        .group_by(review::Column::ProductId)
        .group_by(review::Column::Rating)
        .into_tuple()
        .all(connection)
        .await?;
    let mut stars: HashMap<ProductId, Stars> = HashMap::new();
    for (product, rating, count) in rows {
        let stars = stars.entry(product.into()).or_default();
        if let Some(slot) = usize::try_from(rating - 1).ok().and_then(|index| stars.0.get_mut(index)) {
            *slot = u32::try_from(count).unwrap_or(u32::MAX);
        }
    }
    Ok(stars)
}

/// Makes the kept sums those of the reviews. The caller holds the product's revision, so no review changes meanwhile.
pub async fn sum_up(tx: &Tx, product: ProductId) -> Result<Stars, DbErr> {
    let stars = recompute(&**tx, &[product]).await?.remove(&product).unwrap_or_default();
    let [one, two, three, four, five] = stars.0.map(|count| i32::try_from(count).unwrap_or(i32::MAX));
    let row = review_aggregate::ActiveModel {
        product_id: Set(product.uuid()),
        stars_1: Set(one),
        stars_2: Set(two),
        stars_3: Set(three),
        stars_4: Set(four),
        stars_5: Set(five),
    };
    let replace = OnConflict::column(review_aggregate::Column::ProductId)
        .update_columns([
            review_aggregate::Column::Stars1,
            review_aggregate::Column::Stars2,
            review_aggregate::Column::Stars3,
            review_aggregate::Column::Stars4,
            review_aggregate::Column::Stars5,
        ])
        .to_owned();
    review_aggregate::Entity::insert(row).on_conflict(replace).exec_without_returning(&**tx).await?;
    Ok(stars)
}

/// The kept sums. Products without reviews are left out.
pub async fn stars(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Stars>, DbErr> {
    if products.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = review_aggregate::Entity::find()
        .filter(review_aggregate::Column::ProductId.is_in(products.iter().map(|id| id.uuid())))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.product_id.into(), read(&row))).collect())
}

fn read(row: &review_aggregate::Model) -> Stars {
    Stars([row.stars_1, row.stars_2, row.stars_3, row.stars_4, row.stars_5].map(i32::unsigned_abs))
}

/// Notes that `user` finds the review helpful. `false`: they said so before.
pub async fn vote(tx: &Tx, review: Uuid, user: UserId) -> Result<bool, DbErr> {
    let row = review_vote::ActiveModel { review_id: Set(review), user_id: Set(user.uuid()) };
    let inserted = db::insert_absent(&**tx, [row], &["review_id", "user_id"]).await?;
    Ok(inserted == 1)
}

pub async fn withdraw_vote(tx: &Tx, review: Uuid, user: UserId) -> Result<bool, DbErr> {
    let done = review_vote::Entity::delete_by_id((review, user.uuid())).exec(&**tx).await?;
    Ok(done.rows_affected == 1)
}

/// Adds a vote that was kept, or takes away one that was withdrawn.
pub async fn add_votes(tx: &Tx, review: Uuid, votes: i32) -> Result<(), DbErr> {
    review::Entity::update_many()
        .col_expr(review::Column::Helpful, Expr::col(review::Column::Helpful).add(votes))
        .filter(review::COLUMN.id.eq(review))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Remembers that `user` was delivered the products, and marks the reviews they wrote of them before.
pub async fn remember_purchases(
    tx: &Tx,
    user: UserId,
    products: &[Uuid],
    order: OrderId,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    if products.is_empty() {
        return Ok(());
    }
    let rows = products.iter().map(|product| purchase::ActiveModel {
        user_id: Set(user.uuid()),
        product_id: Set(*product),
        order_id: Set(order.uuid()),
        delivered_at: Set(at),
    });
    db::insert_absent(&**tx, rows, &["user_id", "product_id"]).await?;
    review::Entity::update_many()
        .col_expr(review::Column::VerifiedPurchase, Expr::value(true))
        .filter(review::COLUMN.user_id.eq(user.uuid()))
        .filter(review::COLUMN.product_id.is_in(products.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Whether `user` was delivered the product.
pub async fn has_purchased(connection: &impl ConnectionTrait, user: UserId, product: ProductId) -> Result<bool, DbErr> {
    Ok(purchase::Entity::find_by_id((user.uuid(), product.uuid())).one(connection).await?.is_some())
}
