//! What other services ask: the keys, how to reach someone, whether a session stands.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use contracts::{
    calls::{Contact, Standing},
    ids::{SessionId, UserId},
};
use http::{HeaderValue, header};
use web::{Caller, Json, Path};

use crate::{App, error::Error, keys, store};

/// Get the keys that access tokens are checked with (RFC 7517)
#[utoipa::path(
    get, path = "/.well-known/jwks.json", operation_id = "get_jwks", tag = "users",
    responses((
        status = 200, body = serde_json::Value,
        example = json!({"keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "0192f0c1",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        }]}),
    )),
)]
pub async fn get_jwks(State(app): State<App>) -> Result<Response, Error> {
    let age = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];
    Ok((age, Json(keys::jwks(&app).await?)).into_response())
}

pub async fn contact(State(app): State<App>, caller: Caller, Path(id): Path<UserId>) -> Result<Json<Contact>, Error> {
    caller.require_service()?;
    let user = store::users::by_id(app.db.reader(), id).await?;
    let user = user.filter(|user| user.status != store::users::ERASED).ok_or(Error::NotFound)?;
    Ok(Json(Contact { user_id: id, email: user.email, name: user.name, locale: user.locale, phone: user.phone }))
}

pub async fn standing(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<Standing>, Error> {
    caller.require_service()?;
    let standing = store::sessions::standing(app.db.reader(), id, app.clock.now()).await?;
    Ok(Json(Standing { active: standing.is_some() }))
}
