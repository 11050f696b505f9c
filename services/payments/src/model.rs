//! The lives of payments, attempts, refunds and disputes: pure tables, and the arithmetic of what can be refunded.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a payment stands, in Stripe's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentIntentStatus)]
pub enum Status {
    /// No attempt is under way; the buyer may try.
    RequiresPaymentMethod,
    /// The buyer has to do something, such as 3-D Secure.
    RequiresAction,
    /// An attempt is under way, or what became of it is not known yet.
    Processing,
    /// The money is held and can be captured.
    RequiresCapture,
    /// The money is ours.
    Succeeded,
    Canceled,
    /// The provider speaks of another amount or currency than we asked for. Staff decide.
    Conflicted,
}

/// What can happen to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum Fact {
    AttemptStarted,
    ActionRequired,
    ProviderProcessing,
    Authorized,
    Captured,
    Declined,
    /// The attempt was ended before any money was held: it never arrived, or the buyer chose another card.
    AttemptDropped,
    /// The payment was called off, at the provider too.
    Voided,
    Mismatched,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fact:?} does not apply to a payment that is {from:?}")]
pub struct WrongStatus {
    pub from: Status,
    pub fact: Fact,
}

impl Status {
    pub fn after(self, fact: Fact) -> Result<Self, WrongStatus> {
        use Fact::{
            ActionRequired, AttemptDropped, AttemptStarted, Authorized, Captured, Declined, Mismatched,
            ProviderProcessing, Voided,
        };
        match (self, fact) {
            (Self::RequiresPaymentMethod, AttemptStarted) => Ok(Self::Processing),
            (Self::Processing, ActionRequired) => Ok(Self::RequiresAction),
            (Self::Processing | Self::RequiresAction, ProviderProcessing) => Ok(Self::Processing),
            (Self::Processing | Self::RequiresAction, Authorized) => Ok(Self::RequiresCapture),
            (Self::Processing | Self::RequiresAction | Self::RequiresCapture, Captured) => Ok(Self::Succeeded),
            (Self::Processing | Self::RequiresAction, Declined | AttemptDropped) => Ok(Self::RequiresPaymentMethod),
            (Self::RequiresPaymentMethod | Self::Processing, Voided) => Ok(Self::Canceled),
            (Self::RequiresAction | Self::RequiresCapture, Voided) => Ok(Self::Canceled),
            (Self::Processing | Self::RequiresAction | Self::RequiresCapture, Mismatched) => Ok(Self::Conflicted),
            (from, fact) => Err(WrongStatus { from, fact }),
        }
    }

    /// Nothing more happens to the payment itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Canceled | Self::Conflicted)
    }
}

/// Where one try to pay stands. It only moves forward, so that late news changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum AttemptStatus {
    /// Written down, and perhaps sent.
    Started,
    RequiresAction,
    Processing,
    RequiresCapture,
    Succeeded,
    Failed,
    Canceled,
}

/// Where a charge stands at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ChargeStatus {
    RequiresAction,
    Processing,
    RequiresCapture,
    Succeeded,
    Failed,
    Canceled,
}

impl AttemptStatus {
    /// The status once the provider says `charge`; `None` if that is no news.
    pub fn after(self, charge: ChargeStatus) -> Option<Self> {
        let next = match charge {
            ChargeStatus::RequiresAction => Self::RequiresAction,
            ChargeStatus::Processing => Self::Processing,
            ChargeStatus::RequiresCapture => Self::RequiresCapture,
            ChargeStatus::Succeeded => Self::Succeeded,
            ChargeStatus::Failed => Self::Failed,
            ChargeStatus::Canceled => Self::Canceled,
        };
        (next.rank() > self.rank()).then_some(next)
    }

    /// Whether money was held or taken.
    pub fn holds_money(self) -> bool {
        matches!(self, Self::RequiresCapture | Self::Succeeded)
    }

    /// Nothing more happens to it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Canceled)
    }

    fn rank(self) -> u8 {
        match self {
            Self::Started => 0,
            Self::RequiresAction => 1,
            Self::Processing => 2,
            Self::RequiresCapture => 3,
            Self::Succeeded | Self::Failed | Self::Canceled => 4,
        }
    }
}

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum CaptureMethod {
    /// The money is taken when the buyer pays.
    #[default]
    Automatic,
    /// The money is held until staff capture it.
    Manual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

impl RefundStatus {
    /// The status once the provider says `said`; `None` if that is no news. A refund can bounce after it went out.
    pub fn after(self, said: Self) -> Option<Self> {
        match (self, said) {
            (Self::Pending, Self::Succeeded) => Some(Self::Succeeded),
            (Self::Pending | Self::Succeeded, Self::Failed) => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Where a dispute stands, in Stripe's words. The `warning_…` ones are inquiries: no money has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    WarningNeedsResponse,
    WarningUnderReview,
    NeedsResponse,
    UnderReview,
    WarningClosed,
    Prevented,
    Won,
    Lost,
}

impl DisputeStatus {
    pub fn after(self, said: Self) -> Option<Self> {
        (said.rank() > self.rank()).then_some(said)
    }

    /// The provider has taken the disputed money back from us.
    pub fn holds_money(self) -> bool {
        matches!(self, Self::NeedsResponse | Self::UnderReview | Self::Lost)
    }

    pub fn is_closed(self) -> bool {
        self.rank() == 4
    }

    /// Evidence can be handed in.
    pub fn takes_evidence(self) -> bool {
        matches!(self, Self::WarningNeedsResponse | Self::NeedsResponse)
    }

    fn rank(self) -> u8 {
        match self {
            Self::WarningNeedsResponse => 0,
            Self::WarningUnderReview => 1,
            Self::NeedsResponse => 2,
            Self::UnderReview => 3,
            Self::WarningClosed | Self::Prevented | Self::Won | Self::Lost => 4,
        }
    }
}

/// What a stored webhook became.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum WebhookStatus {
    Received,
    Applied,
    /// Of a type that means nothing here.
    Ignored,
    /// About a charge that nobody here knows; the reconciliation looks after it.
    Unmatched,
}

/// The amounts of a payment, in minor units of its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub captured: i64,
    pub refunded: i64,
    pub refund_pending: i64,
    pub disputed: i64,
}

impl Sums {
    /// What can still be refunded. Refunds under way count as done, and disputed money is not ours to give back.
    pub fn refundable(self) -> i64 {
        (self.captured - self.refunded - self.refund_pending - self.disputed).max(0)
    }
}

/// The word a buyer hears for a decline: one of six, whatever the bank said.
pub fn buyer_code(code: &str, decline_code: Option<&str>) -> &'static str {
    match (code, decline_code) {
        (_, Some("insufficient_funds")) | ("insufficient_funds", _) => "insufficient_funds",
        ("expired_card", _) => "expired_card",
        ("incorrect_cvc", _) => "incorrect_cvc",
        ("authentication_required" | "payment_intent_authentication_failure", _) => "authentication_required",
        ("processing_error", _) => "processing_error",
        _ => "card_declined",
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn a_payment_moves_only_as_listed() {
        use Fact::{
            ActionRequired as Act, AttemptDropped as Drop, AttemptStarted as Start, Authorized as Auth,
            Captured as Cap, Declined as Dec, Mismatched as Mis, ProviderProcessing as Proc, Voided as Void,
        };
        use Status::{
            Canceled, Conflicted, Processing, RequiresAction, RequiresCapture, RequiresPaymentMethod, Succeeded,
        };
        let listed = [
            (RequiresPaymentMethod, Start, Processing),
            (RequiresPaymentMethod, Void, Canceled),
            (Processing, Act, RequiresAction),
            (Processing, Proc, Processing),
            (Processing, Auth, RequiresCapture),
            (Processing, Cap, Succeeded),
            (Processing, Dec, RequiresPaymentMethod),
            (Processing, Drop, RequiresPaymentMethod),
            (Processing, Void, Canceled),
            (Processing, Mis, Conflicted),
            (RequiresAction, Proc, Processing),
            (RequiresAction, Auth, RequiresCapture),
            (RequiresAction, Cap, Succeeded),
            (RequiresAction, Dec, RequiresPaymentMethod),
            (RequiresAction, Drop, RequiresPaymentMethod),
            (RequiresAction, Void, Canceled),
            (RequiresAction, Mis, Conflicted),
            (RequiresCapture, Cap, Succeeded),
            (RequiresCapture, Void, Canceled),
            (RequiresCapture, Mis, Conflicted),
        ];
        for from in Status::iter() {
            for fact in Fact::iter() {
                let expected = listed.iter().find(|(f, by, _)| (*f, *by) == (from, fact)).map(|(.., to)| *to);
                assert_eq!(from.after(fact).ok(), expected, "{from:?} after {fact:?}");
                assert!(!from.is_final() || expected.is_none(), "{from:?} is final");
            }
        }
    }

    #[test]
    fn attempts_never_go_back() {
        for said in ChargeStatus::iter() {
            for then in ChargeStatus::iter() {
                let Some(first) = AttemptStatus::Started.after(said) else {
                    panic!("{said:?} is news to a fresh attempt")
                };
                assert!(!first.is_final() || first.after(then).is_none(), "{first:?} then {then:?}");
                if let Some(second) = first.after(then) {
                    assert!(second.rank() > first.rank(), "{first:?} then {second:?}");
                    assert!(!matches!(said, ChargeStatus::Succeeded | ChargeStatus::Failed | ChargeStatus::Canceled));
                }
            }
        }
    }

    #[test]
    fn a_refund_may_bounce_and_nothing_else() {
        use RefundStatus::{Failed, Pending, Succeeded};
        for from in RefundStatus::iter() {
            for said in RefundStatus::iter() {
                let expected = match (from, said) {
                    (Pending, Succeeded) => Some(Succeeded),
                    (Pending | Succeeded, Failed) => Some(Failed),
                    _ => None,
                };
                assert_eq!(from.after(said), expected, "{from:?} then {said:?}");
            }
        }
    }

    #[test]
    fn a_closed_dispute_stays_closed() {
        for from in DisputeStatus::iter().filter(|status| status.is_closed()) {
            for said in DisputeStatus::iter() {
                assert_eq!(from.after(said), None, "{from:?} then {said:?}");
            }
        }
        assert_eq!(DisputeStatus::NeedsResponse.after(DisputeStatus::Won), Some(DisputeStatus::Won));
        assert_eq!(DisputeStatus::UnderReview.after(DisputeStatus::NeedsResponse), None);
    }

    #[test]
    fn buyers_hear_six_words() {
        for (code, decline, heard) in [
            ("card_declined", Some("insufficient_funds"), "insufficient_funds"),
            ("card_declined", Some("lost_card"), "card_declined"),
            ("card_declined", Some("fraudulent"), "card_declined"),
            ("expired_card", None, "expired_card"),
            ("incorrect_cvc", None, "incorrect_cvc"),
            ("payment_intent_authentication_failure", None, "authentication_required"),
            ("processing_error", None, "processing_error"),
            ("something_new", None, "card_declined"),
        ] {
            assert_eq!(buyer_code(code, decline), heard);
        }
    }

    #[test]
    fn refundable_is_never_negative() {
        let sums = Sums { captured: 100, refunded: 60, refund_pending: 0, disputed: 100 };
        assert_eq!(sums.refundable(), 0);
        assert_eq!(Sums { captured: 100, refunded: 10, refund_pending: 20, disputed: 30 }.refundable(), 40);
    }
}
