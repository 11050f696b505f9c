//! What the operator does from the command line: administrators, passwords, roles.

use contracts::events::SecurityChange;
use db::outbox;
use web::Checks;

use crate::{
    App,
    entity::user,
    error::Error,
    letters::Kind,
    model::{
        email::Email,
        password::normalise,
        rights::{ADMIN, Rights},
    },
    passwords::{self, Accepted, OVERTAKEN, Owner, security_changed},
    register::{self, Registration},
    secrets::random_below,
    staff, store, throttle,
};

mod words;

use words::WORDS;

/// How many words a password made up for someone has: 38 bits, behind Argon2 and the throttle.
const PASSWORD_WORDS: usize = 4;
/// What an administrator is called until he says otherwise.
const NAME: &str = "Administrator";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstAdmin {
    /// `password` is the one that was made up, to be shown once; absent if the operator chose it.
    Created { password: Option<String> },
    /// There is an administrator already; nothing was changed.
    Exists,
}

/// Sees to it that the shop has an administrator. Without a password one is made up; a given one is the operator's
/// business, for a shop that is only tried out may have a weak one.
pub async fn ensure_admin(app: &App, email: &str, password: Option<String>) -> Result<FirstAdmin, Error> {
    let email = checked(email)?;
    let (password, shown) = chosen(password)?;
    let password = Accepted { hash: app.hasher.hash(normalise(&password)).await?, min_chars: None };
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    if !store::users::lock_admins(&tx).await?.is_empty() {
        return Ok(FirstAdmin::Exists);
    }
    match store::users::by_email(&*tx, &email).await? {
        Some(user) => {
            overwrite_password(app, &tx, &user, &password).await?;
            store::users::set_role(&tx, user.id, ADMIN, now).await?;
            store::users::set_status(&tx, user.id, store::users::ACTIVE, now).await?;
        }
        None => insert_admin(app, &tx, email, password).await?,
    }
    tx.commit().await?;
    Ok(FirstAdmin::Created { password: shown })
}

/// Makes an account for an administrator, the first or a further one. Answers the password if it was made up.
pub async fn create(app: &App, email: &str, password: Option<String>) -> Result<Option<String>, Error> {
    let email = checked(email)?;
    let (password, shown) = chosen(password)?;
    let owner = Owner { email: &email, name: NAME, is_staff: true };
    let password = passwords::accept(app, "password", &password, owner).await?;
    let tx = app.db.begin().await?;
    insert_admin(app, &tx, email, password).await?;
    tx.commit().await?;
    Ok(shown)
}

async fn insert_admin(app: &App, tx: &db::Tx, email: Email, password: Accepted) -> Result<(), Error> {
    let new = Registration {
        email,
        name: NAME.to_owned(),
        locale: app.config.default_locale.clone(),
        marketing_consent: false,
    };
    let mut user = register::account(app, new, password);
    user.role = ADMIN.to_owned();
    // The operator answers for the address.
    user.email_verified_at = Some(app.clock.now());
    user.last_login_at = None;
    register::insert(tx, &user).await?;
    outbox::publish(tx, &register::registered(&user)).await?;
    Ok(())
}

/// Sets someone's password and ends his sessions. Answers the password if it was made up.
pub async fn set_password(app: &App, email: &str, password: Option<String>) -> Result<Option<String>, Error> {
    let email = checked(email)?;
    let user = store::users::by_email(app.db.reader(), &email).await?.ok_or(Error::NotFound)?;
    let (password, shown) = chosen(password)?;
    let password = passwords::accept(app, "password", &password, passwords::owner(&email, &user)).await?;
    let tx = app.db.begin().await?;
    overwrite_password(app, &tx, &user, &password).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Gives an account a password in its owner's stead. Whoever was signed in is out.
async fn overwrite_password(app: &App, tx: &db::Tx, user: &user::Model, password: &Accepted) -> Result<(), Error> {
    let now = app.clock.now();
    throttle::forgive(tx, &user.email_key).await?;
    store::users::set_password(tx, user.id, Some(password), now).await?;
    store::letters::void(tx, user.id, &OVERTAKEN.map(Kind::name), now).await?;
    store::sessions::revoke_all(tx, user.id, None, "password_set_by_operator", now).await?;
    outbox::publish(tx, &security_changed(user, SecurityChange::PasswordChanged)).await?;
    Ok(())
}

/// Gives someone a role and ends his sessions. The last administrator keeps his.
pub async fn set_role(app: &App, email: &str, role: &str) -> Result<(), Error> {
    let user = store::users::by_email(app.db.reader(), &checked(email)?).await?.ok_or(Error::NotFound)?;
    let operator = Rights::new(ADMIN, Vec::new());
    staff::assign_role(app, &operator, user.id.into(), role).await?;
    Ok(())
}

fn checked(email: &str) -> Result<Email, Error> {
    let email = Email::of(email);
    Checks::new().email("email", &email.address).done()?;
    Ok(email)
}

/// The operator's password, or one that is made up and has to be shown.
fn chosen(password: Option<String>) -> Result<(String, Option<String>), Error> {
    match password {
        Some(password) if password.trim().is_empty() => {
            Err(Error::invalid("password", "required", "must not be empty"))
        }
        Some(password) => Ok((password, None)),
        None => {
            let made_up = make_up_password()?;
            Ok((made_up.clone(), Some(made_up)))
        }
    }
}

/// Words and a number, as in `kelp-radio-lamp-moss-47`: easy to copy from a screen.
fn make_up_password() -> Result<String, Error> {
    let mut parts = Vec::with_capacity(PASSWORD_WORDS + 1);
    for _ in 0..PASSWORD_WORDS {
        let index = random_below(u32::try_from(WORDS.len()).unwrap_or(1))?;
        parts.push(WORDS[index as usize].to_owned());
    }
    parts.push((10 + random_below(90)?).to_string());
    Ok(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::password::weakness;

    #[test]
    fn made_up_passwords_pass_the_policy_for_staff() {
        for _ in 0..20 {
            let password = make_up_password().expect("randomness");
            assert_eq!(weakness(&password, &["admin", "Administrator", "Rialto"], 15, 128), None, "{password}");
        }
    }

    #[test]
    fn the_words_are_many_different_and_plain() {
        let different: BTreeSet<_> = WORDS.iter().collect();
        assert_eq!(different.len(), 256);
        assert!(
            WORDS
                .iter()
                .all(|word| (4..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        );
    }
}
