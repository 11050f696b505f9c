//! Lists for staff, out of all shards.

use std::cmp::Reverse;

use sea_orm::DbErr;
use web::Page;

use crate::{
    App, Error,
    store::{self, DisputePlace, PaymentFilter},
    views::{DisputePage, DisputeView, PaymentView},
};

/// A page of payments, newest first.
pub async fn payments(app: &App, filter: PaymentFilter, limit: u64) -> Result<Page<PaymentView>, Error> {
    let apps = match filter.order {
        Some(order) => vec![app.clone().at(app.shards.holding(order))],
        None => app.everywhere(),
    };
    let asked = |app: App| async move {
        // Those of one order stand on its page, which shows what was just done.
        let reader = if filter.order.is_some() { app.db.reader().into() } else { app.db.late_reader().await };
        store::payments(&reader, filter, limit + 1).await
    };
    let mut rows = db::everywhere(apps, asked).await?.concat();
    rows.sort_by_key(|row| Reverse(row.id));
    let Page { items, next_cursor } = Page::of(rows, limit, |row| row.id, PaymentView::of);
    Ok(Page { items: items.into_iter().collect::<Result<_, DbErr>>()?, next_cursor })
}

/// A page of disputes, the nearest deadline first, and how many there are.
pub async fn disputes(app: &App, open: bool, after: Option<DisputePlace>, limit: u64) -> Result<DisputePage, Error> {
    let asked = |app: App| async move {
        let reader = &app.db.late_reader().await;
        let rows = store::disputes(reader, open, after, limit + 1).await?;
        let deadlines = store::unanswered_deadlines(reader).await?;
        Ok::<_, DbErr>((rows, deadlines, store::count_disputes(reader, open).await?))
    };
    let (mut rows, mut deadlines, mut total) = (Vec::new(), Vec::new(), 0);
    for (some, dates, count) in db::everywhere(app.everywhere(), asked).await? {
        rows.extend(some);
        deadlines.extend(dates);
        total += count;
    }
    rows.sort_by_key(|row| (row.evidence_due_by, row.id));
    let Page { items, next_cursor } = Page::of(rows, limit, |row| (row.evidence_due_by, row.id), DisputeView::of);
    Ok(DisputePage {
        items: items.into_iter().collect::<Result<_, DbErr>>()?,
        next_cursor,
        total,
        unanswered: deadlines.len() as u64,
        next_due_by: deadlines.into_iter().min(),
    })
}
