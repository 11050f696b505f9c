//! What a delivery costs: flat, by weight, by value or per item, free from a value on; never negative, never guessed.

use contracts::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The goods as a rate looks at them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goods {
    pub weight_g: u64,
    pub pieces: u64,
    pub value: Money,
}

/// How a rate's price comes about. Amounts are minor units of the rate's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({"kind": "by_weight", "tiers": [{"up_to": 5000, "amount": 490}, {"amount": 990}]}))]
pub enum Pricing {
    /// The same for everything.
    Flat { amount: i64 },
    /// By grams. The first tier whose `up_to` is not exceeded holds; goods beyond all tiers are not carried.
    ByWeight { tiers: Vec<Tier> },
    /// By the value of the goods, in minor units.
    ByValue { tiers: Vec<Tier> },
    /// `first` for the parcel and `each` for every piece.
    PerItem { first: i64, each: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The most this tier holds for, itself included; absent on a last tier without an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<i64>,
    pub amount: i64,
}

/// A carrier's service into a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    pub currency: Currency,
    pub pricing: Pricing,
    /// Goods worth at least this, in minor units, travel free.
    pub free_over: Option<i64>,
    pub max_weight_g: Option<i64>,
}

/// Why a rate is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Excluded {
    /// The goods are priced in a currency that the rate is not.
    OtherCurrency,
    TooHeavy,
    /// Beyond the last tier of value.
    TooValuable,
    /// A sum beyond what Rialto calculates with.
    TooLarge,
}

impl From<MoneyError> for Excluded {
    fn from(_: MoneyError) -> Self {
        Self::TooLarge
    }
}

impl Rate {
    /// What `goods` cost by this rate, or why it does not take them.
    pub fn price(&self, goods: &Goods) -> Result<Money, Excluded> {
        if goods.value.currency != self.currency {
            return Err(Excluded::OtherCurrency);
        }
        let weight = i64::try_from(goods.weight_g).map_err(|_| Excluded::TooHeavy)?;
        if self.max_weight_g.is_some_and(|most| weight > most) {
            return Err(Excluded::TooHeavy);
        }
        let amount = match &self.pricing {
            Pricing::Flat { amount } => *amount,
            Pricing::ByWeight { tiers } => tier(tiers, weight).ok_or(Excluded::TooHeavy)?,
            Pricing::ByValue { tiers } => tier(tiers, goods.value.amount).ok_or(Excluded::TooValuable)?,
            Pricing::PerItem { first, each } => {
                let pieces = u32::try_from(goods.pieces).map_err(|_| Excluded::TooLarge)?;
                Money::new(*each, self.currency).times(pieces)?.plus(Money::new(*first, self.currency))?.amount
            }
        };
        let free = self.free_over.is_some_and(|least| goods.value.amount >= least);
        Ok(Money::new(if free { 0 } else { amount.max(0) }, self.currency))
    }
}

fn tier(tiers: &[Tier], measure: i64) -> Option<i64> {
    tiers.iter().find(|tier| tier.up_to.is_none_or(|most| measure <= most)).map(|tier| tier.amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn goods(weight_g: u64, pieces: u64, value: i64) -> Goods {
        Goods { weight_g, pieces, value: Money::new(value, Currency::EUR) }
    }

    fn rate(pricing: Pricing) -> Rate {
        Rate { currency: Currency::EUR, pricing, free_over: None, max_weight_g: None }
    }

    fn tiers() -> Vec<Tier> {
        vec![
            Tier { up_to: Some(2000), amount: 490 },
            Tier { up_to: Some(5000), amount: 690 },
            Tier { up_to: Some(31_500), amount: 1690 },
        ]
    }

    fn cost(rate: &Rate, goods: Goods) -> Result<i64, Excluded> {
        rate.price(&goods).map(|price| price.amount)
    }

    #[test]
    fn a_boundary_belongs_to_the_tier_that_it_ends() {
        let by_weight = rate(Pricing::ByWeight { tiers: tiers() });
        for (weight, price) in [(0, 490), (2000, 490), (2001, 690), (5000, 690), (5001, 1690), (31_500, 1690)] {
            assert_eq!(cost(&by_weight, goods(weight, 1, 100)), Ok(price), "{weight} g");
        }
        assert_eq!(cost(&by_weight, goods(31_501, 1, 100)), Err(Excluded::TooHeavy));
        let by_value = rate(Pricing::ByValue { tiers: tiers() });
        assert_eq!(cost(&by_value, goods(1, 1, 2000)), Ok(490));
        assert_eq!(cost(&by_value, goods(1, 1, 2001)), Ok(690));
        assert_eq!(cost(&by_value, goods(1, 1, 31_501)), Err(Excluded::TooValuable));
    }

    #[test]
    fn free_begins_at_the_value_itself() {
        let free = Rate { free_over: Some(7900), ..rate(Pricing::Flat { amount: 490 }) };
        assert_eq!(cost(&free, goods(1, 1, 7899)), Ok(490));
        assert_eq!(cost(&free, goods(1, 1, 7900)), Ok(0));
    }

    #[test]
    fn limits_and_currencies_exclude() {
        let light = Rate { max_weight_g: Some(1000), ..rate(Pricing::Flat { amount: 490 }) };
        assert_eq!(cost(&light, goods(1000, 1, 1)), Ok(490));
        assert_eq!(cost(&light, goods(1001, 1, 1)), Err(Excluded::TooHeavy));
        let pounds = Goods { value: Money::new(1, Currency::GBP), ..goods(1, 1, 1) };
        assert_eq!(cost(&light, pounds), Err(Excluded::OtherCurrency));
        let per_item = rate(Pricing::PerItem { first: 300, each: 50 });
        assert_eq!(cost(&per_item, goods(1, 3, 1)), Ok(450));
        assert_eq!(cost(&per_item, goods(1, u64::MAX, 1)), Err(Excluded::TooLarge));
    }

    proptest! {
        #[test]
        fn a_price_is_never_negative_and_always_the_same(
            weight in any::<u64>(), pieces in any::<u64>(), value in 0..contracts::money::LARGEST_AMOUNT,
            first in any::<i64>(), each in any::<i64>(), free_over in prop::option::of(any::<i64>()),
        ) {
            let goods = goods(weight, pieces, value);
            for pricing in [
                Pricing::Flat { amount: first },
                Pricing::PerItem { first, each },
                Pricing::ByWeight { tiers: vec![Tier { up_to: Some(each), amount: first }, Tier { up_to: None, amount: each }] },
            ] {
                let rate = Rate { free_over, ..rate(pricing) };
                let price = rate.price(&goods);
                prop_assert!(price.is_err() || price.is_ok_and(|price| price.amount >= 0));
                prop_assert_eq!(price, rate.price(&goods));
            }
        }
    }
}
