//! The gateway's configuration: who stands before it, who may call it from a browser, and how much is too much.

use std::{net::IpAddr, path::PathBuf};

use contracts::Currency;
use serde::Deserialize;

use crate::shop::Settings;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The shop's name on the gateway's own pages.
    pub shop_name: String,
    /// Where the shop is reached from outside, without a slash at the end.
    pub public_url: String,
    /// What everything is priced and paid in; the shop sets it for all services.
    #[serde(skip)]
    pub currency: Currency,
    /// Whether prices have their tax in them, and where a visitor is taken to be; orders knows.
    #[serde(skip)]
    pub prices_include_tax: bool,
    #[serde(skip)]
    pub default_country: String,
    /// For so many days after delivery a return may be opened; orders knows.
    #[serde(skip)]
    pub return_window_days: u32,
    /// What the shop runs with, for staff to see; the program knows.
    #[serde(skip)]
    pub settings: Settings,
    /// How long after delivery goods may be sent back, and from where, as search engines are told.
    pub return_days: Option<u32>,
    /// ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// Whether the shop is reached by https, here or at a proxy before it: answers then tell browsers to insist on it.
    pub tls: bool,
    /// The certificate that the public is shown, and its key (PEM), if the gateway itself speaks TLS. Empty: it does not.
    pub tls_cert: PathBuf,
    pub tls_key: PathBuf,
    /// Whether the mailbox of a shop that sends no real mail can be read at `/dev/mail`.
    pub dev_mail: bool,
    pub rate_limit: Switch,
    pub rates: Rates,
    /// Proxies whose `X-Forwarded-For` is believed, as addresses or networks such as `10.0.0.0/8`.
    pub trusted_proxies: Vec<String>,
    /// Origins whose pages may call the API from a browser, such as `https://admin.example.com`. None by default.
    pub allowed_origins: Vec<String>,
    /// How long a request may take in all.
    pub timeout_secs: u64,
    /// The same for exports, imports and media.
    pub long_timeout_secs: u64,
    /// How long a page waits for what it shows first. What comes later, the browser asks for itself.
    pub first_screen_ms: u64,
    /// How long a body may take to arrive; after that only while it keeps coming at a kilobyte a second.
    pub body_secs: u64,
    /// Requests worked on at one time; those above it are asked to come back.
    pub in_flight_max: usize,
    /// Of those that may change something, so many at one time; the others wait for their turn. 0: as many as come. `None`: that,
    /// unless the program knows better.
    pub writes_at_once: Option<usize>,
    pub bodies: Bodies,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    On,
    Off,
}

/// So many requests in so many seconds. All of them may come at once; they are given back evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub requests: u32,
    pub secs: u32,
}

/// How often a client may ask. An address is a single IPv4 address or an IPv6 network of 64 bits.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rates {
    /// Requests of any kind from an address, by clients that are not signed in.
    pub address: Rate,
    /// Requests of any kind by an account.
    pub account: Rate,
    pub login: Rate,
    pub register: Rate,
    /// Password resets asked for and tried.
    pub recover: Rate,
    pub order_by_address: Rate,
    pub order_by_account: Rate,
    pub payment_by_address: Rate,
    pub payment_by_account: Rate,
    /// Tries at a coupon, at an order's number, at a tracking number.
    pub guess: Rate,
    /// What browsers report of pages by themselves.
    pub report: Rate,
    /// Webhooks whose signature was wrong. Good ones are not limited.
    pub bad_signature: Rate,
}

/// The largest bodies, in bytes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bodies {
    pub default_bytes: u64,
    pub cart_and_order_bytes: u64,
    pub webhook_bytes: u64,
    /// One picture; the form around it may take a little more.
    pub media_bytes: u64,
    pub import_bytes: u64,
}

const fn rate(requests: u32, secs: u32) -> Rate {
    Rate { requests, secs }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            shop_name: "Rialto".into(),
            public_url: "http://localhost:8080".into(),
            currency: Currency::EUR,
            prices_include_tax: true,
            default_country: "DE".into(),
            return_window_days: 30,
            settings: Settings::default(),
            return_days: None,
            countries: Vec::new(),
            tls: false,
            tls_cert: PathBuf::new(),
            tls_key: PathBuf::new(),
            dev_mail: false,
            rate_limit: Switch::On,
            rates: Rates::default(),
            trusted_proxies: Vec::new(),
            allowed_origins: Vec::new(),
            timeout_secs: 10,
            long_timeout_secs: 60,
            first_screen_ms: 500,
            body_secs: 30,
            in_flight_max: 1024,
            writes_at_once: None,
            bodies: Bodies::default(),
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            address: rate(200, 2),
            account: rate(100, 2),
            login: rate(10, 60),
            register: rate(10, 60),
            recover: rate(10, 60),
            order_by_address: rate(10, 60),
            order_by_account: rate(5, 60),
            payment_by_address: rate(20, 60),
            payment_by_account: rate(10, 60),
            guess: rate(20, 60),
            report: rate(60, 60),
            bad_signature: rate(10, 60),
        }
    }
}

impl Default for Bodies {
    fn default() -> Self {
        Self {
            default_bytes: 64 * 1024,
            cart_and_order_bytes: 256 * 1024,
            webhook_bytes: 512 * 1024,
            media_bytes: 10 * 1024 * 1024,
            import_bytes: 50 * 1024 * 1024,
        }
    }
}

impl Rates {
    fn named(&self) -> [(&'static str, Rate); 12] {
        [
            ("address", self.address),
            ("account", self.account),
            ("login", self.login),
            ("register", self.register),
            ("recover", self.recover),
            ("order_by_address", self.order_by_address),
            ("order_by_account", self.order_by_account),
            ("payment_by_address", self.payment_by_address),
            ("payment_by_account", self.payment_by_account),
            ("guess", self.guess),
            ("report", self.report),
            ("bad_signature", self.bad_signature),
        ]
    }
}

impl Config {
    /// Every problem at once, so that an operator fixes the file in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut require = |holds: bool, problem: String| {
            if !holds {
                problems.push(problem);
            }
        };
        require(
            is_origin(&self.public_url),
            format!("public_url: {} is not like https://shop.example", self.public_url),
        );
        for origin in &self.allowed_origins {
            require(is_origin(origin), format!("allowed_origins: {origin} is not like https://admin.example"));
        }
        for proxy in &self.trusted_proxies {
            require(
                Network::read(proxy).is_some(),
                format!("trusted_proxies: {proxy} is neither an address nor a network"),
            );
        }
        for (name, rate) in self.rates.named() {
            require(rate.requests > 0 && rate.secs > 0, format!("rates.{name}: requests and secs must be above 0"));
            require(rate.secs <= 86_400, format!("rates.{name}: secs must be 86400 (a day) at most"));
        }
        require(self.body_secs > 0, "body_secs: must be above 0".into());
        require(self.timeout_secs > 0, "timeout_secs: must be above 0".into());
        require(self.first_screen_ms > 0, "first_screen_ms: must be above 0".into());
        require(
            self.long_timeout_secs >= self.timeout_secs,
            "long_timeout_secs: must not be below timeout_secs".into(),
        );
        require(self.in_flight_max > 0, "in_flight_max: must be above 0".into());
        require(
            !self.tls || self.public_url.starts_with("https://"),
            "tls: public_url must begin with https://".into(),
        );
        problems
    }
}

/// Scheme, host and perhaps a port, as browsers write an `Origin`.
fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    })
}

/// A network of addresses, such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
        let base: IpAddr = base.trim().parse().ok()?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.trim().parse().ok())?;
        (bits <= most).then_some(Self { base, bits })
    }

    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.bits);
                u32::from(base).checked_shr(shift) == u32::from(address).checked_shr(shift)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.bits);
                u128::from(base).checked_shr(shift) == u128::from(address).checked_shr(shift)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_have_no_problems() {
        assert_eq!(Config::default().problems(), Vec::<String>::new());
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let config = Config {
            public_url: "shop.example".into(),
            allowed_origins: vec!["https://good.example".into(), "*".into()],
            trusted_proxies: vec!["10.0.0.0/8".into(), "10.0.0.0/40".into(), "proxy".into()],
            rates: Rates { login: rate(0, 60), ..Rates::default() },
            timeout_secs: 0,
            in_flight_max: 0,
            ..Config::default()
        };
        let problems = config.problems();
        assert_eq!(problems.len(), 7, "{problems:#?}");
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        let holds = |network: &str, address: &str| {
            Network::read(network).expect("a network").contains(address.parse().expect("an address"))
        };
        assert!(holds("10.0.0.0/8", "10.255.1.2"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("127.0.0.1", "127.0.0.1"));
        assert!(!holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("127.0.0.1", "::ffff:127.0.0.1"), "an IPv4 address in IPv6 form is the same address");
        assert!(holds("0.0.0.0/0", "203.0.113.9"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::5"));
        assert!(!holds("2001:db8::/32", "2001:db9::5"));
        assert_eq!(Network::read("10.0.0.0/33"), None);
    }
}
