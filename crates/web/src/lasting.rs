//! How long an answer may be given again to whoever asks for the same: told by the service that gave it, for the gateway.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// For another process, which cannot ask whether an answer still lasts: what it was made of, and in which state that was, as
/// in `9f0c2f4be1d27a06 42`.
const LASTING: HeaderName = HeaderName::from_static("rialto-lasting");
/// So long what was said of a state is believed: as long as it may take to follow a change that another process made.
const BELIEVED: Duration = Duration::from_secs(1);
/// Of whom nothing was heard for so long is forgotten when somebody new comes.
const REMEMBERED: Duration = Duration::from_secs(60);

/// Until when an answer is right.
#[derive(Clone)]
pub enum Lasting {
    /// As long as its service says so, in the same process.
    While(Arc<dyn Fn() -> bool + Send + Sync>),
    /// As long as what it was made of, in another process, was still in this state when it was heard of last, a moment ago.
    In(u64, Arc<Source>),
}

/// What the answers of a process that may be given again are all made of, such as its index, and how far that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Of what: a number that no other process has.
    pub of: u64,
    /// Grows when anything changes that such an answer shows. As long as it stays the same, they are right.
    pub count: u64,
}

impl State {
    /// A number for what states are of.
    pub fn name() -> u64 {
        Uuid::now_v7().as_u64_pair().1
    }
}

/// What a gateway hears of the states in other processes. Each answer that lasts says that the others of its state do, too.
#[derive(Debug, Default)]
pub struct Heard(Mutex<HashMap<u64, Arc<Source>>>);

/// What answers of another process are made of, and the last that was heard of it.
#[derive(Debug)]
pub struct Source(Mutex<Word>);

#[derive(Clone, Copy, Debug)]
struct Word {
    count: u64,
    /// When the answer was asked for that said so: it may have been long under way.
    asked_at: Instant,
}

impl Lasting {
    /// Marks `response` as one that depends on nothing but the path and query asked for, with no token, and that is right
    /// as long as `still` says so. Other processes are told the `state` that it is of.
    pub fn mark(response: &mut Response, state: State, still: impl Fn() -> bool + Send + Sync + 'static) {
        let State { of, count } = state;
        if let Ok(told) = HeaderValue::try_from(format!("{of:016x} {count}")) {
            response.headers_mut().insert(LASTING, told);
        }
        response.extensions_mut().insert(Self::While(Arc::new(still)));
    }

    /// What its service said of `response`, which was asked for at `asked_at`: in this process or in its own.
    pub fn of(response: &mut Response, heard: &Heard, asked_at: Instant) -> Option<Self> {
        response.extensions_mut().remove::<Self>().or_else(|| heard.take_in(response.headers(), asked_at))
    }

    pub fn holds(&self) -> bool {
        match self {
            Self::While(still) => still(),
            Self::In(count, source) => {
                let word = *lock(&source.0);
                word.count == *count && word.asked_at.elapsed() < BELIEVED
            }
        }
    }
}

impl Heard {
    fn take_in(&self, headers: &HeaderMap, asked_at: Instant) -> Option<Lasting> {
        let (of, count) = headers.get(LASTING)?.to_str().ok()?.split_once(' ')?;
        let (of, count) = (u64::from_str_radix(of, 16).ok()?, count.parse().ok()?);
        let source = self.source(of, asked_at);
        let mut word = lock(&source.0);
        // Answers may overtake each other, and an older one says nothing of now.
        if count > word.count {
            *word = Word { count, asked_at };
        } else if count == word.count {
            word.asked_at = word.asked_at.max(asked_at);
        }
        drop(word);
        Some(Lasting::In(count, source))
    }

    fn source(&self, of: u64, asked_at: Instant) -> Arc<Source> {
        let mut known = lock(&self.0);
        if let Some(source) = known.get(&of) {
            return source.clone();
        }
        known.retain(|_, source| lock(&source.0).asked_at.elapsed() < REMEMBERED);
        let source = Arc::new(Source(Mutex::new(Word { count: 0, asked_at })));
        known.insert(of, source.clone());
        source
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Lasting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lasting({})", self.holds())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// What another process hears of an answer that it asked for so long ago.
    fn elsewhere(heard: &Heard, count: u64, ago: Duration) -> Lasting {
        let mut response = Response::default();
        Lasting::mark(&mut response, State { of: 1, count }, || true);
        response.extensions_mut().clear();
        Lasting::of(&mut response, heard, Instant::now() - ago).expect("the header is left")
    }

    #[test]
    fn in_the_same_process_the_service_is_asked() {
        let is_right = Arc::new(AtomicBool::new(true));
        let still = is_right.clone();
        let (mut response, heard) = (Response::default(), Heard::default());
        assert!(Lasting::of(&mut response, &heard, Instant::now()).is_none());
        Lasting::mark(&mut response, State { of: 1, count: 1 }, move || still.load(Ordering::Relaxed));
        let here = Lasting::of(&mut response, &heard, Instant::now()).expect("it was marked");
        assert!(here.holds());
        is_right.store(false, Ordering::Relaxed);
        assert!(!here.holds(), "the service takes it back");
    }

    #[test]
    fn elsewhere_an_answer_lasts_until_another_one_says_that_something_changed() {
        let heard = Heard::default();
        let now = Duration::ZERO;
        let (first, second) = (elsewhere(&heard, 7, now), elsewhere(&heard, 7, now));
        assert!(first.holds() && second.holds());
        let third = elsewhere(&heard, 8, now);
        assert!(!first.holds() && !second.holds() && third.holds());
        let late = elsewhere(&heard, 7, now);
        assert!(!late.holds() && third.holds(), "an answer that was overtaken takes nothing back");
    }

    #[test]
    fn an_answer_says_how_it_was_when_it_was_asked_for() {
        let heard = Heard::default();
        let first = elsewhere(&heard, 7, BELIEVED);
        let slow = elsewhere(&heard, 7, BELIEVED * 9);
        assert!(!first.holds() && !slow.holds(), "it may have changed since");
        let quick = elsewhere(&heard, 7, Duration::ZERO);
        assert!(first.holds() && slow.holds() && quick.holds(), "nothing has changed, says another answer");
        elsewhere(&heard, 7, BELIEVED * 9);
        assert!(first.holds(), "what was asked for before does not make it older");
    }

    #[test]
    fn what_is_no_word_of_a_service_lasts_for_nobody() {
        for told in ["1000", "x 1", "1 x", "1 -1", ""] {
            let mut response = Response::default();
            response.headers_mut().insert(LASTING, HeaderValue::from_static(told));
            assert!(Lasting::of(&mut response, &Heard::default(), Instant::now()).is_none(), "{told}");
        }
    }
}
