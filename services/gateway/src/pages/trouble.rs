//! Failures as pages: a person who went to an address sees what happened and what to do next, with the request's id. A
//! program gets the problem as it is.

use axum::{extract::Request, response::Response};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use web::problem::MEDIA_TYPE;

use super::{
    document::{Care, Place},
    files,
    locale::Locale,
    path::Secrecy,
    screens, varying,
};
use crate::App;

/// What a person asked for who went to an address.
pub(crate) struct Asked {
    address: Uri,
    headers: HeaderMap,
}

/// `None` for a program, and where there are no pages to show.
pub(crate) fn asked(app: &App, request: &Request) -> Option<Asked> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_person = reads && app.built.has_storefront() && files::wants_page(request.headers());
    is_person.then(|| Asked { address: request.uri().clone(), headers: request.headers().clone() })
}

/// The answer, or a page in its place if it is a failure that a person should be told of.
pub(crate) fn explained(app: &App, asked: &Asked, response: Response) -> Response {
    if !is_problem(response.headers()) || !is_explained(response.status()) {
        return response;
    }
    let Asked { address, headers } = asked;
    let locale = Locale::read(address.path()).0.unwrap_or(Locale::En);
    let again = address.path_and_query().map_or("/", |path| path.as_str());
    let request_id = headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let Ok(page) = screens::trouble(app, locale, response.status(), again, request_id) else { return response };
    let care = Care { secrecy: Secrecy::Private, place: Place::Shop };
    let mut shown = app.pages.press.answer(&page, headers, care);
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
