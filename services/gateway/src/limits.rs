//! How often a client may ask: a token bucket for each address or account and each kind of request, and the header
//! fields that tell clients where they stand (draft-ietf-httpapi-ratelimit-headers-10).

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use cache::{Quota as SharedQuota, Shared, Taken};
use contracts::ids::UserId;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::config::{Config, Rate, Switch};

/// Old keys are dropped each time so many requests were counted.
const SWEEP_EVERY: u32 = 1024;
/// With more keys than this in one bucket, addresses share one with their neighbours.
const KEYS_MAX: usize = 50_000;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// Whom a request is counted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    Address(IpAddr),
    Account(UserId),
}

impl Who {
    /// One customer of an internet provider has a whole /64 of IPv6 addresses.
    pub(crate) fn address(address: IpAddr) -> Self {
        Self::Address(masked(address, 32, 64))
    }

    /// The neighbourhood: while there are too many clients to tell apart, they are counted together.
    fn crowd(self) -> Self {
        match self {
            Self::Address(address) => Self::Address(masked(address, 16, 32)),
            account @ Self::Account(_) => account,
        }
    }
}

fn masked(address: IpAddr, v4_bits: u32, v6_bits: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => Ipv4Addr::from(u32::from(v4) & u32::MAX.unbounded_shl(32 - v4_bits)).into(),
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) & u128::MAX.unbounded_shl(128 - v6_bits)).into(),
    }
}

/// A client may not ask again before this.
#[derive(Debug)]
pub(crate) struct TooOften {
    pub(crate) retry_after_secs: u64,
}

/// What was counted for one request; becomes the header fields of its answer.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    policy: &'static str,
    rate: Rate,
    remaining: u32,
    /// Until the whole quota is there again.
    restored_secs: u64,
}

impl Tally {
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        if self.lines.is_empty() {
            return;
        }
        let list = |item: &dyn Fn(&Line) -> String| self.lines.iter().map(item).collect::<Vec<_>>().join(", ");
        let policy = list(&|line| format!("\"{}\";q={};w={}", line.policy, line.rate.requests, line.rate.secs));
        let standing = list(&|line| format!("\"{}\";r={};t={}", line.policy, line.remaining, line.restored_secs));
        for (name, value) in [(POLICY, policy), (STANDING, standing)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Account(user) => write!(f, "{user}"),
        }
    }
}

/// All buckets of the gateway. They live in what the gateways share, if there is such a thing; while it is away, and
/// without it, each gateway counts for itself.
pub struct Limits {
    on: bool,
    shared: Option<Arc<dyn Shared>>,
    pub(crate) address: Buckets,
    pub(crate) account: Buckets,
    pub(crate) login: Buckets,
    pub(crate) register: Buckets,
    pub(crate) recover: Buckets,
    pub(crate) order_by_address: Buckets,
    pub(crate) order_by_account: Buckets,
    pub(crate) payment_by_address: Buckets,
    pub(crate) payment_by_account: Buckets,
    pub(crate) guess: Buckets,
    pub(crate) report: Buckets,
    pub(crate) bad_signature: Buckets,
}

impl Limits {
    pub fn new(config: &Config, shared: Option<Arc<dyn Shared>>) -> Self {
        let rates = &config.rates;
        Self {
            on: config.rate_limit == Switch::On,
            shared,
            address: Buckets::new("address", rates.address),
            account: Buckets::new("account", rates.account),
            login: Buckets::new("login", rates.login),
            register: Buckets::new("register", rates.register),
            recover: Buckets::new("recover", rates.recover),
            order_by_address: Buckets::new("order-address", rates.order_by_address),
            order_by_account: Buckets::new("order-account", rates.order_by_account),
            payment_by_address: Buckets::new("payment-address", rates.payment_by_address),
            payment_by_account: Buckets::new("payment-account", rates.payment_by_account),
            guess: Buckets::new("guess", rates.guess),
            report: Buckets::new("report", rates.report),
            bad_signature: Buckets::new("bad-signature", rates.bad_signature),
        }
    }

    /// Counts one request of `who` in the buckets that `pick` names, and notes it in `tally`.
    pub(crate) async fn count(
        &self,
        pick: impl Fn(&Self) -> &Buckets,
        who: Who,
        tally: &mut Tally,
    ) -> Result<(), TooOften> {
        if !self.on {
            return Ok(());
        }
        let buckets = pick(self);
        if let Some(shared) = &self.shared
            // Boxed: large, and most gateways share nothing.
            && let Ok(counted) = Box::pin(buckets.count_together(&**shared, who, tally)).await
        {
            return counted;
        }
        buckets.count(who, tally)
    }
}

type Limiter = RateLimiter<Who, DefaultKeyedStateStore<Who>, DefaultClock, StateInformationMiddleware>;

/// One kind's buckets.
pub(crate) struct Buckets {
    policy: &'static str,
    rate: Rate,
    limiter: Limiter,
    counted: AtomicU32,
    crowded: AtomicBool,
}

impl Buckets {
    fn new(policy: &'static str, rate: Rate) -> Self {
        let burst = NonZeroU32::new(rate.requests).unwrap_or(NonZeroU32::MIN);
        let one = Duration::from_secs(rate.secs.max(1).into()) / burst.get();
        // A period of zero is the only one refused; a rate above a billion a second is no limit at all.
        let quota = Quota::with_period(one.max(Duration::from_nanos(1))).unwrap_or_else(|| Quota::per_second(burst));
        let limiter = RateLimiter::dashmap(quota.allow_burst(burst)).with_middleware();
        Self { policy, rate, limiter, counted: AtomicU32::new(0), crowded: AtomicBool::new(false) }
    }

    fn count(&self, who: Who, tally: &mut Tally) -> Result<(), TooOften> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep(KEYS_MAX);
        }
        let who = if self.crowded.load(Ordering::Relaxed) { who.crowd() } else { who };
        let standing = match self.limiter.check_key(&who) {
            Ok(snapshot) => Taken::Yes { left: snapshot.remaining_burst_capacity() },
            Err(until) => Taken::NotBefore(until.wait_time_from(DefaultClock::default().now())),
        };
        self.note(standing, tally)
    }

    /// As `count`, in a bucket that all gateways take from. Fails when that cannot be reached.
    async fn count_together(
        &self,
        shared: &dyn Shared,
        who: Who,
        tally: &mut Tally,
    ) -> Result<Result<(), TooOften>, cache::Unavailable> {
        let every = Duration::from_secs(self.rate.secs.max(1).into()) / self.rate.requests.max(1);
        let quota = SharedQuota { most: self.rate.requests, every };
        let standing = shared.take(&format!("rate:{}:{who}", self.policy), quota).await?;
        Ok(self.note(standing, tally))
    }

    fn note(&self, standing: Taken, tally: &mut Tally) -> Result<(), TooOften> {
        let (remaining, retry_after_secs) = match standing {
            Taken::Yes { left } => (left, None),
            Taken::NotBefore(wait) => (0, Some(secs_above(wait).max(1))),
        };
        let used = u64::from(self.rate.requests.saturating_sub(remaining));
        let restored_secs = (used * u64::from(self.rate.secs)).div_ceil(u64::from(self.rate.requests.max(1)));
        tally.lines.push(Line { policy: self.policy, rate: self.rate, remaining, restored_secs });
        retry_after_secs.map_or(Ok(()), |retry_after_secs| Err(TooOften { retry_after_secs }))
    }

    /// Forgets whoever has a full bucket again: that is how a stranger starts, too.
    fn sweep(&self, keys_max: usize) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        self.crowded.store(self.limiter.len() > keys_max, Ordering::Relaxed);
    }
}

fn secs_above(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(requests: u32, secs: u32) -> Buckets {
        Buckets::new("test", Rate { requests, secs })
    }

    fn v4(number: u32) -> Who {
        Who::address(Ipv4Addr::from(number).into())
    }

    #[test]
    fn exactly_the_quota_passes_and_each_client_has_its_own() {
        let buckets = buckets(5, 3600);
        for round in 0..5 {
            let mut tally = Tally::default();
            for client in 0..1000 {
                assert!(buckets.count(v4(client), &mut tally).is_ok(), "client {client}, round {round}");
            }
            assert!(tally.lines.iter().all(|line| line.remaining == 4 - round));
        }
        let refused = buckets.count(v4(7), &mut Tally::default()).expect_err("the sixth is one too many");
        assert!((700..=720).contains(&refused.retry_after_secs), "{refused:?}");
        assert!(buckets.count(v4(1_000_000), &mut Tally::default()).is_ok());
    }

    #[test]
    fn the_fields_say_quota_window_remainder_and_time() {
        let buckets = buckets(10, 60);
        let mut tally = Tally::default();
        buckets.count(v4(1), &mut tally).expect("the first passes");
        let mut headers = HeaderMap::new();
        tally.write(&mut headers);
        assert_eq!(headers[POLICY], "\"test\";q=10;w=60");
        assert_eq!(headers[STANDING], "\"test\";r=9;t=6");
    }

    #[test]
    fn an_ipv6_network_of_64_bits_is_one_client() {
        let who = |address: &str| Who::address(address.parse().expect("an address"));
        assert_eq!(who("2001:db8:0:1::1"), who("2001:db8:0:1:ffff::9"));
        assert_ne!(who("2001:db8:0:1::1"), who("2001:db8:0:2::1"));
        assert_eq!(who("::ffff:203.0.113.9"), who("203.0.113.9"));
        assert_ne!(who("203.0.113.9"), who("203.0.113.8"));
    }

    #[test]
    fn keys_are_forgotten_once_their_buckets_are_full_again() {
        let quick = buckets(1_000_000, 1);
        for client in 0..100_000 {
            quick.count(v4(client), &mut Tally::default()).expect("passes");
        }
        assert!(quick.limiter.len() <= SWEEP_EVERY as usize * 2, "{} keys were kept", quick.limiter.len());
    }

    #[test]
    fn in_a_crowd_neighbours_share_a_bucket_so_that_memory_stays_bounded() {
        let buckets = buckets(5, 3600);
        for client in 0..200 {
            buckets.count(v4(client), &mut Tally::default()).expect("passes");
        }
        buckets.sweep(100);
        let before = buckets.limiter.len();
        let passed =
            (0..500).filter(|client| buckets.count(v4(0x0a00_0000 + client), &mut Tally::default()).is_ok()).count();
        assert_eq!(passed, 5, "a /16 has the quota of one client");
        assert!(buckets.limiter.len() <= before + 1);
        buckets.sweep(10_000);
        assert!(buckets.count(v4(0x0a00_0001), &mut Tally::default()).is_ok(), "told apart again");
    }
}
