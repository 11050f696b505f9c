//! What there is for search engines to visit: an index of sitemaps by kind, products in as many files as they need.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use futures::stream;
use http::header;
use moka::future::Cache;
use serde::Deserialize;
use web::Problem;

use super::{
    fetch::{Silent, ask_for},
    goods::{Categories, Category},
    locale::Locale,
    view::Site,
    walk::{PAGE, Stretch, Walk, element, streamed},
};
use crate::App;

const XML: &str = "application/xml";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
/// Products in a file. Each is there in every language, and a file may have 50,000 addresses.
const FILE: usize = 50 * PAGE;
/// Pages that are always there, in English.
const ALWAYS: [&str; 2] = ["/", "/help"];
const FILES_KNOWN_FOR: Duration = Duration::from_secs(600);

#[derive(Clone, Deserialize)]
struct Listed {
    slug: String,
    updated_at: String,
}

/// One file of products.
#[derive(Debug)]
pub(crate) struct File {
    /// Where its first page begins.
    start: Option<String>,
    first_slug: String,
    last_change: String,
}

/// The files as they were cut a while ago.
pub(crate) type Files = Cache<(), Arc<Vec<File>>>;

pub(crate) fn files_cache() -> Files {
    Cache::builder().max_capacity(1).time_to_live(FILES_KNOWN_FOR).build()
}

/// `GET /sitemap.xml`
pub(crate) async fn index(State(app): State<App>) -> Result<Response, Problem> {
    let site = Site { config: &app.config, locale: Locale::En };
    let files = files(&app).await?;
    let entry = |name: &str, change: Option<&str>| {
        let place = element("loc", &format!("{}/sitemaps/{name}.xml", site.origin()));
        format!("<sitemap>{place}{}</sitemap>\n", change.map(|at| element("lastmod", at)).unwrap_or_default())
    };
    let mut xml = format!("{HEAD}<sitemapindex {NAMESPACE}>\n{}{}", entry("pages", None), entry("categories", None));
    for (file, number) in files.iter().zip(1_usize..) {
        xml.push_str(&entry(&format!("products-{number}"), Some(&file.last_change)));
    }
    xml.push_str("</sitemapindex>\n");
    Ok(whole(xml))
}

/// `GET /sitemaps/{name}`
pub(crate) async fn file(State(app): State<App>, Path(name): Path<String>) -> Result<Response, Problem> {
    let site = Site { config: &app.config, locale: Locale::En };
    match name.strip_suffix(".xml").ok_or_else(Problem::not_found)? {
        "pages" => Ok(whole(set(ALWAYS.iter().map(|path| urls(&site, path, None))))),
        "categories" => {
            let time = Duration::from_secs(app.config.timeout_secs);
            let tree: Categories = ask_for(&app, "/categories", time).await.map_err(silence)?.value;
            let mut xml = Vec::new();
            list(&tree.items, &site, &mut xml);
            Ok(whole(set(xml)))
        }
        name => {
            let number = name.strip_prefix("products-").and_then(|number| number.parse::<usize>().ok());
            let index = number.and_then(|number| number.checked_sub(1)).ok_or_else(Problem::not_found)?;
            products(&app, index).await
        }
    }
}

/// Categories that hold something, each before those below it.
fn list(categories: &[Category], site: &Site<'_>, xml: &mut Vec<String>) {
    for category in categories.iter().filter(|category| category.product_count > 0) {
        xml.push(urls(site, &format!("/c/{}", category.slug), None));
        list(&category.children, site, xml);
    }
}

/// The products of one file, sent as they are read.
async fn products(app: &App, index: usize) -> Result<Response, Problem> {
    let files = files(app).await?;
    let file = files.get(index).ok_or_else(Problem::not_found)?;
    // What was added since the files were cut belongs to the first: it ends where the second begins.
    let end = files.get(index + 1).map(|next| next.first_slug.clone());
    let walk = Walk::<Listed>::begin(app, file.start.clone())?;
    let head = stream::iter([Ok(format!("{HEAD}<urlset {NAMESPACE}>\n"))]);
    let config = app.config.clone();
    let pages = stream::try_unfold((walk, end, 0), move |(mut walk, end, written)| {
        let config = config.clone();
        async move {
            let site = Site { config: &config, locale: Locale::En };
            let stretch = if written < 2 * FILE { walk.next().await? } else { None };
            let Some(Stretch { mut items, .. }) = stretch else { return Ok(None) };
            let cut = items.iter().position(|product| Some(&product.slug) == end.as_ref());
            let is_last = cut.is_some();
            items.truncate(cut.unwrap_or(items.len()));
            let url = |product: &Listed| urls(&site, &format!("/p/{}", product.slug), Some(&product.updated_at));
            let xml: String = items.iter().map(url).collect();
            let written = if is_last { usize::MAX } else { written + items.len() };
            Ok(Some((xml, (walk, end, written))))
        }
    });
    let foot = stream::iter([Ok("</urlset>\n".to_owned())]);
    Ok(streamed(XML, futures::StreamExt::chain(futures::StreamExt::chain(head, pages), foot)))
}

/// How all products fall into files. Found out by going through them once.
async fn files(app: &App) -> Result<Arc<Vec<File>>, Problem> {
    let walk = async {
        let mut walk = Walk::<Listed>::begin(app, None).map_err(|_| Silent)?;
        let mut files: Vec<File> = Vec::new();
        let mut count = 0;
        while let Some(Stretch { start, items }) = walk.next().await? {
            let Some(first) = items.first() else { continue };
            if count % FILE == 0 {
                files.push(File { start, first_slug: first.slug.clone(), last_change: String::new() });
            }
            count += PAGE;
            // Times in UTC of one length sort as text.
            let latest = items.iter().map(|product| &product.updated_at).max();
            if let (Some(file), Some(latest)) = (files.last_mut(), latest)
                && *latest > file.last_change
            {
                file.last_change.clone_from(latest);
            }
        }
        Ok::<_, Silent>(Arc::new(files))
    };
    app.pages.sitemap_files.try_get_with((), walk).await.map_err(|error| silence((*error).clone()))
}

/// A page's addresses in all languages.
fn urls(site: &Site<'_>, path: &str, change: Option<&str>) -> String {
    let change = change.map(|at| element("lastmod", at)).unwrap_or_default();
    let url = |locale| format!("<url>{}{change}</url>\n", element("loc", &site.url_in(locale, path)));
    Locale::ALL.into_iter().map(url).collect()
}

fn set(urls: impl IntoIterator<Item = String>) -> String {
    let urls: String = urls.into_iter().collect();
    format!("{HEAD}<urlset {NAMESPACE}>\n{urls}</urlset>\n")
}

fn whole(xml: String) -> Response {
    ([(header::CONTENT_TYPE, XML), (header::CACHE_CONTROL, "public, max-age=600")], xml).into_response()
}

fn silence(Silent: Silent) -> Problem {
    Problem::unavailable("the catalog does not list its products")
}
