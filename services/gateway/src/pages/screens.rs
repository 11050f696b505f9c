//! What each page shows first, made of what the catalog says.

use std::time::Duration;

use axum::body::Bytes;
use chrono::Datelike;
use contracts::time;
use http::StatusCode;
use minijinja::{Error, ErrorKind, Value, context, value::Serde};
use serde_json::json;

use super::{
    document::{Alternate, Context, Head, Rendered, in_script},
    fetch::{Piece, Silent, Told, ask, ask_for},
    filters::Filters,
    goods::{Categories, Category, Product, Products, shortened},
    listing::Listing,
    locale::Locale,
    path::{Own, Page, Secrecy, Visit},
    product, structured,
    view::{Card, CategoryLink, LanguageLink, Pictured, Site, crumbs},
};
use crate::{App, shop::ShopView};

/// As long as search engines show.
const DESCRIPTION_MAX_CHARS: usize = 160;
const NOT_FOR_SEARCH: &str = "noindex,follow";
const FOR_SEARCH: &str = "index,follow,max-image-preview:large";
const SHOP_LINE: &str = "A small selection, made well and meant to be used for years.";
/// Products on the first page: so many pictured in the welcome, so many below.
const HOME_LIST: &str = "limit=11&sort=newest";
const PICTURED: usize = 3;
const NEW_SHOWN: usize = 8;
/// Products that are offered in the place of one that is gone.
const INSTEAD: usize = 8;

/// What came of making a page.
#[derive(Debug)]
pub(crate) enum Made {
    /// All there is to it.
    Whole(Rendered),
    /// The catalog was silent on some of it; the browser will ask again.
    Partial(Rendered),
    /// There is no such thing.
    Absent(Rendered),
    /// It is at another address (in English).
    Moved(String),
}

/// One screen in the making.
struct Draft<'a> {
    app: &'a App,
    site: Site<'a>,
    /// The address in English, if others may know it.
    address: Option<String>,
    /// What the browser loads to take the screen over, by the names of their sources.
    sources: Vec<String>,
    status: StatusCode,
    queries: Vec<Query>,
    silent: bool,
}

/// An answer that goes along, under the name the browser has for it.
struct Query {
    key: serde_json::Value,
    json: Bytes,
}

/// Makes the screen for a visit.
pub(crate) async fn make(app: &App, visit: &Visit, query: Option<&str>) -> Result<Made, Error> {
    let mut draft = Draft::new(app, visit.locale);
    draft.sources.extend(visit.page.routes().iter().map(|route| format!("src/routes/{route}.tsx")));
    if matches!(visit.page, Page::Own(_)) {
        // The messages of pages that are not for browsing come apart.
        draft.sources.push(format!("virtual:more-messages/{}.js", visit.locale.tag()));
    }
    match &visit.page {
        Page::Home => draft.home().await,
        Page::Product(slug) => draft.product(slug, query).await,
        Page::Category(slug) => draft.category(slug, query).await,
        Page::Search => draft.search(query).await,
        Page::Own(own) => draft.own(own).await,
        Page::Admin => draft.admin(),
    }
}

/// The screen for an address that leads nowhere.
pub(crate) async fn missing(app: &App, locale: Locale) -> Result<Rendered, Error> {
    let mut draft = Draft::new(app, locale);
    let categories = draft.categories().await;
    draft.missing(categories.as_ref())
}

/// What somebody sees whose request failed. It asks nothing of anybody.
pub(crate) fn trouble(
    app: &App,
    locale: Locale,
    status: StatusCode,
    again: &str,
    request_id: &str,
) -> Result<Rendered, Error> {
    let mut draft = Draft::new(app, locale);
    draft.status = status;
    let (title, advice) = match status {
        StatusCode::NOT_FOUND => ("There is nothing at this address", "This does not exist, or no longer does."),
        StatusCode::TOO_MANY_REQUESTS => {
            ("This page could not be loaded", "That was too often. Please wait a moment and try again.")
        }
        _ => ("This page could not be loaded", "This is our fault. Please try again in a moment."),
    };
    let head = draft.head(draft.word(title), None);
    let again = Some(again).filter(|_| status != StatusCode::NOT_FOUND);
    let view = context! { title => draft.word(title), advice => draft.word(advice), again, request_id };
    draft.print("trouble.html", head, None, view)
}

/// The variant that an address names.
pub(crate) fn variant(query: Option<&str>) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == "variant").map(|(_, sku)| sku.into_owned())
}

impl<'a> Draft<'a> {
    fn new(app: &'a App, locale: Locale) -> Self {
        let site = Site { config: &app.config, locale };
        let sources = vec![format!("src/locales/{}.po", locale.tag())];
        let shop = serde_json::to_vec(&ShopView::of(app)).unwrap_or_default();
        let queries = vec![Query { key: json!(["shop"]), json: shop.into() }];
        Self { app, site, address: None, sources, status: StatusCode::OK, queries, silent: false }
    }

    fn time(&self) -> Duration {
        Duration::from_millis(self.app.config.first_screen_ms)
    }

    fn word(&self, english: &'static str) -> &'a str {
        self.app.pages.messages.text(self.site.locale, english)
    }

    /// Notes an answer for the browser, or that there was none.
    fn take<T>(&mut self, key: serde_json::Value, answer: Result<Piece<T>, Silent>) -> Option<T> {
        match answer {
            Ok(piece) => {
                self.queries.push(Query { key, json: piece.json });
                Some(piece.value)
            }
            Err(Silent) => {
                self.silent = true;
                None
            }
        }
    }

    async fn categories(&mut self) -> Option<Categories> {
        let answer = ask_for(self.app, "/categories", self.time()).await;
        self.take(json!(["categories"]), answer)
    }

    /// The categories, and a list of products by the query of its request.
    async fn categories_and_list(&mut self, query: &str) -> (Option<Categories>, Option<Products>) {
        let (path, time) = (format!("/products?{query}"), self.time());
        let (categories, list) = tokio::join!(ask_for(self.app, "/categories", time), ask_for(self.app, &path, time));
        (self.take(json!(["categories"]), categories), self.take(json!(["products", query]), list))
    }

    async fn home(mut self) -> Result<Made, Error> {
        self.address = Some("/".to_owned());
        let (categories, list) = self.categories_and_list(HOME_LIST).await;
        let products = list.map(|list| list.items);
        let mut head = self.head("", Some(self.word(SHOP_LINE)));
        head.structured = [structured::shop(&self.site), structured::website(&self.site)].iter().map(script).collect();
        head.image = products.iter().flatten().next().and_then(|product| self.picture(product));
        let (locale, shown_products) = (self.site.locale, products.as_deref().unwrap_or_default());
        // What stands in the welcome already is not repeated, unless there is little else.
        let repeated = if shown_products.len() > NEW_SHOWN { PICTURED } else { 0 };
        let fresh = shown_products.iter().skip(repeated).take(NEW_SHOWN);
        let stocked = categories.iter().flat_map(|tree| &tree.items).filter(|category| category.product_count > 0);
        let view = context! {
            is_empty => products.as_ref().is_some_and(Vec::is_empty),
            pictured => shown(Pictured::all(shown_products.iter().take(PICTURED), locale)),
            stocked => shown(CategoryLink::all(stocked, locale)),
            cards => shown(Card::all(fresh, locale)),
        };
        self.finish("home.html", head, categories.as_ref(), view)
    }

    async fn category(mut self, slug: &str, query: Option<&str>) -> Result<Made, Error> {
        let filters = Filters::read(query);
        let (categories, list) = self.categories_and_list(&filters.query(Some(slug))).await;
        let Some(categories) = categories else { return self.silence() };
        let Some(category) = find(&categories.items, slug) else {
            return self.missing(Some(&categories)).map(Made::Absent);
        };
        if category.slug != slug {
            return Ok(Made::Moved(format!("/c/{}", category.slug)));
        }
        let path = format!("/c/{slug}");
        let above = category.breadcrumbs.split_last().map(|(_, above)| above).unwrap_or_default();
        self.address = Some(with_query(&path, &filters.canonical()));
        let mut head = self.head(&category.title, Some(&category.description));
        head.robots = Some(if filters.is_for_search_engines() { FOR_SEARCH } else { NOT_FOR_SEARCH });
        let (home, locale) = (self.word("Home"), self.site.locale);
        let way = structured::breadcrumb(&self.site, home, above, (&category.title, &path));
        head.structured.push(script(&way));
        let of_category = context! {
            slug,
            description => category.description.as_str(),
            crumbs => shown(crumbs(home, above, &category.title, locale)),
            below => shown(CategoryLink::all(&category.children, locale)),
        };
        let list = self.list(&mut head, &category.title, list.as_ref(), &filters);
        self.finish("list.html", head, Some(&categories), context! { ..list, ..of_category })
    }

    async fn search(mut self, query: Option<&str>) -> Result<Made, Error> {
        let filters = Filters::read(query);
        let (categories, list) = self.categories_and_list(&filters.query(None)).await;
        self.address = Some(with_query("/search", &filters.canonical()));
        let title = match filters.text() {
            Some(text) => self.word("Results for “{query}”").replace("{query}", text),
            None => self.word("All products").to_owned(),
        };
        let mut head = self.head(&title, None);
        head.robots = Some(NOT_FOR_SEARCH);
        let list = self.list(&mut head, &title, list.as_ref(), &filters);
        let words = context! { words => filters.text().unwrap_or_default() };
        self.finish("list.html", head, categories.as_ref(), context! { ..list, ..words })
    }

    /// What is common to all lists.
    fn list(&self, head: &mut Head, title: &str, list: Option<&Products>, filters: &Filters) -> Value {
        let listing = Listing { messages: &self.app.pages.messages, locale: self.site.locale, filters };
        if let Some(list) = list {
            head.structured.push(script(&structured::list(&self.site, title, &list.items)));
            head.image = list.items.first().and_then(|product| self.picture(product));
        }
        context! { title, list => list.map(|list| shown(listing.view(list))) }
    }

    async fn product(mut self, slug: &str, query: Option<&str>) -> Result<Made, Error> {
        let (path, time) = (format!("/products/{slug}"), self.time());
        let (categories, told) =
            tokio::join!(ask_for(self.app, "/categories", time), ask::<Product>(self.app, &path, time));
        let categories: Option<Categories> = self.take(json!(["categories"]), categories);
        let categories = categories.as_ref();
        let Piece { value: product, json } = match told {
            Ok(Told::Here(piece)) if piece.value.slug == slug => piece,
            Ok(Told::Here(piece)) => return Ok(Made::Moved(format!("/p/{}", piece.value.slug))),
            Ok(Told::Moved(to)) => return Ok(Made::Moved(to.replacen("/products/", "/p/", 1))),
            Ok(Told::Gone(told)) => return self.gone(categories, &told).await.map(Made::Absent),
            Ok(Told::Missing) => return self.missing(categories).map(Made::Absent),
            Err(Silent) => return self.silence(),
        };
        self.queries.push(Query { key: json!(["product", slug]), json });
        let page = format!("/p/{slug}");
        self.address = Some(page.clone());
        let text = product.seo.description.clone().unwrap_or_else(|| product.text());
        let mut head = self.head(product.seo.title.as_deref().unwrap_or(&product.title), Some(&text));
        head.kind = "product";
        head.image = self.picture(&product);
        let (home, locale) = (self.word("Home"), self.site.locale);
        let way = structured::breadcrumb(&self.site, home, &product.breadcrumbs, (&product.title, &page));
        head.structured.extend([script(&structured::product(&self.site, &product)), script(&way)]);
        let shown_product = product::view(&product, variant(query).as_deref(), &self.app.pages.messages, locale);
        let view = context! {
            product => shown(shown_product),
            crumbs => shown(crumbs(home, &product.breadcrumbs, &product.title, locale)),
        };
        self.finish("product.html", head, categories, view)
    }

    async fn own(mut self, own: &Own) -> Result<Made, Error> {
        let categories = self.categories().await;
        let is_public = own.secrecy == Secrecy::Public;
        self.address = is_public.then(|| own.pattern.to_owned());
        let title = self.word(own.title);
        // What a link to it shows in a message.
        let mut head = self.head(title, Some(self.word(SHOP_LINE)));
        if !is_public {
            head.robots = Some(NOT_FOR_SEARCH);
        }
        let view = context! { title, is_checkout => own.pattern.starts_with("/checkout") };
        self.finish("own.html", head, categories.as_ref(), view)
    }

    fn admin(self) -> Result<Made, Error> {
        let mut head = self.head("Admin", None);
        head.robots = Some("noindex,nofollow");
        self.finish("admin.html", head, None, context! {})
    }

    /// 404, with the way back to what is sold.
    fn missing(mut self, categories: Option<&Categories>) -> Result<Rendered, Error> {
        self.status = StatusCode::NOT_FOUND;
        let mut head = self.head(self.word("Page not found"), None);
        head.robots = Some(NOT_FOR_SEARCH);
        self.print("missing.html", head, categories, context! { is_gone => false })
    }

    /// 410: what was sold here is no longer. The catalog says in which category it was.
    async fn gone(mut self, categories: Option<&Categories>, told: &[u8]) -> Result<Rendered, Error> {
        let told: serde_json::Value = serde_json::from_slice(told).unwrap_or_default();
        let category = told["category"].as_str();
        let query = match category {
            Some(slug) => format!("category={}&limit={INSTEAD}", encoded(slug)),
            None => "limit=16&sort=rating".to_owned(),
        };
        let answer = ask_for(self.app, &format!("/products?{query}"), self.time()).await;
        let instead: Option<Products> = self.take(json!(["products", query]), answer);
        self.status = StatusCode::GONE;
        let mut head = self.head(self.word("No longer sold"), None);
        head.robots = Some(NOT_FOR_SEARCH);
        let locale = self.site.locale;
        let view = context! {
            is_gone => true,
            category_href => category.map(|slug| locale.address(&format!("/c/{slug}"))),
            cards => shown(instead.map(|list| Card::all(list.items.iter().take(INSTEAD), locale))),
        };
        self.print("missing.html", head, categories, view)
    }

    /// 503 with a page that asks again by itself: search engines come back later, people hardly notice.
    fn silence(mut self) -> Result<Made, Error> {
        self.status = StatusCode::SERVICE_UNAVAILABLE;
        self.silent = true;
        let head = self.head("", None);
        let title = self.app.config.shop_name.as_str();
        self.finish("own.html", head, None, context! { title })
    }

    fn head(&self, title: &str, description: Option<&str>) -> Head {
        let shop = &self.app.config.shop_name;
        let language = |locale: Locale| Some((locale.tag(), self.site.url_in(locale, self.address.as_deref()?)));
        let languages = Locale::ALL.into_iter().filter_map(language);
        let fallback = language(Locale::En).map(|(_, url)| ("x-default", url));
        let description = description.map(|text| shortened(text.trim(), DESCRIPTION_MAX_CHARS));
        Head {
            title: if title.is_empty() { shop.clone() } else { format!("{title} · {shop}") },
            description: description.filter(|text| !text.is_empty()),
            canonical: self.address.as_deref().map(|path| self.site.url(path)),
            alternates: languages.chain(fallback).map(|(language, url)| Alternate { language, url }).collect(),
            robots: self.address.is_some().then_some(FOR_SEARCH),
            kind: "website",
            image: None,
            structured: Vec::new(),
        }
    }

    fn picture(&self, product: &Product) -> Option<String> {
        product.images.first().map(|image| self.site.absolute(image.largest()))
    }

    /// The page as it is kept, if nothing is lacking.
    fn finish(self, template: &str, head: Head, categories: Option<&Categories>, view: Value) -> Result<Made, Error> {
        let made = if self.silent { Made::Partial } else { Made::Whole };
        self.print(template, head, categories, view).map(made)
    }

    fn print(
        &self,
        template: &str,
        head: Head,
        categories: Option<&Categories>,
        view: Value,
    ) -> Result<Rendered, Error> {
        let locale = self.site.locale;
        let built = if template == "admin.html" { &self.app.built.admin } else { &self.app.built.storefront };
        let Some(entry) = built.entry(&self.sources) else {
            return Err(Error::new(ErrorKind::InvalidOperation, "the pages are not built"));
        };
        let common = self.surroundings(categories);
        let context = Context {
            shop: &self.app.config.shop_name,
            locale,
            head,
            entry,
            first_data: first_data(self.status, &self.queries),
            view: context! { ..view, ..common },
        };
        self.app.pages.press.render(template, self.status, context)
    }

    /// What header and footer show, and what a page may leave out.
    fn surroundings(&self, categories: Option<&Categories>) -> Value {
        let locale = self.site.locale;
        let link = |path: &str| locale.address(path);
        context! {
            categories => shown(CategoryLink::all(categories.iter().flat_map(|tree| &tree.items), locale)),
            languages => shown(LanguageLink::all(self.address.as_deref().unwrap_or("/"))),
            links => context! {
                home => link("/"), search => link("/search"), cart => link("/cart"), login => link("/login"),
                account => link("/account"), help => link("/help"), track => link("/track"),
            },
            year => time::now().year(), return_days => self.app.config.return_window_days,
            prices_include_tax => self.app.config.prices_include_tax,
            words => "", slug => "", is_checkout => false, crumbs => (), description => (), below => (),
        }
    }
}

fn shown(view: impl serde::Serialize) -> Value {
    Value::from(Serde(view))
}

/// A category of the tree by its slug or id.
fn find<'a>(categories: &'a [Category], name: &str) -> Option<&'a Category> {
    categories.iter().find_map(|category| {
        if category.slug == name || category.id == name { Some(category) } else { find(&category.children, name) }
    })
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn script(json: &serde_json::Value) -> String {
    in_script(&json.to_string())
}

/// `{"status": …, "queries": [{"key": …, "data": …}]}`
fn first_data(status: StatusCode, queries: &[Query]) -> String {
    let queries = queries
        .iter()
        .map(|query| format!("{{\"key\":{},\"data\":{}}}", query.key, String::from_utf8_lossy(&query.json)));
    let queries = queries.collect::<Vec<_>>().join(",");
    in_script(&format!("{{\"status\":{},\"queries\":[{queries}]}}", status.as_u16()))
}
