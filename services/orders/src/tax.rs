//! Tax rates: which apply to goods of a class, sent to a destination, on a day. Pure.

use chrono::NaiveDate;
use contracts::Destination;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::tax_rates;

/// One percent, in parts per million.
pub const PERCENT: i64 = 10_000;

/// How the shop taxes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaxConfig {
    /// Whether the catalog's and the carriers' prices contain the tax.
    pub prices_include_tax: bool,
    pub shipping_taxed: bool,
    /// The tax class of delivery.
    pub shipping_class: String,
    /// Where a cart without an address is taken to go.
    pub default_country: String,
    /// Absent: the European Union's and the United Kingdom's rates as built in, and none elsewhere.
    pub rates: Option<Vec<TaxRate>>,
}

impl Default for TaxConfig {
    fn default() -> Self {
        Self {
            prices_include_tax: true,
            shipping_taxed: true,
            shipping_class: "standard".to_owned(),
            default_country: "DE".to_owned(),
            rates: None,
        }
    }
}

impl TaxConfig {
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if rust_iso3166::from_alpha2(&self.default_country).is_none() {
            problems.push("tax.default_country must be an ISO 3166-1 alpha-2 code".to_owned());
        }
        for rate in self.rates.iter().flatten() {
            if ppm_of(&rate.percent).is_none() {
                problems
                    .push(format!("tax.rates: {:?} of {} is not a percentage from 0 to 100", rate.percent, rate.name));
            }
            if rust_iso3166::from_alpha2(&rate.country).is_none() {
                problems.push(format!("tax.rates: {:?} is not a country code", rate.country));
            }
        }
        problems
    }
}

/// A rate as an operator writes it. The most specific one that fits is taken, and those that are `added` on top.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    pub name: String,
    pub country: String,
    #[serde(default)]
    pub region: Option<String>,
    #[serde(default)]
    pub postal_prefix: Option<String>,
    #[serde(default = "standard")]
    pub class: String,
    /// A decimal number with at most four places, such as `8.875`.
    pub percent: String,
    /// The first day it is in force.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// The last day it is in force.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Levied beside the others, as a county's tax is beside the state's.
    #[serde(default)]
    pub added: bool,
}

fn standard() -> String {
    "standard".to_owned()
}

/// A rate as it applies to a line, and as it is kept with the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub name: String,
    /// Parts per million: 190000 is 19 %.
    pub ppm: i64,
}

/// The rates in force, and a short name for exactly this set of them.
#[derive(Clone, Debug)]
pub struct TaxRules {
    rates: Vec<TaxRate>,
    version: String,
    pub prices_include_tax: bool,
    pub shipping_taxed: bool,
    pub shipping_class: String,
    pub default_country: String,
}

impl TaxRules {
    pub fn new(config: &TaxConfig) -> Self {
        let rates = config.rates.clone().unwrap_or_else(tax_rates::built_in);
        let written = serde_json::to_vec(&rates).unwrap_or_default();
        let digest = hex::encode(Sha256::digest(written));
        Self {
            rates,
            version: digest.chars().take(12).collect(),
            prices_include_tax: config.prices_include_tax,
            shipping_taxed: config.shipping_taxed,
            shipping_class: config.shipping_class.clone(),
            default_country: config.default_country.clone(),
        }
    }

    /// Changes when any rate does; kept with the order.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where goods go when nobody said.
    pub fn default_destination(&self) -> Destination {
        Destination { country: self.default_country.clone(), postal_code: String::new(), region: None }
    }

    /// The rates for goods of `class`. An unknown class is taxed as `standard`, `zero` and `exempt` not at all.
    pub fn rates_for(&self, destination: &Destination, class: &str, day: NaiveDate) -> Vec<Rate> {
        if matches!(class, "zero" | "exempt") {
            return Vec::new();
        }
        let rates = self.matching(destination, class, day);
        if rates.is_empty() && class != "standard" { self.matching(destination, "standard", day) } else { rates }
    }

    fn matching(&self, destination: &Destination, class: &str, day: NaiveDate) -> Vec<Rate> {
        let fits = |rate: &&TaxRate| {
            rate.class == class
                && rate.fits(destination)
                && rate.from.is_none_or(|from| from <= day)
                && rate.until.is_none_or(|until| day <= until)
        };
        let (added, base): (Vec<&TaxRate>, Vec<&TaxRate>) = self.rates.iter().filter(fits).partition(|rate| rate.added);
        let most_specific = base.into_iter().rev().max_by_key(|rate| rate.specificity());
        most_specific
            .into_iter()
            .chain(added)
            .filter_map(|rate| Some(Rate { name: rate.name.clone(), ppm: ppm_of(&rate.percent)? }))
            .filter(|rate| rate.ppm > 0)
            .collect()
    }
}

impl TaxRate {
    fn fits(&self, destination: &Destination) -> bool {
        let same = |wanted: &str, found: &str| wanted.eq_ignore_ascii_case(found.trim());
        let compact = |code: &str| code.replace([' ', '-'], "").to_ascii_uppercase();
        same(&self.country, &destination.country)
            && self.region.as_ref().is_none_or(|region| same(region, destination.region.as_deref().unwrap_or_default()))
            && self
                .postal_prefix
                .as_ref()
                .is_none_or(|prefix| compact(&destination.postal_code).starts_with(&compact(prefix)))
    }

    /// A postcode beats a region, a longer postcode a shorter one.
    fn specificity(&self) -> (usize, bool) {
        (self.postal_prefix.as_ref().map_or(0, String::len), self.region.is_some())
    }
}

/// `8.875` as parts per million, read exactly.
pub fn ppm_of(percent: &str) -> Option<i64> {
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || fraction.len() > 4 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let ppm: i64 = format!("{whole}{fraction:0<4}").parse().ok()?;
    (0..=100 * PERCENT).contains(&ppm).then_some(ppm)
}

/// `8.875 %` of 88750 parts per million.
pub fn percent_of(ppm: i64) -> String {
    let text = format!("{}.{:04}", ppm / PERCENT, ppm % PERCENT);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn to(country: &str, postal_code: &str, region: Option<&str>) -> Destination {
        Destination { country: country.into(), postal_code: postal_code.into(), region: region.map(Into::into) }
    }

    fn ppm(rules: &TaxRules, destination: &Destination, class: &str, on: &str) -> Vec<i64> {
        rules.rates_for(destination, class, day(on)).into_iter().map(|rate| rate.ppm).collect()
    }

    #[test]
    fn the_built_in_rates_know_their_days() {
        let rules = TaxRules::new(&TaxConfig::default());
        assert_eq!(ppm(&rules, &to("DE", "10119", None), "standard", "2026-11-22"), [190_000]);
        assert_eq!(ppm(&rules, &to("DE", "10119", None), "reduced", "2026-11-22"), [70_000]);
        assert_eq!(ppm(&rules, &to("EE", "", None), "standard", "2025-06-30"), [220_000]);
        assert_eq!(ppm(&rules, &to("EE", "", None), "standard", "2025-07-01"), [240_000]);
        assert_eq!(ppm(&rules, &to("FI", "", None), "standard", "2026-11-22"), [255_000]);
        assert_eq!(ppm(&rules, &to("GB", "", None), "standard", "2026-11-22"), [200_000]);
        // Denmark has no reduced rate: its standard one applies.
        assert_eq!(ppm(&rules, &to("DK", "", None), "reduced", "2026-11-22"), [250_000]);
        assert_eq!(ppm(&rules, &to("US", "10001", Some("NY")), "standard", "2026-11-22"), [] as [i64; 0]);
        assert_eq!(ppm(&rules, &to("DE", "", None), "zero", "2026-11-22"), [] as [i64; 0]);
    }

    #[test]
    fn every_built_in_rate_can_be_read_and_every_member_state_has_one() {
        let rates = tax_rates::built_in();
        assert!(TaxConfig { rates: Some(rates), ..TaxConfig::default() }.problems().is_empty());
        let rules = TaxRules::new(&TaxConfig::default());
        for country in tax_rates::EU {
            assert_eq!(ppm(&rules, &to(country, "", None), "standard", "2026-11-22").len(), 1, "{country}");
        }
    }

    #[test]
    fn the_most_specific_rate_wins_and_added_ones_come_on_top() {
        let rate = |name: &str, region: Option<&str>, prefix: Option<&str>, percent: &str, added: bool| TaxRate {
            name: name.into(),
            country: "US".into(),
            region: region.map(Into::into),
            postal_prefix: prefix.map(Into::into),
            class: "standard".into(),
            percent: percent.into(),
            from: None,
            until: None,
            added,
        };
        let rates = vec![
            rate("federal", None, None, "1", false),
            rate("state", Some("NY"), None, "4", false),
            rate("city", Some("NY"), Some("100"), "4.5", true),
            rate("metro", Some("NY"), Some("1"), "0.375", true),
        ];
        let rules = TaxRules::new(&TaxConfig { rates: Some(rates), ..TaxConfig::default() });
        assert_eq!(ppm(&rules, &to("US", "10001", Some("ny")), "standard", "2026-01-01"), [40_000, 45_000, 3_750]);
        assert_eq!(ppm(&rules, &to("US", "14201", Some("NY")), "standard", "2026-01-01"), [40_000, 3_750]);
        assert_eq!(ppm(&rules, &to("US", "94103", Some("CA")), "standard", "2026-01-01"), [10_000]);
    }

    #[test]
    fn percentages_are_read_exactly() {
        assert_eq!(ppm_of("19"), Some(190_000));
        assert_eq!(ppm_of("8.875"), Some(88_750));
        assert_eq!(ppm_of("0.0001"), Some(1));
        for bad in ["", "-1", "101", "1.00001", "19 %", "1e1", ".5"] {
            assert_eq!(ppm_of(bad), None, "{bad}");
        }
        assert_eq!(percent_of(88_750), "8.875 %");
        assert_eq!(percent_of(190_000), "19 %");
    }

    #[test]
    fn the_version_follows_the_rates() {
        let all = TaxRules::new(&TaxConfig::default());
        let none = TaxRules::new(&TaxConfig { rates: Some(vec![]), ..TaxConfig::default() });
        assert_ne!(all.version(), none.version());
        assert_eq!(all.version(), TaxRules::new(&TaxConfig::default()).version());
    }
}
