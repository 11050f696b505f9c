//! What an order's new status means for its stock: paid holds become promises, cancelled ones are let go, shipped goods
//! leave the books. Facts may come twice, late, or without the ones before them.

use std::collections::BTreeSet;

use contracts::{
    events::StockShort,
    order::{OrderSnapshot, OrderStatus},
    time,
};
use db::{Tx, outbox};
use sea_orm::DbErr;

use super::{
    model::{self, Delta, Demand, Fact, Kind, Status, Step, short_lines},
    reserve::{ACTOR, Overdue, freed_by, lock_overdue},
    store::{self, Because, Changes},
};
use crate::Error;

/// Applies the order's new status to its stock, in the transaction of the event. Publishes `StockShort` when a paid
/// order's hold had run out and its goods are gone.
pub async fn on_order_status_changed(tx: &Tx, order: &OrderSnapshot, to: OrderStatus) -> Result<(), Error> {
    let fact = match to {
        OrderStatus::Pending => return Ok(()),
        OrderStatus::Processing => Fact::Paid,
        OrderStatus::Cancelled => Fact::Cancelled,
        OrderStatus::Shipped | OrderStatus::Delivered => Fact::Left,
    };
    let sold = model::demand(order.lines.iter().map(|line| (line.sku.as_str(), line.quantity)));
    let skus: BTreeSet<String> = sold.keys().cloned().collect();
    // Whatever it holds from here on, nobody can do the same beside us.
    let created = store::open(tx, order.id, Status::Expired, time::now()).await?;
    // Only a promise made anew may need what overdue holds still bind.
    let contested = if fact == Fact::Paid { &skus } else { &BTreeSet::new() };
    let mut overdue = lock_overdue(tx, (!created).then_some(order.id), contested, time::now()).await?;
    let own = overdue.own.take();
    let (status, lines) = own.map_or((Status::Expired, Demand::new()), |own| (own.status, own.lines));
    let because = |reason: &str| Because::new(reason, ACTOR, Some(order.id.uuid()));
    let mut changes = Changes::default();
    let next = match model::step((!created).then_some(status), fact) {
        Step::Nothing => return Ok(()),
        Step::Commit => {
            changes.add_all(&lines, Kind::Committed, Delta::commit, &because("paid"));
            Status::Committed
        }
        Step::Take => return Ok(take(tx, order, &sold, &lines, &overdue).await?),
        Step::ReleaseHeld => {
            changes.add_all(&lines, Kind::Released, |n| Delta::hold(-n), &because("cancelled"));
            Status::Released
        }
        Step::ReleaseCommitted => {
            changes.add_all(&lines, Kind::Released, |n| Delta::promise(-n), &because("cancelled"));
            Status::Released
        }
        Step::Close => Status::Released,
        Step::FulfilCommitted => {
            changes.add_all(&lines, Kind::Fulfilled, Delta::fulfil, &because("shipped"));
            Status::Fulfilled
        }
        Step::FulfilHeld => {
            changes.add_all(&lines, Kind::Fulfilled, Delta::fulfil_held, &because("shipped"));
            Status::Fulfilled
        }
        Step::FulfilLoose => return Ok(fulfil_loose(tx, order, &sold, &lines).await?),
    };
    store::lock_items(tx, &changes.skus().cloned().collect()).await?;
    store::write(tx, changes).await?;
    store::set_status(tx, &[order.id.uuid()], next).await?;
    Ok(())
}

/// The order is paid and nothing is held for it: promises the goods if they are there, all lines or none.
async fn take(tx: &Tx, order: &OrderSnapshot, sold: &Demand, had: &Demand, overdue: &Overdue) -> Result<(), DbErr> {
    let mut changes = Changes::default();
    overdue.expire(&mut changes);
    let freed = freed_by(&changes);
    let because = Because::new("paid after the hold ran out", ACTOR, Some(order.id.uuid()));
    changes.add_all(sold, Kind::Committed, Delta::promise, &because);
    let items = store::lock_items(tx, &changes.skus().cloned().collect()).await?;
    // A retired SKU may still be on the shelf, and this one is paid for.
    let short = short_lines(sold, |sku| items.get(sku).map_or(0, |item| item.levels().available() + freed(sku)));
    if !short.is_empty() {
        let skus = short.into_iter().map(|line| line.sku).collect();
        return outbox::publish(tx, &StockShort { order_id: order.id, skus }).await;
    }
    store::set_status(tx, &overdue.orders(), Status::Expired).await?;
    store::set_status(tx, &[order.id.uuid()], Status::Committed).await?;
    store::replace_lines(tx, order.id, had, sold).await?;
    store::write(tx, changes).await
}

/// Goods left for which nothing was promised. They are gone whatever the books say, so the books follow as far as they
/// can without taking what was promised to others; a count of the shelf will find the rest.
async fn fulfil_loose(tx: &Tx, order: &OrderSnapshot, sold: &Demand, had: &Demand) -> Result<(), DbErr> {
    let items = store::lock_items(tx, &sold.keys().cloned().collect()).await?;
    let because = Because::new("shipped without a reservation", ACTOR, Some(order.id.uuid()));
    let mut changes = Changes::default();
    let mut booked = Demand::new();
    for (sku, pieces) in sold {
        let loose = items.get(sku).map_or(0, |item| item.levels().available());
        if loose < *pieces {
            tracing::warn!(order = %order.id, sku, pieces, loose, "shipped more than the books have");
        }
        if loose > 0 {
            booked.insert(sku.clone(), loose.min(*pieces));
        }
    }
    changes.add_all(&booked, Kind::Fulfilled, |n| Delta::on_hand(-n), &because);
    store::set_status(tx, &[order.id.uuid()], Status::Fulfilled).await?;
    // Of a hold that ran out nothing is left to claim: what counts as sold is what left the books.
    store::replace_lines(tx, order.id, had, &booked).await?;
    store::write(tx, changes).await
}
