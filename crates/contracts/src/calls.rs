//! The calls one service makes to another, as data: method, path, body and answer stand together, so that both
//! ends agree. `upstream` carries them; the `/internal` paths take a service token and are never routed by the gateway.

use chrono::{DateTime, Utc};
use http::Method;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    Destination, Money, Service,
    ids::{NotificationId, OrderId, ProductId, UserId},
    order::{Item, OrderStatus},
};

/// A request to another service. Its JSON is the body, unless the method is GET.
pub trait Call: Serialize + Send + Sync {
    type Answer: DeserializeOwned;
    const METHOD: Method;
    /// Whether sending it twice is harmless, so that it may be retried.
    const REPEATABLE: bool;
    /// Who is asked.
    fn service(&self) -> Service;
    fn path(&self) -> String;
}

/// Asks catalog what each SKU is and costs now. Unknown and unpublished SKUs come back as such, not as an error.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PriceItems {
    pub skus: Vec<String>,
}

impl Call for PriceItems {
    type Answer = PricedItems;
    const METHOD: Method = Method::POST;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Catalog
    }
    fn path(&self) -> String {
        "/internal/price-items".into()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PricedItems {
    /// In the order asked. `None` where no published product has the SKU.
    pub items: Vec<Option<PricedItem>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PricedItem {
    pub sku: String,
    pub product_id: ProductId,
    pub slug: String,
    pub title: String,
    pub variant_title: String,
    pub price: Money,
    pub tax_class: String,
    pub weight_g: u32,
    pub image: Option<String>,
    /// Pieces that can be sold now.
    pub available: u32,
}

/// Holds stock for an order until `expires_at`: all lines or none. Asking again for the same order changes nothing
/// but the expiry, which may only move later. Short stock answers 409 `insufficient_stock` with the short lines.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReserveStock {
    pub order_id: OrderId,
    pub items: Vec<Item>,
    pub expires_at: DateTime<Utc>,
}

impl Call for ReserveStock {
    type Answer = StockReserved;
    const METHOD: Method = Method::POST;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Catalog
    }
    fn path(&self) -> String {
        "/internal/reservations".into()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StockReserved {
    pub order_id: OrderId,
    pub expires_at: DateTime<Utc>,
}

/// Asks orders what is due for an order. Answers 404 when the forwarded caller may not pay it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AmountDue {
    pub order_id: OrderId,
}

impl Call for AmountDue {
    type Answer = DueAmount;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Orders
    }
    fn path(&self) -> String {
        format!("/internal/orders/{}/amount-due", self.order_id)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DueAmount {
    pub order_id: OrderId,
    pub order_number: String,
    pub user_id: Option<UserId>,
    pub email: String,
    pub status: OrderStatus,
    /// The order's total; what has been paid is for payments to know.
    pub total: Money,
    /// A pending order is cancelled at this time unless it is paid.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Asks orders whether the forwarded caller may see an order. Answers 404 when not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrderAccess {
    pub order_id: OrderId,
}

impl Call for OrderAccess {
    type Answer = OrderRef;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Orders
    }
    fn path(&self) -> String {
        format!("/internal/orders/{}/access", self.order_id)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderRef {
    pub order_id: OrderId,
    pub number: String,
    pub user_id: Option<UserId>,
    pub email: String,
    pub status: OrderStatus,
}

/// Asks orders for the token that opens a guest's order, for the link in a mail to them. Only notifications gets it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GuestToken {
    pub order_id: OrderId,
}

impl Call for GuestToken {
    type Answer = GuestTokenAnswer;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Orders
    }
    fn path(&self) -> String {
        format!("/internal/orders/{}/guest-token", self.order_id)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GuestTokenAnswer {
    /// None: the order is an account's.
    pub token: Option<String>,
}

/// Asks orders what an account's owner has paid for and not been sent yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrdersUnderWay {
    pub user_id: UserId,
}

impl Call for OrdersUnderWay {
    type Answer = UnderWay;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Orders
    }
    fn path(&self) -> String {
        format!("/internal/users/{}/orders-under-way", self.user_id)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UnderWay {
    /// Numbers of orders.
    pub numbers: Vec<String>,
}

/// Checks a delivery option that `/shipping/calculate` offered: signature, expiry, destination and goods.
/// Answers 422 `quote_invalid` with the reason.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConfirmQuote {
    pub shipping_option: String,
    pub destination: Destination,
    pub items: Vec<Item>,
}

impl Call for ConfirmQuote {
    type Answer = ConfirmedQuote;
    const METHOD: Method = Method::POST;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Shipping
    }
    fn path(&self) -> String {
        "/internal/confirm-quote".into()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConfirmedQuote {
    pub carrier: String,
    pub service: String,
    pub price: Money,
    pub min_days: u32,
    pub max_days: u32,
}

/// The public halves of the keys that sign access tokens (RFC 7517).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Jwks;

impl Call for Jwks {
    type Answer = Value;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Users
    }
    fn path(&self) -> String {
        "/.well-known/jwks.json".into()
    }
}

/// Asks users where to reach someone, and in which language.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserContact {
    pub user_id: UserId,
}

impl Call for UserContact {
    type Answer = Contact;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Users
    }
    fn path(&self) -> String {
        format!("/internal/users/{}/contact", self.user_id)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    pub user_id: UserId,
    pub email: String,
    pub name: String,
    pub locale: String,
    pub phone: Option<String>,
}

/// Asks users whether a session still stands: an access token outlives its session by minutes, which staff rights may not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionStanding {
    pub session_id: crate::ids::SessionId,
}

impl Call for SessionStanding {
    type Answer = Standing;
    const METHOD: Method = Method::GET;
    const REPEATABLE: bool = true;
    fn service(&self) -> Service {
        Service::Users
    }
    fn path(&self) -> String {
        format!("/internal/sessions/{}", self.session_id)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Standing {
    pub active: bool,
}

/// Sends a message. With a `dedupe_key`, the same message is sent once however often this is called.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendNotification {
    /// Either this or `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// An address on the channel: an e-mail address, an E.164 number, a push subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    pub channel: Channel,
    /// Either this or `subject` and `body`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    #[serde(default)]
    pub data: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dedupe_key: Option<String>,
}

impl Call for SendNotification {
    type Answer = NotificationAccepted;
    const METHOD: Method = Method::POST;
    // A message without a dedupe key would be sent twice.
    const REPEATABLE: bool = false;
    fn service(&self) -> Service {
        Service::Notifications
    }
    fn path(&self) -> String {
        "/notifications/send".into()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b8", "status": "queued"}))]
pub struct NotificationAccepted {
    pub id: NotificationId,
    pub status: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Email,
    Sms,
    Push,
}
