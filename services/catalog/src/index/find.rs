//! Filtering, counting and sorting the shelf in one pass.
//!
//! Values inside one facet are alternatives, facets restrict each other. A facet's counts leave its own filter out, so
//! that the alternatives can be seen: a row that fails no filter counts everywhere, a row that fails exactly one counts
//! in that one's facet.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use contracts::{
    Currency,
    ids::{CategoryId, ProductId},
};
use serde::{Deserialize, Serialize};

use super::shelf::{Facet, Row, Shelf};
use crate::{
    documents::DocumentName,
    model::{Status, category::CategoryTree},
};

/// What is wanted of the shelf.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// `None`: whatever the status.
    pub status: Option<Status>,
    /// Wanted values by facet. Categories by id.
    pub facets: BTreeMap<Facet, Vec<String>>,
    pub min_price: Option<i64>,
    pub max_price: Option<i64>,
    pub in_stock: Option<bool>,
    /// Least mean rating, in hundredths of a star.
    pub rating: Option<u32>,
}

/// In which order products are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Sort {
    /// Best match first; without a query what is in stock, then newest first.
    #[default]
    #[serde(rename = "relevance")]
    Relevance,
    #[serde(rename = "price")]
    Cheapest,
    #[serde(rename = "-price")]
    Dearest,
    #[serde(rename = "newest")]
    Newest,
    #[serde(rename = "rating")]
    Rating,
    #[serde(rename = "title")]
    Title,
}

/// Where a row stands in a list: smallest first, the newer product first among equals.
pub type Key = ((i64, i64, String), Reverse<ProductId>);

/// Where a page begins: behind this one. `Key` as a cursor carries it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place(i64, i64, String, ProductId);

impl From<&Key> for Place {
    fn from(((first, second, text), Reverse(id)): &Key) -> Self {
        Self(*first, *second, text.clone(), *id)
    }
}

impl From<Place> for Key {
    fn from(Place(first, second, text, id): Place) -> Self {
        ((first, second, text), Reverse(id))
    }
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// One page of rows.
    pub rows: Vec<Arc<Row>>,
    pub next: Option<Place>,
    pub total: usize,
    pub counts: Counts,
}

/// How many products there would be with each value, the facet's own filter left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By number of the value in the shelf's dictionary.
    pub values: Vec<u32>,
    /// Lowest and highest price.
    pub price: Option<(i64, i64)>,
    pub currency: Option<Currency>,
    /// Products with a mean of at least one, two, three and four stars.
    pub rating: [u32; 4],
    pub in_stock: u32,
    pub out_of_stock: u32,
}

/// One filter that is set.
enum Test {
    /// The facet's numbers of the wanted values.
    Values(Facet, Vec<u32>),
    Price(i64, i64),
    InStock(bool),
    Rating(u32),
}

impl Test {
    fn passes(&self, row: &Row) -> bool {
        match self {
            Self::Values(_, wanted) => row.values.iter().any(|value| wanted.contains(value)),
            Self::Price(least, most) => row.entry.prices.iter().any(|price| (least..=most).contains(&price)),
            Self::InStock(wanted) => row.in_stock() == *wanted,
            Self::Rating(least) => row.entry.stars.mean_hundredths() >= *least,
        }
    }
}

fn tests(filters: &Filters, shelf: &Shelf) -> Vec<Test> {
    let dictionary = shelf.dictionary();
    let mut tests = Vec::new();
    for (facet, values) in &filters.facets {
        let numbers = values.iter().filter_map(|value| dictionary.number(facet, value)).collect();
        tests.push(Test::Values(facet.clone(), numbers));
    }
    if filters.min_price.is_some() || filters.max_price.is_some() {
        tests.push(Test::Price(filters.min_price.unwrap_or(i64::MIN), filters.max_price.unwrap_or(i64::MAX)));
    }
    tests.extend(filters.in_stock.map(Test::InStock));
    tests.extend(filters.rating.map(Test::Rating));
    tests
}

/// Finds a page of rows. `scores` are those of a query: rows without one are not found.
pub fn find(
    shelf: &Shelf,
    filters: &Filters,
    scores: Option<&HashMap<ProductId, f32>>,
    sort: Sort,
    after: Option<Place>,
    limit: usize,
) -> Found {
    let tests = tests(filters, shelf);
    let mut counts = Counts { values: vec![0; shelf.dictionary().len()], ..Counts::default() };
    let mut hits: Vec<usize> = Vec::new();
    let mut visit = |place: usize, row: &Row| {
        if filters.status.is_some_and(|status| status != row.entry.status) {
            return;
        }
        let mut failed = tests.iter().filter(|test| !test.passes(row));
        match (failed.next(), failed.next()) {
            (None, _) => {
                hits.push(place);
                count(&mut counts, row, None, shelf);
            }
            (Some(only), None) => count(&mut counts, row, Some(only), shelf),
            _ => {}
        }
    };
    match scores {
        None => shelf.rows().iter().enumerate().for_each(|(place, row)| visit(place, row)),
        Some(scores) => {
            scores.keys().filter_map(|id| shelf.place(*id)).for_each(|place| visit(place, &shelf.rows()[place]));
        }
    }
    let total = hits.len();
    let after: Option<Key> = after.map(Key::from);
    let mut keyed: Vec<(Key, usize)> = hits
        .into_iter()
        .map(|place| (key(&shelf.rows()[place], scores, sort), place))
        .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after))
        .collect();
    let more = keyed.len() > limit;
    if more {
        keyed.select_nth_unstable(limit);
        keyed.truncate(limit);
    }
    keyed.sort_unstable();
    let next = keyed.last().filter(|_| more).map(|(key, _)| Place::from(key));
    Found { rows: keyed.into_iter().map(|(_, place)| shelf.rows()[place].clone()).collect(), next, total, counts }
}

/// Counts a row that fails no filter (`only` is `None`) or `only` that one.
fn count(counts: &mut Counts, row: &Row, only: Option<&Test>, shelf: &Shelf) {
    match only {
        None => row.values.iter().for_each(|value| counts.values[*value as usize] += 1),
        Some(Test::Values(facet, _)) => {
            for value in &row.values {
                if shelf.dictionary().value(*value).is_some_and(|(of, _)| of == facet) {
                    counts.values[*value as usize] += 1;
                }
            }
        }
        Some(_) => {}
    }
    if matches!(only, None | Some(Test::Price(..)))
        && let (Some(low), Some(high)) = (row.entry.prices.first(), row.entry.prices.last())
    {
        let (lowest, highest) = counts.price.unwrap_or((*low, *high));
        counts.price = Some((lowest.min(*low), highest.max(*high)));
        counts.currency.get_or_insert(row.entry.price.currency);
    }
    if matches!(only, None | Some(Test::Rating(_))) {
        let mean = row.entry.stars.mean_hundredths();
        for (slot, least) in counts.rating.iter_mut().zip([100, 200, 300, 400]) {
            *slot += u32::from(mean >= least);
        }
    }
    if matches!(only, None | Some(Test::InStock(_))) {
        let slot = if row.in_stock() { &mut counts.in_stock } else { &mut counts.out_of_stock };
        *slot += 1;
    }
}

fn key(row: &Row, scores: Option<&HashMap<ProductId, f32>>, sort: Sort) -> Key {
    let entry = &row.entry;
    let newest = -entry.created_at.timestamp_micros();
    let (first, second, text) = match (sort, scores) {
        // Scores are positive, and the bits of positive floats sort as the floats do.
        (Sort::Relevance, Some(scores)) => {
            let score = scores.get(&entry.id).copied().unwrap_or_default().max(0.0);
            (-i64::from(score.to_bits()), newest, String::new())
        }
        (Sort::Relevance, None) => (i64::from(!row.in_stock()), newest, String::new()),
        (Sort::Cheapest, _) => (entry.price.amount, newest, String::new()),
        (Sort::Dearest, _) => (-entry.price.amount, newest, String::new()),
        (Sort::Newest, _) => (newest, 0, String::new()),
        (Sort::Rating, _) => {
            (-i64::from(entry.stars.mean_hundredths()), -i64::from(entry.stars.count()), String::new())
        }
        (Sort::Title, _) => (0, 0, row.sort_title.to_string()),
    };
    ((first, second, text), Reverse(entry.id))
}

/// Published products in each category, those below included.
pub fn category_counts(shelf: &Shelf, tree: &CategoryTree) -> HashMap<CategoryId, u32> {
    let filters = Filters { status: Some(Status::Published), ..Filters::default() };
    let counts = find(shelf, &filters, None, Sort::Newest, None, 0).counts;
    let number = |id: CategoryId| shelf.dictionary().number(&Facet::Category, &id.to_string());
    let count = |id| number(id).and_then(|number| counts.values.get(number as usize)).copied().unwrap_or(0);
    tree.all().map(|row| CategoryId::from(row.id)).map(|id| (id, count(id))).collect()
}

/// The best-rated published product with a picture in each category, those below included.
pub fn category_models(shelf: &Shelf, tree: &CategoryTree) -> HashMap<CategoryId, DocumentName> {
    let mut best: HashMap<CategoryId, (Key, DocumentName)> = HashMap::new();
    let shown = shelf.rows().iter().filter(|row| row.entry.status == Status::Published && row.entry.image.is_some());
    for row in shown {
        let place = key(row, None, Sort::Rating);
        for above in row.entry.categories.iter().flat_map(|id| tree.line(*id)) {
            let known = best.entry(above.id.into()).or_insert_with(|| (place.clone(), row.entry.name()));
            if place < known.0 {
                *known = (place.clone(), row.entry.name());
            }
        }
    }
    best.into_iter().map(|(id, (_, name))| (id, name)).collect()
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
