//! The one transaction that makes an order out of a draft.

use std::time::Instant;

use contracts::{
    Money,
    calls::PricedItem,
    events::OrderCreated,
    ids::OrderId,
    order::{Item, OrderStatus, ShippingOptionSnapshot},
    time,
};
use db::{
    Tx,
    idempotency::{self, Request},
    outbox,
};
use fail::fail_point;
use http::StatusCode;
use sea_orm::SqlErr;
use serde_json::json;
use web::idempotency::Answer;

use super::{Draft, same_again, with_token};
use crate::{
    App, Error,
    entity::{order, order_line},
    model::Fact,
    move_order::{self, By},
    promote, spread_uses,
    store::{
        self,
        orders::{Entry, add_history},
        word,
    },
    tokens,
    totals::LineTotals,
    views,
};

/// Writes the order, its event and its answer. Whoever comes second, with the same key or cart, gets the first one's.
/// `taken_at`: since when the coupon's use is counted in another database, which does not wait for ever.
pub async fn write(
    app: &App,
    id: OrderId,
    request: Option<&Request>,
    draft: &Draft,
    taken_at: Option<Instant>,
) -> Result<Answer, Error> {
    let tx = app.db.begin().await?;
    if let Some(request) = request
        && let Some(answer) = web::idempotency::replay(idempotency::begin(&tx, request).await?)?
    {
        return Ok(with_token(app, answer));
    }
    if let Some(cart) = &draft.wanted.cart
        && !store::carts::complete(&tx, cart.id, cart.version, id).await?
    {
        let placed = store::carts::find(&*tx, cart.id).await?.and_then(|cart| cart.order_id);
        tx.rollback().await?;
        return match placed {
            Some(order) => same_again(app, order.into()).await,
            None => Err(Error::Raced),
        };
    }
    if let Some(promotion) = &draft.promotion {
        match taken_at {
            None => promote::take_use(&tx, promotion, draft.wanted.user, &draft.wanted.email).await?,
            Some(_) => spread_uses::stand_in(&tx, promotion).await?,
        }
    }
    let (order, lines) = match insert(app, &tx, id, draft).await {
        Err(Error::Db(error)) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            tx.rollback().await?;
            return twice(app, id).await;
        }
        inserted => inserted?,
    };
    let history = store::orders::history(&*tx, order.id).await?;
    let view = views::of(&order, &lines, Vec::new(), history, false)?;
    let answer = Answer::new(StatusCode::CREATED, &view);
    if let Some(request) = request {
        idempotency::finish(&tx, request, 201, &answer.body).await?;
    }
    if taken_at.is_some_and(|at| at.elapsed() > spread_uses::WRITTEN_WITHIN) {
        return Err(Error::Raced);
    }
    fail_point!("order::written", |_| std::process::abort());
    tx.commit().await?;
    fail_point!("order::committed", |_| std::process::abort());
    metrics::counter!("rialto_orders_placed_total").increment(1);
    Ok(with_token(app, answer))
}

/// The order is there already, under a key whose answer is no longer kept; or its number is another's, which asking again
/// mends.
async fn twice(app: &App, id: OrderId) -> Result<Answer, Error> {
    match store::orders::find(app.db.reader(), id).await? {
        Some(_) => same_again(app, id).await,
        None => Err(Error::Raced),
    }
}

async fn insert(
    app: &App,
    tx: &Tx,
    id: OrderId,
    draft: &Draft,
) -> Result<(order::Model, Vec<order_line::Model>), Error> {
    let mut order = order_row(app, id, draft)?;
    let lines = line_rows(id, draft)?;
    order.derive_statuses(&lines)?;
    store::orders::insert(tx, order.clone(), lines.clone()).await?;
    let actor = draft.wanted.user.map_or_else(|| "guest".to_owned(), |user| format!("customer:{user}"));
    let placed = Entry { kind: "placed", moved: None, actor: &actor, reason: None, event: None };
    add_history(tx, order.id, placed).await?;
    outbox::publish(tx, &OrderCreated { order: order.snapshot(&lines)? }).await?;
    if order.total_minor == 0 {
        // There is nothing to pay, so nobody will ever say that it was paid.
        let by = By { actor: "orders".to_owned(), reason: Some("nothing_to_pay".to_owned()), event: None };
        move_order::apply(tx, &mut order, &lines, Fact::Paid, &by).await?;
    }
    Ok((order, lines))
}

fn order_row(app: &App, id: OrderId, draft: &Draft) -> Result<order::Model, Error> {
    let wanted = &draft.wanted;
    let totals = &draft.calculated.totals;
    let now = time::now();
    let guest_token = || tokens::guest_token(&app.config.token_secret, id);
    let option = ShippingOptionSnapshot {
        carrier: draft.quote.carrier.clone(),
        service: draft.quote.service.clone(),
        price: draft.quote.price,
        min_days: draft.quote.min_days,
        max_days: draft.quote.max_days,
    };
    Ok(order::Model {
        id: id.uuid(),
        number: tokens::order_number(),
        cart_id: wanted.cart.as_ref().map(|cart| cart.id),
        user_id: wanted.user,
        guest_token_hash: wanted.user.is_none().then(|| tokens::hash(&guest_token())),
        email: wanted.email.clone(),
        locale: wanted.locale.clone(),
        status: word(&OrderStatus::Pending),
        payment_status: String::new(),
        fulfillment_status: String::new(),
        currency: totals.total.currency.code().to_owned(),
        subtotal_minor: totals.subtotal.amount,
        discount_minor: totals.discount.amount,
        shipping_minor: totals.shipping.amount,
        tax_minor: totals.tax.amount,
        total_minor: totals.total.amount,
        tax_included: totals.tax_included,
        tax_rules: app.tax.version().to_owned(),
        shipping_taxes: store::json(&draft.calculated.shipping_taxes)?,
        shipping_address: store::json(&wanted.shipping_address)?,
        billing_address: wanted.billing_address.as_ref().map(store::json).transpose()?,
        shipping_option: store::json(&option)?,
        shipping_quote: wanted.shipping_option.clone(),
        promotion_id: draft.promotion.as_ref().map(|promotion| promotion.id),
        coupon: draft.promotion.as_ref().map(|promotion| promotion.code.clone()),
        note: wanted.note.clone(),
        authorized_minor: 0,
        captured_minor: 0,
        refunded_minor: 0,
        disputed: false,
        problems: json!([]),
        open_problems: 0,
        expires_at: Some(draft.expires_at),
        refund_asked_at: None,
        created_at: now,
        updated_at: now,
        paid_at: None,
        shipped_at: None,
        delivered_at: None,
        cancelled_at: None,
    })
}

fn line_rows(id: OrderId, draft: &Draft) -> Result<Vec<order_line::Model>, Error> {
    let parts = draft.wanted.items.iter().zip(&draft.priced).zip(&draft.calculated.lines);
    parts.enumerate().map(|(index, ((item, priced), costs))| line_row(id, index, item, priced, costs)).collect()
}

fn line_row(
    id: OrderId,
    index: usize,
    item: &Item,
    priced: &PricedItem,
    costs: &LineTotals,
) -> Result<order_line::Model, Error> {
    let minor = |money: Money| money.amount;
    Ok(order_line::Model {
        order_id: id.uuid(),
        sku: item.sku.clone(),
        position: i32::try_from(index).unwrap_or(i32::MAX),
        product_id: priced.product_id.uuid(),
        slug: priced.slug.clone(),
        title: priced.title.clone(),
        variant_title: priced.variant_title.clone(),
        image: priced.image.clone(),
        weight_g: i64::from(priced.weight_g),
        tax_class: priced.tax_class.clone(),
        quantity: store::pieces(item.quantity),
        unit_price_minor: minor(priced.price),
        subtotal_minor: minor(costs.subtotal),
        discount_minor: minor(costs.discount),
        total_minor: minor(costs.total),
        tax_minor: minor(costs.tax),
        taxes: store::json(&costs.taxes)?,
        shipped_quantity: 0,
        delivered_quantity: 0,
        returned_quantity: 0,
    })
}
