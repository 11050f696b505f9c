//! Signing in with a password.

use chrono::{DateTime, Utc};
use contracts::events::SecurityChange;
use db::outbox;
use sea_orm::{EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    App,
    entity::user,
    error::Error,
    hasher::Verdict,
    keys,
    letters::{self, Kind},
    model::{email::Email, password::normalise},
    passwords::{chars, security_changed},
    sessions::{self, Client, Grant},
    store,
    throttle::Attempt,
    visitor::Visitor,
};

/// Signs in. An unknown address and a wrong password get the same answer after the same time.
pub async fn login(app: &App, email: &str, password: &str, client: Client, visitor: &Visitor) -> Result<Grant, Error> {
    // Whoever guesses at one account from many places at once writes the same rows.
    app.db.retried(|| try_login(app, email, password, client, visitor)).await
}

async fn try_login(app: &App, email: &str, password: &str, client: Client, visitor: &Visitor) -> Result<Grant, Error> {
    let email = Email::of(email);
    let attempt = Attempt::new(app, &email, visitor).await?;
    attempt.gate(app).await?;
    let known = store::users::by_email(app.db.reader(), &email).await?;
    let stored = known.and_then(|user| user.password_hash);
    let password = normalise(password);
    let length = chars(password.chars().count());
    let verdict = app.hasher.verify(password.clone(), stored.clone()).await?;
    let rehashed = if verdict == Verdict::Outdated { Some(app.hasher.hash(password).await?) } else { None };
    let signer = keys::signer(app).await?;

    let tx = app.db.begin().await?;
    let failures = attempt.settle(app, &tx).await?;
    // The account as it is now, and held: a password that was just reset lets nobody in who knew the old one, and no
    // session comes to be behind the back of one who ends them all.
    let user = store::users::lock_by_email(&tx, &email).await?.filter(|user| user.password_hash == stored);
    let Some(user) = user.filter(|_| verdict != Verdict::Wrong) else {
        attempt.failed(app, &tx, failures).await?;
        tx.commit().await?;
        return refused("wrong", Error::WrongCredentials);
    };
    if user.status != store::users::ACTIVE {
        return refused("disabled", Error::AccountDisabled);
    }
    attempt.succeeded(&tx).await?;
    let rights = store::roles::hold(&tx, &user.role).await?;
    let is_outgrown = rights.is_staff() && length < least_length(app, &user);
    if is_outgrown {
        letters::write_within_limits(app, &tx, &user, Kind::PasswordReset, visitor).await?;
        tx.commit().await?;
        app.letter_written.notify_one();
        return refused("outgrown", Error::NewPasswordRequired);
    }
    let is_new_device = store::sessions::device_is_new(&tx, user.id, &visitor.device()).await?;
    let (session, refresh_token) = sessions::open(app, &tx, &user, &rights, client, visitor).await?;
    note_login(&tx, user.id, rehashed, app.clock.now()).await?;
    if is_new_device {
        outbox::publish(&tx, &security_changed(&user, SecurityChange::NewDevice)).await?;
    }
    tx.commit().await?;
    metrics::counter!("rialto_logins_total", "outcome" => "ok").increment(1);
    sessions::grant(app, &signer, user, rights, &session, refresh_token)
}

/// The length that a member of staff's password must show at sign-in: the one for staff, if it was set under another
/// rule, as that of a customer who was taken on later.
fn least_length(app: &App, user: &user::Model) -> i32 {
    let least = chars(app.config.password.min_chars_staff);
    user.password_min_chars.filter(|known| *known < least).map_or(0, |_| least)
}

fn refused(outcome: &'static str, error: Error) -> Result<Grant, Error> {
    metrics::counter!("rialto_logins_total", "outcome" => outcome).increment(1);
    Err(error)
}

async fn note_login(tx: &db::Tx, id: Uuid, rehashed: Option<String>, now: DateTime<Utc>) -> Result<(), Error> {
    let mut update = user::Entity::update_many().col_expr(user::Column::LastLoginAt, Expr::value(now));
    if let Some(hash) = rehashed {
        update = update.col_expr(user::Column::PasswordHash, Expr::value(hash));
    }
    update.filter(user::COLUMN.id.eq(id)).exec(&**tx).await?;
    Ok(())
}
