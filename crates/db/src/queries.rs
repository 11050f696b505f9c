//! Parts of queries that the databases want said in different ways.

use sea_orm::{
    ConnectionTrait, DbBackend, ExprTrait,
    sea_query::{Expr, IntoValueTuple, Query, SelectStatement, UnionType},
};

/// A sum that stays a whole number: PostgreSQL and MariaDB make decimals of it otherwise.
pub fn whole(connection: &impl ConnectionTrait, sum: impl Into<Expr>) -> Expr {
    let kind = if connection.get_database_backend() == DbBackend::MySql { "signed" } else { "bigint" };
    sum.into().cast_as(kind)
}

/// Has `query` read from rows that stand in it, as a table `name` with the columns `column1`, `column2` and so on.
/// MariaDB names the columns of `VALUES` after the first row, so there it is one `SELECT` a row.
pub fn from_values<R: IntoValueTuple>(
    connection: &impl ConnectionTrait,
    query: &mut SelectStatement,
    rows: impl IntoIterator<Item = R>,
    name: &'static str,
) {
    if connection.get_database_backend() != DbBackend::MySql {
        query.from_values(rows, name);
        return;
    }
    let one = |row: R| {
        let mut one = Query::select();
        for (value, number) in row.into_value_tuple().into_iter().zip(1..) {
            one.expr_as(Expr::value(value), format!("column{number}"));
        }
        one
    };
    let mut rows = rows.into_iter().map(one);
    let Some(mut all) = rows.next() else { return };
    for row in rows {
        all.union(UnionType::All, row);
    }
    query.from_subquery(all, name);
}
