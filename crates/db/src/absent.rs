//! Rows that may be there already: adding those that are not.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, SqlErr, sea_query::OnConflict};

/// Adds the rows that are not there yet by the columns `unique`, and answers how many it added.
///
/// MariaDB has nothing that leaves out just those: `INSERT IGNORE` swallows what is wrong with a row too, and after
/// `ON DUPLICATE KEY UPDATE` nobody knows how many were new. But there a refused statement leaves its transaction as it
/// was, so all are tried at once, and one by one if that fails.
pub async fn insert_absent<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    unique: &[&'static str],
) -> Result<u64, DbErr> {
    let rows: Vec<A> = rows.into_iter().collect();
    if connection.get_database_backend() != DbBackend::MySql {
        let leave = OnConflict::columns(unique.iter().copied()).do_nothing().to_owned();
        return A::Entity::insert_many(rows).on_conflict(leave).exec_without_returning(connection).await;
    }
    if let Some(added) = insert_all(connection, rows.clone()).await? {
        return Ok(added);
    }
    let mut added = 0;
    if rows.len() > 1 {
        for row in rows {
            added += insert_all(connection, vec![row]).await?.unwrap_or(0);
        }
    }
    Ok(added)
}

/// `None`: one of them is there.
async fn insert_all<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: Vec<A>,
) -> Result<Option<u64>, DbErr> {
    match A::Entity::insert_many(rows).exec_without_returning(connection).await {
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(None),
        other => other.map(Some),
    }
}
