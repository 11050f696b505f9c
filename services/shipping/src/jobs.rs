//! What shipping does without being asked: finishing labels, asking carriers, ending what nobody hears of any more.

use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::time;
use db::leases;
use sea_orm::Set;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    App, Error,
    carrier::{Purchase, Unavailable},
    entity::label,
    poll,
    ship::{self, Bought},
    store::{self, labels},
};

/// How often to look for unfinished labels and due parcels.
const LOOK: Duration = Duration::from_secs(1);
const LEASE: &str = "shipping";
const LEASE_SECS: i64 = 15;
const BATCH: u64 = 50;
const PRUNE: Duration = Duration::from_secs(3600);

/// Runs until `stop`. Everything it does is found in the database, so it may die at any point.
pub async fn jobs(app: App, stop: CancellationToken) {
    let holder = Uuid::now_v7();
    let mut prune_at = Instant::now();
    while !stop.is_cancelled() {
        tokio::select! {
            () = app.labels_wanted.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            () = stop.cancelled() => break,
        }
        let prune = prune_at <= Instant::now();
        if prune {
            prune_at = Instant::now() + PRUNE;
        }
        if let Err(error) = round(&app, holder, prune).await {
            tracing::warn!(%error, "shipping jobs: will try again");
        }
    }
    // Parcels do not wait for the end of the lease when one process takes another's place.
    if let Err(error) = leases::release(&app.db, LEASE, holder).await {
        tracing::debug!(%error, "the lease of shipping's jobs will run out by itself");
    }
}

async fn round(app: &App, holder: Uuid, prune: bool) -> Result<(), Error> {
    let now = time::now();
    let reader = app.db.reader();
    // Looking costs a read; the lease, which is a write, is taken only when there is something to do.
    let work = !labels::unfinished(reader, now, 1).await?.is_empty()
        || !store::shipments::to_poll(reader, now, 1).await?.is_empty();
    if !(work || prune) || !leases::take(&app.db, LEASE, holder, LEASE_SECS).await? {
        return Ok(());
    }
    finish_labels(app, now).await?;
    poll_due(app, now).await?;
    if prune {
        db::idempotency::prune(&app.db).await?;
    }
    Ok(())
}

/// Finishes labels that someone began and did not end: bought or given back, as they were meant. Tells how many it tried.
pub async fn finish_labels(app: &App, now: DateTime<Utc>) -> Result<u64, Error> {
    let mut tried = 0;
    for row in labels::unfinished(app.db.reader(), now, BATCH).await? {
        let tx = app.db.begin().await?;
        let held = labels::hold(&*tx, &row, now.max(time::now()) + ship::hold(app)).await?;
        tx.commit().await?;
        if !held {
            continue;
        }
        tried += 1;
        if let Err(error) = finish_label(app, &row).await {
            tracing::warn!(label = %row.id, %error, "label not finished");
        }
    }
    Ok(tried)
}

async fn finish_label(app: &App, row: &label::Model) -> Result<(), Error> {
    if row.status == labels::VOIDING {
        return give_back(app, row).await;
    }
    let bought = match find(app, row).await {
        Ok(Some(label)) => ship::finish(app, row.id, Ok(Purchase::Bought(label))).await?.0,
        Ok(None) => ship::buy(app, row.id).await?,
        Err(error) => ship::finish(app, row.id, Err(error)).await?.0,
    };
    if bought == Bought::Shipped {
        poll::ask_once(app, row.shipment_id).await;
    }
    Ok(())
}

/// Asks the carrier for the label by our reference: the purchase may have gone through.
async fn find(app: &App, row: &label::Model) -> Result<Option<crate::carrier::Label>, Unavailable> {
    let Some(carrier) = app.carriers.get(&row.carrier) else { return Ok(None) };
    let within = Duration::from_millis(u64::from(app.config.carrier_timeout_ms));
    let found = tokio::time::timeout(within, carrier.find_label(row.id)).await;
    found.unwrap_or_else(|_| Err(Unavailable("the carrier did not answer in time".into())))
}

async fn give_back(app: &App, row: &label::Model) -> Result<(), Error> {
    let within = Duration::from_millis(u64::from(app.config.carrier_timeout_ms));
    let outcome = match app.carriers.get(&row.carrier) {
        None => Ok(()),
        Some(carrier) => tokio::time::timeout(within, carrier.void_label(row.id))
            .await
            .unwrap_or_else(|_| Err(Unavailable("the carrier did not answer in time".into()))),
    };
    let tx = app.db.begin().await?;
    match outcome {
        Ok(()) => {
            let voided = label::ActiveModel {
                status: Set(labels::VOIDED.to_owned()),
                live_for: Set(None),
                ..Default::default()
            };
            labels::update(&*tx, row.id, labels::VOIDING, voided).await?;
        }
        Err(error) => ship::write_unknown(&tx, row, &error).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// Asks carriers about the parcels that are due, and ends the tracking of silent ones. Tells how many it looked at.
pub async fn poll_due(app: &App, now: DateTime<Utc>) -> Result<u64, Error> {
    let due = store::shipments::to_poll(app.db.reader(), now, BATCH).await?;
    let count = u64::try_from(due.len()).unwrap_or(u64::MAX);
    for shipment in due {
        let asked = match poll::ask(app, shipment, now).await {
            Ok(()) => poll::expire(app, shipment, now).await.map(drop),
            Err(error) => Err(error),
        };
        if let Err(error) = asked {
            poll::put_off(app, shipment, now, &error.to_string()).await?;
        }
    }
    Ok(count)
}
