//! What carriers tell of an order's goods.

use std::collections::HashMap;

use bus::Received;
use contracts::{
    events::{ShipmentStatus, ShippingUpdated},
    order::{Item, OrderStatus},
};
use db::Tx;

use super::{Affected, affected};
use crate::{
    App, Error,
    entity::{order, order_line, shipment},
    model::Fact,
    move_order::{self, By},
    store::{self, pieces, word},
};

/// A shipment moved. The pieces of all shipments together say where the order stands.
pub async fn on_shipping_updated(app: App, event: Received<ShippingUpdated>) -> Result<(), Error> {
    let Some(Affected { tx, mut order, mut lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    if !keep_shipment(&tx, &order, &event).await? {
        return Ok(tx.commit().await?);
    }
    let shipments = store::orders::shipments(&*tx, order.id).await?;
    let sent = pieces_in(&shipments, is_on_its_way)?;
    let arrived = pieces_in(&shipments, |status| status == ShipmentStatus::Delivered)?;
    for line in &mut lines {
        let count = |of: &HashMap<String, u32>| pieces(of.get(&line.sku).copied().unwrap_or(0)).min(line.quantity);
        // Never back: staff may have said that it is all under way.
        let delivered = line.delivered_quantity.max(count(&arrived));
        let shipped = line.shipped_quantity.max(count(&sent)).max(delivered);
        if (shipped, delivered) != (line.shipped_quantity, line.delivered_quantity) {
            (line.shipped_quantity, line.delivered_quantity) = (shipped, delivered);
            store::orders::save_pieces(&tx, line).await?;
        }
    }
    note_excess(&mut order, &lines, &sent)?;
    follow(&tx, &mut order, &lines, &By::service("shipping", event.id)).await?;
    Ok(tx.commit().await?)
}

/// Notes the shipment as it is now. `false`: a later state of it is known already.
async fn keep_shipment(tx: &Tx, order: &order::Model, event: &Received<ShippingUpdated>) -> Result<bool, Error> {
    let known = store::orders::shipment(tx, event.shipment_id.uuid()).await?;
    if let Some(known) = &known {
        let status: ShipmentStatus = store::read_word(&known.status)?;
        let newer = event.occurred_at >= known.occurred_at;
        if rank(event.status) < rank(status) || (rank(event.status) == rank(status) && !newer) {
            return Ok(false);
        }
    }
    let row = shipment::Model {
        shipment_id: event.shipment_id.uuid(),
        order_id: order.id,
        status: word(&event.status),
        items: store::json(&event.items)?,
        carrier: event.carrier.clone(),
        tracking_number: event.tracking_number.clone(),
        tracking_url: event.tracking_url.clone(),
        occurred_at: event.occurred_at,
    };
    store::orders::save_shipment(tx, row, known.is_none()).await?;
    Ok(true)
}

/// Moves the order as far as its pieces have come, step by step, so that no step is missing from its history.
async fn follow(tx: &Tx, order: &mut order::Model, lines: &[order_line::Model], by: &By) -> Result<(), Error> {
    let goods = store::goods(lines);
    if goods.shipped > 0 && matches!(order.status()?, OrderStatus::Pending | OrderStatus::Cancelled) {
        order.note_problem("shipped_unpaid_or_cancelled", format!("{} pieces are under way", goods.shipped))?;
    }
    if order.status()? == OrderStatus::Processing && goods.shipped >= goods.ordered {
        move_order::apply(tx, order, lines, Fact::Dispatched, by).await?;
    }
    if order.status()? == OrderStatus::Shipped && goods.delivered >= goods.ordered {
        move_order::apply(tx, order, lines, Fact::Arrived, by).await?;
    }
    move_order::keep(tx, order, lines).await
}

fn note_excess(
    order: &mut order::Model,
    lines: &[order_line::Model],
    sent: &HashMap<String, u32>,
) -> Result<(), Error> {
    for (sku, count) in sent {
        let ordered = lines.iter().find(|line| line.sku == *sku).map_or(0, |line| store::quantity(line.quantity));
        if *count > ordered {
            order
                .note_problem("shipped_too_much", format!("{count} of {sku} are under way, {ordered} were ordered"))?;
        }
    }
    Ok(())
}

fn pieces_in(
    shipments: &[shipment::Model],
    counts: impl Fn(ShipmentStatus) -> bool,
) -> Result<HashMap<String, u32>, Error> {
    let mut sum: HashMap<String, u32> = HashMap::new();
    for shipment in shipments {
        if counts(store::read_word(&shipment.status)?) {
            for item in store::read_json::<Vec<Item>>(&shipment.items)? {
                let count = sum.entry(item.sku).or_default();
                *count = count.saturating_add(item.quantity);
            }
        }
    }
    Ok(sum)
}

fn is_on_its_way(status: ShipmentStatus) -> bool {
    !matches!(status, ShipmentStatus::Pending | ShipmentStatus::LabelCreated | ShipmentStatus::Cancelled)
}

/// How far along a shipment is: it never goes back.
fn rank(status: ShipmentStatus) -> u8 {
    match status {
        ShipmentStatus::Pending => 0,
        ShipmentStatus::LabelCreated => 1,
        ShipmentStatus::Cancelled => 2,
        ShipmentStatus::Shipped => 3,
        ShipmentStatus::OutForDelivery | ShipmentStatus::Exception => 4,
        ShipmentStatus::Delivered => 5,
        ShipmentStatus::Returned => 6,
    }
}
