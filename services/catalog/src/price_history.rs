//! What things have cost, for whoever compares what they were sold at.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use contracts::Money;
use sea_orm::DbErr;

use crate::{App, entity::price, store::products};

/// The prices of one SKU, oldest first, each with the moment from which it holds.
#[derive(Clone, Debug)]
pub struct PriceHistory(Vec<(DateTime<Utc>, Money)>);

/// The prices of every SKU that there is.
pub async fn price_history(app: &App) -> Result<HashMap<String, PriceHistory>, DbErr> {
    let all = products::all_prices(app.db.reader()).await?;
    Ok(all.into_iter().map(|(sku, prices)| (sku, PriceHistory::of(&prices))).collect())
}

impl PriceHistory {
    fn of(rows: &[price::Model]) -> Self {
        let priced = |row: &price::Model| Some((row.since, Money::new(row.price_minor, row.currency.parse().ok()?)));
        Self(rows.iter().filter_map(priced).collect())
    }

    /// The prices that may have held at any time from `begin` to `end`; none if nothing is known of that time. Of two whose times
    /// `differ` by no more nobody knows which came last: they may be of clocks that do not agree.
    pub fn between(&self, begin: DateTime<Utc>, end: DateTime<Utc>, differ: Duration) -> impl Iterator<Item = Money> {
        let until = |end: DateTime<Utc>| self.0.partition_point(|(since, _)| *since <= end);
        let last_before = until(begin).checked_sub(1).map(|last| self.0[last].0);
        let first = last_before.map_or(0, |last| self.0.partition_point(|(since, _)| *since + differ < last));
        self.0[first..until(end)].iter().map(|(_, price)| *price)
    }
}

#[cfg(test)]
mod tests {
    use contracts::{Currency, time};

    use super::*;

    #[test]
    fn a_price_holds_until_the_next_one() {
        let start = time::now();
        let at = |minute: i64| start + Duration::minutes(minute);
        let euros = |amount| Money::new(amount, Currency::EUR);
        let history = PriceHistory(vec![(at(0), euros(100)), (at(10), euros(200)), (at(20), euros(300))]);
        for (begin, end, held) in [
            (-5, -1, &[] as &[i64]),
            (-5, 0, &[100]),
            (5, 9, &[100]),
            (9, 10, &[100, 200]),
            (10, 12, &[200]),
            (5, 25, &[100, 200, 300]),
            (30, 40, &[300]),
        ] {
            let held_then = history.between(at(begin), at(end), Duration::zero());
            assert_eq!(held_then.map(|price| price.amount).collect::<Vec<_>>(), held, "from {begin} to {end}");
        }
        let unsure: Vec<i64> =
            history.between(at(12), at(12), Duration::minutes(10)).map(|price| price.amount).collect();
        assert_eq!(unsure, [100, 200]);
    }
}
