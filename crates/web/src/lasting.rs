//! How long an answer may be given again to whoever asks for the same: told by the service that gave it, for the gateway.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};

/// Milliseconds that an answer lasts for another process, which cannot ask again whether it still does.
const LASTING: HeaderName = HeaderName::from_static("rialto-lasting");
/// As long as a process may take to follow a change that another one made.
const ELSEWHERE: HeaderValue = HeaderValue::from_static("1000");
/// Nobody makes an answer last longer than that.
const LONGEST: Duration = Duration::from_secs(1);

/// Until when an answer is right.
#[derive(Clone)]
pub enum Lasting {
    /// As long as its service says so, in the same process.
    While(Arc<dyn Fn() -> bool + Send + Sync>),
    Until(Instant),
}

impl Lasting {
    /// Marks `response` as one that depends on nothing but the path and query asked for, with no token, and that is right
    /// as long as `still` says so.
    pub fn mark(response: &mut Response, still: impl Fn() -> bool + Send + Sync + 'static) {
        response.headers_mut().insert(LASTING, ELSEWHERE);
        response.extensions_mut().insert(Self::While(Arc::new(still)));
    }

    /// What its service said of `response`, in this process or in its own.
    pub fn of(response: &mut Response) -> Option<Self> {
        response.extensions_mut().remove::<Self>().or_else(|| told(response.headers()))
    }

    pub fn holds(&self) -> bool {
        match self {
            Self::While(still) => still(),
            Self::Until(end) => Instant::now() < *end,
        }
    }
}

fn told(headers: &HeaderMap) -> Option<Lasting> {
    let millis = headers.get(LASTING)?.to_str().ok()?.parse().ok()?;
    Some(Lasting::Until(Instant::now() + Duration::from_millis(millis).min(LONGEST)))
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

    #[tokio::test]
    async fn in_the_same_process_the_service_is_asked_and_elsewhere_time_decides() {
        let is_right = Arc::new(AtomicBool::new(true));
        let still = is_right.clone();
        let mut response = Response::default();
        Lasting::mark(&mut response, move || still.load(Ordering::Relaxed));
        let here = Lasting::of(&mut response).expect("it was marked");
        let elsewhere = Lasting::of(&mut response).expect("the header is left");
        assert!(here.holds() && elsewhere.holds());
        is_right.store(false, Ordering::Relaxed);
        assert!(!here.holds(), "the service takes it back");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert!(!elsewhere.holds());
    }

    #[test]
    fn nobody_makes_an_answer_last_for_hours() {
        let mut response = Response::default();
        assert!(Lasting::of(&mut response).is_none());
        response.headers_mut().insert(LASTING, HeaderValue::from_static("86400000"));
        let Some(Lasting::Until(end)) = Lasting::of(&mut response) else { panic!("it was told") };
        assert!(end <= Instant::now() + LONGEST);
    }
}
