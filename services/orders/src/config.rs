//! What an operator can set for orders.

use chrono_tz::Tz;
use contracts::{Currency, Secret, Shard};
use serde::Deserialize;

use crate::tax::TaxConfig;

/// The orders service's part of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The currency everything is sold in.
    pub currency: Currency,
    /// The time zone by whose days reports count, as an IANA name such as `Europe/Berlin`.
    pub time_zone: Tz,
    /// Signs guests' order tokens; 32 random bytes or more. Changing it makes links in old mails useless.
    pub token_secret: Secret,
    /// An unpaid order is cancelled, and its stock released, after this long.
    pub payment_window_secs: u32,
    /// The same for an order whose payment is authorised but not captured.
    pub authorized_window_secs: u32,
    /// How long after delivery a buyer may open a return. EU law asks for 14 days at least.
    pub return_window_days: u32,
    /// Whether the return that completes an order also gives the delivery cost back.
    pub refund_shipping_on_full_return: bool,
    /// A cart nobody touched for this long is abandoned, and after twice as long it is gone.
    pub cart_kept_days: u32,
    /// How often the sweeper looks for expired orders and abandoned carts.
    pub sweep_secs: u32,
    /// A refund that got no answer for this long is asked for again, under the same id.
    pub refund_repeat_secs: u32,
    /// Orders above this many minor units are refused.
    pub order_max_minor: i64,
    /// Where shoppers reach the shop: the beginning of links in mails.
    pub public_url: String,
    /// BCP 47; the language of mails for buyers who did not say.
    pub default_locale: String,
    /// Whether the cart's cookie travels over HTTPS only.
    pub secure_cookies: bool,
    pub tax: TaxConfig,
    /// The shards that new guests' carts go to; none: the first. The shop says it for all its services.
    #[serde(skip)]
    pub open_shards: Vec<Shard>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            currency: Currency::EUR,
            time_zone: Tz::UTC,
            token_secret: Secret::default(),
            payment_window_secs: 15 * 60,
            authorized_window_secs: 7 * 24 * 3600,
            return_window_days: 30,
            refund_shipping_on_full_return: true,
            cart_kept_days: 30,
            sweep_secs: 5,
            refund_repeat_secs: 3600,
            order_max_minor: 1_000_000_000,
            public_url: "http://localhost:8080".to_owned(),
            default_locale: "en".to_owned(),
            secure_cookies: false,
            tax: TaxConfig::default(),
            open_shards: Vec::new(),
        }
    }
}

impl Config {
    /// Every problem at once, so that an operator fixes the file in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.tax.problems();
        let mut require = |holds: bool, problem: &str| {
            if !holds {
                problems.push(problem.to_owned());
            }
        };
        require(self.token_secret.bytes().len() >= 32, "token_secret must have at least 32 bytes");
        require((1..=7 * 24 * 3600).contains(&self.payment_window_secs), "payment_window_secs must be 1 to 604800");
        require(
            (self.payment_window_secs..=31 * 24 * 3600).contains(&self.authorized_window_secs),
            "authorized_window_secs must be at least payment_window_secs and at most 31 days",
        );
        require((14..=3650).contains(&self.return_window_days), "return_window_days must be 14 to 3650");
        require((1..=3650).contains(&self.cart_kept_days), "cart_kept_days must be 1 to 3650");
        require((1..=3600).contains(&self.sweep_secs), "sweep_secs must be 1 to 3600");
        require((60..=7 * 24 * 3600).contains(&self.refund_repeat_secs), "refund_repeat_secs must be 60 to 604800");
        require(
            (1..=contracts::money::LARGEST_AMOUNT).contains(&self.order_max_minor),
            "order_max_minor must be 1 to 1000000000000",
        );
        require(self.public_url.starts_with("http"), "public_url must start with http:// or https://");
        require(!self.default_locale.is_empty(), "default_locale must not be empty");
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_lack_only_the_secret_and_never_show_it() {
        assert_eq!(Config::default().problems(), ["token_secret must have at least 32 bytes"]);
        let config = Config { token_secret: Secret::new("s".repeat(32)), ..Config::default() };
        assert!(config.problems().is_empty());
        assert!(!format!("{config:?}").contains("sss"));
    }

    #[test]
    fn typos_are_refused() {
        assert!(serde_json::from_str::<Config>(r#"{"payment_window": 5}"#).is_err());
        let config: Config =
            serde_json::from_str(r#"{"currency": "JPY", "tax": {"default_country": "JP"}}"#).expect("reads");
        assert_eq!(config.currency, Currency::JPY);
    }
}
