//! The calendar of reports: whole days of a time zone, cut into days, weeks or months, as moments in UTC.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How finely a report is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    #[default]
    Day,
    /// From Monday to Sunday.
    Week,
    Month,
}

/// Whole days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// A part of a period, as moments: from `start` up to, and without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub days: Period,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// Whether the period holds all of the day, week or month.
    pub is_whole: bool,
}

impl Period {
    /// Days in it; none when it ends before it begins.
    pub fn days(self) -> u64 {
        u64::try_from((self.last - self.first).num_days() + 1).unwrap_or(0)
    }

    /// What it is compared with: what lies directly before it and is as long, in whole months if it consists of such.
    pub fn before(self) -> Self {
        let last = self.first.pred_opt().unwrap_or(self.first);
        let after_last = self.last.succ_opt().unwrap_or(self.last);
        let first = if self.first.day() == 1 && after_last.day() == 1 {
            let months = (after_last.year() - self.first.year()) * 12 + after_last.month0().cast_signed()
                - self.first.month0().cast_signed();
            self.first.checked_sub_months(Months::new(months.unsigned_abs()))
        } else {
            self.first.checked_sub_days(Days::new(self.days()))
        };
        Self { first: first.unwrap_or(self.first), last }
    }

    /// The moments at which it begins and ends in `zone`.
    pub fn span(self, zone: Tz) -> Span {
        let end = self.last.succ_opt().unwrap_or(self.last);
        Span { days: self, start: midnight(zone, self.first), end: midnight(zone, end), is_whole: true }
    }

    /// How many parts `cut` would make, or a little more.
    pub fn parts_at_most(self, interval: Interval) -> u64 {
        match interval {
            Interval::Day => self.days(),
            Interval::Week => self.days() / 7 + 2,
            Interval::Month => self.days() / 28 + 2,
        }
    }

    /// Its days, weeks or months, in order and without gaps. The first and the last may be cut off.
    pub fn cut(self, interval: Interval, zone: Tz) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut first = self.first;
        while first <= self.last {
            let calendar = interval.around(first);
            let last = calendar.last.min(self.last);
            let part = Self { first, last };
            spans.push(Span { is_whole: part == calendar, ..part.span(zone) });
            let Some(next) = last.succ_opt() else { break };
            first = next;
        }
        spans
    }
}

impl Interval {
    /// The day, week or month that `day` is in.
    fn around(self, day: NaiveDate) -> Period {
        let (first, after) = match self {
            Self::Day => (Some(day), day.succ_opt()),
            Self::Week => {
                let monday = day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()));
                (monday, monday.and_then(|monday| monday.checked_add_days(Days::new(7))))
            }
            Self::Month => {
                let first = day.with_day(1);
                (first, first.and_then(|first| first.checked_add_months(Months::new(1))))
            }
        };
        let last = after.and_then(|after| after.pred_opt());
        Period { first: first.unwrap_or(day), last: last.unwrap_or(day) }
    }
}

/// The moment at which a day begins in `zone`. Where the clocks are put forward at midnight, that is when they show
/// the day for the first time.
pub fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // Clocks jump by quarters of an hour; a whole day was left out when a country changed sides of the date line.
    let quarters = (0..=4 * 24).map(|count| midnight + TimeDelta::minutes(15 * count));
    quarters
        .filter_map(|moment| zone.from_local_datetime(&moment).earliest())
        .map(|moment| moment.to_utc())
        .next()
        .unwrap_or_else(|| midnight.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn period(first: &str, last: &str) -> Period {
        Period { first: day(first), last: day(last) }
    }

    fn zone(name: &str) -> Tz {
        name.parse().expect("a time zone")
    }

    #[test]
    fn a_day_has_23_hours_when_the_clocks_go_forward_and_25_when_they_go_back() {
        let hours = |zone_name: &str, text: &str| {
            let span = period(text, text).span(zone(zone_name));
            (span.end - span.start).num_minutes()
        };
        assert_eq!(hours("Europe/Berlin", "2026-03-28"), 24 * 60);
        assert_eq!(hours("Europe/Berlin", "2026-03-29"), 23 * 60);
        assert_eq!(hours("Europe/Berlin", "2026-10-25"), 25 * 60);
        // Half an hour in Lord Howe, and at midnight itself in Santiago, where the day begins at one.
        assert_eq!(hours("Australia/Lord_Howe", "2026-10-04"), 23 * 60 + 30);
        assert_eq!(hours("America/Santiago", "2026-09-06"), 23 * 60);
        assert_eq!(midnight(zone("America/Santiago"), day("2026-09-06")).to_rfc3339(), "2026-09-06T04:00:00+00:00");
        // Samoa had no 30 December 2011.
        assert_eq!(hours("Pacific/Apia", "2011-12-30"), 0);
        assert_eq!(hours("UTC", "2026-03-29"), 24 * 60);
    }

    #[test]
    fn parts_follow_each_other_without_gaps_and_say_whether_they_are_whole() {
        for zone in ["Europe/Berlin", "America/Santiago", "Pacific/Apia", "Asia/Kathmandu", "UTC"].map(zone) {
            for interval in [Interval::Day, Interval::Week, Interval::Month] {
                let period = period("2025-11-12", "2026-11-20");
                let spans = period.cut(interval, zone);
                assert!(spans.windows(2).all(|pair| pair[0].end == pair[1].start && pair[0].start < pair[0].end));
                let whole = period.span(zone);
                assert_eq!((spans[0].start, spans[spans.len() - 1].end), (whole.start, whole.end));
                assert!(spans.len() as u64 <= period.parts_at_most(interval));
            }
        }
        let weeks = period("2026-11-18", "2026-12-01").cut(Interval::Week, Tz::UTC);
        let told: Vec<_> =
            weeks.iter().map(|week| (week.days.first.to_string(), week.days.days(), week.is_whole)).collect();
        let expected = [("2026-11-18", 5, false), ("2026-11-23", 7, true), ("2026-11-30", 2, false)];
        assert_eq!(told, expected.map(|(first, days, whole)| (first.to_owned(), days, whole)));
        let months = period("2026-01-31", "2026-03-31").cut(Interval::Month, Tz::UTC);
        assert_eq!(months.iter().map(|month| month.is_whole).collect::<Vec<_>>(), [false, true, true]);
    }

    #[test]
    fn a_period_is_compared_with_as_many_days_or_months_before_it() {
        assert_eq!(period("2026-11-01", "2026-11-30").before(), period("2026-10-01", "2026-10-31"));
        assert_eq!(period("2026-01-01", "2026-03-31").before(), period("2025-10-01", "2025-12-31"));
        assert_eq!(period("2026-01-01", "2026-12-31").before(), period("2025-01-01", "2025-12-31"));
        assert_eq!(period("2026-11-02", "2026-11-08").before(), period("2026-10-26", "2026-11-01"));
        assert_eq!(period("2026-11-28", "2026-11-28").before(), period("2026-11-27", "2026-11-27"));
        assert_eq!(period("2026-11-28", "2026-11-27").days(), 0);
    }
}
