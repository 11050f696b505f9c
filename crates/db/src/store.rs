//! One service's database: how it is reached, and its transactions.

use std::{
    ops::Deref,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use metrics::Counter;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait, sqlx,
};
use sea_orm_migration::MigratorTrait;
use serde::Deserialize;
use tokio::sync::{Notify, watch};

use crate::{
    migrate,
    pulse::Pulse,
    replica::{Follower, Replica},
    upgrade::Tolerant,
};

/// How long a connection that worked is taken to work still.
const TRUSTED_FOR: Duration = Duration::from_secs(5);

/// Where a service's data lives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `sqlite:///var/lib/rialto/orders.db`, `postgres://user@host/orders` or `mysql://user@host/orders`.
    pub url: String,
    /// Connections at most: on a server of all kinds, beside one that only asks whether it is there; on SQLite reading
    /// ones beside the one that writes.
    #[serde(default = "ten")]
    pub max_connections: u32,
    /// Where lists and reports are read that may be late.
    #[serde(default)]
    pub replica: Option<Replica>,
}

fn ten() -> u32 {
    10
}

impl Config {
    pub fn sqlite(file: &Path) -> Self {
        Self { url: format!("sqlite://{}", file.display()), max_connections: 4, replica: None }
    }

    /// Every problem at once, so that an operator fixes the file in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !["sqlite:", "postgres:", "postgresql:", "mysql:"].iter().any(|scheme| self.url.starts_with(scheme)) {
            problems.push("url must start with sqlite:, postgres: or mysql:".to_owned());
        }
        if self.is_mysql() && !cfg!(feature = "mysql") {
            let missing = "url names a MariaDB, and this program was built without: build it with `--features cluster`";
            problems.push(missing.to_owned());
        }
        if self.max_connections == 0 {
            problems.push("max_connections must be at least 1".to_owned());
        }
        problems.extend(self.replica.iter().flat_map(|replica| replica.problems(&self.url)));
        problems
    }

    fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    fn is_mysql(&self) -> bool {
        self.url.starts_with("mysql:")
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<std::path::PathBuf> {
        let path = self.url.strip_prefix("sqlite://")?.split('?').next()?;
        Some(path.into())
    }

    /// The database's name, for metrics: of `…/orders.db` and `postgres://user@host/orders?…` it is `orders`.
    fn name(&self) -> &str {
        let path = self.url.split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default().trim_end_matches(".db")
    }
}

/// A service's database. Cheap to clone.
///
/// SQLite takes one writer at a time. Letting writers queue for one connection, fair and in order, is faster and
/// far steadier than letting several collide on the file's lock; readers have connections of their own.
#[derive(Clone)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// Of a server that may be away. A file is where the process is.
    pulse: Option<Arc<Pulse>>,
    events: Arc<Notify>,
    commits: watch::Sender<u64>,
    committed: Counter,
    name: Arc<str>,
    max_connections: u32,
    follower: Option<Arc<Follower>>,
}

impl Db {
    pub async fn connect(config: &Config) -> Result<Self, DbErr> {
        let (reader, writer, pulse) = if config.is_sqlite() {
            let writer = measured(sqlite(config, 1, false), config, Arc::default()).await?;
            (measured(sqlite(config, config.max_connections, true), config, Arc::default()).await?, writer, None)
        } else {
            let heard = Arc::new(AtomicBool::default());
            let pool = measured(server(config), config, heard.clone()).await?;
            (pool.clone(), pool, Some(Pulse::watch(server(config), heard).await?))
        };
        let follower = match &config.replica {
            Some(replica) => Some(Arc::new(Follower::new(config, replica).await?)),
            None => None,
        };
        let (name, events) = (Arc::from(config.name()), Arc::new(Notify::new()));
        let committed = metrics::counter!("rialto_db_commits_total", "store" => config.name().to_owned());
        let (commits, max_connections) = (watch::Sender::new(0), config.max_connections);
        Ok(Self { reader, writer, pulse, events, commits, committed, name, max_connections, follower })
    }

    pub(crate) fn follower(&self) -> Option<&Follower> {
        self.follower.as_deref()
    }

    /// As metrics call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// For queries outside a transaction. Never decide a write by what it answers.
    pub fn reader(&self) -> &DatabaseConnection {
        self.refusal().unwrap_or(&self.reader)
    }

    /// How many transactions someone may have open who does much at a time: half of what there is, for requests come too.
    /// On SQLite they wait for each other, but not for what is done between them.
    pub fn share_of_connections(&self) -> usize {
        Ord::max(self.max_connections as usize / 2, 1)
    }

    /// Whether its server is known not to answer.
    pub fn is_away(&self) -> bool {
        self.refusal().is_some()
    }

    fn refusal(&self) -> Option<&DatabaseConnection> {
        self.pulse.as_ref().and_then(|pulse| pulse.refusal())
    }

    /// Begins a transaction that may write. Dropping it without `commit` undoes it.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.refusal().unwrap_or(&self.writer).begin_with_options(options).await?;
        let (events, commits, committed) = (self.events.clone(), self.commits.clone(), self.committed.clone());
        Ok(Tx { tx, has_events: AtomicBool::new(false), events, commits, committed })
    }

    /// Brings the schema up to date, of several processes that want to one after the other. All of it or nothing, but
    /// for MariaDB (see `migrate`). The embedded shape has one process for each file. What a newer release has migrated
    /// is left as it is.
    pub async fn migrate<M: MigratorTrait>(&self) -> Result<(), DbErr> {
        // Boxed: migrators call each other so deep that the compiler could not lay out whoever calls this.
        Box::pin(migrate::up::<Tolerant<M>>(&self.writer)).await
    }

    /// Whether a moment that someone asked for comes back as it was. MariaDB takes moments for its own time stamps on
    /// their way into a column, whatever the column's type, and keeps nothing at all of those after January 2038.
    pub fn can_keep(&self, moment: DateTime<Utc>) -> bool {
        let seconds = moment.timestamp();
        self.writer.get_database_backend() != DbBackend::MySql || (1..=i64::from(i32::MAX)).contains(&seconds)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.reader().ping().await
    }

    /// Completes after this process has committed a transaction with events in it, for the relay.
    pub async fn wait_for_events(&self) {
        self.events.notified().await;
    }

    /// Changes with each transaction that this process commits, for any number of listeners.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    pub async fn close(self) -> Result<(), DbErr> {
        if let Some(follower) = self.follower {
            follower.close().await?;
        }
        self.reader.close().await?;
        self.writer.close().await
    }
}

/// A transaction. Queries take it as their connection.
pub struct Tx {
    tx: DatabaseTransaction,
    has_events: AtomicBool,
    events: Arc<Notify>,
    commits: watch::Sender<u64>,
    committed: Counter,
}

impl Tx {
    pub async fn commit(self) -> Result<(), DbErr> {
        self.tx.commit().await?;
        if self.has_events.into_inner() {
            self.events.notify_one();
        }
        self.commits.send_modify(|count| *count = count.wrapping_add(1));
        self.committed.increment(1);
        Ok(())
    }

    /// Has the relay woken when this commits.
    pub(crate) fn note_event(&self) {
        self.has_events.store(true, Ordering::Relaxed);
    }

    /// Undoes it at once. Dropping does so too, but only when the connection is next used.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.tx.rollback().await
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

/// Connects, and has every statement's duration measured and its answer noted in `heard`.
async fn measured(
    mut options: ConnectOptions,
    config: &Config,
    heard: Arc<AtomicBool>,
) -> Result<DatabaseConnection, DbErr> {
    // Asking a connection whether it lives costs as much as a small query, so one that just worked is not asked.
    options.test_before_acquire_if_idle_for(TRUSTED_FOR);
    let mut connection = Database::connect(options).await?;
    let seconds = metrics::histogram!("rialto_db_statement_duration_seconds", "store" => config.name().to_owned());
    connection.set_metric_callback(move |statement| {
        seconds.record(statement.elapsed.as_secs_f64());
        if !statement.failed {
            heard.store(true, Ordering::Relaxed);
        }
    });
    Ok(connection)
}

fn sqlite(config: &Config, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(config.url.clone());
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(10));
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .create_if_missing(!read_only)
            .read_only(read_only)
            // WAL with FULL: readers never wait, and a commit survives a power cut.
            .pragma("journal_mode", "WAL")
            .pragma("synchronous", "FULL")
            .pragma("foreign_keys", "ON")
            .pragma("temp_store", "MEMORY")
            // A net for other processes on the same file, such as an import beside a running shop.
            .busy_timeout(Duration::from_secs(5))
    });
    options
}

pub(crate) fn server(config: &Config) -> ConnectOptions {
    let mut options = ConnectOptions::new(config.url.clone());
    options
        .max_connections(config.max_connections)
        .min_connections(1)
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(5))
        .acquire_timeout(Duration::from_secs(2));
    #[cfg(feature = "mysql")]
    crate::mysql::prepare(&mut options);
    options.map_sqlx_postgres_opts(|postgres| {
        postgres.options([
            ("statement_timeout", "5s"),
            ("lock_timeout", "2s"),
            ("idle_in_transaction_session_timeout", "10s"),
        ])
    });
    options
}

/// Whether doing the same again may succeed: the store was busy, full or away, or another transaction got in between.
pub fn is_transient(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return matches!(error, DbErr::ConnectionAcquire(_));
    };
    match &**cause {
        sqlx::Error::Database(refusal) => passes(&**refusal),
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        // A server that dies while a connection is being made leaves half a greeting.
        sqlx::Error::Protocol(_) => matches!(error, DbErr::Conn(_)),
        _ => false,
    }
}

/// Whether the database's own code says that the trouble passes.
fn passes(refusal: &dyn sqlx::error::DatabaseError) -> bool {
    #[cfg(feature = "mysql")]
    if let Some(passes) = crate::mysql::passes(refusal) {
        return passes;
    }
    let Some(code) = refusal.code() else { return false };
    match code.parse::<u32>() {
        // SQLite's numbers: busy, locked, input/output, full, cannot open. The upper bits say which kind of it.
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13 | 14),
        // SQLSTATE, always five characters: connection lost, out of some resource, shutting down; read-only after a
        // failover; serialization failure, outcome unknown, deadlock, lock and statement timeouts.
        _ => {
            ["08", "53", "57P"].iter().any(|class| code.starts_with(class))
                || ["25006", "40001", "40003", "40P01", "55P03", "57014"].contains(&&*code)
        }
    }
}
