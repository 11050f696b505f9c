//! `rialto migrate`: what it says it would do is what it does.

use std::{collections::BTreeMap, path::Path, process::Output};

use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::Value;

use crate::{
    many_processes::{Plan, STORES, plan},
    running::{database, kinds},
    updates::tables,
};

fn migrate(plan: &Plan, data: &Path, arguments: &[&str]) -> Output {
    plan.rialto(data).arg("migrate").args(arguments).output().expect("the program ends")
}

/// All that a database's schema consists of, and how many rows each table has, without what is known of migrations.
async fn schema(url: &str) -> Vec<String> {
    let connection = Database::connect(url).await.expect("the database answers");
    let backend = connection.get_database_backend();
    let question = match backend {
        DbBackend::Sqlite => "SELECT sql AS line FROM sqlite_master WHERE sql IS NOT NULL",
        _ => {
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line
               FROM information_schema.columns WHERE table_schema = 'public'
             UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
             UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
               FROM pg_constraint WHERE connamespace = 'public'::regnamespace
             UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
             UNION ALL SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        }
    };
    let rows = connection.query_all_raw(Statement::from_string(backend, question)).await.expect("answers");
    let mut lines: Vec<String> = rows.iter().map(|row| row.try_get("", "line").expect("a line")).collect();
    for table in tables(&connection).await {
        let count = Statement::from_string(backend, format!("SELECT count(*) AS rows FROM {table}"));
        let row = connection.query_one_raw(count).await.expect("answers").expect("a row");
        lines.push(format!("{table}: {} rows", row.try_get::<i64>("", "rows").expect("a number")));
    }
    lines.retain(|line| !line.contains("seaql_migrations"));
    lines.sort_unstable();
    connection.close().await.expect("closes");
    lines
}

#[tokio::test]
async fn a_plan_changes_nothing_and_migrating_does_what_it_says() {
    for kind in kinds().await {
        let plan = plan(kind).await;
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();

        let planned = migrate(&plan, data, &["plan"]);
        assert_eq!(planned.status.code(), Some(3), "there is something to do");
        let text = String::from_utf8(planned.stdout).expect("text");
        let of_orders = text.split("-- orders: m0002_orders (expand)\n").nth(1).expect("orders has something to do");
        assert!(
            of_orders.starts_with("CREATE TABLE") && of_orders.contains("CREATE TABLE \"order_lines\""),
            "{of_orders}"
        );
        for database in &plan.databases {
            assert_eq!(schema(&database.config().url).await, Vec::<String>::new(), "on {kind}, something was made");
        }

        let told: Value = serde_json::from_slice(&migrate(&plan, data, &["plan", "--json"]).stdout).expect("JSON");
        let told = told["databases"].as_array().expect("databases");
        let names: Vec<&str> = told.iter().filter_map(|database| database["database"].as_str()).collect();
        assert_eq!(names, STORES);
        let mut by_hand = BTreeMap::new();
        for (name, database) in names.iter().zip(told) {
            let fresh = self::database(kind).await;
            let db = db::Db::connect(&fresh.config()).await.expect("the database answers");
            let tx = db.begin().await.expect("begins");
            for migration in database["pending"].as_array().expect("migrations") {
                assert_eq!(migration["cut_short"], Value::Null, "{name}: {migration}");
                for statement in migration["statements"].as_array().expect("statements") {
                    let statement = statement.as_str().expect("SQL");
                    let done = tx.execute_unprepared(statement).await;
                    done.unwrap_or_else(|error| panic!("{name} on {kind}: {error}: {statement}"));
                }
            }
            tx.commit().await.expect("commits");
            db.close().await.expect("closes");
            by_hand.insert(*name, fresh);
        }

        assert!(migrate(&plan, data, &["up"]).status.success());
        for (name, database) in STORES.iter().zip(&plan.databases) {
            let by_program = schema(&database.config().url).await;
            assert_eq!(schema(&by_hand[name].config().url).await, by_program, "{name} on {kind}");
            assert!(by_program.len() > 3, "{name} on {kind} has a schema");
        }
        let nothing = migrate(&plan, data, &["plan"]);
        assert_eq!((nothing.status.code(), nothing.stdout.len()), (Some(0), 0), "on {kind}");
    }
}
