//! What browsers and robots ask for unbidden: icons, what the shop is called when it is installed, where to go and where not.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::header;
use serde_json::json;
use web::Problem;

use super::{locale::Locale, view::Site};
use crate::App;

const KEEP: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=3600")];
const ICON: &str = include_str!("../../pages/favicon.svg");
/// Each fills its square; the maskable one also when its corners are cut off.
const ICONS: [(&str, &[u8]); 4] = [
    ("icon-180.png", include_bytes!("../../pages/icons/icon-180.png")),
    ("icon-192.png", include_bytes!("../../pages/icons/icon-192.png")),
    ("icon-512.png", include_bytes!("../../pages/icons/icon-512.png")),
    ("icon-maskable-512.png", include_bytes!("../../pages/icons/icon-maskable-512.png")),
];
/// Paths of the API and of the house, where robots find nothing.
const NOT_FOR_ROBOTS: [&str; 6] = ["/admin", "/dev/", "/notifications", "/orders", "/payment", "/users"];
/// Pages about a visitor's own things, in every language.
const OWN_PAGES: [&str; 4] = ["/account", "/cart", "/checkout", "/order/"];

/// `/favicon.svg` and `/favicon.ico`
pub(crate) async fn icon() -> impl IntoResponse {
    (KEEP, [(header::CONTENT_TYPE, "image/svg+xml")], ICON)
}

/// `/icons/{file}`
pub(crate) async fn icons(Path(file): Path<String>) -> Response {
    match ICONS.iter().find(|(name, _)| *name == file) {
        Some((_, bytes)) => (KEEP, [(header::CONTENT_TYPE, "image/png")], *bytes).into_response(),
        None => Problem::not_found().into_response(),
    }
}

/// `/manifest.webmanifest`
pub(crate) async fn manifest(State(app): State<App>) -> impl IntoResponse {
    let icon = |name: &str, size: &str, purpose: &str| json!({"src": format!("/icons/{name}"), "sizes": size, "type": "image/png", "purpose": purpose});
    let manifest = json!({
        "id": "/", "name": app.config.shop_name, "short_name": app.config.shop_name, "start_url": "/", "scope": "/",
        "display": "standalone", "background_color": "#faf6ef", "theme_color": "#faf6ef",
        "icons": [
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("icon-maskable-512.png", "512x512", "maskable"),
        ],
    });
    (KEEP, [(header::CONTENT_TYPE, "application/manifest+json")], manifest.to_string())
}

/// `/robots.txt`
pub(crate) async fn robots(State(app): State<App>) -> impl IntoResponse {
    let own = Locale::ALL.into_iter().flat_map(|locale| OWN_PAGES.map(|path| locale.address(path)));
    let paths = NOT_FOR_ROBOTS.map(str::to_owned).into_iter().chain(own);
    let mut text = String::from("User-agent: *\n");
    paths.for_each(|path| text.push_str(&format!("Disallow: {path}\n")));
    if app.built.has_storefront() {
        let site = Site { config: &app.config, locale: Locale::En };
        text.push_str(&format!("\nSitemap: {}/sitemap.xml\n", site.origin()));
    }
    (KEEP, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text)
}
