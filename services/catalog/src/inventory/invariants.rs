//! What must hold of stock at every instant, each rule in one statement, so that it sees one state of the books even
//! beside a running shop.

use chrono::Duration;
use contracts::{invariant::Invariant, time};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, ExprTrait, FromQueryResult, JoinType, PaginatorTrait,
    QueryFilter,
    sea_query::{CaseStatement, Expr, Query, SelectStatement},
};

use super::{
    entity::{item, movement, reservation},
    levels::rows,
    model::{Kind, Status},
};
use crate::App;

/// A hold may outlive its expiry by so much, until the sweeper comes.
const SWEEP_GRACE_SECS: i64 = 60;

/// I1 to I5 of the stock, with how often each was exercised.
pub async fn invariants(app: &App) -> Result<Vec<Invariant>, DbErr> {
    let db = app.db.reader();
    Ok(vec![balances(db).await?, buckets(db).await?, live(db).await?, sold(db).await?, once(db).await?])
}

/// A numeric column of a joined query, 0 where the join found nothing.
fn number(table: &'static str, column: &'static str) -> Expr {
    Expr::col((table, column)).if_null(0)
}

fn total(db: &DatabaseConnection, expression: Expr) -> Expr {
    db::whole(db, expression.sum())
}

/// I1: the balances are the sums of the ledger.
async fn balances(db: &DatabaseConnection) -> Result<Invariant, DbErr> {
    let mut ledger = Query::select();
    ledger.column("sku").from("stock_movements").group_by_col("sku");
    let mut query = Query::select();
    query.column(("item", "sku")).from_as("stock_items", "item");
    let mut differs = Expr::val(1).eq(0);
    for bucket in ["on_hand", "reserved", "committed", "damaged"] {
        ledger.expr_as(total(db, Expr::col(bucket)), bucket);
        query.column(("item", bucket)).expr_as(number("ledger", bucket), format!("ledger_{bucket}"));
        differs = differs.or(Expr::col(("item", bucket)).ne(number("ledger", bucket)));
    }
    query.join_subquery(JoinType::LeftJoin, ledger, "ledger", same_sku("ledger")).and_where(differs);
    #[derive(FromQueryResult)]
    struct Row {
        sku: String,
        on_hand: i64,
        reserved: i64,
        committed: i64,
        damaged: i64,
        ledger_on_hand: i64,
        ledger_reserved: i64,
        ledger_committed: i64,
        ledger_damaged: i64,
    }
    let wrong: Vec<Row> = rows(db, &query).await?;
    let sentence = |row: Row| {
        format!(
            "{}: on hand, reserved, committed and damaged are {}, {}, {}, {}, but the ledger adds up to {}, {}, {}, {}",
            row.sku,
            row.on_hand,
            row.reserved,
            row.committed,
            row.damaged,
            row.ledger_on_hand,
            row.ledger_reserved,
            row.ledger_committed,
            row.ledger_damaged
        )
    };
    let exercised = movement::Entity::find().count(db).await?;
    let title = "stock balances are the sums of the ledger";
    Ok(Invariant::new("I1", title, exercised, wrong.into_iter().map(sentence).collect()))
}

fn same_sku(table: &'static str) -> Expr {
    Expr::col((table, "sku")).equals(("item", "sku"))
}

/// I2: nothing is below zero, and no more is promised than there is.
async fn buckets(db: &DatabaseConnection) -> Result<Invariant, DbErr> {
    let promised = Expr::col(item::Column::Reserved).add(Expr::col(item::Column::Committed));
    let negative = item::Column::Reserved.lt(0).or(item::Column::Committed.lt(0)).or(item::Column::Damaged.lt(0));
    let wrong = item::Entity::find().filter(negative.or(Expr::col(item::Column::OnHand).lt(promised))).all(db).await?;
    let sentence = |item: item::Model| {
        format!(
            "{}: {} on hand, {} reserved, {} committed, {} damaged",
            item.sku, item.on_hand, item.reserved, item.committed, item.damaged
        )
    };
    let exercised = item::Entity::find().count(db).await?;
    let title = "no stock is negative, and no more is promised than there is";
    Ok(Invariant::new("I2", title, exercised, wrong.into_iter().map(sentence).collect()))
}

/// Pieces of the reservations in `statuses`, one column each, by SKU.
fn pieces_by_sku(db: &DatabaseConnection, columns: &[(&'static str, &[Status])]) -> SelectStatement {
    let mut query = Query::select();
    query
        .column(("line", "sku"))
        .from_as("reservation_lines", "line")
        .join_as(
            JoinType::InnerJoin,
            "reservations",
            "reservation",
            Expr::col(("reservation", "order_id")).equals(("line", "order_id")),
        )
        .group_by_col(("line", "sku"));
    for (column, statuses) in columns {
        let counted = CaseStatement::new()
            .case(Expr::col(("reservation", "status")).is_in(statuses.iter().copied()), Expr::col(("line", "quantity")))
            .finally(0);
        query.expr_as(total(db, counted.into()), *column);
    }
    query
}

/// I3: what is reserved and committed belongs to live reservations, and no hold outlives its time.
async fn live(db: &DatabaseConnection) -> Result<Invariant, DbErr> {
    let lines = pieces_by_sku(db, &[("held", &[Status::Held]), ("promised", &[Status::Committed])]);
    let wrong = Expr::col(("item", "reserved"))
        .ne(number("lines", "held"))
        .or(Expr::col(("item", "committed")).ne(number("lines", "promised")));
    let query = Query::select()
        .columns([("item", "sku"), ("item", "reserved"), ("item", "committed")])
        .expr_as(number("lines", "held"), "held")
        .expr_as(number("lines", "promised"), "promised")
        .from_as("stock_items", "item")
        .join_subquery(JoinType::LeftJoin, lines, "lines", same_sku("lines"))
        .and_where(wrong)
        .to_owned();
    #[derive(FromQueryResult)]
    struct Row {
        sku: String,
        reserved: i64,
        committed: i64,
        held: i64,
        promised: i64,
    }
    let wrong: Vec<Row> = rows(db, &query).await?;
    let mut violations: Vec<String> = wrong
        .into_iter()
        .map(|row| {
            format!(
                "{}: {} reserved and {} committed, but live reservations have {} and {}",
                row.sku, row.reserved, row.committed, row.held, row.promised
            )
        })
        .collect();
    let stale = reservation::Entity::find()
        .filter(reservation::Column::Status.eq(Status::Held))
        .filter(reservation::Column::ExpiresAt.lt(time::now() - Duration::seconds(SWEEP_GRACE_SECS)))
        .all(db)
        .await?;
    violations.extend(
        stale
            .into_iter()
            .map(|row| format!("order {}: its hold ran out at {} and still stands", row.order_id, row.expires_at)),
    );
    let exercised = reservation::Entity::find()
        .filter(reservation::Column::Status.is_in([Status::Held, Status::Committed]))
        .count(db)
        .await?;
    Ok(Invariant::new("I3", "reserved stock belongs to live reservations, none of them overdue", exercised, violations))
}

/// I4: no more is sold than there ever was.
async fn sold(db: &DatabaseConnection) -> Result<Invariant, DbErr> {
    let kept = [Status::Held, Status::Committed, Status::Fulfilled];
    let lines = pieces_by_sku(db, &[("sold", &kept)]);
    let came = Query::select()
        .column("sku")
        .expr_as(total(db, Expr::col("on_hand")), "came")
        .from("stock_movements")
        .and_where(movement::Column::Kind.ne(Kind::Fulfilled))
        .group_by_col("sku")
        .to_owned();
    let query = Query::select()
        .column(("item", "sku"))
        .expr_as(number("lines", "sold"), "sold")
        .expr_as(number("ledger", "came"), "came")
        .from_as("stock_items", "item")
        .join_subquery(JoinType::LeftJoin, lines, "lines", same_sku("lines"))
        .join_subquery(JoinType::LeftJoin, came, "ledger", same_sku("ledger"))
        .and_where(number("lines", "sold").gt(number("ledger", "came")))
        .to_owned();
    #[derive(FromQueryResult)]
    struct Row {
        sku: String,
        sold: i64,
        came: i64,
    }
    let wrong: Vec<Row> = rows(db, &query).await?;
    let sentence = |row: Row| format!("{}: {} sold, but only {} ever came in", row.sku, row.sold, row.came);
    let exercised = reservation::Entity::find().filter(reservation::Column::Status.is_in(kept)).count(db).await?;
    let title = "no more is in uncancelled orders than there ever was";
    Ok(Invariant::new("I4", title, exercised, wrong.into_iter().map(sentence).collect()))
}

/// I5: each reservation was let go or claimed once: what the ledger still holds for it is what its status says.
async fn once(db: &DatabaseConnection) -> Result<Invariant, DbErr> {
    let booked = Query::select()
        .columns(["reference", "sku"])
        .expr_as(total(db, Expr::col("reserved")), "reserved")
        .expr_as(total(db, Expr::col("committed")), "committed")
        .from("stock_movements")
        .and_where(Expr::col("reference").is_not_null())
        .group_by_columns(["reference", "sku"])
        .to_owned();
    let should = |status: Status| -> Expr {
        CaseStatement::new()
            .case(Expr::col(("reservation", "status")).eq(status), number("line", "quantity"))
            .finally(0)
            .into()
    };
    let query = Query::select()
        .columns([("ledger", "reference"), ("ledger", "sku"), ("ledger", "reserved"), ("ledger", "committed")])
        .column(("reservation", "status"))
        .from_subquery(booked, "ledger")
        .join_as(
            JoinType::InnerJoin,
            "reservations",
            "reservation",
            Expr::col(("reservation", "order_id")).equals(("ledger", "reference")),
        )
        .join_as(
            JoinType::LeftJoin,
            "reservation_lines",
            "line",
            Expr::col(("line", "order_id"))
                .equals(("ledger", "reference"))
                .and(Expr::col(("line", "sku")).equals(("ledger", "sku"))),
        )
        .and_where(
            Expr::col(("ledger", "reserved"))
                .ne(should(Status::Held))
                .or(Expr::col(("ledger", "committed")).ne(should(Status::Committed))),
        )
        .to_owned();
    #[derive(FromQueryResult)]
    struct Row {
        reference: uuid::Uuid,
        sku: String,
        reserved: i64,
        committed: i64,
        status: Status,
    }
    let wrong: Vec<Row> = rows(db, &query).await?;
    let sentence = |row: Row| {
        format!(
            "{} in order {}: the ledger still has {} reserved and {} committed, which a {:?} reservation should not",
            row.sku, row.reference, row.reserved, row.committed, row.status
        )
    };
    let ended = [Status::Committed, Status::Fulfilled, Status::Released, Status::Expired];
    let exercised = reservation::Entity::find().filter(reservation::Column::Status.is_in(ended)).count(db).await?;
    let title = "every reservation was let go or claimed once";
    Ok(Invariant::new("I5", title, exercised, wrong.into_iter().map(sentence).collect()))
}
