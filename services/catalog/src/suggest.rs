//! Suggestions while someone types: products, categories, and words to go on with.

use std::sync::Arc;

use contracts::{Money, ids::ProductId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, Error,
    index::{
        View,
        find::{self, Filters, Sort},
        words::{self, Audience},
    },
    model::{Status, StockWord},
    view::CategoryRef,
};

const QUERIES_MAX: usize = 5;
const CATEGORIES_MAX: usize = 4;
/// Candidates that are looked at for queries worth suggesting.
const CANDIDATES_MAX: usize = 15;

#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({
    "queries": ["stoneware"], "correction": "stoneware", "categories": [],
    "products": [{
        "id": "0192f0c1-0000-7c4d-8e5f-60718293a4b5", "slug": "stoneware-mug", "title": "Stoneware Mug",
        "image": "/media/sample/stoneware-mug.svg", "price": {"amount": 1990, "currency": "EUR"}, "stock": "in_stock"
    }]
}))]
pub struct Suggestions {
    /// Queries to go on with, the mended one first.
    pub queries: Vec<String>,
    pub products: Vec<SuggestedProduct>,
    pub categories: Vec<CategoryRef>,
    /// The query with slips mended, if there were any.
    pub correction: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SuggestedProduct {
    pub id: ProductId,
    pub slug: String,
    pub title: String,
    pub image: Option<String>,
    pub price: Money,
    pub stock: StockWord,
}

/// What to suggest for `typed`.
pub async fn suggest(app: &App, typed: String, limit: usize) -> Result<Suggestions, Error> {
    let view = app.index.view();
    let work = move || suggest_from(&view, &typed, limit);
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Index(error.to_string()))
}

fn suggest_from(view: &Arc<View>, typed: &str, limit: usize) -> Suggestions {
    let (rows, total, correction) = published(view, typed, limit);
    let correction = correction.filter(|_| total > 0);
    let products = rows.iter().map(|row| SuggestedProduct {
        id: row.entry.id,
        slug: row.entry.slug.to_string(),
        title: row.entry.title.to_string(),
        image: row.entry.image.as_deref().map(str::to_owned),
        price: row.entry.price,
        stock: StockWord::best(row.stock.iter().copied()),
    });
    Suggestions {
        products: products.collect(),
        categories: categories(view, correction.as_deref().unwrap_or(typed)),
        queries: queries(view, typed, correction.as_deref()),
        correction,
    }
}

type Rows = Vec<Arc<crate::index::shelf::Row>>;

fn published(view: &View, typed: &str, limit: usize) -> (Rows, usize, Option<String>) {
    let matches = view.search(typed, Audience::Shoppers);
    let filters = Filters { status: Some(Status::Published), ..Filters::default() };
    let found = find::find(&view.shelf, &filters, Some(&matches.scores), Sort::Relevance, None, limit);
    (found.rows, found.total, matches.correction)
}

/// Categories with a title word for each word typed; the last may be unfinished.
fn categories(view: &View, typed: &str) -> Vec<CategoryRef> {
    let typed = words::cut(typed);
    if typed.is_empty() {
        return Vec::new();
    }
    let named = |title: &str| {
        let title = words::cut(title);
        typed.iter().all(|word| title.iter().any(|known| known.starts_with(word.as_str())))
    };
    view.tree.all().filter(|row| named(&row.title)).take(CATEGORIES_MAX).map(CategoryRef::from).collect()
}

/// The mended query, and the typed one with its last word finished, as far as they find something that is sold.
fn queries(view: &View, typed: &str, correction: Option<&str>) -> Vec<String> {
    let mut candidates: Vec<String> = correction.map(str::to_owned).into_iter().collect();
    let typed = words::cut(typed);
    if let Some((last, before)) = typed.split_last() {
        for word in view.beginnings(last).into_iter().take(CANDIDATES_MAX).filter(|word| word != last) {
            candidates.push(before.iter().map(String::as_str).chain([word.as_str()]).collect::<Vec<_>>().join(" "));
        }
    }
    let mut queries: Vec<String> = Vec::new();
    for candidate in candidates {
        if queries.len() == QUERIES_MAX {
            break;
        }
        if !queries.contains(&candidate) && is_sold(view, &candidate) {
            queries.push(candidate);
        }
    }
    queries
}

/// Whether something has just these words. Shoppers find what is published only: what drafts say is not offered.
fn is_sold(view: &View, query: &str) -> bool {
    let matches = view.search(query, Audience::Shoppers);
    !matches.scores.is_empty() && matches.correction.is_none()
}
