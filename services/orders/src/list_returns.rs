//! Lists of returns: of one buyer or of everybody, out of all shards, newest first.

use std::cmp::Reverse;

use uuid::Uuid;
use web::Page;

use crate::{
    App, Error,
    gather::gather,
    store::{self, returns::Filter},
    views::{self, ReturnView},
};

/// A page of returns behind the place `after`.
pub async fn list(app: &App, filter: Filter, after: Option<Uuid>, limit: u64) -> Result<Page<ReturnView>, Error> {
    let ask = |app: App| async move {
        // Those of one order stand on its page, which shows what was just done.
        let is_queue = filter.buyer.is_none() && filter.order.is_none();
        let reader = if is_queue { app.db.late_reader().await } else { app.db.reader().into() };
        let rows = store::returns::list(&reader, filter, after, limit + 1).await?;
        views::returns(&reader, rows).await
    };
    let mut rows = match filter.order {
        Some(order) => ask(app.clone().at(app.shards.holding(order))).await?,
        None => gather(app, filter.buyer, ask).await?,
    };
    rows.sort_by_key(|row| Reverse(row.id));
    Ok(Page::of(rows, limit, |row| row.id.uuid(), |row| row))
}
