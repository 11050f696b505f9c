//! Lists of products: reading what is asked for, finding it, and saying what else there would be.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use contracts::{Money, permissions::Permission};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Cursor, Problem, page};

use crate::{
    Error,
    index::{
        View,
        find::{self, Counts, Filters, Place, Sort},
        shelf::{Facet, Row},
        words::Audience,
    },
    model::{Status, category::CategoryTree},
};

const QUERY_MAX_LEN: usize = 200;
const VALUES_MAX: usize = 50;
/// Values of one facet that are listed.
const FACET_VALUES_MAX: usize = 100;
/// Attributes that are listed.
const ATTRIBUTES_MAX: usize = 50;

/// What is asked of the list.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    pub text: Option<String>,
    pub filters: Filters,
    pub sort: Sort,
    pub limit: usize,
    pub after: Option<Place>,
    /// Staff who name a status get the answer for staff.
    pub audience: Audience,
}

/// A page of the list for a program: items are product views.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProductPage {
    pub items: Vec<crate::view::ProductView>,
    /// How many products there are on all pages.
    pub total: usize,
    pub facets: Facets,
    /// The query with slips mended: these are the results that are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    pub next_cursor: Option<String>,
}

/// What else there is, with the number of products. A facet's counts leave its own filter out.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Facets {
    /// In the order of the tree; products count in the categories above theirs too.
    pub category: Vec<FacetValue>,
    pub tag: Vec<FacetValue>,
    pub vendor: Vec<FacetValue>,
    /// One for each attribute, filtered by `attr.NAME`; the 50 that most products have, and those filtered by.
    pub attributes: Vec<AttributeFacet>,
    /// Lowest and highest price; absent when nothing is found.
    pub price: Option<PriceFacet>,
    /// By least mean rating, four stars first.
    pub rating: Vec<RatingFacet>,
    pub in_stock: StockFacet,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"value": "gift", "label": "gift", "count": 12, "selected": false}))]
pub struct FacetValue {
    /// What to send to filter by it.
    pub value: String,
    /// What to show.
    pub label: String,
    pub count: u32,
    pub selected: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttributeFacet {
    pub name: String,
    pub values: Vec<FacetValue>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PriceFacet {
    pub min: Money,
    pub max: Money,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RatingFacet {
    pub at_least: u32,
    pub count: u32,
    pub selected: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct StockFacet {
    pub available: u32,
    pub unavailable: u32,
}

/// Reads the query string. Unknown parameters are refused.
pub fn read(query: &str, caller: &Caller, tree: &CategoryTree) -> Result<Listing, Problem> {
    let mut listing = Listing {
        limit: usize::try_from(page::LIMIT_DEFAULT).unwrap_or(20),
        filters: Filters { status: Some(Status::Published), ..Filters::default() },
        ..Listing::default()
    };
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if value.chars().count() > QUERY_MAX_LEN && name != "cursor" {
            return Err(refuse(&name, "is too long"));
        }
        let many = matches!(&*name, "category" | "tag" | "vendor") || name.starts_with("attr.");
        if !many && seen.contains(&name) {
            return Err(refuse(&name, "is given twice"));
        }
        read_parameter(&mut listing, &name, &value, caller, tree)?;
        seen.push(name);
    }
    Ok(listing)
}

fn read_parameter(
    listing: &mut Listing,
    name: &str,
    value: &str,
    caller: &Caller,
    tree: &CategoryTree,
) -> Result<(), Problem> {
    let filters = &mut listing.filters;
    match name {
        "q" => listing.text = Some(value.trim().to_owned()).filter(|text| !text.is_empty()),
        "category" => {
            // An unknown category holds nothing.
            let id = tree.find(value).map_or_else(|| value.to_owned(), |row| row.id.to_string());
            want(filters, name, Facet::Category, id)?;
        }
        "tag" => want(filters, name, Facet::Tag, value.to_lowercase())?,
        "vendor" => want(filters, name, Facet::Vendor, value.to_owned())?,
        "min_price" => filters.min_price = Some(amount(name, value)?),
        "max_price" => filters.max_price = Some(amount(name, value)?),
        "in_stock" => {
            filters.in_stock = Some(value.parse().map_err(|_| refuse(name, "must be true or false"))?);
        }
        "rating" => filters.rating = Some(rating(value)?),
        "sort" => {
            let sort = serde_json::Value::from(value);
            listing.sort = serde_json::from_value(sort)
                .map_err(|_| refuse(name, "must be relevance, price, -price, newest, rating or title"))?;
        }
        "limit" => {
            let limit = page::limit(Some(value.parse().map_err(|_| refuse(name, "must be a number"))?))?;
            listing.limit = usize::try_from(limit).unwrap_or(20);
        }
        "cursor" => listing.after = Some(Cursor::read(value)?),
        "status" => read_status(listing, value, caller)?,
        _ => match name.strip_prefix("attr.").filter(|attribute| !attribute.is_empty()) {
            Some(attribute) => want(filters, name, Facet::Attribute(attribute.to_owned()), value.to_owned())?,
            None => return Err(refuse(name, "is not a parameter of this list")),
        },
    }
    Ok(())
}

fn read_status(listing: &mut Listing, value: &str, caller: &Caller) -> Result<(), Problem> {
    let status = match value {
        "any" => None,
        word => Some(word.parse().map_err(|_| refuse("status", "must be any, draft, published or archived"))?),
    };
    if status != Some(Status::Published) {
        caller.require(Permission::CatalogRead)?;
    }
    listing.filters.status = status;
    if caller.can(Permission::CatalogRead) {
        listing.audience = Audience::Staff;
    }
    Ok(())
}

fn want(filters: &mut Filters, name: &str, facet: Facet, value: String) -> Result<(), Problem> {
    let values = filters.facets.entry(facet).or_default();
    if values.len() == VALUES_MAX {
        return Err(refuse(name, "has too many values"));
    }
    values.push(value);
    Ok(())
}

fn amount(name: &str, value: &str) -> Result<i64, Problem> {
    value.parse().ok().filter(|amount| *amount >= 0).ok_or_else(|| refuse(name, "must be an amount in minor units"))
}

fn rating(value: &str) -> Result<u32, Problem> {
    let stars: Option<f64> = value.parse().ok().filter(|stars| (0.0..=5.0).contains(stars));
    let stars = stars.ok_or_else(|| refuse("rating", "must be a number of stars from 0 to 5"))?;
    Ok((stars * 100.0).round() as u32)
}

fn refuse(name: &str, message: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_query")
        .detail(format!("The parameter {name} {message}."))
        .field(name, "invalid", message)
}

/// A listing's answer, before its rows are turned into items.
pub struct Answer {
    pub rows: Vec<Arc<Row>>,
    pub total: usize,
    pub facets: Facets,
    pub correction: Option<String>,
    pub next_cursor: Option<String>,
}

/// Finds what the listing asks for, off the async threads: it takes the processor for a while.
pub async fn run_aside(view: Arc<View>, listing: Listing) -> Result<Answer, Error> {
    let work = move || run(&view, listing);
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Index(error.to_string()))
}

/// A page of rows alone, and where the next one begins.
pub async fn rows_aside(view: Arc<View>, listing: Listing) -> Result<(Vec<Arc<Row>>, Option<Place>), Error> {
    let work = move || {
        let Listing { text, filters, sort, limit, after, audience } = listing;
        let matches = text.as_deref().map(|text| view.search(text, audience));
        let scores = matches.as_ref().map(|matches| &matches.scores);
        let found = find::find(&view.shelf, &filters, scores, sort, after, limit);
        (found.rows, found.next)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Index(error.to_string()))
}

fn run(view: &View, listing: Listing) -> Answer {
    let Listing { text, filters, sort, limit, after, audience } = listing;
    let matches = text.as_deref().map(|text| view.search(text, audience));
    let scores = matches.as_ref().map(|matches| &matches.scores);
    let found = find::find(&view.shelf, &filters, scores, sort, after, limit);
    Answer {
        facets: facets(view, &filters, &found.counts),
        correction: matches.and_then(|matches| matches.correction).filter(|_| found.total > 0),
        next_cursor: found.next.as_ref().map(Cursor::write),
        rows: found.rows,
        total: found.total,
    }
}

/// A value of a facet with the number of products, before it is put in words.
struct Counted<'a> {
    value: &'a str,
    count: u32,
    selected: bool,
}

/// What is filtered by first, then what most products have.
fn rank(a: &Counted<'_>, b: &Counted<'_>) -> Ordering {
    (b.selected, b.count).cmp(&(a.selected, a.count)).then_with(|| a.value.cmp(b.value))
}

/// The counts in words.
fn facets(view: &View, filters: &Filters, counts: &Counts) -> Facets {
    let mut by_facet = counted(view, filters, counts);
    let categories = by_facet.remove(&Facet::Category).unwrap_or_default();
    let mut facets = Facets { category: in_tree_order(&view.tree, &categories), ..Facets::default() };
    let mut attributes = Vec::new();
    for (facet, mut values) in by_facet {
        let products: u64 = values.iter().map(|value| u64::from(value.count)).sum();
        let is_filter = values.iter().any(|value| value.selected);
        if values.len() > FACET_VALUES_MAX {
            values.select_nth_unstable_by(FACET_VALUES_MAX, rank);
            values.truncate(FACET_VALUES_MAX);
        }
        values.sort_unstable_by(rank);
        let shown = values.iter().map(|value| shown(value, value.value, value.value)).collect();
        match facet {
            Facet::Category => {}
            Facet::Tag => facets.tag = shown,
            Facet::Vendor => facets.vendor = shown,
            Facet::Attribute(name) => {
                attributes.push(((is_filter, products), AttributeFacet { name: name.clone(), values: shown }));
            }
        }
    }
    // Those that tell most, in the order of their names.
    attributes.sort_by_key(|(rank, _)| Reverse(*rank));
    attributes.truncate(ATTRIBUTES_MAX);
    facets.attributes = attributes.into_iter().map(|(_, attribute)| attribute).collect();
    facets.attributes.sort_by(|a, b| a.name.cmp(&b.name));
    facets.price = counts
        .price
        .zip(counts.currency)
        .map(|((min, max), currency)| PriceFacet { min: Money::new(min, currency), max: Money::new(max, currency) });
    facets.rating = (1..=4)
        .rev()
        .zip(counts.rating.iter().rev())
        .map(|(at_least, count)| RatingFacet {
            at_least,
            count: *count,
            selected: filters.rating == Some(at_least * 100),
        })
        .collect();
    facets.in_stock = StockFacet { available: counts.in_stock, unavailable: counts.out_of_stock };
    facets
}

/// The values that some product has, and those that are filtered by.
fn counted<'a>(view: &'a View, filters: &'a Filters, counts: &Counts) -> BTreeMap<&'a Facet, Vec<Counted<'a>>> {
    let mut by_facet: BTreeMap<&Facet, Vec<Counted<'_>>> = BTreeMap::new();
    for (number, count) in (0..).zip(&counts.values).filter(|(_, count)| **count > 0) {
        let Some((facet, value)) = view.shelf.dictionary().value(number) else { continue };
        let selected = filters.facets.get(facet).is_some_and(|wanted| wanted.contains(value));
        by_facet.entry(facet).or_default().push(Counted { value, count: *count, selected });
    }
    // What is filtered by can be taken back, whether or not there is any. A value only drafts have must look like one
    // that nothing has.
    for (facet, wanted) in &filters.facets {
        let values = by_facet.entry(facet).or_default();
        for value in wanted {
            if !values.iter().any(|known| known.value == value) {
                values.push(Counted { value, count: 0, selected: true });
            }
        }
    }
    by_facet
}

fn shown(counted: &Counted<'_>, value: &str, label: &str) -> FacetValue {
    FacetValue { value: value.to_owned(), label: label.to_owned(), count: counted.count, selected: counted.selected }
}

/// Categories are filtered by slug and shown by title.
fn in_tree_order(tree: &CategoryTree, values: &[Counted<'_>]) -> Vec<FacetValue> {
    let by_id: HashMap<&str, &Counted<'_>> = values.iter().map(|counted| (counted.value, counted)).collect();
    tree.all().filter_map(|row| Some(shown(by_id.get(row.id.to_string().as_str())?, &row.slug, &row.title))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(query: &str) -> Result<Listing, Problem> {
        read(query, &Caller::default(), &CategoryTree::default())
    }

    #[test]
    fn parameters_are_read() {
        let listing =
            reading("q=+mug+&tag=Gift&tag=tea&attr.made_in=Portugal&min_price=100&rating=4.5&sort=-price&limit=5");
        let listing = listing.expect("a good query");
        assert_eq!(listing.text.as_deref(), Some("mug"));
        assert_eq!(listing.filters.facets[&Facet::Tag], ["gift", "tea"]);
        assert_eq!(listing.filters.facets[&Facet::Attribute("made_in".into())], ["Portugal"]);
        assert_eq!((listing.filters.min_price, listing.filters.rating), (Some(100), Some(450)));
        assert_eq!((listing.sort, listing.limit), (Sort::Dearest, 5));
        assert_eq!(listing.filters.status, Some(Status::Published));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for bad in [
            "colour=red",
            "attr.=x",
            "min_price=-1",
            "min_price=1.5",
            "in_stock=yes",
            "rating=6",
            "sort=best",
            "limit=x",
            "status=live",
            "q=a&q=b",
        ] {
            let problem = reading(bad).expect_err(bad);
            assert_eq!((problem.status(), problem.code()), (StatusCode::BAD_REQUEST, "invalid_query"), "{bad}");
        }
        assert_eq!(reading("status=any").expect_err("needs rights").status(), StatusCode::UNAUTHORIZED);
        assert_eq!(reading("limit=101").expect_err("too many").code(), "invalid");
        assert_eq!(reading("cursor=nonsense").expect_err("no cursor").code(), "invalid");
    }
}
