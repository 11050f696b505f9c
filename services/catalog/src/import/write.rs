//! Writing imported products, many in one transaction. If that fails, each is written alone, so that a bad one spoils
//! nothing but itself.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use contracts::{events::ProductChanged, ids::ProductId};
use db::outbox;
use sea_orm::{DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Mode,
    categories::Categories,
    draft::{Draft, VariantColumns},
    entity::change,
    merge::{Ground, merge, planned_sku},
    report::Report,
    undo::{self, Past},
};
use crate::{
    App, Error,
    documents::DocumentName,
    entity::{product, product_slug},
    inventory::{self, Corrected},
    items,
    model::{Document, check::Checked},
    store::products,
    write_product::{self, Change},
};

const REASON: &str = "import";
const TRIES: u32 = 3;

/// What is to be done with drafts.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    pub columns: VariantColumns,
    pub mode: Mode,
    pub is_dry: bool,
    /// The import that keeps what was there before, so that it can be undone.
    pub job: Option<Uuid>,
}

/// Takes drafts over into the shop.
pub struct Writer<'a> {
    app: &'a App,
    aim: Aim,
    /// Whether some of the next batch may have been written already, by the same import before it was interrupted.
    may_repeat: bool,
    categories: Categories,
    /// What a dry run would have made, for products that a file comes back to.
    imagined: HashMap<String, Document>,
    /// Slugs made from titles that are planned and not yet in the store.
    made_slugs: HashSet<String>,
}

/// A draft that is ready to be written, and what was noted on the way.
struct Plan {
    draft: Draft,
    notes: Report,
    work: Option<Work>,
}

struct Work {
    document: Document,
    old: Option<Document>,
    changes_document: bool,
    stock: BTreeMap<String, i64>,
    lines: BTreeMap<String, u64>,
    /// What this import did to the product before it was interrupted.
    before: Option<change::Model>,
}

/// What the shop has of the things a batch speaks of.
struct Known {
    /// Products by every slug they have or had.
    by_slug: HashMap<String, ProductId>,
    owners: HashMap<String, ProductId>,
    documents: HashMap<ProductId, Document>,
    on_hand: HashMap<String, i64>,
    before: HashMap<ProductId, change::Model>,
}

impl<'a> Writer<'a> {
    pub async fn new(app: &'a App, aim: Aim) -> Result<Self, Error> {
        let categories = Categories::load(app, aim.is_dry).await?;
        let (imagined, made_slugs) = (HashMap::new(), HashSet::new());
        Ok(Self { app, aim, may_repeat: false, categories, imagined, made_slugs })
    }

    /// The next batch comes after an interruption, perhaps one between writing it and counting it.
    pub fn goes_on(&mut self) {
        self.may_repeat = true;
    }

    /// Takes over a batch. No two of its drafts may speak of the same handle.
    pub async fn take_over(&mut self, drafts: Vec<Draft>, report: &mut Report) -> Result<(), Error> {
        let plans = self.plan(drafts).await?;
        if self.aim.is_dry {
            for plan in plans {
                self.imagine(plan, report);
            }
            return Ok(());
        }
        if let Ok(promised) = self.write(&plans).await {
            for plan in plans {
                note(plan, &promised, self.aim.columns, report);
            }
        } else {
            // Something in it cannot be written, or somebody wrote in between: one by one, from what there is now.
            for plan in plans {
                self.take_over_one(plan.draft, report).await?;
            }
        }
        self.may_repeat = false;
        Ok(())
    }

    async fn take_over_one(&mut self, draft: Draft, report: &mut Report) -> Result<(), Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            let plans = self.plan(vec![draft.clone()]).await?;
            match self.write(&plans).await {
                Ok(promised) => {
                    plans.into_iter().for_each(|plan| note(plan, &promised, self.aim.columns, report));
                    return Ok(());
                }
                Err(Error::Taken { what, value }) if tries == TRIES => {
                    let column = if what == "sku" { self.aim.columns.sku } else { "Handle" };
                    draft.refuse(
                        report,
                        column,
                        &format!("{what}_taken"),
                        format!("{value} is that of another product"),
                    );
                    return Ok(());
                }
                Err(Error::Taken { .. } | Error::Stale) if tries < TRIES => {}
                Err(Error::Db(error)) if tries < TRIES && db::is_transient(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn plan(&mut self, drafts: Vec<Draft>) -> Result<Vec<Plan>, Error> {
        // What was planned before is written by now, or is planned anew; a dry run writes nothing.
        if !self.aim.is_dry {
            self.made_slugs.clear();
        }
        let known = self.known(&drafts).await?;
        let mut plans = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let mut notes = Report::default();
            let work = self.work(&draft, &known, &mut notes).await?;
            plans.push(Plan { draft, notes, work });
        }
        Ok(plans)
    }

    async fn known(&self, drafts: &[Draft]) -> Result<Known, Error> {
        let reader = self.app.db.reader();
        let skus: Vec<String> = drafts.iter().flat_map(skus_of).collect();
        // SKUs before slugs: a product that someone else creates in between must not have its SKUs here and not its
        // slug, or its rows would be refused as another product's.
        let owners = products::sku_owners(reader, &skus).await?;
        let handles: Vec<&str> = drafts.iter().filter_map(|draft| draft.handle.as_deref()).collect();
        let slugs = product_slug::Entity::find().filter(product_slug::COLUMN.slug.is_in(handles)).all(reader).await?;
        let by_slug: HashMap<String, ProductId> =
            slugs.into_iter().map(|row| (row.slug, row.product_id.into())).collect();
        let mut ids: BTreeSet<ProductId> = by_slug.values().copied().collect();
        ids.extend(
            drafts
                .iter()
                .filter(|draft| draft.handle.is_none())
                .flat_map(skus_of)
                .filter_map(|sku| owners.get(&sku).copied()),
        );
        let uuids = ids.iter().map(|id| id.uuid());
        let heads = product::Entity::find().filter(product::COLUMN.id.is_in(uuids)).all(reader).await?;
        let names: Vec<DocumentName> = heads.iter().map(product::Model::name).collect();
        let documents = items::documents(self.app, &names).await?;
        let documents = documents.into_iter().map(|(id, document)| (id, Document::clone(&document))).collect();
        let on_hand = inventory::on_hand(reader, &skus).await?;
        let before = match self.aim.job.filter(|_| self.may_repeat) {
            Some(job) => undo::changes(reader, job, ids).await?,
            None => HashMap::new(),
        };
        Ok(Known { by_slug, owners, documents, on_hand, before })
    }

    /// What has to be written of a draft. `None`: it is refused.
    async fn work(&mut self, draft: &Draft, known: &Known, notes: &mut Report) -> Result<Option<Work>, Error> {
        let old = self.old_of(draft, known);
        let before = old.as_ref().and_then(|old| known.before.get(&old.id)).cloned();
        if before.is_none() && !self.aim.mode.takes(old.is_some()) {
            notes.skipped = 1;
            return Ok(None);
        }
        let mut categories = Vec::new();
        let mut is_missing_category = false;
        for path in &draft.categories {
            match self.categories.ensure(self.app, path).await? {
                Some(id) => categories.push(id),
                None => is_missing_category = self.aim.is_dry,
            }
        }
        let ground = Ground {
            old: old.as_ref(),
            tree: &self.categories.tree,
            categories,
            owners: &known.owners,
            columns: self.aim.columns,
        };
        let Some(merged) = merge(draft, &ground, notes) else { return Ok(None) };
        let document = self.document(&merged.checked, old.as_ref()).await?;
        let changes_document = is_missing_category || old.as_ref().is_none_or(|old| !is_same(old, &document));
        let stated = merged.checked.input.variants.iter();
        let stated = stated.filter_map(|variant| Some((variant.sku.clone(), i64::from(variant.stock?))));
        let stock = stated.filter(|(sku, pieces)| known.on_hand.get(sku).copied().unwrap_or(0) != *pieces).collect();
        Ok(Some(Work { document, old, changes_document, stock, lines: merged.lines, before }))
    }

    /// The product a draft speaks of: by its handle, which may be an old one; without one, by a SKU.
    fn old_of(&self, draft: &Draft, known: &Known) -> Option<Document> {
        let id = match &draft.handle {
            Some(handle) => match self.imagined.get(handle) {
                Some(imagined) => return Some(imagined.clone()),
                None => known.by_slug.get(handle),
            },
            None => skus_of(draft).find_map(|sku| known.owners.get(&sku)),
        };
        known.documents.get(id?).cloned()
    }

    async fn document(&mut self, checked: &Checked, old: Option<&Document>) -> Result<Document, Error> {
        let known = write_product::known_pictures(self.app, &checked.input.images).await?;
        let mut document = write_product::drafted(checked, old, &known);
        if checked.slug_is_made && old.is_none() {
            let mut wanted = checked.slug.clone();
            let mut number = 1;
            while !self.made_slugs.insert(wanted.clone()) {
                number += 1;
                wanted = format!("{}-{number}", checked.slug);
            }
            document.slug = write_product::free_slug(self.app, &wanted).await?;
        }
        write_product::lowest_prices(self.app, &mut document, old).await?;
        Ok(document)
    }

    /// One transaction. Answers the SKUs whose stock could not be lowered so far, with the least they may have.
    async fn write(&self, plans: &[Plan]) -> Result<BTreeMap<String, i64>, Error> {
        let works: Vec<&Work> = plans.iter().filter_map(|plan| plan.work.as_ref()).collect();
        let changed: Vec<&Work> = works.iter().copied().filter(|work| work.changes_document).collect();
        let stock: BTreeMap<String, i64> = works.iter().flat_map(|work| work.stock.clone()).collect();
        if changed.is_empty() && stock.is_empty() {
            return Ok(BTreeMap::new());
        }
        let documents: Vec<&Document> = changed.iter().map(|work| &work.document).collect();
        self.app.documents.stage(&documents).await?;
        let tx = self.app.db.begin().await?;
        if !changed.is_empty() {
            let moves = changed.iter().map(|work| Change { document: &work.document, old: work.old.as_ref() });
            write_product::put(self.app, &tx, &moves.collect::<Vec<_>>()).await?;
            let events: Vec<ProductChanged> = documents.iter().map(|new| write_product::changed(new)).collect();
            outbox::publish_all(&tx, &events).await?;
        }
        let skus: BTreeSet<String> = changed.iter().flat_map(|work| work.document.skus()).collect();
        inventory::lock(&tx, &skus.iter().chain(stock.keys()).cloned().collect()).await?;
        if !skus.is_empty() {
            inventory::ensure_items(&tx, &skus).await?;
        }
        let on_hand = match self.aim.job {
            Some(_) => inventory::on_hand(&*tx, &stock.keys().cloned().collect::<Vec<_>>()).await?,
            None => HashMap::new(),
        };
        let mut promised = BTreeMap::new();
        for (sku, outcome) in inventory::set_stock(&tx, &stock, REASON, "import").await? {
            match outcome {
                Corrected::Promised { least } => {
                    promised.insert(sku, least);
                }
                Corrected::Unknown => return Err(DbErr::RecordNotFound(format!("stock of {sku}")).into()),
                Corrected::Changed | Corrected::Unchanged => {}
            }
        }
        if let Some(job) = self.aim.job {
            let changes = works.iter().filter(|work| work.changes_document || !work.stock.is_empty());
            let changes = changes.map(|work| work.change(&on_hand, &promised));
            undo::remember(&tx, job, changes.collect::<Result<_, Error>>()?).await?;
        }
        tx.commit().await?;
        Ok(promised)
    }

    fn imagine(&mut self, plan: Plan, report: &mut Report) {
        if let (Some(handle), Some(work)) = (&plan.draft.handle, &plan.work) {
            self.imagined.insert(handle.clone(), work.document.clone());
        }
        note(plan, &BTreeMap::new(), self.aim.columns, report);
    }
}

impl Work {
    /// What the shop must know to take this back.
    fn change(&self, on_hand: &HashMap<String, i64>, promised: &BTreeMap<String, i64>) -> Result<Past, Error> {
        let replaced = self.old.as_ref().filter(|_| self.changes_document);
        let stock = self.stock.iter().filter(|(sku, _)| !promised.contains_key(*sku));
        let gained = stock.map(|(sku, pieces)| (sku.clone(), pieces - on_hand.get(sku).copied().unwrap_or(0)));
        Ok(Past {
            product: self.document.id,
            is_new: self.old.is_none(),
            old: replaced.map(serde_json::to_value).transpose()?,
            version: if self.changes_document { Some(self.document.version) } else { None },
            gained: gained.collect(),
        })
    }
}

/// Counts what became of a plan, and passes on what was noted.
fn note(plan: Plan, promised: &BTreeMap<String, i64>, columns: VariantColumns, report: &mut Report) {
    report.refused.extend(plan.notes.refused);
    report.notices.extend(plan.notes.notices);
    report.skipped += plan.notes.skipped;
    let Some(work) = plan.work else { return };
    let mut stock_changed = 0;
    for sku in work.stock.keys() {
        match promised.get(sku) {
            None => stock_changed += 1,
            Some(least) => {
                let line = work.lines.get(sku).copied().unwrap_or_else(|| plan.draft.line());
                let message = format!("{least} pieces of {sku} are promised to orders; stock stays as it is");
                report.notice(line, columns.stock, "stock_promised", message);
            }
        }
    }
    if let Some(before) = &work.before {
        report.stock_changed += before.gained_skus();
    }
    report.stock_changed += stock_changed;
    match &work.old {
        None => report.created += 1,
        Some(_) if work.before.as_ref().is_some_and(|before| before.is_new) => report.created += 1,
        Some(_) if work.before.is_some() => report.updated += 1,
        Some(_) if work.changes_document || stock_changed > 0 => report.updated += 1,
        Some(_) => report.unchanged += 1,
    }
}

/// Whether writing `new` over `old` would change anything but its version and time.
fn is_same(old: &Document, new: &Document) -> bool {
    let restamped = Document { version: old.version, updated_at: old.updated_at, ..new.clone() };
    restamped == *old
}

fn skus_of(draft: &Draft) -> impl Iterator<Item = String> + '_ {
    draft.variants.iter().map(|variant| match &variant.sku {
        Some(sku) => sku.clone(),
        None => planned_sku(draft, variant),
    })
}
