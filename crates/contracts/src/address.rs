//! Postal addresses, as shoppers type them and carriers read them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where goods go. `country` is ISO 3166-1 alpha-2, `region` an ISO 3166-2 subdivision or its usual short form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Ada Lovelace", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"}))]
pub struct Address {
    pub name: String,
    pub line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default)]
    pub postal_code: String,
    pub country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Address {
    /// What may be kept of it when its owner is forgotten: where tax and delivery were reckoned from.
    #[must_use]
    pub fn without_person(&self) -> Self {
        let erased = || "erased".to_owned();
        Self {
            name: erased(),
            line1: erased(),
            line2: None,
            city: erased(),
            region: self.region.clone(),
            postal_code: String::new(),
            country: self.country.clone(),
            phone: None,
        }
    }
}

/// The part of an address that decides what delivery and tax cost.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"country": "DE", "postal_code": "10119"}))]
pub struct Destination {
    pub country: String,
    #[serde(default)]
    pub postal_code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

impl From<&Address> for Destination {
    fn from(address: &Address) -> Self {
        Self {
            country: address.country.clone(),
            postal_code: address.postal_code.clone(),
            region: address.region.clone(),
        }
    }
}
