//! A guest signs in: the guest's cart joins the account's, once.

use std::collections::HashMap;

use contracts::calls::PricedItem;
use db::Tx;
use sea_orm::prelude::Uuid;

use crate::{
    App, Error,
    carts::CartProblem,
    change_cart::{LINES_MAX, QUANTITY_MAX, fresh},
    entity::{cart, cart_line},
    pricing, store, tokens,
};

/// Adds the guest's lines to the user's cart and ends the guest's cart. Answers which quantities had to be cut.
pub async fn merge(app: &App, user: Uuid, token: &str) -> Result<Vec<CartProblem>, Error> {
    let Some(guest) = store::carts::active_of_guest(app.db.reader(), &tokens::hash(token)).await? else {
        return Ok(Vec::new());
    };
    let skus: Vec<String> =
        store::carts::lines(app.db.reader(), guest.id).await?.into_iter().map(|line| line.sku).collect();
    // While the catalog is away the stock is not known; the order checks it in any case.
    let priced = pricing::price(app, skus).await.unwrap_or_default();
    let tx = app.db.begin().await?;
    if !store::carts::end(&tx, guest.id, "merged").await? {
        // Another request of the same sign-in was faster.
        return Ok(Vec::new());
    }
    let id = user_cart(&tx, user).await?.id;
    if !store::carts::touch(&tx, id).await? {
        return Err(Error::Raced);
    }
    // Read again: only now is it certain that nobody is changing it.
    let mut mine = store::carts::find(&*tx, id).await?.ok_or(Error::Raced)?;
    let reduced = add_lines(&tx, guest.id, mine.id, &priced).await?;
    mine.email = mine.email.or(guest.email);
    mine.shipping_address = mine.shipping_address.or(guest.shipping_address);
    mine.coupon = mine.coupon.or(guest.coupon);
    store::carts::save_drafts(&tx, &mine).await?;
    tx.commit().await?;
    Ok(reduced)
}

/// The user's active cart, created if there is none.
async fn user_cart(tx: &Tx, user: Uuid) -> Result<cart::Model, Error> {
    store::carts::insert(tx, fresh(Some(user), None)).await?;
    store::carts::active_of_user(&**tx, user).await?.ok_or(Error::Raced)
}

async fn add_lines(
    tx: &Tx,
    from: Uuid,
    to: Uuid,
    priced: &HashMap<String, PricedItem>,
) -> Result<Vec<CartProblem>, Error> {
    let mut mine: HashMap<String, cart_line::Model> =
        store::carts::lines(&**tx, to).await?.into_iter().map(|line| (line.sku.clone(), line)).collect();
    let mut reduced = Vec::new();
    for line in store::carts::lines(&**tx, from).await? {
        let known = mine.get(&line.sku).map(|line| store::quantity(line.quantity));
        let wanted = store::quantity(line.quantity).saturating_add(known.unwrap_or(0));
        let stock = priced.get(&line.sku).map(|item| item.available).filter(|available| *available > 0);
        // Never below what one of the two carts held: nobody loses what they had before signing in.
        let least = known.unwrap_or(0).max(store::quantity(line.quantity));
        let quantity = wanted.min(QUANTITY_MAX).min(stock.unwrap_or(QUANTITY_MAX).max(least));
        let full = known.is_none() && mine.len() >= LINES_MAX;
        if full || quantity < wanted {
            reduced.push(CartProblem::of_line(
                &line.sku,
                "quantity_reduced",
                wanted,
                if full { 0 } else { quantity },
                false,
            ));
        }
        if full {
            continue;
        }
        let merged = cart_line::Model { cart_id: to, quantity: store::pieces(quantity), ..line };
        match known {
            Some(_) => store::carts::update_line(tx, &merged).await?,
            None => store::carts::insert_line(tx, merged.clone()).await?,
        }
        mine.insert(merged.sku.clone(), merged);
    }
    Ok(reduced)
}
