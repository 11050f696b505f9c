//! Staff roles: making, changing and removing named sets of permissions.

use contracts::permissions::Permission;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, SqlErr};
use serde_json::Value;

use crate::{
    App,
    entity::role,
    error::Error,
    model::rights::Rights,
    signed_in::SignedIn,
    store::{self, roles::rights_of},
};

pub async fn create(
    app: &App,
    me: &SignedIn,
    name: &str,
    title: String,
    permissions: &[Permission],
) -> Result<role::Model, Error> {
    let now = app.clock.now();
    if !me.rights.cover(&Rights::new(name, permissions.to_vec())) {
        return Err(Error::RightsNotHeld);
    }
    let row = role::ActiveModel {
        name: Set(name.to_owned()),
        title: Set(title),
        permissions: Set(words(permissions)),
        built_in: Set(false),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let tx = app.db.begin().await?;
    let row = row.insert(&*tx).await.map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::RoleExists,
        _ => error.into(),
    })?;
    tx.commit().await?;
    tracing::info!(role = name, by = %me.id(), "role made");
    Ok(row)
}

/// Changes what a role allows. Sessions of its holders end, or old tokens would go on allowing what it no longer does.
pub async fn change(
    app: &App,
    me: &SignedIn,
    name: &str,
    title: String,
    permissions: &[Permission],
) -> Result<role::Model, Error> {
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let row = changeable(&tx, me, name).await?;
    let (old, new) = (rights_of(&row), Rights::new(name, permissions.to_vec()));
    if !me.rights.cover(&new) {
        return Err(Error::RightsNotHeld);
    }
    let mut row = row.into_active_model();
    row.title = Set(title);
    row.permissions = Set(words(permissions));
    row.updated_at = Set(now);
    let row = row.update(&*tx).await?;
    if old != new {
        store::sessions::revoke_with_role(&tx, name, "role_changed", now).await?;
    }
    tx.commit().await?;
    tracing::info!(role = name, by = %me.id(), "role changed");
    Ok(row)
}

pub async fn remove(app: &App, me: &SignedIn, name: &str) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    changeable(&tx, me, name).await?;
    // Should someone be given the role right now, the foreign key keeps it.
    let count = store::users::count_with_role(&*tx, name).await?;
    if count > 0 {
        return Err(Error::RoleInUse { count });
    }
    role::Entity::delete_by_id(name.to_owned()).exec(&*tx).await?;
    tx.commit().await?;
    tracing::info!(role = name, by = %me.id(), "role removed");
    Ok(())
}

async fn changeable(tx: &db::Tx, me: &SignedIn, name: &str) -> Result<role::Model, Error> {
    let row = store::roles::lock(tx, name).await?.ok_or(Error::NotFound)?;
    if row.built_in {
        return Err(Error::BuiltInRole);
    }
    if me.rights.cover(&rights_of(&row)) { Ok(row) } else { Err(Error::RightsNotHeld) }
}

fn words(permissions: &[Permission]) -> Value {
    let mut sorted = permissions.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    serde_json::to_value(sorted).unwrap_or_default()
}
