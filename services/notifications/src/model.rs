//! The life of a message, the topics it can belong to, whom it can reach, and when it is tried again. Pure.

use std::{fmt, time::Duration};

use contracts::calls::Channel;
use sea_orm::{DeriveActiveEnum, EnumIter, sea_query::StringLen};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Checks;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)", rename_all = "snake_case")]
#[schema(as = NotificationStatus)]
pub enum Status {
    /// Waits for its turn, or for the next attempt.
    Queued,
    /// Being handed over right now.
    Sending,
    /// The channel has taken it.
    Sent,
    /// The channel says that it arrived.
    Delivered,
    /// The channel says that it came back.
    Bounced,
    /// Given up; `reason` says why.
    Failed,
    /// Not sent on purpose; `reason` says why.
    Suppressed,
}

/// What can happen to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum Fact {
    /// A delivery job takes it up.
    Claimed,
    /// The channel took it.
    Accepted,
    /// The channel did not take it, but may later.
    Postponed,
    /// The process died between handing it over and noting the answer: whether it was sent is unknown.
    Interrupted,
    /// The channel will never take it.
    Refused,
    /// It was tried long enough.
    GivenUp,
    /// Its recipient does not want it, or cannot be reached.
    OptedOut,
    /// The channel reports its arrival.
    Arrived,
    /// The channel reports its return.
    CameBack,
}

/// A fact that cannot apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message that is {from:?} cannot be {fact:?}")]
pub struct WrongStatus {
    pub from: Status,
    pub fact: Fact,
}

impl Status {
    pub const ALL: [Self; 7] =
        [Self::Queued, Self::Sending, Self::Sent, Self::Delivered, Self::Bounced, Self::Failed, Self::Suppressed];

    pub fn after(self, fact: Fact) -> Result<Self, WrongStatus> {
        match (self, fact) {
            (Self::Queued, Fact::Claimed) => Ok(Self::Sending),
            (Self::Queued, Fact::OptedOut) => Ok(Self::Suppressed),
            (Self::Queued | Self::Sending, Fact::GivenUp) => Ok(Self::Failed),
            (Self::Sending, Fact::Accepted) => Ok(Self::Sent),
            (Self::Sending, Fact::Postponed | Fact::Interrupted) => Ok(Self::Queued),
            (Self::Sending, Fact::Refused) => Ok(Self::Failed),
            (Self::Sent, Fact::Arrived) => Ok(Self::Delivered),
            (Self::Sent | Self::Delivered, Fact::CameBack) => Ok(Self::Bounced),
            (from, fact) => Err(WrongStatus { from, fact }),
        }
    }

    /// Whether the message will not be handed over any more.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Sending)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a message is about, which decides whether its recipient has a say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, EnumIter, DeriveActiveEnum)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)", rename_all = "snake_case")]
pub enum Topic {
    /// Orders, payments, parcels, returns.
    Orders,
    /// The account and its security.
    Security,
    /// Messages that staff write by hand.
    Service,
    /// Offers and news.
    Marketing,
    /// Requests to review what was bought.
    Reviews,
    /// Goods that are back in stock.
    Stock,
}

impl Topic {
    pub const ALL: [Self; 6] =
        [Self::Orders, Self::Security, Self::Service, Self::Marketing, Self::Reviews, Self::Stock];

    /// Whether it goes only to people who agreed. The others are part of a contract and cannot be switched off.
    pub fn needs_consent(self) -> bool {
        matches!(self, Self::Marketing | Self::Reviews | Self::Stock)
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Security => "security",
            Self::Service => "service",
            Self::Marketing => "marketing",
            Self::Reviews => "reviews",
            Self::Stock => "stock",
        }
    }
}

pub const CHANNELS: [Channel; 3] = [Channel::Email, Channel::Sms, Channel::Push];

pub const fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::Sms => "sms",
        Channel::Push => "push",
    }
}

pub fn channel_named(name: &str) -> Option<Channel> {
    CHANNELS.into_iter().find(|channel| channel_name(*channel) == name)
}

/// An address with its case and blanks evened out, so that the same person is recognised.
pub fn recipient_key(address: &str) -> String {
    address.trim().to_lowercase()
}

/// Checks an address on a channel: an e-mail address, an E.164 number, or a push endpoint.
pub fn check_address(checks: &mut Checks, field: &str, channel: Channel, address: &str) {
    match channel {
        Channel::Email => {
            checks.email(field, address);
        }
        Channel::Sms => {
            let digits = address.strip_prefix('+').unwrap_or_default();
            let e164 = (7..=15).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.starts_with('0');
            checks.require(e164, field, "invalid", "must be a phone number in E.164 form, such as +4930123456");
        }
        Channel::Push => {
            let endpoint = address.starts_with("https://")
                && address.len() <= 1024
                && !address.chars().any(|c| c.is_control() || c.is_whitespace());
            checks.require(endpoint, field, "invalid", "must be an https push endpoint");
        }
    }
}

/// Languages to try for `locale`, best first: `de-AT`, `de`, `en`.
pub fn languages(locale: &str) -> Vec<String> {
    let mut languages = Vec::new();
    let locale = locale.trim().replace('_', "-");
    if is_language_tag(&locale) {
        if let Some((language, _)) = locale.split_once('-') {
            languages.push(locale.clone());
            languages.push(language.to_owned());
        } else {
            languages.push(locale);
        }
    }
    if !languages.iter().any(|language| language == "en") {
        languages.push("en".to_owned());
    }
    languages
}

/// Whether `tag` is a language we can keep templates for: `de` or `de-AT`.
pub fn is_language_tag(tag: &str) -> bool {
    let (language, region) = tag.split_once('-').map_or((tag, None), |(language, region)| (language, Some(region)));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && region.is_none_or(|region| region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// How long to wait after failure number `failures` (1 is the first): doubling from `first`, at most `longest`,
/// half of it fixed and half by `chance` (0 to 1), so that messages do not come back all at once.
pub fn backoff(failures: u32, first: Duration, longest: Duration, chance: f64) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(30)));
    let whole = doubled.min(longest);
    whole.mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn the_whole_life_is_this_table() {
        let legal = [
            (Status::Queued, Fact::Claimed, Status::Sending),
            (Status::Queued, Fact::OptedOut, Status::Suppressed),
            (Status::Queued, Fact::GivenUp, Status::Failed),
            (Status::Sending, Fact::GivenUp, Status::Failed),
            (Status::Sending, Fact::Accepted, Status::Sent),
            (Status::Sending, Fact::Postponed, Status::Queued),
            (Status::Sending, Fact::Interrupted, Status::Queued),
            (Status::Sending, Fact::Refused, Status::Failed),
            (Status::Sent, Fact::Arrived, Status::Delivered),
            (Status::Sent, Fact::CameBack, Status::Bounced),
            (Status::Delivered, Fact::CameBack, Status::Bounced),
        ];
        for status in Status::ALL {
            for fact in Fact::iter() {
                let expected = legal.iter().find(|(from, by, _)| (*from, *by) == (status, fact)).map(|(_, _, to)| *to);
                assert_eq!(status.after(fact).ok(), expected, "{status:?} after {fact:?}");
            }
        }
    }

    #[test]
    fn languages_fall_back_from_region_to_language_to_english() {
        assert_eq!(languages("de-AT"), ["de-AT", "de", "en"]);
        assert_eq!(languages("de_AT"), ["de-AT", "de", "en"]);
        assert_eq!(languages("ar"), ["ar", "en"]);
        assert_eq!(languages("en-GB"), ["en-GB", "en"]);
        assert_eq!(languages("en"), ["en"]);
        assert_eq!(languages("../../etc"), ["en"]);
        assert_eq!(languages(""), ["en"]);
    }

    #[test]
    fn addresses_fit_their_channel() {
        let takes = |channel, address: &str| {
            let mut checks = Checks::new();
            check_address(&mut checks, "to", channel, address);
            checks.is_clean()
        };
        assert!(takes(Channel::Sms, "+4930123456"));
        assert!(takes(Channel::Push, "https://push.example/abc"));
        for (channel, bad) in [
            (Channel::Email, "a@b.co\r\nBcc: c@d.eu"),
            (Channel::Email, "+4930123456"),
            (Channel::Sms, "030123456"),
            (Channel::Sms, "+0301234567"),
            (Channel::Sms, "+49 30 123456"),
            (Channel::Push, "http://push.example/abc"),
            (Channel::Push, "https://push.example/a\nb"),
        ] {
            assert!(!takes(channel, bad), "{bad:?} was taken");
        }
    }

    proptest! {
        #[test]
        fn pauses_grow_and_stay_within_bounds(failures in 1_u32..2000, chance in 0.0_f64..1.0) {
            let (first, longest) = (Duration::from_secs(1), Duration::from_secs(3600));
            let pause = backoff(failures, first, longest, chance);
            prop_assert!(pause <= longest);
            prop_assert!(pause >= Duration::from_millis(500));
            prop_assert!(backoff(failures + 1, first, longest, chance) >= pause);
        }
    }
}
