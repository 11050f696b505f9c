//! What staff may do: the `resource:action` words that a staff role is a set of, and that every service checks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One permission. The role `admin` holds all of them, a customer none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum Permission {
    #[serde(rename = "users:read")]
    UsersRead,
    #[serde(rename = "users:write")]
    UsersWrite,
    #[serde(rename = "roles:write")]
    RolesWrite,
    #[serde(rename = "catalog:read")]
    CatalogRead,
    #[serde(rename = "catalog:write")]
    CatalogWrite,
    #[serde(rename = "inventory:read")]
    InventoryRead,
    #[serde(rename = "inventory:write")]
    InventoryWrite,
    #[serde(rename = "reviews:moderate")]
    ReviewsModerate,
    #[serde(rename = "orders:read")]
    OrdersRead,
    #[serde(rename = "orders:write")]
    OrdersWrite,
    #[serde(rename = "returns:write")]
    ReturnsWrite,
    #[serde(rename = "payments:read")]
    PaymentsRead,
    #[serde(rename = "payments:refund")]
    PaymentsRefund,
    #[serde(rename = "shipping:read")]
    ShippingRead,
    #[serde(rename = "shipping:write")]
    ShippingWrite,
    #[serde(rename = "notifications:read")]
    NotificationsRead,
    #[serde(rename = "notifications:send")]
    NotificationsSend,
    #[serde(rename = "events:read")]
    EventsRead,
    #[serde(rename = "events:write")]
    EventsWrite,
}

impl Permission {
    pub const ALL: [Self; 19] = [
        Self::UsersRead,
        Self::UsersWrite,
        Self::RolesWrite,
        Self::CatalogRead,
        Self::CatalogWrite,
        Self::InventoryRead,
        Self::InventoryWrite,
        Self::ReviewsModerate,
        Self::OrdersRead,
        Self::OrdersWrite,
        Self::ReturnsWrite,
        Self::PaymentsRead,
        Self::PaymentsRefund,
        Self::ShippingRead,
        Self::ShippingWrite,
        Self::NotificationsRead,
        Self::NotificationsSend,
        Self::EventsRead,
        Self::EventsWrite,
    ];
}
