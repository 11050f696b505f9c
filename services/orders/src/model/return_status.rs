//! The life of a return.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a return stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnStatus {
    /// The buyer asked; staff decide.
    Requested,
    Approved,
    Declined,
    LabelSent,
    InTransit,
    /// The goods are back, and the money is on its way unless it is held for inspection.
    Received,
    Inspected,
    /// The money is back.
    Refunded,
    /// The goods came back, but not as they should be: no money.
    Rejected,
    Closed,
    Cancelled,
}

/// What can happen to a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReturnFact {
    Approved,
    Declined,
    LabelSent,
    Sent,
    Received,
    Inspected,
    Refunded,
    /// The refund went out and came back: the buyer's card is gone, say.
    RefundBounced,
    Rejected,
    Closed,
    Cancelled,
}

/// A fact that cannot happen to a return that stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a return that is {from:?} cannot take {fact:?}")]
pub struct WrongReturnStatus {
    pub from: ReturnStatus,
    pub fact: ReturnFact,
}

impl ReturnFact {
    pub const ALL: [Self; 11] = [
        Self::Approved,
        Self::Declined,
        Self::LabelSent,
        Self::Sent,
        Self::Received,
        Self::Inspected,
        Self::Refunded,
        Self::RefundBounced,
        Self::Rejected,
        Self::Closed,
        Self::Cancelled,
    ];
}

impl ReturnStatus {
    pub const ALL: [Self; 11] = [
        Self::Requested,
        Self::Approved,
        Self::Declined,
        Self::LabelSent,
        Self::InTransit,
        Self::Received,
        Self::Inspected,
        Self::Refunded,
        Self::Rejected,
        Self::Closed,
        Self::Cancelled,
    ];

    /// The whole life of a return. Every pair not listed is refused.
    pub fn after(self, fact: ReturnFact) -> Result<Self, WrongReturnStatus> {
        use ReturnFact as F;
        match (self, fact) {
            (Self::Requested, F::Approved) => Ok(Self::Approved),
            (Self::Requested, F::Declined) => Ok(Self::Declined),
            (Self::Approved, F::LabelSent) => Ok(Self::LabelSent),
            (Self::Approved | Self::LabelSent, F::Sent) => Ok(Self::InTransit),
            (Self::Approved | Self::LabelSent | Self::InTransit, F::Received) => Ok(Self::Received),
            (Self::Received, F::Inspected) => Ok(Self::Inspected),
            (Self::Received | Self::Inspected, F::Refunded) => Ok(Self::Refunded),
            (Self::Refunded, F::RefundBounced) => Ok(Self::Inspected),
            (Self::Received | Self::Inspected, F::Rejected) => Ok(Self::Rejected),
            (Self::Requested | Self::Approved | Self::LabelSent, F::Cancelled) => Ok(Self::Cancelled),
            (Self::Received | Self::Inspected | Self::Refunded | Self::Rejected, F::Closed) => Ok(Self::Closed),
            (from, fact) => Err(WrongReturnStatus { from, fact }),
        }
    }

    /// The fact that staff state by setting this status.
    pub fn stated(self) -> Option<ReturnFact> {
        match self {
            Self::Requested => None,
            Self::Approved => Some(ReturnFact::Approved),
            Self::Declined => Some(ReturnFact::Declined),
            Self::LabelSent => Some(ReturnFact::LabelSent),
            Self::InTransit => Some(ReturnFact::Sent),
            Self::Received => Some(ReturnFact::Received),
            Self::Inspected => Some(ReturnFact::Inspected),
            Self::Refunded => Some(ReturnFact::Refunded),
            Self::Rejected => Some(ReturnFact::Rejected),
            Self::Closed => Some(ReturnFact::Closed),
            Self::Cancelled => Some(ReturnFact::Cancelled),
        }
    }

    /// The statuses that staff may set next.
    pub fn allowed(self) -> Vec<Self> {
        let stated = |to: &Self| to.stated().is_some_and(|fact| self.after(fact) == Ok(*to));
        Self::ALL.into_iter().filter(stated).collect()
    }

    /// Whether its goods are still expected, so that they cannot be asked back a second time.
    pub fn is_expected(self) -> bool {
        matches!(self, Self::Requested | Self::Approved | Self::LabelSent | Self::InTransit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_status_and_fact_is_decided() {
        use ReturnStatus as S;
        let next = |from: S| match from {
            S::Requested => vec![S::Approved, S::Declined, S::Cancelled],
            S::Approved => vec![S::LabelSent, S::InTransit, S::Received, S::Cancelled],
            S::LabelSent => vec![S::InTransit, S::Received, S::Cancelled],
            S::InTransit => vec![S::Received],
            S::Received => vec![S::Inspected, S::Refunded, S::Rejected, S::Closed],
            S::Inspected => vec![S::Refunded, S::Rejected, S::Closed],
            S::Refunded | S::Rejected => vec![S::Closed],
            S::Declined | S::Closed | S::Cancelled => vec![],
        };
        for from in S::ALL {
            assert_eq!(from.allowed(), next(from), "{from:?}");
            for fact in ReturnFact::ALL {
                match from.after(fact) {
                    Ok(to) if fact == ReturnFact::RefundBounced => assert_eq!((from, to), (S::Refunded, S::Inspected)),
                    Ok(to) => assert_eq!(to.stated(), Some(fact)),
                    Err(refused) => assert_eq!(refused, WrongReturnStatus { from, fact }),
                }
            }
        }
    }
}
