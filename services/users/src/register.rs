//! Making an account.

use contracts::{Shard, events::UserRegistered, ids::UserId};
use db::outbox;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, SqlErr};

use crate::{
    App,
    entity::user,
    error::Error,
    keys,
    letters::{self, Kind},
    model::{
        email::Email,
        rights::{CUSTOMER, Rights},
    },
    passwords::{self, Accepted, Owner},
    sessions::{self, Client, Grant},
    store::{self, users::search_text},
    visitor::Visitor,
};

pub struct Registration {
    pub email: Email,
    pub name: String,
    pub locale: String,
    pub marketing_consent: bool,
}

/// Makes an account, signs its owner in, and sends a letter to find out whether the address is his.
pub async fn register(
    app: &App,
    new: Registration,
    password: &str,
    client: Client,
    visitor: &Visitor,
) -> Result<Grant, Error> {
    if store::users::by_email(app.db.reader(), &new.email).await?.is_some() {
        return Err(Error::EmailTaken);
    }
    let owner = Owner { email: &new.email, name: &new.name, is_staff: false };
    let password = passwords::accept(app, "password", password, owner).await?;
    let signer = keys::signer(app).await?;
    let user = account(app, new, password);
    let rights = Rights::new(CUSTOMER, Vec::new());
    let tx = app.db.begin().await?;
    insert(&tx, &user).await?;
    letters::write(app, &tx, &user, Kind::VerifyEmail, &user.email, None).await?;
    let (session, refresh_token) = sessions::open(app, &tx, &user, &rights, client, visitor).await?;
    outbox::publish(&tx, &registered(&user)).await?;
    tx.commit().await?;
    app.letter_written.notify_one();
    metrics::counter!("rialto_registrations_total").increment(1);
    sessions::grant(app, &signer, user, rights, &session, refresh_token)
}

/// Writes a new account, unless the address is taken.
pub async fn insert(tx: &db::Tx, user: &user::Model) -> Result<(), Error> {
    let row = user.clone().into_active_model().reset_all();
    user::Entity::insert(row).exec_without_returning(&**tx).await.map_err(taken)?;
    Ok(())
}

/// The address is the only thing of an account that must be unique.
pub fn taken(error: sea_orm::DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::EmailTaken,
        _ => error.into(),
    }
}

pub fn account(app: &App, new: Registration, password: Accepted) -> user::Model {
    let now = app.clock.now();
    user::Model {
        id: UserId::new_in(Shard::any_of(&app.config.open_shards)).uuid(),
        search: search_text(&new.email.address, &new.name, None),
        email: new.email.address,
        email_key: new.email.key,
        email_verified_at: None,
        password_hash: Some(password.hash),
        password_min_chars: password.min_chars,
        name: new.name,
        phone: None,
        locale: new.locale,
        role: CUSTOMER.to_owned(),
        status: store::users::ACTIVE.to_owned(),
        marketing_consent: new.marketing_consent,
        marketing_consent_at: new.marketing_consent.then_some(now),
        shipping_address_id: None,
        billing_address_id: None,
        created_at: now,
        updated_at: now,
        last_login_at: Some(now),
    }
}

pub fn registered(user: &user::Model) -> UserRegistered {
    UserRegistered {
        user_id: user.id.into(),
        email: user.email.clone(),
        name: user.name.clone(),
        locale: user.locale.clone(),
        marketing_consent: user.marketing_consent,
    }
}
