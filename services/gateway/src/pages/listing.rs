//! What stands around a list's products: its filters with their counts, those that are on, and its order, as the
//! storefront's listing shows them (`web/storefront/src/features/catalog`).

use contracts::Money;
use serde::Serialize;

use super::{
    filters::Filters,
    goods::{AttributeFacet, FacetValue, Facets, Products},
    locale::Locale,
    messages::Messages,
    money,
    view::{Card, Stars},
};

/// So many groups are open from the start, and so many values stand in one before "more".
const OPEN_FIRST: usize = 4;
const VALUES_SHOWN: usize = 6;
/// Attributes that are promoted above the list, and values of each.
const QUICK_ATTRIBUTES: usize = 2;
const QUICK_VALUES: usize = 2;

/// Names of attributes that most shops have. All others go by the shop's own words.
const LABELS: [(&str, &str); 24] = [
    ("brand", "Brand"),
    ("capacity", "Capacity"),
    ("care", "Care"),
    ("color", "Colour"),
    ("colour", "Colour"),
    ("colour_family", "Colour"),
    ("diameter", "Diameter"),
    ("dimensions", "Dimensions"),
    ("finish", "Finish"),
    ("format", "Format"),
    ("height", "Height"),
    ("length", "Length"),
    ("light_source", "Light source"),
    ("made_in", "Made in"),
    ("material", "Material"),
    ("place", "Place"),
    ("room", "Room"),
    ("season", "Season"),
    ("size", "Size"),
    ("style", "Style"),
    ("vendor", "Brand"),
    ("weight", "Weight"),
    ("width", "Width"),
    ("wood", "Wood"),
];

/// The order people look for them in.
const FIRST: [&str; 11] =
    ["colour_family", "colour", "color", "size", "material", "room", "brand", "vendor", "place", "season", "made_in"];

const SORTS: [(&str, &str); 6] = [
    ("relevance", "Best match"),
    ("newest", "Newest first"),
    ("price", "Price: low to high"),
    ("-price", "Price: high to low"),
    ("rating", "Best rated"),
    ("title", "By name"),
];

/// A list with all that stands around it.
#[derive(Debug, Serialize)]
pub(crate) struct ListView {
    total: u64,
    shown: u64,
    has_more: bool,
    correction: Option<String>,
    cards: Vec<Card>,
    in_stock: Switch,
    price: PriceFields,
    groups: Vec<Group>,
    ratings: Vec<RatingChoice>,
    is_rated: bool,
    quick: Vec<Quick>,
    /// Filters that are on, in words.
    chips: Vec<String>,
    sorts: Vec<Sort>,
}

#[derive(Debug, Serialize)]
struct Switch {
    is_on: bool,
    count: u64,
}

#[derive(Debug, Serialize)]
struct PriceFields {
    currency: String,
    decimals: bool,
    from: Option<String>,
    to: Option<String>,
    least: String,
    most: String,
}

#[derive(Debug, Serialize)]
struct Group {
    label: String,
    name: String,
    is_open: bool,
    values: Vec<FacetValue>,
    /// How many there are, if not all are shown.
    all: Option<u64>,
}

#[derive(Debug, Serialize)]
struct RatingChoice {
    stars: Stars,
    count: u64,
    is_on: bool,
}

#[derive(Debug, Serialize)]
struct Quick {
    label: String,
    count: u64,
    is_on: bool,
}

#[derive(Debug, Serialize)]
struct Sort {
    value: &'static str,
    label: String,
    is_on: bool,
}

/// What a list is shown by.
pub(crate) struct Listing<'a> {
    pub(crate) messages: &'a Messages,
    pub(crate) locale: Locale,
    pub(crate) filters: &'a Filters,
}

impl Listing<'_> {
    pub(crate) fn view(&self, list: &Products) -> ListView {
        let facets = &list.facets;
        let counted =
            facets.rating.iter().filter(|rating| (rating.count > 0 && rating.at_least > 2) || rating.selected);
        let ratings: Vec<RatingChoice> = counted
            .map(|rating| RatingChoice {
                stars: Stars::at_least(rating.at_least),
                count: rating.count,
                is_on: self.filters.has("rating", &rating.at_least.to_string()),
            })
            .collect();
        ListView {
            total: list.total,
            shown: list.items.len() as u64,
            has_more: list.next_cursor.is_some(),
            correction: list.correction.clone(),
            cards: Card::all(&list.items, self.locale),
            in_stock: Switch { is_on: self.filters.has("in_stock", "true"), count: facets.in_stock.available },
            price: self.price(facets),
            groups: self.groups(facets),
            is_rated: ratings.iter().any(|rating| rating.is_on),
            ratings,
            quick: self.quick(facets),
            chips: self.chips(list),
            sorts: self.sorts(),
        }
    }

    fn say(&self, english: &'static str) -> String {
        self.messages.text(self.locale, english).to_owned()
    }

    fn price(&self, facets: &Facets) -> PriceFields {
        let currency = facets.price.as_ref().map_or(contracts::Currency::EUR, |price| price.min.currency);
        let unit = 10_i64.pow(currency.exponent());
        let whole = |amount: i64| money::decimal(Money::new(amount, currency));
        let set = |name: &str| {
            let amount = self.filters.value(name)?.parse::<i64>().ok()?;
            let text = whole(amount);
            Some(
                text.split_once('.')
                    .filter(|(_, rest)| rest.bytes().all(|b| b == b'0'))
                    .map_or(text.clone(), |(whole, _)| whole.to_owned()),
            )
        };
        // Nobody looks for "from 9.90".
        let least = facets.price.as_ref().map(|price| whole(price.min.amount.div_euclid(unit) * unit));
        let most = facets.price.as_ref().map(|price| whole((price.max.amount + unit - 1).div_euclid(unit) * unit));
        PriceFields {
            currency: currency.code().to_owned(),
            decimals: currency.exponent() > 0,
            from: set("min_price"),
            to: set("max_price"),
            least: least.unwrap_or_default(),
            most: most.unwrap_or_default(),
        }
    }

    /// A facet whose value all products share says nothing. Brands are attributes in some shops, makers in others.
    fn groups(&self, facets: &Facets) -> Vec<Group> {
        let mut all: Vec<AttributeFacet> = facets.attributes.clone();
        if !all.iter().any(|facet| facet.name == "brand") {
            all.push(AttributeFacet { name: "vendor".to_owned(), values: facets.vendor.clone() });
        }
        all.retain(|facet| facet.values.len() > 1 || facet.values.iter().any(|value| value.selected));
        all.sort_by_key(importance);
        let group = |(index, facet): (usize, AttributeFacet)| {
            let count = facet.values.len();
            let is_selected = facet.values.iter().any(|value| value.selected);
            let shown = facet.values.into_iter().enumerate().filter(|(at, value)| value.selected || *at < VALUES_SHOWN);
            let values: Vec<FacetValue> = shown.map(|(_, value)| value).collect();
            Group {
                label: self.label(&facet.name),
                name: if facet.name == "vendor" { facet.name } else { format!("attr.{}", facet.name) },
                is_open: index < OPEN_FIRST || is_selected,
                all: (values.len() < count).then_some(count as u64),
                values,
            }
        };
        all.into_iter().enumerate().map(group).collect()
    }

    fn label(&self, name: &str) -> String {
        label(self.messages, self.locale, name)
    }

    fn quick(&self, facets: &Facets) -> Vec<Quick> {
        let mut promoted: Vec<&AttributeFacet> =
            facets.attributes.iter().filter(|facet| facet.values.len() > 1).collect();
        promoted.sort_by_key(|facet| importance(facet));
        let quick = |facet: &AttributeFacet| {
            let values = facet.values.iter().take(QUICK_VALUES).cloned();
            let name = format!("attr.{}", facet.name);
            let of = |value: FacetValue| Quick {
                is_on: self.filters.has(&name, &value.value),
                label: value.label,
                count: value.count,
            };
            values.map(of).collect::<Vec<_>>()
        };
        promoted.into_iter().take(QUICK_ATTRIBUTES).flat_map(quick).collect()
    }

    fn chips(&self, list: &Products) -> Vec<String> {
        let currency = list.facets.price.as_ref().map(|price| price.min.currency);
        let currency = currency.or(list.items.first().map(|product| product.price.currency));
        let amount = |value: &str| {
            let amount = value.parse().unwrap_or_default();
            money::shown(Money::new(amount, currency.unwrap_or(contracts::Currency::EUR)), self.locale)
        };
        let words = |(name, value): (&str, &str)| match name {
            "in_stock" if value == "true" => self.say("In stock"),
            "in_stock" => self.say("Sold out"),
            "rating" => self.say("{0} stars and more").replace("{0}", value),
            "min_price" => self.say("from {0}").replace("{0}", &amount(value)),
            "max_price" => self.say("up to {0}").replace("{0}", &amount(value)),
            _ => value.to_owned(),
        };
        self.filters.facets().map(words).collect()
    }

    fn sorts(&self) -> Vec<Sort> {
        // Without words to look for, nothing is more relevant than another.
        let natural = if self.filters.text().is_some() { "relevance" } else { "newest" };
        let asked = self.filters.value("sort").filter(|asked| SORTS.iter().any(|(known, _)| known == asked));
        let now = asked.unwrap_or(natural);
        let shown = SORTS.into_iter().filter(|(value, _)| *value != "relevance" || natural == "relevance");
        shown.map(|(value, label)| Sort { value, label: self.say(label), is_on: value == now }).collect()
    }
}

/// An attribute's name for people.
pub(crate) fn label(messages: &Messages, locale: Locale, name: &str) -> String {
    let small = name.to_lowercase();
    if let Some((_, english)) = LABELS.iter().find(|(known, _)| *known == small) {
        return messages.text(locale, english).to_owned();
    }
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn importance(facet: &AttributeFacet) -> (usize, String) {
    let name = facet.name.to_lowercase();
    (FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len()), name)
}

/// A product's attributes in the order people look for them.
pub(crate) fn by_importance<'a>(
    attributes: impl Iterator<Item = (&'a String, &'a Vec<String>)>,
) -> Vec<(&'a str, &'a [String])> {
    let mut all: Vec<(&str, &[String])> = attributes.map(|(name, values)| (name.as_str(), values.as_slice())).collect();
    all.sort_by_key(|(name, _)| {
        let name = name.to_lowercase();
        (FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len()), name)
    });
    all
}
