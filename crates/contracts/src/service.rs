//! The names of the services, as they stand in tokens, configuration, metrics and addresses.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A part of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    Gateway,
    Users,
    Catalog,
    Orders,
    Payments,
    Shipping,
    Notifications,
}

impl Service {
    pub const ALL: [Self; 7] =
        [Self::Gateway, Self::Users, Self::Catalog, Self::Orders, Self::Payments, Self::Shipping, Self::Notifications];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Users => "users",
            Self::Catalog => "catalog",
            Self::Orders => "orders",
            Self::Payments => "payments",
            Self::Shipping => "shipping",
            Self::Notifications => "notifications",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Service {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|service| service.name() == name)
            .ok_or_else(|| format!("{name} is not a service; they are {}", Self::ALL.map(Self::name).join(", ")))
    }
}
