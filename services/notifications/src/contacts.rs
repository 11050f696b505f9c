//! What is kept of each order, so that messages about it know whom to write to and what was bought.

use contracts::{
    Id,
    ids::{OrderId, UserId},
    order::{Item, OrderSnapshot},
    time,
};
use db::{Db, Tx};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, OnConflict},
};
use serde_json::{Value, json};

use crate::{App, entity::order_contact, error::Error};

/// An order as messages need it.
#[derive(Clone, Debug)]
pub struct Contact {
    pub order_id: OrderId,
    pub number: String,
    pub email: String,
    pub user_id: Option<UserId>,
    pub name: String,
    pub locale: String,
    lines: Value,
}

impl Contact {
    pub fn of(order: &OrderSnapshot) -> Self {
        let lines = order.lines.iter();
        let lines =
            lines.map(|line| json!({"sku": line.sku, "title": line.title, "variant_title": line.variant_title}));
        Self {
            order_id: order.id,
            number: order.number.clone(),
            email: order.email.clone(),
            user_id: order.user_id,
            name: order.shipping_address.name.clone(),
            locale: order.locale.clone(),
            lines: Value::Array(lines.collect()),
        }
    }

    /// The goods of a parcel with their titles.
    pub fn goods(&self, items: &[Item]) -> Value {
        let title = |item: &Item| {
            let line = self.lines.as_array()?.iter().find(|line| line["sku"] == item.sku.as_str())?;
            Some((line["title"].clone(), line["variant_title"].clone()))
        };
        let good = |item: &Item| {
            let (title, variant_title) = title(item).unwrap_or((json!(item.sku), json!("")));
            json!({"quantity": item.quantity, "title": title, "variant_title": variant_title})
        };
        items.iter().map(good).collect()
    }

    /// The page where the buyer sees the order. A guest has to show number and address there first: the link that
    /// needs neither holds a token, which nothing may keep. It takes this one's place when a mail leaves.
    pub fn page(&self, app: &App) -> String {
        match self.user_id {
            Some(_) => {
                let path = app.config.order_page.replace("{id}", &self.order_id.to_string());
                format!("{}{path}", app.config.public_url)
            }
            None => self.lookup_page(app),
        }
    }

    pub fn lookup_page(&self, app: &App) -> String {
        format!("{}{}", app.config.public_url, app.config.lookup_page.replace("{number}", &self.number))
    }
}

/// Keeps what an event says of its order. Whichever event comes last has the newest snapshot.
pub async fn keep(tx: &Tx, contact: &Contact) -> Result<(), DbErr> {
    use order_contact::Column;
    let row = order_contact::ActiveModel {
        order_id: Set(contact.order_id.uuid()),
        number: Set(contact.number.clone()),
        email: Set(contact.email.clone()),
        user_id: Set(contact.user_id.map(Id::uuid)),
        name: Set(contact.name.clone()),
        locale: Set(contact.locale.clone()),
        lines: Set(contact.lines.clone()),
        confirmed_at: Set(None),
        updated_at: Set(time::now()),
    };
    let newer =
        [Column::Number, Column::Email, Column::UserId, Column::Name, Column::Locale, Column::Lines, Column::UpdatedAt];
    order_contact::Entity::insert(row)
        .on_conflict(OnConflict::column("order_id").update_columns(newer).to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Notes that a confirmation is owed from now on.
pub async fn note_confirmed(tx: &Tx, order: OrderId) -> Result<(), DbErr> {
    order_contact::Entity::update_many()
        .col_expr(order_contact::Column::ConfirmedAt, Expr::value(time::now()))
        .filter(order_contact::Column::OrderId.eq(order.uuid()))
        .filter(order_contact::Column::ConfirmedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The order, or `OrderUnknown`: its own event travels on another topic and may come later than the one at hand.
pub async fn find(db: &Db, order: OrderId) -> Result<Contact, Error> {
    let row = order_contact::Entity::find_by_id(order.uuid()).one(db.reader()).await?.ok_or(Error::OrderUnknown)?;
    Ok(Contact {
        order_id: order,
        number: row.number,
        email: row.email,
        user_id: row.user_id.map(Id::from),
        name: row.name,
        locale: row.locale,
        lines: row.lines,
    })
}
