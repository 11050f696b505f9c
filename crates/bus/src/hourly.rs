//! Removing what is old beside other work, where new things come in: once an hour, or for a moment every ten seconds while
//! there is too much of it for one.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use db::Removed;
use sea_orm::DbErr;
use tokio::time::Instant;

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_secs(10);

/// When it is time next. The first asking is always in time, so a program that is started daily does it daily.
#[derive(Debug, Default)]
pub struct Hourly(Mutex<Option<Instant>>);

impl Hourly {
    /// Whether it is time, which is then noted as done.
    pub fn is_due(&self, now: Instant) -> bool {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = next.is_none_or(|next| now >= next);
        if due {
            *next = Some(now + HOUR);
        }
        due
    }

    /// Notes how it went, of `whose` rows. If some are left it is soon time again.
    pub fn note(&self, whose: &str, outcome: Result<Removed, DbErr>) {
        match outcome {
            Ok(Removed { more: false, .. }) => return,
            Ok(Removed { rows, more: true }) => tracing::debug!(whose, rows, "there is more to remove that is old"),
            Err(error) => tracing::warn!(whose, %error, "old events are not removed: will try again"),
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + MOMENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_at_once_and_then_each_hour() {
        let (hourly, start) = (Hourly::default(), Instant::now());
        let due: Vec<bool> = [0, 1, 59, 60, 61, 120].map(|minutes| hourly.is_due(start + HOUR / 60 * minutes)).into();
        assert_eq!(due, [true, false, false, true, false, true]);
    }

    #[test]
    fn it_is_soon_due_again_while_something_is_left() {
        for (outcome, again) in [
            (Ok(Removed { rows: 9, more: true }), true),
            (Err(DbErr::Custom("busy".to_owned())), true),
            (Ok(Removed { rows: 1, more: false }), false),
        ] {
            let (hourly, now) = (Hourly::default(), Instant::now());
            assert!(hourly.is_due(now));
            hourly.note("orders", outcome);
            assert_eq!(hourly.is_due(Instant::now() + MOMENT), again);
        }
    }
}
