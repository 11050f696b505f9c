//! Erasing an account: what is personal goes, the row stays so that what was bought still has a buyer.

use chrono::{DateTime, Utc};
use contracts::{
    calls::{OrdersUnderWay, UnderWay},
    events::UserErased,
};
use db::outbox;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QueryFilter};
use upstream::Context;
use web::Problem;

use crate::{
    App,
    entity::{address, letter, session, user},
    error::Error,
    model::rights::CUSTOMER,
    signed_in::SignedIn,
    staff::keep_an_admin,
    store::{self, users::ERASED},
    throttle,
};

/// Erases the signed-in user's account and tells the other services. Answers when.
pub async fn erase(app: &App, me: &SignedIn) -> Result<DateTime<Utc>, Error> {
    let under_way = app.upstream.call(&OrdersUnderWay { user_id: me.id() }, &Context::default()).await;
    let UnderWay { numbers } = under_way.map_err(Problem::from)?;
    if !numbers.is_empty() {
        return Err(Error::OrdersUnderWay { numbers });
    }
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    throttle::forgive(&tx, &me.user.email_key).await?;
    store::users::lock_admins(&tx).await?;
    let user =
        store::users::lock(&tx, me.id()).await?.filter(|user| user.status != ERASED).ok_or(Error::Unauthorized)?;
    let id = user.id;
    address::Entity::delete_many().filter(address::COLUMN.user_id.eq(id)).exec(&*tx).await?;
    letter::Entity::delete_many().filter(letter::COLUMN.user_id.eq(id)).exec(&*tx).await?;
    session::Entity::delete_many().filter(session::COLUMN.user_id.eq(id)).exec(&*tx).await?;
    emptied(user, now).update(&*tx).await?;
    keep_an_admin(&tx, &me.rights).await?;
    outbox::publish(&tx, &UserErased { user_id: id.into(), erased_at: now }).await?;
    tx.commit().await?;
    tracing::info!(user = %id, "account erased");
    Ok(now)
}

fn emptied(user: user::Model, now: DateTime<Utc>) -> user::ActiveModel {
    // The domain is reserved (RFC 2606): nothing sent there can ever arrive.
    let nowhere = format!("erased-{}@erased.invalid", user.id);
    let mut row = user.into_active_model();
    row.email = Set(nowhere.clone());
    row.email_key = Set(nowhere);
    row.email_verified_at = Set(None);
    row.password_hash = Set(None);
    row.password_min_chars = Set(None);
    row.name = Set(String::new());
    row.phone = Set(None);
    row.role = Set(CUSTOMER.to_owned());
    row.status = Set(ERASED.to_owned());
    row.marketing_consent = Set(false);
    row.marketing_consent_at = Set(None);
    row.shipping_address_id = Set(None);
    row.billing_address_id = Set(None);
    row.search = Set(String::new());
    row.updated_at = Set(now);
    row.last_login_at = Set(None);
    row
}
