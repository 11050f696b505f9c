//! What staff do with accounts: giving roles, disabling, enabling. Nobody reaches above his own rights.

use contracts::ids::UserId;

use crate::{
    App,
    entity::user,
    error::Error,
    letters::Kind,
    model::rights::Rights,
    passwords::OVERTAKEN,
    signed_in::SignedIn,
    store::{
        self,
        users::{ACTIVE, DISABLED, ERASED},
    },
};

/// Gives someone a role. His sessions end: tokens that speak of the old role must not live on.
pub async fn assign_role(app: &App, actor: &Rights, id: UserId, role: &str) -> Result<user::Model, Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let new = store::roles::by_name(&*tx, role).await?;
    let new = new.ok_or_else(|| Error::invalid("role", "unknown_role", "is not a role of this shop"))?;
    let new = store::roles::rights_of(&new);
    let (mut user, old) = reachable(&tx, actor, id).await?;
    if !actor.cover(&new) {
        return Err(Error::RightsNotHeld);
    }
    if old.role == new.role {
        return Ok(user);
    }
    store::users::set_role(&tx, user.id, role, now).await?;
    store::sessions::revoke_all(&tx, user.id, None, "role_changed", now).await?;
    keep_an_admin(&tx, &old).await?;
    tx.commit().await?;
    tracing::info!(user = %id, from = old.role, to = role, "role changed");
    user.role = new.role;
    Ok(user)
}

/// Shuts an account: it cannot sign in, and its sessions end.
pub async fn disable(app: &App, me: &SignedIn, id: UserId) -> Result<user::Model, Error> {
    set_status(app, me, id, DISABLED).await
}

pub async fn enable(app: &App, me: &SignedIn, id: UserId) -> Result<user::Model, Error> {
    set_status(app, me, id, ACTIVE).await
}

async fn set_status(app: &App, me: &SignedIn, id: UserId, status: &str) -> Result<user::Model, Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let (mut user, rights) = reachable(&tx, &me.rights, id).await?;
    if user.status == status {
        return Ok(user);
    }
    store::users::set_status(&tx, user.id, status, now).await?;
    // A link that was asked for before opens the account neither now nor once it is enabled again.
    store::letters::void(&tx, user.id, &OVERTAKEN.map(Kind::name), now).await?;
    if status == DISABLED {
        store::sessions::revoke_all(&tx, user.id, None, "disabled", now).await?;
        keep_an_admin(&tx, &rights).await?;
    }
    tx.commit().await?;
    tracing::info!(user = %id, by = %me.id(), status, "account status changed");
    user.status = status.to_owned();
    Ok(user)
}

/// The account and its rights, if the actor may touch it at all.
async fn reachable(tx: &db::Tx, actor: &Rights, id: UserId) -> Result<(user::Model, Rights), Error> {
    // Before the account's own row, so that two of these never wait for each other.
    store::users::lock_admins(tx).await?;
    let user = store::users::lock(tx, id).await?.filter(|user| user.status != ERASED).ok_or(Error::NotFound)?;
    let rights = store::roles::rights(&**tx, &user.role).await?;
    if actor.cover(&rights) { Ok((user, rights)) } else { Err(Error::RightsNotHeld) }
}

/// Refuses a change, already made in `tx`, that took away the last administrator.
pub async fn keep_an_admin(tx: &db::Tx, changed: &Rights) -> Result<(), Error> {
    if changed.is_admin() && store::users::lock_admins(tx).await?.is_empty() {
        return Err(Error::LastAdmin);
    }
    Ok(())
}
