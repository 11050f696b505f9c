//! What the sandbox tells of a charge: the answer to a call, and the objects that its webhooks carry.

use chrono::Duration;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    model::ChargeStatus,
    provider::{Card, Charge, Decline, NextAction, ProviderDispute, ProviderRefund, Redirect},
    sandbox::{
        Sandbox,
        entity::{charge, dispute, refund},
        tokens::behaviour,
    },
    store::money,
};

/// The charge as the shop gets to see it.
pub async fn charge(connection: &impl ConnectionTrait, row: charge::Model, sandbox: &Sandbox) -> Result<Charge, DbErr> {
    let key = row.key;
    let told = charges(connection, vec![row], sandbox).await?;
    told.into_iter().next().ok_or_else(|| DbErr::RecordNotFound(format!("no charge with key {key}")))
}

/// Charges with their refunds and disputes.
pub async fn charges(
    connection: &impl ConnectionTrait,
    rows: Vec<charge::Model>,
    sandbox: &Sandbox,
) -> Result<Vec<Charge>, DbErr> {
    let keys = || rows.iter().map(|row| row.key).collect::<Vec<Uuid>>();
    let mut refunds = refund::Entity::find()
        .filter(refund::COLUMN.charge_key.is_in(keys()))
        .order_by_asc(refund::Column::CreatedAt)
        .all(connection)
        .await?;
    let mut disputes = dispute::Entity::find().filter(dispute::COLUMN.charge_key.is_in(keys())).all(connection).await?;
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let refunds = refunds.extract_if(.., |refund| refund.charge_key == row.key).collect();
        let disputes = disputes.extract_if(.., |dispute| dispute.charge_key == row.key).collect();
        told.push(with(row, refunds, disputes, sandbox)?);
    }
    Ok(told)
}

/// A charge that was just made: nothing has been refunded or disputed yet.
pub fn fresh(row: charge::Model, sandbox: &Sandbox) -> Result<Charge, DbErr> {
    with(row, Vec::new(), Vec::new(), sandbox)
}

fn with(
    row: charge::Model,
    refunds: Vec<refund::Model>,
    disputes: Vec<dispute::Model>,
    sandbox: &Sandbox,
) -> Result<Charge, DbErr> {
    let behaviour = behaviour(&row.token);
    // Whoever comes back to a path is on the shop's pages already, under whatever name the shop was reached.
    let on_the_shop = row.return_url.as_deref().is_some_and(|url| url.starts_with('/'));
    let base = if on_the_shop { "" } else { &*sandbox.public_url };
    let url = format!("{base}/payment/sandbox/3ds/{}", row.reference);
    let redirect = Redirect { url, return_url: row.return_url.clone() };
    let action = NextAction::RedirectToUrl { redirect_to_url: redirect };
    Ok(Charge {
        key: row.key,
        payment_id: row.payment_id.into(),
        order_id: row.order_id.into(),
        status: row.status,
        amount: money(row.amount_minor, &row.currency)?,
        capture_method: row.capture_method,
        captured_minor: row.captured_minor,
        card: behaviour.map(|behaviour| Card { brand: behaviour.brand.to_owned(), last4: behaviour.last4.to_owned() }),
        next_action: Some(action).filter(|_| row.status == ChargeStatus::RequiresAction),
        error: row.error_code.map(|code| Decline { code, decline_code: row.decline_code }),
        refunds: refunds.into_iter().map(|refund| refund_view(refund, &row.currency)).collect::<Result<_, DbErr>>()?,
        disputes: disputes
            .into_iter()
            .map(|dispute| dispute_view(dispute, &row.currency))
            .collect::<Result<_, DbErr>>()?,
        authorized_until: Some(row.created_at + Duration::days(sandbox.config.authorization_days)),
        captured_at: row.captured_at,
        return_url: row.return_url,
        reference: row.reference,
        client_secret: Some(row.client_secret),
    })
}

fn refund_view(refund: refund::Model, currency: &str) -> Result<ProviderRefund, DbErr> {
    Ok(ProviderRefund {
        key: refund.key,
        status: refund.status,
        amount: money(refund.amount_minor, currency)?,
        reference: refund.reference,
        code: refund.error_code,
    })
}

fn dispute_view(dispute: dispute::Model, currency: &str) -> Result<ProviderDispute, DbErr> {
    Ok(ProviderDispute {
        status: dispute.status,
        amount: money(dispute.amount_minor, currency)?,
        fee_minor: dispute.fee_minor,
        evidence_due_by: dispute.evidence_due_by,
        reference: dispute.reference,
        reason: dispute.reason,
    })
}

/// A webhook's object, as Stripe writes it.
pub fn intent(row: &charge::Model) -> Value {
    json!({
        "id": row.reference, "object": "payment_intent", "amount": row.amount_minor, "amount_received": row.captured_minor,
        "currency": row.currency.to_lowercase(), "status": status_word(row.status), "capture_method": row.capture_method,
        "last_payment_error": row.error_code.as_ref().map(|code| json!({"code": code, "decline_code": row.decline_code})),
    })
}

/// Stripe's word: a failed intent waits for another payment method.
fn status_word(status: ChargeStatus) -> Value {
    match status {
        ChargeStatus::Failed => json!("requires_payment_method"),
        other => json!(other),
    }
}

pub fn refund_object(row: &charge::Model, refund: &refund::Model) -> Value {
    json!({
        "id": refund.reference, "object": "refund", "amount": refund.amount_minor, "currency": row.currency.to_lowercase(),
        "payment_intent": row.reference, "status": refund.status, "failure_reason": refund.error_code,
    })
}

pub fn dispute_object(row: &charge::Model, dispute: &dispute::Model) -> Value {
    json!({
        "id": dispute.reference, "object": "dispute", "amount": dispute.amount_minor, "currency": row.currency.to_lowercase(),
        "payment_intent": row.reference, "reason": dispute.reason, "status": dispute.status,
        "evidence_details": {"due_by": dispute.evidence_due_by.timestamp()},
    })
}
