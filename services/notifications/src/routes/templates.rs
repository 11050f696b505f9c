//! The texts, as staff see and change them.

use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{
    calls::{Channel, NotificationAccepted},
    ids::{NotificationId, UserId},
    permissions::Permission,
};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use web::{Caller, Checks, Json, Page, Path, Problem, ProblemBody, Query, answers::StaffOnly, idempotency::Answer};

use crate::{
    App,
    compose::{self, Letter, Recipient},
    entity::template::Model,
    error::Error,
    model::{self, Topic},
    queue, saved, send,
    templates::{Source, Template},
};

const LINE_MAX_CHARS: usize = 500;
const BODY_MAX_CHARS: usize = 20_000;
const VERSIONS_MAX: u64 = 100;

/// A template and the languages it is written in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "delivered", "about": "Tells the buyer that a parcel was delivered.", "topic": "orders", "sensitive": false,
    "variables": [{"name": "number", "required": true, "example": "R-4F7K-2M9D"}],
    "languages": [{"language": "en", "built_in": true, "version": 0}]
}))]
pub struct TemplateView {
    pub name: String,
    /// When it is sent.
    pub about: String,
    pub topic: Topic,
    /// It carries a one-time link, so its content is never shown.
    pub sensitive: bool,
    pub variables: Vec<Variable>,
    pub languages: Vec<LanguageView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Variable {
    pub name: String,
    pub required: bool,
    pub example: Value,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LanguageView {
    pub language: String,
    /// The text that came with the shop is in use.
    pub built_in: bool,
    /// The saved version in use; 0 if none was ever saved.
    pub version: i32,
}

/// A text in one language.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "delivered", "language": "en", "version": 2, "built_in": false, "subject": "Order {{ number }} was delivered",
    "heading": "Your parcel has arrived", "preview": "We hope you like it.",
    "body": "{{ hello(name) }}\n\nthe parcel has arrived.", "saved_by": null, "saved_at": null
}))]
pub struct TextView {
    pub name: String,
    pub language: String,
    pub version: i32,
    pub built_in: bool,
    pub subject: String,
    pub heading: String,
    pub preview: String,
    pub body: String,
    pub saved_by: Option<UserId>,
    pub saved_at: Option<DateTime<Utc>>,
}

/// A text as staff write it. The body becomes both the plain text and the HTML of the message.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "subject": "Order {{ number }} was delivered", "heading": "Your parcel has arrived", "preview": "We hope you like it.",
    "body": "{{ hello(name) }}\n\nthe parcel with your order {{ number }} has arrived.\n\n{{ button(w.view_order, order_url) }}"
}))]
pub struct WriteText {
    pub subject: String,
    /// The title inside the message.
    pub heading: String,
    /// What mail programs show beside the subject.
    pub preview: String,
    pub body: String,
}

/// A rendered message.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "subject": "Your order R-4F7K-2M9D", "text": "Thank you, Ada. We have your order.",
    "html": "<p>Thank you, Ada. We have your order.</p>",
}))]
pub struct PreviewView {
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"to": "me@example.com"}))]
pub struct TestSend {
    /// Where to; to oneself if absent.
    #[serde(default)]
    pub to: Option<String>,
}

/// No parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

impl WriteText {
    fn check(self) -> Result<Source, Problem> {
        let mut checks = Checks::new();
        checks
            .text("subject", &self.subject, 1..=LINE_MAX_CHARS)
            .text("heading", &self.heading, 1..=LINE_MAX_CHARS)
            .text("preview", &self.preview, 1..=LINE_MAX_CHARS)
            .text("body", &self.body, 1..=BODY_MAX_CHARS);
        checks.done()?;
        Ok(Source { subject: self.subject, heading: self.heading, preview: self.preview, body: self.body })
    }
}

/// The template, in a language that texts can be written in; else 404.
fn named<'a>(app: &'a App, name: &str, language: &str) -> Result<&'a Template, Error> {
    let template = app.templates.get(name).ok_or(Error::NotFound)?;
    if model::is_language_tag(language) { Ok(template) } else { Err(Error::NotFound) }
}

/// The text in use, with what is known of it.
async fn in_use(app: &App, template: &Template, language: &str) -> Result<TextView, Error> {
    let row = saved::latest(app.db.reader(), &template.name, language).await?;
    match (row, template.sources.get(language)) {
        (Some(row), _) if !row.built_in => Ok(view(row)),
        (row, Some(source)) => Ok(built_in(template, language, source, row)),
        (_, None) => Err(Error::NotFound),
    }
}

fn view(row: Model) -> TextView {
    TextView {
        name: row.name,
        language: row.language,
        version: row.version,
        built_in: row.built_in,
        subject: row.subject,
        heading: row.heading,
        preview: row.preview,
        body: row.body,
        saved_by: Some(row.saved_by.into()),
        saved_at: Some(row.saved_at),
    }
}

fn built_in(template: &Template, language: &str, source: &Source, row: Option<Model>) -> TextView {
    let source = source.clone();
    TextView {
        name: template.name.clone(),
        language: language.to_owned(),
        version: row.as_ref().map_or(0, |row| row.version),
        built_in: true,
        subject: source.subject,
        heading: source.heading,
        preview: source.preview,
        body: source.body,
        saved_by: row.as_ref().map(|row| row.saved_by.into()),
        saved_at: row.map(|row| row.saved_at),
    }
}

/// The version that the editor started from, if it says so: `If-Match: "3"`.
fn expected_version(headers: &HeaderMap) -> Result<Option<i32>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let version = value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
    let refused = || Problem::new(StatusCode::BAD_REQUEST, "invalid_if_match").detail("If-Match must be a version.");
    version.map(Some).ok_or_else(refused)
}

/// List templates
///
/// Every message the shop can send, with its variables and languages. For staff with `notifications:read`.
#[utoipa::path(
    get, path = "/notifications/templates", operation_id = "list_notification_templates", tag = "notifications",
    responses(
        (status = 200, description = "All of them", body = Page<TemplateView>),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn list_notification_templates(
    State(app): State<App>,
    caller: Caller,
    Query(NoQuery {}): Query<NoQuery>,
) -> Result<Json<Page<TemplateView>>, Error> {
    caller.require(Permission::NotificationsRead)?;
    let saved = saved::all_latest(&app.db).await?;
    let items = app.templates.iter().map(|template| summary(template, &saved)).collect();
    Ok(Json(Page { items, next_cursor: None }))
}

fn summary(template: &Template, saved: &[Model]) -> TemplateView {
    let ours = saved.iter().filter(|row| row.name == template.name);
    let mut languages: Vec<LanguageView> = template
        .sources
        .keys()
        .map(|language| LanguageView { language: language.clone(), built_in: true, version: 0 })
        .collect();
    for row in ours {
        languages.retain(|known| known.language != row.language);
        if !row.built_in || template.sources.contains_key(&row.language) {
            let language = row.language.clone();
            languages.push(LanguageView { language, built_in: row.built_in, version: row.version });
        }
    }
    languages.sort_by(|a, b| a.language.cmp(&b.language));
    let variable = |(name, example): (&String, &Value)| Variable {
        name: name.clone(),
        required: !template.optional.contains(name),
        example: example.clone(),
    };
    TemplateView {
        name: template.name.clone(),
        about: template.about.clone(),
        topic: template.topic,
        sensitive: template.sensitive,
        variables: template.sample.iter().map(variable).collect(),
        languages,
    }
}

/// Show a text
///
/// The one in use: saved, or built in. For staff with `notifications:read`.
#[utoipa::path(
    get, path = "/notifications/templates/{name}/{language}", operation_id = "get_notification_template", tag = "notifications",
    params(("name" = String, Path, description = "The template"), ("language" = String, Path, description = "`de` or `de-AT`")),
    responses(
        (status = 200, description = "The text", body = TextView),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn get_notification_template(
    State(app): State<App>,
    caller: Caller,
    Path((name, language)): Path<(String, String)>,
) -> Result<Json<TextView>, Error> {
    caller.require(Permission::NotificationsRead)?;
    let template = named(&app, &name, &language)?;
    Ok(Json(in_use(&app, template, &language).await?))
}

/// Save a text
///
/// It is rendered with sample data first and refused, with the line, if that fails. The earlier versions stay.
/// `If-Match` with the version the editor started from guards against overwriting another's. For staff with
/// `notifications:send`.
#[utoipa::path(
    put, path = "/notifications/templates/{name}/{language}", operation_id = "update_notification_template", tag = "notifications",
    params(
        ("name" = String, Path, description = "The template"), ("language" = String, Path, description = "`de` or `de-AT`"),
        ("If-Match" = Option<String>, Header, description = "The version the editor started from")
    ),
    request_body = WriteText,
    responses(
        (status = 200, description = "Saved and in use", body = TextView),
        (status = 400, description = "`malformed_json`, `wrong_type`, `invalid_if_match`", body = ProblemBody),
        StaffOnly,
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 422, description = "`invalid`, with `line` where the text does not render", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn update_notification_template(
    State(app): State<App>,
    caller: Caller,
    Path((name, language)): Path<(String, String)>,
    headers: HeaderMap,
    Json(request): Json<WriteText>,
) -> Result<Json<TextView>, Error> {
    let by = caller.require(Permission::NotificationsSend)?.id;
    let template = named(&app, &name, &language)?;
    let expected = expected_version(&headers)?;
    let source = request.check()?;
    saved::check(&app, template, &source, &language)?;
    saved::save(&app, &name, &language, Some(source), expected, by).await?;
    Ok(Json(in_use(&app, template, &language).await?))
}

/// Go back to the built-in text
///
/// The saved versions stay in the list. For staff with `notifications:send`.
#[utoipa::path(
    delete, path = "/notifications/templates/{name}/{language}", operation_id = "delete_notification_template", tag = "notifications",
    params(("name" = String, Path, description = "The template"), ("language" = String, Path, description = "`de` or `de-AT`")),
    responses(
        (status = 204, description = "The built-in text is in use, or the language is gone"),
        StaffOnly,
        (status = 404, description = "`not_found`: nothing was saved", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn delete_notification_template(
    State(app): State<App>,
    caller: Caller,
    Path((name, language)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let by = caller.require(Permission::NotificationsSend)?.id;
    named(&app, &name, &language)?;
    saved::active(&app.db, &name, &language).await?.ok_or(Error::NotFound)?;
    saved::save(&app, &name, &language, None, None, by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the versions of a text
///
/// Newest first, at most 100. Saving an old one again restores it. For staff with `notifications:read`.
#[utoipa::path(
    get, path = "/notifications/templates/{name}/{language}/versions", operation_id = "list_notification_template_versions",
    tag = "notifications",
    params(("name" = String, Path, description = "The template"), ("language" = String, Path, description = "`de` or `de-AT`")),
    responses(
        (status = 200, description = "The versions", body = Page<TextView>),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn list_notification_template_versions(
    State(app): State<App>,
    caller: Caller,
    Path((name, language)): Path<(String, String)>,
) -> Result<Json<Page<TextView>>, Error> {
    caller.require(Permission::NotificationsRead)?;
    named(&app, &name, &language)?;
    let rows = saved::versions(&app.db, &name, &language, VERSIONS_MAX).await?;
    Ok(Json(Page { items: rows.into_iter().map(view).collect(), next_cursor: None }))
}

/// Preview a text
///
/// Renders a text that is not saved, with sample data. For staff with `notifications:read`.
#[utoipa::path(
    post, path = "/notifications/templates/{name}/{language}/preview", operation_id = "preview_notification_template",
    tag = "notifications",
    params(("name" = String, Path, description = "The template"), ("language" = String, Path, description = "`de` or `de-AT`")),
    request_body = WriteText,
    responses(
        (status = 200, description = "The message as it would look", body = PreviewView),
        StaffOnly,
        (status = 422, description = "`invalid`, with `line` where the text does not render", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn preview_notification_template(
    State(app): State<App>,
    caller: Caller,
    Path((name, language)): Path<(String, String)>,
    Json(request): Json<WriteText>,
) -> Result<Json<PreviewView>, Error> {
    caller.require(Permission::NotificationsRead)?;
    let template = named(&app, &name, &language)?;
    let rendered = compose::sample(&app, template, &request.check()?, &language)?;
    Ok(Json(PreviewView { subject: rendered.subject, text: rendered.text, html: rendered.html }))
}

/// Send a test
///
/// The text in use, with sample data, to oneself or to `to`. For staff with `notifications:send`.
#[utoipa::path(
    post, path = "/notifications/templates/{name}/{language}/test", operation_id = "test_notification_template",
    tag = "notifications",
    params(("name" = String, Path, description = "The template"), ("language" = String, Path, description = "`de` or `de-AT`")),
    request_body = TestSend,
    responses(
        (status = 202, description = "Queued", body = NotificationAccepted),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn test_notification_template(
    State(app): State<App>,
    caller: Caller,
    Path((name, language)): Path<(String, String)>,
    Json(request): Json<TestSend>,
) -> Result<Answer, Error> {
    let user = caller.require(Permission::NotificationsSend)?;
    let template = named(&app, &name, &language)?;
    let to = request.to.unwrap_or_else(|| user.email.clone());
    Checks::new().email("to", &to).done()?;
    let text = in_use(&app, template, &language).await?;
    let letter = test_letter(&app, template, &text, &to)?;
    let tx = app.db.begin().await?;
    let queued = queue::enqueue(&tx, &letter).await?;
    tx.commit().await?;
    app.wake();
    Ok(Answer::new(StatusCode::ACCEPTED, &send::accepted(queued)))
}

/// A sample is nobody's order and no advertisement: whatever it is a sample of, it is a message among staff.
fn test_letter(app: &App, template: &Template, text: &TextView, to: &str) -> Result<Letter, Error> {
    let id = NotificationId::new();
    let source = Source {
        subject: text.subject.clone(),
        heading: text.heading.clone(),
        preview: text.preview.clone(),
        body: text.body.clone(),
    };
    let rendered = compose::sample(app, template, &source, &text.language)?;
    Ok(Letter {
        id,
        to: Recipient::mail(to, None),
        order_id: None,
        template: Some(template.name.clone()),
        language: text.language.clone(),
        topic: Topic::Service,
        subject: rendered.subject,
        text: rendered.text,
        html: Some(rendered.html),
        headers: compose::headers(app, id, Channel::Email, None),
        sensitive: false,
        dedupe_key: format!("test:{id}"),
        resend_of: None,
    })
}
