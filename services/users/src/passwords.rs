//! Setting passwords: the policy, forgetting and resetting, changing.

use contracts::events::{AccountSecurityChanged, EmailVerified, SecurityChange};
use db::outbox;

use crate::{
    App,
    entity::user,
    error::Error,
    hasher::Verdict,
    letters::{self, Kind},
    model::{
        email::Email,
        password::{normalise, weakness},
    },
    secrets::digest_of,
    signed_in::SignedIn,
    store,
    throttle::{self, Attempt},
    visitor::Visitor,
};

/// What a new password makes worthless: whoever knew the old one may have asked for these.
pub const OVERTAKEN: [Kind; 2] = [Kind::PasswordReset, Kind::EmailChange];

/// Whose password it will be: an attacker would try these words first.
pub struct Owner<'a> {
    pub email: &'a Email,
    pub name: &'a str,
    pub is_staff: bool,
}

/// A password that was taken.
pub struct Accepted {
    pub hash: String,
    /// How long it had to be; absent if nobody judged it.
    pub min_chars: Option<i32>,
}

/// Checks a new password against the policy and hashes it. `field` is where it stands in the request.
pub async fn accept(app: &App, field: &str, password: &str, owner: Owner<'_>) -> Result<Accepted, Error> {
    let rules = &app.config.password;
    let (min, max) = (if owner.is_staff { rules.min_chars_staff } else { rules.min_chars }, rules.max_chars);
    let password = normalise(password);
    let context = [owner.email.local_part(), owner.name, &app.config.shop_name].map(str::to_owned);
    let judged = password.clone();
    // Judging a long password takes longer than an async thread should be held.
    let weakness = app.hasher.run(move || weakness(&judged, &context.each_ref().map(String::as_str), min, max)).await?;
    if let Some(weakness) = weakness {
        return Err(Error::invalid(field, weakness.code(), weakness.message()));
    }
    Ok(Accepted { hash: app.hasher.hash(password).await?, min_chars: Some(chars(min)) })
}

/// A length as the table keeps it.
pub fn chars(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Sends a link to set a new password, if there is such an account. The caller learns nothing either way.
pub async fn forgot(app: &App, email: &str, visitor: &Visitor) -> Result<(), Error> {
    let email = Email::of(email);
    let tx = app.db.begin().await?;
    // Known or not, something is written and committed, so that both take as long. It also makes those who ask for
    // one address at the same time wait for each other, for the limit.
    store::throttles::lock(&tx, &digest_of(&format!("forgot {}", email.key)), app.clock.now()).await?;
    // Held, so that an account which is being closed gets no link.
    let user = store::users::lock_by_email(&tx, &email).await?;
    if let Some(user) = user.filter(|user| user.status == store::users::ACTIVE) {
        letters::write_within_limits(app, &tx, &user, Kind::PasswordReset, visitor).await?;
    }
    tx.commit().await?;
    app.letter_written.notify_one();
    Ok(())
}

/// Sets a new password with the token of a letter. Every session ends: whoever had the old password is out.
pub async fn reset(app: &App, token: &str, password: &str) -> Result<(), Error> {
    let letter = letters::find(app, app.db.reader(), Kind::PasswordReset, token).await?;
    let user = store::users::by_id(app.db.reader(), letter.user_id.into()).await?;
    let user = user.filter(|user| user.status == store::users::ACTIVE).ok_or(Error::TokenInvalid)?;
    let new = accept(app, "password", password, owner(&Email::of(&user.email), &user)).await?;
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    throttle::forgive(&tx, &user.email_key).await?;
    store::users::set_password(&tx, user.id, Some(&new), now).await?;
    letters::spend(app, &tx, &letter).await?;
    store::letters::void(&tx, user.id, &OVERTAKEN.map(Kind::name), now).await?;
    store::sessions::revoke_all(&tx, user.id, None, "password_reset", now).await?;
    // The letter went to this address and came back: it is the owner's.
    if letter.email == user.email && store::users::set_verified(&tx, user.id, now).await? {
        outbox::publish(&tx, &EmailVerified { user_id: user.id.into(), email: user.email.clone() }).await?;
    }
    outbox::publish(&tx, &security_changed(&user, SecurityChange::PasswordReset)).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes the password of who knows the current one. His other sessions end.
pub async fn change(app: &App, me: &SignedIn, current: &str, new: &str, visitor: &Visitor) -> Result<(), Error> {
    confirm(app, me, "current_password", current, visitor).await?;
    let new = accept(app, "new_password", new, owner(&Email::of(&me.user.email), &me.user)).await?;
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    // Only what was just confirmed is replaced: a reset in the meantime wins, and has ended this session.
    if !store::users::replace_password(&tx, &me.user, new, now).await? {
        return Err(Error::Unauthorized);
    }
    store::letters::void(&tx, me.user.id, &OVERTAKEN.map(Kind::name), now).await?;
    store::sessions::revoke_all(&tx, me.user.id, Some(me.session.id), "password_changed", now).await?;
    outbox::publish(&tx, &security_changed(&me.user, SecurityChange::PasswordChanged)).await?;
    tx.commit().await?;
    Ok(())
}

/// Asks the signed-in user for his password once more. A stolen session is throttled like a stranger.
pub async fn confirm(app: &App, me: &SignedIn, field: &str, password: &str, visitor: &Visitor) -> Result<(), Error> {
    let attempt = Attempt::new(app, &Email::of(&me.user.email), visitor).await?;
    attempt.gate(app).await?;
    let verdict = app.hasher.verify(normalise(password), me.user.password_hash.clone()).await?;
    let tx = app.db.begin().await?;
    let failures = attempt.settle(app, &tx).await?;
    let wrong = verdict == Verdict::Wrong;
    if wrong {
        attempt.failed(app, &tx, failures).await?;
    } else {
        attempt.succeeded(&tx).await?;
    }
    tx.commit().await?;
    if wrong { Err(Error::invalid(field, "wrong_password", "is not your current password")) } else { Ok(()) }
}

pub fn security_changed(user: &user::Model, change: SecurityChange) -> AccountSecurityChanged {
    AccountSecurityChanged {
        user_id: user.id.into(),
        email: user.email.clone(),
        name: user.name.clone(),
        locale: user.locale.clone(),
        change,
    }
}

pub fn owner<'a>(email: &'a Email, user: &'a user::Model) -> Owner<'a> {
    Owner { email, name: &user.name, is_staff: user.role != crate::model::rights::CUSTOMER }
}
