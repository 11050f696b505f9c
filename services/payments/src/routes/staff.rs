//! What staff do: look at payments, take and let go held money, refund, answer disputes.

use axum::extract::State;
use chrono::{DateTime, Utc};
use contracts::{
    Money,
    ids::{DisputeId, OrderId, PaymentId},
    money::LARGEST_AMOUNT,
    permissions::Permission,
};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{
    Caller, Checks, Cursor, IdempotencyKey, Json, Page, Path, Problem, ProblemBody, Query,
    answers::{Invalid, NotFound, StaffOnly},
    idempotency::Answer,
    page,
};

use crate::{
    App, Error,
    card::CardFree,
    collect::{self, Which},
    disputes, lists,
    model::Status,
    once,
    provider::Evidence,
    reconcile, recover, refund,
    store::{self, PaymentFilter},
    views::{BookingView, DisputePage, DisputeView, PaymentDetail, PaymentView, ReconciliationView, RefundView},
};

/// Which payment, and how much of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"payment_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "amount": {"amount": 1900, "currency": "EUR"}}))]
pub struct CaptureRequest {
    /// Either this or `order_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// All that is held, if absent. What is held above it is let go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// Capture held money
#[utoipa::path(
    post, path = "/payment/capture", operation_id = "capture_payment", tag = "payment",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body always get the same answer")),
    request_body = CaptureRequest,
    responses(
        (status = 200, description = "The payment", body = PaymentView),
        (status = 202, description = "Asked for; the provider has not confirmed it yet", body = PaymentView),
        StaffOnly,
        NotFound,
        (status = 409, description = "`wrong_status`, `request_in_flight`", body = ProblemBody),
        (status = 422, description = "`invalid`, `card_number_refused`, `idempotency_key_reused`", body = ProblemBody),
    ),
    security(("bearer" = [])),
)]
pub async fn capture_payment(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    CardFree(body): CardFree<CaptureRequest>,
) -> Result<Answer, Error> {
    caller.require(Permission::PaymentsRefund)?;
    check_amount(body.amount)?;
    let which = Which::of(body.payment_id, body.order_id)?;
    let app = which.home(app);
    let request = key.request(&caller, "POST /payment/capture", &body);
    collect::capture(&app, which, body.amount, request).await
}

fn check_amount(amount: Option<Money>) -> Result<(), Problem> {
    let mut checks = Checks::new();
    if let Some(amount) = amount {
        checks.range("amount.amount", &amount.amount, &(1..=LARGEST_AMOUNT));
    }
    checks.done()
}

/// Which payment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6"}))]
pub struct VoidRequest {
    /// Either this or `order_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
}

/// Let held money go
///
/// Also calls off a payment that is not finished. Money that was taken is refunded instead.
#[utoipa::path(
    post, path = "/payment/void", operation_id = "void_payment", tag = "payment",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body always get the same answer")),
    request_body = VoidRequest,
    responses(
        (status = 200, description = "The payment", body = PaymentView),
        (status = 202, description = "Asked for; the provider has not confirmed it yet", body = PaymentView),
        StaffOnly,
        NotFound,
        (status = 409, description = "`wrong_status`, `request_in_flight`", body = ProblemBody),
        (status = 422, description = "`invalid`, `card_number_refused`, `idempotency_key_reused`", body = ProblemBody),
    ),
    security(("bearer" = [])),
)]
pub async fn void_payment(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    CardFree(body): CardFree<VoidRequest>,
) -> Result<Answer, Error> {
    caller.require(Permission::PaymentsRefund)?;
    let which = Which::of(body.payment_id, body.order_id)?;
    let app = which.home(app);
    let request = key.request(&caller, "POST /payment/void", &body);
    collect::void(&app, which, request).await
}

/// Which payment, how much of it goes back, and why.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "order_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b6", "amount": {"amount": 1900, "currency": "EUR"}, "reason": "arrived broken"
}))]
pub struct RefundRequest {
    /// Either this or `order_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// All that can be refunded, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// Refund
///
/// Never above what was captured, less what was refunded, is being refunded, or is disputed.
#[utoipa::path(
    post, path = "/payment/refund", operation_id = "create_refund", tag = "payment",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body always get the same answer")),
    request_body = RefundRequest,
    responses(
        (status = 200, description = "The refund; `failed` if the provider refused it", body = RefundView),
        (status = 202, description = "The refund is under way", body = RefundView),
        StaffOnly,
        NotFound,
        (status = 409, description = "`wrong_status`, `request_in_flight`", body = ProblemBody),
        (status = 422, description = "`exceeds_refundable` with `refundable`, `invalid`, `card_number_refused`, `idempotency_key_reused`", body = ProblemBody),
    ),
    security(("bearer" = [])),
)]
pub async fn create_refund(
    State(app): State<App>,
    caller: Caller,
    key: IdempotencyKey,
    CardFree(body): CardFree<RefundRequest>,
) -> Result<Answer, Error> {
    let user = caller.require(Permission::PaymentsRefund)?;
    Checks::new().text("reason", &body.reason, 1..=500).done()?;
    check_amount(body.amount)?;
    let which = Which::of(body.payment_id, body.order_id)?;
    let app = which.home(app);
    let request = key.request(&caller, "POST /payment/refund", &body);
    let asked = refund::Asked {
        id: once::id_for(app.shard, request.as_ref()),
        amount: body.amount,
        reason: body.reason,
        return_id: None,
        requested_by: format!("user:{}", user.id),
    };
    refund::refund(&app, which, asked, request).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListPayments {
    pub status: Option<Status>,
    pub order_id: Option<OrderId>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// List payments
///
/// Newest first.
#[utoipa::path(
    get, path = "/payments", operation_id = "list_payments", tag = "payments", params(ListPayments),
    responses(
        (status = 200, description = "A page of payments", body = Page<PaymentView>),
        StaffOnly,
        Invalid,
    ),
    security(("bearer" = [])),
)]
pub async fn list_payments(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListPayments>,
) -> Result<Json<Page<PaymentView>>, Error> {
    caller.require(Permission::PaymentsRead)?;
    let limit = page::limit(query.limit)?;
    let before = query.cursor.as_deref().map(Cursor::read::<Uuid>).transpose()?;
    let filter = PaymentFilter { status: query.status, order: query.order_id.map(OrderId::uuid), before };
    Ok(Json(lists::payments(&app, filter, limit).await?))
}

/// Get a payment
///
/// With its attempts, refunds, disputes, bookings and webhooks.
#[utoipa::path(
    get, path = "/payments/{id}", operation_id = "get_payment", tag = "payments",
    params(("id" = PaymentId, Path, description = "The payment's id")),
    responses(
        (status = 200, description = "The payment", body = PaymentDetail),
        StaffOnly,
    ),
    security(("bearer" = [])),
)]
pub async fn get_payment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PaymentId>,
) -> Result<Json<PaymentDetail>, Error> {
    caller.require(Permission::PaymentsRead)?;
    detail(&app.holding(id), id).await.map(Json)
}

async fn detail(app: &App, id: PaymentId) -> Result<PaymentDetail, Error> {
    let reader = app.db.reader();
    let payment = store::payment(reader, id.uuid()).await?.ok_or(Error::NotFound)?;
    let attempts = store::attempts_of(reader, payment.id).await?;
    let keys: Vec<Uuid> = attempts.iter().map(|attempt| attempt.id).collect();
    let refunds = store::refunds_of(reader, payment.id).await?;
    let disputes = store::disputes_of(reader, payment.id).await?;
    let ledger = store::ledger_of(reader, payment.id).await?;
    let webhooks = store::webhooks_of(reader, &keys).await?;
    Ok(PaymentDetail {
        payment: PaymentView::of(payment)?,
        attempts: attempts.into_iter().map(Into::into).collect(),
        refunds: refunds.into_iter().map(RefundView::of).collect::<Result<_, DbErr>>()?,
        disputes: disputes.into_iter().map(DisputeView::of).collect::<Result<_, DbErr>>()?,
        ledger: ledger.into_iter().map(BookingView::of).collect::<Result<_, DbErr>>()?,
        webhooks: webhooks.into_iter().map(Into::into).collect(),
    })
}

/// Ask the provider now
///
/// For a payment whose webhook does not come. What the provider says is taken in.
#[utoipa::path(
    post, path = "/payments/{id}/refresh", operation_id = "refresh_payment", tag = "payments",
    params(("id" = PaymentId, Path, description = "The payment's id")),
    responses(
        (status = 200, description = "The payment", body = PaymentDetail),
        StaffOnly,
    ),
    security(("bearer" = [])),
)]
pub async fn refresh_payment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PaymentId>,
) -> Result<Json<PaymentDetail>, Error> {
    caller.require(Permission::PaymentsRead)?;
    let app = app.holding(id);
    recover::refresh(&app, id.uuid()).await?;
    detail(&app, id).await.map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListDisputes {
    /// Only those that are not closed.
    pub open: Option<bool>,
    /// Items at most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// List disputes
///
/// The nearest deadline first.
#[utoipa::path(
    get, path = "/payments/disputes", operation_id = "list_disputes", tag = "payments", params(ListDisputes),
    responses(
        (status = 200, description = "A page of disputes", body = DisputePage),
        StaffOnly,
        Invalid,
    ),
    security(("bearer" = [])),
)]
pub async fn list_disputes(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListDisputes>,
) -> Result<Json<DisputePage>, Error> {
    caller.require(Permission::PaymentsRead)?;
    let limit = page::limit(query.limit)?;
    let after = query.cursor.as_deref().map(Cursor::read::<(DateTime<Utc>, Uuid)>).transpose()?;
    Ok(Json(lists::disputes(&app, query.open.unwrap_or_default(), after, limit).await?))
}

/// Submit evidence against a dispute
///
/// Once, and before its deadline.
#[utoipa::path(
    put, path = "/payments/disputes/{id}/evidence", operation_id = "submit_evidence", tag = "payments",
    params(("id" = DisputeId, Path, description = "The dispute's id")),
    request_body = Evidence,
    responses(
        (status = 200, description = "The dispute", body = DisputeView),
        StaffOnly,
        (status = 409, description = "`dispute_closed`", body = ProblemBody),
        (status = 422, description = "`invalid`, `card_number_refused`", body = ProblemBody),
        (status = 503, description = "`unavailable`: kept, but not handed in yet; send it again", body = ProblemBody),
    ),
    security(("bearer" = [])),
)]
pub async fn submit_evidence(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DisputeId>,
    CardFree(evidence): CardFree<Evidence>,
) -> Result<Json<DisputeView>, Error> {
    caller.require(Permission::PaymentsRefund)?;
    let mut checks = Checks::new();
    let given: Vec<_> = evidence.fields().into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
    for (name, text) in &given {
        checks.text(name, text, 1..=10_000);
    }
    checks.require(!given.is_empty(), "evidence", "required", "must have at least one field").done()?;
    Ok(Json(DisputeView::of(disputes::contest(&app.holding(id), id.uuid(), &evidence).await?)?))
}

/// Get the last reconciliation
///
/// What the comparison of our books with the provider's found, repaired, and could not explain.
#[utoipa::path(
    get, path = "/payments/reconciliation", operation_id = "get_reconciliation", tag = "payments",
    responses(
        (status = 200, description = "The last run", body = ReconciliationView),
        StaffOnly,
        (status = 404, description = "`not_found`: there was no run yet", body = ProblemBody),
    ),
    security(("bearer" = [])),
)]
pub async fn get_reconciliation(State(app): State<App>, caller: Caller) -> Result<Json<ReconciliationView>, Error> {
    caller.require(Permission::PaymentsRead)?;
    let run = reconcile::last_of_all(&app).await?.ok_or(Error::NotFound)?;
    Ok(Json(run.into()))
}
