//! All products as rows in memory: what filters, counts and sorts run over. A shelf is never changed once it is seen;
//! the next one shares its rows.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use contracts::ids::ProductId;

use super::{
    entry::{Entry, FacetTexts},
    places::Places,
};
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
    pub sort_title: Box<str>,
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
            Err(_) => self.rows.get(self.places.of_slug(&self.rows, name)?),
        }
    }

    pub fn place(&self, id: ProductId) -> Option<usize> {
        self.places.of_id(&self.rows, id)
    }

    /// The products that state a SKU, and its number in each: one, but for a moment while it goes to another.
    pub fn of_sku<'a>(&'a self, sku: &'a str) -> impl Iterator<Item = (&'a Arc<Row>, usize)> {
        self.places.of_sku(&self.rows, sku).map(|(place, number)| (&self.rows[place], number))
    }

    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Puts a product on the shelf, or what it has become in its place.
    pub fn put(
        &mut self,
        entry: Entry,
        facets: &FacetTexts,
        tree: &CategoryTree,
        stock: Box<[StockWord]>,
        stock_revision: u64,
    ) {
        let values = self.numbers(categories(&entry, tree).chain(facet_texts(facets)));
        let sort_title = super::words::fold(&entry.title).into();
        let place = self.place(entry.id);
        let row = Arc::new(Row { values, stock, stock_revision, sort_title, entry: Arc::new(entry) });
        let Some(place) = place else {
            self.rows.push(row);
            Arc::make_mut(&mut self.places).note(&self.rows, self.rows.len() - 1);
            return;
        };
        let known = &self.rows[place].entry;
        if known.slug == row.entry.slug && known.skus == row.entry.skus {
            self.rows[place] = row;
            return;
        }
        let places = Arc::make_mut(&mut self.places);
        places.forget(&self.rows, place);
        self.rows[place] = row;
        places.note(&self.rows, place);
    }

    /// Has a product count for its categories as they stand in `tree`.
    pub fn recount(&mut self, id: ProductId, tree: &CategoryTree) {
        let Some(place) = self.place(id) else { return };
        let Some(row) = self.rows.get(place).cloned() else { return };
        let of_others =
            |number: &u32| self.dictionary.value(*number).is_none_or(|(facet, _)| *facet != Facet::Category);
        let others: Vec<u32> = row.values.iter().copied().filter(of_others).collect();
        let mut values = self.numbers(categories(&row.entry, tree)).into_vec();
        values.extend(others);
        values.sort_unstable();
        self.rows[place] = Arc::new(Row { values: values.into(), ..Row::clone(&row) });
    }

    /// The numbers of facet values, each once.
    fn numbers<'a>(&mut self, values: impl Iterator<Item = (Facet, Cow<'a, str>)>) -> Box<[u32]> {
        let mut numbers = Vec::new();
        for (facet, value) in values {
            numbers.push(match self.dictionary.number(&facet, &value) {
                Some(number) => number,
                None => Arc::make_mut(&mut self.dictionary).add(facet, value.into_owned()),
            });
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into()
    }

    /// Changes what is said of a product's stock.
    pub fn restock(&mut self, id: ProductId, stock: Box<[StockWord]>, stock_revision: u64) {
        let Some(row) = self.place(id).and_then(|place| self.rows.get_mut(place)) else { return };
        *row = Arc::new(Row { stock, stock_revision, ..Row::clone(row) });
    }
}

/// The categories that a product counts for; the same may come twice.
fn categories<'a>(entry: &'a Entry, tree: &'a CategoryTree) -> impl Iterator<Item = (Facet, Cow<'a, str>)> {
    let lines = entry.categories.iter().flat_map(|id| tree.line(*id));
    lines.map(|row| (Facet::Category, Cow::Owned(row.id.to_string())))
}

/// What else it counts for.
fn facet_texts(facets: &FacetTexts) -> impl Iterator<Item = (Facet, Cow<'_, str>)> {
    let tags = facets.tags.iter().map(|tag| (Facet::Tag, Cow::Borrowed(tag.as_str())));
    let vendor = facets.vendor.iter().map(|vendor| (Facet::Vendor, Cow::Borrowed(vendor.as_str())));
    let attributes = facets.attributes.iter().flat_map(|(name, list)| {
        list.iter().map(|value| (Facet::Attribute(name.clone()), Cow::Borrowed(value.as_str())))
    });
    tags.chain(vendor).chain(attributes)
}
