//! Transactions that lock the same rows in opposite order.

use std::{
    io,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use db::Db;
use metrics_exporter_prometheus::PrometheusBuilder;
use sea_orm::{ConnectionTrait, DbErr, Statement, TransactionTrait};
use tokio::sync::Barrier;

/// Two pots with ten pieces each. `None` where a database has one writer at a time.
async fn pots() -> Option<Db> {
    let kinds = test_support::databases().await;
    let db = Db::connect(&kinds.iter().find(|kind| kind.kind() == "postgres")?.config()).await.expect("connects");
    let tx = db.begin().await.expect("begins");
    tx.execute_unprepared("CREATE TABLE pots (name TEXT PRIMARY KEY, pieces INT NOT NULL)").await.expect("creates");
    tx.execute_unprepared("INSERT INTO pots VALUES ('left', 10), ('right', 10)").await.expect("inserts");
    tx.commit().await.expect("commits");
    Some(db)
}

async fn add(tx: &db::Tx, pot: &str, pieces: i32) -> Result<(), DbErr> {
    tx.execute_unprepared(&format!("UPDATE pots SET pieces = pieces + {pieces} WHERE name = '{pot}'")).await?;
    Ok(())
}

/// Moves a piece. Whoever tries for the first time waits, with one pot locked, until another has locked one too.
async fn carry(db: &Db, from: &str, to: &str, both_begun: &Barrier, tries: &AtomicU32) -> Result<(), DbErr> {
    let is_first = tries.fetch_add(1, Ordering::SeqCst) == 0;
    let tx = db.begin().await?;
    add(&tx, from, -1).await?;
    if is_first {
        both_begun.wait().await;
    }
    add(&tx, to, 1).await?;
    tx.commit().await
}

#[tokio::test]
async fn of_two_transactions_that_deadlock_both_succeed() {
    let Some(db) = pots().await else { return };
    let recorder = PrometheusBuilder::new().build_recorder();
    let rendered = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (both_begun, to_right, to_left) = (Barrier::new(2), AtomicU32::new(0), AtomicU32::new(0));
    let (one, other) = tokio::join!(
        db.retried(|| carry(&db, "left", "right", &both_begun, &to_right)),
        db.retried(|| carry(&db, "right", "left", &both_begun, &to_left)),
    );
    one.expect("carried to the right");
    other.expect("carried to the left");
    assert_eq!(to_right.into_inner() + to_left.into_inner(), 3, "one of them was run again, once");
    let told = rendered.render();
    assert!(told.contains("rialto_db_retries_total{") && told.contains("conflict=\"deadlock\"} 1"), "{told}");
    let sums = "SELECT count(*) AS as_before FROM pots WHERE pieces = 10";
    let row = db.reader().query_one_raw(Statement::from_string(db.reader().get_database_backend(), sums)).await;
    let as_before: i64 = row.expect("answers").expect("a row").try_get("", "as_before").expect("a number");
    assert_eq!(as_before, 2, "every piece was carried once");
}

/// Reads one pot and writes the other, in a transaction that only those bear who change nothing it has read.
async fn copy(db: &Db, from: &str, to: &str, both_begun: &Barrier, tries: &AtomicU32) -> Result<(), DbErr> {
    let is_first = tries.fetch_add(1, Ordering::SeqCst) == 0;
    let level = Some(sea_orm::IsolationLevel::Serializable);
    let tx = db.reader().begin_with_config(level, None).await?;
    let read = format!("SELECT pieces FROM pots WHERE name = '{from}'");
    tx.query_one_raw(Statement::from_string(tx.get_database_backend(), read)).await?;
    if is_first {
        both_begun.wait().await;
    }
    tx.execute_unprepared(&format!("UPDATE pots SET pieces = pieces + 1 WHERE name = '{to}'")).await?;
    tx.commit().await
}

#[tokio::test]
async fn what_cannot_be_serialized_is_run_again() {
    let Some(db) = pots().await else { return };
    let (both_begun, one, other) = (Barrier::new(2), AtomicU32::new(0), AtomicU32::new(0));
    let outcome = tokio::try_join!(
        db.retried(|| copy(&db, "left", "right", &both_begun, &one)),
        db.retried(|| copy(&db, "right", "left", &both_begun, &other)),
    );
    outcome.expect("both succeed");
    assert_eq!(one.into_inner() + other.into_inner(), 3, "one of them was run again, once");
}

/// A handler's error around the database's, as services have them.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("store")]
    Store(#[source] DbErr),
    #[error("nothing to do with it")]
    Other(#[source] io::Error),
}

#[tokio::test]
async fn other_failures_are_told_at_once_and_conflicts_not_for_ever() {
    let Some(db) = pots().await else { return };
    let tries = AtomicU32::new(0);
    let failing = || async {
        tries.fetch_add(1, Ordering::SeqCst);
        Err::<(), _>(Failure::Other(io::ErrorKind::Other.into()))
    };
    db.retried(failing).await.expect_err("it fails");
    assert_eq!(tries.swap(0, Ordering::SeqCst), 1);

    let conflicting = || async {
        tries.fetch_add(1, Ordering::SeqCst);
        let tx = db.begin().await.map_err(Failure::Store)?;
        let raised = "DO $$ BEGIN RAISE EXCEPTION 'a deadlock' USING ERRCODE = '40P01'; END $$";
        tx.execute_unprepared(raised).await.map_err(Failure::Store)?;
        tx.commit().await.map_err(Failure::Store)
    };
    let given_up = tokio::time::timeout(Duration::from_secs(5), db.retried(conflicting)).await.expect("in time");
    assert!(matches!(given_up, Err(Failure::Store(_))));
    assert_eq!(tries.into_inner(), 4);
}
