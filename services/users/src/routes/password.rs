//! Forgotten, reset and changed passwords.

use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Checks, Json, ProblemBody};

use super::{TOKEN_FIELD_MAX, check_password, email_of};
use crate::{App, error::Error, passwords, signed_in::SignedIn, visitor::Visitor};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.org"}))]
pub struct ForgotPassword {
    email: String,
}

/// Ask for a link to set a new password
///
/// The answer is the same whether or not there is such an account.
#[utoipa::path(
    post, path = "/users/password/forgot", operation_id = "forgot_password", tag = "users",
    request_body = ForgotPassword,
    responses((status = 202)),
)]
pub async fn forgot_password(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<ForgotPassword>,
) -> Result<StatusCode, Error> {
    let mut checks = Checks::new();
    email_of(&mut checks, "email", &body.email);
    checks.done()?;
    passwords::forgot(&app, &body.email, &visitor).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA", "password": "ordinary tuesday soup"}))]
pub struct ResetPassword {
    /// From the link in the mail.
    token: String,
    password: String,
}

/// Set a new password with a link
///
/// Ends every session; signing in comes after.
#[utoipa::path(
    post, path = "/users/password/reset", operation_id = "reset_password", tag = "users",
    request_body = ResetPassword,
    responses(
        (status = 204),
        (status = 422, body = ProblemBody, description = "`token_invalid`, `token_expired`, `token_used`, `invalid`"),
    ),
)]
pub async fn reset_password(State(app): State<App>, Json(body): Json<ResetPassword>) -> Result<StatusCode, Error> {
    let mut checks = Checks::new();
    checks.text("token", &body.token, 1..=TOKEN_FIELD_MAX);
    check_password(&mut checks, "password", &body.password);
    checks.done()?;
    passwords::reset(&app, &body.token, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "ordinary tuesday soup", "new_password": "rainy wednesday bread"}))]
pub struct ChangePassword {
    current_password: String,
    new_password: String,
}

/// Change my password
///
/// Ends my other sessions.
#[utoipa::path(
    post, path = "/users/password/change", operation_id = "change_password", tag = "users",
    security(("bearer" = [])), request_body = ChangePassword,
    responses(
        (status = 204),
        (status = 422, body = ProblemBody, description = "`invalid`; `wrong_password` for the current one"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`"),
    ),
)]
pub async fn change_password(
    State(app): State<App>,
    me: SignedIn,
    visitor: Visitor,
    Json(body): Json<ChangePassword>,
) -> Result<StatusCode, Error> {
    let mut checks = Checks::new();
    check_password(&mut checks, "current_password", &body.current_password);
    check_password(&mut checks, "new_password", &body.new_password);
    checks.done()?;
    passwords::change(&app, &me, &body.current_password, &body.new_password, &visitor).await?;
    Ok(StatusCode::NO_CONTENT)
}
