//! The instances of one service: which of them is asked next, and how many calls may be under way.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rand::{RngExt, seq::SliceRandom};
use tokio::sync::{Semaphore, SemaphorePermit};
use tower::retry::budget::{Budget, TpsBudget};

use crate::breaker::Breaker;

/// Calls to one service that this process may have under way. A service that hangs must not take all others with it.
const UNDER_WAY_MAX: usize = 512;
/// Of a hundred calls so many may be repeated, and one a second when there are few.
const RETRIED_SHARE: f32 = 0.1;
const RETRIED_PER_SEC: u32 = 1;
const BUDGET_LIFE: Duration = Duration::from_secs(10);
/// How much a new measurement counts in the average latency: one part of so many.
const MEASURED_OVER: u64 = 8;
/// How fast a latency is forgotten. One slow call must not keep an instance from ever being measured again.
const LATENCY_HALVES_EVERY: Duration = Duration::from_secs(1);
/// A call whose caller went away after so long counts as one that got no answer.
const HOPELESS: Duration = Duration::from_secs(5);

/// The instances of one service, as they are known now.
pub(crate) struct Pool {
    instances: RwLock<Arc<[Arc<Instance>]>>,
    places: Semaphore,
    budget: TpsBudget,
}

pub(crate) struct Instance {
    /// Such as `http://orders-1:8083`.
    pub url: String,
    /// Whether it says that it can serve. One that is about to stop says no while it still answers.
    ready: AtomicBool,
    under_way: AtomicUsize,
    latency: Mutex<Latency>,
    breaker: Mutex<Breaker>,
}

/// How long calls took lately, on average; 0 before the first.
struct Latency {
    micros: u64,
    measured_at: Instant,
}

impl Latency {
    fn at(&self, now: Instant) -> u64 {
        let halvings = now.duration_since(self.measured_at).as_millis() / LATENCY_HALVES_EVERY.as_millis();
        self.micros >> halvings.min(63)
    }

    fn measure(&mut self, took: Duration, now: Instant) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let average = match self.at(now) {
            0 => took,
            known => known - known / MEASURED_OVER + took / MEASURED_OVER,
        };
        *self = Self { micros: average.max(1), measured_at: now };
    }
}

/// Why no instance is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotNow {
    #[error("no instance of it is known")]
    Unknown,
    #[error("none of its instances answers")]
    Unwell,
    #[error("too many calls to it are under way")]
    Full,
}

impl Pool {
    pub fn new() -> Self {
        Self {
            instances: RwLock::new(Arc::from([])),
            places: Semaphore::new(UNDER_WAY_MAX),
            budget: TpsBudget::new(BUDGET_LIFE, RETRIED_PER_SEC, RETRIED_SHARE),
        }
    }

    /// From now on these are the instances. What is known of those that stay is kept.
    pub fn set(&self, urls: &[String]) {
        let mut instances = self.instances.write().unwrap_or_else(PoisonError::into_inner);
        let known = instances.clone();
        let of = |url: &String| known.iter().find(|instance| instance.url == *url).cloned();
        *instances = urls.iter().map(|url| of(url).unwrap_or_else(|| Arc::new(Instance::new(url.clone())))).collect();
    }

    /// The same, with what is known of whether each can serve.
    pub fn set_with(&self, ready: &BTreeMap<String, bool>) {
        self.set(&ready.keys().cloned().collect::<Vec<_>>());
        for instance in &*self.instances() {
            if let Some(ready) = ready.get(&instance.url) {
                instance.set_ready(*ready);
            }
        }
    }

    pub fn instances(&self) -> Arc<[Arc<Instance>]> {
        self.instances.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// So many instances, or all: at random, but those that seem able to serve first.
    pub fn sample(&self, count: usize) -> Vec<Arc<Instance>> {
        let mut instances = self.instances().to_vec();
        instances.shuffle(&mut rand::rng());
        let now = Instant::now();
        instances.sort_by_cached_key(|instance| !instance.is_able(now));
        instances.truncate(count);
        instances
    }

    /// A place for one call, and the instance that should get it: of two taken at random the one that has less to do
    /// and is quicker ("the power of two choices", Mitzenmacher 2001), so that no two callers run after the same best.
    /// Those in `tried` have let this call down already, and get it again only if there is no other.
    pub fn pick(&self, tried: &[Arc<Instance>]) -> Result<Picked<'_>, NotNow> {
        let place = self.places.try_acquire().map_err(|_| NotNow::Full)?;
        let now = Instant::now();
        let instances = self.instances();
        if instances.is_empty() {
            return Err(NotNow::Unknown);
        }
        let mut able: Vec<&Arc<Instance>> = instances.iter().filter(|instance| instance.is_able(now)).collect();
        if able.is_empty() {
            // What they say of themselves may be old; what became of our calls is not.
            able.extend(instances.iter().filter(|instance| instance.admits(now)));
        }
        let is_new = |instance: &&Arc<Instance>| !tried.iter().any(|tried| Arc::ptr_eq(tried, instance));
        if able.iter().any(is_new) {
            able.retain(is_new);
        }
        let instance = match able.as_slice() {
            [] => return Err(NotNow::Unwell),
            [only] => only,
            several => {
                let mut rng = rand::rng();
                let first = rng.random_range(0..several.len());
                let second = (first + rng.random_range(1..several.len())) % several.len();
                let (first, second) = (several[first], several[second]);
                if second.load(now) < first.load(now) { second } else { first }
            }
        };
        Ok(Picked::new((*instance).clone(), place, now))
    }

    /// A call was made for the first time, which earns a part of a repetition.
    pub fn earn(&self) {
        self.budget.deposit();
    }

    /// Whether one more repetition is within the budget. Where much fails, repeating all of it would be the end.
    pub fn may_repeat(&self) -> bool {
        self.budget.withdraw()
    }
}

impl Instance {
    fn new(url: String) -> Self {
        Self {
            url,
            ready: AtomicBool::new(true),
            under_way: AtomicUsize::new(0),
            latency: Mutex::new(Latency { micros: 0, measured_at: Instant::now() }),
            breaker: Mutex::new(Breaker::new(Instant::now())),
        }
    }

    /// One that can serve again may be another process at the same address: what became of earlier calls says nothing of it.
    pub fn set_ready(&self, ready: bool) {
        if self.ready.swap(ready, Ordering::Relaxed) != ready {
            tracing::info!(instance = self.url, ready, "upstream");
            if ready {
                *self.breaker.lock().unwrap_or_else(PoisonError::into_inner) = Breaker::new(Instant::now());
            }
        }
    }

    /// Whether it says that it can serve, and has answered lately.
    fn is_able(&self, now: Instant) -> bool {
        self.ready.load(Ordering::Relaxed) && self.admits(now)
    }

    fn admits(&self, now: Instant) -> bool {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner).admits(now)
    }

    /// The time that what it has to do will take, more or less. One that was never asked has nothing to do.
    fn load(&self, now: Instant) -> u64 {
        let under_way = self.under_way.load(Ordering::Relaxed) as u64;
        self.latency.lock().unwrap_or_else(PoisonError::into_inner).at(now).saturating_mul(under_way + 1)
    }
}

/// An instance that was chosen for a call. What becomes of the call is told to it.
pub(crate) struct Picked<'a> {
    pub instance: Arc<Instance>,
    _place: SemaphorePermit<'a>,
    since: Instant,
    told: bool,
}

impl<'a> Picked<'a> {
    fn new(instance: Arc<Instance>, place: SemaphorePermit<'a>, now: Instant) -> Self {
        instance.under_way.fetch_add(1, Ordering::Relaxed);
        instance.breaker.lock().unwrap_or_else(PoisonError::into_inner).called(now);
        Self { instance, _place: place, since: now, told: false }
    }

    /// An answer came, whatever it says.
    pub fn answered(mut self) {
        self.told = true;
        let now = Instant::now();
        self.instance.latency.lock().unwrap_or_else(PoisonError::into_inner).measure(now - self.since, now);
        self.instance.breaker.lock().unwrap_or_else(PoisonError::into_inner).answered(now);
    }

    /// None came: it could not be reached, or not in time.
    pub fn failed(mut self) {
        self.note_failure();
    }

    /// None came, and that was not its fault.
    pub fn spared(mut self) {
        self.told = true;
    }

    fn note_failure(&mut self) {
        self.told = true;
        if self.instance.breaker.lock().unwrap_or_else(PoisonError::into_inner).failed(Instant::now()) {
            tracing::warn!(instance = self.instance.url, "does not answer and is left alone for a while");
            metrics::counter!("rialto_upstream_ejections_total").increment(1);
        }
    }
}

impl Drop for Picked<'_> {
    fn drop(&mut self) {
        self.instance.under_way.fetch_sub(1, Ordering::Relaxed);
        if !self.told && self.since.elapsed() >= HOPELESS {
            self.note_failure();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn pool(urls: &[&str]) -> Pool {
        let pool = Pool::new();
        pool.set(&urls.iter().map(|url| (*url).to_owned()).collect::<Vec<_>>());
        pool
    }

    fn measured(instance: &Instance, micros: u64) {
        *instance.latency.lock().expect("not poisoned") = Latency { micros, measured_at: Instant::now() };
    }

    fn picks(pool: &Pool, count: usize) -> HashMap<String, usize> {
        let mut picked = HashMap::new();
        for _ in 0..count {
            let one = pool.pick(&[]).expect("one of them is well");
            *picked.entry(one.instance.url.clone()).or_default() += 1;
        }
        picked
    }

    #[test]
    fn the_quicker_instance_gets_more_and_a_busy_one_less() {
        let pool = pool(&["quick", "slow", "busy"]);
        for instance in &*pool.instances() {
            let (latency, under_way) = match instance.url.as_str() {
                "quick" => (1_000, 0),
                "slow" => (5_000, 0),
                _ => (1_000, 20),
            };
            measured(instance, latency);
            instance.under_way.store(under_way, Ordering::Relaxed);
        }
        let picked = picks(&pool, 3_000);
        assert!(picked["quick"] > 1_800, "{picked:?}");
        assert!(picked["slow"] > 800, "of two others the slow one is the better: {picked:?}");
        assert!(!picked.contains_key("busy"), "{picked:?}");
    }

    #[test]
    fn a_slow_call_is_not_held_against_an_instance_for_ever() {
        let begun = Instant::now();
        let mut latency = Latency { micros: 0, measured_at: begun };
        latency.measure(Duration::from_secs(4), begun);
        assert_eq!((latency.at(begun), latency.at(begun + Duration::from_millis(999))), (4_000_000, 4_000_000));
        assert_eq!(latency.at(begun + Duration::from_secs(2)), 1_000_000);
        assert_eq!(latency.at(begun + Duration::from_secs(3600)), 0, "as if it had never been asked");
        latency.measure(Duration::from_millis(8), begun + Duration::from_secs(2));
        assert_eq!(latency.micros, 1_000_000 - 125_000 + 1_000, "one quick call does not make up for it");
    }

    #[test]
    fn one_that_does_not_answer_is_passed_by_and_without_any_other_callers_are_told_at_once() {
        let pool = pool(&["dead", "alive"]);
        let fails = |url: &str| {
            while let Ok(picked) = pool.pick(&[])
                && pool.instances().iter().any(|one| one.url == url && one.admits(Instant::now()))
            {
                if picked.instance.url == url { picked.failed() } else { picked.answered() }
            }
        };
        fails("dead");
        assert_eq!(picks(&pool, 50).keys().collect::<Vec<_>>(), ["alive"]);
        fails("alive");
        assert_eq!(pool.pick(&[]).map(|picked| picked.instance.url.clone()), Err(NotNow::Unwell));
    }

    #[test]
    fn a_call_is_repeated_at_another_instance_while_there_is_one() {
        let pool = pool(&["dead", "alive"]);
        let first = pool.pick(&[]).expect("one of them is well");
        let tried = [first.instance.clone()];
        first.failed();
        for _ in 0..50 {
            let other = pool.pick(&tried).expect("the other is well");
            assert_ne!(other.instance.url, tried[0].url);
        }
        pool.set(std::slice::from_ref(&tried[0].url));
        assert_eq!(pool.pick(&tried).expect("the only one").instance.url, tried[0].url);
    }

    #[test]
    fn one_that_says_it_is_not_ready_is_asked_only_when_all_say_so() {
        let pool = pool(&["leaving", "staying"]);
        let say = |url: &str, ready| {
            pool.instances().iter().filter(|one| one.url == url).for_each(|one| one.set_ready(ready));
        };
        say("leaving", false);
        assert_eq!(picks(&pool, 50).keys().collect::<Vec<_>>(), ["staying"]);
        say("staying", false);
        assert_eq!(picks(&pool, 50).len(), 2, "better than not to ask at all");
    }

    #[test]
    fn those_that_a_registry_does_not_pass_stay_and_are_asked_when_it_passes_none() {
        let pool = pool(&["a", "b"]);
        let say = |a, b| pool.set_with(&BTreeMap::from([("a".to_owned(), a), ("b".to_owned(), b)]));
        say(true, false);
        assert_eq!(picks(&pool, 50).keys().collect::<Vec<_>>(), ["a"]);
        say(false, false);
        assert_eq!(picks(&pool, 50).len(), 2);
        say(false, true);
        assert_eq!(picks(&pool, 50).keys().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn one_that_can_serve_again_is_asked_though_its_calls_failed() {
        let pool = pool(&["a"]);
        while let Ok(picked) = pool.pick(&[]) {
            picked.failed();
        }
        for (ready, asked) in [(false, false), (true, true)] {
            pool.set_with(&BTreeMap::from([("a".to_owned(), ready)]));
            assert_eq!(pool.pick(&[]).is_ok(), asked);
        }
    }

    #[test]
    fn those_that_are_asked_for_all_are_first_of_all_those_that_seem_able() {
        let pool = pool(&["a", "b", "c", "d", "e", "f", "g", "h"]);
        let down = |url: &str| !["b", "g"].contains(&url);
        pool.instances().iter().filter(|one| down(&one.url)).for_each(|one| one.set_ready(false));
        for _ in 0..50 {
            let asked: Vec<String> = pool.sample(3).iter().map(|one| one.url.clone()).collect();
            assert_eq!(asked.len(), 3, "what is known of the others may be old");
            assert!(asked.contains(&"b".to_owned()) && asked.contains(&"g".to_owned()), "{asked:?}");
        }
        assert_eq!(pool.sample(10).len(), 8);
    }

    #[test]
    fn what_is_known_of_an_instance_outlives_a_new_list() {
        let pool = pool(&["a", "b"]);
        measured(&pool.instances()[0], 7);
        pool.set(&["c".to_owned(), "a".to_owned()]);
        let instances = pool.instances();
        assert_eq!(instances.iter().map(|one| one.url.as_str()).collect::<Vec<_>>(), ["c", "a"]);
        assert_eq!(instances[1].latency.lock().expect("not poisoned").micros, 7);
        pool.set(&[]);
        assert_eq!(pool.pick(&[]).map(|_| ()), Err(NotNow::Unknown));
    }

    #[test]
    fn so_many_calls_may_be_under_way_and_no_more() {
        let pool = pool(&["a"]);
        let mut under_way: Vec<_> = (0..UNDER_WAY_MAX).map(|_| pool.pick(&[]).expect("a place")).collect();
        assert_eq!(pool.pick(&[]).map(|_| ()), Err(NotNow::Full));
        under_way.pop();
        assert!(pool.pick(&[]).is_ok());
    }

    #[test]
    fn a_tenth_of_the_calls_may_be_repeated() {
        let pool = pool(&["a"]);
        for _ in 0..1_000 {
            pool.earn();
        }
        let repeated = (0..1_000).take_while(|_| pool.may_repeat()).count();
        assert!((90..=120).contains(&repeated), "{repeated}");
    }
}
