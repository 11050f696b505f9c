//! Renewing a session. A refresh token is good once; its successor follows from it, so that who lost the answer can
//! get the same one again for a few seconds. Using a retired one after that means that two hold it: the session ends.

use chrono::{DateTime, Duration, Utc};
use contracts::events::SecurityChange;
use db::outbox;

use crate::{
    App,
    entity::refresh_token,
    error::Error,
    keys,
    passwords::security_changed,
    secrets::digest_of,
    sessions::{self, Grant, refresh_until},
    store,
    visitor::Visitor,
};

/// What is found out about a presented token.
enum Outcome {
    /// This is the token to hand out.
    Goes(String),
    /// It was retired a while ago, and is used again.
    Reused,
}

pub async fn refresh(app: &App, token: &str, visitor: &Visitor) -> Result<Grant, Error> {
    // A browser's tabs all come with the same token.
    app.db.retried(|| try_refresh(app, token, visitor)).await
}

async fn try_refresh(app: &App, token: &str, visitor: &Visitor) -> Result<Grant, Error> {
    let signer = keys::signer(app).await?;
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let row = store::sessions::refresh_token(&*tx, &digest_of(token)).await?.ok_or(Error::Unauthorized)?;
    let standing = store::sessions::standing(&*tx, row.session_id.into(), now).await?;
    let (session, user) = standing.ok_or(Error::Unauthorized)?;
    if row.expires_at <= now {
        return Err(Error::Unauthorized);
    }
    let rights = store::roles::rights(&*tx, &user.role).await?;
    let until = refresh_until(app, &session, &rights, now);
    match rotate(app, &tx, token, row, until, now).await? {
        Outcome::Goes(refresh_token) => {
            store::sessions::touch(&tx, session.id, visitor.ip(), now).await?;
            tx.commit().await?;
            sessions::grant(app, &signer, user, rights, &session, refresh_token)
        }
        Outcome::Reused => {
            if store::sessions::revoke(&tx, user.id, session.id.into(), "refresh_token_reused", now).await? {
                tracing::warn!(session = %session.id, user = %user.id, "a retired refresh token was used again");
                outbox::publish(&tx, &security_changed(&user, SecurityChange::RefreshTokenReused)).await?;
            }
            tx.commit().await?;
            Err(Error::Unauthorized)
        }
    }
}

async fn rotate(
    app: &App,
    tx: &db::Tx,
    token: &str,
    row: refresh_token::Model,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let successor = app.secrets.derive("refresh", token);
    if store::sessions::use_refresh_token(tx, &row.digest, now).await? {
        store::sessions::add_refresh_token(tx, digest_of(&successor), row.session_id, now, until).await?;
        return Ok(Outcome::Goes(successor));
    }
    // Someone was first. Read again when: in another transaction it may have been a moment ago.
    let mut last = store::sessions::refresh_token(&**tx, &row.digest).await?.ok_or(Error::Unauthorized)?;
    let mut token = token.to_owned();
    let grace = Duration::seconds(app.config.refresh_grace_secs);
    while let Some(used_at) = last.used_at {
        if now - used_at > grace {
            return Ok(Outcome::Reused);
        }
        token = app.secrets.derive("refresh", &token);
        // Missing only if the service's secret was changed in between.
        let next = store::sessions::refresh_token(&**tx, &digest_of(&token)).await?;
        last = next.ok_or(Error::Unauthorized)?;
    }
    Ok(Outcome::Goes(token))
}
