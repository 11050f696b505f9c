//! Do the books of all services agree? Each service answers for its own; here stand the rules that span several.

use std::collections::HashMap;

use anyhow::Context;
use chrono::Duration;
use contracts::{
    Invariant, Money,
    ids::OrderId,
    order::{OrderStatus, PaymentStatus},
};

use crate::shop::Shop;

/// How much earlier than it was written an order may have been priced. Catalog may take as long to write down a price that it
/// has given a time.
const PRICED_WITHIN: Duration = Duration::minutes(5);
const CLOCKS_DIFFER: Duration = Duration::seconds(db::CLOCKS_DIFFER_SECS);

/// Every invariant, over all stores as they are. Some hold only once all events have arrived.
pub async fn evaluate(shop: &Shop) -> anyhow::Result<Vec<Invariant>> {
    let users = shop.users.as_ref().context("users was opened")?;
    let orders = shop.orders.as_ref().context("orders was opened")?;
    let payments = shop.payments.as_ref().context("payments was opened")?;
    let catalog = shop.catalog.as_ref().context("catalog was opened")?;
    let shipping = shop.shipping.as_ref().context("shipping was opened")?;
    let notifications = shop.notifications.as_ref().context("notifications was opened")?;

    let mut invariants = Vec::new();
    invariants.extend(users::invariants(users).await?);
    invariants.extend(orders::invariants(orders).await?);
    invariants.extend(payments::invariants(payments).await);
    invariants.extend(catalog::invariants(catalog).await?);
    invariants.extend(shipping::invariants(shipping).await?);
    invariants.extend(notifications::invariants(notifications).await?);

    let sold = orders::books(orders).await?;
    let paid = payments::books(payments).await?;
    let held = catalog::books(catalog).await?;
    invariants.push(payments_have_orders(&sold, &paid));
    invariants.push(paid_orders_have_money(&sold, &paid));
    invariants.push(nothing_is_shipped_unpaid(&sold, &paid));
    invariants.push(stock_is_kept_for_what_was_sold(&sold, &held));
    invariants.push(prices_were_the_catalogs(&sold, &catalog::price_history(catalog).await?));
    invariants.push(the_total_was_asked(&sold, &paid));
    invariants.push(events_reach_the_log(shop).await?);
    invariants.push(every_event_has_its_effect(shop).await?);
    Ok(invariants)
}

type Paid = HashMap<OrderId, payments::PaymentBook>;

fn payments_have_orders(sold: &[orders::OrderBook], paid: &Paid) -> Invariant {
    let known: HashMap<OrderId, &orders::OrderBook> = sold.iter().map(|order| (order.id, order)).collect();
    let mut violations = Vec::new();
    for (id, payment) in paid {
        match known.get(id) {
            None if kept(payment) > 0 => {
                violations.push(format!("{} was captured for {id}, which is no order", payment.captured));
            }
            Some(order) if order.total.currency != payment.captured.currency => {
                violations.push(format!("{} was paid in {}", order.number, payment.captured.currency));
            }
            Some(order) if order.payment_status == PaymentStatus::NotPaid && kept(payment) > 0 => {
                violations.push(format!("{} counts as unpaid, but {} was captured", order.number, payment.captured));
            }
            None | Some(_) => {}
        }
    }
    Invariant::new(
        "I7",
        "every captured payment has one order that knows of it, or went back",
        paid.len() as u64,
        violations,
    )
}

fn paid_orders_have_money(sold: &[orders::OrderBook], paid: &Paid) -> Invariant {
    let counting_as_paid = sold.iter().filter(|order| {
        matches!(order.payment_status, PaymentStatus::Paid | PaymentStatus::PartiallyRefunded | PaymentStatus::Refunded)
            && !order.total.is_zero()
    });
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in counting_as_paid {
        exercised += 1;
        let captured = paid.get(&order.id).map_or(Money::zero(order.total.currency), |payment| payment.captured);
        if captured.amount < order.total.amount {
            violations.push(format!("{} counts as paid with {} of {}", order.number, captured, order.total));
        }
    }
    Invariant::new("I8", "every paid order has captured at least its total", exercised, violations)
}

fn nothing_is_shipped_unpaid(sold: &[orders::OrderBook], paid: &Paid) -> Invariant {
    let shipped = sold.iter().filter(|order| matches!(order.status, OrderStatus::Shipped | OrderStatus::Delivered));
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in shipped {
        exercised += 1;
        if !order.total.is_zero() && !paid.contains_key(&order.id) {
            violations.push(format!("{} was shipped without a captured payment", order.number));
        }
    }
    Invariant::new("I11", "no order is shipped unpaid", exercised, violations)
}

/// What catalog keeps for each order is what the order still needs.
fn stock_is_kept_for_what_was_sold(sold: &[orders::OrderBook], held: &catalog::HeldStock) -> Invariant {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in sold {
        let committed = held.committed.get(&order.id);
        match order.status {
            OrderStatus::Processing => {
                exercised += 1;
                for item in &order.items {
                    let kept = committed.and_then(|skus| skus.get(&item.sku)).copied().unwrap_or_default();
                    if kept != item.quantity {
                        violations
                            .push(format!("{} needs {} of {}, {kept} are kept", order.number, item.quantity, item.sku));
                    }
                }
            }
            OrderStatus::Cancelled | OrderStatus::Delivered => {
                exercised += 1;
                if committed.is_some_and(|skus| skus.values().any(|quantity| *quantity > 0)) {
                    violations.push(format!("{} needs nothing any more, but stock is kept for it", order.number));
                }
            }
            OrderStatus::Pending | OrderStatus::Shipped => {}
        }
    }
    Invariant::new("I4", "stock is committed for exactly the orders that wait to be shipped", exercised, violations)
}

/// A price that changes while an order is placed may count on either side, as it looks to clocks that differ.
fn prices_were_the_catalogs(sold: &[orders::OrderBook], prices: &HashMap<String, catalog::PriceHistory>) -> Invariant {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in sold {
        let (begin, end) = (order.placed_at - PRICED_WITHIN - CLOCKS_DIFFER, order.placed_at + CLOCKS_DIFFER);
        for (item, price) in order.items.iter().zip(&order.prices) {
            let history = prices.get(&item.sku);
            let held: Vec<Money> =
                history.into_iter().flat_map(|history| history.between(begin, end, CLOCKS_DIFFER)).collect();
            // Nothing is known of a time before the first price.
            if held.is_empty() {
                continue;
            }
            exercised += 1;
            if !held.contains(price) {
                violations.push(format!("{} has {} at {price}, which it did not cost then", order.number, item.sku));
            }
        }
    }
    Invariant::new("I20", "every line costs what the catalog said when it was ordered", exercised, violations)
}

fn the_total_was_asked(sold: &[orders::OrderBook], paid: &Paid) -> Invariant {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in sold {
        for asked in paid.get(&order.id).into_iter().flat_map(|payment| &payment.asked) {
            exercised += 1;
            if *asked != order.total {
                violations.push(format!("{} costs {}, and {asked} was asked for", order.number, order.total));
            }
        }
    }
    Invariant::new("I21", "what was asked for an order that is paid is its total", exercised, violations)
}

async fn events_reach_the_log(shop: &Shop) -> anyhow::Result<Invariant> {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for (service, db) in shop.stores() {
        let ids = db::outbox::ids(db.reader()).await?;
        exercised += ids.len() as u64;
        let missing = shop.log().missing(service.name(), &ids).await?;
        violations.extend(missing.into_iter().map(|id| format!("{service} wrote event {id}, which is not in the log")));
    }
    Ok(Invariant::new("I32", "every event of an outbox is in the log", exercised, violations))
}

/// What every service has told the others, by the outboxes, must have reached all whom it concerns.
async fn every_event_has_its_effect(shop: &Shop) -> anyhow::Result<Invariant> {
    let mut told = Vec::new();
    for (_, db) in shop.stores() {
        told.extend(db::outbox::published(db.reader()).await?);
    }
    told.sort_by_key(|event| event.id);
    let mut exercised = 0;
    let mut violations = Vec::new();
    for desk in shop.desks() {
        let heard = desk.heard(&told).await?;
        exercised += heard.expected;
        let lost = heard.lost.iter();
        violations.extend(lost.map(|event| format!("{} never heard of {} {}", desk.name(), event.kind, event.id)));
        for parked in db::parked::list(desk.db().reader(), 1000).await? {
            let (kind, id) = (&parked.envelope.kind, parked.envelope.id);
            violations.push(format!("{} parked {kind} {id}: {}", desk.name(), parked.cause));
        }
    }
    Ok(Invariant::new("I35", "every event has its effect wherever it matters; none is parked", exercised, violations))
}

fn kept(payment: &payments::PaymentBook) -> i64 {
    payment.captured.amount - payment.refunded.amount
}
