//! A cart as its shopper sees it, with what changed since: priced anew at each look, and line by line as it changes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    Address, Destination, Money,
    calls::{ConfirmedQuote, PricedItem},
    ids::{CartId, ProductId},
    order::{Item, Totals},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use upstream::CallError;
use utoipa::ToSchema;

use crate::{
    App, Error,
    entity::{cart, cart_line},
    pricing, promote, store,
    totals::{Calculated, Discount},
};

/// A cart and what it costs now.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b9", "status": "active", "cart_token": "3q2-7w…",
    "items": [{
        "sku": "KIT-MUG-SAN", "quantity": 2, "product_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b1", "slug": "stoneware-mug",
        "title": "Stoneware mug", "variant_title": "Sand", "image": "/media/mug.svg",
        "unit_price": {"amount": 1900, "currency": "EUR"}, "subtotal": {"amount": 3800, "currency": "EUR"},
        "discount": {"amount": 0, "currency": "EUR"}, "total": {"amount": 3800, "currency": "EUR"}, "available": true
    }],
    "item_count": 2, "email": null, "shipping_address": null, "shipping_option": null, "shipping": null, "coupon": null,
    "totals": {
        "subtotal": {"amount": 3800, "currency": "EUR"}, "discount": {"amount": 0, "currency": "EUR"},
        "shipping": {"amount": 0, "currency": "EUR"}, "tax": {"amount": 607, "currency": "EUR"},
        "total": {"amount": 3800, "currency": "EUR"}, "tax_included": true
    },
    "problems": [], "stale": false, "version": 1, "updated_at": "2026-11-22T19:03:16Z"
}))]
pub struct CartView {
    /// Absent while nothing was put into it.
    pub id: Option<CartId>,
    pub status: String,
    /// Only in the answer that creates a guest's cart; send it back as cookie or as header `Cart-Token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart_token: Option<String>,
    pub items: Vec<CartLineView>,
    /// Pieces in all lines together.
    pub item_count: u64,
    pub email: Option<String>,
    pub shipping_address: Option<Address>,
    pub shipping_option: Option<String>,
    /// The chosen delivery, once address and option are known.
    pub shipping: Option<ShippingView>,
    pub coupon: Option<String>,
    pub totals: Totals,
    /// What changed since the shopper last agreed to it, and what stands in the way of ordering.
    pub problems: Vec<CartProblem>,
    /// The catalog is away: prices are those that were shown last.
    pub stale: bool,
    pub version: i64,
    pub updated_at: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CartLineView {
    pub sku: String,
    pub quantity: u32,
    pub product_id: Option<ProductId>,
    pub slug: String,
    pub title: String,
    pub variant_title: String,
    pub image: Option<String>,
    pub unit_price: Option<Money>,
    pub subtotal: Option<Money>,
    pub discount: Option<Money>,
    pub total: Option<Money>,
    /// Whether the quantity can be had now.
    pub available: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShippingView {
    pub carrier: String,
    pub service: String,
    pub price: Money,
    pub min_days: u32,
    pub max_days: u32,
}

/// Something that is not as it was, or not as it should be.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({"sku": "KIT-MUG-SAN", "code": "price_changed", "before": {"amount": 1900, "currency": "EUR"}, "after": {"amount": 2100, "currency": "EUR"}, "blocking": false}))]
pub struct CartProblem {
    /// Absent if it concerns the whole cart.
    pub sku: Option<String>,
    /// `price_changed`, `out_of_stock`, `insufficient_stock`, `unavailable`, `quantity_reduced`,
    /// `shipping_option_invalid`, or a coupon's `coupon_…`.
    pub code: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// Whether the cart cannot be ordered like this.
    pub blocking: bool,
}

impl CartProblem {
    pub fn of_line(sku: &str, code: &str, before: impl Serialize, after: impl Serialize, blocking: bool) -> Self {
        Self {
            sku: Some(sku.to_owned()),
            code: code.to_owned(),
            before: Some(json!(before)),
            after: Some(json!(after)),
            blocking,
        }
    }

    fn of_cart(code: &str, after: Option<String>) -> Self {
        Self { sku: None, code: code.to_owned(), before: None, after: after.map(Value::from), blocking: true }
    }
}

/// The drafts a cart keeps for the checkout. Absent fields stay as they are, `null` clears them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.org", "shipping_option": "opt_…"}))]
pub struct CartDrafts {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Address>)]
    pub shipping_address: Option<Option<Address>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub shipping_option: Option<Option<String>>,
    /// Agrees to all price changes shown so far.
    #[serde(default)]
    pub accept_changes: bool,
}

/// Tells `null` from absent.
fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The cart nobody has put anything into yet.
pub fn empty(app: &App) -> CartView {
    let zero = Money::zero(app.config.currency);
    CartView {
        id: None,
        status: "active".to_owned(),
        cart_token: None,
        items: Vec::new(),
        item_count: 0,
        email: None,
        shipping_address: None,
        shipping_option: None,
        shipping: None,
        coupon: None,
        totals: Totals {
            subtotal: zero,
            discount: zero,
            shipping: zero,
            tax: zero,
            total: zero,
            tax_included: app.tax.prices_include_tax,
        },
        problems: Vec::new(),
        stale: false,
        version: 0,
        updated_at: None,
    }
}

/// Prices a cart and tells what changed. What is shown is kept, so that the order is placed at the price shown.
pub async fn show(app: &App, cart: &cart::Model) -> Result<CartView, Error> {
    let lines = store::carts::lines(app.db.reader(), cart.id).await?;
    let (priced, stale) = match pricing::price(app, lines.iter().map(|line| line.sku.clone())).await {
        Ok(priced) => (priced, false),
        Err(error @ CallError::Unavailable { .. }) => {
            tracing::warn!(%error, "cart shown from what was known last");
            (remembered(&lines)?, true)
        }
        Err(error) => return Err(error.into()),
    };
    if !stale {
        keep_shown(app, &lines, &priced).await?;
    }
    view(app, cart, &lines, &priced, stale).await
}

/// The cart after a change: what was changed has just been priced, the rest stands as it was shown last.
pub async fn after_change(app: &App, cart: &cart::Model) -> Result<CartView, Error> {
    let lines = store::carts::lines(app.db.reader(), cart.id).await?;
    let priced = remembered(&lines)?;
    view(app, cart, &lines, &priced, false).await
}

async fn view(
    app: &App,
    cart: &cart::Model,
    lines: &[cart_line::Model],
    priced: &HashMap<String, PricedItem>,
    stale: bool,
) -> Result<CartView, Error> {
    let mut problems = line_problems(lines, priced);
    let sellable: Vec<(u32, &PricedItem)> =
        lines.iter().filter_map(|line| Some((store::quantity(line.quantity), priced.get(&line.sku)?))).collect();
    let address: Option<Address> = cart.shipping_address.as_ref().map(store::read_json).transpose()?;
    let quote = quote(app, cart, address.as_ref(), &sellable, &mut problems).await?;
    let calculated = add_up(app, cart, &sellable, quote.as_ref(), address.as_ref(), &mut problems).await?;
    Ok(CartView {
        id: Some(cart.id.into()),
        status: cart.status.clone(),
        cart_token: None,
        item_count: lines.iter().map(|line| u64::from(store::quantity(line.quantity))).sum(),
        items: line_views(lines, priced, &calculated),
        email: cart.email.clone(),
        shipping_address: address,
        shipping_option: cart.shipping_option.clone(),
        shipping: quote.map(|quote| ShippingView {
            carrier: quote.carrier,
            service: quote.service,
            price: quote.price,
            min_days: quote.min_days,
            max_days: quote.max_days,
        }),
        coupon: cart.coupon.clone(),
        totals: calculated.totals,
        problems,
        stale,
        version: cart.version,
        updated_at: Some(cart.updated_at),
    })
}

/// What the catalog said when the lines were last shown.
fn remembered(lines: &[cart_line::Model]) -> Result<HashMap<String, PricedItem>, Error> {
    let known = lines.iter().filter_map(|line| Some((line.sku.clone(), line.shown.as_ref()?)));
    known.map(|(sku, shown)| Ok((sku, store::read_json(shown)?))).collect()
}

async fn keep_shown(app: &App, lines: &[cart_line::Model], priced: &HashMap<String, PricedItem>) -> Result<(), Error> {
    let mut changed = Vec::new();
    for line in lines {
        let now = priced.get(&line.sku).map(store::json).transpose()?;
        if let Some(now) = now.filter(|now| line.shown.as_ref() != Some(now)) {
            changed.push((line, now));
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let tx = app.db.begin().await?;
    for (line, now) in changed {
        store::carts::keep_shown(&tx, line.cart_id, &line.sku, now).await?;
    }
    Ok(tx.commit().await?)
}

/// What stands between each line and its being ordered, and which price the shopper has not agreed to.
fn line_problems(lines: &[cart_line::Model], priced: &HashMap<String, PricedItem>) -> Vec<CartProblem> {
    let mut problems = Vec::new();
    for line in lines {
        let quantity = store::quantity(line.quantity);
        let Some(item) = priced.get(&line.sku) else {
            problems.push(CartProblem::of_line(&line.sku, "unavailable", quantity, 0, true));
            continue;
        };
        if item.available == 0 {
            problems.push(CartProblem::of_line(&line.sku, "out_of_stock", quantity, 0, true));
        } else if item.available < quantity {
            problems.push(CartProblem::of_line(&line.sku, "insufficient_stock", quantity, item.available, true));
        }
        if let Some(accepted) = line.accepted_minor.filter(|accepted| *accepted != item.price.amount) {
            let before = Money::new(accepted, item.price.currency);
            problems.push(CartProblem::of_line(&line.sku, "price_changed", before, item.price, false));
        }
    }
    problems
}

async fn quote(
    app: &App,
    cart: &cart::Model,
    address: Option<&Address>,
    sellable: &[(u32, &PricedItem)],
    problems: &mut Vec<CartProblem>,
) -> Result<Option<ConfirmedQuote>, Error> {
    let (Some(address), Some(option)) = (address, &cart.shipping_option) else { return Ok(None) };
    if sellable.is_empty() {
        return Ok(None);
    }
    let items: Vec<Item> =
        sellable.iter().map(|(quantity, item)| Item { sku: item.sku.clone(), quantity: *quantity }).collect();
    match pricing::confirm(app, option, address, &items).await {
        Ok(Ok(quote)) => Ok(Some(quote)),
        Ok(Err(reason)) => {
            problems.push(CartProblem::of_cart("shipping_option_invalid", Some(reason)));
            Ok(None)
        }
        // A cart can be looked at without a carrier; it is confirmed again before anything is ordered.
        Err(CallError::Unavailable { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn add_up(
    app: &App,
    cart: &cart::Model,
    sellable: &[(u32, &PricedItem)],
    quote: Option<&ConfirmedQuote>,
    address: Option<&Address>,
    problems: &mut Vec<CartProblem>,
) -> Result<Calculated, Error> {
    let destination = address.map_or_else(|| app.tax.default_destination(), Destination::from);
    let shipping = quote.map(|quote| quote.price);
    let plain = pricing::add_up(app, sellable, Discount::None, shipping, &destination)?;
    match promote::apply_code(app, cart.coupon.as_deref(), plain.totals.subtotal).await? {
        Ok((None, _)) => Ok(plain),
        Ok((Some(_), discount)) => Ok(pricing::add_up(app, sellable, discount, shipping, &destination)?),
        Err(problem) => {
            problems.push(CartProblem::of_cart(problem.code(), cart.coupon.clone()));
            Ok(plain)
        }
    }
}

fn line_views(
    lines: &[cart_line::Model],
    priced: &HashMap<String, PricedItem>,
    calculated: &Calculated,
) -> Vec<CartLineView> {
    let mut costs = calculated.lines.iter();
    let mut views = Vec::with_capacity(lines.len());
    for line in lines {
        let quantity = store::quantity(line.quantity);
        // Only what is for sale was calculated; what is not shows what is remembered of it.
        let now = priced.get(&line.sku);
        let cost = now.and_then(|_| costs.next());
        let remembered = || line.shown.as_ref().and_then(|shown| store::read_json(shown).ok());
        let item: Option<PricedItem> = now.cloned().or_else(remembered);
        views.push(CartLineView {
            sku: line.sku.clone(),
            quantity,
            product_id: item.as_ref().map(|item| item.product_id),
            slug: item.as_ref().map(|item| item.slug.clone()).unwrap_or_default(),
            title: item.as_ref().map(|item| item.title.clone()).unwrap_or_default(),
            variant_title: item.as_ref().map(|item| item.variant_title.clone()).unwrap_or_default(),
            image: item.and_then(|item| item.image),
            unit_price: now.map(|item| item.price),
            subtotal: cost.map(|cost| cost.subtotal),
            discount: cost.map(|cost| cost.discount),
            total: cost.map(|cost| cost.total),
            available: now.is_some_and(|item| item.available >= quantity),
        });
    }
    views
}
