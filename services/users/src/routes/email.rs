//! Verifying and changing the address of an account.

use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Checks, Json, ProblemBody};

use super::{TOKEN_FIELD_MAX, check_password, email_of};
use crate::{App, change_email, error::Error, signed_in::SignedIn, verify_email, visitor::Visitor};

/// The token of a link in a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA"}))]
pub struct MailedToken {
    token: String,
}

impl MailedToken {
    fn checked(self) -> Result<String, Error> {
        Checks::new().text("token", &self.token, 1..=TOKEN_FIELD_MAX).done()?;
        Ok(self.token)
    }
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({"email_verified": true}))]
pub struct Verified {
    email_verified: bool,
}

/// Verify an address
///
/// A second time does nothing and is no error. Access tokens say so from the next refresh on.
#[utoipa::path(
    post, path = "/users/email/verify", operation_id = "verify_email", tag = "users",
    request_body = MailedToken,
    responses(
        (status = 200, body = Verified),
        (status = 422, body = ProblemBody, description = "`token_invalid`, `token_expired`, `token_used`, `invalid`"),
    ),
)]
pub async fn verify_email(State(app): State<App>, Json(body): Json<MailedToken>) -> Result<Json<Verified>, Error> {
    verify_email::verify(&app, &body.checked()?).await?;
    Ok(Json(Verified { email_verified: true }))
}

/// Send the mail to verify my address again
#[utoipa::path(
    post, path = "/users/email/verify/resend", operation_id = "resend_verification", tag = "users",
    security(("bearer" = [])),
    responses(
        (status = 202, description = "A mail is on its way"), (status = 204, description = "Verified already"),
        (status = 429, body = ProblemBody, description = "`too_many_mails`"),
    ),
)]
pub async fn resend_verification(State(app): State<App>, me: SignedIn, visitor: Visitor) -> Result<StatusCode, Error> {
    let sent = verify_email::resend(&app, &me, &visitor).await?;
    Ok(if sent { StatusCode::ACCEPTED } else { StatusCode::NO_CONTENT })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada.king@example.org", "password": "ordinary tuesday soup"}))]
pub struct ChangeEmail {
    email: String,
    /// The current password.
    password: String,
}

/// Ask for another address
///
/// It counts once the link sent there is opened. The answer is the same if someone has the address already.
#[utoipa::path(
    post, path = "/users/email/change", operation_id = "change_email", tag = "users",
    security(("bearer" = [])), request_body = ChangeEmail,
    responses(
        (status = 202),
        (status = 422, body = ProblemBody, description = "`invalid`; `wrong_password`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`, `too_many_mails`"),
    ),
)]
pub async fn change_email(
    State(app): State<App>,
    me: SignedIn,
    visitor: Visitor,
    Json(body): Json<ChangeEmail>,
) -> Result<StatusCode, Error> {
    let mut checks = Checks::new();
    let email = email_of(&mut checks, "email", &body.email);
    checks.require(email.address != me.user.email, "email", "unchanged", "is the address you have");
    check_password(&mut checks, "password", &body.password);
    checks.done()?;
    change_email::request(&app, &me, &email, &body.password, &visitor).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Confirm another address
///
/// With the link sent to it. The old address is told, and can undo it.
#[utoipa::path(
    post, path = "/users/email/confirm", operation_id = "confirm_email", tag = "users",
    request_body = MailedToken,
    responses(
        (status = 204),
        (status = 409, body = ProblemBody, description = "`email_taken`"),
        (status = 422, body = ProblemBody, description = "`token_invalid`, `token_expired`, `token_used`, `invalid`"),
    ),
)]
pub async fn confirm_email(State(app): State<App>, Json(body): Json<MailedToken>) -> Result<StatusCode, Error> {
    change_email::confirm(&app, &body.checked()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take back a change of address
///
/// With the link sent to the old one. Ends every session and sends a link to set a new password.
#[utoipa::path(
    post, path = "/users/email/undo", operation_id = "undo_email", tag = "users", request_body = MailedToken,
    responses(
        (status = 204),
        (status = 409, body = ProblemBody, description = "`email_taken`"),
        (status = 422, body = ProblemBody, description = "`token_invalid`, `token_expired`, `token_used`, `invalid`"),
    ),
)]
pub async fn undo_email(State(app): State<App>, Json(body): Json<MailedToken>) -> Result<StatusCode, Error> {
    change_email::undo(&app, &body.checked()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
