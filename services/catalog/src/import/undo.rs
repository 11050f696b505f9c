//! Taking an import back: products get the document they had before, new ones are withdrawn, and stock loses what the
//! import added. A product that somebody changed since stays as it is, and is named.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contracts::{ids::ProductId, time};
use db::{Tx, outbox};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, Set};
use uuid::Uuid;

use super::{
    entity::{change, import},
    job::Turn,
    life::Fact,
    report::{RowProblem, Weight},
    store,
};
use crate::{
    App, Error,
    inventory::{self, Corrected},
    model::{Document, Status},
    write_product::{self, Change},
};

const REASON: &str = "import undone";
const TRIES: u32 = 3;
/// Products read at once; each is taken back in a transaction of its own.
const STEP: u64 = 50;

/// What the shop must know of a product to take an import back.
pub struct Past {
    pub product: ProductId,
    pub is_new: bool,
    /// The document that the import replaced.
    pub old: Option<serde_json::Value>,
    /// The version that it left.
    pub version: Option<Uuid>,
    /// Pieces that came or went, by SKU.
    pub gained: BTreeMap<String, i64>,
}

/// What the import did to these products so far.
pub async fn changes(
    connection: &impl ConnectionTrait,
    job: Uuid,
    products: impl IntoIterator<Item = ProductId>,
) -> Result<HashMap<ProductId, change::Model>, Error> {
    let rows = change::Entity::find()
        .filter(change::COLUMN.import_id.eq(job))
        .filter(change::COLUMN.product_id.is_in(products.into_iter().map(|id| id.uuid())))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.product_id.into(), row)).collect())
}

/// Keeps what a batch did, in its transaction. Of a product that is written again, what was there first counts.
pub async fn remember(tx: &Tx, job: Uuid, pasts: Vec<Past>) -> Result<(), Error> {
    let mut before = changes(&**tx, job, pasts.iter().map(|past| past.product)).await?;
    for past in pasts {
        let Some(row) = before.remove(&past.product) else {
            let row = change::Model {
                import_id: job,
                product_id: past.product.uuid(),
                is_new: past.is_new,
                old: past.old,
                version: past.version,
                gained: serde_json::to_value(past.gained)?,
            };
            row.into_active_model().insert(&**tx).await?;
            continue;
        };
        let mut gained: BTreeMap<String, i64> = serde_json::from_value(row.gained.clone())?;
        for (sku, pieces) in past.gained {
            *gained.entry(sku).or_default() += pieces;
        }
        let old = if row.is_new { None } else { row.old.clone().or(past.old) };
        let version = past.version.or(row.version);
        let mut row = row.into_active_model();
        row.old = Set(old);
        row.version = Set(version);
        row.gained = Set(serde_json::to_value(gained)?);
        row.update(&**tx).await?;
    }
    Ok(())
}

/// Takes back what is left of an import, until all is or the turn ends.
pub(super) async fn undo(app: &App, mut row: import::Model, turn: &Turn<'_>) -> Result<(), Error> {
    loop {
        let left = store::changes(app.db.reader(), row.id, STEP).await?;
        if left.is_empty() {
            let tx = app.db.begin().await?;
            let state = row.state.after(Fact::WasUndone).unwrap_or(row.state);
            let ended = import::ActiveModel { state: Set(state), updated_at: Set(time::now()), ..Default::default() };
            store::update(&tx, &row, ended).await?;
            tx.commit().await?;
            return Ok(());
        }
        for change in &left {
            if !take_back(app, &mut row, change).await? {
                return Ok(());
            }
        }
        if turn.is_over().await? {
            return Ok(());
        }
    }
}

/// `false`: somebody else works on the import.
async fn take_back(app: &App, row: &mut import::Model, change: &change::Model) -> Result<bool, Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        match attempt(app, row, change).await {
            Err(Error::Stale) if tries < TRIES => {}
            Err(Error::Db(error)) if tries < TRIES && db::is_transient(&error) => {}
            outcome => return outcome,
        }
    }
}

async fn attempt(app: &App, row: &mut import::Model, change: &change::Model) -> Result<bool, Error> {
    let now = write_product::in_force(app, change.product_id.into()).await?;
    if change.version.is_some_and(|version| version != now.version) {
        return leave(app, row, change, &now, "changed_since", "was changed since the import and stays as it is").await;
    }
    let document = document_before(app, change, &now).await?;
    if let Some(document) = &document {
        app.documents.stage(&[document]).await?;
    }
    let tx = app.db.begin().await?;
    if let Some(document) = &document {
        match write_product::put(app, &tx, &[Change { document, old: Some(&now) }]).await {
            Err(Error::Taken { .. }) => {
                tx.rollback().await?;
                let message = "cannot go back: one of its SKUs is another product's by now";
                return leave(app, row, change, &now, "sku_taken", message).await;
            }
            outcome => outcome?,
        };
        outbox::publish(&tx, &write_product::changed(document)).await?;
    }
    let promised = stock_before(&tx, change, &now, document.as_ref()).await?;
    for (sku, least) in &promised {
        let message = format!("{least} pieces of {sku} are promised to orders; stock stays as it is");
        store::add_problems(&tx, row.id, Weight::Kept, &[said(&now, "stock_promised", message)]).await?;
    }
    let undone = row.undone + 1;
    let counted = import::ActiveModel { undone: Set(undone), updated_at: Set(time::now()), ..Default::default() };
    if !finish(tx, row, change, counted).await? {
        return Ok(false);
    }
    row.undone = undone;
    Ok(true)
}

/// The document that undoes the change, if the change was one of the document.
async fn document_before(app: &App, change: &change::Model, now: &Document) -> Result<Option<Document>, Error> {
    let (version, updated_at) = (Uuid::now_v7(), time::now());
    if change.is_new {
        return Ok(Some(Document { version, updated_at, status: Status::Archived, ..now.clone() }));
    }
    let Some(old) = &change.old else { return Ok(None) };
    let old: Document = serde_json::from_value(old.clone())?;
    let mut document = Document { version, updated_at, ..old };
    write_product::lowest_prices(app, &mut document, Some(now)).await?;
    Ok(Some(document))
}

/// Takes back the pieces that came with the import. Answers those that are promised to orders by now.
async fn stock_before(
    tx: &Tx,
    change: &change::Model,
    now: &Document,
    document: Option<&Document>,
) -> Result<BTreeMap<String, i64>, Error> {
    let gained: BTreeMap<String, i64> = serde_json::from_value(change.gained.clone())?;
    let here: BTreeSet<String> = now.skus().into_iter().collect();
    let wanted: BTreeSet<String> =
        document.map_or_else(|| here.clone(), |document| document.skus().into_iter().collect());
    inventory::lock(tx, &here.union(&wanted).chain(gained.keys()).cloned().collect()).await?;
    inventory::ensure_items(tx, &wanted).await?;
    let skus: Vec<String> = gained.keys().cloned().collect();
    let on_hand = inventory::on_hand(&**tx, &skus).await?;
    let stock = gained.iter().filter_map(|(sku, pieces)| Some((sku.clone(), on_hand.get(sku)? - pieces)));
    let mut promised = BTreeMap::new();
    for (sku, outcome) in inventory::set_stock(tx, &stock.collect(), REASON, "import").await? {
        if let Corrected::Promised { least } = outcome {
            promised.insert(sku, least);
        }
    }
    for sku in here.difference(&wanted) {
        inventory::retire_item(tx, sku).await?;
    }
    Ok(promised)
}

async fn leave(
    app: &App,
    row: &mut import::Model,
    change: &change::Model,
    now: &Document,
    code: &str,
    message: &str,
) -> Result<bool, Error> {
    let tx = app.db.begin().await?;
    store::add_problems(&tx, row.id, Weight::Kept, &[said(now, code, message.to_owned())]).await?;
    let kept = row.kept + 1;
    let counted = import::ActiveModel { kept: Set(kept), updated_at: Set(time::now()), ..Default::default() };
    if !finish(tx, row, change, counted).await? {
        return Ok(false);
    }
    row.kept = kept;
    Ok(true)
}

fn said(product: &Document, code: &str, message: String) -> RowProblem {
    let message = format!("{} {message}", product.title);
    RowProblem { line: 0, column: product.slug.clone(), code: code.to_owned(), message }
}

/// Counts the change as dealt with, unless somebody else did.
async fn finish(
    tx: Tx,
    row: &import::Model,
    change: &change::Model,
    counted: import::ActiveModel,
) -> Result<bool, DbErr> {
    change::Entity::delete_by_id((change.import_id, change.product_id)).exec(&*tx).await?;
    if !store::update(&tx, row, counted).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}
