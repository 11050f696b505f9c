//! Slowing down who guesses passwords. A guess counts when its outcome is known, one after the other, so that many
//! at once learn no more than many in a row.

use chrono::{DateTime, Duration, Utc};

use crate::{
    App,
    error::Error,
    model::{
        email::Email,
        throttling::{address_blocked_until, wait_after},
    },
    secrets::digest_of,
    store::throttles,
    visitor::Visitor,
};

/// One try to give a password: for which account, from where.
#[derive(Clone, Debug)]
pub struct Attempt {
    account: String,
    address: Option<String>,
}

impl Attempt {
    /// Addresses without an account are counted like others, or the throttle would tell them apart.
    pub fn new(email: &Email, visitor: &Visitor) -> Self {
        Self { account: digest_of(&email.key), address: visitor.address() }
    }

    /// Turns away who has to wait, before any work is done for him.
    pub async fn gate(&self, app: &App) -> Result<(), Error> {
        let now = app.clock.now();
        let ladder = throttles::ladder(app.db.reader(), &self.account).await?;
        refuse_until(ladder.map(|ladder| ladder.blocked_until), now)?;
        if let Some(address) = &self.address {
            let failures = throttles::failures_of(app.db.reader(), address, now).await?;
            refuse_until(address_blocked_until(&failures, now), now)?;
        }
        Ok(())
    }

    /// The same again, now that the outcome is known. Whoever was overtaken by failures learns nothing from his guess.
    pub async fn settle(&self, app: &App, tx: &db::Tx) -> Result<i32, Error> {
        let now = app.clock.now();
        let ladder = throttles::lock(tx, &self.account, now).await?;
        refuse_until(Some(ladder.blocked_until), now)?;
        Ok(ladder.failures)
    }

    /// Counts a wrong guess, the `failures + 1`st in a row.
    pub async fn failed(&self, app: &App, tx: &db::Tx, failures: i32) -> Result<(), Error> {
        let now = app.clock.now();
        let failures = failures.saturating_add(1);
        throttles::climb(tx, &self.account, failures, now + wait_after(failures), now).await?;
        if let Some(address) = &self.address {
            throttles::add_failure(tx, address, &self.account, now).await?;
        }
        Ok(())
    }

    pub async fn succeeded(&self, tx: &db::Tx) -> Result<(), Error> {
        Ok(throttles::clear(tx, &self.account).await?)
    }
}

/// Forgets the failures of an account whose owner has shown himself by mail.
pub async fn forgive(tx: &db::Tx, email_key: &str) -> Result<(), Error> {
    Ok(throttles::clear(tx, &digest_of(email_key)).await?)
}

fn refuse_until(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Error> {
    match until {
        Some(until) if until > now => {
            metrics::counter!("rialto_logins_total", "outcome" => "throttled").increment(1);
            let wait = until - now + Duration::milliseconds(999);
            Err(Error::Throttled { secs: u64::try_from(wait.num_seconds()).unwrap_or(1).max(1) })
        }
        _ => Ok(()),
    }
}
