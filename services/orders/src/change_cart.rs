//! Changing a cart: each change prices and writes one line and counts one version, however long the cart is.

use contracts::{Shard, calls::PricedItem, order::Item, time};
use db::Tx;
use sea_orm::prelude::Uuid;
use web::{Caller, Checks, Problem};

use crate::{
    App, Error,
    carts::{self, CartDrafts, CartProblem, CartView},
    entity::{cart, cart_line},
    merge_carts, pricing, promote, store, tokens,
};

pub const QUANTITY_MAX: u32 = 9999;
pub const LINES_MAX: usize = 1000;
pub const SKU_LEN_MAX: usize = 64;

/// Who holds which cart.
#[derive(Clone, Debug)]
pub struct Holder {
    pub user: Option<Uuid>,
    /// A guest's token, from the cookie or the header.
    pub token: Option<String>,
}

impl Holder {
    pub fn new(caller: &Caller, token: Option<String>) -> Self {
        Self { user: caller.user().map(|user| user.id.uuid()), token }
    }

    /// The service where this holder's cart stands. A guest who has none yet gets it in any shard that takes new customers.
    pub fn home(&self, app: App) -> App {
        let shard = match (self.user, &self.token) {
            (Some(user), _) => app.shards.holding(user),
            (None, Some(token)) => tokens::shard_of_cart(token),
            (None, None) => app.shards.any_of(&app.config.open_shards),
        };
        app.at(shard)
    }

    /// Whether a cart is this holder's. A guest's is whoever has its token, a customer's only theirs.
    pub fn owns(&self, cart: &cart::Model) -> bool {
        let by_user = self.user.is_some() && self.user == cart.user_id;
        let by_token = match (&self.token, &cart.token_hash) {
            (Some(token), Some(hash)) => cart.user_id.is_none() && tokens::matches(token, hash),
            _ => false,
        };
        by_user || by_token
    }
}

/// The holder's cart, and what a merge that was due had to change.
pub async fn find(app: &App, holder: &Holder) -> Result<(Option<cart::Model>, Vec<CartProblem>), Error> {
    let mut reduced = Vec::new();
    let cart = match (holder.user, &holder.token) {
        (Some(user), token) => {
            // The guest who signed in brings the cart along.
            if let Some(token) = token {
                reduced = merge_carts::merge(app, user, token).await?;
            }
            store::carts::active_of_user(app.db.reader(), user).await?
        }
        (None, Some(token)) => store::carts::active_of_guest(app.db.reader(), &tokens::hash(token)).await?,
        (None, None) => None,
    };
    Ok((cart, reduced))
}

/// The holder's cart as it is now.
pub async fn read(app: &App, holder: &Holder) -> Result<CartView, Error> {
    let (cart, reduced) = find(app, holder).await?;
    let mut view = match cart {
        Some(cart) => carts::show(app, &cart).await?,
        None => carts::empty(app),
    };
    view.problems.extend(reduced);
    Ok(view)
}

/// A cart to work with.
pub struct Opened {
    pub cart: cart::Model,
    /// Of a guest's cart that is new: what opens it from now on.
    pub token: Option<String>,
    pub is_new: bool,
}

impl Opened {
    fn known(cart: cart::Model) -> Self {
        Self { cart, token: None, is_new: false }
    }
}

/// The holder's cart, created if there is none.
pub async fn find_or_create(app: &App, holder: &Holder) -> Result<Opened, Error> {
    if let (Some(cart), _) = find(app, holder).await? {
        return Ok(Opened::known(cart));
    }
    let tx = app.db.begin().await?;
    let opened = create(&tx, app.shard, holder).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Makes the holder's cart, unless another request of the same user was faster.
async fn create(tx: &Tx, shard: Shard, holder: &Holder) -> Result<Opened, Error> {
    let token = holder.user.is_none().then(|| tokens::cart_token(shard));
    let cart = fresh(shard, holder.user, token.as_deref());
    if store::carts::insert(tx, cart.clone()).await? {
        return Ok(Opened { cart, token, is_new: true });
    }
    let user = holder.user.ok_or(Error::Raced)?;
    Ok(Opened::known(store::carts::active_of_user(&**tx, user).await?.ok_or(Error::Raced)?))
}

/// A cart nobody has put anything into yet.
pub fn fresh(shard: Shard, user: Option<Uuid>, token: Option<&str>) -> cart::Model {
    let now = time::now();
    cart::Model {
        id: shard.fresh(),
        status: "active".to_owned(),
        token_hash: token.map(tokens::hash),
        user_id: user,
        active_for: user,
        email: None,
        shipping_address: None,
        shipping_option: None,
        coupon: None,
        order_id: None,
        version: 0,
        created_at: now,
        updated_at: now,
    }
}

/// Locks the holder's cart until `tx` ends, counts the change, and reads the cart as it is then.
async fn open(tx: &Tx, shard: Shard, holder: &Holder, found: Option<cart::Model>) -> Result<Opened, Error> {
    let opened = match found {
        Some(cart) => Opened::known(cart),
        None => create(tx, shard, holder).await?,
    };
    if opened.is_new {
        return Ok(opened);
    }
    if !store::carts::touch(tx, opened.cart.id).await? {
        return Err(Error::Raced);
    }
    let cart = store::carts::find(&**tx, opened.cart.id).await?.ok_or(Error::NotFound)?;
    Ok(Opened { cart, ..opened })
}

/// A cart after one of its lines changed.
pub struct Changed {
    pub cart: cart::Model,
    pub token: Option<String>,
    /// Pieces in all lines together.
    pub item_count: u64,
}

async fn changed(tx: Tx, opened: Opened) -> Result<Changed, Error> {
    let (lines, item_count) = store::carts::tally(&*tx, opened.cart.id).await?;
    if lines > LINES_MAX as u64 {
        let message = format!("a cart holds {LINES_MAX} different items at most");
        return Err(Problem::invalid_field("sku", "too_many_lines", message).into());
    }
    tx.commit().await?;
    Ok(Changed { cart: opened.cart, token: opened.token, item_count })
}

/// Adds pieces: the same SKU adds to its line.
pub async fn add(app: &App, holder: &Holder, item: &Item) -> Result<Changed, Error> {
    check(&item.sku, item.quantity)?;
    let now = for_sale(app, &item.sku).await?;
    let (found, _) = find(app, holder).await?;
    let tx = app.db.begin().await?;
    let opened = open(&tx, app.shard, holder, found).await?;
    match store::carts::line(&*tx, opened.cart.id, &item.sku).await? {
        Some(line) => {
            let quantity = store::quantity(line.quantity).saturating_add(item.quantity);
            check(&item.sku, quantity)?;
            store::carts::update_line(&tx, &agreed(line, quantity, &now)?).await?;
        }
        None => {
            let line = cart_line::Model {
                cart_id: opened.cart.id,
                sku: item.sku.clone(),
                quantity: 0,
                shown: None,
                accepted_minor: None,
                added_at: time::now(),
            };
            store::carts::insert_line(&tx, agreed(line, item.quantity, &now)?).await?;
        }
    }
    changed(tx, opened).await
}

/// Sets a line's quantity.
pub async fn set(app: &App, holder: &Holder, sku: &str, quantity: u32) -> Result<Changed, Error> {
    check(sku, quantity)?;
    let cart = find(app, holder).await?.0.ok_or(Error::NotFound)?;
    let priced = pricing::price(app, [sku.to_owned()]).await?;
    let tx = app.db.begin().await?;
    let opened = open(&tx, app.shard, holder, Some(cart)).await?;
    let line = store::carts::line(&*tx, opened.cart.id, sku).await?.ok_or(Error::NotFound)?;
    let line = match priced.get(sku) {
        Some(now) => agreed(line, quantity, now)?,
        None => cart_line::Model { quantity: store::pieces(quantity), ..line },
    };
    store::carts::update_line(&tx, &line).await?;
    changed(tx, opened).await
}

/// Removes a line, or all of them.
pub async fn remove(app: &App, holder: &Holder, sku: Option<&str>) -> Result<Changed, Error> {
    let cart = find(app, holder).await?.0.ok_or(Error::NotFound)?;
    let tx = app.db.begin().await?;
    let opened = open(&tx, app.shard, holder, Some(cart)).await?;
    match sku {
        Some(sku) if !store::carts::delete_line(&tx, opened.cart.id, sku).await? => return Err(Error::NotFound),
        Some(_) => {}
        None => store::carts::delete_lines(&tx, opened.cart.id).await?,
    }
    changed(tx, opened).await
}

/// Keeps what the shopper typed at the checkout, and agrees to new prices if asked to.
pub async fn draft(app: &App, holder: &Holder, drafts: CartDrafts) -> Result<CartView, Error> {
    check_drafts(&drafts)?;
    let (found, _) = find(app, holder).await?;
    let tx = app.db.begin().await?;
    let Opened { mut cart, token, .. } = open(&tx, app.shard, holder, found).await?;
    if let Some(email) = drafts.email {
        cart.email = email;
    }
    if let Some(address) = drafts.shipping_address {
        cart.shipping_address = address.as_ref().map(store::json).transpose()?;
    }
    if let Some(option) = drafts.shipping_option {
        cart.shipping_option = option;
    }
    store::carts::save_drafts(&tx, &cart).await?;
    if drafts.accept_changes {
        accept(&tx, cart.id).await?;
    }
    tx.commit().await?;
    let mut view = carts::show(app, &cart).await?;
    view.cart_token = token;
    Ok(view)
}

/// Sets or removes the coupon. One that does not exist is refused; one that does not apply yet is kept and shown as such.
pub async fn set_coupon(app: &App, holder: &Holder, code: Option<&str>) -> Result<CartView, Error> {
    if let Some(code) = code {
        Checks::new().text("code", code, 1..=64).done()?;
        let known = promote::find_code(app, code).await?;
        if !known.is_some_and(|promotion| promotion.active) {
            return Err(promote::refused(promote::CouponProblem::NotFound));
        }
    }
    let cart = find(app, holder).await?.0.ok_or(Error::NotFound)?;
    let tx = app.db.begin().await?;
    let Opened { mut cart, .. } = open(&tx, app.shard, holder, Some(cart)).await?;
    cart.coupon = code.map(promote::normal_code);
    store::carts::save_drafts(&tx, &cart).await?;
    tx.commit().await?;
    carts::show(app, &cart).await
}

/// Agrees to the price of every line as it was shown last.
async fn accept(tx: &Tx, cart: Uuid) -> Result<(), Error> {
    for line in store::carts::lines(&**tx, cart).await? {
        let Some(shown) = &line.shown else { continue };
        let shown: PricedItem = store::read_json(shown)?;
        if line.accepted_minor != Some(shown.price.amount) {
            let accepted = cart_line::Model { accepted_minor: Some(shown.price.amount), ..line.clone() };
            store::carts::update_line(tx, &accepted).await?;
        }
    }
    Ok(())
}

/// The line in its new quantity: whoever changes it sees its price, and agrees to it.
fn agreed(line: cart_line::Model, quantity: u32, now: &PricedItem) -> Result<cart_line::Model, Error> {
    Ok(cart_line::Model {
        quantity: store::pieces(quantity),
        shown: Some(store::json(now)?),
        accepted_minor: Some(now.price.amount),
        ..line
    })
}

async fn for_sale(app: &App, sku: &str) -> Result<PricedItem, Error> {
    let mut priced = pricing::price(app, [sku.to_owned()]).await?;
    priced.remove(sku).ok_or_else(|| Problem::invalid_field("sku", "unknown_sku", "is not sold here").into())
}

fn check(sku: &str, quantity: u32) -> Result<(), Problem> {
    Checks::new().text("sku", sku, 1..=SKU_LEN_MAX).range("quantity", &quantity, &(1..=QUANTITY_MAX)).done()
}

fn check_drafts(drafts: &CartDrafts) -> Result<(), Problem> {
    let mut checks = Checks::new();
    if let Some(Some(email)) = &drafts.email {
        checks.email("email", email);
    }
    if let Some(Some(address)) = &drafts.shipping_address {
        checks.address("shipping_address", address);
    }
    if let Some(Some(option)) = &drafts.shipping_option {
        checks.text("shipping_option", option, 1..=4096);
    }
    checks.done()
}
