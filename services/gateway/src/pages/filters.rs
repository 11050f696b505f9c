//! The query of a list's address: which of it the catalog is asked for, and what search engines may make of it.

use std::collections::BTreeSet;

/// Products on a page of a list.
const LIMIT: &str = "24";
const NAMES: [&str; 9] = ["q", "tag", "vendor", "min_price", "max_price", "in_stock", "rating", "sort", "cursor"];
/// Beyond this nobody is asked: an address of a person's making is shorter.
const PAIRS_MAX: usize = 60;

/// What of an address a list goes by. The browser makes the same of it (`first-screen` in the storefront's README).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filters {
    /// Sorted, each once.
    pairs: BTreeSet<(String, String)>,
}

impl Filters {
    pub(crate) fn read(query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .filter(|(name, value)| {
                !value.is_empty()
                    && (NAMES.contains(&&**name) || name.strip_prefix("attr.").is_some_and(|of| !of.is_empty()))
            })
            .map(|(name, value)| (name.into_owned(), value.into_owned()));
        Self { pairs: pairs.take(PAIRS_MAX).collect() }
    }

    /// The query of the request to the catalog; also the browser's name for its answer.
    pub(crate) fn query(&self, category: Option<&str>) -> String {
        let mut pairs: Vec<(&str, &str)> =
            self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend(category.map(|slug| ("category", slug)));
        pairs.push(("limit", LIMIT));
        pairs.sort_unstable();
        encoded(pairs)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        self.value("q")
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.pairs.iter().any(|(known, wanted)| known == name && wanted == value)
    }

    /// What narrows the list down.
    pub(crate) fn facets(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| !matches!(*name, "q" | "sort" | "cursor"))
    }

    /// Whether a search engine should keep the list: plain, or with a single facet, and from its beginning.
    pub(crate) fn is_for_search_engines(&self) -> bool {
        self.facets().count() <= 1 && self.text().is_none() && self.value("cursor").is_none()
    }

    /// The query of the address that stands for all that show the same: neither the order nor the place in it counts.
    pub(crate) fn canonical(&self) -> String {
        encoded(self.facets().chain(self.text().map(|text| ("q", text))))
    }
}

fn encoded<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_asked_for_what_it_knows_in_one_order() {
        let filters = Filters::read(Some(
            "sort=price&utm_source=x&attr.material=Oak+Wood&attr.=x&gclid=1&attr.material=Ash&q=&sort=price",
        ));
        assert_eq!(
            filters.query(Some("tables")),
            "attr.material=Ash&attr.material=Oak+Wood&category=tables&limit=24&sort=price"
        );
        assert_eq!(Filters::read(None).query(None), "limit=24");
        assert_eq!(Filters::read(Some("category=other&limit=1")).query(Some("a")), "category=a&limit=24");
    }

    #[test]
    fn search_engines_get_one_facet_at_most() {
        let kept = |query| Filters::read(Some(query)).is_for_search_engines();
        assert!(kept("") && kept("tag=gift") && kept("tag=gift&sort=price&utm_source=x"));
        assert!(!kept("tag=gift&tag=tea") && !kept("tag=gift&in_stock=true") && !kept("q=mug") && !kept("cursor=x"));
        assert_eq!(Filters::read(Some("utm_source=x&sort=price&tag=gift&cursor=c")).canonical(), "tag=gift");
        assert_eq!(Filters::read(Some("q=tea+cup&fbclid=1")).canonical(), "q=tea+cup");
    }
}
