//! Serving the files of the built apps: packed as the browser takes them, and for ever where the name tells the content.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use web::Problem;

use super::built::{WebApp, bytes};
use crate::{App, answer};

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Files beside the hashed ones keep their names when they change.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
/// A worker obeys the policy that its script came with.
const CSP: HeaderValue =
    HeaderValue::from_static("default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

/// Kinds of files that a browser asks for. Others, such as the manifest and the packed versions, are not served.
const KINDS: [(&str, &str); 13] = [
    ("avif", "image/avif"),
    ("css", "text/css; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
];

/// Packed versions that the build wrote beside a file, the better one first.
const PACKED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// `/assets/…`
pub(crate) async fn storefront(State(app): State<App>, Path(file): Path<String>, asked: HeaderMap) -> Response {
    hashed(&app.built.storefront, &file, &asked)
}

/// `/admin/assets/…`
pub(crate) async fn admin(State(app): State<App>, Path(file): Path<String>, asked: HeaderMap) -> Response {
    hashed(&app.built.admin, &file, &asked)
}

fn hashed(app: &WebApp, file: &str, asked: &HeaderMap) -> Response {
    serve(app, &format!("assets/{file}"), asked, FOR_EVER).unwrap_or_else(|| Problem::not_found().into_response())
}

/// A file of the storefront beside its hashed ones, such as `/sw.js`, if there is one.
pub(crate) fn beside(app: &WebApp, path: &str, asked: &HeaderMap) -> Option<Response> {
    serve(app, path.strip_prefix('/')?, asked, FOR_AN_HOUR)
}

fn serve(app: &WebApp, name: &str, asked: &HeaderMap, keep: HeaderValue) -> Option<Response> {
    if name.contains('\\') || name.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return None;
    }
    let ending = name.rsplit_once('.')?.1;
    let (_, kind) = KINDS.iter().find(|(known, _)| *known == ending)?;
    let plain = app.file(name)?;
    let packed = PACKED.iter().filter(|(coding, _)| accepts(asked, coding));
    let packed = packed.filter_map(|(coding, suffix)| Some((*coding, app.file(&format!("{name}{suffix}"))?))).next();
    let (coding, file) = packed.map_or((None, plain), |(coding, file)| (Some(coding), file));
    let hash = hex::encode(&file.metadata.sha256_hash()[..12]);
    let etag = HeaderValue::from_str(&format!("\"{hash}\"")).ok()?;
    let mut response = if answer::is_known(asked, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        bytes(file).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, keep);
    headers.insert(header::ETAG, etag);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CONTENT_SECURITY_POLICY, CSP);
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}

/// Whether the client says that it reads `coding`.
fn accepts(asked: &HeaderMap, coding: &str) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !parts.any(is_zero)
    })
}

/// `q=0`: anything but that.
fn is_zero(parameter: &str) -> bool {
    let weight = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
    weight.and_then(|weight| weight.trim().parse::<f32>().ok()).is_some_and(|weight| weight <= 0.0)
}

/// Whether the client asks for a page, as a browser does when its user goes somewhere.
pub(crate) fn wants_page(asked: &HeaderMap) -> bool {
    let lines = asked.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let html = parts.next().is_some_and(|kind| {
            kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
        });
        html && !parts.any(is_zero)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn codings_are_taken_as_they_are_offered() {
        let accepts = |offered, coding| accepts(&asking(header::ACCEPT_ENCODING, offered), coding);
        assert!(accepts("gzip, deflate, br, zstd", "br"));
        assert!(accepts("GZIP;q=0.5", "gzip"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("br; q=0.000", "br"));
        assert!(!accepts("identity", "br") && !accepts("*", "br"));
    }

    #[test]
    fn only_whoever_names_html_wants_a_page() {
        let wants = |accept| wants_page(&asking(header::ACCEPT, accept));
        assert!(wants("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!wants("*/*") && !wants("application/json, text/html;q=0") && !wants("text/*"));
        assert!(!wants_page(&HeaderMap::new()));
    }
}
