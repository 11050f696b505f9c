//! The few pages of the gateway's own: what greets a visitor of the root, and what browsers and robots ask for unbidden.

use axum::{
    extract::State,
    response::{Html, IntoResponse},
};
use http::header;

use crate::App;

const WELCOME: &str = include_str!("../pages/welcome.html");
const STYLE: &str = include_str!("../pages/welcome.css");
const ICON: &str = include_str!("../pages/favicon.svg");
const ROBOTS: &str = include_str!("../pages/robots.txt");
const CSP: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) async fn welcome(State(app): State<App>) -> impl IntoResponse {
    let mail = if app.config.dev_mail {
        "<li><a href=\"/dev/mail\">Mailbox</a><span>What the shop would have mailed</span></li>"
    } else {
        ""
    };
    let page = WELCOME
        .replace("{{shop}}", &escaped(&app.config.shop_name))
        .replace("{{url}}", &escaped(app.config.public_url.trim_end_matches('/')))
        .replace("{{mail}}", mail);
    ([(header::CONTENT_SECURITY_POLICY, CSP), (header::CACHE_CONTROL, "no-cache")], Html(page))
}

pub(crate) async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", STYLE)
}

pub(crate) async fn icon() -> impl IntoResponse {
    file("image/svg+xml", ICON)
}

pub(crate) async fn robots() -> impl IntoResponse {
    file("text/plain; charset=utf-8", ROBOTS)
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
