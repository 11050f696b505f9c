//! Where one is signed in.

use axum::extract::State;
use contracts::ids::SessionId;
use http::StatusCode;
use uuid::Uuid;
use web::{Json, Page, PageQuery, Path, Query, answers::Invalid};

use crate::{App, error::Error, sessions, signed_in::SignedIn, store, views::SessionView};

/// List my sessions, newest first
#[utoipa::path(
    get, path = "/users/sessions", operation_id = "list_sessions", tag = "users", security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, body = Page<SessionView>), Invalid),
)]
pub async fn list_sessions(
    State(app): State<App>,
    me: SignedIn,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<SessionView>>, Error> {
    let (limit, before) = (page.limit()?, page.after::<Uuid>()?);
    let rows = store::sessions::of_user(app.db.reader(), me.id(), app.clock.now(), before, limit + 1).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| SessionView::of(row, me.session.id))))
}

/// End one of my sessions
#[utoipa::path(
    delete, path = "/users/sessions/{id}", operation_id = "delete_session", tag = "users",
    security(("bearer" = [])), params(("id" = SessionId, Path)),
    responses((status = 204)),
)]
pub async fn end_session(State(app): State<App>, me: SignedIn, Path(id): Path<SessionId>) -> Result<StatusCode, Error> {
    sessions::end(&app, &me, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all my other sessions
#[utoipa::path(
    delete, path = "/users/sessions", operation_id = "delete_other_sessions", tag = "users",
    security(("bearer" = [])),
    responses((status = 204)),
)]
pub async fn end_other_sessions(State(app): State<App>, me: SignedIn) -> Result<StatusCode, Error> {
    sessions::end_others(&app, &me).await?;
    Ok(StatusCode::NO_CONTENT)
}
