//! Work that is done beside other work, once an hour at most: removing what is old where new things come in.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

const HOUR: Duration = Duration::from_secs(3600);

/// When it was last time. The first asking is always in time, so a program that is started daily does it daily.
#[derive(Debug, Default)]
pub struct Hourly(Mutex<Option<Instant>>);

impl Hourly {
    /// Whether it is time, which is then noted as done.
    pub fn is_due(&self, now: Instant) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| now - last >= HOUR);
        if due {
            *last = Some(now);
        }
        due
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
}
