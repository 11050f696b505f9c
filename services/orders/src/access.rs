//! Whose an order is, and who else may see it.

use contracts::{ids::OrderId, permissions::Permission};
use uuid::Uuid;
use web::Caller;

use crate::{App, Error, entity::order, store, tokens};

/// Whether the order is the caller's: their account's, or a guest's who holds its token.
pub fn owns(caller: &Caller, order: &order::Model) -> bool {
    let by_user = match (caller.user(), order.user_id) {
        (Some(user), Some(owner)) => user.id.uuid() == owner,
        // Nobody is nobody's owner: two absent users are not the same one.
        _ => false,
    };
    let by_token = match (caller.order_token(), &order.guest_token_hash) {
        (Some(token), Some(hash)) => tokens::matches(token, hash),
        _ => false,
    };
    by_user || by_token
}

/// The order, if it is the caller's or the caller's role allows `permission`. Else it does not exist.
pub async fn visible(app: &App, caller: &Caller, id: OrderId, permission: Permission) -> Result<order::Model, Error> {
    if caller.order_token().is_none() {
        caller.signed_in()?;
    }
    let order = store::orders::find(app.db.reader(), id).await?.ok_or(Error::NotFound)?;
    if owns(caller, &order) || caller.can(permission) { Ok(order) } else { Err(Error::NotFound) }
}

/// For lists: the user whose orders the caller may see, `None` for all.
pub fn listed_user(caller: &Caller) -> Result<Option<Uuid>, Error> {
    let user = caller.signed_in()?;
    Ok((!caller.can(Permission::OrdersRead)).then(|| user.id.uuid()))
}
