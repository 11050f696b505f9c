//! The service's configuration.

pub use contracts::Secret;
use http::Uri;
use serde::Deserialize;

use crate::{model::CaptureMethod, sandbox};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Whether money is taken when the buyer pays (`automatic`) or only held until staff capture it (`manual`).
    pub capture_method: CaptureMethod,
    /// Where the shop stands for browsers, as in `https://shop.example`. Empty: next actions are paths.
    pub public_url: String,
    /// Origins besides the shop's own to which a payment may lead back, as in `https://m.shop.example`.
    pub return_origins: Vec<String>,
    /// Secrets that sign webhooks; several while one replaces another. The sandbox makes its own besides.
    pub webhook_secrets: Vec<Secret>,
    /// How far a webhook's time may be off.
    pub webhook_tolerance_secs: i64,
    /// How often a buyer may try to pay one order within an hour.
    pub attempts_per_hour: u64,
    /// A 3-D Secure step nobody finishes is given up after this long.
    pub action_window_secs: i64,
    /// A payment nobody finishes is given up after this long.
    pub abandoned_after_secs: i64,
    /// How long held money is held if the provider does not say.
    pub authorization_days: i64,
    pub reconcile_every_secs: i64,
    /// How far back a reconciliation looks.
    pub reconcile_days: i64,
    pub sandbox: sandbox::Config,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            capture_method: CaptureMethod::Automatic,
            public_url: String::new(),
            return_origins: Vec::new(),
            webhook_secrets: Vec::new(),
            webhook_tolerance_secs: 300,
            attempts_per_hour: 10,
            action_window_secs: 900,
            abandoned_after_secs: 12 * 3600,
            authorization_days: 7,
            reconcile_every_secs: 900,
            reconcile_days: 3,
            sandbox: sandbox::Config::default(),
        }
    }
}

impl Config {
    /// Every problem at once, so that an operator fixes the file in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let origins = self.return_origins.iter().map(|origin| ("return_origins", origin));
        let public_url = Some(&self.public_url).filter(|url| !url.is_empty()).map(|url| ("public_url", url));
        for (key, origin) in origins.chain(public_url) {
            if !is_origin(origin) {
                problems.push(format!("{key}: {origin:?} is not an origin such as https://shop.example"));
            }
        }
        if self.webhook_secrets.iter().any(|secret| secret.expose().len() < 16) {
            problems.push("webhook_secrets: a secret must have at least 16 characters".to_owned());
        }
        for (key, value) in [
            ("webhook_tolerance_secs", self.webhook_tolerance_secs),
            ("action_window_secs", self.action_window_secs),
            ("abandoned_after_secs", self.abandoned_after_secs),
            ("authorization_days", self.authorization_days),
            ("reconcile_every_secs", self.reconcile_every_secs),
            ("reconcile_days", self.reconcile_days),
        ] {
            if !(1..=10_000_000).contains(&value) {
                problems.push(format!("{key} must be between 1 and 10000000"));
            }
        }
        if self.sandbox.settle_after_secs < 0 || self.sandbox.dispute_after_secs < 0 {
            problems.push("sandbox: settle_after_secs and dispute_after_secs must not be negative".to_owned());
        }
        if !self.sandbox.database_url.is_empty() {
            let database = db::Config { url: self.sandbox.database_url.clone(), max_connections: 1, replica: None };
            problems.extend(database.problems().into_iter().map(|problem| format!("sandbox.database_url: {problem}")));
        }
        if self.attempts_per_hour == 0 {
            problems.push("attempts_per_hour must be at least 1".to_owned());
        }
        problems
    }
}

fn is_origin(text: &str) -> bool {
    let uri = text.parse::<Uri>().ok();
    uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
            && uri.path() == "/"
            && uri.query().is_none()
            && !text.ends_with('/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_told_at_once_and_secrets_never() {
        let config = Config {
            public_url: "shop.example".into(),
            webhook_secrets: vec![Secret::new("short-and-secret".get(..5).unwrap_or_default())],
            attempts_per_hour: 0,
            ..Config::default()
        };
        assert_eq!(config.problems().len(), 3, "{:?}", config.problems());
        assert!(!format!("{config:?}").contains("short"));
        assert_eq!(Config::default().problems(), Vec::<String>::new());
    }
}
