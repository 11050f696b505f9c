//! A guest signs in: the guest's cart joins the account's, once.

use std::collections::HashMap;

use contracts::{Shard, calls::PricedItem};
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
    let there = app.clone().at(tokens::shard_of_cart(token));
    if there.shard != app.shard {
        return bring_over(app, &there, user, token).await;
    }
    let Some(guest) = store::carts::active_of_guest(app.db.reader(), &tokens::hash(token)).await? else {
        return Ok(Vec::new());
    };
    let lines = store::carts::lines(app.db.reader(), guest.id).await?;
    let priced = priced(app, &lines).await;
    let tx = app.db.begin().await?;
    if !store::carts::end(&tx, guest.id, "merged").await? {
        // Another request of the same sign-in was faster.
        return Ok(Vec::new());
    }
    // Read again: only now is it certain that nobody is changing it.
    let lines = store::carts::lines(&*tx, guest.id).await?;
    let reduced = add(&tx, app, user, guest, lines, &priced).await?;
    tx.commit().await?;
    Ok(reduced)
}

/// The same out of another shard. There the cart ends first, as this user's; here a row with its id says that its lines
/// have come. Whatever dies in between, the next request with the token brings them, once.
async fn bring_over(app: &App, there: &App, user: Uuid, token: &str) -> Result<Vec<CartProblem>, Error> {
    let (guest, lines) = match ended(there, user, &tokens::hash(token)).await {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(Vec::new()),
        // The guest's shard is away, and the user's is not: what waits there comes along later.
        Err(error) => {
            tracing::warn!(shard = %there.shard, %error, "a guest's cart did not come along yet");
            return Ok(Vec::new());
        }
    };
    if store::carts::find(app.db.reader(), guest.id).await?.is_some() {
        return Ok(Vec::new());
    }
    let priced = priced(app, &lines).await;
    let tx = app.db.begin().await?;
    if !store::carts::note_brought(&tx, &guest, user).await? {
        return Ok(Vec::new());
    }
    let reduced = add(&tx, app, user, guest, lines, &priced).await?;
    tx.commit().await?;
    Ok(reduced)
}

/// The guest's cart, ended for the user now or before, and what is in it.
async fn ended(there: &App, user: Uuid, hash: &str) -> Result<Option<(cart::Model, Vec<cart_line::Model>)>, Error> {
    if let Some(guest) = store::carts::active_of_guest(there.db.reader(), hash).await? {
        let tx = there.db.begin().await?;
        store::carts::end_for(&tx, guest.id, user).await?;
        tx.commit().await?;
    }
    let Some(guest) = store::carts::ended_for(there.db.reader(), hash, user).await? else { return Ok(None) };
    let lines = store::carts::lines(there.db.reader(), guest.id).await?;
    Ok(Some((guest, lines)))
}

/// While the catalog is away the stock is not known; the order checks it in any case.
async fn priced(app: &App, lines: &[cart_line::Model]) -> HashMap<String, PricedItem> {
    pricing::price(app, lines.iter().map(|line| line.sku.clone())).await.unwrap_or_default()
}

/// Adds what a guest's cart holds to the user's.
async fn add(
    tx: &Tx,
    app: &App,
    user: Uuid,
    guest: cart::Model,
    lines: Vec<cart_line::Model>,
    priced: &HashMap<String, PricedItem>,
) -> Result<Vec<CartProblem>, Error> {
    let id = user_cart(tx, app.shard, user).await?.id;
    if !store::carts::touch(tx, id).await? {
        return Err(Error::Raced);
    }
    let mut mine = store::carts::find(&**tx, id).await?.ok_or(Error::Raced)?;
    let reduced = add_lines(tx, lines, mine.id, priced).await?;
    mine.email = mine.email.or(guest.email);
    mine.shipping_address = mine.shipping_address.or(guest.shipping_address);
    mine.coupon = mine.coupon.or(guest.coupon);
    store::carts::save_drafts(tx, &mine).await?;
    Ok(reduced)
}

/// The user's active cart, created if there is none.
async fn user_cart(tx: &Tx, shard: Shard, user: Uuid) -> Result<cart::Model, Error> {
    store::carts::insert(tx, fresh(shard, Some(user), None)).await?;
    store::carts::active_of_user(&**tx, user).await?.ok_or(Error::Raced)
}

async fn add_lines(
    tx: &Tx,
    from: Vec<cart_line::Model>,
    to: Uuid,
    priced: &HashMap<String, PricedItem>,
) -> Result<Vec<CartProblem>, Error> {
    let mut mine: HashMap<String, cart_line::Model> =
        store::carts::lines(&**tx, to).await?.into_iter().map(|line| (line.sku.clone(), line)).collect();
    let mut reduced = Vec::new();
    for line in from {
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
