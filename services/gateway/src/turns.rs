//! Turns: of the requests that change something, so many are worked on at once, in the order in which they came.
//!
//! A machine that is full does not get more done by being asked for more at once. It only has more that is half done, and what
//! is under way, such as the events of orders that were placed, comes late for all that was let in before it.

use std::time::Duration;

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout},
};

/// How long a turn lasts. Who takes longer waits for somebody else as a rule, such as a payment provider, and must not keep the
/// next ones waiting as well.
const TURN_MAX: Duration = Duration::from_millis(100);

/// Whose turn it is.
pub(crate) struct Turns(Option<Semaphore>);

/// A turn that has begun.
pub(crate) struct Turn<'a> {
    place: Option<SemaphorePermit<'a>>,
    waited: Duration,
}

/// So many others were waiting that none came up in time.
pub(crate) struct NoTurn;

impl Turns {
    /// `None`, or 0: everybody's turn is at once.
    pub fn new(at_once: Option<usize>) -> Self {
        let limit = at_once.filter(|at_once| *at_once > 0);
        Self(limit.map(|at_once| Semaphore::new(at_once.min(Semaphore::MAX_PERMITS))))
    }

    pub fn are_limited(&self) -> bool {
        self.0.is_some()
    }

    /// Waits for a turn, `within` so long.
    pub async fn next(&self, within: Duration) -> Result<Turn<'_>, NoTurn> {
        let Some(places) = &self.0 else { return Ok(Turn::at_once()) };
        let begun = Instant::now();
        let place = timeout(within, places.acquire()).await;
        let waited = begun.elapsed();
        metrics::histogram!("rialto_gateway_wait_duration_seconds").record(waited.as_secs_f64());
        // A place may be free by the time it is too late.
        let place = place.ok().filter(|_| waited <= within).ok_or(NoTurn)?;
        // They are never closed.
        Ok(Turn { place: place.ok(), waited })
    }
}

impl Turn<'_> {
    /// Of someone who waits for nobody.
    pub fn at_once() -> Self {
        Self { place: None, waited: Duration::ZERO }
    }

    /// How long it took to come up.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Does `work`, for the first `TURN_MAX` of it in this turn.
    pub async fn spend_on<T>(self, mut work: impl Future<Output = T> + Unpin) -> T {
        if self.place.is_some()
            && let Ok(done) = timeout(TURN_MAX, &mut work).await
        {
            return done;
        }
        drop(self);
        work.await
    }
}
