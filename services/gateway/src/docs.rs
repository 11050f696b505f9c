//! The API's documentation, to read and to try: Swagger UI from inside the binary. Nothing comes from elsewhere, and the
//! page's own content security policy would not let it.

use std::sync::Arc;

use axum::{
    extract::Path,
    response::{Html, IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use utoipa_swagger_ui::Config;
use web::Problem;

const PAGE: &str = include_str!("../pages/docs.html");
const START: &str = include_str!("../pages/docs.js");
/// What of Swagger UI the page uses.
const FILES: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

/// Swagger UI writes styles into its elements and has its icons in data URLs.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) async fn page() -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, CSP), (header::CACHE_CONTROL, "no-cache")], Html(PAGE))
}

pub(crate) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let common = [(header::CONTENT_SECURITY_POLICY, CSP), (header::CACHE_CONTROL, "public, max-age=3600")];
    if name == "docs.js" {
        return (common, [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], START).into_response();
    }
    let file = FILES.contains(&name.as_str()).then(|| utoipa_swagger_ui::serve(&name, Arc::new(Config::default())));
    let Some(Ok(Some(file))) = file else { return Problem::not_found().into_response() };
    let etag = format!("\"{name}-{}\"", env!("CARGO_PKG_VERSION"));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return (http::StatusCode::NOT_MODIFIED, common, [(header::ETAG, etag)]).into_response();
    }
    let mut response =
        (common, [(header::CONTENT_TYPE, file.content_type), (header::ETAG, etag)], file.bytes.into_owned())
            .into_response();
    if file.gzpipped {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
