//! What must always hold of accounts, sessions and the tokens in letters.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use contracts::Invariant;
use db::CLOCKS_DIFFER_SECS;
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    App, Error,
    entity::{letter, refresh_token, session, user},
    letters::Kind,
    model::email::Email,
    passwords::OVERTAKEN,
    store::users::{ACTIVE, ERASED},
};

/// Why sessions end with which all others of their account do.
const ALL_ENDED: [&str; 3] = ["password_reset", "password_set_by_operator", "email_change_undone"];

/// Every rule of this service, over all that it has.
pub async fn invariants(app: &App) -> Result<Vec<Invariant>, Error> {
    let accounts = accounts(app).await?;
    Ok(vec![addresses_have_one_account(&accounts), nothing_old_opens_an_account(app).await?])
}

struct Account {
    id: Uuid,
    email: String,
    email_key: String,
    status: String,
}

async fn accounts(app: &App) -> Result<Vec<Account>, Error> {
    let all: Vec<(Uuid, String, String, String)> = user::Entity::find()
        .select_only()
        .columns([user::Column::Id, user::Column::Email, user::Column::EmailKey, user::Column::Status])
        .into_tuple()
        .all(app.db.reader())
        .await?;
    Ok(all.into_iter().map(|(id, email, email_key, status)| Account { id, email, email_key, status }).collect())
}

fn addresses_have_one_account(accounts: &[Account]) -> Invariant {
    let live = accounts.iter().filter(|account| account.status != ERASED);
    let (mut seen, mut violations) = (HashSet::new(), Vec::new());
    for account in live {
        let key = Email::of(&account.email).key;
        if key != account.email_key {
            violations.push(format!("{} is found by another address than its own", account.id));
        }
        if !seen.insert(key) {
            violations.push(format!("{} has the address of another account", account.id));
        }
    }
    Invariant::new("I29", "an address has one account", seen.len() as u64, violations)
}

/// Sessions and the tokens in letters end with their account and with a reset of its password; of a session one refresh token is
/// good. Each question is one statement, for accounts are closed and opened while this looks.
async fn nothing_old_opens_an_account(app: &App) -> Result<Invariant, Error> {
    let now = app.clock.now();
    let resets = resets(app).await?;
    // The clocks of two processes may differ, and the one that signed in may have been ahead or behind.
    let leeway = Duration::seconds(2 * CLOCKS_DIFFER_SECS);
    let mut violations = Vec::new();
    let (sessions, letters) = (sessions(app, now).await?, letters(app, now).await?);
    let sessions_named = sessions.iter().map(|session| ("session", session));
    for (what, of) in sessions_named.chain(letters.iter().map(|letter| ("the token of letter", letter))) {
        if of.is_closed {
            violations.push(format!("{what} {} is good, and its account is closed", of.id));
        }
        if resets.get(&of.owner).is_some_and(|reset| of.since < *reset - leeway) {
            violations.push(format!("{what} {} is good, and older than the password", of.id));
        }
    }
    let open: HashSet<Uuid> = sessions.iter().map(|session| session.id).collect();
    let mut good = HashSet::new();
    for session in unused_tokens(app, now).await?.into_iter().filter(|session| open.contains(session)) {
        if !good.insert(session) {
            violations.push(format!("session {session} has two good refresh tokens"));
        }
    }
    let exercised = sessions.len() + letters.len() + resets.len();
    let title = "no session and no token in a letter outlives its account or a reset of the password, or is good twice";
    Ok(Invariant::new("I30", title, exercised as u64, violations))
}

/// When accounts got a new password for the last time from somebody who was not signed in, as far as anything tells of it.
async fn resets(app: &App) -> Result<HashMap<Uuid, DateTime<Utc>>, Error> {
    let by_letter: Vec<(Uuid, DateTime<Utc>)> = letter::Entity::find()
        .select_only()
        .columns([letter::Column::UserId, letter::Column::UsedAt])
        .filter(letter::Column::Kind.eq(Kind::PasswordReset.name()))
        .filter(letter::Column::UsedAt.is_not_null())
        .into_tuple()
        .all(app.db.reader())
        .await?;
    let by_others: Vec<(Uuid, DateTime<Utc>)> = session::Entity::find()
        .select_only()
        .columns([session::Column::UserId, session::Column::RevokedAt])
        .filter(session::Column::RevokedBecause.is_in(ALL_ENDED))
        .filter(session::Column::RevokedAt.is_not_null())
        .into_tuple()
        .all(app.db.reader())
        .await?;
    let mut latest = HashMap::new();
    for (owner, at) in by_letter.into_iter().chain(by_others) {
        let known = latest.entry(owner).or_insert(at);
        *known = at.max(*known);
    }
    Ok(latest)
}

/// What opens an account now: a session, or the token in a letter.
struct Opening {
    id: Uuid,
    owner: Uuid,
    since: DateTime<Utc>,
    /// Nobody can sign in to its account.
    is_closed: bool,
}

impl Opening {
    fn of((id, owner, since, status): (Uuid, Uuid, DateTime<Utc>, String)) -> Self {
        Self { id, owner, since, is_closed: status != ACTIVE }
    }
}

/// Sessions that stand.
async fn sessions(app: &App, now: DateTime<Utc>) -> Result<Vec<Opening>, Error> {
    let owner = session::Entity::belongs_to(user::Entity).from(session::Column::UserId).to(user::Column::Id);
    let open = session::Entity::find()
        .select_only()
        .columns([session::Column::Id, session::Column::UserId, session::Column::CreatedAt])
        .column(user::Column::Status)
        .join(JoinType::InnerJoin, owner.into())
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(app.db.reader())
        .await?;
    Ok(open.into_iter().map(Opening::of).collect())
}

/// Letters whose tokens a reset makes worthless, and that are good.
async fn letters(app: &App, now: DateTime<Utc>) -> Result<Vec<Opening>, Error> {
    let owner = letter::Entity::belongs_to(user::Entity).from(letter::Column::UserId).to(user::Column::Id);
    let good = letter::Entity::find()
        .select_only()
        .columns([letter::Column::Id, letter::Column::UserId, letter::Column::CreatedAt])
        .column(user::Column::Status)
        .join(JoinType::InnerJoin, owner.into())
        .filter(letter::Column::Kind.is_in(OVERTAKEN.map(Kind::name)))
        .filter(letter::Column::UsedAt.is_null())
        .filter(letter::Column::VoidAt.is_null())
        .filter(letter::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(app.db.reader())
        .await?;
    Ok(good.into_iter().map(Opening::of).collect())
}

/// The session of each refresh token that was not used.
async fn unused_tokens(app: &App, now: DateTime<Utc>) -> Result<Vec<Uuid>, Error> {
    let unused = refresh_token::Entity::find()
        .select_only()
        .column(refresh_token::Column::SessionId)
        .filter(refresh_token::Column::UsedAt.is_null())
        .filter(refresh_token::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(app.db.reader())
        .await?;
    Ok(unused)
}
