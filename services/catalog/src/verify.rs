//! What must hold of the catalog, evaluated on a running or a stopped shop.

use std::collections::{BTreeSet, HashMap};

use contracts::{Invariant, ids::ProductId};

use crate::{
    App, Error, inventory, items,
    store::{products, reviews},
};

const PAGE: u64 = 200;

/// Every rule of the catalog, stock included.
pub async fn invariants(app: &App) -> Result<Vec<Invariant>, Error> {
    let mut ratings = Rule::default();
    let mut skus = Rule::default();
    let mut documents = Rule::default();
    let mut after = None;
    loop {
        let heads = products::page(app.db.reader(), after, PAGE).await?;
        let Some(last) = heads.last() else { break };
        after = Some(last.product_id());
        let names: Vec<_> = heads.iter().map(|head| head.name()).collect();
        let found = items::documents(app, &names).await?;
        let ids: Vec<ProductId> = names.iter().map(|name| name.id).collect();
        let kept = reviews::stars(app.db.reader(), &ids).await?;
        let owned = skus_of(app, &ids).await?;
        for head in &heads {
            let id = head.product_id();
            let recomputed = reviews::recompute(app.db.reader(), id).await?;
            let kept = kept.get(&id).copied().unwrap_or_default();
            ratings.check(kept == recomputed, || format!("product {id} says {kept:?}, its reviews {recomputed:?}"));
            let Some(document) = found.get(&id) else {
                documents.check(false, || format!("product {id} has no document"));
                continue;
            };
            let agrees =
                document.slug == head.slug && document.status == head.status() && document.version == head.version;
            documents.check(agrees, || format!("product {id} and its document differ"));
            let stated: BTreeSet<String> = document.skus().into_iter().collect();
            let owned = owned.get(&id).cloned().unwrap_or_default();
            skus.check(stated == owned, || format!("product {id} states {stated:?} and owns {owned:?}"));
        }
    }
    let mut invariants = vec![
        ratings.done("C1", "ratings are those of the approved reviews"),
        skus.done("C2", "SKUs belong to the product whose document states them"),
        documents.done("C3", "each product has the document its head names"),
    ];
    invariants.extend(inventory::invariants(app).await?);
    Ok(invariants)
}

/// The index against the database: as many products as there are, at their last revision.
pub async fn index_invariant(app: &App) -> Result<Invariant, Error> {
    let view = app.index.view();
    let mut rule = Rule::default();
    let (mut after, mut count) = (None, 0);
    loop {
        let heads = products::page(app.db.reader(), after, PAGE).await?;
        let Some(last) = heads.last() else { break };
        after = Some(last.product_id());
        count += heads.len();
        for head in heads {
            let known = view.shelf.get(head.product_id()).map(|row| row.entry.revision);
            rule.check(known == Some(head.revision), || {
                format!("product {} is at {}, the index at {known:?}", head.id, head.revision)
            });
        }
    }
    rule.check(view.shelf.len() == count, || {
        format!("{} products in the index, {count} in the database", view.shelf.len())
    });
    Ok(rule.done("C4", "the index holds every product at its last revision"))
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
