//! What an order costs, for lines and discounts at the edges of their types: an error where the sums do not fit, and
//! otherwise totals that add up.
#![no_main]

use arbitrary::Arbitrary;
use chrono::NaiveDate;
use contracts::{Currency, Money};
use libfuzzer_sys::fuzz_target;
use orders::{
    tax::{TaxConfig, TaxRules},
    totals::{Discount, Line, calculate},
};

#[derive(Arbitrary, Debug)]
struct Order {
    lines: Vec<(u32, i64, bool)>,
    discount: Option<Off>,
    shipping: i64,
    tax_included: bool,
}

#[derive(Arbitrary, Debug)]
enum Off {
    Percentage(i64),
    Fixed(i64),
}

fuzz_target!(|order: Order| {
    let eur = |amount| Money::new(amount, Currency::EUR);
    let lines: Vec<Line> = order
        .lines
        .iter()
        .map(|(quantity, price, reduced)| Line {
            quantity: *quantity,
            // Prices and deliveries are never negative: the API refuses them before.
            unit_price: eur(price.saturating_abs()),
            tax_class: if *reduced { "reduced" } else { "standard" }.to_owned(),
        })
        .collect();
    let discount = match order.discount {
        None => Discount::None,
        Some(Off::Percentage(ppm)) => Discount::Percentage(ppm),
        Some(Off::Fixed(amount)) => Discount::Fixed(eur(amount)),
    };
    let shipping = eur(order.shipping.saturating_abs());
    let rules = TaxRules::new(&TaxConfig { prices_include_tax: order.tax_included, ..TaxConfig::default() });
    let day = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
    let Ok(order) = calculate(&lines, discount, shipping, &rules, &rules.default_destination(), day) else { return };
    let totals = order.totals;
    let added = if totals.tax_included { 0 } else { totals.tax.amount };
    let goods: i64 = order.lines.iter().map(|line| line.total.amount).sum();
    assert_eq!(goods + shipping.amount + added, totals.total.amount);
    assert_eq!(totals.subtotal.amount - totals.discount.amount, goods);
    assert!(totals.total.amount >= 0 && totals.discount.amount >= 0);
});
