//! What templates show of things that are sold: addresses made whole, amounts written out, pictures with their sizes.

use contracts::Money;
use serde::Serialize;

use super::{
    goods::{Category, CategoryRef, Image, Product, StockWord, Variant},
    locale::Locale,
    money,
};
use crate::Config;

/// The shop as one page knows it: its name, its addresses, its language.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) config: &'a Config,
    pub(crate) locale: Locale,
}

impl Site<'_> {
    pub(crate) fn origin(&self) -> &str {
        self.config.public_url.trim_end_matches('/')
    }

    /// The shop's first address, the same in every language.
    pub(crate) fn root(&self) -> String {
        format!("{}/", self.origin())
    }

    /// The whole address of a page that `path` names in English.
    pub(crate) fn url(&self, path: &str) -> String {
        self.url_in(self.locale, path)
    }

    pub(crate) fn url_in(&self, locale: Locale, path: &str) -> String {
        format!("{}{}", self.origin(), locale.address(path))
    }

    pub(crate) fn product(&self, slug: &str) -> String {
        self.url(&format!("/p/{slug}"))
    }

    pub(crate) fn variant(&self, product: &Product, variant: &Variant) -> String {
        let page = self.product(&product.slug);
        if product.variants.len() < 2 {
            return page;
        }
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("variant", &variant.sku).finish();
        format!("{page}?{query}")
    }

    /// A picture's address for those who read the page elsewhere.
    pub(crate) fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.origin()) } else { url.to_owned() }
    }
}

/// A picture as `<img>` needs it.
#[derive(Debug, Serialize)]
pub(crate) struct Picture {
    src: String,
    srcset: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    alt: String,
}

impl Picture {
    pub(crate) fn of(image: &Image) -> Self {
        let smaller = image.sizes.iter().map(|size| (size.url.as_str(), size.width));
        let all = smaller.chain(image.width.map(|width| (image.url.as_str(), width)));
        let srcset = all.map(|(url, width)| format!("{url} {width}w")).collect::<Vec<_>>().join(", ");
        Self {
            src: image.largest().to_owned(),
            srcset: Some(srcset).filter(|srcset| !srcset.is_empty()),
            width: image.width,
            height: image.height,
            alt: image.alt.clone(),
        }
    }
}

/// A price with what it was before.
#[derive(Debug, Serialize)]
pub(crate) struct Price {
    now: String,
    /// Other variants cost more.
    is_from: bool,
    /// If it is lower now.
    before: Option<String>,
    lowest: Option<String>,
}

impl Price {
    fn new(now: Money, most: Money, before: Option<Money>, lowest: Option<Money>, locale: Locale) -> Self {
        let before = before.filter(|before| before.amount > now.amount);
        Self {
            now: money::shown(now, locale),
            is_from: most.amount > now.amount,
            lowest: before.and(lowest).map(|lowest| money::shown(lowest, locale)),
            before: before.map(|before| money::shown(before, locale)),
        }
    }

    pub(crate) fn of(product: &Product, locale: Locale) -> Self {
        Self::new(product.price, product.price_max, product.compare_at_price, product.lowest_price_30d, locale)
    }

    pub(crate) fn of_variant(variant: &Variant, locale: Locale) -> Self {
        Self::new(variant.price, variant.price, variant.compare_at_price, variant.lowest_price_30d, locale)
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Stars {
    /// As the page writes it: `4.4`, in German `4,4`.
    mean: String,
    /// The filled part of the row, in percent.
    filled: f64,
    count: Option<u64>,
    count_text: String,
}

impl Stars {
    /// `None` while nobody has rated it.
    pub(crate) fn of(product: &Product, locale: Locale) -> Option<Self> {
        let average = product.rating.average?;
        let count = u64::from(product.rating.count);
        // Hundredths are exact, and a half goes up, as in the browser.
        let tenths = ((average * 100.0).round() / 10.0).round();
        let point = if locale == Locale::De { "," } else { "." };
        Some(Self {
            mean: format!("{}", tenths / 10.0).replace('.', point),
            filled: (average * 2000.0).round() / 100.0,
            count: Some(count),
            count_text: money::count(count, locale),
        })
    }

    /// A number of stars to filter by.
    pub(crate) fn at_least(stars: u32) -> Self {
        Self { mean: stars.to_string(), filled: f64::from(stars) * 20.0, count: None, count_text: String::new() }
    }
}

/// A product in a list.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    href: String,
    title: String,
    picture: Option<Picture>,
    /// The first values of its first option, and how many more there are.
    choices: Option<String>,
    more_choices: Option<usize>,
    price: Price,
    stars: Option<Stars>,
    stock: StockWord,
}

/// So many values of an option stand on a card.
const CHOICES_SHOWN: usize = 3;

impl Card {
    pub(crate) fn of(product: &Product, locale: Locale) -> Self {
        let values = product.options.first().map(|option| option.values.as_slice()).filter(|values| values.len() > 1);
        let shown = values.map(|values| &values[..values.len().min(CHOICES_SHOWN)]);
        Self {
            href: locale.address(&format!("/p/{}", product.slug)),
            title: product.title.clone(),
            picture: product.images.first().map(Picture::of),
            choices: shown.map(|values| values.join(" · ")),
            more_choices: values.and_then(|values| values.len().checked_sub(CHOICES_SHOWN)).filter(|more| *more > 0),
            price: Price::of(product, locale),
            stars: Stars::of(product, locale),
            stock: product.stock,
        }
    }

    pub(crate) fn all<'a>(products: impl IntoIterator<Item = &'a Product>, locale: Locale) -> Vec<Self> {
        products.into_iter().map(|product| Self::of(product, locale)).collect()
    }
}

/// A product that only its picture stands for.
#[derive(Debug, Serialize)]
pub(crate) struct Pictured {
    href: String,
    title: String,
    picture: Option<Picture>,
}

impl Pictured {
    pub(crate) fn all<'a>(products: impl Iterator<Item = &'a Product>, locale: Locale) -> Vec<Self> {
        let pictured = |product: &Product| Self {
            href: locale.address(&format!("/p/{}", product.slug)),
            title: product.title.clone(),
            picture: product.images.first().map(Picture::of),
        };
        products.map(pictured).collect()
    }
}

/// A link to a category.
#[derive(Debug, Serialize)]
pub(crate) struct CategoryLink {
    href: String,
    slug: String,
    title: String,
    product_count: u32,
}

impl CategoryLink {
    pub(crate) fn all<'a>(categories: impl IntoIterator<Item = &'a Category>, locale: Locale) -> Vec<Self> {
        let link = |category: &Category| Self {
            href: locale.address(&format!("/c/{}", category.slug)),
            slug: category.slug.clone(),
            title: category.title.clone(),
            product_count: category.product_count,
        };
        categories.into_iter().map(link).collect()
    }
}

/// The page in another language.
#[derive(Debug, Serialize)]
pub(crate) struct LanguageLink {
    tag: &'static str,
    name: &'static str,
    href: String,
}

impl LanguageLink {
    /// `path` names the page in English.
    pub(crate) fn all(path: &str) -> Vec<Self> {
        let link = |locale: Locale| Self { tag: locale.tag(), name: locale.name(), href: locale.address(path) };
        Locale::ALL.into_iter().map(link).collect()
    }
}

/// A step on the way down to the page; the last has no link.
#[derive(Debug, Serialize)]
pub(crate) struct Crumb {
    label: String,
    href: Option<String>,
}

/// The steps from the first page, which `home` names, to the page itself.
pub(crate) fn crumbs(home: &str, above: &[CategoryRef], here: &str, locale: Locale) -> Vec<Crumb> {
    let step = |label: &str, path: &str| Crumb { label: label.to_owned(), href: Some(locale.address(path)) };
    let above = above.iter().map(|category| step(&category.title, &format!("/c/{}", category.slug)));
    let here = Crumb { label: here.to_owned(), href: None };
    std::iter::once(step(home, "/")).chain(above).chain([here]).collect()
}
