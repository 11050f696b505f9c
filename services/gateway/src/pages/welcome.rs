//! What greets a visitor of a shop that was built without its pages: the API, and how to buy something with `curl`.

use axum::response::{Html, IntoResponse, Response};
use http::header;

use crate::Config;

const WELCOME: &str = include_str!("../../pages/welcome.html");
const STYLE: &str = include_str!("../../pages/welcome.css");
const CSP: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn page(config: &Config) -> Response {
    let mail = if config.dev_mail {
        "<li><a href=\"/dev/mail\">Mailbox</a><span>What the shop would have mailed</span></li>"
    } else {
        ""
    };
    let page = WELCOME
        .replace("{{shop}}", &escaped(&config.shop_name))
        .replace("{{url}}", &escaped(config.public_url.trim_end_matches('/')))
        .replace("{{mail}}", mail);
    ([(header::CONTENT_SECURITY_POLICY, CSP), (header::CACHE_CONTROL, "no-cache")], Html(page)).into_response()
}

pub(crate) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")], STYLE)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
