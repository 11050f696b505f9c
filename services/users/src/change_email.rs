//! Changing an account's address: the new one confirms, the old one is told and can undo it.

use contracts::events::EmailVerified;
use db::outbox;

use crate::{
    App,
    entity::user,
    error::Error,
    letters::{self, Kind},
    model::email::Email,
    passwords,
    register::taken,
    signed_in::SignedIn,
    store,
    visitor::Visitor,
};

/// Sends a letter to the new address. Whether someone has it already shows only in that mailbox.
pub async fn request(app: &App, me: &SignedIn, email: &Email, password: &str, visitor: &Visitor) -> Result<(), Error> {
    passwords::confirm(app, me, "password", password, visitor).await?;
    let tx = app.db.begin().await?;
    let user = store::users::lock(&tx, me.id()).await?;
    // A password that changed since it was given has ended this session too, and so has closing the account.
    let stands =
        |user: &user::Model| user.password_hash == me.user.password_hash && user.status == store::users::ACTIVE;
    let user = user.filter(stands).ok_or(Error::Unauthorized)?;
    if let Some(secs) = letters::wait_before(app, &tx, &user, Kind::EmailChange, visitor).await? {
        return Err(Error::TooManyMails { secs });
    }
    // Written in either case, so that the limits count alike; for a taken address it is voided and never sent.
    letters::write(app, &tx, &user, Kind::EmailChange, &email.address, Some(visitor)).await?;
    let owner = store::users::by_email(&*tx, email).await?;
    if let Some(owner) = owner.filter(|owner| owner.id != user.id) {
        store::letters::void(&tx, user.id, &[Kind::EmailChange.name()], app.clock.now()).await?;
        letters::write_within_limits(app, &tx, &owner, Kind::EmailTaken, visitor).await?;
    }
    tx.commit().await?;
    app.letter_written.notify_one();
    Ok(())
}

/// Gives the account the address that the token was sent to. The token belongs to one account and one address.
pub async fn confirm(app: &App, token: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let letter = letters::find(app, &*tx, Kind::EmailChange, token).await?;
    let user = store::users::lock(&tx, letter.user_id.into()).await?;
    let user = user.filter(|user| user.status == store::users::ACTIVE).ok_or(Error::TokenInvalid)?;
    letters::spend(app, &tx, &letter).await?;
    store::letters::void(&tx, user.id, &[Kind::VerifyEmail.name(), Kind::PasswordReset.name()], now).await?;
    // Whoever answers for an address nobody has verified cannot undo anything with it.
    if user.email_verified_at.is_some() && user.email != letter.email {
        letters::write(app, &tx, &user, Kind::EmailChanged, &user.email, None).await?;
    }
    let email = Email::of(&letter.email);
    store::users::set_email(&tx, &user, &email, now).await.map_err(taken)?;
    outbox::publish(&tx, &EmailVerified { user_id: user.id.into(), email: email.address }).await?;
    tx.commit().await?;
    app.letter_written.notify_one();
    Ok(())
}

/// Takes the change back with the token sent to the old address. Whoever changed it knew the password, so that goes
/// too: all sessions end, and the owner gets a letter to set a new one.
pub async fn undo(app: &App, token: &str) -> Result<(), Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let letter = letters::find(app, &*tx, Kind::EmailChanged, token).await?;
    let user = store::users::lock(&tx, letter.user_id.into()).await?;
    let mut user = user.filter(|user| user.status == store::users::ACTIVE).ok_or(Error::TokenInvalid)?;
    letters::spend(app, &tx, &letter).await?;
    let pending = [Kind::VerifyEmail, Kind::PasswordReset, Kind::EmailChange].map(Kind::name);
    store::letters::void(&tx, user.id, &pending, now).await?;
    // Going back to an address ends the ways back to later ones, never to earlier ones: those may be a thief's.
    store::letters::void_later(&tx, &letter, now).await?;
    let email = Email::of(&letter.email);
    store::users::set_email(&tx, &user, &email, now).await.map_err(taken)?;
    store::users::set_password(&tx, user.id, None, now).await?;
    store::sessions::revoke_all(&tx, user.id, None, "email_change_undone", now).await?;
    user.email = email.address;
    letters::write(app, &tx, &user, Kind::PasswordReset, &user.email, None).await?;
    outbox::publish(&tx, &EmailVerified { user_id: user.id.into(), email: user.email }).await?;
    tx.commit().await?;
    app.letter_written.notify_one();
    Ok(())
}
