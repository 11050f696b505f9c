//! Unsubscribing without a login: the page a person sees, and the one click that mail programs make (RFC 8058).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use web::{Problem, ProblemBody, Query};

use crate::{App, entity::notification, error::Error, format, pages, unsubscribe};

/// The link's only parameter.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UnsubscribeQuery {
    /// From the link in the mail.
    pub token: String,
}

/// Ask before unsubscribing
///
/// A page with a button. Opening it changes nothing: mail programs open links to look at them.
#[utoipa::path(
    get, path = "/notifications/unsubscribe", operation_id = "confirm_unsubscribe", tag = "notifications",
    params(UnsubscribeQuery),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (
            status = 400, description = "`invalid_query`, or a page that says the link is broken",
            content((ProblemBody = "application/problem+json"), (String = "text/html")),
        ),
    )
)]
pub async fn confirm_unsubscribe(
    State(app): State<App>,
    Query(query): Query<UnsubscribeQuery>,
) -> Result<Response, Error> {
    let found = unsubscribe::find(&app, &query.token).await?;
    Ok(match found {
        Some(message) => page(&app, StatusCode::OK, "question", Some(&message), &query.token),
        None => page(&app, StatusCode::BAD_REQUEST, "bad", None, ""),
    })
}

/// Unsubscribe
///
/// Effective at once, without a login; doing it again changes nothing. The body, such as
/// `List-Unsubscribe=One-Click`, is not looked at. Browsers get a page.
#[utoipa::path(
    post, path = "/notifications/unsubscribe", operation_id = "unsubscribe_notifications", tag = "notifications",
    params(UnsubscribeQuery),
    responses(
        (
            status = 200, description = "Done", content(
                (serde_json::Value = "application/json", example = json!({"topic": "marketing", "channel": "email", "enabled": false})),
                (String = "text/html"),
            ),
        ),
        (
            status = 400, description = "`invalid_token`",
            content((ProblemBody = "application/problem+json"), (String = "text/html")),
        ),
    )
)]
pub async fn unsubscribe_notifications(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<UnsubscribeQuery>,
) -> Result<Response, Error> {
    let browser = wants_page(&headers);
    let found = unsubscribe::find(&app, &query.token).await?;
    let Some(message) = found else {
        return Ok(if browser { page(&app, StatusCode::BAD_REQUEST, "bad", None, "") } else { bad_token() });
    };
    unsubscribe::unsubscribe(&app, &message).await?;
    if browser {
        return Ok(page(&app, StatusCode::OK, "done", Some(&message), ""));
    }
    let done = json!({"topic": message.topic, "channel": message.channel, "enabled": false});
    Ok(web::Json(done).into_response())
}

fn bad_token() -> Response {
    let problem = Problem::new(StatusCode::BAD_REQUEST, "invalid_token");
    problem.detail("The link is incomplete or was changed.").into_response()
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// `step` is `question`, `done` or `bad`. The page speaks the language of the mail.
fn page(app: &App, status: StatusCode, step: &str, message: Option<&notification::Model>, token: &str) -> Response {
    let language = message.map_or(app.config.default_locale.as_str(), |message| message.language.as_str());
    let context = json!({
        "step": step,
        "token": token,
        "shop": app.config.shop_name,
        "shop_url": app.config.public_url,
        "lang": language,
        "dir": if format::is_right_to_left(language) { "rtl" } else { "ltr" },
        "w": app.templates.words(language),
    });
    pages::page(&app.templates, status, "unsubscribe.html", &context)
}
