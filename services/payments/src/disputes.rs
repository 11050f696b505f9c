//! Answering disputes.

use contracts::time;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::{App, Error, absorb::absorb, entity::dispute, provider::Evidence, store};

/// Hands evidence in. Once: what a bank has been told cannot be taken back.
pub async fn contest(app: &App, id: Uuid, evidence: &Evidence) -> Result<dispute::Model, Error> {
    let named = write_down(app, id, evidence).await?;
    let charge = app.provider.contest(&named, evidence).await?;
    let tx = app.db.begin().await?;
    absorb(&tx, &app.config, &charge).await?;
    let dispute = store::dispute(&*tx, id).await?.ok_or(Error::NotFound)?;
    let dispute = dispute::Model { submitted_at: Some(dispute.submitted_at.unwrap_or_else(time::now)), ..dispute };
    store::save_dispute(&tx, &dispute).await?;
    tx.commit().await?;
    Ok(dispute)
}

/// Keeps the evidence before it is sent, so that nothing is lost if the provider does not answer.
async fn write_down(app: &App, id: Uuid, evidence: &Evidence) -> Result<String, Error> {
    let tx = app.db.begin().await?;
    let dispute = store::dispute(&*tx, id).await?.ok_or(Error::NotFound)?;
    store::lock_payment(&tx, dispute.payment_id).await?;
    let mut dispute = store::dispute(&*tx, id).await?.ok_or(Error::NotFound)?;
    let in_time = dispute.evidence_due_by > time::now();
    if !dispute.status.takes_evidence() || dispute.submitted_at.is_some() || !in_time {
        return Err(Error::DisputeClosed);
    }
    dispute.evidence = Some(serde_json::to_value(evidence).map_err(|error| DbErr::Json(error.to_string()))?);
    dispute.updated_at = time::now();
    store::save_dispute(&tx, &dispute).await?;
    tx.commit().await?;
    Ok(dispute.provider_ref)
}
