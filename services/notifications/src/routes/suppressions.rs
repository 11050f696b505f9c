//! The list of addresses that are not written to.

use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{calls::Channel, permissions::Permission};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{
    Caller, Checks, Cursor, Json, Page, Path, Query,
    answers::{Invalid, StaffOnly},
    page,
};

use crate::{App, entity::suppression, error::Error, model, suppress};

/// Why an address is not written to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// Mail to it comes back for good.
    HardBounce,
    /// Its owner reported a message as spam: nothing that needs consent is sent.
    Complaint,
    /// Staff decided so.
    Manual,
}

impl SuppressionReason {
    fn name(self) -> &'static str {
        match self {
            Self::HardBounce => "hard_bounce",
            Self::Complaint => "complaint",
            Self::Manual => "manual",
        }
    }
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"channel": "email", "to": "gone@example.com", "reason": "hard_bounce"}))]
pub struct CreateSuppression {
    pub channel: Channel,
    pub to: String,
    pub reason: SuppressionReason,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "complaint"}))]
pub struct UpdateSuppression {
    pub reason: SuppressionReason,
}

/// An address that is not written to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "channel": "email", "to": "gone@example.com",
    "reason": "hard_bounce", "created_at": "2026-11-22T18:05:00Z"
}))]
pub struct SuppressionView {
    pub id: Uuid,
    pub channel: String,
    pub to: String,
    /// `hard_bounce`, `complaint` or `manual`.
    pub reason: String,
    pub created_at: DateTime<Utc>,
}

impl From<suppression::Model> for SuppressionView {
    fn from(row: suppression::Model) -> Self {
        Self { id: row.id, channel: row.channel, to: row.recipient_key, reason: row.reason, created_at: row.created_at }
    }
}

/// Which addresses.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SuppressionQuery {
    /// This address only.
    pub to: Option<String>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// List suppressed addresses
///
/// Newest first, for staff with `notifications:read`.
#[utoipa::path(
    get, path = "/notifications/suppressions", operation_id = "list_suppressions", tag = "notifications",
    params(SuppressionQuery),
    responses(
        (status = 200, description = "One page", body = Page<SuppressionView>),
        Invalid,
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn list_suppressions(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<SuppressionQuery>,
) -> Result<Json<Page<SuppressionView>>, Error> {
    caller.require(Permission::NotificationsRead)?;
    let limit = page::limit(query.limit)?;
    let before = query.cursor.as_deref().map(Cursor::read::<Uuid>).transpose()?;
    let rows = suppress::list(&app.db, query.to.as_deref(), before, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, SuppressionView::from)))
}

/// Suppress an address
///
/// One that is on the list already gets the new reason. For staff with `notifications:send`.
#[utoipa::path(
    post, path = "/notifications/suppressions", operation_id = "create_suppression", tag = "notifications",
    request_body = CreateSuppression,
    responses(
        (status = 201, description = "On the list", body = SuppressionView),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn create_suppression(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<CreateSuppression>,
) -> Result<(StatusCode, Json<SuppressionView>), Error> {
    let by = caller.require(Permission::NotificationsSend)?.id;
    let mut checks = Checks::new();
    model::check_address(&mut checks, "to", request.channel, &request.to);
    checks.done()?;
    let row = suppress::add(&app, request.channel, &request.to, request.reason.name(), by).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Change why an address is suppressed
///
/// For staff with `notifications:send`.
#[utoipa::path(
    put, path = "/notifications/suppressions/{id}", operation_id = "update_suppression", tag = "notifications",
    params(("id" = Uuid, Path, description = "The entry")),
    request_body = UpdateSuppression,
    responses(
        (status = 200, description = "Changed", body = SuppressionView),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn update_suppression(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<UpdateSuppression>,
) -> Result<Json<SuppressionView>, Error> {
    caller.require(Permission::NotificationsSend)?;
    Ok(Json(suppress::change(&app, id, request.reason.name()).await?.into()))
}

/// Write to an address again
///
/// For staff with `notifications:send`.
#[utoipa::path(
    delete, path = "/notifications/suppressions/{id}", operation_id = "delete_suppression", tag = "notifications",
    params(("id" = Uuid, Path, description = "The entry")),
    responses(
        (status = 204, description = "Off the list"),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn delete_suppression(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Error> {
    caller.require(Permission::NotificationsSend)?;
    suppress::remove(&app, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
