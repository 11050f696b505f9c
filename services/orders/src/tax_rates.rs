//! The value-added tax rates the shop knows without being told: standard and reduced, European Union and United Kingdom.
//!
//! Where a state has several reduced rates, the one most goods in a shop fall under is named; others are configured.

use chrono::NaiveDate;

use crate::tax::TaxRate;

/// The member states of the European Union.
#[cfg(test)]
pub const EU: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Country, standard rate, reduced rate (empty: none), and since when (empty: longer than this shop exists).
const RATES: [(&str, &str, &str, &str); 35] = [
    ("AT", "20", "10", ""),
    ("BE", "21", "6", ""),
    ("BG", "20", "9", ""),
    ("CY", "19", "9", ""),
    ("CZ", "21", "12", "2024-01-01"),
    ("DE", "19", "7", ""),
    ("DK", "25", "", ""),
    ("EE", "22", "9", ""),
    ("EE", "24", "9", "2025-07-01"),
    ("ES", "21", "10", ""),
    ("FI", "24", "14", ""),
    ("FI", "25.5", "14", "2024-09-01"),
    ("FI", "25.5", "13.5", "2026-01-01"),
    ("FR", "20", "5.5", ""),
    ("GB", "20", "5", ""),
    ("GR", "24", "13", ""),
    ("HR", "25", "13", ""),
    ("HU", "27", "18", ""),
    ("IE", "23", "13.5", ""),
    ("IT", "22", "10", ""),
    ("LT", "21", "9", ""),
    ("LT", "21", "12", "2026-01-01"),
    ("LU", "17", "8", ""),
    ("LV", "21", "12", ""),
    ("MT", "18", "7", ""),
    ("NL", "21", "9", ""),
    ("PL", "23", "8", ""),
    ("PT", "23", "13", ""),
    ("RO", "19", "9", ""),
    ("RO", "21", "11", "2025-08-01"),
    ("SE", "25", "12", ""),
    ("SI", "22", "9.5", ""),
    ("SK", "20", "10", ""),
    ("SK", "23", "19", "2025-01-01"),
    ("MC", "20", "5.5", ""),
];

/// The table as rates. A later row of a country ends the one before it on the day before its own begins.
pub fn built_in() -> Vec<TaxRate> {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let mut rates = Vec::new();
    for (index, (country, standard, reduced, from)) in RATES.iter().enumerate() {
        let next = RATES.get(index + 1).filter(|next| next.0 == *country);
        let until = next.and_then(|next| day(next.3)).and_then(|begins| begins.pred_opt());
        for (class, percent) in [("standard", standard), ("reduced", reduced)] {
            if !percent.is_empty() {
                rates.push(TaxRate {
                    name: format!("{country} VAT"),
                    country: (*country).to_owned(),
                    region: None,
                    postal_prefix: None,
                    class: class.to_owned(),
                    percent: (*percent).to_owned(),
                    from: day(from),
                    until,
                    added: false,
                });
            }
        }
    }
    rates
}
