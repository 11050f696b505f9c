//! What must always hold of accounts, sessions and the tokens in letters.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use contracts::Invariant;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    App, Error,
    entity::{letter, refresh_token, session, user},
    letters::Kind,
    model::email::Email,
    passwords::OVERTAKEN,
    store::users::{ACTIVE, ERASED},
};

/// By how much those of two processes may, and more.
const CLOCKS_DIFFER: Duration = Duration::seconds(60);

/// Every rule of this service, over all that it has.
pub async fn invariants(app: &App) -> Result<Vec<Invariant>, Error> {
    let accounts = accounts(app).await?;
    Ok(vec![addresses_have_one_account(&accounts), nothing_old_opens_an_account(app, &accounts).await?])
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

/// Sessions end with their account and with a reset of its password; of a session one refresh token is good; what a reset
/// overtook is worthless.
async fn nothing_old_opens_an_account(app: &App, accounts: &[Account]) -> Result<Invariant, Error> {
    let now = app.clock.now();
    // Who registers while this looks is in neither.
    let (active, closed): (HashSet<Uuid>, HashSet<Uuid>) = {
        let (active, closed): (Vec<&Account>, _) = accounts.iter().partition(|account| account.status == ACTIVE);
        let ids = |accounts: Vec<&Account>| accounts.into_iter().map(|account| account.id).collect();
        (ids(active), ids(closed))
    };
    let letters = letters(app).await?;
    let resets = last_resets(&letters);
    let mut violations = Vec::new();
    let sessions = open_sessions(app, now).await?;
    for (id, owner, created_at) in &sessions {
        if closed.contains(owner) {
            violations.push(format!("session {id} stands, and its account is closed"));
        }
        if resets.get(owner).is_some_and(|reset| created_at < reset) {
            violations.push(format!("session {id} is older than the password"));
        }
    }
    let usable = letters.iter().filter(|letter| letter.is_usable(now) && active.contains(&letter.user_id));
    let overtaken = OVERTAKEN.map(Kind::name);
    for letter in usable.filter(|letter| overtaken.contains(&letter.kind.as_str())) {
        if resets.get(&letter.user_id).is_some_and(|reset| letter.created_at < *reset) {
            violations.push(format!("the token of letter {} is good, and older than the password", letter.id));
        }
    }
    let open: HashSet<Uuid> = sessions.iter().map(|(id, ..)| *id).collect();
    let mut good = HashSet::new();
    for session in unused_tokens(app, now).await?.into_iter().filter(|session| open.contains(session)) {
        if !good.insert(session) {
            violations.push(format!("session {session} has two good refresh tokens"));
        }
    }
    let exercised = sessions.len() + letters.len();
    let title = "nothing opens an account after it was closed, its password reset, or once it was used";
    Ok(Invariant::new("I30", title, exercised as u64, violations))
}

/// When accounts got a new password by a letter for the last time. What is older by less than clocks may differ is no concern.
fn last_resets(letters: &[Letter]) -> HashMap<Uuid, DateTime<Utc>> {
    let mut resets = HashMap::new();
    for letter in letters.iter().filter(|letter| letter.kind == Kind::PasswordReset.name()) {
        if let Some(used) = letter.used_at.map(|used| used - CLOCKS_DIFFER) {
            let latest = resets.entry(letter.user_id).or_insert(used);
            *latest = used.max(*latest);
        }
    }
    resets
}

struct Letter {
    id: Uuid,
    user_id: Uuid,
    kind: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    void_at: Option<DateTime<Utc>>,
}

impl Letter {
    fn is_usable(&self, now: DateTime<Utc>) -> bool {
        self.used_at.is_none() && self.void_at.is_none() && self.expires_at > now
    }
}

async fn letters(app: &App) -> Result<Vec<Letter>, Error> {
    let all = letter::Entity::find().filter(letter::Column::TokenDigest.is_not_null()).all(app.db.reader()).await?;
    let brief = |letter: letter::Model| Letter {
        id: letter.id,
        user_id: letter.user_id,
        kind: letter.kind,
        created_at: letter.created_at,
        expires_at: letter.expires_at,
        used_at: letter.used_at,
        void_at: letter.void_at,
    };
    Ok(all.into_iter().map(brief).collect())
}

/// Sessions that stand, their owners, and when they began.
async fn open_sessions(app: &App, now: DateTime<Utc>) -> Result<Vec<(Uuid, Uuid, DateTime<Utc>)>, Error> {
    let open = session::Entity::find()
        .select_only()
        .columns([session::Column::Id, session::Column::UserId, session::Column::CreatedAt])
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(app.db.reader())
        .await?;
    Ok(open)
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
