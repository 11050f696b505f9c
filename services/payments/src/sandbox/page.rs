//! The sandbox's 3-D Secure page: where a buyer's bank would ask, the buyer is asked whether it should say yes.

use axum::{
    Form, Router,
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderName, StatusCode, Uri, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use web::Path;

use crate::{App, Error, model::ChargeStatus, provider::Charge, sandbox::bank};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem;color:#1c2430;\
background:#f4f6f8}main{background:#fff;border:1px solid #d5dbe3;border-radius:.75rem;padding:1.5rem}h1{font-size:1.25rem;\
margin:0 0 .5rem}p{margin:0 0 1rem}form{display:flex;gap:.75rem}button{font:inherit;flex:1;padding:.65rem 1rem;\
border-radius:.5rem;border:1px solid #1c2430;background:#fff;color:inherit;cursor:pointer}button[value=approve]{\
background:#1c2430;color:#fff}button:focus-visible{outline:3px solid #5b8def;outline-offset:2px}";

/// What the buyer's bank would decide.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Approve,
    Refuse,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    decision: Decision,
}

/// The page's routes. They are for browsers, and not part of the API.
pub fn routes() -> Router<App> {
    Router::new().route("/payment/sandbox/3ds/{reference}", get(show).post(decide))
}

async fn show(State(app): State<App>, Path(reference): Path<String>) -> Result<Response, Error> {
    let found = bank::named(&app.sandbox, &reference).await?;
    let charge = found.ok_or(Error::NotFound)?;
    Ok(match charge.status {
        ChargeStatus::RequiresAction => page(StatusCode::OK, &charge, &question(&charge)),
        _ => page(
            StatusCode::OK,
            &charge,
            "<h1>Nothing to confirm</h1><p>This step is over. You can go back to the shop.</p>",
        ),
    })
}

async fn decide(
    State(app): State<App>,
    Path(reference): Path<String>,
    Form(decided): Form<Decided>,
) -> Result<Response, Error> {
    let approve = matches!(decided.decision, Decision::Approve);
    let charge = app.sandbox.decide(&reference, approve).await?.ok_or(Error::NotFound)?;
    Ok(match back(&charge) {
        Some(url) => ([(header::CACHE_CONTROL, "no-store")], Redirect::to(&url)).into_response(),
        None => {
            page(StatusCode::OK, &charge, "<h1>Thank you</h1><p>You can close this window and go back to the shop.</p>")
        }
    })
}

/// Where the buyer comes from, with what Stripe adds to it. The shop asks its server, and does not believe this.
fn back(charge: &Charge) -> Option<String> {
    let url = charge.return_url.as_deref()?;
    let (url, fragment) = url.split_once('#').map_or((url, String::new()), |(url, rest)| (url, format!("#{rest}")));
    let joint = if url.contains('?') { '&' } else { '?' };
    let outcome = if charge.status == ChargeStatus::Failed { "failed" } else { "succeeded" };
    Some(format!("{url}{joint}payment_intent={}&redirect_status={outcome}{fragment}", charge.reference))
}

fn question(charge: &Charge) -> String {
    format!(
        "<h1>Confirm your payment</h1><p>This is the sandbox's 3-D Secure step. No real money moves.</p>\
         <p>Pay <strong>{}</strong>?</p><form method=\"post\"><button name=\"decision\" value=\"approve\">Approve</button>\
         <button name=\"decision\" value=\"refuse\">Refuse</button></form>",
        charge.amount
    )
}

/// A page without scripts that may be framed by nobody and may send its form to the shop alone.
fn page(status: StatusCode, charge: &Charge, content: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>3-D Secure (sandbox)</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <style>{STYLE}</style></head><body><main>{content}</main></body></html>"
    );
    // Browsers apply form-action to where the answer redirects, too.
    let elsewhere =
        charge.return_url.as_deref().and_then(origin).map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'{elsewhere}; base-uri 'none'; frame-ancestors 'none'",
        STANDARD.encode(Sha256::digest(STYLE))
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::X_FRAME_OPTIONS, "DENY".to_owned()),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin".to_owned()),
    ];
    (status, headers, Html(html)).into_response()
}

fn origin(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}
