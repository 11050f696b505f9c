//! Running migrations: of several processes that start at once, one after the other.
//!
//! SQLite and PostgreSQL take all pending migrations or none. On MariaDB every change of the schema commits by itself:
//! a migration that fails half way leaves what it had done, and must be undone by hand (or the database be restored)
//! before it runs again. Those that had ended are noted and stay.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

/// The key of the advisory lock that whoever migrates a database holds. Any number that means nothing else there.
const LOCK: i64 = 0x5249_414c_544f;

pub(crate) async fn up<M: MigratorTrait>(writer: &DatabaseConnection) -> Result<(), DbErr> {
    match writer.get_database_backend() {
        DbBackend::Postgres => on_postgres::<M>(writer).await,
        DbBackend::MySql => on_mysql::<M>(writer).await,
        _ => M::up(writer, None).await,
    }
}

async fn on_postgres<M: MigratorTrait>(writer: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = writer.begin().await?;
    // Waiting for another's migrations is fine, holding shoppers up behind a lock on a table is not.
    tx.execute_unprepared("SET LOCAL lock_timeout = '5min'; SET LOCAL statement_timeout = '5min'").await?;
    tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    tx.execute_unprepared("SET LOCAL lock_timeout = '2s'").await?;
    M::up(&tx, None).await?;
    tx.commit().await
}

/// The transaction undoes nothing. It keeps to one connection, whose the lock is.
async fn on_mysql<M: MigratorTrait>(writer: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = writer.begin().await?;
    tx.execute_unprepared("SET @statement_time = @@max_statement_time, max_statement_time = 300").await?;
    let done = match lock(&tx).await {
        Ok(()) => under_lock::<M>(&tx).await,
        Err(error) => Err(error),
    };
    // The connection goes back to the pool, whatever became of the migrations.
    tx.execute_unprepared("DO RELEASE_ALL_LOCKS(); SET max_statement_time = @statement_time").await?;
    tx.commit().await?;
    done
}

async fn under_lock<M: MigratorTrait>(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    // Tables made from here on compare text exactly, to the last space.
    tx.execute_unprepared("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin").await?;
    M::up(tx, None).await
}

/// The names of locks are the server's, so the database's is part of it.
async fn lock(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let ask = format!("SELECT CAST(COALESCE(GET_LOCK(CONCAT(DATABASE(), '/{LOCK}'), 290), 0) AS SIGNED)");
    let row = tx.query_one_raw(Statement::from_string(DbBackend::MySql, ask)).await?;
    match row.map(|row| row.try_get_by_index::<i64>(0)).transpose()? {
        Some(1) => Ok(()),
        _ => Err(DbErr::Custom("another process has been migrating this database for five minutes".to_owned())),
    }
}
