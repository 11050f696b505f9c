//! A copy of the database that follows it, for reads that may be a little late.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    AccessMode, ConnectionTrait, Database, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbErr,
    FromQueryResult, IsolationLevel, Statement, TransactionTrait,
};
use serde::Deserialize;
use tokio::time::{Instant, timeout};

use crate::{Config, Db};

/// A replica that takes longer to say how late it is costs more than it saves.
const ANSWERS_WITHIN: Duration = Duration::from_millis(500);
/// One that does not answer is left alone for so long.
const LEFT_ALONE_FOR: Duration = Duration::from_secs(5);

/// A standby of a PostgreSQL database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replica {
    pub url: String,
    /// It is not asked while it lacks what was committed longer ago than this.
    pub max_lag_secs: u32,
}

impl Replica {
    pub(crate) fn problems(&self, database_url: &str) -> Vec<String> {
        let is_postgres = |url: &str| url.starts_with("postgres:") || url.starts_with("postgresql:");
        let mut problems = Vec::new();
        if !is_postgres(&self.url) || !is_postgres(database_url) {
            problems.push("replica_url must start with postgres:, as the database's own url".to_owned());
        }
        if self.max_lag_secs == 0 {
            problems.push("replica_max_lag_secs must be at least 1".to_owned());
        }
        problems
    }
}

/// The replica's connections, apart from the primary's: reports must not take those that orders need.
pub(crate) struct Follower {
    pool: DatabaseConnection,
    max_lag: Duration,
    left_alone_until: Mutex<Option<Instant>>,
}

/// How far a replica has come.
#[derive(FromQueryResult)]
struct Progress {
    /// `false`: it was promoted, and goes its own way.
    follows: bool,
    replayed: Option<String>,
    /// Since the newest commit that it has was made, by the clocks of both servers.
    late_secs: Option<f64>,
}

const PROGRESS: &str = "SELECT pg_is_in_recovery() AS follows, pg_last_wal_replay_lsn()::text AS replayed, \
    EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS late_secs";
/// Whether the primary has written anything after a place in its log.
const WROTE_MORE: &str = "SELECT pg_current_wal_lsn() > CAST(CAST($1 AS text) AS pg_lsn) AS wrote_more";

impl Follower {
    /// Does not fail while the replica is away.
    pub(crate) async fn new(config: &Config, replica: &Replica) -> Result<Self, DbErr> {
        let mut options = crate::store::server(&Config { url: replica.url.clone(), ..config.clone() });
        options.connect_lazy(true).min_connections(0);
        let pool = Database::connect(options).await?;
        let max_lag = Duration::from_secs(u64::from(replica.max_lag_secs));
        Ok(Self { pool, max_lag, left_alone_until: Mutex::new(None) })
    }

    /// A snapshot of the replica, if it is near enough, and otherwise why it is not.
    async fn snapshot(&self, primary: &DatabaseConnection) -> Result<DatabaseTransaction, &'static str> {
        if self.left_alone().is_some_and(|until| until > Instant::now()) {
            return Err("away");
        }
        match timeout(ANSWERS_WITHIN, self.near_snapshot(primary)).await {
            Ok(Ok(snapshot)) => snapshot.ok_or("late"),
            Ok(Err(error)) => Err(self.leave_alone(&error.to_string())),
            Err(_) => Err(self.leave_alone("no answer in time")),
        }
    }

    async fn near_snapshot(&self, primary: &DatabaseConnection) -> Result<Option<DatabaseTransaction>, DbErr> {
        let (isolation, access) = (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly));
        let snapshot = self.pool.begin_with_config(isolation, access).await?;
        let asked = Statement::from_string(snapshot.get_database_backend(), PROGRESS);
        let Some(progress) = Progress::find_by_statement(asked).one(&snapshot).await? else { return Ok(None) };
        let near = progress.follows
            && (progress.late_secs.is_some_and(|secs| secs <= self.max_lag.as_secs_f64())
                || has_all(&progress, primary).await?);
        Ok(near.then_some(snapshot))
    }

    fn left_alone(&self) -> Option<Instant> {
        *self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave_alone(&self, why: &str) -> &'static str {
        tracing::warn!(why, "the replica cannot be asked; reports are read from the primary for a while");
        *self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + LEFT_ALONE_FOR);
        "away"
    }

    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        self.pool.close_by_ref().await
    }
}

/// While nothing is committed the newest commit grows old. So what the replica has is compared with what there is.
async fn has_all(progress: &Progress, primary: &DatabaseConnection) -> Result<bool, DbErr> {
    let Some(replayed) = &progress.replayed else { return Ok(false) };
    let asked = Statement::from_sql_and_values(primary.get_database_backend(), WROTE_MORE, [replayed.as_str().into()]);
    let Some(answer) = primary.query_one_raw(asked).await? else { return Ok(false) };
    Ok(!answer.try_get::<bool>("", "wrote_more")?)
}

impl Db {
    /// For lists and reports whose reader can bear that they are late by `max_lag_secs`: a snapshot of the replica, or the
    /// `reader` while there is none that is near enough.
    ///
    /// Never decide a write by what it answers, nor show it to somebody who looks for what they have just written.
    pub async fn late_reader(&self) -> DatabaseExecutor<'_> {
        let Some(follower) = self.follower() else { return self.reader().into() };
        let (from, reader) = match follower.snapshot(self.reader()).await {
            Ok(snapshot) => ("replica", DatabaseExecutor::OwnedTransaction(snapshot)),
            Err(why) => (why, self.reader().into()),
        };
        metrics::counter!("rialto_db_late_reads_total", "store" => self.name().to_owned(), "replica" => from)
            .increment(1);
        reader
    }
}
