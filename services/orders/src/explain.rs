//! How an order's numbers came about, in plain steps, from what was stored with it.

use contracts::{Currency, Money, order::Totals};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Error,
    entity::{order, order_line},
    store::quantity,
    tax::{Rate, percent_of},
    totals::{self, TaxPart},
};

/// Every number of an order, derived.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "lines": [{
        "of": "KIT-MUG-SAN", "total": {"amount": 3800, "currency": "EUR"},
        "steps": ["2 × 19.00 EUR = 38.00 EUR", "DE VAT 19 % of 31.93 EUR net = 6.07 EUR, contained"],
        "taxes": [{"name": "DE VAT", "rate_ppm": 190_000, "net": {"amount": 3193, "currency": "EUR"}, "amount": {"amount": 607, "currency": "EUR"}}]
    }],
    "shipping": {
        "of": "shipping", "total": {"amount": 490, "currency": "EUR"},
        "steps": ["sandbox Standard: 4.90 EUR, as quoted", "DE VAT 19 % of 4.12 EUR net = 0.78 EUR, contained"],
        "taxes": [{"name": "DE VAT", "rate_ppm": 190_000, "net": {"amount": 412, "currency": "EUR"}, "amount": {"amount": 78, "currency": "EUR"}}]
    },
    "totals": {
        "subtotal": {"amount": 3800, "currency": "EUR"}, "discount": {"amount": 0, "currency": "EUR"},
        "shipping": {"amount": 490, "currency": "EUR"}, "tax": {"amount": 685, "currency": "EUR"},
        "total": {"amount": 4290, "currency": "EUR"}, "tax_included": true
    },
    "steps": ["goods: 38.00 EUR", "delivery: + 4.90 EUR", "tax: 6.85 EUR, contained in the prices", "total: 42.90 EUR"],
    "tax_rules": "9f86d081884c", "coupon": null, "consistent": true
}))]
pub struct Explanation {
    pub lines: Vec<ExplainedLine>,
    pub shipping: ExplainedLine,
    pub totals: Totals,
    /// How the totals follow from the lines.
    pub steps: Vec<String>,
    /// The version of the tax rules in force when it was placed.
    pub tax_rules: String,
    pub coupon: Option<String>,
    /// Whether calculating it anew from what is stored gives the same numbers.
    pub consistent: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExplainedLine {
    pub of: String,
    pub steps: Vec<String>,
    pub total: Money,
    pub taxes: Vec<TaxPart>,
}

/// Derives everything anew. What disagrees with the stored numbers makes it inconsistent.
pub fn explain(order: &order::Model, lines: &[order_line::Model]) -> Result<Explanation, Error> {
    let currency = order.currency()?;
    let totals = order.totals()?;
    let explained =
        lines.iter().map(|line| explain_line(line, currency, totals.tax_included)).collect::<Result<Vec<_>, _>>()?;
    let shipping_taxes = order.shipping_taxes()?;
    let option = order.shipping_option()?;
    let mut steps = vec![format!("{} {}: {}, as quoted", option.carrier, option.service, totals.shipping)];
    steps.extend(tax_steps(&shipping_taxes, totals.tax_included));
    let shipping = ExplainedLine { of: "shipping".to_owned(), steps, total: totals.shipping, taxes: shipping_taxes };
    Ok(Explanation {
        lines: explained,
        shipping,
        steps: total_steps(&totals, order.coupon.as_deref()),
        totals,
        tax_rules: order.tax_rules.clone(),
        coupon: order.coupon.clone(),
        consistent: disagreements(order, lines)?.is_empty(),
    })
}

/// What in an order does not follow from the rest of it. Empty for a sound one (I17, I18, I19).
pub fn disagreements(order: &order::Model, lines: &[order_line::Model]) -> Result<Vec<String>, Error> {
    let currency = order.currency()?;
    let mut wrong = Vec::new();
    let mut expect = |what: String, stored: i64, derived: i64| {
        if stored != derived {
            wrong.push(format!("order {}: {what} is {stored}, not {derived}", order.number));
        }
    };
    let mut tax = 0;
    for line in lines {
        let of = |what: &str| format!("{what} of {}", line.sku);
        expect(of("subtotal"), line.subtotal_minor, i64::from(line.quantity) * line.unit_price_minor);
        expect(of("total"), line.total_minor, line.subtotal_minor - line.discount_minor);
        let derived = derived_tax(Money::new(line.total_minor, currency), &line.taxes()?, order.tax_included)?;
        expect(of("tax"), line.tax_minor, derived);
        tax += derived;
    }
    tax += derived_tax(Money::new(order.shipping_minor, currency), &order.shipping_taxes()?, order.tax_included)?;
    let sum = |of: fn(&order_line::Model) -> i64| lines.iter().map(of).sum::<i64>();
    expect("subtotal".to_owned(), order.subtotal_minor, sum(|line| line.subtotal_minor));
    expect("discount".to_owned(), order.discount_minor, sum(|line| line.discount_minor));
    expect("tax".to_owned(), order.tax_minor, tax);
    let added = if order.tax_included { 0 } else { tax };
    expect("total".to_owned(), order.total_minor, sum(|line| line.total_minor) + order.shipping_minor + added);
    Ok(wrong)
}

fn derived_tax(amount: Money, parts: &[TaxPart], included: bool) -> Result<i64, Error> {
    let rates: Vec<Rate> = parts.iter().map(|part| Rate { name: part.name.clone(), ppm: part.rate_ppm }).collect();
    Ok(totals::tax(amount, &rates, included)?.iter().map(|part| part.amount.amount).sum())
}

fn explain_line(line: &order_line::Model, currency: Currency, tax_included: bool) -> Result<ExplainedLine, Error> {
    let money = |minor| Money::new(minor, currency);
    let mut steps = vec![format!(
        "{} × {} = {}",
        quantity(line.quantity),
        money(line.unit_price_minor),
        money(line.subtotal_minor)
    )];
    if line.discount_minor > 0 {
        steps.push(format!(
            "its share of the order's discount: {} − {} = {}",
            money(line.subtotal_minor),
            money(line.discount_minor),
            money(line.total_minor)
        ));
    }
    let taxes = line.taxes()?;
    steps.extend(tax_steps(&taxes, tax_included));
    Ok(ExplainedLine { of: line.sku.clone(), steps, total: money(line.total_minor), taxes })
}

fn tax_steps(taxes: &[TaxPart], included: bool) -> Vec<String> {
    let step = |part: &TaxPart| {
        let (percent, where_) = (percent_of(part.rate_ppm), if included { "contained" } else { "added" });
        format!("{} {percent} of {} net = {}, {where_}", part.name, part.net, part.amount)
    };
    if taxes.is_empty() { vec!["no tax".to_owned()] } else { taxes.iter().map(step).collect() }
}

fn total_steps(totals: &Totals, coupon: Option<&str>) -> Vec<String> {
    let mut steps = vec![format!("goods: {}", totals.subtotal)];
    if totals.discount.amount > 0 {
        steps.push(format!(
            "discount{}: − {}",
            coupon.map(|code| format!(" {code}")).unwrap_or_default(),
            totals.discount
        ));
    }
    steps.push(format!("delivery: + {}", totals.shipping));
    steps.push(match totals.tax_included {
        true => format!("tax: {}, contained in the prices", totals.tax),
        false => format!("tax: + {}", totals.tax),
    });
    steps.push(format!("total: {}", totals.total));
    steps
}
