//! What must hold of the catalog, evaluated on a running or a stopped shop.

use std::collections::{BTreeSet, HashMap};

use contracts::{Invariant, ids::ProductId};

use crate::{
    App, Error,
    entity::product,
    index::{self, Kept},
    inventory,
    model::{Document, rating::Stars},
    store::{products, reviews},
};

const PAGE: u64 = 200;
/// How often a product is looked at that is written just then.
const LOOKS: u32 = 5;

/// Every rule of the catalog, stock included.
pub async fn invariants(app: &App) -> Result<Vec<Invariant>, Error> {
    let mut rules = Rules::default();
    // The index comes first: what it knows then, the database knows too.
    let mut index = match index::kept(app).await {
        Err(Error::Index(error)) => {
            rules.index.check(false, || format!("the index cannot be read: {error}"));
            Kept::default()
        }
        kept => kept?,
    };
    let mut after = None;
    loop {
        let mut heads = products::page(app.db.reader(), after, PAGE).await?;
        let Some(last) = heads.last() else { break };
        after = Some(last.product_id());
        for _ in 0..LOOKS {
            if heads.is_empty() {
                break;
            }
            heads = judge(app, heads, &mut index, &mut rules).await?;
        }
        // They are written all the time: nothing can be said of them but that they are there.
        for head in &heads {
            index.entries.remove(&head.product_id());
        }
    }
    for id in index.entries.into_keys() {
        rules.index.check(false, || format!("the index has a product {id} that is not there"));
    }
    let mut invariants = vec![
        rules.ratings.done("C1", "ratings are those of the approved reviews"),
        rules.skus.done("C2", "SKUs belong to the product whose document states them"),
        rules.documents.done("C3", "each product has the document its head names"),
        rules.index.done("C4", "the search index holds each product as it was at the revision the index knows"),
    ];
    invariants.extend(inventory::invariants(app).await?);
    Ok(invariants)
}

#[derive(Default)]
struct Rules {
    ratings: Rule,
    skus: Rule,
    documents: Rule,
    index: Rule,
}

/// What was read of a product beside its head.
struct Found<'a> {
    document: Option<&'a Document>,
    skus: BTreeSet<String>,
    kept: Stars,
    recomputed: Stars,
}

/// Judges those products whose revision stood still while they were read, for whatever changes one gives it a new
/// revision: what was read of the others may be of two moments. They are answered, to be looked at again.
async fn judge(
    app: &App,
    heads: Vec<product::Model>,
    index: &mut Kept,
    rules: &mut Rules,
) -> Result<Vec<product::Model>, Error> {
    let reader = app.db.reader();
    let names: Vec<_> = heads.iter().map(product::Model::name).collect();
    let ids: Vec<ProductId> = names.iter().map(|name| name.id).collect();
    let documents = app.documents.load(&names).await?;
    let documents: HashMap<ProductId, &Document> = documents.iter().map(|document| (document.id, document)).collect();
    let kept = reviews::stars(reader, &ids).await?;
    let recomputed = reviews::recompute(reader, &ids).await?;
    let mut owned = skus_of(app, &ids).await?;
    let now = products::find_many(reader, ids.iter().map(|id| id.uuid()).collect()).await?;
    let now: HashMap<ProductId, product::Model> = now.into_iter().map(|head| (head.product_id(), head)).collect();
    let mut moved = Vec::new();
    for head in heads {
        let id = head.product_id();
        match now.get(&id) {
            Some(now) if now.revision != head.revision => moved.push(now.clone()),
            _ => {
                let stars = |of: &HashMap<ProductId, Stars>| of.get(&id).copied().unwrap_or_default();
                let found = Found {
                    document: documents.get(&id).copied(),
                    skus: owned.remove(&id).unwrap_or_default(),
                    kept: stars(&kept),
                    recomputed: stars(&recomputed),
                };
                rules.judge(&head, &found, index);
            }
        }
    }
    Ok(moved)
}

impl Rules {
    fn judge(&mut self, head: &product::Model, found: &Found<'_>, index: &mut Kept) {
        let id = head.product_id();
        let (kept, recomputed) = (found.kept, found.recomputed);
        self.ratings.check(kept == recomputed, || format!("product {id} says {kept:?}, its reviews {recomputed:?}"));
        let named = found.document.filter(|document| {
            document.slug == head.slug && document.status == head.status() && document.version == head.version
        });
        self.documents.check(named.is_some(), || format!("product {id} has no document like its head"));
        let stated: BTreeSet<String> = found.document.map(Document::skus).unwrap_or_default().into_iter().collect();
        self.skus.check(stated == found.skus, || format!("product {id} states {stated:?} and owns {:?}", found.skus));
        let entry = index.entries.remove(&id);
        if head.revision > index.revision {
            // The index has not read that far.
            return;
        }
        let agrees = entry.as_ref().is_some_and(|entry| {
            (entry.revision, entry.version, entry.stars) == (head.revision, head.version, found.kept)
                && *entry.slug == *head.slug
                && entry.status == head.status()
        });
        self.index.check(agrees, || format!("product {id} is at {}, the index says {entry:?}", head.revision));
    }
}

async fn skus_of(app: &App, ids: &[ProductId]) -> Result<HashMap<ProductId, BTreeSet<String>>, Error> {
    let mut owned: HashMap<ProductId, BTreeSet<String>> = HashMap::new();
    for (sku, id) in products::skus_of(app.db.reader(), ids).await? {
        owned.entry(id).or_default().insert(sku);
    }
    Ok(owned)
}

#[derive(Default)]
struct Rule {
    exercised: u64,
    violations: Vec<String>,
}

impl Rule {
    fn check(&mut self, holds: bool, violation: impl FnOnce() -> String) {
        self.exercised += 1;
        if !holds {
            self.violations.push(violation());
        }
    }

    fn done(self, id: &str, title: &str) -> Invariant {
        Invariant::new(id, title, self.exercised, self.violations)
    }
}
