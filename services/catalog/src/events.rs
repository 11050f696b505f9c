//! What the catalog learns from orders: stock moves along with them, and who was delivered a product may say so in a
//! review.

use bus::Received;
use contracts::{
    events::{OrderStatusChanged, UserErased},
    order::{OrderSnapshot, OrderStatus},
    time,
};
use db::Tx;
use uuid::Uuid;

use crate::{
    App, Error, back_in_stock, inventory,
    store::{reviews, revisions},
};

pub async fn on_order_status_changed(app: App, event: Received<OrderStatusChanged>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, "catalog").await? {
        return Ok(());
    }
    if event.to == OrderStatus::Delivered {
        remember_purchases(&tx, &event.order).await?;
    }
    inventory::on_order_status_changed(&tx, &event.order, event.to).await?;
    tx.commit().await?;
    Ok(())
}

/// Nobody writes to whoever wants to be forgotten.
pub async fn on_user_erased(app: App, event: Received<UserErased>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !event.first_time(&tx, "catalog").await? {
        return Ok(());
    }
    back_in_stock::forget_user(&tx, event.user_id).await?;
    tx.commit().await?;
    Ok(())
}

async fn remember_purchases(tx: &Tx, order: &OrderSnapshot) -> Result<(), Error> {
    let Some(user) = order.user_id else { return Ok(()) };
    // Taken before the reviews are looked at, as whoever writes one does.
    revisions::next(tx).await?;
    let mut products: Vec<Uuid> = order.lines.iter().map(|line| line.product_id.uuid()).collect();
    products.sort_unstable();
    products.dedup();
    Ok(reviews::remember_purchases(tx, user, &products, order.id, time::now()).await?)
}
