//! The one pass over the shelf against the plain meaning of its rules.

use contracts::{Money, time};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    index::entry::{Entry, FacetTexts},
    model::{StockWord, rating::Stars},
};

const MATERIAL: &str = "material";

fn entry(number: u8, price: i64, stars: usize, status: Status) -> Entry {
    let mut counts = [0; 5];
    counts[stars] = 1;
    Entry {
        id: ProductId::new(),
        version: Uuid::now_v7(),
        revision: i64::from(number),
        status,
        slug: format!("p{number}").into(),
        title: format!("P{}", number % 3).into(),
        image: None,
        price: Money::new(price, Currency::EUR),
        prices: [price, price + 5].into(),
        categories: Box::default(),
        skus: [format!("S{number}").into()].into(),
        stars: Stars(counts),
        created_at: time::now(),
    }
}

fn facets(tags: &[u8], materials: &[u8]) -> FacetTexts {
    FacetTexts {
        tags: tags.iter().map(|tag| format!("t{tag}")).collect(),
        vendor: None,
        attributes: [(MATERIAL.to_owned(), materials.iter().map(|m| format!("m{m}")).collect())].into(),
    }
}

fn plainly(filters: &Filters, row: &Row, facets: &FacetTexts, except: Option<&str>) -> bool {
    let entry = &row.entry;
    let facet = |name: &str, facet: Facet, has: &[String]| {
        except == Some(name)
            || filters.facets.get(&facet).is_none_or(|wanted| wanted.iter().any(|value| has.contains(value)))
    };
    filters.status.is_none_or(|status| status == entry.status)
        && facet("tag", Facet::Tag, &facets.tags)
        && facet(MATERIAL, Facet::Attribute(MATERIAL.into()), &facets.attributes[MATERIAL])
        && (except == Some("price")
            || entry.prices.iter().any(|price| {
                filters.min_price.is_none_or(|least| *price >= least)
                    && filters.max_price.is_none_or(|most| *price <= most)
            }))
        && (except == Some("stock") || filters.in_stock.is_none_or(|wanted| row.in_stock() == wanted))
        && (except == Some("rating") || filters.rating.is_none_or(|least| entry.stars.mean_hundredths() >= least))
}

type Drawn = (i64, Vec<u8>, Vec<u8>, usize, bool, bool);

fn product() -> impl Strategy<Value = Drawn> {
    (
        0_i64..40,
        prop::collection::vec(0_u8..4, 0..3),
        prop::collection::vec(0_u8..3, 0..3),
        0_usize..5,
        any::<bool>(),
        any::<bool>(),
    )
}

fn some_filters() -> impl Strategy<Value = Filters> {
    (
        prop::option::of(prop::collection::vec(0_u8..5, 1..3)),
        prop::option::of(prop::collection::vec(0_u8..4, 1..3)),
        prop::option::of(0_i64..40),
        prop::option::of(0_i64..45),
        prop::option::of(any::<bool>()),
        prop::option::of(1_u32..5),
        any::<bool>(),
    )
        .prop_map(|(tags, materials, min_price, max_price, in_stock, rating, published)| {
            let mut facets = BTreeMap::new();
            if let Some(tags) = tags {
                facets.insert(Facet::Tag, tags.iter().map(|tag| format!("t{tag}")).collect());
            }
            if let Some(materials) = materials {
                facets.insert(Facet::Attribute(MATERIAL.into()), materials.iter().map(|m| format!("m{m}")).collect());
            }
            let status = published.then_some(Status::Published);
            Filters { status, facets, min_price, max_price, in_stock, rating: rating.map(|stars| stars * 100) }
        })
}

/// A shelf, and what the products in each place count for.
fn shelf_of(products: Vec<Drawn>) -> (Shelf, Vec<FacetTexts>) {
    let (mut shelf, mut counted) = (Shelf::default(), Vec::new());
    for (number, (price, tags, materials, stars, in_stock, published)) in (0..).zip(products) {
        let status = if published { Status::Published } else { Status::Draft };
        let word = if in_stock { StockWord::InStock } else { StockWord::OutOfStock };
        let facets = facets(&tags, &materials);
        shelf.put(entry(number, price, stars, status), &facets, &CategoryTree::default(), [word].into(), 0);
        counted.push(facets);
    }
    (shelf, counted)
}

proptest! {
    #[test]
    fn hits_and_counts_are_those_of_the_plain_rules(
        products in prop::collection::vec(product(), 0..40),
        filters in some_filters(),
    ) {
        let (shelf, counted) = shelf_of(products);
        let found = find(&shelf, &filters, None, Sort::Newest, None, 1000);
        let rows = |except: Option<&'static str>| {
            let filters = &filters;
            shelf.rows().iter().zip(&counted).filter(move |(row, facets)| plainly(filters, row, facets, except))
        };
        prop_assert_eq!(found.total, rows(None).count());
        prop_assert_eq!(found.rows.len(), found.total);
        for (number, counted) in (0_u32..).zip(&found.counts.values) {
            let (facet, value) = shelf.dictionary().value(number).expect("a value");
            let expected = match facet {
                Facet::Tag => rows(Some("tag")).filter(|(_, facets)| facets.tags.contains(value)).count(),
                _ => rows(Some(MATERIAL)).filter(|(_, facets)| facets.attributes[MATERIAL].contains(value)).count(),
            };
            prop_assert_eq!(*counted as usize, expected, "{:?} {}", facet, value);
        }
        let prices = || rows(Some("price")).flat_map(|(row, _)| row.entry.prices.iter().copied());
        prop_assert_eq!(found.counts.price, prices().min().zip(prices().max()));
        for (slot, least) in found.counts.rating.iter().zip([100, 200, 300, 400]) {
            let expected = rows(Some("rating")).filter(|(row, _)| row.entry.stars.mean_hundredths() >= least).count();
            prop_assert_eq!(*slot as usize, expected);
        }
        prop_assert_eq!(found.counts.in_stock as usize, rows(Some("stock")).filter(|(row, _)| row.in_stock()).count());
        prop_assert_eq!(found.counts.out_of_stock as usize, rows(Some("stock")).filter(|(row, _)| !row.in_stock()).count());
    }

    #[test]
    fn pages_make_up_the_list(
        products in prop::collection::vec(product(), 0..40),
        limit in 1_usize..7,
        sort in prop::sample::select(vec![Sort::Relevance, Sort::Cheapest, Sort::Dearest, Sort::Newest, Sort::Rating, Sort::Title]),
    ) {
        let (shelf, _) = shelf_of(products);
        let ids = |rows: &[Arc<Row>]| rows.iter().map(|row| row.entry.id).collect::<Vec<_>>();
        let whole = find(&shelf, &Filters::default(), None, sort, None, 1000);
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = find(&shelf, &Filters::default(), None, sort, after, limit);
            prop_assert!(page.rows.len() <= limit);
            paged.extend(ids(&page.rows));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        prop_assert_eq!(paged, ids(&whole.rows));
    }
}
