//! The test tokens and what they do. The `tok_` names are Stripe's, except where it has none.

/// Not Stripe's: the charge never arrives, and no answer comes.
pub const TIMEOUT_BEFORE: &str = "tok_timeoutBeforeEffect";
/// Not Stripe's: the charge is made, but the answer gets lost.
pub const TIMEOUT_AFTER: &str = "tok_timeout";

/// A token as the documentation lists it.
#[derive(Clone, Copy, Debug)]
pub struct TestToken {
    pub token: &'static str,
    pub does: &'static str,
}

const fn token(token: &'static str, does: &'static str) -> TestToken {
    TestToken { token, does }
}

/// Every token the sandbox knows, for people.
pub const DOCUMENTED: [TestToken; 30] = [
    token("tok_visa", "succeeds"),
    token("tok_visa_debit", "succeeds"),
    token("tok_mastercard", "succeeds"),
    token("tok_mastercard_debit", "succeeds"),
    token("tok_amex", "succeeds"),
    token("tok_discover", "succeeds"),
    token("tok_diners", "succeeds"),
    token("tok_jcb", "succeeds"),
    token("tok_unionpay", "succeeds"),
    token("tok_chargeDeclined", "card_declined (generic_decline)"),
    token("tok_chargeDeclinedInsufficientFunds", "card_declined (insufficient_funds)"),
    token("tok_chargeDeclinedLostCard", "card_declined (lost_card)"),
    token("tok_chargeDeclinedStolenCard", "card_declined (stolen_card)"),
    token("tok_chargeDeclinedFraudulent", "card_declined (fraudulent)"),
    token("tok_chargeDeclinedExpiredCard", "expired_card"),
    token("tok_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
    token("tok_chargeDeclinedProcessingError", "processing_error"),
    token("tok_threeDSecureRequired", "requires_action; succeeds once approved"),
    token("tok_threeDSecure2Required", "requires_action; succeeds once approved"),
    token("tok_threeDSecureRequiredChargeDeclined", "requires_action; declined although approved"),
    token("tok_threeDSecureRequiredProcessingError", "requires_action; processing_error although approved"),
    token("tok_threeDSecureOptional", "succeeds without a step"),
    token("tok_createDispute", "succeeds; then disputed as fraudulent"),
    token("tok_createDisputeProductNotReceived", "succeeds; then disputed as product_not_received"),
    token("tok_createDisputeInquiry", "succeeds; then an inquiry, which moves no money"),
    token("tok_refundFail", "succeeds; refunds go out and bounce later"),
    token("tok_pendingRefund", "succeeds; refunds are pending for a while"),
    token("tok_sepaDebit", "processing, then succeeds; not Stripe's name"),
    token("tok_sepaDebitFail", "processing, then card_declined; not Stripe's name"),
    token(TIMEOUT_AFTER, "charged, but the answer gets lost; not Stripe's name"),
];

/// What happens to a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Succeed,
    Decline(Refusal),
    /// 3-D Secure first; this once it is approved.
    Action(Option<Refusal>),
    /// After a while.
    Later(Option<Refusal>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub decline_code: Option<&'static str>,
}

const fn refusal(code: &'static str, decline_code: Option<&'static str>) -> Refusal {
    Refusal { code, decline_code }
}

pub const DECLINED: Refusal = refusal("card_declined", Some("generic_decline"));
pub const NOT_AUTHENTICATED: Refusal = refusal("payment_intent_authentication_failure", None);
const PROCESSING_ERROR: Refusal = refusal("processing_error", None);

/// How refunds of a charge go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refunds {
    Succeed,
    /// They go out, and bounce after a while.
    Bounce,
    /// They succeed after a while.
    Pend,
}

#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    pub brand: &'static str,
    pub last4: &'static str,
    pub outcome: Outcome,
    /// The reason of the dispute that follows, and whether it is only an inquiry.
    pub dispute: Option<(&'static str, bool)>,
    pub refunds: Refunds,
}

/// What a token does; `None` for one that Stripe would not know.
pub fn behaviour(token: &str) -> Option<Behaviour> {
    let card = |brand, last4, outcome| Behaviour { brand, last4, outcome, dispute: None, refunds: Refunds::Succeed };
    let declined = |last4, code, decline_code| card("visa", last4, Outcome::Decline(refusal(code, decline_code)));
    Some(match token {
        "tok_visa" | TIMEOUT_AFTER | TIMEOUT_BEFORE => card("visa", "4242", Outcome::Succeed),
        "tok_visa_debit" => card("visa", "5556", Outcome::Succeed),
        "tok_mastercard" => card("mastercard", "4444", Outcome::Succeed),
        "tok_mastercard_debit" => card("mastercard", "8210", Outcome::Succeed),
        "tok_amex" => card("amex", "0005", Outcome::Succeed),
        "tok_discover" => card("discover", "1117", Outcome::Succeed),
        "tok_diners" => card("diners", "0004", Outcome::Succeed),
        "tok_jcb" => card("jcb", "0505", Outcome::Succeed),
        "tok_unionpay" => card("unionpay", "0005", Outcome::Succeed),
        "tok_chargeDeclined" => declined("0002", "card_declined", Some("generic_decline")),
        "tok_chargeDeclinedInsufficientFunds" => declined("9995", "card_declined", Some("insufficient_funds")),
        "tok_chargeDeclinedLostCard" => declined("9987", "card_declined", Some("lost_card")),
        "tok_chargeDeclinedStolenCard" => declined("9979", "card_declined", Some("stolen_card")),
        "tok_chargeDeclinedFraudulent" => declined("0019", "card_declined", Some("fraudulent")),
        "tok_chargeDeclinedExpiredCard" => declined("0069", "expired_card", None),
        "tok_chargeDeclinedIncorrectCvc" => declined("0127", "incorrect_cvc", None),
        "tok_chargeDeclinedProcessingError" => declined("0119", "processing_error", None),
        "tok_threeDSecureOptional" => card("visa", "3055", Outcome::Succeed),
        "tok_threeDSecureRequiredChargeDeclined" => card("visa", "1629", Outcome::Action(Some(DECLINED))),
        "tok_threeDSecureRequiredProcessingError" => card("visa", "0778", Outcome::Action(Some(PROCESSING_ERROR))),
        required if required.starts_with("tok_threeDSecure") => card("visa", "3220", Outcome::Action(None)),
        "tok_createDispute" => {
            Behaviour { dispute: Some(("fraudulent", false)), ..card("visa", "0259", Outcome::Succeed) }
        }
        "tok_createDisputeProductNotReceived" => {
            Behaviour { dispute: Some(("product_not_received", false)), ..card("visa", "2685", Outcome::Succeed) }
        }
        "tok_createDisputeInquiry" => {
            Behaviour { dispute: Some(("fraudulent", true)), ..card("visa", "1976", Outcome::Succeed) }
        }
        "tok_refundFail" => Behaviour { refunds: Refunds::Bounce, ..card("visa", "5126", Outcome::Succeed) },
        "tok_pendingRefund" => Behaviour { refunds: Refunds::Pend, ..card("visa", "7726", Outcome::Succeed) },
        "tok_sepaDebit" => card("sepa_debit", "3000", Outcome::Later(None)),
        "tok_sepaDebitFail" => card("sepa_debit", "3001", Outcome::Later(Some(DECLINED))),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_documented_is_known() {
        for TestToken { token, .. } in DOCUMENTED {
            assert!(behaviour(token).is_some(), "{token}");
        }
        for unknown in ["", "tok_", "tok_visa ", "pm_card_visa", "4242"] {
            assert!(behaviour(unknown).is_none(), "{unknown}");
        }
    }
}
