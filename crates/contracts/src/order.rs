//! What other services may know of an order: its statuses, its lines as they were sold, its totals.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Address, Money,
    ids::{OrderId, ProductId, UserId},
};

/// Where an order stands, as its buyer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed, not paid yet.
    Pending,
    /// Paid; being picked and packed.
    Processing,
    Shipped,
    Delivered,
    Cancelled,
}

/// How much of an order's money has arrived, and how much has gone back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    NotPaid,
    Authorized,
    /// Less than the total has arrived.
    PartiallyPaid,
    Paid,
    PartiallyRefunded,
    Refunded,
    Voided,
    Disputed,
}

/// How many of an order's goods are on their way or back again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfillmentStatus {
    Unfulfilled,
    PartiallyShipped,
    Shipped,
    Delivered,
    PartiallyReturned,
    Returned,
    Cancelled,
}

/// How many of what.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sku": "KIT-MUG-SAN", "quantity": 2}))]
pub struct Item {
    pub sku: String,
    #[schema(minimum = 1, maximum = 9999)]
    pub quantity: u32,
}

/// One line as it was sold. Later changes to the product do not reach it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SoldLine {
    pub sku: String,
    pub product_id: ProductId,
    pub title: String,
    /// The chosen option values, as in "Sand, Large"; empty for a product without options.
    #[serde(default)]
    pub variant_title: String,
    pub quantity: u32,
    pub unit_price: Money,
    /// What the buyer pays for the line: quantity times unit price, less discount, tax as the price list says.
    pub total: Money,
    pub weight_g: u32,
    #[serde(default)]
    pub image: Option<String>,
}

/// The sums of an order. `total = subtotal - discount + shipping + tax` when prices exclude tax;
/// when they include it, `tax` says how much of the total is tax and is not added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Totals {
    pub subtotal: Money,
    pub discount: Money,
    pub shipping: Money,
    pub tax: Money,
    pub total: Money,
    pub tax_included: bool,
}

/// An order as events carry it, so that a consumer need not ask back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSnapshot {
    pub id: OrderId,
    /// The number people use, such as `R-4F7K-2M9D`.
    pub number: String,
    pub user_id: Option<UserId>,
    pub email: String,
    /// BCP 47; decides the language of mails.
    pub locale: String,
    pub status: OrderStatus,
    pub lines: Vec<SoldLine>,
    pub totals: Totals,
    pub shipping_address: Address,
    pub shipping_option: ShippingOptionSnapshot,
    pub placed_at: DateTime<Utc>,
}

/// The delivery that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShippingOptionSnapshot {
    pub carrier: String,
    pub service: String,
    pub price: Money,
    pub min_days: u32,
    pub max_days: u32,
}
