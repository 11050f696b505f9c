//! Whether an instance may be asked: one that does not answer is left alone for a while, then tried with one call.
//!
//! This is circuit breaker and outlier ejection in one. Calls go past an instance that is open to those that are not;
//! with all of them open, callers are told at once instead of waiting for a time-out each.

use std::time::{Duration, Instant};

/// Opens when at least half of so many calls failed within `WINDOW`, or so many in a row.
const CALLS_MIN: u32 = 10;
const IN_A_ROW: u32 = 5;
const WINDOW: Duration = Duration::from_secs(10);
/// How long it stays open; each failed probe doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const PAUSE_MAX: Duration = Duration::from_secs(80);

#[derive(Debug)]
pub(crate) struct Breaker {
    state: State,
    pause: Duration,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed {
        since: Instant,
        calls: u32,
        failures: u32,
        in_a_row: u32,
    },
    Open {
        until: Instant,
    },
    /// One call is under way that decides; it is given up if it has not said anything by then.
    Probing {
        until: Instant,
    },
}

impl Breaker {
    pub fn new(now: Instant) -> Self {
        Self { state: closed(now), pause: FIRST_PAUSE }
    }

    /// Whether a call may be made now. Asking changes nothing.
    pub fn admits(&self, now: Instant) -> bool {
        match self.state {
            State::Closed { .. } => true,
            State::Open { until } | State::Probing { until } => until <= now,
        }
    }

    /// A call is made. After a pause it is the one that is watched.
    pub fn called(&mut self, now: Instant) {
        if let State::Open { .. } | State::Probing { .. } = self.state {
            self.state = State::Probing { until: now + self.pause };
        }
    }

    pub fn answered(&mut self, now: Instant) {
        match &mut self.state {
            State::Closed { since, calls, failures, in_a_row } => {
                if now - *since > WINDOW {
                    (*since, *calls, *failures) = (now, 0, 0);
                }
                *calls += 1;
                *in_a_row = 0;
            }
            State::Probing { .. } => *self = Self::new(now),
            // The answer to a call from before.
            State::Open { .. } => {}
        }
    }

    /// A call got no answer. `true`: that opened it.
    pub fn failed(&mut self, now: Instant) -> bool {
        match &mut self.state {
            State::Closed { since, calls, failures, in_a_row } => {
                if now - *since > WINDOW {
                    (*since, *calls, *failures) = (now, 0, 0);
                }
                *calls += 1;
                *failures += 1;
                *in_a_row += 1;
                if *in_a_row < IN_A_ROW && (*calls < CALLS_MIN || *failures * 2 < *calls) {
                    return false;
                }
            }
            State::Probing { .. } => self.pause = (self.pause * 2).min(PAUSE_MAX),
            State::Open { .. } => return false,
        }
        self.state = State::Open { until: now + self.pause };
        true
    }
}

fn closed(now: Instant) -> State {
    State::Closed { since: now, calls: 0, failures: 0, in_a_row: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEC: Duration = Duration::from_secs(1);

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new(now);
        let opened: Vec<bool> = (0..IN_A_ROW).map(|_| breaker.failed(now)).collect();
        assert_eq!(opened, [false, false, false, false, true]);
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_an_answer_between_them_does_not() {
        let now = Instant::now();
        let mut breaker = Breaker::new(now);
        for _ in 0..4 {
            breaker.failed(now);
        }
        breaker.answered(now);
        assert!(breaker.admits(now));
        assert!(!opened(now).admits(now));
    }

    #[test]
    fn half_of_ten_calls_open_it_if_they_fail_within_ten_seconds() {
        let now = Instant::now();
        let (mut at_once, mut slowly) = (Breaker::new(now), Breaker::new(now));
        for second in 0..10 {
            let later = now + SEC * 3 * second;
            if second % 2 == 0 {
                at_once.answered(now);
                slowly.answered(later);
            } else {
                at_once.failed(now);
                slowly.failed(later);
            }
        }
        assert!(!at_once.admits(now));
        assert!(slowly.admits(now + SEC * 30));
    }

    #[test]
    fn after_a_pause_one_call_decides() {
        let now = Instant::now();
        let mut breaker = opened(now);
        assert!(!breaker.admits(now + SEC * 9));
        let later = now + SEC * 10;
        assert!(breaker.admits(later));
        breaker.called(later);
        assert!(!breaker.admits(later), "one is enough");
        assert!(breaker.failed(later));
        assert!(!breaker.admits(later + SEC * 19), "the second pause is longer");
        let much_later = later + SEC * 20;
        breaker.called(much_later);
        breaker.answered(much_later);
        assert!(breaker.admits(much_later));
    }

    #[test]
    fn a_probe_that_is_never_heard_of_again_is_not_the_last() {
        let now = Instant::now();
        let mut breaker = opened(now);
        breaker.called(now + SEC * 10);
        assert!(breaker.admits(now + SEC * 20));
    }

    #[test]
    fn an_answer_to_a_call_from_before_does_not_close_it() {
        let now = Instant::now();
        let mut breaker = opened(now);
        breaker.answered(now + SEC);
        assert!(!breaker.admits(now + SEC));
    }
}
