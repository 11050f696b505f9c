//! What someone wants to be told, and the proof of what they agreed to.

use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{ids::UserId, permissions::Permission};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Checks, Cursor, Json, Page, Problem, ProblemBody, Query, answers::Invalid, page};

use crate::{
    App, consent,
    entity::consent::Model,
    error::Error,
    model::{self, Topic},
    preferences::{self, Choice, Preferences},
};

/// The matrix has this many cells; more choices than that say something twice.
const CHOICES_MAX: usize = 18;

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [{"topic": "marketing", "channel": "email", "enabled": true}]}))]
pub struct UpdatePreferences {
    /// The cells to change; others stay as they are.
    pub items: Vec<Choice>,
}

/// What somebody decided, and when, where and on which wording.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "topic": "marketing", "channel": "email", "granted": true, "source": "registration", "text_version": "1",
    "given_at": "2026-11-22T18:05:00Z"
}))]
pub struct ConsentView {
    pub topic: Topic,
    pub channel: String,
    pub granted: bool,
    pub source: String,
    pub text_version: String,
    pub given_at: DateTime<Utc>,
}

impl From<Model> for ConsentView {
    fn from(row: Model) -> Self {
        Self {
            topic: row.topic,
            channel: row.channel,
            granted: row.granted,
            source: row.source,
            text_version: row.text_version,
            given_at: row.given_at,
        }
    }
}

/// Whose.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConsentQuery {
    /// Of this user: staff. Oneself if absent.
    pub user_id: Option<UserId>,
    /// Of this address: staff.
    pub to: Option<String>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Show my preferences
///
/// Every topic on every channel. Those about orders and security are locked.
#[utoipa::path(
    get, path = "/notifications/preferences", operation_id = "get_notification_preferences", tag = "notifications",
    responses(
        (status = 200, description = "The matrix", body = Preferences),
    ),
    security(("bearer" = []))
)]
pub async fn get_notification_preferences(State(app): State<App>, caller: Caller) -> Result<Json<Preferences>, Error> {
    let person = preferences::person(caller.signed_in()?);
    Ok(Json(preferences::read(&app, &person).await?))
}

/// Change my preferences
///
/// Each change is kept with its time and the wording that was agreed to.
#[utoipa::path(
    put, path = "/notifications/preferences", operation_id = "update_notification_preferences", tag = "notifications",
    request_body = UpdatePreferences,
    responses(
        (status = 200, description = "The matrix as it is now", body = Preferences),
        (status = 422, description = "`invalid`: a locked topic was to be switched off", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn update_notification_preferences(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<UpdatePreferences>,
) -> Result<Json<Preferences>, Error> {
    let person = preferences::person(caller.signed_in()?);
    Checks::new().range("items", &request.items.len(), &(1..=CHOICES_MAX)).done()?;
    preferences::change(&app, &person, &request.items).await?;
    Ok(Json(preferences::read(&app, &person).await?))
}

/// List consents
///
/// The proof of who agreed to what, newest first: one's own, or anyone's for staff with `notifications:read`.
#[utoipa::path(
    get, path = "/notifications/consents", operation_id = "list_notification_consents", tag = "notifications",
    params(ConsentQuery),
    responses(
        (status = 200, description = "One page", body = Page<ConsentView>),
        Invalid,
        (status = 403, description = "`forbidden`: somebody else's", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn list_notification_consents(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ConsentQuery>,
) -> Result<Json<Page<ConsentView>>, Error> {
    let user = caller.signed_in()?;
    let mut person = preferences::person(user);
    if query.user_id.is_some_and(|id| id != user.id) || query.to.is_some() {
        caller.require(Permission::NotificationsRead).map_err(|_| Problem::forbidden())?;
        let recipient_key = query.to.as_deref().map(model::recipient_key);
        person = consent::Person { user_id: query.user_id.map(UserId::uuid), recipient_key };
    }
    let limit = page::limit(query.limit)?;
    let before = query.cursor.as_deref().map(Cursor::read::<(DateTime<Utc>, Uuid)>).transpose()?;
    let rows = consent::history(app.db.reader(), &person, before, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| (row.given_at, row.id), ConsentView::from)))
}
