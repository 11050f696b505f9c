//! Identifiers: UUIDs that begin with their time, one type per thing, so that an order's id cannot be passed where a
//! payment's is due.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::SchemaType, schema::Type};
use uuid::Uuid;

use crate::Shard;

/// The id of one `Of`. Sorts by creation time; written as a hyphenated UUID.
pub struct Id<Of>(Uuid, PhantomData<fn() -> Of>);

/// What ids are ids of. The types are never built; they only tell the ids apart.
pub mod of {
    #[derive(Debug)]
    pub enum User {}
    #[derive(Debug)]
    pub enum Session {}
    #[derive(Debug)]
    pub enum Product {}
    #[derive(Debug)]
    pub enum Variant {}
    #[derive(Debug)]
    pub enum Category {}
    #[derive(Debug)]
    pub enum Review {}
    #[derive(Debug)]
    pub enum Cart {}
    #[derive(Debug)]
    pub enum Order {}
    #[derive(Debug)]
    pub enum Return {}
    #[derive(Debug)]
    pub enum Payment {}
    #[derive(Debug)]
    pub enum Refund {}
    #[derive(Debug)]
    pub enum Dispute {}
    #[derive(Debug)]
    pub enum Shipment {}
    #[derive(Debug)]
    pub enum Notification {}
    #[derive(Debug)]
    pub enum Event {}
}

pub type UserId = Id<of::User>;
pub type SessionId = Id<of::Session>;
pub type ProductId = Id<of::Product>;
pub type VariantId = Id<of::Variant>;
pub type CategoryId = Id<of::Category>;
pub type ReviewId = Id<of::Review>;
pub type CartId = Id<of::Cart>;
pub type OrderId = Id<of::Order>;
pub type ReturnId = Id<of::Return>;
pub type PaymentId = Id<of::Payment>;
pub type RefundId = Id<of::Refund>;
pub type DisputeId = Id<of::Dispute>;
pub type ShipmentId = Id<of::Shipment>;
pub type NotificationId = Id<of::Notification>;
pub type EventId = Id<of::Event>;

impl<Of> Id<Of> {
    /// A fresh id, later than every id this process made before.
    pub fn new() -> Self {
        Self::from(Uuid::now_v7())
    }

    /// A fresh id of a thing in `shard`.
    pub fn new_in(shard: Shard) -> Self {
        Self::from(shard.fresh())
    }

    /// Where the thing stands, as its id tells it.
    pub fn shard(self) -> Shard {
        Shard::of(self.0)
    }

    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl<Of> Default for Id<Of> {
    fn default() -> Self {
        Self::new()
    }
}

impl<Of> From<Uuid> for Id<Of> {
    fn from(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }
}

impl<Of> From<Id<Of>> for Uuid {
    fn from(id: Id<Of>) -> Self {
        id.0
    }
}

// The derives would ask `Of` for the same traits, which the marker types have no use for.
impl<Of> Clone for Id<Of> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Of> Copy for Id<Of> {}
impl<Of> PartialEq for Id<Of> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<Of> Eq for Id<Of> {}
impl<Of> PartialOrd for Id<Of> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<Of> Ord for Id<Of> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<Of> hash::Hash for Id<Of> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<Of> fmt::Debug for Id<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<Of> fmt::Display for Id<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<Of> FromStr for Id<Of> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::from_str(text).map(Self::from)
    }
}
impl<Of> Serialize for Id<Of> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, Of> Deserialize<'de> for Id<Of> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from)
    }
}

impl<Of> utoipa::PartialSchema for Id<Of> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
            .into()
    }
}

impl<Of> utoipa::ToSchema for Id<Of> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_creation_and_read_back() {
        let first = OrderId::new();
        let second = OrderId::new();
        assert!(first < second);
        assert_eq!(first.to_string().parse::<OrderId>().expect("a UUID"), first);
        assert_eq!(serde_json::to_value(first).expect("a string"), first.to_string());
    }
}
