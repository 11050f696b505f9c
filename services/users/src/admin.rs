//! What the operator does from the command line: the first administrator, passwords, roles.

use contracts::events::SecurityChange;
use db::outbox;
use web::Checks;

use crate::{
    App,
    error::Error,
    letters::Kind,
    model::{
        email::Email,
        password::normalise,
        rights::{ADMIN, Rights},
    },
    passwords::{self, OVERTAKEN, security_changed},
    register::{self, Registration},
    secrets::random_below,
    sessions::Client,
    staff, store, throttle,
};

mod words;

use words::WORDS;

/// How many words a password made up for someone has: 38 bits, behind Argon2 and the throttle.
const PASSWORD_WORDS: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstAdmin {
    /// `password` is the one that was made up, to be shown once; absent if the operator chose it.
    Created { password: Option<String> },
    /// There is an administrator already; nothing was changed.
    Exists,
}

/// Sees to it that the shop has an administrator. Without a password one is made up.
pub async fn ensure_admin(app: &App, email: &str, password: Option<String>) -> Result<FirstAdmin, Error> {
    let email = checked(email)?;
    let (password, shown) = chosen(password)?;
    let hash = app.hasher.hash(normalise(&password)).await?;
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    if !store::users::lock_admins(&tx).await?.is_empty() {
        return Ok(FirstAdmin::Exists);
    }
    match store::users::by_email(&*tx, &email).await? {
        Some(user) => {
            store::users::set_role(&tx, user.id, ADMIN, now).await?;
            store::users::set_status(&tx, user.id, store::users::ACTIVE, now).await?;
            store::users::set_password(&tx, user.id, Some(hash), now).await?;
            store::sessions::revoke_all(&tx, user.id, None, "role_changed", now).await?;
        }
        None => {
            let new = Registration {
                email,
                password,
                name: "Administrator".to_owned(),
                locale: app.config.default_locale.clone(),
                marketing_consent: false,
                client: Client::Api,
            };
            let mut user = register::account(app, new, hash);
            user.role = ADMIN.to_owned();
            user.email_verified_at = Some(now);
            user.last_login_at = None;
            register::insert(&tx, &user).await?;
            outbox::publish(&tx, &register::registered(&user)).await?;
        }
    }
    tx.commit().await?;
    Ok(FirstAdmin::Created { password: shown })
}

/// Sets someone's password and ends his sessions. Answers the password if it was made up.
pub async fn set_password(app: &App, email: &str, password: Option<String>) -> Result<Option<String>, Error> {
    let email = checked(email)?;
    let user = store::users::by_email(app.db.reader(), &email).await?.ok_or(Error::NotFound)?;
    let (password, shown) = chosen(password)?;
    let hash = passwords::accept(app, "password", &password, passwords::owner(&email, &user)).await?;
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    store::users::set_password(&tx, user.id, Some(hash), now).await?;
    store::letters::void(&tx, user.id, &OVERTAKEN.map(Kind::name), now).await?;
    store::sessions::revoke_all(&tx, user.id, None, "password_set_by_operator", now).await?;
    throttle::forgive(&tx, &user.email_key).await?;
    outbox::publish(&tx, &security_changed(&user, SecurityChange::PasswordChanged)).await?;
    tx.commit().await?;
    Ok(shown)
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

/// The operator's password, or one that is made up and has to be shown. His own is his business: a test shop may
/// have a weak one.
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
