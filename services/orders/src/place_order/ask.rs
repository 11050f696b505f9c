//! What a client asks for when it places an order, and what that comes down to.

use std::collections::HashMap;

use contracts::{Address, Money, ids::CartId, order::Item};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Caller, Checks, Problem};

use crate::{
    App, Error,
    change_cart::{Holder, LINES_MAX, QUANTITY_MAX, SKU_LEN_MAX},
    entity::{cart, cart_line},
    store,
};

/// An order to be placed: from a cart, or from items named here. Prices are the shop's to say.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "items": [{"sku": "KIT-MUG-SAN", "quantity": 2}], "email": "ada@example.org",
    "shipping_address": {"name": "Ada Lovelace", "line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"},
    "shipping_option": "opt_…"
}))]
pub struct PlaceOrder {
    /// Either this or `items`. A guest proves the cart theirs by cookie, `Cart-Token` or `cart_token`.
    #[serde(default)]
    pub cart_id: Option<CartId>,
    #[serde(default)]
    pub cart_token: Option<String>,
    #[serde(default)]
    pub items: Option<Vec<Item>>,
    /// Absent: the cart's, or the signed-in user's.
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub shipping_address: Option<Address>,
    /// Absent: the shipping address.
    #[serde(default)]
    pub billing_address: Option<Address>,
    /// An `id` from `/shipping/calculate`.
    #[serde(default)]
    pub shipping_option: Option<String>,
    #[serde(default)]
    pub coupon: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
    /// BCP 47; the language of the mails about this order. Absent: that of `Accept-Language`.
    #[serde(default)]
    pub locale: Option<String>,
    /// The total the buyer was shown. If it is another by now, nothing is ordered.
    #[serde(default)]
    pub expected_total: Option<Money>,
}

/// An order as it is wanted, with nothing left open.
pub struct Wanted {
    pub cart: Option<cart::Model>,
    pub cart_lines: Vec<cart_line::Model>,
    pub user: Option<Uuid>,
    pub items: Vec<Item>,
    pub email: String,
    pub shipping_address: Address,
    pub billing_address: Option<Address>,
    pub shipping_option: String,
    pub coupon: Option<String>,
    pub note: Option<String>,
    pub locale: String,
    pub expected_total: Option<Money>,
}

/// Checks what can be checked without looking anything up.
pub fn check(body: &PlaceOrder) -> Result<(), Problem> {
    let mut checks = Checks::new();
    let one = body.cart_id.is_some() != body.items.is_some();
    checks.require(one, "items", "required", "either cart_id or items must be given");
    if let Some(items) = &body.items {
        checks.range("items", &items.len(), &(1..=LINES_MAX));
        for (index, item) in items.iter().enumerate().take(LINES_MAX) {
            checks.text(&format!("items[{index}].sku"), &item.sku, 1..=SKU_LEN_MAX);
            checks.range(&format!("items[{index}].quantity"), &item.quantity, &(1..=QUANTITY_MAX));
        }
    }
    if let Some(email) = &body.email {
        checks.email("email", email);
    }
    if let Some(address) = &body.shipping_address {
        checks.address("shipping_address", address);
    }
    if let Some(address) = &body.billing_address {
        checks.address("billing_address", address);
    }
    let texts = [
        ("shipping_option", &body.shipping_option, 1..=4096),
        ("coupon", &body.coupon, 0..=64),
        ("note", &body.note, 0..=2000),
        ("cart_token", &body.cart_token, 1..=200),
        ("locale", &body.locale, 2..=35),
    ];
    for (field, text, length) in texts {
        if let Some(text) = text {
            checks.text(field, text, length);
        }
    }
    checks.done()
}

/// Fills in from the cart and the account what the body leaves out; tells what is still missing.
pub async fn resolve(app: &App, caller: &Caller, holder: &Holder, body: PlaceOrder) -> Result<Wanted, Error> {
    let holder = Holder { token: body.cart_token.clone().or_else(|| holder.token.clone()), ..holder.clone() };
    let cart = match body.cart_id {
        Some(id) => Some(own_cart(app, &holder, id).await?),
        None => None,
    };
    // What a placed order was placed with is of no interest to its repeat.
    let placed = cart.as_ref().is_some_and(|cart| cart.order_id.is_some());
    let cart_lines = match &cart {
        Some(cart) => store::carts::lines(app.db.reader(), cart.id).await?,
        None => Vec::new(),
    };
    let items = match &cart {
        Some(_) => cart_lines.iter().map(item).collect(),
        None => summed(body.items.unwrap_or_default())?,
    };
    let from_cart = |field: fn(&cart::Model) -> Option<String>| cart.as_ref().and_then(field);
    let user_email = caller.user().map(|user| user.email.clone());
    let email = body.email.or_else(|| from_cart(|cart| cart.email.clone())).or(user_email);
    let address = match (body.shipping_address, cart.as_ref().and_then(|cart| cart.shipping_address.as_ref())) {
        (Some(address), _) => Some(address),
        (None, drafted) => drafted.map(store::read_json).transpose()?,
    };
    let option = body.shipping_option.or_else(|| from_cart(|cart| cart.shipping_option.clone()));
    let mut checks = Checks::new();
    checks.require(!items.is_empty() || placed, "items", "required", "the cart is empty");
    checks.require(email.is_some() || placed, "email", "required", "is required");
    checks.require(address.is_some() || placed, "shipping_address", "required", "is required");
    checks.require(option.is_some() || placed, "shipping_option", "required", "is required");
    checks.done()?;
    let coupon =
        body.coupon.or_else(|| from_cart(|cart| cart.coupon.clone())).filter(|coupon| !coupon.trim().is_empty());
    Ok(Wanted {
        user: caller.user().map(|user| user.id.uuid()),
        items,
        email: normal_email(&email.unwrap_or_default()),
        shipping_address: address.unwrap_or_else(nowhere),
        billing_address: body.billing_address,
        shipping_option: option.unwrap_or_default(),
        coupon,
        note: body.note.filter(|note| !note.trim().is_empty()),
        locale: body.locale.unwrap_or_else(|| app.config.default_locale.clone()),
        expected_total: body.expected_total,
        cart,
        cart_lines,
    })
}

/// Addresses are compared and kept in lower case, as the users service does.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

async fn own_cart(app: &App, holder: &Holder, id: CartId) -> Result<cart::Model, Error> {
    let cart = store::carts::find(app.db.reader(), id.uuid()).await?.ok_or(Error::NotFound)?;
    let usable = matches!(cart.status.as_str(), "active" | "completed");
    if usable && holder.owns(&cart) { Ok(cart) } else { Err(Error::NotFound) }
}

fn item(line: &cart_line::Model) -> Item {
    Item { sku: line.sku.clone(), quantity: store::quantity(line.quantity) }
}

/// One line for each SKU, where it was named first.
fn summed(items: Vec<Item>) -> Result<Vec<Item>, Problem> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut lines: Vec<Item> = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let place = *places.entry(item.sku.clone()).or_insert(lines.len());
        match lines.get_mut(place) {
            Some(line) => {
                line.quantity = line.quantity.saturating_add(item.quantity);
                Checks::new().range(&format!("items[{index}].quantity"), &line.quantity, &(1..=QUANTITY_MAX)).done()?;
            }
            None => lines.push(item),
        }
    }
    Ok(lines)
}

fn nowhere() -> Address {
    Address {
        name: String::new(),
        line1: String::new(),
        line2: None,
        city: String::new(),
        region: None,
        postal_code: String::new(),
        country: String::new(),
        phone: None,
    }
}
