//! Accounts, for staff who may see or change them.

use std::collections::HashMap;

use axum::extract::State;
use contracts::{ids::UserId, permissions::Permission};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{
    Checks, Cursor, Json, Page, Path, ProblemBody, Query,
    answers::{Invalid, StaffOnly},
    page,
};

use crate::{
    App,
    entity::user,
    error::Error,
    model::rights::Rights,
    signed_in::SignedIn,
    staff,
    store::{
        self,
        users::{ACTIVE, DISABLED, ERASED, Filter},
    },
    views::AccountView,
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListUsers {
    /// Part of the address, the name or the phone number.
    q: Option<String>,
    role: Option<String>,
    /// Only those who work here, or only those who do not.
    staff: Option<bool>,
    /// `active`, `disabled` or `erased`; all but erased ones if absent.
    status: Option<String>,
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    cursor: Option<String>,
}

/// List accounts, newest first
#[utoipa::path(
    get, path = "/users", operation_id = "list_users", tag = "staff", security(("bearer" = [])),
    params(ListUsers),
    responses((status = 200, body = Page<AccountView>), StaffOnly, Invalid),
)]
pub async fn list_users(
    State(app): State<App>,
    me: SignedIn,
    Query(query): Query<ListUsers>,
) -> Result<Json<Page<AccountView>>, Error> {
    me.require(Permission::UsersRead)?;
    let limit = page::limit(query.limit)?;
    let mut checks = Checks::new();
    checks.text("q", query.q.as_deref().unwrap_or_default(), 0..=200);
    checks.text("role", query.role.as_deref().unwrap_or_default(), 0..=40);
    let known = query.status.as_deref().is_none_or(|status| [ACTIVE, DISABLED, ERASED].contains(&status));
    checks.require(known, "status", "invalid", "must be active, disabled or erased");
    checks.done()?;
    let before = query.cursor.as_deref().map(Cursor::read::<Uuid>).transpose()?;
    let text = query.q.filter(|text| !text.trim().is_empty());
    let filter = Filter { text, role: query.role, is_staff: query.staff, status: query.status, before };
    let rows = store::users::list(&app.db.late_reader().await, filter, limit + 1).await?;
    let rights = all_rights(&app).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id, |row| view(row, &rights))))
}

async fn all_rights(app: &App) -> Result<HashMap<String, Rights>, Error> {
    let roles = store::roles::all(app.db.reader()).await?;
    Ok(roles.iter().map(|role| (role.name.clone(), store::roles::rights_of(role))).collect())
}

fn view(row: user::Model, rights: &HashMap<String, Rights>) -> AccountView {
    match rights.get(&row.role) {
        Some(rights) => AccountView::of(row, rights),
        None => AccountView::of(row.clone(), &Rights::new(&row.role, Vec::new())),
    }
}

/// Get an account
#[utoipa::path(
    get, path = "/users/{id}", operation_id = "get_user", tag = "staff", security(("bearer" = [])),
    params(("id" = UserId, Path)),
    responses((status = 200, body = AccountView), StaffOnly),
)]
pub async fn get_user(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<UserId>,
) -> Result<Json<AccountView>, Error> {
    me.require(Permission::UsersRead)?;
    let user = store::users::by_id(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    answer(&app, user).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "clerk"}))]
pub struct AssignRole {
    role: String,
}

/// Give someone a role
///
/// The giver must hold every permission of the old and of the new role. The account's sessions end.
#[utoipa::path(
    put, path = "/users/{id}/role", operation_id = "assign_role", tag = "staff", security(("bearer" = [])),
    params(("id" = UserId, Path)), request_body = AssignRole,
    responses(
        (status = 200, body = AccountView),
        (status = 403, body = ProblemBody, description = "`forbidden`, `rights_not_held`"),
        (status = 409, body = ProblemBody, description = "`last_admin`"),
    ),
)]
pub async fn assign_role(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<UserId>,
    Json(body): Json<AssignRole>,
) -> Result<Json<AccountView>, Error> {
    me.require(Permission::RolesWrite)?;
    Checks::new().text("role", &body.role, 1..=40).done()?;
    let user = staff::assign_role(&app, &me.rights, id, &body.role).await?;
    answer(&app, user).await
}

/// Shut an account
///
/// It cannot sign in any more, and its sessions end.
#[utoipa::path(
    post, path = "/users/{id}/disable", operation_id = "disable_user", tag = "staff",
    security(("bearer" = [])), params(("id" = UserId, Path)),
    responses(
        (status = 200, body = AccountView),
        (status = 403, body = ProblemBody, description = "`forbidden`, `rights_not_held`"),
        (status = 409, body = ProblemBody, description = "`last_admin`"),
    ),
)]
pub async fn disable_user(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<UserId>,
) -> Result<Json<AccountView>, Error> {
    me.require(Permission::UsersWrite)?;
    let user = staff::disable(&app, &me, id).await?;
    answer(&app, user).await
}

/// Open an account again
#[utoipa::path(
    post, path = "/users/{id}/enable", operation_id = "enable_user", tag = "staff", security(("bearer" = [])),
    params(("id" = UserId, Path)),
    responses(
        (status = 200, body = AccountView),
        (status = 403, body = ProblemBody, description = "`forbidden`, `rights_not_held`"),
    ),
)]
pub async fn enable_user(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<UserId>,
) -> Result<Json<AccountView>, Error> {
    me.require(Permission::UsersWrite)?;
    let user = staff::enable(&app, &me, id).await?;
    answer(&app, user).await
}

async fn answer(app: &App, user: user::Model) -> Result<Json<AccountView>, Error> {
    let rights = store::roles::rights(app.db.reader(), &user.role).await?;
    Ok(Json(AccountView::of(user, &rights)))
}
