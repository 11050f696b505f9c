//! Around a provider: no call lasts for ever, and a provider that is down is left alone for a while.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contracts::Money;
use uuid::Uuid;

use crate::provider::{Charge, ChargeOrder, Evidence, PaymentProvider, RefundOrder, Unavailable, VoidOrder};

/// How long a charge may take. Banks are slow.
pub const CHARGE_TIMEOUT: Duration = Duration::from_secs(8);
const TIMEOUT: Duration = Duration::from_secs(5);
/// Failures in a row that open the breaker.
const FAILURES_MAX: u32 = 5;
const OPEN_FOR: Duration = Duration::from_secs(10);

/// A provider with time limits and a circuit breaker.
pub struct Guarded {
    inner: Arc<dyn PaymentProvider>,
    breaker: Mutex<Breaker>,
}

#[derive(Default)]
struct Breaker {
    failures: u32,
    /// Until then nobody is let through; afterwards one at a time is, to see.
    open_until: Option<Instant>,
}

impl Breaker {
    fn lets_through(&mut self, now: Instant) -> bool {
        match self.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                self.open_until = Some(now + OPEN_FOR);
                true
            }
            None => true,
        }
    }

    fn note(&mut self, answered: bool, now: Instant) {
        if answered {
            *self = Self::default();
            return;
        }
        self.failures += 1;
        if self.failures >= FAILURES_MAX {
            self.open_until = Some(now + OPEN_FOR);
        }
    }
}

impl Guarded {
    pub fn new(inner: Arc<dyn PaymentProvider>) -> Self {
        Self { inner, breaker: Mutex::default() }
    }

    async fn call<T>(
        &self,
        operation: &'static str,
        timeout: Duration,
        call: impl Future<Output = Result<T, Unavailable>>,
    ) -> Result<T, Unavailable> {
        if !self.breaker().lets_through(Instant::now()) {
            return Err(Unavailable::not_sent("not asked: it failed too often just now"));
        }
        let started = Instant::now();
        let answer = match tokio::time::timeout(timeout, call).await {
            Ok(answer) => answer,
            Err(_) => Err(Unavailable::unknown(format!("no answer within {} s", timeout.as_secs()))),
        };
        self.breaker().note(answer.is_ok(), Instant::now());
        let outcome = if answer.is_ok() { "answered" } else { "unavailable" };
        metrics::histogram!(
            "rialto_payment_provider_seconds",
            "provider" => self.inner.name(), "operation" => operation, "outcome" => outcome
        )
        .record(started.elapsed().as_secs_f64());
        answer
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl PaymentProvider for Guarded {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn publishable_key(&self) -> Option<String> {
        self.inner.publishable_key()
    }

    async fn charge(&self, order: &ChargeOrder) -> Result<Charge, Unavailable> {
        self.call("charge", CHARGE_TIMEOUT, self.inner.charge(order)).await
    }

    async fn capture(&self, key: Uuid, amount: Money) -> Result<Charge, Unavailable> {
        self.call("capture", TIMEOUT, self.inner.capture(key, amount)).await
    }

    async fn void(&self, order: &VoidOrder) -> Result<Charge, Unavailable> {
        self.call("void", TIMEOUT, self.inner.void(order)).await
    }

    async fn refund(&self, order: &RefundOrder) -> Result<Charge, Unavailable> {
        self.call("refund", TIMEOUT, self.inner.refund(order)).await
    }

    async fn find(&self, key: Uuid) -> Result<Option<Charge>, Unavailable> {
        self.call("find", TIMEOUT, self.inner.find(key)).await
    }

    async fn list(&self, since: DateTime<Utc>, after: Option<Uuid>, limit: u64) -> Result<Vec<Charge>, Unavailable> {
        self.call("list", TIMEOUT, self.inner.list(since, after, limit)).await
    }

    async fn contest(&self, dispute: &str, evidence: &Evidence) -> Result<Charge, Unavailable> {
        self.call("contest", TIMEOUT, self.inner.contest(dispute, evidence)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_breaker_opens_after_five_failures_and_lets_one_through_to_see() {
        let mut breaker = Breaker::default();
        let start = Instant::now();
        for _ in 0..FAILURES_MAX {
            assert!(breaker.lets_through(start));
            breaker.note(false, start);
        }
        assert!(!breaker.lets_through(start + OPEN_FOR / 2));
        let later = start + OPEN_FOR * 2;
        assert!(breaker.lets_through(later));
        assert!(!breaker.lets_through(later), "only one may see whether it is back");
        breaker.note(true, later);
        assert!(breaker.lets_through(later) && breaker.lets_through(later));
    }
}
