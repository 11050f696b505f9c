//! Cancelling a shipment that has not left: its goods can go into another, and its label goes back.

use contracts::time;
use db::Tx;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    App, Error,
    entity::{label, shipment},
    model::{shipment::Fact, tracking::TrackingStatus},
    step::{self, Actor},
    store::{self, labels},
};

pub async fn cancel(app: &App, shipment: Uuid, actor: Actor) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    let read = store::shipments::find(&*tx, shipment).await?.ok_or(Error::NotFound)?;
    within(&tx, app, read, actor).await?;
    tx.commit().await?;
    app.labels_wanted.notify_one();
    Ok(())
}

/// The same as part of a larger change.
pub async fn within(tx: &Tx, app: &App, read: shipment::Model, actor: Actor) -> Result<(), Error> {
    let id = read.id;
    let change = shipment::ActiveModel {
        tracking_status: Set(TrackingStatus::Cancelled.word().to_owned()),
        poll_at: Set(None),
        ..Default::default()
    };
    let cancelled = step::take(tx, app, read, Fact::Cancelled, actor, change).await?;
    let order = store::orders::find(&**tx, cancelled.order_id).await?.ok_or(Error::NotFound)?;
    if !store::orders::spread_anew(&**tx, &order).await? {
        return Err(Error::Raced);
    }
    // A label that is being bought right now may yet be: whoever holds it is let finish, then it is given back.
    if let Some(latest) = labels::latest(&**tx, id).await? {
        let voiding = label::ActiveModel {
            status: Set(labels::VOIDING.to_owned()),
            hold_until: Set(latest.hold_until.max(time::now())),
            ..Default::default()
        };
        labels::update(&**tx, latest.id, labels::REQUESTED, voiding).await?;
    }
    Ok(())
}
