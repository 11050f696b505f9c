//! Quotes: a delivery price that was offered, signed so that it can be taken at its word later without a table.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use contracts::{Currency, Money, order::Item};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::zone::Place,
    seal::{Purpose, Seal},
};

/// The longest quote that is looked at.
const QUOTE_MAX_LEN: usize = 1024;

/// What was offered, to whom it holds, and until when. The names are short because a quote travels in every order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    #[serde(rename = "r")]
    pub rate: Uuid,
    #[serde(rename = "z")]
    pub zone: Uuid,
    #[serde(rename = "c")]
    pub carrier: String,
    #[serde(rename = "s")]
    pub service: String,
    #[serde(rename = "a")]
    amount: i64,
    #[serde(rename = "u")]
    currency: Currency,
    #[serde(rename = "f")]
    pub min_days: u32,
    #[serde(rename = "t")]
    pub max_days: u32,
    #[serde(rename = "x")]
    expires: i64,
    #[serde(rename = "d")]
    place: String,
    #[serde(rename = "g")]
    region: String,
    #[serde(rename = "i")]
    goods: String,
}

/// What a quote offers, apart from where to and what for.
#[derive(Clone, Debug)]
pub struct Offer {
    pub rate: Uuid,
    pub zone: Uuid,
    pub carrier: String,
    pub service: String,
    pub price: Money,
    pub min_days: u32,
    pub max_days: u32,
}

/// Why a quote does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuoteProblem {
    Expired,
    /// Not as we gave it out.
    Altered,
    OtherDestination,
    OtherItems,
}

impl std::fmt::Display for QuoteProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Expired => "expired",
            Self::Altered => "altered",
            Self::OtherDestination => "for another destination",
            Self::OtherItems => "for other items",
        })
    }
}

impl Quote {
    pub fn new(offer: Offer, place: &Place, items: &[Item], expires_at: DateTime<Utc>) -> Self {
        Self {
            rate: offer.rate,
            zone: offer.zone,
            carrier: offer.carrier,
            service: offer.service,
            amount: offer.price.amount,
            currency: offer.price.currency,
            min_days: offer.min_days,
            max_days: offer.max_days,
            expires: expires_at.timestamp(),
            place: digest([place.country.as_str(), &place.postal_code]),
            region: place.region.clone(),
            goods: goods(items),
        }
    }

    pub fn price(&self) -> Money {
        Money::new(self.amount, self.currency)
    }

    /// The quote as it is handed out.
    pub fn write(&self, seal: &Seal) -> String {
        let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        let signature = seal.sign(Purpose::Quote, &text);
        format!("{text}.{signature}")
    }

    /// A quote as it comes back, if it is one of ours and still holds.
    pub fn read(token: &str, seal: &Seal, now: DateTime<Utc>) -> Result<Self, QuoteProblem> {
        let (text, signature) = token.split_once('.').ok_or(QuoteProblem::Altered)?;
        if token.len() > QUOTE_MAX_LEN || !seal.verify(Purpose::Quote, text, signature) {
            return Err(QuoteProblem::Altered);
        }
        let quote = URL_SAFE_NO_PAD.decode(text).ok().and_then(|json| serde_json::from_slice::<Self>(&json).ok());
        let quote = quote.ok_or(QuoteProblem::Altered)?;
        if now.timestamp() >= quote.expires { Err(QuoteProblem::Expired) } else { Ok(quote) }
    }

    /// Whether it was given for just these goods, in whatever order.
    pub fn is_for_items(&self, items: &[Item]) -> bool {
        self.goods == goods(items)
    }

    /// Whether it was given for this place.
    pub fn is_for_place(&self, place: &Place) -> PlaceMatch {
        if self.place != digest([place.country.as_str(), &place.postal_code]) {
            return PlaceMatch::Other;
        }
        match (self.region == place.region, self.region.is_empty() || place.region.is_empty()) {
            (true, _) => PlaceMatch::Same,
            (false, true) => PlaceMatch::RegionAdded,
            (false, false) => PlaceMatch::Other,
        }
    }
}

/// How a quote's destination compares with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceMatch {
    Same,
    /// Only one of the two names a region: the same if both lie in the same zone.
    RegionAdded,
    Other,
}

/// The quantities of each SKU, summed.
pub fn summed(items: &[Item]) -> BTreeMap<&str, u64> {
    let mut sums = BTreeMap::new();
    for item in items {
        *sums.entry(item.sku.as_str()).or_insert(0) += u64::from(item.quantity);
    }
    sums
}

fn goods(items: &[Item]) -> String {
    let lines = summed(items).into_iter().map(|(sku, quantity)| format!("{quantity} {sku}"));
    digest(lines.collect::<Vec<_>>().iter().map(String::as_str))
}

/// A short digest of texts, each with its length, so that no two lists look alike.
fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    }
    URL_SAFE_NO_PAD.encode(&digest.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use contracts::{Destination, Secret};

    use super::*;

    fn seal() -> Seal {
        Seal::new(Secret::new("a secret of the test, long enough"))
    }

    fn item(sku: &str, quantity: u32) -> Item {
        Item { sku: sku.into(), quantity }
    }

    fn berlin(region: Option<&str>) -> Place {
        let region = region.map(str::to_owned);
        Place::from(&Destination { country: "DE".into(), postal_code: "10119".into(), region })
    }

    fn quote(expires_at: DateTime<Utc>) -> Quote {
        let offer = Offer {
            rate: Uuid::from_u128(1),
            zone: Uuid::from_u128(2),
            carrier: "sandbox".into(),
            service: "Standard".into(),
            price: Money::new(490, Currency::EUR),
            min_days: 1,
            max_days: 3,
        };
        Quote::new(offer, &berlin(None), &[item("A", 1), item("B", 2)], expires_at)
    }

    #[test]
    fn a_quote_reads_back_until_it_expires() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let quote = quote(now + TimeDelta::seconds(10));
        let token = quote.write(&seal());
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{token}");
        assert_eq!(Quote::read(&token, &seal(), now), Ok(quote));
        assert_eq!(Quote::read(&token, &seal(), now + TimeDelta::seconds(10)), Err(QuoteProblem::Expired));
    }

    #[test]
    fn no_byte_can_be_changed_cut_or_added() {
        let now = DateTime::UNIX_EPOCH;
        let token = quote(now + TimeDelta::days(1)).write(&seal());
        for place in 0..token.len() {
            for bit in 0..7 {
                let mut bytes = token.clone().into_bytes();
                bytes[place] ^= 1 << bit;
                let Ok(altered) = String::from_utf8(bytes) else { continue };
                assert_eq!(Quote::read(&altered, &seal(), now), Err(QuoteProblem::Altered), "byte {place} bit {bit}");
            }
            assert_eq!(Quote::read(&token[..place], &seal(), now), Err(QuoteProblem::Altered), "cut at {place}");
        }
        for added in ["=", "A", "."] {
            assert_eq!(Quote::read(&format!("{token}{added}"), &seal(), now), Err(QuoteProblem::Altered));
        }
        assert_eq!(Quote::read(&"A.".repeat(100_000), &seal(), now), Err(QuoteProblem::Altered));
    }

    #[test]
    fn items_are_compared_as_sums() {
        let quote = quote(DateTime::UNIX_EPOCH);
        assert!(quote.is_for_items(&[item("B", 1), item("A", 1), item("B", 1)]));
        assert!(!quote.is_for_items(&[item("B", 2)]));
        assert!(!quote.is_for_items(&[item("A", 2), item("B", 1)]));
        assert!(!quote.is_for_items(&[item("A", 1), item("B", 2), item("C", 0)]));
    }

    #[test]
    fn places_are_compared_and_a_region_may_come_later() {
        let quote = quote(DateTime::UNIX_EPOCH);
        assert_eq!(quote.is_for_place(&berlin(None)), PlaceMatch::Same);
        assert_eq!(quote.is_for_place(&berlin(Some("BE"))), PlaceMatch::RegionAdded);
        let elsewhere = Place { postal_code: "10115".into(), ..berlin(None) };
        assert_eq!(quote.is_for_place(&elsewhere), PlaceMatch::Other);
    }
}
