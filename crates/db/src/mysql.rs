//! MariaDB's connections, and its codes for trouble that passes.

use sea_orm::{
    ConnectOptions,
    sqlx::{self, Executor, error::DatabaseError, mysql::MySqlDatabaseError},
};

/// What every connection is told when it is made.
///
/// Strict, so that what does not fit fails instead of being cut to size. `SIMULTANEOUS_ASSIGNMENT`: an update reads the
/// row as it was, as SQL has it and the other two do. Only MariaDB knows it, so a MySQL refuses at the first connection.
///
/// `eq_range_index_dive_limit`: an update of one row by its key and a status goes by the key. By the status, as MariaDB
/// likes to do with small tables, it would miss a row that another transaction has just moved within that index.
///
/// The limits of time are those that PostgreSQL has.
const SESSION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
    SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
    NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT,SIMULTANEOUS_ASSIGNMENT', \
    eq_range_index_dive_limit = 1, max_statement_time = 5, innodb_lock_wait_timeout = 2, lock_wait_timeout = 2, idle_transaction_timeout = 10";

pub(crate) fn prepare(options: &mut ConnectOptions) {
    // Its time zone is UTC if nobody says otherwise.
    options.map_sqlx_mysql_opts(|mysql| mysql.charset("utf8mb4").collation("utf8mb4_nopad_bin"));
    options.map_sqlx_mysql_pool_opts(|pool| {
        pool.after_connect(|connection, _| {
            Box::pin(async move { connection.execute(sqlx::raw_sql(SESSION)).await.map(drop) })
        })
    });
}

/// Whether MariaDB's own number says that the trouble passes. `None`: another database said it.
pub(crate) fn passes(refusal: &dyn DatabaseError) -> Option<bool> {
    let number = refusal.try_downcast_ref::<MySqlDatabaseError>()?.number();
    Some(match number {
        // Disk or table full.
        1021 | 1114 => true,
        // Too many connections, of all or of this user; shutting down; the connection was ended.
        1040 | 1053 | 1203 | 1226 | 1927 => true,
        // Waited too long for a lock, or a deadlock.
        1205 | 1213 => true,
        // Read-only after a failover.
        1290 | 1792 | 1836 => true,
        // Stopped by someone, or after its time.
        1317 | 1969 => true,
        // The record has changed since it was read.
        1020 => true,
        _ => false,
    })
}
