//! Address books.

use contracts::Address;
use db::idempotency;
use http::StatusCode;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use uuid::Uuid;
use web::idempotency::{Answer, replay};

use crate::{
    App,
    entity::{address, user},
    error::Error,
    signed_in::SignedIn,
    store::{self, addresses::fill},
    views::AddressView,
};

const ADDRESSES_MAX: u64 = 50;

/// An address as its owner wants it kept.
pub struct Entry {
    pub label: Option<String>,
    pub address: Address,
    pub is_default_shipping: bool,
    pub is_default_billing: bool,
}

pub async fn add(
    app: &App,
    me: &SignedIn,
    entry: Entry,
    request: Option<idempotency::Request>,
) -> Result<Answer, Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    if let Some(request) = &request
        && let Some(answer) = replay(idempotency::begin(&tx, request).await?)?
    {
        return Ok(answer);
    }
    // Held until the end, so that the limit and the defaults are decided one after the other.
    let user = store::users::lock(&tx, me.id()).await?.ok_or(Error::Unauthorized)?;
    if store::addresses::count(&*tx, user.id).await? >= ADDRESSES_MAX {
        return Err(Error::TooManyAddresses { max: ADDRESSES_MAX });
    }
    let mut row = address::ActiveModel {
        id: Set(Uuid::now_v7()),
        user_id: Set(user.id),
        label: Set(entry.label),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    fill(&mut row, &entry.address);
    let row = row.insert(&*tx).await?;
    let user = set_defaults(&tx, user, row.id, entry.is_default_shipping, entry.is_default_billing).await?;
    let answer = Answer::new(StatusCode::CREATED, &AddressView::of(row, &user));
    if let Some(request) = &request {
        idempotency::finish(&tx, request, answer.status.as_u16(), &answer.body).await?;
    }
    tx.commit().await?;
    Ok(answer)
}

pub async fn change(app: &App, me: &SignedIn, id: Uuid, entry: Entry) -> Result<AddressView, Error> {
    let tx = app.db.begin().await?;
    let user = store::users::lock(&tx, me.id()).await?.ok_or(Error::Unauthorized)?;
    let row = store::addresses::one(&*tx, me.id(), id).await?.ok_or(Error::NotFound)?;
    let mut row = row.into_active_model();
    row.label = Set(entry.label);
    row.updated_at = Set(app.clock.now());
    fill(&mut row, &entry.address);
    let row = row.update(&*tx).await?;
    let user = set_defaults(&tx, user, row.id, entry.is_default_shipping, entry.is_default_billing).await?;
    tx.commit().await?;
    Ok(AddressView::of(row, &user))
}

pub async fn remove(app: &App, me: &SignedIn, id: Uuid) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let user = store::users::lock(&tx, me.id()).await?.ok_or(Error::Unauthorized)?;
    if !store::addresses::delete(&tx, user.id, id).await? {
        return Err(Error::NotFound);
    }
    set_defaults(&tx, user, id, false, false).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes an address the default, or no longer the default, of each kind.
async fn set_defaults(
    tx: &db::Tx,
    user: user::Model,
    id: Uuid,
    shipping: bool,
    billing: bool,
) -> Result<user::Model, Error> {
    let chosen = |wanted: bool, current: Option<Uuid>| {
        if wanted { Some(id) } else { current.filter(|current| *current != id) }
    };
    let (shipping, billing) = (chosen(shipping, user.shipping_address_id), chosen(billing, user.billing_address_id));
    if (shipping, billing) == (user.shipping_address_id, user.billing_address_id) {
        return Ok(user);
    }
    let mut row = user.into_active_model();
    row.shipping_address_id = Set(shipping);
    row.billing_address_id = Set(billing);
    Ok(row.update(&**tx).await?)
}
