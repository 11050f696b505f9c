//! The ledger: double entry, append-only. Every booking's lines add up to zero, and nothing is booked twice.
//!
//! Positive amounts are debits. Money at the provider is an asset; what customers paid, less what they got back, is
//! what the shop earned; held money is a memo that balances against itself.

use contracts::{Money, time};
use db::Tx;
use sea_orm::{DbErr, EntityTrait, Set};
use uuid::Uuid;

use crate::entity::{ledger_entry, ledger_transaction, payment};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Account {
    /// What the provider owes us.
    ProviderBalance,
    CustomerPayments,
    Refunds,
    /// Taken back by the provider until a dispute is decided.
    DisputedFunds,
    DisputeLosses,
    DisputeFees,
    /// Held on customers' cards; a memo.
    AuthorizedHolds,
    AuthorizedMemo,
}

impl Account {
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProviderBalance => "provider_balance",
            Self::CustomerPayments => "customer_payments",
            Self::Refunds => "refunds",
            Self::DisputedFunds => "disputed_funds",
            Self::DisputeLosses => "dispute_losses",
            Self::DisputeFees => "dispute_fees",
            Self::AuthorizedHolds => "authorized_holds",
            Self::AuthorizedMemo => "authorized_memo",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Authorization,
    AuthorizationReleased,
    Capture,
    Refund,
    /// A refund that bounced after it went out.
    RefundReversed,
    /// Of the amount and of the fee, which stays even if the dispute is won.
    DisputeOpened {
        fee_minor: i64,
    },
    DisputeWon,
    DisputeLost,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::AuthorizationReleased => "authorization_released",
            Self::Capture => "capture",
            Self::Refund => "refund",
            Self::RefundReversed => "refund_reversed",
            Self::DisputeOpened { .. } => "dispute_opened",
            Self::DisputeWon => "dispute_won",
            Self::DisputeLost => "dispute_lost",
        }
    }

    /// The lines of a booking of `amount`.
    pub fn lines(self, amount: i64) -> Vec<(Account, i64)> {
        use Account::{
            AuthorizedHolds, AuthorizedMemo, CustomerPayments, DisputeFees, DisputeLosses, DisputedFunds,
            ProviderBalance, Refunds,
        };
        let moves = |from: Account, to: Account, amount: i64| vec![(to, amount), (from, -amount)];
        let mut lines = match self {
            Self::Authorization => moves(AuthorizedMemo, AuthorizedHolds, amount),
            Self::AuthorizationReleased => moves(AuthorizedHolds, AuthorizedMemo, amount),
            Self::Capture => moves(CustomerPayments, ProviderBalance, amount),
            Self::Refund => moves(ProviderBalance, Refunds, amount),
            Self::RefundReversed => moves(Refunds, ProviderBalance, amount),
            Self::DisputeOpened { fee_minor } => {
                let mut lines = moves(ProviderBalance, DisputedFunds, amount);
                lines.extend(moves(ProviderBalance, DisputeFees, fee_minor));
                lines
            }
            Self::DisputeWon => moves(DisputedFunds, ProviderBalance, amount),
            Self::DisputeLost => moves(DisputedFunds, DisputeLosses, amount),
        };
        lines.retain(|(_, amount)| *amount != 0);
        lines
    }
}

/// Books `kind` for `payment`. `reference` names what is booked: a second booking of it changes nothing.
pub async fn book(tx: &Tx, payment: &payment::Model, kind: Kind, reference: Uuid, amount: Money) -> Result<(), DbErr> {
    let lines = kind.lines(amount.amount);
    let sum: i64 = lines.iter().map(|(_, amount)| amount).sum();
    if sum != 0 {
        // Safer to stop than to book.
        return Err(DbErr::Custom(format!("a {} of {amount} does not add up to zero", kind.name())));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let id = Uuid::now_v7();
    let row = ledger_transaction::ActiveModel {
        id: Set(id),
        payment_id: Set(payment.id),
        order_id: Set(payment.order_id),
        kind: Set(kind.name().to_owned()),
        reference: Set(reference.to_string()),
        booked_at: Set(time::now()),
    };
    let inserted = db::insert_absent(&**tx, [row], &["kind", "reference"]).await?;
    if inserted == 0 {
        return Ok(());
    }
    let entries = lines.into_iter().map(|(account, amount_minor)| ledger_entry::ActiveModel {
        id: Set(Uuid::now_v7()),
        transaction_id: Set(id),
        account: Set(account.name().to_owned()),
        amount_minor: Set(amount_minor),
        currency: Set(amount.currency.code().to_owned()),
    });
    ledger_entry::Entity::insert_many(entries).exec_without_returning(&**tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// What a shop does with one payment, at random.
    #[derive(Clone, Debug)]
    enum Operation {
        Capture(i64),
        Refund(i64),
        BounceLast,
        Dispute(i64, i64),
        CloseDispute(bool),
    }

    fn operation() -> impl Strategy<Value = Operation> {
        prop_oneof![
            (1_i64..10_000).prop_map(Operation::Capture),
            (1_i64..5_000).prop_map(Operation::Refund),
            Just(Operation::BounceLast),
            (1_i64..5_000, 0_i64..2_000).prop_map(|(amount, fee)| Operation::Dispute(amount, fee)),
            any::<bool>().prop_map(Operation::CloseDispute),
        ]
    }

    /// The model: plain sums of what happened.
    #[derive(Default)]
    struct Model {
        captured: i64,
        refunds: Vec<i64>,
        open: Option<i64>,
        lost: i64,
        fees: i64,
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn balances_are_what_happened(operations in prop::collection::vec(operation(), 0..200)) {
            let mut model = Model::default();
            let mut balances: HashMap<Account, i64> = HashMap::new();
            let mut booked = |kind: Kind, amount: i64| {
                let lines = kind.lines(amount);
                assert_eq!(lines.iter().map(|(_, amount)| amount).sum::<i64>(), 0);
                for (account, amount) in lines {
                    *balances.entry(account).or_default() += amount;
                }
            };
            for operation in operations {
                match operation {
                    Operation::Capture(amount) => {
                        booked(Kind::Authorization, amount);
                        booked(Kind::AuthorizationReleased, amount);
                        booked(Kind::Capture, amount);
                        model.captured += amount;
                    }
                    Operation::Refund(amount) => {
                        booked(Kind::Refund, amount);
                        model.refunds.push(amount);
                    }
                    Operation::BounceLast => {
                        if let Some(amount) = model.refunds.pop() {
                            booked(Kind::RefundReversed, amount);
                        }
                    }
                    Operation::Dispute(amount, fee_minor) if model.open.is_none() => {
                        booked(Kind::DisputeOpened { fee_minor }, amount);
                        model.open = Some(amount);
                        model.fees += fee_minor;
                    }
                    Operation::Dispute(..) => {}
                    Operation::CloseDispute(won) => {
                        if let Some(amount) = model.open.take() {
                            booked(if won { Kind::DisputeWon } else { Kind::DisputeLost }, amount);
                            model.lost += if won { 0 } else { amount };
                        }
                    }
                }
            }
            let balance = |account| balances.get(&account).copied().unwrap_or_default();
            let refunded: i64 = model.refunds.iter().sum();
            let open = model.open.unwrap_or_default();
            prop_assert_eq!(balance(Account::CustomerPayments), -model.captured);
            prop_assert_eq!(balance(Account::Refunds), refunded);
            prop_assert_eq!(balance(Account::DisputedFunds), open);
            prop_assert_eq!(balance(Account::DisputeLosses), model.lost);
            prop_assert_eq!(balance(Account::DisputeFees), model.fees);
            prop_assert_eq!(balance(Account::AuthorizedHolds), 0);
            prop_assert_eq!(
                balance(Account::ProviderBalance), model.captured - refunded - open - model.lost - model.fees
            );
            prop_assert_eq!(balances.values().sum::<i64>(), 0);
        }
    }
}
