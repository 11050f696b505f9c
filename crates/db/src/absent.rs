//! Rows that may be there already: adding those that are not.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryTrait, SqlErr,
    sea_query::{Expr, Func, OnConflict},
};

/// Adds the rows that are not there yet by the columns `unique`, and answers how many it added.
pub async fn insert_absent<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    unique: &[&'static str],
) -> Result<u64, DbErr> {
    let rows: Vec<A> = rows.into_iter().collect();
    if connection.get_database_backend() == DbBackend::MySql {
        return on_mysql(connection, rows, unique).await;
    }
    let leave = OnConflict::columns(unique.iter().copied()).do_nothing().to_owned();
    A::Entity::insert_many(rows).on_conflict(leave).exec_without_returning(connection).await
}

/// MariaDB's `INSERT IGNORE` swallows what is wrong with a row too, and its `ON DUPLICATE KEY UPDATE` does not tell how
/// many were new. But a refused statement leaves the transaction as it was, so several are tried at once, and one by
/// one if that fails.
async fn on_mysql<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: Vec<A>,
    unique: &[&'static str],
) -> Result<u64, DbErr> {
    if rows.len() > 1 {
        match A::Entity::insert_many(rows.clone()).exec_without_returning(connection).await {
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {}
            other => return other,
        }
    }
    let mut added = 0;
    for row in rows {
        added += u64::from(is_added(connection, row, unique).await?);
    }
    Ok(added)
}

/// No row is numbered so.
const WAS_THERE: u64 = u64::MAX;

/// Changes nothing of a row that is there, but locks it as whoever changes it next must: a refused plain `INSERT` would
/// hold it together with others, none of whom could go on then. What the connection's last number is set to tells.
async fn is_added<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    row: A,
    unique: &[&'static str],
) -> Result<bool, DbErr> {
    let Some(column) = unique.first().copied() else { return Err(DbErr::Custom("unique by no column".to_owned())) };
    let note = Func::cust("LAST_INSERT_ID").arg(WAS_THERE);
    let same = Func::cust("IF").arg(Expr::from(note)).arg(Expr::col(column)).arg(Expr::col(column));
    let leave = OnConflict::columns(unique.iter().copied()).value(column, Expr::from(same)).to_owned();
    let insert = A::Entity::insert(row).on_conflict(leave).into_query();
    match connection.execute(&insert).await {
        Ok(done) => Ok(done.last_insert_id() != WAS_THERE),
        // A ledger that only grows refuses even that.
        Err(error) if error.to_string().contains(crate::migrations::ONLY_GROWS) => Ok(false),
        Err(error) => Err(error),
    }
}
