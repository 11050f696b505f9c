//! What buyers and staff see of payments.

use chrono::{DateTime, Utc};
use contracts::{
    Money,
    ids::{DisputeId, OrderId, PaymentId, RefundId, ReturnId, UserId},
};
use http::StatusCode;
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{FieldError, ProblemBody, idempotency::Answer, request};

use crate::{
    entity::{attempt, dispute, ledger_entry, ledger_transaction, payment, reconciliation, refund, webhook},
    model::{AttemptStatus, CaptureMethod, DisputeStatus, RefundStatus, Status, WebhookStatus, buyer_code},
    provider::{Evidence, NextAction, UNKNOWN_TOKEN},
    store::money,
};

/// A payment as its buyer sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "payment_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6",
    "status": "succeeded", "amount": {"amount": 4900, "currency": "EUR"}, "capture_method": "automatic",
    "captured": {"amount": 4900, "currency": "EUR"}, "refunded": {"amount": 0, "currency": "EUR"}
}))]
pub struct PaymentState {
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub status: Status,
    pub amount: Money,
    pub capture_method: CaptureMethod,
    pub captured: Money,
    pub refunded: Money,
    /// For the provider's own form in the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// With `requires_action`: what the buyer has to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// Why the last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LastError>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "insufficient_funds", "message": "The card has insufficient funds."}))]
pub struct LastError {
    /// `card_declined`, `insufficient_funds`, `expired_card`, `incorrect_cvc`, `authentication_required` or `processing_error`.
    pub code: &'static str,
    pub message: &'static str,
}

impl LastError {
    fn of(payment: &payment::Model) -> Option<Self> {
        let code = buyer_code(payment.error_code.as_deref()?, payment.decline_code.as_deref());
        Some(Self { code, message: message(code) })
    }
}

fn message(code: &str) -> &'static str {
    match code {
        "insufficient_funds" => "The card has insufficient funds.",
        "expired_card" => "The card has expired.",
        "incorrect_cvc" => "The card's security code is not right.",
        "authentication_required" => "The payment was not confirmed with the bank.",
        "processing_error" => "The payment could not be processed. Nothing was charged. Please try again.",
        _ => "The card was declined.",
    }
}

impl PaymentState {
    pub fn of(payment: &payment::Model) -> Result<Self, DbErr> {
        let amount = |minor| money(minor, &payment.currency);
        let open = !payment.status.is_final();
        Ok(Self {
            payment_id: payment.id.into(),
            order_id: payment.order_id.into(),
            status: payment.status,
            amount: amount(payment.amount_minor)?,
            capture_method: payment.capture_method,
            captured: amount(payment.captured_minor)?,
            refunded: amount(payment.refunded_minor)?,
            client_secret: payment.client_secret.clone().filter(|_| open),
            next_action: payment.next_action.clone().and_then(|action| serde_json::from_value(action).ok()),
            last_error: LastError::of(payment).filter(|_| payment.status == Status::RequiresPaymentMethod),
        })
    }
}

/// The answer to an attempt to pay: 200, 202 while it is not known, 402 with the reason if it was declined.
pub fn paid(payment: &payment::Model) -> Result<Answer, DbErr> {
    let state = PaymentState::of(payment)?;
    Ok(match (payment.status, &state.last_error) {
        (Status::RequiresPaymentMethod, _) if payment.error_code.as_deref() == Some(UNKNOWN_TOKEN) => unknown_token(),
        (Status::RequiresPaymentMethod, Some(error)) => declined(payment, error),
        (Status::Processing, _) => Answer::new(StatusCode::ACCEPTED, &state),
        _ => Answer::new(StatusCode::OK, &state),
    })
}

fn declined(payment: &payment::Model, error: &LastError) -> Answer {
    let extra = Map::from_iter([
        ("payment_id".to_owned(), json!(payment.id)),
        ("payment_status".to_owned(), json!(payment.status)),
    ]);
    problem(StatusCode::PAYMENT_REQUIRED, error.code, error.message, Vec::new(), extra)
}

fn unknown_token() -> Answer {
    let field = FieldError {
        field: "method.token".into(),
        code: "unknown_token".into(),
        message: "must be a token from the payment provider".into(),
    };
    let detail = "method.token must be a token from the payment provider.";
    problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail, vec![field], Map::new())
}

/// A problem in the form in which answers are kept.
fn problem(status: StatusCode, code: &str, detail: &str, errors: Vec<FieldError>, extra: Map<String, Value>) -> Answer {
    let body = ProblemBody {
        r#type: format!("/problems/{code}"),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        code: code.to_owned(),
        detail: Some(detail.to_owned()),
        errors,
        request_id: request::id(),
        extra,
    };
    Answer::new(status, &body)
}

/// A payment as staff see it in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "payment_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6",
    "order_number": "R-4F7K-2M9D", "user_id": null, "provider": "sandbox", "status": "succeeded",
    "amount": {"amount": 4290, "currency": "EUR"}, "capture_method": "automatic",
    "authorized": {"amount": 4290, "currency": "EUR"}, "captured": {"amount": 4290, "currency": "EUR"},
    "refunded": {"amount": 0, "currency": "EUR"}, "refund_pending": {"amount": 0, "currency": "EUR"},
    "disputed": {"amount": 0, "currency": "EUR"}, "refundable": {"amount": 4290, "currency": "EUR"},
    "error_code": null, "decline_code": null, "conflict": null, "cancel_reason": null, "authorized_until": null,
    "created_at": "2026-11-22T19:03:16Z", "updated_at": "2026-11-22T19:03:17Z", "captured_at": "2026-11-22T19:03:17Z", "canceled_at": null
}))]
pub struct PaymentView {
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub order_number: String,
    pub user_id: Option<UserId>,
    pub provider: String,
    pub status: Status,
    pub amount: Money,
    pub capture_method: CaptureMethod,
    pub authorized: Money,
    pub captured: Money,
    pub refunded: Money,
    pub refund_pending: Money,
    pub disputed: Money,
    /// What can still be refunded.
    pub refundable: Money,
    pub error_code: Option<String>,
    pub decline_code: Option<String>,
    /// With `conflicted`: what does not fit.
    pub conflict: Option<String>,
    pub cancel_reason: Option<String>,
    /// Held money is let go at this time unless it is captured.
    pub authorized_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub captured_at: Option<DateTime<Utc>>,
    pub canceled_at: Option<DateTime<Utc>>,
}

impl PaymentView {
    pub fn of(payment: payment::Model) -> Result<Self, DbErr> {
        let amount = |minor| money(minor, &payment.currency);
        Ok(Self {
            payment_id: payment.id.into(),
            order_id: payment.order_id.into(),
            user_id: payment.user_id.map(UserId::from),
            status: payment.status,
            amount: amount(payment.amount_minor)?,
            capture_method: payment.capture_method,
            authorized: amount(payment.authorized_minor)?,
            captured: amount(payment.captured_minor)?,
            refunded: amount(payment.refunded_minor)?,
            refund_pending: amount(payment.refund_pending_minor)?,
            disputed: amount(payment.disputed_minor)?,
            refundable: amount(payment.sums().refundable())?,
            authorized_until: payment.authorized_until,
            created_at: payment.created_at,
            updated_at: payment.updated_at,
            captured_at: payment.captured_at,
            canceled_at: payment.canceled_at,
            order_number: payment.order_number,
            provider: payment.provider,
            error_code: payment.error_code,
            decline_code: payment.decline_code,
            conflict: payment.conflict,
            cancel_reason: payment.cancel_reason,
        })
    }
}

/// A payment with all that hangs on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "payment_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6",
    "order_number": "R-4F7K-2M9D", "user_id": null, "provider": "sandbox", "status": "succeeded",
    "amount": {"amount": 4290, "currency": "EUR"}, "capture_method": "automatic",
    "authorized": {"amount": 4290, "currency": "EUR"}, "captured": {"amount": 4290, "currency": "EUR"},
    "refunded": {"amount": 0, "currency": "EUR"}, "refund_pending": {"amount": 0, "currency": "EUR"},
    "disputed": {"amount": 0, "currency": "EUR"}, "refundable": {"amount": 4290, "currency": "EUR"},
    "error_code": null, "decline_code": null, "conflict": null, "cancel_reason": null, "authorized_until": null,
    "created_at": "2026-11-22T19:03:16Z", "updated_at": "2026-11-22T19:03:17Z", "captured_at": "2026-11-22T19:03:17Z", "canceled_at": null,
    "attempts": [{
        "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b2", "status": "succeeded", "card_brand": "visa", "card_last4": "4242",
        "provider_ref": "pi_3f9c", "error_code": null, "decline_code": null, "created_at": "2026-11-22T19:03:16Z",
        "updated_at": "2026-11-22T19:03:17Z"
    }],
    "refunds": [], "disputes": [],
    "ledger": [{
        "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b3", "kind": "capture", "booked_at": "2026-11-22T19:03:17Z",
        "entries": [
            {"account": "provider_balance", "amount": {"amount": 4290, "currency": "EUR"}},
            {"account": "customer_payments", "amount": {"amount": -4290, "currency": "EUR"}}
        ]
    }],
    "webhooks": [{
        "event_id": "evt_3f9c", "kind": "payment_intent.succeeded", "status": "applied",
        "received_at": "2026-11-22T19:03:17Z", "applied_at": "2026-11-22T19:03:17Z"
    }]
}))]
pub struct PaymentDetail {
    #[serde(flatten)]
    pub payment: PaymentView,
    pub attempts: Vec<AttemptView>,
    pub refunds: Vec<RefundView>,
    pub disputes: Vec<DisputeView>,
    pub ledger: Vec<BookingView>,
    pub webhooks: Vec<WebhookView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttemptView {
    pub id: Uuid,
    pub status: AttemptStatus,
    pub card_brand: Option<String>,
    pub card_last4: Option<String>,
    /// The provider's own name for the charge.
    pub provider_ref: Option<String>,
    pub error_code: Option<String>,
    pub decline_code: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl From<attempt::Model> for AttemptView {
    fn from(attempt: attempt::Model) -> Self {
        Self {
            id: attempt.id,
            status: attempt.status,
            card_brand: attempt.card_brand,
            card_last4: attempt.card_last4,
            provider_ref: attempt.provider_ref,
            error_code: attempt.error_code,
            decline_code: attempt.decline_code,
            created_at: attempt.created_at,
            updated_at: attempt.updated_at,
        }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "refund_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b7", "payment_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5",
    "order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "return_id": null, "status": "succeeded",
    "amount": {"amount": 1900, "currency": "EUR"}, "reason": "arrived broken", "requested_by": "orders",
    "provider_ref": "re_3f9c", "error_code": null, "created_at": "2026-11-22T19:03:16Z", "updated_at": "2026-11-22T19:03:17Z"
}))]
pub struct RefundView {
    pub refund_id: RefundId,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub return_id: Option<ReturnId>,
    /// `pending` until the provider has said what became of it.
    pub status: RefundStatus,
    pub amount: Money,
    pub reason: String,
    pub requested_by: String,
    pub provider_ref: Option<String>,
    pub error_code: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl RefundView {
    pub fn of(refund: refund::Model) -> Result<Self, DbErr> {
        Ok(Self {
            refund_id: refund.id.into(),
            payment_id: refund.payment_id.into(),
            order_id: refund.order_id.into(),
            return_id: refund.return_id.map(ReturnId::from),
            status: refund.status,
            amount: money(refund.amount_minor, &refund.currency)?,
            reason: refund.reason,
            requested_by: refund.requested_by,
            provider_ref: refund.provider_ref,
            error_code: refund.error_code,
            created_at: refund.created_at,
            updated_at: refund.updated_at,
        })
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "dispute_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b4", "payment_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5",
    "order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "provider_ref": "dp_3f9c", "status": "needs_response",
    "amount": {"amount": 4290, "currency": "EUR"}, "fee": {"amount": 1500, "currency": "EUR"}, "reason": "fraudulent",
    "funds_withdrawn": true, "evidence_due_by": "2026-11-29T19:03:16Z", "evidence": null, "evidence_submitted_at": null,
    "created_at": "2026-11-22T19:03:16Z", "closed_at": null
}))]
pub struct DisputeView {
    pub dispute_id: DisputeId,
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub provider_ref: String,
    pub status: DisputeStatus,
    pub amount: Money,
    pub fee: Money,
    pub reason: String,
    /// The provider has taken the money back, for now or for good.
    pub funds_withdrawn: bool,
    pub evidence_due_by: DateTime<Utc>,
    pub evidence: Option<Evidence>,
    pub evidence_submitted_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl DisputeView {
    pub fn of(dispute: dispute::Model) -> Result<Self, DbErr> {
        Ok(Self {
            dispute_id: dispute.id.into(),
            payment_id: dispute.payment_id.into(),
            order_id: dispute.order_id.into(),
            status: dispute.status,
            amount: money(dispute.amount_minor, &dispute.currency)?,
            fee: money(dispute.fee_minor, &dispute.currency)?,
            funds_withdrawn: dispute.held,
            evidence_due_by: dispute.evidence_due_by,
            evidence: dispute.evidence.and_then(|evidence| serde_json::from_value(evidence).ok()),
            evidence_submitted_at: dispute.submitted_at,
            created_at: dispute.created_at,
            closed_at: dispute.closed_at,
            provider_ref: dispute.provider_ref,
            reason: dispute.reason,
        })
    }
}

/// A page of disputes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DisputePage {
    pub items: Vec<DisputeView>,
    /// Pass it as `cursor` to get the next page; absent on the last one.
    pub next_cursor: Option<String>,
    /// How many there are on all pages.
    pub total: u64,
    /// Open disputes to which nothing was said yet, on all pages.
    pub unanswered: u64,
    /// When the first of those runs out.
    pub next_due_by: Option<DateTime<Utc>>,
}

/// One booking in the ledger. Its entries add up to zero.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BookingView {
    pub id: Uuid,
    pub kind: String,
    pub booked_at: DateTime<Utc>,
    pub entries: Vec<EntryView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryView {
    pub account: String,
    /// Positive: debit.
    pub amount: Money,
}

impl BookingView {
    pub fn of((transaction, entries): (ledger_transaction::Model, Vec<ledger_entry::Model>)) -> Result<Self, DbErr> {
        let entries = entries
            .into_iter()
            .map(|entry| Ok(EntryView { amount: money(entry.amount_minor, &entry.currency)?, account: entry.account }))
            .collect::<Result<_, DbErr>>()?;
        Ok(Self { id: transaction.id, kind: transaction.kind, booked_at: transaction.booked_at, entries })
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookView {
    pub event_id: String,
    pub kind: String,
    pub status: WebhookStatus,
    pub received_at: DateTime<Utc>,
    pub applied_at: Option<DateTime<Utc>>,
}

impl From<webhook::Model> for WebhookView {
    fn from(webhook: webhook::Model) -> Self {
        Self {
            event_id: webhook.event_id,
            kind: webhook.kind,
            status: webhook.status,
            received_at: webhook.received_at,
            applied_at: webhook.applied_at,
        }
    }
}

/// The last comparison with the provider's books.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "provider": "sandbox", "since": "2026-11-19T19:03:16Z", "charges": 120, "repaired": 0, "unresolved": 0,
    "differences": [], "started_at": "2026-11-22T19:03:16Z", "finished_at": "2026-11-22T19:03:17Z"
}))]
pub struct ReconciliationView {
    pub provider: String,
    /// Charges made since then were compared.
    pub since: DateTime<Utc>,
    pub charges: i64,
    pub repaired: i64,
    pub unresolved: i64,
    pub differences: Vec<crate::reconcile::Difference>,
    pub started_at: DateTime<Utc>,
    pub finished_at: DateTime<Utc>,
}

impl From<reconciliation::Model> for ReconciliationView {
    fn from(run: reconciliation::Model) -> Self {
        Self {
            provider: run.provider,
            since: run.since,
            charges: run.charges,
            repaired: run.repaired,
            unresolved: run.unresolved,
            differences: serde_json::from_value(run.differences).unwrap_or_default(),
            started_at: run.started_at,
            finished_at: run.finished_at,
        }
    }
}
