//! The sandbox: a payment provider of our own that behaves as Stripe documents its test tokens.
//!
//! It keeps its own books in its own tables, best in a database of its own, so that it remains the truth about money
//! when ours are lost. It speaks to the shop as a real one would: answers that may get lost, and signed webhooks.

mod bank;
mod entity;
mod faults;
mod migrations;
mod page;
mod post;
mod tokens;
mod told;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use contracts::Money;
use db::Db;
use sea_orm::DbErr;
use serde::Deserialize;
use tokio::sync::Notify;
use upstream::Upstream;
use uuid::Uuid;

pub use faults::{Fault, Faults, Operation, Webhooks};
pub use migrations::Migrator;
pub(crate) use page::routes;
pub use tokens::{DOCUMENTED, TestToken};

use crate::{
    config::Secret,
    provider::{Charge, ChargeOrder, Evidence, PaymentProvider, RefundOrder, Unavailable, VoidOrder},
};

/// The name in the webhook path and in payments.
pub const NAME: &str = "sandbox";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The sandbox's own database, as in `sqlite:///var/lib/rialto/sandbox.db`. Empty: tables beside ours.
    pub database_url: String,
    /// How long payments and refunds that take their time take.
    pub settle_after_secs: i64,
    /// How long after the payment a dispute comes.
    pub dispute_after_secs: i64,
    /// How long evidence can be handed in.
    pub dispute_days: i64,
    /// How long a bank holds money.
    pub authorization_days: i64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: String::new(),
            settle_after_secs: 5,
            dispute_after_secs: 5,
            dispute_days: 7,
            authorization_days: 7,
        }
    }
}

/// The provider. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    db: Db,
    upstream: Upstream,
    secret: Secret,
    /// Where the shop stands for browsers; empty for paths alone.
    public_url: Arc<str>,
    config: Arc<Config>,
    faults: Faults,
    bell: Arc<Notify>,
}

impl Sandbox {
    /// Opens the sandbox's books, which remember everything across restarts, its webhook secret too.
    pub async fn open(db: Db, upstream: Upstream, config: Config, public_url: &str) -> Result<Self, DbErr> {
        db.migrate::<Migrator>().await?;
        let secret = Secret::new(bank::webhook_secret(&db).await?);
        let bell = Arc::new(Notify::new());
        Ok(Self {
            db,
            upstream,
            secret,
            public_url: public_url.into(),
            config: Arc::new(config),
            faults: Faults::default(),
            bell,
        })
    }

    /// What signs its webhooks.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The switches that make it fail.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    pub(crate) fn bell(&self) -> &Notify {
        &self.bell
    }

    /// Does what is due: ends slow payments and refunds, opens disputes.
    pub async fn settle(&self) -> Result<(), DbErr> {
        bank::settle(self).await
    }

    /// Sends the webhooks that are due.
    pub async fn deliver(&self) -> Result<(), DbErr> {
        post::deliver(self).await
    }

    /// Decides a 3-D Secure step, as the buyer's bank would. `None`: there is no such step.
    pub async fn decide(&self, reference: &str, approve: bool) -> Result<Option<Charge>, DbErr> {
        let decided = bank::decide(self, reference, approve).await?;
        self.bell.notify_one();
        Ok(decided)
    }

    /// Decides a dispute, as the buyer's bank would.
    pub async fn close_dispute(&self, reference: &str, won: bool) -> Result<(), DbErr> {
        bank::close_dispute(self, reference, won).await?;
        self.bell.notify_one();
        Ok(())
    }

    /// Runs `effect` with the faults that were asked for around it.
    async fn answer<T>(
        &self,
        operation: Operation,
        effect: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, Unavailable> {
        self.faults.before(operation).await?;
        let after = self.faults.after(operation);
        let answer = effect.await.map_err(Unavailable::unknown)?;
        match after {
            Some(Fault::SlowAnswer(time)) => tokio::time::sleep(time).await,
            Some(_) => return Err(Unavailable::unknown("the answer was lost")),
            None => {}
        }
        Ok(answer)
    }

    /// The same for what the shop is told of by webhook, too.
    async fn act<T>(
        &self,
        operation: Operation,
        effect: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, Unavailable> {
        let effect = async {
            let done = effect.await;
            self.bell.notify_one();
            done
        };
        self.answer(operation, effect).await
    }
}

#[async_trait]
impl PaymentProvider for Sandbox {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn charge(&self, order: &ChargeOrder) -> Result<Charge, Unavailable> {
        if order.token == tokens::TIMEOUT_BEFORE {
            return Err(Unavailable::unknown("the test token asked for it"));
        }
        let charge = self.act(Operation::Charge, bank::charge(self, order)).await?;
        if order.token == tokens::TIMEOUT_AFTER {
            return Err(Unavailable::unknown("the test token asked for it"));
        }
        Ok(charge)
    }

    async fn capture(&self, key: Uuid, amount: Money) -> Result<Charge, Unavailable> {
        self.act(Operation::Capture, bank::capture(self, key, amount)).await
    }

    async fn void(&self, order: &VoidOrder) -> Result<Charge, Unavailable> {
        self.act(Operation::Void, bank::void(self, order)).await
    }

    async fn refund(&self, order: &RefundOrder) -> Result<Charge, Unavailable> {
        self.act(Operation::Refund, bank::refund(self, order)).await
    }

    async fn find(&self, key: Uuid) -> Result<Option<Charge>, Unavailable> {
        self.answer(Operation::Find, bank::find(self, key)).await
    }

    async fn list(&self, since: DateTime<Utc>, after: Option<Uuid>, limit: u64) -> Result<Vec<Charge>, Unavailable> {
        self.answer(Operation::List, bank::list(self, since, after, limit)).await
    }

    async fn contest(&self, dispute: &str, evidence: &Evidence) -> Result<Charge, Unavailable> {
        self.act(Operation::Contest, bank::contest(self, dispute, evidence)).await
    }
}
