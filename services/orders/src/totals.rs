//! What an order costs: discounts spread over its lines, tax a line and rate, sums that agree to the cent. Pure.

use chrono::NaiveDate;
use contracts::{Destination, Money, MoneyError, order::Totals};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::tax::{PERCENT, Rate, TaxRules};

/// All of something, in the parts per million that rates are given in.
const WHOLE: i64 = 100 * PERCENT;

/// A line to be calculated.
#[derive(Clone, Debug)]
pub struct Line {
    pub quantity: u32,
    pub unit_price: Money,
    pub tax_class: String,
}

/// What is taken off the goods of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discount {
    None,
    /// Of the goods before any discount, in parts per million.
    Percentage(i64),
    /// At most the goods themselves.
    Fixed(Money),
}

/// What a line costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineTotals {
    /// Quantity times unit price.
    pub subtotal: Money,
    pub discount: Money,
    /// Subtotal less discount: contains the tax if prices do.
    pub total: Money,
    pub tax: Money,
    pub taxes: Vec<TaxPart>,
}

/// One rate's tax on a line or on the delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"name": "DE VAT", "rate_ppm": 190_000, "net": {"amount": 1000, "currency": "EUR"}, "amount": {"amount": 190, "currency": "EUR"}}))]
pub struct TaxPart {
    pub name: String,
    /// Parts per million: 190000 is 19 %.
    pub rate_ppm: i64,
    /// What the rate was applied to.
    pub net: Money,
    pub amount: Money,
}

/// What an order costs, in all its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculated {
    pub lines: Vec<LineTotals>,
    pub shipping_taxes: Vec<TaxPart>,
    pub totals: Totals,
}

/// Calculates an order: goods, discount, delivery, tax, in this order. Each tax amount is rounded once, half away from
/// zero. Everything must be in the currency of `shipping`.
pub fn calculate(
    lines: &[Line],
    discount: Discount,
    shipping: Money,
    rules: &TaxRules,
    destination: &Destination,
    day: NaiveDate,
) -> Result<Calculated, MoneyError> {
    let (included, currency) = (rules.prices_include_tax, shipping.currency);
    let subtotals = lines.iter().map(|line| line.unit_price.times(line.quantity)).collect::<Result<Vec<_>, _>>()?;
    let subtotal = Money::sum(currency, subtotals.iter().copied())?;
    let off = amount_off(discount, subtotal)?;
    let weights: Vec<i64> = subtotals.iter().map(|money| money.amount).collect();
    let mut calculated = Vec::with_capacity(lines.len());
    for ((line, subtotal), discount) in lines.iter().zip(&subtotals).zip(off.split(&weights)) {
        let total = subtotal.minus(discount)?;
        let taxes = tax(total, &rules.rates_for(destination, &line.tax_class, day), included)?;
        let tax = Money::sum(currency, taxes.iter().map(|part| part.amount))?;
        calculated.push(LineTotals { subtotal: *subtotal, discount, total, tax, taxes });
    }
    let shipping_rates = match rules.shipping_taxed {
        true => rules.rates_for(destination, &rules.shipping_class, day),
        false => Vec::new(),
    };
    let shipping_taxes = tax(shipping, &shipping_rates, included)?;
    let tax = Money::sum(
        currency,
        calculated.iter().map(|line| line.tax).chain(shipping_taxes.iter().map(|part| part.amount)),
    )?;
    let before_tax = subtotal.minus(off)?.plus(shipping)?;
    let total = if included { before_tax } else { before_tax.plus(tax)? };
    let totals = Totals { subtotal, discount: off, shipping, tax, total, tax_included: included };
    Ok(Calculated { lines: calculated, shipping_taxes, totals })
}

/// How much a discount takes off `subtotal`: never more than there is, never less than nothing.
pub fn amount_off(discount: Discount, subtotal: Money) -> Result<Money, MoneyError> {
    let zero = Money::zero(subtotal.currency);
    let off = match discount {
        Discount::None => zero,
        Discount::Percentage(ppm) => subtotal.ratio(ppm.clamp(0, WHOLE), WHOLE)?,
        Discount::Fixed(amount) => {
            // Adding makes sure that the currencies agree.
            let _ = amount.plus(zero)?;
            amount
        }
    };
    Ok(Money::new(off.amount.clamp(0, subtotal.amount.max(0)), subtotal.currency))
}

/// The tax on `amount`, a part for each rate.
///
/// Contained in it, the net amount is rounded once and the rest shared among the rates, so that net and taxes add up
/// to what is paid. Added to it, each rate is rounded for itself, as it is owed.
pub fn tax(amount: Money, rates: &[Rate], included: bool) -> Result<Vec<TaxPart>, MoneyError> {
    let sum: i64 = rates.iter().map(|rate| rate.ppm).sum();
    let net = if included { amount.ratio(WHOLE, WHOLE + sum)? } else { amount };
    let amounts = if included {
        amount.minus(net)?.split(&rates.iter().map(|rate| rate.ppm).collect::<Vec<_>>())
    } else {
        rates.iter().map(|rate| net.ratio(rate.ppm, WHOLE)).collect::<Result<_, _>>()?
    };
    let part = |(rate, amount): (&Rate, Money)| TaxPart { name: rate.name.clone(), rate_ppm: rate.ppm, net, amount };
    Ok(rates.iter().zip(amounts).map(part).collect())
}

#[cfg(test)]
mod tests {
    use contracts::Currency;
    use proptest::prelude::*;

    use super::*;
    use crate::tax::{TaxConfig, TaxRate, ppm_of};

    fn eur(amount: i64) -> Money {
        Money::new(amount, Currency::EUR)
    }

    fn rate(percent: &str) -> Rate {
        Rate { name: "VAT".into(), ppm: ppm_of(percent).expect("a percentage") }
    }

    fn today() -> NaiveDate {
        "2026-11-22".parse().expect("a day")
    }

    fn amounts(amount: Money, rates: &[Rate], included: bool) -> Vec<(i64, i64)> {
        tax(amount, rates, included).expect("small").iter().map(|part| (part.net.amount, part.amount.amount)).collect()
    }

    #[test]
    fn tax_agrees_with_the_known_vectors() {
        // 24.99 at 10.75 % is 2.69; gross 11.90 at 19 % holds 10.00 and 1.90.
        assert_eq!(amounts(eur(2499), &[rate("10.75")], false), [(2499, 269)]);
        assert_eq!(amounts(eur(1190), &[rate("19")], true), [(1000, 190)]);
        // Yen have no decimals, dinars three.
        assert_eq!(amounts(Money::new(1100, Currency::JPY), &[rate("10")], true), [(1000, 100)]);
        assert_eq!(amounts(Money::new(155, Currency::JPY), &[rate("10")], false), [(155, 16)]);
        assert_eq!(amounts(Money::new(12_345, Currency::KWD), &[rate("5")], false), [(12_345, 617)]);
        assert_eq!(amounts(Money::new(1050, Currency::KWD), &[rate("5")], true), [(1000, 50)]);
        assert_eq!(amounts(eur(0), &[rate("19")], true), [(0, 0)]);
        assert_eq!(amounts(eur(100), &[], true), []);
    }

    #[test]
    fn several_rates_stay_apart_and_add_up() {
        let new_york = [rate("4"), rate("4.5"), rate("0.375")];
        assert_eq!(amounts(eur(1999), &new_york, false), [(1999, 80), (1999, 90), (1999, 7)]);
        let parts = tax(eur(10_000), &new_york, true).expect("small");
        let taxed: i64 = parts.iter().map(|part| part.amount.amount).sum();
        assert_eq!(taxed + parts[0].net.amount, 10_000);
    }

    #[test]
    fn an_order_adds_up_with_and_without_tax_inside() {
        let lines = [
            Line { quantity: 2, unit_price: eur(1999), tax_class: "standard".into() },
            Line { quantity: 1, unit_price: eur(1000), tax_class: "reduced".into() },
        ];
        let destination = Destination { country: "DE".into(), postal_code: "10119".into(), region: None };
        let of = |config: TaxConfig| {
            let rules = TaxRules::new(&config);
            calculate(&lines, Discount::Percentage(100_000), eur(490), &rules, &destination, today()).expect("small")
        };
        let gross = of(TaxConfig::default());
        assert_eq!(gross.totals.subtotal, eur(4998));
        assert_eq!(gross.totals.discount, eur(500));
        assert_eq!(gross.lines[0].discount, eur(400));
        assert_eq!(gross.lines[1].discount, eur(100));
        assert_eq!(gross.totals.total, eur(4998 - 500 + 490));
        // 35.98 at 19 %: 5.74; 9.00 at 7 %: 0.59; 4.90 at 19 %: 0.78.
        assert_eq!(gross.totals.tax, eur(574 + 59 + 78));
        let net = of(TaxConfig { prices_include_tax: false, ..TaxConfig::default() });
        assert_eq!(net.totals.tax, eur(684 + 63 + 93));
        assert_eq!(net.totals.total, eur(4998 - 500 + 490 + 684 + 63 + 93));
        let untaxed = of(TaxConfig { shipping_taxed: false, ..TaxConfig::default() });
        assert_eq!(untaxed.totals.tax, eur(574 + 59));
    }

    #[test]
    fn a_discount_never_exceeds_the_goods() {
        assert_eq!(amount_off(Discount::Fixed(eur(5000)), eur(1000)), Ok(eur(1000)));
        assert_eq!(amount_off(Discount::Fixed(eur(-1)), eur(1000)), Ok(eur(0)));
        assert_eq!(amount_off(Discount::Percentage(2_000_000), eur(1000)), Ok(eur(1000)));
        assert!(amount_off(Discount::Fixed(Money::new(1, Currency::JPY)), eur(1000)).is_err());
    }

    #[test]
    fn sums_too_large_are_errors_not_panics() {
        let lines = [Line { quantity: 9999, unit_price: eur(999_999_999_999), tax_class: "standard".into() }];
        let rules = TaxRules::new(&TaxConfig::default());
        let destination = rules.default_destination();
        let refused = calculate(&lines, Discount::None, eur(0), &rules, &destination, today());
        assert_eq!(refused, Err(MoneyError::TooLarge));
    }

    fn any_rules() -> impl Strategy<Value = TaxRules> {
        (any::<bool>(), any::<bool>(), 0_u32..=300_000, 0_u32..=100_000).prop_map(
            |(included, shipping_taxed, base, added)| {
                let rate = |name: &str, class: &str, ppm: u32, added: bool| TaxRate {
                    name: name.into(),
                    country: "DE".into(),
                    region: None,
                    postal_prefix: None,
                    class: class.into(),
                    percent: format!("{}.{:04}", ppm / 10_000, ppm % 10_000),
                    from: None,
                    until: None,
                    added,
                };
                TaxRules::new(&TaxConfig {
                    prices_include_tax: included,
                    shipping_taxed,
                    rates: Some(vec![
                        rate("base", "standard", base, false),
                        rate("added", "standard", added, true),
                        rate("reduced", "reduced", base / 2, false),
                    ]),
                    ..TaxConfig::default()
                })
            },
        )
    }

    fn any_lines() -> impl Strategy<Value = Vec<Line>> {
        let class = prop::sample::select(vec!["standard", "reduced", "zero"]);
        let line = (1_u32..=9999, 0_i64..100_000, class);
        prop::collection::vec(
            line.prop_map(|(quantity, price, class)| Line {
                quantity,
                unit_price: eur(price),
                tax_class: class.into(),
            }),
            1..30,
        )
    }

    fn any_discount() -> impl Strategy<Value = Discount> {
        prop_oneof![
            Just(Discount::None),
            (0_i64..=1_000_000).prop_map(Discount::Percentage),
            (0_i64..50_000_000).prop_map(|amount| Discount::Fixed(eur(amount))),
        ]
    }

    proptest! {
        /// I17, I18 and I19: lines, discounts and taxes add up to the last cent, whatever is in the order.
        #[test]
        fn every_order_adds_up(lines in any_lines(), discount in any_discount(), shipping in 0_i64..10_000, rules in any_rules()) {
            let destination = rules.default_destination();
            let order = calculate(&lines, discount, eur(shipping), &rules, &destination, today()).expect("small");
            let totals = &order.totals;
            let sum = |of: &dyn Fn(&LineTotals) -> i64| order.lines.iter().map(of).sum::<i64>();
            let added = if totals.tax_included { 0 } else { totals.tax.amount };
            prop_assert_eq!(totals.total.amount, totals.subtotal.amount - totals.discount.amount + shipping + added);
            prop_assert_eq!(sum(&|line| line.total.amount) + shipping + added, totals.total.amount);
            prop_assert_eq!(sum(&|line| line.discount.amount), totals.discount.amount);
            prop_assert_eq!(sum(&|line| line.subtotal.amount), totals.subtotal.amount);
            prop_assert!(totals.total.amount >= 0);
            for (line, input) in order.lines.iter().zip(&lines) {
                prop_assert_eq!(line.subtotal.amount, input.unit_price.amount * i64::from(input.quantity));
                prop_assert!((0..=line.subtotal.amount).contains(&line.discount.amount));
                let rates: Vec<Rate> = line.taxes.iter().map(|part| Rate { name: part.name.clone(), ppm: part.rate_ppm }).collect();
                prop_assert_eq!(&tax(line.total, &rates, totals.tax_included).expect("small"), &line.taxes);
                if totals.tax_included && !line.taxes.is_empty() {
                    prop_assert_eq!(line.taxes[0].net.amount + line.tax.amount, line.total.amount);
                }
            }
            let shipping_tax: i64 = order.shipping_taxes.iter().map(|part| part.amount.amount).sum();
            prop_assert_eq!(sum(&|line| line.tax.amount) + shipping_tax, totals.tax.amount);
        }
    }
}
