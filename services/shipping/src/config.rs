//! The settings of shipping, with the defaults that are embedded in the binary.

use contracts::{Currency, Secret};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Signs quotes and tracking links. Whoever knows it can invent delivery prices.
    pub secret: Secret,
    /// Where the storefront is reached; tracking links begin with it.
    pub public_url: String,
    /// The currency of the rates that a first start puts in.
    pub currency: Currency,
    /// The country whose deliveries are domestic, for the zones that a first start puts in.
    pub country: String,
    /// Whether a first start puts in zones and rates.
    pub default_zones: bool,
    /// How long a quoted price holds.
    pub quote_life_secs: u32,
    /// How long a carrier may take to answer.
    pub carrier_timeout_ms: u32,
    /// How often a carrier is asked about a parcel that moves; a silent one is asked more and more seldom.
    pub poll_secs: u32,
    /// Without news for this long, a parcel's tracking has expired.
    pub silence_days: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            secret: Secret::default(),
            public_url: "http://localhost:8080".to_owned(),
            currency: Currency::EUR,
            country: "DE".to_owned(),
            default_zones: true,
            quote_life_secs: 24 * 60 * 60,
            carrier_timeout_ms: 8_000,
            poll_secs: 60,
            silence_days: 30,
        }
    }
}

impl Config {
    /// Every problem at once, so that an operator fixes the file in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut require = |holds: bool, problem: &str| {
            if !holds {
                problems.push(problem.to_owned());
            }
        };
        require(self.secret.bytes().len() >= 32, "secret must have at least 32 bytes");
        require(
            ["http://", "https://"].iter().any(|scheme| self.public_url.starts_with(scheme)),
            "public_url must start with http:// or https://",
        );
        require(rust_iso3166::from_alpha2(&self.country).is_some(), "country must be an ISO 3166-1 alpha-2 code");
        require(self.quote_life_secs >= 60, "quote_life_secs must be at least 60");
        // The hold on a label that is being bought must outlive the call by far.
        require((1..=20_000).contains(&self.carrier_timeout_ms), "carrier_timeout_ms must be between 1 and 20000");
        require(self.poll_secs >= 1, "poll_secs must be at least 1");
        require(self.silence_days >= 1, "silence_days must be at least 1");
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_lack_only_the_secret_and_it_is_never_printed() {
        assert_eq!(Config::default().problems(), ["secret must have at least 32 bytes"]);
        let config = Config { secret: Secret::new("0123456789abcdef0123456789abcdef"), ..Config::default() };
        assert!(config.problems().is_empty());
        assert!(!format!("{config:?}").contains("0123456789abcdef"));
    }
}
