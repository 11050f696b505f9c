//! Where one is signed in.

use axum::extract::State;
use contracts::ids::SessionId;
use http::StatusCode;
use web::{Json, Page, Path, ProblemBody};

use crate::{App, error::Error, sessions, signed_in::SignedIn, store, views::SessionView};

/// List my sessions
#[utoipa::path(get, path = "/users/sessions", operation_id = "list_sessions", tag = "users", security(("bearer" = [])),
    responses((status = 200, body = Page<SessionView>), (status = 401, body = ProblemBody, description = "unauthorized")))]
pub async fn list_sessions(State(app): State<App>, me: SignedIn) -> Result<Json<Page<SessionView>>, Error> {
    let sessions = store::sessions::of_user(app.db.reader(), me.id(), app.clock.now()).await?;
    let items = sessions.into_iter().map(|session| SessionView::of(session, me.session.id)).collect();
    Ok(Json(Page { items, next_cursor: None }))
}

/// End one of my sessions
#[utoipa::path(delete, path = "/users/sessions/{id}", operation_id = "delete_session", tag = "users", security(("bearer" = [])),
    params(("id" = SessionId, Path)),
    responses((status = 204), (status = 401, body = ProblemBody, description = "unauthorized"),
        (status = 404, body = ProblemBody, description = "not_found")))]
pub async fn end_session(State(app): State<App>, me: SignedIn, Path(id): Path<SessionId>) -> Result<StatusCode, Error> {
    sessions::end(&app, &me, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all my other sessions
#[utoipa::path(delete, path = "/users/sessions", operation_id = "delete_other_sessions", tag = "users", security(("bearer" = [])),
    responses((status = 204), (status = 401, body = ProblemBody, description = "unauthorized")))]
pub async fn end_other_sessions(State(app): State<App>, me: SignedIn) -> Result<StatusCode, Error> {
    sessions::end_others(&app, &me).await?;
    Ok(StatusCode::NO_CONTENT)
}
