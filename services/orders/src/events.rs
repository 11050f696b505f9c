//! What other services tell: payments, carriers, stock, accounts. Each handler is one transaction and may run twice.

mod payments;
mod shipping;

use bus::Received;
use contracts::{
    events::{EmailVerified, OrderErased, StockShort, UserErased},
    ids::{EventId, OrderId},
};
use db::{Tx, inbox, outbox};

pub use payments::{
    on_dispute_closed, on_dispute_opened, on_payment_authorized, on_payment_failed, on_payment_processed,
    on_payment_voided, on_refund_failed, on_refund_processed,
};
pub use shipping::on_shipping_updated;

use crate::{
    App, Error,
    entity::{order, order_line},
    model::{Fact, after},
    move_order::{self, By},
    place_order::normal_email,
    store::{
        self,
        orders::{Entry, add_history},
    },
};

/// The name under which this service keeps its place in the log, and its inbox.
pub const CONSUMER: &str = "orders";

/// An order an event speaks of, locked, and the transaction that will change it.
pub struct Affected {
    pub tx: Tx,
    pub order: order::Model,
    pub lines: Vec<order_line::Model>,
}

/// Begins the transaction of an event. `None`: it was applied before.
async fn affected(app: &App, event: EventId, order: OrderId) -> Result<Option<Affected>, Error> {
    let tx = app.db.begin().await?;
    if !inbox::first_time(&tx, CONSUMER, event).await? {
        return Ok(None);
    }
    let order = store::orders::lock(&tx, order).await?.ok_or(Error::UnknownOrder)?;
    let lines = store::orders::lines(&*tx, order.id).await?;
    Ok(Some(Affected { tx, order, lines }))
}

/// The goods of a paid order are gone: the order ends, and the money goes back.
pub async fn on_stock_short(app: App, event: Received<StockShort>) -> Result<(), Error> {
    let Some(Affected { tx, mut order, lines }) = affected(&app, event.id, event.order_id).await? else {
        return Ok(());
    };
    let by = By::service("catalog", event.id);
    let status = order.status()?;
    let nothing_sent = store::goods(&lines).shipped == 0;
    if after(status, Fact::StockShort).is_ok() && nothing_sent {
        order.note_problem("stock_short", event.skus.join(", "))?;
        move_order::cancel(&tx, &mut order, &lines, Fact::StockShort, &by).await?;
    } else if status != contracts::order::OrderStatus::Cancelled {
        // It has left already, so it was there after all; someone should count the shelf.
        order.note_problem("stock_short", event.skus.join(", "))?;
        move_order::keep(&tx, &mut order, &lines).await?;
    }
    Ok(tx.commit().await?)
}

/// The address is proven to be the account's: guests' orders with it are the account's from now on.
pub async fn on_email_verified(app: App, event: Received<EmailVerified>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !inbox::first_time(&tx, CONSUMER, event.id).await? {
        return Ok(());
    }
    if app.shard.is_first() {
        store::spread_uses::join(&tx, event.user_id.uuid(), &normal_email(&event.email)).await?;
    }
    for id in store::orders::of_guest_email(&*tx, &normal_email(&event.email)).await? {
        let Some(mut order) = store::orders::lock(&tx, id).await?.filter(|order| order.user_id.is_none()) else {
            continue;
        };
        // Placed after the address was proven: by someone who did not care to sign in.
        if order.created_at > event.occurred_at {
            continue;
        }
        order.user_id = Some(event.user_id.uuid());
        // One owner: the link in the guest's mails ends here.
        order.guest_token_hash = None;
        let status = order.status()?;
        store::orders::save(&tx, status, &mut order).await?;
        let entry = Entry { kind: "joined_account", moved: None, actor: "users", reason: None, event: Some(event.id) };
        add_history(&tx, order.id, entry).await?;
    }
    Ok(tx.commit().await?)
}

/// The account is erased: carts go, orders keep their goods and amounts, and nobody's name.
pub async fn on_user_erased(app: App, event: Received<UserErased>) -> Result<(), Error> {
    let tx = app.db.begin().await?;
    if !inbox::first_time(&tx, CONSUMER, event.id).await? {
        return Ok(());
    }
    let user = event.user_id.uuid();
    for order_id in store::orders::erase_personal(&tx, user).await? {
        // After all that was told of the order before, so that nobody puts the name back.
        outbox::publish(&tx, &OrderErased { order_id }).await?;
    }
    store::carts::erase_personal(&tx, user).await?;
    store::spread_uses::erase_personal(&tx, user).await?;
    Ok(tx.commit().await?)
}
