//! What the books of other services are compared with: the money each order brought, and what went back.

use std::collections::HashMap;

use contracts::{Currency, Money, ids::OrderId};
use sea_orm::{DbErr, EntityTrait};

use crate::{App, entity::payment};

/// The money of one order, all its payments together.
#[derive(Clone, Debug)]
pub struct PaymentBook {
    /// What the provider was asked for, of each payment of which money was captured.
    pub asked: Vec<Money>,
    pub captured: Money,
    pub refunded: Money,
}

/// Orders of which money was captured.
pub async fn books(app: &App) -> Result<HashMap<OrderId, PaymentBook>, DbErr> {
    let mut books: HashMap<OrderId, PaymentBook> = HashMap::new();
    let read = |app: App| async move { payment::Entity::find().all(app.db.reader()).await };
    for payment in db::everywhere(app.everywhere(), read).await?.into_iter().flatten() {
        let Ok(currency) = payment.currency.parse::<Currency>() else { continue };
        if payment.captured_minor == 0 {
            continue;
        }
        let none = PaymentBook { asked: Vec::new(), captured: Money::zero(currency), refunded: Money::zero(currency) };
        let book = books.entry(payment.order_id.into()).or_insert(none);
        book.asked.push(Money::new(payment.amount_minor, currency));
        book.captured.amount += payment.captured_minor;
        book.refunded.amount += payment.refunded_minor;
    }
    Ok(books)
}
