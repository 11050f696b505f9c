//! Every place documents and pictures can be kept obeys the same contract.

use catalog::{
    documents::{DocumentName, MongoDocuments, ProductDocuments, SqlDocuments, behaves_like_product_documents},
    entity::product,
    media::{Directory, behaves_like_media},
    model::{Document, Seo, Status},
};
use contracts::{ids::ProductId, time};
use db::{Db, Tx};
use sea_orm::{EntityTrait, Set, sea_query::OnConflict};
use serde_json::Map;
use test_support::databases;
use uuid::Uuid;

fn document() -> Document {
    Document {
        id: ProductId::new(),
        version: Uuid::now_v7(),
        slug: "mug".into(),
        title: "Mug".into(),
        description: "<p>Round</p>".into(),
        status: Status::Draft,
        vendor: None,
        categories: Vec::new(),
        tags: vec!["gift".into()],
        attributes: [("material".to_owned(), vec!["Clay".to_owned()])].into(),
        options: Vec::new(),
        variants: Vec::new(),
        images: Vec::new(),
        seo: Seo::default(),
        metadata: Map::from_iter([("erp".to_owned(), 7.into())]),
        created_at: time::now(),
        updated_at: time::now(),
    }
}

/// A transaction in which `document` has a head.
async fn begin(db: &Db, document: &Document) -> Tx {
    let tx = db.begin().await.expect("a transaction");
    let head = product::ActiveModel {
        id: Set(document.id.uuid()),
        slug: Set(document.slug.clone()),
        status: Set("draft".into()),
        was_published: Set(false),
        version: Set(document.version),
        revision: Set(1),
        created_at: Set(document.created_at),
        updated_at: Set(document.updated_at),
    };
    let again = OnConflict::column(product::Column::Id).update_column(product::Column::Version).to_owned();
    product::Entity::insert(head).on_conflict(again).exec_without_returning(&*tx).await.expect("a head");
    tx
}

#[tokio::test]
async fn sql_keeps_documents() {
    for test in databases().await {
        let db = test.connect::<catalog::Migrator>().await;
        let begin = async |document: &Document| begin(&db, document).await;
        behaves_like_product_documents(&SqlDocuments::new(db.clone()), document(), begin).await;
    }
}

#[tokio::test]
async fn mongodb_keeps_documents_and_forgets_what_no_head_names() {
    let Some(server) = test_support::component("MONGODB") else { return };
    let url = format!("{server}test_{}", Uuid::now_v7().simple());
    let documents = MongoDocuments::new(&url).await.expect("the URL can be read");
    let test = test_support::sqlite();
    let db = test.connect::<catalog::Migrator>().await;
    let begin = async |document: &Document| begin(&db, document).await;
    behaves_like_product_documents(&documents, document(), begin).await;

    let mut odd = document();
    odd.attributes = [("size.eu$ 100%".to_owned(), vec!["42".to_owned()])].into();
    odd.version = Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 1_700_000_000, 0));
    let (young, odd) = (document(), odd);
    documents.stage(&[&odd, &young]).await.expect("are staged");
    let name = |document: &Document| DocumentName { id: document.id, version: document.version };
    assert_eq!(documents.load(&[name(&odd)]).await.expect("answers"), std::slice::from_ref(&odd));
    assert_eq!(documents.sweep(&[name(&odd)]).await.expect("sweeps"), 0, "one is in force, the other may be under way");
    assert_eq!(documents.sweep(&[]).await.expect("sweeps"), 1);
    assert_eq!(documents.load(&[name(&odd), name(&young)]).await.expect("answers"), [young]);
}

#[tokio::test]
async fn a_mongodb_that_is_away_is_said_to_be_away_soon() {
    let documents = MongoDocuments::new("mongodb://127.0.0.1:1/shop").await.expect("the URL can be read");
    let begun = std::time::Instant::now();
    let document = document();
    let error = documents.stage(&[&document]).await.expect_err("nobody listens there");
    assert_eq!(error.problem().status(), 503);
    assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_directory_keeps_pictures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    behaves_like_media(&Directory::new(folder.path())).await;
}
