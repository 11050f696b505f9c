//! What staff write down about an order for each other. It stands in the history, where the buyer does not see it.

use contracts::ids::OrderId;

use crate::{
    App, Error,
    move_order::By,
    store::{
        self,
        orders::{Entry, NOTE, add_history},
    },
    views::{self, OrderView},
};

pub async fn note(app: &App, id: OrderId, by: By) -> Result<OrderView, Error> {
    let tx = app.db.begin().await?;
    let order = store::orders::lock(&tx, id).await?.ok_or(Error::NotFound)?;
    let entry = Entry { kind: NOTE, moved: None, actor: &by.actor, reason: by.reason, event: by.event };
    add_history(&tx, order.id, entry).await?;
    let view = views::show(&*tx, &order, true).await?;
    tx.commit().await?;
    Ok(view)
}
