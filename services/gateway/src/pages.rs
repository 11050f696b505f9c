//! What people see: the built web apps, their first screens, and what search engines are told. A path that is both a
//! page and part of the API is a page for browsers that go there, and the API for everybody else.

mod built;
mod document;
mod feed;
mod fetch;
mod files;
mod filters;
mod goods;
mod listing;
mod locale;
mod messages;
mod money;
mod path;
mod product;
mod screens;
mod sitemap;
mod structured;
mod trouble;
mod unbidden;
mod view;
mod walk;
mod welcome;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, Method, StatusCode, header, request::Parts};
use moka::future::Cache;
use web::{Problem, RouteTemplate};

use self::{
    document::{Care, Place, Press, Rendered},
    filters::Filters,
    locale::Locale,
    messages::Messages,
    path::{Found, Page, Secrecy, Visit},
    screens::Made,
};
use crate::{App, forward, kept, routes};

pub use built::Built;
pub(crate) use files::wants_page;
pub(crate) use trouble::{asked, explained};

/// How old a page may be. Whoever publishes something sees it after this at the latest, and a crowd costs one request.
const FRESH_FOR: Duration = Duration::from_secs(1);
/// How old it may be while the catalog is silent.
const KEPT_FOR: Duration = Duration::from_secs(600);
/// Memory for each of the two, in bytes.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// What makes and keeps the pages. It lives in this process.
pub(crate) struct Pages {
    press: Press,
    messages: Arc<Messages>,
    fresh: Cache<String, Arc<Rendered>>,
    /// The last whole one of each, for hard times.
    kept: Cache<String, Arc<Rendered>>,
    sitemap_files: sitemap::Files,
    walks: walk::Walks,
}

impl Pages {
    pub(crate) fn new() -> Result<Self, minijinja::Error> {
        let messages = Arc::new(Messages::embedded());
        let cache = |time| {
            let size =
                |key: &String, page: &Arc<Rendered>| u32::try_from(key.len() + page.html.len()).unwrap_or(u32::MAX);
            Cache::builder().max_capacity(CACHE_BYTES).weigher(size).time_to_live(time).build()
        };
        Ok(Self {
            press: Press::new(&messages)?,
            messages,
            fresh: cache(FRESH_FOR),
            kept: cache(KEPT_FOR),
            sitemap_files: sitemap::files_cache(),
            walks: walk::Walks::default(),
        })
    }
}

/// Files, which cost too little to be counted against anyone.
pub(crate) fn files() -> Router<App> {
    Router::new()
        .route("/assets/{*file}", get(files::storefront))
        .route("/admin/assets/{*file}", get(files::admin))
        .route("/favicon.svg", get(unbidden::icon))
        .route("/favicon.ico", get(unbidden::icon))
        .route("/icons/{file}", get(unbidden::icons))
        .route("/manifest.webmanifest", get(unbidden::manifest))
        .route("/welcome.css", get(welcome::style))
}

/// What robots ask for, and the first page.
pub(crate) fn routes(has_storefront: bool) -> Router<App> {
    let routes = Router::new().route("/", get(root)).route("/robots.txt", get(unbidden::robots));
    if !has_storefront {
        return routes;
    }
    routes
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{name}", get(sitemap::file))
        .route("/feeds/products.xml", get(feed::products))
}

/// `GET /`
async fn root(State(app): State<App>, request: Request) -> Response {
    if app.built.has_storefront() { visit(State(app), request).await } else { welcome::page(&app.config) }
}

/// Whatever has no route of its own: a page, a request for a service, or nothing.
pub(crate) async fn visit(State(app): State<App>, request: Request) -> Response {
    let (asked, body) = request.into_parts();
    let path = asked.uri.path();
    let reads = matches!(asked.method, Method::GET | Method::HEAD);
    let is_api = routes::plain(path).is_some_and(|path| routes::service(path, &app.config).is_some());
    let found = path::find(path);
    // A path of the API is a page for nobody but a browser that goes there.
    let is_page = is_built_for(&app, &found) && (!is_api || (reads && files::wants_page(&asked.headers)));
    // What makes a page is large, and boxed so that requests that need none do not carry it through every layer.
    match found {
        Found::Page(visit) if is_page && reads => varying(Box::pin(page(&app, &visit, &asked)).await),
        Found::Page(_) if is_page => no_such_method(),
        Found::Moved(address) if is_page && reads => moved(&address, asked.uri.query()),
        Found::Nothing if is_page && reads && !is_api => Box::pin(nothing_here(&app, &asked)).await,
        Found::Page(_) => passed_on(&app, Request::from_parts(asked, body), varying).await,
        Found::Moved(_) | Found::Nothing => passed_on(&app, Request::from_parts(asked, body), |answer| answer).await,
    }
}

/// The answer of a service, with what `finish` puts on it, and kept for those who ask for the same.
async fn passed_on(app: &App, request: Request, finish: fn(Response) -> Response) -> Response {
    let address = kept::address(request.method(), request.uri(), request.headers()).map(str::to_owned);
    let response = finish(forward::forward(app, request).await);
    match address {
        Some(address) => app.kept.keep(app, &address, response).await,
        None => response,
    }
}

/// Whether there is an app to show this. A program may have been built with one of them, or none.
fn is_built_for(app: &App, found: &Found) -> bool {
    match found {
        Found::Page(Visit { page: Page::Admin, .. }) => app.built.has_admin(),
        Found::Page(_) | Found::Moved(_) | Found::Nothing => app.built.has_storefront(),
    }
}

async fn page(app: &App, visit: &Visit, asked: &Parts) -> Response {
    let query = asked.uri.query();
    let care = Care { secrecy: visit.page.secrecy(), place: place(&visit.page) };
    let mut response = match screen(app, visit, query).await {
        Ok(document) => app.pages.press.answer(&document, &asked.headers, care),
        Err(uncached) => match &*uncached {
            Uncached::Page(document) => app.pages.press.answer(document, &asked.headers, care),
            Uncached::Moved(path) => moved(&visit.locale.address(path), query),
            Uncached::Failed(cause) => Problem::internal(cause).into_response(),
        },
    };
    response.extensions_mut().insert(RouteTemplate(Arc::from(visit.page.template())));
    response
}

fn place(page: &Page) -> Place {
    match page {
        Page::Own(own) if own.pattern.starts_with("/checkout") => Place::Checkout,
        Page::Admin => Place::Admin,
        _ => Place::Shop,
    }
}

/// What is made for one visitor alone.
#[derive(Debug)]
enum Uncached {
    Page(Arc<Rendered>),
    Moved(String),
    Failed(String),
}

/// The page, as it was made a moment ago or anew; many who ask at once wait for the same making.
async fn screen(app: &App, visit: &Visit, query: Option<&str>) -> Result<Arc<Rendered>, Arc<Uncached>> {
    let key = key(visit, query);
    let make = async {
        match screens::make(app, visit, query).await {
            Ok(Made::Whole(page)) => {
                let page = Arc::new(page);
                app.pages.kept.insert(key.clone(), page.clone()).await;
                Ok(page)
            }
            Ok(Made::Partial(page)) => Err(Uncached::Page(app.pages.kept.get(&key).await.unwrap_or(Arc::new(page)))),
            Ok(Made::Absent(page)) => Err(Uncached::Page(Arc::new(page))),
            Ok(Made::Moved(path)) => Err(Uncached::Moved(path)),
            Err(error) => Err(Uncached::Failed(error.to_string())),
        }
    };
    app.pages.fresh.try_get_with_by_ref(&key, make).await
}

/// Names all that a screen depends on. Pages about the visitor's own things are the same for everyone at first.
fn key(visit: &Visit, query: Option<&str>) -> String {
    let (tag, path) = (visit.locale.tag(), visit.path.as_str());
    match &visit.page {
        Page::Home => format!("{tag} {path}"),
        Page::Product(_) => format!("{tag} {path} {}", screens::variant(query).unwrap_or_default()),
        Page::Category(_) | Page::Search => format!("{tag} {path} {}", Filters::read(query).query(None)),
        Page::Own(own) => format!("{tag} {}", own.pattern),
        Page::Admin => "admin".to_owned(),
    }
}

/// A file beside the hashed ones; 404 otherwise, for a browser with a page that leads on.
async fn nothing_here(app: &App, asked: &Parts) -> Response {
    if let Some(file) = files::beside(&app.built.storefront, asked.uri.path(), &asked.headers) {
        return file;
    }
    if !files::wants_page(&asked.headers) {
        return varying(Problem::not_found().into_response());
    }
    let locale = Locale::read(asked.uri.path()).0.unwrap_or(Locale::En);
    let care = Care { secrecy: Secrecy::Personal, place: Place::Shop };
    match screens::missing(app, locale).await {
        Ok(page) => varying(app.pages.press.answer(&page, &asked.headers, care)),
        Err(error) => Problem::internal(error).into_response(),
    }
}

/// 301, the query taken along.
fn moved(address: &str, query: Option<&str>) -> Response {
    let address = query.map_or_else(|| address.to_owned(), |query| format!("{address}?{query}"));
    let keep = [(header::CACHE_CONTROL, "private, no-cache")];
    match HeaderValue::from_str(&address) {
        Ok(address) => (StatusCode::MOVED_PERMANENTLY, keep, [(header::LOCATION, address)]).into_response(),
        Err(_) => Problem::not_found().into_response(),
    }
}

fn no_such_method() -> Response {
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    let allowed = [(header::ALLOW, "GET, HEAD")];
    (allowed, problem.detail("This path does not take that method.")).into_response()
}

/// Says that another `Accept` may get another answer.
fn varying(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}
