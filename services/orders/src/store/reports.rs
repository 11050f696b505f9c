//! Sums over the order books, for reports: added up where the rows are.

use std::collections::{HashMap, hash_map::Entry};

use contracts::{
    Currency,
    order::{OrderStatus, PaymentStatus},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    sea_query::{Asterisk, Expr, Order, Query, SelectStatement},
};
use uuid::Uuid;

use super::word;
use crate::{
    entity::{order, return_request},
    model::{ReturnStatus, Span},
};

/// What was sold in one span, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub placed: i64,
    pub paid: i64,
    pub gross: i64,
    pub refunds: i64,
    pub pieces: i64,
}

impl Sums {
    pub fn plus(self, other: Self) -> Self {
        Self {
            placed: self.placed + other.placed,
            paid: self.paid + other.paid,
            gross: self.gross + other.gross,
            refunds: self.refunds + other.refunds,
            pieces: self.pieces + other.pieces,
        }
    }
}

/// The sums of the same spans, of two shards together.
pub fn plus(some: &[Sums], others: &[Sums]) -> Vec<Sums> {
    some.iter().zip(others).map(|(some, others)| some.plus(*others)).collect()
}

/// One row for each span that has any.
#[derive(FromQueryResult)]
struct Part {
    span: i32,
    orders: i64,
    amount: i64,
}

/// The name that a list of spans goes by in a query.
const SPANS: &str = "spans";

/// The sums of each span, of orders in `currency`.
pub async fn sums(connection: &impl ConnectionTrait, spans: &[Span], currency: Currency) -> Result<Vec<Sums>, DbErr> {
    let mut sums = vec![Sums::default(); spans.len()];
    for (query, note) in
        [placed(connection, spans), paid(connection, spans), pieces(connection, spans), refunds(connection, spans)]
    {
        let mut query = query;
        query.and_where(Expr::col(("orders", "currency")).eq(currency.code()));
        for row in connection.query_all(&query).await? {
            let part = Part::from_query_result(&row, "")?;
            if let Some(sums) = usize::try_from(part.span).ok().and_then(|span| sums.get_mut(span)) {
                note(sums, &part);
            }
        }
    }
    Ok(sums)
}

type Noted = (SelectStatement, fn(&mut Sums, &Part));

fn placed(connection: &impl ConnectionTrait, spans: &[Span]) -> Noted {
    let query = within(connection, spans, ("orders", "created_at"), ("orders", "total_minor"));
    (query, |sums, part| sums.placed = part.orders)
}

fn paid(connection: &impl ConnectionTrait, spans: &[Span]) -> Noted {
    let query = within(connection, spans, ("orders", "paid_at"), ("orders", "total_minor"));
    (query, |sums, part| (sums.paid, sums.gross) = (part.orders, part.amount))
}

fn pieces(connection: &impl ConnectionTrait, spans: &[Span]) -> Noted {
    let mut query = within(connection, spans, ("orders", "paid_at"), ("order_lines", "quantity"));
    query.inner_join("order_lines", Expr::col(("order_lines", "order_id")).equals(("orders", "id")));
    (query, |sums, part| sums.pieces = part.amount)
}

/// What never counted as a sale is not taken off the sales either.
fn refunds(connection: &impl ConnectionTrait, spans: &[Span]) -> Noted {
    let mut query = within(connection, spans, ("order_refunds", "refunded_at"), ("order_refunds", "amount_minor"));
    query
        .inner_join("orders", Expr::col(("orders", "id")).equals(("order_refunds", "order_id")))
        .and_where(Expr::col(("orders", "paid_at")).is_not_null())
        .and_where(Expr::col(("order_refunds", "surplus")).eq(false));
    (query, |sums, part| sums.refunds = part.amount)
}

/// Counts and adds up, by span, the rows whose `moment` lies in it.
fn within(
    connection: &impl ConnectionTrait,
    spans: &[Span],
    moment: (&'static str, &'static str),
    amount: (&'static str, &'static str),
) -> SelectStatement {
    let bounds = spans.iter().zip(0_i32..).map(|(span, index)| (index, span.start, span.end));
    let begun = Expr::col(moment).gte(Expr::col((SPANS, "column2")));
    let not_over = Expr::col(moment).lt(Expr::col((SPANS, "column3")));
    let mut query = Query::select();
    db::from_values(connection, &mut query, bounds, SPANS);
    query
        .expr_as(Expr::col((SPANS, "column1")), "span")
        .expr_as(Expr::col(Asterisk).count(), "orders")
        .expr_as(db::whole(connection, Expr::col(amount).sum()), "amount")
        .inner_join(moment.0, begun.and(not_over))
        .group_by_col((SPANS, "column1"))
        .take()
}

/// A variant that was sold, and how well.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Sold {
    pub sku: String,
    pub product_id: Uuid,
    pub slug: String,
    pub title: String,
    pub variant_title: String,
    pub image: Option<String>,
    pub pieces: i64,
    pub revenue: i64,
}

/// What of the orders paid in `span` brought in most, best first.
pub async fn best_sellers(
    connection: &impl ConnectionTrait,
    span: Span,
    currency: Currency,
    limit: u64,
) -> Result<Vec<Sold>, DbErr> {
    let line = |column: &'static str| Expr::col(("order_lines", column));
    let with_tax = Expr::case(Expr::col(("orders", "tax_included")).eq(true), line("total_minor"))
        .finally(line("total_minor").add(line("tax_minor")));
    let mut query = Query::select();
    for column in ["sku", "product_id"] {
        query.column(("order_lines", column)).group_by_col(("order_lines", column));
    }
    // A product may have had several names in that time: one of them will do.
    for column in ["slug", "title", "variant_title", "image"] {
        query.expr_as(line(column).max(), column);
    }
    query
        .expr_as(db::whole(connection, line("quantity").sum()), "pieces")
        .expr_as(db::whole(connection, Expr::expr(with_tax).sum()), "revenue")
        .from("orders")
        .inner_join("order_lines", line("order_id").equals(("orders", "id")))
        .and_where(Expr::col(("orders", "paid_at")).gte(span.start))
        .and_where(Expr::col(("orders", "paid_at")).lt(span.end))
        .and_where(Expr::col(("orders", "currency")).eq(currency.code()))
        .order_by("revenue", Order::Desc)
        .order_by(("order_lines", "sku"), Order::Asc)
        .limit(limit);
    connection.query_all(&query).await?.iter().map(|row| Sold::from_query_result(row, "")).collect()
}

/// What brought in most of all that several shards have sold, best first.
pub fn best_of_all(sold: Vec<Sold>, limit: u64) -> Vec<Sold> {
    let mut together: HashMap<(String, Uuid), Sold> = HashMap::new();
    for one in sold {
        match together.entry((one.sku.clone(), one.product_id)) {
            Entry::Vacant(place) => {
                place.insert(one);
            }
            Entry::Occupied(mut known) => {
                known.get_mut().pieces += one.pieces;
                known.get_mut().revenue += one.revenue;
            }
        }
    }
    let mut best: Vec<Sold> = together.into_values().collect();
    best.sort_by(|a, b| b.revenue.cmp(&a.revenue).then_with(|| a.sku.cmp(&b.sku)));
    best.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    best
}

/// How many orders paid in `span` are in another currency.
pub async fn in_other_currencies(
    connection: &impl ConnectionTrait,
    span: Span,
    currency: Currency,
) -> Result<u64, DbErr> {
    order::Entity::find()
        .filter(order::Column::PaidAt.gte(span.start))
        .filter(order::Column::PaidAt.lt(span.end))
        .filter(order::Column::Currency.ne(currency.code()))
        .count(connection)
        .await
}

/// Orders that are paid and wait to be sent. Money that is disputed is not sent goods for.
pub async fn to_fulfil(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    order::Entity::find()
        .filter(order::Column::Status.eq(word(&OrderStatus::Processing)))
        .filter(order::Column::PaymentStatus.ne(word(&PaymentStatus::Disputed)))
        .count(connection)
        .await
}

/// Orders that wait for their money.
pub async fn to_pay(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    order::Entity::find().filter(order::Column::Status.eq(word(&OrderStatus::Pending))).count(connection).await
}

/// Orders with something that nobody has settled.
pub async fn with_problems(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    order::Entity::find().filter(order::Column::OpenProblems.gt(0)).count(connection).await
}

/// Returns that stand at `status` and go nowhere without a person: no refund is on its way.
pub async fn waiting_returns(connection: &impl ConnectionTrait, status: ReturnStatus) -> Result<u64, DbErr> {
    return_request::Entity::find()
        .filter(return_request::Column::Status.eq(word(&status)))
        .filter(return_request::Column::RefundId.is_null())
        .count(connection)
        .await
}
