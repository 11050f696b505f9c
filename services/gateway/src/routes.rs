//! The map of the shop: which service answers which path, how large a body may be there and how long it may take.

use std::time::Duration;

use contracts::Service;
use http::Method;

use crate::config::Config;

/// Paths by their first segments. What is not listed does not exist, `/internal` above all.
const SERVICES: [(&str, Service); 18] = [
    ("/users", Service::Users),
    ("/.well-known/jwks.json", Service::Users),
    ("/products", Service::Catalog),
    ("/categories", Service::Catalog),
    ("/inventory", Service::Catalog),
    ("/reviews", Service::Catalog),
    ("/media", Service::Catalog),
    ("/imports", Service::Catalog),
    ("/cart", Service::Orders),
    ("/orders", Service::Orders),
    ("/returns", Service::Orders),
    ("/promotions", Service::Orders),
    ("/reports", Service::Orders),
    ("/payment", Service::Payments),
    ("/payments", Service::Payments),
    ("/shipping", Service::Shipping),
    ("/notifications", Service::Notifications),
    ("/dev/mail", Service::Notifications),
];

/// Services whose loss stops the shop; the others only make it poorer.
pub(crate) const CORE: [Service; 5] =
    [Service::Users, Service::Catalog, Service::Orders, Service::Payments, Service::Shipping];
pub(crate) const OPTIONAL: [Service; 1] = [Service::Notifications];

/// Requests that count against more than the general rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    General,
    Login,
    Register,
    Recover,
    PlaceOrder,
    Pay,
    /// Could be tried with one number or code after the other.
    Guess,
    /// Sent by browsers of their own accord.
    Report,
    /// Signed by a provider instead of a user; only bad signatures count.
    Webhook,
}

const KINDS: [(Method, &str, Kind); 15] = [
    (Method::POST, "/users/login", Kind::Login),
    (Method::POST, "/users/login/**", Kind::Login),
    (Method::POST, "/users/register", Kind::Register),
    (Method::POST, "/users/password/forgot", Kind::Recover),
    (Method::POST, "/users/password/reset", Kind::Recover),
    (Method::POST, "/users/email/verify/resend", Kind::Recover),
    (Method::POST, "/orders", Kind::PlaceOrder),
    (Method::POST, "/payment/checkout", Kind::Pay),
    (Method::PUT, "/cart/coupon", Kind::Guess),
    (Method::POST, "/orders/lookup", Kind::Guess),
    (Method::POST, "/shipping/track", Kind::Guess),
    (Method::POST, "/products/*/back-in-stock", Kind::Guess),
    (Method::POST, "/rum", Kind::Report),
    (Method::POST, "/csp-reports", Kind::Report),
    (Method::POST, "/payment/webhooks/**", Kind::Webhook),
];

/// A form around a file, and its other fields.
const FORM_BYTES: u64 = 64 * 1024;

/// The path as the services know it: `/v1` is an alias of the root. `None` for one that no client has reason to send
/// and that a URL library on the way might read as another path.
pub(crate) fn plain(path: &str) -> Option<&str> {
    let plain = match path.strip_prefix("/v1") {
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    };
    let unusual = plain.bytes().any(|byte| matches!(byte, b'.' | b'%' | b'\\'));
    (!unusual || !is_twisted(plain)).then_some(plain)
}

fn is_twisted(path: &str) -> bool {
    path.contains('\\')
        || path.split('/').any(|segment| {
            let segment = segment.to_ascii_lowercase().replace("%2e", ".");
            segment == "." || segment == ".."
        })
}

/// Who answers `path`, as `plain` gives it.
pub(crate) fn service(path: &str, config: &Config) -> Option<Service> {
    let holds = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let (prefix, service) = SERVICES.into_iter().find(|(prefix, _)| holds(prefix))?;
    (prefix != "/dev/mail" || config.dev_mail).then_some(service)
}

pub(crate) fn kind(method: &Method, path: &str) -> Kind {
    KINDS
        .iter()
        .find(|(listed, pattern, _)| listed == method && matches(pattern, path))
        .map_or(Kind::General, |(_, _, kind)| *kind)
}

/// Whether a request waits for its turn where those are limited: one that may change something. News of payments is not to be
/// held up, and whoever sends a large file is waited for anyway.
pub(crate) fn takes_turn(method: &Method, path: &str) -> bool {
    let sends_file = matches!(path.split('/').nth(1), Some("imports" | "media"));
    !method.is_safe() && !sends_file && kind(method, path) != Kind::Webhook
}

/// The largest body that `path` takes.
pub(crate) fn body_max(path: &str, config: &Config) -> u64 {
    let bodies = &config.bodies;
    match path.split('/').nth(1).unwrap_or_default() {
        "imports" => bodies.import_bytes.saturating_add(FORM_BYTES),
        "media" => bodies.media_bytes.saturating_add(FORM_BYTES),
        "cart" | "orders" => bodies.cart_and_order_bytes,
        "payment" if matches("/payment/webhooks/**", path) => bodies.webhook_bytes,
        _ => bodies.default_bytes,
    }
}

/// How long a request of `path` may take.
pub(crate) fn time(path: &str, config: &Config) -> Duration {
    let long = path.starts_with("/media") || path.starts_with("/imports") || has_segment(path, "export");
    Duration::from_secs(if long { config.long_timeout_secs } else { config.timeout_secs })
}

/// Whether a segment is `name`, perhaps with an ending as in `export.csv`.
fn has_segment(path: &str, name: &str) -> bool {
    path.split('/')
        .any(|segment| segment == name || segment.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

/// `*` stands for one segment, `**` for one or more.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    // Most patterns differ in their first letter already.
    let first = |text: &str| text.as_bytes().get(1).copied();
    if first(pattern) != first(path) && first(pattern) != Some(b'*') {
        return false;
    }
    let mut segments = path.trim_end_matches('/').split('/');
    for expected in pattern.split('/') {
        match (expected, segments.next()) {
            ("**", Some(_)) => return true,
            ("*", Some(_)) => {}
            (expected, Some(segment)) if expected == segment => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_to_their_services_by_whole_segments() {
        let config = Config::default();
        let to = |path: &str| plain(path).and_then(|path| service(path, &config));
        assert_eq!(to("/products"), Some(Service::Catalog));
        assert_eq!(to("/products/a/reviews"), Some(Service::Catalog));
        assert_eq!(to("/v1/products/a"), Some(Service::Catalog));
        assert_eq!(to("/payment/checkout"), Some(Service::Payments));
        assert_eq!(to("/payments/x"), Some(Service::Payments));
        assert_eq!(to("/.well-known/jwks.json"), Some(Service::Users));
        for nowhere in [
            "/",
            "/productsx",
            "/internal/prices",
            "/v1/internal/prices",
            "/v1",
            "/v2/products",
            "//products",
            "/metrics",
        ] {
            assert_eq!(to(nowhere), None, "{nowhere}");
        }
        for twisted in [
            "/products/../internal/x",
            "/products/%2e%2E/internal/x",
            "/products/.%2e/x",
            "/products/./x",
            r"/products\..\internal",
        ] {
            assert_eq!(to(twisted), None, "{twisted}");
        }
    }

    #[test]
    fn the_mailbox_is_there_only_when_configured() {
        assert_eq!(service("/dev/mail", &Config::default()), None);
        let config = Config { dev_mail: true, ..Config::default() };
        assert_eq!(service("/dev/mail/1", &config), Some(Service::Notifications));
    }

    #[test]
    fn kinds_sizes_and_times_follow_the_path() {
        let config = Config::default();
        assert_eq!(kind(&Method::POST, "/orders"), Kind::PlaceOrder);
        assert_eq!(kind(&Method::POST, "/orders/"), Kind::PlaceOrder);
        assert_eq!(kind(&Method::GET, "/orders"), Kind::General);
        assert_eq!(kind(&Method::POST, "/payment/webhooks/stripe"), Kind::Webhook);
        assert!(takes_turn(&Method::POST, "/orders") && takes_turn(&Method::DELETE, "/cart"));
        assert!(!takes_turn(&Method::GET, "/orders") && !takes_turn(&Method::POST, "/media"));
        assert!(!takes_turn(&Method::POST, "/payment/webhooks/stripe"));
        assert_eq!(body_max("/users/login", &config), 64 * 1024);
        assert_eq!(body_max("/orders", &config), 256 * 1024);
        assert_eq!(body_max("/payment/webhooks/stripe", &config), 512 * 1024);
        assert_eq!(body_max("/media", &config), 10 * 1024 * 1024 + 64 * 1024);
        assert_eq!(body_max("/imports", &config), 50 * 1024 * 1024 + 64 * 1024);
        assert_eq!(time("/imports/1/errors", &config), Duration::from_secs(60));
        assert_eq!(time("/products/export", &config), Duration::from_secs(60));
        assert_eq!(time("/products/export.csv", &config), Duration::from_secs(60));
        assert_eq!(time("/products/exporters", &config), Duration::from_secs(10));
    }
}
