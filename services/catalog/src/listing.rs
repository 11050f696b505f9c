//! Lists of products: reading what is asked for, finding it, and saying what else there would be.

use std::collections::BTreeMap;

use contracts::{Money, permissions::Permission};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, Cursor, Problem, page};

use crate::{
    App, Error,
    index::{
        View,
        find::{self, Counts, Filters, Found, Place, Sort},
        shelf::Facet,
        words::Audience,
    },
    model::{Status, category::CategoryTree},
};

const QUERY_MAX_LEN: usize = 200;
const VALUES_MAX: usize = 50;
/// Values of one facet that are listed.
const FACET_VALUES_MAX: usize = 100;

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
    /// One for each attribute, filtered by `attr.NAME`.
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
    pub found: Found,
    pub correction: Option<String>,
}

/// Finds what the listing asks for. Takes the processor for a while: not for async threads.
pub fn run(view: &View, listing: &Listing) -> Result<Answer, Error> {
    let matches = listing.text.as_deref().map(|text| view.search(text, listing.audience)).transpose()?;
    let scores = matches.as_ref().map(|matches| &matches.scores);
    let after = listing.after.clone();
    let found = find::find(&view.shelf, &listing.filters, scores, listing.sort, after, listing.limit);
    let correction = matches.and_then(|matches| matches.correction).filter(|_| found.total > 0);
    Ok(Answer { found, correction })
}

/// Runs a listing off the async threads.
pub async fn run_aside(app: &App, listing: Listing) -> Result<(std::sync::Arc<View>, Answer), Error> {
    let view = app.index.view();
    let work = move || run(&view, &listing).map(|answer| (view, answer));
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Index(error.to_string()))?
}

/// The counts in words.
pub fn facets(view: &View, filters: &Filters, counts: &Counts) -> Facets {
    let mut by_facet: BTreeMap<&Facet, Vec<FacetValue>> = BTreeMap::new();
    for (number, count) in (0..).zip(&counts.values) {
        let Some((facet, value)) = view.shelf.dictionary().value(number) else { continue };
        let selected = filters.facets.get(facet).is_some_and(|wanted| wanted.contains(value));
        if *count > 0 {
            let shown = FacetValue { value: value.clone(), label: value.clone(), count: *count, selected };
            by_facet.entry(facet).or_default().push(shown);
        }
    }
    // What is filtered by can be taken back, whether or not there is any. A value only drafts have must look like one
    // that nothing has.
    for (facet, wanted) in &filters.facets {
        let values = by_facet.entry(facet).or_default();
        for value in wanted {
            if !values.iter().any(|shown| shown.value == *value) {
                values.push(FacetValue { value: value.clone(), label: value.clone(), count: 0, selected: true });
            }
        }
    }
    let mut facets = Facets::default();
    for (facet, mut values) in by_facet {
        values.sort_by(|a, b| (b.selected, b.count).cmp(&(a.selected, a.count)).then_with(|| a.label.cmp(&b.label)));
        match facet {
            Facet::Category => facets.category = in_tree_order(&view.tree, values),
            Facet::Tag => facets.tag = shortened(values),
            Facet::Vendor => facets.vendor = shortened(values),
            Facet::Attribute(name) => {
                facets.attributes.push(AttributeFacet { name: name.clone(), values: shortened(values) });
            }
        }
    }
    let currency = counts.currency;
    facets.price = counts
        .price
        .zip(currency)
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

fn shortened(mut values: Vec<FacetValue>) -> Vec<FacetValue> {
    values.truncate(FACET_VALUES_MAX);
    values
}

/// Categories are filtered by slug and shown by title.
fn in_tree_order(tree: &CategoryTree, values: Vec<FacetValue>) -> Vec<FacetValue> {
    let mut by_id: BTreeMap<String, FacetValue> =
        values.into_iter().map(|value| (value.value.clone(), value)).collect();
    tree.all()
        .filter_map(|row| {
            let value = by_id.remove(&row.id.to_string())?;
            Some(FacetValue { value: row.slug.clone(), label: row.title.clone(), ..value })
        })
        .collect()
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
