//! `/dev/mail`: every message that went to the mailbox instead of to someone, for people who build and try the shop.
//!
//! It shows all messages to anyone, one-time links included, and so exists only where `mailbox_page` is on.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Json, Page, Path, Query, page};

use crate::{App, entity::mailbox::Model, error::Error, mailbox, pages};

const SHOWN: u64 = 50;

/// The mailbox's routes; not part of the public API.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/dev/mail", get(list_page))
        .route("/dev/mail/messages", get(list_messages))
        .route("/dev/mail/messages/{id}", get(get_message))
        .route("/dev/mail/{id}", get(message_page))
        .route("/dev/mail/{id}/html", get(message_html))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// A part of the address.
    to: Option<String>,
    /// Messages older than this one.
    before: Option<Uuid>,
    limit: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewQuery {
    view: Option<View>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum View {
    Html,
    Text,
    Headers,
}

#[derive(Serialize)]
struct MessageView {
    id: Uuid,
    channel: String,
    from: String,
    to: String,
    subject: String,
    text: String,
    html: Option<String>,
    headers: Value,
    received_at: DateTime<Utc>,
}

impl From<Model> for MessageView {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            channel: row.channel,
            from: row.sender,
            to: row.recipient,
            subject: row.subject,
            text: row.text,
            html: row.html,
            headers: row.headers,
            received_at: row.received_at,
        }
    }
}

async fn list_messages(
    State(app): State<App>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<MessageView>>, Error> {
    let limit = page::limit(query.limit)?;
    let rows = mailbox::list(&app, wanted(&query), query.before, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, MessageView::from)))
}

async fn get_message(State(app): State<App>, Path(id): Path<Uuid>) -> Result<Json<MessageView>, Error> {
    Ok(Json(mailbox::find(&app, id).await?.ok_or(Error::NotFound)?.into()))
}

async fn list_page(State(app): State<App>, Query(query): Query<ListQuery>) -> Result<Response, Error> {
    let to = wanted(&query);
    let mut rows = mailbox::list(&app, to, query.before, SHOWN + 1).await?;
    let more = rows.len() as u64 > SHOWN;
    rows.truncate(SHOWN as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    let context = json!({
        "shop": app.config.shop_name,
        "to": to.unwrap_or_default(),
        "next": next,
        "messages": rows.iter().map(line).collect::<Vec<_>>(),
    });
    Ok(pages::page(&app.templates, StatusCode::OK, "mailbox.html", &context))
}

fn wanted(query: &ListQuery) -> Option<&str> {
    query.to.as_deref().map(str::trim).filter(|to| !to.is_empty())
}

fn line(row: &Model) -> Value {
    json!({
        "id": row.id,
        "channel": row.channel,
        "to": row.recipient,
        "from": row.sender,
        "subject": row.subject,
        "at": row.received_at.format("%d %b %Y, %H:%M:%S").to_string(),
    })
}

async fn message_page(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(query): Query<ViewQuery>,
) -> Result<Response, Error> {
    let row = mailbox::find(&app, id).await?.ok_or(Error::NotFound)?;
    let default = if row.html.is_some() { View::Html } else { View::Text };
    let context = json!({
        "shop": app.config.shop_name,
        "message": line(&row),
        "text": row.text,
        "has_html": row.html.is_some(),
        "headers": row.headers,
        "view": query.view.unwrap_or(default),
    });
    Ok(pages::page(&app.templates, StatusCode::OK, "message.html", &context))
}

async fn message_html(State(app): State<App>, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let row = mailbox::find(&app, id).await?;
    let html = row.and_then(|row| row.html).ok_or(Error::NotFound)?;
    Ok(pages::foreign(&html).into_response())
}
