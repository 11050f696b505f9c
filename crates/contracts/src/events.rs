//! The facts services publish: CloudEvents 1.0 envelopes and the data inside them, each defined once.
//!
//! The rules for changing them: a field may be added with a default; anything else is a new version of the event.
//! Readers ignore fields they do not know.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Money, Service, Shard,
    ids::{DisputeId, EventId, OrderId, PaymentId, ProductId, RefundId, ReturnId, ShipmentId, UserId},
    order::{Item, OrderSnapshot, OrderStatus},
    time,
};

/// A fact some service publishes. The name is stable; a change that an old reader would misread raises `VERSION`.
pub trait Event: Serialize + DeserializeOwned + Send + Sync {
    const TYPE: &'static str;
    /// Who publishes it; its topic bears the same name.
    const SERVICE: Service;
    const VERSION: u32 = 1;
    /// The id of the thing it speaks of. Events with the same key keep their order.
    fn key(&self) -> Uuid;
}

/// A CloudEvents 1.0 event in its JSON form (<https://cloudevents.io>, section 2 of the JSON format).
///
/// `dataversion`, `partitionkey`, `correlationid` and `traceparent` are extension attributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    pub specversion: String,
    pub id: EventId,
    /// `/orders`: the service that published it, which is also its topic.
    pub source: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub subject: String,
    pub time: DateTime<Utc>,
    pub datacontenttype: String,
    pub dataversion: u32,
    pub partitionkey: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlationid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    pub data: Value,
}

impl Envelope {
    /// Wraps `event` for sending, with a fresh id.
    pub fn of<E: Event>(event: &E) -> Result<Self, serde_json::Error> {
        Ok(Self {
            specversion: "1.0".into(),
            id: EventId::new(),
            source: format!("/{}", E::SERVICE),
            kind: E::TYPE.into(),
            subject: event.key().to_string(),
            time: time::now(),
            datacontenttype: "application/json".into(),
            dataversion: E::VERSION,
            partitionkey: event.key(),
            correlationid: None,
            traceparent: None,
            data: serde_json::to_value(event)?,
        })
    }

    /// The topic it travels on: the name of its service.
    pub fn topic(&self) -> &str {
        self.source.trim_start_matches('/')
    }

    /// The shard that it speaks of, by its key or, where that is no customer's, by the customer in it. `None`: every shard
    /// may have something of the account.
    pub fn shard(&self) -> Option<Shard> {
        match self.kind.as_str() {
            UserErased::TYPE | EmailVerified::TYPE => None,
            BackInStock::TYPE => {
                let user = self.data["user_id"].as_str().and_then(|id| id.parse::<UserId>().ok());
                Some(user.map_or(Shard::FIRST, UserId::shard))
            }
            _ => Some(Shard::of(self.partitionkey)),
        }
    }

    /// Whether this is an `E` of a version this reader understands.
    pub fn is<E: Event>(&self) -> bool {
        self.kind == E::TYPE && self.topic() == E::SERVICE.name()
    }

    /// Reads the data as an `E`. Fails when the data, or its version, is not what this reader knows.
    pub fn read<E: Event>(&self) -> Result<E, UnreadableEvent> {
        if self.dataversion > E::VERSION {
            return Err(UnreadableEvent::NewerVersion { kind: self.kind.clone(), version: self.dataversion });
        }
        E::deserialize(&self.data).map_err(|source| UnreadableEvent::Data { kind: self.kind.clone(), source })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum UnreadableEvent {
    #[error("{kind} has version {version}, newer than this program knows")]
    NewerVersion { kind: String, version: u32 },
    #[error("{kind} has unreadable data: {source}")]
    Data { kind: String, source: serde_json::Error },
}

// Users.

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserRegistered {
    pub user_id: UserId,
    pub email: String,
    pub name: String,
    pub locale: String,
    pub marketing_consent: bool,
}

/// The address belongs to the account from now on: earlier guest orders with it join the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmailVerified {
    pub user_id: UserId,
    pub email: String,
}

/// A password, address or second factor changed, or a new device signed in: the owner is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountSecurityChanged {
    pub user_id: UserId,
    pub email: String,
    pub name: String,
    pub locale: String,
    pub change: SecurityChange,
}

/// The owner had the account erased: what is personal goes everywhere, what the law keeps (orders, invoices) stays
/// without it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserErased {
    pub user_id: UserId,
    pub erased_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityChange {
    PasswordChanged,
    PasswordReset,
    NewDevice,
    RefreshTokenReused,
}

// Catalog.

/// What somebody asked to be told of can be had again. They are told once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackInStock {
    pub product_id: ProductId,
    pub sku: String,
    pub slug: String,
    pub title: String,
    pub email: String,
    pub user_id: Option<UserId>,
    pub locale: String,
    pub asked_at: DateTime<Utc>,
}

/// A product was written; readers that show it should read it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProductChanged {
    pub product_id: ProductId,
    pub slug: String,
    pub status: String,
    pub skus: Vec<String>,
}

/// The stock a paid order was promised is gone, because its reservation had run out before it was paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StockShort {
    pub order_id: OrderId,
    pub skus: Vec<String>,
}

// Orders.

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderCreated {
    pub order: OrderSnapshot,
}

/// The order moved along its life. `order.status` is the new status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderStatusChanged {
    pub order: OrderSnapshot,
    pub from: OrderStatus,
    pub to: OrderStatus,
    /// Why, for people: `payment_failed`, `expired`, `cancelled_by_customer`, …
    pub reason: Option<String>,
}

/// The order's buyer had the account erased: whoever keeps something personal of the order forgets it, at the latest when
/// it is not needed any more to bring the goods. Guest orders that joined the account are among them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderErased {
    pub order_id: OrderId,
}

/// Money has to go back. Payments answers with `RefundProcessed` or `RefundFailed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefundRequested {
    /// Chosen by orders, so that asking twice refunds once.
    pub refund_id: RefundId,
    pub order_id: OrderId,
    /// The payment whose money it is. `None`: the one that counts for the order.
    #[serde(default)]
    pub payment_id: Option<PaymentId>,
    /// `None` asks for whatever was captured and not refunded yet.
    pub amount: Option<Money>,
    pub reason: String,
    pub return_id: Option<ReturnId>,
}

/// A return moved along. Notifications tells the buyer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnUpdated {
    pub return_id: ReturnId,
    pub order_id: OrderId,
    pub order_number: String,
    pub email: String,
    pub user_id: Option<UserId>,
    pub locale: String,
    pub status: String,
    pub refund: Option<Money>,
    pub reason: Option<String>,
}

/// Returned goods arrived and were looked at. Catalog books them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnReceived {
    pub return_id: ReturnId,
    pub order_id: OrderId,
    pub lines: Vec<ReturnedLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLine {
    pub sku: String,
    pub quantity: u32,
    pub disposition: Disposition,
}

/// What becomes of returned goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Back on the shelf.
    Restock,
    /// Counted, not sellable.
    Damaged,
    /// Gone: written off.
    Discard,
}

// Payments.

/// The money is held, not taken yet (manual capture).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentAuthorized {
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
}

/// The money is ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentProcessed {
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
    pub provider: String,
    pub captured_at: DateTime<Utc>,
}

/// An attempt to pay failed; the buyer may try again while the order is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentFailed {
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    /// A stable word for the cause, such as `card_declined` or `insufficient_funds`.
    pub code: String,
}

/// Money that was held is held no longer, and none was taken: called off by staff, or the hold ran out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentVoided {
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
    /// A stable word for the cause, such as `order_cancelled` or `authorization_expired`.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefundProcessed {
    pub refund_id: RefundId,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
    /// All refunds of the payment so far, this one included.
    pub refunded_total: Money,
    pub captured_total: Money,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefundFailed {
    pub refund_id: RefundId,
    pub order_id: OrderId,
    pub amount: Money,
    pub code: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DisputeOpened {
    pub dispute_id: DisputeId,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
    pub reason: String,
    pub evidence_due_by: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DisputeClosed {
    pub dispute_id: DisputeId,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub won: bool,
}

// Shipping.

/// A shipment moved along. `items` are the goods in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShippingUpdated {
    pub shipment_id: ShipmentId,
    pub order_id: OrderId,
    pub status: ShipmentStatus,
    pub items: Vec<Item>,
    pub carrier: String,
    pub tracking_number: Option<String>,
    pub tracking_url: Option<String>,
    pub occurred_at: DateTime<Utc>,
    /// Whether the buyer is to be told; staff may ship quietly.
    #[serde(default = "yes")]
    pub notify: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShipmentStatus {
    /// To be packed.
    Pending,
    LabelCreated,
    Shipped,
    OutForDelivery,
    Delivered,
    Exception,
    Returned,
    Cancelled,
}

impl Event for UserRegistered {
    const TYPE: &'static str = "UserRegistered";
    const SERVICE: Service = Service::Users;
    fn key(&self) -> Uuid {
        self.user_id.uuid()
    }
}

impl Event for EmailVerified {
    const TYPE: &'static str = "EmailVerified";
    const SERVICE: Service = Service::Users;
    fn key(&self) -> Uuid {
        self.user_id.uuid()
    }
}

impl Event for AccountSecurityChanged {
    const TYPE: &'static str = "AccountSecurityChanged";
    const SERVICE: Service = Service::Users;
    fn key(&self) -> Uuid {
        self.user_id.uuid()
    }
}

impl Event for UserErased {
    const TYPE: &'static str = "UserErased";
    const SERVICE: Service = Service::Users;
    fn key(&self) -> Uuid {
        self.user_id.uuid()
    }
}

impl Event for BackInStock {
    const TYPE: &'static str = "BackInStock";
    const SERVICE: Service = Service::Catalog;
    fn key(&self) -> Uuid {
        self.product_id.uuid()
    }
}

impl Event for ProductChanged {
    const TYPE: &'static str = "ProductChanged";
    const SERVICE: Service = Service::Catalog;
    fn key(&self) -> Uuid {
        self.product_id.uuid()
    }
}

impl Event for StockShort {
    const TYPE: &'static str = "StockShort";
    const SERVICE: Service = Service::Catalog;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for OrderCreated {
    const TYPE: &'static str = "OrderCreated";
    const SERVICE: Service = Service::Orders;
    fn key(&self) -> Uuid {
        self.order.id.uuid()
    }
}

impl Event for OrderStatusChanged {
    const TYPE: &'static str = "OrderStatusChanged";
    const SERVICE: Service = Service::Orders;
    fn key(&self) -> Uuid {
        self.order.id.uuid()
    }
}

impl Event for OrderErased {
    const TYPE: &'static str = "OrderErased";
    const SERVICE: Service = Service::Orders;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for RefundRequested {
    const TYPE: &'static str = "RefundRequested";
    const SERVICE: Service = Service::Orders;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for ReturnUpdated {
    const TYPE: &'static str = "ReturnUpdated";
    const SERVICE: Service = Service::Orders;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for ReturnReceived {
    const TYPE: &'static str = "ReturnReceived";
    const SERVICE: Service = Service::Orders;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for PaymentAuthorized {
    const TYPE: &'static str = "PaymentAuthorized";
    const SERVICE: Service = Service::Payments;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for PaymentProcessed {
    const TYPE: &'static str = "PaymentProcessed";
    const SERVICE: Service = Service::Payments;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for PaymentFailed {
    const TYPE: &'static str = "PaymentFailed";
    const SERVICE: Service = Service::Payments;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for PaymentVoided {
    const TYPE: &'static str = "PaymentVoided";
    const SERVICE: Service = Service::Payments;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for RefundProcessed {
    const TYPE: &'static str = "RefundProcessed";
    const SERVICE: Service = Service::Payments;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for RefundFailed {
    const TYPE: &'static str = "RefundFailed";
    const SERVICE: Service = Service::Payments;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for DisputeOpened {
    const TYPE: &'static str = "DisputeOpened";
    const SERVICE: Service = Service::Payments;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for DisputeClosed {
    const TYPE: &'static str = "DisputeClosed";
    const SERVICE: Service = Service::Payments;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

impl Event for ShippingUpdated {
    const TYPE: &'static str = "ShippingUpdated";
    const SERVICE: Service = Service::Shipping;
    fn key(&self) -> Uuid {
        self.order_id.uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_cloudevent_and_reads_back() {
        let event = StockShort { order_id: OrderId::new(), skus: vec!["A".into()] };
        let envelope = Envelope::of(&event).expect("serializable");
        let json = serde_json::to_value(&envelope).expect("serializable");
        for attribute in ["specversion", "id", "source", "type", "subject", "time", "data"] {
            assert!(json.get(attribute).is_some(), "{attribute} is missing from {json}");
        }
        assert_eq!(json["type"], "StockShort");
        assert_eq!(envelope.topic(), "catalog");
        assert!(envelope.is::<StockShort>());
        assert_eq!(envelope.read::<StockShort>().expect("readable"), event);
    }

    #[test]
    fn unknown_fields_are_ignored_and_newer_versions_refused() {
        let event = StockShort { order_id: OrderId::new(), skus: vec![] };
        let mut envelope = Envelope::of(&event).expect("serializable");
        envelope.data["added_later"] = Value::from(1);
        assert!(envelope.read::<StockShort>().is_ok());
        envelope.dataversion = 2;
        assert!(matches!(envelope.read::<StockShort>(), Err(UnreadableEvent::NewerVersion { version: 2, .. })));
    }
}
