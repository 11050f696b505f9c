//! Programs and schemas of different releases.

use db::{Phase, Planned};
use sea_orm::ConnectionTrait;
use sea_orm_migration::{prelude::*, schema};

/// Of one release: notes are kept.
struct Old;

impl MigratorTrait for Old {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Notes)]
    }
}

/// Of the next one: notes have an author, and nobody needs their colour any more.
struct New;

impl MigratorTrait for New {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Notes), Box::new(Authors), Box::new(NoColours), Box::new(Curious)]
    }
}

struct Notes;
struct Authors;
struct NoColours;
struct Curious;

macro_rules! named {
    ($($migration:ident = $name:literal),*) => {
        $(impl MigrationName for $migration {
            fn name(&self) -> &str {
                $name
            }
        })*
    };
}
named!(
    Notes = "m0001_notes",
    Authors = "m0002_authors",
    NoColours = "m0003_contract_colours",
    Curious = "m0004_curious"
);

#[async_trait::async_trait]
impl MigrationTrait for Notes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("notes")
            .col(schema::big_integer("id").primary_key())
            .col(schema::string_null("colour"))
            .to_owned();
        manager.create_table(table).await?;
        db::migrations::append_only(manager, "notes").await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Authors {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let author = ColumnDef::new("author").string().not_null().default("it's nobody").to_owned();
        manager.alter_table(Table::alter().table("notes").add_column(author).to_owned()).await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NoColours {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("notes").drop_column("colour").to_owned()).await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Curious {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let page = Index::create().name("notes_by_author").table("notes").col("author").to_owned();
        if !manager.has_index("notes", "notes_by_author").await? {
            manager.create_index(page).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_program_works_on_beside_the_migrations_of_a_newer_release() {
    for kind in test_support::databases().await {
        let new = kind.connect::<New>().await;
        new.close().await.expect("closes");
        let old = kind.connect::<Old>().await;
        assert!(old.pending_migrations::<Old>().await.expect("lists").is_empty(), "{}", kind.kind());
        let newer = old.newer_migrations::<Old>().await.expect("lists");
        assert_eq!(newer, ["m0002_authors", "m0003_contract_colours", "m0004_curious"]);
        assert!(old.newer_migrations::<New>().await.expect("lists").is_empty());
        old.reader()
            .query_all_raw(sea_orm::Statement::from_string(
                old.reader().get_database_backend(),
                "SELECT author FROM notes",
            ))
            .await
            .expect("nothing of it was undone");
    }
}

#[tokio::test]
async fn what_an_older_program_has_run_is_not_run_again() {
    for kind in test_support::databases().await {
        kind.connect::<Old>().await.close().await.expect("closes");
        let db = db::Db::connect(&kind.config()).await.expect("connects");
        let pending = db.pending_migrations::<New>().await.expect("lists");
        assert_eq!(pending, ["m0002_authors", "m0003_contract_colours", "m0004_curious"], "{}", kind.kind());
        db.migrate::<New>().await.expect("migrates");
        assert!(db.pending_migrations::<New>().await.expect("lists").is_empty());
    }
}

#[tokio::test]
async fn a_plan_says_what_each_migration_would_execute_and_executes_nothing() {
    for kind in test_support::databases().await {
        let db = db::Db::connect(&kind.config()).await.expect("connects");
        let plan = db.plan::<New>().await.expect("plans");
        assert!(db.plan::<Old>().await.expect("plans").len() == 1, "{}: nothing was executed", kind.kind());
        let [notes, authors, no_colours, curious] = &plan[..] else { panic!("four migrations: {plan:?}") };
        // The table, and what lets it only grow.
        assert_eq!(notes.statements.len(), 3, "{notes:?}");
        let (table, quoted) = match kind.kind() {
            "sqlite" => ("\"notes\"", "DEFAULT 'it''s nobody'"),
            "mysql" => ("`notes`", "DEFAULT 'it\\'s nobody'"),
            _ => ("\"notes\"", "DEFAULT E'it\\'s nobody'"),
        };
        assert!(notes.statements[0].starts_with(&format!("CREATE TABLE {table}")), "{notes:?}");
        assert!(authors.statements[0].ends_with(quoted), "values stand in the text: {authors:?}");
        assert_eq!((notes.phase, authors.phase, no_colours.phase), (Phase::Expand, Phase::Expand, Phase::Contract));
        let Planned { statements, cut_short, .. } = curious;
        assert_eq!(statements.len(), 1, "{curious:?}");
        assert!(statements[0].starts_with("SELECT") && cut_short.is_some(), "{curious:?}");
    }
}
