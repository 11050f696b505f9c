//! The signed-in user as this service knows him. Tokens outlive what they say by minutes; here, the tables count.

use axum::extract::FromRequestParts;
use chrono::Duration;
use contracts::{ids::UserId, permissions::Permission};
use http::request::Parts;
use web::Caller;

use crate::{
    App,
    entity::{session, user},
    error::Error,
    model::rights::Rights,
    store,
};

/// A user whose session stands right now. Extracting it answers 401 to everyone else.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub user: user::Model,
    pub session: session::Model,
    pub rights: Rights,
}

impl SignedIn {
    pub fn id(&self) -> UserId {
        self.user.id.into()
    }

    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.rights.can(permission) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Refuses who has not given his password lately.
    pub fn require_recent_login(&self, app: &App) -> Result<(), Error> {
        let age = app.clock.now() - self.session.authenticated_at;
        if age <= Duration::seconds(app.config.privilege_secs) { Ok(()) } else { Err(Error::RecentLoginRequired) }
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let token = caller.signed_in()?;
        let standing = store::sessions::standing(app.db.reader(), token.session, app.clock.now()).await?;
        let (session, user) = standing.filter(|(_, user)| user.id == token.id.uuid()).ok_or(Error::Unauthorized)?;
        let rights = store::roles::rights(app.db.reader(), &user.role).await?;
        Ok(Self { user, session, rights })
    }
}
