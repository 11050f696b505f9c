//! Money: integer minor units with an ISO 4217 currency, and the few operations that must never lose a cent.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::SchemaType, schema::Type};

/// The largest amount Rialto calculates with, in minor units. Far below `i64::MAX`, so that sums of many stay exact.
pub const LARGEST_AMOUNT: i64 = 1_000_000_000_000;

/// An ISO 4217 currency, written as its three-letter code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    pub const GBP: Self = Self(iso_currency::Currency::GBP);
    pub const JPY: Self = Self(iso_currency::Currency::JPY);
    pub const KWD: Self = Self(iso_currency::Currency::KWD);
    pub const USD: Self = Self(iso_currency::Currency::USD);

    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimal places of the currency by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Reads a decimal number such as `10.99` exactly, without passing through a float.
    pub fn parse_amount(self, text: &str) -> Result<Money, MoneyError> {
        let unreadable = || MoneyError::Unreadable { text: text.to_owned(), currency: self };
        let (negative, digits) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.trim()),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let places = self.exponent() as usize;
        let (kept, cut) = fraction.split_at_checked(places).unwrap_or((fraction, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        // Digits beyond the currency's own may only be zeros: anything else would be rounded away.
        if whole.is_empty() || !is_number(whole) || !is_number(kept) || cut.bytes().any(|byte| byte != b'0') {
            return Err(unreadable());
        }
        let minor: i64 = format!("{whole}{kept:0<places$}").parse().map_err(|_| unreadable())?;
        Money::new(if negative { -minor } else { minor }, self).checked()
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        iso_currency::Currency::from_code(code).map(Self).ok_or_else(|| MoneyError::UnknownCurrency(code.to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("ISO 4217 code"))
            .examples(["EUR"])
            .min_length(Some(3))
            .max_length(Some(3))
            .into()
    }
}

impl ToSchema for Currency {}

/// An amount of money in minor units: `{"amount": 1999, "currency": "EUR"}` is 19.99 euros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": 1999, "currency": "EUR"}))]
pub struct Money {
    /// Minor units (ISO 4217 exponent): cents for EUR, yen for JPY, fils for KWD.
    pub amount: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    pub fn is_zero(self) -> bool {
        self.amount == 0
    }

    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::new(self.amount.checked_add(other.amount).ok_or(MoneyError::TooLarge)?, self.currency).checked()
    }

    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::new(self.amount.checked_sub(other.amount).ok_or(MoneyError::TooLarge)?, self.currency).checked()
    }

    pub fn times(self, quantity: u32) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(i64::from(quantity)).ok_or(MoneyError::TooLarge)?;
        Self::new(amount, self.currency).checked()
    }

    /// The sum of `amounts`, which must all be in `currency`.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// `numerator / denominator` of this amount, half away from zero, rounded once.
    pub fn ratio(self, numerator: i64, denominator: i64) -> Result<Self, MoneyError> {
        let denominator = i128::from(denominator);
        let product = i128::from(self.amount) * i128::from(numerator);
        if denominator <= 0 {
            return Err(MoneyError::TooLarge);
        }
        let half = denominator / 2;
        let rounded = if product >= 0 { (product + half) / denominator } else { (product - half) / denominator };
        Self::new(i64::try_from(rounded).map_err(|_| MoneyError::TooLarge)?, self.currency).checked()
    }

    /// Splits this amount by `weights` so that the parts add up to it exactly (largest remainder; the earlier part wins a tie).
    ///
    /// All weights zero puts everything on the first part; no weights give no parts.
    pub fn split(self, weights: &[i64]) -> Vec<Self> {
        let total: i128 = weights.iter().map(|weight| i128::from((*weight).max(0))).sum();
        if total == 0 {
            let rest = std::iter::repeat_n(Self::zero(self.currency), weights.len().saturating_sub(1));
            return weights.first().map(|_| self).into_iter().chain(rest).collect();
        }
        let amount = i128::from(self.amount).abs();
        let shares: Vec<(i128, i128)> = weights
            .iter()
            .map(|weight| amount * i128::from((*weight).max(0)))
            .map(|product| (product / total, product % total))
            .collect();
        let left_over = amount - shares.iter().map(|(share, _)| share).sum::<i128>();
        let mut by_remainder: Vec<usize> = (0..shares.len()).collect();
        by_remainder.sort_by_key(|index| std::cmp::Reverse(shares[*index].1));
        let mut parts: Vec<i128> = shares.iter().map(|(share, _)| *share).collect();
        for index in by_remainder.into_iter().take(usize::try_from(left_over).unwrap_or(0)) {
            parts[index] += 1;
        }
        let sign = if self.amount < 0 { -1 } else { 1 };
        parts
            .into_iter()
            .map(|part| Self::new(sign * i64::try_from(part).unwrap_or(LARGEST_AMOUNT), self.currency))
            .collect()
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::MixedCurrencies(self.currency, other.currency))
    }

    fn checked(self) -> Result<Self, MoneyError> {
        if self.amount.unsigned_abs() > LARGEST_AMOUNT.unsigned_abs() { Err(MoneyError::TooLarge) } else { Ok(self) }
    }
}

/// `19.99 EUR`: for logs and plain text. Pages and mails format by locale.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.currency.exponent();
        let unit = 10_u64.pow(places);
        let amount = self.amount.unsigned_abs();
        let sign = if self.amount < 0 { "-" } else { "" };
        if places == 0 {
            return write!(f, "{sign}{amount} {}", self.currency);
        }
        let width = places as usize;
        write!(f, "{sign}{}.{:0width$} {}", amount / unit, amount % unit, self.currency)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("{0} is not an ISO 4217 currency code")]
    UnknownCurrency(String),
    #[error("amounts in {0} and {1} cannot be added")]
    MixedCurrencies(Currency, Currency),
    #[error("the amount is larger than {LARGEST_AMOUNT} minor units")]
    TooLarge,
    #[error("{text:?} is not an amount in {currency}")]
    Unreadable { text: String, currency: Currency },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::EUR)
    }

    #[test]
    fn amounts_are_read_exactly() {
        assert_eq!(Currency::EUR.parse_amount("10.99"), Ok(eur(1099)));
        assert_eq!(Currency::EUR.parse_amount("24"), Ok(eur(2400)));
        assert_eq!(Currency::EUR.parse_amount("24.5"), Ok(eur(2450)));
        assert_eq!(Currency::EUR.parse_amount("-0.10"), Ok(eur(-10)));
        assert_eq!(Currency::EUR.parse_amount("1.990"), Ok(eur(199)));
        assert_eq!(Currency::JPY.parse_amount("1200"), Ok(Money::new(1200, Currency::JPY)));
        assert_eq!(Currency::KWD.parse_amount("1.234"), Ok(Money::new(1234, Currency::KWD)));
        for bad in ["", "-", ".5", "1,5", "1.999", "12.3.4", "١٢", "1e3", "99999999999999999999"] {
            assert!(Currency::EUR.parse_amount(bad).is_err(), "{bad:?} was read as an amount");
        }
        assert!(Currency::JPY.parse_amount("1.5").is_err());
    }

    #[test]
    fn amounts_are_written_with_the_currencys_decimals() {
        assert_eq!(eur(-5).to_string(), "-0.05 EUR");
        assert_eq!(Money::new(1200, Currency::JPY).to_string(), "1200 JPY");
        assert_eq!(Money::new(1234, Currency::KWD).to_string(), "1.234 KWD");
    }

    #[test]
    fn the_furthest_amounts_are_too_large_and_nothing_worse() {
        for amount in [i64::MIN, i64::MAX, -LARGEST_AMOUNT - 1, LARGEST_AMOUNT + 1] {
            assert_eq!(eur(amount).plus(eur(0)), Err(MoneyError::TooLarge), "{amount}");
        }
        assert_eq!(eur(i64::MIN).split(&[1]).len(), 1);
    }

    #[test]
    fn currencies_do_not_mix() {
        let mixed = eur(1).plus(Money::new(1, Currency::JPY));
        assert_eq!(mixed, Err(MoneyError::MixedCurrencies(Currency::EUR, Currency::JPY)));
    }

    #[test]
    fn ratios_round_half_away_from_zero() {
        // 24.99 at 10.75 % and the tax inside a gross 11.90 at 19 %.
        assert_eq!(eur(2499).ratio(1075, 10_000), Ok(eur(269)));
        assert_eq!(eur(1190).ratio(10_000, 11_900), Ok(eur(1000)));
        assert_eq!(eur(-5).ratio(1, 2), Ok(eur(-3)));
    }

    #[test]
    fn unknown_currencies_and_fields_are_refused() {
        assert!(serde_json::from_str::<Money>(r#"{"amount":1,"currency":"EURO"}"#).is_err());
        assert!(serde_json::from_str::<Money>(r#"{"amount":1.5,"currency":"EUR"}"#).is_err());
        assert!(serde_json::from_str::<Money>(r#"{"amount":1,"currency":"EUR","unit":1}"#).is_err());
    }

    proptest! {
        #[test]
        fn parts_add_up_and_none_is_off_by_more_than_one(
            amount in -LARGEST_AMOUNT..LARGEST_AMOUNT,
            weights in prop::collection::vec(0_i64..1_000_000_000, 1..40),
        ) {
            let parts = eur(amount).split(&weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().map(|part| part.amount).sum::<i64>(), amount);
            let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            if total > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = i128::from(amount) * i128::from(*weight) / total;
                    prop_assert!((i128::from(part.amount) - exact).abs() <= 1);
                }
            }
        }

        #[test]
        fn what_is_written_reads_back(amount in -LARGEST_AMOUNT..LARGEST_AMOUNT) {
            let text = eur(amount).to_string();
            prop_assert_eq!(Currency::EUR.parse_amount(text.trim_end_matches(" EUR")), Ok(eur(amount)));
        }
    }
}
