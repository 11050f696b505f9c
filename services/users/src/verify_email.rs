//! Finding out whether an address is its owner's.

use contracts::events::EmailVerified;
use db::outbox;

use crate::{
    App,
    error::Error,
    letters::{self, Kind},
    secrets::digest_of,
    signed_in::SignedIn,
    store,
    visitor::Visitor,
};

/// Verifies the address that the token was sent to. A second time does nothing, and is no error.
pub async fn verify(app: &App, token: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let kind = Kind::VerifyEmail;
    let letter = match letters::find(app, &*tx, kind, token).await {
        Err(Error::TokenUsed) => return was_verified(app, token).await,
        found => found?,
    };
    let user = store::users::lock(&tx, letter.user_id.into()).await?;
    let user = user.filter(|user| user.status != store::users::ERASED && user.email == letter.email);
    let user = user.ok_or(Error::TokenInvalid)?;
    letters::spend(app, &tx, &letter).await?;
    if store::users::set_verified(&tx, user.id, now).await? {
        outbox::publish(&tx, &EmailVerified { user_id: user.id.into(), email: user.email }).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn was_verified(app: &App, token: &str) -> Result<(), Error> {
    let letter = store::letters::by_digest(app.db.reader(), Kind::VerifyEmail.name(), &digest_of(token)).await?;
    let letter = letter.ok_or(Error::TokenInvalid)?;
    let user = store::users::by_id(app.db.reader(), letter.user_id.into()).await?;
    let still = user.is_some_and(|user| user.email == letter.email && user.email_verified_at.is_some());
    if still { Ok(()) } else { Err(Error::TokenUsed) }
}

/// Sends the letter again. `false`: the address is verified already.
pub async fn resend(app: &App, me: &SignedIn, visitor: &Visitor) -> Result<bool, Error> {
    let tx = app.db.begin().await?;
    let user = store::users::lock(&tx, me.id()).await?.ok_or(Error::Unauthorized)?;
    if user.email_verified_at.is_some() {
        return Ok(false);
    }
    if let Some(secs) = letters::wait_before(app, &tx, &user, Kind::VerifyEmail, visitor).await? {
        return Err(Error::TooManyMails { secs });
    }
    letters::write(app, &tx, &user, Kind::VerifyEmail, &user.email, Some(visitor)).await?;
    tx.commit().await?;
    app.letter_written.notify_one();
    Ok(true)
}
