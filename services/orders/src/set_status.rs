//! Staff setting an order's status: only along its life, and never to a lie.

use contracts::{ids::OrderId, order::OrderStatus};

use crate::{
    App, Error,
    entity::order_line,
    model::{Fact, allowed_moves},
    move_order::{self, By},
    store,
    views::{self, OrderView},
};

/// Moves the order to `wanted`, or says where it may go.
pub async fn set_status(app: &App, id: OrderId, wanted: OrderStatus, by: &By) -> Result<OrderView, Error> {
    app.db.retried(|| try_to_set(app, id, wanted, by)).await
}

async fn try_to_set(app: &App, id: OrderId, wanted: OrderStatus, by: &By) -> Result<OrderView, Error> {
    let tx = app.db.begin().await?;
    let mut order = store::orders::lock(&tx, id).await?.ok_or(Error::NotFound)?;
    let mut lines = store::orders::lines(&*tx, order.id).await?;
    let from = order.status()?;
    let allowed = allowed_moves(from, order.paid(), store::goods(&lines));
    if !allowed.contains(&wanted) {
        return Err(Error::Status { from, allowed });
    }
    match wanted {
        OrderStatus::Cancelled => {
            move_order::cancel(&tx, &mut order, &lines, Fact::CancelledByStaff, by).await?;
        }
        OrderStatus::Shipped => {
            set_pieces(&tx, &mut lines, |line| line.shipped_quantity = line.quantity).await?;
            move_order::apply(&tx, &mut order, &lines, Fact::Dispatched, by).await?;
        }
        OrderStatus::Delivered => {
            set_pieces(&tx, &mut lines, |line| line.delivered_quantity = line.quantity).await?;
            move_order::apply(&tx, &mut order, &lines, Fact::Arrived, by).await?;
        }
        OrderStatus::Pending | OrderStatus::Processing => return Err(Error::Status { from, allowed }),
    }
    let view = views::show(&*tx, &order, true).await?;
    tx.commit().await?;
    Ok(view)
}

async fn set_pieces(
    tx: &db::Tx,
    lines: &mut [order_line::Model],
    set: fn(&mut order_line::Model),
) -> Result<(), Error> {
    for line in lines {
        set(line);
        store::orders::save_pieces(tx, line).await?;
    }
    Ok(())
}
