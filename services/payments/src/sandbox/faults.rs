//! Switches that make the sandbox fail, for tests.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use contracts::Money;

use crate::provider::Unavailable;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Charge,
    Capture,
    Void,
    Refund,
    Find,
    List,
    Contest,
}

/// What goes wrong with one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails, and nothing happened.
    BeforeEffect,
    /// It takes its time before it happens.
    SlowStart(Duration),
    /// It happened, and the answer gets lost.
    AfterEffect,
    /// It happened, and the answer takes its time.
    SlowAnswer(Duration),
}

impl Fault {
    fn is_before(self) -> bool {
        matches!(self, Self::BeforeEffect | Self::SlowStart(_))
    }
}

/// How webhooks travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Webhooks {
    /// They never arrive.
    pub lost: bool,
    /// The last comes first.
    pub reversed: bool,
    /// How often each is sent.
    pub copies: u32,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { lost: false, reversed: false, copies: 1 }
    }
}

#[derive(Default)]
struct Switches {
    next: Vec<(Operation, Fault)>,
    down: bool,
    webhooks: Webhooks,
    charges_instead: Option<Money>,
}

/// The switches. All off unless a test turns them.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Switches>>);

impl Faults {
    /// The next call of this operation fails so. Several queue up.
    pub fn next(&self, operation: Operation, fault: Fault) {
        self.switches().next.push((operation, fault));
    }

    /// Nothing is answered, and nothing happens, until it is switched off.
    pub fn down(&self, down: bool) {
        self.switches().down = down;
    }

    pub fn webhooks(&self, webhooks: Webhooks) {
        self.switches().webhooks = webhooks;
    }

    /// The next charge is made of this amount, whatever was asked for.
    pub fn charge_instead(&self, amount: Money) {
        self.switches().charges_instead = Some(amount);
    }

    pub(super) fn how_webhooks_travel(&self) -> Webhooks {
        self.switches().webhooks
    }

    pub(super) fn amount_instead(&self) -> Option<Money> {
        self.switches().charges_instead.take()
    }

    pub(super) async fn before(&self, operation: Operation) -> Result<(), Unavailable> {
        if self.switches().down {
            return Err(Unavailable::unknown("the sandbox is down"));
        }
        match self.take(operation, Fault::is_before) {
            Some(Fault::SlowStart(time)) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
            Some(_) => Err(Unavailable::unknown("failed before the effect")),
            None => Ok(()),
        }
    }

    /// What goes wrong once the call has had its effect.
    pub(super) fn after(&self, operation: Operation) -> Option<Fault> {
        self.take(operation, |fault| !fault.is_before())
    }

    fn take(&self, operation: Operation, kind: impl Fn(Fault) -> bool) -> Option<Fault> {
        let mut switches = self.switches();
        let place = switches.next.iter().position(|(of, fault)| *of == operation && kind(*fault))?;
        Some(switches.next.remove(place).1)
    }

    fn switches(&self) -> MutexGuard<'_, Switches> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
