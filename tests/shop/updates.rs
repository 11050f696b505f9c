//! An update of an open shop: programs of the old release work on the schema of the new one.

use std::{fs::File, path::Path, process::Stdio, time::Duration};

use contracts::Service;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::{
    buying,
    many_processes::{Plan, Processes, STORES, plan, put_kettles_on_the_shelf, until_found, until_ready},
    running::{ADMIN, ADMIN_PASSWORD, kinds},
    shopper::Shopper,
};

/// What the new release has run, and the old one has never heard of.
const NEWER: &str = "m9001_next_release";

/// The names of a database's tables.
pub async fn tables(connection: &DatabaseConnection) -> Vec<String> {
    let question = match connection.get_database_backend() {
        DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        _ => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    };
    let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), question)).await;
    rows.expect("answers").iter().map(|row| row.try_get("", "name").expect("a name")).collect()
}

/// What the first step of the next release may do to a schema: every table gets a column and an index, and there is a new
/// table.
async fn expand(url: &str) {
    let connection = Database::connect(url).await.expect("the database answers");
    let mut statements = vec!["CREATE TABLE added_later (id BIGINT PRIMARY KEY, note TEXT)".to_owned()];
    for table in tables(&connection).await {
        if table != "seaql_migrations" {
            statements.push(format!("ALTER TABLE {table} ADD COLUMN added_later TEXT DEFAULT 'unknown'"));
            statements.push(format!("CREATE INDEX {table}_added_later ON {table} (added_later)"));
        }
    }
    statements.push(format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{NEWER}', 0)"));
    for statement in statements {
        connection.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    connection.close().await.expect("closes");
}

/// Opens the shop. An SQLite file has one process; on PostgreSQL each service is one, and brings its schema up to date as
/// containers may do at their start.
fn open(plan: &Plan, data: &Path, kind: &str) -> Processes {
    let log = |name: &str| Stdio::from(File::options().append(true).create(true).open(data.join(name)).expect("a log"));
    let mut processes = Processes(Vec::new());
    if kind == "sqlite" {
        let command = &mut plan.rialto(data);
        let child = command.args(["up", "--sample", "none"]).stderr(log("up.log")).stdout(Stdio::null()).spawn();
        processes.0.push(child.expect("the program starts"));
        return processes;
    }
    for service in Service::ALL {
        let command = &mut plan.rialto(&data.join(service.name()));
        command.args(["serve", "--migrate", service.name()]).stderr(log(&format!("{service}.log")));
        processes.0.push(command.spawn().expect("the program starts"));
    }
    processes
}

/// Lines of all logs that tell of the newer release.
fn told_of_newer(data: &Path) -> usize {
    let logs = std::fs::read_dir(data).expect("a folder").map(|entry| entry.expect("an entry").path());
    let logs = logs.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
    logs.map(|path| std::fs::read_to_string(path).expect("a log").matches(NEWER).count()).sum()
}

#[tokio::test]
async fn programs_of_the_old_release_start_and_sell_on_the_schema_of_the_new_one() {
    for kind in kinds().await {
        let plan = plan(kind).await;
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        plan.run(data, &["migrate", "up"], "");
        plan.run(data, &["admin", "create", ADMIN], ADMIN_PASSWORD);
        let shop = open(&plan, data, kind);
        until_ready(&plan.gateway).await;
        let guest = Shopper::new(&plan.gateway);
        put_kettles_on_the_shelf(&guest.signed_in(ADMIN, ADMIN_PASSWORD).await, 50).await;
        until_found(&guest, "kettle").await;
        let look = plan.look(data).await;
        let quiet = async || look.quiet(Duration::from_secs(30)).await.expect("all events arrive");
        buying::guest_with_address_buys(&plan.gateway, "before@example.test", quiet).await;

        for database in &plan.databases {
            expand(&database.config().url).await;
        }
        buying::guest_with_address_buys(&plan.gateway, "meanwhile@example.test", quiet).await;
        assert_eq!(told_of_newer(data), 0, "on {kind}, nobody has looked since");

        shop.stop();
        let shop = open(&plan, data, kind);
        until_ready(&plan.gateway).await;
        until_found(&guest, "kettle").await;
        buying::guest_with_address_buys(&plan.gateway, "after@example.test", quiet).await;
        plan.verify(data);
        // Once for each database that a process opens: of six services their own, and of every process that of the events.
        let expected = if kind == "sqlite" { STORES.len() } else { 6 + Service::ALL.len() };
        assert_eq!(told_of_newer(data), expected, "on {kind}");
        drop(shop);

        let status = plan.rialto(data).args(["migrate", "status"]).stderr(Stdio::piped()).output();
        let status = status.expect("the program ends");
        assert!(status.status.success(), "there is nothing for the old release to do");
        assert_eq!(String::from_utf8_lossy(&status.stderr).matches(NEWER).count(), STORES.len());
    }
}
