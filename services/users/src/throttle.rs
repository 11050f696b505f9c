//! Slowing down who guesses passwords. A guess counts when its outcome is known, one after the other, so that many
//! at once learn no more than many in a row.
//!
//! Guesses from where the account was signed in to before are counted apart: otherwise a stranger who goes on guessing
//! would keep the owner out.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use sea_orm::ConnectionTrait;

use crate::{
    App,
    error::Error,
    model::{
        email::Email,
        throttling::{address_blocked_until, address_key, wait_after},
    },
    secrets::digest_of,
    store::{self, throttles},
    visitor::Visitor,
};

/// One try to give a password: for which account, from where.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What its ladder is called.
    account: String,
    address: Option<String>,
}

impl Attempt {
    /// Addresses without an account are counted like others, or the throttle would tell them apart.
    pub async fn new(app: &App, email: &Email, visitor: &Visitor) -> Result<Self, Error> {
        let address = visitor.address();
        let known = places(app.db.reader(), &email.key).await?;
        let home = address.clone().filter(|address| known.contains(address));
        Ok(Self { account: ladder_name(&email.key, home.as_deref()), address })
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
    throttles::clear(tx, &ladder_name(email_key, None)).await?;
    for home in places(&**tx, email_key).await? {
        throttles::clear(tx, &ladder_name(email_key, Some(&home))).await?;
    }
    Ok(())
}

/// The network addresses an account was used from.
async fn places(connection: &impl ConnectionTrait, email_key: &str) -> Result<BTreeSet<String>, Error> {
    let addresses = store::sessions::addresses_of(connection, email_key).await?;
    Ok(addresses.iter().filter_map(|ip| ip.parse().ok()).map(address_key).collect())
}

fn ladder_name(email_key: &str, home: Option<&str>) -> String {
    home.map_or_else(|| digest_of(email_key), |home| digest_of(&format!("{email_key} at {home}")))
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
