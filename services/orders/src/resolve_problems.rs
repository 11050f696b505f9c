//! Staff saying that what they should look at is settled.

use contracts::ids::OrderId;

use crate::{
    App, Error,
    move_order::{self, By},
    store::{
        self,
        orders::{Entry, add_history},
    },
    views::{self, OrderView},
};

/// Settles all open problems of an order. Without any, nothing changes.
pub async fn resolve(app: &App, id: OrderId, by: By) -> Result<OrderView, Error> {
    let tx = app.db.begin().await?;
    let mut order = store::orders::lock(&tx, id).await?.ok_or(Error::NotFound)?;
    if order.resolve_problems()? {
        let lines = store::orders::lines(&*tx, order.id).await?;
        let entry =
            Entry { kind: "problems_resolved", moved: None, actor: &by.actor, reason: by.reason, event: by.event };
        add_history(&tx, order.id, entry).await?;
        move_order::keep(&tx, &mut order, &lines).await?;
    }
    let view = views::show(&*tx, &order, true).await?;
    tx.commit().await?;
    Ok(view)
}
