//! Changing one's own particulars.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};

use crate::{
    App,
    entity::user,
    error::Error,
    signed_in::SignedIn,
    store::{self, users::search_text},
};

/// What is to change; the rest stays.
#[derive(Debug, Default)]
pub struct Changes {
    pub name: Option<String>,
    pub locale: Option<String>,
    /// `Some(None)` removes it.
    pub phone: Option<Option<String>>,
    pub marketing_consent: Option<bool>,
}

pub async fn update(app: &App, me: &SignedIn, changes: Changes) -> Result<user::Model, Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let user = store::users::lock(&tx, me.id()).await?.ok_or(Error::Unauthorized)?;
    let name = changes.name.unwrap_or_else(|| user.name.clone());
    let phone = changes.phone.unwrap_or_else(|| user.phone.clone());
    let consent = changes.marketing_consent.unwrap_or(user.marketing_consent);
    let consent_at = if consent == user.marketing_consent { user.marketing_consent_at } else { Some(now) };
    let search = search_text(&user.email, &name, phone.as_deref());
    let locale = changes.locale.unwrap_or_else(|| user.locale.clone());
    let mut row = user.into_active_model();
    row.name = Set(name);
    row.phone = Set(phone);
    row.locale = Set(locale);
    row.marketing_consent = Set(consent);
    // When consent was given, or taken back: both have to be shown on request.
    row.marketing_consent_at = Set(consent_at);
    row.search = Set(search);
    row.updated_at = Set(now);
    let user = row.update(&*tx).await?;
    tx.commit().await?;
    Ok(user)
}
