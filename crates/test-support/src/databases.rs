//! Fresh databases: an SQLite file in a temporary folder, and a database in the tests' PostgreSQL cluster; or, with
//! `RIALTO_TEST_STORES=mysql`, one in the tests' MariaDB and no other.
//!
//! `make test` starts the cluster and names it in `RIALTO_TEST_POSTGRES`, a URL without a database, such as
//! `postgres:///?host=/tmp/cluster&user=postgres`. Without it only SQLite is tested, unless
//! `RIALTO_TEST_REQUIRE=all` makes that a failure. `RIALTO_TEST_MYSQL` names the MariaDB in the same way.

use std::sync::Arc;

use db::{Config, Db};
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use uuid::Uuid;

const CLUSTER: &str = "RIALTO_TEST_POSTGRES";
const STORES: &str = "RIALTO_TEST_STORES";
const REQUIRE: &str = "RIALTO_TEST_REQUIRE";

/// An empty database of one kind. Keep it until the test ends: dropping it removes the SQLite file.
#[derive(Clone)]
pub struct TestDb {
    config: Config,
    _folder: Option<Arc<TempDir>>,
}

impl TestDb {
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// `sqlite`, `postgres` or `mysql`, for messages.
    pub fn kind(&self) -> &'static str {
        match self.config.url.split(':').next() {
            Some("sqlite") => "sqlite",
            Some("mysql") => "mysql",
            _ => "postgres",
        }
    }

    /// Connects and brings the schema of `M` up to date.
    pub async fn connect<M: MigratorTrait>(&self) -> Db {
        let db = Db::connect(&self.config).await.expect("the test database answers");
        db.migrate::<M>().await.expect("the migrations run");
        db
    }
}

pub use sea_orm_migration::MigratorTrait;

/// What the test runner tells tests: which parts there are, and which must be there.
#[expect(clippy::disallowed_methods, reason = "the test runner tells tests what there is by the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where the tests find a part that is none of ours, such as `KAFKA`: what `RIALTO_TEST_KAFKA` says. Without it, what
/// needs it is not tested and says so, unless `RIALTO_TEST_REQUIRE=all` makes that a failure.
#[expect(clippy::print_stderr, reason = "tests say what they leave out")]
pub fn component(name: &str) -> Option<String> {
    let place = format!("RIALTO_TEST_{name}");
    let found = variable(&place);
    if found.is_none() {
        let required = variable(REQUIRE).is_some_and(|kinds| kinds == "all");
        assert!(!required, "{place} is not set, so {name} would go untested");
        eprintln!("skipped: what needs {name}, for {place} is not set");
    }
    found
}

/// Says what is not tested here, and why. For what only a machine's administrator can make or install; when one of them
/// requires everything by `RIALTO_TEST_REQUIRE=all`, leaving it out is a failure.
#[expect(clippy::print_stderr, reason = "tests say what they leave out")]
pub fn leave_out(what: &str, why: &str) {
    let required = variable(REQUIRE).is_some_and(|kinds| kinds == "all");
    assert!(!(required && is_administrator()), "{what} would go untested: {why}");
    eprintln!("skipped: {what}: {why}");
}

fn is_administrator() -> bool {
    let asked = std::process::Command::new("id").arg("-u").output();
    asked.is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}

/// One empty database of each kind that is asked for.
pub async fn databases() -> Vec<TestDb> {
    if variable(STORES).is_some_and(|kinds| kinds == "mysql") {
        let server = variable("RIALTO_TEST_MYSQL").expect("RIALTO_TEST_MYSQL says where the MariaDB is");
        return vec![on_server(&server, "mysql").await];
    }
    let mut databases = vec![sqlite()];
    match variable(CLUSTER) {
        Some(cluster) => databases.push(on_server(&cluster, "postgres").await),
        None => {
            let required = variable(REQUIRE).is_some_and(|kinds| kinds == "all");
            assert!(!required, "{CLUSTER} is not set, so PostgreSQL would go untested");
        }
    }
    databases
}

/// An empty SQLite database.
pub fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    TestDb { config: Config::sqlite(&folder.path().join("test.db")), _folder: Some(Arc::new(folder)) }
}

/// `first` is a database that every such server has.
async fn on_server(cluster: &str, first: &str) -> TestDb {
    let name = format!("test_{}", Uuid::now_v7().simple());
    let admin = Database::connect(with_database(cluster, first)).await.expect("the test server answers");
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a database is created");
    admin.close().await.expect("the connection closes");
    let config = Config { url: with_database(cluster, &name), max_connections: 8, replica: None };
    TestDb { config, _folder: None }
}

fn with_database(cluster: &str, name: &str) -> String {
    match cluster.split_once('?') {
        Some((server, query)) => format!("{}/{name}?{query}", server.strip_suffix('/').unwrap_or(server)),
        None => format!("{}/{name}", cluster.strip_suffix('/').unwrap_or(cluster)),
    }
}
