//! Placing an order: price, check, reserve, then one transaction that writes all of it.
//!
//! A crash at any point leaves nothing but a reservation that expires. The order's id follows from the cart or the key,
//! and from the goods, so a repeat reserves the same stock again, not more of it.

mod ask;
mod write;

use std::{collections::HashMap, time::Instant};

use chrono::{DateTime, Duration, Utc};
use contracts::{
    Destination, Money, Shard,
    calls::{ConfirmedQuote, PricedItem, ReserveStock},
    ids::OrderId,
    order::Item,
    time,
};
use db::idempotency::{self, Request};
use fail::fail_point;
use http::StatusCode;
use serde_json::Value;
use upstream::CallError;
use web::{Caller, IdempotencyKey, Problem, idempotency::Answer};

pub use ask::{PlaceOrder, Wanted, normal_email};

use crate::{
    App, Error,
    carts::CartProblem,
    change_cart::Holder,
    entity::{cart_line, promotion},
    error::ShortLine,
    pricing, promote, spread_uses, store, tokens,
    totals::{Calculated, Discount},
    views,
};

/// An order with all its numbers, before it is written.
pub struct Draft {
    pub wanted: Wanted,
    pub priced: Vec<PricedItem>,
    pub quote: ConfirmedQuote,
    pub promotion: Option<promotion::Model>,
    pub calculated: Calculated,
    pub expires_at: DateTime<Utc>,
}

/// The service where the order is to be placed: with its cart, else with its buyer. Guests without a cart order in the
/// first shard, for what a key stands for must not depend on how many there are.
pub fn home(app: App, holder: &Holder, body: &PlaceOrder) -> App {
    let shard = match (body.cart_id, holder.user) {
        (Some(cart), _) => app.shards.holding(cart.uuid()),
        (None, Some(user)) => app.shards.holding(user),
        (None, None) => Shard::FIRST,
    };
    app.at(shard)
}

/// Places the order that was asked for, or answers with the one that was placed for the same cart or key before.
pub async fn place(
    app: &App,
    caller: &Caller,
    holder: &Holder,
    key: IdempotencyKey,
    body: PlaceOrder,
) -> Result<Answer, Error> {
    ask::check(&body)?;
    fail_point!("order::read", |_| std::process::abort());
    let request = request(caller, holder, key, &body);
    if let Some(answer) = answered_before(app, request.as_ref()).await? {
        return Ok(answer);
    }
    let wanted = ask::resolve(app, caller, holder, body).await?;
    if let Some(order) = wanted.cart.as_ref().and_then(|cart| cart.order_id) {
        return same_again(app, order.into()).await;
    }
    let draft = draft(app, wanted).await?;
    fail_point!("order::priced", |_| std::process::abort());
    let claim = claim(&draft.wanted, request.as_ref());
    let order_id = claim
        .map_or_else(|| OrderId::new_in(app.shard), |claim| tokens::order_id(app.shard, &claim, &draft.wanted.items));
    if !reserve(app, order_id, &draft).await? {
        // The order was written, and even paid or cancelled, while this request was on its way.
        return same_again(app, order_id).await;
    }
    fail_point!("order::reserved", |_| std::process::abort());
    let taken_at = use_elsewhere(app, order_id, &draft).await?;
    app.db.retried(|| write::write(app, order_id, request.as_ref(), &draft, taken_at)).await
}

/// Takes the coupon's use where coupons are counted, if that is another database than the order's. Answers when.
async fn use_elsewhere(app: &App, id: OrderId, draft: &Draft) -> Result<Option<Instant>, Error> {
    let Some(promotion) = draft.promotion.as_ref().filter(|_| !app.shard.is_first()) else { return Ok(None) };
    let taken_at = Instant::now();
    spread_uses::take(app, id, promotion, draft.wanted.user, &draft.wanted.email).await?;
    Ok(Some(taken_at))
}

/// Adds a guest's token to an answer. It is derived each time, so that it is kept nowhere.
pub fn with_token(app: &App, mut answer: Answer) -> Answer {
    let Value::Object(order) = &mut answer.body else { return answer };
    let is_guest = order.get("user_id").is_some_and(Value::is_null);
    let id = order.get("id").and_then(Value::as_str).and_then(|id| id.parse::<OrderId>().ok());
    if let Some(id) = id.filter(|_| is_guest) {
        let token = tokens::guest_token(&app.config.token_secret, id);
        order.insert("guest_token".to_owned(), Value::from(token));
    }
    answer
}

/// The order a cart has become already, as the answer to asking again.
pub async fn same_again(app: &App, id: OrderId) -> Result<Answer, Error> {
    let order = store::orders::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    let view = views::show(app.db.reader(), &order, false).await?;
    let answer = Answer { replayed: true, ..Answer::new(StatusCode::CREATED, &view) };
    Ok(with_token(app, answer))
}

/// Keys of different buyers must not meet, and guests have nothing but their cart or address to tell them apart.
fn request(caller: &Caller, holder: &Holder, key: IdempotencyKey, body: &PlaceOrder) -> Option<Request> {
    let guest = || {
        let who = holder.token.as_deref().or(body.email.as_deref()).unwrap_or_default();
        format!("guest:{}", tokens::hash(who))
    };
    let buyer = caller.user().map_or_else(guest, |user| format!("user:{}", user.id));
    let request = key.request(caller, "POST /orders", body)?;
    Some(Request { scope: format!("{buyer}/POST /orders"), ..request })
}

async fn answered_before(app: &App, request: Option<&Request>) -> Result<Option<Answer>, Error> {
    let Some(request) = request else { return Ok(None) };
    // Only a look: the record is written with the order.
    let begun = idempotency::look(app.db.reader(), request).await?;
    Ok(web::idempotency::replay(begun)?.map(|answer| with_token(app, answer)))
}

/// Prices everything and refuses what cannot be sold, before anything is held.
async fn draft(app: &App, wanted: Wanted) -> Result<Draft, Error> {
    let priced = pricing::price(app, wanted.items.iter().map(|item| item.sku.clone())).await?;
    check_cart(&wanted.cart_lines, &priced)?;
    let known = known(&wanted.items, &priced)?;
    let quote = pricing::confirm(app, &wanted.shipping_option, &wanted.shipping_address, &wanted.items).await?;
    let quote = quote.map_err(|reason| {
        let message = "is not offered for these goods and this address any more; please choose again";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "quote_invalid")
            .detail("The delivery option does not hold any more.")
            .field("shipping_option", "quote_invalid", message)
            .with("reason", reason)
    })?;
    let pairs: Vec<(u32, &PricedItem)> = wanted.items.iter().map(|item| item.quantity).zip(&known).collect();
    let destination = Destination::from(&wanted.shipping_address);
    let goods = pricing::add_up(app, &pairs, Discount::None, None, &destination)?.totals.subtotal;
    let applied = promote::apply_code(app, wanted.coupon.as_deref(), goods).await?;
    let (promotion, discount) = applied.map_err(promote::refused)?;
    if let Some(promotion) = &promotion {
        // Counted again when the order is written; but who may not use it need not hold stock until then.
        let counted = app.shards.db(Shard::FIRST).reader();
        promote::check_customer(counted, promotion, wanted.user, &wanted.email).await?;
    }
    let calculated = pricing::add_up(app, &pairs, discount, Some(quote.price), &destination)?;
    let total = calculated.totals.total;
    if total.amount > app.config.order_max_minor {
        let most = Money::new(app.config.order_max_minor, total.currency);
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "amount_out_of_range");
        return Err(problem.detail(format!("An order may cost {most} at most.")).into());
    }
    if let Some(expected) = wanted.expected_total.filter(|expected| *expected != total) {
        return Err(Error::TotalChanged { expected, now: total });
    }
    let expires_at = time::now() + Duration::seconds(i64::from(app.config.payment_window_secs));
    Ok(Draft { wanted, priced: known, quote, promotion, calculated, expires_at })
}

/// A cart is ordered at the prices it was shown with, and only if nothing in it went away.
fn check_cart(lines: &[cart_line::Model], priced: &HashMap<String, PricedItem>) -> Result<(), Error> {
    let mut problems = Vec::new();
    for line in lines {
        let shown: Option<PricedItem> = line.shown.as_ref().map(store::read_json).transpose()?;
        match (priced.get(&line.sku), shown) {
            (None, _) => {
                let quantity = store::quantity(line.quantity);
                problems.push(CartProblem::of_line(&line.sku, "unavailable", quantity, 0, true));
            }
            (Some(now), Some(shown)) if now.price != shown.price => {
                problems.push(CartProblem::of_line(&line.sku, "price_changed", shown.price, now.price, true));
            }
            (Some(_), _) => {}
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::CartProblems(problems)) }
}

fn known(items: &[Item], priced: &HashMap<String, PricedItem>) -> Result<Vec<PricedItem>, Problem> {
    let mut checks = web::Checks::new();
    for (index, item) in items.iter().enumerate() {
        let message = format!("{} is not sold here", item.sku);
        checks.require(priced.contains_key(&item.sku), &format!("items[{index}].sku"), "unknown_sku", &message);
    }
    checks.done()?;
    Ok(items.iter().filter_map(|item| priced.get(&item.sku).cloned()).collect())
}

/// What an order's id follows from: the cart for ever, else the key. Without either, each request is its own order.
fn claim(wanted: &Wanted, request: Option<&Request>) -> Option<String> {
    match (&wanted.cart, request) {
        (Some(cart), _) => Some(format!("cart:{}", cart.id)),
        (None, Some(request)) => Some(format!("key:{}", tokens::hash(&format!("{}/{}", request.scope, request.key)))),
        (None, None) => None,
    }
}

/// Holds the stock. `false`: it was held for this order before, and is spoken for or given back by now.
async fn reserve(app: &App, order_id: OrderId, draft: &Draft) -> Result<bool, Error> {
    let call = ReserveStock { order_id, items: draft.wanted.items.clone(), expires_at: draft.expires_at };
    match app.upstream.call(&call, &web::request::context()).await {
        Ok(_) => Ok(true),
        Err(CallError::Problem { code, body, .. }) if code == "insufficient_stock" => {
            Err(Error::InsufficientStock(short_lines(&body, draft)))
        }
        Err(CallError::Problem { code, .. }) if code == "reservation_closed" || code == "reservation_released" => {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// The short lines as the catalog names them; what it leaves out is filled in from what it said before.
fn short_lines(body: &Value, draft: &Draft) -> Vec<ShortLine> {
    let asked = draft.wanted.items.iter().zip(&draft.priced);
    let named = |sku: &str| body["lines"].as_array()?.iter().find(|line| line["sku"].as_str() == Some(sku));
    let count = |value: &Value| value.as_u64().and_then(|count| u32::try_from(count).ok());
    let names_any = body["lines"].as_array().is_some_and(|lines| !lines.is_empty());
    asked
        .filter_map(|(item, priced)| {
            let line = named(&item.sku);
            let available = line.and_then(|line| count(&line["available"])).unwrap_or(priced.available);
            let is_short = if names_any { line.is_some() } else { available < item.quantity };
            is_short.then(|| ShortLine { sku: item.sku.clone(), requested: item.quantity, available })
        })
        .collect()
}
