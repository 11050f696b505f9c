//! Registering, signing in and out, renewing a session.

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;
use web::{Checks, Json, ProblemBody, Verifier, extract::read_json};

use super::{TOKEN_FIELD_MAX, check_locale, check_password, email_of};
use crate::{
    App,
    error::Error,
    login, refresh,
    register::{self, Registration},
    sessions::{self, Client, Grant},
    views::GrantView,
    visitor::{COOKIE, Visitor},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.org", "password": "ordinary tuesday soup", "name": "Ada Lovelace"}))]
pub struct RegisterUser {
    email: String,
    /// 12 characters at least, any of them; not one that is easy to guess.
    password: String,
    name: String,
    /// A language tag; the shop's own if absent.
    locale: Option<String>,
    #[serde(default)]
    marketing_consent: bool,
    #[serde(default)]
    client: Client,
}

/// Make an account
///
/// Signs the new customer in, and sends a mail to verify the address.
#[utoipa::path(
    post, path = "/users/register", operation_id = "create_user", tag = "users", request_body = RegisterUser,
    responses(
        (status = 201, body = GrantView),
        (status = 409, body = ProblemBody, description = "`email_taken`"),
        (status = 422, body = ProblemBody, description = "`invalid`; `too_short`, `too_long`, `too_common`"),
    ),
)]
pub async fn register_user(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<RegisterUser>,
) -> Result<Response, Error> {
    let mut checks = Checks::new();
    let email = email_of(&mut checks, "email", &body.email);
    checks.text("name", &body.name, 1..=200);
    check_password(&mut checks, "password", &body.password);
    let locale = body.locale.unwrap_or_else(|| app.config.default_locale.clone());
    check_locale(&mut checks, &locale);
    checks.done()?;
    let name = body.name.trim().to_owned();
    let new = Registration { email, name, locale, marketing_consent: body.marketing_consent };
    let grant = register::register(&app, new, &body.password, body.client, &visitor).await?;
    Ok(answer(StatusCode::CREATED, grant))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.org", "password": "ordinary tuesday soup", "client": "api"}))]
pub struct LoginUser {
    email: String,
    password: String,
    #[serde(default)]
    client: Client,
}

/// Sign in
///
/// The refresh token comes in a cookie that scripts cannot read, or with `"client": "api"` in the body.
#[utoipa::path(
    post, path = "/users/login", operation_id = "login_user", tag = "users", request_body = LoginUser,
    responses(
        (status = 200, body = GrantView),
        (status = 401, body = ProblemBody, description = "`invalid_credentials`"),
        (status = 403, body = ProblemBody, description = "`account_disabled`, `new_password_required`"),
        (status = 429, body = ProblemBody, description = "`too_many_attempts`"),
    ),
)]
pub async fn login_user(
    State(app): State<App>,
    visitor: Visitor,
    Json(body): Json<LoginUser>,
) -> Result<Response, Error> {
    let mut checks = Checks::new();
    checks.text("email", &body.email, 1..=320);
    check_password(&mut checks, "password", &body.password);
    checks.done()?;
    let grant = login::login(&app, &body.email, &body.password, body.client, &visitor).await?;
    Ok(answer(StatusCode::OK, grant))
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA"}))]
pub struct RefreshToken {
    /// Absent for browsers, whose cookie is taken.
    refresh_token: Option<String>,
}

/// Renew a session
///
/// Each refresh token is good once and comes back as its successor; who lost the answer can ask again for ten
/// seconds. Using a retired one later ends the session.
#[utoipa::path(
    post, path = "/users/token/refresh", operation_id = "refresh_token", tag = "users",
    request_body(content = Option<RefreshToken>, description = "May be left out by browsers"),
    responses(
        (status = 200, body = GrantView),
        (status = 403, body = ProblemBody, description = "`cross_origin`"),
    ),
)]
pub async fn refresh_token(State(app): State<App>, visitor: Visitor, body: Bytes) -> Result<Response, Error> {
    let token = presented(&visitor, &body)?.ok_or(Error::Unauthorized)?;
    match refresh::refresh(&app, &token, &visitor).await {
        Ok(grant) => Ok(answer(StatusCode::OK, grant)),
        // The cookie is worth nothing any more; a browser that keeps it would ask in vain again and again.
        Err(Error::Unauthorized) if visitor.cookie.is_some() => {
            Ok((cookie_header("", 0), Error::Unauthorized).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Sign out
///
/// Ends the session of the refresh token, or of the access token. Always succeeds.
#[utoipa::path(
    post, path = "/users/logout", operation_id = "logout_user", tag = "users", security((), ("bearer" = [])),
    request_body(content = Option<RefreshToken>, description = "May be left out"),
    responses((status = 204), (status = 403, body = ProblemBody, description = "`cross_origin`")),
)]
pub async fn logout_user(
    State(app): State<App>,
    verifier: axum::Extension<Verifier>,
    headers: HeaderMap,
    visitor: Visitor,
    body: Bytes,
) -> Result<Response, Error> {
    let token = presented(&visitor, &body)?;
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    // An access token that has run out is no reason to stay signed in.
    let signed_in = match authorization {
        Some(authorization) => verifier.user(authorization).await.ok().map(|user| user.session),
        None => None,
    };
    sessions::logout(&app, token.as_deref(), signed_in).await?;
    Ok((cookie_header("", 0), StatusCode::NO_CONTENT).into_response())
}

/// The refresh token in the body, else the one in the cookie.
fn presented(visitor: &Visitor, body: &[u8]) -> Result<Option<String>, Error> {
    let body: RefreshToken = optional_json(body)?;
    let token = match body.refresh_token {
        Some(token) => Some(token),
        None => visitor.own_cookie()?,
    };
    Ok(token.filter(|token| token.len() <= TOKEN_FIELD_MAX))
}

fn optional_json<T: Default + DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    if body.iter().all(u8::is_ascii_whitespace) { Ok(T::default()) } else { Ok(read_json(body)?) }
}

fn answer(status: StatusCode, grant: Grant) -> Response {
    let cookie = (grant.client == Client::Browser).then(|| cookie_header(&grant.refresh_token, grant.refresh_secs));
    let body = Json(GrantView::from(grant));
    match cookie {
        Some(cookie) => (status, cookie, body).into_response(),
        None => (status, body).into_response(),
    }
}

/// Sets the cookie; an age of zero removes it.
pub fn cookie_header(token: &str, age_secs: i64) -> [(header::HeaderName, HeaderValue); 1] {
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={age_secs}; HttpOnly; Secure; SameSite=Lax");
    // Tokens are base64url: nothing in them could break out of the header.
    [(header::SET_COOKIE, HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static("")))]
}
