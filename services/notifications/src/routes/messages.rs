//! Sending messages and reading the log of them.

use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{
    calls::{NotificationAccepted, SendNotification},
    ids::{NotificationId, OrderId, UserId},
    permissions::Permission,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{
    Caller, Cursor, IdempotencyKey, Json, Page, Path, Problem, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
    idempotency::Answer,
    page,
};

use crate::{
    App,
    entity::notification,
    error::Error,
    history::{self, Filter, Scope},
    model::{self, Status, Topic},
    resend, send,
};

/// A message in the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "channel": "email", "to": "ada@example.com",
    "template": "order_confirmation", "subject": "Your order R-4F7K-2M9D is confirmed", "status": "sent",
    "created_at": "2026-11-22T18:05:00Z", "sent_at": "2026-11-22T18:05:01Z", "topic": "orders", "language": "en",
    "user_id": null, "order_id": null, "reason": null, "attempts": 1
}))]
pub struct NotificationView {
    pub id: NotificationId,
    /// `email`, `sms` or `push`.
    pub channel: String,
    pub to: String,
    /// Absent for a message written by hand.
    pub template: Option<String>,
    pub subject: String,
    pub status: Status,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub topic: Topic,
    pub language: String,
    pub user_id: Option<UserId>,
    pub order_id: Option<OrderId>,
    /// Why it was not sent, or what the last attempt said. Shown to staff.
    pub reason: Option<String>,
    pub attempts: i32,
}

impl NotificationView {
    fn of(row: notification::Model, staff: bool) -> Self {
        Self {
            id: row.id.into(),
            channel: row.channel,
            to: row.recipient,
            template: row.template,
            subject: row.subject,
            status: row.status,
            created_at: row.created_at,
            sent_at: row.sent_at,
            topic: row.topic,
            language: row.language,
            user_id: row.user_id.map(UserId::from),
            order_id: row.order_id.map(OrderId::from),
            reason: row.reason.filter(|_| staff),
            attempts: row.attempts,
        }
    }
}

/// A message with its content.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotificationDetail {
    #[serde(flatten)]
    pub notification: NotificationView,
    /// Null for messages with a one-time link: nobody but the recipient may see it.
    pub text: Option<String>,
    pub html: Option<String>,
    #[schema(value_type = Vec<Vec<String>>)]
    pub headers: Value,
    pub content_hidden: bool,
    pub provider_ref: Option<String>,
    pub resend_of: Option<NotificationId>,
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// Of this user. Others than oneself: staff.
    pub user_id: Option<UserId>,
    /// To this address.
    pub to: Option<String>,
    pub template: Option<String>,
    pub status: Option<Status>,
    /// About this order.
    pub order_id: Option<OrderId>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Send a message
///
/// Queues one message. With a `dedupe_key`, the same message is sent once however often this is called. Services may
/// call it; of staff it asks for the permission `notifications:send`.
#[utoipa::path(
    post, path = "/notifications/send", operation_id = "send_notification", tag = "notifications",
    request_body(content = SendNotification, example = json!({
        "to": "ada@example.com", "channel": "email", "subject": "Your question", "body": "Hello Ada,\n\nyes, it fits.", "data": {}
    })),
    responses(
        (status = 202, description = "Queued, or suppressed because the recipient does not want it", body = NotificationAccepted,
         example = json!({"id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "status": "queued"})),
        (status = 400, description = "`malformed_json`, `wrong_type`, `invalid_idempotency_key`", body = ProblemBody),
        (status = 403, description = "`forbidden`: no such permission, or a template that only services may use", body = ProblemBody),
        (status = 409, description = "`request_in_flight`", body = ProblemBody),
        (status = 422, description = "`invalid`: also an unknown template, user or variable; `idempotency_key_reused`", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn send_notification(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    Json(request): Json<SendNotification>,
) -> Result<Answer, Error> {
    if !caller.is_service() {
        caller.require(Permission::NotificationsSend)?;
    }
    let app = match request.user_id {
        Some(user) => app.holding(user),
        None => app,
    };
    let queued = send::send(&app, &caller, with_key(request, &caller, key)).await?;
    Ok(Answer::new(StatusCode::ACCEPTED, &send::accepted(queued)))
}

/// An `Idempotency-Key` is a dedupe key of the caller's own: the queue itself sees to the rest.
fn with_key(mut request: SendNotification, caller: &Caller, key: IdempotencyKey) -> SendNotification {
    if let (None, Some(key)) = (&request.dedupe_key, key.0) {
        let digest = <sha2::Sha256 as sha2::Digest>::digest(format!("{}/{key}", caller.scope()));
        request.dedupe_key = Some(digest.iter().map(|byte| format!("{byte:02x}")).collect());
    }
    request
}

/// List messages
///
/// Newest first. Shoppers see their own: those to their account, and those to their confirmed address from before they
/// had one. Staff with `notifications:read` see all.
#[utoipa::path(
    get, path = "/notifications/history", operation_id = "list_notifications", tag = "notifications",
    params(HistoryQuery),
    responses(
        (status = 200, description = "One page", body = Page<NotificationView>),
        (status = 403, description = "`forbidden`: somebody else's messages", body = ProblemBody),
        Invalid,
    ),
    security(("bearer" = []))
)]
pub async fn list_notifications(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Page<NotificationView>>, Error> {
    let (scope, staff) = scope(&caller, &query)?;
    let limit = page::limit(query.limit)?;
    let before = query.cursor.as_deref().map(Cursor::read::<Uuid>).transpose()?;
    // What was sent about one order stands on its page, and everybody looks for their own newest message.
    let is_log = matches!(scope, Scope::All) && query.order_id.is_none() && !caller.is_service();
    let filter = Filter {
        user_id: query.user_id.map(UserId::uuid),
        recipient_key: query.to.as_deref().map(model::recipient_key),
        template: query.template,
        status: query.status,
        order_id: query.order_id.map(OrderId::uuid),
    };
    let rows = history::list_everywhere(&app, &scope, &filter, before, limit + 1, is_log).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| NotificationView::of(row, staff))))
}

fn scope(caller: &Caller, query: &HistoryQuery) -> Result<(Scope, bool), Problem> {
    if caller.is_service() || caller.can(Permission::NotificationsRead) {
        return Ok((Scope::All, true));
    }
    let user = caller.signed_in()?;
    let verified_key = user.email_verified.then(|| model::recipient_key(&user.email));
    let others_account = query.user_id.is_some_and(|id| id != user.id);
    let others_address = query.to.as_deref().is_some_and(|to| Some(model::recipient_key(to)) != verified_key);
    if others_account || others_address {
        return Err(Problem::forbidden());
    }
    Ok((Scope::Own { user_id: user.id.uuid(), verified_key }, false))
}

/// Show a message
///
/// With its content, for staff with `notifications:read`. The content of messages with a one-time link is not shown.
#[utoipa::path(
    get, path = "/notifications/{id}", operation_id = "get_notification", tag = "notifications",
    params(("id" = Uuid, Path, description = "The message")),
    responses(
        (status = 200, description = "The message", body = NotificationDetail),
        StaffOnly,
    ),
    security(("bearer" = []))
)]
pub async fn get_notification(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<NotificationDetail>, Error> {
    caller.require(Permission::NotificationsRead)?;
    let row = history::find(app.shards.of(id), id).await?.ok_or(Error::NotFound)?;
    let hidden = row.sensitive;
    Ok(Json(NotificationDetail {
        text: (!hidden).then(|| row.text.clone()),
        html: row.html.clone().filter(|_| !hidden),
        headers: row.headers.clone(),
        content_hidden: hidden,
        provider_ref: row.provider_ref.clone(),
        resend_of: row.resend_of.map(NotificationId::from),
        notification: NotificationView::of(row, true),
    }))
}

/// Send a message again
///
/// As a new message with the same content, for staff with `notifications:send`.
#[utoipa::path(
    post, path = "/notifications/{id}/resend", operation_id = "resend_notification", tag = "notifications",
    params(("id" = Uuid, Path, description = "The message")),
    responses(
        (status = 202, description = "Queued, or suppressed because the recipient does not want it", body = NotificationAccepted),
        StaffOnly,
        (status = 409, description = "`not_resendable`: it carried a one-time link", body = ProblemBody),
    ),
    security(("bearer" = []))
)]
pub async fn resend_notification(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Answer, Error> {
    caller.require(Permission::NotificationsSend)?;
    let queued = resend::resend(&app.holding(NotificationId::from(id)), id).await?;
    Ok(Answer::new(StatusCode::ACCEPTED, &send::accepted(queued)))
}
