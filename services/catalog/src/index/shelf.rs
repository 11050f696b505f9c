//! All products as rows in memory: what filters, counts and sorts run over. A shelf is never changed once it is seen;
//! the next one shares its rows.

use std::{collections::HashMap, sync::Arc};

use contracts::ids::ProductId;

use super::entry::Entry;
use crate::model::{StockWord, category::CategoryTree};

/// What a facet counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    /// Values are category ids, those above included.
    Category,
    Tag,
    Vendor,
    Attribute(String),
}

/// A product as filters see it.
#[derive(Clone, Debug)]
pub struct Row {
    pub entry: Arc<Entry>,
    /// Numbers of its facet values in the dictionary.
    pub values: Vec<u32>,
    /// One word for each of the entry's SKUs.
    pub stock: Vec<StockWord>,
    /// Changes whenever a stock word does, in this process.
    pub stock_revision: u64,
    /// The title without case and accents, to sort by.
    pub sort_title: String,
}

impl Row {
    pub fn in_stock(&self) -> bool {
        self.stock.iter().any(|word| *word != StockWord::OutOfStock)
    }
}

/// Numbers for facet values. It only grows; values that nothing has any more count 0.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    values: Vec<(Facet, String)>,
    numbers: HashMap<(Facet, String), u32>,
}

#[expect(clippy::len_without_is_empty, reason = "an empty dictionary is nothing special")]
impl Dictionary {
    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn value(&self, number: u32) -> Option<&(Facet, String)> {
        self.values.get(number as usize)
    }

    pub fn number(&self, facet: &Facet, value: &str) -> Option<u32> {
        self.numbers.get(&(facet.clone(), value.to_owned())).copied()
    }

    fn add(&mut self, facet: Facet, value: String) -> u32 {
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let values = &mut self.values;
        *self.numbers.entry((facet, value)).or_insert_with_key(|key| {
            values.push(key.clone());
            next
        })
    }
}

/// The rows.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    rows: Vec<Arc<Row>>,
    by_id: HashMap<ProductId, usize>,
    dictionary: Arc<Dictionary>,
}

#[expect(clippy::len_without_is_empty, reason = "an empty shelf is nothing special")]
impl Shelf {
    pub fn rows(&self) -> &[Arc<Row>] {
        &self.rows
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn get(&self, id: ProductId) -> Option<&Arc<Row>> {
        self.rows.get(*self.by_id.get(&id)?)
    }

    pub fn place(&self, id: ProductId) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Puts a product on the shelf, or what it has become in its place.
    pub fn put(&mut self, entry: Entry, tree: &CategoryTree, stock: Vec<StockWord>, stock_revision: u64) {
        let wanted = facet_values(&entry, tree);
        let known = wanted.iter().all(|(facet, value)| self.dictionary.number(facet, value).is_some());
        if !known {
            let dictionary = Arc::make_mut(&mut self.dictionary);
            for (facet, value) in &wanted {
                dictionary.add(facet.clone(), value.clone());
            }
        }
        let values = wanted.iter().filter_map(|(facet, value)| self.dictionary.number(facet, value)).collect();
        let sort_title = super::words::fold(&entry.title);
        let row = Arc::new(Row { values, stock, stock_revision, sort_title, entry: Arc::new(entry) });
        match self.by_id.get(&row.entry.id) {
            Some(place) => self.rows[*place] = row,
            None => {
                self.by_id.insert(row.entry.id, self.rows.len());
                self.rows.push(row);
            }
        }
    }

    /// Changes what is said of a product's stock.
    pub fn restock(&mut self, id: ProductId, stock: Vec<StockWord>, stock_revision: u64) {
        let Some(row) = self.by_id.get(&id).and_then(|place| self.rows.get_mut(*place)) else { return };
        *row = Arc::new(Row { stock, stock_revision, ..Row::clone(row) });
    }
}

fn facet_values(entry: &Entry, tree: &CategoryTree) -> Vec<(Facet, String)> {
    let lines = entry.categories.iter().flat_map(|id| tree.line(*id));
    let mut values: Vec<(Facet, String)> = lines.map(|row| (Facet::Category, row.id.to_string())).collect();
    values.extend(entry.tags.iter().map(|tag| (Facet::Tag, tag.clone())));
    values.extend(entry.vendor.iter().map(|vendor| (Facet::Vendor, vendor.clone())));
    for (name, list) in &entry.attributes {
        values.extend(list.iter().map(|value| (Facet::Attribute(name.clone()), value.clone())));
    }
    values.sort_unstable();
    values.dedup();
    values
}
