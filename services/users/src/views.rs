//! What answers show of accounts, sessions, roles and addresses.

use chrono::{DateTime, Utc};
use contracts::{
    Address,
    ids::{SessionId, UserId},
    permissions::Permission,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    entity::{address, role, session, user},
    model::rights::Rights,
    sessions::{Client, Grant},
    store,
};

/// An account, as its owner sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "email": "ada@example.org", "name": "Ada Lovelace", "role": "customer",
    "permissions": [], "email_verified": true, "phone": null, "locale": "en", "marketing_consent": false,
    "default_shipping_address_id": null, "default_billing_address_id": null, "created_at": "2026-11-22T10:00:00Z"
}))]
pub struct UserView {
    pub id: UserId,
    pub email: String,
    pub name: String,
    /// `customer`, `admin`, or the name of a staff role.
    pub role: String,
    /// What the role allows, spelled out.
    pub permissions: Vec<Permission>,
    pub email_verified: bool,
    pub phone: Option<String>,
    pub locale: String,
    pub marketing_consent: bool,
    pub default_shipping_address_id: Option<Uuid>,
    pub default_billing_address_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
}

impl UserView {
    pub fn of(user: user::Model, rights: &Rights) -> Self {
        Self {
            id: user.id.into(),
            email: user.email,
            name: user.name,
            role: user.role,
            permissions: rights.permissions(),
            email_verified: user.email_verified_at.is_some(),
            phone: user.phone,
            locale: user.locale,
            marketing_consent: user.marketing_consent,
            default_shipping_address_id: user.shipping_address_id,
            default_billing_address_id: user.billing_address_id,
            created_at: user.created_at,
        }
    }
}

/// An account, as staff see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountView {
    #[serde(flatten)]
    pub user: UserView,
    /// `active`, `disabled` or `erased`.
    pub status: String,
    pub last_login_at: Option<DateTime<Utc>>,
}

impl AccountView {
    pub fn of(user: user::Model, rights: &Rights) -> Self {
        Self { status: user.status.clone(), last_login_at: user.last_login_at, user: UserView::of(user, rights) }
    }
}

/// What a sign-in gives.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "email": "ada@example.org", "name": "Ada Lovelace", "role": "customer",
             "permissions": [], "email_verified": false, "phone": null, "locale": "en", "marketing_consent": false,
             "default_shipping_address_id": null, "default_billing_address_id": null, "created_at": "2026-11-22T10:00:00Z"},
    "access_token": "eyJhbGciOiJFZERTQSIsImtpZCI6IjAxOTJmMGMxIn0.e30.c2ln", "token_type": "Bearer", "expires_in": 600
}))]
pub struct GrantView {
    pub user: UserView,
    /// For `Authorization: Bearer`.
    pub access_token: String,
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: i64,
    /// Only for `"client": "api"`; browsers get it in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> Self {
        Self {
            user: UserView::of(grant.user, &grant.rights),
            access_token: grant.access_token,
            token_type: "Bearer",
            expires_in: grant.expires_in,
            refresh_token: (grant.client == Client::Api).then_some(grant.refresh_token),
        }
    }
}

/// One sign-in on one device.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b7", "current": true, "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0",
    "ip": "203.0.113.7", "created_at": "2026-11-22T10:00:00Z", "last_used_at": "2026-11-23T08:30:00Z",
    "expires_at": "2026-12-07T08:30:00Z",
}))]
pub struct SessionView {
    pub id: SessionId,
    /// Whether this request was made in it.
    pub current: bool,
    pub user_agent: String,
    pub ip: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
}

impl SessionView {
    pub fn of(session: session::Model, current: Uuid) -> Self {
        Self {
            id: session.id.into(),
            current: session.id == current,
            user_agent: session.user_agent,
            ip: session.ip,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            revoked_at: session.revoked_at,
        }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "clerk", "title": "Clerk", "permissions": ["orders:read", "returns:write"], "built_in": false,
    "created_at": "2026-11-22T10:00:00Z", "updated_at": "2026-11-22T10:00:00Z"
}))]
pub struct RoleView {
    pub name: String,
    pub title: String,
    pub permissions: Vec<Permission>,
    /// Part of the shop: cannot be changed or removed.
    pub built_in: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<role::Model> for RoleView {
    fn from(row: role::Model) -> Self {
        Self {
            permissions: store::roles::rights_of(&row).permissions(),
            name: row.name,
            title: row.title,
            built_in: row.built_in,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// An entry of an address book.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "label": "Home",
    "address": {"name": "Ada Lovelace", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"},
    "default_shipping": true, "default_billing": false
}))]
pub struct AddressView {
    pub id: Uuid,
    pub label: Option<String>,
    pub address: Address,
    pub default_shipping: bool,
    pub default_billing: bool,
}

impl AddressView {
    pub fn of(row: address::Model, owner: &user::Model) -> Self {
        Self {
            default_shipping: owner.shipping_address_id == Some(row.id),
            default_billing: owner.billing_address_id == Some(row.id),
            address: store::addresses::postal(&row),
            id: row.id,
            label: row.label,
        }
    }
}
