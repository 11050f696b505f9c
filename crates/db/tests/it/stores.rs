//! What services rely on in every kind of database: exact text, exact moments, rules that hold, numbers that stay whole.

use chrono::{DateTime, Utc};
use contracts::time;
use db::{
    Db,
    migrations::{append_only, create_table, create_text_index},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait,
    IntoActiveModel, QueryFilter, QuerySelect, Set, sea_query::Expr,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait, prelude::*, schema};
use uuid::Uuid;

mod thing {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "things")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        #[sea_orm(column_type = "Text")]
        pub address: String,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub detail: Option<Json>,
        #[sea_orm(column_type = "Blob")]
        pub bytes: Vec<u8>,
        pub pieces: i64,
        pub price: i64,
        pub live: bool,
        pub at: Option<DateTimeUtc>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod entry {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "entries")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub reference: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Things)]
    }
}

struct Things;

impl MigrationName for Things {
    fn name(&self) -> &str {
        "m0001_things"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Things {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let things = Table::create()
            .table("things")
            .col(schema::uuid("id").primary_key())
            .col(schema::string_uniq("name"))
            .col(schema::text("address"))
            .col(schema::json_binary_null("detail"))
            .col(schema::blob("bytes"))
            .col(schema::big_integer("pieces").check(Expr::col("pieces").gte(0)))
            .col(schema::big_integer("price"))
            .col(schema::boolean("live"))
            .col(schema::timestamp_with_time_zone_null("at"))
            .to_owned();
        create_table(manager, things).await?;
        let once = Index::create().unique().name("things_once").table("things").col("live").col("address").to_owned();
        create_text_index(manager, "things", "address", once).await?;
        let entries = Table::create()
            .table("entries")
            .col(schema::big_integer("id").auto_increment().primary_key())
            .col(schema::string_uniq("reference"))
            .to_owned();
        create_table(manager, entries).await?;
        append_only(manager, "entries").await
    }
}

fn thing(name: &str) -> thing::Model {
    thing::Model {
        id: Uuid::now_v7(),
        name: name.to_owned(),
        address: name.to_owned(),
        detail: None,
        bytes: Vec::new(),
        pieces: 1,
        price: 1,
        live: true,
        at: None,
    }
}

async fn add(db: &Db, things: impl IntoIterator<Item = thing::Model>) -> Result<u64, DbErr> {
    let tx = db.begin().await?;
    let rows = things.into_iter().map(IntoActiveModel::into_active_model);
    let added = db::insert_absent(&*tx, rows, &["name"]).await?;
    tx.commit().await?;
    Ok(added)
}

#[tokio::test]
async fn what_is_written_comes_back_as_it_was() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let moment = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let moments = [time::now(), moment("2026-03-29T01:30:00.000001Z"), moment("2037-12-31T23:59:59.999999Z")];
        for (number, at) in moments.into_iter().enumerate() {
            let written = thing::Model {
                address: "ü".repeat(70_000),
                detail: Some(serde_json::json!({"name": "Ünï ☕ 🫖", "list": [1, 2.5, null, true]})),
                bytes: (0..=255).cycle().take(100_000).collect(),
                price: i64::MAX,
                live: number == 0,
                at: Some(at),
                ..thing(&format!("Ünï 🫖 {number}"))
            };
            if number < 2 {
                assert_eq!(add(&db, [written.clone()]).await.expect("adds"), 1);
                let read = thing::Entity::find_by_id(written.id).one(db.reader()).await.expect("reads");
                assert_eq!(read, Some(written), "{}", kind.kind());
            }
            assert!(db.can_keep(at));
        }
        let at = Expr::col(thing::Column::At);
        let between = at.clone().gte(moments[1]).and(at.lt(moments[1] + chrono::Duration::microseconds(1)));
        let found = thing::Entity::find().filter(between).all(db.reader()).await.expect("reads");
        assert_eq!(found.len(), 1, "{}: moments compare to the microsecond", kind.kind());
        assert_eq!(db.can_keep(moment("2999-01-01T00:00:00Z")), kind.kind() != "mysql");
    }
}

#[tokio::test]
async fn texts_are_the_same_only_if_every_byte_is() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let alike = ["strasse", "Strasse", "straße", "strasse ", "strässe", "stra\u{301}sse"];
        assert_eq!(add(&db, alike.map(thing)).await.expect("adds"), alike.len() as u64, "{}", kind.kind());
        for name in alike {
            let found =
                thing::Entity::find().filter(thing::Column::Name.eq(name)).all(db.reader()).await.expect("reads");
            assert_eq!(found.len(), 1, "{}: {name:?}", kind.kind());
        }
        // However long they are, and in an index too.
        let long = |end: &str| thing::Model { address: format!("{}{end}", "x".repeat(5_000)), ..thing(end) };
        assert_eq!(add(&db, [long("a"), long("A")]).await.expect("adds"), 2, "{}", kind.kind());
        let again = thing::Model { name: "b".into(), ..long("a") }.into_active_model();
        let tx = db.begin().await.expect("begins");
        let refused = again.insert(&*tx).await.expect_err("it is there");
        assert!(matches!(refused.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))), "{refused:?}");
    }
}

#[tokio::test]
async fn of_many_rows_those_are_added_that_are_not_there() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        assert_eq!(add(&db, [thing("a")]).await.expect("adds"), 1, "{}", kind.kind());
        let other = thing::Model { address: "other".into(), ..thing("a") };
        assert_eq!(add(&db, [other]).await.expect("leaves it"), 0, "{}", kind.kind());
        assert_eq!(add(&db, ["a", "b", "c"].map(thing)).await.expect("adds"), 2, "{}", kind.kind());
        assert_eq!(add(&db, ["d", "e"].map(thing)).await.expect("adds"), 2, "{}", kind.kind());
        let kept = thing::Entity::find().filter(thing::Column::Name.eq("a")).one(db.reader()).await.expect("reads");
        assert_eq!(kept.expect("it stays").address, "a", "{}: it stays as it was", kind.kind());
        // What is wrong with a row is said, not swallowed.
        let wrong = thing::Model { pieces: -1, ..thing("f") };
        add(&db, [wrong.clone()]).await.expect_err("the table refuses it");
        add(&db, [thing("g"), wrong]).await.expect_err("the table refuses it");
        let left = thing::Entity::find().filter(thing::Column::Name.eq("g")).one(db.reader()).await.expect("reads");
        assert_eq!(left, None, "{}: nothing is half done", kind.kind());
    }
}

#[tokio::test]
async fn whoever_finds_a_row_there_can_change_it_next() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let db = db.clone();
            tries.spawn(async move {
                let tx = db.begin().await.expect("begins");
                let (id, address) = (Uuid::now_v7(), Uuid::now_v7().to_string());
                let row = thing::Model { id, address, pieces: 0, ..thing("the one") }.into_active_model();
                let added = db::insert_absent(&*tx, [row], &["name"]).await.expect("adds or leaves it");
                let more = thing::Entity::update_many()
                    .col_expr(thing::Column::Pieces, Expr::col(thing::Column::Pieces).add(1))
                    .filter(thing::Column::Name.eq("the one"));
                assert_eq!(more.exec(&*tx).await.expect("nobody is in the way").rows_affected, 1);
                tx.commit().await.expect("commits");
                added
            });
        }
        assert_eq!(tries.join_all().await.iter().sum::<u64>(), 1, "{}", kind.kind());
        let rows = thing::Entity::find().all(db.reader()).await.expect("reads");
        assert_eq!(rows.iter().map(|row| row.pieces).collect::<Vec<_>>(), [20], "{}", kind.kind());
    }
}

#[tokio::test]
async fn an_update_reads_the_row_as_it_was() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        add(&db, [thing::Model { pieces: 10, price: 3, ..thing("a") }]).await.expect("adds");
        let tx = db.begin().await.expect("begins");
        let swap = thing::Entity::update_many()
            .col_expr(thing::Column::Pieces, Expr::col(thing::Column::Price))
            .col_expr(thing::Column::Price, Expr::col(thing::Column::Pieces));
        swap.exec(&*tx).await.expect("updates");
        // One that changes nothing has found its row all the same.
        let same = thing::Entity::update_many().col_expr(thing::Column::Live, Expr::value(true));
        assert_eq!(same.exec(&*tx).await.expect("updates").rows_affected, 1, "{}", kind.kind());
        tx.commit().await.expect("commits");
        let row = thing::Entity::find().one(db.reader()).await.expect("reads").expect("a row");
        assert_eq!((row.pieces, row.price), (3, 10), "{}", kind.kind());
    }
}

#[tokio::test]
async fn a_ledger_only_grows() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let entry = || entry::ActiveModel { id: NotSet, reference: Set("r-1".into()) };
        for (expected, entries) in [(1, vec![entry()]), (0, vec![entry()]), (0, vec![entry(), entry()])] {
            let tx = db.begin().await.expect("begins");
            let added = db::insert_absent(&*tx, entries, &["reference"]).await.expect("adds or leaves it");
            tx.commit().await.expect("commits");
            assert_eq!(added, expected, "{}", kind.kind());
        }
        for change in ["UPDATE entries SET reference = 'r-2'", "DELETE FROM entries"] {
            let tx = db.begin().await.expect("begins");
            let refused = tx.execute_unprepared(change).await.expect_err("the ledger refuses it");
            assert!(refused.to_string().contains("entries only grows"), "{}: {refused}", kind.kind());
        }
    }
}

#[tokio::test]
async fn sums_and_rows_in_a_query_are_whole_numbers() {
    for kind in test_support::databases().await {
        let db = kind.connect::<Migrator>().await;
        let reader = db.reader();
        let sum = || {
            let sum = db::whole(reader, thing::Column::Pieces.sum());
            thing::Entity::find().select_only().column_as(sum, "sum").into_tuple::<Option<i64>>().one(reader)
        };
        assert_eq!(sum().await.expect("adds up"), Some(None), "{}", kind.kind());
        let some = |name: &str, pieces| thing::Model { pieces, ..thing(name) };
        add(&db, [some("a", 9_007_199_254_740_993), some("b", 2)]).await.expect("adds");
        assert_eq!(sum().await.expect("adds up"), Some(Some(9_007_199_254_740_995)), "{}", kind.kind());

        let mut query = Query::select();
        query.expr_as(Expr::col(("spans", "column1")), "first").expr_as(Expr::col(("spans", "column2")), "second");
        db::from_values(reader, &mut query, [(1_i64, 10_i64), (2, 20)], "spans");
        let rows = reader.query_all(&query).await.expect("reads");
        let rows: Vec<(i64, i64)> = rows
            .iter()
            .map(|row| (row.try_get("", "first").expect("a number"), row.try_get("", "second").expect("a number")))
            .collect();
        assert_eq!(rows, [(1, 10), (2, 20)], "{}", kind.kind());
    }
}
