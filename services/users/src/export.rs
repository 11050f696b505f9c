//! Everything this service knows about a person, for that person (GDPR, article 15 and 20).

use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    entity::{letter, session},
    error::Error,
    signed_in::SignedIn,
    store,
    views::{AddressView, SessionView, UserView},
};

/// The account, machine-readable. Orders, payments and messages are exported by their own services.
#[derive(Serialize, ToSchema)]
pub struct Export {
    pub exported_at: DateTime<Utc>,
    pub user: UserView,
    pub email_verified_at: Option<DateTime<Utc>>,
    pub marketing_consent_at: Option<DateTime<Utc>>,
    pub last_login_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub addresses: Vec<AddressView>,
    /// Those that ended too, as long as they are kept.
    pub sessions: Vec<SessionView>,
    pub letters: Vec<LetterView>,
}

/// A mail about the account. Links and tokens are not part of it.
#[derive(Serialize, ToSchema)]
pub struct LetterView {
    pub kind: String,
    pub email: String,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

pub async fn export(app: &App, me: &SignedIn) -> Result<Export, Error> {
    let reader = app.db.reader();
    let sessions = session::Entity::find()
        .filter(session::COLUMN.user_id.eq(me.user.id))
        .order_by_asc(session::Column::Id)
        .all(reader)
        .await?;
    let letters = letter::Entity::find()
        .filter(letter::COLUMN.user_id.eq(me.user.id))
        .order_by_asc(letter::Column::Id)
        .all(reader)
        .await?;
    let addresses = store::addresses::of_user(reader, me.id()).await?;
    let letter = |row: letter::Model| LetterView {
        kind: row.kind,
        email: row.email,
        created_at: row.created_at,
        sent_at: row.sent_at,
    };
    Ok(Export {
        exported_at: app.clock.now(),
        email_verified_at: me.user.email_verified_at,
        marketing_consent_at: me.user.marketing_consent_at,
        last_login_at: me.user.last_login_at,
        updated_at: me.user.updated_at,
        addresses: addresses.into_iter().map(|row| AddressView::of(row, &me.user)).collect(),
        sessions: sessions.into_iter().map(|row| SessionView::of(row, me.session.id)).collect(),
        letters: letters.into_iter().map(letter).collect(),
        user: UserView::of(me.user.clone(), &me.rights),
    })
}
