//! Comparing our books with the provider's: what slipped through is taken in, what cannot be explained is reported.

use chrono::{DateTime, Duration, Utc};
use contracts::{Money, ids::PaymentId, time};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, Error,
    absorb::absorb,
    entity::{attempt, payment, reconciliation},
    model::{AttemptStatus, ChargeStatus, RefundStatus, Status},
    provider::Charge,
    recover, store,
};

const PAGE: u64 = 100;
/// Differences kept of one run; more are counted.
const KEPT_MAX: usize = 500;

/// Something in which the provider's books and ours did not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "kind": "status", "payment_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5", "reference": "pi_3f9c",
    "ours": "processing", "theirs": "succeeded", "repaired": true
}))]
pub struct Difference {
    pub kind: DifferenceKind,
    pub payment_id: Option<PaymentId>,
    /// The provider's name for the charge.
    pub reference: Option<String>,
    pub ours: String,
    pub theirs: String,
    /// Our books agree with theirs now.
    pub repaired: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The provider has a charge that we do not know.
    UnknownHere,
    /// We think there is money where the provider knows of none.
    UnknownThere,
    Status,
    Amount,
    Captured,
    Refunded,
}

/// Compares and repairs. What remains different is in the run's `differences` with `repaired: false`.
pub async fn reconcile(app: &App) -> Result<reconciliation::Model, Error> {
    let started_at = time::now();
    let since = started_at - Duration::days(app.config.reconcile_days);
    let mut differences = Vec::new();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let charges = app.provider.list(since, after, PAGE).await?;
        let Some(last) = charges.last() else { break };
        after = Some(last.key);
        // Each shard settles what it has, and the first what nobody has.
        for charge in charges.iter().filter(|charge| app.shards.holding(charge.key) == app.shard) {
            seen.push(charge.key);
            differences.extend(settle(app, charge).await?);
        }
    }
    differences.extend(unknown_there(app, since, &seen).await?);
    for difference in differences.iter().filter(|difference| !difference.repaired) {
        tracing::error!(?difference, "reconciliation: the books do not agree");
    }
    let unresolved = differences.iter().filter(|difference| !difference.repaired).count();
    let run = reconciliation::Model {
        id: Uuid::now_v7(),
        provider: app.provider.name().to_owned(),
        since,
        charges: count(seen.len()),
        repaired: count(differences.len() - unresolved),
        unresolved: count(unresolved),
        differences: serde_json::to_value(&differences[..differences.len().min(KEPT_MAX)])
            .map_err(|error| DbErr::Json(error.to_string()))?,
        started_at,
        finished_at: time::now(),
    };
    show(app, &run);
    let tx = app.db.begin().await?;
    store::insert_reconciliation(&tx, run.clone()).await?;
    tx.commit().await?;
    Ok(run)
}

/// Tells those who watch what the last run left open, whichever process made it.
pub fn show(app: &App, run: &reconciliation::Model) {
    let unresolved = u32::try_from(run.unresolved).unwrap_or(u32::MAX);
    metrics::gauge!("rialto_reconciliation_unresolved", "shard" => app.shard.to_string()).set(unresolved);
}

/// The last runs of all shards as one, if there was any.
pub async fn last_of_all(app: &App) -> Result<Option<reconciliation::Model>, Error> {
    let asked = |app: App| async move { store::last_reconciliation(app.db.reader()).await };
    let runs = db::everywhere(app.everywhere(), asked).await?;
    Ok(runs.into_iter().flatten().reduce(together))
}

fn together(mut all: reconciliation::Model, run: reconciliation::Model) -> reconciliation::Model {
    all.charges += run.charges;
    all.repaired += run.repaired;
    all.unresolved += run.unresolved;
    all.since = all.since.max(run.since);
    all.started_at = all.started_at.min(run.started_at);
    all.finished_at = all.finished_at.max(run.finished_at);
    if let (Some(all), Some(more)) = (all.differences.as_array_mut(), run.differences.as_array()) {
        all.extend(more.iter().cloned());
        all.truncate(KEPT_MAX);
    }
    all
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// One charge: compare, take in what we missed, compare again.
async fn settle(app: &App, charge: &Charge) -> Result<Vec<Difference>, Error> {
    let mut before = compare(app, charge).await?;
    if before.is_empty() {
        return Ok(before);
    }
    if before.iter().any(|difference| difference.kind == DifferenceKind::UnknownHere) {
        adopt(app, charge).await?;
    }
    let tx = app.db.begin().await?;
    absorb(&tx, &app.config, charge).await?;
    tx.commit().await?;
    let left = compare(app, charge).await?;
    for difference in &mut before {
        difference.repaired = !left.iter().any(|still| still.kind == difference.kind);
    }
    Ok(before)
}

async fn compare(app: &App, charge: &Charge) -> Result<Vec<Difference>, Error> {
    let reader = app.db.reader();
    let attempt = store::attempt(reader, charge.key).await?;
    let payment = match &attempt {
        Some(attempt) => store::payment(reader, attempt.payment_id).await?,
        None => None,
    };
    let (Some(attempt), Some(payment)) = (attempt, payment) else {
        // A charge that came to nothing leaves nothing to know.
        let matters = !matches!(charge.status, ChargeStatus::Failed | ChargeStatus::Canceled);
        let unknown = difference(DifferenceKind::UnknownHere, None, charge, "nothing", &charge.amount.to_string());
        return Ok(if matters { vec![unknown] } else { Vec::new() });
    };
    Ok(differences(&attempt, &payment, charge))
}

fn differences(attempt: &attempt::Model, payment: &payment::Model, charge: &Charge) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut note = |kind, ours: String, theirs: String| {
        if ours != theirs {
            found.push(difference(kind, Some(payment), charge, &ours, &theirs));
        }
    };
    let status = |status: AttemptStatus| format!("{status:?}");
    note(DifferenceKind::Status, status(attempt.status), format!("{:?}", charge.status));
    if payment.current_attempt == Some(attempt.id) && attempt.status.holds_money() {
        let ours = |minor: i64| format!("{minor} {}", payment.currency);
        let theirs = |minor: i64| format!("{minor} {}", charge.amount.currency);
        note(DifferenceKind::Amount, ours(payment.amount_minor), theirs(charge.amount.amount));
        note(DifferenceKind::Captured, ours(payment.captured_minor), theirs(charge.captured_minor));
        let refunded: i64 = charge
            .refunds
            .iter()
            .filter(|refund| refund.status == RefundStatus::Succeeded)
            .map(|refund| refund.amount.amount)
            .sum();
        note(DifferenceKind::Refunded, ours(payment.refunded_minor), theirs(refunded));
    } else if payment.current_attempt != Some(attempt.id) && charge.captured_minor > 0 {
        note(
            DifferenceKind::Captured,
            "another attempt".to_owned(),
            Money::new(charge.captured_minor, charge.amount.currency).to_string(),
        );
    }
    found
}

fn difference(
    kind: DifferenceKind,
    payment: Option<&payment::Model>,
    charge: &Charge,
    ours: &str,
    theirs: &str,
) -> Difference {
    Difference {
        kind,
        payment_id: payment.map(|payment| payment.id.into()),
        reference: Some(charge.reference.clone()),
        ours: ours.to_owned(),
        theirs: theirs.to_owned(),
        repaired: false,
    }
}

/// Writes down the attempt, and the payment if need be, to which a charge belongs that bears our mark.
///
/// If another payment counts for the order by now, this one is not needed any more: held money is let go here, and
/// captured money orders asks back, once it hears that it came on top.
async fn adopt(app: &App, charge: &Charge) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let now = time::now();
    let taken = store::lock_live_payment(&tx, charge.order_id.uuid())
        .await?
        .is_some_and(|live| live.id != charge.payment_id.uuid());
    let known = store::lock_payment(&tx, charge.payment_id.uuid()).await?;
    let mut payment = match known {
        Some(payment) if payment.captured_minor > 0 && payment.current_attempt != Some(charge.key) => return Ok(()),
        Some(payment) => payment,
        None => {
            let payment = lost(app, charge, taken, now);
            store::insert_payment(&tx, payment.clone()).await?;
            payment
        }
    };
    store::insert_attempt(&tx, lost_attempt(charge, now)).await?;
    payment.current_attempt = Some(charge.key);
    if payment.status == Status::RequiresPaymentMethod {
        payment.status = Status::Processing;
    }
    payment.check_at = Some(now);
    store::save_payment(&tx, &payment).await?;
    absorb(&tx, &app.config, charge).await?;
    if taken && let Some(mut payment) = store::lock_payment(&tx, charge.payment_id.uuid()).await? {
        recover::call_off_locked(&tx, &mut payment, "paid_twice").await?;
    }
    tx.commit().await?;
    app.wake.recovery.notify_one();
    Ok(())
}

fn lost(app: &App, charge: &Charge, taken: bool, now: DateTime<Utc>) -> payment::Model {
    payment::Model {
        id: charge.payment_id.uuid(),
        order_id: charge.order_id.uuid(),
        order_number: String::new(),
        user_id: None,
        provider: app.provider.name().to_owned(),
        status: Status::Processing,
        amount_minor: charge.amount.amount,
        currency: charge.amount.currency.code().to_owned(),
        capture_method: charge.capture_method,
        authorized_minor: 0,
        captured_minor: 0,
        refunded_minor: 0,
        refund_pending_minor: 0,
        disputed_minor: 0,
        live_order_id: (!taken).then(|| charge.order_id.uuid()),
        current_attempt: Some(charge.key),
        client_secret: None,
        next_action: None,
        error_code: None,
        decline_code: None,
        conflict: None,
        capture_requested_minor: None,
        cancel_reason: None,
        authorized_until: None,
        check_at: Some(now),
        checks: 0,
        created_at: now,
        updated_at: now,
        captured_at: None,
        canceled_at: None,
    }
}

fn lost_attempt(charge: &Charge, now: DateTime<Utc>) -> attempt::Model {
    attempt::Model {
        id: charge.key,
        payment_id: charge.payment_id.uuid(),
        order_id: charge.order_id.uuid(),
        status: AttemptStatus::Started,
        method_fingerprint: String::new(),
        card_brand: None,
        card_last4: None,
        provider_ref: Some(charge.reference.clone()),
        error_code: None,
        decline_code: None,
        deadline: now,
        created_at: now,
        updated_at: now,
    }
}

/// Payments of ours that say there is money, of which the provider's list says nothing.
async fn unknown_there(app: &App, since: DateTime<Utc>, seen: &[Uuid]) -> Result<Vec<Difference>, Error> {
    let seen: std::collections::HashSet<&Uuid> = seen.iter().collect();
    let mut found = Vec::new();
    for payment in store::paid_since(app.db.reader(), app.provider.name(), since).await? {
        let Some(key) = payment.current_attempt.filter(|key| !seen.contains(key)) else { continue };
        if app.provider.find(key).await?.is_none() {
            found.push(Difference {
                kind: DifferenceKind::UnknownThere,
                payment_id: Some(payment.id.into()),
                reference: None,
                ours: format!("{:?} {} {}", payment.status, payment.captured_minor, payment.currency),
                theirs: "nothing".to_owned(),
                repaired: false,
            });
        }
    }
    Ok(found)
}
