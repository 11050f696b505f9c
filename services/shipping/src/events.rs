//! What shipping does when an order moves. Each handler may run twice, late, or out of order.

use bus::Received;
use contracts::{
    events::{OrderErased, OrderStatusChanged, ShipmentStatus},
    order::OrderStatus,
    time,
};
use db::Tx;
use sea_orm::Set;
use uuid::Uuid;

use crate::{
    App, Error, cancel,
    entity::shipment,
    erase,
    model::shipment as life,
    prepare::{self, Goods},
    ship::{self, Wanted},
    step::{self, Actor},
    store,
};

/// To processing: there is something to pack. To shipped or delivered: so it is, whoever said it. To cancelled: put it back.
pub async fn on_order_status_changed(app: App, event: Received<OrderStatusChanged>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, "shipping").await? {
        return Ok(());
    }
    let goods = if event.to == OrderStatus::Cancelled { Goods::NotWanted } else { Goods::ToShip };
    if event.to == OrderStatus::Pending {
        tx.commit().await?;
        return Ok(());
    }
    let order = prepare::order(&tx, &app, &event.order, goods).await?;
    if far(event.to) > rank(&order.status) {
        store::orders::set_status(&*tx, order.id, word(event.to)).await?;
        match event.to {
            OrderStatus::Pending | OrderStatus::Processing => {}
            OrderStatus::Shipped => ship_untouched(&tx, &app, order.id).await?,
            OrderStatus::Delivered => deliver_all(&tx, &app, order.id).await?,
            OrderStatus::Cancelled => cancel_unsent(&tx, &app, order.id).await?,
        }
    }
    tx.commit().await?;
    // The job calls the carrier: one that is slow must not hold up the events behind this one.
    app.labels_wanted.notify_one();
    Ok(())
}

/// The buyer wants to be forgotten. What is still on its way needs its address a while longer.
pub async fn on_order_erased(app: App, event: Received<OrderErased>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, "shipping").await? {
        return Ok(());
    }
    erase::forget(&tx, event.order_id.uuid()).await?;
    tx.commit().await?;
    Ok(())
}

/// Ships everything if nothing of the order has left yet. If something has, the order only tells of it.
async fn ship_untouched(tx: &Tx, app: &App, order: Uuid) -> Result<(), Error> {
    let shipments = store::shipments::of_order(&**tx, order).await?;
    if !untouched(&shipments)? {
        return Ok(());
    }
    for shipment in shipments {
        if step::status_of(&shipment)? == ShipmentStatus::Pending {
            ship::request(tx, app, shipment.id, Wanted::default(), Actor::Order, time::now()).await?;
        }
    }
    Ok(())
}

async fn deliver_all(tx: &Tx, app: &App, order: Uuid) -> Result<(), Error> {
    ship_untouched(tx, app, order).await?;
    for shipment in store::shipments::of_order(&**tx, order).await? {
        let status = step::status_of(&shipment)?;
        if life::is_under_way(status) {
            ship::deliver(tx, app, shipment, Actor::Order).await?;
        } else if status == ShipmentStatus::LabelCreated {
            let change = shipment::ActiveModel { deliver_at_once: Set(true), ..Default::default() };
            step::write(tx, shipment, change).await?;
        }
    }
    Ok(())
}

async fn cancel_unsent(tx: &Tx, app: &App, order: Uuid) -> Result<(), Error> {
    for shipment in store::shipments::of_order(&**tx, order).await? {
        let unsent = matches!(step::status_of(&shipment)?, ShipmentStatus::Pending | ShipmentStatus::LabelCreated);
        if unsent {
            cancel::within(tx, app, shipment, Actor::Order).await?;
        }
    }
    Ok(())
}

fn untouched(shipments: &[shipment::Model]) -> Result<bool, Error> {
    for shipment in shipments {
        if !matches!(step::status_of(shipment)?, ShipmentStatus::Pending | ShipmentStatus::Cancelled) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How far along an order is. A late event of an earlier status changes nothing.
fn far(status: OrderStatus) -> u8 {
    match status {
        OrderStatus::Pending => 1,
        OrderStatus::Processing => 2,
        OrderStatus::Shipped => 3,
        OrderStatus::Delivered => 4,
        OrderStatus::Cancelled => 5,
    }
}

fn word(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "pending",
        OrderStatus::Processing => "processing",
        OrderStatus::Shipped => "shipped",
        OrderStatus::Delivered => "delivered",
        OrderStatus::Cancelled => "cancelled",
    }
}

/// The same from the word in the database; nothing heard yet is 0.
fn rank(heard: &str) -> u8 {
    let statuses = [
        OrderStatus::Pending,
        OrderStatus::Processing,
        OrderStatus::Shipped,
        OrderStatus::Delivered,
        OrderStatus::Cancelled,
    ];
    statuses.into_iter().find(|status| word(*status) == heard).map_or(0, far)
}
