//! Lists of orders: of one buyer or of everybody, out of all shards.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use contracts::ids::UserId;
use uuid::Uuid;
use web::Page;

use crate::{
    App, Error,
    entity::order,
    gather::gather,
    store::{
        self,
        orders::{Filter, Place, Sort},
    },
    views::{self, OrderSummary},
};

/// Which orders, in which order, from where on.
#[derive(Clone, Debug)]
pub struct List {
    pub filter: Filter,
    pub sort: Sort,
    pub after: Option<Place>,
    pub limit: u64,
}

/// A page of the orders of `own`, or of everybody's.
pub async fn list(app: &App, own: Option<UserId>, wanted: &List) -> Result<Page<OrderSummary>, Error> {
    let rows = gather(app, own, |app| async move { part(&app, wanted, own.is_none()).await }).await?;
    let rows = in_order(rows, wanted.sort);
    let summary = |(_, summary)| summary;
    Ok(match wanted.sort {
        Sort::Newest | Sort::Oldest => Page::of(rows, wanted.limit, |(place, _)| (place.placed, place.id), summary),
        Sort::Dearest | Sort::Cheapest => Page::of(rows, wanted.limit, |(place, _)| (place.total, place.id), summary),
    })
}

/// All by which an order may be sorted.
#[derive(Clone, Copy, Debug)]
struct Keys {
    placed: DateTime<Utc>,
    total: i64,
    id: Uuid,
}

impl Keys {
    fn of(row: &order::Model) -> Self {
        Self { placed: row.created_at, total: row.total_minor, id: row.id }
    }
}

/// One shard's part of the page, and of the one behind it.
async fn part(app: &App, wanted: &List, for_staff: bool) -> Result<Vec<(Keys, OrderSummary)>, Error> {
    // Buyers look for the order that they have just placed; staff look through everybody's.
    let reader = if for_staff { app.db.late_reader().await } else { app.db.reader().into() };
    let List { filter, sort, after, limit } = wanted.clone();
    let rows = store::orders::list(&reader, filter, sort, after, limit + 1).await?;
    let keys: Vec<Keys> = rows.iter().map(Keys::of).collect();
    Ok(keys.into_iter().zip(views::summaries(&reader, rows, for_staff).await?).collect())
}

fn in_order(mut rows: Vec<(Keys, OrderSummary)>, sort: Sort) -> Vec<(Keys, OrderSummary)> {
    match sort {
        Sort::Newest => rows.sort_by_key(|(keys, _)| Reverse((keys.placed, keys.id))),
        Sort::Oldest => rows.sort_by_key(|(keys, _)| (keys.placed, keys.id)),
        Sort::Dearest => rows.sort_by_key(|(keys, _)| Reverse((keys.total, keys.id))),
        Sort::Cheapest => rows.sort_by_key(|(keys, _)| (keys.total, keys.id)),
    }
    rows
}
