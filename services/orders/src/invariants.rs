//! The rules of the order books, evaluated over everything stored.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use contracts::{
    Event, Invariant, Money,
    events::OrderStatusChanged,
    ids::OrderId,
    order::{Item, OrderStatus, PaymentStatus},
    time,
};
use db::{
    idempotency::{self, Kept},
    outbox,
};
use sea_orm::{EntityTrait, QueryOrder};
use uuid::Uuid;

use crate::{
    App, Error,
    entity::{cart, history, order, order_line, owed_use, promotion, return_request, shipment, spread_use},
    explain, model,
    store::{self, quantity},
};

/// What other services' books are compared with.
#[derive(Clone, Debug)]
pub struct OrderBook {
    pub id: OrderId,
    pub number: String,
    pub status: OrderStatus,
    pub payment_status: PaymentStatus,
    pub total: Money,
    pub items: Vec<Item>,
    /// What a piece of each item cost, in their order.
    pub prices: Vec<Money>,
    pub placed_at: DateTime<Utc>,
}

/// Everything stored, read once.
#[derive(Default)]
struct Books {
    orders: Vec<order::Model>,
    lines: HashMap<Uuid, Vec<order_line::Model>>,
    history: HashMap<Uuid, Vec<history::Model>>,
    shipments: Vec<shipment::Model>,
    carts: Vec<cart::Model>,
    promotions: Vec<promotion::Model>,
    returns: Vec<return_request::Model>,
    /// Uses of promotions that the first shard counts for orders of others.
    spread_uses: Vec<spread_use::Model>,
    /// Of those, what cancelled orders are about to give back.
    owed_uses: HashSet<Uuid>,
}

/// Every rule of this service, over all of its books.
pub async fn invariants(app: &App) -> Result<Vec<Invariant>, Error> {
    // Answers before the orders they tell of, which were committed with them.
    let mut answered = Vec::new();
    for app in app.everywhere() {
        answered.extend(idempotency::kept(app.db.reader(), "POST /orders").await?);
    }
    let books = read(app).await?;
    let mut moves = Vec::new();
    for app in app.everywhere() {
        moves.extend(outbox::of_kind(app.db.reader(), OrderStatusChanged::TYPE).await?);
    }
    Ok(vec![
        arithmetic(&books)?,
        discounts(&books),
        taxes(&books)?,
        coupons(&books),
        one_currency(&books),
        histories(&books)?,
        answers(&books, &answered),
        carts(&books),
        owners(&books),
        numbers(&books),
        refunds(&books),
        announced(&books, &moves),
        statuses(&books)?,
        pieces(&books)?,
    ])
}

/// The orders as other services should know them.
pub async fn books(app: &App) -> Result<Vec<OrderBook>, Error> {
    let books = read(app).await?;
    let book = |order: &order::Model| {
        let items =
            books.lines_of(order).iter().map(|line| Item { sku: line.sku.clone(), quantity: quantity(line.quantity) });
        let total = order.totals()?.total;
        let currency = total.currency;
        Ok(OrderBook {
            id: order.id.into(),
            number: order.number.clone(),
            status: order.status()?,
            payment_status: order.payment_status()?,
            total,
            items: items.collect(),
            prices: books.lines_of(order).iter().map(|line| Money::new(line.unit_price_minor, currency)).collect(),
            placed_at: order.created_at,
        })
    };
    books.orders.iter().map(book).collect()
}

impl Books {
    fn lines_of(&self, order: &order::Model) -> &[order_line::Model] {
        self.lines.get(&order.id).map_or(&[], Vec::as_slice)
    }

    fn moves_of(&self, order: &order::Model) -> Vec<(&str, &str)> {
        let entries = self.history.get(&order.id).map_or(&[] as &[_], Vec::as_slice);
        entries.iter().filter_map(|entry| Some((entry.from_status.as_deref()?, entry.to_status.as_deref()?))).collect()
    }
}

/// The books of all shards as one. A stand-in for a promotion is none.
async fn read(app: &App) -> Result<Books, Error> {
    let mut all = Books::default();
    for app in app.everywhere() {
        let reader = app.db.reader();
        for line in order_line::Entity::find().order_by_asc(order_line::Column::Position).all(reader).await? {
            all.lines.entry(line.order_id).or_default().push(line);
        }
        for entry in history::Entity::find().order_by_asc(history::Column::Seq).all(reader).await? {
            all.history.entry(entry.order_id).or_default().push(entry);
        }
        all.orders.extend(order::Entity::find().order_by_asc(order::Column::CreatedAt).all(reader).await?);
        all.shipments.extend(shipment::Entity::find().all(reader).await?);
        all.carts.extend(cart::Entity::find().all(reader).await?);
        all.returns.extend(return_request::Entity::find().all(reader).await?);
        if app.shard.is_first() {
            all.promotions = promotion::Entity::find().all(reader).await?;
            all.spread_uses = spread_use::Entity::find().all(reader).await?;
        } else {
            all.owed_uses.extend(owed_use::Entity::find().all(reader).await?.into_iter().map(|row| row.order_id));
        }
    }
    Ok(all)
}

fn count<T>(things: &[T]) -> u64 {
    things.len() as u64
}

fn arithmetic(books: &Books) -> Result<Invariant, Error> {
    let mut violations = Vec::new();
    for order in &books.orders {
        violations.extend(explain::disagreements(order, books.lines_of(order))?);
        if order.total_minor < 0
            || books.lines_of(order).iter().any(|line| line.quantity < 1 || line.unit_price_minor < 0)
        {
            violations.push(format!("{} has a negative amount or an empty line", order.number));
        }
        if books.lines_of(order).is_empty() {
            violations.push(format!("{} has no lines", order.number));
        }
    }
    Ok(Invariant::new("I17", "every order's numbers follow from its lines", count(&books.orders), violations))
}

fn discounts(books: &Books) -> Invariant {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in books.orders.iter().filter(|order| order.discount_minor > 0) {
        exercised += 1;
        let lines = books.lines_of(order);
        if lines.iter().map(|line| line.discount_minor).sum::<i64>() != order.discount_minor {
            violations.push(format!("{}: the lines' discounts are not the order's", order.number));
        }
        if lines.iter().any(|line| !(0..=line.subtotal_minor).contains(&line.discount_minor)) {
            violations.push(format!("{}: a line is discounted by more than it costs", order.number));
        }
    }
    Invariant::new("I18", "discounts are spread to the last cent, and no line below nothing", exercised, violations)
}

fn taxes(books: &Books) -> Result<Invariant, Error> {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in &books.orders {
        let mut taxed = order.shipping_taxes()?.iter().map(|part| part.amount.amount).sum::<i64>();
        for line in books.lines_of(order) {
            let parts = line.taxes()?;
            exercised += count(&parts);
            taxed += parts.iter().map(|part| part.amount.amount).sum::<i64>();
        }
        if taxed != order.tax_minor || order.tax_rules.is_empty() {
            violations.push(format!("{}: its tax is {}, its rates make {taxed}", order.number, order.tax_minor));
        }
        let returned: i64 = books.returns_of(order).map(|row| row.refund_tax_minor).sum();
        if returned > order.tax_minor {
            violations.push(format!("{}: more tax went back than was charged", order.number));
        }
    }
    Ok(Invariant::new("I19", "tax follows from the stored rates, and no more of it goes back", exercised, violations))
}

impl Books {
    fn returns_of<'a>(&'a self, order: &'a order::Model) -> impl Iterator<Item = &'a return_request::Model> {
        self.returns.iter().filter(|row| row.order_id == order.id)
    }
}

fn coupons(books: &Books) -> Invariant {
    let mut violations = Vec::new();
    let carrying: HashMap<Uuid, &order::Model> = books
        .orders
        .iter()
        .filter(|order| order.promotion_id.is_some() && order.status != "cancelled")
        .map(|order| (order.id, order))
        .collect();
    let counted_for: HashSet<Uuid> = books.spread_uses.iter().map(|row| row.order_id).collect();
    for promotion in &books.promotions {
        let carried = carrying.values().filter(|order| order.promotion_id == Some(promotion.id)).count() as i64;
        // Counted for orders that are not there yet, or not any more.
        let spread = books.spread_uses.iter().filter(|row| row.promotion_id == promotion.id);
        let waiting = spread.filter(|row| !carrying.contains_key(&row.order_id)).count() as i64;
        if carried + waiting != promotion.uses || promotion.max_uses.is_some_and(|most| promotion.uses > most) {
            violations.push(format!("{} counts {} uses, {carried} orders carry it", promotion.code, promotion.uses));
        }
    }
    let elsewhere = carrying.values().filter(|order| !OrderId::from(order.id).shard().is_first());
    violations.extend(
        elsewhere
            .filter(|order| !counted_for.contains(&order.id))
            .map(|order| format!("{} carries a coupon that nobody counted", order.number)),
    );
    let long_ago = time::now() - Duration::hours(1);
    let over = books.spread_uses.iter().filter(|row| row.taken_at < long_ago);
    violations.extend(
        over.filter(|row| !carrying.contains_key(&row.order_id) && !books.owed_uses.contains(&row.order_id))
            .map(|row| format!("a use is counted for {}, which does not carry it", row.order_id)),
    );
    Invariant::new(
        "I22",
        "a coupon is used as often as it counts, and no more than it may",
        count(&books.promotions),
        violations,
    )
}

fn one_currency(books: &Books) -> Invariant {
    let in_other = |order: &&order::Model| {
        let option = order.shipping_option().map(|option| option.price.currency.code().to_owned());
        option.ok().as_deref() != Some(order.currency.as_str())
            || books.returns_of(order).any(|row| row.currency != order.currency)
    };
    let violations =
        books.orders.iter().filter(in_other).map(|order| format!("{} mixes currencies", order.number)).collect();
    Invariant::new("I23", "all money of an order has one currency", count(&books.orders), violations)
}

fn histories(books: &Books) -> Result<Invariant, Error> {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in &books.orders {
        let mut at = "pending";
        for (from, to) in books.moves_of(order) {
            exercised += 1;
            let legal = model::is_move(store::read_word(from)?, store::read_word(to)?);
            if from != at || !legal {
                violations.push(format!("{} went from {from} to {to} while it was {at}", order.number));
            }
            at = to;
        }
        if at != order.status {
            violations.push(format!("{} is {}, its history ends at {at}", order.number, order.status));
        }
        let moments = [Some(order.created_at), order.paid_at, order.shipped_at, order.delivered_at];
        let moments: Vec<_> = moments.into_iter().flatten().collect();
        if !moments.is_sorted() {
            violations.push(format!("{}: its moments are out of order", order.number));
        }
    }
    Ok(Invariant::new("I24", "every status history is a path through the table", exercised, violations))
}

fn carts(books: &Books) -> Invariant {
    let mut seen = HashSet::new();
    let mut violations = Vec::new();
    for order in &books.orders {
        if order.cart_id.is_some_and(|cart| !seen.insert(cart)) {
            violations.push(format!("{} shares its cart with another order", order.number));
        }
    }
    let by_id: HashMap<Uuid, &order::Model> = books.orders.iter().map(|order| (order.id, order)).collect();
    for cart in books.carts.iter().filter(|cart| cart.status == "completed" || cart.order_id.is_some()) {
        let order = cart.order_id.and_then(|id| by_id.get(&id));
        if cart.status != "completed" || order.is_none_or(|order| order.cart_id != Some(cart.id)) {
            violations.push(format!("cart {} is {} without an order of its own", cart.id, cart.status));
        }
    }
    Invariant::new("I26", "a cart becomes at most one order", count(&books.carts), violations)
}

fn owners(books: &Books) -> Invariant {
    let ownerless = |order: &&order::Model| order.user_id.is_some() == order.guest_token_hash.is_some();
    let violations =
        books.orders.iter().filter(ownerless).map(|order| format!("{} has not one owner", order.number)).collect();
    Invariant::new("I27", "every order has exactly one owner", count(&books.orders), violations)
}

fn numbers(books: &Books) -> Invariant {
    let mut seen = HashSet::new();
    let mut violations = Vec::new();
    for order in &books.orders {
        if !seen.insert(&order.number) {
            violations.push(format!("{} names two orders", order.number));
        }
        // The hash of 256 bits, in hexadecimal.
        if order.guest_token_hash.as_ref().is_some_and(|hash| hash.len() != 64) {
            violations.push(format!("{} is guarded by less than 256 bits", order.number));
        }
    }
    Invariant::new("I28", "order numbers are unique, and open nothing", count(&books.orders), violations)
}

/// The answer is kept with the order, so neither is there alone.
fn answers(books: &Books, answered: &[Kept]) -> Invariant {
    let orders: HashMap<String, &order::Model> =
        books.orders.iter().map(|order| (order.id.to_string(), order)).collect();
    let mut exercised = 0;
    let mut violations = Vec::new();
    for Kept { request, body, .. } in answered.iter().filter(|answer| answer.status == 201) {
        exercised += 1;
        let (id, number) = (body["id"].as_str().unwrap_or_default(), &body["number"]);
        match orders.get(id) {
            None => {
                violations
                    .push(format!("the answer kept for key {} tells of {number}, which is no order", request.key));
            }
            Some(order) if *number != order.number || body["totals"]["total"]["amount"] != order.total_minor => {
                violations.push(format!("the answer kept for key {} tells of another order than {id} is", request.key));
            }
            Some(_) => {}
        }
    }
    Invariant::new("I25", "what a key was answered is so: its order is there", exercised, violations)
}

fn refunds(books: &Books) -> Invariant {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in books.orders.iter().filter(|order| order.refunded_minor > 0) {
        exercised += 1;
        let returned: i64 = books.returns_of(order).map(|row| row.refunded_minor).sum();
        if order.refunded_minor > order.captured_minor || returned > order.refunded_minor {
            violations.push(format!("{}: more went back than came", order.number));
        }
    }
    Invariant::new("I16", "no more goes back than came, for returns and otherwise", exercised, violations)
}

fn announced(books: &Books, events: &[contracts::Envelope]) -> Invariant {
    // Events are removed some time after they were sent: older orders cannot be checked any more.
    let since = events.iter().map(|event| event.time).min();
    let mut told: HashMap<Uuid, usize> = HashMap::new();
    for event in events {
        *told.entry(event.partitionkey).or_default() += 1;
    }
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in &books.orders {
        let moves = books.moves_of(order).len();
        if since.is_none_or(|since| order.created_at < since) && told.is_empty() && moves == 0 {
            continue;
        }
        let first_move =
            books.history.get(&order.id).and_then(|all| all.iter().find(|entry| entry.to_status.is_some()));
        if first_move.is_some_and(|first| since.is_some_and(|since| first.at + Duration::seconds(1) < since)) {
            continue;
        }
        exercised += moves as u64;
        let told = told.get(&order.id).copied().unwrap_or(0);
        if told != moves {
            violations.push(format!("{} moved {moves} times and told of {told}", order.number));
        }
    }
    Invariant::new("I31", "every move of an order was announced, in the same transaction", exercised, violations)
}

fn statuses(books: &Books) -> Result<Invariant, Error> {
    let mut violations = Vec::new();
    for order in &books.orders {
        let mut derived = order.clone();
        derived.derive_statuses(books.lines_of(order))?;
        if (&derived.payment_status, &derived.fulfillment_status) != (&order.payment_status, &order.fulfillment_status)
        {
            violations.push(format!("{}: its statuses do not follow from its amounts and pieces", order.number));
        }
        let shipped = matches!(order.status()?, OrderStatus::Shipped | OrderStatus::Delivered);
        if shipped && order.captured_minor < order.total_minor {
            violations.push(format!("{} was shipped unpaid", order.number));
        }
    }
    let title = "payment and fulfilment follow from what is stored, and nothing is shipped unpaid";
    Ok(Invariant::new("I11", title, count(&books.orders), violations))
}

fn pieces(books: &Books) -> Result<Invariant, Error> {
    let mut exercised = 0;
    let mut violations = Vec::new();
    for order in &books.orders {
        for line in books.lines_of(order) {
            exercised += 1;
            let in_order = [line.returned_quantity, line.delivered_quantity, line.shipped_quantity, line.quantity];
            if !in_order.is_sorted() || line.returned_quantity < 0 {
                violations.push(format!("{}: more of {} moved than was ordered", order.number, line.sku));
            }
        }
    }
    for shipment in &books.shipments {
        let items: Vec<Item> = store::read_json(&shipment.items)?;
        let lines = books.lines.get(&shipment.order_id).map_or(&[] as &[_], Vec::as_slice);
        for item in items {
            if !lines.iter().any(|line| line.sku == item.sku && item.quantity <= quantity(line.quantity)) {
                violations.push(format!("shipment {} holds {} of {}", shipment.shipment_id, item.quantity, item.sku));
            }
        }
    }
    Ok(Invariant::new("I39", "no more is shipped than was ordered", exercised, violations))
}
