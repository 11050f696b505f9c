//! Opening sessions, and what the client gets for it.

use chrono::{DateTime, Duration, Utc};
use contracts::ids::SessionId;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    entity::{session, user},
    error::Error,
    keys::Signer,
    model::rights::Rights,
    secrets::{digest_of, random_token},
    signed_in::SignedIn,
    store,
    visitor::Visitor,
};

/// Where the refresh token goes: a browser gets a cookie that scripts cannot read, others get it in the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Client {
    #[default]
    Browser,
    Api,
}

impl Client {
    fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }

    pub fn of(session: &session::Model) -> Self {
        if session.client == "api" { Self::Api } else { Self::Browser }
    }
}

/// What a signed-in client holds.
pub struct Grant {
    pub user: user::Model,
    pub rights: Rights,
    pub client: Client,
    pub access_token: String,
    pub expires_in: i64,
    pub refresh_token: String,
    /// How long a cookie with it is worth keeping.
    pub refresh_secs: i64,
}

/// Opens a session in the transaction of the sign-in, with its first refresh token.
pub async fn open(
    app: &App,
    tx: &db::Tx,
    user: &user::Model,
    rights: &Rights,
    client: Client,
    visitor: &Visitor,
) -> Result<(session::Model, String), Error> {
    let now = app.clock.now();
    let life = if rights.is_staff() {
        Duration::hours(app.config.staff_session_hours)
    } else {
        Duration::days(app.config.refresh_absolute_days)
    };
    let session = session::Model {
        id: Uuid::now_v7(),
        user_id: user.id,
        client: client.name().to_owned(),
        user_agent: visitor.user_agent.clone(),
        device: visitor.device(),
        ip: visitor.ip(),
        authenticated_at: now,
        created_at: now,
        last_used_at: now,
        expires_at: now + life,
        revoked_at: None,
        revoked_because: None,
    };
    session::Entity::insert(session.clone().into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    let token = random_token()?;
    store::sessions::add_refresh_token(
        tx,
        digest_of(&token),
        session.id,
        now,
        refresh_until(app, &session, rights, now),
    )
    .await?;
    Ok((session, token))
}

/// Until when a refresh token given out now can be used: a session that nobody uses for longer is over.
pub fn refresh_until(app: &App, session: &session::Model, rights: &Rights, now: DateTime<Utc>) -> DateTime<Utc> {
    let idle = if rights.is_staff() {
        Duration::minutes(app.config.staff_idle_mins)
    } else {
        Duration::days(app.config.refresh_idle_days)
    };
    session.expires_at.min(now + idle)
}

/// Signs the access token that goes with `session`, once its transaction has been committed.
pub fn grant(
    app: &App,
    signer: &Signer,
    user: user::Model,
    rights: Rights,
    session: &session::Model,
    refresh_token: String,
) -> Result<Grant, Error> {
    let now = app.clock.now();
    let expires_in = app.config.access_token_secs.min((session.expires_at - now).num_seconds().max(1));
    Ok(Grant {
        access_token: signer.token(&user, session, &rights, now, expires_in)?,
        expires_in,
        refresh_token,
        refresh_secs: (refresh_until(app, session, &rights, now) - now).num_seconds(),
        client: Client::of(session),
        user,
        rights,
    })
}

/// Ends the session that a refresh token belongs to, or the one that is signed in.
pub async fn logout(app: &App, token: Option<&str>, signed_in: Option<SessionId>) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let by_token = match token {
        Some(token) => store::sessions::refresh_token(&*tx, &digest_of(token)).await?.map(|row| row.session_id.into()),
        None => None,
    };
    for id in [by_token, signed_in].into_iter().flatten() {
        if let Some((session, _)) = store::sessions::standing(&*tx, id, now).await? {
            store::sessions::revoke(&tx, session.user_id, id, "logout", now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Ends one of the user's own sessions.
pub async fn end(app: &App, me: &SignedIn, id: SessionId) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !store::sessions::revoke(&tx, me.user.id, id, "ended_by_owner", app.clock.now()).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(())
}

/// Ends all of the user's sessions but the one he is in.
pub async fn end_others(app: &App, me: &SignedIn) -> Result<u64, Error> {
    let tx = app.db.begin().await?;
    let ended =
        store::sessions::revoke_all(&tx, me.user.id, Some(me.session.id), "ended_by_owner", app.clock.now()).await?;
    tx.commit().await?;
    Ok(ended)
}
