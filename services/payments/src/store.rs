//! Queries. Whoever changes a payment, or anything that hangs on it, holds the lock on its row.

use chrono::{DateTime, Utc};
use contracts::{Currency, Money};
use db::Tx;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{
    entity::{attempt, dispute, ledger_entry, ledger_transaction, payment, reconciliation, refund, webhook},
    model::{RefundStatus, Status, WebhookStatus},
};

/// The stored amount with its stored currency.
pub fn money(amount: i64, currency: &str) -> Result<Money, DbErr> {
    let currency: Currency = currency.parse().map_err(|error| DbErr::Type(format!("stored currency: {error}")))?;
    Ok(Money::new(amount, currency))
}

pub async fn payment(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<payment::Model>, DbErr> {
    payment::Entity::find_by_id(id).one(connection).await
}

/// The payment, which nobody else changes until the transaction ends.
pub async fn lock_payment(tx: &Tx, id: Uuid) -> Result<Option<payment::Model>, DbErr> {
    payment::Entity::find_by_id(id).lock_exclusive().one(&**tx).await
}

/// The one payment that counts for the order, locked.
pub async fn lock_live_payment(tx: &Tx, order: Uuid) -> Result<Option<payment::Model>, DbErr> {
    payment::Entity::find().filter(payment::COLUMN.live_order_id.eq(order)).lock_exclusive().one(&**tx).await
}

/// The payment that counts for the order, else the last one that did.
pub async fn payment_of_order(connection: &impl ConnectionTrait, order: Uuid) -> Result<Option<payment::Model>, DbErr> {
    let mut payments = payment::Entity::find()
        .filter(payment::COLUMN.order_id.eq(order))
        .order_by_desc(payment::Column::Id)
        .all(connection)
        .await?;
    let live = payments.iter().position(|payment| payment.live_order_id.is_some()).unwrap_or_default();
    Ok((!payments.is_empty()).then(|| payments.swap_remove(live)))
}

/// Adds the payment. `false`: another one counts for its order already.
pub async fn insert_payment(tx: &Tx, payment: payment::Model) -> Result<bool, DbErr> {
    let inserted = db::insert_absent(&**tx, [payment.into_active_model().reset_all()], &["live_order_id"]).await?;
    Ok(inserted == 1)
}

/// Writes a payment that this transaction has locked.
pub async fn save_payment(tx: &Tx, payment: &payment::Model) -> Result<(), DbErr> {
    payment::Entity::update(payment.clone().into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn attempt(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<attempt::Model>, DbErr> {
    attempt::Entity::find_by_id(id).one(connection).await
}

pub async fn insert_attempt(tx: &Tx, attempt: attempt::Model) -> Result<(), DbErr> {
    attempt::Entity::insert(attempt.into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn save_attempt(tx: &Tx, attempt: &attempt::Model) -> Result<(), DbErr> {
    attempt::Entity::update(attempt.clone().into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// When the order was tried to be paid since `since`, oldest first.
pub async fn attempts_since(tx: &Tx, order: Uuid, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, DbErr> {
    attempt::Entity::find()
        .select_only()
        .column(attempt::Column::CreatedAt)
        .filter(attempt::COLUMN.order_id.eq(order))
        .filter(attempt::COLUMN.created_at.gt(since))
        .order_by_asc(attempt::Column::CreatedAt)
        .into_tuple()
        .all(&**tx)
        .await
}

pub async fn attempts_of(connection: &impl ConnectionTrait, payment: Uuid) -> Result<Vec<attempt::Model>, DbErr> {
    attempt::Entity::find()
        .filter(attempt::COLUMN.payment_id.eq(payment))
        .order_by_asc(attempt::Column::Id)
        .all(connection)
        .await
}

/// Payments the recovery job should look at.
pub async fn payments_to_check(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Uuid>, DbErr> {
    payment::Entity::find()
        .select_only()
        .column(payment::Column::Id)
        .filter(payment::COLUMN.check_at.lte(now))
        .order_by_asc(payment::Column::CheckAt)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await
}

/// What narrows down the list of payments.
#[derive(Clone, Copy, Debug, Default)]
pub struct PaymentFilter {
    pub status: Option<Status>,
    pub order: Option<Uuid>,
    pub before: Option<Uuid>,
}

/// Payments, newest first.
pub async fn payments(
    connection: &impl ConnectionTrait,
    filter: PaymentFilter,
    limit: u64,
) -> Result<Vec<payment::Model>, DbErr> {
    let mut query = payment::Entity::find().order_by_desc(payment::Column::Id).limit(limit);
    if let Some(status) = filter.status {
        query = query.filter(payment::COLUMN.status.eq(status));
    }
    if let Some(order) = filter.order {
        query = query.filter(payment::COLUMN.order_id.eq(order));
    }
    if let Some(before) = filter.before {
        query = query.filter(payment::COLUMN.id.lt(before));
    }
    query.all(connection).await
}

pub async fn refund(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<refund::Model>, DbErr> {
    refund::Entity::find_by_id(id).one(connection).await
}

pub async fn insert_refund(tx: &Tx, refund: refund::Model) -> Result<(), DbErr> {
    refund::Entity::insert(refund.into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn save_refund(tx: &Tx, refund: &refund::Model) -> Result<(), DbErr> {
    refund::Entity::update(refund.clone().into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn refunds_of(connection: &impl ConnectionTrait, payment: Uuid) -> Result<Vec<refund::Model>, DbErr> {
    refund::Entity::find()
        .filter(refund::COLUMN.payment_id.eq(payment))
        .order_by_asc(refund::Column::Id)
        .all(connection)
        .await
}

/// Refunds nobody knows the outcome of yet, where it is time to ask.
pub async fn refunds_to_check(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Uuid>, DbErr> {
    refund::Entity::find()
        .select_only()
        .column(refund::Column::Id)
        .filter(refund::COLUMN.status.eq(RefundStatus::Pending))
        .filter(refund::COLUMN.check_at.lte(now))
        .order_by_asc(refund::Column::CheckAt)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await
}

pub async fn dispute(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<dispute::Model>, DbErr> {
    dispute::Entity::find_by_id(id).one(connection).await
}

pub async fn dispute_named(tx: &Tx, provider_ref: &str) -> Result<Option<dispute::Model>, DbErr> {
    dispute::Entity::find().filter(dispute::COLUMN.provider_ref.eq(provider_ref)).one(&**tx).await
}

pub async fn insert_dispute(tx: &Tx, dispute: dispute::Model) -> Result<(), DbErr> {
    dispute::Entity::insert(dispute.into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn save_dispute(tx: &Tx, dispute: &dispute::Model) -> Result<(), DbErr> {
    dispute::Entity::update(dispute.clone().into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn disputes_of(connection: &impl ConnectionTrait, payment: Uuid) -> Result<Vec<dispute::Model>, DbErr> {
    dispute::Entity::find()
        .filter(dispute::COLUMN.payment_id.eq(payment))
        .order_by_asc(dispute::Column::Id)
        .all(connection)
        .await
}

/// Where a page of disputes begins: behind this deadline and id.
pub type DisputePlace = (DateTime<Utc>, Uuid);

/// Disputes, the nearest deadline first; only the open ones, or all.
pub async fn disputes(
    connection: &impl ConnectionTrait,
    open: bool,
    after: Option<DisputePlace>,
    limit: u64,
) -> Result<Vec<dispute::Model>, DbErr> {
    let mut query = dispute::Entity::find()
        .order_by_asc(dispute::Column::EvidenceDueBy)
        .order_by_asc(dispute::Column::Id)
        .limit(limit);
    if open {
        query = query.filter(dispute::COLUMN.closed_at.is_null());
    }
    if let Some((due, id)) = after {
        let same_time = dispute::COLUMN.evidence_due_by.eq(due).and(dispute::COLUMN.id.gt(id));
        query = query.filter(dispute::COLUMN.evidence_due_by.gt(due).or(same_time));
    }
    query.all(connection).await
}

/// How many disputes there are; only the open ones, or all.
pub async fn count_disputes(connection: &impl ConnectionTrait, open: bool) -> Result<u64, DbErr> {
    let mut query = dispute::Entity::find();
    if open {
        query = query.filter(dispute::COLUMN.closed_at.is_null());
    }
    query.count(connection).await
}

/// The deadlines of open disputes to which nothing was said yet, the nearest first.
pub async fn unanswered_deadlines(connection: &impl ConnectionTrait) -> Result<Vec<DateTime<Utc>>, DbErr> {
    dispute::Entity::find()
        .select_only()
        .column(dispute::Column::EvidenceDueBy)
        .filter(dispute::COLUMN.closed_at.is_null())
        .filter(dispute::COLUMN.submitted_at.is_null())
        .order_by_asc(dispute::Column::EvidenceDueBy)
        .into_tuple()
        .all(connection)
        .await
}

/// Keeps a webhook as it came. `false`: it is here already.
pub async fn insert_webhook(tx: &Tx, webhook: webhook::Model) -> Result<bool, DbErr> {
    let inserted =
        db::insert_absent(&**tx, [webhook.into_active_model().reset_all()], &["provider", "event_id"]).await?;
    Ok(inserted == 1)
}

pub async fn webhooks_to_apply(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<webhook::Model>, DbErr> {
    webhook::Entity::find()
        .filter(webhook::COLUMN.status.eq(WebhookStatus::Received))
        .filter(webhook::COLUMN.next_try_at.lte(now))
        .order_by_asc(webhook::Column::NextTryAt)
        .limit(limit)
        .all(connection)
        .await
}

pub async fn lock_webhook(tx: &Tx, provider: &str, event: &str) -> Result<Option<webhook::Model>, DbErr> {
    webhook::Entity::find_by_id((provider.to_owned(), event.to_owned())).lock_exclusive().one(&**tx).await
}

pub async fn save_webhook(tx: &Tx, webhook: &webhook::Model) -> Result<(), DbErr> {
    webhook::Entity::update(webhook.clone().into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn webhooks_of(connection: &impl ConnectionTrait, attempts: &[Uuid]) -> Result<Vec<webhook::Model>, DbErr> {
    webhook::Entity::find()
        .filter(webhook::COLUMN.attempt_id.is_in(attempts.iter().copied()))
        .order_by_asc(webhook::Column::ReceivedAt)
        .limit(200)
        .all(connection)
        .await
}

/// Removes webhooks received before `before` that need nothing any more.
pub async fn prune_webhooks(tx: &Tx, before: DateTime<Utc>) -> Result<u64, DbErr> {
    let done = webhook::Entity::delete_many()
        .filter(webhook::COLUMN.received_at.lt(before))
        .filter(webhook::COLUMN.status.ne(WebhookStatus::Received))
        .exec(&**tx)
        .await?;
    Ok(done.rows_affected)
}

/// The bookings of a payment with their lines, oldest first.
pub async fn ledger_of(
    connection: &impl ConnectionTrait,
    payment: Uuid,
) -> Result<Vec<(ledger_transaction::Model, Vec<ledger_entry::Model>)>, DbErr> {
    let transactions = ledger_transaction::Entity::find()
        .filter(ledger_transaction::COLUMN.payment_id.eq(payment))
        .order_by_asc(ledger_transaction::Column::Id)
        .all(connection)
        .await?;
    let ids = transactions.iter().map(|transaction| transaction.id);
    let mut entries = ledger_entry::Entity::find()
        .filter(ledger_entry::COLUMN.transaction_id.is_in(ids))
        .order_by_asc(ledger_entry::Column::Id)
        .all(connection)
        .await?;
    let mut ledger = Vec::with_capacity(transactions.len());
    for transaction in transactions {
        let lines = entries.extract_if(.., |entry| entry.transaction_id == transaction.id).collect();
        ledger.push((transaction, lines));
    }
    Ok(ledger)
}

pub async fn last_reconciliation(connection: &impl ConnectionTrait) -> Result<Option<reconciliation::Model>, DbErr> {
    reconciliation::Entity::find().order_by_desc(reconciliation::Column::Id).one(connection).await
}

pub async fn insert_reconciliation(tx: &Tx, run: reconciliation::Model) -> Result<(), DbErr> {
    reconciliation::Entity::insert(run.into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Payments that say the provider holds or took money for them, changed since `since`.
pub async fn paid_since(
    connection: &impl ConnectionTrait,
    provider: &str,
    since: DateTime<Utc>,
) -> Result<Vec<payment::Model>, DbErr> {
    payment::Entity::find()
        .filter(payment::COLUMN.provider.eq(provider))
        .filter(payment::COLUMN.created_at.gte(since))
        .filter(payment::COLUMN.status.is_in([Status::Succeeded, Status::RequiresCapture, Status::Conflicted]))
        .all(connection)
        .await
}

pub async fn count_open_webhooks(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    webhook::Entity::find().filter(webhook::COLUMN.status.eq(WebhookStatus::Received)).count(connection).await
}
