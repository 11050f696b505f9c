//! One's own account.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use web::{Checks, Json, ProblemBody};

use super::{check_locale, login::cookie_header, phone_of};
use crate::{
    App, erase,
    error::Error,
    export::{self, Export},
    signed_in::SignedIn,
    update::{self, Changes},
    views::UserView,
};

/// Get my account
#[utoipa::path(
    get, path = "/users/profile", operation_id = "get_profile", tag = "users", security(("bearer" = [])),
    responses((status = 200, body = UserView)),
)]
pub async fn get_profile(me: SignedIn) -> Json<UserView> {
    Json(UserView::of(me.user, &me.rights))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Ada King", "locale": "en-GB", "phone": "+44 20 7946 0000"}))]
pub struct UpdateProfile {
    name: Option<String>,
    locale: Option<String>,
    /// E.164; null removes it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    marketing_consent: Option<bool>,
}

/// Tells a null that was given from a field that was not.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Change my account
///
/// Fields that are left out stay as they are. Address and password have operations of their own; role, id and
/// verification cannot be written.
#[utoipa::path(
    put, path = "/users/update", operation_id = "update_profile", tag = "users", security(("bearer" = [])),
    request_body = UpdateProfile,
    responses(
        (status = 200, body = UserView),
        (status = 422, body = ProblemBody, description = "`invalid`; `unknown_field` for what cannot be written"),
    ),
)]
pub async fn update_profile(
    State(app): State<App>,
    me: SignedIn,
    Json(body): Json<UpdateProfile>,
) -> Result<Json<UserView>, Error> {
    let mut checks = Checks::new();
    if let Some(name) = &body.name {
        checks.text("name", name, 1..=200);
    }
    if let Some(locale) = &body.locale {
        check_locale(&mut checks, locale);
    }
    let phone = body
        .phone
        .map(|phone| phone.filter(|phone| !phone.trim().is_empty()).map(|phone| phone_of(&mut checks, &phone)));
    checks.done()?;
    let name = body.name.map(|name| name.trim().to_owned());
    let changes = Changes { name, locale: body.locale, phone, marketing_consent: body.marketing_consent };
    let user = update::update(&app, &me, changes).await?;
    Ok(Json(UserView::of(user, &me.rights)))
}

/// Get all that is kept about me
#[utoipa::path(
    get, path = "/users/export", operation_id = "export_user", tag = "users", security(("bearer" = [])),
    responses((status = 200, body = Export)),
)]
pub async fn export_user(State(app): State<App>, me: SignedIn) -> Result<Json<Export>, Error> {
    Ok(Json(export::export(&app, &me).await?))
}

/// The receipt for an erased account.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"user_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "erased_at": "2026-11-22T10:00:00Z"}))]
pub struct Erased {
    user_id: contracts::ids::UserId,
    erased_at: DateTime<Utc>,
}

/// Erase my account
///
/// Cannot be undone. Orders and invoices stay, as the law demands, without the person. Needs a recent sign-in.
#[utoipa::path(
    delete, path = "/users/me", operation_id = "erase_user", tag = "users", security(("bearer" = [])),
    responses(
        (status = 200, body = Erased),
        (status = 403, body = ProblemBody, description = "`recent_login_required`"),
        (
            status = 409, body = ProblemBody,
            description = "`last_admin`; `orders_under_way` with their numbers in `orders`: paid and not sent yet"
        ),
    ),
)]
pub async fn erase_user(State(app): State<App>, me: SignedIn) -> Result<Response, Error> {
    me.require_recent_login(&app)?;
    let erased_at = erase::erase(&app, &me).await?;
    Ok((cookie_header("", 0), Json(Erased { user_id: me.id(), erased_at })).into_response())
}
