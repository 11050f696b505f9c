//! What the sandbox does: every function is one transaction on its own books, and idempotent by its key.

use chrono::{DateTime, Duration, Utc};
use contracts::{Money, time};
use db::{Db, Tx};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

use crate::{
    model::{CaptureMethod, ChargeStatus, DisputeStatus, RefundStatus},
    provider::{Charge, ChargeOrder, Evidence, RefundOrder, UNKNOWN_TOKEN, VoidOrder},
    sandbox::{
        Sandbox,
        entity::{charge, dispute, refund, setting},
        post::announce,
        tokens::{Behaviour, DECLINED, NOT_AUTHENTICATED, Outcome, Refunds, Refusal, behaviour},
        told,
    },
};

/// What a bank asks for a dispute, in minor units of whatever currency.
const DISPUTE_FEE_MINOR: i64 = 1500;
const SECRET: &str = "webhook_secret";

/// The secret that signs webhooks, made at the first start.
pub async fn webhook_secret(db: &Db) -> Result<String, DbErr> {
    let tx = db.begin().await?;
    let fresh = unguessable("whsec_");
    db::insert_absent(&*tx, [setting::ActiveModel { name: Set(SECRET.to_owned()), value: Set(fresh) }], &["name"])
        .await?;
    let kept = setting::Entity::find_by_id(SECRET.to_owned()).one(&*tx).await?;
    tx.commit().await?;
    kept.map(|setting| setting.value).ok_or_else(|| DbErr::RecordNotFound(SECRET.to_owned()))
}

/// A name that nobody can guess: whoever knows the name of a 3-D Secure step may decide it.
pub fn unguessable(prefix: &str) -> String {
    format!("{prefix}{}", hex::encode(rand::random::<[u8; 16]>()))
}

pub async fn charge(sandbox: &Sandbox, order: &ChargeOrder) -> Result<Charge, DbErr> {
    let amount = sandbox.faults.amount_instead().unwrap_or(order.amount);
    let tx = sandbox.db.begin().await?;
    let mut row = charge::Model {
        token: order.token.chars().take(255).collect(),
        return_url: order.return_url.clone(),
        capture_method: order.capture_method,
        ..blank(order.key, order.payment_id.uuid(), order.order_id.uuid(), amount)
    };
    let news = begin(sandbox, &mut row, behaviour(&order.token));
    let charge = if insert(&tx, row.clone()).await? {
        announce(&tx, &row, news, told::intent(&row)).await?;
        told::fresh(row, sandbox)?
    } else {
        told::charge(&*tx, lock(&tx, order.key).await?, sandbox).await?
    };
    tx.commit().await?;
    Ok(charge)
}

fn blank(key: Uuid, payment_id: Uuid, order_id: Uuid, amount: Money) -> charge::Model {
    let reference = unguessable("pi_");
    charge::Model {
        key,
        payment_id,
        order_id,
        token: String::new(),
        status: ChargeStatus::Processing,
        amount_minor: amount.amount,
        captured_minor: 0,
        currency: amount.currency.code().to_owned(),
        capture_method: CaptureMethod::Automatic,
        error_code: None,
        decline_code: None,
        client_secret: unguessable(&format!("{reference}_secret_")),
        reference,
        return_url: None,
        due_at: None,
        created_at: time::now(),
        captured_at: None,
    }
}

/// Where a new charge stands, and the name of the webhook that says so.
fn begin(sandbox: &Sandbox, row: &mut charge::Model, behaviour: Option<Behaviour>) -> &'static str {
    match behaviour.map(|behaviour| behaviour.outcome) {
        None => fail(row, Refusal { code: UNKNOWN_TOKEN, decline_code: None }),
        Some(Outcome::Succeed) => succeed(sandbox, row),
        Some(Outcome::Decline(refusal)) => fail(row, refusal),
        Some(Outcome::Action(_)) => {
            row.status = ChargeStatus::RequiresAction;
            "payment_intent.requires_action"
        }
        Some(Outcome::Later(_)) => {
            row.status = ChargeStatus::Processing;
            row.due_at = Some(time::now() + Duration::seconds(sandbox.config.settle_after_secs));
            "payment_intent.processing"
        }
    }
}

/// Holds the money, or takes it.
fn succeed(sandbox: &Sandbox, row: &mut charge::Model) -> &'static str {
    row.due_at = None;
    if row.capture_method == CaptureMethod::Manual {
        row.status = ChargeStatus::RequiresCapture;
        return "payment_intent.amount_capturable_updated";
    }
    take(sandbox, row, row.amount_minor)
}

fn take(sandbox: &Sandbox, row: &mut charge::Model, amount_minor: i64) -> &'static str {
    let now = time::now();
    row.status = ChargeStatus::Succeeded;
    row.captured_minor = amount_minor;
    row.captured_at = Some(now);
    let disputed = behaviour(&row.token).is_some_and(|behaviour| behaviour.dispute.is_some());
    row.due_at = disputed.then(|| now + Duration::seconds(sandbox.config.dispute_after_secs));
    "payment_intent.succeeded"
}

fn fail(row: &mut charge::Model, refusal: Refusal) -> &'static str {
    row.status = ChargeStatus::Failed;
    row.error_code = Some(refusal.code.to_owned());
    row.decline_code = refusal.decline_code.map(str::to_owned);
    row.due_at = None;
    "payment_intent.payment_failed"
}

pub async fn capture(sandbox: &Sandbox, key: Uuid, amount: Money) -> Result<Charge, DbErr> {
    let tx = sandbox.db.begin().await?;
    let mut row = lock(&tx, key).await?;
    let fits = amount.currency.code() == row.currency && (1..=row.amount_minor).contains(&amount.amount);
    if row.status == ChargeStatus::RequiresCapture && fits {
        let news = take(sandbox, &mut row, amount.amount);
        announce(&tx, &row, news, told::intent(&row)).await?;
        save(&tx, row.clone()).await?;
    }
    let charge = told::charge(&*tx, row, sandbox).await?;
    tx.commit().await?;
    Ok(charge)
}

pub async fn void(sandbox: &Sandbox, order: &VoidOrder) -> Result<Charge, DbErr> {
    let tx = sandbox.db.begin().await?;
    // A key that was never heard of is taken, so that a charge that comes late finds it ended.
    let unheard = blank(order.key, order.payment_id.uuid(), order.order_id.uuid(), order.amount);
    insert(&tx, charge::Model { status: ChargeStatus::Canceled, ..unheard }).await?;
    let mut row = lock(&tx, order.key).await?;
    let open =
        matches!(row.status, ChargeStatus::RequiresAction | ChargeStatus::RequiresCapture | ChargeStatus::Processing);
    if open {
        row.status = ChargeStatus::Canceled;
        row.due_at = None;
        announce(&tx, &row, "payment_intent.canceled", told::intent(&row)).await?;
        save(&tx, row.clone()).await?;
    }
    let charge = told::charge(&*tx, row, sandbox).await?;
    tx.commit().await?;
    Ok(charge)
}

pub async fn refund(sandbox: &Sandbox, order: &RefundOrder) -> Result<Charge, DbErr> {
    let tx = sandbox.db.begin().await?;
    let row = lock(&tx, order.charge).await?;
    if refund::Entity::find_by_id(order.key).one(&*tx).await?.is_none() {
        let given = refund::Entity::find()
            .filter(refund::COLUMN.charge_key.eq(row.key))
            .filter(refund::COLUMN.status.ne(RefundStatus::Failed))
            .all(&*tx)
            .await?;
        let given: i64 = given.iter().map(|refund| refund.amount_minor).sum();
        let now = time::now();
        let later = Some(now + Duration::seconds(sandbox.config.settle_after_secs));
        let how = behaviour(&row.token).map_or(Refunds::Succeed, |behaviour| behaviour.refunds);
        let fits = order.amount.currency.code() == row.currency && order.amount.amount <= row.captured_minor - given;
        let (status, error_code, due_at) = match how {
            _ if !fits => (RefundStatus::Failed, Some("charge_already_refunded"), None),
            Refunds::Succeed => (RefundStatus::Succeeded, None, None),
            Refunds::Bounce => (RefundStatus::Succeeded, None, later),
            Refunds::Pend => (RefundStatus::Pending, None, later),
        };
        let refund = refund::Model {
            key: order.key,
            charge_key: row.key,
            reference: unguessable("re_"),
            status,
            amount_minor: order.amount.amount,
            error_code: error_code.map(str::to_owned),
            due_at,
            created_at: now,
        };
        announce(&tx, &row, "refund.created", told::refund_object(&row, &refund)).await?;
        refund::Entity::insert(refund.into_active_model().reset_all()).exec_without_returning(&*tx).await?;
    }
    let charge = told::charge(&*tx, row, sandbox).await?;
    tx.commit().await?;
    Ok(charge)
}

pub async fn find(sandbox: &Sandbox, key: Uuid) -> Result<Option<Charge>, DbErr> {
    match charge::Entity::find_by_id(key).one(sandbox.db.reader()).await? {
        Some(row) => told::charge(sandbox.db.reader(), row, sandbox).await.map(Some),
        None => Ok(None),
    }
}

pub async fn list(
    sandbox: &Sandbox,
    since: DateTime<Utc>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Charge>, DbErr> {
    let mut query = charge::Entity::find()
        .filter(charge::COLUMN.created_at.gte(since))
        .order_by_asc(charge::Column::Key)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(charge::COLUMN.key.gt(after));
    }
    let rows = query.all(sandbox.db.reader()).await?;
    told::charges(sandbox.db.reader(), rows, sandbox).await
}

/// Takes evidence. As at Stripe, the words `winning_evidence` and `losing_evidence` decide.
pub async fn contest(sandbox: &Sandbox, reference: &str, evidence: &Evidence) -> Result<Charge, DbErr> {
    let tx = sandbox.db.begin().await?;
    let (row, mut dispute) = lock_dispute(&tx, reference).await?;
    if dispute.status.takes_evidence() {
        let text = evidence.uncategorized_text.as_deref().unwrap_or_default();
        dispute.status = match dispute.status {
            DisputeStatus::WarningNeedsResponse => DisputeStatus::WarningUnderReview,
            _ => DisputeStatus::UnderReview,
        };
        dispute.decided_won = match text {
            "winning_evidence" => Some(true),
            "losing_evidence" => Some(false),
            _ => None,
        };
        dispute.due_at = dispute.decided_won.map(|_| time::now() + Duration::seconds(sandbox.config.settle_after_secs));
        announce(&tx, &row, "charge.dispute.updated", told::dispute_object(&row, &dispute)).await?;
        save_dispute(&tx, dispute).await?;
    }
    let charge = told::charge(&*tx, row, sandbox).await?;
    tx.commit().await?;
    Ok(charge)
}

pub async fn decide(sandbox: &Sandbox, reference: &str, approve: bool) -> Result<Option<Charge>, DbErr> {
    let tx = sandbox.db.begin().await?;
    let found =
        charge::Entity::find().filter(charge::COLUMN.reference.eq(reference)).lock_exclusive().one(&*tx).await?;
    let Some(mut row) = found else { return Ok(None) };
    if row.status == ChargeStatus::RequiresAction {
        let news = match behaviour(&row.token).map(|behaviour| behaviour.outcome) {
            _ if !approve => fail(&mut row, NOT_AUTHENTICATED),
            Some(Outcome::Action(Some(refusal))) => fail(&mut row, refusal),
            _ => succeed(sandbox, &mut row),
        };
        announce(&tx, &row, news, told::intent(&row)).await?;
        save(&tx, row.clone()).await?;
    }
    let charge = told::charge(&*tx, row, sandbox).await?;
    tx.commit().await?;
    Ok(Some(charge))
}

/// The charge with this reference, for the page that shows it.
pub async fn named(sandbox: &Sandbox, reference: &str) -> Result<Option<Charge>, DbErr> {
    let found = charge::Entity::find().filter(charge::COLUMN.reference.eq(reference)).one(sandbox.db.reader()).await?;
    match found {
        Some(row) => told::charge(sandbox.db.reader(), row, sandbox).await.map(Some),
        None => Ok(None),
    }
}

pub async fn close_dispute(sandbox: &Sandbox, reference: &str, won: bool) -> Result<(), DbErr> {
    let tx = sandbox.db.begin().await?;
    let (row, mut dispute) = lock_dispute(&tx, reference).await?;
    if !dispute.status.is_closed() {
        dispute.status = match (dispute.status.holds_money(), won) {
            (false, _) => DisputeStatus::WarningClosed,
            (true, true) => DisputeStatus::Won,
            (true, false) => DisputeStatus::Lost,
        };
        dispute.due_at = None;
        announce(&tx, &row, "charge.dispute.closed", told::dispute_object(&row, &dispute)).await?;
        save_dispute(&tx, dispute).await?;
    }
    tx.commit().await
}

/// Does what happens by itself, where it is due.
pub async fn settle(sandbox: &Sandbox) -> Result<(), DbErr> {
    let now = time::now();
    let reader = sandbox.db.reader();
    for row in charge::Entity::find().filter(charge::COLUMN.due_at.lte(now)).all(reader).await? {
        settle_charge(sandbox, row.key).await?;
    }
    for refund in refund::Entity::find().filter(refund::COLUMN.due_at.lte(now)).all(reader).await? {
        settle_refund(sandbox, refund.charge_key, refund.key).await?;
    }
    for dispute in dispute::Entity::find().filter(dispute::COLUMN.due_at.lte(now)).all(reader).await? {
        let won = dispute.decided_won.unwrap_or_default();
        close_dispute(sandbox, &dispute.reference, won).await?;
    }
    Ok(())
}

async fn settle_charge(sandbox: &Sandbox, key: Uuid) -> Result<(), DbErr> {
    let tx = sandbox.db.begin().await?;
    let mut row = lock(&tx, key).await?;
    if row.due_at.is_none() {
        return Ok(());
    }
    row.due_at = None;
    let behaviour = behaviour(&row.token);
    let news = match (row.status, behaviour.map(|behaviour| behaviour.outcome)) {
        (ChargeStatus::Processing, Some(Outcome::Later(Some(refusal)))) => Some(fail(&mut row, refusal)),
        (ChargeStatus::Processing, Some(_)) => Some(succeed(sandbox, &mut row)),
        (ChargeStatus::Processing, None) => Some(fail(&mut row, DECLINED)),
        (ChargeStatus::Succeeded, _) => {
            if let Some((reason, inquiry)) = behaviour.and_then(|behaviour| behaviour.dispute) {
                open_dispute(sandbox, &tx, &row, reason, inquiry).await?;
            }
            None
        }
        _ => None,
    };
    if let Some(news) = news {
        announce(&tx, &row, news, told::intent(&row)).await?;
    }
    save(&tx, row).await?;
    tx.commit().await
}

async fn open_dispute(
    sandbox: &Sandbox,
    tx: &Tx,
    row: &charge::Model,
    reason: &str,
    inquiry: bool,
) -> Result<(), DbErr> {
    let now = time::now();
    let dispute = dispute::Model {
        reference: unguessable("dp_"),
        charge_key: row.key,
        status: if inquiry { DisputeStatus::WarningNeedsResponse } else { DisputeStatus::NeedsResponse },
        amount_minor: row.captured_minor,
        fee_minor: if inquiry { 0 } else { DISPUTE_FEE_MINOR },
        reason: reason.to_owned(),
        evidence_due_by: now + Duration::days(sandbox.config.dispute_days),
        decided_won: None,
        due_at: None,
        created_at: now,
    };
    announce(tx, row, "charge.dispute.created", told::dispute_object(row, &dispute)).await?;
    dispute::Entity::insert(dispute.into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

async fn settle_refund(sandbox: &Sandbox, charge: Uuid, key: Uuid) -> Result<(), DbErr> {
    let tx = sandbox.db.begin().await?;
    let row = lock(&tx, charge).await?;
    let Some(mut refund) = refund::Entity::find_by_id(key).one(&*tx).await?.filter(|refund| refund.due_at.is_some())
    else {
        return Ok(());
    };
    refund.due_at = None;
    let kind = match refund.status {
        RefundStatus::Pending => {
            refund.status = RefundStatus::Succeeded;
            "refund.updated"
        }
        _ => {
            refund.status = RefundStatus::Failed;
            refund.error_code = Some("lost_or_stolen_card".to_owned());
            "refund.failed"
        }
    };
    announce(&tx, &row, kind, told::refund_object(&row, &refund)).await?;
    refund.into_active_model().reset_all().update(&*tx).await?;
    tx.commit().await
}

async fn insert(tx: &Tx, row: charge::Model) -> Result<bool, DbErr> {
    let inserted = db::insert_absent(&**tx, [row.into_active_model().reset_all()], &["key"]).await?;
    Ok(inserted == 1)
}

async fn lock(tx: &Tx, key: Uuid) -> Result<charge::Model, DbErr> {
    let found = charge::Entity::find_by_id(key).lock_exclusive().one(&**tx).await?;
    found.ok_or_else(|| DbErr::RecordNotFound(format!("no charge with key {key}")))
}

async fn lock_dispute(tx: &Tx, reference: &str) -> Result<(charge::Model, dispute::Model), DbErr> {
    let none = || DbErr::RecordNotFound(format!("no dispute {reference}"));
    let find = || dispute::Entity::find_by_id(reference.to_owned()).one(&**tx);
    let row = lock(tx, find().await?.ok_or_else(none)?.charge_key).await?;
    Ok((row, find().await?.ok_or_else(none)?))
}

async fn save(tx: &Tx, row: charge::Model) -> Result<(), DbErr> {
    charge::Entity::update(row.into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

async fn save_dispute(tx: &Tx, dispute: dispute::Model) -> Result<(), DbErr> {
    dispute.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}
