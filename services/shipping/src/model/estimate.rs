//! When a parcel should arrive, counted in working days.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The days between which a parcel should arrive, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"earliest": "2026-11-25", "latest": "2026-11-27"}))]
pub struct Estimate {
    pub earliest: NaiveDate,
    pub latest: NaiveDate,
}

/// The estimate for a parcel that leaves on `day`.
pub fn from_day(day: NaiveDate, min_days: u32, max_days: u32) -> Estimate {
    Estimate { earliest: working_days_after(day, min_days), latest: working_days_after(day, max_days.max(min_days)) }
}

fn working_days_after(day: NaiveDate, days: u32) -> NaiveDate {
    let mut left = days;
    let mut day = day;
    while left > 0 || is_weekend(day) {
        let Some(next) = day.checked_add_days(Days::new(1)) else { return day };
        day = next;
        if left > 0 && !is_weekend(day) {
            left -= 1;
        }
    }
    day
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn weekends_do_not_count() {
        // 2026-11-20 is a Friday.
        let friday = day("2026-11-20");
        assert_eq!(from_day(friday, 1, 3), Estimate { earliest: day("2026-11-23"), latest: day("2026-11-25") });
        assert_eq!(
            from_day(day("2026-11-22"), 0, 1),
            Estimate { earliest: day("2026-11-23"), latest: day("2026-11-23") }
        );
        assert_eq!(from_day(friday, 5, 2).latest, day("2026-11-27"));
    }
}
