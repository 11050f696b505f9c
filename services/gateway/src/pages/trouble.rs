//! Failures as pages: a person who went to an address sees what happened and what to do next, with the request's id. A
//! program gets the problem as it is.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, Method, StatusCode, header};
use web::problem::MEDIA_TYPE;

use super::{
    document::{Care, Place},
    files,
    locale::Locale,
    path::Secrecy,
    screens, varying,
};
use crate::App;

/// The layer around everything that can fail.
pub(crate) async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || !app.built.has_storefront() || !files::wants_page(request.headers()) {
        return next.run(request).await;
    }
    let (address, asked) = (request.uri().clone(), request.headers().clone());
    let response = next.run(request).await;
    if !is_problem(response.headers()) || !is_explained(response.status()) {
        return response;
    }
    let locale = Locale::read(address.path()).0.unwrap_or(Locale::En);
    let again = address.path_and_query().map_or("/", |path| path.as_str());
    let request_id = asked.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let Ok(page) = screens::trouble(&app, locale, response.status(), again, request_id) else { return response };
    let care = Care { secrecy: Secrecy::Private, place: Place::Shop };
    let mut shown = app.pages.press.answer(&page, &asked, care);
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            shown.headers_mut().entry(name).or_insert(value.clone());
        }
    }
    varying(shown)
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(MEDIA_TYPE.as_bytes()))
}

/// Other refusals, such as a missing sign-in, are between the API and a program.
fn is_explained(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::TOO_MANY_REQUESTS) || status.is_server_error()
}
