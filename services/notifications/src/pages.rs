//! The few pages this service serves itself, as HTML without scripts under a strict content security policy.

use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, StatusCode, header};
use minijinja::{Value as Jinja, value::Serde};
use serde_json::Value;
use sha2::{Digest, Sha256};
use web::Problem;

use crate::templates::Templates;

const STYLE: &str = "style.css";

/// Renders the page `name`. Nothing but its own style sheet is allowed to load.
pub fn page(templates: &Templates, status: StatusCode, name: &str, context: &Value) -> Response {
    match render(templates, name, context) {
        Ok((html, policy)) => answer(status, html, &policy),
        Err(error) => Problem::internal(format!("page {name}: {error}")).into_response(),
    }
}

/// A mail's own HTML, which may hold anything: it gets no rights at all, but its links open in a new tab.
pub fn foreign(html: &str) -> Response {
    let policy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; \
                  img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    let html = html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    let mut response = answer(StatusCode::OK, html, policy);
    // For what does not know `frame-ancestors`; said here, so that the gateway does not say DENY.
    response.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    response
}

fn render(templates: &Templates, name: &str, context: &Value) -> Result<(String, String), minijinja::Error> {
    let style = templates.pages.get_template(STYLE)?.render(())?;
    let digest = STANDARD.encode(Sha256::digest(style.as_bytes()));
    let mut context: std::collections::BTreeMap<String, Jinja> = context
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), Jinja::from(Serde(value))))
        .collect();
    context.insert("style".into(), Jinja::from_safe_string(style));
    let html = templates.pages.get_template(name)?.render(context)?;
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    Ok((html, policy))
}

fn answer(status: StatusCode, html: String, policy: &str) -> Response {
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Addresses here hold tokens, which must not travel on in a Referer.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
