//! A program and a schema of different releases: what the program has yet to change, and what a newer one changed already.
//!
//! While processes are replaced, old ones work on the schema of the new release. So migrations come in two phases, and
//! whoever finds some that it does not know works on beside them.

use std::{collections::BTreeSet, marker::PhantomData};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, DynIden, EntityName, EntityTrait, MockDatabase, MockExecResult,
    Transaction,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager, seaql_migrations};
use serde::Serialize;

use crate::Db;

/// Statements of one migration that a plan shows.
const STATEMENTS_MAX: usize = 1_000;

/// What a migration does to programs of the release before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It only adds, so that programs of the release before work on.
    Expand,
    /// It takes away what the release before has ceased to use.
    Contract,
}

impl Phase {
    /// A migration says it by its name, which others read in the database: `m0007_contract_order_notes` takes away, and
    /// all those without the word only add.
    pub fn of(migration: &str) -> Self {
        if migration.split('_').nth(1) == Some("contract") { Self::Contract } else { Self::Expand }
    }
}

/// A migration that has not run yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    pub migration: String,
    pub phase: Phase,
    /// What it would execute, in this order.
    pub statements: Vec<String>,
    /// Why no more than these are known, if it does more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_short: Option<String>,
}

impl Db {
    /// Migrations that have not run yet, by name.
    pub async fn pending_migrations<M: MigratorTrait>(&self) -> Result<Vec<String>, DbErr> {
        Ok(pending::<M>(self.reader()).await?.iter().map(|migration| migration.name().to_owned()).collect())
    }

    /// Migrations that ran here and that `M` does not know: a newer release's.
    pub async fn newer_migrations<M: MigratorTrait>(&self) -> Result<Vec<String>, DbErr> {
        let known = names::<M>();
        let mut newer = applied(self.reader()).await?;
        newer.retain(|name| !known.contains(name));
        Ok(newer.into_iter().collect())
    }

    /// What `migrate` would execute. Nothing is executed to find out: the migrations are run on a connection that only
    /// takes down what it is told, since DDL on the real one would lock tables that shoppers use, even if it is undone.
    pub async fn plan<M: MigratorTrait>(&self) -> Result<Vec<Planned>, DbErr> {
        let mut plan = Vec::new();
        for migration in pending::<M>(self.reader()).await? {
            let (statements, cut_short) = told(self.reader(), &*migration).await;
            let (migration, phase) = (migration.name().to_owned(), Phase::of(migration.name()));
            plan.push(Planned { migration, phase, statements, cut_short });
        }
        Ok(plan)
    }
}

async fn pending<M: MigratorTrait>(connection: &DatabaseConnection) -> Result<Vec<Box<dyn MigrationTrait>>, DbErr> {
    let applied = applied(connection).await?;
    let mut migrations = M::migrations();
    migrations.retain(|migration| !applied.contains(migration.name()));
    Ok(migrations)
}

/// Migrations that ran here, read without writing anything: a database may be new.
async fn applied(connection: &DatabaseConnection) -> Result<BTreeSet<String>, DbErr> {
    let table = seaql_migrations::Entity.table_name();
    if !SchemaManager::new(connection).has_table(table).await? {
        return Ok(BTreeSet::new());
    }
    let rows = seaql_migrations::Entity::find().all(connection).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

fn names<M: MigratorTrait>() -> BTreeSet<String> {
    M::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// `M`, which goes on beside migrations of a newer release. By itself SeaORM's migrator refuses to do anything once there
/// is one that it does not know.
pub(crate) struct Tolerant<M>(PhantomData<M>);

#[async_trait]
impl<M: MigratorTrait> MigratorTrait for Tolerant<M> {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        M::migrations()
    }

    fn migration_table_name() -> DynIden {
        M::migration_table_name()
    }

    async fn get_migration_models<C: ConnectionTrait>(db: &C) -> Result<Vec<seaql_migrations::Model>, DbErr> {
        let known = names::<M>();
        let mut rows = M::get_migration_models(db).await?;
        rows.retain(|row| known.contains(&row.version));
        Ok(rows)
    }
}

/// What a migration tells a database of the kind of `like` to execute, and why there may be more that cannot be known.
async fn told(like: &DatabaseConnection, migration: &dyn MigrationTrait) -> (Vec<String>, Option<String>) {
    let done = std::iter::repeat_n(MockExecResult::default(), STATEMENTS_MAX);
    let paper = MockDatabase::new(like.get_database_backend()).append_exec_results(done).into_connection();
    let cut_short = migration.up(&SchemaManager::new(&paper)).await.err().map(|error| match error {
        DbErr::Query(_) => "what follows depends on the answer to the last one".to_owned(),
        error => error.to_string(),
    });
    let log = paper.into_transaction_log();
    (log.iter().flat_map(Transaction::statements).map(ToString::to_string).collect(), cut_short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_after_the_number_says_that_something_is_taken_away() {
        assert_eq!(Phase::of("m0007_contract_order_notes"), Phase::Contract);
        assert_eq!(Phase::of("m0007_order_notes"), Phase::Expand);
        assert_eq!(Phase::of("m0007_order_contract"), Phase::Expand);
        assert_eq!(Phase::of("contract"), Phase::Expand);
    }
}
