//! The seam to a payment provider: charges, refunds and disputes as any of them knows them.
//!
//! Every call carries a key of ours, and repeating a call with its key has the effect of making it once. A decline is
//! an answer; only not getting an answer is an error, and then asking again is safe.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contracts::{
    Money,
    ids::{OrderId, PaymentId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{CaptureMethod, ChargeStatus, DisputeStatus, RefundStatus};

/// The provider did not answer. Whether it acted is unknown if the request was `sent`.
#[derive(Debug, thiserror::Error)]
#[error("payment provider unavailable: {cause}")]
pub struct Unavailable {
    pub cause: String,
    pub sent: bool,
}

impl Unavailable {
    /// It may have acted.
    pub fn unknown(cause: impl std::fmt::Display) -> Self {
        Self { cause: cause.to_string(), sent: true }
    }

    /// It was not even asked.
    pub fn not_sent(cause: impl std::fmt::Display) -> Self {
        Self { cause: cause.to_string(), sent: false }
    }
}

/// A payment provider.
#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// The word in our webhook path and in our records.
    fn name(&self) -> &'static str;

    /// What a browser needs to speak to the provider itself; no secret.
    fn publishable_key(&self) -> Option<String> {
        None
    }

    /// Charges or holds the amount on what the token stands for.
    async fn charge(&self, order: &ChargeOrder) -> Result<Charge, Unavailable>;

    /// Takes `amount` of what the charge holds and lets go of the rest.
    async fn capture(&self, key: Uuid, amount: Money) -> Result<Charge, Unavailable>;

    /// Ends the charge if its money was not taken yet. A key that is unknown so far can never charge any more.
    async fn void(&self, order: &VoidOrder) -> Result<Charge, Unavailable>;

    /// Gives part of a charge back. The answer is the charge with its refunds.
    async fn refund(&self, order: &RefundOrder) -> Result<Charge, Unavailable>;

    /// The charge with our key, with its refunds and disputes.
    async fn find(&self, key: Uuid) -> Result<Option<Charge>, Unavailable>;

    /// Charges made since a time, in the order of their keys, which come behind `after`.
    async fn list(&self, since: DateTime<Utc>, after: Option<Uuid>, limit: u64) -> Result<Vec<Charge>, Unavailable>;

    /// Hands in the evidence against a dispute. Once.
    async fn contest(&self, dispute: &str, evidence: &Evidence) -> Result<Charge, Unavailable>;
}

#[derive(Clone, Debug)]
pub struct ChargeOrder {
    /// Our attempt's id, and so the provider's idempotency key.
    pub key: Uuid,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
    pub token: String,
    pub capture_method: CaptureMethod,
    pub return_url: Option<String>,
}

/// What is to be ended; all of it, because the provider may hear of the key for the first time.
#[derive(Clone, Copy, Debug)]
pub struct VoidOrder {
    pub key: Uuid,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
}

#[derive(Clone, Debug)]
pub struct RefundOrder {
    /// Our refund's id.
    pub key: Uuid,
    /// The charge's key.
    pub charge: Uuid,
    pub amount: Money,
    pub reason: String,
}

/// All the provider knows of a charge.
#[derive(Clone, Debug)]
pub struct Charge {
    pub key: Uuid,
    /// The provider's own name for it.
    pub reference: String,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub status: ChargeStatus,
    pub amount: Money,
    pub capture_method: CaptureMethod,
    pub captured_minor: i64,
    pub card: Option<Card>,
    pub client_secret: Option<String>,
    pub next_action: Option<NextAction>,
    /// Where the buyer comes back to after a step elsewhere.
    pub return_url: Option<String>,
    pub error: Option<Decline>,
    pub refunds: Vec<ProviderRefund>,
    pub disputes: Vec<ProviderDispute>,
    pub authorized_until: Option<DateTime<Utc>>,
    pub captured_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub brand: String,
    pub last4: String,
}

/// Why a charge failed, in Stripe's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decline {
    pub code: String,
    pub decline_code: Option<String>,
}

/// The code of a decline that is no decline: the token means nothing to the provider.
pub const UNKNOWN_TOKEN: &str = "resource_missing";

/// What the buyer has to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NextAction {
    RedirectToUrl { redirect_to_url: Redirect },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Redirect {
    /// Where to send the buyer.
    pub url: String,
    /// Where the buyer comes back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ProviderRefund {
    /// Our refund's id; one of the provider's making if the refund was not asked for by us.
    pub key: Uuid,
    pub reference: String,
    pub status: RefundStatus,
    pub amount: Money,
    pub code: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ProviderDispute {
    pub reference: String,
    pub status: DisputeStatus,
    pub amount: Money,
    pub fee_minor: i64,
    pub reason: String,
    pub evidence_due_by: DateTime<Utc>,
}

/// What the shop has to say against a dispute, in Stripe's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"product_description": "Stoneware mug, ink", "shipping_tracking_number": "RIA123456789"}))]
pub struct Evidence {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_communication: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_carrier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_tracking_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncategorized_text: Option<String>,
}

impl Evidence {
    /// The fields with their names, for checks and for rules that read them.
    pub fn fields(&self) -> [(&'static str, Option<&str>); 7] {
        [
            ("product_description", self.product_description.as_deref()),
            ("customer_communication", self.customer_communication.as_deref()),
            ("shipping_carrier", self.shipping_carrier.as_deref()),
            ("shipping_tracking_number", self.shipping_tracking_number.as_deref()),
            ("shipping_date", self.shipping_date.as_deref()),
            ("refund_policy", self.refund_policy.as_deref()),
            ("uncategorized_text", self.uncategorized_text.as_deref()),
        ]
    }
}
