//! The seam to where product documents are kept. Heads (which version of which product is in force), slugs, SKUs,
//! prices, stock and the outbox always stand in the SQL database; only the documents can live elsewhere.
//!
//! A document is immutable and named by its product and its version. That lets an adapter outside the database, such
//! as MongoDB, take part without a transaction across both: `stage` writes the new version before the SQL transaction
//! begins (with `w: majority, j: true`), where nobody looks for it; the transaction then moves the head to it, and
//! that is the moment it counts. If the transaction fails, or the process dies in between, a version is left that no
//! head names, and `sweep` removes it later. An adapter inside the database does nothing in `stage` and writes in
//! `put`, so that document and head are one transaction.

#[cfg(feature = "mongodb")]
mod mongo;
mod sql;

use std::sync::Arc;

use async_trait::async_trait;
use contracts::ids::ProductId;
use db::{Db, Tx};
use uuid::Uuid;

use crate::{App, Error, model::Document, store::products};

#[cfg(feature = "mongodb")]
pub use mongo::MongoDocuments;
pub use sql::SqlDocuments;

/// Documents where `mongodb_url` says, or beside their heads in `db` if it is empty.
pub(crate) async fn open(mongodb_url: &str, db: &Db) -> Result<Arc<dyn ProductDocuments>, Error> {
    if mongodb_url.is_empty() {
        return Ok(Arc::new(SqlDocuments::new(db.clone())));
    }
    #[cfg(feature = "mongodb")]
    return Ok(Arc::new(MongoDocuments::new(mongodb_url).await?));
    #[cfg(not(feature = "mongodb"))]
    Err(Error::Documents(
        "mongodb_url names a MongoDB, and this program was built without: build it with `--features cluster`".into(),
    ))
}

/// Which document of which product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DocumentName {
    pub id: ProductId,
    pub version: Uuid,
}

/// Where product documents are kept.
#[async_trait]
pub trait ProductDocuments: Send + Sync {
    /// Keeps versions that no head names yet. Called before the transaction of the change.
    async fn stage(&self, documents: &[&Document]) -> Result<(), Error>;

    /// Keeps the versions as part of the transaction that moves the heads to them.
    async fn put(&self, tx: &Tx, documents: &[&Document]) -> Result<(), Error>;

    /// The documents named, in any order. Of a version that is no longer in force, the one in force may come instead.
    async fn load(&self, names: &[DocumentName]) -> Result<Vec<Document>, Error>;

    /// Whether they stand in another store than their heads. Versions that are no longer in force stay there until they
    /// are swept, and that store can be away while the heads are there.
    fn stand_apart(&self) -> bool;

    /// Removes versions that no head in `in_force` names. Returns how many.
    async fn sweep(&self, in_force: &[DocumentName]) -> Result<u64, Error>;
}

/// Removes the versions that nothing names any more, where some are left.
pub(crate) async fn sweep(app: &App) -> Result<(), Error> {
    if !app.documents.stand_apart() {
        return Ok(());
    }
    let in_force = products::names(app.db.reader()).await?;
    let removed = app.documents.sweep(&in_force).await?;
    tracing::debug!(removed, "product documents swept");
    Ok(())
}

/// Every adapter passes this. `begin` starts a transaction after making a head for `document` in the SQL database, as
/// the write of a product does.
pub async fn behaves_like_product_documents<F>(documents: &dyn ProductDocuments, first: Document, begin: F)
where
    F: AsyncFn(&Document) -> Tx,
{
    let name = DocumentName { id: first.id, version: first.version };
    let kept = documents.load(&[name]).await.expect("documents answer");
    assert!(kept.is_empty(), "a document that was never written is there");

    documents.stage(&[&first]).await.expect("the first version is staged");
    let tx = begin(&first).await;
    documents.put(&tx, &[&first]).await.expect("the first version is put");
    tx.commit().await.expect("the transaction commits");
    assert_eq!(documents.load(&[name]).await.expect("documents answer"), vec![first.clone()]);

    let second = Document { version: Uuid::now_v7(), title: "Ærø 🎂".into(), ..first.clone() };
    let next = DocumentName { version: second.version, ..name };
    documents.stage(&[&second]).await.expect("the second version is staged");
    let tx = begin(&second).await;
    documents.put(&tx, &[&second]).await.expect("the second version is put");
    tx.rollback().await.expect("the transaction is undone");
    assert_eq!(
        documents.load(&[name]).await.expect("documents answer"),
        vec![first],
        "an undone write must leave the version in force alone"
    );

    documents.stage(&[&second]).await.expect("staging twice is harmless");
    let tx = begin(&second).await;
    documents.put(&tx, &[&second]).await.expect("the second version is put");
    tx.commit().await.expect("the transaction commits");
    assert_eq!(documents.load(&[next]).await.expect("documents answer"), vec![second.clone()]);

    documents.sweep(&[next]).await.expect("sweeping works");
    assert_eq!(documents.load(&[next]).await.expect("documents answer"), vec![second]);
    let nobody = DocumentName { id: ProductId::new(), version: Uuid::now_v7() };
    assert!(documents.load(&[nobody]).await.expect("documents answer").is_empty());
}
