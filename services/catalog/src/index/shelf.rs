//! All products as rows in memory: what filters, counts and sorts run over. A shelf is never changed once it is seen;
//! the next one shares its rows.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

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
    pub values: Box<[u32]>,
    /// One word for each of the entry's SKUs.
    pub stock: Box<[StockWord]>,
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
    numbers: HashMap<Facet, HashMap<String, u32>>,
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
        self.numbers.get(facet)?.get(value).copied()
    }

    /// The number of a value it does not have yet.
    fn add(&mut self, facet: Facet, value: String) -> u32 {
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.numbers.entry(facet.clone()).or_default().insert(value.clone(), next);
        self.values.push((facet, value));
        next
    }
}

/// Where each product stands.
#[derive(Clone, Debug, Default)]
struct Places {
    by_id: HashMap<ProductId, usize>,
    by_slug: HashMap<String, usize>,
}

/// The rows.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    rows: Vec<Arc<Row>>,
    places: Arc<Places>,
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
        self.rows.get(self.place(id)?)
    }

    /// By id or slug.
    pub fn find(&self, name: &str) -> Option<&Arc<Row>> {
        match name.parse() {
            Ok(id) => self.get(id),
            Err(_) => self.rows.get(*self.places.by_slug.get(name)?),
        }
    }

    pub fn place(&self, id: ProductId) -> Option<usize> {
        self.places.by_id.get(&id).copied()
    }

    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Puts a product on the shelf, or what it has become in its place.
    pub fn put(&mut self, entry: Arc<Entry>, tree: &CategoryTree, stock: Box<[StockWord]>, stock_revision: u64) {
        let values = self.numbers(&entry, tree);
        let sort_title = super::words::fold(&entry.title);
        let place = self.place(entry.id).unwrap_or(self.rows.len());
        let before = self.rows.get(place).map(|row| row.entry.slug.clone());
        if before.as_ref() != Some(&entry.slug) {
            let places = Arc::make_mut(&mut self.places);
            if let Some(before) = before {
                places.by_slug.remove(&before);
            }
            places.by_slug.insert(entry.slug.clone(), place);
            places.by_id.insert(entry.id, place);
        }
        let row = Arc::new(Row { values: values.into(), stock, stock_revision, sort_title, entry });
        match self.rows.get_mut(place) {
            Some(old) => *old = row,
            None => self.rows.push(row),
        }
    }

    /// The numbers of a product's facet values, each once.
    fn numbers(&mut self, entry: &Entry, tree: &CategoryTree) -> Vec<u32> {
        let mut numbers = Vec::new();
        for (facet, value) in facet_values(entry, tree) {
            numbers.push(match self.dictionary.number(&facet, &value) {
                Some(number) => number,
                None => Arc::make_mut(&mut self.dictionary).add(facet, value.into_owned()),
            });
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Changes what is said of a product's stock.
    pub fn restock(&mut self, id: ProductId, stock: Box<[StockWord]>, stock_revision: u64) {
        let Some(row) = self.place(id).and_then(|place| self.rows.get_mut(place)) else { return };
        *row = Arc::new(Row { stock, stock_revision, ..Row::clone(row) });
    }
}

/// What a product counts for; the same value may come twice.
fn facet_values<'a>(entry: &'a Entry, tree: &'a CategoryTree) -> impl Iterator<Item = (Facet, Cow<'a, str>)> {
    let lines = entry.categories.iter().flat_map(|id| tree.line(*id));
    let categories = lines.map(|row| (Facet::Category, Cow::Owned(row.id.to_string())));
    let tags = entry.tags.iter().map(|tag| (Facet::Tag, Cow::Borrowed(tag.as_str())));
    let vendor = entry.vendor.iter().map(|vendor| (Facet::Vendor, Cow::Borrowed(vendor.as_str())));
    let attributes = entry.attributes.iter().flat_map(|(name, list)| {
        list.iter().map(|value| (Facet::Attribute(name.clone()), Cow::Borrowed(value.as_str())))
    });
    categories.chain(tags).chain(vendor).chain(attributes)
}
