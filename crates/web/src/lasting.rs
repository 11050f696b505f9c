//! How long an answer may be given again to whoever asks for the same: told by the service that gave it, for the gateway.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// For another process, which cannot ask whether an answer still lasts: who gave it, and in which state that process was, as in
/// `9f0c2f4be1d27a06 42`.
const LASTING: HeaderName = HeaderName::from_static("rialto-lasting");
/// What this process is called there.
static OURSELVES: LazyLock<u64> = LazyLock::new(|| Uuid::now_v7().as_u64_pair().1);
/// So long what a process said of its state is believed: as long as it may take to follow a change that another one made.
const BELIEVED: Duration = Duration::from_secs(1);
/// Of whom nothing was heard for so long is forgotten when somebody new comes.
const REMEMBERED: Duration = Duration::from_secs(60);

/// Until when an answer is right.
#[derive(Clone)]
pub enum Lasting {
    /// As long as its service says so, in the same process.
    While(Arc<dyn Fn() -> bool + Send + Sync>),
    /// As long as the other process that gave it was still in this state when it spoke last, which was a moment ago.
    In(u64, Arc<Process>),
}

/// What gateways hear of the processes that answer them. Each of its answers that lasts says that the others of the same
/// state do, too.
#[derive(Debug, Default)]
pub struct Heard(Mutex<HashMap<u64, Arc<Process>>>);

/// A process of a service, and the last that was heard of it.
#[derive(Debug)]
pub struct Process(Mutex<Word>);

#[derive(Clone, Copy, Debug)]
struct Word {
    state: u64,
    at: Instant,
}

impl Lasting {
    /// Marks `response` as one that depends on nothing but the path and query asked for, with no token, and that is right
    /// as long as `still` says so. `state` counts what has changed of all that such answers of this process are made of:
    /// it never goes back, and as long as it stays the same they stay right.
    pub fn mark(response: &mut Response, state: u64, still: impl Fn() -> bool + Send + Sync + 'static) {
        if let Ok(told) = HeaderValue::try_from(format!("{:016x} {state}", *OURSELVES)) {
            response.headers_mut().insert(LASTING, told);
        }
        response.extensions_mut().insert(Self::While(Arc::new(still)));
    }

    /// What its service said of `response`, in this process or in its own.
    pub fn of(response: &mut Response, heard: &Heard) -> Option<Self> {
        response.extensions_mut().remove::<Self>().or_else(|| heard.take_in(response.headers()))
    }

    pub fn holds(&self) -> bool {
        match self {
            Self::While(still) => still(),
            Self::In(state, process) => {
                let word = *lock(&process.0);
                word.state == *state && word.at.elapsed() < BELIEVED
            }
        }
    }
}

impl Heard {
    fn take_in(&self, headers: &HeaderMap) -> Option<Lasting> {
        let (process, state) = headers.get(LASTING)?.to_str().ok()?.split_once(' ')?;
        let (process, state) = (u64::from_str_radix(process, 16).ok()?, state.parse().ok()?);
        let process = self.process(process);
        let mut word = lock(&process.0);
        // Answers may overtake each other, and an older one says nothing of now.
        if state >= word.state {
            *word = Word { state, at: Instant::now() };
        }
        drop(word);
        Some(Lasting::In(state, process))
    }

    fn process(&self, name: u64) -> Arc<Process> {
        let mut known = lock(&self.0);
        if let Some(process) = known.get(&name) {
            return process.clone();
        }
        known.retain(|_, process| lock(&process.0).at.elapsed() < REMEMBERED);
        let process = Arc::new(Process(Mutex::new(Word { state: 0, at: Instant::now() })));
        known.insert(name, process.clone());
        process
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

    fn marked(state: u64) -> Response {
        let mut response = Response::default();
        Lasting::mark(&mut response, state, || true);
        response
    }

    /// What another process hears of an answer.
    fn elsewhere(heard: &Heard, state: u64) -> Lasting {
        let mut response = marked(state);
        response.extensions_mut().clear();
        Lasting::of(&mut response, heard).expect("the header is left")
    }

    #[test]
    fn in_the_same_process_the_service_is_asked() {
        let is_right = Arc::new(AtomicBool::new(true));
        let still = is_right.clone();
        let mut response = Response::default();
        assert!(Lasting::of(&mut response, &Heard::default()).is_none());
        Lasting::mark(&mut response, 1, move || still.load(Ordering::Relaxed));
        let here = Lasting::of(&mut response, &Heard::default()).expect("it was marked");
        assert!(here.holds());
        is_right.store(false, Ordering::Relaxed);
        assert!(!here.holds(), "the service takes it back");
    }

    #[test]
    fn elsewhere_an_answer_lasts_until_its_process_says_that_something_changed() {
        let heard = Heard::default();
        let (first, second) = (elsewhere(&heard, 7), elsewhere(&heard, 7));
        assert!(first.holds() && second.holds());
        let third = elsewhere(&heard, 8);
        assert!(!first.holds() && !second.holds() && third.holds());
        let late = elsewhere(&heard, 7);
        assert!(!late.holds() && third.holds(), "an answer that was overtaken takes nothing back");
    }

    #[test]
    fn whoever_says_nothing_for_a_second_is_not_believed_until_it_speaks_again() {
        let heard = Heard::default();
        let answer = elsewhere(&heard, 7);
        let Lasting::In(_, process) = &answer else { panic!("it came from elsewhere") };
        lock(&process.0).at -= BELIEVED;
        assert!(!answer.holds());
        elsewhere(&heard, 7);
        assert!(answer.holds(), "nothing has changed, says another answer");
    }

    #[test]
    fn what_is_no_word_of_a_service_lasts_for_nobody() {
        for told in ["1000", "x 1", "1 x", "1 -1", ""] {
            let mut response = Response::default();
            response.headers_mut().insert(LASTING, HeaderValue::from_static(told));
            assert!(Lasting::of(&mut response, &Heard::default()).is_none(), "{told}");
        }
    }
}
