//! Where a product stands on the shelf, by its id, its slug or one of its SKUs. Kept are numbers of rows only: what they are
//! found by stands in the rows.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::Arc,
};

use contracts::ids::ProductId;
use hashbrown::HashTable;

use super::shelf::Row;

/// One row's place in each of the three. The rows are those of the shelf, by their places.
#[derive(Clone, Debug, Default)]
pub struct Places {
    by_id: HashTable<u32>,
    by_slug: HashTable<u32>,
    by_sku: HashTable<SkuSpot>,
    hasher: RandomState,
}

/// The row of the product that states a SKU, and the number that the SKU has there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SkuSpot {
    place: u32,
    number: u32,
}

impl SkuSpot {
    fn text(self, rows: &[Arc<Row>]) -> &str {
        &rows[self.place as usize].entry.skus[self.number as usize]
    }
}

impl Places {
    pub fn of_id(&self, rows: &[Arc<Row>], id: ProductId) -> Option<usize> {
        self.by_id.find(self.hash(&id), |place| rows[*place as usize].entry.id == id).map(|place| *place as usize)
    }

    /// While a slug goes from one product to another, both have it until both have been read: then the one written last.
    pub fn of_slug(&self, rows: &[Arc<Row>], slug: &str) -> Option<usize> {
        let found = self.by_slug.iter_hash(self.hash(slug)).map(|place| *place as usize);
        found.filter(|place| *rows[*place].entry.slug == *slug).max_by_key(|place| rows[*place].entry.revision)
    }

    /// The rows that state a SKU, and its number in each. One that goes from one product to another has two until both have been
    /// read.
    pub fn of_sku<'a>(&'a self, rows: &'a [Arc<Row>], sku: &'a str) -> impl Iterator<Item = (usize, usize)> {
        let found = self.by_sku.iter_hash(self.hash(sku)).filter(move |found| found.text(rows) == sku);
        found.map(|found| (found.place as usize, found.number as usize))
    }

    /// Has the row at `place` found from now on.
    pub fn note(&mut self, rows: &[Arc<Row>], place: usize) {
        let (Self { by_id, by_slug, by_sku, hasher }, entry) = (self, &rows[place].entry);
        let row = |place: u32| &rows[place as usize].entry;
        let place = number(place);
        by_id.insert_unique(hasher.hash_one(entry.id), place, |place| hasher.hash_one(row(*place).id));
        by_slug.insert_unique(hasher.hash_one(&*entry.slug), place, |place| hasher.hash_one(&*row(*place).slug));
        for (index, sku) in entry.skus.iter().enumerate() {
            let sku_at = SkuSpot { place, number: number(index) };
            by_sku.insert_unique(hasher.hash_one(&**sku), sku_at, |sku| hasher.hash_one(sku.text(rows)));
        }
    }

    /// Has the row at `place` not found any more. It still stands there as it was noted.
    pub fn forget(&mut self, rows: &[Arc<Row>], place: usize) {
        let (Self { by_id, by_slug, by_sku, hasher }, entry) = (self, &rows[place].entry);
        let place = number(place);
        remove(by_id, hasher.hash_one(entry.id), place);
        remove(by_slug, hasher.hash_one(&*entry.slug), place);
        for (index, sku) in entry.skus.iter().enumerate() {
            remove(by_sku, hasher.hash_one(&**sku), SkuSpot { place, number: number(index) });
        }
    }

    fn hash(&self, key: &(impl Hash + ?Sized)) -> u64 {
        self.hasher.hash_one(key)
    }
}

fn remove<T: PartialEq>(table: &mut HashTable<T>, hash: u64, value: T) {
    if let Ok(found) = table.find_entry(hash, |known| *known == value) {
        found.remove();
    }
}

/// There are not as many products as this has numbers.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use contracts::{Currency, Money, time};
    use proptest::prelude::*;
    use uuid::Uuid;

    use crate::{
        index::{
            entry::{Entry, FacetTexts},
            shelf::Shelf,
        },
        model::{Status, StockWord, category::CategoryTree, rating::Stars},
    };

    fn entry(product: u128, revision: i64, slug: u8, skus: &BTreeSet<u8>) -> Entry {
        Entry {
            id: Uuid::from_u128(product).into(),
            version: Uuid::nil(),
            revision,
            status: Status::Published,
            slug: format!("slug-{slug}").into(),
            title: "Cup".into(),
            image: None,
            price: Money::new(100, Currency::EUR),
            prices: [100].into(),
            categories: Box::default(),
            skus: skus.iter().map(|sku| format!("SKU-{sku}").into()).collect(),
            stars: Stars::default(),
            created_at: time::now(),
        }
    }

    proptest! {
        #[test]
        fn products_are_found_by_what_they_are_called_now(
            puts in prop::collection::vec((0_u128..6, 0_u8..8, prop::collection::btree_set(0_u8..8, 0..4)), 0..60),
        ) {
            let mut shelf = Shelf::default();
            let mut called = BTreeMap::new();
            for (revision, (product, slug, skus)) in (1..).zip(puts) {
                let stock = skus.iter().map(|_| StockWord::InStock).collect();
                shelf.put(entry(product, revision, slug, &skus), &FacetTexts::default(), &CategoryTree::default(), stock, 0);
                called.insert(product, (revision, slug, skus));
                prop_assert_eq!(shelf.len(), called.len());
            }
            let product_of = |id: Uuid| id.as_u128();
            for product in 0..6 {
                let found = shelf.get(Uuid::from_u128(product).into()).map(|row| product_of(row.entry.id.uuid()));
                prop_assert_eq!(found, called.contains_key(&product).then_some(product));
            }
            for name in 0..8 {
                let by_slug = called.iter().filter(|(_, (_, slug, _))| *slug == name);
                let last = by_slug.max_by_key(|(_, (revision, ..))| *revision).map(|(product, _)| *product);
                let found = shelf.find(&format!("slug-{name}")).map(|row| product_of(row.entry.id.uuid()));
                prop_assert_eq!(found, last, "of two with the slug, the one that was written last");
                let by_sku: BTreeSet<u128> =
                    called.iter().filter(|(_, (_, _, skus))| skus.contains(&name)).map(|(product, _)| *product).collect();
                let sku = format!("SKU-{name}");
                let found: Vec<u128> = shelf.of_sku(&sku).map(|(row, _)| product_of(row.entry.id.uuid())).collect();
                prop_assert_eq!(found.len(), by_sku.len());
                prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), by_sku);
            }
        }
    }
}
