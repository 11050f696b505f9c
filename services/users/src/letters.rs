//! Letters: mails with a single-use link. A letter is a row, written with the change that calls for it; the token in
//! it follows from the row's id, so that the row need not hold it and the mail can be sent at any later time.

use chrono::{DateTime, Duration, Utc};
use contracts::calls::{Channel, SendNotification};
use sea_orm::{ConnectionTrait, EntityTrait, Set};
use serde_json::json;
use uuid::Uuid;

use crate::{
    App,
    entity::{letter, user},
    error::Error,
    secrets::digest_of,
    store,
    visitor::Visitor,
};

const BATCH: u64 = 50;
const FIRST_PAUSE_SECS: i64 = 10;
const LONGEST_PAUSE_SECS: i64 = 1800;
/// A letter without a token is worth sending for this long.
const NOTICE_HOURS: i64 = 24;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    VerifyEmail,
    PasswordReset,
    /// To the new address: confirms that it is the owner's.
    EmailChange,
    /// To the old address, after the change: undoes it.
    EmailChanged,
    /// To the owner of an address that someone else asked for.
    EmailTaken,
}

impl Kind {
    const ALL: [Self; 5] =
        [Self::VerifyEmail, Self::PasswordReset, Self::EmailChange, Self::EmailChanged, Self::EmailTaken];

    /// Also the template's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
            Self::EmailChanged => "email_changed",
            Self::EmailTaken => "email_taken",
        }
    }

    fn page(self) -> &'static str {
        match self {
            Self::VerifyEmail => "/account/verify",
            Self::PasswordReset => "/account/reset",
            Self::EmailChange => "/account/email/confirm",
            Self::EmailChanged => "/account/email/undo",
            Self::EmailTaken => "/account/login",
        }
    }

    fn has_token(self) -> bool {
        self != Self::EmailTaken
    }

    fn life(self, app: &App) -> Duration {
        let config = &app.config;
        match self {
            Self::VerifyEmail => Duration::hours(config.verify_email_hours),
            Self::PasswordReset => Duration::minutes(config.reset_password_mins),
            Self::EmailChange => Duration::minutes(config.change_email_mins),
            Self::EmailChanged => Duration::days(config.undo_email_days),
            Self::EmailTaken => Duration::hours(NOTICE_HOURS),
        }
    }
}

/// Writes a letter to `email`. Older ones of the kind become worthless: only the newest counts.
pub async fn write(
    app: &App,
    tx: &db::Tx,
    user: &user::Model,
    kind: Kind,
    email: &str,
    asked_by: Option<&Visitor>,
) -> Result<Uuid, Error> {
    let now = app.clock.now();
    let id = Uuid::now_v7();
    // An undo link must survive a second change, or a thief would only have to change the address twice.
    if kind != Kind::EmailChanged {
        store::letters::void(tx, user.id, &[kind.name()], now).await?;
    }
    let row = letter::ActiveModel {
        id: Set(id),
        user_id: Set(user.id),
        kind: Set(kind.name().to_owned()),
        email: Set(email.to_owned()),
        ip: Set(asked_by.and_then(Visitor::address)),
        token_digest: Set(kind.has_token().then(|| digest_of(&token(app, kind, id)))),
        created_at: Set(now),
        expires_at: Set(now + kind.life(app)),
        used_at: Set(None),
        void_at: Set(None),
        attempts: Set(0),
        next_attempt_at: Set(now),
        sent_at: Set(None),
    };
    letter::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(id)
}

/// Whether the limits allow another letter: for the account, and for the network address that asks. `Some` is how
/// many seconds to wait.
pub async fn wait_before(
    app: &App,
    tx: &db::Tx,
    user: &user::Model,
    kind: Kind,
    visitor: &Visitor,
) -> Result<Option<u64>, Error> {
    let now = app.clock.now();
    let hour = Duration::hours(1);
    let written = store::letters::written_for(&**tx, user.id, kind.name(), now - hour).await?;
    let most = usize::try_from(app.config.mails_per_account).unwrap_or(usize::MAX);
    if let Some(oldest) = written.get(most - 1) {
        return Ok(Some(u64::try_from((*oldest + hour - now).num_seconds()).unwrap_or(0) + 1));
    }
    let Some(address) = visitor.address() else { return Ok(None) };
    let asked = store::letters::count_from(&**tx, &address, now - hour).await?;
    Ok((asked >= app.config.mails_per_ip).then_some(hour.num_seconds().unsigned_abs()))
}

/// Writes a letter to the account's own address, unless the limits forbid it; who asks does not learn which.
pub async fn write_within_limits(
    app: &App,
    tx: &db::Tx,
    user: &user::Model,
    kind: Kind,
    visitor: &Visitor,
) -> Result<(), Error> {
    if wait_before(app, tx, user, kind, visitor).await?.is_none() {
        write(app, tx, user, kind, &user.email, Some(visitor)).await?;
    }
    Ok(())
}

/// The letter a token came with, if it still counts.
pub async fn find(
    app: &App,
    connection: &impl ConnectionTrait,
    kind: Kind,
    token: &str,
) -> Result<letter::Model, Error> {
    let letter = store::letters::by_digest(connection, kind.name(), &digest_of(token)).await?;
    let letter = letter.ok_or(Error::TokenInvalid)?;
    if letter.used_at.is_some() {
        return Err(Error::TokenUsed);
    }
    if letter.void_at.is_some() {
        return Err(Error::TokenInvalid);
    }
    if letter.expires_at <= app.clock.now() {
        return Err(Error::TokenExpired);
    }
    Ok(letter)
}

/// Spends the letter's token. Of two that try, one succeeds.
pub async fn spend(app: &App, tx: &db::Tx, letter: &letter::Model) -> Result<(), Error> {
    if store::letters::spend(tx, letter.id, app.clock.now()).await? { Ok(()) } else { Err(Error::TokenUsed) }
}

/// Sends what is due. A letter whose sending fails, or was cut off by a crash, is tried again later; its id is the
/// dedupe key, so that it arrives once. Answers how many went out.
pub async fn send_due(app: &App) -> Result<usize, Error> {
    let mut sent = 0;
    for letter in store::letters::to_send(app.db.reader(), app.clock.now(), BATCH).await? {
        let tx = app.db.begin().await?;
        let claimed = store::letters::claim(&tx, &letter, next_attempt(letter.attempts, app.clock.now())).await?;
        tx.commit().await?;
        if claimed && send(app, &letter).await? {
            sent += 1;
        }
    }
    Ok(sent)
}

async fn send(app: &App, letter: &letter::Model) -> Result<bool, Error> {
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == letter.kind) else { return Ok(false) };
    let Some(user) = store::users::by_id(app.db.reader(), letter.user_id.into()).await? else { return Ok(false) };
    let call = message(app, kind, letter, &user);
    if let Err(error) = app.upstream.call(&call, &upstream::Context::default()).await {
        tracing::warn!(letter = %letter.id, kind = kind.name(), attempts = letter.attempts + 1, %error, "letter not sent, will try again");
        return Ok(false);
    }
    let tx = app.db.begin().await?;
    store::letters::mark_sent(&tx, letter.id, app.clock.now()).await?;
    tx.commit().await?;
    Ok(true)
}

fn message(app: &App, kind: Kind, letter: &letter::Model, user: &user::Model) -> SendNotification {
    let page = format!("{}{}", app.config.public_url.trim_end_matches('/'), kind.page());
    let mut data =
        json!({"name": user.name, "link": page, "expires_at": letter.expires_at, "shop_name": app.config.shop_name});
    if kind.has_token() {
        let token = token(app, kind, letter.id);
        data["link"] = format!("{page}?token={token}").into();
        data["token"] = token.into();
    }
    SendNotification {
        to: Some(letter.email.clone()),
        channel: Channel::Email,
        template: Some(kind.name().to_owned()),
        data,
        locale: Some(user.locale.clone()),
        dedupe_key: Some(letter.id.to_string()),
        ..SendNotification::default()
    }
}

fn token(app: &App, kind: Kind, letter: Uuid) -> String {
    app.secrets.derive(kind.name(), &letter.to_string())
}

fn next_attempt(attempts: i32, now: DateTime<Utc>) -> DateTime<Utc> {
    let pause = FIRST_PAUSE_SECS.saturating_mul(1 << attempts.clamp(0, 16)).min(LONGEST_PAUSE_SECS);
    now + Duration::seconds(pause)
}
