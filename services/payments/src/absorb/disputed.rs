//! What the provider says of a dispute.

use contracts::{
    Money, Shard,
    events::{DisputeClosed, DisputeOpened},
    ids::DisputeId,
    time,
};
use db::{Tx, outbox};
use sea_orm::DbErr;

use crate::{
    absorb::{id, order},
    entity::{dispute, payment},
    ledger::{self, Kind},
    model::DisputeStatus,
    provider::ProviderDispute,
    store,
};

pub async fn absorb(tx: &Tx, payment: &mut payment::Model, said: &ProviderDispute) -> Result<(), DbErr> {
    if said.amount.currency.code() != payment.currency {
        tracing::error!(payment = %payment.id, dispute = said.reference, "a dispute in another currency than its payment");
        return Ok(());
    }
    let (was_held, mut dispute) = match store::dispute_named(tx, &said.reference).await? {
        None => (false, open(tx, payment, said).await?),
        Some(dispute) => match dispute.status.after(said.status) {
            None => return Ok(()),
            Some(status) => (dispute.held, dispute::Model { status, ..dispute }),
        },
    };
    dispute.held = said.status.holds_money();
    dispute.updated_at = time::now();
    dispute.closed_at = said.status.is_closed().then_some(dispute.updated_at);
    store::save_dispute(tx, &dispute).await?;
    move_money(tx, payment, was_held, &dispute, said).await
}

async fn move_money(
    tx: &Tx,
    payment: &mut payment::Model,
    was_held: bool,
    dispute: &dispute::Model,
    said: &ProviderDispute,
) -> Result<(), DbErr> {
    // As it was booked when it was opened, whatever the provider calls it later.
    let amount = store::money(dispute.amount_minor, &payment.currency)?;
    if !was_held && dispute.held {
        payment.disputed_minor += amount.amount;
        let kind = Kind::DisputeOpened { fee_minor: said.fee_minor };
        ledger::book(tx, payment, kind, dispute.id, amount).await?;
        opened(tx, payment, dispute, amount).await?;
    }
    if was_held && !dispute.held {
        payment.disputed_minor = (payment.disputed_minor - amount.amount).max(0);
        ledger::book(tx, payment, Kind::DisputeWon, dispute.id, amount).await?;
    }
    if dispute.status == DisputeStatus::Lost {
        ledger::book(tx, payment, Kind::DisputeLost, dispute.id, amount).await?;
    }
    if said.status.is_closed() && (was_held || dispute.held) {
        let event = DisputeClosed {
            dispute_id: DisputeId::from(dispute.id),
            payment_id: id(payment),
            order_id: order(payment),
            won: dispute.status != DisputeStatus::Lost,
        };
        outbox::publish(tx, &event).await?;
    }
    Ok(())
}

async fn opened(tx: &Tx, payment: &payment::Model, dispute: &dispute::Model, amount: Money) -> Result<(), DbErr> {
    metrics::counter!("rialto_disputes_total").increment(1);
    let event = DisputeOpened {
        dispute_id: DisputeId::from(dispute.id),
        payment_id: id(payment),
        order_id: order(payment),
        amount,
        reason: dispute.reason.clone(),
        evidence_due_by: dispute.evidence_due_by,
    };
    outbox::publish(tx, &event).await
}

async fn open(tx: &Tx, payment: &payment::Model, said: &ProviderDispute) -> Result<dispute::Model, DbErr> {
    let now = time::now();
    let dispute = dispute::Model {
        id: Shard::of(payment.id).fresh(),
        payment_id: payment.id,
        order_id: payment.order_id,
        provider_ref: said.reference.clone(),
        status: said.status,
        amount_minor: said.amount.amount,
        fee_minor: said.fee_minor,
        currency: payment.currency.clone(),
        reason: said.reason.clone(),
        held: false,
        evidence_due_by: said.evidence_due_by,
        evidence: None,
        submitted_at: None,
        created_at: now,
        updated_at: now,
        closed_at: None,
    };
    store::insert_dispute(tx, dispute.clone()).await?;
    Ok(dispute)
}
