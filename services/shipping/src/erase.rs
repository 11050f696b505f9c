//! Forgetting whom an order went to, as soon as nothing of it is on its way any more.

use db::Tx;
use uuid::Uuid;

use crate::{
    Error,
    model::shipment as life,
    sandbox, step,
    store::{self, labels},
};

/// Forgets the buyer of an order, now or when its last parcel has arrived.
pub async fn forget(tx: &Tx, order: Uuid) -> Result<(), Error> {
    if store::orders::note_erasure(&**tx, order).await? {
        forget_if_over(tx, order).await?;
    }
    Ok(())
}

/// Belongs behind each step that may have been the last of an order.
pub async fn forget_if_over(tx: &Tx, order: Uuid) -> Result<(), Error> {
    let Some(order) = store::orders::find(&**tx, order).await?.filter(|order| order.erase) else { return Ok(()) };
    let shipments = store::shipments::of_order(&**tx, order.id).await?;
    for shipment in &shipments {
        if !life::is_over(step::status_of(shipment)?) {
            return Ok(());
        }
    }
    let nobody = serde_json::to_value(order.address()?.without_person());
    let nobody = nobody.map_err(|error| Error::Unreadable(error.to_string()))?;
    store::orders::set_address(&**tx, order.id, nobody).await?;
    let shipments: Vec<Uuid> = shipments.iter().map(|shipment| shipment.id).collect();
    let labels = labels::forget_documents(&**tx, &shipments).await?;
    sandbox::forget_documents(&**tx, &labels).await?;
    Ok(())
}
