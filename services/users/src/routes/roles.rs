//! Roles, for staff who may write them.

use axum::extract::State;
use contracts::permissions::Permission;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Checks, Json, Page, Path, ProblemBody, answers::StaffOnly};

use crate::{App, error::Error, model::rights::is_role_name, roles, signed_in::SignedIn, store, views::RoleView};

/// List the roles
#[utoipa::path(
    get, path = "/users/roles", operation_id = "list_roles", tag = "staff", security(("bearer" = [])),
    responses((status = 200, body = Page<RoleView>), StaffOnly),
)]
pub async fn list_roles(State(app): State<App>, me: SignedIn) -> Result<Json<Page<RoleView>>, Error> {
    if !me.rights.can(Permission::UsersRead) {
        me.require(Permission::RolesWrite)?;
    }
    let rows = store::roles::all(app.db.reader()).await?;
    Ok(Json(Page { items: rows.into_iter().map(RoleView::from).collect(), next_cursor: None }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "clerk", "title": "Clerk", "permissions": ["orders:read", "returns:write"]}))]
pub struct CreateRole {
    /// Lower-case letters, digits, `-` and `_`; cannot be changed later.
    name: String,
    title: Option<String>,
    permissions: Vec<Permission>,
}

/// Make a role
///
/// It can only hold permissions that its maker holds.
#[utoipa::path(
    post, path = "/users/roles", operation_id = "create_role", tag = "staff", security(("bearer" = [])),
    request_body = CreateRole,
    responses(
        (status = 201, body = RoleView),
        (status = 403, body = ProblemBody, description = "`forbidden`, `rights_not_held`"),
        (status = 409, body = ProblemBody, description = "`role_exists`"),
    ),
)]
pub async fn create_role(
    State(app): State<App>,
    me: SignedIn,
    Json(body): Json<CreateRole>,
) -> Result<(StatusCode, Json<RoleView>), Error> {
    me.require(Permission::RolesWrite)?;
    let title = body.title.unwrap_or_else(|| body.name.clone());
    let mut checks = Checks::new();
    let message = "must be 2 to 40 lower-case letters, digits, - or _, and begin with a letter";
    checks.require(is_role_name(&body.name), "name", "invalid", message);
    checks.text("title", &title, 1..=100);
    checks.done()?;
    let role = roles::create(&app, &me, &body.name, title, &body.permissions).await?;
    Ok((StatusCode::CREATED, Json(role.into())))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Clerk", "permissions": ["orders:read"]}))]
pub struct UpdateRole {
    title: Option<String>,
    permissions: Vec<Permission>,
}

/// Change a role
///
/// Everyone who has it is signed out when its permissions change.
#[utoipa::path(
    put, path = "/users/roles/{name}", operation_id = "update_role", tag = "staff", security(("bearer" = [])),
    params(("name" = String, Path)), request_body = UpdateRole,
    responses(
        (status = 200, body = RoleView),
        (status = 403, body = ProblemBody, description = "`forbidden`, `rights_not_held`"),
        (status = 409, body = ProblemBody, description = "`built_in_role`"),
    ),
)]
pub async fn update_role(
    State(app): State<App>,
    me: SignedIn,
    Path(name): Path<String>,
    Json(body): Json<UpdateRole>,
) -> Result<Json<RoleView>, Error> {
    me.require(Permission::RolesWrite)?;
    let title = body.title.unwrap_or_else(|| name.clone());
    Checks::new().text("title", &title, 1..=100).done()?;
    Ok(Json(roles::change(&app, &me, &name, title, &body.permissions).await?.into()))
}

/// Remove a role that nobody has
#[utoipa::path(
    delete, path = "/users/roles/{name}", operation_id = "delete_role", tag = "staff",
    security(("bearer" = [])), params(("name" = String, Path)),
    responses(
        (status = 204),
        (status = 403, body = ProblemBody, description = "`forbidden`, `rights_not_held`"),
        (status = 409, body = ProblemBody, description = "`built_in_role`, `role_in_use`"),
    ),
)]
pub async fn delete_role(State(app): State<App>, me: SignedIn, Path(name): Path<String>) -> Result<StatusCode, Error> {
    me.require(Permission::RolesWrite)?;
    roles::remove(&app, &me, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
